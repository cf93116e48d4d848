/* history_life.c - the life of one key. */
#include "libdata/domain/history_life.h"

#include <math.h>
#include <string.h>

#include "libdata/geo/blob.h"

enum { LIFE_FROM, LIFE_UNTIL, LIFE_NAME, LIFE_CLOSED = LIFE_NAME + 7, LIFE_LINE, LIFE_EDITION, LIFE_GEOM };

static enum mg_code write_content(sqlite3_stmt *s, const char *dataset, const char *key, struct mg_out *out,
                                  struct mg_error *err)
{
    static const char *const names[] = {"name",    "category", "address", "postcode",
                                        "commune", "status",   "opened",  "closed"};
    const void *geom = sqlite3_column_blob(s, LIFE_GEOM);
    double lon = NAN, lat = NAN;

    if (geom && !mg_blob_read_point(geom, (size_t)sqlite3_column_bytes(s, LIFE_GEOM), &lon, &lat))
        return mg_fail(err, MG_ERR_DB, _("the place of key '%s' of dataset %s is not a point"), key, dataset);
    mg_out_begin(out, "life");
    mg_out_text(out, "dataset", dataset);
    mg_out_text(out, "key", key);
    mg_out_text(out, "from", (const char *)sqlite3_column_text(s, LIFE_FROM));
    mg_out_text(out, "until", (const char *)sqlite3_column_text(s, LIFE_UNTIL));
    for (int i = 0; i <= LIFE_CLOSED - LIFE_NAME; i++)
        mg_out_text(out, names[i], (const char *)sqlite3_column_text(s, LIFE_NAME + i));
    mg_out_real(out, "lon", lon);
    mg_out_real(out, "lat", lat);
    if (sqlite3_column_int64(s, LIFE_LINE))
        mg_out_int(out, "line", sqlite3_column_int64(s, LIFE_LINE));
    else
        mg_out_null(out, "line");
    mg_out_text(out, "edition", (const char *)sqlite3_column_text(s, LIFE_EDITION));
    return mg_out_end_record(out, err);
}

enum mg_code mg_history_life_write(struct mg_db *db, const struct mg_dataset *dataset, const char *key,
                                   struct mg_out *out, struct mg_error *err)
{
    int64_t first = mg_out_records(out);
    sqlite3_stmt *s;
    enum mg_code code;
    bool row;

    if (strcmp(dataset->kind, "services") != 0)
        return mg_fail(err, MG_ERR_USAGE, _("dataset %s holds %s, not services"), dataset->name,
                       dataset->kind);
    if ((code = mg_db_statement(db, MG_SQL_HISTORY_LIFE, &s, err)) ||
        (code = mg_db_bind(s, err, "it", dataset->id, key)))
        return code;
    while (!(code = mg_db_step(s, &row, err)) && row) {
        if ((code = write_content(s, dataset->name, key, out, err)))
            break;
    }
    sqlite3_reset(s);
    if (!code && mg_out_records(out) == first) {
        code = mg_fail(err, MG_ERR_USAGE, _("no edition of dataset %s has a row with the key '%s'"),
                       dataset->name, key);
        mg_error_hint(err, _("keys are compared to the letter, as the source writes them"));
    }
    return code;
}
