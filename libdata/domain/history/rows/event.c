/* rows/event.c - an event of history: its words, what its sides say, and its evidence. */
#include "libdata/domain/history/rows/rows.h"

static const char *const kinds[] = {"changed", "closed",   "created",  "merged",
                                    "split",   "reopened", "unchanged"};
static const char *const changes[] = {"moved", "renamed", "recoded", "retyped", "fields"};
#define ARTEFACT_NAME(value, name) name,
static const char *const artefacts[] = {MG_ARTEFACTS(ARTEFACT_NAME)};

static const char *const successors[] = {NULL, "new_key", "replaced", "near", "merged", "split"};

const char *mg_successor_name(enum mg_successor successor)
{
    return successors[successor];
}

const char *mg_event_kind_name(enum mg_event_kind kind)
{
    return kinds[kind];
}

const char *mg_change_name(enum mg_change change)
{
    return changes[change];
}

const char *mg_artefact_name(enum mg_artefact artefact)
{
    return artefacts[artefact];
}

static const char *text_of(const struct history_cell *cell)
{
    return cell->length ? cell->text : NULL;
}

void history_fill_side(const struct mg_history *h, int side, int64_t record, struct mg_event_side *event)
{
    const struct history_content *content = &h->contents[side];
    const struct history_cell *typed = content->cells + h->dataset->field_count;

    *event = (struct mg_event_side){
        .record = record,
        .line = content->line,
        .edition = history_as_of(h, content->edition_id),
        .key = content->key,
        .name = text_of(&typed[TYPED_NAME]),
        .category = text_of(&typed[TYPED_CATEGORY]),
        .commune = text_of(&typed[TYPED_COMMUNE]),
        .shut = h->states[side] != MG_STATE_OPEN,
        .has_place = content->has_place,
        .lon = content->lon,
        .lat = content->lat,
    };
}

void history_evidence(struct mg_history *h, struct mg_event *event, const char *text)
{
    for (size_t i = 0; i < event->evidence_count; i++) {
        if (!strcmp(h->evidence[i], text))
            return;
    }
    h->evidence[event->evidence_count++] = text;
    event->evidence = h->evidence;
}
