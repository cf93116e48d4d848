/* internal.h - a crossing, for its own files and its metrics. */
#ifndef MG_CROSSREF_INTERNAL_H
#define MG_CROSSREF_INTERNAL_H

#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/crossref/layer.h"

struct mg_losses; /* losses/losses.h */
struct mg_metric; /* metric/metric.h */
struct mg_crossref_at;

struct mg_crossref {
    struct mg_crossref_request request; /* its texts are not kept */
    unsigned needs;                     /* of enum mg_metric_needs */
    struct mg_place *place;
    struct mg_layer *layers; /* by dataset name */
    size_t layer_count;
    size_t *order; /* the territories to print, by code */
    size_t order_count;
    bool nowhere;                  /* what could not be placed is printed too */
    const struct mg_metric *of;    /* whose values are spread */
    struct mg_losses *losses;      /* NULL: not asked for */
    struct mg_crossref *units;     /* the same at the level of the units; NULL: none */
    size_t *unit_first, *units_in; /* slots of the units in each slot: units_in[unit_first[slot]] and so on */
    char **left_out;
    size_t left_out_count;
};

/* row.c: what is counted, without what the metrics need beside it. */
void mg_crossref_counts(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                        struct mg_crossref_row *ret_row);

/* categories.c: a layer's among those that are asked for; and is each of them one of a layer (MG_ERR_USAGE)?
 */
enum mg_code mg_crossref_select_categories(struct mg_layer *layer, const struct mg_crossref_request *request,
                                           struct mg_error *err);
enum mg_code mg_crossref_check_categories(const struct mg_crossref *cross,
                                          const struct mg_crossref_request *request, struct mg_error *err);

/* by_code.c: indexes of territories of the level. */
void mg_crossref_sort_by_code(const struct mg_crossref *cross, size_t *territories, size_t count);

#endif
