/* csv_internal.h - behind csv.h, each on those before it: csv_lines.c fills the window, csv_rows.c takes rows
 * out of it, csv_open.c finds out what the file is. */
#ifndef MG_IO_CSV_INTERNAL_H
#define MG_IO_CSV_INTERNAL_H

#include "libdata/io/columns.h"
#include "libdata/io/csv.h"
#include "libdata/io/csv_split.h"
#include "libdata/io/csv_window.h"
#include "libdata/io/encoding.h"

enum { MG_CSV_LONGEST_RECORD = 64 << 20 };

struct mg_csv {
    struct mg_csv_window window;
    struct mg_csv_dialect dialect;
    enum mg_encoding encoding; /* forced, or MG_ENCODING_FOUND */
    bool no_header, repair;
    const char *const *names; /* of the columns, without a header */
    size_t name_count;
    int skip_lines;
    size_t clean_to; /* window.bytes[..clean_to) is UTF-8, holds no NUL and nothing that may be garbled */
    int64_t line;    /* of window.start */

    int64_t data_offset, data_line, data_blank_lines; /* where the first data row is, for rewinding */

    struct mg_cell *cells;
    struct mg_csv_splitter *splitter;
    struct mg_buf decoded, preamble;
    bool multibyte; /* a line holds UTF-8 beyond ASCII */
    bool surveyed;  /* the votes are in */
    struct mg_encoding_votes votes;
    enum mg_encoding needed; /* the first other encoding, or MG_ENCODING_FOUND */
    bool mixed;

    struct mg_columns columns;
    struct mg_row row;
    struct mg_table_info info;
};

/* csv_lines.c */
enum mg_code mg_csv_fill(struct mg_csv *csv, struct mg_error *err);
enum mg_code mg_csv_fail_at(const struct mg_csv *csv, int64_t line, enum mg_code code, struct mg_error *err);
enum mg_code mg_csv_fail_long(const struct mg_csv *csv, struct mg_error *err);
/* How long the line at the window's start is, which is all in the window then. */
enum mg_code mg_csv_see_line(struct mg_csv *csv, size_t *ret_length, struct mg_error *err);
/* At the first line that is not UTF-8, let all lines that are not say how they look. Does nothing
 * (csv->surveyed stays false) where that line is, or the source cannot be read twice. */
enum mg_code mg_csv_survey(struct mg_csv *csv, const char *text, size_t length, struct mg_error *err);

/* That of the window is done with, and the line end that follows. */
static inline void mg_csv_consume(struct mg_csv *csv, size_t length, size_t lines)
{
    struct mg_csv_window *window = &csv->window;
    window->start += length;
    size_t end = mg_csv_line_end(window->bytes + window->start, window->end - window->start);
    csv->info.unterminated = end == 0;
    window->start += end;
    csv->line += (int64_t)lines;
}

/* csv_rows.c. The next row that is not blank in csv->row; *ret_more is false after the last. */
enum mg_code mg_csv_next_row(struct mg_csv *csv, bool *ret_more, struct mg_error *err);

/* csv_open.c: everything up to the first data row. */
enum mg_code mg_csv_look(struct mg_csv *csv, const struct mg_table_options *options, struct mg_error *err);

#endif
