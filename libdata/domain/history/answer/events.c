/* answer/events.c - the history of two editions, walked event by event, its books proved. */
#include "libdata/domain/history/answer/answer.h"

#include <math.h>
#include <stdio.h>

#include "libdata/domain/history/artefacts/artefacts.h"

/* A date that the source gives is evidence; if it is between the two editions, it is the date. */
static void use_date(struct mg_history *h, int side, enum history_typed typed, const char *what,
                     struct mg_event *event)
{
    const struct history_cell *cell = history_typed(h, side, typed);
    char *evidence = h->dated[typed == TYPED_CLOSED];
    char text[MG_DATE_SIZE];
    mg_date date;

    if (!cell->length || !mg_date_parse_any(cell->text, cell->length, &date))
        return;
    mg_date_format(date, text);
    snprintf(evidence, sizeof h->dated[0], "%s=%s", what, text);
    history_evidence(h, event, evidence);
    if (date >= h->as_of[HISTORY_BEFORE] && date <= h->as_of[HISTORY_AFTER]) {
        memcpy(event->not_before, text, sizeof text);
        memcpy(event->not_after, text, sizeof text);
    }
}

static void start_event(const struct mg_history *h, enum mg_event_kind kind, struct mg_event *event)
{
    *event = (struct mg_event){
        .dataset = h->dataset->name,
        .from = h->editions[HISTORY_BEFORE]->as_of,
        .to = h->editions[HISTORY_AFTER]->as_of,
        .n = 1,
        .kind = kind,
        .distance_m = NAN,
        .score = NAN,
    };
    memcpy(event->not_before, event->from, sizeof event->not_before);
    memcpy(event->not_after, event->to, sizeof event->not_after);
}

/* Read one side's row into the event; the later side's place is the event's. */
static enum mg_code add_side(struct mg_history *h, int side, int64_t record, struct mg_event *event,
                             struct mg_error *err)
{
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, record, err);

    if (code)
        return code;
    h->states[side] = MG_STATE_OPEN;
    if (h->has_states) {
        code = history_state(h, side, &h->states[side], err);
        if (code)
            return code;
    }
    history_fill_side(h, side, record, side == HISTORY_BEFORE ? &event->before : &event->after);
    if (content->has_place) {
        event->has_place = true;
        event->lon = content->lon;
        event->lat = content->lat;
    }
    return MG_OK;
}

/* A row that is over: of a key that still stands, or of a service that was closed already (is not open yet).
 */
static void over(struct mg_history *h, const struct history_pair *pair, struct mg_event *event)
{
    event->kind = MG_EVENT_CHANGED;
    event->changes[MG_FIELDS] = true;
    history_evidence(h, event, pair->after == HISTORY_NONE ? "row gone" : "row added");
    if (pair->after == HISTORY_NONE)
        event->after.key = event->before.key; /* the service, or its memory, is still there */
    else
        event->before.key = event->after.key;
}

static void add_status(struct mg_history *h, int side, struct mg_event *event)
{
    const struct history_cell *cell = history_typed(h, side, TYPED_STATUS);

    if (!cell->length)
        return;
    snprintf(h->status, sizeof h->status, "status=%.*s", (int)(cell->length < 64 ? cell->length : 64),
             cell->text);
    history_evidence(h, event, h->status);
}

/* A service closes, opens or opens again while its row stays: by its status, or by its dates. */
static void change_of_state(struct mg_history *h, struct mg_event *event, bool *ret_differ)
{
    enum mg_open_state before = h->states[HISTORY_BEFORE], after = h->states[HISTORY_AFTER];

    if (event->before.shut == event->after.shut)
        return;
    *ret_differ = true;
    memset(event->changes, 0, sizeof event->changes);
    memset(event->artefacts, 0, sizeof event->artefacts);
    event->distance_m = NAN;
    event->evidence_count = 0;
    event->kind = after != MG_STATE_OPEN       ? MG_EVENT_CLOSED
                  : before == MG_STATE_PLANNED ? MG_EVENT_CREATED
                                               : MG_EVENT_REOPENED;
    use_date(h, HISTORY_AFTER, after != MG_STATE_OPEN ? TYPED_CLOSED : TYPED_OPENED,
             after != MG_STATE_OPEN ? "closed" : "opened", event);
    add_status(h, HISTORY_AFTER, event);
}

/* The two rows of a pair. */
static enum mg_code compare_pair(struct mg_history *h, struct mg_event *event, bool *ret_differ,
                                 struct mg_error *err)
{
    enum mg_code code = history_compare(h, event, ret_differ, err);

    if (!code)
        change_of_state(h, event, ret_differ);
    if (!code && !*ret_differ)
        event->kind = MG_EVENT_UNCHANGED;
    return code || event->kind != MG_EVENT_CHANGED ? code : history_artefacts_label(h, event, err);
}

/* A row of one edition only; what the source itself says of it counts most. */
static enum mg_code judge_lone(struct mg_history *h, const struct history_pair *pair, struct mg_event *event,
                               struct mg_error *err)
{
    int side = pair->after == HISTORY_NONE ? HISTORY_BEFORE : HISTORY_AFTER;
    uint32_t row = side == HISTORY_BEFORE ? pair->before : pair->after;
    bool shut = h->states[side] != MG_STATE_OPEN;
    enum mg_code code;

    if (event->kind == MG_EVENT_CHANGED || shut) {
        over(h, pair, event);
        if (shut)
            add_status(h, side, event);
        return history_artefacts_label(h, event, err);
    }
    use_date(h, side, side == HISTORY_BEFORE ? TYPED_CLOSED : TYPED_OPENED,
             side == HISTORY_BEFORE ? "closed" : "opened", event);
    code = history_gaps_label(h, h->rows[side].rows[row].key, event, err);
    if (code || event->whole[MG_COVERAGE_GAP] || event->kind == MG_EVENT_REOPENED)
        return code;
    return history_artefacts_label(h, event, err);
}

/* Read the rows of the pair and say what happened; *ret_differ false: nothing did. */
static enum mg_code make_event(struct mg_history *h, enum mg_event_kind kind, const struct history_pair *pair,
                               struct mg_event *event, bool *ret_differ, struct mg_error *err)
{
    const uint32_t rows[HISTORY_SIDES] = {pair->before, pair->after};
    enum mg_code code;

    start_event(h, kind, event);
    for (int side = 0; side < HISTORY_SIDES; side++) {
        if (rows[side] != HISTORY_NONE) {
            code = add_side(h, side, h->rows[side].rows[rows[side]].record, event, err);
            if (code)
                return code;
        }
    }
    *ret_differ = true;
    if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE) {
        code = compare_pair(h, event, ret_differ, err);
        if (!code && *ret_differ && history_decided(h, pair))
            history_evidence(h, event, "decision");
        return code;
    }
    return judge_lone(h, pair, event, err);
}

/* The books: rows that are over of a service that was not open are not closures, nor openings. */
static void book(struct mg_history *h, const struct history_pair *pair, enum mg_event_kind listed,
                 const struct mg_event *event, bool differ)
{
    struct mg_history_summary *s = &h->summary;

    if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE) {
        ++*(differ ? &s->changed : &s->unchanged);
        s->closed_in_place += event->kind == MG_EVENT_CLOSED;
        s->opened_in_place += event->kind == MG_EVENT_CREATED || event->kind == MG_EVENT_REOPENED;
    } else if (listed == MG_EVENT_CLOSED && event->kind == MG_EVENT_CHANGED) {
        s->closed--;
        s->rows_gone++;
    } else if (listed == MG_EVENT_CREATED && event->kind == MG_EVENT_CHANGED) {
        s->created--;
        s->rows_added++;
    }
}

static enum mg_code visit_pairs(struct mg_history *h, enum mg_event_kind kind,
                                const struct history_pairs *pairs, mg_event_visitor *visit, void *context,
                                struct mg_error *err)
{
    for (size_t i = 0; i < pairs->count; i++) {
        const struct history_pair *pair = &pairs->pairs[i];
        bool differ = false;
        struct mg_event event;
        enum mg_code code;

        history_expect(h, pairs, i);
        code = make_event(h, kind, pair, &event, &differ, err);
        if (!code)
            code = history_link_tell(h, pair, &event, err);
        if (code)
            return code;
        book(h, pair, kind, &event, differ);
        if (differ)
            history_decide_event(h, &event);
        if ((differ || h->options.unchanged)) {
            code = visit(context, &event, err);
            if (code)
                return code;
        }
        if (i % 4096 == 0 &&
            !mg_progress_report(h->options.progress, _("comparing"), (int64_t)i, (int64_t)pairs->count))
            return mg_fail(err, MG_ERR_IO, _("interrupted"));
    }
    return MG_OK;
}

static enum mg_code prove_books(const struct mg_history *h, struct mg_error *err)
{
    const struct mg_history_summary *s = &h->summary;
    int64_t before = s->unchanged + s->changed + s->rows_gone + s->closed;
    int64_t after = s->unchanged + s->changed + s->rows_added + s->created;

    if (before == s->rows_before && after == s->rows_after)
        return MG_OK;
    return mg_fail(
        err, MG_ERR_DB,
        _("the books of dataset %s do not balance: %lld of %lld rows of %s and %lld of %lld rows of %s "
          "are accounted for"),
        h->dataset->name, (long long)before, (long long)s->rows_before, h->editions[HISTORY_BEFORE]->as_of,
        (long long)after, (long long)s->rows_after, h->editions[HISTORY_AFTER]->as_of);
}

struct walk {
    mg_event_visitor *visit;
    void *context;
};

/* The content is the same on both sides: read once, with the later edition's statement. */
static enum mg_code visit_same(struct mg_history *h, int64_t record, const struct walk *walk,
                               struct mg_error *err)
{
    struct mg_event event;
    enum mg_code code;

    start_event(h, MG_EVENT_UNCHANGED, &event);
    code = add_side(h, HISTORY_AFTER, record, &event, err);
    if (code)
        return code;
    event.before = event.after;
    return walk->visit(walk->context, &event, err);
}

static enum mg_code visit_standing(struct mg_history *h, const struct history_version *version,
                                   struct mg_read *row, void *context, struct mg_error *err)
{
    (void)row;
    return history_passes(h, version->record) ? MG_OK : visit_same(h, version->record, context, err);
}

static enum mg_code visit_unchanged(struct mg_history *h, struct walk *walk, struct mg_error *err)
{
    enum mg_code code = history_standing(h, MG_SQL_HISTORY_VERSIONS, visit_standing, walk, err);

    for (size_t i = 0; i < h->same[HISTORY_AFTER].count && !code; i++) {
        int64_t record = h->same[HISTORY_AFTER].rows[i].record;

        if (!history_passes(h, record))
            code = visit_same(h, record, walk, err);
    }
    return code;
}

/* The same content on both sides, of which a date passed. */
static enum mg_code visit_passings(struct mg_history *h, const struct walk *walk, struct mg_error *err)
{
    for (size_t i = 0; i < h->passings.count; i++) {
        int64_t record = h->passings.list[i].record;
        struct mg_event event;
        bool differ = false;
        enum mg_code code;

        start_event(h, MG_EVENT_UNCHANGED, &event);
        code = add_side(h, HISTORY_BEFORE, record, &event, err);
        if (!code)
            code = add_side(h, HISTORY_AFTER, record, &event, err);
        if (code)
            return code;
        change_of_state(h, &event, &differ);
        if (differ) {
            h->summary.unchanged--;
            h->summary.changed++;
            h->summary.closed_in_place += event.kind == MG_EVENT_CLOSED;
            h->summary.opened_in_place += event.kind != MG_EVENT_CLOSED;
            history_decide_event(h, &event);
        }
        if ((differ || h->options.unchanged)) {
            code = walk->visit(walk->context, &event, err);
            if (code)
                return code;
        }
    }
    return MG_OK;
}

enum mg_code mg_history_events(struct mg_history *h, mg_event_visitor *visit, void *context,
                               struct mg_error *err)
{
    struct walk walk = {visit, context};
    enum mg_code code;

    h->summary = h->matched;
    h->summary.unchanged = h->standing + (int64_t)h->same[HISTORY_BEFORE].count;
    code = visit_pairs(h, MG_EVENT_CHANGED, &h->pairs, visit, context, err);
    if (!code)
        code = visit_passings(h, &walk, err);
    if (!code)
        code = visit_pairs(h, MG_EVENT_CLOSED, &h->closed, visit, context, err);
    if (!code)
        code = visit_pairs(h, MG_EVENT_CREATED, &h->created, visit, context, err);
    if (!code && h->options.unchanged)
        code = visit_unchanged(h, &walk, err);
    if (code)
        return code;
    return prove_books(h, err);
}
