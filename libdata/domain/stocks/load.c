/* stocks/load.c - the figures of two editions, by the territories of the later one and by category. */
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/stocks/internal.h"
#include "libdata/geo/succession.h"
#include "libdata/geo/territory.h"

enum { SUCCESSORS = 64 };

struct figure {
    int32_t category, territory; /* entries of labels and codes */
    bool after, unknown;
    double n;
};

struct loading {
    struct mg_stock_history *h;
    struct mg_succession *succession;
    struct mg_map labels; /* as they come */
    double *totals[2];    /* by label */
    size_t total_capacity;
    struct figure *figures;
    size_t count, capacity;
    int32_t *whole; /* by code: another that is taken together with it, lower; or itself */
    size_t whole_count, whole_capacity;
    struct mg_map at[2]; /* by edition: code to its entry at the later date */
};

static void finish(struct loading *l)
{
    mg_succession_destroy(l->succession);
    mg_map_finish(&l->labels);
    mg_map_finish(&l->at[0]);
    mg_map_finish(&l->at[1]);
    free(l->totals[0]);
    free(l->totals[1]);
    free(l->figures);
    free(l->whole);
}

static bool grow(void **items, size_t size, size_t count, size_t *capacity)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : 1024;
    void *grown = mg_realloc(*items, wanted, size);
    if (!grown)
        return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

/* --- territories --- */

static enum mg_code code_entry(struct loading *l, const char *code, int32_t *ret_entry, struct mg_error *err)
{
    struct mg_map *codes = &l->h->codes;
    int64_t entry;
    enum mg_code failed = mg_map_put(codes, code, strlen(code), (int64_t)codes->count, &entry, err);
    if (failed)
        return failed;
    while (l->whole_count < codes->count) {
        if (!grow((void **)&l->whole, sizeof *l->whole, l->whole_count, &l->whole_capacity))
            return mg_fail_memory(err);
        l->whole[l->whole_count] = (int32_t)l->whole_count;
        l->whole_count++;
    }
    *ret_entry = (int32_t)entry;
    return MG_OK;
}

static int32_t whole_of(const struct loading *l, int32_t entry)
{
    while (l->whole[entry] != entry) /* the way is halved each time: a chain of joins is no long way */
        entry = l->whole[entry] = l->whole[l->whole[entry]];
    return entry;
}

static void join(struct loading *l, int32_t a, int32_t b)
{
    a = whole_of(l, a);
    b = whole_of(l, b);
    if (strcmp(stock_code(l->h, a), stock_code(l->h, b)) < 0)
        l->whole[b] = a;
    else
        l->whole[a] = b;
}

static enum mg_code project(struct loading *l, const char *code, mg_date from, mg_date to, int32_t *ret_entry,
                            struct mg_error *err)
{
    const char *codes[SUCCESSORS];
    size_t count;
    enum mg_succession_how how;
    int32_t first = 0;
    enum mg_code failed =
        mg_succession_project(l->succession, code, from, to, codes, SUCCESSORS, &count, &how, err);
    if (!failed && !count) { /* it came to nothing: it stays what it was */
        codes[0] = code;
        count = 1;
    }
    for (size_t i = 0; i < count && i < SUCCESSORS && !failed; i++) {
        int32_t entry = 0;
        failed = code_entry(l, codes[i], &entry, err);
        if (!failed && i)
            join(l, first, entry);
        if (!i)
            first = entry;
    }
    if (!failed)
        *ret_entry = first;
    return failed;
}

/* The entry of a code of one of the editions at the later one's date. */
static enum mg_code territory_of(struct loading *l, bool after, const char *level, const char *code,
                                 int32_t *ret_entry, struct mg_error *err)
{
    int64_t known = mg_map_get(&l->at[after], code, strlen(code));
    mg_date dates[2] = {0, 0};
    int32_t entry = 0;
    enum mg_code failed = MG_OK;
    if (known >= 0) {
        *ret_entry = (int32_t)known;
        return MG_OK;
    }
    mg_date_parse_iso(l->h->from->as_of, strlen(l->h->from->as_of), &dates[0]);
    mg_date_parse_iso(l->h->to->as_of, strlen(l->h->to->as_of), &dates[1]);
    if (strcmp(level, "commune") || mg_territory_city(code)) /* see join_cities */
        failed = code_entry(l, code, &entry, err);
    else
        failed = project(l, code, mg_cog_edition_date(after ? l->h->to : l->h->from, dates[after]), dates[1],
                         &entry, err);
    if (!failed)
        failed = mg_map_put(&l->at[after], code, strlen(code), entry, NULL, err);
    if (!failed)
        *ret_entry = entry;
    return failed;
}

/* Paris, Lyon and Marseille are counted by arrondissement where both editions do so; where one counts the
 * whole, their arrondissements are taken together with it. */
static void join_cities(struct loading *l)
{
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < l->at[side].count; i++) {
            const char *city = mg_territory_city(mg_map_key(&l->at[side], i, NULL));
            for (int other = 0; city && other < 2; other++) {
                int64_t whole = mg_map_get(&l->at[other], city, strlen(city));
                if (whole >= 0)
                    join(l, (int32_t)l->at[side].entries[i].value, (int32_t)whole);
            }
        }
}

/* --- figures --- */

static enum mg_code add_total(struct loading *l, bool after, int32_t label, double n, struct mg_error *err)
{
    if ((size_t)label >= l->total_capacity) {
        size_t wanted = l->total_capacity ? 2 * l->total_capacity : 256;
        for (int side = 0; side < 2; side++) {
            double *grown = mg_realloc(l->totals[side], wanted, sizeof *grown);
            if (!grown)
                return mg_fail_memory(err);
            memset(grown + l->total_capacity, 0, (wanted - l->total_capacity) * sizeof *grown);
            l->totals[side] = grown;
        }
        l->total_capacity = wanted;
    }
    l->totals[after][label] += n;
    return MG_OK;
}

static enum mg_code add_carried(struct loading *l, int32_t label, const char *code, int32_t territory,
                                double n, struct mg_error *err)
{
    struct mg_stock_history *h = l->h;
    int32_t from = 0;
    enum mg_code failed = code_entry(l, code, &from, err);
    if (failed || from == territory)
        return failed;
    if (!grow((void **)&h->carried, sizeof *h->carried, h->carried_count, &h->carried_capacity))
        return mg_fail_memory(err);
    h->carried[h->carried_count++] = (struct stock_carried){label, from, territory, n};
    return MG_OK;
}

static enum mg_code add_row(struct loading *l, bool after, bool unknown, struct mg_read *row,
                            struct mg_error *err)
{
    size_t length;
    const char *level = mg_read_text(row, 0, NULL), *code = mg_read_text(row, 1, NULL);
    const char *category = mg_read_text(row, 2, &length);
    double n = unknown ? 0 : mg_read_real(row, 3);
    int64_t label = 0;
    int32_t territory = 0;
    enum mg_code failed = row->code;
    if (!failed)
        failed = mg_map_put(&l->labels, category, length, (int64_t)l->labels.count, &label, err);
    if (!failed)
        failed = add_total(l, after, (int32_t)label, n, err);
    if (!failed)
        failed = territory_of(l, after, level, code, &territory, err);
    if (!failed && !after && !unknown)
        failed = add_carried(l, (int32_t)label, code, territory, n, err);
    if (failed)
        return failed;
    if (!grow((void **)&l->figures, sizeof *l->figures, l->count, &l->capacity))
        return mg_fail_memory(err);
    l->figures[l->count++] = (struct figure){(int32_t)label, territory, after, unknown, n};
    return MG_OK;
}

static enum mg_code read_edition(struct loading *l, bool after, struct mg_error *err)
{
    const struct mg_edition *edition = after ? l->h->to : l->h->from;
    struct mg_read row;
    mg_read_ask(&row, l->h->db, MG_SQL_STOCK_STANDING, err, "it", l->h->dataset->id, edition->as_of);
    while (mg_read_next(&row))
        row.code = add_row(l, after, false, &row, err);
    if (mg_read_end(&row))
        return row.code;
    mg_read_ask(&row, l->h->db, MG_SQL_STOCK_UNKNOWN_LIST, err, "i", edition->id);
    while (mg_read_next(&row))
        row.code = add_row(l, after, true, &row, err);
    return mg_read_end(&row);
}

/* --- categories --- */

static int by_label(const void *a, const void *b, void *context)
{
    const struct mg_map *labels = context;
    return strcmp(mg_map_key(labels, *(const size_t *)a, NULL), mg_map_key(labels, *(const size_t *)b, NULL));
}

/* One label of the earlier edition only and one of the later only that read the same: *same is the later one.
 */
static enum mg_code find_relabelled(const struct loading *l, int32_t *same, struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map folded = {0};
    MG_FREE int32_t *only = mg_malloc((2 * l->labels.count + 1) * sizeof *only); /* -1 none, -2 several */
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    enum mg_code code = only ? MG_OK : mg_fail_memory(err);
    for (size_t i = 0; i < l->labels.count && !code; i++) {
        bool later = l->totals[1][i] > 0;
        size_t length;
        int64_t slot = 0;
        const char *label = mg_map_key(&l->labels, i, &length);
        same[i] = (int32_t)i;
        mg_buf_clear(&text);
        mg_text_add_folded(&text, label, length);
        code = mg_buf_check(&text, err);
        size_t known = folded.count;
        if (!code)
            code = mg_map_put(&folded, text.data ? text.data : "", text.length, (int64_t)known, &slot, err);
        if (code)
            break;
        if (folded.count > known)
            only[2 * slot] = only[2 * slot + 1] = -1;
        if (l->totals[0][i] > 0 && later)
            only[2 * slot] = only[2 * slot + 1] = -2; /* it stands: nothing to join it to */
        else
            only[2 * slot + later] = only[2 * slot + later] == -1 ? (int32_t)i : -2;
    }
    for (size_t slot = 0; slot < folded.count && !code; slot++)
        if (only[2 * slot] >= 0 && only[2 * slot + 1] >= 0)
            same[only[2 * slot]] = only[2 * slot + 1];
    return code;
}

/* Labels to ranks; h->categories in that order. */
static enum mg_code rank_categories(struct loading *l, int32_t *rank, struct mg_error *err)
{
    struct mg_stock_history *h = l->h;
    size_t count = l->labels.count;
    MG_FREE size_t *order = mg_malloc((count + 1) * sizeof *order);
    MG_FREE int32_t *same = mg_malloc((count + 1) * sizeof *same);
    h->category = mg_calloc(count + 1, sizeof *h->category);
    if (!order || !same || !h->category)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, by_label, &l->labels);
    enum mg_code code = find_relabelled(l, same, err);
    for (size_t i = 0; i < count && !code; i++) {
        size_t length;
        const char *label = mg_map_key(&l->labels, order[i], &length);
        rank[order[i]] = (int32_t)i;
        h->category[i].relabelled = -1;
        code = mg_map_put(&h->categories, label, length, (int64_t)i, NULL, err);
    }
    for (size_t i = 0; i < count && !code; i++) {
        if (same[i] != (int32_t)i)
            h->category[rank[same[i]]].relabelled = rank[i];
    }
    for (size_t i = 0; i < count && !code; i++)
        order[i] = (size_t)rank[same[i]];
    for (size_t i = 0; i < count && !code; i++)
        rank[i] = (int32_t)order[i];
    return code;
}

/* --- cells --- */

static int compare_figures(const void *a, const void *b, void *context)
{
    const struct figure *p = a, *q = b;
    const struct mg_stock_history *h = context;
    if (p->category != q->category)
        return p->category < q->category ? -1 : 1;
    if (p->territory != q->territory)
        return strcmp(stock_code(h, p->territory), stock_code(h, q->territory));
    if (p->after != q->after)
        return p->after ? 1 : -1;
    return p->n < q->n ? -1 : p->n > q->n; /* sums do not depend on the order of rows */
}

static int compare_carried(const void *a, const void *b, void *context)
{
    const struct stock_carried *p = a, *q = b;
    const struct mg_stock_history *h = context;
    if (p->category != q->category)
        return p->category < q->category ? -1 : 1;
    return strcmp(stock_code(h, p->from), stock_code(h, q->from));
}

static enum mg_code make_cells(struct loading *l, const int32_t *rank, struct mg_error *err)
{
    struct mg_stock_history *h = l->h;
    h->cells = mg_malloc((l->count + 1) * sizeof *h->cells);
    if (!h->cells)
        return mg_fail_memory(err);
    for (size_t i = 0; i < l->count; i++) {
        l->figures[i].category = rank[l->figures[i].category];
        l->figures[i].territory = whole_of(l, l->figures[i].territory);
    }
    size_t kept = 0;
    for (size_t i = 0; i < h->carried_count; i++) {
        struct stock_carried c = h->carried[i];
        const char *code = stock_code(h, c.from);
        if (mg_map_get(&l->at[1], code, strlen(code)) >= 0) /* both editions write it so */
            continue;
        if (whole_of(l, c.from) != whole_of(l, c.territory)) /* else they are only taken together */
            h->carried[kept++] =
                (struct stock_carried){rank[c.category], c.from, whole_of(l, c.territory), c.n};
    }
    h->carried_count = kept;
    if (l->count)
        qsort_r(l->figures, l->count, sizeof *l->figures, compare_figures, h);
    if (h->carried_count)
        qsort_r(h->carried, h->carried_count, sizeof *h->carried, compare_carried, h);
    for (size_t i = 0; i < l->count; i++) {
        const struct figure *f = &l->figures[i];
        struct stock_cell *cell = h->cell_count ? &h->cells[h->cell_count - 1] : NULL;
        if (!cell || cell->category != f->category || cell->territory != f->territory) {
            cell = &h->cells[h->cell_count++];
            *cell = (struct stock_cell){.category = f->category, .territory = f->territory};
        }
        *(f->after ? &cell->after : &cell->before) += f->n;
        cell->unknown[f->after] |= f->unknown;
    }
    for (size_t i = 0; i < h->cell_count; i++) {
        struct stock_category *c = &h->category[h->cells[i].category];
        if (!c->territories++)
            c->first = i;
        c->end = i + 1;
        c->before += h->cells[i].before;
        c->after += h->cells[i].after;
        if (h->cells[i].unknown[0] ||
            h->cells[i].unknown[1]) /* what it grew or shrank by is not known either */
            h->cells[i].coverage = fabs(h->cells[i].after - h->cells[i].before);
    }
    return MG_OK;
}

enum mg_code stock_load(struct mg_stock_history *h, struct mg_error *err)
{
    MG_CLEANUP(finish) struct loading l = {.h = h};
    enum mg_code code = mg_succession_load(h->db, &l.succession, err);
    if (!code)
        code = read_edition(&l, false, err);
    if (!code)
        code = read_edition(&l, true, err);
    if (code)
        return code;
    join_cities(&l);
    MG_FREE int32_t *rank = mg_malloc((l.labels.count + 1) * sizeof *rank);
    if (!rank)
        return mg_fail_memory(err);
    code = rank_categories(&l, rank, err);
    return code ? code : make_cells(&l, rank, err);
}
