/* artefacts/artefacts.c - looks through all rows that differ, then says of each event what it is rather. */
#include "libdata/domain/history/artefacts/rule.h"

#include "libdata/base/alloc.h"

static const struct history_rule *const rules[] = {
#define HISTORY_RULE(name) &history_rule_##name,
#include "libdata/domain/history/artefacts/list.h"
#undef HISTORY_RULE
};
enum { RULES = sizeof rules / sizeof *rules };

struct history_artefacts {
    struct history_classes classes;
    void *states[RULES];
    struct mg_buf notes[RULES]; /* evidence of the event at hand */
    struct history_findings findings;
};

/* The rows of a pair: what they tell together. */
static enum mg_code learn_pair(struct mg_history *h, struct history_artefacts *a, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = history_classes_add(h, &a->classes, side, false, err);
    for (int i = 0; i < RULES && !code; i++) {
        if (rules[i]->add)
            code = rules[i]->add(h, &a->classes, a->states[i], err);
    }
    return code;
}

static enum mg_code learn(struct mg_history *h, const struct history_pairs *pairs,
                          struct history_artefacts *a, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < pairs->count && !code; i++) {
        const uint32_t rows[HISTORY_SIDES] = {pairs->pairs[i].before, pairs->pairs[i].after};
        bool lone = rows[HISTORY_BEFORE] == HISTORY_NONE || rows[HISTORY_AFTER] == HISTORY_NONE;

        history_expect(h, pairs, i);
        for (int side = 0; side < HISTORY_SIDES && !code; side++) {
            if (rows[side] == HISTORY_NONE)
                continue;
            code = history_read(h, side, h->rows[side].rows[rows[side]].record, err);
            if (!code && lone)
                code = history_classes_add(h, &a->classes, side, true, err);
        }
        if (!code && !lone)
            code = learn_pair(h, a, err);
        if (i % 4096 == 0 && !code &&
            !mg_progress_report(h->options.progress, _("looking for artefacts"), (int64_t)i,
                                (int64_t)pairs->count))
            code = mg_fail(err, MG_ERR_IO, _("interrupted"));
    }
    return code;
}

static int compare_texts(const char *a, const char *b)
{
    return !a || !b ? (a != NULL) - (b != NULL) : strcmp(a, b);
}

static int by_size(const void *a, const void *b)
{
    const struct mg_finding *x = a, *y = b;
    int order;

    if (x->artefact != y->artefact)
        return x->artefact < y->artefact ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    order = strcmp(x->column, y->column);
    if (!order)
        order = compare_texts(x->before, y->before);
    return order ? order : compare_texts(x->after, y->after);
}

static enum mg_code create_states(struct mg_history *h, struct history_artefacts *a, struct mg_error *err)
{
    enum mg_code code = history_classes_create(h, &a->classes, err);

    for (int i = 0; i < RULES && !code; i++) {
        a->states[i] = mg_calloc(1, rules[i]->size);
        if (!a->states[i])
            return mg_fail_memory(err);
        if (rules[i]->create)
            code = rules[i]->create(h, a->states[i], err);
    }
    return code;
}

static enum mg_code settle(struct mg_history *h, struct history_artefacts *a, struct mg_error *err)
{
    bool needed = false;
    enum mg_code code;

    for (int i = 0; i < RULES; i++)
        needed = needed || (rules[i]->needs_standing && rules[i]->needs_standing(&a->classes, a->states[i]));
    code = history_vanished(h, &a->classes, needed, err);
    for (int i = 0; i < RULES && !code; i++) {
        if (rules[i]->settle)
            code = rules[i]->settle(h, &a->classes, a->states[i], err);
    }
    for (int i = 0; i < RULES && !code; i++) {
        if (rules[i]->find)
            code = rules[i]->find(h, &a->classes, a->states[i], &a->findings, err);
    }
    if (!code && a->findings.count)
        qsort(a->findings.items, a->findings.count, sizeof *a->findings.items, by_size);
    return code;
}

enum mg_code history_artefacts_create(struct mg_history *h, struct mg_error *err)
{
    struct history_artefacts *a;
    enum mg_code code;

    if (h->options.content_only)
        return MG_OK;
    a = h->artefacts = mg_calloc(1, sizeof *a);
    if (!a)
        return mg_fail_memory(err);
    code = create_states(h, a, err);
    if (!code)
        code = learn(h, &h->pairs, a, err);
    if (!code)
        code = learn(h, &h->closed, a, err);
    if (!code)
        code = learn(h, &h->created, a, err);
    return code ? code : settle(h, a, err);
}

void history_artefacts_destroy(struct history_artefacts *a)
{
    if (!a)
        return;
    history_classes_finish(&a->classes);
    for (int i = 0; i < RULES; i++) {
        if (rules[i]->finish && a->states[i])
            rules[i]->finish(a->states[i]);
        free(a->states[i]);
        mg_buf_finish(&a->notes[i]);
    }
    for (size_t i = 0; i < a->findings.count; i++) {
        free((char *)a->findings.items[i].before);
        free((char *)a->findings.items[i].after);
    }
    free(a->findings.items);
    free(a);
}

const struct mg_finding *mg_history_findings(const struct mg_history *h, size_t *ret_count)
{
    *ret_count = h->artefacts ? h->artefacts->findings.count : 0;
    return h->artefacts ? h->artefacts->findings.items : NULL;
}

enum mg_code history_artefacts_label(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    struct history_artefacts *a = h->artefacts;
    bool pair = event->before.record && event->after.record;
    enum mg_code code = MG_OK;

    for (int i = 0; a && i < RULES && !code; i++) {
        struct mg_buf *note = &a->notes[i];

        mg_buf_clear(note);
        if (pair && rules[i]->label)
            code = rules[i]->label(h, a->states[i], event, note, err);
        else if (!pair && rules[i]->label_row)
            code = rules[i]->label_row(h, &a->classes, event->before.record ? HISTORY_BEFORE : HISTORY_AFTER,
                                       event, note, err);
        if (!code)
            code = mg_buf_check(note, err);
        if (!code && note->length)
            history_evidence(h, event, note->data);
    }
    return code;
}
