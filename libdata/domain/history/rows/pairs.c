/* rows/pairs.c - which row of the one edition belongs to which of the other, as a list; rows, as a list and
 * by their key. */
#include "libdata/domain/history/rows/rows.h"

#include "libdata/base/alloc.h"

enum mg_code history_pairs_add(struct history_pairs *pairs, uint32_t before, uint32_t after,
                               struct mg_error *err)
{
    if (!mg_grow(pairs->pairs, pairs->count, &pairs->capacity))
        return mg_fail_memory(err);
    pairs->pairs[pairs->count++] = (struct history_pair){.before = before, .after = after};
    return MG_OK;
}

enum mg_code history_rows_add(struct history_rows *rows, const struct history_row *row, struct mg_error *err)
{
    if (!mg_grow(rows->rows, rows->count, &rows->capacity))
        return mg_fail_memory(err);
    rows->rows[rows->count++] = *row;
    return MG_OK;
}

const char *history_key(const struct mg_history *h, uint32_t rank)
{
    size_t length;

    return rank == HISTORY_NONE ? NULL : mg_map_key(&h->keys, h->key_entries[rank], &length);
}
