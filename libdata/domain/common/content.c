#include "libdata/domain/common/content.h"

#include <string.h>
#include <xxhash.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "mg_content_put writes its numbers little-endian"
#endif

int64_t mg_content_hash(const struct mg_buf *buf)
{
    uint64_t hash = XXH3_64bits(buf->data ? buf->data : "", buf->length);
    int64_t value;
    memcpy(&value, &hash, sizeof value);
    return value;
}
