/* files.h - small files for tests, in a directory of their own that is emptied at the end. */
#ifndef MG_TESTS_UNIT_FILES_H
#define MG_TESTS_UNIT_FILES_H

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

static char files_dir[64];

__attribute__((unused)) static int files_setup(void **state)
{
    (void)state;
    strcpy(files_dir, "/tmp/maillage-test-XXXXXX");
    return mkdtemp(files_dir) ? 0 : -1;
}

__attribute__((unused)) static int files_teardown(void **state)
{
    (void)state;
    DIR *dir = opendir(files_dir);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    return rmdir(files_dir);
}

/* The path of a new file of this name with these bytes; good until the next call but three. */
__attribute__((unused)) static const char *file_of(const char *name, const void *bytes, size_t length)
{
    static char paths[4][256];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", files_dir, name);
    unlink(path); /* truncating makes some file systems wait for the disk */
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* A file of the real data, which stands beside the project and not in it; skips the test where it is absent.
 */
__attribute__((unused)) static const char *shared_file(const char *name)
{
    static char path[1024];
    const char *root = getenv("MG_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/../shared/data/%s", root ? root : ".", name);
    if (access(path, R_OK) < 0) {
        print_message("%s is not here\n", path);
        skip();
    }
    return path;
}

#endif
