/* identity/duplicates.c - rows without a trusted key that say what another row says which is in both
 * editions.
 *
 * Two rows of one content are one service that stands twice. When one of them goes and the other stays as it
 * is, linkage does not see the one that stays, and it would be a closure; it is what a merger is whose other
 * row changed. */
#include "libdata/domain/history/identity/identity.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

struct search { /* for the rows on their own of one side */
    int side;
    struct mg_map hashes;      /* of those, to the first of wanted */
    uint32_t *wanted;          /* their rows */
    uint32_t *next;            /* the next of wanted with that hash, or HISTORY_NONE */
    struct history_row *found; /* by wanted; record 0: none */
    size_t count;
};

struct searches {
    struct search of[HISTORY_SIDES];
};

static void finish(struct searches *searches)
{
    for (int side = 0; side < HISTORY_SIDES; side++) {
        mg_map_finish(&searches->of[side].hashes);
        free(searches->of[side].wanted);
        free(searches->of[side].next);
        free(searches->of[side].found);
    }
}

static bool is_linked(const struct mg_history *h, const struct history_pair *pair)
{
    if (!pair->link || pair->link == HISTORY_NONE)
        return false;
    enum mg_linkage_kind kind = h->links[pair->link - 1].kind;
    return kind == MG_LINKAGE_MERGED || kind == MG_LINKAGE_SPLIT;
}

static enum mg_code gather(struct mg_history *h, struct search *search, struct mg_error *err)
{
    const struct history_pairs *singles = search->side == HISTORY_BEFORE ? &h->closed : &h->created;
    enum mg_code code = MG_OK;
    search->wanted = mg_calloc(singles->count + 1, sizeof *search->wanted);
    search->next = mg_calloc(singles->count + 1, sizeof *search->next);
    search->found = mg_calloc(singles->count + 1, sizeof *search->found);
    if (!search->wanted || !search->next || !search->found)
        return mg_fail_memory(err);
    for (size_t i = 0; i < singles->count && !code; i++) {
        const struct history_pair *pair = &singles->pairs[i];
        uint32_t index = search->side == HISTORY_BEFORE ? pair->before : pair->after;
        const struct history_row *row = &h->rows[search->side].rows[index];
        int64_t entry, count = (int64_t)search->count;
        if ((h->trusted && row->key != HISTORY_NONE) || is_linked(h, pair))
            continue;
        search->wanted[count] = index;
        search->next[count] = HISTORY_NONE;
        code = mg_map_put(&search->hashes, (const char *)&row->hash, sizeof row->hash, count, &entry, err);
        if (!code && entry != count) {
            search->next[count] = search->next[entry];
            search->next[entry] = (uint32_t)count;
        }
        search->count++;
    }
    return code;
}

/* A row that is in both editions: with `record` in the other one than the search's. */
static enum mg_code compare(struct mg_history *h, struct search *search, const struct history_row *stays,
                            struct mg_error *err)
{
    enum mg_code code = MG_OK;
    int64_t first = mg_map_get(&search->hashes, (const char *)&stays->hash, sizeof stays->hash);
    for (uint32_t i = first < 0 ? HISTORY_NONE : (uint32_t)first; i != HISTORY_NONE && !code;
         i = search->next[i]) {
        bool same = false;
        if (search->found[i].record)
            continue;
        code = history_says_the_same(h, search->side, h->rows[search->side].rows[search->wanted[i]].record,
                                     stays->record, &same, err);
        if (same)
            search->found[i] = *stays;
    }
    return code;
}

static enum mg_code visit(struct mg_history *h, const struct history_version *version, struct mg_read *row,
                          void *context, struct mg_error *err)
{
    struct searches *searches = context;
    enum mg_code code = MG_OK;
    (void)row;
    for (int side = 0; side < HISTORY_SIDES && !code; side++) {
        struct history_row stays = {version->record, 0, version->hash, HISTORY_NONE};
        if (!searches->of[side].count)
            continue;
        code = history_order_hash(h, !side, stays.record, stays.hash, &stays.hash, err);
        if (!code)
            code = compare(h, &searches->of[side], &stays, err);
    }
    return code;
}

static int by_row(const void *a, const void *b)
{
    const struct history_duplicate *x = a, *y = b;
    return (x->row > y->row) - (x->row < y->row);
}

void history_duplicates_sort(struct history_duplicates *list)
{
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, by_row);
}

enum mg_code history_duplicate_add(struct history_duplicates *list, uint32_t row,
                                   const struct history_row *stays, struct mg_error *err)
{
    if (!mg_grow(list->items, list->count, &list->capacity))
        return mg_fail_memory(err);
    list->items[list->count++] = (struct history_duplicate){row, *stays};
    return MG_OK;
}

static enum mg_code keep(struct mg_history *h, const struct search *search, struct mg_error *err)
{
    struct history_duplicates *list = &h->duplicates[search->side];
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < search->count && !code; i++) {
        if (!search->found[i].record)
            continue;
        code = history_duplicate_add(list, search->wanted[i], &search->found[i], err);
    }
    *(search->side == HISTORY_BEFORE ? &h->summary.merged : &h->summary.split) += (int64_t)list->count;
    return code;
}

enum mg_code history_duplicates_find(struct mg_history *h, struct mg_error *err)
{
    MG_CLEANUP(finish) struct searches searches = {{{.side = HISTORY_BEFORE}, {.side = HISTORY_AFTER}}};
    size_t wanted = 0;
    enum mg_code code = MG_OK;
    for (int side = 0; side < HISTORY_SIDES && !code; side++) {
        struct search *search = &searches.of[side];
        const struct history_rows *same = &h->same[!side];
        code = gather(h, search, err);
        for (size_t i = 0; i < same->count && search->count && !code; i++)
            code = compare(h, search, &same->rows[i], err);
        wanted += search->count;
    }
    if (!code && wanted)
        code = history_standing(h, MG_SQL_HISTORY_VERSIONS, visit, &searches, err);
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = keep(h, &searches.of[side], err);
    return code;
}

static struct history_duplicate *find(const struct history_duplicates *list, uint32_t row)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (list->items[middle].row < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->items[low].row == row ? &list->items[low] : NULL;
}

void history_duplicate_drop(struct mg_history *h, int side, uint32_t row)
{
    struct history_duplicate *found = find(&h->duplicates[side], row);
    if (!found || !found->stays.record)
        return;
    found->stays.record = 0;
    --*(side == HISTORY_BEFORE ? &h->summary.merged : &h->summary.split);
}

const struct history_row *history_duplicate_of(const struct history_duplicates *list, uint32_t row)
{
    const struct history_duplicate *found = find(list, row);
    return found && found->stays.record ? &found->stays : NULL;
}
