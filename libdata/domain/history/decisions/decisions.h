/* decisions.h - what people decided about identity and events, kept in the file and replayed.
 *
 * A decision is about one row of an earlier edition, one of a later, or both. A row is named by its key or,
 * for services that have none, by the line on which it stands and the edition whose source the line is of, as
 * records of events and links say it. With both, the line tells rows of one key apart.
 *
 *   link      the two rows are the same service, whatever was found
 *   unlink    they are not: one closed, one opened
 *   real      what was taken for an artefact is a change of the service itself
 *   artefact  it is no change of the service, but the artefact named
 *
 * A file of decisions is a table (CSV or any that io/table.h reads) or JSON Lines, with the columns or
 * members action, dataset, from, to (dates; empty: whichever editions are compared), key_before, key_after,
 * line_before, edition_before, line_after, edition_after, artefact, decided_by (a role, not a person) and
 * reason. Others are left alone, so that a record of an event with an action, decided_by and reason added is
 * a decision.
 *
 * People have the last word. Decisions are put over what was matched and over what is told, never into the
 * matching itself: what the program found can always be seen without them, and a decision whose rows are gone
 * is named instead of being guessed anew. A file of decisions is the whole list for the datasets it is given
 * to.
 */
#ifndef MG_HISTORY_DECISIONS_H
#define MG_HISTORY_DECISIONS_H

#include "libdata/domain/history/history.h"

enum mg_decision_action { MG_DECIDE_LINK, MG_DECIDE_UNLINK, MG_DECIDE_REAL, MG_DECIDE_ARTEFACT };

const char *mg_decision_action_name(enum mg_decision_action action);

struct mg_decision {
    enum mg_decision_action action;
    char dataset[MG_NAME_SIZE];
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE]; /* "": any */
    struct mg_decision_side {
        char *key; /* NULL: none */
        int64_t line;
        char edition[MG_DATE_SIZE]; /* "": the row is not named by its line */
    } before, after;
    int artefact; /* enum mg_artefact; -1: all there are */
    char *decided_by, *reason;
    int64_t line;           /* of the file of decisions */
    int64_t asked, applied; /* by histories so far: pairs of editions that it is about, and where it changed
                               or confirmed something */
};

struct mg_decisions {
    struct mg_decision *items;
    size_t count, capacity;
};

/* Start with {0}. Reads are added to what is there. */
void mg_decisions_finish(struct mg_decisions *decisions);

/* dataset: that of decisions that name none; NULL: each has to. MG_ERR_INPUT names line, column and cell of
 * the first that makes no sense; nothing is added then. */
enum mg_code mg_decisions_read(const char *path, const char *dataset, struct mg_decisions *decisions,
                               struct mg_error *err);

/* Those about a dataset, from the file; and in their place those of the list that are about it. */
enum mg_code mg_decisions_load(struct mg_db *db, const struct mg_dataset *dataset,
                               struct mg_decisions *decisions, struct mg_error *err);
enum mg_code mg_decisions_store(struct mg_db *db, const struct mg_dataset *dataset,
                                const struct mg_decisions *decisions, struct mg_error *err);

#endif
