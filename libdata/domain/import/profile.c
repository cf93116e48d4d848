#include "libdata/domain/import/profile.h"

#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/db/feed.h"
#include "libdata/geo/departement.h"

#define CATEGORY_SIZE 200 /* bytes of a longer one that tell it from others */

void mg_profile_finish(struct mg_profile *profile)
{
    mg_map_finish(&profile->cells);
    free(profile->figures);
    *profile = (struct mg_profile){0};
}

void mg_profile_clear(struct mg_profile *profile)
{
    mg_profile_finish(profile);
}

static enum mg_code grow(struct mg_profile *profile, struct mg_error *err)
{
    if (profile->cells.count < profile->capacity)
        return MG_OK;
    size_t capacity = profile->capacity ? 2 * profile->capacity : 256;
    void *grown = mg_realloc(profile->figures, capacity, sizeof *profile->figures);
    if (!grown)
        return mg_fail_memory(err);
    profile->figures = grown;
    profile->capacity = capacity;
    return MG_OK;
}

/* The cell's number, -1 where there are too many. */
static enum mg_code find_cell(struct mg_profile *profile, const char *key, size_t length, int64_t *ret_number,
                              struct mg_error *err)
{
    uint64_t hash = XXH3_64bits(key, length);
    size_t slot = hash % MG_PROFILE_RECENT;
    if (profile->recent[slot].number && profile->recent[slot].hash == hash) {
        *ret_number = profile->recent[slot].number - 1;
        return MG_OK;
    }
    int64_t number = mg_map_get(&profile->cells, key, length);
    if (number < 0 && profile->cells.count == MG_PROFILE_CELLS) {
        *ret_number = -1;
        return MG_OK;
    }
    if (number < 0) {
        enum mg_code code = grow(profile, err);
        if (!code)
            code = mg_map_put(&profile->cells, key, length, (int64_t)profile->cells.count, &number, err);
        if (code)
            return code;
        profile->figures[number].n = 0;
        profile->figures[number].located = 0;
    }
    profile->recent[slot].hash = hash;
    profile->recent[slot].number = number + 1;
    *ret_number = number;
    return MG_OK;
}

enum mg_code mg_profile_add(struct mg_profile *profile, const char *place, size_t place_length,
                            const char *category, size_t category_length, double n, bool located,
                            struct mg_error *err)
{
    char key[4 + CATEGORY_SIZE];
    if (profile->is_full)
        return MG_OK;
    size_t length = place_length < 5 ? 0 : mg_departement_length(place);
    memcpy(key, place, length);
    key[length++] = '\t';
    if (category_length > CATEGORY_SIZE)
        category_length = mg_text_utf8_prefix(category, CATEGORY_SIZE);
    memcpy(key + length, category, category_length);
    int64_t number = 0;
    enum mg_code code = find_cell(profile, key, length + category_length, &number, err);
    if (code)
        return code;
    profile->is_full = number < 0;
    if (profile->is_full)
        return MG_OK;
    profile->figures[number].n += n;
    profile->figures[number].located += located;
    return MG_OK;
}

/* mg_feed: the cells of an edition. */
struct cells {
    const struct mg_profile *profile;
    int64_t edition;
    size_t at; /* the cell after the one at hand */
};

static enum mg_code next_cell(void *context, bool *ret_row, struct mg_error *err)
{
    struct cells *cells = context;
    (void)err;
    *ret_row = cells->at++ < cells->profile->cells.count;
    return MG_OK;
}

static void cell_column(void *context, int column, sqlite3_context *out)
{
    const struct cells *cells = context;
    size_t i = cells->at - 1, length;
    const char *key = mg_map_key(&cells->profile->cells, i, &length);
    const char *tab = memchr(key, '\t', length), *category = tab + 1;
    switch (column) {
    case 0:
        sqlite3_result_int64(out, cells->edition);
        break;
    case 1:
        sqlite3_result_text(out, key, (int)(tab - key), SQLITE_STATIC);
        break;
    case 2:
        sqlite3_result_text(out, category, (int)strnlen(category, length - (size_t)(category - key)),
                            SQLITE_STATIC);
        break;
    case 3:
        sqlite3_result_double(out, cells->profile->figures[i].n);
        break;
    default:
        sqlite3_result_int64(out, cells->profile->figures[i].located);
    }
}

enum mg_code mg_profile_store(const struct mg_profile *profile, struct mg_db *db, int64_t edition,
                              struct mg_error *err)
{
    struct cells cells = {profile, edition, 0};
    const struct mg_feed feed = {&cells, next_cell, cell_column};
    return profile->is_full ? MG_OK : mg_feed_run(db, MG_SQL_EDITION_COUNT_INSERT, &feed, err);
}
