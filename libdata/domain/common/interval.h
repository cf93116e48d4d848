/* interval.h - how sure a figure is: 95 % intervals of shares, counts and means.
 *
 * Pure arithmetic, the same everywhere. Nothing is rounded here but by mg_round.
 */
#ifndef MG_COMMON_INTERVAL_H
#define MG_COMMON_INTERVAL_H

#include <stdint.h>

#define MG_Z95 1.959963984540054 /* the normal quantile that leaves 2.5 % above it */

struct mg_interval {
    double lo, hi; /* NAN where there is none */
};

/* Wilson's score interval of a share (0..1) seen on n_eff answers; n_eff > 0 and need not be whole. */
struct mg_interval mg_interval_share(double share, double n_eff);

/* Interval of a Poisson mean when n (>= 0) were counted: exact (Garwood 1936) for whole numbers below 10,
 * else Byar's approximation (Breslow and Day 1987), which is within 0.5 % of the exact one there. */
struct mg_interval mg_interval_count(double n);

/* Interval of a mean by Student's t on n_eff - 1 degrees of freedom. sd: the sample's standard deviation.
 * None for n_eff of 1 and less. */
struct mg_interval mg_interval_mean(double mean, double sd, double n_eff);

/* Student's t that leaves 2.5 % above it, df > 0 and need not be whole: the tail is the regularised
 * incomplete beta function I_x(df/2, 1/2) / 2 at x = df / (df + t^2) (DLMF 8.17), solved for t to 1e-10 of
 * it. INFINITY where it is beyond 1e150. */
double mg_student_t(double df);

/* The most l for which P(Binomial(n, 1/2) < l) <= 2.5 %; 0 below n = 6. n is whole, and takes 6 sqrt(n)
 * steps. */
double mg_median_rank(double n);

/* To so many decimals (0..9), half away from zero, never -0: figures on the wire carry no digits that mean
 * nothing. */
double mg_round(double value, int decimals);

#endif
