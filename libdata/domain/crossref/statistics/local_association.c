#include "libdata/domain/crossref/statistics/local_association.h"

#include <math.h>
#include <stdbool.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/crossref/statistics/philox.h"

struct work {
    enum mg_association what;
    const double *values;
    size_t count;
    double mean, variance;
    uint32_t seed;
    double *others;   /* all values but the unit's, in order */
    size_t *exchange; /* for each place drawn, which it was exchanged with */
};

/* sum: of the neighbours' values. */
static double figure(const struct work *w, size_t unit, double sum, double neighbours)
{
    double n = (double)w->count, off = w->values[unit] - w->mean, k = neighbours + 1;
    if (w->what == MG_MORAN)
        return off / w->variance * (sum / neighbours - w->mean);
    return (sum + w->values[unit] - k * w->mean) / sqrt(w->variance * (n * k - k * k) / (n - 1));
}

/* What is compared: the sum over the unit and its neighbours, or Moran's I. */
static double compared(const struct work *w, size_t unit, double sum, double neighbours)
{
    return w->what == MG_MORAN ? figure(w, unit, sum, neighbours) : sum + w->values[unit];
}

/* The sum of `draws` of the others; they are in order again afterwards. */
static double permuted_sum(struct work *w, size_t unit, uint32_t permutation, size_t draws)
{
    const uint32_t key[2] = {w->seed, 0};
    uint32_t words[4] = {0};
    double sum = 0;
    for (size_t q = 0; q < draws; q++) {
        if (q % 4 == 0)
            mg_philox4x32((const uint32_t[]){(uint32_t)(q / 4), permutation, (uint32_t)unit, 0}, key, words);
        size_t r = q + (size_t)(((uint64_t)words[q % 4] * (w->count - 1 - q)) >> 32);
        double drawn = w->others[r];
        w->others[r] = w->others[q];
        w->others[q] = drawn;
        w->exchange[q] = r;
        sum += drawn;
    }
    for (size_t q = draws; q-- > 0;) {
        double drawn = w->others[q];
        w->others[q] = w->others[w->exchange[q]];
        w->others[w->exchange[q]] = drawn;
    }
    return sum;
}

static double chance(struct work *w, size_t unit, double observed, size_t draws)
{
    double least = observed - 1e-12 * fmax(1, fabs(observed));
    int above = 0;
    for (uint32_t m = 0; m < MG_PERMUTATIONS; m++)
        above += compared(w, unit, permuted_sum(w, unit, m, draws), (double)draws) > least;
    int rarer = above < MG_PERMUTATIONS - above ? above : MG_PERMUTATIONS - above;
    return (rarer + 1) / (double)(MG_PERMUTATIONS + 1);
}

static const char *moran_type(double own, double lag)
{
    static const char *const types[2][2] = {{"low-low", "low-high"}, {"high-low", "high-high"}};
    return types[own > 0][lag > 0];
}

static void look_around(struct work *w, const struct mg_neighbours *neighbours, size_t unit,
                        struct mg_local *ret)
{
    size_t first = neighbours->first[unit], end = neighbours->first[unit + 1], draws = end - first;
    double sum = 0;
    *ret = (struct mg_local){NAN, NAN, NULL};
    if (!draws || draws + 1 >= w->count || !(w->variance > 0))
        return;
    for (size_t i = first; i < end; i++)
        sum += w->values[neighbours->of[i]];
    ret->figure = figure(w, unit, sum, (double)draws);
    ret->p = chance(w, unit, compared(w, unit, sum, (double)draws), draws);
    if (w->what == MG_MORAN)
        ret->type = moran_type(w->values[unit] - w->mean, sum / (double)draws - w->mean);
}

enum mg_code mg_local_association(enum mg_association what, const double *values, size_t count,
                                  const struct mg_neighbours *neighbours, uint32_t seed,
                                  struct mg_local *ret_locals, struct mg_error *err)
{
    MG_FREE double *others = mg_calloc(count + 1, sizeof *others);
    MG_FREE size_t *exchange = mg_calloc(count + 1, sizeof *exchange);
    struct work w = {.what = what, .values = values, .count = count, .seed = seed};
    bool differ = false;
    if (!others || !exchange)
        return mg_fail_memory(err);
    w.others = others;
    w.exchange = exchange;
    for (size_t i = 0; i < count; i++) {
        w.mean += values[i] / (double)count;
        differ |= values[i] != values[0];
    }
    for (size_t i = 0; differ && i < count; i++)
        w.variance += (values[i] - w.mean) * (values[i] - w.mean) / (double)count;
    for (size_t i = 1; i < count; i++)
        others[i - 1] = values[i];
    for (size_t i = 0; i < count; i++) {
        look_around(&w, neighbours, i, &ret_locals[i]);
        if (i + 1 < count)
            others[i] = values[i]; /* now all but the next one */
    }
    return MG_OK;
}
