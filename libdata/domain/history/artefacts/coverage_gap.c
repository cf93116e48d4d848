/* artefacts/coverage_gap.c - services that are away from an edition and back: all editions of the dataset
 * tell. */
#include "libdata/domain/history/artefacts/artefacts.h"

#include <stdio.h>

#include "libdata/base/alloc.h"

#define LONG_ABSENCE_DAYS 365 /* from the first edition that lacks a service to the last */

/* Where a key is seen next after both editions, or was seen last before both; record 0: nowhere. */
struct seen {
    int64_t record;
    uint64_t hash;
    uint32_t rank;
};

struct history_gaps {
    struct seen *seen[HISTORY_SIDES]; /* by entry of keys: of closures the next, of openings the last */
    char evidence[32];
};

struct look {
    struct seen *seen;
    bool later;
};

static enum mg_code look(struct mg_history *h, int64_t record, uint64_t hash, uint32_t rank, void *context,
                         struct mg_error *err)
{
    const struct look *at = context;
    struct mg_read row;
    int64_t entry = -1;

    mg_read_ask(&row, h->db, MG_SQL_HISTORY_KEY, err, "i", record);
    if (mg_read_next(&row)) {
        size_t length;
        const char *key = mg_read_text_or_null(&row, 0, &length);

        if (length)
            entry = mg_map_get(&h->keys, key, length);
    }
    if (entry >= 0) {
        struct seen *seen = &at->seen[entry];
        bool nearer = at->later ? rank < seen->rank : rank > seen->rank;

        if (!row.code)
            row.code = history_order_hash(h, HISTORY_AFTER, record, hash, &hash, err);
        if (!seen->record || nearer || (rank == seen->rank && hash < seen->hash))
            *seen = (struct seen){record, hash, rank};
    }
    return mg_read_end(&row);
}

enum mg_code history_gaps_create(struct mg_history *h, struct mg_error *err)
{
    const bool others[] = {h->ranks[HISTORY_AFTER] + 1 < h->dataset->edition_count,
                           h->ranks[HISTORY_BEFORE] > 0};
    const size_t counts[] = {h->closed.count, h->created.count};

    if (h->options.content_only || !h->keys.count)
        return MG_OK;
    if (!(h->gaps = mg_calloc(1, sizeof *h->gaps)))
        return mg_fail_memory(err);
    for (int side = 0; side < HISTORY_SIDES; side++) {
        struct look at = {NULL, side == HISTORY_BEFORE};
        enum mg_code code;

        if (!others[side] || !counts[side])
            continue;
        if (!(h->gaps->seen[side] = mg_calloc(h->keys.count, sizeof *h->gaps->seen[side])))
            return mg_fail_memory(err);
        at.seen = h->gaps->seen[side];
        code = history_elsewhere(h, at.later, look, &at, err);
        if (code)
            return code;
    }
    return MG_OK;
}

void history_gaps_destroy(struct history_gaps *gaps)
{
    if (!gaps)
        return;
    for (int side = 0; side < HISTORY_SIDES; side++)
        free(gaps->seen[side]);
    free(gaps);
}

static const struct history_cell *typed(const struct mg_history *h, int side, enum history_typed which)
{
    return history_typed(h, side, which);
}

/* Is it the same service, or has its key been given to another one? */
static enum mg_code agrees(const struct mg_history *h, bool *ret_agrees, struct mg_error *err)
{
    static const enum history_typed telling[] = {TYPED_NAME, TYPED_ADDRESS, TYPED_COMMUNE};
    bool same = false, comparable = false;

    for (size_t i = 0; i < sizeof telling / sizeof *telling && !same; i++) {
        const struct history_cell *a = typed(h, HISTORY_BEFORE, telling[i]);
        const struct history_cell *b = typed(h, HISTORY_AFTER, telling[i]);
        enum mg_code code = history_reformatted(a, b, true, &same, err);

        if (code)
            return code;
        comparable = comparable || (a->length && b->length);
    }
    *ret_agrees = same || !comparable;
    return MG_OK;
}

static bool date_between(const struct mg_history *h, int side, enum history_typed which, mg_date after,
                         mg_date until)
{
    const struct history_cell *cell = typed(h, side, which);
    mg_date date;

    return cell->length && mg_date_parse_any(cell->text, cell->length, &date) && date > after &&
           date <= until;
}

static mg_date as_of(const struct mg_history *h, uint32_t rank)
{
    mg_date date = 0;
    const char *text = h->dataset->editions[rank].as_of;

    mg_date_parse_iso(text, strlen(text), &date);
    return date;
}

/* The rows last read are the last one before the absence and the first one after it. */
static enum mg_code source_dates(const struct mg_history *h, mg_date last, mg_date back, bool *ret_dates,
                                 struct mg_error *err)
{
    enum mg_open_state state;
    enum mg_code code = history_state(h, HISTORY_BEFORE, &state, err);

    *ret_dates =
        !code && (state == MG_STATE_CLOSED || date_between(h, HISTORY_BEFORE, TYPED_CLOSED, last, back) ||
                  date_between(h, HISTORY_AFTER, TYPED_OPENED, last, back));
    return code;
}

enum mg_code history_gaps_label(struct mg_history *h, uint32_t key, struct mg_event *event,
                                struct mg_error *err)
{
    bool closed = event->kind == MG_EVENT_CLOSED, same = false, dated = false;
    int side = closed ? HISTORY_BEFORE : HISTORY_AFTER;
    const struct seen *seen = key != HISTORY_NONE && h->gaps && h->gaps->seen[side]
                                  ? &h->gaps->seen[side][h->key_entries[key]]
                                  : NULL;
    uint32_t last, back; /* the editions around the absence */
    enum mg_code code;

    if (!seen || !seen->record)
        return MG_OK;
    last = closed ? (uint32_t)h->ranks[HISTORY_BEFORE] : seen->rank;
    back = closed ? seen->rank : (uint32_t)h->ranks[HISTORY_AFTER];
    code = history_read(h, !side, seen->record, err);
    if (!code)
        code = agrees(h, &same, err);
    if (!code)
        code = source_dates(h, as_of(h, last), as_of(h, back), &dated, err);
    if (code)
        return code;
    if (!same)
        return MG_OK;
    snprintf(h->gaps->evidence, sizeof h->gaps->evidence, "%s=%s", closed ? "back" : "last",
             h->dataset->editions[closed ? back : last].as_of);
    history_evidence(h, event, h->gaps->evidence);
    if (!dated && as_of(h, closed ? back - 1 : (uint32_t)h->ranks[HISTORY_BEFORE]) -
                          as_of(h, closed ? (uint32_t)h->ranks[HISTORY_AFTER] : last + 1) <
                      LONG_ABSENCE_DAYS) {
        event->whole[MG_COVERAGE_GAP] = true;
    } else if (!closed) {
        event->kind = MG_EVENT_REOPENED;
        event->before.key = event->after.key;
    }
    return MG_OK;
}
