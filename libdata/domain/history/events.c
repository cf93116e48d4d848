/* history/events.c - the history of two editions: made, walked event by event, its books proved. */
#include "libdata/domain/history/internal.h"

#include <math.h>
#include <stdio.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/history/artefacts.h"

static const char *const kinds[] = {"changed", "closed",   "created",  "merged",
                                    "split",   "reopened", "unchanged"};
static const char *const changes[] = {"moved", "renamed", "recoded", "retyped", "fields"};
static const char *const artefacts[] = {"commune_recoded",  "geocoding_refined",   "label_reformatted",
                                        "perimeter_change", "nomenclature_change", "source_change",
                                        "coverage_gap"};

const char *mg_event_kind_name(enum mg_event_kind kind)
{
    return kinds[kind];
}

const char *mg_change_name(enum mg_change change)
{
    return changes[change];
}

const char *mg_artefact_name(enum mg_artefact artefact)
{
    return artefacts[artefact];
}

static bool has_role(const struct mg_dataset *dataset, const char *role)
{
    for (size_t i = 0; i < dataset->field_count; i++) {
        if (dataset->fields[i].role && !strcmp(dataset->fields[i].role, role))
            return true;
    }
    return false;
}

static enum mg_code check_request(const struct mg_dataset *dataset, const struct mg_edition *from,
                                  const struct mg_edition *to, const struct mg_history_options *options,
                                  struct mg_error *err)
{
    if (strcmp(dataset->kind, "services") != 0) {
        mg_fail(err, MG_ERR_USAGE, _("dataset %s holds %s, not services: it has no history of this kind"),
                dataset->name, dataset->kind);
        mg_error_hint(err, _("counts are compared by crossref --metric delta"));
        return MG_ERR_USAGE;
    }
    if (strcmp(from->as_of, to->as_of) >= 0)
        return mg_fail(err, MG_ERR_USAGE, _("the earlier edition, %s, is not before the later one, %s"),
                       from->as_of, to->as_of);
    if (options->identity == MG_IDENTITY_KEY && !has_role(dataset, "key")) {
        mg_fail(err, MG_ERR_USAGE, _("dataset %s has no key column"), dataset->name);
        mg_error_hint(err,
                      _("import its editions with --map key=COLUMN if a column identifies the services"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static enum mg_code keys_may_repeat(struct mg_history *h, bool *ret_repeat, struct mg_error *err)
{
    *ret_repeat = false;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        int64_t repeated = 0;
        enum mg_code code = mg_db_query_i64(h->db, MG_SQL_HISTORY_KEYS_REPEATED, &repeated, NULL, err, "i",
                                            h->editions[side]->id);

        if (code)
            return code;
        *ret_repeat |= repeated != 0;
    }
    return MG_OK;
}

static enum mg_code prepare(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code;
    bool repeat = false;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        const char *as_of = h->editions[side]->as_of;

        if (!mg_date_parse_iso(as_of, strlen(as_of), &h->as_of[side]))
            return mg_fail(err, MG_ERR_DB, _("an edition of dataset %s has a date that is none: '%s'"),
                           h->dataset->name, as_of);
        h->cog[side] = mg_cog_edition_date(h->editions[side], h->as_of[side]);
        while (strcmp(h->dataset->editions[h->ranks[side]].as_of, as_of))
            h->ranks[side]++;
    }
    if ((code = history_columns_create(h, err)) || (code = mg_crs_create(&h->crs, err)) ||
        (code = mg_succession_load(h->db, &h->succession, err)) || (code = history_load(h, err)) ||
        (code = history_columns_settle(h, err)) || (code = keys_may_repeat(h, &repeat, err)))
        return code;
    if (repeat && (code = history_count_standing(h, err)))
        return code;
    if ((code = history_key_form(h, err)) || (code = history_match(h, err)) ||
        (!h->options.content_only && (code = history_identify(h, err))) || (code = history_decide(h, err)) ||
        (code = history_artefacts_create(h, err)) || (code = history_gaps_create(h, err)))
        return code;
    if (!h->options.content_only && (has_role(h->dataset, "opened") || has_role(h->dataset, "closed")) &&
        (code = history_passings_create(h, err)))
        return code;
    h->matched = h->summary;
    return MG_OK;
}

enum mg_code mg_history_create(struct mg_db *db, const struct mg_dataset *dataset,
                               const struct mg_edition *from, const struct mg_edition *to,
                               const struct mg_history_options *options, struct mg_history **ret_history,
                               struct mg_error *err)
{
    enum mg_code code = check_request(dataset, from, to, options, err);
    struct mg_history *h;

    if (code)
        return code;
    if (!(h = mg_calloc(1, sizeof *h)))
        return mg_fail_memory(err);
    h->db = db;
    h->dataset = dataset;
    h->editions[HISTORY_BEFORE] = from;
    h->editions[HISTORY_AFTER] = to;
    h->options = *options;
    h->has_states = has_role(dataset, "status") || has_role(dataset, "opened") || has_role(dataset, "closed");
    if ((code = prepare(h, err))) {
        mg_history_destroy(h);
        return code;
    }
    *ret_history = h;
    return MG_OK;
}

void mg_history_destroy(struct mg_history *h)
{
    if (!h)
        return;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        free(h->rows[side].rows);
        free(h->same[side].rows);
    }
    mg_map_finish(&h->keys);
    free(h->key_form.aliases);
    free(h->key_entries);
    free(h->key_standing);
    free(h->pairs.pairs);
    free(h->closed.pairs);
    free(h->created.pairs);
    free(h->decided);
    free(h->links);
    history_columns_destroy(h);
    history_artefacts_destroy(h->artefacts);
    history_gaps_destroy(h->gaps);
    history_passings_finish(&h->passings);
    mg_crs_destroy(h->crs);
    mg_succession_destroy(h->succession);
    free(h);
}

const struct mg_history_summary *mg_history_summary(const struct mg_history *h)
{
    return &h->summary;
}

static const char *text_of(const struct history_cell *cell)
{
    return cell->length ? cell->text : NULL;
}

void history_fill_side(const struct mg_history *h, int side, int64_t record, struct mg_event_side *event)
{
    const struct history_content *content = &h->contents[side];
    const struct history_cell *typed = content->cells + h->dataset->field_count;

    *event = (struct mg_event_side){
        .record = record,
        .line = content->line,
        .edition = history_as_of(h, content->edition_id),
        .key = content->key,
        .name = text_of(&typed[TYPED_NAME]),
        .category = text_of(&typed[TYPED_CATEGORY]),
        .commune = text_of(&typed[TYPED_COMMUNE]),
        .shut = h->states[side] != HISTORY_OPEN,
        .has_place = content->has_place,
        .lon = content->lon,
        .lat = content->lat,
    };
}

/* A date that the source gives is evidence; if it is between the two editions, it is the date. */
static void use_date(struct mg_history *h, int side, enum history_typed typed, const char *what,
                     struct mg_event *event)
{
    const struct history_cell *cell = &h->contents[side].cells[h->dataset->field_count + typed];
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
    h->states[side] = HISTORY_OPEN;
    if (h->has_states && (code = history_state(h, side, &h->states[side], err)))
        return code;
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
    const struct history_cell *cell = &h->contents[side].cells[h->dataset->field_count + TYPED_STATUS];

    if (!cell->length)
        return;
    snprintf(h->status, sizeof h->status, "status=%.*s", (int)(cell->length < 64 ? cell->length : 64),
             cell->text);
    history_evidence(h, event, h->status);
}

/* A service closes, opens or opens again while its row stays: by its status, or by its dates. */
static void change_of_state(struct mg_history *h, struct mg_event *event, bool *ret_differ)
{
    enum history_state before = h->states[HISTORY_BEFORE], after = h->states[HISTORY_AFTER];

    if (event->before.shut == event->after.shut)
        return;
    *ret_differ = true;
    memset(event->changes, 0, sizeof event->changes);
    memset(event->artefacts, 0, sizeof event->artefacts);
    event->distance_m = NAN;
    event->evidence_count = 0;
    event->kind = after != HISTORY_OPEN       ? MG_EVENT_CLOSED
                  : before == HISTORY_PLANNED ? MG_EVENT_CREATED
                                              : MG_EVENT_REOPENED;
    use_date(h, HISTORY_AFTER, after != HISTORY_OPEN ? TYPED_CLOSED : TYPED_OPENED,
             after != HISTORY_OPEN ? "closed" : "opened", event);
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
    bool shut = h->states[side] != HISTORY_OPEN;
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
        if (rows[side] != HISTORY_NONE &&
            (code = add_side(h, side, h->rows[side].rows[rows[side]].record, event, err)))
            return code;
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
        enum mg_code code = make_event(h, kind, pair, &event, &differ, err);

        if (code || (code = history_link_tell(h, pair, &event, err)))
            return code;
        book(h, pair, kind, &event, differ);
        if (differ)
            history_decide_event(h, &event);
        if ((differ || h->options.unchanged) && (code = visit(context, &event, err)))
            return code;
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
    if ((code = add_side(h, HISTORY_AFTER, record, &event, err)))
        return code;
    event.before = event.after;
    return walk->visit(walk->context, &event, err);
}

static enum mg_code visit_standing(struct mg_history *h, const struct history_version *version,
                                   sqlite3_stmt *row, void *context, struct mg_error *err)
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
        if ((code = add_side(h, HISTORY_BEFORE, record, &event, err)) ||
            (code = add_side(h, HISTORY_AFTER, record, &event, err)))
            return code;
        change_of_state(h, &event, &differ);
        if (differ) {
            h->summary.unchanged--;
            h->summary.changed++;
            h->summary.closed_in_place += event.kind == MG_EVENT_CLOSED;
            h->summary.opened_in_place += event.kind != MG_EVENT_CLOSED;
        }
        if ((differ || h->options.unchanged) && (code = walk->visit(walk->context, &event, err)))
            return code;
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
    if ((code = visit_pairs(h, MG_EVENT_CHANGED, &h->pairs, visit, context, err)) ||
        (code = visit_passings(h, &walk, err)) ||
        (code = visit_pairs(h, MG_EVENT_CLOSED, &h->closed, visit, context, err)) ||
        (code = visit_pairs(h, MG_EVENT_CREATED, &h->created, visit, context, err)) ||
        (h->options.unchanged && (code = visit_unchanged(h, &walk, err))))
        return code;
    return prove_books(h, err);
}
