#include "libdata/geo/centre.h"

#include <math.h>
#include <stdlib.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/blob.h"

/* What is summed while a polygon's rings go by: its area and moments, its holes taken off. */
struct sums {
    size_t polygon;
    double area, x, y;
};

struct centring {
    struct sums current, largest;
    bool any;
    double lat;              /* of the parallel on which borders are looked for */
    struct mg_buf crossings; /* doubles: the longitudes at which the largest polygon's rings cross it */
};

/* Around the ring's first vertex, so that nothing is lost to the size of the coordinates. */
static void add_ring(struct sums *sums, bool hole, const double *xy, size_t count)
{
    double area = 0, x = 0, y = 0;
    for (size_t i = 0; i + 1 < count; i++) {
        double x0 = xy[2 * i] - xy[0], y0 = xy[2 * i + 1] - xy[1];
        double x1 = xy[2 * i + 2] - xy[0], y1 = xy[2 * i + 3] - xy[1];
        double cross = x0 * y1 - x1 * y0;
        area += cross / 2;
        x += (x0 + x1) * cross / 6;
        y += (y0 + y1) * cross / 6;
    }
    double sign = (area < 0) == hole ? 1 : -1; /* whichever way it runs */
    sums->area += sign * area;
    sums->x += sign * (x + area * xy[0]);
    sums->y += sign * (y + area * xy[1]);
}

static void keep_larger(struct centring *c)
{
    if (c->any && c->current.area > c->largest.area)
        c->largest = c->current;
}

static bool sum_ring(void *context, size_t polygon, bool hole, const double *xy, size_t count)
{
    struct centring *c = context;
    if (!c->any || polygon != c->current.polygon) {
        keep_larger(c);
        c->current = (struct sums){.polygon = polygon};
        c->any = true;
    }
    add_ring(&c->current, hole, xy, count);
    return true;
}

static bool cross_ring(void *context, size_t polygon, bool hole, const double *xy, size_t count)
{
    struct centring *c = context;
    (void)hole; /* a hole's border is a border */
    for (size_t i = 0; polygon == c->largest.polygon && i + 1 < count; i++) {
        const double *a = xy + 2 * i, *b = a + 2;
        if ((a[1] <= c->lat) == (b[1] <= c->lat))
            continue;
        double lon = a[0] + (c->lat - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
        mg_buf_add(&c->crossings, &lon, sizeof lon);
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* On the parallel: lon itself if land is there, else the middle of the widest piece of land. */
static double on_land(struct mg_buf *crossings, double lon)
{
    double *at = (double *)(void *)crossings->data;
    size_t count = crossings->length / sizeof *at;
    double widest = -1, middle = lon;
    if (count)
        qsort(at, count, sizeof *at, by_value);
    for (size_t i = 0; i + 1 < count; i += 2) {
        if (at[i] <= lon && lon <= at[i + 1])
            return lon;
        if (at[i + 1] - at[i] > widest) {
            widest = at[i + 1] - at[i];
            middle = (at[i] + at[i + 1]) / 2;
        }
    }
    return middle;
}

enum mg_code mg_centre_of(const unsigned char *blob, size_t length, bool *ret_found, double *ret_lon,
                          double *ret_lat, struct mg_error *err)
{
    struct centring c = {0};
    *ret_found = false;
    if (!mg_blob_visit_rings(blob, length, NULL, NULL))
        return MG_OK;
    if (!mg_blob_visit_rings(blob, length, sum_ring, &c))
        return mg_fail_memory(err);
    keep_larger(&c);
    if (!(c.largest.area > 0))
        return MG_OK;
    double lon = c.largest.x / c.largest.area;
    c.lat = c.largest.y / c.largest.area;
    bool whole = mg_blob_visit_rings(blob, length, cross_ring, &c);
    enum mg_code code = whole ? mg_buf_check(&c.crossings, err) : mg_fail_memory(err);
    if (!code) {
        *ret_lon = on_land(&c.crossings, lon);
        *ret_lat = c.lat;
        *ret_found = true;
    }
    mg_buf_finish(&c.crossings);
    return code;
}
