/* Announced projects out of the file, and the events that could fulfil them. */
#include "libdata/db/read.h"
#include "libdata/domain/planned/internal.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/geo/blob.h"

static const char *const kinds[PLAN_KIND_COUNT + 1] = {"opening", "closure", "move", "merger", NULL};

const char *plan_text(const struct mg_plan *plan, int64_t text)
{
    size_t length;
    return text < 0 ? NULL : mg_map_key(&plan->texts, (size_t)text, &length);
}

const struct plan_dataset *plan_dataset(const struct mg_plan *plan, int64_t name)
{
    for (size_t i = 0; i < plan->dataset_count; i++)
        if (plan->datasets[i].name == name)
            return &plan->datasets[i];
    return NULL;
}

size_t mg_plan_projects(const struct mg_plan *plan)
{
    return plan->project_count;
}

void mg_plan_destroy(struct mg_plan *plan)
{
    if (!plan)
        return;
    mg_map_finish(&plan->texts);
    mg_succession_destroy(plan->succession);
    mg_crs_destroy(plan->crs);
    free(plan->projects);
    free(plan->events);
    free(plan->datasets);
    free(plan);
}

/* Room for one more of an array that doubles. */
static enum mg_code reserve(void **items, size_t count, size_t *capacity, size_t size, struct mg_error *err)
{
    if (count < *capacity)
        return MG_OK;
    size_t more = *capacity ? 2 * *capacity : 64;
    void *grown = mg_realloc(*items, more, size);
    if (!grown)
        return mg_fail_memory(err);
    *items = grown;
    *capacity = more;
    return MG_OK;
}

static enum mg_code keep_text(struct mg_plan *plan, const char *text, int64_t *ret_text, struct mg_error *err)
{
    *ret_text = -1;
    if (!text || !*text)
        return MG_OK;
    return mg_map_put(&plan->texts, text, strlen(text), (int64_t)plan->texts.count, ret_text, err);
}

static enum mg_code keep_folded(struct mg_plan *plan, const char *text, int64_t *ret_text,
                                struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    mg_text_add_folded(&folded, text ? text : "", text ? strlen(text) : 0);
    mg_buf_add(&folded, "", 0);
    enum mg_code code = mg_buf_check(&folded, err);
    return code ? code : keep_text(plan, folded.data, ret_text, err);
}

/* The commune as it is called by the last movement known; its own code where that is not one commune. */
static enum mg_code keep_commune(struct mg_plan *plan, const char *commune, mg_date at,
                                 struct plan_subject *subject, struct mg_error *err)
{
    const char *codes[2] = {NULL};
    size_t count = 0;
    enum mg_succession_how how = MG_SUCCESSION_UNKNOWN;
    enum mg_code code = keep_text(plan, commune, &subject->commune, err);
    subject->commune_latest = subject->commune;
    if (code || !commune || !*commune)
        return code;
    code = mg_succession_project(plan->succession, commune, at, mg_date_from_civil(9999, 12, 31), codes, 2,
                                 &count, &how, err);
    if (code || how == MG_SUCCESSION_UNKNOWN || count != 1)
        return code;
    return keep_text(plan, codes[0], &subject->commune_latest, err);
}

/* dataset, key and place are the caller's. */
static enum mg_code keep_subject(struct mg_plan *plan, const char *name, const char *category,
                                 const char *commune, mg_date at, struct plan_subject *subject,
                                 struct mg_error *err)
{
    enum mg_code code = keep_text(plan, name, &subject->name, err);
    if (!code)
        code = keep_folded(plan, name, &subject->folded_name, err);
    if (!code)
        code = keep_text(plan, category, &subject->category, err);
    if (!code)
        code = keep_folded(plan, category, &subject->folded_category, err);
    if (code)
        return code;
    return keep_commune(plan, commune, at, subject, err);
}

/* ---- projects ---- */

enum {
    COLUMN_ID,
    COLUMN_DATASET,
    COLUMN_KEY,
    COLUMN_MINISTRY,
    COLUMN_KIND,
    COLUMN_SERVICE_DATASET,
    COLUMN_SERVICE_KEY,
    COLUMN_NAME,
    COLUMN_CATEGORY,
    COLUMN_COMMUNE,
    COLUMN_EXPECTED,
    COLUMN_FROM,
    COLUMN_TO,
    COLUMN_STATUS,
    COLUMN_ANNOUNCED,
    COLUMN_GONE,
    COLUMN_LINE,
    COLUMN_EDITION,
    COLUMN_GEOM
};

static const char *column(struct mg_read *row, int number)
{
    return mg_read_text_or_null(row, number, NULL);
}

static mg_date date_of(const char *text)
{
    mg_date date;
    return text && mg_date_parse_iso(text, strlen(text), &date) ? date : MG_DATE_NONE;
}

static enum mg_code keep_project(struct mg_plan *plan, struct mg_read *row, struct plan_project *p,
                                 struct mg_error *err)
{
    size_t length;
    const void *geom = mg_read_blob_or_null(row, COLUMN_GEOM, &length);
    enum mg_code code;
    p->id = mg_read_i64(row, COLUMN_ID);
    p->kind = (enum plan_kind)mg_read_word(row, COLUMN_KIND, kinds);
    p->from = mg_read_date_or_none(row, COLUMN_FROM);
    p->to = mg_read_date_or_none(row, COLUMN_TO);
    p->is_dated = p->from != MG_DATE_NONE && p->to != MG_DATE_NONE;
    p->announced = mg_read_date(row, COLUMN_ANNOUNCED);
    p->is_gone = !mg_read_is_null(row, COLUMN_GONE);
    p->line = mg_read_i64(row, COLUMN_LINE);
    p->event = PLAN_NONE;
    p->subject.has_place = geom && mg_blob_read_point(geom, length, &p->subject.lon, &p->subject.lat);
    if (geom && !p->subject.has_place)
        mg_read_refuse(row, COLUMN_GEOM, "%s", _("the geometry is not a point"));
    if (row->code)
        return row->code;
    const struct {
        int column;
        int64_t *text;
    } texts[] = {
        {COLUMN_DATASET, &p->dataset},   {COLUMN_KEY, &p->key},
        {COLUMN_MINISTRY, &p->ministry}, {COLUMN_SERVICE_DATASET, &p->subject.dataset},
        {COLUMN_STATUS, &p->status},     {COLUMN_SERVICE_KEY, &p->subject.key},
        {COLUMN_EDITION, &p->edition},   {COLUMN_EXPECTED, &p->expected},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if ((code = keep_text(plan, column(row, texts[i].column), texts[i].text, err)))
            return code;
    return keep_subject(plan, column(row, COLUMN_NAME), column(row, COLUMN_CATEGORY),
                        column(row, COLUMN_COMMUNE), p->announced, &p->subject, err);
}

static enum mg_code find_dataset(struct mg_plan *plan, int64_t name, struct plan_dataset **ret_dataset,
                                 struct mg_error *err)
{
    struct plan_dataset *known = NULL;
    for (size_t i = 0; i < plan->dataset_count && !known; i++)
        if (plan->datasets[i].name == name)
            known = &plan->datasets[i];
    if (!known) {
        struct plan_dataset *grown = mg_realloc(plan->datasets, plan->dataset_count + 1, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        plan->datasets = grown;
        known = &grown[plan->dataset_count++];
        *known = (struct plan_dataset){name, MG_DATE_NONE, MG_DATE_NONE};
    }
    *ret_dataset = known;
    return MG_OK;
}

/* From when on openings and closures of the dataset could have been announced. */
static enum mg_code note_announced(struct mg_plan *plan, const struct plan_project *p, struct mg_error *err)
{
    struct plan_dataset *dataset = NULL;
    if (plan->first_announced == MG_DATE_NONE || p->announced < plan->first_announced)
        plan->first_announced = p->announced;
    if (p->subject.dataset < 0)
        return MG_OK;
    plan->any_dataset = true;
    enum mg_code code = find_dataset(plan, p->subject.dataset, &dataset, err);
    if (!code && (dataset->announced == MG_DATE_NONE || p->announced < dataset->announced))
        dataset->announced = p->announced;
    return code;
}

static enum mg_code load_projects(struct mg_plan *plan, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, plan->db, MG_SQL_PLAN_PROJECTS, err, "");
    while (mg_read_next(&row)) {
        row.code = reserve((void **)&plan->projects, plan->project_count, &plan->project_capacity,
                           sizeof *plan->projects, err);
        if (row.code)
            break;
        struct plan_project *p = &plan->projects[plan->project_count++];
        *p = (struct plan_project){0};
        if (!(row.code = keep_project(plan, &row, p, err)))
            row.code = note_announced(plan, p, err);
    }
    return mg_read_end(&row);
}

enum mg_code mg_plan_create(struct mg_db *db, struct mg_plan **ret_plan, struct mg_error *err)
{
    struct mg_plan *plan = mg_calloc(1, sizeof *plan);
    enum mg_code code;
    if (!plan)
        return mg_fail_memory(err);
    plan->db = db;
    plan->first_announced = MG_DATE_NONE;
    code = mg_succession_load(db, &plan->succession, err);
    if (!code)
        code = mg_crs_create(&plan->crs, err);
    if (!code)
        code = load_projects(plan, err);
    if (code) {
        mg_plan_destroy(plan);
        return code;
    }
    *ret_plan = plan;
    return MG_OK;
}

/* ---- events ---- */

enum mg_code mg_plan_compared(struct mg_plan *plan, const char *dataset, const char *to, struct mg_error *err)
{
    int64_t name;
    struct plan_dataset *known = NULL;
    mg_date date = date_of(to);
    enum mg_code code = keep_text(plan, dataset, &name, err);
    if (!code)
        code = find_dataset(plan, name, &known, err);
    if (!code && date > known->latest)
        known->latest = date;
    return code;
}

/* Is it something that can be planned, and not an artefact? */
static bool is_done(const struct mg_event *event)
{
    bool whole = true, real = true, relevant = false;
    for (int k = 0; k < MG_ARTEFACT_COUNT; k++)
        whole &= !event->whole[k];
    for (int i = 0; i < MG_CHANGE_COUNT; i++) {
        bool told = false;
        for (int k = 0; k < MG_ARTEFACT_COUNT; k++)
            told |= event->artefacts[i][k];
        if ((i == MG_MOVED || i == MG_RECODED) && event->changes[i] && !told)
            relevant = true;
        real &= !told;
    }
    switch (event->kind) {
    case MG_EVENT_CHANGED:
        return relevant && whole;
    case MG_EVENT_UNCHANGED:
        return false;
    default:
        return real && whole;
    }
}

enum mg_code mg_plan_event(struct mg_plan *plan, const struct mg_event *event, int64_t event_id,
                           struct mg_error *err)
{
    bool opening = event->kind == MG_EVENT_CREATED || event->kind == MG_EVENT_REOPENED;
    const struct mg_event_side *side = opening ? &event->after : &event->before;
    struct plan_event kept = {.id = event_id, .kind = event->kind};
    enum mg_code code;
    if (!is_done(event))
        return MG_OK;
    kept.from = date_of(event->not_before);
    kept.to = date_of(event->not_after);
    kept.subject.has_place = event->has_place;
    kept.subject.lon = event->lon;
    kept.subject.lat = event->lat;
    code = keep_text(plan, event->dataset, &kept.subject.dataset, err);
    if (!code)
        code = keep_text(plan, side->key, &kept.subject.key, err);
    if (!code)
        code = keep_text(plan, event->after.key, &kept.other_key, err);
    if (!code)
        code = keep_subject(plan, side->name, side->category, side->commune, opening ? kept.to : kept.from,
                            &kept.subject, err);
    if (!code)
        code = reserve((void **)&plan->events, plan->event_count, &plan->event_capacity, sizeof *plan->events,
                       err);
    if (code)
        return code;
    plan->events[plan->event_count++] = kept;
    return MG_OK;
}
