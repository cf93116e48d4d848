/* What was planned against what was done, told and stored. */
#include <string.h>

#include "libdata/domain/planned/internal.h"

static const char *const kinds[PLAN_KIND_COUNT] = {"opening", "closure", "move", "merger"};

/* The latest edition in which the project's service could be seen; MG_DATE_NONE: none was compared. */
static mg_date seen_until(const struct mg_plan *plan, const struct plan_project *p)
{
    mg_date latest = MG_DATE_NONE;
    for (size_t i = 0; i < plan->dataset_count; i++)
        if ((p->subject.dataset < 0 || plan->datasets[i].name == p->subject.dataset) &&
            plan->datasets[i].latest > latest)
            latest = plan->datasets[i].latest;
    return latest;
}

static const char *outcome_of(const struct mg_plan *plan, const struct plan_project *p)
{
    if (p->event != PLAN_NONE) {
        const struct plan_event *e = &plan->events[p->event];
        if (plan_days_late(p, e->from) > 0)
            return "late";
        return plan_days_late(p, e->to) < 0 ? "early" : "done";
    }
    if (!strcmp(plan_text(plan, p->status), "abandoned"))
        return "abandoned";
    return p->is_dated && seen_until(plan, p) > p->to ? "overdue" : "pending";
}

static void write_date(struct mg_out *out, const char *key, mg_date date)
{
    char text[MG_DATE_SIZE];
    if (date == MG_DATE_NONE) {
        mg_out_null(out, key);
        return;
    }
    mg_date_format(date, text);
    mg_out_text(out, key, text);
}

static void write_text(const struct mg_plan *plan, struct mg_out *out, const char *key, int64_t text)
{
    mg_out_text(out, key, plan_text(plan, text));
}

/* What is known of the service: as the event tells it, else as the project does. */
static void write_subject(const struct mg_plan *plan, const struct plan_subject *event,
                          const struct plan_subject *project, struct mg_out *out)
{
    const struct plan_subject *s = event ? event : project;
    write_text(plan, out, "service_dataset", s->dataset);
    write_text(plan, out, "service_key", s->key);
    write_text(plan, out, "name", s->name);
    write_text(plan, out, "category", s->category);
    write_text(plan, out, "commune", s->commune);
    if (!s->has_place && project && project->has_place)
        s = project;
    if (s->has_place) {
        mg_out_real(out, "lon", s->lon);
        mg_out_real(out, "lat", s->lat);
    } else {
        mg_out_null(out, "lon");
        mg_out_null(out, "lat");
    }
}

static void write_event(const struct mg_plan *plan, const struct plan_event *e, struct mg_out *out)
{
    mg_out_text(out, "event", e ? mg_event_kind_name(e->kind) : NULL);
    write_text(plan, out, "key_after", e ? e->other_key : -1);
    write_date(out, "event_not_before", e ? e->from : MG_DATE_NONE);
    write_date(out, "event_not_after", e ? e->to : MG_DATE_NONE);
}

/* Of what is overdue only the least is known. */
static void write_days(const struct mg_plan *plan, const struct plan_project *p, const char *outcome,
                       struct mg_out *out)
{
    const struct plan_event *e = p->event == PLAN_NONE ? NULL : &plan->events[p->event];
    if (p->is_dated && e) {
        mg_out_int(out, "days_late_min", plan_days_late(p, e->from));
        mg_out_int(out, "days_late_max", plan_days_late(p, e->to));
        return;
    }
    if (!strcmp(outcome, "overdue"))
        mg_out_int(out, "days_late_min", plan_days_late(p, seen_until(plan, p)));
    else
        mg_out_null(out, "days_late_min");
    mg_out_null(out, "days_late_max");
}

static enum mg_code write_project(const struct mg_plan *plan, const struct plan_project *p,
                                  struct mg_out *out, struct mg_error *err)
{
    const struct plan_event *e = p->event == PLAN_NONE ? NULL : &plan->events[p->event];
    const char *outcome = outcome_of(plan, p), *evidence[5];
    size_t count = p->evidence_count;
    memcpy(evidence, p->evidence, count * sizeof *evidence);
    if (p->is_gone)
        evidence[count++] = "no longer announced";
    mg_out_begin(out, "plan");
    write_text(plan, out, "projects", p->dataset);
    write_text(plan, out, "project", p->key);
    write_text(plan, out, "ministry", p->ministry);
    mg_out_text(out, "kind", kinds[p->kind]);
    write_text(plan, out, "expected", p->expected);
    write_date(out, "expected_from", p->from);
    write_date(out, "expected_to", p->to);
    write_text(plan, out, "status", p->status);
    mg_out_text(out, "outcome", outcome);
    write_subject(plan, e ? &e->subject : NULL, &p->subject, out);
    write_event(plan, e, out);
    write_days(plan, p, outcome, out);
    mg_out_list(out, "evidence", evidence, count);
    mg_out_int(out, "line", p->line);
    write_text(plan, out, "edition", p->edition);
    return mg_out_end_record(out, err);
}

/* Could it have been announced, and was not? Moves that nobody announces are no news. */
static bool is_unannounced(const struct mg_plan *plan, const struct plan_event *e)
{
    const struct plan_dataset *dataset = plan_dataset(plan, e->subject.dataset);
    mg_date since = plan->any_dataset ? dataset ? dataset->announced : MG_DATE_NONE : plan->first_announced;
    return !e->taken && e->kind != MG_EVENT_CHANGED && since != MG_DATE_NONE && e->to > since;
}

static enum mg_code write_unannounced(const struct mg_plan *plan, const struct plan_event *e,
                                      struct mg_out *out, struct mg_error *err)
{
    static const char *const absent[] = {"projects", "project", "ministry"};
    static const char *const expected[] = {"expected", "expected_from", "expected_to", "status"};
    static const char *const days[] = {"days_late_min", "days_late_max"};
    mg_out_begin(out, "plan");
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        mg_out_null(out, absent[i]);
    mg_out_text(out, "kind",
                e->kind == MG_EVENT_CREATED || e->kind == MG_EVENT_REOPENED ? kinds[PLAN_OPENING]
                : e->kind == MG_EVENT_MERGED                                ? kinds[PLAN_MERGER]
                                                                            : kinds[PLAN_CLOSURE]);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        mg_out_null(out, expected[i]);
    mg_out_text(out, "outcome", "unannounced");
    write_subject(plan, &e->subject, NULL, out);
    write_event(plan, e, out);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        mg_out_null(out, days[i]);
    mg_out_list(out, "evidence", NULL, 0);
    mg_out_null(out, "line");
    mg_out_null(out, "edition");
    return mg_out_end_record(out, err);
}

enum mg_code mg_plan_write(const struct mg_plan *plan, struct mg_out *out, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < plan->project_count && !code; i++)
        code = write_project(plan, &plan->projects[i], out, err);
    for (size_t i = 0; i < plan->event_count && !code; i++)
        if (is_unannounced(plan, &plan->events[i]))
            code = write_unannounced(plan, &plan->events[i], out, err);
    return code;
}

enum mg_code mg_plan_store(const struct mg_plan *plan, struct mg_error *err)
{
    enum mg_code code = mg_db_run(plan->db, MG_SQL_PLAN_FORGET, err, "");
    for (size_t i = 0; i < plan->project_count && !code; i++) {
        const struct plan_project *p = &plan->projects[i];
        if (p->event != PLAN_NONE && plan->events[p->event].id)
            code = mg_db_run(plan->db, MG_SQL_PLAN_SET_EVENT, err, "ii", p->id, plan->events[p->event].id);
    }
    return code;
}
