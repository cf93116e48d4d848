/* row_hash.h - the hash of what a row says, by which rows are found again in other editions.
 *
 * XXH3 (64 bits, seed 0) over the row's cells as written, each as tag, length and bytes (the two numbers
 * 32-bit little-endian). The tag is the field's position or, for a column with a role, MG_ROW_HASH_ROLE plus
 * the role's number, so that a renamed key column is still the key. Roles come first, in the order of
 * their numbers, then the others by position. A cell does not enter if it equals the edition's constant for
 * its field, or, where there is no constant, if it is empty.
 */
#ifndef MG_COMMON_ROW_HASH_H
#define MG_COMMON_ROW_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libdata/base/buf.h"

#define MG_ROW_HASH_ROLE UINT32_C(0x80000000)

/* A cell takes MG_ROW_HASH_HEAD bytes more than it has. */
#define MG_ROW_HASH_HEAD 8

/* Where there is room for it; returns where the next one goes. */
static inline char *mg_row_hash_put(char *to, uint32_t tag, const char *text, size_t length)
{
    uint32_t head[2] = {tag, (uint32_t)length};
    memcpy(to, head, MG_ROW_HASH_HEAD);
    memcpy(to + MG_ROW_HASH_HEAD, text, length);
    return to + MG_ROW_HASH_HEAD + length;
}

static inline void mg_row_hash_add(struct mg_buf *buf, uint32_t tag, const char *text, size_t length)
{
    if (mg_buf_reserve(buf, MG_ROW_HASH_HEAD + length))
        buf->length = (size_t)(mg_row_hash_put(buf->data + buf->length, tag, text, length) - buf->data);
}

/* As version.hash keeps it. Rows that are the same have the same; rows that have the same may yet differ. */
int64_t mg_row_hash(const struct mg_buf *buf);

/* For tests: only these bits of it, so that rows that differ often have the same. */
void mg_row_hash_weaken(uint64_t mask);

#endif
