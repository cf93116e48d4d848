/* plan.h - what was planned against what was done: announced projects and the events that fulfil them.
 *
 * Projects are as their dataset's latest edition says them; one that a later edition no longer names, as it
 * was said last. The events of all services that are compared are shown to the plan, and those that could
 * fulfil a project are kept: a closure or merger a planned closure or merger, an opening or reopening an
 * opening, a real change of place or commune a move. An event that is an artefact fulfils nothing.
 *
 * A project that names a key is fulfilled by the event of that key (in the dataset it names, if it does). One
 * that does not, by an event in the same commune (brought to one date), or else within MG_PLAN_NEAR_M of its
 * place, of a service of the same name, or one of whose names holds the words of the other, or, with no name
 * that agrees, of the same category if there is only one. An event fulfils one such project. An event that
 * was over before the project was announced and expected fulfils neither.
 *
 * Days late are counted from the last day expected, early (negative) from the first: both for the first and
 * for the last day on which the event may have happened.
 *
 * Outcomes: done (it may have been in time), early, late (it cannot have been); of projects that nothing
 * fulfilled: abandoned if they say so, overdue when an edition was compared that is later than the last day
 * expected, else pending. unannounced: a real opening, closure or merger that no project told, of a dataset
 * that projects name, after the first of these was announced.
 *
 * Memory: about 300 bytes for each opening, closure, merger and move.
 *
 * Plans are matched to events, not to rows. A project is fulfilled by an event that is real, so that an
 * artefact never counts as a closure carried out; lateness is an interval, since an event lies between two
 * editions. A record of a plan names no dataset of its own: what it tells comes from two datasets, and so it
 * is never for the public.
 */
#ifndef MG_PLANNED_PLAN_H
#define MG_PLANNED_PLAN_H

#include "libdata/domain/history/history.h"

#define MG_PLAN_NEAR_M 500.0

struct mg_plan;

enum mg_code mg_plan_create(struct mg_db *db, struct mg_plan **ret_plan, struct mg_error *err);
void mg_plan_destroy(struct mg_plan *plan);
size_t mg_plan_projects(const struct mg_plan *plan); /* how many there are */

/* These two editions of a dataset are compared; then each of their events. event_id: where it is stored, 0:
 * it is not. */
enum mg_code mg_plan_compared(struct mg_plan *plan, const char *dataset, const char *to,
                              struct mg_error *err);
enum mg_code mg_plan_event(struct mg_plan *plan, const struct mg_event *event, int64_t event_id,
                           struct mg_error *err);

/* After the last: match. Then a record of type plan for each project, by dataset and key, and for each event
 * that was not announced; and project.event, for all projects. */
enum mg_code mg_plan_match(struct mg_plan *plan, struct mg_error *err);
enum mg_code mg_plan_write(const struct mg_plan *plan, struct mg_out *out, struct mg_error *err);
enum mg_code mg_plan_store(const struct mg_plan *plan, struct mg_error *err);

#endif
