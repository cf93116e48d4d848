/* sample.h - the first rows of a table that hold something, copied.
 *
 * Cells row by row, each row as many as there are columns (missing ones are empty). Start with {0}; the
 * owner calls mg_sample_finish.
 */
#ifndef MG_COLUMNS_SAMPLE_H
#define MG_COLUMNS_SAMPLE_H

#include "libdata/base/buf.h"
#include "libdata/io/table.h"

struct mg_sample {
    size_t column_count, row_count;
    struct mg_cell *cells;
    struct mg_buf text;
};

enum mg_code mg_sample_read(struct mg_table *table, size_t rows, struct mg_sample *ret_sample,
                            struct mg_error *err);
void mg_sample_finish(struct mg_sample *sample);

static inline const struct mg_cell *mg_sample_cell(const struct mg_sample *sample, size_t row, size_t column)
{
    return &sample->cells[row * sample->column_count + column];
}

#endif
