/* values.h - is every value of the file what its column must hold? Internal to check.
 *
 * The rules are the schema's (type, NOT NULL) and, where it has none, those of values.c: words, ranges,
 * dates, JSON arrays. They are those by which the tools read (db/read.h), so a file that is whole is read by
 * all.
 */
#ifndef MG_CHECK_VALUES_H
#define MG_CHECK_VALUES_H

#include "libdata/db/db.h"
#include "libdata/io/progress.h"

/* Called for each column with wrong values: how many, and what is wrong with the first, its row named. */
typedef enum mg_code mg_values_visitor(void *context, const char *table, int64_t n, const char *message,
                                       struct mg_error *err);

enum mg_code mg_check_values(struct mg_db *db, const struct mg_progress *progress, mg_values_visitor *visit,
                             void *context, struct mg_error *err);

#endif
