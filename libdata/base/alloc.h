/* alloc.h - memory for this library: the C allocator behind one door, so that a test can make any
 * allocation fail. NULL on failure; freed with free(). Sizes are checked for overflow.
 */
#ifndef MG_BASE_ALLOC_H
#define MG_BASE_ALLOC_H

#include <stddef.h>
#include <stdlib.h>

void *mg_malloc(size_t size) __attribute__((malloc));
void *mg_calloc(size_t count, size_t size) __attribute__((malloc));
void *mg_realloc(void *old, size_t count, size_t size); /* count * size bytes */
char *mg_strdup(const char *text);
char *mg_strndup(const char *text, size_t length);

/* For tests: the n-th allocation from now (0 is the next) fails, once. Negative: none does. Returns how
 * many were still to go before, so that a test knows when it has passed the last. Not thread-safe. */
long mg_alloc_fail_after(long n);

#endif
