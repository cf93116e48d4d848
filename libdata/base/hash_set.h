/* hash_set.h - which texts have been seen: their 64-bit hashes only, so that memory does not grow with the
 * texts: at most 32 bytes for each that is different.
 *
 * Two different texts among ten million are taken for one with a probability of 3 in a million. Start with
 * {0}; the owner calls mg_hash_set_finish.
 */
#ifndef MG_BASE_HASH_SET_H
#define MG_BASE_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_hash_set {
    uint64_t *slots; /* open addressing; 0 is free */
    size_t slot_count, count;
};

/* *ret_new: it was not there yet. */
enum mg_code mg_hash_set_put(struct mg_hash_set *set, const char *text, size_t length, bool *ret_new,
                             struct mg_error *err);
void mg_hash_set_clear(struct mg_hash_set *set); /* memory kept */
void mg_hash_set_finish(struct mg_hash_set *set);

#endif
