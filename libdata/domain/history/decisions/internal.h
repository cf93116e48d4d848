/* internal.h - the list, as both the file's reader and the table's fill it. */
#ifndef MG_HISTORY_DECISIONS_INTERNAL_H
#define MG_HISTORY_DECISIONS_INTERNAL_H

#include "libdata/domain/history/decisions/decisions.h"

enum mg_code decisions_add(struct mg_decisions *decisions, struct mg_decision **ret_decision,
                           struct mg_error *err);
void decisions_cut(struct mg_decisions *decisions, size_t count);                    /* to the first count */
enum mg_code decision_text(const char *text, char **ret_text, struct mg_error *err); /* NULL stays NULL */
bool decision_action_from_name(const char *name, enum mg_decision_action *ret_action);
int decision_artefact_from_name(const char *name); /* -1: none */

#endif
