#include "libdata/domain/crossref/losses/withdrawals.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/stocks/stock.h"
#include "libdata/geo/blob.h"

/* What closed or opened in one commune, of one category. */
struct happening {
    int64_t commune; /* index at the COG date; -1 and less: a code that is no one commune */
    struct mg_withdrawal what;
};

struct gathering {
    struct mg_layer *layer;
    struct mg_place *place, *communes;
    enum mg_level level;     /* of counts */
    mg_date codes_of[2];     /* of what was before and of what is now */
    struct mg_map elsewhere; /* codes that are no one commune */
    struct happening *list;
    size_t count, capacity;
};

void mg_withdrawals_finish(struct mg_withdrawals *withdrawals)
{
    free(withdrawals->list);
    free(withdrawals->first);
    *withdrawals = (struct mg_withdrawals){0};
}

/* ---- what happened ---- */

static bool is_real(const struct mg_event *event)
{
    for (int k = 0; k < MG_ARTEFACT_COUNT; k++) {
        if (event->whole[k])
            return false;
        for (int i = 0; i < MG_CHANGE_COUNT; i++)
            if (event->artefacts[i][k])
                return false;
    }
    return true;
}

/* *ret_commune is what openings and closures are paired in: a commune, or a code that is no one commune (or
 * is that of a larger territory). */
static enum mg_code find_commune(struct gathering *g, const struct mg_event_side *side, mg_date codes_of,
                                 int64_t *ret_commune, int32_t *ret_territory, struct mg_error *err)
{
    unsigned char point[MG_POINT_BLOB_SIZE];
    const char *code = side->commune ? side->commune : "";
    size_t length = strlen(code), point_length = side->has_place ? sizeof point : 0;
    const unsigned char *blob = side->has_place ? point : NULL;
    int32_t commune = MG_NOWHERE;
    int64_t entry = 0;
    enum mg_code failed = MG_OK;
    if (side->has_place)
        mg_blob_point(side->lon, side->lat, point);
    mg_place_codes_of(g->communes, codes_of);
    mg_place_codes_of(g->place, codes_of);
    if (g->level == MG_COMMUNE)
        failed = mg_place_record(g->communes, code, length, blob, point_length, &commune, err);
    if (!failed && g->level != MG_COMMUNE)
        failed = mg_place_figure(g->place, g->level, code, ret_territory, err);
    else if (!failed)
        failed = mg_place_record(g->place, code, length, blob, point_length, ret_territory, err);
    if (!failed && commune < 0)
        failed = mg_map_put(&g->elsewhere, code, length, (int64_t)g->elsewhere.count, &entry, err);
    *ret_commune = commune >= 0 ? commune : -1 - entry;
    return failed;
}

static enum mg_code add(struct gathering *g, const struct happening *happening, struct mg_error *err)
{
    if (!mg_grow(g->list, g->count, &g->capacity))
        return mg_fail_memory(err);
    g->list[g->count++] = *happening;
    return MG_OK;
}

static mg_date date_of(const char *text)
{
    mg_date date;
    return mg_date_parse_iso(text, strlen(text), &date) ? date : MG_DATE_NONE;
}

static enum mg_code take(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct gathering *g = context;
    bool closed = event->kind == MG_EVENT_CLOSED;
    if ((!closed && event->kind != MG_EVENT_CREATED && event->kind != MG_EVENT_REOPENED) || !is_real(event))
        return MG_OK;
    const struct mg_event_side *side = closed ? &event->before : &event->after;
    const char *category = side->category ? side->category : "";
    struct happening happening = {.what = {.first = MG_DATE_NONE, .last = MG_DATE_NONE}};
    struct mg_withdrawal *what = &happening.what;
    int32_t territory = MG_NOWHERE;
    what->category = mg_map_get(&g->layer->names, category, strlen(category));
    if (what->category < 0) /* nothing of it is counted: what went was not open */
        return MG_OK;
    if (closed) {
        what->closed = event->n;
        what->first = date_of(event->not_before);
        what->last = date_of(event->not_after);
    } else {
        what->opened = event->n;
    }
    enum mg_code code = find_commune(g, side, g->codes_of[!closed], &happening.commune, &territory, err);
    what->slot = (size_t)(territory + 1);
    return code ? code : add(g, &happening, err);
}

static enum mg_code gather_services(struct gathering *g, struct mg_db *db, bool open_only,
                                    const struct mg_progress *progress, struct mg_error *err)
{
    MG_CLEANUP(mg_decisions_finish) struct mg_decisions decisions = {0};
    const struct mg_layer *layer = g->layer;
    const struct mg_history_options options = {
        .open_only = open_only, .decisions = &decisions, .progress = progress};
    struct mg_history *history = NULL;
    enum mg_code code = open_only ? MG_OK : mg_decisions_load(db, layer->dataset, &decisions, err);
    if (!code)
        code = mg_history_create(db, layer->dataset, layer->before, layer->now, &options, &history, err);
    if (code)
        return code;
    mg_history_codes_of(history, &g->codes_of[0], &g->codes_of[1]);
    code = mg_history_events(history, take, g, err);
    mg_history_destroy(history);
    return code;
}

static enum mg_code gather_counts(struct gathering *g, struct mg_db *db, struct mg_error *err)
{
    const struct mg_layer *layer = g->layer;
    struct mg_stock_history *history = NULL;
    g->codes_of[0] = g->codes_of[1] = mg_cog_edition_date(layer->now, date_of(layer->now->as_of));
    if (!mg_level_from_name(layer->now->level, &g->level))
        return mg_fail(err, MG_ERR_DB, _("the edition of %s has the level '%s'"), layer->dataset->name,
                       layer->now->level);
    enum mg_code code = mg_stock_history_create(db, layer->dataset, layer->before, layer->now, &history, err);
    if (code)
        return code;
    code = mg_stock_history_events(history, take, g, err);
    mg_stock_history_destroy(history);
    return code;
}

/* ---- one for one ---- */

/* By commune, then the bytes of the category; those of one commune are all in one territory. */
static int by_commune(const void *a, const void *b, void *names)
{
    const struct happening *x = a, *y = b;
    if (x->commune != y->commune)
        return (x->commune > y->commune) - (x->commune < y->commune);
    if (x->what.slot != y->what.slot)
        return (x->what.slot > y->what.slot) - (x->what.slot < y->what.slot);
    if (x->what.category == y->what.category)
        return 0;
    return strcmp(mg_map_key(names, (size_t)x->what.category, NULL),
                  mg_map_key(names, (size_t)y->what.category, NULL));
}

static void join(struct mg_withdrawal *into, const struct mg_withdrawal *one)
{
    bool dated = one->first != MG_DATE_NONE && one->last != MG_DATE_NONE;
    into->n += one->n;
    into->closed += one->closed;
    into->opened += one->opened;
    if (dated && (into->first == MG_DATE_NONE || one->first < into->first))
        into->first = one->first;
    if (dated && (into->last == MG_DATE_NONE || one->last > into->last))
        into->last = one->last;
}

/* Happenings first to end, of one key, become one; *ret_next is the one after them. */
static struct mg_withdrawal sum_up(const struct gathering *g, size_t first, size_t *ret_next)
{
    struct mg_withdrawal sum = g->list[first].what;
    size_t i = first;
    sum.n = sum.closed = sum.opened = 0;
    sum.first = sum.last = MG_DATE_NONE;
    for (; i < g->count && !by_commune(&g->list[i], &g->list[first], &g->layer->names); i++)
        join(&sum, &g->list[i].what);
    *ret_next = i;
    return sum;
}

static void make_up(struct happening *list, size_t count, bool across_categories)
{
    double left = 0;
    for (size_t i = 0; i < count; i++) {
        struct mg_withdrawal *what = &list[i].what;
        double net = what->closed - what->opened;
        what->n = net > 0 ? net : 0;
        left += net < 0 ? -net : 0;
    }
    for (size_t i = 0; i < count && across_categories; i++) {
        double made_up = list[i].what.n < left ? list[i].what.n : left;
        list[i].what.n -= made_up;
        left -= made_up;
    }
    for (size_t i = 0; i < count; i++)
        if (!(list[i].what.n > 0))
            list[i].what.first = list[i].what.last = MG_DATE_NONE;
}

/* What happened, as one line for each commune and category, then what of it is withdrawn. */
static void settle(struct gathering *g)
{
    size_t kept = 0;
    if (g->count)
        qsort_r(g->list, g->count, sizeof *g->list, by_commune, &g->layer->names);
    for (size_t i = 0; i < g->count; kept++) {
        int64_t commune = g->list[i].commune;
        g->list[kept].what = sum_up(g, i, &i);
        g->list[kept].commune = commune;
    }
    g->count = kept;
    for (size_t first = 0, end; first < g->count; first = end) {
        for (end = first; end < g->count && g->list[end].commune == g->list[first].commune &&
                          g->list[end].what.slot == g->list[first].what.slot;)
            end++;
        make_up(&g->list[first], end - first, !g->layer->counts);
    }
}

static int by_slot(const void *a, const void *b)
{
    const struct mg_withdrawal *x = a, *y = b;
    if (x->slot != y->slot)
        return (x->slot > y->slot) - (x->slot < y->slot);
    return (x->category > y->category) - (x->category < y->category);
}

static enum mg_code by_territory(const struct gathering *g, struct mg_withdrawals *ret, struct mg_error *err)
{
    ret->list = mg_calloc(g->count + 1, sizeof *ret->list);
    ret->first = mg_calloc(g->layer->slots + 1, sizeof *ret->first);
    if (!ret->list || !ret->first)
        return mg_fail_memory(err);
    for (size_t i = 0; i < g->count; i++)
        ret->list[i] = g->list[i].what;
    qsort(ret->list, g->count, sizeof *ret->list, by_slot);
    for (size_t i = 0; i < g->count; i++) {
        struct mg_withdrawal one = ret->list[i], *last = ret->count ? &ret->list[ret->count - 1] : NULL;
        if (last && !by_slot(last, &one))
            join(last, &one);
        else
            ret->list[ret->count++] = one;
    }
    for (size_t slot = 0, i = 0; slot <= g->layer->slots; slot++) {
        while (i < ret->count && ret->list[i].slot < slot)
            i++;
        ret->first[slot] = i;
    }
    return MG_OK;
}

enum mg_code mg_withdrawals_find(struct mg_layer *layer, struct mg_db *db, struct mg_place *place,
                                 struct mg_place *communes, bool open_only,
                                 const struct mg_progress *progress, struct mg_withdrawals *ret_withdrawals,
                                 struct mg_error *err)
{
    struct gathering g = {.layer = layer, .place = place, .communes = communes};
    enum mg_code code =
        layer->counts ? gather_counts(&g, db, err) : gather_services(&g, db, open_only, progress, err);
    if (!code) {
        settle(&g);
        code = by_territory(&g, ret_withdrawals, err);
    }
    mg_map_finish(&g.elsewhere);
    free(g.list);
    return code;
}
