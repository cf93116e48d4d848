#include "libdata/domain/crossref/losses/losses.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/interval.h"
#include "libdata/domain/crossref/statistics/benjamini_hochberg.h"
#include "libdata/domain/crossref/statistics/gamma.h"

#define TWICE_Q 0.05

static void free_series(struct mg_loss_series *series, size_t count)
{
    for (size_t i = 0; series && i < count; i++)
        free(series[i].q);
    free(series);
}

void mg_losses_destroy(struct mg_losses *losses, const struct mg_layer *layers)
{
    if (!losses)
        return;
    for (size_t l = 0; l < losses->layer_count; l++) {
        if (losses->withdrawals)
            mg_withdrawals_finish(&losses->withdrawals[l]);
        if (losses->rates)
            free(losses->rates[l]);
        if (losses->by_category)
            free_series(losses->by_category[l], layers[l].names.count);
    }
    mg_ministries_finish(&losses->ministries, losses->layer_count);
    free_series(losses->by_layer, losses->layer_count);
    free(losses->together.q);
    free(losses->withdrawals);
    free(losses->rates);
    free(losses->by_category);
    free(losses->announced);
    free(losses->by_code);
    free(losses->strength);
    free(losses->coincidence_p);
    free(losses->coincidence_q);
    free(losses->two_or_more);
    free(losses->net);
    free(losses->chances);
    free(losses->scratch);
    free(losses->names);
    free(losses);
}

/* ---- observed and expected ---- */

/* L_k / B_k; what could not be placed is of the country, too. */
static enum mg_code find_rates(struct mg_losses *losses, const struct mg_layer *layer, size_t l,
                               struct mg_error *err)
{
    size_t count = layer->names.count;
    double *rates = losses->rates[l] = mg_calloc(2 * count + 1, sizeof *rates), *stood = rates + count;
    const struct mg_withdrawals *withdrawals = &losses->withdrawals[l];
    if (!rates)
        return mg_fail_memory(err);
    for (size_t i = 0; i < withdrawals->count; i++)
        rates[withdrawals->list[i].category] += withdrawals->list[i].n;
    for (size_t i = 0; i <= losses->territory_count; i++) {
        size_t slot = i < losses->territory_count ? losses->by_code[i] : 0;
        for (size_t k = 0; k < count; k++)
            stood[k] += layer->categories[k].cells[slot * layer->width + MG_CELL_BEFORE];
    }
    for (size_t k = 0; k < count; k++)
        rates[k] = stood[k] > 0 ? rates[k] / stood[k] : 0;
    return MG_OK;
}

static void add_layer_at(const struct mg_crossref *cross, size_t l, const struct mg_crossref_at *at,
                         double *observed, double *expected)
{
    const struct mg_layer *layer = &cross->layers[l];
    const struct mg_withdrawals *withdrawals = &cross->losses->withdrawals[l];
    for (size_t i = withdrawals->first[at->slot]; i < withdrawals->first[at->slot + 1]; i++)
        if (at->category < 0 || withdrawals->list[i].category == at->category)
            *observed += withdrawals->list[i].n;
    size_t first = at->category < 0 ? 0 : (size_t)at->category;
    size_t end = at->category < 0 ? layer->names.count : first + 1;
    for (size_t i = first; i < end; i++) {
        size_t k = at->category < 0 ? layer->sorted[i] : i; /* sums in the order of names */
        *expected +=
            layer->categories[k].cells[at->slot * layer->width + MG_CELL_BEFORE] * cross->losses->rates[l][k];
    }
}

void mg_losses_at(const struct mg_crossref *cross, const struct mg_crossref_at *at, double *ret_observed,
                  double *ret_expected)
{
    *ret_observed = *ret_expected = 0;
    for (size_t l = 0; l < cross->layer_count; l++)
        if (!at->layer || at->layer == &cross->layers[l])
            add_layer_at(cross, l, at, ret_observed, ret_expected);
}

static enum mg_code find_series(const struct mg_crossref *cross, struct mg_crossref_at at,
                                struct mg_loss_series *series, struct mg_error *err)
{
    const struct mg_losses *losses = cross->losses;
    size_t count = losses->territory_count;
    MG_FREE double *all = mg_calloc(4 * count + 1, sizeof *all);
    series->q = mg_calloc(count + 1, sizeof *series->q);
    if (!all || !series->q)
        return mg_fail_memory(err);
    double *observed = all, *expected = all + count, *p = all + 2 * count, *q = all + 3 * count;
    for (size_t i = 0; i < count; i++) {
        at.slot = losses->by_code[i];
        mg_losses_at(cross, &at, &observed[i], &expected[i]);
        p[i] = expected[i] > 0 ? mg_poisson_at_least(observed[i], expected[i]) : NAN;
    }
    series->shrinkage = mg_shrinkage_of(observed, expected, count);
    enum mg_code code = mg_benjamini_hochberg(p, count, q, err);
    series->q[0] = NAN;
    for (size_t i = 0; !code && i < count; i++)
        series->q[losses->by_code[i]] = q[i];
    return code;
}

static enum mg_code find_all_series(struct mg_crossref *cross, struct mg_error *err)
{
    struct mg_losses *losses = cross->losses;
    bool by_category = cross->request.by_category;
    enum mg_code code = find_series(cross, (struct mg_crossref_at){.category = -1}, &losses->together, err);
    for (size_t l = 0; !code && l < cross->layer_count; l++) {
        const struct mg_layer *layer = &cross->layers[l];
        size_t count = layer->names.count;
        if (!by_category) {
            code = find_series(cross, (struct mg_crossref_at){layer, 0, -1}, &losses->by_layer[l], err);
            continue;
        }
        losses->by_category[l] = mg_calloc(count + 1, sizeof *losses->by_category[l]);
        if (!losses->by_category[l])
            return mg_fail_memory(err);
        for (size_t k = 0; !code && k < count; k++)
            code = find_series(cross, (struct mg_crossref_at){layer, 0, (int64_t)k},
                               &losses->by_category[l][k], err);
    }
    return code;
}

/* ---- preparing ---- */

static enum mg_code reserve(struct mg_losses *losses, const struct mg_crossref *cross, struct mg_error *err)
{
    size_t layers = cross->layer_count, slots = losses->territory_count + 1;
    losses->layer_count = layers;
    losses->withdrawals = mg_calloc(layers, sizeof *losses->withdrawals);
    losses->rates = mg_calloc(layers, sizeof *losses->rates);
    losses->by_layer = mg_calloc(layers, sizeof *losses->by_layer);
    losses->by_category = mg_calloc(layers, sizeof *losses->by_category);
    losses->announced = mg_calloc(slots, sizeof *losses->announced);
    losses->by_code = mg_calloc(slots, sizeof *losses->by_code);
    losses->net = mg_calloc(layers, sizeof *losses->net);
    losses->names = mg_calloc(layers, sizeof *losses->names);
    return losses->withdrawals && losses->rates && losses->by_layer && losses->by_category &&
                   losses->announced && losses->by_code && losses->net && losses->names
               ? MG_OK
               : mg_fail_memory(err);
}

static enum mg_code find_withdrawals(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err)
{
    MG_CLEANUP(mg_place_destroy_pointer) struct mg_place *communes = NULL;
    enum mg_code code = MG_OK;
    if (cross->request.level != MG_COMMUNE)
        code = mg_place_create(db, MG_COMMUNE, cross->request.cog, &communes, err);
    for (size_t l = 0; !code && l < cross->layer_count; l++) {
        code = mg_withdrawals_find(&cross->layers[l], db, cross->place, communes ? communes : cross->place,
                                   cross->request.open_only, cross->request.progress,
                                   &cross->losses->withdrawals[l], err);
        if (!code)
            code = find_rates(cross->losses, &cross->layers[l], l, err);
    }
    return code;
}

enum mg_code mg_losses_prepare(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err)
{
    if (cross->losses)
        return MG_OK;
    struct mg_losses *losses = cross->losses = mg_calloc(1, sizeof *losses);
    if (!losses)
        return mg_fail_memory(err);
    losses->territory_count = mg_territories_count(mg_place_territories(cross->place), cross->request.level);
    enum mg_code code = reserve(losses, cross, err);
    for (size_t i = 0; !code && i < losses->territory_count; i++)
        losses->by_code[i] = i;
    if (!code) {
        mg_crossref_sort_by_code(cross, losses->by_code, losses->territory_count);
        for (size_t i = 0; i < losses->territory_count; i++)
            losses->by_code[i]++;
        code = find_withdrawals(cross, db, err);
    }
    if (!code)
        code = mg_ministries_find(cross->layers, cross->layer_count, &losses->ministries, err);
    if (!code)
        code = mg_losses_announced(cross, db, err);
    return code ? code : find_all_series(cross, err);
}

/* ---- the answer ---- */

void mg_losses_net(const struct mg_crossref *cross, size_t slot)
{
    const struct mg_losses *losses = cross->losses;
    for (size_t m = 0; m < losses->ministries.count; m++)
        losses->net[m] = 0;
    for (size_t l = 0; l < cross->layer_count; l++) {
        const struct mg_withdrawals *withdrawals = &losses->withdrawals[l];
        for (size_t i = withdrawals->first[slot]; i < withdrawals->first[slot + 1]; i++) {
            const struct mg_withdrawal *one = &withdrawals->list[i];
            losses->net[losses->ministries.of[l][one->category]] += one->closed - one->opened;
        }
    }
}

static void fill_ministries(const struct mg_crossref *cross, size_t slot, struct mg_crossref_row *row)
{
    const struct mg_losses *losses = cross->losses;
    mg_losses_net(cross, slot);
    row->ministries = 0;
    for (size_t m = 0; m < losses->ministries.count; m++)
        if (losses->net[m] > 0)
            losses->names[row->ministries++] = losses->ministries.names[m];
    row->ministries_list = losses->names;
}

/* Between which days all that was withdrawn there left. */
static void fill_dates(const struct mg_crossref *cross, size_t slot, struct mg_loss *loss)
{
    loss->first = loss->last = MG_DATE_NONE;
    for (size_t l = 0; l < cross->layer_count; l++) {
        const struct mg_withdrawals *withdrawals = &cross->losses->withdrawals[l];
        for (size_t i = withdrawals->first[slot]; i < withdrawals->first[slot + 1]; i++) {
            const struct mg_withdrawal *one = &withdrawals->list[i];
            if (one->first != MG_DATE_NONE && (loss->first == MG_DATE_NONE || one->first < loss->first))
                loss->first = one->first;
            if (one->last != MG_DATE_NONE && (loss->last == MG_DATE_NONE || one->last > loss->last))
                loss->last = one->last;
        }
    }
}

static const struct mg_loss_series *series_of(const struct mg_crossref *cross,
                                              const struct mg_crossref_at *at)
{
    const struct mg_losses *losses = cross->losses;
    if (!at->layer)
        return &losses->together;
    size_t l = (size_t)(at->layer - cross->layers);
    return at->category < 0 ? &losses->by_layer[l] : &losses->by_category[l][at->category];
}

void mg_losses_fill(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                    struct mg_crossref_row *row)
{
    struct mg_loss *loss = &row->loss;
    *loss = (struct mg_loss){NAN,        NAN,          NAN,          {NAN, NAN}, NAN, NAN, NAN,
                             {NAN, NAN}, MG_DATE_NONE, MG_DATE_NONE, false,      -1,  NAN};
    mg_losses_at(cross, at, &loss->observed, &loss->expected);
    if (!at->slot) { /* no territory: nothing is expected of it */
        loss->expected = NAN;
        return;
    }
    const struct mg_loss_series *series = series_of(cross, at);
    double expected = loss->expected;
    if (expected > 0) {
        struct mg_interval count = mg_interval_count(loss->observed);
        loss->ratio = loss->observed / expected;
        loss->interval = (struct mg_interval){count.lo / expected, count.hi / expected};
        loss->p = mg_poisson_at_least(loss->observed, expected);
        loss->q = series->q[at->slot];
        loss->shrunk =
            mg_shrinkage_ratio(&series->shrinkage, loss->observed, expected, &loss->shrunk_interval);
    }
    fill_ministries(cross, at->slot, row);
    if (at->layer)
        return;
    fill_dates(cross, at->slot, loss);
    loss->announced = cross->losses->announced[at->slot];
    loss->twice = row->ministries >= 2 && loss->q < TWICE_Q;
    if (expected > 0)
        loss->announced_ratio = (loss->observed + (double)loss->announced) / expected;
}

bool mg_losses_any_significant(const struct mg_crossref *cross)
{
    const struct mg_losses *losses = cross->losses;
    for (size_t i = 0; i < losses->territory_count; i++) {
        size_t slot = losses->by_code[i];
        if (losses->together.q[slot] < TWICE_Q ||
            (losses->coincidence_q && losses->coincidence_q[slot] < TWICE_Q))
            return true;
    }
    return false;
}
