#include "libdata/io/target.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 }; /* as the kernel has it */

/* What is there: its own name, unless it has none any more (/dev/fd/3 of a file that was removed). */
static bool find_existing(const char *path, const struct stat *there, char target[PATH_MAX])
{
    struct stat named;
    return realpath(path, target) && stat(target, &named) == 0 && named.st_dev == there->st_dev &&
           named.st_ino == there->st_ino;
}

/* The link at target gives way to where it leads: from the root, or from its own directory. */
static bool follow(char target[PATH_MAX])
{
    char leads[PATH_MAX], *slash = strrchr(target, '/');
    ssize_t length = readlink(target, leads, sizeof leads - 1);
    if (length <= 0)
        return false;
    leads[length] = '\0';
    size_t directory = *leads == '/' || !slash ? 0 : (size_t)(slash - target) + 1;
    if (directory + (size_t)length >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(target + directory, leads, (size_t)length + 1);
    return true;
}

bool mg_target_find(const char *path, char ret_target[PATH_MAX])
{
    struct stat st;
    if (stat(path, &st) == 0 && find_existing(path, &st, ret_target))
        return true;
    if (snprintf(ret_target, PATH_MAX, "%s", path) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (stat(path, &st) == 0)
        return true;
    for (int links = 0; links < MOST_LINKS; links++) {
        if (lstat(ret_target, &st) != 0)
            return errno == ENOENT;
        if (!S_ISLNK(st.st_mode))
            return true;
        if (!follow(ret_target))
            return false;
    }
    errno = ELOOP;
    return false;
}
