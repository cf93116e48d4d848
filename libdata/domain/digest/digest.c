#include "libdata/domain/digest/digest.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/row_hash.h"
#include "libdata/domain/digest/said.h"

#define REPORT_ROWS 8192

static const struct part {
    const char *name;
    enum mg_sql rows;
} parts[MG_DIGEST_PARTS] = {
    [MG_DIGEST_DATASET] = {"dataset", MG_SQL_DIGEST_PART_DATASET},
    [MG_DIGEST_FIELD] = {"field", MG_SQL_DIGEST_PART_FIELD},
    [MG_DIGEST_QUESTION] = {"question", MG_SQL_DIGEST_PART_QUESTION},
    [MG_DIGEST_DECISION] = {"decision", MG_SQL_DIGEST_PART_DECISION},
    [MG_DIGEST_EDITION] = {"edition", MG_SQL_DIGEST_PART_EDITION},
    [MG_DIGEST_PROJECT] = {"project", MG_SQL_DIGEST_PART_PROJECT},
    [MG_DIGEST_EDITION_FIELD] = {"edition_field", MG_SQL_DIGEST_PART_EDITION_FIELD},
    [MG_DIGEST_EDITION_COUNT] = {"edition_count", MG_SQL_DIGEST_PART_EDITION_COUNT},
    [MG_DIGEST_EDITION_CONSTANT] = {"edition_constant", MG_SQL_DIGEST_PART_EDITION_CONSTANT},
    [MG_DIGEST_STOCK_UNKNOWN] = {"stock_unknown", MG_SQL_DIGEST_PART_STOCK_UNKNOWN},
    [MG_DIGEST_SURVEY] = {"survey", MG_SQL_DIGEST_PART_SURVEY},
    [MG_DIGEST_ISSUE] = {"issue", MG_SQL_DIGEST_PART_ISSUE},
    [MG_DIGEST_REJECT] = {"reject", MG_SQL_DIGEST_PART_REJECT},
    [MG_DIGEST_RESPONSE] = {"response", MG_SQL_DIGEST_PART_RESPONSE},
    [MG_DIGEST_TERRITORY] = {"territory", MG_SQL_DIGEST_PART_TERRITORY},
    [MG_DIGEST_TERRITORY_LINK] = {"territory_link", MG_SQL_DIGEST_PART_TERRITORY_LINK},
    [MG_DIGEST_POPULATION] = {"population", MG_SQL_DIGEST_PART_POPULATION},
    [MG_DIGEST_MOVEMENT] = {"movement", MG_SQL_DIGEST_PART_MOVEMENT},
    [MG_DIGEST_EVENT] = {"event", MG_SQL_DIGEST_PART_EVENT},
    [MG_DIGEST_LINK] = {"link", MG_SQL_DIGEST_PART_LINK},
    [MG_DIGEST_LINK_MODEL] = {"link_model", MG_SQL_DIGEST_PART_LINK_MODEL},
    [MG_DIGEST_CONTENT] = {"content", MG_SQL_COUNT},
    [MG_DIGEST_RECORD] = {"record", MG_SQL_COUNT},
    [MG_DIGEST_STOCK] = {"stock", MG_SQL_COUNT},
};

const char *mg_digest_part_name(enum mg_digest_part part)
{
    return parts[part].name;
}

const char *mg_digest_part_table(enum mg_digest_part part)
{
    return part == MG_DIGEST_CONTENT ? "version" : parts[part].name;
}

/* ---- sums ---- */

struct name { /* of a sum: no padding, it is compared as bytes */
    int64_t part;
    struct mg_digest_owner owner;
};

void mg_digest_sums_finish(struct mg_digest_sums *sums)
{
    mg_map_finish(&sums->map);
    free(sums->sums);
    *sums = (struct mg_digest_sums){0};
}

/* Rows of one owner mostly follow each other. */
static bool is_last(const struct mg_digest_sums *sums, const struct name *name)
{
    size_t length;
    return sums->last < sums->map.count &&
           !memcmp(mg_map_key(&sums->map, sums->last, &length), name, sizeof *name);
}

enum mg_code mg_digest_sums_add(struct mg_digest_sums *sums, enum mg_digest_part part,
                                const struct mg_digest_owner *owner, uint64_t value, struct mg_error *err)
{
    struct name name = {part, *owner};
    int64_t index = (int64_t)sums->last;
    if (!is_last(sums, &name)) {
        size_t count = sums->map.count;
        if (count == sums->capacity) {
            size_t capacity = count ? 2 * count : 64;
            uint64_t *grown = mg_realloc(sums->sums, capacity, sizeof *grown);
            if (!grown)
                return mg_fail_memory(err);
            sums->sums = grown;
            sums->capacity = capacity;
        }
        sums->sums[count] = 0;
        enum mg_code code =
            mg_map_put(&sums->map, (const char *)&name, sizeof name, (int64_t)count, &index, err);
        if (code)
            return code;
        sums->last = (size_t)index;
    }
    sums->sums[index] += value;
    return MG_OK;
}

uint64_t mg_digest_sums_get(const struct mg_digest_sums *sums, enum mg_digest_part part,
                            const struct mg_digest_owner *owner)
{
    struct name name = {part, *owner};
    int64_t index = mg_map_get(&sums->map, (const char *)&name, sizeof name);
    return index < 0 ? 0 : sums->sums[index];
}

enum mg_code mg_digest_sums_visit(const struct mg_digest_sums *sums, mg_digest_visitor *visit, void *context,
                                  struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sums->map.count && !code; i++) {
        struct name name;
        size_t length;
        memcpy(&name, mg_map_key(&sums->map, i, &length), sizeof name);
        code = visit(context, (enum mg_digest_part)name.part, &name.owner, sums->sums[i], err);
    }
    return code;
}

/* ---- rows as they stand ---- */

enum mg_code mg_digest_add_rows(struct mg_db *db, const struct mg_digest_key *key, enum mg_digest_part part,
                                int64_t from, struct mg_digest_sums *sums, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf room = {0};
    struct mg_read row;
    mg_read_ask(&row, db, parts[part].rows, err, "i", from);
    while (mg_read_next(&row)) {
        struct mg_digest_owner owner = {mg_read_i64(&row, 0), mg_read_i64(&row, 1), mg_read_i64(&row, 2)};
        mg_buf_clear(&room);
        mg_read_add_row(&row, 3, &room);
        if (!row.code)
            row.code = mg_buf_check(&room, err);
        if (!row.code)
            row.code = mg_digest_sums_add(sums, part, &owner, mg_digest_of(key, room.data, room.length), err);
    }
    return mg_read_end(&row);
}

uint64_t mg_digest_figure(const struct mg_digest_key *key, const char *level, const char *territory,
                          size_t territory_length, const char *category, size_t category_length, double n,
                          struct mg_buf *room)
{
    mg_buf_clear(room);
    mg_row_hash_add(room, 0, level, strlen(level));
    mg_row_hash_add(room, 1, territory, territory_length);
    mg_row_hash_add(room, 2, category, category_length);
    mg_row_hash_add(room, 3, (const char *)&n, sizeof n);
    return mg_digest_of(key, room->data, room->length);
}

/* ---- what stands in each edition ---- */

struct standing_edition {
    int64_t id, dataset;
};

struct computing {
    struct mg_db *db;
    const struct mg_digest_key *key;
    const struct mg_digest_watch *watch;
    struct mg_digest_sums *sums;
    struct standing_edition *editions; /* of each dataset by date */
    size_t edition_count;
    struct mg_digest_sums spans; /* by first edition and the one that lacks it */
};

static enum mg_code load_editions(struct computing *c, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, c->db, MG_SQL_DIGEST_EDITIONS, err, "");
    while (mg_read_next(&row)) {
        if (!(c->edition_count & (c->edition_count - 1))) {
            size_t capacity = c->edition_count ? 2 * c->edition_count : 1;
            struct standing_edition *grown = mg_realloc(c->editions, capacity, sizeof *grown);
            if (!grown) {
                row.code = mg_fail_memory(err);
                break;
            }
            c->editions = grown;
        }
        c->editions[c->edition_count++] =
            (struct standing_edition){mg_read_i64(&row, 0), mg_read_i64(&row, 1)};
    }
    return mg_read_end(&row);
}

/* mg_digest_visitor: a span counts in each edition from its first on, up to the one that lacks it. */
static enum mg_code spread(void *context, enum mg_digest_part part, const struct mg_digest_owner *owner,
                           uint64_t sum, struct mg_error *err)
{
    struct computing *c = context;
    size_t i = 0;
    enum mg_code code = MG_OK;
    while (i < c->edition_count && c->editions[i].id != owner->edition)
        i++;
    int64_t dataset = i < c->edition_count ? c->editions[i].dataset : 0;
    for (; i < c->edition_count && !code; i++) {
        if (c->editions[i].dataset != dataset || c->editions[i].id == owner->until)
            break;
        code = mg_digest_sums_add(c->sums, part, &(struct mg_digest_owner){.edition = c->editions[i].id}, sum,
                                  err);
    }
    return code;
}

static int64_t dataset_of(const struct computing *c, int64_t edition)
{
    for (size_t i = 0; i < c->edition_count; i++)
        if (c->editions[i].id == edition)
            return c->editions[i].dataset;
    return 0;
}

static enum mg_code compute_stock(struct computing *c, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf room = {0};
    struct mg_read row;
    mg_read_ask(&row, c->db, MG_SQL_DIGEST_STOCK, err, "");
    while (mg_read_next(&row)) {
        struct mg_digest_owner span = {.edition = mg_read_i64(&row, 0), .until = mg_read_i64_or(&row, 1, 0)};
        size_t territory_length = 0, category_length = 0;
        const char *level = mg_read_text(&row, 2, NULL);
        const char *territory = mg_read_text(&row, 3, &territory_length);
        const char *category = mg_read_text(&row, 4, &category_length);
        uint64_t value = mg_digest_figure(c->key, level, territory, territory_length, category,
                                          category_length, mg_read_real(&row, 5), &room);
        if (!row.code)
            row.code = mg_buf_check(&room, err);
        if (!row.code)
            row.code = mg_digest_sums_add(&c->spans, MG_DIGEST_STOCK, &span, value, err);
    }
    return mg_read_end(&row);
}

/* ---- records ---- */

struct wrong { /* records of one edition that are not what their hash says */
    int64_t edition, n, first_line;
};

struct reading {
    struct computing *c;
    struct mg_said *said;
    struct mg_buf seen; /* a bit for each record: one has several versions */
    struct wrong *wrong;
    size_t wrong_count;
};

static void reading_finish(struct reading *reading)
{
    mg_said_destroy(reading->said);
    mg_buf_finish(&reading->seen);
    free(reading->wrong);
}

#define MOST_RECORDS ((int64_t)1 << 34)

static enum mg_code is_first(struct reading *reading, int64_t id, bool *ret_first, struct mg_error *err)
{
    struct mg_buf *seen = &reading->seen;
    if (id < 0 || id >= MOST_RECORDS)
        return mg_fail(err, MG_ERR_DB, _("record, id: %lld is none that an import gives"), (long long)id);
    size_t byte = (size_t)id / 8;
    unsigned char bit = (unsigned char)(1u << (id % 8));
    if (byte >= seen->length) {
        size_t more = byte + 4096 - seen->length;
        if (mg_buf_reserve(seen, more)) {
            memset(seen->data + seen->length, 0, more);
            seen->length += more;
        }
    }
    enum mg_code code = mg_buf_check(seen, err);
    if (code)
        return code;
    *ret_first = !((unsigned char)seen->data[byte] & bit);
    seen->data[byte] = (char)((unsigned char)seen->data[byte] | bit);
    return MG_OK;
}

static enum mg_code note_wrong(struct reading *reading, const struct mg_said_row *said, struct mg_error *err)
{
    for (size_t i = 0; i < reading->wrong_count; i++)
        if (reading->wrong[i].edition == said->edition) {
            reading->wrong[i].n++;
            return MG_OK;
        }
    struct wrong *grown = mg_realloc(reading->wrong, reading->wrong_count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    reading->wrong = grown;
    grown[reading->wrong_count++] = (struct wrong){said->edition, 1, said->line};
    return MG_OK;
}

enum { HASH = 16, FIRST, GONE, RECORD }; /* columns of said_versions after those of said.h */

static enum mg_code take_version(struct reading *reading, struct mg_read *row, struct mg_error *err)
{
    struct computing *c = reading->c;
    struct mg_said_row said;
    bool first = false;
    if (mg_read_is_null(row, 0))
        return MG_OK; /* a version of a record that is not there: foreign keys tell */
    enum mg_code code = mg_said_take(reading->said, row, &said, err);
    if (!code && said.known && mg_row_hash(said.content) != mg_read_i64(row, HASH))
        code = note_wrong(reading, &said, err);
    if (!code)
        code = mg_digest_sums_add(&c->spans, MG_DIGEST_CONTENT,
                                  &(struct mg_digest_owner){.edition = mg_read_i64(row, FIRST),
                                                            .until = mg_read_i64_or(row, GONE, 0)},
                                  said.content_digest, err);
    if (!code)
        code = is_first(reading, said.id, &first, err);
    if (!code && first)
        code = mg_digest_sums_add(c->sums, MG_DIGEST_RECORD,
                                  &(struct mg_digest_owner){.dataset = dataset_of(c, said.edition)},
                                  said.digest, err);
    return code;
}

static enum mg_code tell_wrong(struct reading *reading, struct mg_error *err)
{
    const struct mg_digest_watch *watch = reading->c->watch;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < reading->wrong_count && watch && watch->wrong && !code; i++)
        code = watch->wrong(watch->context, reading->wrong[i].edition, reading->wrong[i].n,
                            reading->wrong[i].first_line, err);
    return code;
}

static enum mg_code compute_records(struct computing *c, struct mg_error *err)
{
    MG_CLEANUP(reading_finish) struct reading reading = {.c = c};
    int64_t total = 0, done = 0;
    enum mg_code code = mg_said_create(c->db, c->key, &reading.said, err);
    if (!code)
        code = mg_db_query_i64(c->db, MG_SQL_SAID_VERSION_COUNT, &total, NULL, err, "");
    if (code)
        return code;
    struct mg_read row;
    mg_read_ask(&row, c->db, MG_SQL_SAID_VERSIONS, err, "");
    while (mg_read_next(&row)) {
        if (done++ % REPORT_ROWS == 0 && c->watch &&
            !mg_progress_report(c->watch->progress, _("reading records again"), done - 1, total))
            row.code = mg_fail(err, MG_ERR_IO, "%s", _("interrupted"));
        enum mg_code taken = row.code ? row.code : take_version(&reading, &row, err);
        if (!row.code)
            row.code = taken;
    }
    code = mg_read_end(&row);
    return code ? code : tell_wrong(&reading, err);
}

enum mg_code mg_digest_compute(struct mg_db *db, const struct mg_digest_key *key,
                               const struct mg_digest_watch *watch, struct mg_digest_sums *sums,
                               struct mg_error *err)
{
    struct computing c = {.db = db, .key = key, .watch = watch, .sums = sums};
    enum mg_code code = load_editions(&c, err);
    for (int part = 0; part < MG_DIGEST_TOLD && !code; part++)
        code = mg_digest_add_rows(db, key, (enum mg_digest_part)part, INT64_MIN, sums, err);
    if (!code)
        code = compute_stock(&c, err);
    if (!code)
        code = compute_records(&c, err);
    if (!code)
        code = mg_digest_sums_visit(&c.spans, spread, &c, err);
    mg_digest_sums_finish(&c.spans);
    free(c.editions);
    return code;
}

/* ---- as they are stored ---- */

static bool part_named(const char *name, enum mg_digest_part *ret_part)
{
    for (int part = 0; name && part < MG_DIGEST_PARTS; part++)
        if (!strcmp(parts[part].name, name)) {
            *ret_part = (enum mg_digest_part)part;
            return true;
        }
    return false;
}

enum mg_code mg_digest_load(struct mg_db *db, struct mg_digest_sums *sums, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_DIGEST_LIST, err, "");
    while (mg_read_next(&row)) {
        enum mg_digest_part part = MG_DIGEST_PARTS;
        bool known = part_named(mg_read_text(&row, 0, NULL), &part);
        struct mg_digest_owner owner = {mg_read_i64(&row, 1), mg_read_i64(&row, 2), mg_read_i64(&row, 3)};
        uint64_t sum = (uint64_t)mg_read_i64(&row, 4);
        if (!row.code && known)
            row.code = mg_digest_sums_add(sums, part, &owner, sum, err);
    }
    return mg_read_end(&row);
}

enum mg_code mg_digest_find(struct mg_db *db, enum mg_digest_part part, const struct mg_digest_owner *owner,
                            uint64_t *ret_sum, bool *ret_there, struct mg_error *err)
{
    int64_t sum = 0;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_DIGEST_FIND, &sum, ret_there, err, "tiii",
                                        parts[part].name, owner->dataset, owner->edition, owner->until);
    if (!code)
        *ret_sum = (uint64_t)sum;
    return code;
}

enum mg_code mg_digest_set(struct mg_db *db, enum mg_digest_part part, const struct mg_digest_owner *owner,
                           uint64_t sum, struct mg_error *err)
{
    return sum ? mg_db_run(db, MG_SQL_DIGEST_SET, err, "tiiii", parts[part].name, owner->dataset,
                           owner->edition, owner->until, (int64_t)sum)
               : mg_db_run(db, MG_SQL_DIGEST_DROP, err, "tiii", parts[part].name, owner->dataset,
                           owner->edition, owner->until);
}

enum mg_code mg_digest_add(struct mg_db *db, enum mg_digest_part part, const struct mg_digest_owner *owner,
                           uint64_t value, struct mg_error *err)
{
    uint64_t sum = 0;
    bool there = false;
    enum mg_code code = value ? mg_digest_find(db, part, owner, &sum, &there, err) : MG_OK;
    return code || !value ? code : mg_digest_set(db, part, owner, sum + value, err);
}
