/* local_association.h - where high values stand among high ones: local Gi* and Moran's I.
 *
 * Of n units with values x, mean m and variance s^2 = sum (x - m)^2 / n:
 *   Gi* (Ord and Getis 1995), over a unit and its k neighbours, K = k + 1 in all:
 *     z = (sum x_j - K m) / (s sqrt((n K - K^2) / (n - 1)));
 *   local Moran (Anselin 1995), neighbours' weights adding up to 1: I = (x_i - m) / s^2 * mean_j (x_j - m).
 *
 * Chance is told by conditional permutations: the unit keeps its value, its neighbours are drawn among the
 * others. Draw q of permutation p for unit i (all from 0) is word q mod 4 of Philox4x32-10 with the counter
 * (q / 4, p, i, 0) and the key (seed, 0), and picks place q + floor(word (n - 1 - q) / 2^32) of the others,
 * in order, for place q (Fisher and Yates). With c of 999 figures above the observed one less 1e-12 of it (at
 * least 1e-12), p = (min(c, 999 - c) + 1) / 1000, one-sided.
 *
 * Units with no neighbour, or with all others for neighbours, have no surroundings to tell of: NAN.
 */
#ifndef MG_CROSSREF_STATISTICS_LOCAL_ASSOCIATION_H
#define MG_CROSSREF_STATISTICS_LOCAL_ASSOCIATION_H

#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

#define MG_PERMUTATIONS 999

/* The neighbours of unit i are of[first[i]] to of[first[i + 1] - 1], ascending and without i. */
struct mg_neighbours {
    const size_t *first; /* count + 1 */
    const uint32_t *of;
};

enum mg_association { MG_GI, MG_MORAN };

struct mg_local {
    double figure; /* z of Gi*, I of Moran; NAN: none */
    double p;
    const char *type; /* of Moran: "high-high", "low-low", "high-low" (high among low ones), "low-high"; else
                         NULL */
};

/* ret_locals: count of them. All NAN where the values do not differ. */
enum mg_code mg_local_association(enum mg_association what, const double *values, size_t count,
                                  const struct mg_neighbours *neighbours, uint32_t seed,
                                  struct mg_local *ret_locals, struct mg_error *err);

#endif
