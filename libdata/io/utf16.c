#include "libdata/io/utf16.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

enum mg_byte_order mg_utf16_of(const char *head, size_t length)
{
    if (length < 2)
        return MG_NOT_UTF16;
    if (!memcmp(head, "\xff\xfe", 2))
        return MG_UTF16_LITTLE;
    if (!memcmp(head, "\xfe\xff", 2))
        return MG_UTF16_BIG;
    if (length < 4)
        return MG_NOT_UTF16;
    if (head[0] && !head[1] && head[2] && !head[3])
        return MG_UTF16_LITTLE;
    return !head[0] && head[1] && !head[2] && head[3] ? MG_UTF16_BIG : MG_NOT_UTF16;
}

static size_t put(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; --i > 0; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(leads[n] | code);
    return n;
}

static size_t take_unit(struct mg_utf16 *state, uint32_t unit, char *out)
{
    size_t n = 0;
    if (state->high) {
        uint32_t high = state->high;
        state->high = 0;
        if (unit >= 0xDC00 && unit < 0xE000)
            return put(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00), out);
        n = put(REPLACEMENT, out);
    }
    if (unit >= 0xD800 && unit < 0xDC00) {
        state->high = unit;
        return n;
    }
    return n + put(unit >= 0xDC00 && unit < 0xE000 ? REPLACEMENT : unit, out + n);
}

size_t mg_utf16_decode(struct mg_utf16 *state, const void *block, size_t length, char *out)
{
    const unsigned char *bytes = block;
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (!state->has_byte) {
            state->byte = bytes[i];
            state->has_byte = true;
            continue;
        }
        state->has_byte = false;
        uint32_t first = state->byte, second = bytes[i];
        n += take_unit(state, state->order == MG_UTF16_BIG ? first << 8 | second : second << 8 | first,
                       out + n);
    }
    return n;
}

size_t mg_utf16_finish(struct mg_utf16 *state, char *out)
{
    size_t n = state->high ? put(REPLACEMENT, out) : 0;
    n += state->has_byte ? put(REPLACEMENT, out + n) : 0;
    state->high = 0;
    state->has_byte = false;
    return n;
}
