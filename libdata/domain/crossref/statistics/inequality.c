#include "libdata/domain/crossref/statistics/inequality.h"

#include <math.h>
#include <stdlib.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

static int by_value(const void *a, const void *b)
{
    const struct mg_unit *x = *(const struct mg_unit *const *)a, *y = *(const struct mg_unit *const *)b;
    return x->value != y->value ? (x->value > y->value) - (x->value < y->value) : (x > y) - (x < y);
}

/* 1 - 2 * the area under the Lorenz curve, by trapezes. */
static enum mg_code gini(const struct mg_unit *units, size_t count, double weights, double total,
                         double *ret_gini, struct mg_error *err)
{
    MG_FREE const struct mg_unit **sorted = mg_calloc(count, sizeof *sorted);
    if (!sorted)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &units[i];
    qsort(sorted, count, sizeof *sorted, by_value);
    double below = 0, area = 0;
    for (size_t i = 0; i < count; i++) {
        double part = sorted[i]->weight * sorted[i]->value;
        area += sorted[i]->weight * (2 * below + part);
        below += part;
    }
    *ret_gini = 1 - area / (weights * total);
    return MG_OK;
}

static double theil_term(double part, double share_of_weights)
{
    return part > 0 ? part * log(part / share_of_weights) : 0;
}

static enum mg_code theil(const struct mg_unit *units, size_t count, double weights, double total,
                          struct mg_inequality *result, struct mg_error *err)
{
    int32_t groups = 0;
    for (size_t i = 0; i < count; i++)
        groups = units[i].group >= groups ? units[i].group + 1 : groups;
    MG_FREE double *parts = mg_calloc((size_t)groups, 2 * sizeof *parts); /* of the total, of the weights */
    if (!parts)
        return mg_fail_memory(err);
    result->theil = result->theil_between = 0;
    for (size_t i = 0; i < count; i++) {
        double part = units[i].weight * units[i].value / total, share = units[i].weight / weights;
        result->theil += theil_term(part, share);
        parts[2 * units[i].group] += part;
        parts[2 * units[i].group + 1] += share;
    }
    for (int32_t g = 0; g < groups; g++)
        result->theil_between += theil_term(parts[2 * g], parts[2 * g + 1]);
    result->theil_within = result->theil - result->theil_between;
    return MG_OK;
}

enum mg_code mg_inequality_of(const struct mg_unit *units, size_t count, struct mg_inequality *ret_inequality,
                              struct mg_error *err)
{
    double weights = 0, total = 0;
    struct mg_inequality result = {NAN, NAN, NAN, NAN};
    for (size_t i = 0; i < count; i++) {
        weights += units[i].weight;
        total += units[i].weight * units[i].value;
        if (!(units[i].value >= 0))
            total = NAN;
        if (isnan(total))
            break;
    }
    *ret_inequality = result;
    if (!(weights > 0) || !(total > 0))
        return MG_OK;
    enum mg_code code = gini(units, count, weights, total, &result.gini, err);
    if (!code)
        code = theil(units, count, weights, total, &result, err);
    if (!code)
        *ret_inequality = result;
    return code;
}
