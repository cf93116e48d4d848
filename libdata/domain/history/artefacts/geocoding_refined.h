/* geocoding_refined.h - moves that are the geocoder's, or the source's, not the service's. */
#ifndef MG_HISTORY_GEOCODING_REFINED_H
#define MG_HISTORY_GEOCODING_REFINED_H

#include "libdata/domain/history/artefacts/artefacts.h"

struct history_places {
    struct mg_map points[HISTORY_SIDES]; /* of pairs that moved; the value is the index in counts */
    uint32_t *counts[HISTORY_SIDES];     /* pairs that were, or are, there */
    size_t counts_capacity[HISTORY_SIDES];
    bool crowded; /* too many to be counted */
    float *moved_m;
    size_t moved_count, capacity;
    int64_t placed; /* services with a place in both editions */
    bool resurveyed;
    double limit_m;
};

/* artefacts/address_change.c: services whose places cannot be compared, because one row has none */
struct history_addresses {
    int64_t moved, of; /* that have another address; of all that are told by it */
    bool rewritten;    /* so many that it is the source that writes them otherwise */
};

enum mg_code history_addresses_add(const struct mg_history *h, struct history_addresses *addresses,
                                   struct mg_error *err);
enum mg_code history_addresses_settle(const struct mg_history *h, struct history_addresses *addresses,
                                      struct mg_error *err);
void history_addresses_label(const struct mg_history *h, const struct history_addresses *addresses,
                             struct mg_event *event, struct mg_buf *note);

enum mg_code history_places_add(struct mg_history *h, struct history_places *places, struct mg_error *err);
void history_places_settle(const struct mg_history *h, struct history_places *places);
/* Of a pair that moved; note: its evidence, as far as there is any. */
enum mg_code history_places_label(struct mg_history *h, struct history_places *places, struct mg_event *event,
                                  struct mg_buf *note, struct mg_error *err);
void history_places_finish(struct history_places *places);

#endif
