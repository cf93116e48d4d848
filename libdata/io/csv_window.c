#include "libdata/io/csv_window.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"

enum { SMALLEST = 16, RAW_BLOCK = 8192 };

enum mg_code mg_csv_window_init(struct mg_csv_window *window, struct mg_source *source, size_t size,
                                struct mg_error *err)
{
    size_t length, capacity = size < SMALLEST ? SMALLEST : size;
    const char *head = mg_source_head(source, &length);
    char *bytes = mg_malloc(capacity + MG_CSV_PADDING);
    if (!bytes)
        return mg_fail_memory(err);
    *window = (struct mg_csv_window){
        .source = source, .bytes = bytes, .capacity = capacity, .utf16 = {mg_utf16_of(head, length)}};
    return MG_OK;
}

void mg_csv_window_finish(struct mg_csv_window *window)
{
    mg_source_destroy(window->source);
    free(window->bytes);
}

static int64_t units_between(const struct mg_csv_window *window, int64_t from, int64_t to)
{
    int64_t units = 0;
    for (int64_t at = from; at < to; at++) {
        unsigned char byte = (unsigned char)window->bytes[at - window->offset];
        units += (byte & 0xC0) != 0x80; /* not in the middle of a character */
        units += byte >= 0xF0;          /* one of four bytes is two units */
    }
    return units;
}

/* UTF-16: count what was read since the last time, before it goes, or take back what is to be read again. */
static void count_units(struct mg_csv_window *window)
{
    int64_t at = mg_csv_window_at(window);
    window->units +=
        units_between(window, window->counted_to, at) - units_between(window, at, window->counted_to);
    window->counted_to = at;
}

int64_t mg_csv_window_source_offset(struct mg_csv_window *window)
{
    if (!window->utf16.order)
        return mg_csv_window_at(window);
    count_units(window);
    return 2 * window->units;
}

/* Make room for more after the bytes that are still to be read. */
static enum mg_code make_room(struct mg_csv_window *window, struct mg_error *err)
{
    size_t left = window->end - window->start;
    if (window->utf16.order)
        count_units(window);
    memmove(window->bytes, window->bytes + window->start, left);
    window->offset += (int64_t)window->start;
    window->start = 0;
    window->end = left;
    if (left < window->capacity / 2)
        return MG_OK;
    char *grown = mg_realloc(window->bytes, 2 * window->capacity + MG_CSV_PADDING, 1);
    if (!grown)
        return mg_fail_memory(err);
    window->bytes = grown;
    window->capacity *= 2;
    return MG_OK;
}

/* Is there room for what one read of UTF-16 may become? The padding is room too until it is cleared. */
static enum mg_code read_utf16(struct mg_csv_window *window, struct mg_error *err)
{
    unsigned char block[RAW_BLOCK];
    size_t length = RAW_BLOCK, n = 0, room = window->capacity - window->end + MG_CSV_PADDING;
    while (mg_utf16_room(length) > room)
        length /= 2;
    enum mg_code code = mg_source_read(window->source, block, length, &n, err);
    if (code)
        return code;
    char *to = window->bytes + window->end;
    window->at_end = n == 0;
    window->end += n ? mg_utf16_decode(&window->utf16, block, n, to) : mg_utf16_finish(&window->utf16, to);
    return MG_OK;
}

enum mg_code mg_csv_window_fill(struct mg_csv_window *window, struct mg_error *err)
{
    enum mg_code code = make_room(window, err);
    while (!code && !window->at_end && window->end < window->capacity) {
        if (window->utf16.order) {
            code = read_utf16(window, err);
            continue;
        }
        size_t n = 0;
        code = mg_source_read(window->source, window->bytes + window->end, window->capacity - window->end, &n,
                              err);
        window->at_end = !code && n == 0;
        window->end += n;
    }
    if (code)
        return code;
    if (window->end > window->capacity) { /* UTF-16 went into the padding */
        char *grown = mg_realloc(window->bytes, window->end + MG_CSV_PADDING, 1);
        if (!grown)
            return mg_fail_memory(err);
        window->bytes = grown;
        window->capacity = window->end;
    }
    memset(window->bytes + window->end, 0, MG_CSV_PADDING);
    return MG_OK;
}

enum mg_code mg_csv_window_seek(struct mg_csv_window *window, int64_t offset, struct mg_error *err)
{
    if (offset < window->offset) {
        enum mg_code code = mg_source_rewind(window->source, err);
        if (code)
            return code;
        window->start = window->end = 0;
        window->offset = window->counted_to = window->units = 0;
        window->at_end = false;
        window->utf16 = (struct mg_utf16){window->utf16.order, false, 0, 0};
    }
    while (!window->at_end && window->offset + (int64_t)window->end < offset) {
        window->start = window->end;
        enum mg_code code = mg_csv_window_fill(window, err);
        if (code)
            return code;
    }
    window->start = (size_t)(offset - window->offset);
    if (window->utf16.order)
        count_units(window);
    return MG_OK;
}
