/* linkage/radius.c - how far apart the services of a category are. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define SAMPLE     400 /* services of a category whose nearest is looked for */
#define RADIUS_MIN 200.0
#define RADIUS_MAX 5000.0
#define RADIUS     1000.0 /* where nothing tells */

struct placed {
    double lat, lon;
    uint32_t category, row;
};

static int by_category(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;

    if (x->category != y->category)
        return x->category < y->category ? -1 : 1;
    if (x->lat != y->lat)
        return x->lat < y->lat ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* To the nearest of all[0..count), sorted by latitude, that is not at the very place of all[i]. */
static double nearest_m(const struct linkage_row *rows, const struct placed *all, size_t count, size_t i)
{
    double best = 4 * RADIUS_MAX;

    for (int step = -1; step <= 1; step += 2) {
        for (size_t j = i + (size_t)step; j < count; j += (size_t)step) { /* below 0 wraps round */
            double distance_m;

            if (fabs(all[j].lat - all[i].lat) * 111000 >= best)
                break;
            distance_m = linkage_distance_m(&rows[all[j].row], &rows[all[i].row]);
            if (distance_m > 1 && distance_m < best)
                best = distance_m;
        }
    }
    return best;
}

static double radius_of(const struct linkage_row *rows, const struct placed *all, size_t count)
{
    double distances[SAMPLE], radius_m;
    size_t step = count / SAMPLE + 1, found = 0;

    for (size_t i = 0; i < count; i += step)
        distances[found++] = nearest_m(rows, all, count, i);
    if (found < 8)
        return RADIUS;
    qsort(distances, found, sizeof *distances, by_value);
    radius_m = distances[found / 2] / 2;
    return radius_m < RADIUS_MIN ? RADIUS_MIN : radius_m > RADIUS_MAX ? RADIUS_MAX : radius_m;
}

enum mg_code linkage_spacing(struct mg_linkage *l, struct mg_error *err)
{
    const struct linkage_side *side = &l->sides[LINKAGE_AFTER];
    MG_FREE struct placed *all = mg_malloc((side->count + 1) * sizeof *all);
    size_t count = 0, categories = l->categories.count + 1;

    l->radius_m = mg_malloc(categories * sizeof *l->radius_m);
    if (!all || !l->radius_m)
        return mg_fail_memory(err);
    for (size_t i = 0; i < categories; i++)
        l->radius_m[i] = RADIUS;
    for (size_t i = 0; i < side->count; i++) {
        const struct linkage_row *row = &side->rows[i];

        if (row->has_place)
            all[count++] = (struct placed){row->lat, row->lon, row->category, (uint32_t)i};
    }
    if (count)
        qsort(all, count, sizeof *all, by_category);
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start; end < count && all[end].category == all[start].category; end++)
            ;
        l->radius_m[all[start].category == LINKAGE_NONE ? categories - 1 : all[start].category] =
            radius_of(side->rows, all + start, end - start);
    }
    return MG_OK;
}
