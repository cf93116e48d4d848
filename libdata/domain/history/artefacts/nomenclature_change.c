/* artefacts/nomenclature_change.c - which changes of category are the nomenclature's. */
#include "libdata/domain/history/artefacts/rule.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define LEAST_PAIRS 5  /* that go from one category to another */
#define LEAST_ALL   3  /* when they are all there were */
#define LEAST_SHARE 10 /* of a category that is gone: one in so many, to one that was there before */

struct retyped {
    uint32_t before, after; /* classes of the two categories */
    uint32_t n;             /* pairs */
    bool nomenclature;
};

struct nomenclature {
    struct mg_map moves; /* the two categories; the value is the index in list */
    struct retyped *list;
    size_t capacity;
    struct mg_buf name;
};

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

static enum mg_code add(struct mg_history *h, struct history_classes *classes, void *state,
                        struct mg_error *err)
{
    struct nomenclature *n = state;
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
        n->list[next] =
            (struct retyped){.before = history_class_of_category(h, classes, category(h, HISTORY_BEFORE)),
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
static bool is_nomenclature(const struct retyped *move, const struct history_classes *classes)
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

/* May one of the categories have gone or be new? */
static bool needs_standing(const struct history_classes *classes, const void *state)
{
    const struct nomenclature *n = state;
    bool possible = false;

    for (size_t i = 0; i < n->moves.count; i++)
        possible = possible || is_nomenclature(&n->list[i], classes);
    return possible;
}

static enum mg_code settle(const struct mg_history *h, const struct history_classes *classes, void *state,
                           struct mg_error *err)
{
    struct nomenclature *n = state;

    (void)h, (void)err;
    for (size_t i = 0; i < n->moves.count; i++)
        n->list[i].nomenclature = is_nomenclature(&n->list[i], classes);
    return MG_OK;
}

static enum mg_code find_move(const struct mg_history *h, const struct history_classes *classes,
                              const struct retyped *move, struct history_findings *findings,
                              struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf before = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf after = {0};
    struct mg_finding finding = {.artefact = MG_NOMENCLATURE_CHANGE,
                                 .kind = MG_EVENT_CHANGED,
                                 .column = h->columns[history_column_of(h, TYPED_CATEGORY)].name,
                                 .n = move->n,
                                 .of = (int64_t)classes->list[move->before].kept[HISTORY_BEFORE] +
                                       classes->list[move->before].standing};
    enum mg_code code;

    finding.rate = (double)finding.n / (double)finding.of;
    history_class_add_label(h, classes, move->before, &before);
    history_class_add_label(h, classes, move->after, &after);
    mg_buf_add_str(&before, "");
    mg_buf_add_str(&after, "");
    code = mg_buf_check(&before, err);
    if (!code)
        code = mg_buf_check(&after, err);
    return code ? code : history_findings_add(findings, &finding, before.data, after.data, err);
}

static enum mg_code find(const struct mg_history *h, struct history_classes *classes, void *state,
                         struct history_findings *findings, struct mg_error *err)
{
    const struct nomenclature *n = state;
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < n->moves.count && !code; i++) {
        if (n->list[i].nomenclature)
            code = find_move(h, classes, &n->list[i], findings, err);
    }
    return code;
}

static enum mg_code label(struct mg_history *h, void *state, struct mg_event *event, struct mg_buf *note,
                          struct mg_error *err)
{
    struct nomenclature *n = state;
    int64_t found;

    (void)err;
    if (!event->changes[MG_RETYPED] || !name_move(h, &n->name))
        return MG_OK;
    found = mg_map_get(&n->moves, n->name.data, n->name.length);
    if (found < 0 || !n->list[found].nomenclature)
        return MG_OK;
    event->artefacts[MG_RETYPED][MG_NOMENCLATURE_CHANGE] = true;
    mg_buf_printf(note, "%s -> %s (%u)", event->before.category, event->after.category, n->list[found].n);
    return MG_OK;
}

static void finish(void *state)
{
    struct nomenclature *n = state;

    mg_map_finish(&n->moves);
    mg_buf_finish(&n->name);
    free(n->list);
}

const struct history_rule history_rule_nomenclature_change = {.size = sizeof(struct nomenclature),
                                                              .add = add,
                                                              .needs_standing = needs_standing,
                                                              .settle = settle,
                                                              .find = find,
                                                              .label = label,
                                                              .finish = finish};
