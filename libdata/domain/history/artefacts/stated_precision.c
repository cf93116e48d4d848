/* artefacts/stated_precision.c - where nothing but the precision that a source states of a place differs. */
#include "libdata/domain/history/artefacts/rule.h"

static enum mg_code label(struct mg_history *h, void *state, struct mg_event *event, struct mg_buf *note,
                          struct mg_error *err)
{
    (void)state, (void)note, (void)err;
    if (event->changes[MG_FIELDS] && event->evidence_count == 1 &&
        event->evidence[0] == h->columns[history_column_of(h, TYPED_PRECISION)].name)
        event->artefacts[MG_FIELDS][MG_GEOCODING_REFINED] = true;
    return MG_OK;
}

const struct history_rule history_rule_stated_precision = {.label = label};
