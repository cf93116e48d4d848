#include "libdata/domain/common/expected_date.h"

#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

#define MAX_TOKENS 8

enum token_kind {
    TOKEN_NUMBER, /* 1 to 31 */
    TOKEN_YEAR,
    TOKEN_MONTH,
    TOKEN_SEASON,  /* value: its first month */
    TOKEN_QUARTER, /* the word, not which */
    TOKEN_HALF,
    TOKEN_PART, /* 0 beginning, 1 middle, 2 end */
    TOKEN_ORDINAL,
    TOKEN_LAST, /* "dernier" trimestre */
};

struct token {
    enum token_kind kind;
    int value;
};

static const struct {
    const char *word;
    enum token_kind kind;
    int value;
} words[] = {
    {"janvier", TOKEN_MONTH, 1},    {"january", TOKEN_MONTH, 1},
    {"janv", TOKEN_MONTH, 1},       {"jan", TOKEN_MONTH, 1},
    {"fevrier", TOKEN_MONTH, 2},    {"february", TOKEN_MONTH, 2},
    {"fevr", TOKEN_MONTH, 2},       {"fev", TOKEN_MONTH, 2},
    {"feb", TOKEN_MONTH, 2},        {"mars", TOKEN_MONTH, 3},
    {"march", TOKEN_MONTH, 3},      {"mar", TOKEN_MONTH, 3},
    {"avril", TOKEN_MONTH, 4},      {"april", TOKEN_MONTH, 4},
    {"avr", TOKEN_MONTH, 4},        {"apr", TOKEN_MONTH, 4},
    {"mai", TOKEN_MONTH, 5},        {"may", TOKEN_MONTH, 5},
    {"juin", TOKEN_MONTH, 6},       {"june", TOKEN_MONTH, 6},
    {"jun", TOKEN_MONTH, 6},        {"juillet", TOKEN_MONTH, 7},
    {"july", TOKEN_MONTH, 7},       {"juil", TOKEN_MONTH, 7},
    {"jul", TOKEN_MONTH, 7},        {"aout", TOKEN_MONTH, 8},
    {"august", TOKEN_MONTH, 8},     {"aug", TOKEN_MONTH, 8},
    {"septembre", TOKEN_MONTH, 9},  {"september", TOKEN_MONTH, 9},
    {"sept", TOKEN_MONTH, 9},       {"sep", TOKEN_MONTH, 9},
    {"rentree", TOKEN_MONTH, 9},    {"octobre", TOKEN_MONTH, 10},
    {"october", TOKEN_MONTH, 10},   {"oct", TOKEN_MONTH, 10},
    {"novembre", TOKEN_MONTH, 11},  {"november", TOKEN_MONTH, 11},
    {"nov", TOKEN_MONTH, 11},       {"decembre", TOKEN_MONTH, 12},
    {"december", TOKEN_MONTH, 12},  {"dec", TOKEN_MONTH, 12},
    {"printemps", TOKEN_SEASON, 3}, {"spring", TOKEN_SEASON, 3},
    {"ete", TOKEN_SEASON, 6},       {"summer", TOKEN_SEASON, 6},
    {"automne", TOKEN_SEASON, 9},   {"autumn", TOKEN_SEASON, 9},
    {"fall", TOKEN_SEASON, 9},      {"hiver", TOKEN_SEASON, 12},
    {"winter", TOKEN_SEASON, 12},   {"t", TOKEN_QUARTER, 0},
    {"q", TOKEN_QUARTER, 0},        {"trimestre", TOKEN_QUARTER, 0},
    {"trim", TOKEN_QUARTER, 0},     {"quarter", TOKEN_QUARTER, 0},
    {"s", TOKEN_HALF, 0},           {"h", TOKEN_HALF, 0},
    {"semestre", TOKEN_HALF, 0},    {"sem", TOKEN_HALF, 0},
    {"half", TOKEN_HALF, 0},        {"debut", TOKEN_PART, 0},
    {"early", TOKEN_PART, 0},       {"mi", TOKEN_PART, 1},
    {"mid", TOKEN_PART, 1},         {"milieu", TOKEN_PART, 1},
    {"fin", TOKEN_PART, 2},         {"end", TOKEN_PART, 2},
    {"late", TOKEN_PART, 2},        {"premier", TOKEN_ORDINAL, 1},
    {"first", TOKEN_ORDINAL, 1},    {"second", TOKEN_ORDINAL, 2},
    {"deuxieme", TOKEN_ORDINAL, 2}, {"troisieme", TOKEN_ORDINAL, 3},
    {"third", TOKEN_ORDINAL, 3},    {"quatrieme", TOKEN_ORDINAL, 4},
    {"fourth", TOKEN_ORDINAL, 4},   {"dernier", TOKEN_LAST, 0},
    {"last", TOKEN_LAST, 0},
};

/* Words that say nothing of when, and the endings of "1er", "3e", "2nd". */
static const char *const fillers[] = {
    "en", "le",  "la",  "l",  "de", "du", "d",  "au",    "a",    "the",      "in",      "of",   "on",  "er",
    "e",  "eme", "ere", "nd", "st", "rd", "th", "annee", "mois", "scolaire", "courant", "year", "pour"};

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && !memcmp(text, word, length);
}

static bool is_filler(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++)
        if (is_word(text, length, fillers[i]))
            return true;
    return false;
}

static bool read_word(const char *text, size_t length, struct token *token)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(text, length, words[i].word)) {
            *token = (struct token){words[i].kind, words[i].value};
            return true;
        }
    return false;
}

static bool read_number(const char *text, size_t length, struct token *token)
{
    int value = 0;
    if (length > 4 || length == 3)
        return false;
    for (size_t i = 0; i < length; i++)
        value = 10 * value + (text[i] - '0');
    *token = (struct token){length == 4 ? TOKEN_YEAR : TOKEN_NUMBER, value};
    return length == 4 ? value >= 1900 && value < 2200 : value >= 1 && value <= 31;
}

/* Folded text into tokens, where letters meet digits too; false: there is one that says something else. */
static bool split(const char *text, size_t length, struct token *tokens, size_t *ret_count)
{
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        size_t start = at;
        if (text[at] == ' ') {
            at++;
            continue;
        }
        bool digits = text[at] >= '0' && text[at] <= '9';
        while (at < length && text[at] != ' ' && (text[at] >= '0' && text[at] <= '9') == digits)
            at++;
        if (!digits && is_filler(text + start, at - start))
            continue;
        if (count == MAX_TOKENS || !(digits ? read_number(text + start, at - start, &tokens[count])
                                            : read_word(text + start, at - start, &tokens[count])))
            return false;
        count++;
    }
    *ret_count = count;
    return count > 0;
}

struct found { /* of each kind the one that there is; 0: none */
    int years[2], year_count;
    int number, month, season;
    bool quarter, half, last;
    int part; /* -1: none */
};

static bool take_number(struct found *f, int value)
{
    if (f->number)
        return false;
    f->number = value;
    return true;
}

/* At most one of each, but for years: false for what makes no sense. */
static bool gather(const struct token *tokens, size_t count, struct found *f)
{
    bool good = true;
    *f = (struct found){.part = -1};
    for (size_t i = 0; i < count && good; i++) {
        int value = tokens[i].value;
        switch (tokens[i].kind) {
        case TOKEN_NUMBER:
        case TOKEN_ORDINAL:
            good = take_number(f, value);
            break;
        case TOKEN_YEAR:
            good = f->year_count < 2;
            if (good)
                f->years[f->year_count++] = value;
            break;
        case TOKEN_MONTH:
            good = !f->month;
            f->month = value;
            break;
        case TOKEN_SEASON:
            good = !f->season;
            f->season = value;
            break;
        case TOKEN_QUARTER:
            good = !f->quarter;
            f->quarter = true;
            break;
        case TOKEN_HALF:
            good = !f->half;
            f->half = true;
            break;
        case TOKEN_PART:
            good = f->part < 0;
            f->part = value;
            break;
        case TOKEN_LAST:
            good = !f->last;
            f->last = true;
            break;
        }
    }
    return good && f->year_count;
}

/* Whole months, the last one included; they may run into the next year. */
static void months(int year, int month, int count, mg_date *ret_first, mg_date *ret_last)
{
    int end = month - 1 + count; /* the month after, from 0 */
    *ret_first = mg_date_from_civil(year, month, 1);
    *ret_last = mg_date_from_civil(year + end / 12, end % 12 + 1, 1) - 1;
}

static bool settle_month(const struct found *f, int year, mg_date *ret_first, mg_date *ret_last)
{
    months(year, f->month, 1, ret_first, ret_last);
    if (f->part >= 0) { /* "fin juin 2025" */
        if (f->number)
            return false;
        mg_date first = *ret_first + 10 * f->part;
        *ret_last = f->part == 2 ? *ret_last : first + 9;
        *ret_first = first;
    } else if (f->number) { /* "30 juin 2025" */
        mg_date day = *ret_first + f->number - 1;
        if (day > *ret_last)
            return false;
        *ret_first = *ret_last = day;
    }
    return true;
}

static bool settle_two_years(const struct found *f, mg_date *ret_first, mg_date *ret_last)
{
    bool other = f->number || f->month || f->quarter || f->half || f->last || f->part >= 0;
    if (other || f->years[1] != f->years[0] + 1 || (f->season && f->season != 12))
        return false;
    if (f->season)
        months(f->years[0], 12, 3, ret_first, ret_last);
    else
        months(f->years[0], 1, 24, ret_first, ret_last);
    return true;
}

static bool settle(struct found *f, mg_date *ret_first, mg_date *ret_last)
{
    int year = f->years[0], kinds;
    if (f->year_count == 2)
        return settle_two_years(f, ret_first, ret_last);
    if (f->number && !f->month && !f->quarter && !f->half && !f->season && f->part < 0 && f->number <= 12) {
        f->month = f->number; /* "06/2025" */
        f->number = 0;
    }
    kinds = (f->month != 0) + (f->season != 0) + f->quarter + f->half;
    if (kinds > 1 || (f->last && (f->number || !(f->quarter || f->half))))
        return false;
    if (f->month)
        return settle_month(f, year, ret_first, ret_last);
    if (f->quarter || f->half) {
        int size = f->quarter ? 3 : 6, which = f->last ? 12 / size : f->number;
        if (which < 1 || which > 12 / size || f->part >= 0)
            return false;
        months(year, (which - 1) * size + 1, size, ret_first, ret_last);
        return true;
    }
    if (f->number || (f->season && f->part >= 0) || f->season == 12)
        return false;
    if (f->season)
        months(year, f->season, 3, ret_first, ret_last);
    else if (f->part >= 0)
        months(year, 1 + 4 * f->part, 4, ret_first, ret_last);
    else
        months(year, 1, 12, ret_first, ret_last);
    return true;
}

enum mg_code mg_expected_date_parse(const char *text, size_t length, bool *ret_good, mg_date *ret_first,
                                    mg_date *ret_last, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    struct token tokens[MAX_TOKENS];
    struct found found;
    size_t count = 0;
    mg_date day;
    mg_text_add_folded(&folded, text, length);
    enum mg_code code = mg_buf_check(&folded, err);
    if (code)
        return code;
    bool good = split(folded.data ? folded.data : "", folded.length, tokens, &count);
    bool whole_date = !good || count > 2 || (count == 2 && tokens[0].kind == tokens[1].kind);
    *ret_good = true;
    if (whole_date && length >= 8 && mg_date_parse_any(text, length, &day)) {
        *ret_first = *ret_last = day;
        return MG_OK;
    }
    *ret_good = good && gather(tokens, count, &found) && settle(&found, ret_first, ret_last);
    return MG_OK;
}
