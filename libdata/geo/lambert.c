#include "libdata/geo/lambert.h"

#include <math.h>

static const double degree = M_PI / 180;

const struct mg_lambert_definition mg_lambert_93 = {
    .semi_major = 6378137,
    .flattening = 1 / 298.257222101,
    .lat_0 = 46.5,
    .lon_0 = 3,
    .lat_1 = 49,
    .lat_2 = 44,
    .x_0 = 700000,
    .y_0 = 6600000,
};

/* t of the guidance note */
static double shrinking(double lat, double e)
{
    double s = e * sin(lat);
    return tan(M_PI / 4 - lat / 2) / pow((1 - s) / (1 + s), e / 2);
}

/* m of the guidance note */
static double parallel_radius(double lat, double e)
{
    double s = e * sin(lat);
    return cos(lat) / sqrt(1 - s * s);
}

void mg_lambert_init(struct mg_lambert *l, const struct mg_lambert_definition *d)
{
    double e2 = d->flattening * (2 - d->flattening), e = sqrt(e2), e4 = e2 * e2, e6 = e4 * e2, e8 = e4 * e4;
    double lat_1 = d->lat_1 * degree, lat_2 = d->lat_2 * degree;
    double m1 = parallel_radius(lat_1, e), m2 = parallel_radius(lat_2, e);
    double t1 = shrinking(lat_1, e), t2 = shrinking(lat_2, e);
    l->cone = (log(m1) - log(m2)) / (log(t1) - log(t2));
    l->scale = d->semi_major * m1 / (l->cone * pow(t1, l->cone));
    l->log_scale = log(l->scale);
    l->pole_x = d->x_0;
    l->pole_y = d->y_0 + l->scale * pow(shrinking(d->lat_0 * degree, e), l->cone);
    l->lon_0 = d->lon_0;
    l->series[0] = e2 / 2 + 5 * e4 / 24 + e6 / 12 + 13 * e8 / 360;
    l->series[1] = 7 * e4 / 48 + 29 * e6 / 240 + 811 * e8 / 11520;
    l->series[2] = 7 * e6 / 120 + 81 * e8 / 1120;
    l->series[3] = 4279 * e8 / 161280;
}

void mg_lambert_to_lonlat(const struct mg_lambert *l, double x, double y, double *ret_lon, double *ret_lat)
{
    double east = x - l->pole_x, south = l->pole_y - y;
    double t = exp((0.5 * log(east * east + south * south) - l->log_scale) / l->cone);
    /* the conformal latitude is a right angle less twice the arc tangent of t; its sines come from t */
    double down = 1 / (1 + t * t), sine = (1 - t * t) * down, cosine = 2 * t * down;
    double sine_2 = 2 * sine * cosine, twice_cosine_2 = 2 * (1 - 2 * sine * sine);
    /* Clenshaw's sum of series[k] sin 2(k+1) */
    double b4 = l->series[3], b3 = l->series[2] + twice_cosine_2 * b4;
    double b2 = l->series[1] + twice_cosine_2 * b3 - b4, b1 = l->series[0] + twice_cosine_2 * b2 - b3;
    *ret_lat = (M_PI / 2 - 2 * atan(t) + b1 * sine_2) / degree;
    *ret_lon = l->lon_0 + atan2(east, south) / l->cone / degree;
}

bool mg_lambert_93_agrees(const struct mg_lambert *l, PJ *transformer)
{
    struct geod_geodesic ellipsoid;
    mg_proj.geod_init(&ellipsoid, mg_lambert_93.semi_major, mg_lambert_93.flattening);
    for (int x = 50000; x <= 1300000; x += 50000) {
        for (int y = 6000000; y <= 7200000; y += 50000) {
            PJ_COORD there = mg_proj.proj_trans(transformer, PJ_FWD, mg_proj.proj_coord(x, y, 0, 0));
            double lon, lat, distance;
            mg_lambert_to_lonlat(l, x, y, &lon, &lat);
            mg_proj.geod_inverse(&ellipsoid, lat, lon, there.xy.y, there.xy.x, &distance, NULL, NULL);
            if (!(distance <= 10e-6))
                return false;
        }
    }
    return true;
}
