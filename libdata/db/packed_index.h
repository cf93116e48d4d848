/* packed_index.h - a spatial index over many points, built at once.
 *
 * SpatiaLite's index of table.geom is the R*Tree idx_TABLE_geom with its own three tables. Writing
 * Hilbert-packed nodes straight into those tables is some twenty times faster than inserting, and the result
 * is an R*Tree like any other: rtreecheck and CheckSpatialIndex agree. Points are rounded outwards to float
 * as SQLite does (rtreeValueDown/Up). What is added to an index that holds something becomes a packed branch
 * of its own. When the tables' layout or node size is not the one this was written for, or a handful is
 * added to many, the points are inserted the ordinary way.
 */
#ifndef MG_DB_PACKED_INDEX_H
#define MG_DB_PACKED_INDEX_H

#include "libdata/db/db.h"

struct mg_index_point {
    double x, y; /* degrees, lon and lat */
    int64_t id;  /* the row's rowid; ascending in the array */
};

/* index: the R*Tree's name ("idx_record_geom"). Inside the caller's transaction, which has to be
 * rolled back when this fails. *ret_packed (may be NULL) says which way it went. The array is left as it was.
 */
enum mg_code mg_packed_index_add(struct mg_db *db, const char *index, const struct mg_index_point *points,
                                 size_t count, bool *ret_packed, struct mg_error *err);

#endif
