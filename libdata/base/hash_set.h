/* hash_set.h - which texts have been seen: their hashes only, so that memory does not grow with the texts.
 *
 * Of 64 bits, at most 32 bytes for each text that is different: two of ten million are taken for one with a
 * probability of 3 in a million, which is enough where that is only a doubt. Where a row would be refused for
 * it, wide: of 128 bits, twice the memory, and 2 in 10^25. Start with {0} or {.wide = true}; the owner calls
 * mg_hash_set_finish.
 */
#ifndef MG_BASE_HASH_SET_H
#define MG_BASE_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_hash_set {
    uint64_t *slots; /* open addressing; 0 is free. wide: two a slot, the low word first */
    size_t slot_count, count;
    bool wide;
};

/* *ret_new: it was not there yet. */
enum mg_code mg_hash_set_put(struct mg_hash_set *set, const char *text, size_t length, bool *ret_new,
                             struct mg_error *err);
/* Ask memory for where a text will be put: a set of millions is not in the processor's caches, and what is
 * done until then need not wait for it. */
void mg_hash_set_prefetch(const struct mg_hash_set *set, const char *text, size_t length);
void mg_hash_set_clear(struct mg_hash_set *set); /* memory kept */
void mg_hash_set_finish(struct mg_hash_set *set);

#endif
