/* answer/one_service.c - the life of one service. */
#include "libdata/domain/history/answer/one_service.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/domain/linkage/linkage.h"
#include "libdata/geo/blob.h"
#include "libdata/io/json_cells.h"

enum {
    LIFE_FROM,
    LIFE_UNTIL,
    LIFE_NAME,
    LIFE_CLOSED = LIFE_NAME + 7,
    LIFE_LINE,
    LIFE_EDITION,
    LIFE_GEOM,
    LIFE_KEY,
    LIFE_RECORD
};

struct life {
    const struct mg_dataset *dataset;
    const char *key;       /* as it was asked for */
    struct mg_buf name;    /* as the file's statements name it */
    struct mg_buf records; /* of its rows: a JSON array */
    struct mg_out *out;
};

static void finish(struct life *life)
{
    mg_buf_finish(&life->name);
    mg_buf_finish(&life->records);
}

static void add_text(struct mg_out *out, const char *key, struct mg_read *row, int column)
{
    mg_out_text(out, key, mg_read_text_or_null(row, column, NULL));
}

static enum mg_code write_content(struct life *life, struct mg_read *row, struct mg_error *err)
{
    static const char *const names[] = {"name",    "category", "address", "postcode",
                                        "commune", "status",   "opened",  "closed"};
    size_t length;
    const void *geom = mg_read_blob_or_null(row, LIFE_GEOM, &length);
    struct mg_out *out = life->out;
    double lon = NAN, lat = NAN;

    if (geom && !mg_blob_read_point(geom, length, &lon, &lat))
        return mg_fail(err, MG_ERR_DB, _("the place of key '%s' of dataset %s is not a point"), life->key,
                       life->dataset->name);
    mg_out_begin(out, "life");
    mg_out_text(out, "dataset", life->dataset->name);
    add_text(out, "key", row, LIFE_KEY);
    add_text(out, "from", row, LIFE_FROM);
    add_text(out, "until", row, LIFE_UNTIL);
    for (int i = 0; i <= LIFE_CLOSED - LIFE_NAME; i++)
        add_text(out, names[i], row, LIFE_NAME + i);
    mg_out_real(out, "lon", lon);
    mg_out_real(out, "lat", lat);
    mg_out_int(out, "line", mg_read_i64(row, LIFE_LINE));
    add_text(out, "edition", row, LIFE_EDITION);
    mg_buf_printf(&life->records, "%s%lld", life->records.length > 1 ? "," : "",
                  (long long)mg_read_i64(row, LIFE_RECORD));
    return row->code ? row->code : mg_out_end_record(out, err);
}

/* A JSON array of texts as a list; anything else as it is. */
static enum mg_code write_list(struct mg_out *out, const char *key, const char *json, size_t length,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    struct mg_json_cells cells;
    struct mg_json_cell cell;
    size_t count = 0;

    if (json && json[0] != '[') {
        mg_out_text(out, key, json);
        return MG_OK;
    }
    mg_json_cells_start(&cells, json, length);
    for (; mg_json_cells_next(&cells, &cell); count++) {
        mg_json_cell_add(&text, &cell);
        mg_buf_add_char(&text, '\0');
    }
    MG_FREE const char **items = mg_malloc((count + 1) * sizeof *items);
    if (!items)
        return mg_fail_memory(err);
    enum mg_code code = mg_buf_check(&text, err);
    const char *at = text.data;
    for (size_t i = 0; i < count && !code; i++) {
        items[i] = at;
        at += strlen(at) + 1;
    }
    if (!code)
        mg_out_list(out, key, items, count);
    return code;
}

/* The columns of the statements that follow: what a record of that type tells, in order. */
enum told { TOLD_TEXT, TOLD_REAL, TOLD_INT, TOLD_LIST, TOLD_LEVEL, TOLD_MEANS };

struct column {
    const char *key;
    enum told told;
};

static const struct column event_columns[] = {
    {"from", TOLD_TEXT},       {"to", TOLD_TEXT},
    {"event", TOLD_TEXT},      {"changes", TOLD_LIST},
    {"artefacts", TOLD_LIST},  {"key_before", TOLD_TEXT},
    {"key_after", TOLD_TEXT},  {"distance_m", TOLD_REAL},
    {"not_before", TOLD_TEXT}, {"not_after", TOLD_TEXT},
    {"score", TOLD_REAL},      {"evidence", TOLD_LIST},
    {"line_before", TOLD_INT}, {"edition_before", TOLD_TEXT},
    {"line_after", TOLD_INT},  {"edition_after", TOLD_TEXT},
    {NULL, TOLD_TEXT},
};
static const struct column link_columns[] = {
    {"from", TOLD_TEXT},           {"to", TOLD_TEXT},        {"key_before", TOLD_TEXT},
    {"key_after", TOLD_TEXT},      {"how", TOLD_TEXT},       {"zone", TOLD_TEXT},
    {"score", TOLD_REAL},          {"evidence", TOLD_LIST},  {"line_before", TOLD_INT},
    {"edition_before", TOLD_TEXT}, {"line_after", TOLD_INT}, {"edition_after", TOLD_TEXT},
    {"means", TOLD_MEANS},         {NULL, TOLD_TEXT},
};
/* The level is told by its number and by what it means. */
static const struct column model_columns[] = {
    {"from", TOLD_TEXT},        {"to", TOLD_TEXT},          {"pairs", TOLD_INT},       {"prior", TOLD_REAL},
    {"linked_from", TOLD_REAL}, {"review_from", TOLD_REAL}, {"comparison", TOLD_TEXT}, {"level", TOLD_INT},
    {"means", TOLD_LEVEL},      {"m", TOLD_REAL},           {"u", TOLD_REAL},          {"bits", TOLD_REAL},
    {NULL, TOLD_TEXT},
};
static const struct column decision_columns[] = {
    {"action", TOLD_TEXT},
    {"from", TOLD_TEXT},
    {"to", TOLD_TEXT},
    {"key_before", TOLD_TEXT},
    {"key_after", TOLD_TEXT},
    {"artefact", TOLD_TEXT},
    {"decided_by", TOLD_TEXT},
    {"reason", TOLD_TEXT},
    {"line", TOLD_INT},
    {"line_before", TOLD_INT},
    {"edition_before", TOLD_TEXT},
    {"line_after", TOLD_INT},
    {"edition_after", TOLD_TEXT},
    {NULL, TOLD_TEXT},
};
static const struct column project_columns[] = {
    {"projects", TOLD_TEXT},
    {"project", TOLD_TEXT},
    {"ministry", TOLD_TEXT},
    {"kind", TOLD_TEXT},
    {"expected", TOLD_TEXT},
    {"status", TOLD_TEXT},
    {"from", TOLD_TEXT},
    {"until", TOLD_TEXT},
    {"event", TOLD_TEXT},
    {"event_not_before", TOLD_TEXT},
    {"event_not_after", TOLD_TEXT},
    {"line", TOLD_INT},
    {"edition", TOLD_TEXT},
    {NULL, TOLD_TEXT},
};

static const struct {
    const char *type;
    enum mg_sql sql;
    const struct column *columns;
} kinds[] = {
    {"event", MG_SQL_LIFE_EVENTS, event_columns},       {"link", MG_SQL_LIFE_LINKS, link_columns},
    {"model", MG_SQL_LIFE_MODELS, model_columns},       {"decision", MG_SQL_LIFE_DECISIONS, decision_columns},
    {"project", MG_SQL_LIFE_PROJECTS, project_columns},
};

/* Of 8 * comparison + level; NULL for one that there is not. */
static const char *level_name(int number)
{
    int comparison = number / MG_LINKAGE_LEVELS, level = number % MG_LINKAGE_LEVELS;

    if (number < 0 || comparison >= MG_LINKAGE_COMPARISONS ||
        level > mg_linkage_level_count((enum mg_linkage_comparison)comparison))
        return NULL;
    return mg_linkage_level_name((enum mg_linkage_comparison)comparison, level);
}

/* The levels of a link in words: of "name 6/6, place 5/7" what 6 and 5 mean. */
static enum mg_code write_means(struct mg_out *out, const char *key, const char *evidence,
                                struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    enum mg_code code;

    for (int c = 0; c < MG_LINKAGE_COMPARISONS && evidence; c++) {
        enum mg_linkage_comparison comparison = (enum mg_linkage_comparison)c;
        const char *name = mg_linkage_comparison_name(comparison), *at = strstr(evidence, name);
        size_t length = strlen(name);
        int level = at && at[length] == ' ' ? at[length + 1] - '0' : 0;

        if (level >= 1 && level <= mg_linkage_level_count(comparison))
            mg_buf_printf(&text, "%s%s: %s", text.length ? "; " : "", name,
                          mg_linkage_level_name(comparison, level));
    }
    code = mg_buf_check(&text, err);
    if (code)
        return code;
    mg_out_text(out, key, text.length ? text.data : NULL);
    return MG_OK;
}

static enum mg_code write_row(const struct life *life, const char *type, const struct column *columns,
                              struct mg_read *row, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    mg_out_begin(life->out, type);
    mg_out_text(life->out, "dataset", life->dataset->name);
    for (int i = 0; columns[i].key && !code; i++) {
        const char *key = columns[i].key, *text;
        size_t length;

        if (columns[i].told == TOLD_REAL && !mg_read_is_null(row, i)) {
            mg_out_real(life->out, key, mg_read_real(row, i));
        } else if (columns[i].told == TOLD_INT && !mg_read_is_null(row, i)) {
            mg_out_int(life->out, key, mg_read_i64(row, i));
        } else if (columns[i].told == TOLD_LEVEL) {
            mg_out_text(life->out, key, level_name(mg_read_int(row, i, 0, INT_MAX)));
        } else {
            text = mg_read_text_or_null(row, i, &length);
            if (columns[i].told == TOLD_LIST)
                code = write_list(life->out, key, text, length, err);
            else if (columns[i].told == TOLD_MEANS)
                code = write_means(life->out, key, text, err);
            else
                mg_out_text(life->out, key, text);
        }
        code = code ? code : row->code;
    }
    return code ? code : mg_out_end_record(life->out, err);
}

/* columns NULL: the rows themselves. */
static enum mg_code write_all(struct life *life, struct mg_db *db, enum mg_sql sql, const char *type,
                              const struct column *columns, struct mg_error *err)
{
    struct mg_read row;

    mg_read_ask(&row, db, sql, err, "it", life->dataset->id, columns ? life->records.data : life->name.data);
    while (mg_read_next(&row))
        row.code = columns ? write_row(life, type, columns, &row, err) : write_content(life, &row, err);
    return mg_read_end(&row);
}

/* "line 12 of 2019-01-01", as evidence names a row that has no key. */
static bool names_line(const char *text, int64_t *ret_line, char edition[MG_DATE_SIZE])
{
    char *end;
    mg_date date;

    if (strncmp(text, "line ", 5) != 0 || text[5] < '1' || text[5] > '9')
        return false;
    *ret_line = strtoll(text + 5, &end, 10);
    if (strncmp(end, " of ", 4) != 0 || !mg_date_parse_iso(end + 4, strlen(end + 4), &date))
        return false;
    mg_date_format(date, edition);
    return true;
}

/* By its key, or else by the line of one of its rows. */
static enum mg_code name_service(struct life *life, struct mg_db *db, struct mg_error *err)
{
    char edition[MG_DATE_SIZE];
    int64_t line;
    enum mg_code code = MG_OK;
    bool found = false;

    if (names_line(life->key, &line, edition)) {
        struct mg_read row;

        mg_read_ask(&row, db, MG_SQL_LIFE_LINE, err, "iti", life->dataset->id, edition, line);
        if ((found = mg_read_next(&row)))
            mg_buf_add_str(&life->name, mg_read_text(&row, 0, NULL));
        code = mg_read_end(&row);
    }
    if (!found)
        mg_buf_printf(&life->name, "k%s", life->key);
    mg_buf_add_char(&life->records, '[');
    return code ? code : mg_buf_check(&life->name, err);
}

enum mg_code mg_history_life_write(struct mg_db *db, const struct mg_dataset *dataset, const char *key,
                                   struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(finish) struct life life = {.dataset = dataset, .key = key, .out = out};
    int64_t first = mg_out_records(out);
    enum mg_code code;

    if (strcmp(dataset->kind, "services") != 0)
        return mg_fail(err, MG_ERR_USAGE, _("dataset %s holds %s, not services"), dataset->name,
                       dataset->kind);
    code = name_service(&life, db, err);
    if (!code)
        code = write_all(&life, db, MG_SQL_LIFE_ROWS, "life", NULL, err);
    if (!code && mg_out_records(out) == first) {
        code = mg_fail(err, MG_ERR_USAGE, _("no edition of dataset %s has a row with the key '%s'"),
                       dataset->name, key);
        mg_error_hint(err, _("keys are compared to the letter, as the source writes them; a row without one "
                             "is named by its line, as in 'line 12 of 2019-01-01'"));
    }
    mg_buf_add_char(&life.records, ']');
    if (!code)
        code = mg_buf_check(&life.records, err);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && !code; i++)
        code = write_all(&life, db, kinds[i].sql, kinds[i].type, kinds[i].columns, err);
    return code;
}
