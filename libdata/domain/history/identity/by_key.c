/* identity/by_key.c - which row of the one edition is which of the other, by key. */
#include "libdata/domain/history/identity/identity.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

/* A key and its first eight bytes as a number, which tell most apart. */
struct sorted_key {
    uint64_t first;
    uint32_t entry;
};

static struct sorted_key sorted_key(const struct mg_map *keys, uint32_t entry)
{
    struct sorted_key sorted = {0, entry};
    size_t length;
    const char *key = mg_map_key(keys, entry, &length);

    for (size_t i = 0; i < 8; i++)
        sorted.first = sorted.first << 8 | (i < length ? (unsigned char)key[i] : 0);
    return sorted;
}

static int by_key_bytes(const void *a, const void *b, void *context)
{
    const struct sorted_key *first_a = a, *first_b = b;
    const struct mg_map *keys = context;
    size_t length_a, length_b;
    const char *x, *y;
    int order;

    if (first_a->first != first_b->first)
        return first_a->first < first_b->first ? -1 : 1;
    x = mg_map_key(keys, first_a->entry, &length_a);
    y = mg_map_key(keys, first_b->entry, &length_b);
    order = memcmp(x, y, length_a < length_b ? length_a : length_b);

    return order ? order : (length_a > length_b) - (length_a < length_b);
}

/* By key, then by content; the line only tells rows apart that say the same. */
static int by_key(const void *a, const void *b)
{
    const struct history_row *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

/* Entries of the map in the order of their bytes, and each row's key as its rank in that order. */
static enum mg_code rank_keys(struct mg_history *h, struct mg_error *err)
{
    size_t count = h->keys.count;
    MG_FREE uint32_t *ranks = mg_malloc(count * sizeof *ranks + 1);
    MG_FREE struct sorted_key *sorted = mg_malloc(count * sizeof *sorted + 1);

    h->key_entries = mg_malloc(count * sizeof *h->key_entries + 1);
    if (!ranks || !sorted || !h->key_entries)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        sorted[i] = sorted_key(&h->keys, (uint32_t)i);
    qsort_r(sorted, count, sizeof *sorted, by_key_bytes, &h->keys);
    for (size_t i = 0; i < count; i++) {
        h->key_entries[i] = sorted[i].entry;
        ranks[sorted[i].entry] = (uint32_t)i;
    }
    for (int side = 0; side < HISTORY_SIDES; side++) {
        struct history_rows *rows = &h->rows[side];

        for (size_t i = 0; i < rows->count; i++) {
            if (rows->rows[i].key != HISTORY_NONE)
                rows->rows[i].key = ranks[rows->rows[i].key];
        }
        if (rows->count)
            qsort(rows->rows, rows->count, sizeof *rows->rows, by_key);
    }
    return MG_OK;
}

/* How many columns say the same, of the rows last read on both sides. */
static int likeness(const struct mg_history *h)
{
    size_t typed = h->dataset->field_count;
    const struct history_content *before = &h->contents[HISTORY_BEFORE], *after = &h->contents[HISTORY_AFTER];
    int same =
        before->has_place && after->has_place && before->lon == after->lon && before->lat == after->lat;

    for (size_t i = 0; i < typed; i++)
        same += h->columns[i].typed == TYPED_NONE && !history_written_differs(h, i);
    for (size_t i = typed; i < typed + TYPED_COUNT; i++)
        same += history_cells_equal(&before->cells[i], &after->cells[i]);
    return same;
}

struct alike {
    uint16_t before, after;
    int score;
};

static int most_alike(const void *a, const void *b)
{
    const struct alike *x = a, *y = b;

    if (x->score != y->score)
        return y->score - x->score;
    if (x->before != y->before)
        return x->before - y->before;
    return x->after - y->after;
}

/* The rows of one key: before[0..n) and after[0..m). Sets match[i], relative, or HISTORY_NONE. */
static enum mg_code match_alike(struct mg_history *h, size_t before, size_t n, size_t after, size_t m,
                                uint32_t *match, struct mg_error *err)
{
    struct alike *all = mg_malloc(n * m * sizeof *all);
    bool taken[MG_HISTORY_SIMILAR] = {false};
    enum mg_code code = MG_OK;
    size_t count = 0;

    if (!all)
        return mg_fail_memory(err);
    for (size_t i = 0; i < n && !code; i++) {
        match[i] = HISTORY_NONE;
        code = history_read(h, HISTORY_BEFORE, h->rows[HISTORY_BEFORE].rows[before + i].record, err);
        for (size_t j = 0; j < m && !code; j++) {
            code = history_read(h, HISTORY_AFTER, h->rows[HISTORY_AFTER].rows[after + j].record, err);
            if (!code)
                all[count++] = (struct alike){(uint16_t)i, (uint16_t)j, likeness(h)};
        }
    }
    if (!code) {
        qsort(all, count, sizeof *all, most_alike);
        for (size_t k = 0; k < count; k++) {
            if (match[all[k].before] == HISTORY_NONE && !taken[all[k].after]) {
                match[all[k].before] = all[k].after;
                taken[all[k].after] = true;
            }
        }
    }
    free(all);
    return code;
}

/* Rows that are over on one side: of a service that is still (or already) there, or of one that is not. */
static enum mg_code match_rest(struct mg_history *h, int side, size_t row, bool stands, struct mg_error *err)
{
    uint32_t before = side == HISTORY_BEFORE ? (uint32_t)row : HISTORY_NONE;
    uint32_t after = side == HISTORY_AFTER ? (uint32_t)row : HISTORY_NONE;
    struct mg_history_summary *sum = &h->summary;

    if (stands) {
        ++*(side == HISTORY_BEFORE ? &sum->rows_gone : &sum->rows_added);
        return history_pairs_add(&h->pairs, before, after, err);
    }
    ++*(side == HISTORY_BEFORE ? &sum->closed : &sum->created);
    return history_pairs_add(side == HISTORY_BEFORE ? &h->closed : &h->created, before, after, err);
}

static enum mg_code match_key(struct mg_history *h, size_t before, size_t n, size_t after, size_t m,
                              uint32_t standing, struct mg_error *err)
{
    uint32_t match[MG_HISTORY_SIMILAR];
    bool taken[MG_HISTORY_SIMILAR] = {false};
    bool alike = (n > 1 || m > 1) && n && m && n <= MG_HISTORY_SIMILAR && m <= MG_HISTORY_SIMILAR;
    enum mg_code code = alike ? match_alike(h, before, n, after, m, match, err) : MG_OK;

    h->summary.keys_repeated_before += n + standing > 1;
    h->summary.keys_repeated_after += m + standing > 1;
    for (size_t i = 0; i < n && !code; i++) {
        uint32_t j = alike ? match[i] : i < m ? (uint32_t)i : HISTORY_NONE;

        if (j == HISTORY_NONE) {
            code = match_rest(h, HISTORY_BEFORE, before + i, m || standing, err);
            continue;
        }
        if (alike)
            taken[j] = true;
        code = history_pairs_add(&h->pairs, (uint32_t)(before + i), (uint32_t)(after + j), err);
    }
    for (size_t j = 0; j < m && !code; j++) {
        if (alike ? !taken[j] : j >= n)
            code = match_rest(h, HISTORY_AFTER, after + j, n || standing, err);
    }
    return code;
}

static size_t same_key(const struct history_rows *rows, size_t start, uint32_t key)
{
    size_t end = start;

    while (end < rows->count && rows->rows[end].key == key)
        end++;
    return end - start;
}

/* Rows without a key are nobody's: gone or new. */
static enum mg_code match_keyless(struct mg_history *h, size_t i, size_t j, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (; i < h->rows[HISTORY_BEFORE].count && !code; i++)
        code = match_rest(h, HISTORY_BEFORE, i, false, err);
    for (; j < h->rows[HISTORY_AFTER].count && !code; j++)
        code = match_rest(h, HISTORY_AFTER, j, false, err);
    return code;
}

enum mg_code history_match(struct mg_history *h, struct mg_error *err)
{
    const struct history_rows *a = &h->rows[HISTORY_BEFORE], *b = &h->rows[HISTORY_AFTER];
    size_t i = 0, j = 0;
    enum mg_code code;

    if (a->count >= HISTORY_NONE || b->count >= HISTORY_NONE)
        return mg_fail(err, MG_ERR_INPUT, _("more than 4 billion rows differ"));
    code = rank_keys(h, err);
    if (code)
        return code;
    for (uint32_t key = 0; key < h->keys.count; key++) {
        size_t n = same_key(a, i, key), m = same_key(b, j, key);
        uint32_t standing = h->key_standing ? h->key_standing[h->key_entries[key]] : 0;

        code = match_key(h, i, n, j, m, standing, err);
        if (code)
            return code;
        i += n;
        j += m;
    }
    return match_keyless(h, i, j, err);
}
