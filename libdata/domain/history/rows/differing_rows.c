/* rows/differing_rows.c - which rows stand in one of two editions only, and what their keys are. */
#include "libdata/domain/history/rows/rows.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

/* Versions name editions by id; what counts is their order by date. */
static bool edition_rank(const struct mg_dataset *dataset, int64_t id, uint32_t *rank)
{
    if (*rank < dataset->edition_count && dataset->editions[*rank].id == id)
        return true; /* as in the row before */
    for (uint32_t i = 0; i < dataset->edition_count; i++) {
        if (dataset->editions[i].id == id) {
            *rank = i;
            return true;
        }
    }
    return false;
}

static enum mg_code version_read(struct mg_history *h, struct mg_read *row, uint32_t *first, uint32_t *gone,
                                 struct history_version *version, struct mg_error *err)
{
    const struct mg_dataset *dataset = h->dataset;
    bool open = mg_read_is_null(row, 2);

    if (!edition_rank(dataset, mg_read_i64(row, 1), first) ||
        (!open && !edition_rank(dataset, mg_read_i64(row, 2), gone))) {
        if (row->code)
            return row->code;
        mg_fail(err, MG_ERR_DB, _("a version of dataset %s names an edition that the dataset has not"),
                dataset->name);
        mg_error_hint(err, _("maillage check tells what is wrong with the file"));
        return MG_ERR_DB;
    }
    version->record = mg_read_i64(row, 0);
    version->hash = (uint64_t)mg_read_i64(row, 3);
    for (int side = 0; side < HISTORY_SIDES; side++)
        version->stands[side] = *first <= h->ranks[side] && (open || *gone > h->ranks[side]);
    return row->code;
}

/* The versions that one import added. Most are there since that edition and to this day, so they stand in
 * both of the two, or in neither: unless that edition lies between them, these need not be read. */
static enum mg_code start_import(struct mg_history *h, size_t rank, struct mg_read *row, struct mg_error *err)
{
    const struct mg_edition *edition = &h->dataset->editions[rank];
    bool between = rank > h->ranks[HISTORY_BEFORE] && rank <= h->ranks[HISTORY_AFTER];

    return mg_read_ask(row, h->db, between ? MG_SQL_HISTORY_VERSIONS : MG_SQL_HISTORY_VERSIONS_LEFT, err,
                       between ? "ii" : "iii", edition->first_version, edition->last_version, edition->id);
}

/* Those that stand in one of the two editions, and some of those that stand in both. */
static enum mg_code keep_version(struct mg_history *h, const struct history_version *version,
                                 struct mg_error *err)
{
    const struct history_row row = {version->record, 0, version->hash, HISTORY_NONE};

    if (version->stands[HISTORY_BEFORE] != version->stands[HISTORY_AFTER])
        return history_rows_add(&h->rows[version->stands[HISTORY_AFTER]], &row, err);
    return version->stands[HISTORY_BEFORE] && version->hash % HISTORY_SAMPLE == 0
               ? history_rows_add(&h->sampled, &row, err)
               : MG_OK;
}

static enum mg_code load_import(struct mg_history *h, size_t rank, struct mg_error *err)
{
    const struct mg_edition *edition = &h->dataset->editions[rank];
    struct mg_read row;
    enum mg_code code = start_import(h, rank, &row, err);
    uint32_t first = 0, gone = 0;
    int64_t done = 0, total = edition->last_version - edition->first_version + 1;

    while (!code && mg_read_next(&row)) {
        struct history_version version;

        code = version_read(h, &row, &first, &gone, &version, err);
        if (code)
            break;
        if ((code = keep_version(h, &version, err)))
            break;
        if (++done % 65536 == 0 &&
            !mg_progress_report(h->options.progress, _("reading versions"), done, total)) {
            code = mg_fail(err, MG_ERR_IO, _("interrupted"));
            break;
        }
    }
    mg_read_end(&row);
    return code ? code : row.code;
}

static int by_hash(const void *a, const void *b)
{
    const struct history_row *x = a, *y = b;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static int by_record(const void *a, const void *b)
{
    const struct history_row *x = a, *y = b;

    return (x->record > y->record) - (x->record < y->record);
}

static size_t run_of(const struct history_rows *rows, size_t from)
{
    size_t n = 1;

    while (from + n < rows->count && rows->rows[from + n].hash == rows->rows[from].hash)
        n++;
    return n;
}

static void keep(struct history_rows *rows, size_t *kept, size_t from, size_t n)
{
    memmove(rows->rows + *kept, rows->rows + from, n * sizeof *rows->rows);
    *kept += n;
}

/* A row that was away in between, or that one edition has twice and the other once: the same content in
 * two versions. They cancel out one by one. */
static enum mg_code cancel_same(struct mg_history *h, struct mg_error *err)
{
    struct history_rows *a = &h->rows[HISTORY_BEFORE], *b = &h->rows[HISTORY_AFTER];
    size_t i = 0, j = 0, kept_a = 0, kept_b = 0;

    if (!a->count || !b->count)
        return MG_OK;
    qsort(a->rows, a->count, sizeof *a->rows, by_hash);
    qsort(b->rows, b->count, sizeof *b->rows, by_hash);
    while (i < a->count && j < b->count) {
        if (a->rows[i].hash < b->rows[j].hash) {
            keep(a, &kept_a, i++, 1);
        } else if (a->rows[i].hash > b->rows[j].hash) {
            keep(b, &kept_b, j++, 1);
        } else {
            size_t run_a = run_of(a, i), run_b = run_of(b, j), left_a = run_a, left_b = run_b;
            enum mg_code code = history_cancel_group(h, a->rows + i, &left_a, b->rows + j, &left_b, err);

            if (code)
                return code;
            keep(a, &kept_a, i, left_a);
            keep(b, &kept_b, j, left_b);
            i += run_a;
            j += run_b;
        }
    }
    keep(a, &kept_a, i, a->count - i);
    keep(b, &kept_b, j, b->count - j);
    a->count = kept_a;
    b->count = kept_b;
    return MG_OK;
}

/* mg_feed: the records of rows, asked for all at once. */
struct asking {
    const struct history_rows *rows;
    size_t asked;
};

static enum mg_code next_record(void *context, bool *ret_row, struct mg_error *err)
{
    struct asking *asking = context;

    (void)err;
    *ret_row = asking->asked++ < asking->rows->count;
    return MG_OK;
}

static void record_column(void *context, int column, sqlite3_context *out)
{
    const struct asking *asking = context;

    (void)column;
    sqlite3_result_int64(out, asking->rows->rows[asking->asked - 1].record);
}

enum mg_code history_ask_records(struct mg_history *h, const struct history_rows *rows, enum mg_sql sql,
                                 mg_feed_visitor *visit, void *context, struct mg_error *err)
{
    struct asking asking = {.rows = rows};
    const struct mg_feed feed = {.context = &asking, .next = next_record, .column = record_column};

    return mg_feed_ask(h->db, sql, &feed, visit, context, err);
}

/* The rows of one side. */
struct reading {
    struct mg_history *h;
    int side;
    size_t read;
    int64_t *keyless;
};

static enum mg_code read_row(void *context, sqlite3_stmt *said, struct mg_error *err)
{
    struct reading *reading = context;
    struct mg_history *h = reading->h;
    const struct history_rows *rows = &h->rows[reading->side];
    size_t i = reading->read++;
    struct history_row *row = &rows->rows[i];
    struct mg_read says = mg_read_of(said, err);
    enum mg_code code = history_take_and_keep(h, reading->side, row->record, &says, err);
    const char *key = h->contents[reading->side].key;
    int64_t found;

    if (code)
        return code;
    row->line = h->contents[reading->side].line;
    history_count_filled(h, reading->side);
    if (i % 8192 == 0 &&
        !mg_progress_report(h->options.progress, _("reading rows"), (int64_t)i, (int64_t)rows->count))
        return mg_fail(err, MG_ERR_IO, _("interrupted"));
    if (h->options.content_only || !key) {
        ++*reading->keyless;
        return MG_OK;
    }
    if (!(code = mg_map_put(&h->keys, key, strlen(key), (int64_t)h->keys.count, &found, err)))
        row->key = (uint32_t)found;
    return code;
}

/* In the order of their ids, which is that of the file. */
static enum mg_code read_rows(struct mg_history *h, int side, int64_t *keyless, struct mg_error *err)
{
    struct history_rows *rows = &h->rows[side];
    struct reading reading = {.h = h, .side = side, .keyless = keyless};

    if (rows->count)
        qsort(rows->rows, rows->count, sizeof *rows->rows, by_record);
    return history_ask_records(h, rows, MG_SQL_HISTORY_ROWS, read_row, &reading, err);
}

static enum mg_code read_both(struct mg_history *h, struct mg_error *err)
{
    size_t count = h->rows[HISTORY_BEFORE].count + h->rows[HISTORY_AFTER].count;
    enum mg_code code = history_kept_expect(&h->kept, count, err);

    if (!code && !h->options.content_only)
        code = mg_map_expect(&h->keys, count, err);
    if (!code)
        code = read_rows(h, HISTORY_BEFORE, &h->summary.keyless_before, err);
    return code ? code : read_rows(h, HISTORY_AFTER, &h->summary.keyless_after, err);
}

/* Rows that differ in nothing open are the same. */
static enum mg_code hash_what_is_open(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (int side = 0; side < HISTORY_SIDES && h->options.open_only; side++) {
        for (size_t i = 0; i < h->rows[side].count && !code; i++) {
            struct history_row *row = &h->rows[side].rows[i];

            code = history_order_hash(h, side, row->record, row->hash, &row->hash, err);
        }
    }
    return code;
}

static int64_t known_rows(const struct mg_history *h, int side)
{
    return (int64_t)h->rows[side].count + (int64_t)h->same[side].count;
}

static enum mg_code count_version(struct mg_history *h, const struct history_version *version,
                                  struct mg_read *row, void *context, struct mg_error *err)
{
    (void)version, (void)row, (void)context, (void)err;
    h->standing++;
    return MG_OK;
}

/* What the earlier edition loaded and is not known to differ stands in both, so the later one must have
 * loaded that too. Only where it has not are the rows that stand counted, which takes as long as all else, to
 * tell which of the two is wrong. */
static enum mg_code settle_standing(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code;

    h->standing = h->editions[HISTORY_BEFORE]->rows_loaded - known_rows(h, HISTORY_BEFORE);
    if (h->standing >= 0 &&
        h->standing + known_rows(h, HISTORY_AFTER) == h->editions[HISTORY_AFTER]->rows_loaded)
        return MG_OK;
    h->standing = 0;
    code = history_standing(h, MG_SQL_HISTORY_VERSIONS, count_version, NULL, err);
    if (code)
        return code;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        const struct mg_edition *edition = h->editions[side];
        int64_t rows = h->standing + known_rows(h, side);

        if (rows == edition->rows_loaded)
            continue;
        mg_fail(err, MG_ERR_DB, _("edition %s of dataset %s loaded %lld rows, but %lld stand in it"),
                edition->as_of, h->dataset->name, (long long)edition->rows_loaded, (long long)rows);
        mg_error_hint(err, _("maillage check tells what is wrong with the file"));
        return MG_ERR_DB;
    }
    return MG_OK;
}

static enum mg_code load(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code;

    for (size_t i = 0; i < h->dataset->edition_count; i++) {
        if (h->dataset->editions[i].first_version) {
            code = load_import(h, i, err);
            if (code)
                return code;
        }
    }
    code = hash_what_is_open(h, err);
    if (!code)
        code = cancel_same(h, err);
    if (!code)
        code = settle_standing(h, err);
    if (!code)
        code = read_both(h, err);
    if (code)
        return code;
    h->summary.rows_before = h->editions[HISTORY_BEFORE]->rows_loaded;
    h->summary.rows_after = h->editions[HISTORY_AFTER]->rows_loaded;
    return MG_OK;
}

enum mg_code history_load(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code;

    mg_db_read_once(h->db, true);
    code = load(h, err);
    mg_db_read_once(h->db, false);
    return code;
}

static enum mg_code standing_of_import(struct mg_history *h, const struct mg_edition *import, enum mg_sql sql,
                                       history_standing_visitor *visit, void *context, struct mg_error *err)
{
    struct mg_read row;
    uint32_t first = 0, gone = 0;

    mg_read_ask(&row, h->db, sql, err, "ii", import->first_version, import->last_version);
    while (mg_read_next(&row)) {
        struct history_version version;

        if (!(row.code = version_read(h, &row, &first, &gone, &version, err)) &&
            version.stands[HISTORY_BEFORE] && version.stands[HISTORY_AFTER])
            row.code = visit(h, &version, &row, context, err);
    }
    return mg_read_end(&row);
}

enum mg_code history_standing(struct mg_history *h, enum mg_sql sql, history_standing_visitor *visit,
                              void *context, struct mg_error *err)
{
    for (size_t i = 0; i < h->dataset->edition_count; i++) {
        const struct mg_edition *import = &h->dataset->editions[i];
        enum mg_code code;

        if (import->first_version) {
            code = standing_of_import(h, import, sql, visit, context, err);
            if (code)
                return code;
        }
    }
    return MG_OK;
}

static void count_key(struct mg_history *h, const char *key, size_t length)
{
    int64_t entry = key ? mg_map_get(&h->keys, key, length) : -1;

    if (entry >= 0)
        h->key_standing[entry]++;
}

static enum mg_code count_standing(struct mg_history *h, const struct history_version *version,
                                   struct mg_read *row, void *context, struct mg_error *err)
{
    size_t length;
    const char *key = mg_read_text_or_null(row, 4, &length);

    (void)version;
    (void)context;
    (void)err;
    count_key(h, key, length);
    return row->code;
}

enum mg_code history_count_standing(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code;

    if (!(h->key_standing = mg_calloc(h->keys.count + 1, sizeof *h->key_standing)))
        return mg_fail_memory(err);
    code = history_standing(h, MG_SQL_HISTORY_STANDING, count_standing, NULL, err);
    if (code)
        return code;
    for (size_t i = 0; i < h->same[HISTORY_BEFORE].count; i++) {
        const struct history_content *content = &h->contents[HISTORY_BEFORE];

        code = history_read(h, HISTORY_BEFORE, h->same[HISTORY_BEFORE].rows[i].record, err);
        if (code)
            return code;
        if (content->key)
            count_key(h, content->key, strlen(content->key));
    }
    return MG_OK;
}
