/* Import of services one by one: rows become records and versions. */
#include "libdata/domain/kinds/services.h"

#include <assert.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/feed.h"

#define FEWEST        4096
#define MOST_EXPECTED ((size_t)1 << 24) /* what a file seems to hold is not taken at its word beyond this */

#define CODE_LENGTH 5 /* of a commune's code or a postcode, as diff-history reads them as well */

/* How many rows the file has if the others are as long as those so far; 0: unknown. */
static size_t rows_expected(const struct mg_import *import, const struct mg_row *row)
{
    int64_t total = import->info->bytes_total, at = row->byte_offset;
    if (total <= at || at <= 0)
        return 0;
    double rows = (double)import->rows_read * ((double)total / (double)at) * 1.02 + 1;
    return rows < MOST_EXPECTED ? (size_t)rows : MOST_EXPECTED;
}

struct array {
    void **items;
    size_t count, *capacity, size;
};

/* Room for one more: at first for as many as seem to come (memory that is not used costs nothing), later for
 * half as many again. row: the one at hand, NULL where nobody knows how many will come. */
static enum mg_code reserve(struct array array, const struct mg_import *import, const struct mg_row *row,
                            struct mg_error *err)
{
    if (array.count < *array.capacity)
        return MG_OK;
    size_t more = *array.capacity ? *array.capacity + *array.capacity / 2 : FEWEST;
    size_t expected = *array.capacity && row ? rows_expected(import, row) : 0;
    if (expected > more)
        more = expected;
    void *grown = mg_realloc(*array.items, more, array.size);
    if (!grown)
        return mg_fail_memory(err);
    *array.items = grown;
    *array.capacity = more;
    return MG_OK;
}

static enum mg_code keep_reused(struct mg_services *s, int64_t record, int64_t hash, struct mg_error *err)
{
    size_t count = s->reused_count;
    if (!(count & (count - 1))) {
        struct mg_reused *more = mg_realloc(s->reused, count ? count * 2 : 1, sizeof *more);
        if (!more)
            return mg_fail_memory(err);
        s->reused = more;
    }
    s->reused[s->reused_count++] = (struct mg_reused){record, hash};
    return MG_OK;
}

static enum mg_code keep_found(struct mg_services *s, int64_t record, int64_t line, struct mg_error *err)
{
    enum mg_code code =
        reserve((struct array){(void **)&s->found, s->found_count, &s->found_capacity, sizeof *s->found},
                s->import, NULL, err);
    if (!code)
        s->found[s->found_count++] = (struct mg_found){record, line};
    return code;
}

/* Content that is new: spelt out, and remembered for its version and its place in the index. */
static enum mg_code keep_new(struct mg_services *s, const struct mg_row *row, int64_t hash,
                             struct mg_error *err)
{
    const struct mg_row *first = s->intervals ? NULL : row; /* of later editions most rows are known */
    uint64_t digest = 0;
    enum mg_code code = mg_services_spell(s, row, err);
    if (!code)
        code = mg_services_digest(s, s->first_record + (int64_t)s->hash_count, &digest, err);
    s->record_sum += digest;
    if (!code)
        code =
            reserve((struct array){(void **)&s->hashes, s->hash_count, &s->hash_capacity, sizeof *s->hashes},
                    s->import, first, err);
    if (!code && s->place.there)
        code = reserve(
            (struct array){(void **)&s->points, s->point_count, &s->point_capacity, sizeof *s->points},
            s->import, first, err);
    if (code)
        return code;
    if (s->place.there)
        s->points[s->point_count++] =
            (struct mg_index_point){s->place.x, s->place.y, s->first_record + (int64_t)s->hash_count};
    s->hashes[s->hash_count++] = hash;
    return MG_OK;
}

/* Content that is known: where it stands is counted all the same. */
static enum mg_code keep_stand(struct mg_services *s, const struct mg_row *row, struct mg_error *err)
{
    if (!s->place.there)
        return MG_OK;
    enum mg_code code =
        reserve((struct array){(void **)&s->stands, s->stand_count, &s->stand_capacity, sizeof *s->stands},
                s->import, row, err);
    if (!code)
        s->stands[s->stand_count++] =
            (struct mg_stand){mg_services_point_hash(s->place.x, s->place.y), row->line};
    return code;
}

static enum mg_code profile(struct mg_services *s, struct mg_error *err)
{
    const struct mg_text *category = &s->texts[MG_ROLE_CATEGORY], *place = &s->texts[MG_ROLE_COMMUNE];
    if (!place->text || place->length != CODE_LENGTH)
        place = &s->texts[MG_ROLE_POSTCODE];
    bool coded = place->text && place->length == CODE_LENGTH;
    return mg_profile_add(&s->import->profile, coded ? place->text : "", coded ? CODE_LENGTH : 0,
                          category->text ? category->text : "", category->length, 1, s->place.there, err);
}

/* One row: *ret_new says whether it is a record to store. */
static enum mg_code take_row(struct mg_services *s, const struct mg_row *row, bool *ret_new,
                             struct mg_error *err)
{
    mg_services_expect_key(s, row);
    int64_t hash = mg_services_hash(s, row), record = 0;
    *ret_new = false;
    enum mg_code code = mg_buf_check(&s->content, err);
    if (!code)
        code = mg_services_understand(s, row, err);
    if (code)
        return code;
    mg_import_loaded(s->import);
    code = profile(s, err);
    if (!code)
        code = mg_services_project(s, row, err);
    if (code)
        return code;
    s->content_sum += s->content_digest;
    enum mg_match match = MG_MATCH_NEW;
    if (s->intervals)
        code =
            mg_intervals_match(s->intervals, &(struct mg_intervals_row){hash, s->content_digest, &s->content},
                               &match, &record, err);
    if (code)
        return code;
    if (match != MG_MATCH_NEW && s->import->unlined_records)
        code = keep_found(s, record, row->line, err);
    if (match != MG_MATCH_NEW && !code)
        code = keep_stand(s, row, err);
    if (code)
        return code;
    switch (match) {
    case MG_MATCH_UNCHANGED:
        s->import->unchanged++;
        return MG_OK;
    case MG_MATCH_NEXT:
        s->import->added++;
        return MG_OK;
    case MG_MATCH_RECORD:
        s->import->added++;
        return keep_reused(s, record, hash, err);
    case MG_MATCH_NEW:
        s->import->added++;
        *ret_new = true;
        return keep_new(s, row, hash, err);
    }
    return MG_OK;
}

/* mg_feed: the next record to store. */
static enum mg_code next_record(void *context, bool *ret_row, struct mg_error *err)
{
    struct mg_services *s = context;
    *ret_row = false;
    while (!*ret_row) {
        const struct mg_row *row = NULL;
        enum mg_code code = mg_import_next(s->import, &row, err);
        if (code || !row)
            return code;
        if (s->guesses && !mg_services_keeps_guesses(s, row)) {
            s->broken = true;
            return MG_OK;
        }
        code = take_row(s, row, ret_row, err);
        if (code)
            return code;
    }
    return MG_OK;
}

static void result_text(sqlite3_context *out, const char *text, size_t length)
{
    if (text)
        sqlite3_result_text64(out, text, length, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_result_null(out);
}

/* The feed's columns: texts by their roles, as record has them but for geo_source before the last, and these.
 */
enum { LINE = MG_SERVICES_TEXTS, OTHER, GEO_SOURCE, GEOM };
static_assert(MG_ROLE_PRECISION == MG_SERVICES_TEXTS - 1, "record's columns are in the order of their roles");

static void record_column(void *context, int column, sqlite3_context *out)
{
    const struct mg_services *s = context;
    switch (column) {
    case LINE:
        sqlite3_result_int64(out, s->line);
        break;
    case OTHER:
        result_text(out, s->other.length ? s->other.data : NULL, s->other.length);
        break;
    case GEO_SOURCE:
        result_text(out, s->place.there ? s->place.source : NULL,
                    s->place.there ? strlen(s->place.source) : 0);
        break;
    case GEOM:
        if (s->place.there)
            sqlite3_result_blob(out, s->blob, sizeof s->blob, SQLITE_STATIC);
        break;
    default:
        result_text(out, s->texts[column].text, s->texts[column].length);
        break;
    }
}

/* All columns in the table's order, so that SQLite takes each value from the feed straight into the row; but
 * what the file has no column for is NULL without being asked for. The id is one more than the last, without
 * a search. */
static enum mg_code store_records(struct mg_services *s, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf texts = {0};
    for (int role = 0; role < MG_SERVICES_TEXTS; role++) {
        if (role == MG_ROLE_PRECISION)
            mg_buf_printf(&texts, ", c%d", GEO_SOURCE);
        if (s->import->roles.column[role] >= 0)
            mg_buf_printf(&texts, ", c%d", role);
        else
            mg_buf_printf(&texts, ", NULL");
    }
    enum mg_code code = mg_buf_check(&texts, err);
    sqlite3_stmt *statement = NULL;
    if (!code)
        code =
            mg_db_prepare(s->import->db, &statement, err,
                          "INSERT INTO record (id, edition, key, name, category, address, postcode, commune, "
                          "status, opened, closed, geo_source, geo_precision, line, other, geom) "
                          "SELECT NULL, ?2%s, c%d, c%d, c%d FROM mg_feed(?1)",
                          texts.data, LINE, OTHER, GEOM);
    struct mg_feed feed = {s, next_record, record_column};
    if (!code)
        code = mg_db_bind(statement, err, "ni", s->import->edition);
    if (!code)
        code = mg_feed_run_statement(s->import->db, statement, &feed, err);
    sqlite3_finalize(statement);
    return code;
}

/* mg_feed: a version for each new record, then for each that is used again. */
static enum mg_code next_version(void *context, bool *ret_row, struct mg_error *err)
{
    struct mg_services *s = context;
    (void)err;
    *ret_row = s->version_at++ < s->hash_count + s->reused_count;
    return MG_OK;
}

static void version_column(void *context, int column, sqlite3_context *out)
{
    const struct mg_services *s = context;
    size_t i = s->version_at - 1;
    bool is_new = i < s->hash_count;
    switch (column) {
    case 0: /* null after the first: one more than the last, without a search */
        if (!i)
            sqlite3_result_int64(out, s->import->first_version);
        break;
    case 1:
        sqlite3_result_int64(out,
                             is_new ? s->first_record + (int64_t)i : s->reused[i - s->hash_count].record);
        break;
    default:
        sqlite3_result_int64(out, is_new ? s->hashes[i] : s->reused[i - s->hash_count].hash);
        break;
    }
}

static enum mg_code last_id(struct mg_services *s, enum mg_sql name, int64_t *ret_id, struct mg_error *err)
{
    return mg_db_query_i64(s->import->db, name, ret_id, NULL, err, "");
}

static enum mg_code check_last(struct mg_services *s, enum mg_sql name, int64_t wanted, struct mg_error *err)
{
    int64_t last = 0;
    enum mg_code code = last_id(s, name, &last, err);
    if (!code && last != wanted)
        code = mg_fail(err, MG_ERR_DB, "%s",
                       _("records were not numbered one after the other; nothing was changed"));
    return code;
}

static enum mg_code store_versions(struct mg_services *s, struct mg_error *err)
{
    struct mg_import *import = s->import;
    int64_t last = 0;
    enum mg_code code = last_id(s, MG_SQL_VERSION_LAST, &last, err);
    int64_t first = last + 1, next = first + (int64_t)(s->hash_count + s->reused_count);
    import->first_version = first;
    struct mg_feed feed = {s, next_version, version_column};
    sqlite3_stmt *statement = NULL;
    if (!code)
        code = mg_db_statement(import->db, MG_SQL_VERSION_LOAD, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "niI", import->edition, import->next ? &import->next->id : NULL);
    if (!code)
        code = mg_feed_run_statement(import->db, statement, &feed, err);
    if (!code)
        code = check_last(s, MG_SQL_VERSION_LAST, next - 1, err);
    if (!code && s->intervals)
        code = mg_intervals_settle(s->intervals, import->db, import->edition, &next, &import->gone, err);
    import->first_version = next > first ? first : 0;
    import->last_version = next > first ? next - 1 : 0;
    return code;
}

static void forget(struct mg_services *s)
{
    mg_intervals_destroy(s->intervals);
    s->intervals = NULL;
    s->hash_count = s->reused_count = s->found_count = s->point_count = s->stand_count = 0;
    s->content_sum = s->record_sum = 0;
    mg_hash_set_clear(&s->keys);
    s->broken = false;
}

static enum mg_code compare_records(struct mg_services *s, struct mg_error *err)
{
    struct mg_said *said = NULL;
    enum mg_code code = mg_said_create(s->import->db, NULL, &said, err);
    if (!code)
        mg_intervals_compare(s->intervals, said);
    return code;
}

/* All rows once. s->broken: a guess did not hold, nothing that was stored counts; so it is without s->proven.
 */
static enum mg_code load_rows(struct mg_services *s, struct mg_error *err)
{
    struct mg_import *import = s->import;
    int64_t last = 0;
    forget(s);
    enum mg_code code = last_id(s, MG_SQL_RECORD_LAST, &last, err);
    s->first_record = last + 1;
    if (!code && import->dataset && import->dataset->edition_count)
        code = mg_intervals_load(import->db, &mg_intervals_versions, import->dataset, import->previous,
                                 import->next, &s->intervals, err);
    if (!code && s->intervals && s->exact)
        code = compare_records(s, err);
    if (!code)
        code = store_records(s, err);
    s->proven = true;
    if (!code && !s->broken && s->intervals && !s->exact)
        code = mg_intervals_prove(s->intervals, &import->digests.key, import->previous, import->next,
                                  &s->proven, err);
    return code;
}

static enum mg_code store_rows(struct mg_services *s, struct mg_error *err)
{
    enum mg_code code = mg_services_try_guesses(s, false, err);
    if (!code)
        code = mg_import_restart(s->import, err);
    if (!code)
        code = load_rows(s, err);
    if (!code && s->broken) {
        code = mg_import_restart(s->import, err);
        if (!code)
            code = mg_services_try_guesses(s, true, err);
        if (!code)
            code = mg_import_restart(s->import, err);
        if (!code)
            code = load_rows(s, err);
    }
    if (code || s->proven)
        return code;
    s->exact = true;
    code = mg_import_restart(s->import, err);
    return code ? code : load_rows(s, err);
}

void mg_services_finish(struct mg_services *s)
{
    for (size_t i = 0; s->columns && i < s->column_count; i++)
        free(s->columns[i].value);
    free(s->columns);
    free(s->hash_order);
    mg_crs_destroy(s->crs);
    mg_services_boxes_finish(&s->boxes);
    mg_intervals_destroy(s->intervals);
    free(s->hashes);
    free(s->reused);
    free(s->found);
    free(s->points);
    free(s->stands);
    mg_hash_set_finish(&s->keys);
    mg_buf_finish(&s->content);
    mg_buf_finish(&s->key);
    mg_buf_finish(&s->other);
    mg_buf_finish(&s->record);
}

static enum mg_code load_services(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(mg_services_finish) struct mg_services s = {.import = import};
    enum mg_code code = mg_services_plan(&s, err);
    if (!code)
        code = mg_services_place_plan(&s, err);
    mg_db_triggers(import->db, false);
    if (!code)
        code = store_rows(&s, err);
    mg_hash_set_finish(&s.keys); /* the index needs the room */
    if (!code)
        code = check_last(&s, MG_SQL_RECORD_LAST, s.first_record + (int64_t)s.hash_count - 1, err);
    if (!code)
        code = store_versions(&s, err);
    free(s.hashes);
    s.hashes = NULL;
    mg_intervals_destroy(s.intervals);
    s.intervals = NULL;
    if (!code)
        code = mg_services_report_crowds(&s, err);
    if (!code)
        code = mg_packed_index_add(import->db, "idx_record_geom", s.points, s.point_count, NULL, err);
    if (!code)
        code = mg_services_store_constants(&s, err);
    import->standing_digest = s.content_sum;
    import->record_digest = s.record_sum;
    if (!code)
        code = mg_import_find_records(import, s.found, s.found_count, err);
    mg_db_triggers(import->db, true);
    import->compared = true;
    return code;
}

const struct mg_import_kind mg_import_services = {
    .name = "services",
    .roles = (1u << (MG_ROLE_CRS + 1)) - 1,
    .typed = (1u << MG_SERVICES_TEXTS) - 1,
    .takes = MG_IMPORT_TAKES_KEY | MG_IMPORT_TAKES_PLACE | MG_IMPORT_TAKES_IGNORE | MG_IMPORT_TAKES_KEY_PARTS,
    .load = load_services,
};
