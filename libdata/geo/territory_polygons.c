/* The commune polygons of the date nearest to a set's own. */
#include "libdata/base/alloc.h"
#include "libdata/geo/territory_set.h"

static enum mg_code choose_polygon_date(struct mg_db *db, mg_date cog, mg_date *ret_date,
                                        struct mg_error *err)
{
    sqlite3_stmt *statement;
    bool row = true;
    mg_date date, chosen = MG_DATE_NONE;
    enum mg_code code = mg_db_statement(db, MG_SQL_TERRITORY_POLYGON_DATES, &statement, err);
    while (!code && !(code = mg_db_step(statement, &row, err)) && row) {
        if (!mg_territory_date(statement, 0, &date))
            continue;
        /* of two as near the earlier: its borders are finer */
        if (chosen == MG_DATE_NONE || cog == MG_DATE_NONE ||
            llabs((int64_t)date - cog) < llabs((int64_t)chosen - cog))
            chosen = date;
    }
    if (!code)
        *ret_date = chosen;
    return code;
}

static enum mg_code load_polygons(struct mg_territories *t, struct mg_db *db, mg_date date,
                                  struct mg_locate *locate, struct mg_map *codes, struct mg_error *err)
{
    char text[MG_DATE_SIZE];
    mg_date_format(date, text);
    sqlite3_stmt *statement;
    bool row = true;
    enum mg_code code = mg_db_statement(db, MG_SQL_TERRITORY_POLYGONS, &statement, err);
    if (!code)
        code = mg_db_bind(statement, err, "t", text);
    while (!code && !(code = mg_db_step(statement, &row, err)) && row) {
        const char *commune = mg_territory_text(statement, 0);
        int64_t number;
        code = mg_map_put(codes, commune, strlen(commune), (int64_t)codes->count, &number, err);
        if (!code)
            code = mg_locate_add(locate, sqlite3_column_blob(statement, 1),
                                 (size_t)sqlite3_column_bytes(statement, 1), (int32_t)number, err);
    }
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
        mg_date date;
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
