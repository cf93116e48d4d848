/* history_stat.h - events counted: one record for each event, change and artefact, by territory if asked.
 *
 * A changed service counts once with change null, and once under each of its changes, there with the
 * artefact that explains this change, or null. "unchanged" closes the books. An event is in the territory
 * of the later row, a closure in that of the row that is gone (place.h says how a territory is found); what
 * is in none comes last, with territory null.
 */
#ifndef MG_DOMAIN_HISTORY_STAT_H
#define MG_DOMAIN_HISTORY_STAT_H

#include "libdata/domain/history.h"
#include "libdata/domain/place.h"

struct mg_history_stat;

/* place: the caller's, or NULL for the whole. By territory, the history visits the unchanged rows, too. */
enum mg_code mg_history_stat_create(struct mg_place *place, struct mg_history_stat **ret_stat,
                                    struct mg_error *err);
void mg_history_stat_destroy(struct mg_history_stat *stat);

/* An mg_event_visitor whose context is the stat. */
enum mg_code mg_history_stat_add(void *stat, const struct mg_event *event, struct mg_error *err);

/* The records of one pair; the counts then start at 0 again. Without a place, unchanged comes from the
 * summary, and the four totals are written even if 0. */
enum mg_code mg_history_stat_write(struct mg_history_stat *stat, const char *dataset, const char *from,
                                   const char *to, const struct mg_history_summary *summary,
                                   struct mg_out *out, struct mg_error *err);

#endif
