/* lambert.h - Lambert conic conformal with two parallels, metres to degrees, in closed form.
 *
 * IOGP guidance note 7-2 (EPSG method 9802) gives the projection; the latitude from the conformal latitude
 * is the series of Snyder, Map Projections - A Working Manual, USGS 1987, eq. 3-5. Its terms stop at the
 * eighth power of the eccentricity: some micrometres on the ground. Who uses it compares it with PROJ first.
 */
#ifndef MG_GEO_LAMBERT_H
#define MG_GEO_LAMBERT_H

#include <stdbool.h>

#include "libdata/geo/proj.h"

struct mg_lambert_definition {
    double semi_major, flattening;
    double lat_0, lon_0; /* of the false origin, degrees */
    double lat_1, lat_2; /* the two parallels */
    double x_0, y_0;     /* of the false origin, in the unit of semi_major */
};

extern const struct mg_lambert_definition mg_lambert_93; /* EPSG:2154: GRS80, metres */

struct mg_lambert {
    double cone;  /* n of the guidance note */
    double scale; /* a F */
    double log_scale;
    double pole_x, pole_y; /* the cone's apex */
    double lon_0;          /* degrees */
    double series[4];      /* sin 2, 4, 6, 8 times the conformal latitude; radians */
};

void mg_lambert_init(struct mg_lambert *l, const struct mg_lambert_definition *d);
void mg_lambert_to_lonlat(const struct mg_lambert *l, double x, double y, double *ret_lon, double *ret_lat);

/* Is the closed form of Lambert-93 within ten micrometres of PROJ's answers, all over the country?
 * transformer: from EPSG:2154 to longitude and latitude in degrees. */
bool mg_lambert_93_agrees(const struct mg_lambert *l, PJ *transformer);

#endif
