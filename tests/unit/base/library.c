/* A library that is there, one that is not, and one that lacks a function. */
#include "libdata/base/library.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "tests/unit/test.h"

static struct functions {
    MG_LIBRARY_POINTER(cos)
    MG_LIBRARY_POINTER(hypot)
} functions;

static const char *const both[] = {"cos", "hypot", NULL};

static void *load(void *library)
{
    return mg_library_load(library, NULL) == MG_OK && functions.cos && functions.hypot ? library : NULL;
}

static void a_library_is_loaded_once(void **state)
{
    (void)state;
    struct mg_library library = {"Maths", "libm.so.6", "libc6", both, &functions, false};
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, load, &library), 0);
    for (int i = 0; i < 4; i++) {
        void *loaded = NULL;
        pthread_join(threads[i], &loaded);
        assert_ptr_equal(loaded, &library);
    }
    assert_true(functions.cos(0) == 1 && functions.hypot(3, 4) == 5);
    library.file = "libnowhere.so.1";
    must(mg_library_load(&library, &err));
}

static void nothing_is_called_of_a_library_that_is_not_whole(void **state)
{
    (void)state;
    static const char *const lacking[] = {"cos", "no_such_function", NULL};
    struct functions none = {0};
    struct mg_library library = {"Maths", "libnowhere.so.1", "libnowhere-dev", both, &none, false};
    must_fail(mg_library_load(&library, &err), MG_ERR_IO,
              "Maths, which is needed for this, cannot be loaded");
    library.file = "libm.so.6";
    library.names = lacking;
    must_fail(mg_library_load(&library, &err), MG_ERR_IO, "no_such_function");
    assert_null(none.cos);
    assert_null(none.hypot);
    library.names = both;
    must(mg_library_load(&library, &err));
    assert_non_null(none.hypot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_library_is_loaded_once),
        cmocka_unit_test(nothing_is_called_of_a_library_that_is_not_whole),
    };
    return cmocka_run_group_tests_name(MG_TEST_NAME, tests, NULL, NULL);
}
