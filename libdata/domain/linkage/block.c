/* linkage/block.c - which pairs are compared at all: those that share a key that few have. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define CANDIDATES 250 /* of one service, after which no more are looked for */
#define KEYS       64  /* of one service */
#define KEPT_PAIRS ((size_t)4 << 20)
#define NEAR_DEG   0.0025

/* In the order in which they are tried: the most telling first. */
enum key_kind {
    KEY_PHONE,
    KEY_PLACE,   /* the very point */
    KEY_ADDRESS, /* commune, street and number */
    KEY_CORE,    /* commune and name */
    KEY_CELL,    /* some 250 m, any category */
    KEY_STREET,  /* commune and street */
    KEY_WORD,    /* commune and a word of the name */
    KEY_FAR,     /* département and name */
    KEY_RARE,    /* département and the two rarest words of the name */
    KEY_WIDE,    /* the category's radius, same category */
    KEY_COMMUNE, /* commune and category */
    KEY_ALL,     /* commune */
    KEY_POSTCODE,
};

struct keys {
    uint64_t items[KEYS];
    size_t count;
};

static void add(struct keys *keys, enum key_kind kind, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t parts[] = {kind, a, b, c};

    if (keys->count < KEYS)
        keys->items[keys->count++] = XXH3_64bits(parts, sizeof parts);
}

/* The cell and, for the one who looks, its eight neighbours; cells of one size everywhere. */
static void add_cells(struct keys *keys, enum key_kind kind, const struct linkage_row *row, double cell_deg,
                      uint64_t extra, int around)
{
    int64_t x = (int64_t)floor(row->lon * 0.7 / cell_deg), y = (int64_t)floor(row->lat / cell_deg);

    for (int dx = -around; dx <= around; dx++) {
        for (int dy = -around; dy <= around; dy++)
            add(keys, kind, (uint64_t)(x + dx), (uint64_t)(y + dy), extra);
    }
}

static void add_words(const struct mg_linkage *l, struct keys *keys, const struct linkage_row *row)
{
    const struct linkage_word *words = l->words.items + row->name_words;
    uint32_t rarest[2] = {LINKAGE_NONE, LINKAGE_NONE};

    for (int i = 0; i < row->name_count; i++) {
        uint32_t id = words[i].id;

        if (words[i].weight > 1 && row->commune != LINKAGE_NONE && i < 6)
            add(keys, KEY_WORD, row->commune, id, 0);
        if (rarest[0] == LINKAGE_NONE || l->name_counts[id] < l->name_counts[rarest[0]]) {
            rarest[1] = rarest[0];
            rarest[0] = id;
        } else if (rarest[1] == LINKAGE_NONE || l->name_counts[id] < l->name_counts[rarest[1]]) {
            rarest[1] = id;
        }
    }
    if (row->core != LINKAGE_NONE)
        add(keys, KEY_FAR, row->core, row->departement, 0);
    if (rarest[1] != LINKAGE_NONE && row->departement != LINKAGE_NONE)
        add(keys, KEY_RARE, rarest[0] < rarest[1] ? rarest[0] : rarest[1],
            rarest[0] < rarest[1] ? rarest[1] : rarest[0], row->departement);
}

static void make_wide_keys(const struct mg_linkage *l, const struct linkage_row *row, int around,
                           struct keys *keys)
{
    bool commune = row->commune != LINKAGE_NONE;
    double radius_m = l->radius_m[row->category == LINKAGE_NONE ? l->categories.count : row->category];
    double radius_deg = 0.001;

    while (radius_deg * 111000 < radius_m)
        radius_deg *= 2;
    if (commune && row->street != LINKAGE_NONE)
        add(keys, KEY_STREET, row->commune, row->street, 0);
    add_words(l, keys, row);
    if (row->has_place && row->category != LINKAGE_NONE)
        add_cells(keys, KEY_WIDE, row, radius_deg, (uint64_t)row->category << 1, around);
    if (commune && row->category != LINKAGE_NONE)
        add(keys, KEY_COMMUNE, row->commune, row->category, 0);
    if (commune)
        add(keys, KEY_ALL, row->commune, 0, 0);
    if (row->postcode != LINKAGE_NONE)
        add(keys, KEY_POSTCODE, row->postcode, row->category, 0);
}

static void make_keys(const struct mg_linkage *l, const struct linkage_row *row, int around,
                      struct keys *keys)
{
    bool commune = row->commune != LINKAGE_NONE;

    keys->count = 0;
    if (row->phone != LINKAGE_NONE)
        add(keys, KEY_PHONE, row->phone, 0, 0);
    if (row->has_place)
        add(keys, KEY_PLACE, (uint64_t)llround(row->lon * 1e5), (uint64_t)llround(row->lat * 1e5), 0);
    if (commune && row->street != LINKAGE_NONE)
        add(keys, KEY_ADDRESS, row->commune, row->street, row->number);
    if (commune && row->core != LINKAGE_NONE)
        add(keys, KEY_CORE, row->commune, row->core, 0);
    if (row->has_place)
        add_cells(keys, KEY_CELL, row, NEAR_DEG, 0, around);
    if (!l->near_only)
        make_wide_keys(l, row, around, keys);
}

static int by_key(const void *a, const void *b)
{
    const struct linkage_posting *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static enum mg_code index_add(struct mg_linkage *l, uint64_t key, uint32_t row, struct mg_error *err)
{
    if (l->index_count == l->index_capacity) {
        size_t capacity = l->index_capacity ? l->index_capacity * 2 : 4096;
        struct linkage_posting *grown = mg_realloc(l->index, capacity, sizeof *grown);

        if (!grown)
            return mg_fail_memory(err);
        l->index = grown;
        l->index_capacity = capacity;
    }
    l->index[l->index_count++] = (struct linkage_posting){key, row};
    return MG_OK;
}

/* Keys are hashes, so their first bits part them evenly; some four to a part. */
static int parting_shift(size_t count)
{
    int bits = 0;

    while (count >> (bits + 3))
        bits++;
    return 64 - (bits ? bits : 1);
}

/* starts[i]: how many keys are in the parts before i. */
static size_t *parts(const struct mg_linkage *l, int shift)
{
    size_t count = ((size_t)1 << (64 - shift)), *starts = mg_calloc(count + 1, sizeof *starts);

    for (size_t i = 0; starts && i < l->index_count; i++)
        starts[(l->index[i].key >> shift) + 1]++;
    for (size_t i = 0; starts && i < count; i++)
        starts[i + 1] += starts[i];
    return starts;
}

/* By key, then row; rows were added in order. */
static enum mg_code sort_index(struct mg_linkage *l, struct mg_error *err)
{
    int shift = parting_shift(l->index_count);
    MG_FREE size_t *next = parts(l, shift);
    struct linkage_posting *sorted = mg_malloc((l->index_count + 1) * sizeof *sorted);
    size_t start = 0;

    if (!next || !sorted) {
        free(sorted);
        return mg_fail_memory(err);
    }
    for (size_t i = 0; i < l->index_count; i++)
        sorted[next[l->index[i].key >> shift]++] = l->index[i];
    for (size_t part = 0; start < l->index_count; part++) {
        if (next[part] - start > 1)
            qsort(sorted + start, next[part] - start, sizeof *sorted, by_key);
        start = next[part];
    }
    free(l->index);
    l->index = sorted;
    l->index_capacity = l->index_count;
    return MG_OK;
}

/* Keys that too many have are taken out: nobody is found by them. */
static void cap_index(struct mg_linkage *l)
{
    size_t kept = 0;

    for (size_t start = 0, end; start < l->index_count; start = end) {
        for (end = start; end < l->index_count && l->index[end].key == l->index[start].key; end++)
            ;
        if (end - start > MG_LINKAGE_BLOCK)
            continue;
        memmove(l->index + kept, l->index + start, (end - start) * sizeof *l->index);
        kept += end - start;
    }
    l->index_count = kept;
}

enum mg_code linkage_index(struct mg_linkage *l, struct mg_error *err)
{
    const struct linkage_side *after = &l->sides[LINKAGE_AFTER];
    struct keys keys;
    enum mg_code code = MG_OK;

    if (!(l->seen = mg_calloc(after->count + 1, sizeof *l->seen)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < after->count && !code; i++) {
        make_keys(l, &after->rows[i], 0, &keys);
        for (size_t k = 0; k < keys.count && !code; k++)
            code = index_add(l, keys.items[k], (uint32_t)i, err);
    }
    if (code || (code = sort_index(l, err)))
        return code;
    cap_index(l);
    l->index_shift = parting_shift(l->index_count);
    l->index_starts = parts(l, l->index_shift);
    return l->index_starts ? MG_OK : mg_fail_memory(err);
}

static size_t first_of(const struct mg_linkage *l, uint64_t key)
{
    size_t i = l->index_starts[key >> l->index_shift];

    while (i < l->index_count && l->index[i].key < key)
        i++;
    return i;
}

/* Another name, another address or none, another telephone or none, one category or none, not one place: most
 * pairs that are compared. Whatever is learned, hardly ever is this one service. */
static bool hopeless(uint32_t pattern)
{
    return linkage_level(pattern, MG_LINKAGE_NAME) == 1 && linkage_level(pattern, MG_LINKAGE_ADDRESS) <= 1 &&
           linkage_level(pattern, MG_LINKAGE_PHONE) <= 1 && linkage_level(pattern, MG_LINKAGE_PLACE) <= 5 &&
           (!linkage_level(pattern, MG_LINKAGE_CATEGORY) || linkage_level(pattern, MG_LINKAGE_CATEGORY) == 3);
}

/* Beyond what is kept, nothing is: the pairs are compared once more. */
static enum mg_code keep(struct linkage_compared *compared, const struct linkage_pair *pair,
                         struct mg_error *err)
{
    if (compared->state != COMPARED_NONE || hopeless(pair->pattern))
        return MG_OK;
    if (compared->pairs.count < (compared->most ? compared->most : KEPT_PAIRS))
        return linkage_pairs_add(&compared->pairs, pair, err);
    free(compared->pairs.items);
    *compared = (struct linkage_compared){.state = COMPARED_MANY};
    return MG_OK;
}

static enum mg_code candidate(struct mg_linkage *l, uint32_t before, uint32_t after, linkage_candidate *visit,
                              struct mg_error *err)
{
    const struct linkage_pair pair = {
        before, after,
        linkage_pattern(l, &l->sides[LINKAGE_BEFORE].rows[before], &l->sides[LINKAGE_AFTER].rows[after]), 0};
    enum mg_code code = keep(&l->compared, &pair, err);

    return code ? code : visit(l, &pair, err);
}

static enum mg_code find_candidates(struct mg_linkage *l, const char *step, linkage_candidate *visit,
                                    struct mg_error *err)
{
    const struct linkage_side *before = &l->sides[LINKAGE_BEFORE];
    struct keys keys;
    enum mg_code code;

    memset(l->seen, 0, l->sides[LINKAGE_AFTER].count * sizeof *l->seen);
    for (size_t i = 0; i < before->count; i++) {
        size_t found = 0;

        make_keys(l, &before->rows[i], 1, &keys);
        for (size_t k = 0; k < keys.count && found < CANDIDATES; k++) {
            for (size_t p = first_of(l, keys.items[k]);
                 p < l->index_count && l->index[p].key == keys.items[k]; p++) {
                uint32_t row = l->index[p].row;

                if (p + 4 < l->index_count) /* most of the time goes into waiting for memory */
                    __builtin_prefetch(&l->sides[LINKAGE_AFTER].rows[l->index[p + 4].row]);
                if (l->seen[row] == i + 1)
                    continue;
                l->seen[row] = (uint32_t)i + 1;
                found++;
                if ((code = candidate(l, (uint32_t)i, row, visit, err)))
                    return code;
            }
        }
        if (i % 8192 == 0 && !mg_progress_report(l->progress, step, (int64_t)i, (int64_t)before->count))
            return mg_fail(err, MG_ERR_IO, _("interrupted"));
    }
    return MG_OK;
}

enum mg_code linkage_candidates(struct mg_linkage *l, const char *step, linkage_candidate *visit,
                                struct mg_error *err)
{
    enum mg_code code = find_candidates(l, step, visit, err);

    if (!code && l->compared.state == COMPARED_NONE)
        l->compared.state = COMPARED_ALL;
    return code;
}

/* Were all pairs kept that are likely? */
static bool kept_likely(const struct mg_linkage *l)
{
    if (l->compared.state != COMPARED_ALL)
        return false;
    for (uint32_t i = 0; i < LINKAGE_PATTERNS; i++) {
        if (l->patterns[i] && hopeless(i) && linkage_likely(&l->meanings[i]))
            return false;
    }
    return true;
}

enum mg_code linkage_likely_pairs(struct mg_linkage *l, const char *step, linkage_candidate *visit,
                                  struct mg_error *err)
{
    enum mg_code code = MG_OK;

    if (!kept_likely(l)) {
        l->compared.state = COMPARED_MANY;
        return find_candidates(l, step, visit, err);
    }
    for (size_t i = 0; i < l->compared.pairs.count && !code; i++)
        code = visit(l, &l->compared.pairs.items[i], err);
    free(l->compared.pairs.items);
    l->compared = (struct linkage_compared){.state = COMPARED_MANY};
    return code;
}
