/* difference/address.c - where places do not tell, does the address say that a service moved? */
#include "libdata/domain/history/difference/difference.h"

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/french_words.h"

#define SAME_SPELLING 0.9 /* likeness of two streets, of which one is misspelt */

/* Is it the address that tells, of the rows last read? */
bool history_address_tells(const struct mg_history *h)
{
    bool placed = h->columns[h->column_count - 1].compared && h->contents[HISTORY_BEFORE].has_place &&
                  h->contents[HISTORY_AFTER].has_place;

    return !placed && h->columns[history_column_of(h, TYPED_ADDRESS)].compared;
}

/* The same street, one of the two misspelt? What the words in front that both have (rue, place) say is left
 * out.
 */
static bool misspelt(const struct mg_buf *a, const struct mg_buf *b)
{
    size_t common = 0, word = 0;

    while (common < a->length && common < b->length && a->data[common] == b->data[common]) {
        if (a->data[common++] == ' ')
            word = common;
    }
    return mg_words_likeness(a->data + word, a->length - word, b->data + word, b->length - word) >=
           SAME_SPELLING;
}

/* Another street, or another number in it; a number that one of them leaves out is not another. */
static enum mg_code other_address(const char *before, const char *after, bool *ret_other,
                                  struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf a = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf b = {0};
    uint32_t number_a, number_b;
    bool same_street, same_number;
    enum mg_code code;

    mg_words_add_street(&a, before, &number_a);
    mg_words_add_street(&b, after, &number_b);
    code = mg_buf_check(&a, err);
    if (!code)
        code = mg_buf_check(&b, err);
    if (code)
        return code;
    same_number = number_a == number_b || !number_a || !number_b;
    same_street = a.length == b.length && (!a.length || !memcmp(a.data, b.data, a.length));
    if (!same_street && same_number && a.length && b.length)
        same_street = misspelt(&a, &b);
    *ret_other = !same_street || !same_number;
    return MG_OK;
}

enum mg_code history_address_moved(const struct mg_history *h, bool *ret_moved, struct mg_error *err)
{
    size_t column = history_column_of(h, TYPED_ADDRESS);
    const struct history_cell *before = &h->contents[HISTORY_BEFORE].cells[column];
    const struct history_cell *after = &h->contents[HISTORY_AFTER].cells[column];

    *ret_moved = false;
    if (!history_address_tells(h) || !before->length || !after->length || history_cells_equal(before, after))
        return MG_OK;
    return other_address(before->text, after->text, ret_moved, err);
}
