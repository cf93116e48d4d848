/* linkage/assign.c - one to one: which of the pairs that may be one service are taken together. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define UNIT 1024 /* of a bit of evidence */

static enum mg_code keep_pair(struct mg_linkage *l, const struct linkage_pair *pair, struct mg_error *err)
{
    return linkage_likely(&l->meanings[pair->pattern]) ? linkage_pairs_add(&l->pairs, pair, err) : MG_OK;
}

/* Evidence in whole units, so that sums are exact; 0: not to be taken. Likelier than one in five counts. */
static int64_t weight_of(const struct mg_linkage *l, uint32_t pattern)
{
    double same = l->meanings[pattern].same, odds;

    if (same < LINKAGE_LIKELY_SAME)
        return 0;
    odds = same / fmax(1 - same, 1e-12);
    return (int64_t)fmax(0, round((log2(odds) + 4.3) * UNIT));
}

static uint32_t root(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

static int by_group(const void *a, const void *b)
{
    const struct linkage_pair *x = a, *y = b;

    if (x->group != y->group)
        return x->group < y->group ? -1 : 1;
    if (x->before != y->before)
        return x->before < y->before ? -1 : 1;
    return (x->after > y->after) - (x->after < y->after);
}

/* Each pair's group: the first row of the earlier list that it hangs together with. */
static enum mg_code find_groups(struct mg_linkage *l, struct mg_error *err)
{
    size_t before = l->sides[LINKAGE_BEFORE].count, count = before + l->sides[LINKAGE_AFTER].count;
    MG_FREE uint32_t *parent = mg_malloc((count + 1) * sizeof *parent);

    if (!parent)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        parent[i] = (uint32_t)i;
    for (size_t i = 0; i < l->pairs.count; i++) {
        const struct linkage_pair *pair = &l->pairs.items[i];
        uint32_t a, b;

        if (!weight_of(l, pair->pattern))
            continue;
        a = root(parent, pair->before);
        b = root(parent, (uint32_t)before + pair->after);
        parent[a > b ? a : b] = a < b ? a : b;
    }
    for (size_t i = 0; i < l->pairs.count; i++)
        l->pairs.items[i].group =
            weight_of(l, l->pairs.items[i].pattern) ? root(parent, l->pairs.items[i].before) : LINKAGE_NONE;
    if (l->pairs.count)
        qsort(l->pairs.items, l->pairs.count, sizeof *l->pairs.items, by_group);
    return MG_OK;
}

struct choice {
    int64_t weight;
    uint32_t pair;
};

static int by_weight(const void *a, const void *b)
{
    const struct choice *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->pair > y->pair) - (x->pair < y->pair);
}

/* Of a group too great for the optimum: the best pair, then the best of what is left, and so on. */
static enum mg_code take_greedily(struct mg_linkage *l, size_t start, size_t end,
                                  uint32_t *const match[LINKAGE_SIDES], struct mg_error *err)
{
    MG_FREE struct choice *choices = mg_malloc((end - start) * sizeof *choices);

    if (!choices)
        return mg_fail_memory(err);
    for (size_t i = start; i < end; i++)
        choices[i - start] = (struct choice){weight_of(l, l->pairs.items[i].pattern), (uint32_t)i};
    qsort(choices, end - start, sizeof *choices, by_weight);
    for (size_t i = 0; i < end - start; i++) {
        const struct linkage_pair *pair = &l->pairs.items[choices[i].pair];

        if (match[LINKAGE_BEFORE][pair->before] == LINKAGE_NONE &&
            match[LINKAGE_AFTER][pair->after] == LINKAGE_NONE)
            match[LINKAGE_BEFORE][pair->before] = match[LINKAGE_AFTER][pair->after] = choices[i].pair;
    }
    return MG_OK;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The rows of one side in pairs[start..end), each once, in order. */
static size_t members(const struct mg_linkage *l, size_t start, size_t end, int side, uint32_t *ret_rows)
{
    size_t count = 0, kept = 0;

    for (size_t i = start; i < end; i++)
        ret_rows[count++] = side == LINKAGE_BEFORE ? l->pairs.items[i].before : l->pairs.items[i].after;
    qsort(ret_rows, count, sizeof *ret_rows, by_number);
    for (size_t i = 0; i < count; i++) {
        if (!i || ret_rows[i] != ret_rows[i - 1])
            ret_rows[kept++] = ret_rows[i];
    }
    return kept;
}

static size_t position(const uint32_t *rows, size_t count, uint32_t row)
{
    const uint32_t *found = bsearch(&row, rows, count, sizeof *rows, by_number);

    return (size_t)(found - rows);
}

static enum mg_code take_optimally(struct mg_linkage *l, size_t start, size_t end, const uint32_t *before,
                                   size_t n, const uint32_t *after, size_t m,
                                   uint32_t *const match[LINKAGE_SIDES], struct mg_error *err)
{
    MG_FREE int64_t *weight = mg_calloc(n * m, sizeof *weight);
    MG_FREE uint32_t *column = mg_malloc(n * sizeof *column);
    enum mg_code code;

    if (!weight || !column)
        return mg_fail_memory(err);
    for (size_t i = start; i < end; i++)
        weight[position(before, n, l->pairs.items[i].before) * m +
               position(after, m, l->pairs.items[i].after)] = weight_of(l, l->pairs.items[i].pattern);
    code = linkage_hungarian(weight, n, m, column, err);
    if (code)
        return code;
    for (size_t i = start; i < end; i++) {
        const struct linkage_pair *pair = &l->pairs.items[i];
        uint32_t taken = column[position(before, n, pair->before)];

        if (taken != LINKAGE_NONE && after[taken] == pair->after)
            match[LINKAGE_BEFORE][pair->before] = match[LINKAGE_AFTER][pair->after] = (uint32_t)i;
    }
    return MG_OK;
}

static enum mg_code take_group(struct mg_linkage *l, size_t start, size_t end,
                               uint32_t *const match[LINKAGE_SIDES], struct mg_error *err)
{
    MG_FREE uint32_t *before = NULL;
    MG_FREE uint32_t *after = NULL;
    size_t n, m;

    if (end - start == 1) {
        const struct linkage_pair *pair = &l->pairs.items[start];

        match[LINKAGE_BEFORE][pair->before] = match[LINKAGE_AFTER][pair->after] = (uint32_t)start;
        return MG_OK;
    }
    before = mg_malloc((end - start) * sizeof *before);
    after = mg_malloc((end - start) * sizeof *after);
    if (!before || !after)
        return mg_fail_memory(err);
    n = members(l, start, end, LINKAGE_BEFORE, before);
    m = members(l, start, end, LINKAGE_AFTER, after);
    if ((n < m ? n : m) > MG_LINKAGE_GROUP || n > 4 * MG_LINKAGE_GROUP || m > 4 * MG_LINKAGE_GROUP)
        return take_greedily(l, start, end, match, err);
    return take_optimally(l, start, end, before, n, after, m, match, err);
}

enum mg_code linkage_take_pairs(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES],
                                struct mg_error *err)
{
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        for (size_t i = 0; i < l->sides[side].count; i++)
            match[side][i] = LINKAGE_NONE;
    }
    enum mg_code code = find_groups(l, err);
    if (code)
        return code;
    for (size_t start = 0, end; start < l->pairs.count; start = end) {
        for (end = start; end < l->pairs.count && l->pairs.items[end].group == l->pairs.items[start].group;
             end++)
            ;
        if (l->pairs.items[start].group != LINKAGE_NONE) {
            code = take_group(l, start, end, match, err);
            if (code)
                return code;
        }
    }
    return MG_OK;
}

enum mg_code linkage_assign(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES], struct mg_error *err)
{
    enum mg_code code;

    l->pairs.count = 0;
    code = linkage_likely_pairs(l, keep_pair, err);
    if (code)
        return code;
    if (l->pairs.count >= LINKAGE_NONE)
        return mg_fail(err, MG_ERR_INPUT, _("more than 4 billion pairs of services are alike"));
    return linkage_take_pairs(l, match, err);
}
