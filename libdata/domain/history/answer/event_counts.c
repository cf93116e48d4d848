/* answer/event_counts.c - events counted, by kind, change and artefact. */
#include "libdata/domain/history/answer/event_counts.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/answer/event_counts_internal.h"
#include "libdata/geo/blob.h"

enum mg_code mg_history_stat_create(struct mg_place *place, struct mg_history_stat **ret_stat,
                                    struct mg_error *err)
{
    struct mg_history_stat *stat = mg_calloc(1, sizeof *stat);

    if (!stat)
        return mg_fail_memory(err);
    stat->place = place;
    *ret_stat = stat;
    return MG_OK;
}

void mg_history_stat_destroy(struct mg_history_stat *stat)
{
    if (!stat)
        return;
    mg_map_finish(&stat->groups);
    mg_buf_finish(&stat->name);
    free(stat->list);
    free(stat);
}

void mg_history_stat_by_category(struct mg_history_stat *stat)
{
    stat->category = true;
}

void mg_history_stat_balance(struct mg_history_stat *stat)
{
    stat->balance = true;
}

void mg_history_stat_ministry(struct mg_history_stat *stat, const char *ministry)
{
    stat->names_ministry = true;
    stat->ministry = ministry;
}

void mg_history_stat_codes(struct mg_history_stat *stat, mg_date before, mg_date after)
{
    stat->codes_of[false] = before;
    stat->codes_of[true] = after;
}

/* The territory of one side's row. */
static enum mg_code find_territory(struct mg_history_stat *stat, const struct mg_event_side *side, bool later,
                                   int32_t *ret_index, struct mg_error *err)
{
    unsigned char point[MG_POINT_BLOB_SIZE];

    *ret_index = MG_NOWHERE;
    if (!stat->place)
        return MG_OK;
    mg_place_codes_of(stat->place, stat->codes_of[later]);
    if (side->has_place)
        mg_blob_point(side->lon, side->lat, point);
    return mg_place_record(stat->place, side->commune, side->commune ? strlen(side->commune) : 0,
                           side->has_place ? point : NULL, side->has_place ? sizeof point : 0, ret_index,
                           err);
}

static enum mg_code find_group(struct mg_history_stat *stat, const struct mg_event_side *side, bool later,
                               size_t *ret_group, struct mg_error *err)
{
    int64_t next = (int64_t)stat->groups.count, found;
    int32_t territory;
    enum mg_code code = find_territory(stat, side, later, &territory, err);

    if (code)
        return code;
    mg_buf_clear(&stat->name);
    mg_buf_add(&stat->name, &territory, sizeof territory);
    if (stat->category && side->category)
        mg_buf_add_str(&stat->name, side->category);
    code = mg_buf_check(&stat->name, err);
    if (!code)
        code = mg_map_put(&stat->groups, stat->name.data, stat->name.length, next, &found, err);
    if (code)
        return code;
    if (found == next) {
        if (!mg_grow(stat->list, (size_t)next, &stat->capacity))
            return mg_fail_memory(err);
        memset(&stat->list[next], 0, sizeof stat->list[next]);
        stat->list[next].territory = territory;
    }
    *ret_group = (size_t)found;
    return MG_OK;
}

const char *stat_group_category(const struct mg_history_stat *stat, size_t group)
{
    size_t length;
    const char *key = mg_map_key(&stat->groups, group, &length);

    return length > sizeof(int32_t) ? key + sizeof(int32_t) : NULL;
}

/* Is every change of a changed event explained, or any other event as a whole? */
static bool is_artefact(const struct mg_event *event)
{
    bool changes = true, explained = true;

    for (int artefact = 0; artefact < MG_ARTEFACT_COUNT; artefact++) {
        if (event->whole[artefact])
            return true;
    }
    if (event->kind != MG_EVENT_CHANGED)
        return false;
    for (int change = 0; change < MG_CHANGE_COUNT; change++) {
        changes = false;
        for (int artefact = 0; artefact < MG_ARTEFACT_COUNT; artefact++)
            changes = changes || event->artefacts[change][artefact];
        explained = explained && (changes || !event->changes[change]);
    }
    return explained;
}

static void count_changes(struct stat_group *group, const struct mg_event *event)
{
    for (int change = 0; change < MG_CHANGE_COUNT; change++) {
        bool explained = false;

        if (!event->changes[change])
            continue;
        group->changes[change] += event->n;
        for (int artefact = 0; artefact < MG_ARTEFACT_COUNT; artefact++) {
            if (event->artefacts[change][artefact]) {
                group->artefacts[change][artefact] += event->n;
                explained = true;
            }
        }
        group->changes_explained[change] += explained ? event->n : 0;
    }
}

enum mg_code mg_history_stat_add(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct mg_history_stat *stat = context;
    bool later = event->after.record != 0 || (!event->before.record && event->kind != MG_EVENT_CLOSED);
    size_t before = 0, after = 0, own;
    struct stat_group *group;
    enum mg_code code = MG_OK;

    if (later)
        code = find_group(stat, &event->after, true, &after, err);
    if (!code && event->kind == MG_EVENT_UNCHANGED)
        before = after;
    else if (!code && (!later || (stat->balance && event->before.record)))
        code = find_group(stat, &event->before, false, &before, err);
    if (code)
        return code;
    own = later ? after : before;
    if (stat->balance) {
        stat_balance_add(stat, event->before.record ? before : own, later ? after : own, event);
        return MG_OK;
    }
    group = &stat->list[own];
    group->n[event->kind] += event->n;
    group->explained[event->kind] += is_artefact(event) ? event->n : 0;
    for (int artefact = 0; artefact < MG_ARTEFACT_COUNT; artefact++)
        group->whole[event->kind][artefact] += event->whole[artefact] ? event->n : 0;
    group->succeeded[event->kind][event->successor] += event->n;
    group->succeeded_explained[event->kind][event->successor] += is_artefact(event) ? event->n : 0;
    count_changes(group, event);
    return MG_OK;
}

struct record {
    const char *dataset, *from, *to;
    const struct mg_history_stat *stat;
    size_t group;
    struct mg_out *out;
};

static void write_head(const struct record *r, const char *type)
{
    const struct mg_history_stat *stat = r->stat;
    int32_t index = stat->list[r->group].territory;
    const struct mg_territory *territory = NULL;

    mg_out_begin(r->out, type);
    mg_out_text(r->out, "dataset", r->dataset);
    mg_out_text(r->out, "from", r->from);
    mg_out_text(r->out, "to", r->to);
    if (stat->place) {
        if (index != MG_NOWHERE)
            territory = mg_territories_get(mg_place_territories(stat->place), mg_place_level(stat->place),
                                           (size_t)index);
        mg_out_text(r->out, "level", mg_level_name(mg_place_level(stat->place)));
        mg_out_text(r->out, "territory", territory ? territory->code : NULL);
        mg_out_text(r->out, "territory_name", territory ? territory->name : NULL);
    }
    if (stat->category)
        mg_out_text(r->out, "category", stat_group_category(stat, r->group));
    if (stat->names_ministry)
        mg_out_text(r->out, "ministry", stat->ministry);
}

/* change: NULL is none, artefact: -1. */
static enum mg_code write_count(const struct record *r, int kind, const char *change, int artefact, double n,
                                double explained, struct mg_error *err)
{
    write_head(r, "stat");
    mg_out_text(r->out, "event", mg_event_kind_name((enum mg_event_kind)kind));
    mg_out_text(r->out, "change", change);
    mg_out_text(r->out, "artefact", artefact < 0 ? NULL : mg_artefact_name((enum mg_artefact)artefact));
    mg_out_real(r->out, "n", n);
    mg_out_real(r->out, "n_artefact", explained);
    mg_out_real(r->out, "n_real", n - explained);
    return mg_out_end_record(r->out, err);
}

static enum mg_code write_artefacts(const struct record *r, int kind, const char *change,
                                    const double *counts, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (int artefact = 0; artefact < MG_ARTEFACT_COUNT && !code; artefact++) {
        if (counts[artefact])
            code = write_count(r, kind, change, artefact, counts[artefact], counts[artefact], err);
    }
    return code;
}

/* Of closures and openings: how many have a service with another key in their place. */
static enum mg_code write_succeeded(const struct record *r, int kind, const struct stat_group *g,
                                    struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (int i = MG_SUCCESSOR_NONE + 1; i < MG_SUCCESSOR_COUNT && !code; i++) {
        if (g->succeeded[kind][i])
            code = write_count(r, kind, mg_successor_name((enum mg_successor)i), -1, g->succeeded[kind][i],
                               g->succeeded_explained[kind][i], err);
    }
    return code;
}

/* What every pair of editions has a number of, be it 0. */
static bool told_when_none(int kind)
{
    return kind == MG_EVENT_CHANGED || kind == MG_EVENT_CLOSED || kind == MG_EVENT_CREATED ||
           kind == MG_EVENT_UNCHANGED;
}

static enum mg_code write_group(const struct record *r, bool grouped, struct mg_error *err)
{
    const struct stat_group *g = &r->stat->list[r->group];
    enum mg_code code = MG_OK;

    for (int kind = 0; kind < MG_EVENT_KIND_COUNT && !code; kind++) {
        if (g->n[kind] || (!grouped && told_when_none(kind)))
            code = write_count(r, kind, NULL, -1, g->n[kind], g->explained[kind], err);
        if (!code)
            code = write_artefacts(r, kind, NULL, g->whole[kind], err);
        if (!code)
            code = write_succeeded(r, kind, g, err);
        for (int i = 0; i < MG_CHANGE_COUNT && kind == MG_EVENT_CHANGED && !code; i++) {
            const char *change = mg_change_name((enum mg_change)i);

            if (!g->changes[i])
                continue;
            code = write_count(r, kind, change, -1, g->changes[i], g->changes_explained[i], err);
            if (!code)
                code = write_artefacts(r, kind, change, g->artefacts[i], err);
        }
    }
    return code;
}

static int by_group(const void *a, const void *b, void *context)
{
    const struct mg_history_stat *stat = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int32_t i = stat->list[x].territory, j = stat->list[y].territory;
    const char *category_x = stat_group_category(stat, x), *category_y = stat_group_category(stat, y);

    if (i != j) {
        const struct mg_territories *all;
        enum mg_level level;

        if (i == MG_NOWHERE || j == MG_NOWHERE)
            return i == MG_NOWHERE ? 1 : -1;
        all = mg_place_territories(stat->place);
        level = mg_place_level(stat->place);
        return strcmp(mg_territories_get(all, level, (size_t)i)->code,
                      mg_territories_get(all, level, (size_t)j)->code);
    }
    if (!category_x || !category_y)
        return (category_x == NULL) - (category_y == NULL);
    return strcmp(category_x, category_y);
}

static void start_again(struct mg_history_stat *stat)
{
    mg_map_finish(&stat->groups);
    memset(&stat->groups, 0, sizeof stat->groups);
    stat->shut_before = stat->shut_after = 0;
}

static enum mg_code write_groups(struct mg_history_stat *stat, struct record *record, bool grouped,
                                 struct mg_error *err)
{
    size_t count = stat->groups.count;
    MG_FREE size_t *order = mg_malloc(count * sizeof *order + 1);
    enum mg_code code = MG_OK;

    if (!order)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    if (count)
        qsort_r(order, count, sizeof *order, by_group, stat);
    for (size_t i = 0; i < count && !code; i++) {
        record->group = order[i];
        if (!stat->balance) {
            code = write_group(record, grouped, err);
            continue;
        }
        write_head(record, "balance");
        stat_balance_write(&stat->list[order[i]].balance, record->out);
        code = mg_out_end_record(record->out, err);
    }
    return code;
}

enum mg_code mg_history_stat_write(struct mg_history_stat *stat, const char *dataset, const char *from,
                                   const char *to, const struct mg_history_summary *summary,
                                   struct mg_out *out, struct mg_error *err)
{
    struct record record = {dataset, from, to, stat, 0, out};
    bool grouped = stat->place || stat->category;
    enum mg_code code = MG_OK;
    size_t whole;

    if (!grouped && !(code = find_group(stat, &(struct mg_event_side){0}, true, &whole, err)) &&
        !stat->balance)
        stat->list[whole].n[MG_EVENT_UNCHANGED] = (double)summary->unchanged;
    if (!code && stat->balance)
        code = stat_balance_prove(stat, dataset, summary, err);
    if (!code)
        code = write_groups(stat, &record, grouped, err);
    start_again(stat);
    return code;
}

enum mg_code mg_finding_write(const struct mg_told_finding *told, const char *dataset, const char *from,
                              const char *to, struct mg_out *out, struct mg_error *err)
{
    mg_out_begin(out, "artefact");
    mg_out_text(out, "dataset", dataset);
    mg_out_text(out, "from", from);
    mg_out_text(out, "to", to);
    mg_out_text(out, "artefact", mg_artefact_name(told->artefact));
    mg_out_text(out, "event", mg_event_kind_name(told->kind));
    mg_out_text(out, "column", told->column);
    mg_out_text(out, "before", told->before);
    mg_out_text(out, "after", told->after);
    mg_out_real(out, "n", told->n);
    mg_out_real(out, "of", told->of);
    mg_out_real(out, "rate", told->rate);
    return mg_out_end_record(out, err);
}

enum mg_code mg_history_findings_write(const struct mg_history *history, const char *dataset,
                                       const char *from, const char *to, struct mg_out *out,
                                       struct mg_error *err)
{
    size_t count;
    const struct mg_finding *findings = mg_history_findings(history, &count);
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < count && !code; i++) {
        const struct mg_finding *f = &findings[i];
        const struct mg_told_finding told = {f->artefact, f->kind,      f->column,     f->before,
                                             f->after,    (double)f->n, (double)f->of, f->rate};

        code = mg_finding_write(&told, dataset, from, to, out, err);
    }
    return code;
}
