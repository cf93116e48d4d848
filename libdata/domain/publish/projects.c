/* The projects of an edition, to be published: where each of them is, and which service it may name. */
#include "libdata/db/read.h"
#include "libdata/domain/publish/features.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/geo/centre.h"

/* Typed columns in the order of the statement. */
static const struct mg_typed_column columns[] = {
    {"key", "key"},
    {"ministry", "group"},
    {"kind", "kind"},
    {"service_dataset", "dataset"},
    {"service_key", "service"},
    {"name", "name"},
    {"category", "category"},
    {"commune", "commune"},
    {"expected", "expected"},
    {"expected_from", "expected"},
    {"expected_to", "expected"},
    {"status", "status"},
    {"geo_source", NULL}, /* "project", "service" or "commune": where the place comes from */
};
enum { SERVICE_DATASET = 3, SERVICE_KEY = 4, COMMUNE = 7, STORED_COUNT = 12, GEO_SOURCE = 12 };
enum { COLUMN_COUNT = sizeof columns / sizeof *columns, OTHER = 12, GEOMETRY = 13 };

struct point {
    double lon, lat;
};

struct projects {
    struct mg_publication *p;
    const struct mg_edition *edition;
    char **datasets, **services; /* the names this audience may know: of all datasets, of those of services */
    struct mg_map places;        /* "DATASET\nKEY" of a service that a project is about, to its point */
    struct mg_buf points;        /* of struct point */
    struct mg_borders *borders;  /* made when the first project needs them */
};

static void close_projects(void *context)
{
    struct projects *projects = context;
    if (!projects)
        return;
    mg_access_names_free(projects->datasets);
    mg_access_names_free(projects->services);
    mg_map_finish(&projects->places);
    mg_buf_finish(&projects->points);
    mg_borders_destroy(projects->borders);
    free(projects);
}

static enum mg_code service_name(const char *dataset, const char *key, struct mg_buf *name,
                                 struct mg_error *err)
{
    mg_buf_clear(name);
    mg_buf_printf(name, "%s\n%s", dataset, key);
    return mg_buf_check(name, err);
}

/* The places of one dataset's services that projects are about; of several under a key the first. */
static enum mg_code load_places(struct projects *projects, const struct mg_dataset *dataset,
                                const char *services, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    const char *at = projects->p->options->at;
    struct mg_read row;
    mg_read_ask(&row, projects->p->db, MG_SQL_PUBLISH_SERVICE_PLACES, err, "itt", dataset->id, services,
                at ? at : "9999-12-31");
    while (mg_read_next(&row)) {
        struct point point;
        const char *key = mg_read_text(&row, 0, NULL);
        int64_t number = (int64_t)(projects->points.length / sizeof point), kept = 0;
        if (!mg_feature_place(&row, 1, &point.lon, &point.lat) || row.code)
            continue;
        row.code = service_name(services, key, &name, err);
        if (!row.code)
            row.code = mg_map_put(&projects->places, name.data, name.length, number, &kept, err);
        if (!row.code && kept == number) {
            mg_buf_add(&projects->points, &point, sizeof point);
            row.code = mg_buf_check(&projects->points, err);
        }
    }
    return mg_read_end(&row);
}

static enum mg_code open_projects(struct mg_publication *p, const struct mg_dataset *dataset,
                                  const struct mg_edition *edition, sqlite3_stmt **ret_statement,
                                  void **ret_context, struct mg_error *err)
{
    struct projects *projects = mg_calloc(1, sizeof *projects);
    *ret_context = projects;
    if (!projects)
        return mg_fail_memory(err);
    projects->p = p;
    projects->edition = edition;
    enum mg_code code = mg_access_names(p->db, p->options->audience, NULL, &projects->datasets, err);
    if (!code)
        code = mg_access_names(p->db, p->options->audience, "services", &projects->services, err);
    for (char **services = projects->services; !code && *services; services++)
        code = load_places(projects, dataset, *services, err);
    if (!code)
        code = mg_db_statement(p->db, MG_SQL_PUBLISH_PROJECTS, ret_statement, err);
    return code ? code : mg_db_bind(*ret_statement, err, "it", dataset->id, edition->as_of);
}

/* The point of the service: in the dataset that is named, else in the only one that has the key. */
static enum mg_code place_of_service(const struct projects *projects, const char *dataset, const char *key,
                                     struct mg_feature *feature, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    int64_t found = -1;
    for (char **services = projects->services; *services; services++) {
        if (dataset && strcmp(dataset, *services) != 0)
            continue;
        enum mg_code code = service_name(*services, key, &name, err);
        if (code)
            return code;
        int64_t number = mg_map_get(&projects->places, name.data, name.length);
        if (number >= 0 && found >= 0)
            return MG_OK; /* in two datasets: which one is meant? */
        found = number >= 0 ? number : found;
    }
    if (found >= 0) {
        struct point point;
        memcpy(&point, projects->points.data + (size_t)found * sizeof point, sizeof point);
        feature->has_place = true;
        feature->lon = point.lon;
        feature->lat = point.lat;
    }
    return MG_OK;
}

/* The centre of the commune as it was at the edition's date. */
static enum mg_code place_in_commune(struct projects *projects, const char *commune,
                                     struct mg_feature *feature, struct mg_error *err)
{
    const struct mg_publication *p = projects->p;
    const void *blob = NULL;
    size_t length = 0;
    enum mg_code code = MG_OK;
    if (!projects->borders)
        code = mg_borders_create(p->db, p->options->audience, NULL, 0, &projects->borders, err);
    if (!code)
        code = mg_borders_find(projects->borders, mg_level_name(MG_COMMUNE), commune,
                               projects->edition->as_of, &blob, &length, err);
    if (code || !blob)
        return code;
    return mg_centre_of(blob, length, &feature->has_place, &feature->lon, &feature->lat, err);
}

static enum mg_code place(struct projects *projects, struct mg_read *row, struct mg_feature *feature,
                          struct mg_error *err)
{
    const char *dataset = feature->typed[SERVICE_DATASET].text, *key = feature->typed[SERVICE_KEY].text;
    const char *commune = feature->typed[COMMUNE].text, *source = "project";
    enum mg_code code = MG_OK;
    feature->has_place = mg_feature_place(row, GEOMETRY, &feature->lon, &feature->lat);
    if (!feature->has_place && key) {
        source = "service";
        code = place_of_service(projects, dataset, key, feature, err);
    }
    if (!code && !feature->has_place && commune) {
        source = "commune";
        code = place_in_commune(projects, commune, feature, err);
    }
    if (!code && feature->has_place)
        feature->typed[GEO_SOURCE] = (struct mg_cell){source, strlen(source)};
    return code;
}

static enum mg_code read_project(void *context, struct mg_read *row, struct mg_feature *ret_feature,
                                 struct mg_error *err)
{
    struct projects *projects = context;
    struct mg_cell *typed = ret_feature->typed;
    for (int i = 0; i < STORED_COUNT; i++)
        typed[i] = mg_feature_cell(row, i);
    ret_feature->other = mg_read_cells_or_null(row, OTHER, NULL);
    if (!mg_access_mention(projects->p->options->audience, projects->datasets, typed[SERVICE_DATASET].text)) {
        projects->p->result.values_withheld += 1 + (typed[SERVICE_KEY].text != NULL);
        typed[SERVICE_DATASET] = typed[SERVICE_KEY] = (struct mg_cell){NULL, 0};
    }
    enum mg_code code = place(projects, row, ret_feature, err);
    return code ? code : row->code;
}

const struct mg_feature_kind mg_project_features = {
    .name = "projects",
    .columns = columns,
    .column_count = COLUMN_COUNT,
    .open = open_projects,
    .read = read_project,
    .close = close_projects,
};
