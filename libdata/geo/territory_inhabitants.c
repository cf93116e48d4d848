/* Inhabitants of the territories of a set: by commune, summed upwards. */
#include <limits.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/geo/territory_set.h"

const char *mg_population_name(enum mg_population why)
{
    static const char *const names[] = {NULL, "unknown", "part", "split"};
    return names[why];
}

static void set_population(struct mg_territory *territory, int64_t n, int year)
{
    territory->population = n;
    territory->population_year = year > 0 ? year : 0;
    territory->why = MG_POPULATION_KNOWN;
}

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

/* The numbers of one year that a level above communes has of its own; two for one code: the later edition's.
 */
static enum mg_code load_own(struct mg_territory_loading *l, enum mg_level level, int year,
                             struct mg_error *err)
{
    struct mg_territory_list *list = &l->t->lists[level];
    struct mg_read row;
    mg_read_ask(&row, l->db, MG_SQL_POPULATION_LIST, err, "ti", mg_level_name(level), (int64_t)year);
    while (mg_read_next(&row)) {
        const char *text = mg_read_text(&row, 0, NULL);
        int64_t n = mg_read_i64_in(&row, 1, 0, MG_INHABITANTS_MAX);
        int64_t index = mg_map_get(&list->index, text, strlen(text));
        if (!row.code && index >= 0 && list->items[index].population < 0)
            set_population(&list->items[index], n, year);
    }
    return mg_read_end(&row);
}

static bool is_shared(const struct mg_commune_numbers *numbers, size_t commune)
{
    return numbers->group[commune] != (int32_t)commune;
}

/* Communes that have none yet: the number of one year that is theirs alone, and of all their land. */
static enum mg_code take_numbers(struct mg_territory_list *communes, const struct mg_commune_numbers *numbers,
                                 struct mg_error *err)
{
    MG_FREE bool *several = mg_calloc(numbers->count + 1, sizeof *several);
    if (!several)
        return mg_fail_memory(err);
    for (size_t i = 0; i < numbers->count; i++)
        if (is_shared(numbers, i))
            several[i] = several[numbers->group[i]] = true;
    for (size_t i = 0; i < numbers->count; i++) {
        struct mg_territory *commune = &communes->items[i];
        enum mg_population why =
            numbers->why[i] == MG_POPULATION_KNOWN && several[i] ? MG_POPULATION_SPLIT : numbers->why[i];
        if (commune->population >= 0)
            continue;
        if (why == MG_POPULATION_KNOWN)
            set_population(commune, numbers->n[i], numbers->year);
        else if (commune->why == MG_POPULATION_UNKNOWN)
            commune->why = why;
    }
    return MG_OK;
}

/* ret_first: the numbers of the first year that is asked for; of no commune where there is none. */
static enum mg_code count_communes(struct mg_territory_loading *l, int wanted,
                                   struct mg_commune_numbers *ret_first, struct mg_error *err)
{
    struct mg_territory_list *communes = &l->t->lists[MG_COMMUNE];
    MG_FREE int *years = NULL;
    size_t count = 0;
    enum mg_code code = list_years(l->db, MG_COMMUNE, wanted, &years, &count, err);
    for (size_t i = 0; i < count && !code; i++) {
        MG_CLEANUP(mg_commune_numbers_finish) struct mg_commune_numbers other = {0};
        struct mg_commune_numbers *numbers = i ? &other : ret_first;
        code = mg_commune_numbers_load(l, years[i], numbers, err);
        if (!code)
            code = take_numbers(communes, numbers, err);
    }
    return code;
}

/* ---- above communes ---- */

struct sum {
    int64_t n;
    int year; /* -1: of several */
    enum mg_population why;
    bool any;
};

static void add(struct sum *sum, int64_t n, int year)
{
    sum->n += n;
    sum->year = !sum->any || sum->year == year ? year : -1;
    sum->any = true;
}

/* By group: the territory of a level that all its communes are in, if their number is all of theirs; else -1.
 */
static int32_t *find_common(const struct mg_territory_list *communes, const struct mg_commune_numbers *first,
                            enum mg_level level)
{
    int32_t *common = mg_malloc((first->count + 1) * sizeof *common);
    for (size_t i = 0; i < first->count && common; i++) {
        int32_t parent = communes->items[i].parent[level], group = first->group[i];
        if (group == (int32_t)i)
            common[i] = parent;
        if (parent != common[group] || first->why[i] != MG_POPULATION_KNOWN)
            common[group] = -1;
    }
    return common;
}

static enum mg_code sum_up(struct mg_territories *t, const struct mg_commune_numbers *first,
                           enum mg_level level, struct mg_error *err)
{
    const struct mg_territory_list *communes = &t->lists[MG_COMMUNE];
    struct mg_territory_list *list = &t->lists[level];
    MG_FREE struct sum *sums = mg_calloc(list->index.count + 1, sizeof *sums);
    MG_FREE int32_t *common = find_common(communes, first, level);
    if (!sums || !common)
        return mg_fail_memory(err);
    for (size_t i = 0; i < communes->index.count; i++) {
        const struct mg_territory *commune = &communes->items[i];
        int32_t parent = commune->parent[level];
        struct sum *sum = parent < 0 ? NULL : &sums[parent];
        int32_t group = i < first->count ? first->group[i] : -1;
        if (!sum)
            continue;
        if (group >= 0 && common[group] == parent) {
            if (group == (int32_t)i)
                add(sum, first->n[i], first->year);
        } else if (commune->population >= 0) {
            add(sum, commune->population, commune->population_year);
        } else if (sum->why == MG_POPULATION_KNOWN || commune->why > sum->why) {
            sum->why = commune->why;
        }
    }
    const struct mg_territory_list *departements = &t->lists[MG_DEPARTEMENT];
    for (size_t i = 0; i < departements->index.count && first->others; i++) {
        int32_t parent = departements->items[i].parent[level];
        if (parent >= 0 && first->others[i] && level >= MG_DEPARTEMENT)
            add(&sums[parent], first->others[i], first->year);
    }
    for (size_t i = 0; i < list->index.count; i++) {
        if (list->items[i].population >= 0)
            continue;
        if (sums[i].any && sums[i].why == MG_POPULATION_KNOWN)
            set_population(&list->items[i], sums[i].n, sums[i].year);
        else if (sums[i].any || sums[i].why != MG_POPULATION_KNOWN)
            list->items[i].why =
                sums[i].any && sums[i].why == MG_POPULATION_UNKNOWN ? MG_POPULATION_PART : sums[i].why;
    }
    return MG_OK;
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
    MG_CLEANUP(mg_commune_numbers_finish) struct mg_commune_numbers first = {0};
    enum mg_code code = count_communes(l, wanted = year_of(l, wanted), &first, err);
    for (enum mg_level level = MG_EPCI; level < MG_LEVEL_COUNT && !code; level++) {
        MG_FREE int *years = NULL;
        size_t count = 0;
        code = list_years(l->db, level, wanted, &years, &count, err);
        if (!code && count) /* one year only: another would not be the sum's */
            code = load_own(l, level, years[0], err);
        if (!code)
            code = sum_up(l->t, &first, level, err);
    }
    return code;
}
