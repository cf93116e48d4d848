/* outfile.h - an output file that is there whole or not at all.
 *
 * Written beside its place under a temporary name (.maillage-PID-N.part), fsynced, renamed on commit;
 * destroying it before leaves nothing behind. path NULL or "-" is standard output (no temporary; commit
 * has nothing to do). What is there and is no regular file (a pipe, /dev/null, /dev/fd/63) is written
 * directly. A symbolic link stays, its target is replaced, or made where it is not there yet. A new file has
 * the mode that the umask gives it, or, when it is restricted, 0600; one that is there keeps its mode, its
 * group and its access list. A path that is a directory, or whose directory is not there, or a file that may
 * not be written, is MG_ERR_IO before anything is written.
 */
#ifndef MG_IO_OUTFILE_H
#define MG_IO_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/error.h"

struct mg_outfile;

enum mg_code mg_outfile_open(const char *path, bool restricted, struct mg_outfile **ret_file,
                             struct mg_error *err);
int mg_outfile_fd(const struct mg_outfile *file);

/* The name to unlink if the process must end at once (in a signal handler); NULL when there is none. */
const char *mg_outfile_temporary(const struct mg_outfile *file);

enum mg_code mg_outfile_commit(struct mg_outfile *file, struct mg_error *err);
void mg_outfile_destroy(struct mg_outfile *file);

/* The whole of data to fd, however short the writes; MG_ERR_CLOSED for EPIPE, else MG_ERR_IO. */
enum mg_code mg_write_all(int fd, const void *data, size_t length, struct mg_error *err);

#endif
