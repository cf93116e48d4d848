#include "libdata/domain/crossref/statistics/shrinkage.h"

#include <math.h>

#include "libdata/domain/crossref/statistics/gamma.h"

struct mg_shrinkage mg_shrinkage_of(const double *observed, const double *expected, size_t count)
{
    double sum_observed = 0, sum_expected = 0, spread = 0, n = 0;
    for (size_t i = 0; i < count; i++)
        if (expected[i] > 0) {
            sum_observed += observed[i];
            sum_expected += expected[i];
            n++;
        }
    struct mg_shrinkage result = {NAN, NAN, NAN, NAN};
    if (!(sum_expected > 0))
        return result;
    result.mean = sum_observed / sum_expected;
    for (size_t i = 0; i < count; i++)
        if (expected[i] > 0) {
            double off = observed[i] / expected[i] - result.mean;
            spread += expected[i] * off * off;
        }
    result.variance = (spread - result.mean * n) / sum_expected;
    if (result.variance > 0) {
        result.shape = result.mean * result.mean / result.variance;
        result.rate = result.mean / result.variance;
    }
    return result;
}

double mg_shrinkage_ratio(const struct mg_shrinkage *shrinkage, double observed, double expected,
                          struct mg_interval *ret_interval)
{
    *ret_interval = (struct mg_interval){NAN, NAN};
    if (!(expected > 0))
        return NAN;
    if (!(shrinkage->variance > 0))
        return shrinkage->mean;
    double shape = observed + shrinkage->shape, rate = expected + shrinkage->rate;
    ret_interval->lo = mg_gamma_quantile(shape, 0.025) / rate;
    ret_interval->hi = mg_gamma_quantile(shape, 0.975) / rate;
    return shape / rate;
}
