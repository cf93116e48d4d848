#include "libdata/domain/common/row_hash.h"

#include <string.h>
#define XXH_INLINE_ALL /* short texts, millions of them */
#include <xxhash.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "mg_row_hash_put writes its numbers little-endian"
#endif

static uint64_t bits = UINT64_MAX;

void mg_row_hash_weaken(uint64_t mask)
{
    bits = mask;
}

int64_t mg_row_hash(const struct mg_buf *buf)
{
    uint64_t hash = XXH3_64bits(buf->data ? buf->data : "", buf->length) & bits;
    int64_t value;
    memcpy(&value, &hash, sizeof value);
    return value;
}
