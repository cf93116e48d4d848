/* artefacts/vanished_class.c - classes of rows that went or came as a whole: perimeters and gaps in the
 * coverage. */
#include "libdata/domain/history/artefacts/rule.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

#define CHANCE        1e-6 /* that all of them went by themselves, at the rate of the others */
#define LONGEST_DATE  20   /* "1er septembre 2020" */
#define SHORTEST_DATE 7    /* "2020-09" */

typedef enum mg_code lone_visitor(struct mg_history *h, struct history_classes *classes, int side,
                                  void *context, struct mg_error *err);

/* The rows that closed, or were created; those that are over of a key on several rows, too. */
static enum mg_code each_lone(struct mg_history *h, struct history_classes *classes, int side,
                              lone_visitor *visit, void *context, struct mg_error *err)
{
    const struct history_pairs *lists[] = {side == HISTORY_BEFORE ? &h->closed : &h->created, &h->pairs};
    enum mg_code code = MG_OK;

    for (size_t l = 0; l < 2; l++) {
        for (size_t i = 0; i < lists[l]->count && !code; i++) {
            const struct history_pair *pair = &lists[l]->pairs[i];
            uint32_t row = side == HISTORY_BEFORE ? pair->before : pair->after;
            uint32_t other = side == HISTORY_BEFORE ? pair->after : pair->before;

            if (row == HISTORY_NONE || other != HISTORY_NONE)
                continue;
            code = history_read(h, side, h->rows[side].rows[row].record, err);
            if (!code)
                code = visit(h, classes, side, context, err);
        }
    }
    return code;
}

struct lone_counts {
    int64_t all, vanished;
};

static enum mg_code count_vanished(struct mg_history *h, struct history_classes *classes, int side,
                                   void *context, struct mg_error *err)
{
    struct lone_counts *counts = context;
    uint32_t indexes[HISTORY_ROW_CLASSES];
    size_t count = history_classes_of_row(h, classes, side, indexes);
    bool vanished = false;

    (void)err;
    for (size_t i = 0; i < count; i++)
        vanished = vanished || classes->list[indexes[i]].vanished[side];
    counts->all++;
    counts->vanished += vanished;
    return MG_OK;
}

/* As a share of the rows elsewhere; one is added on both sides, so that no rate is 0 or 1. */
static double rate(int64_t lone, int64_t rows)
{
    return ((double)lone + 1) / ((double)rows + 2);
}

static bool beyond_chance(const struct history_class *class, int side)
{
    return class->lone[side] * log(class->rate[side]) <= log(CHANCE);
}

/* Elsewhere is: of the same category, in other départements. */
static double category_rate(const struct mg_history *h, struct history_classes *classes,
                            const struct history_class *class, size_t index, int side)
{
    size_t length;
    const char *name = mg_map_key(&classes->names, index, &length);
    const char *category = strstr(name, ": ") + 2;
    struct history_cell cell = {category, length - (size_t)(category - name)};
    uint32_t whole = history_class_of_category(h, classes, &cell);
    const struct history_class *all = whole == HISTORY_NONE ? class : &classes->list[whole];

    return rate((int64_t)all->lone[side] - class->lone[side],
                (int64_t)all->lone[side] + all->kept[side] + all->standing - class->lone[side]);
}

/* A category that goes from one département while others of the same come there is a reorganisation. */
static bool replaced(const struct history_classes *classes, const struct history_class *class, int side)
{
    return class->departement != HISTORY_NONE &&
           2 * classes->list[class->departement].lone[!side] >= class->lone[side];
}

/* A value that names a date between the two editions dates what has it: "label of 01/09/2020". */
static bool names_date_between(const struct mg_history *h, const struct history_classes *classes,
                               size_t index)
{
    const char *name = mg_map_key(&classes->names, index, NULL);

    for (const char *at = strchr(name, '=') + 1; *at; at++) {
        if (!mg_is_digit(*at) || mg_is_digit(at[-1]))
            continue;
        for (size_t length = strnlen(at, LONGEST_DATE); length >= SHORTEST_DATE; length--) {
            mg_date date;
            if (mg_is_digit(at[length]) || !mg_date_parse_any(at, length, &date))
                continue;
            if (date > h->as_of[HISTORY_BEFORE] && date <= h->as_of[HISTORY_AFTER])
                return true;
            break;
        }
    }
    return false;
}

static void trigger(const struct mg_history *h, struct history_classes *classes, size_t index, int side,
                    double elsewhere)
{
    struct history_class *class = &classes->list[index];

    if (!class->vanished[side])
        return;
    class->rate[side] = class->kind == CLASS_CATEGORY_IN_DEPARTEMENT
                            ? category_rate(h, classes, class, index, side)
                            : elsewhere;
    if (!beyond_chance(class, side) ||
        (class->kind == CLASS_ATTRIBUTE && !class->several && class->departement != HISTORY_NONE) ||
        (class->kind == CLASS_ATTRIBUTE && names_date_between(h, classes, index)) ||
        (class->kind == CLASS_CATEGORY_IN_DEPARTEMENT && replaced(classes, class, side)))
        return;
    class->triggered[side] = true;
    classes->triggered[side] = true;
}

/* Other editions, before or after the two, tell a gap from what really went: what is away there too. */
struct elsewhere {
    struct history_classes *classes;
    bool *found; /* by class */
};

static enum mg_code find_elsewhere(struct mg_history *h, int64_t record, uint64_t hash, uint32_t rank,
                                   void *context, struct mg_error *err)
{
    struct elsewhere *at = context;
    uint32_t indexes[HISTORY_ROW_CLASSES];
    enum mg_code code = history_read(h, HISTORY_AFTER, record, err);
    size_t count = code ? 0 : history_classes_of_row(h, at->classes, HISTORY_AFTER, indexes);

    (void)hash;
    (void)rank;
    for (size_t i = 0; i < count; i++)
        at->found[indexes[i]] = true;
    return code;
}

static enum mg_code ask_elsewhere(struct mg_history *h, struct history_classes *classes, int side,
                                  struct mg_error *err)
{
    bool others = side == HISTORY_BEFORE ? h->ranks[HISTORY_AFTER] + 1 < h->dataset->edition_count
                                         : h->ranks[HISTORY_BEFORE] > 0;
    struct elsewhere at = {classes, NULL};
    bool any = false, triggered = false;
    enum mg_code code;

    for (size_t i = 0; i < classes->names.count; i++)
        any = any ||
              (classes->list[i].triggered[side] && classes->list[i].kind == CLASS_CATEGORY_IN_DEPARTEMENT);
    if (!others || !any)
        return MG_OK;
    if (!(at.found = mg_calloc(classes->names.count + 1, sizeof *at.found)))
        return mg_fail_memory(err);
    code = history_elsewhere(h, side == HISTORY_BEFORE, find_elsewhere, &at, err);
    for (size_t i = 0; i < classes->names.count; i++) {
        struct history_class *class = &classes->list[i];

        if (class->kind == CLASS_CATEGORY_IN_DEPARTEMENT && !at.found[i])
            class->triggered[side] = false;
        triggered = triggered || class->triggered[side];
    }
    classes->triggered[side] = triggered;
    free(at.found);
    return code;
}

static uint32_t vanished_class(const struct mg_history *h, struct history_classes *classes, int side)
{
    static const int weight[] = {
        [CLASS_DEPARTEMENT] = 2, [CLASS_ATTRIBUTE] = 1, [CLASS_CATEGORY_IN_DEPARTEMENT] = 0};
    uint32_t indexes[HISTORY_ROW_CLASSES], best = HISTORY_NONE;
    size_t count = classes->triggered[side] ? history_classes_of_row(h, classes, side, indexes) : 0;

    for (size_t i = 0; i < count; i++) { /* of one kind, the largest; then the first column */
        const struct history_class *class = &classes->list[indexes[i]];
        const struct history_class *than = best == HISTORY_NONE ? NULL : &classes->list[best];

        if (class->triggered[side] && (!than || weight[class->kind] > weight[than->kind] ||
                                       (class->kind == than->kind && class->lone[side] > than->lone[side])))
            best = indexes[i];
    }
    return best;
}

static enum mg_code count_told(struct mg_history *h, struct history_classes *classes, int side, void *context,
                               struct mg_error *err)
{
    uint32_t class = vanished_class(h, classes, side);

    (void)context;
    (void)err;
    if (class != HISTORY_NONE)
        classes->list[class].told[side]++;
    return MG_OK;
}

enum mg_code history_vanished(struct mg_history *h, struct history_classes *classes, bool needed,
                              struct mg_error *err)
{
    bool seems = false;
    enum mg_code code = history_classes_standing(h, classes, needed, &seems, err);

    for (int side = 0; side < HISTORY_SIDES && seems && !code; side++) {
        struct lone_counts counts = {0};
        double elsewhere;

        for (size_t i = 0; i < classes->names.count; i++) {
            struct history_class *class = &classes->list[i];

            class->vanished[side] = history_class_seems_vanished(h, classes, class, side);
        }
        code = each_lone(h, classes, side, count_vanished, &counts, err);
        if (code)
            return code;
        if (!counts.vanished)
            continue;
        elsewhere = rate(counts.all - counts.vanished, h->editions[side]->rows_loaded - counts.vanished);
        for (size_t i = 0; i < classes->names.count; i++)
            trigger(h, classes, i, side, elsewhere);
        if (!(code = ask_elsewhere(h, classes, side, err)) && classes->triggered[side])
            code = each_lone(h, classes, side, count_told, NULL, err);
    }
    return code;
}

static enum mg_artefact artefact_of(const struct history_class *class)
{
    return class->kind == CLASS_ATTRIBUTE ? MG_PERIMETER_CHANGE : MG_COVERAGE_GAP;
}

static enum mg_code find_class(const struct mg_history *h, const struct history_classes *classes,
                               uint32_t index, int side, struct history_findings *findings,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf label = {0};
    const struct history_class *class = &classes->list[index];
    const struct mg_finding finding = {
        .artefact = artefact_of(class),
        .kind = side == HISTORY_BEFORE ? MG_EVENT_CLOSED : MG_EVENT_CREATED,
        .column = class->kind == CLASS_ATTRIBUTE     ? h->columns[class->column].name
                  : class->kind == CLASS_DEPARTEMENT ? "departement"
                                                     : "departement, category",
        .n = class->told[side],
        .of = class->lone[side],
        .rate = class->rate[side],
    };
    enum mg_code code;

    history_class_add_label(h, classes, index, &label);
    mg_buf_add_str(&label, "");
    code = mg_buf_check(&label, err);
    if (code)
        return code;
    return history_findings_add(findings, &finding, side == HISTORY_BEFORE ? label.data : NULL,
                                side == HISTORY_AFTER ? label.data : NULL, err);
}

static enum mg_code find(const struct mg_history *h, struct history_classes *classes, void *state,
                         struct history_findings *findings, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    (void)state;
    for (size_t i = 0; i < classes->names.count; i++) {
        const struct history_class *class = &classes->list[i];

        for (int side = 0; side < HISTORY_SIDES && !code; side++) {
            if (class->triggered[side] && class->told[side])
                code = find_class(h, classes, (uint32_t)i, side, findings, err);
        }
    }
    return code;
}

/* A row of a class that went or came as a whole. */
static enum mg_code label_row(struct mg_history *h, struct history_classes *classes, int side,
                              struct mg_event *event, struct mg_buf *note, struct mg_error *err)
{
    uint32_t index = vanished_class(h, classes, side);
    const struct history_class *class;

    (void)err;
    if (index == HISTORY_NONE)
        return MG_OK;
    class = &classes->list[index];
    mg_buf_add_str(note, class->kind == CLASS_ATTRIBUTE ? h->columns[class->column].name : "departement");
    mg_buf_add_char(note, '=');
    history_class_add_label(h, classes, index, note);
    mg_buf_printf(note, side == HISTORY_BEFORE ? " (%u of %u gone)" : " (%u of %u new)", class->lone[side],
                  class->lone[side]);
    if (event->kind == MG_EVENT_CHANGED)
        event->artefacts[MG_FIELDS][artefact_of(class)] = true;
    else
        event->whole[artefact_of(class)] = true;
    return MG_OK;
}

const struct history_rule history_rule_vanished_class = {.find = find, .label_row = label_row};
