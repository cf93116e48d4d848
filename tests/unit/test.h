/* test.h - what every unit test starts with. */
#ifndef MG_TESTS_UNIT_TEST_H
#define MG_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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
