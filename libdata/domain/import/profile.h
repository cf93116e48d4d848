/* profile.h - what an edition looks like from afar: how many of each category there are in each département,
 * how many have a place, how full each column is. Counted while an import reads, kept with the edition, and
 * compared with the edition before: what departs is an anomaly (anomalies.h).
 *
 * A département is told by the first two characters of a commune's code or a postcode, three overseas. An
 * edition with more than MG_PROFILE_CELLS of category and département keeps none of them: such a category is
 * a name.
 */
#ifndef MG_IMPORT_PROFILE_H
#define MG_IMPORT_PROFILE_H

#include "libdata/base/map.h"
#include "libdata/db/db.h"

#define MG_PROFILE_CELLS  20000
#define MG_PROFILE_RECENT 1024

struct mg_profile {      /* start with {0}; the owner calls mg_profile_finish */
    struct mg_map cells; /* département, tab, category */
    struct {
        double n;
        int64_t located;
    } * figures; /* by the map's numbers */
    size_t capacity;
    bool is_full; /* there were too many */
    /* The cells met lately, by the hash of their keys: one place in memory to look at instead of three. Two
     * cells with one hash of 64 bits would be taken for one: never, among so few. */
    struct {
        uint64_t hash;
        int64_t number; /* + 1, 0 is free */
    } recent[MG_PROFILE_RECENT];
};

void mg_profile_clear(struct mg_profile *profile);
void mg_profile_finish(struct mg_profile *profile);

/* place: a commune's code or a postcode, "" when there is none. */
enum mg_code mg_profile_add(struct mg_profile *profile, const char *place, size_t place_length,
                            const char *category, size_t category_length, double n, bool located,
                            struct mg_error *err);

/* Into table edition_count. */
enum mg_code mg_profile_store(const struct mg_profile *profile, struct mg_db *db, int64_t edition,
                              struct mg_error *err);

#endif
