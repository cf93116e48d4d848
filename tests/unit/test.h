/* test.h - what every unit test starts with. */
#ifndef MG_TESTS_UNIT_TEST_H
#define MG_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "libdata/base/error.h"

/* From one turn of a long loop to the next (an allocation that fails, a seed): 1, or more where a run is slow
 * (valgrind; see tests/meson.build). */
static inline long slow_step(void)
{
    const char *step = getenv("MG_TEST_STEP");
    return step ? strtol(step, NULL, 10) : 1;
}

/* So many of a large number of turns or rows; a tenth of them where a run is slow. */
static inline int slow_count(int count)
{
    return slow_step() > 1 ? count / 10 : count;
}

/* What is only large: small inputs go the same ways. */
#define skip_where_slow(what)                                                                                \
    do {                                                                                                     \
        if (slow_step() > 1) {                                                                               \
            print_message("%s: not where a run is slow\n", what);                                            \
            skip();                                                                                          \
        }                                                                                                    \
    } while (0)

/* An empty maillage file, as one that is opened with MG_DB_CREATE is made: to make its tables takes the most
 * time of a small test, so the build makes one (empty.c), and here it is copied. Without it, the tests make
 * their own. */
static inline void put_empty_file(const char *path)
{
    const char *made = getenv("MG_TEST_EMPTY");
    FILE *from = made ? fopen(made, "rb") : NULL, *to = from ? fopen(path, "wb") : NULL;
    char bytes[65536];
    for (size_t n; to && (n = fread(bytes, 1, sizeof bytes, from)) > 0;)
        fwrite(bytes, 1, n, to);
    if (to)
        fclose(to);
    if (from)
        fclose(from);
}

/* The call must succeed; what it said otherwise is shown. */
#define must(call)                                                                                           \
    do {                                                                                                     \
        struct mg_error err = {0};                                                                           \
        if ((call) != MG_OK)                                                                                 \
            fail_msg("%s: %s (line %lld)", #call, err.message, (long long)err.line);                         \
    } while (0)

/* The call must fail with this code and a message that contains this text. */
#define must_fail(call, expected_code, text)                                                                 \
    do {                                                                                                     \
        struct mg_error err = {0};                                                                           \
        assert_int_equal(call, expected_code);                                                               \
        assert_int_equal(err.code, expected_code);                                                           \
        if (!strstr(err.message, text))                                                                      \
            fail_msg("%s: said \"%s\", not \"%s\"", #call, err.message, text);                               \
    } while (0)

#endif
