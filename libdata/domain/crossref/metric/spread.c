#include "libdata/domain/crossref/metric/spread.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/crossref/internal.h"
#include "libdata/domain/crossref/statistics/inequality.h"

/* The same record among the units; false: they have none. */
static bool find_there(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                       struct mg_crossref_at *ret_there)
{
    const struct mg_crossref *units = cross->units;
    *ret_there = (struct mg_crossref_at){.category = -1};
    if (!at->layer)
        return true;
    for (size_t l = 0; l < units->layer_count && !ret_there->layer; l++)
        if (!strcmp(units->layers[l].dataset->name, at->layer->dataset->name))
            ret_there->layer = &units->layers[l];
    if (!ret_there->layer || at->category < 0)
        return ret_there->layer != NULL;
    size_t length;
    const char *name = mg_map_key(&at->layer->names, (size_t)at->category, &length);
    ret_there->category = mg_map_get(&ret_there->layer->names, name, length);
    return ret_there->category >= 0;
}

static int32_t group_of(const struct mg_crossref *cross, const struct mg_territory *territory)
{
    return cross->request.has_groups ? territory->parent[cross->request.groups] + 1 : 0;
}

static enum mg_code gather(const struct mg_crossref *cross, size_t slot, struct mg_crossref_at there,
                           struct mg_unit *units, size_t *ret_count, struct mg_error *err)
{
    const struct mg_metric *of = cross->of;
    size_t count = 0;
    enum mg_code code = MG_OK;
    for (size_t i = cross->unit_first[slot]; !code && i < cross->unit_first[slot + 1]; i++) {
        struct mg_crossref_row row;
        there.slot = cross->units_in[i];
        mg_crossref_counts(cross->units, &there, &row);
        if (of->fill)
            code = of->fill(cross->units, &there, &row, err);
        double value = code ? NAN : of->value(&row);
        if (row.territory->population > 0 && !isnan(value))
            units[count++] =
                (struct mg_unit){value, (double)row.territory->population, group_of(cross, row.territory)};
    }
    *ret_count = count;
    return code;
}

enum mg_code mg_spread_fill(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                            struct mg_crossref_row *row, struct mg_error *err)
{
    struct mg_crossref_at there;
    struct mg_inequality result;
    row->spread = (struct mg_spread){NAN, NAN, NAN, NAN};
    if (!at->slot || !find_there(cross, at, &there))
        return MG_OK;
    size_t count = cross->unit_first[at->slot + 1] - cross->unit_first[at->slot];
    MG_FREE struct mg_unit *units = mg_calloc(count + 1, sizeof *units);
    if (!units)
        return mg_fail_memory(err);
    enum mg_code code = gather(cross, at->slot, there, units, &count, err);
    if (!code)
        code = mg_inequality_of(units, count, &result, err);
    if (code)
        return code;
    row->spread = (struct mg_spread){result.gini, result.theil, NAN, NAN};
    if (cross->request.has_groups) {
        row->spread.theil_between = result.theil_between;
        row->spread.theil_within = result.theil_within;
    }
    return MG_OK;
}
