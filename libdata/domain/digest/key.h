/* key.h - the hash that digests are sums of: XXH3 (64 bits) with a secret of the file's own.
 *
 * The secret is drawn when the file is made, or brought up to date, and kept in it: who has not the file can
 * write no two rows that have the same hash. Nothing may be ordered by it: it differs from file to file.
 */
#ifndef MG_DIGEST_KEY_H
#define MG_DIGEST_KEY_H

#include "libdata/base/buf.h"
#include "libdata/db/db.h"

#define MG_DIGEST_SECRET 192 /* bytes */

struct mg_digest_key {
    unsigned char secret[MG_DIGEST_SECRET];
};

/* *ret_there false: the file has no digests yet. */
enum mg_code mg_digest_key_load(struct mg_db *db, struct mg_digest_key *ret_key, bool *ret_there,
                                struct mg_error *err);
enum mg_code mg_digest_key_make(struct mg_db *db, struct mg_digest_key *ret_key, struct mg_error *err);

uint64_t mg_digest_of(const struct mg_digest_key *key, const char *bytes, size_t length);

/* What a record is beside the cells of which content is the digest: its other column to the letter, its place
 * and where that comes from, its id and where it stands. more: what else there is of it, by mg_row_hash_add:
 * each typed column that is not the cell to the letter; a geo_source longer than MG_DIGEST_SOURCE_SIZE; a
 * geometry that is no point of ours. */
#define MG_DIGEST_SOURCE_SIZE 16
struct mg_digest_record {
    uint64_t content;
    const char *other; /* NULL: none */
    size_t other_length;
    bool has_place;
    double x, y;
    const char *source; /* NULL: none */
    size_t source_length;
    int64_t id, edition, line;
};
uint64_t mg_digest_of_record(const struct mg_digest_key *key, const struct mg_digest_record *record,
                             const struct mg_buf *more);
#define MG_DIGEST_SOURCE   UINT32_C(0x7FFFFFFF) /* tags */
#define MG_DIGEST_GEOMETRY UINT32_C(0x7FFFFFFE)

#endif
