/* ledger.h - digests kept up to date by who writes, in the same transaction.
 *
 * What is stored of a part that may change at any time moves by what the rows are afterwards less what they
 * were before: a byte that was changed by something else in between is not forgiven.
 */
#ifndef MG_DIGEST_LEDGER_H
#define MG_DIGEST_LEDGER_H

#include "libdata/domain/digest/digest.h"

struct mg_digest_ledger {
    struct mg_digest_key key;
    struct mg_digest_sums before;
};

/* After mg_db_begin: the key, and how things stand. A file that was made before there were digests gets them,
 * of what it holds now. Start with {0}; mg_digest_ledger_finish, also after a failure. */
enum mg_code mg_digest_ledger_open(struct mg_db *db, struct mg_digest_ledger *ledger, struct mg_error *err);
/* Before mg_db_commit. */
enum mg_code mg_digest_ledger_close(struct mg_db *db, struct mg_digest_ledger *ledger, struct mg_error *err);
void mg_digest_ledger_finish(struct mg_digest_ledger *ledger);

/* Parts that are written once: where the rows that come will begin (after others were deleted: ids are given
 * again), and then those that have come, whose owners have no digest yet. Nothing is kept in a file that has
 * no key. */
struct mg_digest_floors {
    int64_t from[MG_DIGEST_TOLD];
};
enum mg_code mg_digest_floors(struct mg_db *db, struct mg_digest_floors *ret_floors, struct mg_error *err);
enum mg_code mg_digest_take(struct mg_db *db, const struct mg_digest_floors *floors,
                            enum mg_digest_part first, enum mg_digest_part last, struct mg_error *err);

#endif
