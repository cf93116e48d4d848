#include "libdata/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/text.h"

static void set_message(struct mg_error *err, const char *format, va_list args)
{
    char plain[sizeof err->message];
    vsnprintf(plain, sizeof plain, format, args);
    mg_text_visible(plain, strlen(plain), err->message, sizeof err->message);
}

static void start(struct mg_error *err, enum mg_code code, int os_errno)
{
    *err = (struct mg_error){.code = code, .os_errno = os_errno};
}

enum mg_code mg_fail(struct mg_error *err, enum mg_code code, const char *format, ...)
{
    if (!err)
        return code;
    va_list args;
    start(err, code, 0);
    va_start(args, format);
    set_message(err, format, args);
    va_end(args);
    return code;
}

enum mg_code mg_fail_errno(struct mg_error *err, int os_errno, const char *format, ...)
{
    if (!err)
        return MG_ERR_IO;
    va_list args;
    start(err, MG_ERR_IO, os_errno);
    va_start(args, format);
    set_message(err, format, args);
    va_end(args);
    size_t used = strlen(err->message);
    char buffer[128];
    snprintf(err->message + used, sizeof err->message - used, ": %s",
             strerror_r(os_errno, buffer, sizeof buffer));
    return MG_ERR_IO;
}

enum mg_code mg_fail_memory(struct mg_error *err)
{
    return mg_fail(err, MG_ERR_MEMORY, "%s", _("not enough memory"));
}

void mg_error_at(struct mg_error *err, int64_t line, int64_t record, int64_t column, const char *field)
{
    if (!err)
        return;
    err->line = line;
    err->record = record;
    err->column = column;
    if (field)
        mg_text_visible(field, strlen(field), err->field, sizeof err->field);
}

void mg_error_hint(struct mg_error *err, const char *format, ...)
{
    if (!err)
        return;
    char plain[sizeof err->hint];
    va_list args;
    va_start(args, format);
    vsnprintf(plain, sizeof plain, format, args);
    va_end(args);
    mg_text_visible(plain, strlen(plain), err->hint, sizeof err->hint);
}

int mg_exit_status(enum mg_code code)
{
    switch (code) {
    case MG_OK:
    case MG_ERR_CLOSED:
        return 0;
    case MG_ERR_USAGE:
        return 2;
    case MG_ERR_INPUT:
        return 3;
    case MG_ERR_BUSY:
        return 5;
    case MG_ERR_DB:
    case MG_ERR_IO:
    case MG_ERR_MEMORY:
        break;
    }
    return 4;
}
