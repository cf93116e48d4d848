#include "libdata/base/text.h"

#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <utf8proc.h>

/* bytes of the character that starts here, 0 if none does (Unicode 15, table 3-7) */
static size_t character(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    size_t length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (n < length)
        return 0;
    unsigned char low = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    unsigned char high = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

size_t mg_text_utf8_prefix(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0;
    while (i < length) {
        for (uint64_t eight; i + 8 <= length; i += 8) {
            memcpy(&eight, s + i, 8);
            eight = le64toh(eight) & UINT64_C(0x8080808080808080);
            if (eight) {
                i += (size_t)__builtin_ctzll(eight) / 8;
                break;
            }
        }
        if (i == length)
            break;
        size_t n = character(s + i, length - i);
        if (!n)
            return i;
        i += n;
    }
    return length;
}

static int width_of(const unsigned char *s, size_t n)
{
    utf8proc_int32_t code = 0;
    if (utf8proc_iterate(s, (utf8proc_ssize_t)n, &code) < 1)
        return 1;
    return utf8proc_charwidth(code);
}

size_t mg_text_fit(const char *text, size_t length, size_t columns)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0, used = 0;
    while (i < length) {
        size_t n = character(s + i, length - i);
        size_t width = n ? (size_t)width_of(s + i, n) : 1;
        if (used + width > columns)
            break;
        used += width;
        i += n ? n : 1;
    }
    return i;
}

size_t mg_text_width(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t i = 0, used = 0;
    while (i < length) {
        size_t n = character(s + i, length - i);
        used += n ? (size_t)width_of(s + i, n) : 1;
        i += n ? n : 1;
    }
    return used;
}

static bool is_bidi_control(utf8proc_int32_t code)
{
    return code == 0x61C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* One character (or bad byte) as it may be shown; piece holds at least 12 bytes. Bytes consumed. */
static size_t show(const unsigned char *s, size_t n, char *piece, size_t *ret_length)
{
    size_t length = character(s, n);
    if (!length) {
        *ret_length = (size_t)snprintf(piece, 12, "\\x%02X", s[0]);
        return 1;
    }
    utf8proc_int32_t code = 0;
    utf8proc_iterate(s, (utf8proc_ssize_t)length, &code);
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
        *ret_length = (size_t)snprintf(piece, 12, "\\x%02X", (unsigned)code);
    } else if (is_bidi_control(code) || code == 0x2028 || code == 0x2029) { /* separators of lines */
        *ret_length = (size_t)snprintf(piece, 12, "\\u{%04X}", (unsigned)code);
    } else {
        memcpy(piece, s, length);
        *ret_length = length;
    }
    return length;
}

void mg_text_visible(const char *text, size_t length, char *out, size_t out_size)
{
    size_t used = 0, i = 0;
    while (i < length) {
        char piece[12];
        size_t n;
        i += show((const unsigned char *)text + i, length - i, piece, &n);
        if (used + n >= out_size)
            break;
        memcpy(out + used, piece, n);
        used += n;
    }
    out[used] = '\0';
}

void mg_text_add_visible(struct mg_buf *buf, const char *text, size_t length)
{
    size_t i = 0;
    while (i < length) {
        char piece[12];
        size_t n;
        i += show((const unsigned char *)text + i, length - i, piece, &n);
        mg_buf_add(buf, piece, n);
    }
}

static bool is_word(utf8proc_int32_t code)
{
    utf8proc_category_t c = utf8proc_category(code);
    return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO ? true : c == UTF8PROC_CATEGORY_ND;
}

static void add_folded_code(struct mg_buf *buf, utf8proc_int32_t code)
{
    if (code == 0x153 || code == 0xE6) { /* œ, æ: letters of their own to Unicode, two to a reader */
        mg_buf_add(buf, code == 0x153 ? "oe" : "ae", 2);
        return;
    }
    unsigned char bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(code, bytes);
    mg_buf_add(buf, bytes, (size_t)n);
}

struct folding {
    struct mg_buf *buf;
    bool any, gap; /* a word came; something that is none since */
};

/* Does the next character go on with a word? Blanks are written before it where it begins one. */
static bool goes_on(struct folding *f, bool word)
{
    if (!word) {
        f->gap = f->any;
        return false;
    }
    if (f->gap)
        mg_buf_add_char(f->buf, ' ');
    f->gap = false;
    f->any = true;
    return true;
}

void mg_text_add_folded(struct mg_buf *buf, const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    struct folding f = {.buf = buf};
    for (size_t i = 0; i < length;) {
        if (s[i] < 0x80) { /* as the tables say, without asking them */
            char c = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] | 0x20) : (char)s[i];
            i++;
            if (goes_on(&f, (c >= 'a' && c <= 'z') || mg_is_digit(c)))
                mg_buf_add_char(buf, c);
            continue;
        }
        size_t n = character(s + i, length - i);
        utf8proc_int32_t code = ' ', codes[32];
        if (n)
            utf8proc_iterate(s + i, (utf8proc_ssize_t)n, &code);
        i += n ? n : 1;
        int boundclass = 0;
        utf8proc_ssize_t count = utf8proc_decompose_char(
            code, codes, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK,
            &boundclass);
        for (utf8proc_ssize_t k = 0; k < count && k < 32; k++) {
            if (goes_on(&f, is_word(codes[k])))
                add_folded_code(buf, codes[k]);
        }
    }
}

static bool is_blank_code(utf8proc_int32_t code)
{
    return code == '\t' || code == '\n' || code == '\r' || utf8proc_category(code) == UTF8PROC_CATEGORY_ZS;
}

bool mg_text_is_ascii(const char *text, size_t length)
{
    unsigned char seen = 0;
    for (size_t i = 0; i < length; i++)
        seen |= (unsigned char)text[i];
    return seen < 0x80;
}

void mg_text_add_normal(struct mg_buf *buf, const char *text, size_t length, bool fold_case)
{
    utf8proc_uint8_t *composed = NULL;
    size_t start = buf->length, end = start;
    const utf8proc_option_t options =
        UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_IGNORE | (fold_case ? UTF8PROC_CASEFOLD : 0);
    bool ascii = mg_text_is_ascii(text, length); /* nothing is to be done but blanks and case */
    utf8proc_ssize_t size =
        ascii ? -1
              : utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &composed, options);
    const unsigned char *s = size < 0 ? (const unsigned char *)text : composed;
    size_t count = size < 0 ? length : (size_t)size;
    for (size_t i = 0, n; i < count; i += n) {
        utf8proc_int32_t code = s[i];
        n = s[i] < 0x80 ? 1 : character(s + i, count - i);
        if (n > 1)
            utf8proc_iterate(s + i, (utf8proc_ssize_t)n, &code);
        n = n ? n : 1;
        if (is_blank_code(code)) {
            if (end > start && buf->length == end)
                mg_buf_add_char(buf, ' ');
            continue;
        }
        if (ascii && fold_case && code >= 'A' && code <= 'Z')
            mg_buf_add_char(buf, (char)(code - 'A' + 'a'));
        else
            mg_buf_add(buf, s + i, n);
        end = buf->length;
    }
    if (buf->length > end) { /* the blank at the end */
        buf->length = end;
        buf->data[end] = '\0';
    }
    free(composed);
}

static size_t blank_at(const char *s, size_t n)
{
    if (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
        return 1;
    return n >= 2 && (unsigned char)s[0] == 0xC2 && (unsigned char)s[1] == 0xA0 ? 2 : 0;
}

static bool is_graphic(char c)
{
    return c > ' ' && c < 0x7F;
}

const char *mg_text_trim(const char *text, size_t length, size_t *ret_length)
{
    size_t n;
    if (length && is_graphic(text[0]) && is_graphic(text[length - 1])) { /* most cells */
        *ret_length = length;
        return text;
    }
    while (length && (n = blank_at(text, length))) {
        text += n;
        length -= n;
    }
    while (length) {
        if (blank_at(text + length - 1, 1))
            length--;
        else if (length >= 2 && blank_at(text + length - 2, 2) == 2)
            length -= 2;
        else
            break;
    }
    *ret_length = length;
    return text;
}
