/* difference.h - what differs between the two rows of a pair. */
#ifndef MG_HISTORY_DIFFERENCE_H
#define MG_HISTORY_DIFFERENCE_H

#include "libdata/domain/history/identity/identity.h"

/* difference/pair.c: what the rows last read on both sides differ in */
enum mg_code history_compare(struct mg_history *h, struct mg_event *event, bool *ret_differ,
                             struct mg_error *err);

/* difference/open_state.c: of the row last read on that side, by its status, else by its dates */
enum mg_code history_state(const struct mg_history *h, int side, enum mg_open_state *ret_state,
                           struct mg_error *err);
/* Does the source date the closure (before) or the opening (after) between the two editions? */
bool history_dated(const struct mg_history *h, int side);

/* difference/address.c */
/* Is it the address that tells, of the rows last read? Does it say that the service moved (of a pair whose
 * places tell: no)? */
bool history_address_tells(const struct mg_history *h);
enum mg_code history_address_moved(const struct mg_history *h, bool *ret_moved, struct mg_error *err);

/* difference/commune_recoded.c: between the editions' dates, or, for sources that lag behind, between the
 * years of which their codes are; some rows may be of the one, some of the other. */
enum mg_code history_commune_recoded(const struct mg_history *h, const char *before, const char *after,
                                     bool *ret_explained, struct mg_error *err);

/* difference/label_reformatted.c: the same in comparison form, for a label; with the same punctuation too,
 * for any other cell. Two cells, one of which is empty, are not. */
enum mg_code history_reformatted(const struct history_cell *a, const struct history_cell *b, bool label,
                                 bool *ret_same, struct mg_error *err);

/* difference/respelling.c: in which way one cell may be another, written otherwise */
enum history_way {
    WAY_SAME_VALUE, /* the same date, number or digits */
    WAY_PREFIX,     /* with this before it */
    WAY_NO_PREFIX,  /* without it */
    WAY_SUFFIX,
    WAY_NO_SUFFIX,
    WAY_WORDS, /* of a name: words before it, of which this is the first */
    WAY_NO_WORDS,
    WAY_CODE, /* this value for that one */
    WAY_NONE
};
/* The same date, number or digits? */
bool history_same_value(const struct history_cell *a, const struct history_cell *b);
/* What one cell has more than the other, at its start or its end. */
enum history_way history_affix(const struct history_cell *a, const struct history_cell *b,
                               struct history_cell *ret_affix);
/* What one name has more than the other before it, as words; ret_word is in folded. */
enum mg_code history_words(const struct history_cell *a, const struct history_cell *b,
                           struct mg_buf folded[2], enum history_way *ret_way, struct history_cell *ret_word,
                           struct mg_error *err);

#endif
