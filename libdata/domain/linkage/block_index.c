/* linkage/block_index.c - from a key to the services of the later list that have it. */
#include "libdata/base/alloc.h"
#include "libdata/domain/linkage/internal.h"

/* Keys are hashes, so their first bits part them evenly; some ten to a part. */
static int parting_shift(size_t rows)
{
    int bits = 1;

    while (rows >> bits && bits < 32)
        bits++;
    return 64 - bits;
}

static size_t part_of(const struct linkage_index *index, uint64_t key)
{
    return key >> index->shift;
}

static uint32_t tail_of(const struct linkage_index *index, uint64_t key)
{
    return (uint32_t)(key << (64 - index->shift) >> 32);
}

static int by_key(const void *a, const void *b)
{
    const struct linkage_posting *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Most parts are small. */
static void sort_part(struct linkage_posting *part, size_t count)
{
    if (count > 32) {
        qsort(part, count, sizeof *part, by_key);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct linkage_posting posting = part[i];
        size_t k = i;

        for (; k && by_key(&part[k - 1], &posting) > 0; k--)
            part[k] = part[k - 1];
        part[k] = posting;
    }
}

/* Moves part to `to`, but for the keys that too many have: nobody is found by them. Returns the new end. */
static size_t keep_part(struct linkage_posting *postings, size_t start, size_t end, size_t to)
{
    for (size_t next; start < end; start = next) {
        for (next = start; next < end && postings[next].key == postings[start].key; next++)
            ;
        if (next - start > MG_LINKAGE_BLOCK)
            continue;
        memmove(postings + to, postings + start, (next - start) * sizeof *postings);
        to += next - start;
    }
    return to;
}

/* starts[i] is the end of part i once all are filled; after this, where it starts. */
static void sort_parts(struct linkage_index *index, size_t parts)
{
    size_t start = 0, kept = 0;

    for (size_t i = 0; i < parts; i++) {
        size_t end = index->starts[i];

        sort_part(index->postings + start, end - start);
        index->starts[i] = kept;
        kept = keep_part(index->postings, start, end, kept);
        start = end;
    }
    index->starts[parts] = kept;
}

/* Counted first, so that all have their place from the beginning. */
enum mg_code linkage_index(struct mg_linkage *l, struct mg_error *err)
{
    const struct linkage_side *after = &l->sides[LINKAGE_AFTER];
    struct linkage_index *index = &l->index;
    struct linkage_posting *fitted;
    struct linkage_keys keys;
    size_t parts;

    index->shift = parting_shift(after->count);
    parts = (size_t)1 << (64 - index->shift);
    if (!(index->starts = mg_calloc(parts + 1, sizeof *index->starts)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < after->count; i++) {
        linkage_make_keys(l, &after->rows[i], false, &keys);
        for (size_t k = 0; k < keys.count; k++)
            index->starts[part_of(index, keys.items[k]) + 1]++;
    }
    for (size_t i = 0; i < parts; i++)
        index->starts[i + 1] += index->starts[i];
    if (!(index->postings = mg_malloc((index->starts[parts] + 1) * sizeof *index->postings)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < after->count; i++) {
        linkage_make_keys(l, &after->rows[i], false, &keys);
        for (size_t k = 0; k < keys.count; k++)
            index->postings[index->starts[part_of(index, keys.items[k])]++] =
                (struct linkage_posting){tail_of(index, keys.items[k]), (uint32_t)i};
    }
    sort_parts(index, parts);
    fitted = mg_realloc(index->postings, index->starts[parts] + 1, sizeof *index->postings);
    if (!fitted)
        return mg_fail_memory(err);
    index->postings = fitted;
    return MG_OK;
}

void linkage_prefetch(const struct linkage_index *index, uint64_t key, bool postings)
{
    const size_t *start = &index->starts[part_of(index, key)];

    if (postings)
        __builtin_prefetch(&index->postings[*start]);
    else
        __builtin_prefetch(start);
}

const struct linkage_posting *linkage_find(const struct linkage_index *index, uint64_t key, size_t *ret_count)
{
    size_t start = index->starts[part_of(index, key)], end = index->starts[part_of(index, key) + 1], next;
    uint32_t tail = tail_of(index, key);

    while (start < end && index->postings[start].key < tail)
        start++;
    for (next = start; next < end && index->postings[next].key == tail; next++)
        ;
    *ret_count = next - start;
    return index->postings + start;
}

void linkage_index_finish(struct linkage_index *index)
{
    free(index->postings);
    free(index->starts);
    *index = (struct linkage_index){0};
}
