/* internal.h - projects and events as plan.c gathers, match.c joins and write.c tells them. */
#ifndef MG_PLANNED_INTERNAL_H
#define MG_PLANNED_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/domain/planned/plan.h"
#include "libdata/geo/crs.h"
#include "libdata/geo/succession.h"

#define PLAN_NONE SIZE_MAX

enum plan_kind { PLAN_OPENING, PLAN_CLOSURE, PLAN_MOVE, PLAN_MERGER, PLAN_KIND_COUNT };

/* What a project is about, or an event: texts by their entry in plan->texts, -1: none. */
struct plan_subject {
    int64_t dataset, key, name, category;
    int64_t commune;        /* as written */
    int64_t commune_latest; /* as it is called now */
    int64_t folded_name, folded_category;
    bool has_place;
    double lon, lat;
};

struct plan_project {
    struct plan_subject subject;
    int64_t id;           /* project.id */
    int64_t dataset, key; /* of the project itself; texts */
    int64_t ministry, expected, status, edition;
    int64_t line;
    enum plan_kind kind;
    bool is_dated; /* from and to are known */
    mg_date from, to, announced;
    bool is_gone; /* the latest edition of its dataset no longer names it */
    size_t event; /* PLAN_NONE: none fulfils it */
    const char *evidence[4];
    size_t evidence_count;
};

struct plan_event {
    struct plan_subject subject; /* key: the earlier one, of an opening the later one */
    int64_t other_key;           /* of a move or merger: the later one */
    int64_t id;                  /* event.id, 0: not stored */
    enum mg_event_kind kind;
    mg_date from, to; /* between which it happened */
    bool taken;       /* a project is fulfilled by it */
};

struct plan_dataset {
    int64_t name;
    mg_date latest;    /* edition compared; MG_DATE_NONE: none */
    mg_date announced; /* the first project that names it; MG_DATE_NONE: none does */
};

struct mg_plan {
    struct mg_db *db;
    struct mg_map texts;
    struct mg_succession *succession;
    struct mg_crs *crs;
    struct plan_project *projects;
    size_t project_count, project_capacity;
    struct plan_event *events;
    size_t event_count, event_capacity;
    struct plan_dataset *datasets;
    size_t dataset_count;
    bool any_dataset; /* some project names its dataset */
    mg_date first_announced;
};

/* plan.c */
const char *plan_text(const struct mg_plan *plan, int64_t text);                   /* NULL: none */
const struct plan_dataset *plan_dataset(const struct mg_plan *plan, int64_t name); /* NULL: unknown */

/* How late: 0 within the time expected. */
int64_t plan_days_late(const struct plan_project *project, mg_date day);

#endif
