/* Inhabitants of the territories of a set: read by commune, summed upwards. */
#include <limits.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/geo/territory_set.h"

/* Years in the order in which they are asked: the latest not after the wanted one, earlier ones, then later
 * ones from the earliest. */
static enum mg_code list_years(struct mg_db *db, enum mg_level level, int wanted, int **ret_years,
                               size_t *ret_count, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf years = {0};
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_POPULATION_YEARS, err, "t", mg_level_name(level));
    while (mg_read_next(&row)) {
        int year = mg_read_int(&row, 0, 0, MG_YEAR_MAX);
        mg_buf_add(&years, &year, sizeof year);
    }
    enum mg_code code = mg_read_end(&row);
    if (!code)
        code = mg_buf_check(&years, err);
    if (code)
        return code;
    size_t count = years.length / sizeof(int), before = 0;
    int *ordered = mg_malloc((count + 1) * sizeof *ordered);
    if (!ordered)
        return mg_fail_memory(err);
    const int *ascending = (const int *)(const void *)years.data;
    while (before < count && ascending[before] <= wanted)
        before++;
    for (size_t i = 0; i < count; i++)
        ordered[i] = ascending[i < before ? before - 1 - i : i];
    *ret_years = ordered;
    *ret_count = count;
    return MG_OK;
}

/* One number: the territory's own; else, where the list is the first that is asked, it adds to the commune
 * that the code has become; else, for an arrondissement, to what the parts of its city have. */
static enum mg_code add_number(struct mg_territory_loading *l, enum mg_level level, struct mg_read *row,
                               bool first, int64_t *numbers, int64_t *of_parts, struct mg_error *err)
{
    const struct mg_territory_list *list = &l->t->lists[level];
    const char *text = mg_read_text(row, 0, NULL);
    const char *city = level == MG_COMMUNE ? mg_territory_city(text) : NULL;
    int64_t n = mg_read_i64_in(row, 1, 0, MG_INHABITANTS_MAX);
    mg_date date = mg_read_date(row, 2);
    int32_t index = (int32_t)mg_map_get(&list->index, text, strlen(text));
    enum mg_code code = row->code;
    if (code)
        return code;
    if (index < 0 && city) {
        index = (int32_t)mg_map_get(&list->index, city, strlen(city));
        numbers = of_parts;
    } else if (index < 0 && first && level == MG_COMMUNE) {
        code = mg_territory_commune_of(l, text, date, &index, err);
    }
    if (!code && index >= 0)
        numbers[index] = (numbers[index] < 0 ? 0 : numbers[index]) + n;
    return code;
}

/* The numbers of one year, for those that have none yet. */
static enum mg_code load_year(struct mg_territory_loading *l, enum mg_level level, int year, bool first,
                              struct mg_error *err)
{
    struct mg_territory_list *list = &l->t->lists[level];
    MG_CLEANUP(mg_buf_finish) struct mg_buf last = {0};
    size_t count = list->index.count;
    MG_FREE int64_t *numbers = mg_malloc((2 * count + 1) * sizeof *numbers);
    if (!numbers)
        return mg_fail_memory(err);
    int64_t *of_parts = numbers + count;
    for (size_t i = 0; i < 2 * count; i++)
        numbers[i] = -1;
    struct mg_read row;
    mg_read_ask(&row, l->db, MG_SQL_POPULATION_LIST, err, "ti", mg_level_name(level), (int64_t)year);
    while (mg_read_next(&row)) {
        const char *text = mg_read_text(&row, 0, NULL);
        if (last.data && !strcmp(last.data, text)) /* an earlier edition's */
            continue;
        mg_buf_clear(&last);
        mg_buf_add_str(&last, text);
        enum mg_code code = mg_buf_check(&last, err);
        row.code = row.code ? row.code : code;
        if (!row.code)
            row.code = add_number(l, level, &row, first, numbers, of_parts, err);
    }
    for (size_t i = 0; i < count && !row.code; i++)
        if (list->items[i].population < 0)
            list->items[i].population = numbers[i] >= 0 ? numbers[i] : of_parts[i];
    return mg_read_end(&row);
}

static enum mg_code load_populations(struct mg_territory_loading *l, enum mg_level level, int wanted,
                                     struct mg_error *err)
{
    MG_FREE int *years = NULL;
    size_t count = 0;
    enum mg_code code = list_years(l->db, level, wanted, &years, &count, err);
    /* above communes one year only: another would not be the sum's */
    for (size_t i = 0; i < count && !code && (i == 0 || level == MG_COMMUNE); i++)
        code = load_year(l, level, years[i], i == 0, err);
    return code;
}

static int year_of(const struct mg_territory_loading *l, int wanted)
{
    int month, day;
    if (!wanted && l->t->cog != MG_DATE_NONE)
        mg_date_to_civil(l->t->cog, &wanted, &month, &day);
    return wanted ? wanted : INT_MAX;
}

enum mg_code mg_territory_list_inhabited(struct mg_territory_loading *l, struct mg_error *err)
{
    MG_FREE int *years = NULL;
    size_t count = 0;
    enum mg_code code = list_years(l->db, MG_COMMUNE, year_of(l, 0), &years, &count, err);
    if (code || !count)
        return code;
    struct mg_read row;
    mg_read_ask(&row, l->db, MG_SQL_POPULATION_LIST, err, "ti", mg_level_name(MG_COMMUNE), (int64_t)years[0]);
    while (mg_read_next(&row)) {
        const char *text = mg_read_text(&row, 0, NULL), *city = mg_territory_city(text);
        if (!row.code)
            row.code = mg_territory_put(l->t, MG_COMMUNE, city ? city : text, "", 0, NULL, err);
    }
    return mg_read_end(&row);
}

enum mg_code mg_territory_count_inhabitants(struct mg_territory_loading *l, int wanted, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    wanted = year_of(l, wanted);
    for (enum mg_level level = 0; level < MG_LEVEL_COUNT && !code; level++)
        code = load_populations(l, level, wanted, err);
    struct mg_territory_list *communes = &l->t->lists[MG_COMMUNE];
    for (enum mg_level level = MG_EPCI; level < MG_LEVEL_COUNT && !code; level++) {
        struct mg_territory_list *list = &l->t->lists[level];
        MG_FREE int64_t *sums = mg_malloc((list->index.count + 1) * sizeof *sums);
        if (!sums)
            return mg_fail_memory(err);
        for (size_t i = 0; i < list->index.count; i++)
            sums[i] = -1;
        for (size_t i = 0; i < communes->index.count; i++) {
            int32_t parent = communes->items[i].parent[level];
            if (parent >= 0 && communes->items[i].population >= 0)
                sums[parent] = (sums[parent] < 0 ? 0 : sums[parent]) + communes->items[i].population;
        }
        for (size_t i = 0; i < list->index.count; i++)
            if (list->items[i].population < 0)
                list->items[i].population = sums[i];
    }
    return code;
}
