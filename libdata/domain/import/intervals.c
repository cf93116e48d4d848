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

const struct mg_standing_table mg_standing_versions = {
    .list = MG_SQL_VERSION_LIST,
    .set_first = MG_SQL_VERSION_SET_FIRST,
    .set_gone = MG_SQL_VERSION_SET_GONE,
    .split = MG_SQL_VERSION_SPLIT,
    .read = MG_SQL_SAID_RECORD,
};

struct mg_standing {
    struct mg_db *db;
    const struct mg_standing_table *table;
    struct mg_said *said;    /* NULL: equal hashes are believed until they are proved */
    uint64_t taken[CLASSES]; /* sums of the digests of matched rows */
    struct entry *entries;   /* by version id */
    size_t count, capacity;
    struct slot *slots; /* open addressing; equal hashes in the order of entries */
    size_t slot_mask;
    size_t expected; /* the entry after the one met last: editions mostly keep their order */
    int64_t next;    /* N's id, 0: none */
};

MG_DEFINE_CLEANUP(struct mg_standing, mg_standing_destroy)

void mg_standing_destroy(struct mg_standing *standing)
{
    if (!standing)
        return;
    mg_said_destroy(standing->said);
    free(standing->entries);
    free(standing->slots);
    free(standing);
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

static enum mg_code add(struct mg_standing *standing, const struct entry *entry, struct mg_error *err)
{
    if (standing->count == standing->capacity) {
        size_t capacity = standing->capacity ? standing->capacity + standing->capacity / 2 : 4096;
        struct entry *entries =
            capacity < UINT32_MAX ? mg_realloc(standing->entries, capacity, sizeof *entries) : NULL;
        if (!entries)
            return mg_fail_memory(err);
        standing->entries = entries;
        standing->capacity = capacity;
    }
    standing->entries[standing->count++] = *entry;
    return MG_OK;
}

static size_t slot_of(const struct mg_standing *standing, int64_t hash)
{
    return (uint64_t)hash & standing->slot_mask;
}

static uint32_t tag_of(int64_t hash)
{
    return (uint32_t)((uint64_t)hash >> 32);
}

static void put(struct mg_standing *standing, size_t i)
{
    struct entry *entry = &standing->entries[i];
    uint32_t tag = tag_of(entry->hash);
    size_t at = slot_of(standing, entry->hash);
    for (; standing->slots[at].entry; at = (at + 1) & standing->slot_mask) {
        struct entry *other = &standing->entries[standing->slots[at].entry - 1];
        if (standing->slots[at].tag == tag && other->hash == entry->hash)
            other->twin = entry->twin = 1;
    }
    standing->slots[at] = (struct slot){(uint32_t)i + 1, tag};
}

static enum mg_code index_entries(struct mg_standing *standing, struct mg_error *err)
{
    size_t slots = 64;
    while (slots < standing->count + standing->count / 2)
        slots *= 2;
    standing->slots = mg_calloc(slots, sizeof *standing->slots);
    if (!standing->slots)
        return mg_fail_memory(err);
    standing->slot_mask = slots - 1;
    for (size_t i = 0; i < standing->count; i++) {
        if (i + AHEAD < standing->count)
            __builtin_prefetch(&standing->slots[slot_of(standing, standing->entries[i + AHEAD].hash)], 1);
        put(standing, i);
    }
    return MG_OK;
}

enum mg_code mg_standing_load(struct mg_db *db, const struct mg_standing_table *table,
                              const struct mg_dataset *dataset, const struct mg_edition *previous,
                              const struct mg_edition *next, struct mg_standing **ret_standing,
                              struct mg_error *err)
{
    MG_CLEANUP(mg_standing_destroy_pointer) struct mg_standing *standing = mg_calloc(1, sizeof *standing);
    if (!standing)
        return mg_fail_memory(err);
    standing->db = db;
    standing->table = table;
    standing->next = next ? next->id : 0;
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
            row.code = add(standing, &entry, err);
    }
    enum mg_code code = mg_read_end(&row);
    if (!code)
        code = index_entries(standing, err);
    if (code)
        return code;
    *ret_standing = standing;
    standing = NULL;
    return MG_OK;
}

/* The next entry of that hash at or after a slot, NULL when there is none. */
static struct entry *find(struct mg_standing *standing, int64_t hash, size_t *at)
{
    for (; standing->slots[*at].entry; *at = (*at + 1) & standing->slot_mask) {
        struct slot slot = standing->slots[*at];
        if (slot.tag == tag_of(hash) && standing->entries[slot.entry - 1].hash == hash) {
            *at = (*at + 1) & standing->slot_mask;
            return &standing->entries[slot.entry - 1];
        }
    }
    return NULL;
}

/* Does another version of that record stand at X already? Such a version has the same hash. */
static bool is_record_used(struct mg_standing *standing, const struct entry *closed)
{
    size_t at = slot_of(standing, closed->hash);
    for (const struct entry *entry; (entry = find(standing, closed->hash, &at));)
        if (entry->record == closed->record && entry->taken)
            return true;
    return false;
}

/* Does the entry's record say what the row does? Its hash is the same. */
static enum mg_code says_same(struct mg_standing *standing, const struct entry *entry,
                              const struct mg_standing_row *row, bool *ret_same, struct mg_error *err)
{
    struct mg_said_row said;
    *ret_same = true;
    if (!standing->said)
        return MG_OK;
    enum mg_code code =
        mg_said_read(standing->said, standing->db, standing->table->read, entry->record, &said, err);
    if (!code)
        *ret_same =
            said.known && said.content->length == row->content->length &&
            (!row->content->length || !memcmp(said.content->data, row->content->data, row->content->length));
    return code;
}

static enum mg_code best_of(struct mg_standing *standing, const struct mg_standing_row *row,
                            struct entry **ret_best, struct mg_error *err)
{
    struct entry *best = NULL;
    size_t at = slot_of(standing, row->hash);
    for (struct entry *entry; (entry = find(standing, row->hash, &at));) {
        bool same;
        if (entry->taken || (best && best->class <= entry->class))
            continue;
        if (entry->class == CLOSED && is_record_used(standing, entry))
            continue;
        enum mg_code code = says_same(standing, entry, row, &same, err);
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

void mg_standing_compare(struct mg_standing *standing, struct mg_said *said)
{
    mg_said_destroy(standing->said);
    standing->said = said;
}

enum mg_code mg_standing_meet(struct mg_standing *standing, const struct mg_standing_row *row,
                              enum mg_met *ret_met, int64_t *ret_record, struct mg_error *err)
{
    struct entry *best = standing->expected < standing->count ? &standing->entries[standing->expected] : NULL;
    /* where there is but one entry of a hash, it is the one that a search finds */
    if (!best || best->hash != row->hash || best->twin || best->taken || standing->said) {
        enum mg_code code = best_of(standing, row, &best, err);
        if (code)
            return code;
    }
    *ret_met = MG_MET_NEW;
    if (!best)
        return MG_OK;
    standing->expected = (size_t)(best - standing->entries) + 1;
    standing->taken[best->class] += row->digest;
    best->taken = 1;
    *ret_record = best->record;
    *ret_met = best->class == CLOSED ? MG_MET_RECORD : best->class == COMING ? MG_MET_NEXT : MG_MET_STANDING;
    return MG_OK;
}

/* ---- proving ---- */

/* mg_feed and its visitor: the records of some classes, matched or not, and the sum of what they say. */
struct proving {
    struct mg_standing *standing;
    struct mg_said *said;
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
    const struct mg_standing *standing = proving->standing;
    (void)err;
    while (proving->at < standing->count && !is_proved_by(proving, &standing->entries[proving->at]))
        proving->at++;
    *ret_row = proving->at++ < standing->count;
    return MG_OK;
}

static void proof_column(void *context, int column, sqlite3_context *out)
{
    const struct proving *proving = context;
    (void)column;
    sqlite3_result_int64(out, proving->standing->entries[proving->at - 1].record);
}

static enum mg_code add_proof(void *context, sqlite3_stmt *row, struct mg_error *err)
{
    struct proving *proving = context;
    struct mg_said_row said;
    struct mg_read read = mg_read_of(row, err);
    enum mg_code code = mg_said_take(proving->said, &read, &said, err);
    if (!code)
        proving->sum += said.content_digest;
    return code;
}

static size_t count_proofs(const struct proving *proving)
{
    size_t n = 0;
    for (size_t i = 0; i < proving->standing->count; i++)
        n += is_proved_by(proving, &proving->standing->entries[i]);
    return n;
}

/* Of the classes, those matched or the others, whichever are fewer, are read. edition: in which just these
 * stand; NULL: none. rows: the sum of the rows that were matched with them. */
static enum mg_code prove(struct mg_standing *standing, struct mg_said *said, unsigned classes,
                          const struct mg_edition *edition, uint64_t rows, bool *ret_proven,
                          struct mg_error *err)
{
    struct proving proving = {.standing = standing, .said = said, .classes = classes, .taken = true};
    size_t matched = count_proofs(&proving);
    uint64_t all = 0;
    bool stored = false;
    enum mg_code code = MG_OK;
    if (!matched)
        return MG_OK;
    if (edition)
        code = mg_digest_find(standing->db, MG_DIGEST_CONTENT,
                              &(struct mg_digest_owner){.edition = edition->id}, &all, &stored, err);
    proving.taken = false;
    proving.taken = !stored || count_proofs(&proving) > matched;
    const struct mg_feed feed = {&proving, next_proof, proof_column};
    if (!code)
        code = mg_feed_ask(standing->db, MG_SQL_SAID_RECORDS, &feed, add_proof, &proving, err);
    if (!code)
        *ret_proven = *ret_proven && rows == (proving.taken ? proving.sum : all - proving.sum);
    return code;
}

enum mg_code mg_standing_prove(struct mg_standing *standing, const struct mg_digest_key *key,
                               const struct mg_edition *previous, const struct mg_edition *next,
                               bool *ret_proven, struct mg_error *err)
{
    const uint64_t *taken = standing->taken;
    struct mg_said *said = NULL;
    enum mg_code code = mg_said_create(standing->db, key, &said, err);
    *ret_proven = true;
    if (!code)
        code = prove(standing, said, 1u << SPANNING | 1u << GOING, previous, taken[SPANNING] + taken[GOING],
                     ret_proven, err);
    if (!code) /* what spans stands at N too: those that come are all of it only where nothing was before */
        code = prove(standing, said, 1u << COMING, previous ? NULL : next, taken[COMING], ret_proven, err);
    if (!code)
        code = prove(standing, said, 1u << CLOSED, NULL, taken[CLOSED], ret_proven, err);
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
    const struct mg_standing *standing;
    size_t at;
    int64_t edition, count;
};

static enum mg_code next_gone(void *context, bool *ret_row, struct mg_error *err)
{
    struct leaving *leaving = context;
    const struct mg_standing *standing = leaving->standing;
    (void)err;
    while (leaving->at < standing->count && !is_gone(&standing->entries[leaving->at]))
        leaving->at++;
    *ret_row = leaving->at++ < standing->count;
    leaving->count += *ret_row;
    return MG_OK;
}

static void gone_column(void *context, int column, sqlite3_context *out)
{
    const struct leaving *leaving = context;
    sqlite3_result_int64(out, column == 0 ? (int64_t)leaving->standing->entries[leaving->at - 1].version
                                          : leaving->edition);
}

enum mg_code mg_standing_settle(struct mg_standing *standing, struct mg_db *db, int64_t edition,
                                int64_t *next_version, int64_t *ret_gone, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < standing->count && !code && standing->next; i++) {
        const struct entry *entry = &standing->entries[i];
        int64_t version = (int64_t)entry->version;
        if (entry->class == COMING && entry->taken)
            code = mg_db_run(db, standing->table->set_first, err, "ii", version, edition);
        if (entry->class == SPANNING && !entry->taken)
            code =
                mg_db_run(db, standing->table->split, err, "iii", version, (*next_version)++, standing->next);
    }
    struct leaving leaving = {.standing = standing, .edition = edition};
    const struct mg_feed gone = {&leaving, next_gone, gone_column};
    if (!code)
        code = mg_feed_run(db, standing->table->set_gone, &gone, err);
    if (!code)
        *ret_gone = leaving.count;
    return code;
}
