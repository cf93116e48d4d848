#include "libdata/domain/publish/publish.h"

#include <math.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/domain/publish/internal.h"
#include "libdata/geo/blob.h"

enum mg_code mg_publication_begin(struct mg_publication *p, struct mg_db *db,
                                  const struct mg_publish_options *options, int fd, struct mg_error *err)
{
    *p = (struct mg_publication){.db = db, .options = options};
    return mg_geojson_create(fd, options->sequence, options->precision, &p->g, err);
}

enum mg_code mg_publication_end(struct mg_publication *p, enum mg_code code,
                                struct mg_publish_result *ret_result, struct mg_error *err)
{
    if (!code)
        code = mg_geojson_close(p->g, err);
    if (!code) {
        p->result.features = mg_geojson_counts(p->g)->features;
        p->result.collapsed_rings = mg_geojson_counts(p->g)->collapsed_rings;
        *ret_result = p->result;
    }
    mg_geojson_destroy(p->g);
    p->g = NULL;
    return code;
}

/* mine: west, south, east, north of a geometry, west never greater than east */
static bool wants_box(struct mg_publication *p, const double mine[4])
{
    const double *box = p->options->bbox;
    bool wanted = true;
    if (box) {
        bool starts = mine[0] <= box[2], ends = mine[2] >= box[0];
        wanted =
            (box[0] > box[2] ? starts || ends : starts && ends) && mine[1] <= box[3] && mine[3] >= box[1];
    }
    p->result.outside += !wanted;
    return wanted;
}

bool mg_publication_wants_point(struct mg_publication *p, double lon, double lat)
{
    return wants_box(p, (double[]){lon, lat, lon, lat});
}

/* By its box, as other geometries. */
bool mg_publication_wants_line(struct mg_publication *p, double lon1, double lat1, double lon2, double lat2)
{
    return wants_box(p, (double[]){fmin(lon1, lon2), fmin(lat1, lat2), fmax(lon1, lon2), fmax(lat1, lat2)});
}

bool mg_publication_wants_blob(struct mg_publication *p, const void *blob, size_t length)
{
    double mine[4];
    if (!p->options->bbox)
        return true;
    if (mg_blob_box(blob, length, mine))
        return wants_box(p, mine);
    p->result.outside++;
    return false;
}

static void add_text_column(struct mg_geojson *g, const char *key, struct mg_read *row, int column)
{
    size_t length;
    const char *text = mg_read_text(row, column, &length);
    mg_geojson_text(g, key, text, length);
}

static enum mg_code publish_territory(struct mg_publication *p, const char *level, const char *valid_from,
                                      struct mg_read *row, struct mg_error *err)
{
    size_t length;
    const char *code_text = mg_read_text(row, 1, NULL);
    const void *blob = mg_read_blob_or_null(row, 3, &length);
    if (row->code)
        return row->code;
    if (!mg_publication_wants_blob(p, blob, length))
        return MG_OK;
    mg_geojson_begin(p->g);
    MG_CLEANUP(mg_buf_finish) struct mg_buf id = {0};
    mg_buf_printf(&id, "%s/%s", level, code_text);
    enum mg_code code = mg_buf_check(&id, err);
    if (code)
        return code;
    mg_geojson_id(p->g, id.data, id.length);
    code = mg_geojson_polygons(p->g, blob, length, err);
    if (code) {
        mg_error_hint(err, _("the borders of %s %s"), level, code_text);
        return code;
    }
    mg_geojson_text(p->g, "level", level, strlen(level));
    add_text_column(p->g, "territory", row, 1);
    add_text_column(p->g, "territory_name", row, 2);
    add_text_column(p->g, "territory_type", row, 0);
    mg_geojson_text(p->g, "valid_from", valid_from, strlen(valid_from));
    return row->code ? row->code : mg_geojson_end(p->g, err);
}

static enum mg_code publish_list(struct mg_publication *p, const char *level, int64_t edition,
                                 const char *valid_from, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, p->db, MG_SQL_PUBLISH_TERRITORIES, err, "itt", edition, level, valid_from);
    while (mg_read_next(&row))
        row.code = publish_territory(p, level, valid_from, &row, err);
    return mg_read_end(&row);
}

enum mg_code mg_publish_territories(struct mg_db *db, enum mg_level level, const char *const *datasets,
                                    size_t count, const struct mg_publish_options *options, int fd,
                                    struct mg_publish_result *ret_result, struct mg_error *err)
{
    MG_CLEANUP(mg_borders_destroy_pointer) struct mg_borders *borders = NULL;
    int64_t edition;
    char valid_from[MG_DATE_SIZE];
    enum mg_code code = mg_borders_create(db, options->audience, datasets, count, &borders, err);
    if (!code)
        code = mg_borders_list(borders, mg_level_name(level), options->at, &edition, valid_from, err);
    if (code)
        return code;
    struct mg_publication p;
    code = mg_publication_begin(&p, db, options, fd, err);
    if (!code)
        code = publish_list(&p, mg_level_name(level), edition, valid_from, err);
    return mg_publication_end(&p, code, ret_result, err);
}
