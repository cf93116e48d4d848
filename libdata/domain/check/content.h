/* content.h - does every record still say what it said when it was imported? Internal to check.
 *
 * Each record's cells are put together again from its typed columns, record.other and the edition's
 * constants, and hashed; the result must be version.hash (content.h).
 */
#ifndef MG_CHECK_CONTENT_H
#define MG_CHECK_CONTENT_H

#include "libdata/db/db.h"
#include "libdata/io/progress.h"

/* Called for each edition that brought records with another content: "postes 2020-01-01", how many, and the
 * line of the first. */
typedef enum mg_code mg_content_visitor(void *context, const char *edition, int64_t n, int64_t first_line,
                                        struct mg_error *err);

enum mg_code mg_check_content(struct mg_db *db, const struct mg_progress *progress, mg_content_visitor *visit,
                              void *context, struct mg_error *err);

#endif
