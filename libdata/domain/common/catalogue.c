#include "libdata/domain/common/catalogue.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

MG_DEFINE_CLEANUP(struct mg_dataset, mg_dataset_destroy)

bool mg_dataset_name_valid(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length < MG_NAME_SIZE && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

static void copy_text(char *out, size_t size, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t length = text ? strlen(text) : 0;
    if (length >= size)
        length = size - 1;
    if (length)
        memcpy(out, text, length);
    out[length] = '\0';
}

/* *ret_text NULL when the column is NULL */
static enum mg_code dup_column(sqlite3_stmt *statement, int column, char **ret_text, struct mg_error *err)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (!text) {
        *ret_text = NULL;
        return sqlite3_column_type(statement, column) == SQLITE_NULL ? MG_OK : mg_fail_memory(err);
    }
    *ret_text = mg_strdup(text);
    return *ret_text ? MG_OK : mg_fail_memory(err);
}

/* Room for one more, in steps of a power of two; the new one is zeroed. */
static void *one_more(void *items, size_t count, size_t size)
{
    if (!count || !(count & (count - 1)))
        items = mg_realloc(items, count ? count * 2 : 1, size);
    if (items)
        memset((char *)items + count * size, 0, size);
    return items;
}

static enum mg_code read_field(struct mg_dataset *dataset, sqlite3_stmt *row, struct mg_error *err)
{
    struct mg_field *fields = one_more(dataset->fields, dataset->field_count, sizeof *fields);
    if (!fields)
        return mg_fail_memory(err);
    dataset->fields = fields;
    struct mg_field *field = &fields[dataset->field_count++];
    field->id = sqlite3_column_int64(row, 0);
    field->position = sqlite3_column_int64(row, 1);
    field->open = sqlite3_column_int(row, 5);
    field->key_part = sqlite3_column_int(row, 6);
    enum mg_code code = dup_column(row, 2, &field->name, err);
    if (!code)
        code = dup_column(row, 3, &field->role, err);
    if (!code)
        code = dup_column(row, 4, &field->type, err);
    return code;
}

static enum mg_code read_edition(struct mg_dataset *dataset, sqlite3_stmt *row, struct mg_error *err)
{
    struct mg_edition *editions = one_more(dataset->editions, dataset->edition_count, sizeof *editions);
    if (!editions)
        return mg_fail_memory(err);
    dataset->editions = editions;
    struct mg_edition *edition = &editions[dataset->edition_count++];
    edition->id = sqlite3_column_int64(row, 0);
    copy_text(edition->as_of, sizeof edition->as_of, row, 1);
    copy_text(edition->level, sizeof edition->level, row, 2);
    copy_text(edition->source_sha256, sizeof edition->source_sha256, row, 3);
    edition->rows_read = sqlite3_column_int64(row, 4);
    edition->rows_loaded = sqlite3_column_int64(row, 5);
    edition->rows_rejected = sqlite3_column_int64(row, 6);
    edition->rows_skipped = sqlite3_column_int64(row, 7);
    edition->issues = sqlite3_column_int64(row, 8);
    edition->first_version = sqlite3_column_int64(row, 9);
    edition->last_version = sqlite3_column_int64(row, 10);
    edition->cog_year = sqlite3_column_int(row, 11);
    edition->cog_year_last = sqlite3_column_int(row, 12);
    return MG_OK;
}

/* Each row of a statement about the dataset, handed to read. */
static enum mg_code read_rows(struct mg_db *db, enum mg_sql name, struct mg_dataset *dataset,
                              enum mg_code (*read)(struct mg_dataset *, sqlite3_stmt *, struct mg_error *),
                              struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, name, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "i", dataset->id);
    bool row = true;
    while (!code) {
        code = mg_db_step(statement, &row, err);
        if (code || !row)
            break;
        code = read(dataset, statement, err);
    }
    sqlite3_reset(statement);
    return code;
}

static enum mg_code no_such_dataset(struct mg_db *db, const char *name, struct mg_error *err)
{
    char **names = NULL;
    enum mg_code code = mg_dataset_names(db, NULL, &names, err);
    if (code)
        return code;
    mg_fail(err, MG_ERR_USAGE, _("there is no dataset '%s' in %s"), name, mg_db_path(db));
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; names[i]; i++) {
        mg_buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
        free(names[i]);
    }
    if (names[0] && !list.failed)
        mg_error_hint(err, _("it holds: %s"), list.data);
    else
        mg_error_hint(err, "%s", _("it holds none yet; import one"));
    free(names);
    return MG_ERR_USAGE;
}

enum mg_code mg_dataset_load(struct mg_db *db, const char *name, struct mg_dataset **ret_dataset,
                             struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum mg_code code = mg_db_statement(db, MG_SQL_DATASET_FIND, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "t", name);
    if (!code)
        code = mg_db_step(statement, &row, err);
    if (code)
        return code;
    if (!row)
        return no_such_dataset(db, name, err);
    MG_CLEANUP(mg_dataset_destroy_pointer) struct mg_dataset *dataset = mg_calloc(1, sizeof *dataset);
    if (!dataset) {
        sqlite3_reset(statement);
        return mg_fail_memory(err);
    }
    dataset->id = sqlite3_column_int64(statement, 0);
    copy_text(dataset->name, sizeof dataset->name, statement, 1);
    copy_text(dataset->kind, sizeof dataset->kind, statement, 2);
    dataset->open = sqlite3_column_int(statement, 3);
    if (sqlite3_column_type(statement, 4) != SQLITE_NULL &&
        !(dataset->producer = mg_strdup((const char *)sqlite3_column_text(statement, 4))))
        code = mg_fail_memory(err);
    sqlite3_reset(statement);
    if (!code)
        code = read_rows(db, MG_SQL_FIELD_LIST, dataset, read_field, err);
    if (!code)
        code = read_rows(db, MG_SQL_EDITION_LIST, dataset, read_edition, err);
    if (code)
        return code;
    *ret_dataset = dataset;
    dataset = NULL;
    return MG_OK;
}

void mg_dataset_destroy(struct mg_dataset *dataset)
{
    if (!dataset)
        return;
    for (size_t i = 0; i < dataset->field_count; i++) {
        free(dataset->fields[i].name);
        free(dataset->fields[i].role);
        free(dataset->fields[i].type);
    }
    free(dataset->producer);
    free(dataset->fields);
    free(dataset->editions);
    free(dataset);
}

static void destroy_names(char **names)
{
    for (size_t i = 0; names && names[i]; i++)
        free(names[i]);
    free(names);
}

enum mg_code mg_dataset_names(struct mg_db *db, const char *kind, char ***ret_names, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, MG_SQL_DATASET_NAMES, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "t", kind);
    char **names = NULL;
    bool row = true;
    for (size_t count = 0; !code && row; count++) {
        char **more = mg_realloc(names, count + 2, sizeof *names);
        if (!more) {
            code = mg_fail_memory(err);
            break;
        }
        names = more;
        names[count] = names[count + 1] = NULL; /* ended at any moment */
        code = mg_db_step(statement, &row, err);
        if (!code && row)
            code = dup_column(statement, 0, &names[count], err);
    }
    sqlite3_reset(statement);
    if (code) {
        destroy_names(names);
        return code;
    }
    *ret_names = names;
    return MG_OK;
}

enum mg_code mg_edition_find(const struct mg_dataset *dataset, const char *as_of,
                             const struct mg_edition **ret_edition, struct mg_error *err)
{
    for (size_t i = 0; i < dataset->edition_count; i++)
        if (!strcmp(dataset->editions[i].as_of, as_of)) {
            *ret_edition = &dataset->editions[i];
            return MG_OK;
        }
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; i < dataset->edition_count; i++)
        mg_buf_printf(&list, "%s%s", i ? ", " : "", dataset->editions[i].as_of);
    mg_fail(err, MG_ERR_USAGE, _("dataset '%s' has no edition of %s"), dataset->name, as_of);
    if (list.length && !list.failed)
        mg_error_hint(err, _("it has: %s"), list.data);
    else
        mg_error_hint(err, "%s", _("it has none"));
    return MG_ERR_USAGE;
}

const struct mg_edition *mg_edition_at(const struct mg_dataset *dataset, const char *as_of)
{
    const struct mg_edition *latest = NULL;
    for (size_t i = 0; i < dataset->edition_count; i++)
        if (!as_of || !*as_of || strcmp(dataset->editions[i].as_of, as_of) <= 0)
            latest = &dataset->editions[i];
    return latest;
}

enum mg_code mg_records_at(struct mg_db *db, const struct mg_dataset *dataset,
                           const struct mg_edition *edition, struct sqlite3_stmt **ret_statement,
                           struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, MG_SQL_RECORDS_AT, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "it", dataset->id, edition->as_of);
    if (!code)
        *ret_statement = statement;
    return code;
}
