/* centre.h - one point that stands for a territory: on its land, near the middle of its largest part.
 *
 * It is the centre of gravity of the largest of its polygons; where that is not on its land (a crescent, a
 * lake), the middle of the widest piece of that polygon on the same parallel. Degrees, longitude first.
 */
#ifndef MG_GEO_CENTRE_H
#define MG_GEO_CENTRE_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/error.h"

/* blob: a polygon or multipolygon (blob.h). *ret_found false: it is none, or has no area. */
enum mg_code mg_centre_of(const unsigned char *blob, size_t length, bool *ret_found, double *ret_lon,
                          double *ret_lat, struct mg_error *err);

#endif
