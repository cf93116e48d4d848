#include "libdata/domain/crossref/crossref.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/common/access.h"
#include "libdata/domain/crossref/internal.h"
#include "libdata/domain/crossref/losses/losses.h"
#include "libdata/domain/crossref/metric/metric.h"
#include "libdata/domain/crossref/within.h"

/* ---- what is asked for ---- */

static enum mg_code check_request(const struct mg_crossref_request *request, struct mg_error *err)
{
    bool from = request->from != MG_DATE_NONE, to = request->to != MG_DATE_NONE;
    if (from != to)
        return mg_fail(err, MG_ERR_USAGE, _("a first date needs a last one, and the other way round"));
    if (from && request->at != MG_DATE_NONE)
        return mg_fail(err, MG_ERR_USAGE, _("either one date or two, not both"));
    if (from && request->from >= request->to)
        return mg_fail(err, MG_ERR_USAGE, _("the first date must be before the last"));
    if (request->inside && !from)
        return mg_fail(err, MG_ERR_USAGE, _("editions inside two dates need a first and a last date"));
    enum mg_level units = request->has_units ? request->units : MG_COMMUNE;
    if ((request->has_units || mg_metrics_need(request->metrics) & MG_NEEDS_VALUES) &&
        units >= request->level)
        return mg_fail(err, MG_ERR_USAGE,
                       _("units of level '%s' are not smaller than territories of level '%s'"),
                       mg_level_name(units), mg_level_name(request->level));
    const struct mg_metric *metric;
    for (size_t i = 0; (metric = mg_metric_at(i)); i++)
        if (!from && request->metrics >> i & 1 && metric->needs & MG_NEEDS_TWO_DATES)
            return mg_fail(err, MG_ERR_USAGE, _("the metric '%s' needs two dates"), metric->name);
    return MG_OK;
}

/* The metric whose values are spread. */
static enum mg_code find_of(struct mg_crossref *cross, const struct mg_crossref_request *request,
                            struct mg_error *err)
{
    const char *name = request->of ? request->of : "rate";
    size_t i = 0;
    while (mg_metric_at(i) && strcmp(mg_metric_at(i)->name, name))
        i++;
    cross->of = mg_metric_at(i);
    if (!cross->of || !cross->of->value)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not a metric with one figure that can be spread"), name);
    if (cross->of->needs & MG_NEEDS_TWO_DATES && request->from == MG_DATE_NONE)
        return mg_fail(err, MG_ERR_USAGE, _("the metric '%s' needs two dates"), name);
    return MG_OK;
}

/* ---- datasets ---- */

/* NULL, or why counts of one level cannot be brought to another. */
static const char *level_obstacle(const struct mg_edition *edition, enum mg_level wanted)
{
    enum mg_level given;
    if (!mg_level_from_name(edition->level, &given))
        return _("the level of its counts is not known");
    bool ok = given == wanted || given == MG_COMMUNE || (given >= MG_ARRONDISSEMENT && wanted > given);
    return ok ? NULL : _("its counts are given for other territories, which do not tell those of this level");
}

static enum mg_code leave_out(struct mg_crossref *cross, const char *dataset, const char *why,
                              struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf line = {0};
    mg_buf_printf(&line, "%s: %s", dataset, why);
    char **grown = mg_realloc(cross->left_out, cross->left_out_count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    cross->left_out = grown;
    char *kept = mg_buf_steal(&line);
    if (!kept)
        return mg_fail_memory(err);
    grown[cross->left_out_count++] = kept;
    return MG_OK;
}

static const struct mg_edition *edition_at(const struct mg_dataset *dataset, mg_date date)
{
    char as_of[MG_DATE_SIZE];
    if (date == MG_DATE_NONE)
        return mg_edition_at(dataset, NULL);
    mg_date_format(date, as_of);
    return mg_edition_at(dataset, as_of);
}

/* The first edition that is not before the date, or NULL. */
static const struct mg_edition *edition_from(const struct mg_dataset *dataset, mg_date date)
{
    char as_of[MG_DATE_SIZE];
    mg_date_format(date, as_of);
    for (size_t i = 0; i < dataset->edition_count; i++)
        if (strcmp(dataset->editions[i].as_of, as_of) >= 0)
            return &dataset->editions[i];
    return NULL;
}

/* NULL, or why this dataset cannot answer; the editions that it would answer with. */
static const char *obstacle(const struct mg_crossref *cross, const struct mg_dataset *dataset,
                            const struct mg_edition **ret_now, const struct mg_edition **ret_before)
{
    const struct mg_crossref_request *request = &cross->request;
    bool counts = !strcmp(dataset->kind, "counts");
    if (!counts && strcmp(dataset->kind, "services"))
        return _("it holds neither services nor counts");
    bool two = request->from != MG_DATE_NONE;
    *ret_now = edition_at(dataset, two ? request->to : request->at);
    *ret_before = !two              ? NULL
                  : request->inside ? edition_from(dataset, request->from)
                                    : edition_at(dataset, request->from);
    if (request->inside &&
        (!*ret_before || !*ret_now || strcmp((*ret_before)->as_of, (*ret_now)->as_of) >= 0))
        return _("it has not two editions between the two dates");
    if (!*ret_now || (two && !*ret_before))
        return _("it has no edition as old as that date");
    if (two && *ret_now == *ret_before)
        return _("it has one edition only between the two dates");
    const char *why = counts ? level_obstacle(*ret_now, request->level) : NULL;
    if (!why && counts && *ret_before)
        why = level_obstacle(*ret_before, request->level);
    return why;
}

static enum mg_code add_layer(struct mg_crossref *cross, struct mg_db *db, const char *name, bool named,
                              struct mg_error *err)
{
    struct mg_dataset *dataset;
    const struct mg_edition *now = NULL, *before = NULL;
    enum mg_code code =
        mg_access_load(db, cross->request.open_only ? MG_PUBLIC : MG_MINISTRY, name, &dataset, err);
    if (code)
        return code;
    const char *why = obstacle(cross, dataset, &now, &before);
    if (why) {
        if (named)
            code = mg_fail(err, MG_ERR_USAGE, _("dataset '%s': %s"), name, why);
        else
            code = leave_out(cross, name, why, err);
        mg_dataset_destroy(dataset);
        return code;
    }
    struct mg_layer *grown = mg_realloc(cross->layers, cross->layer_count + 1, sizeof *grown);
    if (!grown) {
        mg_dataset_destroy(dataset);
        return mg_fail_memory(err);
    }
    cross->layers = grown;
    struct mg_layer *layer = &grown[cross->layer_count++];
    code = mg_layer_init(layer, db, dataset, now, before, err);
    struct mg_layer_wishes wishes = {.by_category = cross->request.by_category,
                                     .losses = cross->needs & MG_NEEDS_CHANGES,
                                     .open_only = cross->request.open_only,
                                     .progress = cross->request.progress};
    if (!code)
        code = mg_crossref_select_categories(layer, &cross->request, err);
    return code ? code : mg_layer_count(layer, db, cross->place, &wishes, err);
}

static void free_names(char ***names)
{
    for (char **name = *names; name && *name; name++)
        free(*name);
    free(*names);
}

static enum mg_code add_all_of(struct mg_crossref *cross, struct mg_db *db, const char *kind,
                               struct mg_error *err)
{
    MG_CLEANUP(free_names) char **names = NULL;
    enum mg_code code =
        mg_access_names(db, cross->request.open_only ? MG_PUBLIC : MG_MINISTRY, kind, &names, err);
    for (char **name = names; !code && *name; name++)
        code = add_layer(cross, db, *name, false, err);
    return code;
}

static int layers_by_name(const void *a, const void *b)
{
    const struct mg_layer *x = a, *y = b;
    return strcmp(x->dataset->name, y->dataset->name);
}

static enum mg_code add_layers(struct mg_crossref *cross, struct mg_db *db,
                               const struct mg_crossref_request *request, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < request->dataset_count; i++)
        code = add_layer(cross, db, request->datasets[i], true, err);
    if (!code && !request->dataset_count)
        code = add_all_of(cross, db, "services", err);
    if (!code && !request->dataset_count)
        code = add_all_of(cross, db, "counts", err);
    if (code)
        return code;
    if (!cross->layer_count) {
        mg_fail(err, MG_ERR_USAGE, _("no dataset of the file can be crossed in this way"));
        if (cross->left_out_count)
            mg_error_hint(err, "%s", cross->left_out[0]);
        return MG_ERR_USAGE;
    }
    if ((code = mg_crossref_check_categories(cross, request, err)))
        return code;
    qsort(cross->layers, cross->layer_count, sizeof *cross->layers, layers_by_name);
    for (size_t i = 1; i < cross->layer_count; i++)
        if (!layers_by_name(&cross->layers[i - 1], &cross->layers[i]))
            return mg_fail(err, MG_ERR_USAGE, _("dataset '%s' is named twice"),
                           cross->layers[i].dataset->name);
    return MG_OK;
}

/* ---- territories ---- */

static enum mg_code order_territories(struct mg_crossref *cross, const char *within, struct mg_error *err)
{
    size_t count = mg_territories_count(mg_place_territories(cross->place), cross->request.level);
    MG_FREE bool *marked = mg_calloc(count, sizeof *marked);
    cross->order = mg_calloc(count, sizeof *cross->order);
    if (!marked || !cross->order)
        return mg_fail_memory(err);
    enum mg_code code =
        within ? mg_within_mark(mg_place_territories(cross->place), cross->request.level, within, marked, err)
               : MG_OK;
    if (code)
        return code;
    for (size_t i = 0; i < count; i++)
        if (!within || marked[i])
            cross->order[cross->order_count++] = i;
    mg_crossref_sort_by_code(cross, cross->order, cross->order_count);
    cross->nowhere = !within;
    return MG_OK;
}

void mg_crossref_destroy(struct mg_crossref *cross)
{
    if (!cross)
        return;
    mg_crossref_destroy(cross->units);
    free(cross->unit_first);
    free(cross->units_in);
    mg_losses_destroy(cross->losses, cross->layers);
    for (size_t i = 0; i < cross->layer_count; i++)
        mg_layer_finish(&cross->layers[i]);
    for (size_t i = 0; i < cross->left_out_count; i++)
        free(cross->left_out[i]);
    free(cross->left_out);
    free(cross->layers);
    free(cross->order);
    mg_place_destroy(cross->place);
    free(cross);
}

/* Which units are in which territory, by the code of the units. */
static enum mg_code order_units(struct mg_crossref *cross, struct mg_error *err)
{
    const struct mg_crossref *units = cross->units;
    const struct mg_territories *territories = mg_place_territories(units->place);
    enum mg_level level = cross->request.level;
    size_t slots = mg_territories_count(mg_place_territories(cross->place), level) + 1;
    cross->unit_first = mg_calloc(slots + 2, sizeof *cross->unit_first);
    cross->units_in = mg_calloc(units->order_count + 1, sizeof *cross->units_in);
    if (!cross->unit_first || !cross->units_in)
        return mg_fail_memory(err);
    for (int filling = 0; filling < 2; filling++) {
        for (size_t i = 0; i < units->order_count; i++) {
            const struct mg_territory *unit =
                mg_territories_get(territories, units->request.level, units->order[i]);
            size_t slot = (size_t)(unit->parent[level] + 1);
            if (!filling)
                cross->unit_first[slot + 2]++;
            else
                cross->units_in[cross->unit_first[slot + 1]++] = units->order[i] + 1;
        }
        for (size_t slot = 2; !filling && slot < slots + 2; slot++)
            cross->unit_first[slot] += cross->unit_first[slot - 1];
    }
    return MG_OK;
}

static enum mg_code prepare_metrics(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err)
{
    const struct mg_metric *metric;
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && (metric = mg_metric_at(i)); i++)
        if (metric->prepare && cross->request.metrics >> i & 1)
            code = metric->prepare(cross, db, err);
    return code;
}

/* The same counted once more, for all smaller territories. */
static enum mg_code count_units(struct mg_db *db, struct mg_crossref *cross,
                                const struct mg_crossref_request *request, struct mg_error *err)
{
    struct mg_crossref_request of_units = *request;
    if (!(cross->needs & MG_NEEDS_VALUES) && !(request->has_units && cross->needs & MG_NEEDS_UNITS))
        return MG_OK;
    of_units.level = request->has_units ? request->units : MG_COMMUNE;
    of_units.metrics = 0;
    of_units.has_units = false;
    const struct mg_metric *metric;
    for (size_t i = 0; (metric = mg_metric_at(i)); i++)
        if ((request->metrics >> i & 1 && !(metric->needs & MG_NEEDS_VALUES)) || metric == cross->of)
            of_units.metrics |= 1u << i;
    of_units.within = NULL;
    enum mg_code code = mg_crossref_create(db, &of_units, &cross->units, err);
    return code ? code : order_units(cross, err);
}

static enum mg_code count_all(struct mg_db *db, struct mg_crossref *cross,
                              const struct mg_crossref_request *request, struct mg_error *err)
{
    enum mg_code code = mg_access_narrow(db, request->open_only ? MG_PUBLIC : MG_MINISTRY, err);
    if (!code)
        code = mg_place_create(db, request->level, request->cog, &cross->place, err);
    if (!code)
        code = order_territories(cross, request->within, err);
    if (!code)
        code = add_layers(cross, db, request, err);
    if (!code)
        code = prepare_metrics(cross, db, err);
    mg_access_widen(db);
    return code ? code : count_units(db, cross, request, err);
}

enum mg_code mg_crossref_create(struct mg_db *db, const struct mg_crossref_request *request,
                                struct mg_crossref **ret_cross, struct mg_error *err)
{
    enum mg_code code = check_request(request, err);
    if (code)
        return code;
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = mg_calloc(1, sizeof *cross);
    if (!cross)
        return mg_fail_memory(err);
    cross->request = *request;
    cross->needs = mg_metrics_need(request->metrics);
    code = find_of(cross, request, err);
    if (!code)
        code = count_all(db, cross, request, err);
    if (code)
        return code;
    *ret_cross = cross;
    cross = NULL;
    return MG_OK;
}

const struct mg_crossref_request *mg_crossref_asked(const struct mg_crossref *cross)
{
    return &cross->request;
}

mg_date mg_crossref_cog(const struct mg_crossref *cross)
{
    return mg_territories_cog(mg_place_territories(cross->place));
}

const char *mg_crossref_left_out(const struct mg_crossref *cross, size_t i)
{
    return i < cross->left_out_count ? cross->left_out[i] : NULL;
}

const char *mg_crossref_remark(const struct mg_crossref *cross)
{
    return cross->losses && !mg_losses_any_significant(cross)
               ? _("nothing is significant: no territory of the level lost more than chance explains (q < "
                   "0.05)")
               : NULL;
}
