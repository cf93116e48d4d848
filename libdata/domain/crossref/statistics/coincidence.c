#include "libdata/domain/crossref/statistics/coincidence.h"

#include <math.h>

double mg_coincidence_strength(const double *expected, size_t count, double lost_in)
{
    double places = 0, strength = 0;
    for (size_t i = 0; i < count; i++)
        places += expected[i] > 0;
    if (!(lost_in > 0))
        return 0;
    if (lost_in >= places)
        return INFINITY;
    for (int step = 0; step < 10000; step++) {
        double sum = 0, slope = 0;
        for (size_t i = 0; i < count; i++)
            if (expected[i] > 0) {
                double stays = exp(-strength * expected[i]);
                sum += 1 - stays;
                slope += expected[i] * stays;
            }
        double by = (lost_in - sum) / slope;
        if (!(by > strength * 1e-15))
            break;
        strength += by;
    }
    return strength;
}

double mg_coincidence_chance(double strength, double expected)
{
    return expected > 0 ? -expm1(-strength * expected) : 0;
}

double mg_poisson_binomial_at_least(const double *chances, size_t count, size_t k, double *scratch)
{
    if (k == 0)
        return 1;
    double at_least = 0;
    scratch[0] = 1;
    for (size_t i = 1; i < k; i++)
        scratch[i] = 0;
    for (size_t c = 0; c < count; c++) {
        at_least += scratch[k - 1] * chances[c];
        for (size_t i = k - 1; i > 0; i--)
            scratch[i] = scratch[i] * (1 - chances[c]) + scratch[i - 1] * chances[c];
        scratch[0] *= 1 - chances[c];
    }
    return at_least;
}
