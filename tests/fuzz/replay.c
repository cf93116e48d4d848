/* Gives every file of a folder to a fuzz target: its corpus as an ordinary test. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

static char path[4096]; /* of the input that is tried */

/* Which one it was; the process ends after it. */
static void tell(int signal)
{
    (void)signal;
    if (write(STDERR_FILENO, path, strlen(path)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
        return;
}

/* 0: not a regular file */
static int replay(const char *folder, const char *name)
{
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc((size_t)st.st_size + 1);
    if (!file || !bytes || fread(bytes, 1, (size_t)st.st_size, file) != (size_t)st.st_size) {
        perror(path);
        exit(1);
    }
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, (size_t)st.st_size);
    free(bytes);
    return 1;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: replay CORPUS\n");
        return 1;
    }
    signal(SIGABRT, tell);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += replay(argv[1], entry->d_name);
    closedir(folder);
    printf("%d inputs\n", count);
    return count == 0;
}
