/* csv_split.h - the cells of one CSV record in memory, and where a record ends.
 *
 * RFC 4180 with any one-byte delimiter and quote; LF, CRLF and CR alone end a line. A quote means something
 * only as the first byte of a cell; elsewhere in an unquoted cell it is text. Nothing is trimmed.
 */
#ifndef MG_IO_CSV_SPLIT_H
#define MG_IO_CSV_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/buf.h"
#include "libdata/io/table.h"

enum { MG_CSV_MAX_CELLS = 4096 };

struct mg_csv_dialect {
    char delimiter;
    char quote;  /* '\0': quotes are text */
    bool blanks; /* those around a cell in quotes are none of its content */
};

enum mg_csv_end {
    MG_CSV_WHOLE,       /* a line end was found, or the text ends outside quotes */
    MG_CSV_OPEN,        /* the text ends inside quotes */
    MG_CSV_STRAY_QUOTE, /* something other than a delimiter follows the quote that closes a cell */
    MG_CSV_LOST_QUOTE,  /* the same, and that quote is on a later line: the cell was not meant to go on there
                         */
};

/* The cells of the line at text, whose quotes do no more than enclose cells: views into text. Stops before
 * the line end. *ret_count is 0 for an empty line. Returns the number of bytes looked at, the line end not
 * included, or SIZE_MAX when a quote was met in a cell, a cell goes on in the next line or text, or there are
 * more than MG_CSV_MAX_CELLS cells: take the other way then. cells has room for MG_CSV_MAX_CELLS. 64 bytes
 * after text + length must be readable. */
size_t mg_csv_split_plain(const char *text, size_t length, struct mg_csv_dialect dialect,
                          struct mg_cell *cells, size_t *ret_count);

/* Where the record at text ends: *ret_length without its line end, *ret_lines physical lines. For all but
 * MG_CSV_WHOLE they are those of the first physical line alone: reading goes on at the next, so that a lone
 * quote costs one line. */
enum mg_csv_end mg_csv_record_end(const char *text, size_t length, struct mg_csv_dialect dialect,
                                  size_t *ret_length, size_t *ret_lines);

/* Do two cells without quotes around them have one each, the first before other text, the second at its end?
 * They stood around a cell whose delimiter before it was lost. */
bool mg_csv_is_torn(const char *record, size_t length, struct mg_csv_dialect dialect);

/* The cells of a record, through libcsv or, where its quotes are not in order, leniently. */
struct mg_csv_splitter;
enum mg_code mg_csv_splitter_create(struct mg_csv_dialect dialect, struct mg_csv_splitter **ret_splitter,
                                    struct mg_error *err);

/* Borrowed until the next call. MG_ERR_INPUT for more than MG_CSV_MAX_CELLS cells. */
enum mg_code mg_csv_split(struct mg_csv_splitter *splitter, const char *record, size_t length,
                          const struct mg_cell **ret_cells, size_t *ret_count, struct mg_error *err);

/* The cells of one line: a cell that opens with a quote ends at the first quote that stands before a
 * delimiter or the end, other quotes in it are text; one that has no such end is text up to the next
 * delimiter, its quote too. Errors and lifetime as above. */
enum mg_code mg_csv_split_lenient(struct mg_csv_splitter *splitter, const char *line, size_t length,
                                  const struct mg_cell **ret_cells, size_t *ret_count, struct mg_error *err);
void mg_csv_splitter_destroy(struct mg_csv_splitter *splitter);

/* The length of the physical line at text, without its end. */
static inline size_t mg_csv_line_length(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && text[i] != '\n' && text[i] != '\r')
        i++;
    return i;
}

/* The length of the line end at text (0, 1 or 2). */
static inline size_t mg_csv_line_end(const char *text, size_t length)
{
    if (length && text[0] == '\n')
        return 1;
    if (length && text[0] == '\r')
        return length > 1 && text[1] == '\n' ? 2 : 1;
    return 0;
}

#endif
