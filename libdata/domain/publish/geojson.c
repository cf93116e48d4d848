#include "libdata/domain/publish/geojson.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/geo/blob.h"
#include "libdata/io/json.h"
#include "libdata/io/outfile.h"

#define WRITE_SIZE       ((size_t)1 << 20)
#define RECORD_SEPARATOR 0x1e

struct vertex {
    int64_t x, y; /* degrees times 10^precision: what will be written, exactly */
};

struct mg_geojson {
    int fd, precision;
    bool sequence;
    double scale;
    struct mg_buf out, id, geometry, properties;
    bool has_id;
    struct vertex *vertices; /* of one ring */
    size_t vertex_capacity;
    double box[4]; /* min lon, min lat, max lon, max lat of what is written; box[0] > box[2]: nothing yet */
    struct mg_geojson_counts counts;
    struct mg_error error; /* the first one, which sticks */
};

enum mg_code mg_geojson_create(int fd, bool sequence, int precision, struct mg_geojson **ret_geojson,
                               struct mg_error *err)
{
    struct mg_geojson *g = mg_calloc(1, sizeof *g);
    if (!g)
        return mg_fail_memory(err);
    g->fd = fd;
    g->sequence = sequence;
    g->precision = precision;
    g->scale = pow(10, precision);
    g->box[0] = g->box[1] = INFINITY;
    g->box[2] = g->box[3] = -INFINITY;
    if (!sequence)
        mg_buf_add_str(&g->out, "{\"type\":\"FeatureCollection\",\"features\":[");
    *ret_geojson = g;
    return MG_OK;
}

void mg_geojson_destroy(struct mg_geojson *g)
{
    if (!g)
        return;
    mg_buf_finish(&g->out);
    mg_buf_finish(&g->id);
    mg_buf_finish(&g->geometry);
    mg_buf_finish(&g->properties);
    free(g->vertices);
    free(g);
}

const struct mg_geojson_counts *mg_geojson_counts(const struct mg_geojson *g)
{
    return &g->counts;
}

void mg_geojson_begin(struct mg_geojson *g)
{
    mg_buf_clear(&g->geometry);
    mg_buf_clear(&g->properties);
    mg_buf_clear(&g->id);
    g->has_id = false;
}

void mg_geojson_id(struct mg_geojson *g, const char *id, size_t length)
{
    g->has_id = true;
    mg_buf_add(&g->id, id, length);
}

/* Geometry. */

static bool on_earth(double lon, double lat)
{
    return lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90; /* false for NAN */
}

static void widen_box(struct mg_geojson *g, double lon, double lat)
{
    g->box[0] = fmin(g->box[0], lon);
    g->box[1] = fmin(g->box[1], lat);
    g->box[2] = fmax(g->box[2], lon);
    g->box[3] = fmax(g->box[3], lat);
}

static void add_position(struct mg_geojson *g, struct mg_buf *buf, double lon, double lat)
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

bool mg_geojson_point(struct mg_geojson *g, double lon, double lat)
{
    if (!on_earth(lon, lat))
        return false;
    widen_box(g, lon, lat);
    mg_buf_add_str(&g->geometry, "{\"type\":\"Point\",\"coordinates\":");
    add_position(g, &g->geometry, lon, lat);
    mg_buf_add_char(&g->geometry, '}');
    return true;
}

bool mg_geojson_line(struct mg_geojson *g, double lon1, double lat1, double lon2, double lat2)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf from = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf to = {0};
    if (!on_earth(lon1, lat1) || !on_earth(lon2, lat2) || fabs(lon1 - lon2) > 180)
        return false;
    add_position(g, &from, lon1, lat1);
    add_position(g, &to, lon2, lat2);
    g->geometry.failed |= from.failed || to.failed;
    if (from.failed || to.failed || !strcmp(from.data, to.data))
        return false;
    widen_box(g, lon1, lat1);
    widen_box(g, lon2, lat2);
    mg_buf_printf(&g->geometry, "{\"type\":\"LineString\",\"coordinates\":[%s,%s]}", from.data, to.data);
    return true;
}

/* What is known while the rings of one geometry go by. */
struct shape {
    struct mg_geojson *g;
    struct mg_buf polygons; /* "[[...],[...]],[[...]]" without the outermost brackets */
    size_t written;
    bool lost; /* that polygon lost its outer ring, and with it its holes */
    enum mg_code code;
    struct mg_error *err;
};

/* The ring's distinct vertices as they will be written, without the closing one. */
static bool round_ring(struct shape *shape, const double *xy, size_t count, size_t *ret_count)
{
    struct mg_geojson *g = shape->g;
    if (count > g->vertex_capacity) {
        struct vertex *vertices = mg_realloc(g->vertices, count, sizeof *vertices);
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
        struct vertex v = {llround(lon * g->scale), llround(lat * g->scale)};
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
static int turns(const struct vertex *v, size_t count)
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
    struct mg_geojson *g = shape->g;
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
        shape->g->counts.collapsed_rings++;
        return true;
    }
    if (hole)
        mg_buf_add_char(&shape->polygons, ',');
    else
        mg_buf_add_str(&shape->polygons, shape->written++ ? "],[" : "[");
    add_ring(shape, n, direction != (hole ? -1 : 1));
    return true;
}

enum mg_code mg_geojson_polygons(struct mg_geojson *g, const void *blob, size_t length, struct mg_error *err)
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
        mg_buf_add_str(&g->geometry, many ? "{\"type\":\"MultiPolygon\",\"coordinates\":["
                                          : "{\"type\":\"Polygon\",\"coordinates\":");
        mg_buf_add(&g->geometry, shape.polygons.data, shape.polygons.length);
        mg_buf_add_str(&g->geometry, many ? "]]}" : "]}");
    }
    mg_buf_finish(&shape.polygons);
    return code;
}

/* Properties. */

void mg_geojson_members(struct mg_geojson *g, const char *json, size_t length)
{
    if (g->properties.length)
        mg_buf_add_char(&g->properties, ',');
    mg_buf_add(&g->properties, json, length);
}

void mg_geojson_key(struct mg_geojson *g, const char *json, size_t length)
{
    mg_geojson_members(g, json, length);
}

void mg_geojson_value(struct mg_geojson *g, const char *json, size_t length)
{
    mg_buf_add(&g->properties, json, length);
}

static void add_key(struct mg_geojson *g, const char *key)
{
    if (!key)
        return;
    if (g->properties.length)
        mg_buf_add_char(&g->properties, ',');
    mg_json_add_string(&g->properties, key, strlen(key));
    mg_buf_add_char(&g->properties, ':');
}

void mg_geojson_text(struct mg_geojson *g, const char *key, const char *text, size_t length)
{
    add_key(g, key);
    mg_json_add_string(&g->properties, text, length);
}

void mg_geojson_int(struct mg_geojson *g, const char *key, int64_t value)
{
    add_key(g, key);
    mg_buf_add_i64(&g->properties, value);
}

void mg_geojson_null(struct mg_geojson *g, const char *key)
{
    add_key(g, key);
    mg_buf_add(&g->properties, "null", 4);
}

/* jansson bounds the depth of what it reads (2048), and so of this recursion. */
static void add_json(struct mg_buf *buf, const json_t *value)
{
    const char *key;
    size_t index;
    json_t *item;
    bool first = true;
    switch (json_typeof(value)) {
    case JSON_STRING:
        mg_json_add_string(buf, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        mg_buf_add_i64(buf, json_integer_value(value));
        break;
    case JSON_REAL:
        mg_json_add_number(buf, json_real_value(value));
        break;
    case JSON_ARRAY:
        mg_buf_add_char(buf, '[');
        json_array_foreach((json_t *)value, index, item)
        {
            if (index)
                mg_buf_add_char(buf, ',');
            add_json(buf, item);
        }
        mg_buf_add_char(buf, ']');
        break;
    case JSON_OBJECT:
        mg_buf_add_char(buf, '{');
        json_object_foreach((json_t *)value, key, item)
        {
            if (!first)
                mg_buf_add_char(buf, ',');
            first = false;
            mg_json_add_string(buf, key, strlen(key));
            mg_buf_add_char(buf, ':');
            add_json(buf, item);
        }
        mg_buf_add_char(buf, '}');
        break;
    case JSON_TRUE:
        mg_buf_add_str(buf, "true");
        break;
    case JSON_FALSE:
        mg_buf_add_str(buf, "false");
        break;
    case JSON_NULL:
        mg_buf_add_str(buf, "null");
        break;
    }
}

void mg_geojson_json(struct mg_geojson *g, const char *key, const json_t *value)
{
    add_key(g, key);
    add_json(&g->properties, value);
}

/* Features. */

static enum mg_code stick(struct mg_geojson *g, struct mg_error *err)
{
    if (g->error.code && err)
        *err = g->error;
    return g->error.code;
}

static void flush(struct mg_geojson *g)
{
    if (!g->error.code && !mg_buf_check(&g->out, &g->error))
        mg_write_all(g->fd, g->out.data, g->out.length, &g->error);
    mg_buf_clear(&g->out);
}

enum mg_code mg_geojson_end(struct mg_geojson *g, struct mg_error *err)
{
    if (!g->error.code && !mg_buf_check(&g->geometry, &g->error) && !mg_buf_check(&g->properties, &g->error))
        mg_buf_check(&g->id, &g->error);
    if (g->error.code)
        return stick(g, err);
    if (g->sequence)
        mg_buf_add_char(&g->out, RECORD_SEPARATOR);
    else
        mg_buf_add_str(&g->out, g->counts.features ? ",\n" : "\n");
    mg_buf_add_str(&g->out, "{\"type\":\"Feature\",");
    if (g->has_id) {
        mg_buf_add_str(&g->out, "\"id\":");
        mg_json_add_string(&g->out, g->id.length ? g->id.data : "", g->id.length);
        mg_buf_add_char(&g->out, ',');
    }
    mg_buf_add_str(&g->out, "\"geometry\":");
    if (g->geometry.length)
        mg_buf_add(&g->out, g->geometry.data, g->geometry.length);
    else
        mg_buf_add_str(&g->out, "null");
    mg_buf_add_str(&g->out, ",\"properties\":{");
    if (g->properties.length)
        mg_buf_add(&g->out, g->properties.data, g->properties.length);
    mg_buf_add_str(&g->out, g->sequence ? "}}\n" : "}}");
    g->counts.features++;
    g->counts.without_geometry += !g->geometry.length;
    if (g->out.length >= WRITE_SIZE || g->out.failed)
        flush(g);
    return stick(g, err);
}

enum mg_code mg_geojson_close(struct mg_geojson *g, struct mg_error *err)
{
    if (!g->sequence) {
        mg_buf_add_str(&g->out, g->counts.features ? "\n]" : "]");
        if (g->box[0] <= g->box[2]) {
            mg_buf_add_str(&g->out, ",\"bbox\":[");
            for (int i = 0; i < 4; i++) {
                char text[MG_NUM_SIZE];
                mg_buf_add(&g->out, text, mg_num_format_fixed(g->box[i], g->precision, text));
                mg_buf_add_char(&g->out, i < 3 ? ',' : ']');
            }
        }
        mg_buf_add_str(&g->out, "}\n");
    }
    flush(g);
    return stick(g, err);
}
