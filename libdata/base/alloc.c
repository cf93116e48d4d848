#include "libdata/base/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static long fail_after = -1;

long mg_alloc_fail_after(long n)
{
    long left = fail_after;
    fail_after = n;
    return left;
}

static bool must_fail(void)
{
    if (__builtin_expect(fail_after < 0, 1))
        return false;
    return fail_after-- == 0;
}

void *mg_malloc(size_t size)
{
    return must_fail() ? NULL : malloc(size ? size : 1);
}

void *mg_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *mg_realloc(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (must_fail() || __builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return realloc(old, bytes ? bytes : 1);
}

char *mg_strndup(const char *text, size_t length)
{
    char *copy = mg_malloc(length + 1);
    if (copy) {
        memcpy(copy, text, length);
        copy[length] = '\0';
    }
    return copy;
}

char *mg_strdup(const char *text)
{
    return mg_strndup(text, strlen(text));
}
