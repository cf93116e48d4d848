/* encoding.h - lines that are not UTF-8, decoded.
 *
 * Without a forced encoding, the bytes of a line that are not part of a valid UTF-8 character (and those
 * only: a line may mix) are read in the encoding in which they look most like French: CP1252, ISO-8859-15,
 * MACINTOSH (Mac Roman) or CP850. Where two of them look about as good (the same byte is the ê of one and the
 * à of another) the file decides: every line that is not UTF-8 has a vote (mg_encoding_vote), whatever their
 * order; without votes the first in the order above is taken. With a forced encoding every byte above 0x7F is
 * read in it. U+FFFD that is in the source stays: what it stood for is lost.
 */
#ifndef MG_IO_ENCODING_H
#define MG_IO_ENCODING_H

#include <stddef.h>
#include <stdint.h>

#include "libdata/base/buf.h"
#include "libdata/base/error.h"

enum mg_encoding {
    MG_ENCODING_FOUND = 0, /* line by line */
    MG_ENCODING_UTF_8,
    MG_ENCODING_CP1252,
    MG_ENCODING_ISO_8859_15,
    MG_ENCODING_MACINTOSH,
    MG_ENCODING_CP850,
    MG_ENCODING_LATIN1, /* only when forced: CP1252 says the same and more */
    MG_ENCODING_UTF_16, /* never a line's: utf16.h */
};

/* How the lines of a file that are not UTF-8 look in each encoding, summed. */
struct mg_encoding_votes {
    int64_t score[MG_ENCODING_CP850 + 1];
};

/* "cp1252", "Latin-1", "windows-1252", ...; NULL is MG_ENCODING_FOUND. MG_ERR_USAGE, listing them. */
enum mg_code mg_encoding_parse(const char *name, enum mg_encoding *ret_encoding, struct mg_error *err);
const char *mg_encoding_name(enum mg_encoding encoding); /* a constant: "UTF-8", "CP1252", ... */

/* A line of a file counts; one that is UTF-8 changes nothing. MG_ERR_IO as for mg_decode. */
enum mg_code mg_encoding_vote(struct mg_encoding_votes *votes, const char *text, size_t length,
                              struct mg_error *err);

/* Put the text in out (emptied first) as UTF-8. encoding: MG_ENCODING_FOUND or a forced one-byte encoding;
 * votes: of the file, or NULL; *ret_used: which was read. MG_ERR_MEMORY, or MG_ERR_IO when the system's iconv
 * lacks one of the encodings. */
enum mg_code mg_decode(enum mg_encoding encoding, const struct mg_encoding_votes *votes, const char *text,
                       size_t length, struct mg_buf *out, enum mg_encoding *ret_used, struct mg_error *err);

/* The code points of 0x80..0xFF in a one-byte encoding, or NULL when the system's iconv does not know it. */
const uint32_t *mg_encoding_table(enum mg_encoding encoding);

#endif
