/* geometry.h - one geometry as GeoJSON text: a point, a line, polygons; as geojson.h says, which uses it.
 *
 * Longitude first, degrees, a fixed number of decimals. Outer rings run counter-clockwise, holes clockwise.
 * The box is of all that was written since mg_geometry_init: west, south, east, north; west > east: nothing.
 */
#ifndef MG_PUBLISH_GEOMETRY_H
#define MG_PUBLISH_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/buf.h"

struct mg_vertex {
    int64_t x, y; /* degrees times 10^precision: what will be written, exactly */
};

struct mg_geometry {
    struct mg_buf text; /* the geometry; the caller clears it for the next, and asks mg_buf_check */
    double box[4];
    int64_t collapsed_rings; /* left out so far: no area at this precision */
    int precision;
    double scale;
    struct mg_vertex *vertices; /* of one ring */
    size_t vertex_capacity;
};

/* precision: 0 to MG_GEOJSON_PRECISION_MAX. */
void mg_geometry_init(struct mg_geometry *g, int precision);
void mg_geometry_finish(struct mg_geometry *g);

/* Each is what the function of its name in geojson.h is; false or an error: nothing is written. */
bool mg_geometry_point(struct mg_geometry *g, double lon, double lat);
bool mg_geometry_line(struct mg_geometry *g, double lon1, double lat1, double lon2, double lat2);
enum mg_code mg_geometry_polygons(struct mg_geometry *g, const void *blob, size_t length,
                                  struct mg_error *err);

#endif
