/* stocks/match.c - which categories went into which others, by the territories in which they did. */
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/stocks/internal.h"

/* The rules of stock.h in figures. */
static const double likeness = 0.5; /* of a category that is gone and a new one */
static const double appearing =
    0.5; /* of the territories where a category lost, those where a new one appears */
static const double times = 4, times_of_relatives = 2; /* as often as where it did not lose */
enum { FEWEST = 10, EVERYWHERE = 5, WORD = 4 };

struct matching {
    struct mg_stock_history *h;
    double *lost, *gained; /* by cell: what is not explained yet */
    double *all_lost, *all_gained;
    struct mg_buf *folded; /* by category */
    size_t categories;
};

static void finish(struct matching *m)
{
    for (size_t i = 0; m->folded && i < m->categories; i++)
        mg_buf_finish(&m->folded[i]);
    free(m->folded);
    free(m->lost);
    free(m->gained);
    free(m->all_lost);
    free(m->all_gained);
}

/* --- what two categories have in common --- */

struct overlap {
    double both, lost, gained; /* figures; both: in the same territory */
    size_t losing, losing_too, keeping,
        keeping_too; /* territories, and those of them where the other appears */
};

static int order(const struct mg_stock_history *h, int32_t a, int32_t b)
{
    return a == b ? 0 : strcmp(stock_code(h, a), stock_code(h, b));
}

/* take: what is in both is explained from now on. */
static struct overlap overlap_of(const struct matching *m, int32_t old, int32_t new, bool take)
{
    const struct stock_category *a = &m->h->category[old], *b = &m->h->category[new];
    const struct stock_cell *cells = m->h->cells;
    struct overlap o = {0};
    size_t i = a->first, k = b->first;
    while (i < a->end || k < b->end) {
        int side = i >= a->end ? 1 : k >= b->end ? -1 : order(m->h, cells[i].territory, cells[k].territory);
        double lost = side <= 0 ? m->lost[i] : 0, gained = side >= 0 ? m->gained[k] : 0;
        double both = lost < gained ? lost : gained;
        o.both += both;
        o.lost += lost;
        o.gained += gained;
        if (side <= 0 && lost > 0) {
            o.losing++;
            o.losing_too += gained > 0;
        } else if (side <= 0 && cells[i].before > 0) {
            o.keeping++;
            o.keeping_too += gained > 0;
        }
        if (take && both > 0) {
            m->lost[i] -= both;
            m->gained[k] -= both;
            m->h->cells[i].nomenclature += both;
            m->h->cells[k].nomenclature += both;
        }
        i += side <= 0;
        k += side >= 0;
    }
    return o;
}

static enum mg_code explain(struct matching *m, int32_t old, int32_t new, struct mg_error *err)
{
    struct mg_stock_history *h = m->h;
    if (!mg_grow(h->pairs, h->pair_count, &h->pair_capacity))
        return mg_fail_memory(err);
    double of = 0;
    for (size_t i = h->category[old].first; i < h->category[old].end; i++)
        of += h->cells[i].before > h->cells[i].after ? h->cells[i].before - h->cells[i].after : 0;
    struct overlap o = overlap_of(m, old, new, true);
    h->pairs[h->pair_count++] = (struct stock_pair){old, new, o.both, of};
    if (stock_gone(&h->category[old]))
        h->category[old].partner = h->category[new].partner = true;
    return MG_OK;
}

/* --- words --- */

static bool has_word(const struct mg_buf *folded, const char *word, size_t length)
{
    const char *at = folded->data ? folded->data : "";
    while (*at) {
        size_t n = strcspn(at, " ");
        if (n == length && !memcmp(at, word, n))
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

static size_t words_of(const struct mg_buf *folded, const struct mg_buf *other, size_t *ret_shared)
{
    const char *at = folded->data ? folded->data : "";
    size_t count = 0;
    *ret_shared = 0;
    while (*at) {
        size_t n = strcspn(at, " ");
        if (n >= WORD) {
            count++;
            *ret_shared += has_word(other, at, n);
        }
        at += n + (at[n] == ' ');
    }
    return count;
}

static bool share_words(const struct matching *m, int32_t a, int32_t b)
{
    size_t shared, again;
    size_t words = words_of(&m->folded[a], &m->folded[b], &shared);
    size_t others = words_of(&m->folded[b], &m->folded[a], &again);
    if (others < words)
        words = others;
    return shared && 2 * shared >= words;
}

/* With the category itself, or with one that it went into. */
static bool is_relative(const struct matching *m, int32_t old, int32_t new)
{
    bool related = share_words(m, old, new);
    for (size_t i = 0; i < m->h->pair_count && !related; i++)
        related = m->h->pairs[i].before == old && share_words(m, m->h->pairs[i].after, new);
    return related;
}

/* --- gone, and new --- */

static double likeness_of(const struct matching *m, int32_t old, int32_t new)
{
    struct overlap o = overlap_of(m, old, new, false);
    return o.both > 0 ? 2 * o.both / (o.lost + o.gained) : 0;
}

/* Of all that they lost and gained, whatever is explained already. */
static bool were_alike(struct matching *m, int32_t old, int32_t new)
{
    struct matching whole = *m;
    whole.lost = m->all_lost;
    whole.gained = m->all_gained;
    return likeness_of(&whole, old, new) >= likeness;
}

/* The pair that is most alike first, then with what is left over. Ties: the first by name. */
static enum mg_code match_gone(struct matching *m, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    while (!code) {
        double best = 0;
        int32_t old = 0, new = 0;
        for (int32_t a = 0; a < (int32_t)m->categories; a++) {
            for (int32_t b = 0; stock_gone(&m->h->category[a]) && b < (int32_t)m->categories; b++) {
                double alike = stock_new(&m->h->category[b]) ? likeness_of(m, a, b) : 0;
                if (alike > best && were_alike(m, a, b)) {
                    best = alike;
                    old = a;
                    new = b;
                }
            }
        }
        if (best < likeness)
            return MG_OK;
        code = explain(m, old, new, err);
    }
    return code;
}

static enum mg_code match_relatives_of_gone(struct matching *m, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int32_t a = 0; a < (int32_t)m->categories && !code; a++) {
        const struct stock_category *old = &m->h->category[a];
        for (int32_t b = 0; stock_gone(old) && old->partner && b < (int32_t)m->categories && !code; b++) {
            const struct stock_category *new = &m->h->category[b];
            if (stock_new(new) && !new->partner && is_relative(m, a, b) &&
                overlap_of(m, a, b, false).both > 0)
                code = explain(m, a, b, err);
        }
    }
    return code;
}

/* --- in part --- */

/* By how much more often the new one appears where the other lost; 0: not enough. */
static double appears_instead(const struct matching *m, int32_t old, int32_t new)
{
    struct overlap o = overlap_of(m, old, new, false);
    if (o.losing < FEWEST)
        return 0;
    double losing = (double)o.losing_too / (double)o.losing;
    double keeping = o.keeping ? (double)o.keeping_too / (double)o.keeping : 0;
    return losing >= appearing && losing >= times * keeping ? losing - keeping : 0;
}

static bool relative_appears(const struct matching *m, int32_t old, int32_t new)
{
    struct overlap o = overlap_of(m, old, new, false);
    if (o.losing < FEWEST || !o.losing_too)
        return false;
    double losing = (double)o.losing_too / (double)o.losing;
    double keeping = o.keeping ? (double)o.keeping_too / (double)o.keeping : 0;
    return losing >= times_of_relatives * keeping;
}

static enum mg_code match_part(struct matching *m, int32_t old, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    size_t before = m->h->pair_count;
    while (!code) {
        double best = 0;
        int32_t new = -1;
        for (int32_t b = 0; b < (int32_t)m->categories; b++) {
            const struct stock_category *c = &m->h->category[b];
            double more = stock_new(c) && !c->partner ? appears_instead(m, old, b) : 0;
            if (more > best) {
                best = more;
                new = b;
            }
        }
        if (new < 0)
            break;
        code = explain(m, old, new, err);
    }
    for (int32_t b = 0; m->h->pair_count > before && b < (int32_t)m->categories && !code; b++) {
        const struct stock_category *c = &m->h->category[b];
        if (stock_new(c) && !c->partner && is_relative(m, old, b) && relative_appears(m, old, b))
            code = explain(m, old, b, err);
    }
    return code;
}

static enum mg_code match_parts(struct matching *m, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int32_t a = 0; a < (int32_t)m->categories && !code; a++) {
        const struct stock_category *c = &m->h->category[a];
        if (c->before > 0 && c->after > 0)
            code = match_part(m, a, err);
    }
    return code;
}

/* --- all of it --- */

/* What a category as a whole is, its figures are. */
static void mark_cells(struct mg_stock_history *h)
{
    for (size_t i = 0; i < h->cell_count; i++) {
        struct stock_cell *cell = &h->cells[i];
        const struct stock_category *c = &h->category[cell->category];
        double change = cell->after > cell->before ? cell->after - cell->before : cell->before - cell->after;
        if (!stock_gone(c) && !stock_new(c))
            continue;
        if (c->partner)
            cell->nomenclature = change - cell->coverage;
        else if (c->territories >= EVERYWHERE)
            cell->perimeter = change - cell->nomenclature - cell->coverage;
    }
}

static int by_categories(const void *a, const void *b)
{
    const struct stock_pair *p = a, *q = b;
    if (p->before != q->before)
        return p->before < q->before ? -1 : 1;
    return p->after < q->after ? -1 : p->after > q->after;
}

static enum mg_code prepare(struct matching *m, struct mg_error *err)
{
    struct mg_stock_history *h = m->h;
    m->lost = mg_calloc(h->cell_count + 1, sizeof *m->lost);
    m->gained = mg_calloc(h->cell_count + 1, sizeof *m->gained);
    m->all_lost = mg_calloc(h->cell_count + 1, sizeof *m->all_lost);
    m->all_gained = mg_calloc(h->cell_count + 1, sizeof *m->all_gained);
    m->folded = mg_calloc(m->categories + 1, sizeof *m->folded);
    if (!m->lost || !m->gained || !m->all_lost || !m->all_gained || !m->folded)
        return mg_fail_memory(err);
    for (size_t i = 0; i < h->cell_count; i++) {
        const struct stock_cell *cell = &h->cells[i];
        if (cell->gap)
            continue;
        m->lost[i] = m->all_lost[i] = cell->before > cell->after ? cell->before - cell->after : 0;
        m->gained[i] = m->all_gained[i] = cell->after > cell->before ? cell->after - cell->before : 0;
    }
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < m->categories && !code; i++) {
        size_t length;
        const char *label = mg_map_key(&h->categories, i, &length);
        mg_text_add_folded(&m->folded[i], label, length);
        code = mg_buf_check(&m->folded[i], err);
    }
    return code;
}

enum mg_code stock_match(struct mg_stock_history *h, struct mg_error *err)
{
    MG_CLEANUP(finish) struct matching m = {.h = h, .categories = h->categories.count};
    enum mg_code code = stock_gap_territories(h, err);
    if (!code)
        code = prepare(&m, err);
    if (!code)
        code = match_gone(&m, err);
    if (!code)
        code = match_relatives_of_gone(&m, err);
    if (!code)
        code = match_parts(&m, err);
    if (code)
        return code;
    mark_cells(h);
    if (h->pair_count)
        qsort(h->pairs, h->pair_count, sizeof *h->pairs, by_categories);
    return stock_gap_categories(h, err);
}
