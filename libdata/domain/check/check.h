/* check.h - is a file whole, and are its books balanced?
 *
 * Every way in which a file may contradict itself is looked for: SQLite's own structure, foreign keys,
 * the figures of each edition against what is stored, intervals, ranges of ids, JSON, views, geometry and
 * spatial indexes. Each contradiction is a record of type "finding": check (which of these), table, n
 * (how many rows), message. Nothing is changed.
 */
#ifndef MG_CHECK_CHECK_H
#define MG_CHECK_CHECK_H

#include "libdata/db/db.h"
#include "libdata/io/out.h"
#include "libdata/io/progress.h"

/* verify: read all records again, and hash what they say. *ret_findings: how many records were added to out.
 * What the file's damage keeps from being checked is a finding too; the code is other than MG_OK when the
 * checking itself could not be done. */
enum mg_code mg_check(struct mg_db *db, bool verify, struct mg_out *out, const struct mg_progress *progress,
                      int64_t *ret_findings, struct mg_error *err);

#endif
