#include "libdata/geo/territory_set.h"

#include "libdata/base/alloc.h"

const char *const mg_level_names[MG_LEVEL_COUNT + 1] = {"commune", "epci", "arrondissement", "departement",
                                                        "region"};

const char *mg_level_name(enum mg_level level)
{
    return mg_level_names[level];
}

bool mg_level_from_name(const char *name, enum mg_level *ret_level)
{
    for (enum mg_level level = 0; level < MG_LEVEL_COUNT; level++) {
        if (!strcmp(name, mg_level_names[level])) {
            *ret_level = level;
            return true;
        }
    }
    return false;
}

enum mg_code mg_territory_put(struct mg_territories *t, enum mg_level level, const char *code,
                              const char *name, int64_t row, int32_t *ret_index, struct mg_error *err)
{
    struct mg_territory_list *list = &t->lists[level];
    size_t count = list->index.count;
    if (count == list->capacity) {
        size_t capacity = count ? count * 2 : 128;
        struct mg_territory *items = mg_realloc(list->items, capacity, sizeof *items);
        if (items)
            list->items = items;
        size_t *offsets = items ? mg_realloc(list->name_offset, capacity, sizeof *offsets) : NULL;
        if (!offsets)
            return mg_fail_memory(err);
        list->name_offset = offsets;
        list->capacity = capacity;
    }
    int64_t index;
    enum mg_code result = mg_map_put(&list->index, code, strlen(code), (int64_t)count, &index, err);
    if (result)
        return result;
    if (list->index.count > count) {
        struct mg_territory *item = &list->items[count];
        *item = (struct mg_territory){.population = -1, .why = MG_POPULATION_UNKNOWN, .row = row};
        for (size_t i = 0; i < MG_LEVEL_COUNT; i++)
            item->parent[i] = -1;
        item->parent[level] = (int32_t)count;
        list->name_offset[count] = t->names.length;
        mg_buf_add(&t->names, name, strlen(name) + 1);
        result = mg_buf_check(&t->names, err);
    }
    if (!result && ret_index)
        *ret_index = (int32_t)index;
    return result;
}

enum mg_code mg_territory_commune_of(struct mg_territory_loading *l, const char *code, mg_date date,
                                     int32_t *ret_index, struct mg_error *err)
{
    int64_t found = mg_map_get(&l->t->lists[MG_COMMUNE].index, code, strlen(code));
    if (found < 0 && date != MG_DATE_NONE && l->t->cog != MG_DATE_NONE) {
        const char *become;
        size_t count;
        enum mg_succession_how how;
        enum mg_code result =
            mg_succession_project(l->succession, code, date, l->t->cog, &become, 1, &count, &how, err);
        if (result)
            return result;
        if (count == 1)
            found = mg_map_get(&l->t->lists[MG_COMMUNE].index, become, strlen(become));
    }
    *ret_index = (int32_t)found;
    return MG_OK;
}
