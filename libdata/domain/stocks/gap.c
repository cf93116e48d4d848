/* stocks/gap.c - figures that are away from an edition, or came into it, all over a territory. */
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/domain/stocks/internal.h"
#include "libdata/geo/departement.h"

static const double chance = 1e-6; /* that all of it went by itself, at the rate of the same elsewhere */
enum { FEWEST = 5, CATEGORIES = 2 };

/* What of a category, or of all of them, is in an area: as one edition has it, and not the other. */
struct area {
    double n[STOCK_WAYS]; /* before, after */
    double logarithm[STOCK_WAYS];
    size_t categories[STOCK_WAYS];
    double elsewhere[STOCK_WAYS]; /* what went (came) elsewhere of the same categories... */
    double of[STOCK_WAYS];        /* ...of so much */
    size_t gap[STOCK_WAYS];       /* 1 + index; 0: none */
};

struct areas {
    struct mg_stock_history *h;
    struct mg_map names;
    int32_t *of_code; /* by entry of codes */
    const char *level;
};

static void finish(struct areas *areas)
{
    mg_map_finish(&areas->names);
    free(areas->of_code);
}

/* What still is a closure, or an opening. */
static double unexplained(const struct stock_cell *cell, int way)
{
    double change = way == STOCK_CREATED ? cell->after - cell->before : cell->before - cell->after;
    double left = change - cell->nomenclature - cell->perimeter - cell->coverage;
    return change > 0 && left > 0 ? left : 0;
}

/* One is added on both sides, so that no rate is 0 or 1. */
static double rate(double went, double of)
{
    return (went + 1) / (of + 2);
}

static bool of_communes(const struct mg_stock_history *h)
{
    return !strcmp(h->to->level, "commune");
}

/* The département of a commune; any other territory is one of its own. */
static size_t area_length(const struct mg_stock_history *h, const char *code)
{
    size_t length = strlen(code);
    return of_communes(h) && length == 5 ? mg_departement_length(code) : length;
}

static enum mg_code divide(struct areas *areas, bool themselves, struct mg_error *err)
{
    struct mg_stock_history *h = areas->h;
    areas->level = of_communes(h) && !themselves ? "departement" : *h->to->level ? h->to->level : "territory";
    areas->of_code = mg_calloc(h->codes.count + 1, sizeof *areas->of_code);
    enum mg_code code = areas->of_code ? MG_OK : mg_fail_memory(err);
    for (size_t i = 0; i < h->codes.count && !code; i++) {
        const char *name = stock_code(h, (int32_t)i);
        int64_t entry = 0;
        code = mg_map_put(&areas->names, name, themselves ? strlen(name) : area_length(h, name),
                          (int64_t)areas->names.count, &entry, err);
        areas->of_code[i] = (int32_t)entry;
    }
    return code;
}

/* The cells of one category that are in one area are next to each other. */
static size_t run_end(const struct areas *areas, const struct stock_category *c, size_t first)
{
    const struct stock_cell *cells = areas->h->cells;
    size_t end = first + 1;
    while (end < c->end && areas->of_code[cells[end].territory] == areas->of_code[cells[first].territory])
        end++;
    return end;
}

struct run {
    size_t first, end;
    double n[STOCK_WAYS];    /* before, after */
    double went[STOCK_WAYS]; /* unexplained */
};

static struct run run_of(const struct areas *areas, const struct stock_category *c, size_t first)
{
    struct run run = {.first = first, .end = run_end(areas, c, first)};
    for (size_t i = first; i < run.end; i++) {
        const struct stock_cell *cell = &areas->h->cells[i];
        run.n[STOCK_CLOSED] += cell->before;
        run.n[STOCK_CREATED] += cell->after;
        for (int way = 0; way < STOCK_WAYS; way++)
            run.went[way] += unexplained(cell, way);
    }
    return run;
}

static struct run whole_of(const struct areas *areas, const struct stock_category *c)
{
    struct run whole = {.first = c->first, .end = c->end};
    for (size_t i = c->first; i < c->end; i++) {
        for (int way = 0; way < STOCK_WAYS; way++)
            whole.went[way] += unexplained(&areas->h->cells[i], way);
    }
    whole.n[STOCK_CLOSED] = c->before;
    whole.n[STOCK_CREATED] = c->after;
    return whole;
}

/* Is all of it on one side, and on neither explained by something else? */
static bool empties(const struct run *run, int way)
{
    return run->n[way] > 0 && run->n[!way] == 0 && run->went[way] == run->n[way];
}

static enum mg_code add_gap(struct areas *areas, int32_t area, int32_t category, int way, double n,
                            double elsewhere, struct mg_error *err)
{
    struct mg_stock_history *h = areas->h;
    size_t length;
    const char *name = mg_map_key(&areas->names, (size_t)area, &length);
    struct stock_gap *grown = mg_realloc(h->gaps, h->gap_count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    h->gaps = grown;
    struct stock_gap *gap = &grown[h->gap_count++];
    *gap = (struct stock_gap){
        .level = areas->level, .category = category, .way = way, .n = n, .rate = elsewhere};
    memcpy(gap->area, name, length < sizeof gap->area ? length : sizeof gap->area - 1);
    return MG_OK;
}

static void cover(struct mg_stock_history *h, struct stock_cell *cell, size_t gap)
{
    int way = h->gaps[gap].way;
    cell->coverage = unexplained(cell, way);
    cell->gap = (uint32_t)gap + 1;
}

void stock_gap_name(const struct mg_stock_history *h, const struct stock_gap *gap, bool level,
                    struct mg_buf *buf)
{
    if (level)
        mg_buf_printf(buf, "%s=", gap->level);
    mg_buf_add_str(buf, gap->area);
    if (gap->category >= 0)
        mg_buf_printf(buf, ": %s", stock_label(h, gap->category));
}

/* --- territories that are away as a whole --- */

static void add_category(const struct areas *areas, const struct stock_category *c, struct area *list)
{
    struct run whole = whole_of(areas, c);
    for (size_t i = c->first; i < c->end;) {
        struct run run = run_of(areas, c, i);
        struct area *area = &list[areas->of_code[areas->h->cells[i].territory]];
        for (int way = 0; way < STOCK_WAYS; way++) {
            double elsewhere = whole.went[way] - run.went[way], of = whole.n[way] - run.n[way];
            area->n[way] += run.n[way];
            if (!empties(&run, way))
                continue;
            area->logarithm[way] += run.n[way] * log(rate(elsewhere, of));
            area->categories[way]++;
            area->elsewhere[way] += elsewhere;
            area->of[way] += of;
        }
        i = run.end;
    }
}

static enum mg_code find_whole(struct areas *areas, struct mg_error *err)
{
    struct mg_stock_history *h = areas->h;
    MG_FREE struct area *list = mg_calloc(areas->names.count + 1, sizeof *list);
    enum mg_code code = list ? MG_OK : mg_fail_memory(err);
    bool any = false;
    for (size_t i = 0; i < h->categories.count && !code; i++)
        add_category(areas, &h->category[i], list);
    for (size_t i = 0; i < areas->names.count && !code; i++) {
        struct area *a = &list[i];
        for (int way = 0; way < STOCK_WAYS && !code; way++) {
            if (a->n[way] < FEWEST || a->n[!way] > 0 || a->categories[way] < CATEGORIES ||
                a->logarithm[way] > log(chance))
                continue;
            code = add_gap(areas, (int32_t)i, -1, way, a->n[way], rate(a->elsewhere[way], a->of[way]), err);
            a->gap[way] = h->gap_count;
            any = true;
        }
    }
    for (size_t i = 0; any && i < h->cell_count && !code; i++) {
        const struct area *a = &list[areas->of_code[h->cells[i].territory]];
        for (int way = 0; way < STOCK_WAYS; way++) {
            if (a->gap[way] && unexplained(&h->cells[i], way) > 0)
                cover(h, &h->cells[i], a->gap[way] - 1);
        }
    }
    return code;
}

enum mg_code stock_gap_territories(struct mg_stock_history *h, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int themselves = !of_communes(h); themselves <= 1 && !code; themselves++) {
        MG_CLEANUP(finish) struct areas areas = {.h = h};
        code = divide(&areas, themselves, err);
        if (!code)
            code = find_whole(&areas, err);
    }
    return code;
}

/* --- a category that is away from a territory --- */

/* What came there (or went) of categories that had not been there, or are there no more. */
static enum mg_code count_swaps(const struct areas *areas, double **ret_swapped, struct mg_error *err)
{
    const struct mg_stock_history *h = areas->h;
    double *swapped = mg_calloc(STOCK_WAYS * areas->names.count + 1, sizeof *swapped);
    if (!swapped)
        return mg_fail_memory(err);
    for (size_t i = 0; i < h->categories.count; i++) {
        const struct stock_category *c = &h->category[i];
        for (size_t k = c->first; k < c->end;) {
            struct run run = run_of(areas, c, k);
            for (int way = 0; way < STOCK_WAYS; way++) {
                if (empties(&run, way))
                    swapped[STOCK_WAYS * (size_t)areas->of_code[h->cells[k].territory] + (size_t)way] +=
                        run.n[way];
            }
            k = run.end;
        }
    }
    *ret_swapped = swapped;
    return MG_OK;
}

/* Is the category there in the next edition (of what went), or the one before (of what came)? What that one
 * does not have at all says nothing. */
struct neighbour {
    const struct mg_edition *edition; /* NULL: none */
    struct mg_map there;              /* area and category, or category alone */
    struct mg_buf name;
};

struct neighbours {
    struct neighbour ways[STOCK_WAYS];
};

static void finish_neighbours(struct neighbours *beside)
{
    for (int way = 0; way < STOCK_WAYS; way++) {
        mg_map_finish(&beside->ways[way].there);
        mg_buf_finish(&beside->ways[way].name);
    }
}

static const struct mg_edition *edition_beside(const struct mg_stock_history *h, int way)
{
    for (size_t i = 0; i < h->dataset->edition_count; i++) {
        const struct mg_edition *e = &h->dataset->editions[i];
        if (way == STOCK_CLOSED && strcmp(e->as_of, h->to->as_of) > 0)
            return e;
        if (way == STOCK_CREATED && !strcmp(e->as_of, h->from->as_of))
            return i ? e - 1 : NULL;
    }
    return NULL;
}

static enum mg_code name_there(struct neighbour *n, const char *area, size_t length, const char *category,
                               struct mg_error *err)
{
    mg_buf_clear(&n->name);
    mg_buf_add(&n->name, area, length);
    mg_buf_add_char(&n->name, '\0');
    mg_buf_add_str(&n->name, category);
    return mg_buf_check(&n->name, err);
}

static enum mg_code read_neighbour(const struct mg_stock_history *h, struct neighbour *n,
                                   struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, h->db, MG_SQL_STOCK_STANDING, err, "it", h->dataset->id, n->edition->as_of);
    while (mg_read_next(&row)) {
        const char *territory = mg_read_text(&row, 1, NULL);
        const char *category = mg_read_text(&row, 2, NULL);
        size_t lengths[] = {area_length(h, territory), 0};
        for (size_t i = 0; i < 2 && !row.code; i++) {
            row.code = name_there(n, territory, lengths[i], category, err);
            if (!row.code)
                row.code = mg_map_put(&n->there, n->name.data, n->name.length, 1, NULL, err);
        }
    }
    return mg_read_end(&row);
}

static bool is_there(const struct neighbour *n)
{
    return mg_map_get(&n->there, n->name.data, n->name.length) >= 0;
}

/* Under the label of either edition. */
static enum mg_code lacks_too(const struct mg_stock_history *h, struct neighbour *n, const char *area,
                              size_t length, int32_t category, bool *ret_lacks, struct mg_error *err)
{
    const int32_t labels[] = {category, h->category[category].relabelled};
    bool here = false, anywhere = false;
    for (size_t i = 0; i < 2; i++) {
        if (labels[i] < 0)
            continue;
        enum mg_code code = name_there(n, area, length, stock_label(h, labels[i]), err);
        if (code)
            return code;
        here = here || is_there(n);
        code = name_there(n, area, 0, stock_label(h, labels[i]), err);
        if (code)
            return code;
        anywhere = anywhere || is_there(n);
    }
    *ret_lacks = anywhere && !here;
    return MG_OK;
}

static enum mg_code find_run(struct areas *areas, int32_t category, const struct run *whole,
                             const struct run *run, const double *swapped, struct neighbours *others,
                             struct mg_error *err)
{
    struct mg_stock_history *h = areas->h;
    int32_t area = areas->of_code[h->cells[run->first].territory];
    size_t length;
    const char *name = mg_map_key(&areas->names, (size_t)area, &length);
    enum mg_code code = MG_OK;
    for (int way = 0; way < STOCK_WAYS && !code; way++) {
        double elsewhere = rate(whole->went[way] - run->went[way], whole->n[way] - run->n[way]);
        struct neighbour *beside = &others->ways[way];
        bool lacks = false;
        if (!empties(run, way) || run->n[way] < FEWEST || run->n[way] * log(elsewhere) > log(chance) ||
            2 * swapped[STOCK_WAYS * (size_t)area + (size_t)!way] >= run->n[way])
            continue;
        if (beside->edition && !beside->there.count)
            code = read_neighbour(h, beside, err);
        if (!code && beside->edition)
            code = lacks_too(h, beside, name, length, category, &lacks, err);
        if (code || lacks)
            continue;
        code = add_gap(areas, area, category, way, run->n[way], elsewhere, err);
        for (size_t i = run->first; i < run->end && !code; i++)
            cover(h, &h->cells[i], h->gap_count - 1);
    }
    return code;
}

enum mg_code stock_gap_categories(struct mg_stock_history *h, struct mg_error *err)
{
    MG_CLEANUP(finish) struct areas areas = {.h = h};
    MG_CLEANUP(finish_neighbours) struct neighbours beside = {0};
    MG_FREE double *swapped = NULL;
    enum mg_code code = divide(&areas, !of_communes(h), err);
    for (int way = 0; way < STOCK_WAYS; way++)
        beside.ways[way].edition = edition_beside(h, way);
    if (!code)
        code = count_swaps(&areas, &swapped, err);
    for (size_t i = 0; i < h->categories.count && !code; i++) {
        const struct stock_category *c = &h->category[i];
        struct run whole = whole_of(&areas, c);
        for (size_t k = c->first; k < c->end && c->before > 0 && c->after > 0 && !code;) {
            struct run run = run_of(&areas, c, k);
            code = find_run(&areas, (int32_t)i, &whole, &run, swapped, &beside, err);
            k = run.end;
        }
    }
    return code;
}
