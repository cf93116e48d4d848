/* internal.h - what the kinds of publication share. */
#ifndef MG_PUBLISH_INTERNAL_H
#define MG_PUBLISH_INTERNAL_H

#include "libdata/domain/publish/borders.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/domain/publish/publish.h"

struct mg_publication {
    struct mg_db *db;
    const struct mg_publish_options *options;
    struct mg_geojson *g;
    struct mg_publish_result result;
};

enum mg_code mg_publication_begin(struct mg_publication *p, struct mg_db *db,
                                  const struct mg_publish_options *options, int fd, struct mg_error *err);

/* Close the stream when code is MG_OK, and let go of everything; the result goes to ret_result. Returns the
 * first thing that went wrong. */
enum mg_code mg_publication_end(struct mg_publication *p, enum mg_code code,
                                struct mg_publish_result *ret_result, struct mg_error *err);

/* Does it touch options->bbox? Counted as outside when not. */
bool mg_publication_wants_point(struct mg_publication *p, double lon, double lat);
bool mg_publication_wants_line(struct mg_publication *p, double lon1, double lat1, double lon2, double lat2);
bool mg_publication_wants_blob(struct mg_publication *p, const void *blob, size_t length);

#endif
