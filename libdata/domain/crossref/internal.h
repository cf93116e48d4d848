/* internal.h - a crossing, for its own files and its metrics. */
#ifndef MG_CROSSREF_INTERNAL_H
#define MG_CROSSREF_INTERNAL_H

#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/crossref/layer.h"

struct mg_crossref {
    struct mg_crossref_request request; /* its texts are not kept */
    unsigned needs;                     /* of enum mg_metric_needs */
    struct mg_place *place;
    struct mg_layer *layers; /* by dataset name */
    size_t layer_count;
    size_t *order; /* the territories to print, by code */
    size_t order_count;
    bool nowhere; /* what could not be placed is printed too */
    char **left_out;
    size_t left_out_count;
};

#endif
