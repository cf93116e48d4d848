/* crs_rough.h - roughly where x and y are, without PROJ and without its datums.
 *
 * A row whose place is not where it should be is tried in every other system of its land. Nearly all of them
 * lead elsewhere, and that much a closed form can say: Lambert conics on their own ellipsoid, whatever the
 * datum (some hundred metres), and the spherical Mercator.
 */
#ifndef MG_GEO_CRS_ROUGH_H
#define MG_GEO_CRS_ROUGH_H

#include <stdbool.h>

#include "libdata/geo/departement.h"
#include "libdata/geo/lambert.h"

#define MG_CRS_ROUGH_DEG   0.02 /* no further off than this, where mg_crs_plausible */
#define MG_CRS_ROUGH_CONES 13

struct mg_crs_rough {
    struct mg_lambert cones[MG_CRS_ROUGH_CONES];
};

void mg_crs_rough_init(struct mg_crs_rough *rough);

/* Longitude and latitude, in degrees. false: there is no closed form for this system. */
bool mg_crs_rough_place(const struct mg_crs_rough *rough, int epsg, double x, double y, double *ret_lon,
                        double *ret_lat);

/* Could it be in the box? true where there is no closed form. */
bool mg_crs_rough_holds(const struct mg_crs_rough *rough, int epsg, double x, double y,
                        const struct mg_box *box);

#endif
