/* public_internal.h - what the types of records share. */
#ifndef MG_PUBLISH_PUBLIC_INTERNAL_H
#define MG_PUBLISH_PUBLIC_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/domain/publish/public.h"

struct public_pair;
struct public_counted;

struct mg_public {
    struct mg_db *db;
    const struct mg_publish_options *options;
    mg_public_take *take;
    void *context;
    struct public_pair *pairs; /* of editions, as records named them first */
    size_t pair_count;
    struct mg_map pair_names;
    struct public_counted *counted; /* the last few that records asked for */
    size_t counted_count, counted_next;
    bool complete; /* all that is known of the pairs was asked for */
    bool uncounted, rates_asked, inhabited;
};

/* public_keys.c. The date under a key; false: there is none. */
bool public_date(const json_t *record, const char *key, char ret_date[MG_DATE_SIZE]);
enum mg_code public_incomplete(const char *type, const char *keys, struct mg_error *err);

/* public_events.c */
enum mg_code public_event_add(struct mg_public *public, const struct mg_dataset *dataset,
                              const json_t *record, struct mg_error *err);
enum mg_code public_events(struct mg_public *public, struct mg_error *err);
void public_events_finish(struct mg_public *public);

/* public_figures.c */
enum mg_code public_figure(struct mg_public *public, const struct mg_dataset *dataset, const json_t *record,
                           const json_t *next, struct mg_error *err);
void public_figures_finish(struct mg_public *public);

#endif
