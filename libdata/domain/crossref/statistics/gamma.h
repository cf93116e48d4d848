/* gamma.h - the gamma distribution, and the Poisson tail that is one of its values.
 *
 * The regularised incomplete gamma function P(a, x) (DLMF 8.2.4) by its series (8.7.1) below a + 1 and by
 * the continued fraction of its complement (8.9.2) from there, to about 1e-14 for a up to 1e4.
 *
 * P(Poisson(0.95) >= 3) = 0.071338117. Of the gamma distribution of shape 3 + 1 / 0.362307871 and rate 0.95
 * + 1 / 0.362307871, 2.5 % are below 0.555160419 and 97.5 % below 3.053742101.
 */
#ifndef MG_CROSSREF_STATISTICS_GAMMA_H
#define MG_CROSSREF_STATISTICS_GAMMA_H

/* P(a, x), the share of the gamma distribution of shape a > 0 and rate 1 below x >= 0; NAN elsewhere. */
double mg_gamma_below(double shape, double x);

/* The x below which is that share (0 < share < 1) of it, by Newton's steps on log x, each kept between
 * bounds that are known to enclose it. NAN elsewhere; 0 where x is below the smallest number. */
double mg_gamma_quantile(double shape, double share);

/* P(Poisson(mean) >= n), mean >= 0; n need not be whole (figures of counts are not always): then it is
 * between those of its neighbours. 1 for n <= 0. */
double mg_poisson_at_least(double n, double mean);

#endif
