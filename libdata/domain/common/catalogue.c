#include "libdata/domain/common/catalogue.h"

#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"

MG_DEFINE_CLEANUP(struct mg_dataset, mg_dataset_destroy)

bool mg_dataset_name_valid(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && length < MG_NAME_SIZE && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

static const char *const kinds[] = {"services",    "counts",    "territories", "movements",
                                    "populations", "responses", "projects",    NULL};
static const char *const types[] = {"text", "integer", "number", "boolean", "date", "datetime", NULL};
static const char *const accesses[] = {"restricted", "open", NULL};

/* *ret_text NULL when text is */
static void keep(struct mg_read *row, const char *text, char **ret_text)
{
    *ret_text = text && !row->code ? mg_strdup(text) : NULL;
    if (text && !*ret_text && !row->code)
        row->code = mg_fail_memory(row->err);
}

/* An ISO date, which is compared as a text: no other spelling of one. */
static void copy_date(struct mg_read *row, int column, char out[MG_DATE_SIZE])
{
    mg_date date = mg_read_date(row, column);
    char canonical[MG_DATE_SIZE] = "";
    mg_read_copy(row, column, out, MG_DATE_SIZE);
    if (!row->code)
        mg_date_format(date, canonical);
    if (!row->code && strcmp(out, canonical) != 0)
        mg_read_refuse(row, column, _("'%.60s' is not a date"), out);
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

static enum mg_code read_field(struct mg_dataset *dataset, struct mg_read *row, struct mg_error *err)
{
    struct mg_field *fields = one_more(dataset->fields, dataset->field_count, sizeof *fields);
    if (!fields)
        return mg_fail_memory(err);
    dataset->fields = fields;
    struct mg_field *field = &fields[dataset->field_count++];
    field->id = mg_read_i64(row, 0);
    field->position = mg_read_i64_in(row, 1, 0, MG_POSITION_MAX);
    keep(row, mg_read_text(row, 2, NULL), &field->name);
    keep(row, mg_read_text_or_null(row, 3, NULL), &field->role);
    keep(row, types[mg_read_word(row, 4, types)], &field->type);
    field->open = mg_read_word(row, 5, accesses);
    field->key_part = mg_read_int(row, 6, 0, MG_POSITION_MAX);
    return row->code;
}

/* Its range of ids is walked through, so it must be one. */
static void read_range(struct mg_read *row, struct mg_edition *edition)
{
    edition->first_version = mg_read_i64_or(row, 9, 0);
    edition->last_version = mg_read_i64_or(row, 10, 0);
    if (mg_read_is_null(row, 9) != mg_read_is_null(row, 10))
        mg_read_refuse(row, 10, "%s",
                       _("the ids of an edition begin without an end, or end without a beginning"));
    else if (!mg_read_is_null(row, 9) &&
             (edition->first_version < 1 || edition->last_version < edition->first_version))
        mg_read_refuse(row, 10, _("the ids of an edition go from %lld to %lld"),
                       (long long)edition->first_version, (long long)edition->last_version);
}

static enum mg_code read_edition(struct mg_dataset *dataset, struct mg_read *row, struct mg_error *err)
{
    struct mg_edition *editions = one_more(dataset->editions, dataset->edition_count, sizeof *editions);
    if (!editions)
        return mg_fail_memory(err);
    dataset->editions = editions;
    struct mg_edition *edition = &editions[dataset->edition_count++];
    edition->id = mg_read_i64(row, 0);
    copy_date(row, 1, edition->as_of);
    if (!mg_read_is_null(row, 2))
        mg_read_copy(row, 2, edition->level, sizeof edition->level);
    mg_read_copy(row, 3, edition->source_sha256, sizeof edition->source_sha256);
    edition->rows_read = mg_read_i64_in(row, 4, 0, INT64_MAX);
    edition->rows_loaded = mg_read_i64_in(row, 5, 0, INT64_MAX);
    edition->rows_rejected = mg_read_i64_in(row, 6, 0, INT64_MAX);
    edition->rows_skipped = mg_read_i64_in(row, 7, 0, INT64_MAX);
    edition->issues = mg_read_i64_in(row, 8, 0, INT64_MAX);
    read_range(row, edition);
    edition->cog_year = mg_read_int_or(row, 11, 1, MG_YEAR_MAX, 0);
    edition->cog_year_last = mg_read_int_or(row, 12, 1, MG_YEAR_MAX, 0);
    return row->code;
}

/* Each row of a statement about the dataset, handed to read. */
static enum mg_code read_rows(struct mg_db *db, enum mg_sql name, struct mg_dataset *dataset,
                              enum mg_code (*read)(struct mg_dataset *, struct mg_read *, struct mg_error *),
                              struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, name, err, "i", dataset->id);
    while (mg_read_next(&row))
        row.code = read(dataset, &row, err);
    return mg_read_end(&row);
}

/* A name becomes part of the names of views and files. */
static void read_dataset(struct mg_dataset *dataset, struct mg_read *row)
{
    dataset->id = mg_read_i64(row, 0);
    mg_read_copy(row, 1, dataset->name, sizeof dataset->name);
    if (!mg_dataset_name_valid(dataset->name))
        mg_read_refuse(row, 1, _("'%.60s' is not a name of a dataset"), dataset->name);
    snprintf(dataset->kind, sizeof dataset->kind, "%s", kinds[mg_read_word(row, 2, kinds)]);
    dataset->open = mg_read_word(row, 3, accesses);
    keep(row, mg_read_text_or_null(row, 4, NULL), &dataset->producer);
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
    MG_CLEANUP(mg_dataset_destroy_pointer) struct mg_dataset *dataset = mg_calloc(1, sizeof *dataset);
    if (!dataset)
        return mg_fail_memory(err);
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_DATASET_FIND, err, "t", name);
    bool found = mg_read_next(&row);
    if (found)
        read_dataset(dataset, &row);
    enum mg_code code = mg_read_end(&row);
    if (!code && !found)
        return no_such_dataset(db, name, err);
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

const struct mg_field *mg_dataset_field(const struct mg_dataset *dataset, const char *name)
{
    for (size_t i = 0; dataset && i < dataset->field_count; i++)
        if (!strcmp(dataset->fields[i].name, name))
            return &dataset->fields[i];
    return NULL;
}

static void destroy_names(char **names)
{
    for (size_t i = 0; names && names[i]; i++)
        free(names[i]);
    free(names);
}

enum mg_code mg_dataset_names(struct mg_db *db, const char *kind, char ***ret_names, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_DATASET_NAMES, err, "t", kind);
    char **names = NULL;
    bool more = true;
    for (size_t count = 0; !row.code && more; count++) {
        char **grown = mg_realloc(names, count + 2, sizeof *names);
        if (!grown) {
            row.code = mg_fail_memory(err);
            break;
        }
        names = grown;
        names[count] = names[count + 1] = NULL; /* ended at any moment */
        if ((more = mg_read_next(&row)))
            keep(&row, mg_read_text(&row, 0, NULL), &names[count]);
    }
    enum mg_code code = mg_read_end(&row);
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
