#include "libdata/io/file_state.h"

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

struct mg_file_state mg_file_state(const struct stat *status)
{
    return (struct mg_file_state){.known = S_ISREG(status->st_mode), .status = *status};
}

bool mg_file_state_same(const struct mg_file_state *before, const struct stat *now)
{
    const struct stat *then = &before->status;
    return !before->known ||
           (then->st_dev == now->st_dev && then->st_ino == now->st_ino && then->st_size == now->st_size &&
            same_time(&then->st_mtim, &now->st_mtim) && same_time(&then->st_ctim, &now->st_ctim));
}
