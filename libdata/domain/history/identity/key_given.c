/* identity/key_given.c - keys that are given to another service, while the one that had them goes on to the
 * letter under another key.
 *
 * A key is trusted until both its rows say another name at another place. If what the one said is then said
 * by a row of another key, and by that one only, it is that service: two keys that were exchanged are no
 * moves, and a key that is on a new service is not the old one's move. Where only the name is another, or
 * only the place (far away), that may well be a renaming or a move: it takes that each of the keys in
 * question has gone to another one of them. */
#include "libdata/domain/history/identity/identity.h"

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

#define FAR_M 1000.0

/* The rows that say one thing, of those that are looked at. */
struct saying {
    uint32_t rows[HISTORY_SIDES]; /* the last of each side */
    uint32_t counts[HISTORY_SIDES];
};

struct sayings {
    struct mg_history *h;
    struct mg_map texts; /* to list */
    struct saying *list;
    size_t capacity;
    struct mg_buf buf;
    uint32_t *taken[HISTORY_SIDES]; /* by row: 1 + index in list of what gives it to another; 0: nothing */
    struct history_pairs partly;    /* pairs of which only the name, or only the place, is another */
};

static void finish(struct sayings *s)
{
    mg_map_finish(&s->texts);
    free(s->list);
    mg_buf_finish(&s->buf);
    for (int side = 0; side < HISTORY_SIDES; side++)
        free(s->taken[side]);
    free(s->partly.pairs);
}

static enum mg_code read_row(struct sayings *s, int side, uint32_t row, struct mg_error *err)
{
    return history_read(s->h, side, s->h->rows[side].rows[row].record, err);
}

enum other { THE_SAME, PARTLY, ANOTHER };

/* Of the rows last read: is it another name, and another place (of one without: another address or commune)?
 */
static enum other compare(struct mg_history *h)
{
    const struct history_content *a = &h->contents[HISTORY_BEFORE], *b = &h->contents[HISTORY_AFTER];
    const struct history_cell *before = history_typed(h, HISTORY_BEFORE, TYPED_NAME);
    const struct history_cell *after = history_typed(h, HISTORY_AFTER, TYPED_NAME);
    bool placed = a->has_place && b->has_place, renamed = !history_cells_equal(before, after);
    bool recoded = !history_cells_equal(history_typed(h, HISTORY_BEFORE, TYPED_COMMUNE),
                                        history_typed(h, HISTORY_AFTER, TYPED_COMMUNE));
    bool readdressed = !history_cells_equal(history_typed(h, HISTORY_BEFORE, TYPED_ADDRESS),
                                            history_typed(h, HISTORY_AFTER, TYPED_ADDRESS));
    bool elsewhere = placed ? a->lon != b->lon || a->lat != b->lat : readdressed || recoded;
    if (!before->length || !after->length || !(renamed || elsewhere))
        return THE_SAME;
    if (renamed)
        return elsewhere ? ANOTHER : PARTLY;
    return (placed ? mg_crs_distance_m(h->crs, a->lon, a->lat, b->lon, b->lat) > FAR_M : recoded) ? PARTLY
                                                                                                  : THE_SAME;
}

/* What the row last read says that tells which service it is; nothing, if it has no name or is nowhere. */
static enum mg_code say(struct sayings *s, int side, struct mg_error *err)
{
    static const enum history_typed typed[] = {TYPED_NAME, TYPED_CATEGORY, TYPED_ADDRESS, TYPED_POSTCODE,
                                               TYPED_COMMUNE};
    const struct history_content *content = &s->h->contents[side];
    bool somewhere = content->has_place || history_typed(s->h, side, TYPED_ADDRESS)->length ||
                     history_typed(s->h, side, TYPED_COMMUNE)->length;
    mg_buf_clear(&s->buf);
    if (!somewhere || !history_typed(s->h, side, TYPED_NAME)->length)
        return MG_OK;
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        const struct history_cell *cell = history_typed(s->h, side, typed[i]);
        if (cell->length)
            mg_buf_add(&s->buf, cell->text, cell->length);
        mg_buf_add_char(&s->buf, '\0');
    }
    if (content->has_place) {
        mg_buf_add(&s->buf, &content->lon, sizeof content->lon);
        mg_buf_add(&s->buf, &content->lat, sizeof content->lat);
    }
    return mg_buf_check(&s->buf, err);
}

/* known: only if that was said already. */
static enum mg_code note(struct sayings *s, int side, uint32_t row, bool known, struct mg_error *err)
{
    size_t count = s->texts.count;
    int64_t entry;
    enum mg_code code = say(s, side, err);
    if (code || !s->buf.length || (known && mg_map_get(&s->texts, s->buf.data, s->buf.length) < 0))
        return code;
    if (!mg_grow(s->list, count, &s->capacity))
        return mg_fail_memory(err);
    code = mg_map_put(&s->texts, s->buf.data, s->buf.length, (int64_t)count, &entry, err);
    if (code)
        return code;
    if ((size_t)entry == count)
        s->list[entry] = (struct saying){0};
    s->list[entry].rows[side] = row;
    s->list[entry].counts[side]++;
    return MG_OK;
}

/* Both rows of each pair that is one by its key only. */
static enum mg_code note_pairs(struct sayings *s, struct mg_error *err)
{
    struct mg_history *h = s->h;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->pairs.count && !code; i++) {
        const struct history_pair *pair = &h->pairs.pairs[i];
        history_expect(h, &h->pairs, i);
        if (pair->before == HISTORY_NONE || pair->after == HISTORY_NONE)
            continue;
        code = read_row(s, HISTORY_BEFORE, pair->before, err);
        if (!code)
            code = read_row(s, HISTORY_AFTER, pair->after, err);
        enum other other = code ? THE_SAME : compare(h);
        if (other == THE_SAME)
            continue;
        if (other == PARTLY)
            code = history_pairs_add(&s->partly, pair->before, pair->after, err);
        if (!code)
            code = note(s, HISTORY_BEFORE, pair->before, false, err);
        if (!code)
            code = note(s, HISTORY_AFTER, pair->after, false, err);
    }
    return code;
}

static enum mg_code note_singles(struct sayings *s, int side, const struct history_pairs *singles,
                                 struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < singles->count && !code; i++) {
        uint32_t row = side == HISTORY_BEFORE ? singles->pairs[i].before : singles->pairs[i].after;
        history_expect(s->h, singles, i);
        code = read_row(s, side, row, err);
        if (!code)
            code = note(s, side, row, true, err);
    }
    return code;
}

static int by_row(const void *a, const void *b)
{
    const struct history_pair *x = a, *y = b;
    if (x->before != y->before)
        return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

static void sort(struct history_pairs *pairs)
{
    if (pairs->count)
        qsort(pairs->pairs, pairs->count, sizeof *pairs->pairs, by_row);
}

static bool take_back_pair(struct sayings *s, const struct history_pair *pair)
{
    uint32_t before = s->taken[HISTORY_BEFORE][pair->before], after = s->taken[HISTORY_AFTER][pair->after];
    if (!before == !after)
        return false;
    const struct saying *said = &s->list[(before ? before : after) - 1];
    s->taken[HISTORY_BEFORE][said->rows[HISTORY_BEFORE]] = 0;
    s->taken[HISTORY_AFTER][said->rows[HISTORY_AFTER]] = 0;
    return true;
}

/* A pair that is partly the same stays one unless both its rows are given away. There and back, since keys
 * that were shifted are a chain in their order. */
static void take_back(struct sayings *s)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < s->partly.count; i++)
            again |= take_back_pair(s, &s->partly.pairs[i]);
        for (size_t i = s->partly.count; i-- > 0;)
            again |= take_back_pair(s, &s->partly.pairs[i]);
    }
}

static enum mg_code give(struct sayings *s, struct mg_error *err)
{
    struct mg_history *h = s->h;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < s->texts.count; i++) {
        const struct saying *said = &s->list[i];
        if (said->counts[HISTORY_BEFORE] == 1 && said->counts[HISTORY_AFTER] == 1)
            for (int side = 0; side < HISTORY_SIDES; side++)
                s->taken[side][said->rows[side]] = (uint32_t)i + 1;
    }
    take_back(s);
    for (size_t i = 0; i < s->texts.count && !code; i++) {
        uint32_t before = s->list[i].rows[HISTORY_BEFORE];
        if (s->list[i].counts[HISTORY_BEFORE] == 1 && s->taken[HISTORY_BEFORE][before] == i + 1)
            code = history_pairs_add(&h->given, before, s->list[i].rows[HISTORY_AFTER], err);
    }
    sort(&h->given);
    return code;
}

/* Pairs of a row that is another's now come apart; what is left of them closed, or was created. */
static enum mg_code part_pairs(struct sayings *s, struct mg_error *err)
{
    struct mg_history *h = s->h;
    size_t kept = 0;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->pairs.count && !code; i++) {
        struct history_pair pair = h->pairs.pairs[i];
        bool both = pair.before != HISTORY_NONE && pair.after != HISTORY_NONE;
        bool before = both && s->taken[HISTORY_BEFORE][pair.before];
        bool after = both && s->taken[HISTORY_AFTER][pair.after];
        if (!before && !after) {
            h->pairs.pairs[kept++] = pair;
            continue;
        }
        h->summary.keys_reused -= pair.link == HISTORY_NONE;
        if (!before)
            code = history_pairs_add(&h->closed, pair.before, HISTORY_NONE, err);
        if (!code && !after)
            code = history_pairs_add(&h->created, HISTORY_NONE, pair.after, err);
    }
    h->pairs.count = kept;
    for (size_t i = 0; i < h->given.count && !code; i++)
        code = history_pairs_add(&h->pairs, h->given.pairs[i].before, h->given.pairs[i].after, err);
    return code;
}

static int64_t leave_singles(struct sayings *s, int side, struct history_pairs *singles)
{
    size_t kept = 0;
    for (size_t i = 0; i < singles->count; i++) {
        struct history_pair pair = singles->pairs[i];
        if (!s->taken[side][side == HISTORY_BEFORE ? pair.before : pair.after])
            singles->pairs[kept++] = pair;
    }
    singles->count = kept;
    sort(singles);
    return (int64_t)kept;
}

static enum mg_code index_given(struct mg_history *h, struct mg_error *err)
{
    for (int side = 0; side < HISTORY_SIDES; side++) {
        uint32_t *of = h->given_of[side] = mg_calloc(h->keys.count + 1, sizeof *of);
        if (!of)
            return mg_fail_memory(err);
        for (size_t i = h->given.count; i-- > 0;) {
            const struct history_pair *pair = &h->given.pairs[i];
            uint32_t key = h->rows[side].rows[side == HISTORY_BEFORE ? pair->before : pair->after].key;
            if (key != HISTORY_NONE)
                of[key] = (uint32_t)i + 1;
        }
    }
    return MG_OK;
}

enum mg_code history_keys_given(struct mg_history *h, struct mg_error *err)
{
    MG_CLEANUP(finish) struct sayings s = {.h = h};
    enum mg_code code = MG_OK;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        s.taken[side] = mg_calloc(h->rows[side].count + 1, sizeof *s.taken[side]);
        if (!s.taken[side])
            return mg_fail_memory(err);
    }
    code = note_pairs(&s, err);
    if (code || !s.texts.count)
        return code;
    code = note_singles(&s, HISTORY_BEFORE, &h->closed, err);
    if (!code)
        code = note_singles(&s, HISTORY_AFTER, &h->created, err);
    if (!code)
        code = give(&s, err);
    if (!code && h->given.count)
        code = part_pairs(&s, err);
    if (!code && h->given.count)
        code = index_given(h, err);
    if (code || !h->given.count)
        return code;
    h->summary.closed = leave_singles(&s, HISTORY_BEFORE, &h->closed);
    h->summary.created = leave_singles(&s, HISTORY_AFTER, &h->created);
    h->summary.keys_given = (int64_t)h->given.count;
    return MG_OK;
}

const struct history_pair *history_given(const struct mg_history *h, int side, uint32_t row)
{
    uint32_t key = h->rows[side].rows[row].key;
    uint32_t found = h->given.count && key != HISTORY_NONE ? h->given_of[!side][key] : 0;
    return found ? &h->given.pairs[found - 1] : NULL;
}
