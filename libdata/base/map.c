#include "libdata/base/map.h"

#include <xxhash.h>

#include "libdata/base/alloc.h"

static size_t find_slot(const struct mg_map *map, const char *key, size_t length, uint64_t hash)
{
    size_t mask = map->slot_count - 1, slot = hash & mask;
    while (map->slots[slot]) {
        const struct mg_map_entry *e = &map->entries[map->slots[slot] - 1];
        if (e->hash == hash && e->length == length && !memcmp(map->keys.data + e->offset, key, length))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

int64_t mg_map_get(const struct mg_map *map, const char *key, size_t length)
{
    if (!map->count)
        return -1;
    size_t slot = find_slot(map, key, length, XXH3_64bits(key, length));
    return map->slots[slot] ? map->entries[map->slots[slot] - 1].value : -1;
}

static enum mg_code set_capacity(struct mg_map *map, size_t capacity, struct mg_error *err)
{
    struct mg_map_entry *entries = mg_realloc(map->entries, capacity, sizeof *entries);
    if (!entries)
        return mg_fail_memory(err);
    map->entries = entries;
    map->capacity = capacity;
    return MG_OK;
}

static enum mg_code set_slots(struct mg_map *map, size_t slot_count, struct mg_error *err)
{
    uint32_t *slots = mg_calloc(slot_count, sizeof *slots);
    if (!slots)
        return mg_fail_memory(err);
    for (size_t i = 0; i < map->count; i++) {
        size_t slot = map->entries[i].hash & (slot_count - 1);
        while (slots[slot])
            slot = (slot + 1) & (slot_count - 1);
        slots[slot] = (uint32_t)i + 1;
    }
    free(map->slots);
    map->slots = slots;
    map->slot_count = slot_count;
    return MG_OK;
}

enum mg_code mg_map_expect(struct mg_map *map, size_t count, struct mg_error *err)
{
    size_t slot_count = 64;
    while (slot_count <= 2 * count)
        slot_count *= 2;
    enum mg_code code = set_capacity(map, count ? count : 1, err);
    return code ? code : set_slots(map, slot_count, err);
}

enum mg_code mg_map_put(struct mg_map *map, const char *key, size_t length, int64_t value, int64_t *ret_value,
                        struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (map->count == map->capacity)
        code = set_capacity(map, map->capacity ? map->capacity * 2 : 16, err);
    if (!code && map->count * 2 >= map->slot_count)
        code = set_slots(map, map->slot_count ? map->slot_count * 2 : 64, err);
    if (code)
        return code;
    uint64_t hash = XXH3_64bits(key, length);
    size_t slot = find_slot(map, key, length, hash);
    if (!map->slots[slot]) {
        size_t offset = map->keys.length;
        mg_buf_add(&map->keys, key, length);
        mg_buf_add_char(&map->keys, '\0');
        code = mg_buf_check(&map->keys, err);
        if (code)
            return code;
        map->entries[map->count++] = (struct mg_map_entry){hash, offset, length, value};
        map->slots[slot] = (uint32_t)map->count;
    }
    if (ret_value)
        *ret_value = map->entries[map->slots[slot] - 1].value;
    return MG_OK;
}

void mg_map_set(struct mg_map *map, size_t entry, int64_t value)
{
    map->entries[entry].value = value;
}

const char *mg_map_key(const struct mg_map *map, size_t entry, size_t *ret_length)
{
    if (ret_length)
        *ret_length = map->entries[entry].length;
    return map->keys.data + map->entries[entry].offset;
}

void mg_map_finish(struct mg_map *map)
{
    if (!map)
        return;
    mg_buf_finish(&map->keys);
    free(map->entries);
    free(map->slots);
    *map = (struct mg_map){0};
}
