/* history_stat.c - events counted, by kind, change and artefact. */
#include "libdata/domain/history_stat.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/geo/blob.h"

/* Change and artefact 0 are none. */
enum { CHANGES = MG_CHANGE_COUNT + 1, ARTEFACTS = MG_ARTEFACT_COUNT + 1 };

struct cells {
    double n[MG_EVENT_KIND_COUNT][CHANGES][ARTEFACTS];
};

struct mg_history_stat {
    struct mg_place *place;
    size_t territories;  /* 0 without a place */
    struct cells *cells; /* by territory; the last is no territory, or the whole */
    size_t *order;       /* territories by code, then the last */
    const char *dated;   /* whose codes the place was told of last */
};

static int by_code(const void *a, const void *b, void *context)
{
    const struct mg_place *place = context;
    const struct mg_territories *all = mg_place_territories(place);
    enum mg_level level = mg_place_level(place);

    return strcmp(mg_territories_get(all, level, *(const size_t *)a)->code,
                  mg_territories_get(all, level, *(const size_t *)b)->code);
}

enum mg_code mg_history_stat_create(struct mg_place *place, struct mg_history_stat **ret_stat,
                                    struct mg_error *err)
{
    struct mg_history_stat *stat = mg_calloc(1, sizeof *stat);

    if (!stat)
        return mg_fail_memory(err);
    stat->place = place;
    if (place)
        stat->territories = mg_territories_count(mg_place_territories(place), mg_place_level(place));
    stat->cells = mg_calloc(stat->territories + 1, sizeof *stat->cells);
    stat->order = mg_calloc(stat->territories + 1, sizeof *stat->order);
    if (!stat->cells || !stat->order) {
        mg_history_stat_destroy(stat);
        return mg_fail_memory(err);
    }
    for (size_t i = 0; i <= stat->territories; i++)
        stat->order[i] = i;
    if (place)
        qsort_r(stat->order, stat->territories, sizeof *stat->order, by_code, place);
    *ret_stat = stat;
    return MG_OK;
}

void mg_history_stat_destroy(struct mg_history_stat *stat)
{
    if (!stat)
        return;
    free(stat->cells);
    free(stat->order);
    free(stat);
}

static enum mg_code find_cells(struct mg_history_stat *stat, const struct mg_event *event,
                               struct cells **ret_cells, struct mg_error *err)
{
    bool later = event->after.record != 0;
    const char *commune = later ? event->after.commune : event->before.commune;
    const char *dated = later ? event->to : event->from;
    unsigned char point[MG_POINT_BLOB_SIZE];
    int32_t index = MG_NOWHERE;
    enum mg_code code;
    mg_date date;

    if (!stat->place) {
        *ret_cells = stat->cells;
        return MG_OK;
    }
    if ((!stat->dated || strcmp(stat->dated, dated)) && mg_date_parse_iso(dated, strlen(dated), &date)) {
        mg_place_codes_of(stat->place, date);
        stat->dated = dated;
    }
    if (event->has_place)
        mg_blob_point(event->lon, event->lat, point);
    if ((code = mg_place_record(stat->place, commune, commune ? strlen(commune) : 0,
                                event->has_place ? point : NULL, event->has_place ? sizeof point : 0, &index,
                                err)))
        return code;
    *ret_cells = &stat->cells[index == MG_NOWHERE ? stat->territories : (size_t)index];
    return MG_OK;
}

enum mg_code mg_history_stat_add(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct cells *cells;
    enum mg_code code = find_cells(context, event, &cells, err);

    if (code)
        return code;
    cells->n[event->kind][0][0] += event->n;
    for (int artefact = 0; artefact < MG_ARTEFACT_COUNT; artefact++) {
        if (event->whole[artefact])
            cells->n[event->kind][0][artefact + 1] += event->n;
    }
    for (int change = 0; change < MG_CHANGE_COUNT; change++) {
        bool explained = false;

        if (!event->changes[change])
            continue;
        for (int artefact = 0; artefact < MG_ARTEFACT_COUNT; artefact++) {
            if (event->artefacts[change][artefact]) {
                cells->n[event->kind][change + 1][artefact + 1] += event->n;
                explained = true;
            }
        }
        if (!explained)
            cells->n[event->kind][change + 1][0] += event->n;
    }
    return MG_OK;
}

static void write_territory(const struct mg_history_stat *stat, size_t index, struct mg_out *out)
{
    const struct mg_territory *territory = NULL;

    if (!stat->place)
        return;
    if (index < stat->territories)
        territory = mg_territories_get(mg_place_territories(stat->place), mg_place_level(stat->place), index);
    mg_out_text(out, "level", mg_level_name(mg_place_level(stat->place)));
    mg_out_text(out, "territory", territory ? territory->code : NULL);
    mg_out_text(out, "territory_name", territory ? territory->name : NULL);
}

/* What every pair of editions has a number of, be it 0. */
static bool told_when_none(enum mg_event_kind kind)
{
    return kind == MG_EVENT_CHANGED || kind == MG_EVENT_CLOSED || kind == MG_EVENT_CREATED ||
           kind == MG_EVENT_UNCHANGED;
}

enum mg_code mg_history_stat_write(struct mg_history_stat *stat, const char *dataset, const char *from,
                                   const char *to, const struct mg_history_summary *summary,
                                   struct mg_out *out, struct mg_error *err)
{
    const size_t combinations = (size_t)MG_EVENT_KIND_COUNT * CHANGES * ARTEFACTS;

    if (!stat->place)
        stat->cells->n[MG_EVENT_UNCHANGED][0][0] = (double)summary->unchanged;
    for (size_t i = 0; i < (stat->territories + 1) * combinations; i++) {
        size_t kind = i % combinations / (CHANGES * ARTEFACTS), change = i / ARTEFACTS % CHANGES;
        size_t artefact = i % ARTEFACTS;
        size_t territory = stat->order[i / combinations];
        double n = stat->cells[territory].n[kind][change][artefact];
        enum mg_code code;

        if (!n && (stat->place || change || artefact || !told_when_none((enum mg_event_kind)kind)))
            continue;
        mg_out_begin(out, "stat");
        mg_out_text(out, "dataset", dataset);
        mg_out_text(out, "from", from);
        mg_out_text(out, "to", to);
        write_territory(stat, territory, out);
        mg_out_text(out, "event", mg_event_kind_name((enum mg_event_kind)kind));
        mg_out_text(out, "change", change ? mg_change_name((enum mg_change)(change - 1)) : NULL);
        mg_out_text(out, "artefact", artefact ? mg_artefact_name((enum mg_artefact)(artefact - 1)) : NULL);
        mg_out_real(out, "n", n);
        if ((code = mg_out_end_record(out, err)))
            return code;
    }
    memset(stat->cells, 0, (stat->territories + 1) * sizeof *stat->cells);
    return MG_OK;
}
