/* identity/by_decision.c - what people decided, put over what was matched. */
#include "libdata/domain/history/identity/identity.h"

#include "libdata/base/alloc.h"

bool history_decision_concerns(const struct mg_history *h, const struct mg_decision *d)
{
    return !strcmp(d->dataset, h->dataset->name) &&
           (!*d->from || !strcmp(d->from, h->editions[HISTORY_BEFORE]->as_of)) &&
           (!*d->to || !strcmp(d->to, h->editions[HISTORY_AFTER]->as_of));
}

bool history_decision_names(const struct mg_decision_side *side)
{
    return side->key || *side->edition;
}

/* ---- rows ---- */

/* The first of `count` for which is_before says no; they are sorted by what it says. */
static size_t first_not(const struct mg_history *h, int side, size_t count, const char *key, uint32_t rank,
                        bool (*is_before)(const struct mg_history *, int, size_t, const char *, uint32_t))
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (is_before(h, side, middle, key, rank))
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static bool key_is_before(const struct mg_history *h, int side, size_t i, const char *key, uint32_t rank)
{
    (void)side, (void)rank;
    return strcmp(history_key(h, (uint32_t)i), key) < 0;
}

static bool row_is_before(const struct mg_history *h, int side, size_t i, const char *key, uint32_t rank)
{
    (void)key;
    return h->rows[side].rows[i].key < rank;
}

/* Is it the row that stands on that line of that edition's source? */
static enum mg_code is_on_line(struct mg_history *h, int side, size_t row,
                               const struct mg_decision_side *named, bool *ret_is, struct mg_error *err)
{
    *ret_is = h->rows[side].rows[row].line == named->line;
    if (!*ret_is)
        return MG_OK;
    enum mg_code code = history_read(h, side, h->rows[side].rows[row].record, err);
    const char *edition = code ? NULL : history_as_of(h, h->contents[side].edition_id);
    *ret_is = edition && !strcmp(edition, named->edition);
    return code;
}

/* The rows that the key leaves, or all: [*first, *end). */
static void rows_of_key(const struct mg_history *h, int side, const char *key, size_t *first, size_t *end)
{
    const struct history_rows *rows = &h->rows[side];
    *first = *end = 0;
    if (!key) {
        *end = rows->count;
        return;
    }
    key = history_key_as_matched(h, side, key);
    uint32_t rank = (uint32_t)first_not(h, side, h->keys.count, key, 0, key_is_before);
    if (rank == h->keys.count || strcmp(history_key(h, rank), key) != 0)
        return;
    *first = *end = first_not(h, side, rows->count, NULL, rank, row_is_before);
    while (*end < rows->count && rows->rows[*end].key == rank)
        ++*end;
}

/* The one row that is named, among those that differ; HISTORY_NONE: there is none, or several. */
static enum mg_code find_row(struct mg_history *h, int side, const struct mg_decision_side *named,
                             uint32_t *ret_row, struct mg_error *err)
{
    size_t first, end, found = 0;
    enum mg_code code = MG_OK;
    *ret_row = HISTORY_NONE;
    rows_of_key(h, side, named->key, &first, &end);
    bool by_line = *named->edition && (!named->key || end - first > 1);
    for (size_t i = first; i < end && !code; i++) {
        bool is = true;
        if (by_line)
            code = is_on_line(h, side, i, named, &is, err);
        if (is) {
            *ret_row = (uint32_t)i;
            found++;
        }
    }
    if (found > 1)
        *ret_row = HISTORY_NONE;
    return code;
}

/* ---- pairs ---- */

static size_t find_pair(const struct history_pairs *pairs, int side, uint32_t row)
{
    size_t i = 0;
    while (i < pairs->count &&
           (side == HISTORY_BEFORE ? pairs->pairs[i].before : pairs->pairs[i].after) != row)
        i++;
    return i;
}

/* Out of the list, which is sorted afterwards. */
static void remove_pair(struct history_pairs *pairs, size_t i)
{
    pairs->pairs[i] = pairs->pairs[--pairs->count];
}

static enum mg_code add_single(struct mg_history *h, int side, uint32_t row, struct mg_error *err)
{
    bool before = side == HISTORY_BEFORE;
    ++*(before ? &h->summary.closed : &h->summary.created);
    return history_pairs_add(before ? &h->closed : &h->created, before ? row : HISTORY_NONE,
                             before ? HISTORY_NONE : row, err);
}

/* The row out of whatever it was matched to; what it was matched to is then on its own. */
static enum mg_code detach(struct mg_history *h, int side, uint32_t row, struct mg_error *err)
{
    bool before = side == HISTORY_BEFORE;
    history_duplicate_drop(h, side, row);
    struct history_pairs *singles = before ? &h->closed : &h->created;
    size_t i = find_pair(singles, side, row);
    if (i < singles->count) {
        remove_pair(singles, i);
        --*(before ? &h->summary.closed : &h->summary.created);
        return MG_OK;
    }
    i = find_pair(&h->pairs, side, row);
    if (i == h->pairs.count)
        return MG_OK;
    uint32_t other = before ? h->pairs.pairs[i].after : h->pairs.pairs[i].before;
    remove_pair(&h->pairs, i);
    if (other != HISTORY_NONE)
        return add_single(h, 1 - side, other, err);
    --*(before ? &h->summary.rows_gone : &h->summary.rows_added); /* over beside others of its key */
    return MG_OK;
}

static enum mg_code remember(struct mg_history *h, uint32_t before, uint32_t after,
                             const struct mg_decision *d, struct mg_error *err)
{
    struct history_decided *grown = mg_realloc(h->decided, h->decided_count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    h->decided = grown;
    grown[h->decided_count++] = (struct history_decided){{before, after, 0}, d};
    return MG_OK;
}

static enum mg_code link_rows(struct mg_history *h, struct mg_decision *d, struct mg_error *err)
{
    uint32_t before, after;
    enum mg_code code = find_row(h, HISTORY_BEFORE, &d->before, &before, err);
    if (!code)
        code = find_row(h, HISTORY_AFTER, &d->after, &after, err);
    if (code || before == HISTORY_NONE || after == HISTORY_NONE)
        return code;
    size_t i = find_pair(&h->pairs, HISTORY_BEFORE, before);
    if (i == h->pairs.count || h->pairs.pairs[i].after != after) {
        code = detach(h, HISTORY_BEFORE, before, err);
        if (!code)
            code = detach(h, HISTORY_AFTER, after, err);
        if (!code)
            code = history_pairs_add(&h->pairs, before, after, err);
        if (code)
            return code;
    }
    d->applied++;
    return remember(h, before, after, d, err);
}

/* The pair of a row that is on its own, if linkage says that it merged or split, or is perhaps another's:
 * with `other`, or with any (HISTORY_NONE). */
static struct history_pair *find_suggestion(struct mg_history *h, int side, uint32_t row, uint32_t other)
{
    struct history_pairs *singles = side == HISTORY_BEFORE ? &h->closed : &h->created;
    size_t i = row == HISTORY_NONE ? singles->count : find_pair(singles, side, row);
    if (i == singles->count || !singles->pairs[i].link || singles->pairs[i].link == HISTORY_NONE)
        return NULL;
    const struct history_link *link = &h->links[singles->pairs[i].link - 1];
    uint32_t linked = side == HISTORY_BEFORE ? link->after : link->before;
    return other == HISTORY_NONE || other == linked ? &singles->pairs[i] : NULL;
}

/* Rows that are no pair stay apart, and what linkage says of the two is not said of them any more. One named:
 * it is apart from what linkage suggests for it, if it does. */
static enum mg_code keep_apart(struct mg_history *h, uint32_t before, uint32_t after, struct mg_decision *d,
                               struct mg_error *err)
{
    uint32_t rows[HISTORY_SIDES] = {before, after};
    int named = before == HISTORY_NONE ? HISTORY_AFTER : HISTORY_BEFORE;
    if (rows[!named] == HISTORY_NONE) {
        const struct history_pair *suggested = find_suggestion(h, named, rows[named], HISTORY_NONE);
        if (!suggested)
            return MG_OK;
        rows[HISTORY_BEFORE] = h->links[suggested->link - 1].before;
        rows[HISTORY_AFTER] = h->links[suggested->link - 1].after;
    }
    for (int side = 0; side < HISTORY_SIDES; side++) {
        struct history_pair *pair = find_suggestion(h, side, rows[side], rows[!side]);
        if (pair)
            pair->link = 0;
    }
    d->applied++;
    return remember(h, rows[HISTORY_BEFORE], rows[HISTORY_AFTER], d, err);
}

static enum mg_code unlink_rows(struct mg_history *h, struct mg_decision *d, struct mg_error *err)
{
    uint32_t before = HISTORY_NONE, after = HISTORY_NONE;
    bool by_before = history_decision_names(&d->before), by_after = history_decision_names(&d->after);
    enum mg_code code = by_before ? find_row(h, HISTORY_BEFORE, &d->before, &before, err) : MG_OK;
    if (!code && by_after)
        code = find_row(h, HISTORY_AFTER, &d->after, &after, err);
    if (code || (by_before && before == HISTORY_NONE) || (by_after && after == HISTORY_NONE))
        return code;
    size_t i = find_pair(&h->pairs, by_before ? HISTORY_BEFORE : HISTORY_AFTER, by_before ? before : after);
    struct history_pair pair = {HISTORY_NONE, HISTORY_NONE, 0};
    if (i < h->pairs.count)
        pair = h->pairs.pairs[i];
    if (pair.before == HISTORY_NONE || pair.after == HISTORY_NONE || (by_after && pair.after != after)) {
        return keep_apart(h, before, after, d, err);
    }
    d->applied++;
    remove_pair(&h->pairs, i);
    code = add_single(h, HISTORY_BEFORE, pair.before, err);
    if (!code)
        code = add_single(h, HISTORY_AFTER, pair.after, err);
    return code ? code : remember(h, pair.before, pair.after, d, err);
}

/* The order in which they were matched: by key, then the earlier rows, then those on the later side only. */
static int in_order(const void *a, const void *b, void *context)
{
    const struct history_pair *x = a, *y = b;
    const struct mg_history *h = context;
    const struct history_row *before = h->rows[HISTORY_BEFORE].rows, *after = h->rows[HISTORY_AFTER].rows;
    uint32_t key_x = x->before != HISTORY_NONE ? before[x->before].key : after[x->after].key;
    uint32_t key_y = y->before != HISTORY_NONE ? before[y->before].key : after[y->after].key;
    if (key_x != key_y)
        return key_x < key_y ? -1 : 1;
    if (x->before != y->before)
        return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

enum mg_code history_decide(struct mg_history *h, struct mg_error *err)
{
    struct mg_decisions *decisions = h->options.decisions;
    struct history_pairs *all[] = {&h->pairs, &h->closed, &h->created};
    bool any = false;
    enum mg_code code = MG_OK;
    for (size_t i = 0; decisions && i < decisions->count && !code; i++) {
        struct mg_decision *d = &decisions->items[i];
        if (!history_decision_concerns(h, d))
            continue;
        d->asked++;
        if (d->action == MG_DECIDE_LINK)
            code = link_rows(h, d, err);
        else if (d->action == MG_DECIDE_UNLINK)
            code = unlink_rows(h, d, err);
        any |= d->action == MG_DECIDE_LINK || d->action == MG_DECIDE_UNLINK;
    }
    for (size_t i = 0; any && i < sizeof all / sizeof *all; i++)
        if (all[i]->count)
            qsort_r(all[i]->pairs, all[i]->count, sizeof *all[i]->pairs, in_order, h);
    return code;
}

const struct mg_decision *history_decided(const struct mg_history *h, const struct history_pair *pair)
{
    for (size_t i = h->decided_count; i-- > 0;) /* the last word counts */
        if (h->decided[i].pair.before == pair->before && h->decided[i].pair.after == pair->after)
            return h->decided[i].decision;
    return NULL;
}
