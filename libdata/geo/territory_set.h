/* territory_set.h - the set behind territory.h, for the files that fill it: territory.c (lists and links),
 * territory_inhabitants.c, territory_polygons.c.
 */
#ifndef MG_GEO_TERRITORY_SET_H
#define MG_GEO_TERRITORY_SET_H

#include <string.h>

#include "libdata/base/map.h"
#include "libdata/geo/succession.h"
#include "libdata/geo/territory.h"

struct mg_territory_list {
    struct mg_map index; /* codes */
    struct mg_territory *items;
    size_t *name_offset; /* in names, by item */
    size_t capacity;
    mg_date date; /* MG_DATE_NONE: the file has no list of the level */
};

struct mg_territories {
    struct mg_territory_list lists[MG_LEVEL_COUNT];
    struct mg_buf names;
    struct mg_map parts; /* delegated communes, arrondissements: to their commune's index */
    mg_date cog;
    struct mg_locate *locate;
    struct mg_map polygon_codes;
    const char **codes;
    mg_date polygon_date;
};

/* What is needed while loading only. */
struct mg_territory_loading {
    struct mg_db *db;
    struct mg_territories *t;
    struct mg_succession *succession;
    mg_date link_date[MG_LEVEL_COUNT][MG_LEVEL_COUNT]; /* of the links that count, by child and parent */
};

extern const char *const mg_level_names[]; /* by enum mg_level, NULL-terminated */

/* The index of a code, which is put there when it is new. */
enum mg_code mg_territory_put(struct mg_territories *t, enum mg_level level, const char *code,
                              const char *name, int64_t row, int32_t *ret_index, struct mg_error *err);

/* The commune of the set that a code of some date stands for, or -1. */
enum mg_code mg_territory_commune_of(struct mg_territory_loading *l, const char *code, mg_date date,
                                     int32_t *ret_index, struct mg_error *err);

/* What one year's list says of the communes of the set (territory_numbers.c). Communes of which it has only
 * one number together are a group, known by the least of them; n is of the group, in its place. why: whether
 * all of the commune is in that number. */
struct mg_commune_numbers {
    int year;
    size_t count;
    int32_t *group;
    int64_t *n;
    int64_t *others;         /* by département: of codes in it of which nobody knows what commune they are */
    enum mg_population *why; /* MG_POPULATION_SPLIT: the number is of land outside the set, too */
};
enum mg_code mg_commune_numbers_load(struct mg_territory_loading *l, int year,
                                     struct mg_commune_numbers *ret_numbers, struct mg_error *err);
void mg_commune_numbers_finish(struct mg_commune_numbers *numbers); /* also of {0} */

/* How many arrondissements the city has; 0: it is none of the three. */
int mg_territory_city_parts(const char *city);

/* Where there are no communes yet: those that the file has numbers for. */
enum mg_code mg_territory_list_inhabited(struct mg_territory_loading *l, struct mg_error *err);

/* wanted: a year, or 0. */
enum mg_code mg_territory_count_inhabitants(struct mg_territory_loading *l, int wanted, struct mg_error *err);

#endif
