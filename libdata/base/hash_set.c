#include "libdata/base/hash_set.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"

static bool put(uint64_t *slots, size_t slot_count, uint64_t hash)
{
    size_t slot = hash & (slot_count - 1);
    while (slots[slot] && slots[slot] != hash)
        slot = (slot + 1) & (slot_count - 1);
    if (slots[slot] == hash)
        return false;
    slots[slot] = hash;
    return true;
}

static enum mg_code grow(struct mg_hash_set *set, struct mg_error *err)
{
    size_t slot_count = set->slot_count ? set->slot_count * 2 : 1024;
    uint64_t *slots = mg_calloc(slot_count, sizeof *slots);
    if (!slots)
        return mg_fail_memory(err);
    for (size_t i = 0; i < set->slot_count; i++)
        if (set->slots[i])
            put(slots, slot_count, set->slots[i]);
    free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return MG_OK;
}

enum mg_code mg_hash_set_put(struct mg_hash_set *set, const char *text, size_t length, bool *ret_new,
                             struct mg_error *err)
{
    if (set->count >= set->slot_count / 4 * 3) {
        enum mg_code code = grow(set, err);
        if (code)
            return code;
    }
    uint64_t hash = XXH3_64bits(text, length);
    *ret_new = put(set->slots, set->slot_count, hash ? hash : 1);
    set->count += *ret_new;
    return MG_OK;
}

void mg_hash_set_clear(struct mg_hash_set *set)
{
    if (set->slots)
        memset(set->slots, 0, set->slot_count * sizeof *set->slots);
    set->count = 0;
}

void mg_hash_set_finish(struct mg_hash_set *set)
{
    free(set->slots);
    *set = (struct mg_hash_set){0};
}
