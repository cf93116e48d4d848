/* columns.h - the names of a table's columns, made usable: trimmed, none blank, none twice. */
#ifndef MG_IO_COLUMNS_H
#define MG_IO_COLUMNS_H

#include "libdata/io/table.h"

struct mg_columns {
    size_t count;
    const char **names; /* in bytes; owned, as bytes is */
    char *bytes;
};

/* From a header's cells. A blank name becomes column_N; a second one of the same name gets _2, or the next
 * number that is free. */
enum mg_code mg_columns_init(struct mg_columns *columns, const struct mg_cell *cells, size_t count,
                             struct mg_error *err);
/* column_1 ... column_N */
enum mg_code mg_columns_init_numbered(struct mg_columns *columns, size_t count, struct mg_error *err);
void mg_columns_finish(struct mg_columns *columns);

#endif
