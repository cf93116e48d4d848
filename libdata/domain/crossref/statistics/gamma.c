#include "libdata/domain/crossref/statistics/gamma.h"

#include <math.h>

#include "libdata/domain/common/interval.h"

#define STEPS 100000

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

/* DLMF 8.7.1, from x^a e^-x / Gamma(a + 1) on. */
static double series(double a, double x)
{
    double term = exp(a * log(x) - x - log_gamma(a + 1)), sum = term;
    for (int i = 1; i < STEPS && term > sum * 1e-17; i++)
        sum += term *= x / (a + i);
    return sum;
}

/* DLMF 8.9.2 by Lentz's method: 1 - P(a, x). */
static double fraction(double a, double x)
{
    double b = x + 1 - a, c = 1e300, d = 1 / b, value = d;
    for (int i = 1; i < STEPS; i++) {
        double step = -i * (i - a);
        b += 2;
        d = 1 / (step * d + b);
        c = b + step / c;
        value *= c * d;
        if (fabs(c * d - 1) < 1e-15)
            break;
    }
    return exp(a * log(x) - x - log_gamma(a)) * value;
}

double mg_gamma_below(double shape, double x)
{
    if (!(shape > 0) || !(x >= 0))
        return NAN;
    if (x == 0 || isinf(x))
        return x == 0 ? 0 : 1;
    return x < shape + 1 ? series(shape, x) : 1 - fraction(shape, x);
}

/* Wilson and Hilferty's cube, or where that fails the first term of the series; as a logarithm. */
static double guess(double shape, double share)
{
    double z = share < 0.5 ? -MG_Z95 : MG_Z95;
    double cube = 1 - 1 / (9 * shape) + z / (3 * sqrt(shape));
    if (shape > 1 && cube > 0)
        return log(shape) + 3 * log(cube);
    return (log(share) + log_gamma(shape + 1)) / shape;
}

double mg_gamma_quantile(double shape, double share)
{
    if (!(shape > 0) || !(share > 0 && share < 1))
        return NAN;
    double low = -745, high = log(shape + 40 * sqrt(shape) + 800); /* of log x */
    double at = guess(shape, share);
    if (mg_gamma_below(shape, exp(low)) >= share)
        return 0;
    for (int i = 0; i < 200; i++) {
        if (!(at > low && at < high))
            at = (low + high) / 2;
        double x = exp(at), off = mg_gamma_below(shape, x) - share;
        if (off < 0)
            low = at;
        else
            high = at;
        double step = off / exp(shape * at - x - log_gamma(shape));
        at -= step;
        if (fabs(step) < 1e-14 || high - low < 1e-15)
            break;
    }
    return exp(at);
}

double mg_poisson_at_least(double n, double mean)
{
    return n <= 0 ? 1 : mg_gamma_below(n, mean);
}
