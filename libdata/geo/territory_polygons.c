/* The commune polygons of the date nearest to a set's own. */
#include "libdata/base/alloc.h"
#include "libdata/db/read.h"
#include "libdata/geo/territory_set.h"

static enum mg_code choose_polygon_date(struct mg_db *db, mg_date cog, mg_date *ret_date,
                                        struct mg_error *err)
{
    struct mg_read row;
    mg_date chosen = MG_DATE_NONE;
    mg_read_ask(&row, db, MG_SQL_TERRITORY_POLYGON_DATES, err, "");
    while (mg_read_next(&row)) {
        mg_date date = mg_read_date(&row, 0);
        /* of two as near the earlier: its borders are finer */
        if (chosen == MG_DATE_NONE || cog == MG_DATE_NONE ||
            llabs((int64_t)date - cog) < llabs((int64_t)chosen - cog))
            chosen = date;
    }
    if (!row.code)
        *ret_date = chosen;
    return mg_read_end(&row);
}

static enum mg_code load_polygons(struct mg_territories *t, struct mg_db *db, mg_date date,
                                  struct mg_locate *locate, struct mg_map *codes, struct mg_error *err)
{
    char text[MG_DATE_SIZE];
    mg_date_format(date, text);
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_TERRITORY_POLYGONS, err, "t", text);
    while (mg_read_next(&row)) {
        size_t length, size;
        const char *commune = mg_read_text(&row, 0, &length);
        const void *blob = mg_read_blob_or_null(&row, 1, &size);
        int64_t number;
        if (!row.code)
            row.code = mg_map_put(codes, commune, length, (int64_t)codes->count, &number, err);
        if (!row.code)
            row.code = mg_locate_add(locate, blob, size, (int32_t)number, err);
    }
    enum mg_code code = mg_read_end(&row);
    if (!code)
        code = mg_locate_build(locate, err);
    t->codes = code ? NULL : mg_malloc((codes->count + 1) * sizeof *t->codes);
    if (!code && !t->codes)
        return mg_fail_memory(err);
    for (size_t i = 0; i < codes->count && !code; i++)
        t->codes[i] = mg_map_key(codes, i, NULL);
    return code;
}

enum mg_code mg_territories_polygons(struct mg_territories *t, struct mg_db *db,
                                     const struct mg_locate **ret_locate, const char *const **ret_codes,
                                     mg_date *ret_date, struct mg_error *err)
{
    if (!t->locate) {
        struct mg_locate *locate = NULL;
        mg_date date = MG_DATE_NONE;
        enum mg_code code = choose_polygon_date(db, t->cog, &date, err);
        if (!code && date != MG_DATE_NONE)
            code = mg_locate_create(&locate, err);
        if (!code && locate)
            code = load_polygons(t, db, date, locate, &t->polygon_codes, err);
        if (code) {
            mg_locate_destroy(locate);
            mg_map_finish(&t->polygon_codes);
            return code;
        }
        t->locate = locate;
        t->polygon_date = date;
    }
    *ret_locate = t->locate;
    *ret_codes = t->codes;
    *ret_date = t->polygon_date;
    return MG_OK;
}
