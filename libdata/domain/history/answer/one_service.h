/* one_service.h - the life of one service: what each edition said of it, and what is known of that. */
#ifndef MG_HISTORY_ONE_SERVICE_H
#define MG_HISTORY_ONE_SERVICE_H

#include "libdata/domain/common/catalogue.h"
#include "libdata/io/out.h"

/* Records of six types, in this order, each type by date:
 *
 * life, for each content that a row of this key ever had, by the date of the edition that first had it:
 * dataset, key, from, until (the first edition that lacks it, null while the latest has it), name, category,
 * address, postcode, commune, status, opened, closed, lon, lat, line, edition (the one whose source the line
 * is of). A key that is away and back has a gap between until and from. Rows that a stored event or link
 * found to be the same service are told with it, those that merged with it are not.
 *
 * key: a key, or "line 12 of 2019-01-01": the row on that line of the source of that edition, which needs no
 * key.
 *
 * event, link, model, decision, project: what is stored of it, as comparing its editions (diff-history) left
 * it. model: for each level of each comparison what it is worth in its links: how often the same service
 * shows it (m) and unrelated ones do (u), and log2(m/u).
 *
 * MG_ERR_USAGE: not a services dataset, or no edition ever had the key. */
enum mg_code mg_history_life_write(struct mg_db *db, const struct mg_dataset *dataset, const char *key,
                                   struct mg_out *out, struct mg_error *err);

#endif
