#include "libdata/base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "libdata/base/alloc.h"
#include "libdata/base/num.h"

bool mg_buf_reserve(struct mg_buf *buf, size_t more)
{
    if (buf->failed)
        return false;
    if (buf->capacity - buf->length > more)
        return true;
    size_t needed;
    if (__builtin_add_overflow(buf->length, more, &needed) || needed > SIZE_MAX / 2) {
        buf->failed = true;
        return false;
    }
    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity <= needed)
        capacity += capacity / 2 + 64;
    char *grown = mg_realloc(buf->data, capacity, 1);
    if (!grown) {
        buf->failed = true;
        return false;
    }
    buf->data = grown;
    buf->capacity = capacity;
    buf->data[buf->length] = '\0';
    return true;
}

void mg_buf_add_slow(struct mg_buf *buf, const void *data, size_t length)
{
    if (!mg_buf_reserve(buf, length))
        return;
    if (length)
        memcpy(buf->data + buf->length, data, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void mg_buf_printf(struct mg_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) {
        buf->failed = true;
    } else if (mg_buf_reserve(buf, (size_t)length)) {
        vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

void mg_buf_add_i64(struct mg_buf *buf, int64_t value)
{
    char text[MG_NUM_SIZE];
    mg_buf_add(buf, text, mg_num_format_i64(value, text));
}

void mg_buf_add_f64(struct mg_buf *buf, double value)
{
    char text[MG_NUM_SIZE];
    mg_buf_add(buf, text, mg_num_format_f64(value, text));
}

void mg_buf_clear(struct mg_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->data)
        buf->data[0] = '\0';
}

void mg_buf_finish(struct mg_buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    *buf = (struct mg_buf){0};
}

char *mg_buf_steal(struct mg_buf *buf)
{
    char *data = buf->failed ? NULL : buf->data ? buf->data : mg_strdup("");
    if (!data)
        free(buf->data);
    *buf = (struct mg_buf){0};
    return data;
}
