/* history/stock_stat.c - figures summed up, by category, and by territory if asked. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/stock_internal.h"

struct sums {
    double before, after, created, closed, nomenclature, perimeter;
};

static void add(struct sums *sums, const struct stock_cell *cell)
{
    double change = cell->after - cell->before;
    sums->before += cell->before;
    sums->after += cell->after;
    *(change > 0 ? &sums->created : &sums->closed) += change > 0 ? change : -change;
    sums->nomenclature += change > 0 ? cell->nomenclature : -cell->nomenclature;
    sums->perimeter += change > 0 ? cell->perimeter : -cell->perimeter;
}

static enum mg_code write(const struct mg_stock_history *h, const struct mg_place *place, int32_t index,
                          size_t category, const struct sums *sums, struct mg_out *out, struct mg_error *err)
{
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
    mg_out_real(out, "before", sums->before);
    mg_out_real(out, "created", sums->created);
    mg_out_real(out, "closed", sums->closed);
    mg_out_real(out, "after", sums->after);
    mg_out_real(out, "net", sums->created - sums->closed);
    mg_out_real(out, "nomenclature_change", sums->nomenclature);
    mg_out_real(out, "perimeter_change", sums->perimeter);
    mg_out_real(out, "net_real", sums->created - sums->closed - sums->nomenclature - sums->perimeter);
    return mg_out_end_record(out, err);
}

static enum mg_code finding(const struct mg_stock_history *h, const char *artefact, const char *event,
                            const char *before, const char *after, double n, double of, struct mg_out *out,
                            struct mg_error *err)
{
    mg_out_begin(out, "artefact");
    mg_out_text(out, "dataset", h->dataset->name);
    mg_out_text(out, "from", h->from->as_of);
    mg_out_text(out, "to", h->to->as_of);
    mg_out_text(out, "artefact", artefact);
    mg_out_text(out, "event", event);
    mg_out_text(out, "column", "category");
    mg_out_text(out, "before", before);
    mg_out_text(out, "after", after);
    mg_out_real(out, "n", n);
    mg_out_real(out, "of", of);
    mg_out_real(out, "rate", n / of);
    return mg_out_end_record(out, err);
}

static enum mg_code write_findings(const struct mg_stock_history *h, struct mg_out *out, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    double carried = 0, before = 0;
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        before += c->before;
        if (c->relabelled >= 0)
            code =
                finding(h, mg_artefact_name(MG_LABEL_REFORMATTED), "changed", stock_label(h, c->relabelled),
                        stock_label(h, (int32_t)i), c->before, c->before, out, err);
    }
    for (size_t i = 0; i < h->pair_count && !code; i++)
        code =
            finding(h, mg_artefact_name(MG_NOMENCLATURE_CHANGE), "closed", stock_label(h, h->pairs[i].before),
                    stock_label(h, h->pairs[i].after), h->pairs[i].n, h->pairs[i].of, out, err);
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        double n = 0;
        for (size_t k = c->first; k < c->end; k++)
            n += h->cells[k].perimeter;
        if (n > 0)
            code =
                finding(h, mg_artefact_name(MG_PERIMETER_CHANGE), stock_gone(c) ? "closed" : "created",
                        stock_gone(c) ? stock_label(h, (int32_t)i) : NULL,
                        stock_gone(c) ? NULL : stock_label(h, (int32_t)i), n, c->before + c->after, out, err);
    }
    for (size_t i = 0; i < h->carried_count; i++)
        carried += h->carried[i].n;
    if (carried > 0 && !code)
        code = finding(h, mg_artefact_name(MG_COMMUNE_RECODED), "changed", NULL, NULL, carried, before, out,
                       err);
    return code;
}

static enum mg_code write_whole(const struct mg_stock_history *h, struct mg_out *out, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        struct sums sums = {0};
        for (size_t k = c->first; k < c->end; k++)
            add(&sums, &h->cells[k]);
        if (c->territories)
            code = write(h, NULL, MG_NOWHERE, i, &sums, out, err);
    }
    return code ? code : write_findings(h, out, err);
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

static enum mg_code write_places(const struct mg_stock_history *h, struct mg_place *place, struct mg_out *out,
                                 struct mg_error *err)
{
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
        code = write(h, place, placed[first].index, (size_t)placed[first].cell->category, &sums, out, err);
    }
    return code;
}

enum mg_code mg_stock_history_stat(const struct mg_stock_history *h, struct mg_place *place,
                                   struct mg_out *out, struct mg_error *err)
{
    return place ? write_places(h, place, out, err) : write_whole(h, out, err);
}
