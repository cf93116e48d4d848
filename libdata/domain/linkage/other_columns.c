/* linkage/other_columns.c - what columns without a part in it tell all the same: e-mail, operator, opening
 * date.
 *
 * Which of them stay with a service, and which any neighbour shares, is counted: among pairs that are the
 * same service by their names, and among neighbours of other names. A value counts by how rare it is, but for
 * no more than neighbours leave of that. What all say together is cut into levels, which the model weighs
 * like any other.
 */
#include "libdata/domain/linkage/internal.h"

#include <math.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define SURE       2000 /* pairs of each kind that are counted, about */
#define NEIGHBOURS 4    /* of one service */
#define PRIOR      10.0 /* what is seen counts beside that many pairs */
#define STAYS      0.85 /* ...of which that many have the same value still */
#define BITS_MOST  8.0  /* against, of one column */
#define FEW        4    /* services of one list with one value, for it to bring rows together... */
#define RARE       4    /* ...and bits that it tells */

static const double levels[] = {-6, -2, 1, 4, 8, 12}; /* below which is a level, from 1 on */

enum outcome { SAME, DIFFERENT, ONE_SIDED, OUTCOMES, NOTHING };

struct counted {
    double sure[OUTCOMES], neighbours[OUTCOMES], random_same;
    int64_t said[LINKAGE_SIDES];
};

int linkage_compare_others(const struct mg_linkage *l, int side, uint32_t a, uint32_t b)
{
    const uint32_t *x = l->others[side] + a * l->given, *y = l->others[side] + b * l->given;

    for (size_t k = 0; k < l->given; k++) {
        if (x[k] != y[k])
            return x[k] < y[k] ? -1 : 1;
    }
    return 0;
}

static uint32_t given(const struct mg_linkage *l, int side, const struct linkage_row *row, size_t column)
{
    return l->others[side][row->source * l->given + column];
}

static enum outcome compare(uint32_t a, uint32_t b)
{
    return a && b ? (a == b ? SAME : DIFFERENT) : a || b ? ONE_SIDED : NOTHING;
}

static void count_pair(const struct mg_linkage *l, const struct linkage_row *before,
                       const struct linkage_row *after, bool sure, struct counted *counted)
{
    for (size_t k = 0; k < l->given; k++) {
        enum outcome outcome =
            compare(given(l, LINKAGE_BEFORE, before, k), given(l, LINKAGE_AFTER, after, k));

        if (outcome != NOTHING)
            (sure ? counted[k].sure : counted[k].neighbours)[outcome]++;
    }
}

/* Where neighbours are: in one commune or, where none is told, within some kilometres. */
static uint64_t quarter(const struct linkage_row *row)
{
    if (row->commune != LINKAGE_NONE)
        return row->commune;
    if (row->has_place)
        return UINT64_C(1) << 63 | (uint64_t)(int64_t)floor(row->lon * 20) << 20 |
               ((uint64_t)(int64_t)floor(row->lat * 20) & 0xFFFFF);
    return row->departement != LINKAGE_NONE ? row->departement : UINT64_C(1) << 62;
}

struct place {
    uint64_t quarter;
    uint32_t core, row;
};

static int by_quarter(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->quarter != y->quarter)
        return x->quarter < y->quarter ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static size_t first_of(const struct place *places, size_t count, uint64_t quarter)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (places[middle].quarter < quarter)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Of services that are spread evenly over the earlier list, some neighbours of other names. */
static enum mg_code count_neighbours(const struct mg_linkage *l, struct counted *counted,
                                     struct mg_error *err)
{
    const struct linkage_side *before = &l->sides[LINKAGE_BEFORE], *after = &l->sides[LINKAGE_AFTER];
    MG_FREE struct place *places = mg_malloc((after->count + 1) * sizeof *places);
    size_t step = before->count / SURE + 1;

    if (!places)
        return mg_fail_memory(err);
    for (size_t i = 0; i < after->count; i++)
        places[i] = (struct place){quarter(&after->rows[i]), after->rows[i].core, (uint32_t)i};
    if (after->count)
        qsort(places, after->count, sizeof *places, by_quarter);
    for (size_t i = 0; i < before->count; i += step) {
        const struct linkage_row *row = &before->rows[i];
        uint64_t here = quarter(row);
        size_t start = first_of(places, after->count, here), count = 0, found = 0;

        while (start + count < after->count && places[start + count].quarter == here)
            count++;
        for (size_t k = 0; k < count && found < NEIGHBOURS; k++) { /* from another one on for each */
            const struct place *other = &places[start + (i + k * (count / NEIGHBOURS + 1)) % count];

            if (other->core == row->core)
                continue;
            count_pair(l, row, &after->rows[other->row], false, counted);
            found++;
        }
    }
    return MG_OK;
}

/* Rows of one name that stands alone in its commune on both sides: nearly always one service. */
static enum mg_code count_sure(const struct mg_linkage *l, struct counted *counted, struct mg_error *err)
{
    const struct linkage_side *before = &l->sides[LINKAGE_BEFORE], *after = &l->sides[LINKAGE_AFTER];
    MG_CLEANUP(mg_map_finish) struct mg_map alone = {0};
    size_t step = after->count / SURE + 1;
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < after->count && !code; i++) {
        const struct linkage_row *row = &after->rows[i];
        uint32_t key[] = {row->commune, row->core};

        if (row->core != LINKAGE_NONE && row->core_alone && (i % step == 0))
            code = mg_map_put(&alone, (const char *)key, sizeof key, (int64_t)i, NULL, err);
    }
    for (size_t i = 0; i < before->count && !code; i++) {
        const struct linkage_row *row = &before->rows[i];
        uint32_t key[] = {row->commune, row->core};
        int64_t found = row->core != LINKAGE_NONE && row->core_alone
                            ? mg_map_get(&alone, (const char *)key, sizeof key)
                            : -1;

        if (found >= 0)
            count_pair(l, row, &after->rows[found], true, counted);
    }
    return code;
}

struct value {
    uint32_t value, side;
    size_t row;
};

static int by_value(const void *a, const void *b)
{
    const struct value *x = a, *y = b;

    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    if (x->side != y->side)
        return x->side < y->side ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* The values of a column, each with how rare it is. counted: NULL, or how many rows say something, and how
 * often two unrelated ones say the same. */
static void weigh_values(struct mg_linkage *l, size_t column, struct value *values, size_t to,
                         struct counted *counted)
{
    size_t count = 0;

    for (int side = 0; side < LINKAGE_SIDES; side++) {
        for (size_t i = 0; i < l->sides[side].count; i++) {
            uint32_t value = given(l, side, &l->sides[side].rows[i], column);

            if (value)
                values[count++] = (struct value){value, (uint32_t)side, i};
        }
    }
    if (count)
        qsort(values, count, sizeof *values, by_value);
    for (size_t start = 0, end; start < count; start = end) {
        int64_t sides[LINKAGE_SIDES] = {0};
        uint32_t rarity;

        for (end = start; end < count && values[end].value == values[start].value; end++)
            sides[values[end].side]++;
        rarity = (uint32_t)round(log2((double)count / (double)(end - start)));
        if (counted) {
            counted->said[LINKAGE_BEFORE] += sides[LINKAGE_BEFORE];
            counted->said[LINKAGE_AFTER] += sides[LINKAGE_AFTER];
            counted->random_same += (double)sides[LINKAGE_BEFORE] * (double)sides[LINKAGE_AFTER];
            continue;
        }
        if (rarity >= 1u << LINKAGE_RARITY)
            rarity = (1u << LINKAGE_RARITY) - 1;
        for (size_t i = start; i < end; i++) {
            bool few = sides[LINKAGE_BEFORE] <= FEW && sides[LINKAGE_AFTER] <= FEW && rarity >= RARE;
            uint32_t mixed = values[i].value * UINT32_C(0x9E3779B1) >> (LINKAGE_RARITY + 1);

            l->sides[values[i].side].others[values[i].row * l->column_count + to] =
                rarity << (32 - LINKAGE_RARITY) | (uint32_t)few << (31 - LINKAGE_RARITY) | mixed | 1;
        }
    }
}

static double share(double part, double all, double prior)
{
    return (part + prior * PRIOR) / (all + PRIOR);
}

static double bounded(double bits)
{
    return fmax(-BITS_MOST, fmin(bits, BITS_MOST));
}

/* What a column's outcomes mean; false: next to nothing. */
static bool weigh_column(const struct counted *c, struct linkage_column *ret_column)
{
    double said = (double)c->said[LINKAGE_BEFORE] * (double)c->said[LINKAGE_AFTER];
    double sure = c->sure[SAME] + c->sure[DIFFERENT], near = c->neighbours[SAME] + c->neighbours[DIFFERENT];
    double random = said > 0 ? c->random_same / said : 0, stays = share(c->sure[SAME], sure, STAYS);
    double neighbours = share(c->neighbours[SAME], near, random), chance = fmax(random, neighbours);
    double sided_sure, sided_near;

    if (said <= 0 || random > 0.98)
        return false;
    sided_near = share(c->neighbours[ONE_SIDED], near + c->neighbours[ONE_SIDED], 0.2);
    sided_sure = share(c->sure[ONE_SIDED], sure + c->sure[ONE_SIDED], sided_near);
    chance = fmin(fmax(chance, 1e-9), 0.999);
    *ret_column = (struct linkage_column){
        .same = log2(stays),
        .rarity_most = -log2(fmax(neighbours, 1e-9)),
        .differ = fmin(0, bounded(log2((1 - fmin(stays, 0.99)) / (1 - chance)))),
        .one_sided = fmin(0, bounded(log2(sided_sure / sided_near))),
        .key = stays > 0.3,
    };
    return ret_column->rarity_most + ret_column->same > 0.2 || ret_column->differ < -0.2;
}

static enum mg_code keep_columns(struct mg_linkage *l, const struct counted *counted, struct value *values,
                                 struct mg_error *err)
{
    size_t kept[MG_LINKAGE_COLUMNS];

    for (size_t k = 0; k < l->given; k++) {
        if (weigh_column(&counted[k], &l->columns[l->column_count]))
            kept[l->column_count++] = k;
    }
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        struct linkage_side *s = &l->sides[side];

        if (!(s->others = mg_calloc(s->count * l->column_count + 1, sizeof *s->others)))
            return mg_fail_memory(err);
    }
    for (size_t k = 0; k < l->column_count; k++)
        weigh_values(l, kept[k], values, k, NULL);
    return MG_OK;
}

enum mg_code linkage_columns(struct mg_linkage *l, struct mg_error *err)
{
    size_t all = l->sides[LINKAGE_BEFORE].count + l->sides[LINKAGE_AFTER].count;
    MG_FREE struct value *values = NULL;
    struct counted counted[MG_LINKAGE_COLUMNS] = {{{0}, {0}, 0, {0}}};
    enum mg_code code;

    if (!l->given)
        return MG_OK;
    if (!(values = mg_malloc((all + 1) * sizeof *values)))
        return mg_fail_memory(err);
    code = count_sure(l, counted, err);
    if (!code)
        code = count_neighbours(l, counted, err);
    for (size_t k = 0; k < l->given && !code; k++)
        weigh_values(l, k, values, 0, &counted[k]);
    return code ? code : keep_columns(l, counted, values, err);
}

int linkage_others_level(const struct mg_linkage *l, const struct linkage_row *before,
                         const struct linkage_row *after)
{
    const struct linkage_side *sides = l->sides;
    const uint32_t *x =
        sides[LINKAGE_BEFORE].others + (size_t)(before - sides[LINKAGE_BEFORE].rows) * l->column_count;
    const uint32_t *y =
        sides[LINKAGE_AFTER].others + (size_t)(after - sides[LINKAGE_AFTER].rows) * l->column_count;
    double bits = 0;
    bool said = false;
    int level = 1;

    for (size_t k = 0; k < l->column_count; k++) {
        const struct linkage_column *column = &l->columns[k];

        if (x[k] && y[k]) {
            said = true;
            bits += x[k] == y[k]
                        ? column->same + fmin((double)(x[k] >> (32 - LINKAGE_RARITY)), column->rarity_most)
                        : column->differ;
        } else if (x[k] || y[k]) {
            bits += column->one_sided;
        }
    }
    if (!said)
        return 0;
    while (level < 7 && bits >= levels[level - 1])
        level++;
    return level;
}

size_t linkage_other_keys(const struct mg_linkage *l, int side, const struct linkage_row *row,
                          uint64_t ret_keys[MG_LINKAGE_COLUMNS])
{
    const struct linkage_side *s = &l->sides[side];
    const uint32_t *others = s->others + (size_t)(row - s->rows) * l->column_count;
    size_t count = 0;

    for (size_t k = 0; k < l->column_count; k++) {
        if (others[k] >> (31 - LINKAGE_RARITY) & 1 && l->columns[k].key)
            ret_keys[count++] = (uint64_t)k << 32 | others[k];
    }
    return count;
}
