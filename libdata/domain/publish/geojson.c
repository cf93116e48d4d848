#include "libdata/domain/publish/geojson.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/num.h"
#include "libdata/domain/publish/geometry.h"
#include "libdata/io/json.h"
#include "libdata/io/outfile.h"

#define WRITE_SIZE       ((size_t)1 << 20)
#define RECORD_SEPARATOR 0x1e

struct mg_geojson {
    int fd;
    bool sequence;
    struct mg_geometry geometry;
    struct mg_buf out, id, properties;
    bool has_id;
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
    mg_geometry_init(&g->geometry, precision);
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
    mg_geometry_finish(&g->geometry);
    mg_buf_finish(&g->properties);
    free(g);
}

const struct mg_geojson_counts *mg_geojson_counts(const struct mg_geojson *g)
{
    return &g->counts;
}

void mg_geojson_begin(struct mg_geojson *g)
{
    mg_buf_clear(&g->geometry.text);
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

bool mg_geojson_point(struct mg_geojson *g, double lon, double lat)
{
    return mg_geometry_point(&g->geometry, lon, lat);
}

bool mg_geojson_line(struct mg_geojson *g, double lon1, double lat1, double lon2, double lat2)
{
    return mg_geometry_line(&g->geometry, lon1, lat1, lon2, lat2);
}

enum mg_code mg_geojson_polygons(struct mg_geojson *g, const void *blob, size_t length, struct mg_error *err)
{
    return mg_geometry_polygons(&g->geometry, blob, length, err);
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
    if (!g->error.code && !mg_buf_check(&g->geometry.text, &g->error) &&
        !mg_buf_check(&g->properties, &g->error))
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
    if (g->geometry.text.length)
        mg_buf_add(&g->out, g->geometry.text.data, g->geometry.text.length);
    else
        mg_buf_add_str(&g->out, "null");
    mg_buf_add_str(&g->out, ",\"properties\":{");
    if (g->properties.length)
        mg_buf_add(&g->out, g->properties.data, g->properties.length);
    mg_buf_add_str(&g->out, g->sequence ? "}}\n" : "}}");
    g->counts.features++;
    g->counts.collapsed_rings = g->geometry.collapsed_rings;
    g->counts.without_geometry += !g->geometry.text.length;
    if (g->out.length >= WRITE_SIZE || g->out.failed)
        flush(g);
    return stick(g, err);
}

enum mg_code mg_geojson_close(struct mg_geojson *g, struct mg_error *err)
{
    if (!g->sequence) {
        mg_buf_add_str(&g->out, g->counts.features ? "\n]" : "]");
        if (g->geometry.box[0] <= g->geometry.box[2]) {
            mg_buf_add_str(&g->out, ",\"bbox\":[");
            for (int i = 0; i < 4; i++) {
                char text[MG_NUM_SIZE];
                mg_buf_add(&g->out, text,
                           mg_num_format_fixed(g->geometry.box[i], g->geometry.precision, text));
                mg_buf_add_char(&g->out, i < 3 ? ',' : ']');
            }
        }
        mg_buf_add_str(&g->out, "}\n");
    }
    flush(g);
    return stick(g, err);
}
