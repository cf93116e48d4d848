/* corrections.h - refused rows, corrected: read instead of the source's rows when it is imported again.
 *
 * The file is what --rejects wrote, after a person or a program has been at it. CSV (or any other table): the
 * columns reject_line, reject_byte_offset and reject_code, and all columns of the source by their names;
 * others are not looked at. JSON Lines (.jsonl, .ndjson): records with line, byte_offset, code and row. A row
 * that was left as it is counts only if its reject_code was emptied, which says that it is right.
 *
 * All of it is held in memory. Errors: as table.h and in.h, and MG_ERR_INPUT naming the file's own line for a
 * row that says of no line what it corrects, or of one that another row corrects too.
 */
#ifndef MG_IMPORT_CORRECTIONS_H
#define MG_IMPORT_CORRECTIONS_H

#include "libdata/base/buf.h"
#include "libdata/io/table.h"

struct mg_corrections;

/* columns: of the source, borrowed as long as the corrections live. */
enum mg_code mg_corrections_read(const char *path, const struct mg_table_info *source,
                                 struct mg_corrections **ret_corrections, struct mg_error *err);
void mg_corrections_destroy(struct mg_corrections *corrections);

/* *ret_row: what is to be read instead of row, borrowed; or row. *ret_corrected says which. MG_ERR_INPUT when
 * row does not begin where it did when it was refused: it is then another file. */
enum mg_code mg_corrections_apply(struct mg_corrections *corrections, const struct mg_row *row,
                                  const struct mg_row **ret_row, bool *ret_corrected, struct mg_error *err);

/* After the last row: MG_ERR_INPUT for a correction of which there was no row. */
enum mg_code mg_corrections_check(const struct mg_corrections *corrections, struct mg_error *err);

/* The cell of a column as --rejects writes it: what is beyond the header's last column is in that one, with
 * the delimiter between. */
void mg_reject_cell(const struct mg_cell *cells, size_t count, size_t column,
                    const struct mg_table_info *source, struct mg_buf *out);

/* Is the name one of JSON Lines? */
bool mg_is_jsonl_name(const char *path);

#endif
