/* dialect_rows.h - the first rows of a CSV file as one dialect would split them. */
#ifndef MG_IO_DIALECT_ROWS_H
#define MG_IO_DIALECT_ROWS_H

#include "libdata/io/dialect.h"

enum { MG_DIALECT_ROWS = 200, MG_DIALECT_COLUMNS = 512 };

struct mg_dialect_row {
    const char *text;
    size_t length;
    size_t cells;  /* 0: its quotes are not in order */
    size_t filled; /* that hold something */
    bool gap;      /* a blank line stands before it */
};

struct mg_dialect_rows {
    struct mg_csv_dialect dialect;
    size_t count;
    struct mg_dialect_row row[MG_DIALECT_ROWS];
};

void mg_dialect_rows_find(struct mg_dialect_sample sample, struct mg_csv_dialect dialect,
                          struct mg_dialect_rows *rows);

/* The cell at *at of a record, without its quotes and blanks at its ends; *at is moved past it and its
 * delimiter, to SIZE_MAX after the last. */
struct mg_cell mg_dialect_cell(const struct mg_dialect_row *row, struct mg_csv_dialect dialect, size_t *at);

/* A number, a date, a code: something that no column is called, but for a year. */
bool mg_dialect_is_value(struct mg_cell cell);

/* The row of names that the table begins with, past lines that are not the table's; 0 in doubt. */
size_t mg_dialect_header_row(const struct mg_dialect_rows *rows);

#endif
