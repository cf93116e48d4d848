/* The answer: what was counted with what the metrics say of it, record by record. */
#include <string.h>

#include "libdata/domain/crossref/internal.h"
#include "libdata/domain/crossref/metric/metric.h"

static enum mg_code fill_row(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                             struct mg_crossref_row *row, struct mg_error *err)
{
    const struct mg_metric *metric;
    enum mg_code code = MG_OK;
    mg_crossref_counts(cross, at, row);
    for (size_t i = 0; !code && (metric = mg_metric_at(i)); i++)
        if (metric->fill && cross->request.metrics >> i & 1)
            code = metric->fill(cross, at, row, err);
    return code;
}

bool mg_crossref_find(const struct mg_crossref *cross, const char *territory, const char *category,
                      struct mg_crossref_row *ret_row)
{
    const struct mg_territories *territories = mg_place_territories(cross->place);
    enum mg_level level = cross->request.level;
    const struct mg_layer *layer = &cross->layers[0];
    int32_t index = mg_territories_find(territories, level, territory);
    int64_t number = -1;
    if (cross->request.by_category)
        number = mg_map_get(&layer->names, category ? category : "", category ? strlen(category) : 0);
    if (index < 0 || strcmp(mg_territories_get(territories, level, (size_t)index)->code, territory) != 0 ||
        (number < 0 && (cross->request.by_category || category)))
        return false;
    struct mg_error err = {0};
    return !fill_row(cross, &(struct mg_crossref_at){layer, (size_t)index + 1, number}, ret_row, &err);
}

static enum mg_code visit_layer(const struct mg_crossref *cross, const struct mg_layer *layer, size_t slot,
                                mg_crossref_visitor *visit, void *context, struct mg_error *err)
{
    bool by_category = cross->request.by_category;
    int64_t count = by_category ? (int64_t)layer->names.count : 1;
    enum mg_code code = MG_OK;
    for (int64_t i = 0; !code && i < count; i++) {
        struct mg_crossref_row row;
        int64_t category = by_category ? (int64_t)layer->sorted[i] : -1;
        code = fill_row(cross, &(struct mg_crossref_at){layer, slot, category}, &row, err);
        if (!code && (row.territory || row.n != 0 || row.before != 0 || row.closed != 0 || row.created != 0))
            code = visit(context, &row, err);
    }
    return code;
}

enum mg_code mg_crossref_each(const struct mg_crossref *cross, mg_crossref_visitor *visit, void *context,
                              struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < cross->order_count + cross->nowhere; i++) {
        size_t slot = i < cross->order_count ? cross->order[i] + 1 : 0;
        for (size_t l = 0; !code && l < cross->layer_count; l++)
            code = visit_layer(cross, &cross->layers[l], slot, visit, context, err);
        if (!code && slot && cross->needs & MG_NEEDS_TOGETHER) {
            struct mg_crossref_row row;
            code = fill_row(cross, &(struct mg_crossref_at){.slot = slot, .category = -1}, &row, err);
            if (!code)
                code = visit(context, &row, err);
        }
    }
    return code;
}
