/* difference/respelling.c - in which way one cell may be another, written otherwise. */
#include <string.h>

#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/history/difference/difference.h"

#define LEAST_DIGITS 6 /* of a telephone number, of which the last nine count */
#define LAST_DIGITS  9

/* The digits of a cell, the last LAST_DIGITS of them; returns how many there are in all. */
static size_t digits(const struct history_cell *cell, char out[LAST_DIGITS + 1])
{
    size_t count = 0, kept = 0;

    for (size_t i = cell->length; i-- > 0;) {
        if (!mg_is_digit(cell->text[i]))
            continue;
        if (kept < LAST_DIGITS)
            out[kept++] = cell->text[i];
        count++;
    }
    out[kept] = '\0';
    return count;
}

static bool has_letters(const struct history_cell *cell)
{
    for (size_t i = 0; i < cell->length; i++) {
        if ((cell->text[i] | 0x20) >= 'a' && (cell->text[i] | 0x20) <= 'z')
            return true;
    }
    return false;
}

bool history_same_value(const struct history_cell *a, const struct history_cell *b)
{
    char x[LAST_DIGITS + 1], y[LAST_DIGITS + 1];
    double number_a, number_b;
    mg_date date_a, date_b;

    if (mg_date_parse_any(a->text, a->length, &date_a) && mg_date_parse_any(b->text, b->length, &date_b))
        return date_a == date_b;
    if (mg_num_parse_f64_comma(a->text, a->length, &number_a) &&
        mg_num_parse_f64_comma(b->text, b->length, &number_b))
        return number_a == number_b;
    return !has_letters(a) && !has_letters(b) && digits(a, x) >= LEAST_DIGITS &&
           digits(b, y) >= LEAST_DIGITS && !strcmp(x, y);
}

enum history_way history_affix(const struct history_cell *a, const struct history_cell *b,
                               struct history_cell *ret_affix)
{
    bool longer = b->length > a->length;
    const struct history_cell *large = longer ? b : a, *small = longer ? a : b;
    size_t more = large->length - small->length;

    if (!more)
        return WAY_NONE;
    if (!memcmp(large->text + more, small->text, small->length)) {
        *ret_affix = (struct history_cell){large->text, more};
        return longer ? WAY_PREFIX : WAY_NO_PREFIX;
    }
    if (!memcmp(large->text, small->text, small->length)) {
        *ret_affix = (struct history_cell){large->text + small->length, more};
        return longer ? WAY_SUFFIX : WAY_NO_SUFFIX;
    }
    return WAY_NONE;
}

/* In comparison form, so that "France services d'Anor" and "France services de la Bresse" begin alike. */
enum mg_code history_words(const struct history_cell *a, const struct history_cell *b,
                           struct mg_buf folded[2], enum history_way *ret_way, struct history_cell *ret_word,
                           struct mg_error *err)
{
    const struct history_cell *cells[] = {a, b};
    enum mg_code code = MG_OK;

    *ret_way = WAY_NONE;
    for (int i = 0; i < 2 && !code; i++) {
        mg_buf_clear(&folded[i]);
        mg_text_add_folded(&folded[i], cells[i]->text, cells[i]->length);
        code = mg_buf_check(&folded[i], err);
    }
    if (code || !folded[0].length || !folded[1].length || folded[0].length == folded[1].length)
        return code;
    bool longer = folded[1].length > folded[0].length;
    const struct mg_buf *large = &folded[longer], *small = &folded[!longer];
    size_t more = large->length - small->length;
    if (large->data[more - 1] != ' ' || memcmp(large->data + more, small->data, small->length) != 0)
        return MG_OK;
    *ret_way = longer ? WAY_WORDS : WAY_NO_WORDS;
    *ret_word = (struct history_cell){large->data, strcspn(large->data, " ")};
    return MG_OK;
}
