/* locate.h - which polygon a point is in: a raster over many polygons.
 *
 * About 64 cells a polygon, or one for each border segment where that is more; a cell that no border
 * crosses knows its owner, the others have a short list of candidates that are tried by crossing number.
 * Every point has one owner at most, so each service is counted once: a point on a border belongs to the
 * polygon that has the interior on its east side (or, on a horizontal border, its north), by the half-open
 * rule of crossing numbers, and where polygons overlap to the one that was added first. Neighbours must
 * share the vertices of their border. Holes are outside; so is where two parts of one multipolygon overlap.
 *
 * Only blocks of cells that a polygon touches exist, so lands far apart cost no more than lands together.
 * Memory: 16 bytes a vertex, some 500 bytes a polygon where polygons lie side by side (and 16 to 64 KiB
 * for one that lies alone), 1 MiB for the frame. A built locator is only read: threads may share it.
 */
#ifndef MG_GEO_LOCATE_H
#define MG_GEO_LOCATE_H

#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_locate;

enum mg_code mg_locate_create(struct mg_locate **ret_locate, struct mg_error *err);
/* A polygon or multipolygon blob (blob.h) with the caller's number (>= 0). MG_ERR_INPUT: it is none, or not on
 * Earth (beyond 360 degrees of longitude, 90 of latitude). */
enum mg_code mg_locate_add(struct mg_locate *locate, const unsigned char *blob, size_t length, int32_t number,
                           struct mg_error *err);
/* After the last one; nothing can be added then. */
enum mg_code mg_locate_build(struct mg_locate *locate, struct mg_error *err);
int32_t mg_locate_find(const struct mg_locate *locate, double lon, double lat); /* -1: in none */
void mg_locate_destroy(struct mg_locate *locate);

#endif
