#include "libdata/domain/check/check.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/objects.h"
#include "libdata/db/read.h"
#include "libdata/domain/check/values.h"
#include "libdata/domain/digest/digest.h"

/* One statement of check.sql each: its rows are findings. The message follows what the row is about. */
struct question {
    const char *check;
    enum mg_sql sql;
    const char *message;
};

static const struct question integrity = {"integrity", MG_SQL_CHECK_INTEGRITY, N_("SQLite finds damage")};

static const struct question questions[] = {
    {"foreign-keys", MG_SQL_CHECK_FOREIGN_KEYS, N_("rows refer to others that are not there")},
    {"books", MG_SQL_CHECK_ROWS_READ, N_("rows read are not rows loaded, rejected and skipped")},
    {"books", MG_SQL_CHECK_STANDING, N_("rows loaded are not the versions that stand in the edition")},
    {"books", MG_SQL_CHECK_RESPONSES, N_("rows loaded are not the responses stored")},
    {"books", MG_SQL_CHECK_REFERENCES, N_("rows loaded are not those stored")},
    {"books", MG_SQL_CHECK_MEMBERS, N_("the territories of which there are members are not those stored")},
    {"books", MG_SQL_CHECK_STOCK,
     N_("figures that stand in the edition are not those counted by category and département")},
    {"books", MG_SQL_CHECK_COUNTS, N_("rows loaded are not those counted by category and département")},
    {"books", MG_SQL_CHECK_FILLED, N_("a column is filled in more rows than there are")},
    {"books", MG_SQL_CHECK_REJECTS, N_("rows rejected are not those stored")},
    {"books", MG_SQL_CHECK_ISSUES, N_("issues are not those stored")},
    {"books", MG_SQL_CHECK_EVENT_BALANCE, N_("events do not lead from one edition to the other")},
    {"books", MG_SQL_CHECK_EVENT_CATEGORIES,
     N_("events do not lead from one edition's services of the category to the other's")},
    {"books", MG_SQL_CHECK_EVENT_FIGURES,
     N_("events do not lead from one edition's figures of the category to the other's")},
    {"intervals", MG_SQL_CHECK_INTERVALS, N_("an interval ends before it begins, or in another dataset")},
    {"ranges", MG_SQL_CHECK_RANGES, N_("the ids of two editions overlap, or run backwards")},
    {"ranges", MG_SQL_CHECK_RANGE_COVER, N_("versions are in no edition's range of ids")},
    {"ranges", MG_SQL_CHECK_RANGE_DATASET,
     N_("versions of another dataset are in the edition's range of ids")},
    {"records", MG_SQL_CHECK_RECORD_UNUSED, N_("records stand in no edition")},
    {"fields", MG_SQL_CHECK_FIELDS, N_("a field is of another dataset")},
    {"values", MG_SQL_CHECK_SCALES, N_("the scale of the answers has not two ends, the lower first")},
    {"views", MG_SQL_CHECK_VIEWS, N_("the view of a dataset is missing or not registered")},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct checking {
    struct mg_db *db;
    struct mg_out *out;
    const struct mg_progress *progress;
    int64_t findings, done, total;
    bool damaged;    /* SQLite's own check found something */
    bool incomplete; /* a table is not there */
};

static enum mg_code tell(struct checking *c, const char *check, const char *table, int64_t n,
                         const char *message, struct mg_error *err)
{
    c->findings++;
    mg_out_begin(c->out, "finding");
    mg_out_text(c->out, "check", check);
    mg_out_text(c->out, "table", table);
    mg_out_int(c->out, "n", n);
    mg_out_text(c->out, "message", message);
    return mg_out_end_record(c->out, err);
}

/* A check that the file's own damage stops is a finding, unless the damage has been told already; what
 * stops the checking itself is not. */
static enum mg_code tell_failure(struct checking *c, const char *check, const char *table,
                                 const struct mg_error *why, struct mg_error *err)
{
    if (why->code == MG_ERR_DB && c->damaged)
        return MG_OK;
    if (why->code == MG_ERR_DB)
        return tell(c, check, table, 1, why->message, err);
    if (err)
        *err = *why;
    return why->code;
}

static enum mg_code tell_row(struct checking *c, const struct question *question, sqlite3_stmt *row,
                             struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    const char *subject = (const char *)sqlite3_column_text(row, 2);
    if (subject)
        mg_buf_printf(&text, "%s: ", subject);
    mg_buf_add_str(&text, _(question->message));
    if (sqlite3_column_type(row, 3) != SQLITE_NULL)
        mg_buf_printf(&text, _(" (%lld in the books, %lld counted)"), sqlite3_column_int64(row, 3),
                      sqlite3_column_int64(row, 4));
    enum mg_code code = mg_buf_check(&text, err);
    return code == MG_OK ? tell(c, question->check, (const char *)sqlite3_column_text(row, 0),
                                sqlite3_column_int64(row, 1), text.data, err)
                         : code;
}

static enum mg_code report(struct checking *c, struct mg_error *err)
{
    return mg_progress_report(c->progress, _("checking"), c->done++, c->total)
               ? MG_OK
               : mg_fail(err, MG_ERR_IO, "%s", _("interrupted"));
}

static enum mg_code ask(struct checking *c, const struct question *question, struct mg_error *err)
{
    struct mg_error why;
    sqlite3_stmt *statement = NULL;
    bool row = true;
    enum mg_code code = report(c, err);
    if (code != MG_OK)
        return code;
    if (mg_db_statement(c->db, question->sql, &statement, &why) != MG_OK)
        return tell_failure(c, question->check, NULL, &why, err);
    while (code == MG_OK && row) {
        if (mg_db_step(statement, &row, &why) != MG_OK)
            return tell_failure(c, question->check, NULL, &why, err);
        if (row)
            code = tell_row(c, question, statement, err);
    }
    sqlite3_reset(statement);
    return code;
}

/* Without all tables the others have nothing to ask. */
static enum mg_code tell_missing(void *context, const char *type, const char *name, struct mg_error *err)
{
    struct checking *c = context;
    bool stored = strcmp(type, "table") == 0 || strcmp(type, "index") == 0;
    c->incomplete |= stored;
    return tell(c, "tables", name, 1,
                stored ? _("a table or an index is missing") : _("a trigger or a view is missing"), err);
}

static enum mg_code check_tables(struct checking *c, struct mg_error *err)
{
    struct mg_error why;
    enum mg_code code = report(c, err);
    if (code == MG_OK && mg_objects_missing(c->db, tell_missing, c, &why) != MG_OK)
        code = tell_failure(c, "tables", NULL, &why, err);
    return code;
}

struct layer {
    char *table, *column;
    int64_t type, srid;
    bool indexed;
};

struct layers {
    struct layer *list;
    size_t count;
};

static void layers_finish(struct layers *layers)
{
    for (size_t i = 0; i < layers->count; i++) {
        free(layers->list[i].table);
        free(layers->list[i].column);
    }
    free(layers->list);
}

static enum mg_code add_layer(struct layers *layers, struct mg_read *row, struct mg_error *err)
{
    struct layer *grown = mg_realloc(layers->list, layers->count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    layers->list = grown;
    struct layer *layer = &grown[layers->count++];
    *layer = (struct layer){.table = mg_strdup(mg_read_text(row, 0, NULL)),
                            .column = mg_strdup(mg_read_text(row, 1, NULL)),
                            .type = mg_read_i64(row, 2),
                            .srid = mg_read_i64(row, 3),
                            .indexed = mg_read_i64(row, 4) == 1};
    return row->code ? row->code : layer->table && layer->column ? MG_OK : mg_fail_memory(err);
}

static enum mg_code load_layers(struct mg_db *db, struct layers *layers, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_CHECK_GEOMETRY_COLUMNS, err, "");
    while (mg_read_next(&row))
        row.code = add_layer(layers, &row, err);
    return mg_read_end(&row);
}

/* The statement's one row says how many are wrong, or in words what is; 0 and "ok" are no finding. */
static enum mg_code ask_layer(struct checking *c, const char *check, const struct layer *layer,
                              const char *message, sqlite3_stmt *statement, struct mg_error *err)
{
    struct mg_error why;
    bool row = false;
    enum mg_code code = MG_OK;
    if (mg_db_step(statement, &row, &why) != MG_OK) {
        code = tell_failure(c, check, layer->table, &why, err);
    } else if (row && sqlite3_column_type(statement, 0) == SQLITE_TEXT) {
        const char *words = (const char *)sqlite3_column_text(statement, 0);
        if (strcmp(words, "ok") != 0)
            code = tell(c, check, layer->table, 1, words, err);
    } else if (row && sqlite3_column_int64(statement, 0) != 0) {
        code = tell(c, check, layer->table, sqlite3_column_int64(statement, 0), message, err);
    }
    sqlite3_finalize(statement);
    return code;
}

static enum mg_code check_geometry(struct checking *c, const struct layer *layer, struct mg_error *err)
{
    static const char *const types[] = {
        "GEOMETRY",   "POINT",           "LINESTRING",   "POLYGON",
        "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"};
    struct mg_error why;
    sqlite3_stmt *statement = NULL;
    const char *type = layer->type > 0 && layer->type < (int64_t)COUNT(types) ? types[layer->type] : NULL;
    enum mg_code code = mg_db_prepare(c->db, &statement, &why,
                                      "SELECT count(*) FROM \"%w\" WHERE \"%w\" IS NOT NULL AND coalesce("
                                      "SRID(\"%w\") <> ?1 OR GeometryType(\"%w\") <> ?2, 1)",
                                      layer->table, layer->column, layer->column, layer->column);
    if (code == MG_OK)
        code = mg_db_bind(statement, &why, "it", layer->srid, type);
    if (code != MG_OK) {
        sqlite3_finalize(statement);
        return tell_failure(c, "geometry", layer->table, &why, err);
    }
    return ask_layer(c, "geometry", layer, _("not a geometry of the column's type and coordinate system"),
                     statement, err);
}

/* As many cells as geometries, and each cell around the geometry of its row: floats, so a little wider, but
 * by less than two parts in a million. */
static enum mg_code check_index(struct checking *c, const struct layer *layer, struct mg_error *err)
{
    struct mg_error why;
    sqlite3_stmt *statement = NULL;
    MG_FREE char *index = NULL;
    struct mg_buf name = {0};
    mg_buf_printf(&name, "idx_%s_%s", layer->table, layer->column);
    if (!(index = mg_buf_steal(&name)))
        return mg_fail_memory(err);
    if (mg_db_prepare(c->db, &statement, &why, "SELECT rtreecheck('%q')", index) != MG_OK)
        return tell_failure(c, "spatial-index", layer->table, &why, err);
    enum mg_code code = ask_layer(c, "spatial-index", layer, "", statement, err);
    if (code != MG_OK)
        return code;
    if (mg_db_prepare(c->db, &statement, &why,
                      "SELECT abs((SELECT count(\"%w\") FROM \"%w\") - (SELECT count(*) FROM \"%w\"))",
                      layer->column, layer->table, index) != MG_OK)
        return tell_failure(c, "spatial-index", layer->table, &why, err);
    code = ask_layer(c, "spatial-index", layer, _("the index does not hold as many as the table"), statement,
                     err);
    if (code != MG_OK)
        return code;
    if (mg_db_prepare(
            c->db, &statement, &why,
            "SELECT count(*) FROM \"%w\" AS i LEFT JOIN \"%w\" AS t ON t.rowid = i.pkid "
            "WHERE NOT coalesce(MbrMinX(t.\"%w\") BETWEEN i.xmin AND i.xmin + 2e-6 * (1 + abs(i.xmin)) "
            "AND MbrMaxX(t.\"%w\") BETWEEN i.xmax - 2e-6 * (1 + abs(i.xmax)) AND i.xmax "
            "AND MbrMinY(t.\"%w\") BETWEEN i.ymin AND i.ymin + 2e-6 * (1 + abs(i.ymin)) "
            "AND MbrMaxY(t.\"%w\") BETWEEN i.ymax - 2e-6 * (1 + abs(i.ymax)) AND i.ymax, 0)",
            index, layer->table, layer->column, layer->column, layer->column, layer->column) != MG_OK)
        return tell_failure(c, "spatial-index", layer->table, &why, err);
    return ask_layer(c, "spatial-index", layer, _("the index has another place than the table"), statement,
                     err);
}

static enum mg_code check_layers(struct checking *c, const struct layers *layers, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < layers->count && code == MG_OK; i++) {
        const struct layer *layer = &layers->list[i];
        code = report(c, err);
        if (code == MG_OK)
            code = check_geometry(c, layer, err);
        if (code == MG_OK && layer->indexed)
            code = check_index(c, layer, err);
        else if (code == MG_OK)
            code = tell(c, "spatial-index", layer->table, 1, _("the spatial index is not enabled"), err);
    }
    return code;
}

/* ---- are the rows what was stored? ---- */

static enum mg_code add_owner(struct checking *c, struct mg_buf *text, const struct mg_digest_owner *owner,
                              struct mg_error *err)
{
    struct mg_read row;
    if (!owner->dataset && !owner->edition)
        return MG_OK;
    if (owner->edition)
        mg_read_ask(&row, c->db, MG_SQL_DIGEST_OWNER_EDITION, err, "ii", owner->edition, owner->until);
    else
        mg_read_ask(&row, c->db, MG_SQL_DIGEST_OWNER_DATASET, err, "i", owner->dataset);
    if (mg_read_next(&row))
        mg_buf_printf(text, "%s: ", mg_read_text(&row, 0, NULL));
    return mg_read_end(&row);
}

/* mg_digest_wrong_visitor */
static enum mg_code tell_wrong(void *context, int64_t edition, int64_t n, int64_t first_line,
                               struct mg_error *err)
{
    struct checking *c = context;
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    enum mg_code code = add_owner(c, &text, &(struct mg_digest_owner){.edition = edition}, err);
    mg_buf_printf(&text, _("records no longer say what was imported; the first is of line %lld"),
                  (long long)first_line);
    if (code == MG_OK)
        code = mg_buf_check(&text, err);
    return code == MG_OK ? tell(c, "content", "record", n, text.data, err) : code;
}

struct comparing {
    struct checking *c;
    const struct mg_digest_sums *other;
    bool there_too; /* what is in both has been compared */
};

/* mg_digest_visitor */
static enum mg_code compare(void *context, enum mg_digest_part part, const struct mg_digest_owner *owner,
                            uint64_t sum, struct mg_error *err)
{
    struct comparing *comparing = context;
    uint64_t other = mg_digest_sums_get(comparing->other, part, owner);
    if (sum == other || (comparing->there_too && other))
        return MG_OK;
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    enum mg_code code = add_owner(comparing->c, &text, owner, err);
    mg_buf_add_str(&text, part == MG_DIGEST_CONTENT || part == MG_DIGEST_STOCK
                              ? _("what stands in the edition is not what was imported")
                              : _("the rows are not those that were stored"));
    if (code == MG_OK)
        code = mg_buf_check(&text, err);
    return code == MG_OK ? tell(comparing->c, "digest", mg_digest_part_table(part), 1, text.data, err) : code;
}

static enum mg_code verify(struct checking *c, const struct mg_digest_key *key, struct mg_error *err)
{
    MG_CLEANUP(mg_digest_sums_finish) struct mg_digest_sums stored = {0}, found = {0};
    struct mg_digest_watch watch = {c->progress, tell_wrong, c};
    enum mg_code code = mg_digest_load(c->db, &stored, err);
    if (code == MG_OK)
        code = mg_digest_compute(c->db, key, &watch, &found, err);
    if (code == MG_OK)
        code = mg_digest_sums_visit(&found, compare, &(struct comparing){c, &stored, false}, err);
    if (code == MG_OK)
        code = mg_digest_sums_visit(&stored, compare, &(struct comparing){c, &found, true}, err);
    return code;
}

static enum mg_code check_digests(struct checking *c, struct mg_error *err)
{
    struct mg_error why = {0};
    struct mg_digest_key key;
    bool there = false;
    enum mg_code code = mg_digest_key_load(c->db, &key, &there, &why);
    if (code == MG_OK && !there)
        return tell(c, "digest", "digest_key", 1,
                    _("the file has no digests of what is stored: they come with the next import"), err);
    if (code == MG_OK)
        code = verify(c, &key, &why);
    return code == MG_OK ? MG_OK : tell_failure(c, "digest", NULL, &why, err);
}

static enum mg_code tell_values(void *context, const char *table, int64_t n, const char *message,
                                struct mg_error *err)
{
    return tell(context, "values", table, n, message, err);
}

static enum mg_code check_values(struct checking *c, struct mg_error *err)
{
    struct mg_error why = {0};
    enum mg_code code = mg_check_values(c->db, c->progress, tell_values, c, &why);
    return code == MG_OK ? MG_OK : tell_failure(c, "values", NULL, &why, err);
}

static enum mg_code check_all(struct checking *c, bool verify, struct mg_error *err)
{
    c->total = (int64_t)COUNT(questions) + 2;
    enum mg_code code = ask(c, &integrity, err);
    c->damaged = c->findings > 0;
    if (code == MG_OK)
        code = check_tables(c, err);
    if (code != MG_OK || c->incomplete)
        return code;
    MG_CLEANUP(layers_finish) struct layers layers = {0};
    struct mg_error why;
    if (load_layers(c->db, &layers, &why) != MG_OK)
        code = tell_failure(c, "geometry", "geometry_columns", &why, err);
    c->total += (int64_t)layers.count;
    for (size_t i = 0; i < COUNT(questions) && code == MG_OK; i++)
        code = ask(c, &questions[i], err);
    if (code == MG_OK)
        code = check_values(c, err);
    if (code == MG_OK)
        code = check_layers(c, &layers, err);
    return code == MG_OK && verify ? check_digests(c, err) : code;
}

enum mg_code mg_check(struct mg_db *db, bool verify, struct mg_out *out, const struct mg_progress *progress,
                      int64_t *ret_findings, struct mg_error *err)
{
    struct checking checking = {.db = db, .out = out, .progress = progress};
    enum mg_code code = mg_db_spatialite(db, err);
    if (code == MG_OK)
        code = mg_db_begin(db, err); /* one state of the file, whoever writes meanwhile */
    if (code != MG_OK)
        return code;
    code = check_all(&checking, verify, err);
    mg_db_rollback(db);
    if (code == MG_OK)
        *ret_findings = checking.findings;
    return code;
}
