/* whole_number.h - figures that can only be whole: how many services, inhabitants.
 *
 * As no such figure has a fraction, 1,234 and 1.234 are 1234. Of 2,000 alone it cannot be known: the column
 * tells, where another of its cells could be written in one way only (2,500 or 1,234,000; 2,0 or 0,000).
 */
#ifndef MG_COMMON_WHOLE_NUMBER_H
#define MG_COMMON_WHOLE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* What the cells of a column have shown; start with {0}. */
struct mg_whole_style {
    bool thousands; /* a sign between groups of three digits */
    bool decimals;  /* a sign before a fraction, of zeros */
};

void mg_whole_see(struct mg_whole_style *style, const char *text, size_t length);

enum mg_whole {
    MG_WHOLE_READ,
    MG_WHOLE_GROUPED,   /* read; a comma or a point was between groups of digits */
    MG_WHOLE_AMBIGUOUS, /* a thousand times as much, or not */
    MG_WHOLE_FRACTION,
    MG_WHOLE_NONE, /* not a number from 0 on, or above MG_WHOLE_MOST */
};

#define MG_WHOLE_MOST 1e12

/* Of a trimmed cell. *ret_n is set only where it was read. */
enum mg_whole mg_whole_read(const struct mg_whole_style *style, const char *text, size_t length,
                            double *ret_n);

#endif
