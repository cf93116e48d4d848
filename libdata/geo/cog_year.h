/* cog_year.h - of which first of January are the communes of a file?
 *
 * INSEE's official code (COG) has a list of communes for each first of January, and a file seldom says which
 * one it follows. Here the movements tell: for each year from before the first movement to after the last,
 * the communes that stand in some of these years and not in others are parted in two, those that stand and
 * those that do not, and the likelihood is that of finding a share of the first in the file, and another, no
 * larger share of the second; both shares are the year's own best, so that neither how complete the file is
 * nor how many stale codes it has needs to be known. Only the départements that the file names count. A name
 * tells as much where a commune was called otherwise in other years: among the names that are right in one
 * year and wrong in another, the share of those that are right. Years whose likelihood is less than
 * MG_COG_YEAR_NEAR (natural logarithm) from the best one's cannot be told apart: they are a range. One code
 * or name alone never decides. Codes and names count once, however many rows have them.
 *
 * Sources lag behind their dates, so the year whose communes an edition has is found from its codes, by
 * likelihood over the movements. Shares are the year's own best within bounds, so that
 * neither a sparse file nor stale codes need to be known of beforehand; years that cannot be told apart stay
 * a range. It is found again for all editions when movements are imported, and history takes it beside the
 * edition's date, not in its place: some rows of a lagging source are up to date.
 */
#ifndef MG_GEO_COG_YEAR_H
#define MG_GEO_COG_YEAR_H

#include "libdata/base/date.h"
#include "libdata/base/map.h"
#include "libdata/db/db.h"

#define MG_COG_YEAR_NEAR 4.0 /* fifty to one */

/* The distinct codes of a file, and the names beside them. Start with {0}. */
struct mg_cog_codes {
    struct mg_map codes;
    struct mg_map names; /* code, blank, name as written */
    bool too_many;       /* names; they say nothing then */
};

/* code: in its proper form (codes.h); name may be empty. */
enum mg_code mg_cog_codes_add(struct mg_cog_codes *codes, const char *code, const char *name,
                              size_t name_length, struct mg_error *err);
void mg_cog_codes_finish(struct mg_cog_codes *codes);

struct mg_cog_year {
    int first, last;   /* 0: it cannot be told */
    bool or_later;     /* last is the last year that the movements know of */
    int64_t strangers; /* codes that are a commune's in another year, in none of these */
};

/* By the file's latest list of movements; without one it cannot be told. */
enum mg_code mg_cog_year_find(struct mg_db *db, const struct mg_cog_codes *codes,
                              struct mg_cog_year *ret_year, struct mg_error *err);

/* A date of which the codes of an edition are: its own, or the nearest of the years found. first 0: its own.
 */
mg_date mg_cog_year_date(int first, int last, mg_date as_of);

#endif
