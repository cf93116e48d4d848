/* intervals.h - the versions of a dataset as an edition meets them: which stand around its date, which of
 * them its rows confirm, and what becomes of the others.
 *
 * An edition X comes between P (the latest before it) and N (the earliest after it); either may be missing.
 * A row of X is matched by its content hash, with multiplicity, in this order: a version that stands at P
 * and still at N (nothing changes), one that stands at P and is gone at N (nothing changes), one that starts
 * at N (it starts at X now), a closed one (its record is used again by a new version). What stands at P and
 * is not matched is gone at X; if it still stands at N, a new version of its record starts there.
 *
 * Rows that say something else may have the same hash, by chance or because somebody made them so. Therefore
 * what was matched is proved at the end, all at once: the digests of those rows (digest/key.h) must add up to
 * that of the edition, which is stored, less those of the few records that were not matched, which are read.
 * Where they do not, everything is matched again, and each record read and compared before it counts as the
 * row.
 */
#ifndef MG_IMPORT_INTERVALS_H
#define MG_IMPORT_INTERVALS_H

#include "libdata/domain/common/catalogue.h"
#include "libdata/domain/digest/said.h"

struct mg_intervals;

enum mg_match {
    MG_MATCH_UNCHANGED, /* nothing to store */
    MG_MATCH_NEXT,      /* it stood from N on; nothing more to store */
    MG_MATCH_RECORD,    /* *ret_record is its content; it needs a version */
    MG_MATCH_NEW,       /* it needs a record and a version */
};

/* The table that holds the intervals: its statements. list gives id, record, first_edition, gone_edition and
 * hash of a dataset's ($1), in the order of ids; set_gone reads ids and editions from a feed (db/feed.h);
 * read is the one of said.h; the others are as those of version in import.sql. */
struct mg_intervals_table {
    enum mg_sql list, set_first, set_gone, split, read;
};
extern const struct mg_intervals_table mg_intervals_versions; /* of services */

/* previous, next: X's neighbours in dataset, NULL where there is none. */
enum mg_code mg_intervals_load(struct mg_db *db, const struct mg_intervals_table *table,
                               const struct mg_dataset *dataset, const struct mg_edition *previous,
                               const struct mg_edition *next, struct mg_intervals **ret_intervals,
                               struct mg_error *err);
void mg_intervals_destroy(struct mg_intervals *intervals);

/* From now on records are read and compared. Takes said over. */
void mg_intervals_compare(struct mg_intervals *intervals, struct mg_said *said);

struct mg_intervals_row {
    int64_t hash;
    uint64_t digest;
    const struct mg_buf *content; /* needed to compare */
};
enum mg_code mg_intervals_match(struct mg_intervals *intervals, const struct mg_intervals_row *row,
                                enum mg_match *ret_match, int64_t *ret_record, struct mg_error *err);

/* After the last row: do the records that were matched say what the rows do? Only of services. */
enum mg_code mg_intervals_prove(struct mg_intervals *intervals, const struct mg_digest_key *key,
                                const struct mg_edition *previous, const struct mg_edition *next,
                                bool *ret_proven, struct mg_error *err);

/* After the last row: close, split and extend. edition: X's id. *next_version is the id for the first new
 * version, and after for the one that follows. *ret_gone: how many stood at P and do not at X. */
enum mg_code mg_intervals_settle(struct mg_intervals *intervals, struct mg_db *db, int64_t edition,
                                 int64_t *next_version, int64_t *ret_gone, struct mg_error *err);

#endif
