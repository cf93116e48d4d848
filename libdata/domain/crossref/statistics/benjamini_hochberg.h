/* benjamini_hochberg.h - how many of what is called significant would be so by chance.
 *
 * Benjamini and Hochberg 1995: q of the i-th smallest of m p-values is the least of p_j m / j over j >= i.
 * Calling all with q < 0.05 significant, at most 5 % of these are expected to be false.
 *
 * p 0.01, 0.04, 0.03, 0.5 gives q 0.04, 0.053333, 0.053333, 0.5.
 */
#ifndef MG_CROSSREF_STATISTICS_BENJAMINI_HOCHBERG_H
#define MG_CROSSREF_STATISTICS_BENJAMINI_HOCHBERG_H

#include <stddef.h>

#include "libdata/base/error.h"

/* p of 0..1; NAN is none, is not counted, and has q NAN. ret_q may be p. */
enum mg_code mg_benjamini_hochberg(const double *p, size_t count, double *ret_q, struct mg_error *err);

#endif
