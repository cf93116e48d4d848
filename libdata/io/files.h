/* files.h - the files of one run: what it writes is never what it reads, nor written twice.
 *
 * Each file is declared by the name under which it was given; mg_files_check then compares where they lead,
 * by device and inode where they are there, by directory and name where they are yet to be made, so that
 * links and other spellings of a path do not matter. With a file go those that are read or written with it: a
 * maillage file's journals, the other files of a shapefile, the archive of a member. Only regular files are
 * compared: a terminal, a pipe or /dev/null may be many things at once.
 */
#ifndef MG_IO_FILES_H
#define MG_IO_FILES_H

#include "libdata/base/cleanup.h"
#include "libdata/base/error.h"

struct mg_files;

enum mg_file_use {
    MG_FILE_READ,
    MG_FILE_WRITTEN,
    MG_FILE_DATABASE, /* read and written: it is no source and no output; its journals go with it */
};

enum mg_code mg_files_create(struct mg_files **ret_files, struct mg_error *err);
void mg_files_destroy(struct mg_files *files);
MG_DEFINE_CLEANUP(struct mg_files, mg_files_destroy)

/* what: the option that names it, for the message ("--db"); NULL: the name alone says it. Copied. */
enum mg_code mg_files_add(struct mg_files *files, enum mg_file_use use, const char *what, const char *path,
                          struct mg_error *err);
/* What is open already, such as standard input; borrowed. Messages (2) may go where records (1) go. */
enum mg_code mg_files_add_fd(struct mg_files *files, enum mg_file_use use, const char *what, int fd,
                             struct mg_error *err);

/* MG_ERR_USAGE, naming both, when two of them are the same file that is not only read. May be asked again. */
enum mg_code mg_files_check(struct mg_files *files, struct mg_error *err);
/* The same for one descriptor against all others. */
enum mg_code mg_files_check_fd(struct mg_files *files, int fd, struct mg_error *err);

#endif
