/* coincidence.h - do several leave the same places more than each alone would?
 *
 * One ministry's losses are spread as its services are: the chance that it lost in territory t is taken as
 * p_t = 1 - exp(-k E_t), with E_t what it was expected to lose there, and k such that sum p_t is the number
 * of territories in which it did lose. If ministries act each for itself, the number of them that lost in a
 * territory is Poisson-binomial.
 *
 * E 1, 1, 2 with losses in two of the three: k = 0.881373587 (ln(1 + sqrt 2)); E 0.5, 1.5, 1 with two:
 * 1.218755727. Both in one territory: 1.342489523 of the three expected.
 */
#ifndef MG_CROSSREF_STATISTICS_COINCIDENCE_H
#define MG_CROSSREF_STATISTICS_COINCIDENCE_H

#include <stddef.h>

/* The k by Newton's steps from 0: the sum is concave in k, so none goes too far. expected of 0 or NAN: it
 * cannot lose there. INFINITY where it lost in all of them (or, which only artefacts do, in more). */
double mg_coincidence_strength(const double *expected, size_t count, double lost_in);
double mg_coincidence_chance(double strength, double expected); /* p_t */

/* P(K >= k) for the sum K of that many independent 0 or 1 with these chances. scratch: k doubles. */
double mg_poisson_binomial_at_least(const double *chances, size_t count, size_t k, double *scratch);

#endif
