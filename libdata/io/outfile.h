/* outfile.h - an output file that is there whole or not at all.
 *
 * Written beside its place under a temporary name, fsynced, renamed on commit; destroying it before
 * leaves nothing behind. path NULL or "-" is standard output (no temporary; commit only flushes). The
 * mode is that of a new file under the umask; a file that is there keeps its mode.
 * A path that is a directory, or whose directory is not there, is MG_ERR_IO before anything is written.
 */
#ifndef MG_IO_OUTFILE_H
#define MG_IO_OUTFILE_H

#include "libdata/base/error.h"

struct mg_outfile;

enum mg_code mg_outfile_open(const char *path, struct mg_outfile **ret_file, struct mg_error *err);
int mg_outfile_fd(const struct mg_outfile *file);
enum mg_code mg_outfile_commit(struct mg_outfile *file, struct mg_error *err);
void mg_outfile_destroy(struct mg_outfile *file);

/* The whole of data to fd; MG_ERR_CLOSED for EPIPE, else MG_ERR_IO. */
enum mg_code mg_write_all(int fd, const void *data, size_t length, struct mg_error *err);

#endif
