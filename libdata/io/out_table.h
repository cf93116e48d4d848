/* out_table.h - records as rows of cells: what csv and table output have in common (behind out.h).
 *
 * Rows are added cell by cell under their keys; the text of finished rows is appended to the buffer that
 * is passed. A buffer that ran out of memory is reported by mg_out_table_end_row and
 * mg_out_table_finish_table.
 */
#ifndef MG_IO_OUT_TABLE_H
#define MG_IO_OUT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/buf.h"
#include "libdata/base/error.h"

struct mg_out_table_column {
    char *name;
    size_t width;
    bool text;   /* some cell is not a number: aligned to the left */
    bool filled; /* some cell is not empty */
    bool shown;
};

struct mg_out_table_cell {
    size_t offset, length; /* in texts */
    bool number;
};

struct mg_out_table {
    bool csv;
    size_t width; /* of the terminal; 0: never cut */
    bool started; /* this table has its columns */
    bool header_written, more_columns;
    size_t tables;
    struct mg_buf type, texts;
    struct mg_out_table_column *columns;
    size_t column_count, column_capacity;
    struct mg_out_table_cell *cells; /* rows kept, and the one being added */
    size_t cell_capacity, rows;
    size_t next;       /* the column that the next cell probably belongs to */
    bool failed;       /* no memory */
    char stranger[96]; /* a key that the first row had not */
};

void mg_out_table_begin_row(struct mg_out_table *grid, const char *type, struct mg_buf *out);
void mg_out_table_add(struct mg_out_table *grid, const char *key, const char *text, size_t length,
                      bool number);
enum mg_code mg_out_table_end_row(struct mg_out_table *grid, struct mg_buf *out, struct mg_error *err);
enum mg_code mg_out_table_finish_table(struct mg_out_table *grid, struct mg_buf *out, struct mg_error *err);
void mg_out_table_finish(struct mg_out_table *grid); /* memory released; {0} again */

#endif
