/* shrinkage.h - ratios of observed to expected, drawn towards their mean by as much as they are chance.
 *
 * Marshall 1991, Applied Statistics 40: over T territories with E > 0, m = sum O / sum E, and the variance
 * between them A = sum E (O/E - m)^2 / sum E - m T / sum E. A gamma prior of that mean and variance, of shape
 * a = m^2 / A and rate b = m / A, makes the ratio (O + a) / (E + b), gamma of shape O + a and rate E + b.
 *
 * O 3, 0, 5 of E 0.95, 1.4, 5.65: A = 0.362307871; 1.552548202, 0.663468298, 0.922711826.
 */
#ifndef MG_CROSSREF_STATISTICS_SHRINKAGE_H
#define MG_CROSSREF_STATISTICS_SHRINKAGE_H

#include <stddef.h>

#include "libdata/domain/common/interval.h"

struct mg_shrinkage {
    double mean, variance; /* NAN: no E > 0. variance <= 0: they differ no more than by chance */
    double shape, rate;    /* of the prior, where variance > 0 */
};

/* expected of 0 or NAN: not one of the territories. */
struct mg_shrinkage mg_shrinkage_of(const double *observed, const double *expected, size_t count);

/* The ratio of one of them, and where there is a prior its 95 % interval. The mean for all, and no interval,
 * where the variance is 0 or less. NAN for E of 0 or NAN. */
double mg_shrinkage_ratio(const struct mg_shrinkage *shrinkage, double observed, double expected,
                          struct mg_interval *ret_interval);

#endif
