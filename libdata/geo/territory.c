#include "libdata/db/read.h"
#include "libdata/geo/territory_set.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/departement.h"

void mg_territories_destroy(struct mg_territories *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < MG_LEVEL_COUNT; i++) {
        mg_map_finish(&t->lists[i].index);
        free(t->lists[i].items);
        free(t->lists[i].name_offset);
    }
    mg_buf_finish(&t->names);
    mg_map_finish(&t->parts);
    mg_locate_destroy(t->locate);
    mg_map_finish(&t->polygon_codes);
    free(t->codes);
    free(t);
}

mg_date mg_territories_cog(const struct mg_territories *t)
{
    return t->cog;
}

size_t mg_territories_count(const struct mg_territories *t, enum mg_level level)
{
    return t->lists[level].index.count;
}

const struct mg_territory *mg_territories_get(const struct mg_territories *t, enum mg_level level,
                                              size_t index)
{
    return &t->lists[level].items[index];
}

int32_t mg_territories_find(const struct mg_territories *t, enum mg_level level, const char *code)
{
    int64_t found = mg_map_get(&t->lists[level].index, code, strlen(code));
    if (found < 0 && level == MG_COMMUNE) {
        const char *city = mg_territory_city(code);
        found = mg_map_get(&t->parts, code, strlen(code));
        if (found < 0 && city)
            found = mg_map_get(&t->lists[level].index, city, strlen(city));
    }
    return (int32_t)found;
}

/* --- dates --- */

static enum mg_level read_level(struct mg_read *row, int column)
{
    return (enum mg_level)mg_read_word(row, column, mg_level_names);
}

/* Of dates that come in ascending order: the latest not after the wanted one, else the earliest; when none is
 * wanted, the latest. */
static void prefer(mg_date *chosen, mg_date date, mg_date wanted)
{
    if (*chosen == MG_DATE_NONE || wanted == MG_DATE_NONE || date <= wanted)
        *chosen = date;
}

static enum mg_code choose_list_date(struct mg_db *db, enum mg_level level, mg_date wanted, mg_date *ret_date,
                                     struct mg_error *err)
{
    struct mg_read row;
    mg_date chosen = MG_DATE_NONE;
    mg_read_ask(&row, db, MG_SQL_TERRITORY_DATES, err, "t", mg_level_name(level));
    while (mg_read_next(&row))
        prefer(&chosen, mg_read_date(&row, 0), wanted);
    if (!row.code)
        *ret_date = chosen;
    return mg_read_end(&row);
}

static enum mg_code choose_link_dates(struct mg_territory_loading *l, struct mg_error *err)
{
    struct mg_read row;
    for (size_t i = 0; i < MG_LEVEL_COUNT; i++)
        for (size_t k = 0; k < MG_LEVEL_COUNT; k++)
            l->link_date[i][k] = MG_DATE_NONE;
    mg_read_ask(&row, l->db, MG_SQL_TERRITORY_LINK_DATES, err, "");
    while (mg_read_next(&row)) {
        enum mg_level child = read_level(&row, 0), parent = read_level(&row, 1);
        prefer(&l->link_date[child][parent], mg_read_date(&row, 2), l->t->cog);
    }
    return mg_read_end(&row);
}

/* Without a commune list the set is of the latest date that there is. */
static void settle_date(struct mg_territory_loading *l)
{
    mg_date latest = MG_DATE_NONE;
    for (size_t i = 0; i < MG_LEVEL_COUNT; i++) {
        latest = l->t->lists[i].date > latest ? l->t->lists[i].date : latest;
        latest = l->link_date[MG_COMMUNE][i] > latest ? l->link_date[MG_COMMUNE][i] : latest;
    }
    if (l->t->cog == MG_DATE_NONE)
        l->t->cog = latest;
}

/* --- lists --- */

static enum mg_code load_list(struct mg_territory_loading *l, enum mg_level level, struct mg_error *err)
{
    mg_date date = MG_DATE_NONE;
    enum mg_code code = choose_list_date(l->db, level, l->t->cog, &date, err);
    if (code)
        return code;
    l->t->lists[level].date = date;
    if (date == MG_DATE_NONE)
        return MG_OK;
    if (level == MG_COMMUNE)
        l->t->cog = date;
    char text[MG_DATE_SIZE];
    mg_date_format(date, text);
    struct mg_read row;
    mg_read_ask(&row, l->db, MG_SQL_TERRITORY_LIST, err, "tt", mg_level_name(level), text);
    while (mg_read_next(&row)) {
        const char *its_code = mg_read_text(&row, 1, NULL), *name = mg_read_text(&row, 2, NULL);
        int64_t id = mg_read_i64(&row, 0);
        if (!row.code)
            row.code = mg_territory_put(l->t, level, its_code, name, id, NULL, err);
    }
    return mg_read_end(&row);
}

/* --- links --- */

/* One link of a commune. Without a commune list the links make it. */
static enum mg_code link_commune(struct mg_territory_loading *l, const char *type, const char *child,
                                 enum mg_level parent_level, int32_t parent, mg_date date,
                                 struct mg_error *err)
{
    struct mg_territories *t = l->t;
    int32_t index = -1;
    enum mg_code code;
    if (parent_level == MG_COMMUNE) /* a delegated commune, an arrondissement */
        return mg_map_put(&t->parts, child, strlen(child), parent, NULL, err);
    if (strcmp(type, "COM"))
        return MG_OK;
    if (t->lists[MG_COMMUNE].date == MG_DATE_NONE)
        code = mg_territory_put(t, MG_COMMUNE, child, "", 0, &index, err);
    else
        code = mg_territory_commune_of(l, child, date, &index, err);
    if (!code && index >= 0 && t->lists[MG_COMMUNE].items[index].parent[parent_level] < 0)
        t->lists[MG_COMMUNE].items[index].parent[parent_level] = parent;
    return code;
}

static enum mg_code load_link(struct mg_territory_loading *l, struct mg_read *row, struct mg_error *err)
{
    enum mg_level child_level = read_level(row, 0), parent_level = read_level(row, 3);
    mg_date date = mg_read_date(row, 5);
    const char *type = mg_read_text(row, 1, NULL), *child = mg_read_text(row, 2, NULL);
    const char *parent_code = mg_read_text(row, 4, NULL);
    if (row->code || date != l->link_date[child_level][parent_level])
        return row->code;
    int32_t parent, index;
    enum mg_code code;
    if (parent_level == MG_COMMUNE) {
        code = mg_territory_commune_of(l, parent_code, date, &parent, err);
        if (code || parent < 0)
            return code;
    } else {
        code = mg_territory_put(l->t, parent_level, parent_code, "", 0, &parent, err);
    }
    if (!code && child_level == MG_COMMUNE)
        return link_commune(l, type, child, parent_level, parent, date, err);
    if (!code)
        code = mg_territory_put(l->t, child_level, child, "", 0, &index, err);
    if (!code)
        l->t->lists[child_level].items[index].parent[parent_level] = parent;
    return code;
}

static enum mg_code load_links(struct mg_territory_loading *l, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, l->db, MG_SQL_TERRITORY_LINK_LIST, err, "");
    while (mg_read_next(&row))
        row.code = load_link(l, &row, err);
    return mg_read_end(&row);
}

/* Départements that only the codes of communes tell. */
static enum mg_code complete_departements(struct mg_territories *t, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < t->lists[MG_COMMUNE].index.count && !code; i++) {
        size_t length;
        const char *commune = mg_map_key(&t->lists[MG_COMMUNE].index, i, &length);
        char departement[4] = "";
        if (length != 5 || t->lists[MG_COMMUNE].items[i].parent[MG_DEPARTEMENT] >= 0)
            continue;
        memcpy(departement, commune, mg_departement_length(commune));
        int32_t index;
        code = mg_territory_put(t, MG_DEPARTEMENT, departement, "", 0, &index, err);
        if (!code)
            t->lists[MG_COMMUNE].items[i].parent[MG_DEPARTEMENT] = index;
    }
    return code;
}

/* A commune is in the région of its département. Upwards, what all communes of a territory say. */
static void complete_parents(struct mg_territories *t)
{
    enum { NOT_YET = -1, SEVERAL = -2 };
    struct mg_territory_list *communes = &t->lists[MG_COMMUNE];
    for (size_t i = 0; i < communes->index.count; i++) {
        int32_t *parent = communes->items[i].parent;
        if (parent[MG_REGION] < 0 && parent[MG_DEPARTEMENT] >= 0)
            parent[MG_REGION] = t->lists[MG_DEPARTEMENT].items[parent[MG_DEPARTEMENT]].parent[MG_REGION];
    }
    for (enum mg_level level = MG_EPCI; level < MG_LEVEL_COUNT; level++) {
        for (enum mg_level above = level + 1; above < MG_LEVEL_COUNT; above++) {
            for (size_t i = 0; i < communes->index.count; i++) {
                const int32_t *parent = communes->items[i].parent;
                if (parent[level] < 0 || parent[above] < 0)
                    continue;
                int32_t *agreed = &t->lists[level].items[parent[level]].parent[above];
                *agreed = *agreed == NOT_YET || *agreed == parent[above] ? parent[above] : SEVERAL;
            }
            for (size_t i = 0; i < t->lists[level].index.count; i++)
                if (t->lists[level].items[i].parent[above] == SEVERAL)
                    t->lists[level].items[i].parent[above] = -1;
        }
    }
}

/* --- loading --- */

/* Codes and names move while lists grow; once they are whole, items point to them. */
static void settle(struct mg_territories *t)
{
    for (size_t level = 0; level < MG_LEVEL_COUNT; level++) {
        struct mg_territory_list *list = &t->lists[level];
        for (size_t i = 0; i < list->index.count; i++) {
            list->items[i].code = mg_map_key(&list->index, i, NULL);
            list->items[i].name = t->names.data + list->name_offset[i];
        }
    }
}

static enum mg_code load(struct mg_territory_loading *l, int population_year, struct mg_error *err)
{
    enum mg_code code = mg_succession_load(l->db, &l->succession, err);
    for (enum mg_level level = 0; level < MG_LEVEL_COUNT && !code; level++)
        code = load_list(l, level, err);
    if (!code)
        code = choose_link_dates(l, err);
    if (!code) {
        settle_date(l);
        code = load_links(l, err);
    }
    if (!code && !mg_territories_count(l->t, MG_COMMUNE))
        code = mg_territory_list_inhabited(l, err);
    if (!code)
        code = complete_departements(l->t, err);
    if (!code) {
        complete_parents(l->t);
        code = mg_territory_count_inhabitants(l, population_year, err);
    }
    if (!code)
        settle(l->t);
    return code;
}

enum mg_code mg_territories_load(struct mg_db *db, mg_date cog, int population_year,
                                 struct mg_territories **ret_territories, struct mg_error *err)
{
    struct mg_territory_loading l = {.db = db, .t = mg_calloc(1, sizeof *l.t)};
    if (!l.t)
        return mg_fail_memory(err);
    l.t->cog = cog;
    enum mg_code code = load(&l, population_year, err);
    mg_succession_destroy(l.succession);
    if (code) {
        mg_territories_destroy(l.t);
        return code;
    }
    *ret_territories = l.t;
    return MG_OK;
}
