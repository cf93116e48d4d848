/* linkage/hungarian.c - the assignment of greatest weight between two small sets. */
#include "libdata/domain/linkage/internal.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

/* Potentials and augmenting paths of least cost (Kuhn 1955, Munkres 1957; shortest paths after Jonker and
 * Volgenant 1987), in whole numbers. Each row also has a column of its own of weight 0: not assigned. */
struct assignment {
    const int64_t *weight;
    size_t n, m;            /* rows; columns, without the n that stand for none */
    int64_t *u, *v, *least; /* from 1 */
    uint32_t *row, *way;    /* by column, from 1; 0: none */
    bool *used;
};

static int64_t cost(const struct assignment *a, size_t i, size_t j)
{
    return j > a->m ? (j - a->m == i ? 0 : INT64_C(1) << 40) : -a->weight[(i - 1) * a->m + j - 1];
}

/* One step of the search: the nearest column that is not reached yet. */
static size_t nearest(struct assignment *a, size_t at)
{
    size_t i = a->row[at], next = 0;
    int64_t delta = INT64_MAX;

    a->used[at] = true;
    for (size_t j = 1; j <= a->m + a->n; j++) {
        int64_t reduced;

        if (a->used[j])
            continue;
        reduced = cost(a, i, j) - a->u[i] - a->v[j];
        if (reduced < a->least[j]) {
            a->least[j] = reduced;
            a->way[j] = (uint32_t)at;
        }
        if (a->least[j] < delta) {
            delta = a->least[j];
            next = j;
        }
    }
    for (size_t j = 0; j <= a->m + a->n; j++) {
        if (a->used[j]) {
            a->u[a->row[j]] += delta;
            a->v[j] -= delta;
        } else {
            a->least[j] -= delta;
        }
    }
    return next;
}

static void place(struct assignment *a, size_t i)
{
    size_t at = 0;

    a->row[0] = (uint32_t)i;
    for (size_t j = 0; j <= a->m + a->n; j++) {
        a->least[j] = INT64_MAX;
        a->used[j] = false;
    }
    do
        at = nearest(a, at);
    while (a->row[at]);
    while (at) {
        a->row[at] = a->row[a->way[at]];
        at = a->way[at];
    }
}

enum mg_code linkage_hungarian(const int64_t *weight, size_t n, size_t m, uint32_t *ret_column,
                               struct mg_error *err)
{
    size_t columns = n + m + 1;
    MG_FREE int64_t *numbers = mg_calloc(2 * columns + n + 1, sizeof *numbers);
    MG_FREE uint32_t *entries = mg_calloc(2 * columns, sizeof *entries);
    MG_FREE bool *used = mg_calloc(columns, sizeof *used);
    struct assignment a = {.weight = weight, .n = n, .m = m};

    if (!numbers || !entries || !used)
        return mg_fail_memory(err);
    a.v = numbers;
    a.least = numbers + columns;
    a.u = numbers + 2 * columns;
    a.row = entries;
    a.way = entries + columns;
    a.used = used;
    for (size_t i = 1; i <= n; i++)
        place(&a, i);
    for (size_t i = 0; i < n; i++)
        ret_column[i] = LINKAGE_NONE;
    for (size_t j = 1; j <= m; j++) {
        if (a.row[j] && weight[(a.row[j] - 1) * m + j - 1] > 0)
            ret_column[a.row[j] - 1] = (uint32_t)j - 1;
    }
    return MG_OK;
}
