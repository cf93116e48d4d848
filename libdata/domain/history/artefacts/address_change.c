/* artefacts/address_change.c - so many services have another address that it is the source that writes them
 * otherwise. Of services whose places cannot be compared, because one row has none. */
#include "libdata/domain/history/artefacts/rule.h"

#define BULK_ROWS  5
#define BULK_SHARE 0.5

struct addresses {
    int64_t moved, of; /* that have another address; of all that are told by it */
    bool rewritten;    /* so many that it is the source that writes them otherwise */
};

static enum mg_code add(struct mg_history *h, struct history_classes *classes, void *state,
                        struct mg_error *err)
{
    struct addresses *addresses = state;
    bool moved;
    enum mg_code code = history_address_moved(h, &moved, err);

    (void)classes;
    if (!code)
        addresses->moved += moved;
    return code;
}

static enum mg_code settle(const struct mg_history *h, const struct history_classes *classes, void *state,
                           struct mg_error *err)
{
    struct addresses *addresses = state;
    int64_t unplaced = 0;
    enum mg_code code;

    (void)classes;
    if (addresses->moved < BULK_ROWS)
        return MG_OK;
    if (h->columns[h->column_count - 1].compared) {
        code = mg_db_query_i64(h->db, MG_SQL_HISTORY_EDITION_UNPLACED, &unplaced, NULL, err, "i",
                               h->editions[HISTORY_AFTER]->id);
        if (code)
            return code;
    }
    if (unplaced < addresses->moved) /* all are told by their address, or nothing is known */
        unplaced = h->editions[HISTORY_AFTER]->rows_loaded;
    addresses->of = unplaced;
    addresses->rewritten = (double)addresses->moved >= BULK_SHARE * (double)unplaced;
    return MG_OK;
}

static enum mg_code find(const struct mg_history *h, struct history_classes *classes, void *state,
                         struct history_findings *findings, struct mg_error *err)
{
    const struct addresses *addresses = state;
    const struct mg_finding finding = {.artefact = MG_SOURCE_CHANGE,
                                       .kind = MG_EVENT_CHANGED,
                                       .column = h->columns[history_column_of(h, TYPED_ADDRESS)].name,
                                       .n = addresses->moved,
                                       .of = addresses->of,
                                       .rate = (double)addresses->moved / (double)addresses->of};

    (void)classes;
    return addresses->rewritten ? history_findings_add(findings, &finding, NULL, NULL, err) : MG_OK;
}

static enum mg_code label(struct mg_history *h, void *state, struct mg_event *event, struct mg_buf *note,
                          struct mg_error *err)
{
    const struct addresses *addresses = state;

    (void)err;
    if (!event->changes[MG_MOVED] || !addresses->rewritten || !history_address_tells(h))
        return MG_OK;
    event->artefacts[MG_MOVED][MG_SOURCE_CHANGE] = true;
    mg_buf_printf(note, "%lld of %lld addresses", (long long)addresses->moved, (long long)addresses->of);
    return MG_OK;
}

const struct history_rule history_rule_address_change = {
    .size = sizeof(struct addresses), .add = add, .settle = settle, .find = find, .label = label};
