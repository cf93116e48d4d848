/* event_counts_internal.h - the groups that events are counted in; see answer/event_counts.h. */
#ifndef MG_HISTORY_EVENT_COUNTS_INTERNAL_H
#define MG_HISTORY_EVENT_COUNTS_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/domain/history/answer/event_counts.h"

struct stat_balance {
    double before, created, reopened, arrived, closed, left, after;
    double changed, artefacts, net_artefact; /* net_artefact: created and reopened less closed ones */
};

struct stat_group {
    int32_t territory;                     /* index, or MG_NOWHERE */
    double n[MG_EVENT_KIND_COUNT];         /* events */
    double explained[MG_EVENT_KIND_COUNT]; /* of which artefacts */
    double whole[MG_EVENT_KIND_COUNT][MG_ARTEFACT_COUNT];
    double succeeded[MG_EVENT_KIND_COUNT][MG_SUCCESSOR_COUNT];           /* by what is there instead... */
    double succeeded_explained[MG_EVENT_KIND_COUNT][MG_SUCCESSOR_COUNT]; /* ...of which artefacts */
    double changes[MG_CHANGE_COUNT], changes_explained[MG_CHANGE_COUNT];
    double artefacts[MG_CHANGE_COUNT][MG_ARTEFACT_COUNT];
    struct stat_balance balance;
};

struct mg_history_stat {
    struct mg_place *place;
    bool category, balance, names_ministry;
    const char *ministry;
    struct mg_map groups; /* territory and category; the value is the index in list */
    struct stat_group *list;
    size_t capacity;
    struct mg_buf name;
    mg_date codes_of[2];            /* before, after */
    double shut_before, shut_after; /* rows of services that are not open */
};

/* NULL when the group has no category. */
const char *stat_group_category(const struct mg_history_stat *stat, size_t group);
/* answer/balance.c */
void stat_balance_add(struct mg_history_stat *stat, size_t before, size_t after,
                      const struct mg_event *event);
enum mg_code stat_balance_prove(const struct mg_history_stat *stat, const char *dataset,
                                const struct mg_history_summary *summary, struct mg_error *err);
void stat_balance_write(const struct stat_balance *balance, struct mg_out *out);

#endif
