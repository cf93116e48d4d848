/* linkage/category_changes.c - which categories became others. */
#include "libdata/domain/linkage/internal.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define SUPPORT 5 /* pairs that show a category to have become another */

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* The categories, before << 32 | after, of services that alone have the same name in the same commune. */
static enum mg_code collect_became(const struct mg_linkage *l, uint64_t *pairs, size_t *ret_count,
                                   struct mg_error *err)
{
    const struct linkage_side *before = &l->sides[LINKAGE_BEFORE], *after = &l->sides[LINKAGE_AFTER];
    MG_CLEANUP(mg_map_finish) struct mg_map alone = {0};
    enum mg_code code = MG_OK;

    *ret_count = 0;
    for (size_t i = 0; i < after->count && !code; i++) {
        const struct linkage_row *row = &after->rows[i];
        uint32_t key[] = {row->commune, row->core};

        if (row->core_alone && row->category != LINKAGE_NONE)
            code = mg_map_put(&alone, (const char *)key, sizeof key, row->category, NULL, err);
    }
    for (size_t i = 0; i < before->count && !code; i++) {
        const struct linkage_row *row = &before->rows[i];
        uint32_t key[] = {row->commune, row->core};
        int64_t category = -1;

        if (row->core_alone && row->category != LINKAGE_NONE)
            category = mg_map_get(&alone, (const char *)key, sizeof key);
        if (category >= 0)
            pairs[(*ret_count)++] = (uint64_t)row->category << 32 | (uint64_t)category;
    }
    return code;
}

/* Services of each category on one side. */
static uint32_t *sizes(const struct mg_linkage *l, int side)
{
    uint32_t *counts = mg_calloc(l->categories.count + 1, sizeof *counts);

    for (size_t i = 0; counts && i < l->sides[side].count; i++) {
        if (l->sides[side].rows[i].category != LINKAGE_NONE)
            counts[l->sides[side].rows[i].category]++;
    }
    return counts;
}

/* A category that vanishes, most or a good part of which is found again under a category that is new, became
 * that one: a nomenclature changed, not its services. */
enum mg_code linkage_categories(struct mg_linkage *l, struct mg_error *err)
{
    MG_FREE uint64_t *pairs = mg_malloc((l->sides[LINKAGE_BEFORE].count + 1) * sizeof *pairs);
    MG_FREE uint32_t *before = sizes(l, LINKAGE_BEFORE), *after = sizes(l, LINKAGE_AFTER);
    size_t count = 0, of_category = 0;
    enum mg_code code;

    if (!pairs || !before || !after)
        return mg_fail_memory(err);
    code = collect_became(l, pairs, &count, err);
    if (code)
        return code;
    if (count)
        qsort(pairs, count, sizeof *pairs, by_number);
    for (size_t start = 0, end; start < count && !code; start = end) {
        uint32_t both[] = {(uint32_t)(pairs[start] >> 32), (uint32_t)pairs[start]};
        bool first = !start || pairs[start - 1] >> 32 != both[0];

        for (end = start; end < count && pairs[end] == pairs[start]; end++)
            ;
        for (size_t i = start; first && (i == start || pairs[i] >> 32 == both[0]); i++) {
            of_category = i - start + 1;
            if (i + 1 == count)
                break;
        }
        if (both[0] != both[1] && end - start >= SUPPORT && after[both[0]] * 10 < before[both[0]] &&
            ((end - start) * 10 >= of_category * 6 ||
             ((end - start) * 10 >= of_category && before[both[1]] * 10 < after[both[1]])))
            code = mg_map_put(&l->became, (const char *)both, sizeof both, 0, NULL, err);
    }
    return code;
}
