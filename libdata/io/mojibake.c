#include "libdata/io/mojibake.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/io/encoding.h"

enum { MOST_ROUNDS = 4, LOST = 0xFFFD };

/* What the first bytes of UTF-8's French characters (C2 C3 C5 E2) look like in CP1252, Mac Roman and CP850,
 * and C3 once more for what went wrong twice. */
static bool is_garbled_lead(uint32_t code)
{
    switch (code) {
    case 0xC2: /* Â Ã Å â */
    case 0xC3:
    case 0xC5:
    case 0xE2:
    case 0xAC: /* ¬ √ ≈ ‚ */
    case 0x221A:
    case 0x2248:
    case 0x201A:
    case 0x252C: /* ┬ ├ ┼ Ô */
    case 0x251C:
    case 0x253C:
    case 0xD4:
        return true;
    default:
        return false;
    }
}

/* The code point at text, which is valid UTF-8; *ret_length its bytes. */
static uint32_t code_at(const char *text, size_t *ret_length)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80) {
        *ret_length = 1;
        return s[0];
    }
    size_t n = *ret_length = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint32_t code = s[0] & (0x7Fu >> n);
    for (size_t i = 1; i < n; i++)
        code = code << 6 | (s[i] & 0x3F);
    return code;
}

/* Is the character at this offset one to look at? */
static bool is_suspect(const char *text, size_t length, size_t at)
{
    size_t n;
    uint32_t code = code_at(text + at, &n);
    if (code == LOST || (code >= 0x80 && code < 0xA0))
        return true;
    return at + n < length && (unsigned char)text[at + n] >= 0x80 && is_garbled_lead(code);
}

/* One bit for each of 16 bytes that starts a character beyond ASCII which another one follows, or that is C2
 * or EF: what is_suspect must be asked about. 4 bytes after them must be readable. */
#ifdef __SSE2__
static inline __m128i starts(__m128i bytes) /* 0xC0 and above */
{
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)0xBF)),
                         _mm_cmpgt_epi8(_mm_setzero_si128(), bytes));
}

static inline unsigned candidates(const char *text)
{
    __m128i here = _mm_loadu_si128((const __m128i *)(const void *)text);
    if (!_mm_movemask_epi8(here))
        return 0;
    __m128i two = _mm_loadu_si128((const __m128i *)(const void *)(text + 2)),
            three = _mm_loadu_si128((const __m128i *)(const void *)(text + 3));
    __m128i long_one = _mm_cmpgt_epi8(here, _mm_set1_epi8((char)0xDF)); /* three bytes or more, or ASCII */
    __m128i next =
        _mm_or_si128(_mm_andnot_si128(long_one, starts(two)), _mm_and_si128(long_one, starts(three)));
    __m128i odd = _mm_or_si128(
        _mm_cmpeq_epi8(here, _mm_set1_epi8((char)0xEF)),
        _mm_and_si128(_mm_cmpeq_epi8(here, _mm_set1_epi8((char)0xC2)),
                      _mm_cmpgt_epi8(_mm_set1_epi8((char)0xA0),
                                     _mm_loadu_si128((const __m128i *)(const void *)(text + 1)))));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_and_si128(starts(here), next), odd));
}
#endif

size_t mg_mojibake_suspect(const char *text, size_t length)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 + 4 <= length; i += 16)
        for (unsigned bits = candidates(text + i); bits; bits &= bits - 1)
            if (is_suspect(text, length, i + (size_t)__builtin_ctz(bits)))
                return i + (size_t)__builtin_ctz(bits);
#endif
    while (i < length && ((unsigned char)text[i] & 0xC0) == 0x80)
        i++;
    while (i < length) {
        size_t n;
        code_at(text + i, &n);
        if (n > 1 && is_suspect(text, length, i))
            return i;
        i += n;
    }
    return length;
}

bool mg_mojibake_is_lossy(const char *text, size_t length)
{
    return length >= 3 && memmem(text, length, "\xEF\xBF\xBD", 3);
}

/* The byte of a character in a one-byte encoding, or -1. Latin-1's controls are CP1252's missing characters.
 */
static int byte_of(uint32_t code, const uint32_t *table)
{
    if (code < 0x80)
        return -1;
    for (int i = 0; i < 128; i++)
        if (table[i] == code)
            return 0x80 + i;
    return code < 0xA0 ? (int)code : -1;
}

/* Latin letters and signs, punctuation, €: what French files hold. */
static bool is_expected(const char *bytes)
{
    size_t n;
    uint32_t code = code_at(bytes, &n);
    return (code >= 0xA0 && code < 0x180) || (code >= 0x2000 && code < 0x2200);
}

/* The character whose bytes stand at text, each as a character of this encoding: its UTF-8 in bytes.
 * Returns the length of what stands for it, or 0. */
static size_t read_garbled(const char *text, size_t length, const uint32_t *table, char bytes[4],
                           size_t *ret_count)
{
    size_t at, count = 1;
    int lead = byte_of(code_at(text, &at), table);
    size_t wanted = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (!wanted)
        return 0;
    bytes[0] = (char)lead;
    while (count < wanted && at < length) {
        size_t n;
        int byte = byte_of(code_at(text + at, &n), table);
        if (byte < 0x80 || byte >= 0xC0)
            return 0;
        bytes[count++] = (char)byte;
        at += n;
    }
    if (count < wanted || mg_text_utf8_prefix(bytes, count) < count || !is_expected(bytes))
        return 0;
    *ret_count = count;
    return at;
}

/* A control character that CP1252 has something else for. */
static size_t read_control(const char *text, char bytes[4], size_t *ret_count)
{
    size_t n;
    uint32_t code = code_at(text, &n);
    const uint32_t *table = mg_encoding_table(MG_ENCODING_CP1252);
    if (code < 0x80 || code >= 0xA0 || !table || table[code - 0x80] == code)
        return 0;
    code = table[code - 0x80]; /* below U+2123 */
    *ret_count = code < 0x800 ? 2 : 3;
    bytes[0] = (char)(code < 0x800 ? 0xC0 | code >> 6 : 0xE0 | code >> 12);
    bytes[*ret_count - 2] =
        (char)(code < 0x800 ? (uint32_t)(unsigned char)bytes[0] : 0x80 | (code >> 6 & 0x3F));
    bytes[*ret_count - 1] = (char)(0x80 | (code & 0x3F));
    return n;
}

static bool repair_once(const char *text, size_t length, struct mg_buf *out)
{
    static const enum mg_encoding taken_for[] = {MG_ENCODING_CP1252, MG_ENCODING_MACINTOSH,
                                                 MG_ENCODING_CP850};
    bool repaired = false;
    for (size_t i = 0; i < length;) {
        char bytes[4];
        size_t count = 0, used = 0, n;
        uint32_t code = code_at(text + i, &n);
        if (is_garbled_lead(code))
            for (size_t e = 0; e < 3 && !used; e++) {
                const uint32_t *table = mg_encoding_table(taken_for[e]);
                used = table ? read_garbled(text + i, length - i, table, bytes, &count) : 0;
            }
        if (!used)
            used = read_control(text + i, bytes, &count);
        mg_buf_add(out, used ? bytes : text + i, used ? count : n);
        i += used ? used : n;
        repaired = repaired || used;
    }
    return repaired;
}

bool mg_mojibake_repair(const char *text, size_t length, struct mg_buf *out)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf once = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf again = {0};
    if (mg_mojibake_suspect(text, length) == length || !repair_once(text, length, &once))
        return false;
    for (int round = 1; round < MOST_ROUNDS && once.length; round++) {
        mg_buf_clear(&again);
        if (mg_mojibake_suspect(once.data, once.length) == once.length ||
            !repair_once(once.data, once.length, &again))
            break;
        struct mg_buf swap = once;
        once = again;
        again = swap;
    }
    if (once.failed || again.failed)
        out->failed = true;
    mg_buf_add(out, once.data ? once.data : "", once.length);
    return true;
}
