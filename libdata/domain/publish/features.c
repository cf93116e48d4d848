/* Features of datasets: read by kind, sorted, with the properties that the audience may see. */
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/domain/publish/features.h"
#include "libdata/domain/publish/internal.h"
#include "libdata/geo/blob.h"
#include "libdata/io/sorter.h"

static const struct mg_feature_kind *const kinds[] = {&mg_service_features, &mg_project_features};

struct layer {
    const struct mg_feature_kind *kind;
    const struct mg_dataset *dataset;
    const struct mg_edition *edition;
    struct mg_properties properties;
};

/* Where a feature is, on its way through the sorter, before its values. */
struct place {
    double lon, lat;
    bool known;
};

/* One feature into the sorter. */
static enum mg_code keep_feature(struct mg_publication *p, const struct layer *layer,
                                 const struct mg_feature *feature, struct mg_sorter *sorter,
                                 struct mg_buf *row, struct mg_error *err)
{
    struct place place;
    memset(&place, 0, sizeof place); /* its padding is sorted, too */
    place.known = feature->has_place;
    place.lon = feature->has_place ? feature->lon : 0;
    place.lat = feature->has_place ? feature->lat : 0;
    if (p->options->bbox && !place.known) {
        p->result.outside++;
        return MG_OK;
    }
    if (place.known && !mg_publication_wants_point(p, place.lon, place.lat))
        return MG_OK;
    mg_buf_clear(row);
    mg_buf_add(row, &place, sizeof place);
    mg_properties_pack(&layer->properties, feature->typed, feature->other, row);
    enum mg_code code = mg_buf_check(row, err);
    const struct mg_cell *key = &feature->typed[MG_FEATURE_KEY];
    return code ? code
                : mg_sorter_add(sorter, key->text ? key->text : "", key->length, row->data, row->length, err);
}

/* Does the key end as an identifier does that is told apart by a number? */
static bool looks_numbered(const char *key, size_t length)
{
    size_t digits = 0;
    while (digits < length && mg_is_digit(key[length - 1 - digits]))
        digits++;
    return digits && digits < length && key[length - 1 - digits] == '#';
}

/* same: how many features of this key have come, this one counted. The first has its key alone, unless that
 * could be taken for another key's second: so no two keys ever make one identifier. */
static void write_id(struct mg_geojson *g, const struct layer *layer, const struct mg_sorted *pair,
                     int64_t same)
{
    if (!pair->key_length)
        return;
    mg_geojson_id(g, layer->dataset->name, strlen(layer->dataset->name));
    mg_geojson_id(g, "/", 1);
    mg_geojson_id(g, pair->key, pair->key_length);
    if (same > 1 || looks_numbered(pair->key, pair->key_length)) {
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
    int64_t same = 0; /* features so far under the key `last` */
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
        mg_properties_write(&layer->properties, pair.value + sizeof place, p->g);
        code = mg_geojson_end(p->g, err);
        if (code)
            return code;
    }
}

static enum mg_code read_features(struct mg_publication *p, const struct layer *layer,
                                  struct mg_sorter *sorter, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf row = {0};
    sqlite3_stmt *statement = NULL;
    void *context = NULL;
    enum mg_code code = layer->kind->open(p, layer->dataset, layer->edition, &statement, &context, err);
    bool more = true;
    for (int64_t done = 0; !code && (code = mg_db_step(statement, &more, err)) == MG_OK && more; done++) {
        struct mg_feature feature = {0};
        if (done % 4096 == 0 && !mg_progress_report(p->options->progress, layer->dataset->name, done,
                                                    layer->edition->rows_loaded))
            code = mg_fail(err, MG_ERR_IO, _("interrupted"));
        struct mg_read row_read = mg_read_of(statement, err);
        if (!code)
            code = layer->kind->read(context, &row_read, &feature, err);
        if (!code)
            code = keep_feature(p, layer, &feature, sorter, &row, err);
    }
    sqlite3_reset(statement);
    if (layer->kind->close)
        layer->kind->close(context);
    return code;
}

static enum mg_code publish_layer(struct mg_publication *p, struct layer *layer, struct mg_error *err)
{
    MG_CLEANUP(mg_sorter_destroy_pointer) struct mg_sorter *sorter = NULL;
    enum mg_code code =
        mg_properties_init(&layer->properties, p->db, p->options->audience, layer->dataset, layer->edition,
                           layer->kind->columns, layer->kind->column_count, err);
    if (!code)
        code = mg_sorter_create(0, &sorter, err);
    if (!code)
        code = read_features(p, layer, sorter, err);
    return code ? code : write_sorted(p, layer, sorter, err);
}

static enum mg_code prepare(struct layer *layer, const char *at, struct mg_error *err)
{
    const struct mg_dataset *dataset = layer->dataset;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(dataset->kind, kinds[i]->name) == 0)
            layer->kind = kinds[i];
    if (!layer->kind) {
        mg_fail(err, MG_ERR_USAGE, _("%s holds %s, not services or projects"), dataset->name, dataset->kind);
        if (strcmp(dataset->kind, "territories") == 0)
            mg_error_hint(err, _("ask for its borders with --level"));
        else if (strcmp(dataset->kind, "counts") == 0)
            mg_error_hint(
                err,
                _("its figures by territory: maillage crossref --dataset %s ... | maillage export-geojson -"),
                dataset->name);
        return MG_ERR_USAGE;
    }
    layer->edition = mg_edition_at(dataset, at);
    if (layer->edition)
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
        layers[i].dataset = datasets[i];
        if (!code)
            code = prepare(&layers[i], options->at, err);
        if (code)
            return code;
    }
    return MG_OK;
}

enum mg_code mg_publish_features(struct mg_db *db, const char *const *datasets, size_t count,
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
        mg_properties_finish(&layers[i].properties);
        mg_dataset_destroy(loaded[i]);
    }
    return code;
}
