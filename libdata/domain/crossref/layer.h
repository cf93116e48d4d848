/* layer.h - one dataset, counted by territory and category; inside crossref only.
 *
 * A layer has the edition asked for, and with two dates the one before. Cells are counted by the index of
 * the territory at the place's level, plus one: slot 0 is what could not be placed.
 */
#ifndef MG_CROSSREF_LAYER_H
#define MG_CROSSREF_LAYER_H

#include "libdata/base/map.h"
#include "libdata/domain/common/catalogue.h"
#include "libdata/domain/common/territory_of_row.h"
#include "libdata/io/progress.h"

enum mg_cell_of { MG_CELL_NOW, MG_CELL_BEFORE, MG_CELL_CLOSED, MG_CELL_CREATED, MG_CELL_COUNT };

struct mg_layer_category {
    double *cells;    /* slots of `width`; NULL for categories that are counted under the first one */
    bool now, before; /* it is in that edition */
};

struct mg_layer {
    struct mg_dataset *dataset;
    char *producer;                        /* folded: one ministry is spelled in many ways */
    const struct mg_edition *now, *before; /* before NULL: one date only */
    bool counts;                           /* a dataset of counts, not of services */
    bool has_states;                       /* the source gives a status or dates */
    bool keyed;                            /* closed and created are counted by key */
    bool split;                            /* cells are kept by category */
    size_t slots, width;
    struct mg_map selected; /* the categories that are counted; none: all of them */
    struct mg_map names; /* of categories, to themselves in order; "" for none, or for all when not split */
    struct mg_layer_category *categories;
    size_t category_capacity;
    size_t *sorted;              /* the categories by name, once all is counted */
    double total[2], nowhere[2]; /* of MG_CELL_NOW and MG_CELL_BEFORE */
};

struct mg_layer_wishes {
    bool by_category, losses;
    bool open_only; /* a record that lacks a key is neither closed nor created: it may have changed unseen */
    const struct mg_progress *progress;
};

/* dataset: taken over, also on failure. */
enum mg_code mg_layer_init(struct mg_layer *layer, struct mg_db *db, struct mg_dataset *dataset,
                           const struct mg_edition *now, const struct mg_edition *before,
                           struct mg_error *err);
enum mg_code mg_layer_count(struct mg_layer *layer, struct mg_db *db, struct mg_place *place,
                            const struct mg_layer_wishes *wishes, struct mg_error *err);
void mg_layer_finish(struct mg_layer *layer);

/* A category to count; those that are not selected are not, once there is one. Before mg_layer_count, which
 * refuses one that nothing has (MG_ERR_USAGE). */
enum mg_code mg_layer_select(struct mg_layer *layer, const char *category, struct mg_error *err);

/* The figures of a slot: of one category, or of all together (category -1). */
void mg_layer_figures(const struct mg_layer *layer, size_t slot, int64_t category,
                      double ret_figures[MG_CELL_COUNT]);

/* "yes", "reserve", "no": crossref.h says when. */
const char *mg_layer_comparable(const struct mg_layer *layer, int64_t category);

#endif
