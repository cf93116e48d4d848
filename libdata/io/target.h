/* target.h - where a path leads, through links whose end need not be there. */
#ifndef MG_IO_TARGET_H
#define MG_IO_TARGET_H

#include <limits.h>
#include <stdbool.h>

/* The name under which a file at path is, or would be made: the links that its last part is are followed. The
 * links before it are the kernel's to follow. false: errno says why there can be none. */
bool mg_target_find(const char *path, char ret_target[PATH_MAX]);

#endif
