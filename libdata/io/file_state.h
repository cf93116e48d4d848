/* file_state.h - is a file still the one that was opened? By device, inode, size and the times of its content
 * and of its inode: whoever writes into it while it is read, or puts another in its place, changes one of
 * them.
 */
#ifndef MG_IO_FILE_STATE_H
#define MG_IO_FILE_STATE_H

#include <stdbool.h>
#include <sys/stat.h>

struct mg_file_state {
    bool known; /* false: not a regular file, which is always the same */
    struct stat status;
};

/* What fstat or stat said. */
struct mg_file_state mg_file_state(const struct stat *status);
bool mg_file_state_same(const struct mg_file_state *before, const struct stat *now);

#endif
