/* answer/decided_event.c - what people decided, put over an event that is about to be told. */
#include "libdata/domain/history/answer/answer.h"

static bool is_side(const struct mg_decision_side *named, const struct mg_event_side *side)
{
    if (!history_decision_names(named))
        return true;
    if (named->key && (!side->key || strcmp(named->key, side->key) != 0))
        return false;
    return named->key ||
           (side->edition && side->line == named->line && !strcmp(side->edition, named->edition));
}

/* Artefacts are told of each change; an event of another kind has its own in the first place. */
static void mark(struct mg_event *event, int artefact)
{
    bool any = false;
    for (int i = 0; i < MG_CHANGE_COUNT; i++) {
        if (!event->changes[i])
            continue;
        event->artefacts[i][artefact] = any = true;
    }
    if (!any)
        event->whole[artefact] = true;
}

static void clear(struct mg_event *event, int artefact)
{
    for (int k = 0; k < MG_ARTEFACT_COUNT; k++)
        event->whole[k] &= artefact >= 0 && k != artefact;
    for (int i = 0; i < MG_CHANGE_COUNT; i++)
        for (int k = 0; k < MG_ARTEFACT_COUNT; k++)
            if (artefact < 0 || k == artefact)
                event->artefacts[i][k] = false;
}

void history_decide_event(struct mg_history *h, struct mg_event *event)
{
    struct mg_decisions *decisions = h->options.decisions;
    for (size_t i = 0; decisions && i < decisions->count; i++) {
        struct mg_decision *d = &decisions->items[i];
        if ((d->action != MG_DECIDE_REAL && d->action != MG_DECIDE_ARTEFACT) ||
            !history_decision_concerns(h, d) || !is_side(&d->before, &event->before) ||
            !is_side(&d->after, &event->after))
            continue;
        if (d->action == MG_DECIDE_REAL)
            clear(event, d->artefact);
        else
            mark(event, d->artefact);
        d->applied++;
        history_evidence(h, event, "decision");
    }
}
