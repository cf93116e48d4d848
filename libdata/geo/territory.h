/* territory.h - the territories of one date, in memory: codes, names, who contains whom, inhabitants.
 *
 * Levels are those of the file: commune, epci, arrondissement, departement, region. The set for a COG date
 * holds, for each level, the latest list whose date is not after it (else the earliest there is), and what
 * is known from links only. mg_territories_cog is the date of the commune list that was taken: codes must
 * be projected to that date. Parents come from the latest territory_link not after it (else the earliest);
 * where the file has none, a commune's département is in its code (2A, 971). A link or a number of
 * inhabitants of a commune that is not in the list goes to the one it has become, by the movements.
 * Paris, Lyon and Marseille arrondissements and delegated communes are found under their commune. A
 * territory above communes has a parent at another level when all its communes have the same.
 */
#ifndef MG_GEO_TERRITORY_H
#define MG_GEO_TERRITORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/date.h"
#include "libdata/db/db.h"
#include "libdata/geo/locate.h"

enum mg_level { MG_COMMUNE, MG_EPCI, MG_ARRONDISSEMENT, MG_DEPARTEMENT, MG_REGION, MG_LEVEL_COUNT };

const char *mg_level_name(enum mg_level level); /* "commune", ... */
bool mg_level_from_name(const char *name, enum mg_level *ret_level);

/* Why a territory's inhabitants are not known: a number is of land, and none is told of other land. */
enum mg_population {
    MG_POPULATION_KNOWN,
    MG_POPULATION_UNKNOWN, /* no list has a number for it, or for one of its communes */
    MG_POPULATION_PART,    /* for a part of it only: a commune that merged since, of which one is missing */
    MG_POPULATION_SPLIT,   /* only together with other land: a commune that was divided since */
    MG_POPULATION_COUNT
};
const char *mg_population_name(enum mg_population why); /* "unknown", "part", "split"; NULL: it is known */

struct mg_territory {
    const char *code, *name;        /* name may be "" */
    int32_t parent[MG_LEVEL_COUNT]; /* index in that level's list, -1 unknown; own level: itself */
    int64_t population;             /* -1: not known */
    int population_year;            /* in which they were counted; 0: none, or several */
    enum mg_population why;
    int64_t row; /* territory.id, for its geometry; 0 when it is known from links only */
};

struct mg_territories;

/* cog MG_DATE_NONE: the latest commune list's date. Inhabitants are those of population_year (0: the year of
 * the set's date), else of the latest year before it that is known, else of the earliest; a commune for
 * which this year's list has no number of just its land has the nearest that is known, in the same order.
 * Numbers are brought to the set's date by the movements: those of communes that merged are added, those of
 * old codes to the commune that they became. Paris, Lyon and Marseille have the sum of their arrondissements'
 * where the file counts those only. Levels above have their own numbers of that year where the file holds
 * them, else the sum of their communes', if it is known of all of them; a code of which no movement tells
 * what became of it counts in its département and above. */
enum mg_code mg_territories_load(struct mg_db *db, mg_date cog, int population_year,
                                 struct mg_territories **ret_territories, struct mg_error *err);
void mg_territories_destroy(struct mg_territories *t);

mg_date mg_territories_cog(const struct mg_territories *t);
size_t mg_territories_count(const struct mg_territories *t, enum mg_level level);
const struct mg_territory *mg_territories_get(const struct mg_territories *t, enum mg_level level,
                                              size_t index);
int32_t mg_territories_find(const struct mg_territories *t, enum mg_level level, const char *code); /* -1 */

/* The commune polygons nearest in date to the set's own (with the date they are of), for mg_locate_find;
 * the numbers are indexes of *ret_codes. NULL when the file holds none. Owned by t. */
enum mg_code mg_territories_polygons(struct mg_territories *t, struct mg_db *db,
                                     const struct mg_locate **ret_locate, const char *const **ret_codes,
                                     mg_date *ret_date, struct mg_error *err);

/* The commune whose arrondissement has this code (Paris, Lyon, Marseille), or NULL. */
const char *mg_territory_city(const char *code);

#endif
