/* footer.h - rows of any format on their way to whoever asked: what stands below the table is told from it,
 * and garbled cells are repaired.
 *
 * A total (its first cell says so, the others are numbers) and a note ("Source : ...", "* ...", or a sentence
 * alone after an empty line) belong to the footer if nothing but their like follows to the end. So they are
 * held back until that is known, at most MG_FOOTER_ROWS of them; if something else comes they are ordinary
 * rows.
 */
#ifndef MG_IO_FOOTER_H
#define MG_IO_FOOTER_H

#include "libdata/io/table.h"

enum { MG_FOOTER_ROWS = 50 };

typedef enum mg_code (*mg_row_reader)(void *reader, const struct mg_row **ret_row, struct mg_error *err);

struct mg_footer;

/* info and reader: borrowed. */
enum mg_code mg_footer_create(mg_row_reader next, void *reader, const struct mg_table_info *info, bool repair,
                              struct mg_footer **ret_footer, struct mg_error *err);
enum mg_code mg_footer_next(struct mg_footer *footer, const struct mg_row **ret_row, struct mg_error *err);
void mg_footer_rewind(struct mg_footer *footer); /* the reader was rewound */
void mg_footer_destroy(struct mg_footer *footer);

#endif
