/* csv.h - CSV as a table (table.h says what a reader delivers).
 *
 * Delimiter, encodings, lines and offsets are ours; a record with quotes in it is split by libcsv, one
 * without where it stands in the buffer. Memory: one window of 1 MiB, more only for a record that is longer,
 * up to 64 MiB, or 8 MiB on several lines; a longer row is MG_ERR_INPUT naming the line where it begins. A
 * quote that never closes (or not within 8 MiB, or only before other text on a later line, or where every
 * line that it would swallow is a row by itself) is text: its line is read alone, and reading goes on at the
 * next.
 */
#ifndef MG_IO_CSV_H
#define MG_IO_CSV_H

#include "libdata/io/source.h"
#include "libdata/io/table.h"

struct mg_csv;

/* Takes source over when it succeeds. options->layer is MG_ERR_USAGE. window: bytes read at a time; 0 is the
 * usual 1 MiB (a test gives less). */
enum mg_code mg_csv_open(struct mg_source *source, const struct mg_table_options *options, size_t window,
                         struct mg_csv **ret_csv, struct mg_error *err);
const struct mg_table_info *mg_csv_info(const struct mg_csv *csv);
enum mg_code mg_csv_next(struct mg_csv *csv, const struct mg_row **ret_row, struct mg_error *err);
enum mg_code mg_csv_rewind(struct mg_csv *csv, struct mg_error *err);
/* As if it had been opened with these options. */
enum mg_code mg_csv_look_again(struct mg_csv *csv, const struct mg_table_options *options,
                               struct mg_error *err);
void mg_csv_destroy(struct mg_csv *csv);

extern const struct mg_reader mg_csv_reader; /* the same, for the table of formats (readers.h) */

#endif
