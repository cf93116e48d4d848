#include "libdata/domain/import/intervals.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/feed.h"
#include "libdata/db/read.h"
#include "libdata/domain/digest/digest.h"

#define AHEAD 16 /* entries between asking memory for a slot and using it */

enum class {
    SPANNING, /* stands at P and at N (or at P, and there is no N) */
    GOING,    /* stands at P, gone at N */
    COMING,   /* starts at N */
    CLOSED,   /* neither: only its record may be used */
    CLASSES,
};

struct entry {
    int64_t hash;
    int64_t record;
    uint64_t version : 56, class : 4, taken : 2;
    uint64_t twin : 2; /* another entry has the same hash */
};

/* The hash's other half tells most entries apart without a look at them. */
struct slot {
    uint32_t entry; /* + 1, 0 is free */
    uint32_t tag;
};

const struct mg_intervals_table mg_intervals_versions = {
    .list = MG_SQL_VERSION_LIST,
    .set_first = MG_SQL_VERSION_SET_FIRST,
    .set_gone = MG_SQL_VERSION_SET_GONE,
    .split = MG_SQL_VERSION_SPLIT,
    .read = MG_SQL_SAID_RECORD,
};

struct mg_intervals {
    struct mg_db *db;
    const struct mg_intervals_table *table;
    struct mg_said *said;    /* NULL: equal hashes are believed until they are proved */
    uint64_t taken[CLASSES]; /* sums of the digests of matched rows */
    struct entry *entries;   /* by version id */
    size_t count, capacity;
    struct slot *slots; /* open addressing; equal hashes in the order of entries */
    size_t slot_mask;
    size_t expected; /* the entry after the one met last: editions mostly keep their order */
    int64_t next;    /* N's id, 0: none */
};

MG_DEFINE_CLEANUP(struct mg_intervals, mg_intervals_destroy)

void mg_intervals_destroy(struct mg_intervals *intervals)
{
    if (!intervals)
        return;
    mg_said_destroy(intervals->said);
    free(intervals->entries);
    free(intervals->slots);
    free(intervals);
}

/* The edition's place in the order of dates, -1 if it is not the dataset's. */
static int rank(const struct mg_dataset *dataset, int64_t edition)
{
    for (size_t i = 0; i < dataset->edition_count; i++)
        if (dataset->editions[i].id == edition)
            return (int)i;
    return -1;
}

/* previous and next are neighbours, so ranks tell: P is `before`, N is before + 1. */
static enum class class_of(int first, int gone, int before) {
    int after = before + 1; if (first <= before && gone > before) return gone == after ? GOING : SPANNING;
    return first == after ? COMING : CLOSED;
}

static enum mg_code add(struct mg_intervals *intervals, const struct entry *entry, struct mg_error *err)
{
    if (intervals->count == intervals->capacity) {
        size_t capacity = intervals->capacity ? intervals->capacity + intervals->capacity / 2 : 4096;
        struct entry *entries =
            capacity < UINT32_MAX ? mg_realloc(intervals->entries, capacity, sizeof *entries) : NULL;
        if (!entries)
            return mg_fail_memory(err);
        intervals->entries = entries;
        intervals->capacity = capacity;
    }
    intervals->entries[intervals->count++] = *entry;
    return MG_OK;
}

static size_t slot_of(const struct mg_intervals *intervals, int64_t hash)
{
    return (uint64_t)hash & intervals->slot_mask;
}

static uint32_t tag_of(int64_t hash)
{
    return (uint32_t)((uint64_t)hash >> 32);
}

static void put(struct mg_intervals *intervals, size_t i)
{
    struct entry *entry = &intervals->entries[i];
    uint32_t tag = tag_of(entry->hash);
    size_t at = slot_of(intervals, entry->hash);
    for (; intervals->slots[at].entry; at = (at + 1) & intervals->slot_mask) {
        struct entry *other = &intervals->entries[intervals->slots[at].entry - 1];
        if (intervals->slots[at].tag == tag && other->hash == entry->hash)
            other->twin = entry->twin = 1;
    }
    intervals->slots[at] = (struct slot){(uint32_t)i + 1, tag};
}

static enum mg_code index_entries(struct mg_intervals *intervals, struct mg_error *err)
{
    size_t slots = 64;
    while (slots < intervals->count + intervals->count / 2)
        slots *= 2;
    intervals->slots = mg_calloc(slots, sizeof *intervals->slots);
    if (!intervals->slots)
        return mg_fail_memory(err);
    intervals->slot_mask = slots - 1;
    for (size_t i = 0; i < intervals->count; i++) {
        if (i + AHEAD < intervals->count)
            __builtin_prefetch(&intervals->slots[slot_of(intervals, intervals->entries[i + AHEAD].hash)], 1);
        put(intervals, i);
    }
    return MG_OK;
}

enum mg_code mg_intervals_load(struct mg_db *db, const struct mg_intervals_table *table,
                               const struct mg_dataset *dataset, const struct mg_edition *previous,
                               const struct mg_edition *next, struct mg_intervals **ret_intervals,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_intervals_destroy_pointer) struct mg_intervals *intervals = mg_calloc(1, sizeof *intervals);
    if (!intervals)
        return mg_fail_memory(err);
    intervals->db = db;
    intervals->table = table;
    intervals->next = next ? next->id : 0;
    int before = previous ? rank(dataset, previous->id) : -1;
    struct mg_read row;
    mg_read_ask(&row, db, table->list, err, "i", dataset->id);
    while (mg_read_next(&row)) {
        int gone = mg_read_is_null(&row, 3) ? INT32_MAX : rank(dataset, mg_read_i64(&row, 3));
        struct entry entry = {
            .hash = mg_read_i64(&row, 4),
            .record = mg_read_i64(&row, 1),
            .version = (uint64_t)mg_read_i64(&row, 0),
            .class = class_of(rank(dataset, mg_read_i64(&row, 2)), gone, before),
        };
        if (!row.code)
            row.code = add(intervals, &entry, err);
    }
    enum mg_code code = mg_read_end(&row);
    if (!code)
        code = index_entries(intervals, err);
    if (code)
        return code;
    *ret_intervals = intervals;
    intervals = NULL;
    return MG_OK;
}

/* The next entry of that hash at or after a slot, NULL when there is none. */
static struct entry *find(struct mg_intervals *intervals, int64_t hash, size_t *at)
{
    for (; intervals->slots[*at].entry; *at = (*at + 1) & intervals->slot_mask) {
        struct slot slot = intervals->slots[*at];
        if (slot.tag == tag_of(hash) && intervals->entries[slot.entry - 1].hash == hash) {
            *at = (*at + 1) & intervals->slot_mask;
            return &intervals->entries[slot.entry - 1];
        }
    }
    return NULL;
}

/* Does another version of that record stand at X already? Such a version has the same hash. */
static bool is_record_used(struct mg_intervals *intervals, const struct entry *closed)
{
    size_t at = slot_of(intervals, closed->hash);
    for (const struct entry *entry; (entry = find(intervals, closed->hash, &at));)
        if (entry->record == closed->record && entry->taken)
            return true;
    return false;
}

/* Does the entry's record say what the row does? Its hash is the same. */
static enum mg_code says_same(struct mg_intervals *intervals, const struct entry *entry,
                              const struct mg_intervals_row *row, bool *ret_same, struct mg_error *err)
{
    struct mg_said_row said;
    *ret_same = true;
    if (!intervals->said)
        return MG_OK;
    enum mg_code code =
        mg_said_read(intervals->said, intervals->db, intervals->table->read, entry->record, &said, err);
    if (!code)
        *ret_same =
            said.known && said.content->length == row->content->length &&
            (!row->content->length || !memcmp(said.content->data, row->content->data, row->content->length));
    return code;
}

static enum mg_code best_of(struct mg_intervals *intervals, const struct mg_intervals_row *row,
                            struct entry **ret_best, struct mg_error *err)
{
    struct entry *best = NULL;
    size_t at = slot_of(intervals, row->hash);
    for (struct entry *entry; (entry = find(intervals, row->hash, &at));) {
        bool same;
        if (entry->taken || (best && best->class <= entry->class))
            continue;
        if (entry->class == CLOSED && is_record_used(intervals, entry))
            continue;
        enum mg_code code = says_same(intervals, entry, row, &same, err);
        if (code)
            return code;
        if (!same)
            continue;
        best = entry;
        if (best->class == SPANNING)
            break;
    }
    *ret_best = best;
    return MG_OK;
}

void mg_intervals_compare(struct mg_intervals *intervals, struct mg_said *said)
{
    mg_said_destroy(intervals->said);
    intervals->said = said;
}

enum mg_code mg_intervals_match(struct mg_intervals *intervals, const struct mg_intervals_row *row,
                                enum mg_match *ret_match, int64_t *ret_record, struct mg_error *err)
{
    struct entry *best =
        intervals->expected < intervals->count ? &intervals->entries[intervals->expected] : NULL;
    /* where there is but one entry of a hash, it is the one that a search finds */
    if (!best || best->hash != row->hash || best->twin || best->taken || intervals->said) {
        enum mg_code code = best_of(intervals, row, &best, err);
        if (code)
            return code;
    }
    *ret_match = MG_MATCH_NEW;
    if (!best)
        return MG_OK;
    intervals->expected = (size_t)(best - intervals->entries) + 1;
    intervals->taken[best->class] += row->digest;
    best->taken = 1;
    *ret_record = best->record;
    *ret_match = best->class == CLOSED   ? MG_MATCH_RECORD
                 : best->class == COMING ? MG_MATCH_NEXT
                                         : MG_MATCH_UNCHANGED;
    return MG_OK;
}

/* ---- proving ---- */

/* mg_feed and its visitor: the records of some classes, matched or not, and the sum of what they say. */
struct proving {
    struct mg_intervals *intervals;
    struct mg_said *said;
    const struct mg_digest_key *key;
    unsigned classes; /* a bit for each */
    bool taken;
    size_t at;
    uint64_t sum;
};

static bool is_proved_by(const struct proving *proving, const struct entry *entry)
{
    return proving->classes >> entry->class & 1 && entry->taken == proving->taken;
}

static enum mg_code next_proof(void *context, bool *ret_row, struct mg_error *err)
{
    struct proving *proving = context;
    const struct mg_intervals *intervals = proving->intervals;
    (void)err;
    while (proving->at < intervals->count && !is_proved_by(proving, &intervals->entries[proving->at]))
        proving->at++;
    *ret_row = proving->at++ < intervals->count;
    return MG_OK;
}

static void proof_column(void *context, int column, sqlite3_context *out)
{
    const struct proving *proving = context;
    (void)column;
    sqlite3_result_int64(out, proving->intervals->entries[proving->at - 1].record);
}

static enum mg_code add_proof(void *context, sqlite3_stmt *row, struct mg_error *err)
{
    struct proving *proving = context;
    struct mg_said_row said;
    struct mg_read read = mg_read_of(row, err);
    enum mg_code code = mg_said_take(proving->said, &read, &said, err);
    if (!code)
        proving->sum += mg_digest_of(proving->key, said.content->data, said.content->length);
    return code;
}

static size_t count_proofs(const struct proving *proving)
{
    size_t n = 0;
    for (size_t i = 0; i < proving->intervals->count; i++)
        n += is_proved_by(proving, &proving->intervals->entries[i]);
    return n;
}

/* Of the classes, those matched or the others, whichever are fewer, are read. edition: in which just these
 * stand; NULL: none. rows: the sum of the rows that were matched with them. */
static enum mg_code prove(struct mg_intervals *intervals, struct mg_said *said,
                          const struct mg_digest_key *key, unsigned classes, const struct mg_edition *edition,
                          uint64_t rows, bool *ret_proven, struct mg_error *err)
{
    struct proving proving = {
        .intervals = intervals, .said = said, .key = key, .classes = classes, .taken = true};
    size_t matched = count_proofs(&proving);
    uint64_t all = 0;
    bool stored = false;
    enum mg_code code = MG_OK;
    if (!matched)
        return MG_OK;
    if (edition)
        code = mg_digest_find(intervals->db, MG_DIGEST_CONTENT,
                              &(struct mg_digest_owner){.edition = edition->id}, &all, &stored, err);
    proving.taken = false;
    proving.taken = !stored || count_proofs(&proving) > matched;
    const struct mg_feed feed = {&proving, next_proof, proof_column};
    if (!code)
        code = mg_feed_ask(intervals->db, MG_SQL_SAID_RECORDS, &feed, add_proof, &proving, err);
    if (!code)
        *ret_proven = *ret_proven && rows == (proving.taken ? proving.sum : all - proving.sum);
    return code;
}

enum mg_code mg_intervals_prove(struct mg_intervals *intervals, const struct mg_digest_key *key,
                                const struct mg_edition *previous, const struct mg_edition *next,
                                bool *ret_proven, struct mg_error *err)
{
    const uint64_t *taken = intervals->taken;
    struct mg_said *said = NULL;
    enum mg_code code = mg_said_create(intervals->db, NULL, &said, err);
    *ret_proven = true;
    if (!code)
        code = prove(intervals, said, key, 1u << SPANNING | 1u << GOING, previous,
                     taken[SPANNING] + taken[GOING], ret_proven, err);
    if (!code) /* what spans stands at N too: those that come are all of it only where nothing was before */
        code =
            prove(intervals, said, key, 1u << COMING, previous ? NULL : next, taken[COMING], ret_proven, err);
    if (!code)
        code = prove(intervals, said, key, 1u << CLOSED, NULL, taken[CLOSED], ret_proven, err);
    mg_said_destroy(said);
    return code;
}

/* Stood at P, and no row of X is it. */
static bool is_gone(const struct entry *entry)
{
    return entry->class <= GOING && !entry->taken;
}

/* mg_feed: the versions that are gone at X. */
struct leaving {
    const struct mg_intervals *intervals;
    size_t at;
    int64_t edition, count;
};

static enum mg_code next_gone(void *context, bool *ret_row, struct mg_error *err)
{
    struct leaving *leaving = context;
    const struct mg_intervals *intervals = leaving->intervals;
    (void)err;
    while (leaving->at < intervals->count && !is_gone(&intervals->entries[leaving->at]))
        leaving->at++;
    *ret_row = leaving->at++ < intervals->count;
    leaving->count += *ret_row;
    return MG_OK;
}

static void gone_column(void *context, int column, sqlite3_context *out)
{
    const struct leaving *leaving = context;
    sqlite3_result_int64(out, column == 0 ? (int64_t)leaving->intervals->entries[leaving->at - 1].version
                                          : leaving->edition);
}

enum mg_code mg_intervals_settle(struct mg_intervals *intervals, struct mg_db *db, int64_t edition,
                                 int64_t *next_version, int64_t *ret_gone, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < intervals->count && !code && intervals->next; i++) {
        const struct entry *entry = &intervals->entries[i];
        int64_t version = (int64_t)entry->version;
        if (entry->class == COMING && entry->taken)
            code = mg_db_run(db, intervals->table->set_first, err, "ii", version, edition);
        if (entry->class == SPANNING && !entry->taken)
            code = mg_db_run(db, intervals->table->split, err, "iii", version, (*next_version)++,
                             intervals->next);
    }
    struct leaving leaving = {.intervals = intervals, .edition = edition};
    const struct mg_feed gone = {&leaving, next_gone, gone_column};
    if (!code)
        code = mg_feed_run(db, intervals->table->set_gone, &gone, err);
    if (!code)
        *ret_gone = leaving.count;
    return code;
}
