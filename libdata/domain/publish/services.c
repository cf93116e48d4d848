/* Services of an edition, sorted, with the properties that the audience may see. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/domain/publish/internal.h"
#include "libdata/geo/blob.h"
#include "libdata/io/json.h"
#include "libdata/io/sorter.h"

/* Typed columns: their property, their number in mg_records_at, the role of the field they come from. */
static const struct {
    const char *name;
    int column;
    const char *role;
} typed[] = {
    {"key", 1, "key"},
    {"name", 2, "name"},
    {"category", 3, "category"},
    {"address", 4, "address"},
    {"postcode", 5, "postcode"},
    {"commune", 6, "commune"},
    {"status", 7, "status"},
    {"opened", 8, "opened"},
    {"closed", 9, "closed"},
    {"geo_source", 10, NULL}, /* the importer's own */
    {"geo_precision", 11, "precision"},
};
enum { KEY_COLUMN = 1, OTHER_COLUMN = 13, GEOMETRY_COLUMN = 14 };

/* A property of every feature of a dataset: a typed column, or a cell of record.other. */
struct property {
    char *name;
    struct mg_buf json; /* the name as a JSON key with its colon */
    int column;         /* of the statement; -1: a cell */
    int64_t position;   /* of the cell */
    char *constant;     /* the edition's value of a cell that says nothing itself; NULL: none */
};

struct layer {
    const struct mg_dataset *dataset;
    const struct mg_edition *edition;
    struct property *properties; /* typed ones first, then cells by position */
    size_t count;
    struct mg_buf common; /* what all of its features have: dataset, edition */
};

static void layer_finish(struct layer *layer)
{
    for (size_t i = 0; i < layer->count; i++) {
        free(layer->properties[i].name);
        mg_buf_finish(&layer->properties[i].json);
        free(layer->properties[i].constant);
    }
    free(layer->properties);
    mg_buf_finish(&layer->common);
}

static bool name_taken(const struct layer *layer, const char *name)
{
    for (size_t i = 0; i < layer->count; i++)
        if (strcasecmp(layer->properties[i].name, name) == 0)
            return true;
    return strcasecmp(name, "dataset") == 0 || strcasecmp(name, "edition") == 0;
}

/* A name that is taken gets _2, _3..., as in the dataset's view. */
static enum mg_code add_property(struct layer *layer, const char *name, int column, int64_t position,
                                 struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf unique = {0};
    mg_buf_add_str(&unique, name);
    for (int n = 2; !unique.failed && name_taken(layer, unique.data); n++) {
        mg_buf_clear(&unique);
        mg_buf_printf(&unique, "%s_%d", name, n);
    }
    char *owned = mg_buf_steal(&unique);
    if (!owned)
        return mg_fail_memory(err);
    struct property *property = &layer->properties[layer->count++];
    *property = (struct property){.name = owned, .column = column, .position = position};
    mg_json_add_string(&property->json, owned, strlen(owned));
    mg_buf_add_char(&property->json, ':');
    return mg_buf_check(&property->json, err);
}

static bool has_role(const struct mg_dataset *dataset, const char *role)
{
    for (size_t i = 0; role && i < dataset->field_count; i++)
        if (dataset->fields[i].role && strcmp(dataset->fields[i].role, role) == 0)
            return true;
    return !role;
}

/* Is the field's content in a typed column or in the geometry? */
static bool is_typed(const struct mg_field *field)
{
    static const char *const place[] = {"lon", "lat", "lonlat", "x", "y", "crs"};
    for (size_t i = 0; field->role && i < sizeof typed / sizeof *typed; i++)
        if (typed[i].role && strcmp(field->role, typed[i].role) == 0)
            return true;
    for (size_t i = 0; field->role && i < sizeof place / sizeof *place; i++)
        if (strcmp(field->role, place[i]) == 0)
            return true;
    return false;
}

static enum mg_code read_constants(struct mg_db *db, struct layer *layer, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, MG_SQL_PUBLISH_CONSTANTS, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "i", layer->edition->id);
    bool more = true;
    while (!code && (code = mg_db_step(statement, &more, err)) == MG_OK && more) {
        int64_t position = sqlite3_column_int64(statement, 0);
        for (size_t i = 0; i < layer->count; i++) {
            struct property *p = &layer->properties[i];
            if (p->column >= 0 || p->position != position || p->constant)
                continue;
            p->constant = mg_strdup((const char *)sqlite3_column_text(statement, 1));
            if (!p->constant)
                code = mg_fail_memory(err);
        }
    }
    sqlite3_reset(statement);
    return code;
}

static enum mg_code lay_out(struct mg_publication *p, struct layer *layer, struct mg_error *err)
{
    const struct mg_dataset *dataset = layer->dataset;
    size_t most = sizeof typed / sizeof *typed + dataset->field_count;
    layer->properties = mg_calloc(most, sizeof *layer->properties);
    if (!layer->properties)
        return mg_fail_memory(err);
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < sizeof typed / sizeof *typed; i++)
        if (has_role(dataset, typed[i].role) && mg_access_role(p->options->audience, dataset, typed[i].name))
            code = add_property(layer, typed[i].name, typed[i].column, -1, err);
    for (size_t i = 0; !code && i < dataset->field_count; i++) {
        const struct mg_field *field = &dataset->fields[i];
        if (!is_typed(field) && mg_access_field(p->options->audience, dataset, field))
            code = add_property(layer, field->name, -1, field->position, err);
    }
    mg_buf_add_str(&layer->common, "\"dataset\":");
    mg_json_add_string(&layer->common, dataset->name, strlen(dataset->name));
    mg_buf_add_str(&layer->common, ",\"edition\":");
    mg_json_add_string(&layer->common, layer->edition->as_of, strlen(layer->edition->as_of));
    if (!code)
        code = mg_buf_check(&layer->common, err);
    return code ? code : read_constants(p->db, layer, err);
}

/* The next cell of record.other ("text" or null) as JSON text; false at the array's end. */
static bool next_cell(const char **at, const char **ret_token, size_t *ret_length)
{
    const char *c = *at;
    if (*c != '[' && *c != ',')
        return false;
    c++;
    const char *token = c;
    if (*c == '"') {
        for (c++; *c && *c != '"'; c++)
            if (*c == '\\' && c[1])
                c++;
        if (*c == '"')
            c++;
    } else {
        while (*c && *c != ',' && *c != ']')
            c++;
    }
    *ret_token = token;
    *ret_length = (size_t)(c - token);
    *at = c;
    return *ret_length > 0;
}

/* A service on its way through the sorter: its place, then each property's length and bytes (a typed column's
 * text, a cell's JSON). Names and constants are added when it comes out. */
struct place {
    double lon, lat;
    bool known;
};

#define NO_VALUE UINT32_MAX

static void pack(struct mg_buf *row, const void *text, size_t length)
{
    uint32_t size = text ? (uint32_t)length : NO_VALUE;
    mg_buf_add(row, &size, sizeof size);
    if (text)
        mg_buf_add(row, text, length);
}

static void pack_cells(struct mg_buf *row, const struct layer *layer, size_t first, const char *other)
{
    int64_t position = -1;
    const char *token = NULL;
    size_t length = 0;
    for (size_t i = first; i < layer->count; i++) {
        const struct property *property = &layer->properties[i];
        while (position < property->position && next_cell(&other, &token, &length))
            position++;
        bool has_text = position == property->position && *token == '"';
        pack(row, has_text ? token : NULL, length);
    }
}

static void pack_service(struct mg_buf *row, const struct layer *layer, const struct place *place,
                         sqlite3_stmt *statement)
{
    mg_buf_clear(row);
    mg_buf_add(row, place, sizeof *place);
    size_t i = 0;
    for (; i < layer->count && layer->properties[i].column >= 0; i++) {
        int column = layer->properties[i].column;
        const void *text = sqlite3_column_text(statement, column);
        pack(row, text, (size_t)sqlite3_column_bytes(statement, column));
    }
    const char *other = i < layer->count ? (const char *)sqlite3_column_text(statement, OTHER_COLUMN) : NULL;
    pack_cells(row, layer, i, other ? other : "");
}

static void write_properties(struct mg_geojson *g, const struct layer *layer, const char *at)
{
    mg_geojson_members(g, layer->common.data, layer->common.length);
    for (size_t i = 0; i < layer->count; i++) {
        const struct property *property = &layer->properties[i];
        uint32_t size;
        memcpy(&size, at, sizeof size);
        at += sizeof size;
        mg_geojson_key(g, property->json.data, property->json.length);
        if (size != NO_VALUE && property->column >= 0)
            mg_geojson_text(g, NULL, at, size);
        else if (size != NO_VALUE)
            mg_geojson_value(g, at, size);
        else if (property->constant)
            mg_geojson_text(g, NULL, property->constant, strlen(property->constant));
        else
            mg_geojson_null(g, NULL);
        if (size != NO_VALUE)
            at += size;
    }
}

/* One service into the sorter. */
static enum mg_code keep_service(struct mg_publication *p, const struct layer *layer, sqlite3_stmt *statement,
                                 struct mg_sorter *sorter, struct mg_buf *row, struct mg_error *err)
{
    struct place place;
    memset(&place, 0, sizeof place); /* its padding is sorted, too */
    const unsigned char *blob = sqlite3_column_blob(statement, GEOMETRY_COLUMN);
    place.known = blob && mg_blob_read_point(blob, (size_t)sqlite3_column_bytes(statement, GEOMETRY_COLUMN),
                                             &place.lon, &place.lat);
    if (p->options->bbox && !place.known) {
        p->result.outside++;
        return MG_OK;
    }
    if (place.known && !mg_publication_wants_point(p, place.lon, place.lat))
        return MG_OK;
    pack_service(row, layer, &place, statement);
    enum mg_code code = mg_buf_check(row, err);
    if (code)
        return code;
    const char *key = (const char *)sqlite3_column_text(statement, KEY_COLUMN);
    return mg_sorter_add(sorter, key ? key : "", (size_t)sqlite3_column_bytes(statement, KEY_COLUMN),
                         row->data, row->length, err);
}

/* same: how many services of this key have come, this one counted */
static void write_id(struct mg_geojson *g, const struct layer *layer, const struct mg_sorted *pair,
                     int64_t same)
{
    if (!pair->key_length)
        return;
    mg_geojson_id(g, layer->dataset->name, strlen(layer->dataset->name));
    mg_geojson_id(g, "/", 1);
    mg_geojson_id(g, pair->key, pair->key_length);
    if (same > 1) {
        char number[MG_NUM_SIZE];
        size_t length = mg_num_format_i64(same, number);
        mg_geojson_id(g, "#", 1);
        mg_geojson_id(g, number, length);
    }
}

static enum mg_code write_sorted(struct mg_publication *p, const struct layer *layer,
                                 struct mg_sorter *sorter, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf last = {0};
    int64_t same = 0; /* services so far under the key `last` */
    for (;;) {
        struct mg_sorted pair;
        bool more;
        enum mg_code code = mg_sorter_next(sorter, &pair, &more, err);
        if (code || !more)
            return code;
        bool again = same && pair.key_length == last.length && memcmp(pair.key, last.data, last.length) == 0;
        same = again ? same + 1 : 1;
        if (!again) {
            mg_buf_clear(&last);
            mg_buf_add(&last, pair.key, pair.key_length);
        }
        code = mg_buf_check(&last, err);
        if (code)
            return code;
        struct place place;
        memcpy(&place, pair.value, sizeof place);
        mg_geojson_begin(p->g);
        write_id(p->g, layer, &pair, same);
        if (!place.known || !mg_geojson_point(p->g, place.lon, place.lat))
            p->result.unplaced++;
        write_properties(p->g, layer, pair.value + sizeof place);
        code = mg_geojson_end(p->g, err);
        if (code)
            return code;
    }
}

static enum mg_code read_services(struct mg_publication *p, const struct layer *layer,
                                  struct mg_sorter *sorter, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf row = {0};
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_records_at(p->db, layer->dataset, layer->edition, &statement, err);
    bool more = true;
    for (int64_t done = 0; !code && (code = mg_db_step(statement, &more, err)) == MG_OK && more; done++) {
        if (done % 4096 == 0 && !mg_progress_report(p->options->progress, layer->dataset->name, done,
                                                    layer->edition->rows_loaded))
            code = mg_fail(err, MG_ERR_IO, _("interrupted"));
        if (!code)
            code = keep_service(p, layer, statement, sorter, &row, err);
    }
    sqlite3_reset(statement);
    return code;
}

static enum mg_code publish_layer(struct mg_publication *p, struct layer *layer, struct mg_error *err)
{
    MG_CLEANUP(mg_sorter_destroy_pointer) struct mg_sorter *sorter = NULL;
    enum mg_code code = lay_out(p, layer, err);
    if (!code)
        code = mg_sorter_create(0, &sorter, err);
    if (!code)
        code = read_services(p, layer, sorter, err);
    return code ? code : write_sorted(p, layer, sorter, err);
}

static enum mg_code check_dataset(const struct mg_dataset *dataset, const char *at,
                                  const struct mg_edition **ret_edition, struct mg_error *err)
{
    if (strcmp(dataset->kind, "services") != 0) {
        mg_fail(err, MG_ERR_USAGE, _("%s holds %s, not services"), dataset->name, dataset->kind);
        if (strcmp(dataset->kind, "territories") == 0)
            mg_error_hint(err, _("ask for its borders with --level"));
        else if (strcmp(dataset->kind, "counts") == 0)
            mg_error_hint(
                err,
                _("its figures by territory: maillage crossref --dataset %s ... | maillage export-geojson -"),
                dataset->name);
        return MG_ERR_USAGE;
    }
    *ret_edition = mg_edition_at(dataset, at);
    if (*ret_edition)
        return MG_OK;
    if (!dataset->edition_count)
        return mg_fail(err, MG_ERR_USAGE, _("%s has no edition"), dataset->name);
    mg_fail(err, MG_ERR_USAGE, _("%s has no edition by %s"), dataset->name, at);
    mg_error_hint(err, _("its first is of %s"), dataset->editions[0].as_of);
    return MG_ERR_USAGE;
}

/* Everything that can be refused is, before the first byte is written. */
static enum mg_code load_layers(struct mg_db *db, const char *const *names, size_t count,
                                const struct mg_publish_options *options, struct mg_dataset **datasets,
                                struct layer *layers, struct mg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        enum mg_code code = mg_access_load(db, options->audience, names[i], &datasets[i], err);
        if (!code)
            code = check_dataset(datasets[i], options->at, &layers[i].edition, err);
        if (code)
            return code;
        layers[i].dataset = datasets[i];
    }
    return MG_OK;
}

enum mg_code mg_publish_services(struct mg_db *db, const char *const *datasets, size_t count,
                                 const struct mg_publish_options *options, int fd,
                                 struct mg_publish_result *ret_result, struct mg_error *err)
{
    MG_FREE struct mg_dataset **loaded = mg_calloc(count, sizeof *loaded);
    MG_FREE struct layer *layers = mg_calloc(count, sizeof *layers);
    if (!loaded || !layers)
        return mg_fail_memory(err);
    enum mg_code code = load_layers(db, datasets, count, options, loaded, layers, err);
    if (!code) {
        struct mg_publication p;
        code = mg_publication_begin(&p, db, options, fd, err);
        for (size_t i = 0; !code && i < count; i++)
            code = publish_layer(&p, &layers[i], err);
        code = mg_publication_end(&p, code, ret_result, err);
    }
    for (size_t i = 0; i < count; i++) {
        layer_finish(&layers[i]);
        mg_dataset_destroy(loaded[i]);
    }
    return code;
}
