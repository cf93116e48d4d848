/* stock.h - what became of figures: the net change of a counts dataset between two editions.
 *
 * The figures of both editions are brought to the communes of the later one's date; communes that a movement
 * leaves undecided are taken together, under the lowest code. By territory and category there is then a
 * figure before and one after, and what is more is created, what is less is closed.
 *
 * What of it is no change of services:
 *   commune_recoded      figures now stand under the code of another commune: changed, not closed and created
 *   label_reformatted    a category of one edition only and one of the other differ in case, accents, blanks
 *                        or punctuation: one category, changed, not closed
 *   coverage_gap         what a figure lost or gained that one of the editions says is not known; a commune
 * or its whole département (of other levels: the territory itself) is away from one edition, which has five
 * or more, of two categories or more, in the other; or a category that stands is away from a département,
 * five or more: and that they all went (or came) by themselves, at the rates of the same categories
 * elsewhere, has a chance below one in a million. A category is none if half as much of others that were not
 * there came instead, or if the next edition (of what came: the one before) lacks it there, too, but not
 * elsewhere nomenclature_change  a category that is gone from everywhere while a new one appears in the same
 *                        territories: by the figures, what the one lost and the other gained in the same
 *                        territory is at least half of their mean (and so on with what is left over);
 *                        further new ones that share half of their words with either. All of the old
 *                        category's figure then is no closure, all of the new one's no opening. Or in part: a
 *                        category that stands loses where a new one appears: in at least half of the
 *                        territories (ten or more) where it lost, and four times as often as where it did not
 *                        (twice, for one that shares half of its words with either); only what both have in a
 *                        territory is then explained
 *   perimeter_change     any other category that is gone from five territories or more, or new in them
 *
 * Order: changed, closed, created, each by category then territory, bytewise.
 * Memory: about 90 bytes for each figure of the two editions.
 *
 * Figures are compared by where they changed. Two editions of counts have no rows to link. That a category is
 * another name for one that vanished is read from the territories in which the one lost and the other gained,
 * never from national totals; what is not explained that way stays a real change, and the table of what went
 * into what is printed beside it. A territory that one edition does not have at all is set aside before that,
 * by the chance that each of its categories went by itself: it tells nothing of what became what.
 */
#ifndef MG_STOCKS_STOCK_H
#define MG_STOCKS_STOCK_H

#include "libdata/domain/common/territory_of_row.h"
#include "libdata/domain/history/history.h"

struct mg_stock_history;

/* dataset, from and to outlive it. MG_ERR_USAGE: not of counts, from not before to. */
enum mg_code mg_stock_history_create(struct mg_db *db, const struct mg_dataset *dataset,
                                     const struct mg_edition *from, const struct mg_edition *to,
                                     struct mg_stock_history **ret_history, struct mg_error *err);
void mg_stock_history_destroy(struct mg_stock_history *history);

enum mg_code mg_stock_history_events(const struct mg_stock_history *history, mg_event_visitor *visit,
                                     void *context, struct mg_error *err);

/* Records of type stock: dataset, from, to, (level, territory, territory_name,) category, before, created,
 * closed, after, net, nomenclature_change, perimeter_change, coverage_gap (parts of net), net_real; ministry:
 * with the dataset's producer, after category. place: the caller's, or NULL for the whole, which is followed
 * by records of type artefact: dataset, from, to, artefact, event, column, before, after, n, of, rate. */
enum mg_code mg_stock_history_stat(const struct mg_stock_history *history, struct mg_place *place,
                                   bool ministry, struct mg_out *out, struct mg_error *err);

#endif
