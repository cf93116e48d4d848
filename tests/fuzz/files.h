/* files.h - the bytes of a fuzz target as files with names, for readers that want a path.
 *
 * They are in a folder of the process's own, in memory where the system has room for files there, and gone
 * when the process ends. A file of the same name is written over.
 */
#ifndef MG_TESTS_FUZZ_FILES_H
#define MG_TESTS_FUZZ_FILES_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char fuzz_folder[64];

static inline void fuzz_folder_clear(void)
{
    char path[sizeof fuzz_folder + 256];
    DIR *folder = opendir(fuzz_folder);
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", fuzz_folder, entry->d_name);
        unlink(path);
    }
    if (folder)
        closedir(folder);
}

static inline void fuzz_folder_remove(void)
{
    fuzz_folder_clear();
    rmdir(fuzz_folder);
}

/* Its path, good until the next call. */
static inline const char *fuzz_path(const char *name)
{
    static char path[sizeof fuzz_folder + 64];
    if (!fuzz_folder[0]) {
        snprintf(fuzz_folder, sizeof fuzz_folder, "%s/maillage-fuzz-XXXXXX",
                 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : P_tmpdir);
        CHECK(mkdtemp(fuzz_folder) && atexit(fuzz_folder_remove) == 0);
    }
    snprintf(path, sizeof path, "%s/%.48s", fuzz_folder, name);
    return path;
}

static inline const char *fuzz_file(const char *name, const void *bytes, size_t size)
{
    const char *path = fuzz_path(name);
    FILE *file = fopen(path, "wb");
    CHECK(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    return path;
}

#endif
