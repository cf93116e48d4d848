/* geojson.h - GeoJSON, written: RFC 7946 as one FeatureCollection, or RFC 8142 as a sequence.
 *
 * A feature is a line, its keys always in the order type, id, geometry, properties; properties in the
 * order in which they are added. Longitude first, at most `precision` decimals, no "crs" member, never a
 * number that is not finite. Outer rings run counter-clockwise and holes clockwise whichever way they came.
 * Vertices that rounding makes equal to the one before are dropped; a ring that rounding leaves without an
 * area is left out and counted, and a geometry that loses all its rings is null and counted: nothing
 * disappears in silence. A collection ends with its "bbox", of the coordinates as written.
 *
 * A sequence puts RS (0x1E) before each feature, as RFC 8142 asks. Errors stick as in out.h:
 * mg_geojson_end and mg_geojson_close return them; MG_ERR_CLOSED when the reader went away.
 */
#ifndef MG_PUBLISH_GEOJSON_H
#define MG_PUBLISH_GEOJSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

#define MG_GEOJSON_PRECISION     6  /* decimals of a degree: a tenth of a metre */
#define MG_GEOJSON_PRECISION_MAX 12 /* what mg_num_format_fixed can do */

struct mg_geojson;

struct mg_geojson_counts {
    int64_t features;
    int64_t collapsed_rings;  /* left out: no area at this precision */
    int64_t without_geometry; /* features whose geometry is null */
};

/* fd: borrowed. precision: 0 to MG_GEOJSON_PRECISION_MAX. */
enum mg_code mg_geojson_create(int fd, bool sequence, int precision, struct mg_geojson **ret_geojson,
                               struct mg_error *err);
void mg_geojson_destroy(struct mg_geojson *g);

/* A feature: begin, id (or not), one geometry (or none), properties, end; id, geometry and properties in
 * any order. */
void mg_geojson_begin(struct mg_geojson *g);
void mg_geojson_id(struct mg_geojson *g, const char *id, size_t length); /* again: the id goes on */

/* False: not a place on Earth (not finite, beyond 180 or 90 degrees), the geometry stays null. */
bool mg_geojson_point(struct mg_geojson *g, double lon, double lat);

/* From one place to another. False: one of them is not a place on Earth, both are written alike at this
 * precision, or the line would have to be cut at the antimeridian; the geometry stays null. */
bool mg_geojson_line(struct mg_geojson *g, double lon1, double lat1, double lon2, double lat2);

/* A polygon or multipolygon blob (geo/blob.h). A ring that jumps the antimeridian would have to be cut:
 * refused with MG_ERR_INPUT, as is what is no such blob or not a place on Earth. */
enum mg_code mg_geojson_polygons(struct mg_geojson *g, const void *blob, size_t length, struct mg_error *err);

/* key NULL: mg_geojson_key wrote it just before. */
void mg_geojson_text(struct mg_geojson *g, const char *key, const char *text, size_t length);
void mg_geojson_int(struct mg_geojson *g, const char *key, int64_t value);
void mg_geojson_null(struct mg_geojson *g, const char *key);
void mg_geojson_json(struct mg_geojson *g, const char *key, const json_t *value); /* as it is */

/* For what is the same in many features: JSON text made beforehand, trusted. A key with its colon
 * ("\"name\":"), to be followed by a value; whole members ("\"a\":1,\"b\":2"); a value. */
void mg_geojson_key(struct mg_geojson *g, const char *json, size_t length);
void mg_geojson_members(struct mg_geojson *g, const char *json, size_t length);
void mg_geojson_value(struct mg_geojson *g, const char *json, size_t length);

enum mg_code mg_geojson_end(struct mg_geojson *g, struct mg_error *err);

/* The end of the collection, all of it written to fd. */
enum mg_code mg_geojson_close(struct mg_geojson *g, struct mg_error *err);
const struct mg_geojson_counts *mg_geojson_counts(const struct mg_geojson *g);

#endif
