#include "libdata/domain/publish/geometry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/geo/blob.h"

void mg_geometry_init(struct mg_geometry *g, int precision)
{
    *g = (struct mg_geometry){.precision = precision,
                              .scale = pow(10, precision),
                              .box = {INFINITY, INFINITY, -INFINITY, -INFINITY}};
}

void mg_geometry_finish(struct mg_geometry *g)
{
    mg_buf_finish(&g->text);
    free(g->vertices);
}

static bool on_earth(double lon, double lat)
{
    return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90; /* false for NAN */
}

static void widen_box(struct mg_geometry *g, double lon, double lat)
{
    g->box[0] = fmin(g->box[0], lon);
    g->box[1] = fmin(g->box[1], lat);
    g->box[2] = fmax(g->box[2], lon);
    g->box[3] = fmax(g->box[3], lat);
}

static void add_position(struct mg_geometry *g, struct mg_buf *buf, double lon, double lat)
{
    char text[2 * MG_NUM_SIZE + 3];
    size_t n = 0;
    text[n++] = '[';
    n += mg_num_format_fixed(lon, g->precision, text + n);
    text[n++] = ',';
    n += mg_num_format_fixed(lat, g->precision, text + n);
    text[n++] = ']';
    mg_buf_add(buf, text, n);
}

bool mg_geometry_point(struct mg_geometry *g, double lon, double lat)
{
    if (!on_earth(lon, lat))
        return false;
    widen_box(g, lon, lat);
    mg_buf_add_str(&g->text, "{\"type\":\"Point\",\"coordinates\":");
    add_position(g, &g->text, lon, lat);
    mg_buf_add_char(&g->text, '}');
    return true;
}

bool mg_geometry_line(struct mg_geometry *g, double lon1, double lat1, double lon2, double lat2)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf from = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf to = {0};
    if (!on_earth(lon1, lat1) || !on_earth(lon2, lat2) || fabs(lon1 - lon2) > 180)
        return false;
    add_position(g, &from, lon1, lat1);
    add_position(g, &to, lon2, lat2);
    g->text.failed |= from.failed || to.failed;
    if (from.failed || to.failed || !strcmp(from.data, to.data))
        return false;
    widen_box(g, lon1, lat1);
    widen_box(g, lon2, lat2);
    mg_buf_printf(&g->text, "{\"type\":\"LineString\",\"coordinates\":[%s,%s]}", from.data, to.data);
    return true;
}

/* What is known while the rings of one geometry go by. */
struct shape {
    struct mg_geometry *g;
    struct mg_buf polygons; /* "[[...],[...]],[[...]]" without the outermost brackets */
    size_t written;
    bool lost; /* that polygon lost its outer ring, and with it its holes */
    enum mg_code code;
    struct mg_error *err;
};

/* The ring's distinct vertices as they will be written, without the closing one. */
static bool round_ring(struct shape *shape, const double *xy, size_t count, size_t *ret_count)
{
    struct mg_geometry *g = shape->g;
    if (count > g->vertex_capacity) {
        struct mg_vertex *vertices = mg_realloc(g->vertices, count, sizeof *vertices);
        if (!vertices) {
            shape->code = mg_fail_memory(shape->err);
            return false;
        }
        g->vertices = vertices;
        g->vertex_capacity = count;
    }
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        double lon = xy[2 * i], lat = xy[2 * i + 1];
        if (!on_earth(lon, lat)) {
            shape->code = mg_fail(shape->err, MG_ERR_INPUT, _("a vertex is not a longitude and latitude"));
            return false;
        }
        if (i && fabs(lon - xy[2 * i - 2]) > 180) {
            shape->code = mg_fail(shape->err, MG_ERR_INPUT,
                                  _("a border crosses the antimeridian; it has to be cut there first"));
            return false;
        }
        struct mg_vertex v = {llround(lon * g->scale), llround(lat * g->scale)};
        if (!n || v.x != g->vertices[n - 1].x || v.y != g->vertices[n - 1].y)
            g->vertices[n++] = v;
    }
    while (n > 1 && g->vertices[0].x == g->vertices[n - 1].x && g->vertices[0].y == g->vertices[n - 1].y)
        n--;
    *ret_count = n;
    return true;
}

/* The sign of the area: 1 counter-clockwise, -1 clockwise, 0 none. Exact: products of two differences of
 * at most 3.6e14 need 98 bits. */
static int turns(const struct mg_vertex *v, size_t count)
{
    __extension__ typedef __int128 wide;
    wide area = 0;
    for (size_t i = 1; i + 1 < count; i++) {
        wide ax = v[i].x - v[0].x, ay = v[i].y - v[0].y;
        wide bx = v[i + 1].x - v[0].x, by = v[i + 1].y - v[0].y;
        area += ax * by - bx * ay;
    }
    return (area > 0) - (area < 0);
}

static void add_ring(struct shape *shape, size_t count, bool reversed)
{
    struct mg_geometry *g = shape->g;
    mg_buf_add_char(&shape->polygons, '[');
    for (size_t i = 0; i <= count; i++) { /* the first vertex again at the end */
        size_t at = i == count ? 0 : reversed && i ? count - i : i;
        double lon = (double)g->vertices[at].x / g->scale, lat = (double)g->vertices[at].y / g->scale;
        if (i)
            mg_buf_add_char(&shape->polygons, ',');
        add_position(g, &shape->polygons, lon, lat);
        widen_box(g, lon, lat);
    }
    mg_buf_add_char(&shape->polygons, ']');
}

static bool visit_ring(void *context, size_t polygon, bool hole, const double *xy, size_t count)
{
    (void)polygon; /* an outer ring is what starts one */
    struct shape *shape = context;
    size_t n = 0;
    if (!round_ring(shape, xy, count, &n))
        return false;
    int direction = turns(shape->g->vertices, n);
    if (!hole) {
        shape->lost = !direction;
    }
    if (!direction || shape->lost) {
        shape->g->collapsed_rings++;
        return true;
    }
    if (hole)
        mg_buf_add_char(&shape->polygons, ',');
    else
        mg_buf_add_str(&shape->polygons, shape->written++ ? "],[" : "[");
    add_ring(shape, n, direction != (hole ? -1 : 1));
    return true;
}

enum mg_code mg_geometry_polygons(struct mg_geometry *g, const void *blob, size_t length,
                                  struct mg_error *err)
{
    struct shape shape = {.g = g, .err = err};
    bool whole = mg_blob_visit_rings(blob, length, visit_ring, &shape);
    enum mg_code code = shape.code;
    if (!code && !whole)
        code = mg_fail(err, MG_ERR_INPUT, _("not a readable polygon"));
    if (!code)
        code = mg_buf_check(&shape.polygons, err);
    if (!code && shape.written) {
        bool many = shape.written > 1;
        mg_buf_add_str(&g->text, many ? "{\"type\":\"MultiPolygon\",\"coordinates\":["
                                      : "{\"type\":\"Polygon\",\"coordinates\":");
        mg_buf_add(&g->text, shape.polygons.data, shape.polygons.length);
        mg_buf_add_str(&g->text, many ? "]]}" : "]}");
    }
    mg_buf_finish(&shape.polygons);
    return code;
}
