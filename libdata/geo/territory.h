/* territory.h - the territories of one date, in memory: codes, names, who contains whom, inhabitants.
 *
 * Levels are those of the file: commune, epci, arrondissement, departement, region. The set for a COG date
 * holds, for each level, the latest list whose date is not after it (else the earliest there is). Parents
 * come from territory_link; where the file has none, a commune's département is in its code (2A, 971).
 * Paris, Lyon and Marseille arrondissements and delegated communes are found under their commune.
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

struct mg_territory {
    const char *code, *name; /* name may be "" */
    int32_t parent[MG_LEVEL_COUNT]; /* index in that level's list, -1 unknown; own level: itself */
    int64_t population;             /* -1 unknown */
    int64_t row;                    /* territory.id, for its geometry; 0 when it is known from links only */
};

struct mg_territories;

/* cog MG_DATE_NONE: the latest commune list's date. population_year 0: the latest not after cog's year,
 * else the earliest. */
enum mg_code mg_territories_load(struct mg_db *db, mg_date cog, int population_year,
                                 struct mg_territories **ret_territories, struct mg_error *err);
void mg_territories_destroy(struct mg_territories *t);

mg_date mg_territories_cog(const struct mg_territories *t);
size_t mg_territories_count(const struct mg_territories *t, enum mg_level level);
const struct mg_territory *mg_territories_get(const struct mg_territories *t, enum mg_level level, size_t index);
int32_t mg_territories_find(const struct mg_territories *t, enum mg_level level, const char *code); /* -1 */

/* The commune polygons nearest in date to the set's own (with the date they are of), for mg_locate_find;
 * the numbers are indexes of *ret_codes. NULL when the file holds none. Owned by t. */
enum mg_code mg_territories_polygons(struct mg_territories *t, struct mg_db *db, const struct mg_locate **ret_locate,
                                     const char *const **ret_codes, mg_date *ret_date, struct mg_error *err);

#endif
