/* two_line_rows.h - a table of which each row comes in two lines: the row itself, and elsewhere in the file
 * the line that completes it (a national file may have its coordinates apart). The first cell of a line says
 * which it is; a key both have says what belongs together.
 *
 * A complete row has the cells of its own line, then those of the other after its key, empty ones where there
 * is none. The other lines are delivered too, as they are, so that every line can be accounted for: row.part
 * says what became of each. A line of either kind with another number of cells than its kind has is delivered
 * as it is, with row.expected; empty cells at its end do no harm.
 *
 * The file is read once beforehand, in any order of its lines. 16 bytes a line stay in memory; the lines that
 * complete others go to an unlinked temporary file. Errors: those of reading, MG_ERR_IO (the temporary file).
 *
 * A row in two lines is put together while it is read, below everything that asks for rows,
 * so that roles, types, hashes and rejects know nothing of it. The file is read once more beforehand; 16
 * bytes a line stay in memory. A line that was joined counts as skipped: the books count services.
 */
#ifndef MG_IO_TWO_LINE_ROWS_H
#define MG_IO_TWO_LINE_ROWS_H

#include "libdata/io/table.h"

typedef enum mg_code (*mg_part_reader)(void *reader, const struct mg_row **ret_row, struct mg_error *err);

struct mg_two_line_rows;

/* Reads to the end; the reader has to be rewound afterwards, and mg_two_line_rows_rewind called. options,
 * info and reader: borrowed. */
enum mg_code mg_two_line_rows_create(const struct mg_table_parts *options, mg_part_reader next, void *reader,
                                     const struct mg_table_info *info, struct mg_two_line_rows **ret_parts,
                                     struct mg_error *err);
/* The table's, with the columns of both. */
const struct mg_table_info *mg_two_line_rows_info(const struct mg_two_line_rows *parts);
enum mg_code mg_two_line_rows_next(struct mg_two_line_rows *parts, const struct mg_row **ret_row,
                                   struct mg_error *err);
void mg_two_line_rows_rewind(struct mg_two_line_rows *parts);
void mg_two_line_rows_destroy(struct mg_two_line_rows *parts);

#endif
