#include "libdata/geo/blob.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

/* A blob is: 00, byte order, SRID, bounding box, 7C, the geometry, FE (SpatiaLite's manual, "BLOB-Geometry").
 */
enum { SRID = 4326, HEADER = 39, POINT = 1, POLYGON = 3, MULTIPOLYGON = 6 };
enum { START = 0x00, LITTLE_ENDIAN_MARK = 0x01, BOX_END = 0x7C, ENTITY = 0x69, END = 0xFE };

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "blobs are copied as they are in memory");

static void put_u32(unsigned char *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

static void put_header(unsigned char *at, const double box[4])
{
    at[0] = START;
    at[1] = LITTLE_ENDIAN_MARK;
    put_u32(at + 2, SRID);
    memcpy(at + 6, box, 4 * sizeof *box);
    at[38] = BOX_END;
}

void mg_blob_point(double lon, double lat, unsigned char out[MG_POINT_BLOB_SIZE])
{
    put_header(out, (double[4]){lon, lat, lon, lat});
    put_u32(out + HEADER, POINT);
    memcpy(out + 43, &lon, sizeof lon);
    memcpy(out + 51, &lat, sizeof lat);
    out[59] = END;
}

static bool header_fits(const unsigned char *blob, size_t length)
{
    return blob && length >= HEADER + 5 && blob[0] == START && blob[1] == LITTLE_ENDIAN_MARK &&
           blob[38] == BOX_END && blob[length - 1] == END;
}

bool mg_blob_read_point(const unsigned char *blob, size_t length, double *ret_lon, double *ret_lat)
{
    uint32_t type;
    if (length != MG_POINT_BLOB_SIZE || !header_fits(blob, length))
        return false;
    memcpy(&type, blob + HEADER, sizeof type);
    if (type != POINT)
        return false;
    memcpy(ret_lon, blob + 43, sizeof *ret_lon);
    memcpy(ret_lat, blob + 51, sizeof *ret_lat);
    return true;
}

bool mg_blob_box(const unsigned char *blob, size_t length, double ret_box[4])
{
    if (!header_fits(blob, length))
        return false;
    memcpy(ret_box, blob + 6, 4 * sizeof *ret_box);
    return true;
}

/* Bytes still to be read; every take checks that they are there. */
struct reader {
    const unsigned char *at;
    size_t left;
    bool swap; /* big-endian WKB */
};

static bool take(struct reader *r, void *out, size_t size)
{
    if (r->left < size)
        return false;
    memcpy(out, r->at, size);
    r->at += size;
    r->left -= size;
    return true;
}

static bool take_u32(struct reader *r, uint32_t *out)
{
    if (!take(r, out, sizeof *out))
        return false;
    if (r->swap)
        *out = __builtin_bswap32(*out);
    return true;
}

static bool take_f64(struct reader *r, double *out)
{
    uint64_t bits;
    if (!take(r, &bits, sizeof bits))
        return false;
    if (r->swap)
        bits = __builtin_bswap64(bits);
    memcpy(out, &bits, sizeof bits);
    return true;
}

struct rings {
    mg_ring_visitor *visit;
    void *context;
    double *xy;
    size_t capacity; /* in points */
};

static bool visit_polygon(struct reader *r, size_t polygon, struct rings *rings)
{
    uint32_t ring_count, count;
    if (!take_u32(r, &ring_count))
        return false;
    for (uint32_t ring = 0; ring < ring_count; ring++) {
        if (!take_u32(r, &count) || !count || r->left / 16 < count)
            return false;
        if (!rings->visit) {
            r->at += (size_t)count * 16;
            r->left -= (size_t)count * 16;
            continue;
        }
        if (count > rings->capacity) {
            double *grown = mg_realloc(rings->xy, count, 2 * sizeof *grown);
            if (!grown)
                return false;
            rings->xy = grown;
            rings->capacity = count;
        }
        if (!take(r, rings->xy, (size_t)count * 16))
            return false;
        if (!rings->visit(rings->context, polygon, ring > 0, rings->xy, count))
            return false;
    }
    return true;
}

bool mg_blob_visit_rings(const unsigned char *blob, size_t length, mg_ring_visitor *visit, void *context)
{
    if (!header_fits(blob, length))
        return false;
    struct reader r = {.at = blob + HEADER, .left = length - HEADER - 1};
    struct rings rings = {.visit = visit, .context = context};
    uint32_t type, count = 1, inner;
    bool good = take_u32(&r, &type) && (type == POLYGON || (type == MULTIPOLYGON && take_u32(&r, &count)));
    for (uint32_t i = 0; good && i < count; i++) {
        unsigned char mark;
        if (type == MULTIPOLYGON)
            good = take(&r, &mark, 1) && mark == ENTITY && take_u32(&r, &inner) && inner == POLYGON;
        good = good && visit_polygon(&r, i, &rings);
    }
    free(rings.xy);
    return good && !r.left;
}

/* What the polygons of one WKB are gathered into. */
struct gather {
    struct mg_buf *out;
    double box[4]; /* west, south, east, north */
    uint32_t polygons;
};

static enum mg_code cut_short(struct mg_error *err)
{
    return mg_fail(err, MG_ERR_INPUT, "%s", _("the geometry's bytes are cut short"));
}

static enum mg_code read_ring(struct reader *r, int dimensions, struct gather *g, struct mg_error *err)
{
    uint32_t count;
    if (!take_u32(r, &count) || r->left / (8 * (size_t)dimensions) < count)
        return cut_short(err);
    if (count < 4)
        return mg_fail(err, MG_ERR_INPUT, _("a ring of the polygon has %lu points, fewer than four"),
                       (unsigned long)count);
    mg_buf_add(g->out, &count, sizeof count);
    double first[2], xy[4] = {0};
    for (uint32_t i = 0; i < count; i++) {
        for (int d = 0; d < dimensions; d++)
            take_f64(r, &xy[d]);
        if (!isfinite(xy[0]) || !isfinite(xy[1]))
            return mg_fail(err, MG_ERR_INPUT, "%s", _("a coordinate of the polygon is not a finite number"));
        mg_buf_add(g->out, xy, 2 * sizeof *xy);
        if (i == 0)
            memcpy(first, xy, sizeof first);
        g->box[0] = fmin(g->box[0], xy[0]);
        g->box[1] = fmin(g->box[1], xy[1]);
        g->box[2] = fmax(g->box[2], xy[0]);
        g->box[3] = fmax(g->box[3], xy[1]);
    }
    if (first[0] != xy[0] || first[1] != xy[1])
        return mg_fail(err, MG_ERR_INPUT, "%s", _("a ring of the polygon is not closed"));
    return MG_OK;
}

/* Byte order, type and dimensions at the head of a geometry and of each of its parts. Z and M come as ISO
 * (1003, 2003, 3003) or as high bits. */
static bool read_type(struct reader *r, uint32_t *ret_type, int *ret_dimensions)
{
    unsigned char order;
    uint32_t type;
    if (!take(r, &order, 1) || order > 1)
        return false;
    r->swap = order == 0;
    if (!take_u32(r, &type))
        return false;
    uint32_t iso = (type & 0x0FFFFFFF) / 1000;
    if (iso > 3)
        return false;
    bool z = (type & 0x80000000) || iso == 1 || iso == 3, m = (type & 0x40000000) || iso >= 2;
    *ret_type = (type & 0x0FFFFFFF) % 1000;
    *ret_dimensions = 2 + z + m;
    return !(type & 0x30000000);
}

static enum mg_code read_polygon(struct reader *r, int dimensions, struct gather *g, struct mg_error *err)
{
    uint32_t rings, type = POLYGON;
    if (!take_u32(r, &rings))
        return cut_short(err);
    if (!rings) /* an empty part says nothing */
        return MG_OK;
    g->polygons++;
    mg_buf_add_char(g->out, ENTITY);
    mg_buf_add(g->out, &type, sizeof type);
    mg_buf_add(g->out, &rings, sizeof rings);
    enum mg_code code = MG_OK;
    for (uint32_t i = 0; i < rings && !code; i++)
        code = read_ring(r, dimensions, g, err);
    return code;
}

static enum mg_code read_polygons(struct reader *r, struct gather *g, struct mg_error *err)
{
    uint32_t type, count, part;
    int dimensions;
    if (!read_type(r, &type, &dimensions))
        return mg_fail(err, MG_ERR_INPUT, "%s", _("the geometry is not well-known binary"));
    if (type == POLYGON)
        return read_polygon(r, dimensions, g, err);
    if (type != MULTIPOLYGON)
        return mg_fail(err, MG_ERR_INPUT, _("the geometry is not a polygon (type %lu)"), (unsigned long)type);
    if (!take_u32(r, &count))
        return cut_short(err);
    for (uint32_t i = 0; i < count; i++) {
        if (!read_type(r, &part, &dimensions) || part != POLYGON)
            return mg_fail(err, MG_ERR_INPUT, "%s", _("a part of the multipolygon is not a polygon"));
        enum mg_code code = read_polygon(r, dimensions, g, err);
        if (code)
            return code;
    }
    return MG_OK;
}

enum mg_code mg_blob_from_wkb(const unsigned char *wkb, size_t length, struct mg_buf *out,
                              struct mg_error *err)
{
    struct reader r = {.at = wkb, .left = length};
    struct gather g = {.out = out, .box = {INFINITY, INFINITY, -INFINITY, -INFINITY}};
    unsigned char head[HEADER + 8] = {0};
    size_t start = out->length;
    mg_buf_add(out, head, sizeof head);
    enum mg_code code = read_polygons(&r, &g, err);
    if (!code && !g.polygons)
        code = mg_fail(err, MG_ERR_INPUT, "%s", _("the polygon is empty"));
    mg_buf_add_char(out, (char)END);
    if (!code)
        code = mg_buf_check(out, err);
    if (code) {
        if (!out->failed)
            out->data[out->length = start] = 0;
        return code;
    }
    put_header(head, g.box);
    put_u32(head + HEADER, MULTIPOLYGON);
    put_u32(head + HEADER + 4, g.polygons);
    memcpy(out->data + start, head, sizeof head);
    return MG_OK;
}

/* Every vertex of a multipolygon blob, which is whole, one after the other. */
struct vertices {
    struct reader r;
    uint32_t polygons, rings, points; /* still to come */
};

/* Where the next vertex is, or NULL after the last. */
static const unsigned char *next_vertex(struct vertices *v)
{
    unsigned char mark;
    uint32_t type;
    while (!v->points) {
        if (v->rings) {
            v->rings--;
            take_u32(&v->r, &v->points);
        } else if (v->polygons) {
            v->polygons--;
            take(&v->r, &mark, 1);
            take_u32(&v->r, &type);
            take_u32(&v->r, &v->rings);
        } else {
            return NULL;
        }
    }
    v->points--;
    const unsigned char *at = v->r.at;
    v->r.at += 16;
    v->r.left -= 16;
    return at;
}

enum mg_code mg_blob_to_lonlat(struct mg_buf *blob, struct mg_crs *crs, int epsg, struct mg_error *err)
{
    unsigned char *bytes = (unsigned char *)blob->data;
    double box[4] = {INFINITY, INFINITY, -INFINITY, -INFINITY}, was[2], xy[2];
    struct vertices v = {.r = {.at = bytes + HEADER + 4, .left = blob->length - HEADER - 5}};
    take_u32(&v.r, &v.polygons);
    for (const unsigned char *at; (at = next_vertex(&v));) {
        memcpy(was, at, sizeof was);
        memcpy(xy, at, sizeof xy);
        enum mg_code code = mg_crs_to_lonlat(crs, epsg, &xy[0], &xy[1], 1, err);
        if (code)
            return code;
        if (isnan(xy[0]))
            return mg_fail(err, MG_ERR_INPUT, _("%.3f, %.3f of the polygon is no place in EPSG:%d"), was[0],
                           was[1], epsg);
        memcpy(bytes + (at - bytes), xy, sizeof xy);
        box[0] = fmin(box[0], xy[0]);
        box[1] = fmin(box[1], xy[1]);
        box[2] = fmax(box[2], xy[0]);
        box[3] = fmax(box[3], xy[1]);
    }
    put_header(bytes, box);
    return MG_OK;
}
