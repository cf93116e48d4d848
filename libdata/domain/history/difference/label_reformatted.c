/* difference/label_reformatted.c - are two cells the same but for the way they are written? */
#include "libdata/domain/history/difference/difference.h"

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/missing_words.h"

/* ASCII punctuation in its order, blanks left out: a minus or a decimal point is not formatting. */
static void add_punctuation(struct mg_buf *buf, const struct history_cell *cell)
{
    for (size_t i = 0; i < cell->length; i++) {
        unsigned char c = (unsigned char)cell->text[i];

        if (c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            mg_buf_add_char(buf, (char)c);
    }
}

/* Empty, or a word for it that no cell has for a letter's sake: NA, n.d., -, not s or x. */
static bool says_nothing(const struct history_cell *cell)
{
    return !cell->length || mg_missing_word(cell->text, cell->length) ||
           (cell->length > 1 && mg_missing_word_in_code(cell->text, cell->length));
}

enum mg_code history_reformatted(const struct history_cell *a, const struct history_cell *b, bool label,
                                 bool *ret_same, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf x = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf y = {0};
    enum mg_code code;

    if (!a->length || !b->length) {
        *ret_same = (a->length || b->length) && says_nothing(a) && says_nothing(b);
        return MG_OK;
    }
    mg_text_add_folded(&x, a->text, a->length);
    mg_text_add_folded(&y, b->text, b->length);
    if (!label) {
        mg_buf_add_char(&x, '\n');
        mg_buf_add_char(&y, '\n');
        add_punctuation(&x, a);
        add_punctuation(&y, b);
    }
    code = mg_buf_check(&x, err);
    if (!code)
        code = mg_buf_check(&y, err);
    if (code)
        return code;
    *ret_same = x.length == y.length && !memcmp(x.data, y.data, x.length);
    return MG_OK;
}
