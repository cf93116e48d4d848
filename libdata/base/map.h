/* map.h - from a run of bytes to a small number: names to columns, codes to territories, keys to rows.
 *
 * Keys are copied in. Numbers are the caller's (>= 0). Insertion order is kept and can be walked, so no
 * result ever depends on hashing. Start with {0}; the owner calls mg_map_finish.
 */
#ifndef MG_BASE_MAP_H
#define MG_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/buf.h"

struct mg_map_entry {
    uint64_t hash;
    size_t offset, length; /* of the key in the map's own bytes */
    int64_t value;
};

struct mg_map {
    struct mg_buf keys;
    struct mg_map_entry *entries; /* in the order of insertion */
    size_t count, capacity;
    uint32_t *slots; /* entry + 1, 0 is free */
    size_t slot_count;
};

/* Room for that many keys, of a map that is empty: it need not grow, which only makes it faster. */
enum mg_code mg_map_expect(struct mg_map *map, size_t count, struct mg_error *err);
int64_t mg_map_get(const struct mg_map *map, const char *key, size_t length); /* -1: not there */

/* Put value unless the key is there; *ret_value (may be NULL) is what the map holds after. MG_ERR_MEMORY. */
enum mg_code mg_map_put(struct mg_map *map, const char *key, size_t length, int64_t value, int64_t *ret_value,
                        struct mg_error *err);
void mg_map_set(struct mg_map *map, size_t entry, int64_t value); /* entry: by insertion, from 0 */
const char *mg_map_key(const struct mg_map *map, size_t entry,
                       size_t *ret_length); /* borrowed; NUL after it */
void mg_map_finish(struct mg_map *map);

#endif
