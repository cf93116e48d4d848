#include "libdata/io/encoding.h"

#include <iconv.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "libdata/base/text.h"

enum { FIRST_TABLE = MG_ENCODING_CP1252, LAST_GUESS = MG_ENCODING_CP850, LAST_TABLE = MG_ENCODING_LATIN1 };

/* The first alias is the name that is shown; blanks, - and _ do not count, nor does case. */
static const struct {
    const char *iconv_name;
    const char *aliases[6];
} encodings[] = {
    [MG_ENCODING_UTF_8] = {"UTF-8", {"UTF-8"}},
    [MG_ENCODING_CP1252] = {"CP1252", {"CP1252", "windows-1252", "ansi"}},
    [MG_ENCODING_ISO_8859_15] = {"ISO-8859-15", {"ISO-8859-15", "latin-9"}},
    [MG_ENCODING_MACINTOSH] = {"MACINTOSH", {"MACINTOSH", "mac-roman", "macos-roman"}},
    [MG_ENCODING_CP850] = {"CP850", {"CP850", "IBM850", "850"}},
    [MG_ENCODING_LATIN1] = {"ISO-8859-1", {"LATIN1", "ISO-8859-1", "L1"}},
    [MG_ENCODING_UTF_16] = {"UTF-16", {"UTF-16", "UTF-16LE", "UTF-16BE", "unicode"}},
};

/* Code points of 0x80..0xFF, from iconv, made once: loading iconv's modules takes longer than a small file.
 */
static uint32_t tables[LAST_TABLE + 1][128];
static const char *missing; /* what iconv does not know */
static pthread_once_t tables_made = PTHREAD_ONCE_INIT;

static bool same_name(const char *a, const char *b)
{
    for (;;) {
        while (*a == '-' || *a == '_' || *a == ' ')
            a++;
        while (*b == '-' || *b == '_' || *b == ' ')
            b++;
        char ca = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a,
             cb = *b >= 'A' && *b <= 'Z' ? (char)(*b + 32) : *b;
        if (ca != cb)
            return false;
        if (!ca)
            return true;
        a++;
        b++;
    }
}

enum mg_code mg_encoding_parse(const char *name, enum mg_encoding *ret_encoding, struct mg_error *err)
{
    if (!name) {
        *ret_encoding = MG_ENCODING_FOUND;
        return MG_OK;
    }
    for (int e = MG_ENCODING_UTF_8; e <= MG_ENCODING_UTF_16; e++) {
        for (int i = 0; i < 6 && encodings[e].aliases[i]; i++) {
            if (same_name(name, encodings[e].aliases[i])) {
                *ret_encoding = (enum mg_encoding)e;
                return MG_OK;
            }
        }
    }
    enum mg_code code = mg_fail(err, MG_ERR_USAGE, _("encoding '%s' is not known"), name);
    mg_error_hint(err, "%s", _("UTF-8, UTF-16, CP1252, LATIN1, ISO-8859-15, MACINTOSH or CP850"));
    return code;
}

const char *mg_encoding_name(enum mg_encoding encoding)
{
    return encodings[encoding ? encoding : MG_ENCODING_UTF_8].aliases[0];
}

/* A byte that the encoding leaves undefined stands for the control character of the same number. */
static bool fill_table(const char *iconv_name, uint32_t table[128])
{
    iconv_t cd = iconv_open("UCS-4LE", iconv_name);
    if (cd == (iconv_t)-1)
        return false;
    for (unsigned byte = 128; byte < 256; byte++) {
        char in[1] = {(char)byte}, *from = in;
        unsigned char wide[4];
        char *to = (char *)wide;
        size_t in_left = 1, out_left = sizeof wide;
        table[byte - 128] = byte;
        if (iconv(cd, &from, &in_left, &to, &out_left) != (size_t)-1 && out_left == 0)
            table[byte - 128] =
                wide[0] | (uint32_t)wide[1] << 8 | (uint32_t)wide[2] << 16 | (uint32_t)wide[3] << 24;
        iconv(cd, NULL, NULL, NULL, NULL);
    }
    iconv_close(cd);
    return true;
}

static void make_tables(void)
{
    for (int e = FIRST_TABLE; e <= LAST_TABLE && !missing; e++)
        if (!fill_table(encodings[e].iconv_name, tables[e]))
            missing = encodings[e].iconv_name;
}

enum kind { BLANK, LOWER, UPPER, DIGIT, OTHER };

/* Letters that are at home in French, all worth the same (frequencies would let a CP850 È win over a CP1252
 * Ô), and those of neighbouring languages that names of places and people have. */
static const uint32_t small_letters[] = {0xE0, 0xE2, 0xE7, 0xE8, 0xE9, 0xEA, 0xEB,
                                         0xEE, 0xEF, 0xF4, 0xF9, 0xFB, 0x153};
static const uint32_t capital_letters[] = {0xC0, 0xC2, 0xC7, 0xC8, 0xC9, 0xCA, 0xCB,
                                           0xCE, 0xCF, 0xD4, 0xD9, 0xDB, 0x152};
static const uint32_t foreign_letters[] = {0xE1, 0xE4, 0xED, 0xF1, 0xF3, 0xF6, 0xFA, 0xFC, 0xDC};

static bool is_among(uint32_t code, const uint32_t *codes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (codes[i] == code)
            return true;
    return false;
}

#define AMONG(code, codes) is_among(code, codes, sizeof(codes) / sizeof *(codes))

static enum kind kind_of_ascii(unsigned char c)
{
    if (c >= 'a' && c <= 'z')
        return LOWER;
    if (c >= 'A' && c <= 'Z')
        return UPPER;
    if (c >= '0' && c <= '9')
        return DIGIT;
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' ? BLANK : OTHER;
}

/* Punctuation and signs that French texts have, in the places where they have them. */
static int score_sign(uint32_t code, enum kind before, enum kind after)
{
    bool letter_before = before == LOWER || before == UPPER, letter_after = after == LOWER || after == UPPER;
    switch (code) {
    case 0x2019: /* l’école */
        return letter_before && letter_after ? 4 : 0;
    case 0xB0: /* n° 3, 12 °C */
        return letter_before || before == DIGIT ? 3 : 0;
    case 0xA0: /* 12 000 */
        return before == BLANK || after == BLANK ? 0 : 1;
    case 0x20AC: /* 10 € */
        return before == DIGIT || before == BLANK || after == DIGIT ? 3 : -1;
    case 0x2026: /* etc… */
        return letter_before && !letter_after ? 3 : 0;
    case 0xAB: /* « », – — “ ” */
    case 0xBB:
    case 0x2013:
    case 0x2014:
    case 0x201C:
    case 0x201D:
        return letter_before && letter_after ? -2 : 2;
    case 0xB2: /* m², m³ */
    case 0xB3:
        return before == LOWER && !letter_after ? 2 : -1;
    default:
        return -3; /* another sign, a letter of another language, a control character */
    }
}

/* A small letter among capitals counts in full: software that capitalises ASCII only leaves "SANTé" behind,
 * far more often than a Mac wrote "SANTÈ" with the same byte. */
static int score_small(uint32_t code, enum kind before, enum kind after)
{
    if (before == BLANK && after == BLANK)
        return code == 0xE0 ? 3 : -2; /* à alone is a word, the others are not */
    if (after == UPPER && before != LOWER && before != UPPER)
        return 2;
    return before == DIGIT || after == DIGIT ? 0 : 3;
}

static int score_capital(uint32_t code, enum kind before, enum kind after)
{
    if (before == BLANK && after == BLANK)
        return code == 0xC0 ? 3 : -2;
    if (before == LOWER)
        return -2;
    /* no French word begins with È */
    if (before == UPPER ? after == LOWER : code == 0xC8 && before != DIGIT)
        return 1;
    return after == DIGIT || (before == DIGIT && after != UPPER) ? 0 : 3;
}

static int score(uint32_t code, enum kind before, enum kind after)
{
    if (AMONG(code, small_letters))
        return score_small(code, before, after);
    if (AMONG(code, capital_letters))
        return score_capital(code, before, after);
    if (AMONG(code, foreign_letters))
        return 1;
    return score_sign(code, before, after);
}

/* The length of the valid multi-byte character at text, or 0. */
static size_t valid_character(const unsigned char *text, size_t length)
{
    size_t want = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (text[0] < 0xC2 || want > length)
        return 0;
    return mg_text_utf8_prefix((const char *)text, want) == want ? want : 0;
}

/* What stands beside a byte that is judged, read in the same encoding; SIZE_MAX is before the first. */
static enum kind kind_near(const uint32_t *table, const unsigned char *text, size_t length, size_t at)
{
    if (at >= length)
        return BLANK;
    if (text[at] < 0x80)
        return kind_of_ascii(text[at]);
    uint32_t code = table[text[at] - 128];
    return AMONG(code, small_letters) ? LOWER : AMONG(code, capital_letters) ? UPPER : OTHER;
}

/* How much like French the bytes that are not UTF-8 look in this encoding. */
static long score_line(const uint32_t *table, const unsigned char *text, size_t length)
{
    long total = 0;
    for (size_t i = 0; i < length;) {
        size_t whole = text[i] < 0x80 ? 1 : valid_character(text + i, length - i);
        if (!whole)
            total += score(table[text[i] - 128], kind_near(table, text, length, i - 1),
                           kind_near(table, text, length, i + 1));
        i += whole ? whole : 1;
    }
    return total;
}

static void score_all(const char *text, size_t length, int64_t scores[LAST_GUESS + 1])
{
    for (int e = FIRST_TABLE; e <= LAST_GUESS; e++)
        scores[e] = score_line(tables[e], (const unsigned char *)text, length);
}

static int best_of(const int64_t scores[LAST_GUESS + 1])
{
    int best = FIRST_TABLE;
    for (int e = FIRST_TABLE + 1; e <= LAST_GUESS; e++)
        if (scores[e] > scores[best])
            best = e;
    return best;
}

/* A line alone may not say much: within the worth of one letter, what the file looks like counts more. */
static enum mg_encoding likeliest(const struct mg_encoding_votes *votes, const char *text, size_t length)
{
    enum { ABOUT_AS_GOOD = 2 };
    int64_t scores[LAST_GUESS + 1];
    score_all(text, length, scores);
    int best = best_of(scores), favourite = votes ? best_of(votes->score) : best;
    return (enum mg_encoding)(scores[favourite] + ABOUT_AS_GOOD >= scores[best] ? favourite : best);
}

static enum mg_code need_tables(struct mg_error *err)
{
    pthread_once(&tables_made, make_tables);
    if (!missing)
        return MG_OK;
    return mg_fail(err, MG_ERR_IO, _("the system's iconv does not know %s"), missing);
}

const uint32_t *mg_encoding_table(enum mg_encoding encoding)
{
    return need_tables(NULL) ? NULL : tables[encoding];
}

enum mg_code mg_encoding_vote(struct mg_encoding_votes *votes, const char *text, size_t length,
                              struct mg_error *err)
{
    enum mg_code code = need_tables(err);
    if (code || mg_text_utf8_prefix(text, length) == length)
        return code;
    int64_t scores[LAST_GUESS + 1];
    score_all(text, length, scores);
    for (int e = FIRST_TABLE; e <= LAST_GUESS; e++)
        votes->score[e] += scores[e];
    return MG_OK;
}

static void add_code_point(struct mg_buf *out, uint32_t code)
{
    char utf8[4];
    size_t n = 0;
    if (code < 0x80) {
        utf8[n++] = (char)code;
    } else if (code < 0x800) {
        utf8[n++] = (char)(0xC0 | code >> 6);
        utf8[n++] = (char)(0x80 | (code & 0x3F));
    } else {
        utf8[n++] = (char)(0xE0 | code >> 12);
        utf8[n++] = (char)(0x80 | (code >> 6 & 0x3F));
        utf8[n++] = (char)(0x80 | (code & 0x3F));
    }
    mg_buf_add(out, utf8, n);
}

enum mg_code mg_decode(enum mg_encoding encoding, const struct mg_encoding_votes *votes, const char *text,
                       size_t length, struct mg_buf *out, enum mg_encoding *ret_used, struct mg_error *err)
{
    const unsigned char *bytes = (const unsigned char *)text;
    enum mg_code known = need_tables(err);
    if (known)
        return known;
    enum mg_encoding used = encoding ? encoding : likeliest(votes, text, length);
    mg_buf_clear(out);
    mg_buf_reserve(out, length + length / 8);
    for (size_t i = 0; i < length;) {
        size_t plain = i;
        while (plain < length && bytes[plain] < 0x80)
            plain++;
        mg_buf_add(out, text + i, plain - i);
        i = plain;
        if (i == length)
            break;
        size_t whole = encoding ? 0 : valid_character(bytes + i, length - i);
        if (whole)
            mg_buf_add(out, text + i, whole);
        else
            add_code_point(out, tables[used][bytes[i] - 128]);
        i += whole ? whole : 1;
    }
    enum mg_code code = mg_buf_check(out, err);
    if (!code)
        *ret_used = used;
    return code;
}
