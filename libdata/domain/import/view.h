/* view.h - the view services_NAME: a services dataset as it stands in its latest edition, for QGIS, ogrinfo
 * and anyone who writes SQL.
 *
 * Columns: id (record.id), key, name, category, address, postcode, commune, status, opened, closed,
 * geo_source, geo_precision, line, geom; then every other field of the dataset under its own name, as the
 * source wrote it, or as the edition's constant (an empty cell is NULL). A name that is already taken (case
 * apart) gets _2, _3...; SQLite has no more than 2,000 columns, so fields beyond the first 1,900 are in
 * record.other only. The view is registered as a read-only spatial view.
 */
#ifndef MG_IMPORT_VIEW_H
#define MG_IMPORT_VIEW_H

#include "libdata/db/db.h"

/* Make or remake the view, inside the caller's transaction; to be called when an edition or a field has
 * come. Datasets of other kinds have none, nor has one without an edition: nothing is done. */
enum mg_code mg_view_update(struct mg_db *db, int64_t dataset_id, struct mg_error *err);

#endif
