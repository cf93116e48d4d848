/* alloc.h - memory for this library: the C allocator behind one door, so that a test can make any
 * allocation fail. NULL on failure; freed with free(). Sizes are checked for overflow.
 *
 * Memory that is given back is used again. Arrays of megabytes come and go, and what the kernel does to hand
 * out their pages was a fifth of a long comparison. So maillage sets glibc's tunables for the tool it runs
 * (huge pages, higher thresholds): they are read as a program starts, so a tool cannot set them for itself.
 * Without them nothing changes but time.
 */
#ifndef MG_BASE_ALLOC_H
#define MG_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

void *mg_malloc(size_t size) __attribute__((malloc));
void *mg_calloc(size_t count, size_t size) __attribute__((malloc));
void *mg_realloc(void *old, size_t count, size_t size); /* count * size bytes */
char *mg_strdup(const char *text);
char *mg_strndup(const char *text, size_t length);

/* Room for one more in an array that grows: of its *capacity items count are used. It doubles (16 at first).
 * False: there is no memory, and the array is as it was. */
#define mg_grow(array, count, capacity)                                                                      \
    ((count) < *(capacity) || mg_grow_array(&(array), capacity, sizeof *(array)))
bool mg_grow_array(void *pointer, size_t *capacity, size_t size);

/* For tests: the n-th allocation from now (0 is the next) fails, once. Negative: none does. Returns how
 * many were still to go before, so that a test knows when it has passed the last. Not thread-safe. */
long mg_alloc_fail_after(long n);

#endif
