/* The sorter: the order of keys whatever the order of adding, in memory and through the temporary file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/io/sorter.h"
#include "tests/unit/test.h"

static uint64_t seed = 20260314;

static uint32_t draw(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((seed >> 33) % below);
}

/* Everything taken, one pair a line. */
static void take_all(struct mg_sorter *sorter, struct mg_buf *text)
{
    bool more = true;
    while (more) {
        struct mg_sorted pair;
        must(mg_sorter_next(sorter, &pair, &more, &err));
        if (more)
            mg_buf_printf(text, "%.*s=%.*s\n", (int)pair.key_length, pair.key, (int)pair.value_length,
                          pair.value);
    }
}

static void few_pairs_come_back_in_order(void **state)
{
    (void)state;
    static const char *pairs[][2] = {{"b", "2"},         {"a", "9"},         {"", "x"},
                                     {"aa", ""},         {"b", "1"},         {"\xc3\xa9", "e"},
                                     {"abcdefghZ", "1"}, {"abcdefghA", "2"}, {"b", "2"}};
    struct mg_sorter *sorter = NULL;
    must(mg_sorter_create(0, &sorter, &err));
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        must(mg_sorter_add(sorter, pairs[i][0], strlen(pairs[i][0]), pairs[i][1], strlen(pairs[i][1]), &err));
    struct mg_buf text = {0};
    take_all(sorter, &text);
    assert_string_equal(text.data, "=x\na=9\naa=\nabcdefghA=2\nabcdefghZ=1\nb=1\nb=2\nb=2\n\xc3\xa9=e\n");
    mg_buf_finish(&text);
    mg_sorter_destroy(sorter);
}

static void nothing_added_is_nothing_taken(void **state)
{
    (void)state;
    struct mg_sorter *sorter = NULL;
    must(mg_sorter_create(0, &sorter, &err));
    bool more = true;
    struct mg_sorted pair;
    must(mg_sorter_next(sorter, &pair, &more, &err));
    assert_false(more);
    must(mg_sorter_next(sorter, &pair, &more, &err));
    assert_false(more);
    mg_sorter_destroy(sorter);
    mg_sorter_destroy(NULL);
}

static void spilled_runs_merge_to_the_same_order(void **state)
{
    (void)state;
    print_message("seed %llu\n", (unsigned long long)seed);
    struct mg_buf texts[2] = {{0}, {0}};
    for (int small = 0; small < 2; small++) {
        struct mg_sorter *sorter = NULL;
        must(mg_sorter_create(small ? 4096 : 0, &sorter, &err));
        seed = 20260314;
        for (int i = 0; i < 5000; i++) {
            char key[32], value[32];
            int key_length = snprintf(key, sizeof key, "%.*u", (int)draw(12), draw(1000));
            int value_length = snprintf(value, sizeof value, "v%u", draw(50));
            must(mg_sorter_add(sorter, key, (size_t)key_length, value, (size_t)value_length, &err));
        }
        static char wide[200000]; /* a pair far larger than the memory and than the reading window */
        memset(wide, 'w', sizeof wide);
        must(mg_sorter_add(sorter, "5", 1, wide, sizeof wide, &err));
        must(mg_sorter_add(sorter, "4", 1, "after", 5, &err));
        take_all(sorter, &texts[small]);
        mg_sorter_destroy(sorter);
    }
    assert_int_equal(texts[0].length, texts[1].length);
    assert_memory_equal(texts[0].data, texts[1].data, texts[0].length);
    mg_buf_finish(&texts[0]);
    mg_buf_finish(&texts[1]);
}

static enum mg_code sort_some(struct mg_error *err)
{
    struct mg_sorter *sorter = NULL;
    enum mg_code code = mg_sorter_create(2048, &sorter, err);
    for (int i = 0; !code && i < 300; i++)
        code = mg_sorter_add(sorter, &"zyxwvutsrq"[i % 10], 1, "value", 5, err);
    bool more = true;
    while (!code && more) {
        struct mg_sorted pair;
        code = mg_sorter_next(sorter, &pair, &more, err);
    }
    mg_sorter_destroy(sorter);
    return code;
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    int failures = 0;
    for (long n = 0;; n++) {
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = sort_some(&err);
        if (mg_alloc_fail_after(-1) >= 0) { /* it never came to the n-th */
            assert_int_equal(code, MG_OK);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        failures++;
    }
    assert_true(failures > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_pairs_come_back_in_order),
        cmocka_unit_test(nothing_added_is_nothing_taken),
        cmocka_unit_test(spilled_runs_merge_to_the_same_order),
        cmocka_unit_test(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
