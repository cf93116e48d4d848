/* ministries.h - whose the services of a crossing are; inside crossref only.
 *
 * A layer is its producer's; one without a producer stands for itself. Names that differ in case, accents or
 * punctuation only are one ministry, called as the first layer that names it does.
 */
#ifndef MG_CROSSREF_LOSSES_MINISTRIES_H
#define MG_CROSSREF_LOSSES_MINISTRIES_H

#include "libdata/domain/crossref/layer.h"

struct mg_ministries {
    const char **names; /* sorted bytewise; borrowed from the layers */
    size_t count;
    size_t **of; /* of each layer, and of it each category: index of names */
};

enum mg_code mg_ministries_find(const struct mg_layer *layers, size_t count,
                                struct mg_ministries *ret_ministries, struct mg_error *err);
void mg_ministries_finish(struct mg_ministries *ministries, size_t layer_count);

#endif
