#include "libdata/io/sorter.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/io/temporary.h"

#define DEFAULT_MEMORY ((size_t)128 << 20)
#define READ_SIZE      ((size_t)64 << 10)

struct item {
    uint64_t prefix; /* the key's first eight bytes as a big-endian number: most comparisons end here */
    size_t offset;   /* of the key in bytes; the value follows it */
    uint32_t key_length, value_length;
};

/* A sorted part: in memory (the last one), or in the file and read through a window. */
struct run {
    long long position, end; /* in the file: what is still to be read into the window */
    struct mg_buf window;
    size_t at; /* in the window: the current pair's header */
    struct mg_sorted pair;
    bool done;
};

struct mg_sorter {
    size_t max_memory;
    struct mg_buf bytes;
    struct item *items;
    size_t count, capacity;
    FILE *file; /* the spilled runs, one after the other */
    long long written;
    struct run *runs;
    size_t run_count;
    size_t *heap; /* numbers of runs, the least pair first */
    size_t heap_count;
    size_t next; /* without a file: the next item */
    bool taking;
};

enum mg_code mg_sorter_create(size_t max_memory, struct mg_sorter **ret_sorter, struct mg_error *err)
{
    struct mg_sorter *sorter = mg_calloc(1, sizeof *sorter);
    if (!sorter)
        return mg_fail_memory(err);
    sorter->max_memory = max_memory ? max_memory : DEFAULT_MEMORY;
    *ret_sorter = sorter;
    return MG_OK;
}

void mg_sorter_destroy(struct mg_sorter *sorter)
{
    if (!sorter)
        return;
    for (size_t i = 0; i < sorter->run_count; i++)
        mg_buf_finish(&sorter->runs[i].window);
    if (sorter->file)
        fclose(sorter->file);
    mg_buf_finish(&sorter->bytes);
    free(sorter->items);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter);
}

static int compare_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t common = a_length < b_length ? a_length : b_length;
    int order = common ? memcmp(a, b, common) : 0;
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int compare_items(const void *a, const void *b, void *bytes)
{
    const struct item *left = a, *right = b;
    if (left->prefix != right->prefix)
        return left->prefix < right->prefix ? -1 : 1;
    const char *data = bytes, *l = data + left->offset, *r = data + right->offset;
    int order = compare_bytes(l, left->key_length, r, right->key_length);
    if (order)
        return order;
    return compare_bytes(l + left->key_length, left->value_length, r + right->key_length,
                         right->value_length);
}

static uint64_t prefix_of(const unsigned char *key, size_t length)
{
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++)
        prefix = prefix << 8 | (i < length ? key[i] : 0);
    return prefix;
}

static void sort_items(struct mg_sorter *sorter)
{
    if (sorter->count)
        qsort_r(sorter->items, sorter->count, sizeof *sorter->items, compare_items, sorter->bytes.data);
}

/* What is in memory goes to the file as one more run: pairs of lengths, then the bytes. */
static enum mg_code spill(struct mg_sorter *sorter, struct mg_error *err)
{
    enum mg_code code = sorter->file ? MG_OK : mg_temporary_stream(&sorter->file, err);
    if (code)
        return code;
    struct run *runs = mg_realloc(sorter->runs, sorter->run_count + 1, sizeof *runs);
    if (!runs)
        return mg_fail_memory(err);
    sorter->runs = runs;
    sort_items(sorter);
    struct run run = {.position = sorter->written};
    for (size_t i = 0; i < sorter->count; i++) {
        const struct item *item = &sorter->items[i];
        uint32_t lengths[2] = {item->key_length, item->value_length};
        size_t length = (size_t)item->key_length + item->value_length;
        if (fwrite(lengths, sizeof lengths, 1, sorter->file) != 1 ||
            (length && fwrite(sorter->bytes.data + item->offset, length, 1, sorter->file) != 1))
            return mg_temporary_fail(errno, err);
        sorter->written += (long long)(sizeof lengths + length);
    }
    run.end = sorter->written;
    runs[sorter->run_count++] = run;
    sorter->count = 0;
    mg_buf_clear(&sorter->bytes);
    return MG_OK;
}

enum mg_code mg_sorter_add(struct mg_sorter *sorter, const void *key, size_t key_length, const void *value,
                           size_t value_length, struct mg_error *err)
{
    if (key_length > UINT32_MAX || value_length > UINT32_MAX)
        return mg_fail_memory(err);
    size_t used = sorter->bytes.length + sorter->count * sizeof *sorter->items;
    if (sorter->count && used + key_length + value_length + sizeof *sorter->items > sorter->max_memory) {
        enum mg_code code = spill(sorter, err);
        if (code)
            return code;
    }
    if (!mg_grow(sorter->items, sorter->count, &sorter->capacity))
        return mg_fail_memory(err);
    struct item item = {prefix_of(key, key_length), sorter->bytes.length, (uint32_t)key_length,
                        (uint32_t)value_length};
    mg_buf_add(&sorter->bytes, key, key_length);
    mg_buf_add(&sorter->bytes, value, value_length);
    enum mg_code code = mg_buf_check(&sorter->bytes, err);
    if (code == MG_OK)
        sorter->items[sorter->count++] = item;
    return code;
}

/* At least `need` bytes of the window from run->at on, as far as the run goes. */
static enum mg_code fill(struct mg_sorter *sorter, struct run *run, size_t need, struct mg_error *err)
{
    size_t have = run->window.length - run->at;
    if (have >= need)
        return MG_OK;
    if (have)
        memmove(run->window.data, run->window.data + run->at, have);
    run->window.length = have;
    run->at = 0;
    size_t want = need - have > READ_SIZE ? need - have : READ_SIZE;
    if ((long long)want > run->end - run->position)
        want = (size_t)(run->end - run->position);
    if (!mg_buf_reserve(&run->window, want))
        return mg_fail_memory(err);
    if (fseeko(sorter->file, run->position, SEEK_SET) ||
        (want && fread(run->window.data + have, want, 1, sorter->file) != 1))
        return mg_temporary_fail(errno, err);
    run->window.length += want;
    run->position += (long long)want;
    return MG_OK;
}

static enum mg_code advance(struct mg_sorter *sorter, struct run *run, struct mg_error *err)
{
    if (run->at == run->window.length && run->position == run->end) {
        run->done = true;
        return MG_OK;
    }
    uint32_t lengths[2];
    enum mg_code code = fill(sorter, run, sizeof lengths, err);
    if (code)
        return code;
    memcpy(lengths, run->window.data + run->at, sizeof lengths);
    size_t length = sizeof lengths + lengths[0] + lengths[1];
    code = fill(sorter, run, length, err);
    if (code)
        return code;
    const char *key = run->window.data + run->at + sizeof lengths;
    run->pair = (struct mg_sorted){key, key + lengths[0], lengths[0], lengths[1]};
    run->at += length;
    return MG_OK;
}

static bool before(const struct mg_sorter *sorter, size_t a, size_t b)
{
    const struct mg_sorted *left = &sorter->runs[a].pair, *right = &sorter->runs[b].pair;
    int order = compare_bytes(left->key, left->key_length, right->key, right->key_length);
    if (!order)
        order = compare_bytes(left->value, left->value_length, right->value, right->value_length);
    return order < 0;
}

static void sift_down(struct mg_sorter *sorter, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= sorter->heap_count)
            return;
        if (child + 1 < sorter->heap_count && before(sorter, sorter->heap[child + 1], sorter->heap[child]))
            child++;
        if (!before(sorter, sorter->heap[child], sorter->heap[at]))
            return;
        size_t other = sorter->heap[at];
        sorter->heap[at] = sorter->heap[child];
        sorter->heap[child] = other;
        at = child;
    }
}

static enum mg_code start_taking(struct mg_sorter *sorter, struct mg_error *err)
{
    sorter->taking = true;
    if (!sorter->file) {
        sort_items(sorter);
        return MG_OK;
    }
    enum mg_code code = sorter->count ? spill(sorter, err) : MG_OK;
    if (code)
        return code;
    if (fflush(sorter->file))
        return mg_temporary_fail(errno, err);
    mg_buf_finish(&sorter->bytes);
    sorter->heap = mg_calloc(sorter->run_count, sizeof *sorter->heap);
    if (!sorter->heap)
        return mg_fail_memory(err);
    for (size_t i = 0; i < sorter->run_count; i++) {
        code = advance(sorter, &sorter->runs[i], err);
        if (code)
            return code;
        sorter->heap[sorter->heap_count++] = i; /* a run is never empty */
    }
    for (size_t i = sorter->heap_count / 2; i-- > 0;)
        sift_down(sorter, i);
    return MG_OK;
}

/* The pair taken last is the heap's first: its run moves on before the next one is looked at. */
static enum mg_code take_merged(struct mg_sorter *sorter, struct mg_sorted *ret_pair, bool *ret_more,
                                struct mg_error *err)
{
    if (sorter->next++) {
        struct run *run = &sorter->runs[sorter->heap[0]];
        enum mg_code code = advance(sorter, run, err);
        if (code)
            return code;
        if (run->done)
            sorter->heap[0] = sorter->heap[--sorter->heap_count];
        sift_down(sorter, 0);
    }
    *ret_more = sorter->heap_count > 0;
    if (sorter->heap_count)
        *ret_pair = sorter->runs[sorter->heap[0]].pair;
    return MG_OK;
}

enum mg_code mg_sorter_next(struct mg_sorter *sorter, struct mg_sorted *ret_pair, bool *ret_more,
                            struct mg_error *err)
{
    if (!sorter->taking) {
        enum mg_code code = start_taking(sorter, err);
        if (code)
            return code;
    }
    if (sorter->file) {
        if (!sorter->heap_count) {
            *ret_more = false;
            return MG_OK;
        }
        return take_merged(sorter, ret_pair, ret_more, err);
    }
    *ret_more = sorter->next < sorter->count;
    if (*ret_more) {
        const struct item *item = &sorter->items[sorter->next++];
        const char *key = sorter->bytes.data + item->offset;
        *ret_pair = (struct mg_sorted){key, key + item->key_length, item->key_length, item->value_length};
    }
    return MG_OK;
}
