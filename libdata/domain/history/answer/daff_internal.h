/* daff_internal.h - the rows of two editions as tables show them: which columns, and what is in their cells
 * (daff_cells.c); and how they are written (daff.c). */
#ifndef MG_HISTORY_DAFF_INTERNAL_H
#define MG_HISTORY_DAFF_INTERNAL_H

#include "libdata/base/buf.h"
#include "libdata/domain/history/answer/answer.h"
#include "libdata/domain/history/answer/daff.h"

struct shown {
    size_t field;                       /* of the dataset */
    bool as_written;                    /* else only what was understood of it */
    bool has[HISTORY_SIDES];            /* the edition's source has the column */
    bool ignored[HISTORY_SIDES];        /* its import was told not to compare it */
    struct mg_buf cells[HISTORY_SIDES]; /* of the row at hand */
};

struct highlight {
    struct mg_history *h;
    int fd;
    struct shown *columns;
    size_t count;
    struct mg_buf out;
    bool gathering;      /* what is written stays in out: the lines of the rows that stand, from starts on */
    struct mg_buf lines; /* their starts, size_t each */
    bool omitted;        /* rows that are the same, or differ in nothing that is shown */
};

/* The columns that the audience may see. */
enum mg_code highlight_lay_out(struct highlight *hl, enum mg_audience audience, struct mg_error *err);
/* The cells of a row of that side. */
enum mg_code highlight_read_row(struct highlight *hl, int side, int64_t record, struct mg_error *err);
/* A column that an import of one of the two editions was told not to compare. */
bool highlight_is_ignored(const struct shown *shown);
/* Is what the edition says there, in the row last read of that side, in the file? */
bool highlight_is_known(const struct mg_history *h, int side, const struct shown *shown);

#endif
