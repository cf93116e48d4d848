/* event_counts.h - events counted: one record for each event, change and artefact, or the balance of the
 * stocks; by territory and category if asked.
 *
 * A changed service counts once with change null, and once under each of its changes. A record with artefact
 * null has them all: n = n_artefact + n_real, and n_real is what no artefact explains. Records with an
 * artefact say how many are of that one; an event may be of several. Of closures and openings, those in whose
 * place a service with another key came (or was) are counted again, with the successor as change: new_key,
 * replaced, near; and those that one there took in, or gave off: merged, split. "unchanged" closes the books. An event
 * is in the territory and category of the later row, a closure in those of the row that is gone (place.h says
 * how a territory is found); what is in none comes last, with territory or category null. After them come
 * the findings of the history: records of type artefact, only when there is no grouping.
 *
 * The balance: before + created + reopened + arrived - closed - left = after, of services that are open.
 * Those that arrived, or left, are of another territory or category in the other edition, further rows of a
 * key that stands (or that are over), or part of a merger or split. artefacts: of created, closed and
 * reopened, those that are one; net_real leaves them out, and what arrived and left.
 */
#ifndef MG_HISTORY_EVENT_COUNTS_H
#define MG_HISTORY_EVENT_COUNTS_H

#include "libdata/domain/common/territory_of_row.h"
#include "libdata/domain/history/history.h"

struct mg_history_stat;

/* place: the caller's, or NULL for the whole. By territory, the history visits the unchanged rows, too. */
enum mg_code mg_history_stat_create(struct mg_place *place, struct mg_history_stat **ret_stat,
                                    struct mg_error *err);
void mg_history_stat_destroy(struct mg_history_stat *stat);
/* Group by category, too; the history visits the unchanged rows. Before anything is added. */
void mg_history_stat_by_category(struct mg_history_stat *stat);
/* Balances instead of numbers of events; the history visits the unchanged rows. Before anything is added. */
void mg_history_stat_balance(struct mg_history_stat *stat);
/* Name the ministry in each record, NULL too; until the next call. */
void mg_history_stat_ministry(struct mg_history_stat *stat, const char *ministry);

/* Of which dates the communes' codes of the two editions are (common/cog_edition.h); with a place, before
 * the events of each pair. */
void mg_history_stat_codes(struct mg_history_stat *stat, mg_date before, mg_date after);

/* An mg_event_visitor whose context is the stat. */
enum mg_code mg_history_stat_add(void *stat, const struct mg_event *event, struct mg_error *err);

/* The records of one pair; the counts then start at 0 again. Without groups, unchanged comes from the
 * summary, and the four totals are written even if 0. A balance that does not hold the rows of the editions
 * is MG_ERR_DB. */
enum mg_code mg_history_stat_write(struct mg_history_stat *stat, const char *dataset, const char *from,
                                   const char *to, const struct mg_history_summary *summary,
                                   struct mg_out *out, struct mg_error *err);

/* What one finding tells. n and of: rows, or a sum of figures. */
struct mg_told_finding {
    enum mg_artefact artefact;
    enum mg_event_kind kind;
    const char *column, *before, *after;
    double n, of, rate;
};
/* As a record of type artefact: dataset, from, to, artefact, event, column, before, after, n, of, rate. */
enum mg_code mg_finding_write(const struct mg_told_finding *told, const char *dataset, const char *from,
                              const char *to, struct mg_out *out, struct mg_error *err);

/* All findings of a history. */
enum mg_code mg_history_findings_write(const struct mg_history *history, const char *dataset,
                                       const char *from, const char *to, struct mg_out *out,
                                       struct mg_error *err);

#endif
