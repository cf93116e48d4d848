/* artefacts/artefacts.c - looks through all rows that differ, then says of each event what it is rather. */
#include "libdata/domain/history/artefacts/artefacts.h"

#include <stdio.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/history/artefacts/geocoding_refined.h"
#include "libdata/domain/history/artefacts/nomenclature_change.h"
#include "libdata/domain/history/artefacts/source_change.h"

struct history_artefacts {
    struct history_classes classes;
    struct history_nomenclature nomenclature;
    struct history_places places;
    struct history_addresses addresses;
    struct history_rewrites rewrites;
    struct mg_buf notes[4]; /* evidence of the event at hand */
    struct mg_finding *findings;
    size_t finding_count;
    struct mg_buf texts; /* of the findings */
};

/* The rows of a pair: what their categories and places tell together. */
static enum mg_code learn_pair(struct mg_history *h, struct history_artefacts *a, struct mg_error *err)
{
    enum mg_code code;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        code = history_classes_add(h, &a->classes, side, false, err);
        if (code)
            return code;
    }
    code = history_nomenclature_add(h, &a->nomenclature, &a->classes, err);
    if (!code)
        code = history_rewrites_add(h, &a->rewrites, err);
    if (code)
        return code;
    code = history_addresses_add(h, &a->addresses, err);
    if (code)
        return code;
    return history_places_add(h, &a->places, err);
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

static enum mg_code add_finding(struct history_artefacts *a, const struct mg_finding *finding,
                                struct mg_error *err)
{
    struct mg_finding *grown = mg_realloc(a->findings, a->finding_count + 1, sizeof *grown);

    if (!grown)
        return mg_fail_memory(err);
    a->findings = grown;
    a->findings[a->finding_count++] = *finding;
    return MG_OK;
}

/* Offsets into texts until all are there, since it may move. */
static const char *add_text(struct history_artefacts *a, const struct mg_history *h, uint32_t class)
{
    size_t at = a->texts.length;

    history_class_add_label(h, &a->classes, class, &a->texts);
    mg_buf_add_char(&a->texts, '\0');
    return (const char *)(uintptr_t)at;
}

static enum mg_code find_vanished(const struct mg_history *h, struct history_artefacts *a,
                                  struct mg_error *err)
{
    for (size_t i = 0; i < a->classes.names.count; i++) {
        const struct history_class *class = &a->classes.list[i];

        for (int side = 0; side < HISTORY_SIDES; side++) {
            struct mg_finding finding = {
                .artefact = class->kind == CLASS_ATTRIBUTE ? MG_PERIMETER_CHANGE : MG_COVERAGE_GAP,
                .kind = side == HISTORY_BEFORE ? MG_EVENT_CLOSED : MG_EVENT_CREATED,
                .column = class->kind == CLASS_ATTRIBUTE     ? h->columns[class->column].name
                          : class->kind == CLASS_DEPARTEMENT ? "departement"
                                                             : "departement, category",
                .n = class->told[side],
                .of = class->lone[side],
                .rate = class->rate[side],
            };
            enum mg_code code;

            if (!class->triggered[side] || !class->told[side])
                continue;
            finding.before = side == HISTORY_BEFORE ? add_text(a, h, (uint32_t)i) : (const char *)UINTPTR_MAX;
            finding.after = side == HISTORY_AFTER ? add_text(a, h, (uint32_t)i) : (const char *)UINTPTR_MAX;
            code = add_finding(a, &finding, err);
            if (code)
                return code;
        }
    }
    return MG_OK;
}

static enum mg_code find_nomenclature(const struct mg_history *h, struct history_artefacts *a,
                                      struct mg_error *err)
{
    for (size_t i = 0; i < a->nomenclature.moves.count; i++) {
        const struct history_retyped *move = &a->nomenclature.list[i];
        struct mg_finding finding = {.artefact = MG_NOMENCLATURE_CHANGE,
                                     .kind = MG_EVENT_CHANGED,
                                     .column = h->columns[history_column_of(h, TYPED_CATEGORY)].name,
                                     .n = move->n,
                                     .of = (int64_t)a->classes.list[move->before].kept[HISTORY_BEFORE] +
                                           a->classes.list[move->before].standing};
        enum mg_code code;

        if (!move->nomenclature)
            continue;
        finding.rate = (double)finding.n / (double)finding.of;
        finding.before = add_text(a, h, move->before);
        finding.after = add_text(a, h, move->after);
        code = add_finding(a, &finding, err);
        if (code)
            return code;
    }
    return MG_OK;
}

/* Keys that are written otherwise. */
static enum mg_code find_key_form(const struct mg_history *h, struct history_artefacts *a,
                                  struct mg_error *err)
{
    struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                 .kind = MG_EVENT_CHANGED,
                                 .column = h->key_form.column,
                                 .before = (const char *)UINTPTR_MAX,
                                 .after = (const char *)(uintptr_t)a->texts.length,
                                 .n = h->key_form.n,
                                 .of = h->key_form.of,
                                 .rate = (double)h->key_form.n / (double)h->key_form.of};

    mg_buf_add_str(&a->texts, "written otherwise");
    mg_buf_add_char(&a->texts, '\0');
    return add_finding(a, &finding, err);
}

static enum mg_code find_rewrites(const struct mg_history *h, struct history_artefacts *a,
                                  struct mg_error *err)
{
    enum mg_code code = h->key_form.n && h->trusted ? find_key_form(h, a, err) : MG_OK;

    for (size_t i = 0; i < a->rewrites.ways.count && !code; i++) {
        const struct history_rewrite *way = &a->rewrites.list[i];
        struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                     .kind = MG_EVENT_CHANGED,
                                     .column = h->columns[way->column].name,
                                     .before = (const char *)UINTPTR_MAX,
                                     .after = (const char *)(uintptr_t)a->texts.length,
                                     .n = way->n,
                                     .of = way->of,
                                     .rate = (double)way->n / (double)way->of};

        if (!way->bulk)
            continue;
        history_rewrite_add_label(&a->rewrites, i, &a->texts);
        mg_buf_add_char(&a->texts, '\0');
        code = add_finding(a, &finding, err);
    }
    for (size_t i = 0; i < a->rewrites.renaming_count && !code; i++) {
        const struct history_renaming *r = &a->rewrites.renamings[i];
        struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                     .kind = MG_EVENT_UNCHANGED,
                                     .column = r->before,
                                     .before = (const char *)UINTPTR_MAX,
                                     .after = (const char *)(uintptr_t)a->texts.length,
                                     .n = r->same,
                                     .of = r->filled,
                                     .rate = (double)r->same / (double)r->filled};

        mg_buf_add(&a->texts, r->after, strlen(r->after) + 1);
        code = add_finding(a, &finding, err);
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
    if ((order = strcmp(x->column, y->column)) || (order = compare_texts(x->before, y->before)))
        return order;
    return compare_texts(x->after, y->after);
}

static const char *resolve(const struct history_artefacts *a, const char *offset)
{
    return (uintptr_t)offset == UINTPTR_MAX ? NULL : a->texts.data + (uintptr_t)offset;
}

static enum mg_code find_all(const struct mg_history *h, struct history_artefacts *a, struct mg_error *err)
{
    enum mg_code code = find_vanished(h, a, err);
    if (!code)
        code = find_nomenclature(h, a, err);
    if (!code)
        code = find_rewrites(h, a, err);
    if (!code)
        code = mg_buf_check(&a->texts, err);
    if (code)
        return code;
    for (size_t i = 0; i < a->finding_count; i++) {
        a->findings[i].before = resolve(a, a->findings[i].before);
        a->findings[i].after = resolve(a, a->findings[i].after);
    }
    if (a->addresses.rewritten) {
        struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                     .kind = MG_EVENT_CHANGED,
                                     .column = h->columns[history_column_of(h, TYPED_ADDRESS)].name,
                                     .n = a->addresses.moved,
                                     .of = a->addresses.of,
                                     .rate = (double)a->addresses.moved / (double)a->addresses.of};
        code = add_finding(a, &finding, err);
        if (code)
            return code;
    }
    if (a->places.resurveyed) {
        struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                     .kind = MG_EVENT_CHANGED,
                                     .column = "place",
                                     .n = (int64_t)a->places.moved_count,
                                     .of = a->places.placed,
                                     .rate = (double)a->places.moved_count / (double)a->places.placed};
        code = add_finding(a, &finding, err);
        if (code)
            return code;
    }
    if (a->finding_count)
        qsort(a->findings, a->finding_count, sizeof *a->findings, by_size);
    return MG_OK;
}

enum mg_code history_artefacts_create(struct mg_history *h, struct mg_error *err)
{
    struct history_artefacts *a;
    enum mg_code code;

    if (h->options.content_only)
        return MG_OK;
    if (!(a = h->artefacts = mg_calloc(1, sizeof *a)))
        return mg_fail_memory(err);
    code = history_classes_create(h, &a->classes, err);
    if (!code)
        code = history_rewrites_create(h, &a->rewrites, err);
    if (!code)
        code = learn(h, &h->pairs, a, err);
    if (!code)
        code = learn(h, &h->closed, a, err);
    if (!code)
        code = learn(h, &h->created, a, err);
    if (!code)
        code = history_vanished(h, &a->classes, history_nomenclature_possible(&a->nomenclature, &a->classes),
                                err);
    if (!code)
        code = history_addresses_settle(h, &a->addresses, err);
    if (code)
        return code;
    history_nomenclature_settle(&a->nomenclature, &a->classes);
    history_places_settle(h, &a->places);
    history_rewrites_settle(h, &a->rewrites);
    return find_all(h, a, err);
}

void history_artefacts_destroy(struct history_artefacts *a)
{
    if (!a)
        return;
    history_classes_finish(&a->classes);
    history_nomenclature_finish(&a->nomenclature);
    history_places_finish(&a->places);
    history_rewrites_finish(&a->rewrites);
    for (size_t i = 0; i < sizeof a->notes / sizeof *a->notes; i++)
        mg_buf_finish(&a->notes[i]);
    mg_buf_finish(&a->texts);
    free(a->findings);
    free(a);
}

const struct mg_finding *mg_history_findings(const struct mg_history *h, size_t *ret_count)
{
    *ret_count = h->artefacts ? h->artefacts->finding_count : 0;
    return h->artefacts ? h->artefacts->findings : NULL;
}

/* A row of a class that went or came as a whole. */
static enum mg_code label_lone(struct mg_history *h, struct history_artefacts *a, int side,
                               struct mg_event *event, struct mg_error *err)
{
    uint32_t index = history_vanished_class(h, &a->classes, side);
    struct mg_buf *note = &a->notes[0];
    const struct history_class *class;
    enum mg_artefact artefact;
    enum mg_code code;

    if (index == HISTORY_NONE)
        return MG_OK;
    class = &a->classes.list[index];
    artefact = class->kind == CLASS_ATTRIBUTE ? MG_PERIMETER_CHANGE : MG_COVERAGE_GAP;
    mg_buf_clear(note);
    mg_buf_add_str(note, class->kind == CLASS_ATTRIBUTE ? h->columns[class->column].name : "departement");
    mg_buf_add_char(note, '=');
    history_class_add_label(h, &a->classes, index, note);
    mg_buf_printf(note, side == HISTORY_BEFORE ? " (%u of %u gone)" : " (%u of %u new)", class->lone[side],
                  class->lone[side]);
    code = mg_buf_check(note, err);
    if (code)
        return code;
    if (event->kind == MG_EVENT_CHANGED)
        event->artefacts[MG_FIELDS][artefact] = true;
    else
        event->whole[artefact] = true;
    history_evidence(h, event, note->data);
    return MG_OK;
}

static enum mg_code label_retyped(struct mg_history *h, struct history_artefacts *a, struct mg_event *event,
                                  struct mg_error *err)
{
    const struct history_retyped *move = history_nomenclature_find(h, &a->nomenclature);
    enum mg_code code;

    if (!move || !move->nomenclature)
        return MG_OK;
    mg_buf_clear(&a->notes[1]);
    mg_buf_printf(&a->notes[1], "%s -> %s (%u)", event->before.category, event->after.category, move->n);
    code = mg_buf_check(&a->notes[1], err);
    if (code)
        return code;
    event->artefacts[MG_RETYPED][MG_NOMENCLATURE_CHANGE] = true;
    history_evidence(h, event, a->notes[1].data);
    return MG_OK;
}

/* By its place, or where that does not tell, by its address. */
static enum mg_code label_moved(struct mg_history *h, struct history_artefacts *a, struct mg_event *event,
                                struct mg_error *err)
{
    struct mg_buf *note = &a->notes[2];
    enum mg_code code;

    mg_buf_clear(note);
    history_addresses_label(h, &a->addresses, event, note);
    code = history_places_label(h, &a->places, event, note, err);
    if (!code)
        code = mg_buf_check(note, err);
    if (code)
        return code;
    if (note->length)
        history_evidence(h, event, note->data);
    return MG_OK;
}

enum mg_code history_artefacts_label(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    struct history_artefacts *a = h->artefacts;
    enum mg_code code = MG_OK;

    if (!a)
        return MG_OK;
    if (!event->before.record || !event->after.record)
        return label_lone(h, a, event->before.record ? HISTORY_BEFORE : HISTORY_AFTER, event, err);
    if (event->changes[MG_FIELDS] && event->evidence_count == 1 &&
        event->evidence[0] == h->columns[history_column_of(h, TYPED_PRECISION)].name)
        event->artefacts[MG_FIELDS][MG_GEOCODING_REFINED] = true;
    code = history_rewrites_label(h, &a->rewrites, event, &a->notes[3], err);
    if (!code && event->changes[MG_RETYPED])
        code = label_retyped(h, a, event, err);
    if (!code && event->changes[MG_MOVED])
        code = label_moved(h, a, event, err);
    return code;
}
