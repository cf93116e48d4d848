#include "libdata/domain/common/interval.h"

#include <math.h>

struct mg_interval mg_interval_share(double share, double n_eff)
{
    if (!(n_eff > 0))
        return (struct mg_interval){NAN, NAN};
    const double z2 = MG_Z95 * MG_Z95;
    double x = share * n_eff;
    double reach = MG_Z95 * sqrt(z2 + 4 * x * (1 - share));
    double under = 2 * (n_eff + z2);
    struct mg_interval interval = {(2 * x + z2 - reach) / under, (2 * x + z2 + reach) / under};
    if (interval.lo < 0 || share <= 0)
        interval.lo = 0;
    if (interval.hi > 1 || share >= 1)
        interval.hi = 1;
    return interval;
}

struct mg_interval mg_interval_count(double n)
{
    /* Half the 2.5 % quantile of chi-square on 2n, and half the 97.5 % one on 2n + 2 degrees of freedom. */
    static const struct mg_interval exact[] = {
        {0, 3.6888794541},
        {0.0253178080, 5.5716433909},
        {0.2422092785, 7.2246876677},
        {0.6186721229, 8.7672730697},
        {1.0898653736, 10.2415886754},
        {1.6234863901, 11.6683320793},
        {2.2018942535, 13.0594740225},
        {2.8143630515, 14.4226753617},
        {3.4538321767, 15.7631892202},
        {4.1153730974, 17.0848034514},
    };
    if (!(n >= 0))
        return (struct mg_interval){NAN, NAN};
    if (n < 10 && n == floor(n))
        return exact[(int)n];
    double m = n + 1;
    double low = n > 0 ? 1 - 1 / (9 * n) - MG_Z95 / (3 * sqrt(n)) : 0;
    double high = 1 - 1 / (9 * m) + MG_Z95 / (3 * sqrt(m));
    return (struct mg_interval){low > 0 ? n * low * low * low : 0, m * high * high * high};
}

/* ---- Student's t ---- */

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method; x < (a + 1) / (a
 * + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double value = d;
    for (int m = 1; m < 10000; m++) {
        const double steps[] = {m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))};
        double factor = 1;
        for (int i = 0; i < 2; i++) {
            d = 1 + steps[i] * d;
            c = 1 + steps[i] / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            factor = c * d;
            value *= factor;
        }
        if (fabs(factor - 1) < 1e-15)
            break;
    }
    return value;
}

/* log B(df/2, 1/2) */
static double log_beta(double df)
{
    int sign;
    return lgamma_r(df / 2, &sign) + lgamma_r(0.5, &sign) - lgamma_r(df / 2 + 0.5, &sign);
}

/* P(T > t), t > 0. x = df / (df + t^2), and y = 1 - x told by itself where x is near 1. */
static double student_tail(double t, double df)
{
    double square = t * t / df, x = 1 / (1 + square), y = square / (1 + square), a = df / 2, b = 0.5;
    double front = exp(a * -log1p(square) + b * log(y) - log_beta(df));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a / 2
                                     : (1 - front * beta_fraction(y, b, a) / b) / 2;
}

/* The expansion of Abramowitz and Stegun 26.7.5, from which Newton's steps start; far off below 3. */
static double student_guess(double df)
{
    const double z = MG_Z95, z2 = z * z;
    double g1 = z * (z2 + 1) / 4;
    double g2 = z * (3 + z2 * (16 + 5 * z2)) / 96;
    double g3 = z * (-15 + z2 * (17 + z2 * (19 + 3 * z2))) / 384;
    double g4 = z * (-945 + z2 * (-1920 + z2 * (1482 + z2 * (776 + 79 * z2)))) / 92160;
    return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

/* Halves the interval of log t: the tail falls with t. */
static double student_by_halves(double df)
{
    double low = 0, high = 345; /* e^345 is 1e150 */
    if (student_tail(exp(high), df) > 0.025)
        return INFINITY;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (student_tail(exp(middle), df) > 0.025)
            low = middle;
        else
            high = middle;
    }
    return exp((low + high) / 2);
}

double mg_student_t(double df)
{
    if (!(df > 0))
        return NAN;
    if (df < 3)
        return student_by_halves(df);
    double t = student_guess(df);
    for (int i = 0; i < 4 && df < 1000; i++) { /* beyond, the guess is within 1e-12 */
        double density = exp(-(df + 1) / 2 * log1p(t * t / df) - log_beta(df)) / sqrt(df);
        t += (student_tail(t, df) - 0.025) / density;
    }
    return t;
}

double mg_median_rank(double n)
{
    int sign;
    double rank = floor((n - 12 * sqrt(n)) / 2); /* fewer than one in 1e30 are below */
    rank = rank > 0 ? rank : 0;
    double term = exp(lgamma_r(n + 1, &sign) - lgamma_r(rank + 1, &sign) - lgamma_r(n - rank + 1, &sign) -
                      n * log(2)); /* P(B = rank) */
    double below = 0;
    while (rank < n && below + term <= 0.025) {
        below += term;
        rank++;
        term *= (n - rank + 1) / rank;
    }
    return rank;
}

struct mg_interval mg_interval_mean(double mean, double sd, double n_eff)
{
    if (!(n_eff > 1))
        return (struct mg_interval){NAN, NAN};
    double reach = mg_student_t(n_eff - 1) * sd / sqrt(n_eff);
    return (struct mg_interval){mean - reach, mean + reach};
}

double mg_round(double value, int decimals)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    double rounded = round(value * powers[decimals]) / powers[decimals];
    return rounded == 0 ? 0 : rounded;
}
