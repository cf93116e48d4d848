/* artefacts/nomenclature_change.c - which changes of category are the nomenclature's. */
#include "libdata/domain/history/artefacts/nomenclature_change.h"

#include "libdata/base/alloc.h"

#define LEAST_PAIRS 5  /* that go from one category to another */
#define LEAST_ALL   3  /* when they are all there were */
#define LEAST_SHARE 10 /* of a category that is gone: one in so many, to one that was there before */

static const struct history_cell *category(const struct mg_history *h, int side)
{
    return history_typed(h, side, TYPED_CATEGORY);
}

/* false: the pair keeps its category, or has none. */
static bool name_move(const struct mg_history *h, struct mg_buf *name)
{
    const struct history_cell *before = category(h, HISTORY_BEFORE), *after = category(h, HISTORY_AFTER);

    if (!h->columns[history_column_of(h, TYPED_CATEGORY)].compared || !before->length || !after->length ||
        history_cells_equal(before, after))
        return false;
    mg_buf_clear(name);
    mg_buf_add(name, before->text, before->length);
    mg_buf_add_char(name, '\n');
    mg_buf_add(name, after->text, after->length);
    return true;
}

enum mg_code history_nomenclature_add(struct mg_history *h, struct history_nomenclature *nomenclature,
                                      struct history_classes *classes, struct mg_error *err)
{
    struct history_nomenclature *n = nomenclature;
    int64_t next = (int64_t)n->moves.count, found;
    enum mg_code code;

    if (!name_move(h, &n->name))
        return MG_OK;
    code = mg_buf_check(&n->name, err);
    if (!code)
        code = mg_map_put(&n->moves, n->name.data, n->name.length, next, &found, err);
    if (code)
        return code;
    if (found == next) {
        if (!mg_grow(n->list, (size_t)next, &n->capacity))
            return mg_fail_memory(err);
        n->list[next] = (struct history_retyped){
            .before = history_class_of_category(h, classes, category(h, HISTORY_BEFORE)),
            .after = history_class_of_category(h, classes, category(h, HISTORY_AFTER))};
    }
    n->list[found].n++;
    return MG_OK;
}

/* No row of that edition has the category. */
static bool absent(const struct history_class *class, int side)
{
    return !class->lone[side] && !class->kept[side] && !class->standing;
}

/* A category that is gone, or one that is new and made of others more than of services that opened. */
static bool is_nomenclature(const struct history_retyped *move, const struct history_classes *classes)
{
    const struct history_class *before, *after;
    bool gone, new;

    if (move->before == HISTORY_NONE || move->after == HISTORY_NONE)
        return false;
    before = &classes->list[move->before];
    after = &classes->list[move->after];
    if (classes->distinct[before->column] > HISTORY_MOST_CATEGORIES)
        return false; /* some were not counted */
    gone = absent(before, HISTORY_AFTER);
    new = absent(after, HISTORY_BEFORE) && after->kept[HISTORY_AFTER] > after->lone[HISTORY_AFTER];
    if (move->n < (gone && move->n == before->kept[HISTORY_BEFORE] ? LEAST_ALL : LEAST_PAIRS))
        return false;
    return new || (gone && move->n * LEAST_SHARE >= before->kept[HISTORY_BEFORE]);
}

bool history_nomenclature_possible(const struct history_nomenclature *nomenclature,
                                   const struct history_classes *classes)
{
    bool possible = false;

    for (size_t i = 0; i < nomenclature->moves.count; i++)
        possible = possible || is_nomenclature(&nomenclature->list[i], classes);
    return possible;
}

void history_nomenclature_settle(struct history_nomenclature *nomenclature,
                                 const struct history_classes *classes)
{
    for (size_t i = 0; i < nomenclature->moves.count; i++)
        nomenclature->list[i].nomenclature = is_nomenclature(&nomenclature->list[i], classes);
}

const struct history_retyped *history_nomenclature_find(const struct mg_history *h,
                                                        struct history_nomenclature *nomenclature)
{
    int64_t found;

    if (!name_move(h, &nomenclature->name))
        return NULL;
    found = mg_map_get(&nomenclature->moves, nomenclature->name.data, nomenclature->name.length);
    return found < 0 ? NULL : &nomenclature->list[found];
}

void history_nomenclature_finish(struct history_nomenclature *nomenclature)
{
    mg_map_finish(&nomenclature->moves);
    mg_buf_finish(&nomenclature->name);
    free(nomenclature->list);
}
