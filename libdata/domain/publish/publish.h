/* publish.h - what leaves the file as GeoJSON: services, projects, territories, or the records of another
 * tool.
 *
 * Who may see what is access.h's to decide; here it is only asked. Order: services and projects by dataset as
 * asked for, then by key, then by content; territories by code; records as they come. So the same data gives
 * the same bytes whatever the order of loading. Feature ids: "DATASET/KEY" (the second one of a key is
 * "DATASET/KEY#2"), "LEVEL/CODE"; records have none.
 *
 * A service or project without a place is a feature without a geometry. A record without a place is none, and
 * counted. Memory: the sorter's 128 MiB at most, whatever the number of features; one geometry at a time; a
 * point and the key of each service that a project is about.
 *
 * A project is shown where the audience may know it to be: at its own place, its service's or the middle of
 * its commune, and it says which. A service of a restricted dataset is neither named nor located by a project
 * that is open.
 */
#ifndef MG_PUBLISH_PUBLISH_H
#define MG_PUBLISH_PUBLISH_H

#include "libdata/domain/common/access.h"
#include "libdata/domain/history/history.h"
#include "libdata/geo/territory.h"
#include "libdata/io/in.h"
#include "libdata/io/progress.h"

struct mg_publish_options {
    enum mg_audience audience;
    bool sequence; /* RFC 8142 */
    int precision; /* decimals of a degree */
    /* West, south, east, north: only what touches it; west greater than east: over the antimeridian (RFC
     * 7946, 5.2). NULL: everything. */
    const double *bbox;
    const char *at; /* ISO date: the edition, the list that was the latest then; NULL: now */
    /* Of events for the public, which are computed again: how they came about (history.h). */
    enum mg_identity identity;
    bool content_only;
    const struct mg_progress *progress; /* may be NULL */
};

struct mg_publish_result {
    int64_t features;
    int64_t unplaced;        /* features whose geometry is null; records left out for want of a place */
    int64_t outside;         /* left out: not within bbox */
    int64_t collapsed_rings; /* see geojson.h */
    int64_t values_withheld; /* of records: under keys that the audience may not see; the services of projects
                                that are in a dataset it may not see */
    bool uncounted;          /* figures were left out that cannot be counted from what is open */
    bool uninhabited;        /* rates were asked for, and no inhabitants are open */
};

/* The services or projects of each dataset's edition at options->at. MG_ERR_USAGE: a dataset that this
 * audience cannot see or that holds neither, or no edition by that date.
 *
 * A project is at its own place, else where its service stood at options->at or last before (in the dataset
 * that it names, else in the only one that has the key), else at the centre of its commune (geo/centre.h);
 * services and borders are those that the audience may see. Its property geo_source says which: project,
 * service, commune. */
enum mg_code mg_publish_features(struct mg_db *db, const char *const *datasets, size_t count,
                                 const struct mg_publish_options *options, int fd,
                                 struct mg_publish_result *ret_result, struct mg_error *err);

/* The territories of a level, from the list with borders that is nearest to options->at among the
 * datasets named (count 0: all that the audience can see). MG_ERR_USAGE: none has borders for the level. */
enum mg_code mg_publish_territories(struct mg_db *db, enum mg_level level, const char *const *datasets,
                                    size_t count, const struct mg_publish_options *options, int fd,
                                    struct mg_publish_result *ret_result, struct mg_error *err);

/* Records from another tool: placed by lon and lat (a line from lon_before and lat_before, where distance_m
 * says that it is another place), else by level and territory (the borders nearest to the record's cog, at or
 * to, else options->at). For the public each has to name its dataset, which has to be open (MG_ERR_USAGE,
 * MG_ERR_INPUT), it is computed again as public.h says, and keys that may not be seen are left out and
 * counted. */
enum mg_code mg_publish_records(struct mg_db *db, struct mg_in *in, const struct mg_publish_options *options,
                                int fd, struct mg_publish_result *ret_result, struct mg_error *err);

/* The same, record by record, from a tool that writes its own as features. options outlive the publisher; db
 * may be NULL if there are none. */
struct mg_publisher;
enum mg_code mg_publisher_create(struct mg_db *db, const struct mg_publish_options *options, int fd,
                                 struct mg_publisher **ret_publisher, struct mg_error *err);
enum mg_code mg_publisher_add(struct mg_publisher *publisher, const json_t *record, struct mg_error *err);
enum mg_code mg_publisher_close(struct mg_publisher *publisher, struct mg_publish_result *ret_result,
                                struct mg_error *err);
void mg_publisher_destroy(struct mg_publisher *publisher);

#endif
