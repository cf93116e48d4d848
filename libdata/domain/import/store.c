/* The rows about an import: dataset, columns, edition, issues, rejects. */
#include <string.h>
#include <time.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/domain/import/internal.h"

/* The first column of the one row that an INSERT ... RETURNING gives. */
static enum mg_code run_returning(sqlite3_stmt *statement, int64_t *ret_id, struct mg_error *err)
{
    bool row = false;
    enum mg_code code = mg_db_step(statement, &row, err);
    if (!code && row) {
        struct mg_read read = mg_read_of(statement, err);
        *ret_id = mg_read_i64(&read, 0);
        code = read.code ? read.code : mg_db_step(statement, &row, err);
    }
    sqlite3_reset(statement);
    return code;
}

static bool is_ignored(const struct mg_import_options *options, const char *name)
{
    for (size_t i = 0; i < options->ignore_count; i++)
        if (!strcmp(options->ignore[i], name))
            return true;
    return false;
}

static enum mg_code store_field(struct mg_import *import, struct mg_import_column *column,
                                struct mg_error *err)
{
    const char *role = column->role >= 0 ? mg_role_name((enum mg_role)column->role) : NULL;
    const struct mg_field *field = mg_dataset_field(import->dataset, column->name);
    if (field) {
        column->field = field->id;
        column->position = field->position;
        if (role && !field->role)
            return mg_db_run(import->db, MG_SQL_FIELD_SET_ROLE, err, "it", field->id, role);
        return MG_OK;
    }
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(import->db, MG_SQL_FIELD_INSERT, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "iitt", import->dataset_id, column->position, column->name, role);
    return code ? code : run_returning(statement, &column->field, err);
}

/* An edition with a key says what the dataset's is. */
static enum mg_code store_key_parts(const struct mg_import *import, struct mg_error *err)
{
    const struct mg_roles *roles = &import->roles;
    enum mg_code code = MG_OK;
    if (roles->column[MG_ROLE_KEY] >= 0)
        code = mg_db_run(import->db, MG_SQL_FIELD_CLEAR_KEY_PARTS, err, "i", import->dataset_id);
    for (size_t i = 0; i < roles->key_part_count && !code; i++)
        code = mg_db_run(import->db, MG_SQL_FIELD_SET_KEY_PART, err, "ii",
                         import->columns[roles->key_parts[i]].field, (int64_t)i + 1);
    return code;
}

/* In a row's JSON array the cells that have a column of their own are null but for a few. They come last,
 * where nulls are cut: each would be five bytes of every row. */
static void give_positions(struct mg_import *import)
{
    const struct mg_dataset *dataset = import->dataset;
    int64_t next = 0;
    for (size_t i = 0; dataset && i < dataset->field_count; i++)
        if (dataset->fields[i].position >= next)
            next = dataset->fields[i].position + 1;
    for (int typed = 0; typed < 2; typed++)
        for (size_t i = 0; i < import->info->column_count; i++) {
            struct mg_import_column *column = &import->columns[i];
            bool is_typed = column->role >= 0 && import->kind->typed & MG_ROLE_BIT(column->role);
            if (is_typed == typed && !mg_dataset_field(dataset, column->name))
                column->position = next++;
        }
}

static enum mg_code ignore_row_numbers(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < import->info->column_count && !code; i++) {
        bool is_number = false;
        if (import->columns[i].role < 0)
            code = mg_import_is_row_number(import, i, &is_number, err);
        import->columns[i].ignored |= is_number;
    }
    return code;
}

static enum mg_code store_fields(struct mg_import *import, struct mg_error *err)
{
    size_t count = import->info->column_count;
    import->columns = mg_calloc(count + 1, sizeof *import->columns);
    if (!import->columns)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        import->columns[i].name = import->names[i];
        import->columns[i].role = -1;
        import->columns[i].ignored = is_ignored(import->options, import->info->columns[i]) ||
                                     is_ignored(import->options, import->names[i]);
    }
    for (int role = 0; role < MG_ROLE_COUNT; role++)
        if (import->roles.column[role] >= 0 && !(role == MG_ROLE_KEY && import->roles.key_part_count))
            import->columns[import->roles.column[role]].role = role;
    enum mg_code code = ignore_row_numbers(import, err);
    give_positions(import);
    for (size_t i = 0; i < count && !code; i++)
        code = store_field(import, &import->columns[i], err);
    return code ? code : store_key_parts(import, err);
}

static enum mg_code check_ignored(const struct mg_import *import, struct mg_error *err)
{
    for (size_t i = 0; i < import->options->ignore_count; i++) {
        bool there = false;
        for (size_t c = 0; c < import->info->column_count; c++)
            there = there || !strcmp(import->info->columns[c], import->options->ignore[i]) ||
                    !strcmp(import->names[c], import->options->ignore[i]);
        if (!there)
            return mg_fail(err, MG_ERR_USAGE, _("--ignore: there is no column '%s'"),
                           import->options->ignore[i]);
    }
    return MG_OK;
}

enum mg_code mg_import_store_dataset(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = check_ignored(import, err);
    if (!code && !import->dataset) {
        sqlite3_stmt *statement = NULL;
        code = mg_db_statement(import->db, MG_SQL_DATASET_INSERT, &statement, err);
        if (!code)
            code = mg_db_bind(statement, err, "tt", import->options->dataset, import->kind->name);
        if (!code)
            code = run_returning(statement, &import->dataset_id, err);
    }
    return code ? code : store_fields(import, err);
}

enum mg_code mg_import_store_access(struct mg_import *import, struct mg_error *err)
{
    const struct mg_import_options *o = import->options;
    enum mg_code code = MG_OK;
    if (o->access || o->producer)
        code = mg_db_run(import->db, MG_SQL_DATASET_UPDATE, err, "itt", import->dataset_id, o->access,
                         o->producer);
    for (size_t i = 0; i < o->open_field_count && !code; i++) {
        code = mg_db_run(import->db, MG_SQL_FIELD_SET_OPEN, err, "it", import->dataset_id, o->open_fields[i]);
        if (!code && !sqlite3_changes(mg_db_handle(import->db)))
            code = mg_fail(err, MG_ERR_USAGE, _("--open-fields: there is no column '%s'"), o->open_fields[i]);
    }
    return code;
}

const char *mg_import_source_name(const struct mg_import *import)
{
    const char *slash = strrchr(import->path, '/');
    return slash && slash[1] ? slash + 1 : import->path;
}

static enum mg_code store_edition_fields(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < import->info->column_count && !code; i++) {
        const struct mg_import_column *column = &import->columns[i];
        const char *role = column->role >= 0 ? mg_role_name((enum mg_role)column->role) : NULL;
        code = mg_db_run(import->db, MG_SQL_EDITION_FIELD_INSERT, err, "iiiti", import->edition,
                         column->field, (int64_t)i + 1, role, (int64_t)!column->ignored);
    }
    return code;
}

enum mg_code mg_import_store_edition(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf options = {0};
    enum mg_code code = mg_import_options_text(import, &options, err);
    if (code)
        return code;
    char now[32];
    time_t seconds = time(NULL);
    struct tm utc;
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    sqlite3_stmt *statement = NULL;
    code = mg_db_statement(import->db, MG_SQL_EDITION_INSERT, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "itttttt", import->dataset_id, import->as_of,
                          mg_import_source_name(import), import->info->format, options.data, now, MG_VERSION);
    if (!code)
        code = run_returning(statement, &import->edition, err);
    if (!code && import->shared_first)
        code = mg_db_run(import->db, MG_SQL_EDITION_SET_RANGE, err, "iii", import->edition,
                         import->shared_first, import->shared_last);
    return code ? code : store_edition_fields(import, err);
}

enum mg_code mg_import_settle_issues(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < MG_IMPORT_CODES && import->codes[i].code && !code; i++) {
        const struct mg_import_code *slot = &import->codes[i];
        int64_t rest = slot->count - slot->stored;
        if (rest > 0)
            code = mg_db_run(import->db, MG_SQL_ISSUE_INSERT, err, "iiinntnt", import->edition, rest,
                             slot->first_line, slot->code, _("and more of the same from this line on"));
    }
    return code;
}

/* The type that all editions prove together, and the meaning. */
enum mg_code mg_import_settle_fields(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < import->info->column_count && !code; i++) {
        const struct mg_field *field = mg_dataset_field(import->dataset, import->columns[i].name);
        enum mg_type type = mg_import_type_of(import, i), earlier;
        bool empty = !import->types[i].any;
        if (field && mg_type_from_name(field->type, &earlier))
            type = empty ? earlier : mg_type_merge(type, earlier);
        code = mg_db_run(import->db, MG_SQL_FIELD_SET_FOUND, err, "itt", import->columns[i].field,
                         mg_type_name(type), mg_meaning_name(import->meanings[i].meaning));
    }
    return code;
}

enum mg_code mg_import_settle_edition(struct mg_import *import, struct mg_error *err)
{
    const struct mg_table_info *info = import->info;
    char delimiter[] = {info->delimiter, '\0'};
    if (import->rows_read != import->rows_loaded + import->rows_rejected + import->rows_skipped)
        return mg_fail(err, MG_ERR_DB, "%s", _("the books do not balance; nothing was changed"));
    MG_CLEANUP(mg_buf_finish) struct mg_buf dialect = {0};
    enum mg_code code = mg_import_dialect_text(import, &dialect, err);
    return code ? code
                : mg_db_run(import->db, MG_SQL_EDITION_FINISH, err, "ittittiiiiiiit", import->edition,
                            import->level, info->sha256, info->bytes_read, info->encoding, delimiter,
                            import->rows_read, import->rows_loaded, import->rows_rejected,
                            import->rows_skipped, import->issues, import->first_version, import->last_version,
                            dialect.data);
}
