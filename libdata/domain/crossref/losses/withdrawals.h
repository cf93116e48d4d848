/* withdrawals.h - the services of a layer that left between its two editions and that nothing makes up for;
 * inside crossref only.
 *
 * Of services, closures and openings are those of diff-history, but for artefacts: a merger, a move and a
 * change of type are none. In a commune (of the COG date) each opening makes up for one closure: first for
 * those of its own category, then what is left for the others, categories in the order of their bytes. The
 * closures that remain are withdrawals. Of counts, they are the net loss of a commune and category that
 * stocks/stock.h tells, but for its artefacts; there is nothing to make up for it.
 *
 * A code that became several communes is a commune by itself. What cannot be placed is in slot 0.
 */
#ifndef MG_CROSSREF_LOSSES_WITHDRAWALS_H
#define MG_CROSSREF_LOSSES_WITHDRAWALS_H

#include "libdata/domain/crossref/layer.h"

struct mg_withdrawal {
    size_t slot;              /* of the territory at the layer's level (layer.h) */
    int64_t category;         /* of the layer */
    double n, closed, opened; /* withdrawn; and all closures and openings that are real */
    mg_date first, last;      /* between which what was withdrawn left; MG_DATE_NONE: nothing was */
};

struct mg_withdrawals {
    struct mg_withdrawal *list; /* by slot, then category */
    size_t count;
    size_t *first; /* of each slot, and the end: slots + 1 */
};

/* place, communes: at the level and that of communes (the same one, if they are), both at the COG date; what
 * they take codes to be of is changed. The layer is counted, its categories kept apart. */
enum mg_code mg_withdrawals_find(struct mg_layer *layer, struct mg_db *db, struct mg_place *place,
                                 struct mg_place *communes, bool open_only,
                                 const struct mg_progress *progress, struct mg_withdrawals *ret_withdrawals,
                                 struct mg_error *err);
void mg_withdrawals_finish(struct mg_withdrawals *withdrawals);

#endif
