/* linkage/pairs.c - a growing list of pairs. */
#include "libdata/domain/linkage/internal.h"

#include "libdata/base/alloc.h"

enum mg_code linkage_pairs_add(struct linkage_pairs *pairs, const struct linkage_pair *pair,
                               struct mg_error *err)
{
    if (!mg_grow(pairs->items, pairs->count, &pairs->capacity))
        return mg_fail_memory(err);
    pairs->items[pairs->count++] = *pair;
    return MG_OK;
}
