#include "libdata/domain/check/values.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/domain/common/scale.h"

#define REPORT_ROWS 65536

/* ---- the rules ---- */

static const char *const accesses[] = {"open", "restricted", NULL};
static const char *const actions[] = {"link", "unlink", "real", "artefact", NULL};
static const char *const audiences[] = {"public", "ministry", NULL};
static const char *const events[] = {"created", "closed", "changed", "merged", "split", "reopened", NULL};
static const char *const hows[] = {"content", "key", "linkage", "decision", NULL};
static const char *const kinds[] = {"services",    "counts",    "territories", "movements",
                                    "populations", "responses", "projects",    NULL};
static const char *const levels[] = {"commune", "epci", "arrondissement", "departement", "region", NULL};
static const char *const plans[] = {"opening", "closure", "move", "merger", NULL};
static const char *const statuses[] = {"announced", "approved", "under way", "done", "abandoned", NULL};
static const char *const types[] = {"text", "integer", "number", "boolean", "date", "datetime", NULL};
static const char *const zones[] = {"linked", "review", NULL};

/* Of a column that has more to it than its type: words, a date, cells, or else a range of whole numbers. */
struct rule {
    const char *table, *column;
    const char *const *words;
    enum { RANGE, DATE, CELLS } is;
    int64_t low, high;
};

#define WORDS(table, column, list)                                                                           \
    {                                                                                                        \
        table, column, list, RANGE, 0, 0                                                                     \
    }
#define ROWS(table, column)                                                                                  \
    {                                                                                                        \
        table, column, NULL, RANGE, 0, INT64_MAX                                                             \
    }
#define UP_TO(table, column, low, high)                                                                      \
    {                                                                                                        \
        table, column, NULL, RANGE, low, high                                                                \
    }
#define IS(table, column, what)                                                                              \
    {                                                                                                        \
        table, column, NULL, what, 0, 0                                                                      \
    }

static const struct rule rules[] = {
    WORDS("dataset", "kind", kinds),
    WORDS("dataset", "access", accesses),
    UP_TO("field", "position", 0, MG_POSITION_MAX),
    UP_TO("field", "key_part", 0, MG_POSITION_MAX),
    WORDS("field", "type", types),
    WORDS("field", "access", accesses),
    IS("edition", "as_of", DATE),
    WORDS("edition", "level", levels),
    ROWS("edition", "source_size"),
    UP_TO("edition", "cog_year", 1, MG_YEAR_MAX),
    UP_TO("edition", "cog_year_last", 1, MG_YEAR_MAX),
    ROWS("edition", "rows_read"),
    ROWS("edition", "rows_loaded"),
    ROWS("edition", "rows_rejected"),
    ROWS("edition", "rows_skipped"),
    ROWS("edition", "issues"),
    IS("edition", "anomalies", CELLS),
    UP_TO("edition", "first_version", 1, INT64_MAX),
    UP_TO("edition", "last_version", 1, INT64_MAX),
    ROWS("edition_field", "number"),
    UP_TO("edition_field", "compared", 0, 1),
    ROWS("edition_field", "filled"),
    ROWS("edition_count", "located"),
    ROWS("record", "line"),
    IS("record", "other", CELLS),
    ROWS("stock", "line"),
    WORDS("stock_unknown", "level", levels),
    ROWS("stock_unknown", "line"),
    ROWS("issue", "n"),
    ROWS("issue", "line"),
    ROWS("reject", "line"),
    WORDS("territory", "level", levels),
    IS("territory", "valid_from", DATE),
    ROWS("territory", "line"),
    WORDS("territory_link", "child_level", levels),
    WORDS("territory_link", "parent_level", levels),
    IS("territory_link", "valid_from", DATE),
    WORDS("population", "level", levels),
    UP_TO("population", "year", 0, MG_YEAR_MAX),
    UP_TO("population", "n", 0, MG_INHABITANTS_MAX),
    UP_TO("movement", "kind", 0, MG_MOVEMENT_MAX),
    IS("movement", "date", DATE),
    WORDS("link", "how", hows),
    WORDS("link", "zone", zones),
    WORDS("event", "event", events),
    IS("event", "changes", CELLS),
    IS("event", "artefacts", CELLS),
    WORDS("decision", "action", actions),
    WORDS("project", "kind", plans),
    WORDS("project", "status", statuses),
    IS("project", "expected_from", DATE),
    IS("project", "expected_to", DATE),
    IS("project", "other", CELLS),
    UP_TO("survey", "scale_low", 0, MG_SCALE_MOST - 1),
    UP_TO("survey", "scale_high", 1, MG_SCALE_MOST),
    IS("survey", "missing", CELLS),
    UP_TO("question", "position", 0, MG_POSITION_MAX),
    IS("response", "date", DATE),
    IS("response", "answers", CELLS),
    IS("response", "other", CELLS),
    WORDS("release", "audience", audiences),
};

static const char *const tables[] = {
    "dataset",   "field",          "edition",    "edition_field", "edition_count", "edition_constant",
    "record",    "stock_unknown",  "version",    "stock",         "issue",         "reject",
    "territory", "territory_link", "population", "movement",      "link",          "link_model",
    "event",     "decision",       "project",    "survey",        "question",      "response",
    "release",   "digest",         "digest_key",
};

static const struct rule *rule_of(const char *table, const char *column)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!strcmp(rules[i].table, table) && !strcmp(rules[i].column, column))
            return &rules[i];
    return NULL;
}

/* ---- the columns of a table ---- */

struct column {
    char *name;
    int type; /* as SQLite numbers them; blobs are geometries, too */
    bool needed;
    const struct rule *rule;
    int64_t wrong;
    char message[sizeof((struct mg_error *)0)->message]; /* of the first */
};

struct columns {
    struct column *list;
    size_t count;
};

static void columns_finish(struct columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        free(columns->list[i].name);
    free(columns->list);
}

static int type_of(const char *declared)
{
    return !strcmp(declared, "INTEGER") ? SQLITE_INTEGER
           : !strcmp(declared, "REAL")  ? SQLITE_FLOAT
           : !strcmp(declared, "TEXT")  ? SQLITE_TEXT
                                        : SQLITE_BLOB;
}

static enum mg_code add_column(struct columns *columns, const char *table, struct mg_read *row,
                               struct mg_error *err)
{
    struct column *grown = mg_realloc(columns->list, columns->count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    columns->list = grown;
    struct column *column = &grown[columns->count];
    const char *name = mg_read_text(row, 0, NULL);
    *column = (struct column){.type = type_of(mg_read_text(row, 1, NULL)),
                              .needed = mg_read_i64(row, 2) != 0,
                              .rule = rule_of(table, name)};
    if (row->code)
        return row->code;
    if (!(column->name = mg_strdup(name)))
        return mg_fail_memory(err);
    columns->count++;
    return MG_OK;
}

static enum mg_code load_columns(struct mg_db *db, const char *table, struct columns *columns,
                                 struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_CHECK_COLUMNS, err, "t", table);
    while (mg_read_next(&row))
        row.code = add_column(columns, table, &row, err);
    return mg_read_end(&row);
}

static bool has_column(const struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (!strcmp(columns->list[i].name, name))
            return true;
    return false;
}

static enum mg_code look_for_columns(const char *table, const struct columns *columns,
                                     mg_values_visitor *visit, void *context, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sizeof rules / sizeof *rules && !code; i++) {
        struct mg_error missing = {0};
        if (strcmp(rules[i].table, table) != 0 || has_column(columns, rules[i].column))
            continue;
        mg_fail(&missing, MG_ERR_DB, _("column %s is missing"), rules[i].column);
        code = visit(context, table, 1, missing.message, err);
    }
    return code;
}

static enum mg_code prepare(struct mg_db *db, const char *table, const struct columns *columns,
                            sqlite3_stmt **ret_statement, struct mg_error *err)
{
    sqlite3_str *names = sqlite3_str_new(NULL);
    for (size_t i = 0; i < columns->count; i++)
        sqlite3_str_appendf(names, "%s\"%w\"", i ? ", " : "", columns->list[i].name);
    char *list = sqlite3_str_finish(names);
    enum mg_code code = list ? mg_db_prepare(db, ret_statement, err, "SELECT %s FROM \"%w\"", list, table)
                             : mg_fail_memory(err);
    sqlite3_free(list);
    return code;
}

/* ---- the values ---- */

static void read_type(struct mg_read *row, int i, const struct column *column)
{
    size_t length;
    if (column->type == SQLITE_INTEGER)
        mg_read_i64(row, i);
    else if (column->type == SQLITE_FLOAT)
        mg_read_real(row, i);
    else if (column->type == SQLITE_TEXT)
        mg_read_text(row, i, NULL);
    else if (!mg_read_blob_or_null(row, i, &length) && mg_read_is_null(row, i))
        mg_read_refuse_type(row, i, SQLITE_BLOB);
}

static void read_value(struct mg_read *row, int i, const struct column *column)
{
    const struct rule *rule = column->rule;
    if (!column->needed && mg_read_is_null(row, i))
        return;
    if (!rule)
        read_type(row, i, column);
    else if (rule->words)
        mg_read_word(row, i, rule->words);
    else if (rule->is == DATE)
        mg_read_date(row, i);
    else if (rule->is == RANGE)
        mg_read_i64_in(row, i, rule->low, rule->high);
    else if (!mg_read_cells_or_null(row, i, NULL))
        mg_read_refuse_type(row, i, SQLITE_TEXT);
}

/* What is wrong is put into words once for each column: finding the row may take a look at the whole table.
 */
static enum mg_code read_values(sqlite3_stmt *statement, struct columns *columns, struct mg_error *err)
{
    for (size_t i = 0; i < columns->count; i++) {
        struct column *column = &columns->list[i];
        struct mg_error why;
        struct mg_read row = mg_read_of(statement, column->wrong ? NULL : &why);
        read_value(&row, (int)i, column);
        if (row.code == MG_ERR_MEMORY)
            return mg_fail_memory(err);
        if (row.code && !column->wrong++)
            memcpy(column->message, why.message, sizeof column->message);
    }
    return MG_OK;
}

static enum mg_code scan(sqlite3_stmt *statement, struct columns *columns, const struct mg_progress *progress,
                         struct mg_error *err)
{
    bool there = true;
    enum mg_code code = MG_OK;
    for (int64_t done = 1; !code && !(code = mg_db_step(statement, &there, err)) && there; done++) {
        code = read_values(statement, columns, err);
        if (!code && done % REPORT_ROWS == 0 && !mg_progress_report(progress, _("reading values"), done, -1))
            code = mg_fail(err, MG_ERR_IO, "%s", _("interrupted"));
    }
    return code;
}

static enum mg_code check_table(struct mg_db *db, const char *table, const struct mg_progress *progress,
                                mg_values_visitor *visit, void *context, struct mg_error *err)
{
    MG_CLEANUP(columns_finish) struct columns columns = {0};
    sqlite3_stmt *statement = NULL;
    enum mg_code code = load_columns(db, table, &columns, err);
    if (!code)
        code = look_for_columns(table, &columns, visit, context, err);
    if (!code)
        code = prepare(db, table, &columns, &statement, err);
    if (!code)
        code = scan(statement, &columns, progress, err);
    sqlite3_finalize(statement);
    for (size_t i = 0; i < columns.count && !code; i++)
        if (columns.list[i].wrong)
            code = visit(context, table, columns.list[i].wrong, columns.list[i].message, err);
    return code;
}

enum mg_code mg_check_values(struct mg_db *db, const struct mg_progress *progress, mg_values_visitor *visit,
                             void *context, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && !code; i++)
        code = check_table(db, tables[i], progress, visit, context, err);
    return code;
}
