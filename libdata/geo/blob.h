/* blob.h - SpatiaLite's geometry blobs, SRID 4326, lon then lat in degrees.
 *
 * A point is the full 60-byte form (not TinyPoint, which ogrinfo cannot see). A polygon is always stored
 * as a MULTIPOLYGON. Blobs are written little-endian and read in that order only: they are the file's own.
 */
#ifndef MG_GEO_BLOB_H
#define MG_GEO_BLOB_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/buf.h"
#include "libdata/geo/crs.h"

#define MG_POINT_BLOB_SIZE 60

void mg_blob_point(double lon, double lat, unsigned char out[MG_POINT_BLOB_SIZE]);
bool mg_blob_read_point(const unsigned char *blob, size_t length, double *ret_lon, double *ret_lat);

/* The box a blob of any kind is in: west, south, east, north. */
bool mg_blob_box(const unsigned char *blob, size_t length, double ret_box[4]);

/* A polygon or multipolygon blob as rings: called for each polygon's outer ring (hole false) and its
 * holes, in order; xy holds count lon/lat pairs, closed, and is valid during the call. False: not such a
 * blob, no memory, or the visitor said false to stop. Without a visitor: is it such a blob? (No memory is
 * needed to say so.) */
typedef bool mg_ring_visitor(void *context, size_t polygon, bool hole, const double *xy, size_t count);
bool mg_blob_visit_rings(const unsigned char *blob, size_t length, mg_ring_visitor *visit, void *context);

/* WKB polygon or multipolygon (2D; Z and M are dropped, in the ISO or the older OGC numbering; either
 * byte order) to a MULTIPOLYGON blob appended to out. MG_ERR_INPUT: other geometry, cut short, not finite,
 * no ring at all, a ring of fewer than four points or not closed; out is then as it was. */
enum mg_code mg_blob_from_wkb(const unsigned char *wkb, size_t length, struct mg_buf *out,
                              struct mg_error *err);

/* The blob's coordinates from another system (crs.h) to longitude and latitude, in place, with its bounding
 * box. blob is one that mg_blob_from_wkb made. MG_ERR_INPUT: a system we do not know, or a place that cannot
 * be transformed; the blob is then spoilt. */
enum mg_code mg_blob_to_lonlat(struct mg_buf *blob, struct mg_crs *crs, int epsg, struct mg_error *err);

#endif
