/* inequality.h - how unequally something is spread over people: Gini's and Theil's indices.
 *
 * Each unit has a value >= 0 and a weight > 0 (its inhabitants); m is the weighted mean. Gini: twice the area
 * between the Lorenz curve and the diagonal, sum_ij w_i w_j |x_i - x_j| / (2 W^2 m). Theil's T (1967): sum
 * w_i x_i / (W m) ln(x_i / m), which is that between groups (each at its mean) plus that within them.
 *
 * 1, 2, 4 with weights 1, 1, 2: Gini 0.25, Theil 0.122639929; in groups a, a, b 0.107194562 is between them.
 */
#ifndef MG_CROSSREF_STATISTICS_INEQUALITY_H
#define MG_CROSSREF_STATISTICS_INEQUALITY_H

#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_unit {
    double value, weight;
    int32_t group; /* >= 0; those of one group need not stand together */
};

struct mg_inequality {
    double gini, theil, theil_between, theil_within; /* NAN: there is none */
};

/* Sums are in the order of the units, but for the Lorenz curve's, which are by value and then that order. NAN
 * where no unit has a weight, all values are 0 or one is negative. */
enum mg_code mg_inequality_of(const struct mg_unit *units, size_t count, struct mg_inequality *ret_inequality,
                              struct mg_error *err);

#endif
