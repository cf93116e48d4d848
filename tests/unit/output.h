/* output.h - for tests of what writes to a descriptor: a file in memory, and its text. */
#ifndef MG_TESTS_UNIT_OUTPUT_H
#define MG_TESTS_UNIT_OUTPUT_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static inline int memory_file(const char *text, size_t length)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), length);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* All of the file, as a string that the caller frees; the descriptor is closed. */
static inline char *take_text(int fd)
{
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    char *text = calloc(1, (size_t)st.st_size + 1);
    assert_non_null(text);
    assert_int_equal(pread(fd, text, (size_t)st.st_size, 0), st.st_size);
    close(fd);
    return text;
}

#define assert_text_taken(fd, expected)                                                                      \
    do {                                                                                                     \
        char *taken = take_text(fd);                                                                         \
        assert_string_equal(taken, expected);                                                                \
        free(taken);                                                                                         \
    } while (0)

#endif
