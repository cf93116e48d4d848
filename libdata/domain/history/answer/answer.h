/* answer.h - what is reported: each event as linkage and people see it, and dates that passed. */
#ifndef MG_HISTORY_ANSWER_H
#define MG_HISTORY_ANSWER_H

#include "libdata/domain/history/artefacts/artefacts.h"

/* answer/date_passed.c */
enum mg_code history_passings_create(struct mg_history *h, struct mg_error *err);
bool history_passes(const struct mg_history *h, int64_t record);
void history_passings_finish(struct history_passings *passings);

/* answer/successor.c: put into the event what linkage knows of its pair; a merger or split becomes one. */
enum mg_code history_link_tell(struct mg_history *h, const struct history_pair *pair, struct mg_event *event,
                               struct mg_error *err);

/* answer/decided_event.c */
void history_decide_event(struct mg_history *h, struct mg_event *event);

#endif
