/* artefacts/address_change.c - so many services have another address that it is the source that writes them
 * otherwise. */
#include "libdata/domain/history/artefacts/geocoding_refined.h"

#define BULK_ROWS  5
#define BULK_SHARE 0.5

enum mg_code history_addresses_add(const struct mg_history *h, struct history_addresses *addresses,
                                   struct mg_error *err)
{
    bool moved;
    enum mg_code code = history_address_moved(h, &moved, err);

    if (!code)
        addresses->moved += moved;
    return code;
}

enum mg_code history_addresses_settle(const struct mg_history *h, struct history_addresses *addresses,
                                      struct mg_error *err)
{
    int64_t unplaced = 0;
    enum mg_code code;

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

void history_addresses_label(const struct mg_history *h, const struct history_addresses *addresses,
                             struct mg_event *event, struct mg_buf *note)
{
    if (!addresses->rewritten || !history_address_tells(h))
        return;
    event->artefacts[MG_MOVED][MG_SOURCE_CHANGE] = true;
    mg_buf_printf(note, "%lld of %lld addresses", (long long)addresses->moved, (long long)addresses->of);
}
