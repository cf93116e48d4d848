#include "libdata/base/hash_set.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"

static bool put(const struct mg_hash_set *set, XXH128_hash_t hash)
{
    size_t slot = hash.low64 & (set->slot_count - 1);
    if (!set->wide) {
        while (set->slots[slot] && set->slots[slot] != hash.low64)
            slot = (slot + 1) & (set->slot_count - 1);
        if (set->slots[slot])
            return false;
        set->slots[slot] = hash.low64;
        return true;
    }
    for (;; slot = (slot + 1) & (set->slot_count - 1)) {
        uint64_t *at = &set->slots[2 * slot];
        if (at[0] == hash.low64 && at[1] == hash.high64)
            return false;
        if (at[0])
            continue;
        at[0] = hash.low64;
        at[1] = hash.high64;
        return true;
    }
}

static enum mg_code grow(struct mg_hash_set *set, struct mg_error *err)
{
    size_t width = set->wide ? 2 : 1;
    struct mg_hash_set more = {.slot_count = set->slot_count ? set->slot_count * 2 : 1024, .wide = set->wide};
    more.slots = mg_calloc(more.slot_count, width * sizeof *more.slots);
    if (!more.slots)
        return mg_fail_memory(err);
    for (size_t i = 0; i < set->slot_count * width; i += width)
        if (set->slots[i])
            put(&more, (XXH128_hash_t){set->slots[i], set->wide ? set->slots[i + 1] : 0});
    free(set->slots);
    set->slots = more.slots;
    set->slot_count = more.slot_count;
    return MG_OK;
}

static XXH128_hash_t hash_of(const struct mg_hash_set *set, const char *text, size_t length)
{
    XXH128_hash_t hash = {0};
    if (set->wide)
        hash = XXH3_128bits(text, length);
    else
        hash.low64 = XXH3_64bits(text, length);
    hash.low64 = hash.low64 ? hash.low64 : 1;
    return hash;
}

void mg_hash_set_prefetch(const struct mg_hash_set *set, const char *text, size_t length)
{
    if (set->slot_count)
        __builtin_prefetch(
            &set->slots[(hash_of(set, text, length).low64 & (set->slot_count - 1)) * (set->wide ? 2 : 1)], 1);
}

enum mg_code mg_hash_set_put(struct mg_hash_set *set, const char *text, size_t length, bool *ret_new,
                             struct mg_error *err)
{
    if (set->count >= set->slot_count / 4 * 3) {
        enum mg_code code = grow(set, err);
        if (code)
            return code;
    }
    *ret_new = put(set, hash_of(set, text, length));
    set->count += *ret_new;
    return MG_OK;
}

void mg_hash_set_clear(struct mg_hash_set *set)
{
    if (set->slots)
        memset(set->slots, 0, set->slot_count * (set->wide ? 2 : 1) * sizeof *set->slots);
    set->count = 0;
}

void mg_hash_set_finish(struct mg_hash_set *set)
{
    free(set->slots);
    *set = (struct mg_hash_set){0};
}
