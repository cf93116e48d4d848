/* utf16.h - UTF-16, which is what a spreadsheet writes as "Unicode text", turned into UTF-8 block by block.
 *
 * A surrogate without its other half, and an odd byte at the end, become U+FFFD. Byte order marks stay: they
 * are those of UTF-8 then.
 */
#ifndef MG_IO_UTF16_H
#define MG_IO_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mg_byte_order { MG_NOT_UTF16 = 0, MG_UTF16_LITTLE, MG_UTF16_BIG };

/* By the byte order mark, or by the NULs of two characters of ASCII; MG_NOT_UTF16 for anything else. */
enum mg_byte_order mg_utf16_of(const char *head, size_t length);

/* What is left of the blocks before: {order} at the start. */
struct mg_utf16 {
    enum mg_byte_order order;
    bool has_byte;
    unsigned char byte;
    uint32_t high; /* a surrogate that waits for its other half, or 0 */
};

/* The most bytes that a block of this length can become. */
static inline size_t mg_utf16_room(size_t length)
{
    return (length / 2 + 2) * 3;
}

/* Returns the number of bytes written to out, which has room for them. */
size_t mg_utf16_decode(struct mg_utf16 *state, const void *block, size_t length, char *out);
size_t mg_utf16_finish(struct mg_utf16 *state, char *out); /* after the last block; at most 6 bytes */

#endif
