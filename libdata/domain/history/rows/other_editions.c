/* rows/other_editions.c - rows that stood in neither of the two editions, but before or after both. */
#include "libdata/domain/history/rows/rows.h"

static uint32_t rank_of(const struct mg_dataset *dataset, int64_t id)
{
    for (uint32_t i = 0; i < dataset->edition_count; i++) {
        if (dataset->editions[i].id == id)
            return i;
    }
    return HISTORY_NONE; /* history_load has refused such a file */
}

static enum mg_code elsewhere_of_import(struct mg_history *h, const struct mg_edition *import, bool later,
                                        history_elsewhere_visitor *visit, void *context, struct mg_error *err)
{
    struct mg_read row;

    mg_read_ask(&row, h->db, MG_SQL_HISTORY_VERSIONS, err, "ii", import->first_version, import->last_version);
    while (mg_read_next(&row)) {
        bool open = mg_read_is_null(&row, 2);
        int64_t record = mg_read_i64(&row, 0);
        uint64_t hash = (uint64_t)mg_read_i64(&row, 3);
        uint32_t rank;

        if (!later && open)
            continue;
        rank = rank_of(h->dataset, mg_read_i64(&row, later ? 1 : 2));
        if (rank == HISTORY_NONE ||
            (later ? rank <= h->ranks[HISTORY_AFTER] : rank > h->ranks[HISTORY_BEFORE]))
            continue;
        if (!row.code)
            row.code = visit(h, record, hash, later ? rank : rank - 1, context, err);
    }
    return mg_read_end(&row);
}

enum mg_code history_elsewhere(struct mg_history *h, bool later, history_elsewhere_visitor *visit,
                               void *context, struct mg_error *err)
{
    for (size_t i = 0; i < h->dataset->edition_count; i++) {
        const struct mg_edition *import = &h->dataset->editions[i];
        enum mg_code code;

        if (import->first_version) {
            code = elsewhere_of_import(h, import, later, visit, context, err);
            if (code)
                return code;
        }
    }
    return MG_OK;
}
