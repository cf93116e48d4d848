#include "libdata/geo/crs_rough.h"

#include <math.h>

enum { MERCATOR = 3857 };
static const double radius = 6378137, degree = M_PI / 180; /* of the spherical Mercator */

#define GRS80       6378137, 1 / 298.257222101
#define CLARKE_1880 6378249.2, 1 / 293.4660212936269 /* IGN's */
#define PARIS       2.3372291667                     /* its meridian, degrees */

/* CC zone n: its parallels are three quarters of a degree about n degrees north */
#define CC(n)                                                                                                \
    {                                                                                                        \
        3900 + (n),                                                                                          \
        {                                                                                                    \
            GRS80, n, 3, (n)-0.75, (n) + 0.75, 1700000, ((n)-41) * 1e6 + 200000                              \
        }                                                                                                    \
    }

/* The zones of the NTF by the two parallels that IGN gives with their scale factor. */
static const struct {
    int epsg;
    struct mg_lambert_definition definition;
} cones[MG_CRS_ROUGH_CONES] = {
    CC(42),
    CC(43),
    CC(44),
    CC(45),
    CC(46),
    CC(47),
    CC(48),
    CC(49),
    CC(50),
    {27571, {CLARKE_1880, 49.5, PARIS, 48.598522778, 50.395911389, 600000, 1200000}},
    {27572, {CLARKE_1880, 46.8, PARIS, 45.898918889, 47.696014444, 600000, 2200000}},
    {27573, {CLARKE_1880, 44.1, PARIS, 43.199291389, 44.996093889, 600000, 3200000}},
    {27574, {CLARKE_1880, 42.165, PARIS, 41.560387778, 42.767663333, 234.358, 4185861.369}},
};

void mg_crs_rough_init(struct mg_crs_rough *rough)
{
    for (int i = 0; i < MG_CRS_ROUGH_CONES; i++)
        mg_lambert_init(&rough->cones[i], &cones[i].definition);
}

bool mg_crs_rough_place(const struct mg_crs_rough *rough, int epsg, double x, double y, double *ret_lon,
                        double *ret_lat)
{
    if (epsg == MERCATOR) {
        *ret_lon = x / radius / degree;
        *ret_lat = atan(sinh(y / radius)) / degree;
        return true;
    }
    for (int i = 0; i < MG_CRS_ROUGH_CONES; i++)
        if (cones[i].epsg == epsg) {
            mg_lambert_to_lonlat(&rough->cones[i], x, y, ret_lon, ret_lat);
            return true;
        }
    return false;
}

bool mg_crs_rough_holds(const struct mg_crs_rough *rough, int epsg, double x, double y,
                        const struct mg_box *box)
{
    double lon, lat;
    if (epsg == MERCATOR) { /* the longitude is nearly free, and mostly enough */
        lon = x / radius / degree;
        if (lon < box->west - MG_CRS_ROUGH_DEG || lon > box->east + MG_CRS_ROUGH_DEG)
            return false;
    }
    return !mg_crs_rough_place(rough, epsg, x, y, &lon, &lat) ||
           mg_box_holds(box, lon, lat, MG_CRS_ROUGH_DEG);
}
