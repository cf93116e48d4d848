/* history_life.h - the life of one key: what each edition said of it, from when to when. */
#ifndef MG_DOMAIN_HISTORY_LIFE_H
#define MG_DOMAIN_HISTORY_LIFE_H

#include "libdata/domain/catalogue.h"
#include "libdata/io/out.h"

/* A record of type life for each content that a row of this key ever had, by the date of the edition that
 * first had it: dataset, key, from, until (the first edition that lacks it, null while the latest has it),
 * name, category, address, postcode, commune, status, opened, closed, lon, lat, line, edition (the one whose
 * source the line is of). A key that is away and back has a gap between until and from.
 * MG_ERR_USAGE: not a services dataset, or no edition ever had the key. */
enum mg_code mg_history_life_write(struct mg_db *db, const struct mg_dataset *dataset, const char *key,
                                   struct mg_out *out, struct mg_error *err);

#endif
