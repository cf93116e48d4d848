/* columns.h - the names of a table's columns, made usable: trimmed, on one line, none blank, none twice. */
#ifndef MG_IO_COLUMNS_H
#define MG_IO_COLUMNS_H

#include "libdata/io/table.h"

struct mg_columns {
    size_t count;
    const char **names;  /* in bytes; owned, as bytes is */
    const char **labels; /* likewise: as the source writes them, cut at a NUL */
    char *bytes;
};

/* From a header's cells. A run of blanks with a line end, or any control character, in it becomes one blank.
 * A blank name becomes column_N; a second one of the same name gets _2, or the next number that is free.
 * repair: garbled names are repaired. */
enum mg_code mg_columns_init(struct mg_columns *columns, const struct mg_cell *cells, size_t count,
                             bool repair, struct mg_error *err);
/* From a header on two rows, the first of which names groups of columns: the second row's names, or the
 * group's where there is none; with the group's before them where they would not tell columns apart. Where
 * the first row has all the names and tells columns apart, the second explains them: the first's. */
enum mg_code mg_columns_init_double(struct mg_columns *columns, const struct mg_cell *groups,
                                    const struct mg_cell *cells, size_t count, bool repair,
                                    struct mg_error *err);
/* column_1 ... column_N */
enum mg_code mg_columns_init_numbered(struct mg_columns *columns, size_t count, struct mg_error *err);
void mg_columns_finish(struct mg_columns *columns);

#endif
