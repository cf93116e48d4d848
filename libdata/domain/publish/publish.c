#include "libdata/domain/publish/publish.h"

#include <string.h>

#include "libdata/base/cleanup.h"
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

bool mg_publication_wants_point(struct mg_publication *p, double lon, double lat)
{
    const double *box = p->options->bbox;
    bool wanted = !box || (lon >= box[0] && lat >= box[1] && lon <= box[2] && lat <= box[3]);
    p->result.outside += !wanted;
    return wanted;
}

/* By its box, as other geometries. */
bool mg_publication_wants_line(struct mg_publication *p, double lon1, double lat1, double lon2, double lat2)
{
    const double *box = p->options->bbox;
    bool wanted = !box || ((lon1 < lon2 ? lon1 : lon2) <= box[2] && (lon1 < lon2 ? lon2 : lon1) >= box[0] &&
                           (lat1 < lat2 ? lat1 : lat2) <= box[3] && (lat1 < lat2 ? lat2 : lat1) >= box[1]);
    p->result.outside += !wanted;
    return wanted;
}

bool mg_publication_wants_blob(struct mg_publication *p, const void *blob, size_t length)
{
    const double *box = p->options->bbox;
    double mine[4];
    bool wanted = !box || (mg_blob_box(blob, length, mine) && mine[0] <= box[2] && mine[2] >= box[0] &&
                           mine[1] <= box[3] && mine[3] >= box[1]);
    p->result.outside += !wanted;
    return wanted;
}

static void add_text_column(struct mg_geojson *g, const char *key, sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (text)
        mg_geojson_text(g, key, text, (size_t)sqlite3_column_bytes(statement, column));
    else
        mg_geojson_null(g, key);
}

static enum mg_code publish_territory(struct mg_publication *p, const char *level, const char *valid_from,
                                      sqlite3_stmt *statement, struct mg_error *err)
{
    const char *code_text = (const char *)sqlite3_column_text(statement, 1);
    const void *blob = sqlite3_column_blob(statement, 3);
    size_t length = (size_t)sqlite3_column_bytes(statement, 3);
    if (!mg_publication_wants_blob(p, blob, length))
        return MG_OK;
    mg_geojson_begin(p->g);
    MG_CLEANUP(mg_buf_finish) struct mg_buf id = {0};
    mg_buf_printf(&id, "%s/%s", level, code_text ? code_text : "");
    enum mg_code code = mg_buf_check(&id, err);
    if (code)
        return code;
    mg_geojson_id(p->g, id.data, id.length);
    code = mg_geojson_polygons(p->g, blob, length, err);
    if (code) {
        mg_error_hint(err, _("the borders of %s %s"), level, code_text ? code_text : "");
        return code;
    }
    mg_geojson_text(p->g, "level", level, strlen(level));
    add_text_column(p->g, "territory", statement, 1);
    add_text_column(p->g, "territory_name", statement, 2);
    add_text_column(p->g, "territory_type", statement, 0);
    mg_geojson_text(p->g, "valid_from", valid_from, strlen(valid_from));
    return mg_geojson_end(p->g, err);
}

static enum mg_code publish_list(struct mg_publication *p, const char *level, int64_t edition,
                                 const char *valid_from, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(p->db, MG_SQL_PUBLISH_TERRITORIES, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "itt", edition, level, valid_from);
    bool more = true;
    while (!code && (code = mg_db_step(statement, &more, err)) == MG_OK && more)
        code = publish_territory(p, level, valid_from, statement, err);
    sqlite3_reset(statement);
    return code;
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
