#include "libdata/domain/common/territory_of_row.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/map.h"
#include "libdata/geo/blob.h"
#include "libdata/geo/succession.h"

#define MOST_SUCCESSORS 64

struct mg_place {
    struct mg_db *db;
    enum mg_level level;
    struct mg_territories *territories;
    struct mg_succession *succession;
    mg_date cog, codes_of;

    struct mg_map codes; /* of the date codes_of, to territory + 1 */

    bool polygons_loaded;
    const struct mg_locate *locate; /* NULL: the file holds no polygons */
    const char *const *polygon_codes;
    mg_date polygons_of;
    struct mg_map polygons; /* polygon's commune code to territory + 1 */
};

void mg_place_destroy(struct mg_place *place)
{
    if (!place)
        return;
    mg_map_finish(&place->codes);
    mg_map_finish(&place->polygons);
    mg_succession_destroy(place->succession);
    mg_territories_destroy(place->territories);
    free(place);
}

enum mg_code mg_place_create(struct mg_db *db, enum mg_level level, mg_date cog, struct mg_place **ret_place,
                             struct mg_error *err)
{
    MG_CLEANUP(mg_place_destroy_pointer) struct mg_place *place = mg_calloc(1, sizeof *place);
    if (!place)
        return mg_fail_memory(err);
    place->db = db;
    place->level = level;
    enum mg_code code = mg_territories_load(db, cog, 0, &place->territories, err);
    if (!code)
        code = mg_succession_load(db, &place->succession, err);
    if (code)
        return code;
    if (!mg_territories_count(place->territories, level)) {
        mg_fail(err, MG_ERR_USAGE, _("the file holds no territories of level '%s'"), mg_level_name(level));
        mg_error_hint(err, _("import a list of them: maillage import FILE --as territories --level %s"),
                      mg_level_name(level));
        return MG_ERR_USAGE;
    }
    place->cog = mg_territories_cog(place->territories);
    place->codes_of = place->cog;
    *ret_place = place;
    place = NULL;
    return MG_OK;
}

const struct mg_territories *mg_place_territories(const struct mg_place *place)
{
    return place->territories;
}

enum mg_level mg_place_level(const struct mg_place *place)
{
    return place->level;
}

void mg_place_codes_of(struct mg_place *place, mg_date date)
{
    if (date == place->codes_of)
        return;
    place->codes_of = date;
    mg_map_finish(&place->codes);
    place->codes = (struct mg_map){0};
}

/* The territory at the place's level of a commune of the COG date. */
static int32_t above(const struct mg_place *place, const char *commune)
{
    int32_t index = mg_territories_find(place->territories, MG_COMMUNE, commune);
    if (index < 0 || place->level == MG_COMMUNE)
        return index;
    return mg_territories_get(place->territories, MG_COMMUNE, (size_t)index)->parent[place->level];
}

/* The one territory in which all that a code of that date has become is, or MG_NOWHERE. */
static enum mg_code project(const struct mg_place *place, const char *commune, mg_date from,
                            int32_t *ret_index, struct mg_error *err)
{
    const char *codes[MOST_SUCCESSORS];
    enum mg_succession_how how;
    size_t count = 0;
    enum mg_code code = mg_succession_project(place->succession, commune, from, place->cog, codes,
                                              MOST_SUCCESSORS, &count, &how, err);
    if (code)
        return code;
    *ret_index = MG_NOWHERE;
    if (count > MOST_SUCCESSORS)
        return MG_OK;
    for (size_t i = 0; i < count; i++) {
        int32_t index = above(place, codes[i]);
        if (index < 0 || (i && index != *ret_index)) {
            *ret_index = MG_NOWHERE;
            break;
        }
        *ret_index = index;
    }
    return MG_OK;
}

/* What a code says by itself, worked out once for each code. */
static enum mg_code place_code(struct mg_place *place, const char *text, size_t length, int32_t *ret_index,
                               struct mg_error *err)
{
    int64_t known = mg_map_get(&place->codes, text, length);
    if (known < 0) {
        int32_t index;
        MG_FREE char *commune = mg_strndup(text, length);
        if (!commune)
            return mg_fail_memory(err);
        enum mg_code code = project(place, commune, place->codes_of, &index, err);
        if (!code)
            code = mg_map_put(&place->codes, text, length, index + 1, &known, err);
        if (code)
            return code;
    }
    *ret_index = (int32_t)known - 1;
    return MG_OK;
}

static enum mg_code load_polygons(struct mg_place *place, struct mg_error *err)
{
    if (place->polygons_loaded)
        return MG_OK;
    enum mg_code code = mg_territories_polygons(place->territories, place->db, &place->locate,
                                                &place->polygon_codes, &place->polygons_of, err);
    place->polygons_loaded = !code;
    return code;
}

static enum mg_code place_point(struct mg_place *place, const unsigned char *blob, size_t length,
                                int32_t *ret_index, struct mg_error *err)
{
    double lon, lat;
    enum mg_code code = load_polygons(place, err);
    if (code)
        return code;
    *ret_index = MG_NOWHERE;
    if (!place->locate || !mg_blob_read_point(blob, length, &lon, &lat))
        return MG_OK;
    int32_t polygon = mg_locate_find(place->locate, lon, lat);
    if (polygon < 0)
        return MG_OK;
    const char *commune = place->polygon_codes[polygon];
    int64_t known = mg_map_get(&place->polygons, commune, strlen(commune));
    if (known < 0) {
        int32_t index;
        code = project(place, commune, place->polygons_of, &index, err);
        if (!code)
            code = mg_map_put(&place->polygons, commune, strlen(commune), index + 1, &known, err);
        if (code)
            return code;
    }
    *ret_index = (int32_t)known - 1;
    return MG_OK;
}

enum mg_code mg_place_record(struct mg_place *place, const char *code, size_t length,
                             const unsigned char *blob, size_t blob_length, int32_t *ret_index,
                             struct mg_error *err)
{
    int32_t index = MG_NOWHERE;
    enum mg_code failed = MG_OK;
    if (code && length)
        failed = place_code(place, code, length, &index, err);
    if (!failed && index < 0 && blob)
        failed = place_point(place, blob, blob_length, &index, err);
    if (!failed)
        *ret_index = index;
    return failed;
}

enum mg_code mg_place_figure(struct mg_place *place, enum mg_level level, const char *code,
                             int32_t *ret_index, struct mg_error *err)
{
    if (level == MG_COMMUNE)
        return mg_place_record(place, code, strlen(code), NULL, 0, ret_index, err);
    int32_t index = mg_territories_find(place->territories, level, code);
    if (index >= 0 && level != place->level)
        index = mg_territories_get(place->territories, level, (size_t)index)->parent[place->level];
    *ret_index = index;
    return MG_OK;
}
