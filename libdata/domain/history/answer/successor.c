/* answer/successor.c - what linkage knows of an event: its score, what a service went into, who took its
 * place. */
#include "libdata/domain/history/answer/answer.h"

#include <math.h>
#include <stdio.h>

/* "same place as 14439D", or by its line where it has no key. */
static enum mg_code name_other(struct mg_history *h, const char *what, int side, int64_t record, char *text,
                               size_t size, struct mg_error *err)
{
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, record, err);

    if (code)
        return code;
    if (content->key)
        snprintf(text, size, "%s %s", what, content->key);
    else
        snprintf(text, size, "%s line %lld of %s", what, (long long)content->line,
                 history_as_of(h, content->edition_id));
    return MG_OK;
}

/* The one side of the event that is not filled: the service that it went into, or came out of. */
static enum mg_code add_other(struct mg_history *h, const struct history_link *link, struct mg_event *event,
                              struct mg_error *err)
{
    bool merged = link->kind == MG_LINKAGE_MERGED;
    int side = merged ? HISTORY_AFTER : HISTORY_BEFORE;
    int64_t record = h->rows[side].rows[merged ? link->after : link->before].record;
    enum mg_code code = history_read(h, side, record, err);

    if (code)
        return code;
    event->kind = merged ? MG_EVENT_MERGED : MG_EVENT_SPLIT;
    event->score = link->score;
    history_fill_side(h, side, record, merged ? &event->after : &event->before);
    if (event->before.has_place && event->after.has_place)
        event->distance_m = round(10 * mg_crs_distance_m(h->crs, event->before.lon, event->before.lat,
                                                         event->after.lon, event->after.lat)) /
                            10;
    return MG_OK;
}

/* A row that stood twice, the other one unchanged: what a merger or split into (from) a changed one is. */
static enum mg_code add_duplicate(struct mg_history *h, int side, const struct history_row *stays,
                                  struct mg_event *event, struct mg_error *err)
{
    enum mg_code code = history_read(h, !side, stays->record, err);
    if (code)
        return code;
    event->kind = side == HISTORY_BEFORE ? MG_EVENT_MERGED : MG_EVENT_SPLIT;
    history_fill_side(h, !side, stays->record, side == HISTORY_BEFORE ? &event->after : &event->before);
    if (event->before.has_place && event->after.has_place)
        event->distance_m = 0;
    history_evidence(h, event, side == HISTORY_BEFORE ? "stood twice" : "stands twice");
    return MG_OK;
}

/* In the same place: near by the one place or the other, at the same address, or where neither is known. */
static bool is_same_place(const struct history_link *link)
{
    uint8_t place = link->levels[MG_LINKAGE_PLACE], address = link->levels[MG_LINKAGE_ADDRESS];

    return place >= MG_LINKAGE_PLACE_NEAR || address == MG_LINKAGE_ADDRESS_EQUAL || (!place && !address);
}

static enum mg_successor successor_of(const struct history_link *link)
{
    if (!is_same_place(link))
        return MG_SUCCESSOR_NEAR;
    if (link->kind == MG_LINKAGE_SAME && link->zone == MG_LINKAGE_ZONE_LINKED)
        return MG_SUCCESSOR_NEW_KEY;
    return MG_SUCCESSOR_REPLACED;
}

/* A row on its own: which one linkage thinks is perhaps the same, or took its place. */
static enum mg_code tell_other_row(struct mg_history *h, const struct history_link *link, int other,
                                   struct mg_event *event, struct mg_error *err)
{
    bool review = history_link_shown(h, link);
    const char *what = review ? "perhaps" : is_same_place(link) ? "same place as" : "near";
    char *text = h->told[0];
    uint32_t row = other == HISTORY_BEFORE ? link->before : link->after;
    enum mg_code code =
        name_other(h, what, other, h->rows[other].rows[row].record, text, sizeof h->told[0], err);

    if (code)
        return code;
    history_evidence(h, event, text);
    if (review)
        event->score = link->score;
    else
        event->successor = successor_of(link);
    return MG_OK;
}

/* A row on its own that one which goes on under its own key took in, or gave off. */
static enum mg_code tell_taken(struct mg_history *h, int side, uint32_t row, struct mg_event *event,
                               struct mg_error *err)
{
    const struct history_row *other = history_duplicate_of(&h->taken[side], row);
    if (!other)
        return MG_OK;
    enum mg_code code = name_other(h, side == HISTORY_BEFORE ? "went into" : "came out of", !side,
                                   other->record, h->told[0], sizeof h->told[0], err);
    if (code)
        return code;
    history_evidence(h, event, h->told[0]);
    event->successor = side == HISTORY_BEFORE ? MG_SUCCESSOR_MERGED : MG_SUCCESSOR_SPLIT;
    return MG_OK;
}

/* A row on its own whose key is that of a service which goes on (or was) under another one. */
static void tell_given(struct mg_history *h, const struct history_pair *pair, struct mg_event *event)
{
    int side = pair->before == HISTORY_NONE ? HISTORY_AFTER : HISTORY_BEFORE;
    const struct history_pair *given =
        history_given(h, side, side == HISTORY_AFTER ? pair->after : pair->before);
    if (!given)
        return;
    uint32_t row = side == HISTORY_AFTER ? given->after : given->before;
    const char *other = history_key(h, h->rows[side].rows[row].key);
    snprintf(h->told[2], sizeof h->told[2], "%s %s", side == HISTORY_AFTER ? "key was of" : "key is now of",
             other ? other : "one without a key");
    history_evidence(h, event, h->told[2]);
}

enum mg_code history_link_tell(struct mg_history *h, const struct history_pair *pair, struct mg_event *event,
                               struct mg_error *err)
{
    const struct history_link *link;
    enum mg_code code = MG_OK;

    if (h->given.count && (pair->before == HISTORY_NONE || pair->after == HISTORY_NONE))
        tell_given(h, pair, event);
    bool lone = (event->kind == MG_EVENT_CLOSED || event->kind == MG_EVENT_CREATED) &&
                (pair->before == HISTORY_NONE || pair->after == HISTORY_NONE);
    int side = pair->after == HISTORY_NONE ? HISTORY_BEFORE : HISTORY_AFTER;
    const struct history_row *stays =
        lone ? history_duplicate_of(&h->duplicates[side], side == HISTORY_BEFORE ? pair->before : pair->after)
             : NULL;
    if (stays)
        return add_duplicate(h, side, stays, event, err);
    if (lone && !pair->link)
        return tell_taken(h, side, side == HISTORY_BEFORE ? pair->before : pair->after, event, err);
    if (!pair->link)
        return MG_OK;
    if (pair->link == HISTORY_NONE) {
        history_evidence(h, event, "key doubted");
        return MG_OK;
    }
    link = &h->links[pair->link - 1];
    if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE)
        event->score = link->score;
    else if (link->kind == MG_LINKAGE_MERGED || link->kind == MG_LINKAGE_SPLIT)
        code = add_other(h, link, event, err);
    else
        code = tell_other_row(h, link, pair->before == HISTORY_NONE ? HISTORY_BEFORE : HISTORY_AFTER, event,
                              err);
    if (code)
        return code;
    history_link_evidence(link, h->told[1], sizeof h->told[1]);
    history_evidence(h, event, h->told[1]);
    return MG_OK;
}
