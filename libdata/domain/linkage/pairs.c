/* linkage/pairs.c - a growing list of pairs. */
#include "libdata/domain/linkage/internal.h"

#include "libdata/base/alloc.h"

enum mg_code linkage_pairs_add(struct linkage_pairs *pairs, const struct linkage_pair *pair,
                               struct mg_error *err)
{
    if (pairs->count == pairs->capacity) {
        size_t capacity = pairs->capacity ? pairs->capacity * 2 : 1024;
        struct linkage_pair *grown = mg_realloc(pairs->items, capacity, sizeof *grown);

        if (!grown)
            return mg_fail_memory(err);
        pairs->items = grown;
        pairs->capacity = capacity;
    }
    pairs->items[pairs->count++] = *pair;
    return MG_OK;
}
