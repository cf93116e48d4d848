/* said.h - what a stored row of services or projects says: its cells as its source wrote them.
 *
 * They are put together again from the typed columns, the column other and the edition's constants, as
 * content.h orders and tags them; from the same bytes an import finds a row again.
 */
#ifndef MG_DIGEST_SAID_H
#define MG_DIGEST_SAID_H

#include "libdata/db/read.h"
#include "libdata/domain/digest/key.h"

struct mg_said;

/* Knows the columns of the editions there are now. key may be NULL: no digests are wanted; else it outlives
 * it. */
enum mg_code mg_said_create(struct mg_db *db, const struct mg_digest_key *key, struct mg_said **ret_said,
                            struct mg_error *err);
void mg_said_destroy(struct mg_said *said);

struct mg_said_row {
    bool known; /* its edition has columns; otherwise it says nothing */
    int64_t id, edition, line;
    const struct mg_buf *content; /* borrowed until the next row; common/row_hash.h */
    uint64_t content_digest;
    uint64_t digest; /* of the whole record, as it is stored */
};

/* row: as the statements said_* of db/sql/digest.sql give it; what is wrong with its values is in row->code
 * too. */
enum mg_code mg_said_take(struct mg_said *said, struct mg_read *row, struct mg_said_row *ret_row,
                          struct mg_error *err);

/* The row of that id: by is said_record or said_project. MG_ERR_DB when there is none. */
enum mg_code mg_said_read(struct mg_said *said, struct mg_db *db, enum mg_sql by, int64_t id,
                          struct mg_said_row *ret_row, struct mg_error *err);

#endif
