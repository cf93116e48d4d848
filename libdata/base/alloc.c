#include "libdata/base/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE         ((size_t)4096)
#define WORTH_ASKING ((size_t)4 << 20) /* two huge pages */

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

/* Arrays of millions of entries are filled once and then read here and there: in pages of 4 KiB the kernel's
 * work of handing them out costs more than what is done with them. A wish; it is no matter if it is refused.
 * Whole pages, the first and the last too: a mapping of which only the middle is marked is three for the
 * kernel, and realloc could not have it moved but would copy it.
 */
static void *in_huge_pages(void *memory, size_t size)
{
    if (memory && size >= WORTH_ASKING) {
        uintptr_t from = (uintptr_t)memory / PAGE * PAGE,
                  to = ((uintptr_t)memory + size + PAGE - 1) / PAGE * PAGE;
        madvise((void *)from, to - from, MADV_HUGEPAGE);
    }
    return memory;
}

void *mg_malloc(size_t size)
{
    return must_fail() ? NULL : in_huge_pages(malloc(size ? size : 1), size);
}

void *mg_calloc(size_t count, size_t size)
{
    if (must_fail())
        return NULL;
    return in_huge_pages(calloc(count ? count : 1, size ? size : 1), count * size);
}

void *mg_realloc(void *old, size_t count, size_t size)
{
    size_t bytes;
    if (must_fail() || __builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return in_huge_pages(realloc(old, bytes ? bytes : 1), bytes);
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

/* The caller's pointer is of another type: its bytes are copied. */
bool mg_grow_array(void *pointer, size_t *capacity, size_t size)
{
    size_t larger = *capacity ? *capacity * 2 : 16;
    void *array;

    memcpy(&array, pointer, sizeof array);
    array = mg_realloc(array, larger, size);
    if (!array)
        return false;
    memcpy(pointer, &array, sizeof array);
    *capacity = larger;
    return true;
}
