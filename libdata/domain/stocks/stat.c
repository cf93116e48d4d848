/* stocks/stat.c - figures summed up, by category, and by territory if asked. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/answer/event_counts.h"
#include "libdata/domain/stocks/internal.h"

struct sums {
    double before, after, created, closed, nomenclature, perimeter, coverage;
};

static void add(struct sums *sums, const struct stock_cell *cell)
{
    double change = cell->after - cell->before;
    sums->before += cell->before;
    sums->after += cell->after;
    *(change > 0 ? &sums->created : &sums->closed) += change > 0 ? change : -change;
    sums->nomenclature += change > 0 ? cell->nomenclature : -cell->nomenclature;
    sums->perimeter += change > 0 ? cell->perimeter : -cell->perimeter;
    sums->coverage += change > 0 ? cell->coverage : -cell->coverage;
}

/* How they are asked for. */
struct asked {
    struct mg_place *place; /* NULL: the whole */
    bool ministry;
    struct mg_out *out;
};

static enum mg_code write(const struct mg_stock_history *h, const struct asked *asked, int32_t index,
                          size_t category, const struct sums *sums, struct mg_error *err)
{
    const struct mg_place *place = asked->place;
    struct mg_out *out = asked->out;
    mg_out_begin(out, "stock");
    mg_out_text(out, "dataset", h->dataset->name);
    mg_out_text(out, "from", h->from->as_of);
    mg_out_text(out, "to", h->to->as_of);
    if (place) {
        const struct mg_territory *territory =
            index == MG_NOWHERE
                ? NULL
                : mg_territories_get(mg_place_territories(place), mg_place_level(place), (size_t)index);
        mg_out_text(out, "level", mg_level_name(mg_place_level(place)));
        mg_out_text(out, "territory", territory ? territory->code : NULL);
        mg_out_text(out, "territory_name", territory ? territory->name : NULL);
    }
    mg_out_text(out, "category", stock_label(h, (int32_t)category));
    if (asked->ministry)
        mg_out_text(out, "ministry", h->dataset->producer);
    mg_out_real(out, "before", sums->before);
    mg_out_real(out, "created", sums->created);
    mg_out_real(out, "closed", sums->closed);
    mg_out_real(out, "after", sums->after);
    mg_out_real(out, "net", sums->created - sums->closed);
    mg_out_real(out, "nomenclature_change", sums->nomenclature);
    mg_out_real(out, "perimeter_change", sums->perimeter);
    mg_out_real(out, "coverage_gap", sums->coverage);
    mg_out_real(out, "net_real",
                sums->created - sums->closed - sums->nomenclature - sums->perimeter - sums->coverage);
    return mg_out_end_record(out, err);
}

static enum mg_code write_found(const struct mg_stock_history *h, const struct mg_told_finding *told,
                                struct mg_out *out, struct mg_error *err)
{
    return mg_finding_write(told, h->dataset->name, h->from->as_of, h->to->as_of, out, err);
}

static struct mg_told_finding found_of(enum mg_artefact artefact, enum mg_event_kind kind, const char *before,
                                       const char *after, double n, double of)
{
    return (struct mg_told_finding){artefact, kind, "category", before, after, n, of, n / of};
}

static enum mg_code write_labels(const struct mg_stock_history *h, struct mg_out *out, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        if (c->relabelled < 0)
            continue;
        struct mg_told_finding found =
            found_of(MG_LABEL_REFORMATTED, MG_EVENT_CHANGED, stock_label(h, c->relabelled),
                     stock_label(h, (int32_t)i), c->before, c->before);
        code = write_found(h, &found, out, err);
    }
    return code;
}

static enum mg_code write_perimeters(const struct mg_stock_history *h, struct mg_out *out,
                                     struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        const char *label = stock_label(h, (int32_t)i);
        bool gone = stock_gone(c);
        double n = 0;
        for (size_t k = c->first; k < c->end; k++)
            n += h->cells[k].perimeter;
        if (!(n > 0))
            continue;
        struct mg_told_finding found =
            found_of(MG_PERIMETER_CHANGE, gone ? MG_EVENT_CLOSED : MG_EVENT_CREATED, gone ? label : NULL,
                     gone ? NULL : label, n, c->before + c->after);
        code = write_found(h, &found, out, err);
    }
    return code;
}

static enum mg_code write_gaps(const struct mg_stock_history *h, struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0}, column = {0};
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->gap_count && !code; i++) {
        const struct stock_gap *gap = &h->gaps[i];
        bool gone = gap->way == STOCK_CLOSED;
        mg_buf_clear(&name);
        mg_buf_clear(&column);
        stock_gap_name(h, gap, false, &name);
        mg_buf_printf(&column, "%s%s", gap->level, gap->category < 0 ? "" : ", category");
        code = mg_buf_check(&name, err);
        if (!code)
            code = mg_buf_check(&column, err);
        if (code)
            break;
        code = write_found(h,
                           &(struct mg_told_finding){
                               MG_COVERAGE_GAP, gone ? MG_EVENT_CLOSED : MG_EVENT_CREATED, column.data,
                               gone ? name.data : NULL, gone ? NULL : name.data, gap->n, gap->n, gap->rate},
                           out, err);
    }
    return code;
}

/* What made artefacts of the figures. */
static enum mg_code write_findings(const struct mg_stock_history *h, struct mg_out *out, struct mg_error *err)
{
    double carried = 0, before = 0;
    enum mg_code code = write_labels(h, out, err);
    for (size_t i = 0; i < h->pair_count && !code; i++) {
        struct mg_told_finding found =
            found_of(MG_NOMENCLATURE_CHANGE, MG_EVENT_CLOSED, stock_label(h, h->pairs[i].before),
                     stock_label(h, h->pairs[i].after), h->pairs[i].n, h->pairs[i].of);
        code = write_found(h, &found, out, err);
    }
    if (!code)
        code = write_perimeters(h, out, err);
    if (!code)
        code = write_gaps(h, out, err);
    for (size_t i = 0; i < h->categories.count; i++)
        before += h->category[i].before;
    for (size_t i = 0; i < h->carried_count; i++)
        carried += h->carried[i].n;
    if (!code && carried > 0) {
        struct mg_told_finding found =
            found_of(MG_COMMUNE_RECODED, MG_EVENT_CHANGED, NULL, NULL, carried, before);
        code = write_found(h, &found, out, err);
    }
    return code;
}

static enum mg_code write_whole(const struct mg_stock_history *h, const struct asked *asked,
                                struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        struct sums sums = {0};
        for (size_t k = c->first; k < c->end; k++)
            add(&sums, &h->cells[k]);
        if (c->territories)
            code = write(h, asked, MG_NOWHERE, i, &sums, err);
    }
    return code ? code : write_findings(h, asked->out, err);
}

/* A cell with the place it is in. */
struct placed {
    int32_t index;
    const struct stock_cell *cell;
};

static int by_place(const void *a, const void *b, void *context)
{
    const struct placed *p = a, *q = b;
    const struct mg_place *place = context;
    if (p->index != q->index) {
        const struct mg_territories *all = mg_place_territories(place);
        enum mg_level level = mg_place_level(place);
        if (p->index == MG_NOWHERE || q->index == MG_NOWHERE)
            return p->index == MG_NOWHERE ? 1 : -1;
        return strcmp(mg_territories_get(all, level, (size_t)p->index)->code,
                      mg_territories_get(all, level, (size_t)q->index)->code);
    }
    return p->cell < q->cell ? -1 : p->cell > q->cell;
}

static enum mg_code write_places(const struct mg_stock_history *h, const struct asked *asked,
                                 struct mg_error *err)
{
    struct mg_place *place = asked->place;
    MG_FREE struct placed *placed = mg_malloc((h->cell_count + 1) * sizeof *placed);
    enum mg_level level = MG_COMMUNE;
    mg_date date;
    enum mg_code code = placed ? MG_OK : mg_fail_memory(err);
    if (!mg_level_from_name(h->to->level, &level))
        level = MG_COMMUNE;
    if (!code && mg_date_parse_iso(h->to->as_of, strlen(h->to->as_of), &date))
        mg_place_codes_of(place, date);
    for (size_t i = 0; i < h->cell_count && !code; i++) {
        placed[i].cell = &h->cells[i];
        code = mg_place_figure(place, level, stock_code(h, h->cells[i].territory), &placed[i].index, err);
    }
    if (!code && h->cell_count)
        qsort_r(placed, h->cell_count, sizeof *placed, by_place, place);
    for (size_t i = 0; i < h->cell_count && !code;) {
        size_t first = i;
        struct sums sums = {0};
        while (i < h->cell_count && placed[i].index == placed[first].index &&
               placed[i].cell->category == placed[first].cell->category)
            add(&sums, placed[i++].cell);
        code = write(h, asked, placed[first].index, (size_t)placed[first].cell->category, &sums, err);
    }
    return code;
}

enum mg_code mg_stock_history_stat(const struct mg_stock_history *h, struct mg_place *place, bool ministry,
                                   struct mg_out *out, struct mg_error *err)
{
    const struct asked asked = {place, ministry, out};
    return place ? write_places(h, &asked, err) : write_whole(h, &asked, err);
}
