/* losses.h - what each territory of a crossing lost, against what it was to be expected to; inside crossref
 * only.
 *
 * With L_k withdrawals (withdrawals.h) of the B_k services of category k in the country, a territory that had
 * n_k of them is expected to lose E = sum n_k L_k / B_k, as if each were as likely to go wherever it stands.
 * The observed O is compared to it as a Poisson count: the ratio O / E with interval.h's interval of O over
 * E, P(Poisson(E) >= O), and its q among all territories of the level (statistics/benjamini_hochberg.h); and
 * the ratio drawn to the mean (statistics/shrinkage.h). All sums are over territories in the order of codes,
 * whatever of them is asked for.
 *
 * A ministry lost in a territory where more of its services closed than opened, whatever the category and
 * commune.
 */
#ifndef MG_CROSSREF_LOSSES_LOSSES_H
#define MG_CROSSREF_LOSSES_LOSSES_H

#include "libdata/domain/crossref/internal.h"
#include "libdata/domain/crossref/losses/ministries.h"
#include "libdata/domain/crossref/losses/withdrawals.h"
#include "libdata/domain/crossref/metric/metric.h"
#include "libdata/domain/crossref/statistics/shrinkage.h"

/* One kind of record, over all territories. */
struct mg_loss_series {
    struct mg_shrinkage shrinkage;
    double *q; /* by slot */
};

struct mg_losses {
    struct mg_withdrawals *withdrawals; /* by layer, as all that follows */
    double **rates;                     /* L_k / B_k, by category */
    struct mg_ministries ministries;
    struct mg_loss_series together, *by_layer, **by_category; /* by_category: only where it is asked for */
    int64_t *announced;                                       /* by slot: projects that close (announced.c) */
    size_t *by_code;                                          /* all slots of the level by code, without 0 */
    size_t territory_count, layer_count;
    /* Of coincidence_by_territory.c, if it was prepared; by slot. */
    double *strength;                                    /* by ministry */
    double *coincidence_p, *coincidence_q, *two_or_more; /* two_or_more: P(K >= 2) */
    /* What the answer of one territory is put together in. */
    double *net, *chances, *scratch; /* by ministry */
    const char **names;
};

/* Once for a crossing; a second call does nothing. */
enum mg_code mg_losses_prepare(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err);
void mg_losses_destroy(struct mg_losses *losses, const struct mg_layer *layers);

/* Of a territory (slot > 0): O and E of what a record is of. */
void mg_losses_at(const struct mg_crossref *cross, const struct mg_crossref_at *at, double *ret_observed,
                  double *ret_expected);
/* Into row: all that losses says. */
void mg_losses_fill(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                    struct mg_crossref_row *row);
/* By ministry into losses->net: how many more closed than opened in the territory. */
void mg_losses_net(const struct mg_crossref *cross, size_t slot);

/* Is there a territory of the level whose q is below 0.05, of all losses or of coincidence? */
bool mg_losses_any_significant(const struct mg_crossref *cross);

/* announced.c: projects that are to close a service and that nothing has fulfilled yet, of the layers'
 * datasets or of none, into losses->announced. */
enum mg_code mg_losses_announced(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err);

/* coincidence_by_territory.c: after mg_losses_prepare. */
enum mg_code mg_coincidence_prepare(struct mg_crossref *cross, struct mg_error *err);

#endif
