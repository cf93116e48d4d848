#include "libdata/domain/stocks/stock.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/stocks/internal.h"

void mg_stock_history_destroy(struct mg_stock_history *h)
{
    if (!h)
        return;
    mg_map_finish(&h->codes);
    mg_map_finish(&h->categories);
    free(h->category);
    free(h->cells);
    free(h->carried);
    free(h->pairs);
    free(h->gaps);
    free(h);
}

enum mg_code mg_stock_history_create(struct mg_db *db, const struct mg_dataset *dataset,
                                     const struct mg_edition *from, const struct mg_edition *to,
                                     struct mg_stock_history **ret_history, struct mg_error *err)
{
    if (strcmp(dataset->kind, "counts"))
        return mg_fail(err, MG_ERR_USAGE, _("dataset '%s' is not of counts"), dataset->name);
    if (strcmp(from->as_of, to->as_of) >= 0)
        return mg_fail(err, MG_ERR_USAGE, _("the edition of %s is not before that of %s"), from->as_of,
                       to->as_of);
    struct mg_stock_history *h = mg_calloc(1, sizeof *h);
    if (!h)
        return mg_fail_memory(err);
    *h = (struct mg_stock_history){.db = db, .dataset = dataset, .from = from, .to = to};
    enum mg_code code = stock_load(h, err);
    if (!code)
        code = stock_match(h, err);
    if (code) {
        mg_stock_history_destroy(h);
        return code;
    }
    *ret_history = h;
    return MG_OK;
}

/* --- events --- */

struct telling {
    const struct mg_stock_history *h;
    mg_event_visitor *visit;
    void *context;
    const char **evidence; /* room for the categories */
    struct mg_buf gap;
};

static struct mg_event event_of(const struct mg_stock_history *h, enum mg_event_kind kind, double n)
{
    struct mg_event event = {.dataset = h->dataset->name,
                             .from = h->from->as_of,
                             .to = h->to->as_of,
                             .n = n,
                             .kind = kind,
                             .distance_m = NAN,
                             .score = NAN};
    memcpy(event.not_before, h->from->as_of, sizeof event.not_before);
    memcpy(event.not_after, h->to->as_of, sizeof event.not_after);
    return event;
}

/* A category under another label, once for the whole: what neither closed nor was created of it. */
static enum mg_code tell_label(struct telling *t, int32_t category, struct mg_error *err)
{
    const struct stock_category *c = &t->h->category[category];
    double stays = 0;
    for (size_t i = c->first; i < c->end; i++) {
        const struct stock_cell *cell = &t->h->cells[i];
        stays += cell->before < cell->after ? cell->before : cell->after;
    }
    struct mg_event event = event_of(t->h, MG_EVENT_CHANGED, stays);
    event.changes[MG_RETYPED] = true;
    event.artefacts[MG_RETYPED][MG_LABEL_REFORMATTED] = true;
    event.before.category = stock_label(t->h, c->relabelled);
    event.after.category = stock_label(t->h, category);
    return t->visit(t->context, &event, err);
}

static enum mg_code tell_carried(struct telling *t, const struct stock_carried *carried, struct mg_error *err)
{
    const struct stock_category *c = &t->h->category[carried->category];
    struct mg_event event = event_of(t->h, MG_EVENT_CHANGED, carried->n);
    event.changes[MG_RECODED] = true;
    event.artefacts[MG_RECODED][MG_COMMUNE_RECODED] = true;
    event.before.category = stock_label(t->h, c->relabelled >= 0 ? c->relabelled : carried->category);
    event.after.category = stock_label(t->h, carried->category);
    event.before.commune = stock_code(t->h, carried->from);
    event.after.commune = stock_code(t->h, carried->territory);
    return t->visit(t->context, &event, err);
}

static enum mg_code tell_changed(struct telling *t, struct mg_error *err)
{
    const struct mg_stock_history *h = t->h;
    enum mg_code code = MG_OK;
    size_t carried = 0;
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        if (h->category[i].relabelled >= 0)
            code = tell_label(t, (int32_t)i, err);
        for (; carried < h->carried_count && h->carried[carried].category == (int32_t)i && !code; carried++)
            code = tell_carried(t, &h->carried[carried], err);
    }
    return code;
}

/* The other categories that a nomenclature change was with. */
static size_t list_partners(struct telling *t, int32_t category)
{
    const struct mg_stock_history *h = t->h;
    size_t count = 0;
    for (size_t i = 0; i < h->pair_count; i++) {
        if (h->pairs[i].before == category)
            t->evidence[count++] = stock_label(h, h->pairs[i].after);
        else if (h->pairs[i].after == category)
            t->evidence[count++] = stock_label(h, h->pairs[i].before);
    }
    return count;
}

static enum mg_code tell_part(struct telling *t, const struct stock_cell *cell, double n, int artefact,
                              struct mg_error *err)
{
    bool created = cell->after > cell->before;
    struct mg_event event = event_of(t->h, created ? MG_EVENT_CREATED : MG_EVENT_CLOSED, n);
    struct mg_event_side *side = created ? &event.after : &event.before;
    const struct stock_category *c = &t->h->category[cell->category];
    if (!(n > 0))
        return MG_OK;
    side->category = stock_label(t->h, !created && c->relabelled >= 0 ? c->relabelled : cell->category);
    side->commune = stock_code(t->h, cell->territory);
    if (artefact >= 0)
        event.whole[artefact] = true;
    if (artefact == MG_NOMENCLATURE_CHANGE) {
        event.evidence = t->evidence;
        event.evidence_count = list_partners(t, cell->category);
    }
    if (artefact == MG_COVERAGE_GAP && !cell->gap) {
        t->evidence[0] = cell->unknown[0] ? "unknown before" : "unknown after";
        event.evidence = t->evidence;
        event.evidence_count = 1;
    } else if (artefact == MG_COVERAGE_GAP) {
        const struct stock_gap *gap = &t->h->gaps[cell->gap - 1];
        mg_buf_clear(&t->gap);
        stock_gap_name(t->h, gap, true, &t->gap);
        mg_buf_printf(&t->gap, " (%.15g of %.15g %s)", gap->n, gap->n, created ? "new" : "gone");
        enum mg_code code = mg_buf_check(&t->gap, err);
        if (code)
            return code;
        t->evidence[0] = t->gap.data;
        event.evidence = t->evidence;
        event.evidence_count = 1;
    }
    return t->visit(t->context, &event, err);
}

static enum mg_code tell_way(struct telling *t, bool created, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < t->h->cell_count && !code; i++) {
        const struct stock_cell *cell = &t->h->cells[i];
        double change = created ? cell->after - cell->before : cell->before - cell->after;
        if (!(change > 0))
            continue;
        code = tell_part(t, cell, change - cell->nomenclature - cell->perimeter - cell->coverage, -1, err);
        if (!code)
            code = tell_part(t, cell, cell->nomenclature, MG_NOMENCLATURE_CHANGE, err);
        if (!code)
            code = tell_part(t, cell, cell->perimeter, MG_PERIMETER_CHANGE, err);
        if (!code)
            code = tell_part(t, cell, cell->coverage, MG_COVERAGE_GAP, err);
    }
    return code;
}

enum mg_code mg_stock_history_events(const struct mg_stock_history *h, mg_event_visitor *visit, void *context,
                                     struct mg_error *err)
{
    MG_FREE const char **evidence = mg_malloc((h->pair_count + 1) * sizeof *evidence);
    struct telling t = {h, visit, context, evidence, {0}};
    if (!evidence)
        return mg_fail_memory(err);
    enum mg_code code = tell_changed(&t, err);
    if (!code)
        code = tell_way(&t, false, err);
    if (!code)
        code = tell_way(&t, true, err);
    mg_buf_finish(&t.gap);
    return code;
}
