/* buf.h - a growable run of bytes, always followed by a NUL that is not counted.
 *
 * Failure sticks: after an append that found no memory every further append does nothing, and
 * mg_buf_check says so; so a writer appends freely and checks once. Start with {0}; the owner calls
 * mg_buf_finish. data may be NULL while length is 0.
 */
#ifndef MG_BASE_BUF_H
#define MG_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libdata/base/error.h"

struct mg_buf {
    char *data;
    size_t length, capacity;
    bool failed;
};

bool mg_buf_reserve(struct mg_buf *buf, size_t more); /* room for more bytes and the NUL */
void mg_buf_add_slow(struct mg_buf *buf, const void *data, size_t length);
void mg_buf_printf(struct mg_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void mg_buf_add_i64(struct mg_buf *buf, int64_t value);
void mg_buf_add_f64(struct mg_buf *buf, double value); /* shortest exact, see num.h; finite only */
void mg_buf_clear(struct mg_buf *buf);                 /* empty, memory kept, failure forgotten */
void mg_buf_finish(struct mg_buf *buf);
char *mg_buf_steal(struct mg_buf *buf); /* the caller's string, "" when empty; NULL if an append had failed */

static inline enum mg_code mg_buf_check(const struct mg_buf *buf, struct mg_error *err)
{
    return buf->failed ? mg_fail_memory(err) : MG_OK;
}

static inline void mg_buf_add(struct mg_buf *buf, const void *data, size_t length)
{
    if (__builtin_expect(buf->capacity - buf->length > length && !buf->failed, 1)) {
        memcpy(buf->data + buf->length, data, length);
        buf->length += length;
        buf->data[buf->length] = '\0';
    } else {
        mg_buf_add_slow(buf, data, length);
    }
}

static inline void mg_buf_add_char(struct mg_buf *buf, char c)
{
    mg_buf_add(buf, &c, 1);
}

static inline void mg_buf_add_str(struct mg_buf *buf, const char *text)
{
    mg_buf_add(buf, text, strlen(text));
}

#endif
