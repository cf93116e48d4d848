/* text.h - UTF-8 text: whether it is, how wide it is on a terminal, what it says without accents.
 *
 * Unicode tables are utf8proc's. Lengths are bytes.
 */
#ifndef MG_BASE_TEXT_H
#define MG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/buf.h"

/* ASCII digits, whatever the locale. */
static inline bool mg_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool mg_all_digits(const char *text, size_t length) /* false for an empty text */
{
    for (size_t i = 0; i < length; i++)
        if (!mg_is_digit(text[i]))
            return false;
    return length > 0;
}

/* The length of the leading part that is strict UTF-8 (no overlongs, surrogates or code points above
 * U+10FFFF): equal to length when all of it is. */
size_t mg_text_utf8_prefix(const char *text, size_t length);

size_t mg_text_width(const char *text, size_t length); /* terminal columns; bad bytes count one each */

/* The number of bytes of the longest prefix that takes at most `columns`; whole characters only. */
size_t mg_text_fit(const char *text, size_t length, size_t columns);

/* Copy to out (always NUL-terminated, cut at whole characters), with control characters, bidirectional
 * controls, separators of lines and bytes that are not UTF-8 written as \xNN or \u{NNNN}: safe to print on a
 * terminal. */
void mg_text_visible(const char *text, size_t length, char *out, size_t out_size);
void mg_text_add_visible(struct mg_buf *buf, const char *text, size_t length);

/* Append a comparison form: NFKD without accents, case-folded, œ and æ spelt out, every run of other than
 * letters and digits one blank, none at the ends. "Code_INSEE " and "code insee" are the same. */
void mg_text_add_folded(struct mg_buf *buf, const char *text, size_t length);

bool mg_text_is_ascii(const char *text, size_t length);

/* Append what a text is, however it was typed: composed (NFC), without characters that nobody sees
 * (zero-width ones, soft hyphens) and blanks at its ends; other blanks are one space. A code that was saved
 * by another system is the same code. What is not UTF-8 stays as it is. fold_case: nor does case matter. */
void mg_text_add_normal(struct mg_buf *buf, const char *text, size_t length, bool fold_case);

/* Blanks (ASCII, and the no-break space U+00A0) cut at both ends: a borrowed part of text. */
const char *mg_text_trim(const char *text, size_t length, size_t *ret_length);

#endif
