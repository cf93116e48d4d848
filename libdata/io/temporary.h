/* temporary.h - files that nobody else sees, and that are gone with the process.
 *
 * They have no name, and are in the directory that TMPDIR names; the program says which that is as it starts,
 * since the library reads no environment. All errors are MG_ERR_IO and name the directory.
 */
#ifndef MG_IO_TEMPORARY_H
#define MG_IO_TEMPORARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "libdata/base/error.h"

/* Borrowed for as long as the process runs. NULL or "": /tmp, which it also is before. */
void mg_temporary_choose(const char *directory);
const char *mg_temporary_directory(void);
/* Can files be made there? */
enum mg_code mg_temporary_check(struct mg_error *err);
/* Is next to nothing left of its disk, which is not that of path? */
bool mg_temporary_is_full(const char *path);

/* To be written and read; closed by the caller. */
enum mg_code mg_temporary_file(int *ret_fd, struct mg_error *err);
enum mg_code mg_temporary_stream(FILE **ret_file, struct mg_error *err);
/* The whole of data; of a stream: fwrite, and mg_temporary_fail when it fails. */
enum mg_code mg_temporary_write(int fd, const void *data, size_t length, struct mg_error *err);
enum mg_code mg_temporary_fail(int os_errno, struct mg_error *err);

#endif
