/* sorter.h - more lines than fit in memory, back in the order of their keys.
 *
 * Add (key, value) pairs of bytes, then take them in ascending order: by key, then by value, bytewise; so
 * the order of adding never shows. What goes past max_memory is written as sorted runs to an unlinked
 * temporary file and merged. Peak memory is at most twice max_memory, plus 64 KiB a run.
 * Errors: MG_ERR_MEMORY, MG_ERR_IO (the temporary file).
 */
#ifndef MG_IO_SORTER_H
#define MG_IO_SORTER_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/error.h"

struct mg_sorter;

struct mg_sorted {
    const char *key, *value; /* borrowed until the next call; not NUL-terminated */
    size_t key_length, value_length;
};

/* max_memory 0: 128 MiB. */
enum mg_code mg_sorter_create(size_t max_memory, struct mg_sorter **ret_sorter, struct mg_error *err);
enum mg_code mg_sorter_add(struct mg_sorter *sorter, const void *key, size_t key_length, const void *value,
                           size_t value_length, struct mg_error *err);

/* After the last one: nothing can be added once the first was taken. *ret_more false: no more. */
enum mg_code mg_sorter_next(struct mg_sorter *sorter, struct mg_sorted *ret_pair, bool *ret_more,
                            struct mg_error *err);
void mg_sorter_destroy(struct mg_sorter *sorter);
MG_DEFINE_CLEANUP(struct mg_sorter, mg_sorter_destroy)

#endif
