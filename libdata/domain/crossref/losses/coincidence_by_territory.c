/* Where several ministries lost, against chance (statistics/coincidence.h). */
#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/crossref/losses/losses.h"
#include "libdata/domain/crossref/statistics/benjamini_hochberg.h"
#include "libdata/domain/crossref/statistics/coincidence.h"

/* What each ministry was to be expected to lose in a territory. */
static void expect_by_ministry(const struct mg_crossref *cross, size_t slot, double *expected)
{
    const struct mg_losses *losses = cross->losses;
    for (size_t m = 0; m < losses->ministries.count; m++)
        expected[m] = 0;
    for (size_t l = 0; l < cross->layer_count; l++) {
        const struct mg_layer *layer = &cross->layers[l];
        for (size_t i = 0; i < layer->names.count; i++) {
            size_t k = layer->sorted[i];
            expected[losses->ministries.of[l][k]] +=
                layer->categories[k].cells[slot * layer->width + MG_CELL_BEFORE] * losses->rates[l][k];
        }
    }
}

static size_t lost_here(const struct mg_losses *losses)
{
    size_t lost = 0;
    for (size_t m = 0; m < losses->ministries.count; m++)
        lost += losses->net[m] > 0;
    return lost;
}

/* by_ministry: for each ministry, what it was to lose in each territory. */
static void find_strengths(const struct mg_crossref *cross, const double *by_ministry, double *lost_in)
{
    struct mg_losses *losses = cross->losses;
    for (size_t i = 0; i < losses->territory_count; i++) {
        mg_losses_net(cross, losses->by_code[i]);
        for (size_t m = 0; m < losses->ministries.count; m++)
            lost_in[m] += losses->net[m] > 0;
    }
    for (size_t m = 0; m < losses->ministries.count; m++)
        losses->strength[m] = mg_coincidence_strength(by_ministry + m * losses->territory_count,
                                                      losses->territory_count, lost_in[m]);
}

static void find_chances(const struct mg_crossref *cross, const double *by_ministry, double *p)
{
    struct mg_losses *losses = cross->losses;
    size_t ministries = losses->ministries.count, count = losses->territory_count;
    for (size_t i = 0; i < count; i++) {
        size_t slot = losses->by_code[i];
        double any = 0;
        for (size_t m = 0; m < ministries; m++) {
            double expected = by_ministry[m * count + i];
            losses->chances[m] = mg_coincidence_chance(losses->strength[m], expected);
            any += expected;
        }
        mg_losses_net(cross, slot);
        p[i] = any > 0 ? mg_poisson_binomial_at_least(losses->chances, ministries, lost_here(losses),
                                                      losses->scratch)
                       : NAN;
        losses->coincidence_p[slot] = p[i];
        losses->two_or_more[slot] =
            mg_poisson_binomial_at_least(losses->chances, ministries, 2, losses->scratch);
    }
}

enum mg_code mg_coincidence_prepare(struct mg_crossref *cross, struct mg_error *err)
{
    struct mg_losses *losses = cross->losses;
    size_t ministries = losses->ministries.count, count = losses->territory_count, slots = count + 1;
    MG_FREE double *by_ministry = mg_calloc(ministries * count + 1, sizeof *by_ministry);
    MG_FREE double *lost_in = mg_calloc(ministries + 1, sizeof *lost_in);
    MG_FREE double *p = mg_calloc(count + 1, sizeof *p);
    losses->strength = mg_calloc(ministries + 1, sizeof *losses->strength);
    losses->chances = mg_calloc(ministries + 1, sizeof *losses->chances);
    losses->scratch = mg_calloc(ministries + 2, sizeof *losses->scratch);
    losses->coincidence_p = mg_calloc(slots, sizeof *losses->coincidence_p);
    losses->coincidence_q = mg_calloc(slots, sizeof *losses->coincidence_q);
    losses->two_or_more = mg_calloc(slots, sizeof *losses->two_or_more);
    if (!by_ministry || !lost_in || !p || !losses->strength || !losses->chances || !losses->scratch ||
        !losses->coincidence_p || !losses->coincidence_q || !losses->two_or_more)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        expect_by_ministry(cross, losses->by_code[i], losses->chances);
        for (size_t m = 0; m < ministries; m++)
            by_ministry[m * count + i] = losses->chances[m];
    }
    find_strengths(cross, by_ministry, lost_in);
    find_chances(cross, by_ministry, p);
    enum mg_code code = mg_benjamini_hochberg(p, count, p, err);
    losses->coincidence_p[0] = losses->coincidence_q[0] = NAN;
    for (size_t i = 0; !code && i < count; i++)
        losses->coincidence_q[losses->by_code[i]] = p[i];
    return code;
}
