/* identity/key_trust.c - whether keys are worth trusting between two editions. */
#include "libdata/domain/history/identity/identity.h"

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/french_words.h"

/* The figures are chosen between what good keys do (UIC codes of stations: 16 % of rows share one; post
 * offices: 93 % found again after four years) and what row numbers, postcodes and categories do. */
#define TESTED      20  /* rows of each edition, below which keys are not told to be shared or reused */
#define SHARED      0.5 /* of the rows have a key that others have: not unique */
#define FOUND_AGAIN 0.2 /* of the keys of the smaller edition, at least: else not stable */
#define REUSED      0.1 /* of the keys found again: reused */
#define ELSEWHERE_M 1000.0

static size_t next_key(const struct history_rows *rows, size_t start)
{
    size_t end = start;

    while (end < rows->count && rows->rows[end].key == rows->rows[start].key)
        end++;
    return end;
}

/* Rows that differ and share their key with others of the same edition; they are sorted by key. */
static void count_shared(const struct mg_history *h, int side, int64_t *ret_shared, int64_t *ret_keyed)
{
    const struct history_rows *rows = &h->rows[side];

    *ret_shared = *ret_keyed = 0;
    for (size_t start = 0, end; start < rows->count; start = end) {
        uint32_t key = rows->rows[start].key;
        int64_t standing;

        end = next_key(rows, start);
        if (key == HISTORY_NONE)
            continue;
        standing = h->key_standing ? h->key_standing[h->key_entries[key]] : 0;
        *ret_keyed += (int64_t)(end - start);
        if (end - start + (size_t)standing > 1)
            *ret_shared += (int64_t)(end - start);
    }
}

/* Names as words, and how often each word occurs. */
struct names {
    struct mg_map words; /* the value is the entry's own index */
    uint32_t *counts;
    size_t capacity;
    struct mg_buf buf[HISTORY_SIDES]; /* of the pair at hand: words, one blank between two */
};

static void names_finish(struct names *names)
{
    mg_map_finish(&names->words);
    free(names->counts);
    mg_buf_finish(&names->buf[HISTORY_BEFORE]);
    mg_buf_finish(&names->buf[HISTORY_AFTER]);
}

static enum mg_code count_word(struct names *names, const char *word, size_t length, struct mg_error *err)
{
    int64_t entry = 0;
    enum mg_code code = mg_map_put(&names->words, word, length, (int64_t)names->words.count, &entry, err);

    if (code)
        return code;
    if (names->words.count > names->capacity) {
        size_t capacity = names->capacity ? names->capacity * 2 : 1024;
        uint32_t *grown = mg_realloc(names->counts, capacity, sizeof *grown);

        if (!grown)
            return mg_fail_memory(err);
        memset(grown + names->capacity, 0, (capacity - names->capacity) * sizeof *grown);
        names->counts = grown;
        names->capacity = capacity;
    }
    names->counts[entry]++;
    return MG_OK;
}

/* The next word from *at on; NULL at the end. */
static const char *next_word(const char **at, size_t *ret_length)
{
    const char *word = *at, *end = strchr(word, ' ');

    if (!*word)
        return NULL;
    *ret_length = end ? (size_t)(end - word) : strlen(word);
    *at = end ? end + 1 : word + *ret_length;
    return word;
}

/* The names of the rows last read, as words. */
static enum mg_code read_names(const struct mg_history *h, struct names *names, struct mg_error *err)
{
    for (int side = 0; side < HISTORY_SIDES; side++) {
        const struct history_cell *name = history_typed(h, side, TYPED_NAME);
        enum mg_code code;

        mg_buf_clear(&names->buf[side]);
        mg_buf_add(&names->buf[side], "", 0);
        if (name->length)
            mg_words_add(&names->buf[side], name->text);
        code = mg_buf_check(&names->buf[side], err);
        if (code)
            return code;
    }
    return MG_OK;
}

static enum mg_code count_names(const struct mg_history *h, struct names *names, struct mg_error *err)
{
    enum mg_code code = read_names(h, names, err);

    for (int side = 0; side < HISTORY_SIDES && !code; side++) {
        const char *at = names->buf[side].data ? names->buf[side].data : "", *word;
        size_t length;

        while (!code && (word = next_word(&at, &length)))
            code = count_word(names, word, length, err);
    }
    return code;
}

/* Two names with no word in common that few others have; one that says nothing differs from none. */
static bool names_differ(const struct names *names, size_t pairs)
{
    const char *at = names->buf[HISTORY_BEFORE].data, *word;
    uint32_t few = pairs > 10 ? (uint32_t)(pairs / 5) : 2;
    size_t length;

    if (!names->buf[HISTORY_BEFORE].length || !names->buf[HISTORY_AFTER].length)
        return false;
    while ((word = next_word(&at, &length))) {
        const char *other_at = names->buf[HISTORY_AFTER].data, *other;
        size_t other_length;

        if (names->counts[mg_map_get(&names->words, word, length)] > few)
            continue;
        while ((other = next_word(&other_at, &other_length))) {
            if (other_length == length && !memcmp(other, word, length))
                return false;
        }
    }
    return true;
}

/* Of the rows last read: farther apart than a service moves within its town; without places, another commune.
 */
static bool elsewhere(struct mg_history *h)
{
    const struct history_content *a = &h->contents[HISTORY_BEFORE], *b = &h->contents[HISTORY_AFTER];
    const struct history_cell *before = history_typed(h, HISTORY_BEFORE, TYPED_COMMUNE);
    const struct history_cell *after = history_typed(h, HISTORY_AFTER, TYPED_COMMUNE);

    if (a->has_place && b->has_place)
        return mg_crs_distance_m(h->crs, a->lon, a->lat, b->lon, b->lat) > ELSEWHERE_M;
    return before->length && after->length && !history_cells_equal(before, after);
}

static enum mg_code read_pair(struct mg_history *h, const struct history_pair *pair, struct mg_error *err)
{
    enum mg_code code =
        history_read(h, HISTORY_BEFORE, h->rows[HISTORY_BEFORE].rows[pair->before].record, err);

    return code ? code : history_read(h, HISTORY_AFTER, h->rows[HISTORY_AFTER].rows[pair->after].record, err);
}

/* Pairs that are elsewhere are marked, and their names counted; then those are unmarked whose names agree. */
static enum mg_code count_reused(struct mg_history *h, int64_t *ret_pairs, int64_t *ret_reused,
                                 struct mg_error *err)
{
    MG_CLEANUP(names_finish) struct names names = {0};
    size_t marked = 0;
    enum mg_code code = MG_OK;

    *ret_pairs = *ret_reused = 0;
    for (size_t i = 0; i < h->pairs.count && !code; i++) {
        struct history_pair *pair = &h->pairs.pairs[i];

        history_expect(h, &h->pairs, i);
        if (pair->before == HISTORY_NONE || pair->after == HISTORY_NONE)
            continue;
        ++*ret_pairs;
        if ((code = read_pair(h, pair, err)) || !elsewhere(h))
            continue;
        pair->link = HISTORY_NONE;
        marked++;
        code = count_names(h, &names, err);
    }
    for (size_t i = 0; i < h->pairs.count && marked && !code; i++) {
        struct history_pair *pair = &h->pairs.pairs[i];

        if (pair->link != HISTORY_NONE || (code = read_pair(h, pair, err)) ||
            (code = read_names(h, &names, err)))
            continue;
        if (names_differ(&names, marked))
            ++*ret_reused;
        else
            pair->link = 0;
    }
    return code;
}

static bool doubt(struct mg_history *h, enum mg_key_doubt why, int64_t part, int64_t all)
{
    h->summary.key_doubt = why;
    h->summary.doubtful_keys = part;
    h->summary.tested_keys = all;
    return false;
}

enum mg_code history_keys_test(struct mg_history *h, bool *ret_trusted, struct mg_error *err)
{
    int64_t shared[HISTORY_SIDES], keyed[HISTORY_SIDES], pairs, reused_pairs, found, smaller;
    enum mg_code code = count_reused(h, &pairs, &reused_pairs, err);

    if (code)
        return code;
    h->summary.keys_reused = reused_pairs;
    for (int side = 0; side < HISTORY_SIDES; side++)
        count_shared(h, side, &shared[side], &keyed[side]);
    *ret_trusted = true;
    found = h->standing + (int64_t)h->same[HISTORY_BEFORE].count;
    smaller = found + (keyed[0] < keyed[1] ? keyed[0] : keyed[1]);
    found += pairs;
    if (!keyed[0] || !keyed[1])
        return MG_OK; /* there is nothing that could be found again */
    bool tested = keyed[0] >= TESTED && keyed[1] >= TESTED;
    for (int side = 0; side < HISTORY_SIDES && tested && *ret_trusted; side++) {
        if ((double)shared[side] > SHARED * (double)h->editions[side]->rows_loaded)
            *ret_trusted = doubt(h, MG_KEY_NOT_UNIQUE, shared[side], h->editions[side]->rows_loaded);
    }
    if (*ret_trusted && (double)found < FOUND_AGAIN * (double)smaller)
        *ret_trusted = doubt(h, MG_KEY_NOT_STABLE, found, smaller);
    if (*ret_trusted && tested && (double)reused_pairs > REUSED * (double)found)
        *ret_trusted = doubt(h, MG_KEY_REUSED, reused_pairs, found);
    return MG_OK;
}

enum mg_code history_keys_forget(struct mg_history *h, struct mg_error *err)
{
    struct mg_history_summary *s = &h->summary;
    enum mg_code code = MG_OK;

    h->pairs.count = h->closed.count = h->created.count = 0;
    s->rows_gone = s->rows_added = s->keys_repeated_before = s->keys_repeated_after = s->keys_reused = 0;
    for (size_t i = 0; i < h->rows[HISTORY_BEFORE].count && !code; i++)
        code = history_pairs_add(&h->closed, (uint32_t)i, HISTORY_NONE, err);
    for (size_t i = 0; i < h->rows[HISTORY_AFTER].count && !code; i++)
        code = history_pairs_add(&h->created, HISTORY_NONE, (uint32_t)i, err);
    s->closed = (int64_t)h->closed.count;
    s->created = (int64_t)h->created.count;
    return code;
}

enum mg_code history_identify(struct mg_history *h, struct mg_error *err)
{
    enum mg_identity identity = h->options.identity;
    bool trusted = identity != MG_IDENTITY_LINKAGE && h->keys.count > 0;
    enum mg_code code;

    if (trusted && identity == MG_IDENTITY_AUTO) {
        code = history_keys_test(h, &trusted, err);
        if (code)
            return code;
    }
    if (!trusted && h->keys.count) {
        code = history_keys_forget(h, err);
        if (code)
            return code;
    }
    h->trusted = trusted;
    if (trusted && identity == MG_IDENTITY_AUTO && (code = history_keys_given(h, err)))
        return code;
    code = history_link(h, trusted, err);
    if (!code)
        code = history_duplicates_find(h, err);
    return code ? code : history_taken_find(h, err);
}
