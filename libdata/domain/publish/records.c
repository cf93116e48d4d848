/* Records of other tools as features: placed by their coordinates or by their territory. */
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/date.h"
#include "libdata/domain/publish/internal.h"
#include "libdata/domain/publish/public.h"

struct mg_publisher {
    struct mg_publication p;
    bool closed, filtered;
    struct mg_public *public;     /* NULL for the ministries */
    struct mg_borders *borders;   /* made when the first record needs one */
    struct mg_dataset **datasets; /* those that records named so far; the one named last is first */
    size_t dataset_count;
};

/* The dataset that the record is about, as far as the audience may see it. The ministries' records need
 * none, and what they name need not be in this file. */
static enum mg_code find_dataset(struct mg_publisher *r, const json_t *record,
                                 const struct mg_dataset **ret_dataset, struct mg_error *err)
{
    *ret_dataset = NULL;
    if (r->p.options->audience == MG_MINISTRY)
        return MG_OK;
    const char *name = mg_in_text(record, "dataset"), *type = mg_in_text(record, "type");
    if (type && !strcmp(type, "crossref") && json_is_null(json_object_get(record, "dataset")))
        return MG_OK;
    if (!name) {
        mg_fail(err, MG_ERR_INPUT, _("the record does not say which dataset it is about"));
        mg_error_hint(err,
                      _("keep its key 'dataset', or export for the ministries with --audience ministry"));
        return MG_ERR_INPUT;
    }
    for (size_t i = 0; i < r->dataset_count; i++) {
        struct mg_dataset *dataset = r->datasets[i];
        if (strcmp(dataset->name, name) != 0)
            continue;
        r->datasets[i] = r->datasets[0];
        r->datasets[0] = dataset;
        *ret_dataset = dataset;
        return MG_OK;
    }
    struct mg_dataset **datasets = mg_realloc(r->datasets, r->dataset_count + 1, sizeof *datasets);
    if (!datasets)
        return mg_fail_memory(err);
    r->datasets = datasets;
    enum mg_code code =
        mg_access_load(r->p.db, r->p.options->audience, name, &datasets[r->dataset_count], err);
    if (!code)
        *ret_dataset = datasets[r->dataset_count++];
    return code;
}

/* The date whose borders a record is to be shown in, or NULL: the latest. */
static const char *date_of(const struct mg_publisher *r, const json_t *record)
{
    static const char *const keys[] = {"cog", "at", "to"};
    mg_date date;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *text = mg_in_text(record, keys[i]);
        if (text && strlen(text) < MG_DATE_SIZE && mg_date_parse_iso(text, strlen(text), &date))
            return text;
    }
    return r->p.options->at;
}

/* *ret_placed says whether the feature has its geometry now. */
static enum mg_code place_in_territory(struct mg_publisher *r, const json_t *record, bool *ret_placed,
                                       struct mg_error *err)
{
    enum mg_level level;
    const char *level_name = mg_in_text(record, "level"), *territory = mg_in_text(record, "territory");
    if (!level_name || !territory || !mg_level_from_name(level_name, &level)) {
        r->p.result.unplaced++;
        return MG_OK;
    }
    enum mg_code code = MG_OK;
    if (!r->borders)
        code = mg_borders_create(r->p.db, r->p.options->audience, NULL, 0, &r->borders, err);
    const void *blob = NULL;
    size_t length = 0;
    if (!code)
        code = mg_borders_find(r->borders, level_name, territory, date_of(r, record), &blob, &length, err);
    if (code)
        return code;
    if (!blob) {
        r->p.result.unplaced++;
    } else if (mg_publication_wants_blob(&r->p, blob, length)) {
        code = mg_geojson_polygons(r->p.g, blob, length, err);
        *ret_placed = !code;
    }
    return code;
}

/* Is it an event that says from where to where? */
static bool has_moved(const json_t *record, double ret_before[2])
{
    double distance_m;
    return mg_in_number(record, "distance_m", &distance_m) && distance_m > 0 &&
           mg_in_number(record, "lon_before", &ret_before[0]) &&
           mg_in_number(record, "lat_before", &ret_before[1]);
}

/* The geometry says so. */
static bool is_coordinate(const char *key)
{
    static const char *const keys[] = {"lon", "lat", "lon_before", "lat_before"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static enum mg_code place(struct mg_publisher *r, const json_t *record, bool *ret_placed,
                          struct mg_error *err)
{
    double lon, lat;
    if (mg_in_number(record, "lon", &lon) && mg_in_number(record, "lat", &lat)) {
        double before[2];
        if (has_moved(record, before)) {
            if (!mg_publication_wants_line(&r->p, before[0], before[1], lon, lat))
                return MG_OK;
            *ret_placed = mg_geojson_line(r->p.g, before[0], before[1], lon, lat);
        } else if (!mg_publication_wants_point(&r->p, lon, lat)) {
            return MG_OK;
        }
        if (!*ret_placed)
            *ret_placed = mg_geojson_point(r->p.g, lon, lat);
        r->p.result.unplaced += !*ret_placed;
        return MG_OK;
    }
    return place_in_territory(r, record, ret_placed, err);
}

/* The public gets plain values and lists of plain texts (changes, artefacts), nothing nested. */
static bool plain(const json_t *value)
{
    size_t index;
    json_t *item;
    if (json_is_array(value))
        json_array_foreach((json_t *)value, index, item) if (!json_is_string(item)) return false;
    return !json_is_object(value);
}

static void add_values(struct mg_publisher *r, const struct mg_dataset *dataset, const json_t *record)
{
    const char *key;
    json_t *value;
    enum mg_audience audience = r->p.options->audience;
    json_object_foreach((json_t *)record, key, value)
    {
        if (is_coordinate(key))
            continue;
        if (mg_access_key(audience, dataset, key) && (audience == MG_MINISTRY || plain(value)))
            mg_geojson_json(r->p.g, key, value);
        else
            r->p.result.values_withheld++;
    }
}

static enum mg_code publish_as_it_is(struct mg_publisher *r, const struct mg_dataset *dataset,
                                     const json_t *record, struct mg_error *err)
{
    bool placed = false;
    mg_geojson_begin(r->p.g);
    enum mg_code code = place(r, record, &placed, err);
    if (code || !placed)
        return code;
    add_values(r, dataset, record);
    return mg_geojson_end(r->p.g, err);
}

static enum mg_code take_public(void *context, const struct mg_dataset *dataset, const json_t *record,
                                int64_t withheld, struct mg_error *err)
{
    struct mg_publisher *r = context;
    r->p.result.values_withheld += withheld;
    return publish_as_it_is(r, dataset, record, err);
}

static enum mg_code publish_record(struct mg_publisher *r, const json_t *record, const json_t *next,
                                   struct mg_error *err)
{
    const struct mg_dataset *dataset;
    enum mg_code code = find_dataset(r, record, &dataset, err);
    if (code)
        return code;
    /* a figure of all datasets together: how many there are tells of restricted ones, too */
    if (r->public && !dataset)
        return MG_OK;
    return r->public ? mg_public_add(r->public, dataset, record, next, err)
                     : publish_as_it_is(r, dataset, record, err);
}

/* One record is held back until the one after it is there. */
static enum mg_code read_records(struct mg_publisher *r, struct mg_in *in, struct mg_error *err)
{
    json_t *held = NULL;
    int64_t line = 0;
    enum mg_code code = MG_OK;
    for (int64_t done = 0; !code; done++) {
        json_t *record = NULL;
        if (done % 4096 == 0 && !mg_progress_report(r->p.options->progress, _("records"), done, -1))
            code = mg_fail(err, MG_ERR_IO, _("interrupted"));
        if (!code)
            code = mg_in_next(in, &record, err);
        if (!code && held) {
            code = publish_record(r, held, record, err);
            if (code == MG_ERR_INPUT || code == MG_ERR_USAGE)
                mg_error_at(err, line, 0, 0, NULL);
        }
        json_decref(held);
        held = record && !code ? json_incref(record) : NULL;
        line = mg_in_line(in);
        if (!held)
            break;
    }
    return code;
}

enum mg_code mg_publisher_create(struct mg_db *db, const struct mg_publish_options *options, int fd,
                                 struct mg_publisher **ret_publisher, struct mg_error *err)
{
    struct mg_publisher *publisher = mg_calloc(1, sizeof *publisher);
    if (!publisher)
        return mg_fail_memory(err);
    enum mg_code code = mg_publication_begin(&publisher->p, db, options, fd, err);
    if (!code && options->audience == MG_PUBLIC)
        code = mg_public_create(db, options, take_public, publisher, &publisher->public, err);
    if (code) {
        mg_publisher_destroy(publisher);
        return code;
    }
    *ret_publisher = publisher;
    return MG_OK;
}

enum mg_code mg_publisher_add(struct mg_publisher *publisher, const json_t *record, struct mg_error *err)
{
    return publish_record(publisher, record, NULL, err);
}

enum mg_code mg_publisher_close(struct mg_publisher *publisher, struct mg_publish_result *ret_result,
                                struct mg_error *err)
{
    enum mg_code code =
        publisher->public ? mg_public_finish(publisher->public, !publisher->filtered, err) : MG_OK;
    if (!code && publisher->public)
        mg_public_result(publisher->public, &publisher->p.result);
    publisher->closed = true;
    return mg_publication_end(&publisher->p, code, ret_result, err);
}

void mg_publisher_destroy(struct mg_publisher *publisher)
{
    struct mg_publish_result nothing;
    if (!publisher)
        return;
    if (!publisher->closed)
        mg_publication_end(&publisher->p, MG_ERR_IO, &nothing, NULL);
    mg_public_destroy(publisher->public);
    mg_borders_destroy(publisher->borders);
    for (size_t i = 0; i < publisher->dataset_count; i++)
        mg_dataset_destroy(publisher->datasets[i]);
    free(publisher->datasets);
    free(publisher);
}

enum mg_code mg_publish_records(struct mg_db *db, struct mg_in *in, const struct mg_publish_options *options,
                                int fd, struct mg_publish_result *ret_result, struct mg_error *err)
{
    struct mg_publisher *publisher = NULL;
    enum mg_code code = mg_publisher_create(db, options, fd, &publisher, err);
    if (!code)
        code = read_records(publisher, in, err);
    if (!code)
        publisher->filtered = !mg_in_complete(in);
    if (!code)
        code = mg_publisher_close(publisher, ret_result, err);
    mg_publisher_destroy(publisher);
    return code;
}
