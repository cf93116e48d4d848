/* What was counted, of one record: the figures of a layer, or of all together. */
#include <string.h>

#include "libdata/domain/crossref/internal.h"
#include "libdata/domain/crossref/metric/metric.h"

/* "no" is worse than "reserve", that than "yes". */
static const char *worse(const char *a, const char *b)
{
    static const char *const order[] = {"no", "reserve"};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (!strcmp(a, order[i]) || !strcmp(b, order[i]))
            return order[i];
    return "yes";
}

static void add_layer(const struct mg_layer *layer, const struct mg_crossref_at *at,
                      struct mg_crossref_row *row)
{
    const char *from = layer->before ? layer->before->as_of : NULL;
    double figures[MG_CELL_COUNT];
    mg_layer_figures(layer, at->slot, at->category, figures);
    row->at = !row->at || strcmp(layer->now->as_of, row->at) > 0 ? layer->now->as_of : row->at;
    row->from = !row->from || (from && strcmp(from, row->from) < 0) ? from : row->from;
    row->n += figures[MG_CELL_NOW];
    row->before += figures[MG_CELL_BEFORE];
    row->closed += figures[MG_CELL_CLOSED];
    row->created += figures[MG_CELL_CREATED];
    row->comparable = worse(row->comparable, mg_layer_comparable(layer, at->category));
}

void mg_crossref_counts(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                        struct mg_crossref_row *ret_row)
{
    const struct mg_layer *layer = at->layer;
    const char *category =
        layer && at->category >= 0 ? mg_map_key(&layer->names, (size_t)at->category, NULL) : "";
    *ret_row = (struct mg_crossref_row){.comparable = "yes"};
    if (at->slot)
        ret_row->territory =
            mg_territories_get(mg_place_territories(cross->place), cross->request.level, at->slot - 1);
    ret_row->dataset = layer ? layer->dataset->name : NULL;
    ret_row->category = *category ? category : NULL;
    for (size_t l = 0; l < cross->layer_count; l++)
        if (!layer || layer == &cross->layers[l])
            add_layer(&cross->layers[l], at, ret_row);
}
