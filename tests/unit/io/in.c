/* Records in. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/in.h"
#include "tests/unit/test.h"

#include "tests/unit/output.h"

MG_DEFINE_CLEANUP(struct mg_in, mg_in_destroy)

/* All records of a text; *ret_count how many came before the end or the failure. */
static enum mg_code read_all(const char *text, size_t length, bool strict, int *ret_count,
                             struct mg_error *err)
{
    int fd = memory_file(text, length);
    MG_CLEANUP(mg_in_destroy_pointer) struct mg_in *in = NULL;
    enum mg_code code = mg_in_create(fd, strict, &in, err);
    json_t *record = NULL;
    *ret_count = 0;
    while (!code) {
        code = mg_in_next(in, &record, err);
        if (!code && !record)
            break;
        *ret_count += !code;
    }
    close(fd);
    return code;
}

static void records_come_one_by_one(void **state)
{
    (void)state;
    static const char text[] = "{\"type\":\"a\",\"x\":1.5,\"i\":7,\"s\":\"Ch\\u00e2lons\",\"z\":null}\n"
                               "\n \t\r\n"
                               "{\"type\":\"b\"}\r\n"
                               "{\"no\":\"type\"}\n"
                               "{\"type\":\"end\",\"records\":3}\n\n";
    int fd = memory_file(text, sizeof text - 1);
    MG_CLEANUP(mg_in_destroy_pointer) struct mg_in *in = NULL;
    must(mg_in_create(fd, true, &in, &err));
    json_t *record = NULL;
    must(mg_in_next(in, &record, &err));
    double x = 0;
    assert_true(mg_in_number(record, "x", &x) && x == 1.5);
    assert_true(mg_in_number(record, "i", &x) && x == 7);
    assert_false(mg_in_number(record, "s", &x) || mg_in_number(record, "z", &x) ||
                 mg_in_number(record, "q", &x));
    assert_true(x == 7);
    assert_string_equal(mg_in_text(record, "s"), "Ch\xC3\xA2lons");
    assert_null(mg_in_text(record, "i"));
    assert_null(mg_in_text(record, "z"));
    assert_null(mg_in_text(record, "q"));
    assert_int_equal(mg_in_line(in), 1);
    must(mg_in_next(in, &record, &err));
    assert_string_equal(mg_in_text(record, "type"), "b");
    assert_int_equal(mg_in_line(in), 4);
    must(mg_in_next(in, &record, &err));
    assert_int_equal(mg_in_line(in), 5);
    must(mg_in_next(in, &record, &err));
    assert_null(record);
    must(mg_in_next(in, &record, &err)); /* and stays so */
    assert_null(record);
    close(fd);
}

static void streams_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool strict;
        int count;
        enum mg_code code;
        int line;
        const char *message;
    } cases[] = {
        {"", false, 0, MG_OK, 0, ""},
        {"", true, 0, MG_ERR_INPUT, 0, "stop after 0 without"},
        {"{\"a\":1}", false, 1, MG_OK, 0, ""},
        {"{\"a\":1}\n{\"a\":2}\n", true, 2, MG_ERR_INPUT, 0, "stop after 2 without"},
        {"{\"type\":\"end\",\"records\":0}", true, 0, MG_OK, 0, ""},
        {"{\"a\":1}\n{\"type\":\"end\",\"records\":2}\n", false, 1, MG_ERR_INPUT, 2, "1 records came"},
        {"{\"a\":1}\n{\"type\":\"end\"}\n", false, 1, MG_ERR_INPUT, 2, "1 records came"},
        {"{\"type\":\"end\",\"records\":0}\n{\"a\":1}\n", false, 0, MG_ERR_INPUT, 2,
         "follows the end record"},
        {"{\"a\":1}\n{\"type\":\"error\",\"message\":\"no\\u0007 room\"}\n", false, 1, MG_ERR_INPUT, 2,
         "no\\x07 room"},
        {"{\"type\":\"error\"}\n", false, 0, MG_ERR_INPUT, 1, "failed: ?"},
        {"{\"a\":1}\n[1]\n", false, 1, MG_ERR_INPUT, 2, "a JSON array"},
        {"{\"a\":1}\n\n{\"a\":", false, 1, MG_ERR_INPUT, 3, "not a record"},
        {"key,name\n", false, 0, MG_ERR_INPUT, 1, "not a record"},
        {"{\"a\":1,\"a\":2}\n", false, 0, MG_ERR_INPUT, 1, "duplicate"},
        {"{\"a\":1} x\n", false, 0, MG_ERR_INPUT, 1, "end of file expected"},
        {"{\"a\":\"\xFF\"}\n", false, 0, MG_ERR_INPUT, 1, "not a record"},
        {"{\"a\":1e999}\n", false, 0, MG_ERR_INPUT, 1, "overflow"},
        {"{\"a\":99999999999999999999}\n", false, 0, MG_ERR_INPUT, 1, "big"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_error err = {0};
        int count;
        enum mg_code code = read_all(cases[i].text, strlen(cases[i].text), cases[i].strict, &count, &err);
        if (code != cases[i].code || count != cases[i].count || err.line != cases[i].line ||
            !strstr(err.message, cases[i].message))
            fail_msg("%s: code %d, %d records, line %d: %s", cases[i].text, code, count, (int)err.line,
                     err.message);
        assert_int_equal(read_all(cases[i].text, strlen(cases[i].text), cases[i].strict, &count, NULL), code);
    }
    int count;
    must_fail(read_all("{\"a\":\0}\n", 8, false, &count, &err), MG_ERR_INPUT, "not a record");
}

static void a_failure_upstream_keeps_its_hint(void **state)
{
    (void)state;
    static const char text[] = "{\"type\":\"error\",\"message\":\"m\",\"hint\":\"do this\"}\n";
    struct mg_error err = {0};
    int count;
    assert_int_equal(read_all(text, sizeof text - 1, false, &count, &err), MG_ERR_INPUT);
    assert_string_equal(err.hint, "do this");
}

static void lines_may_be_long_but_not_endless(void **state)
{
    (void)state;
    size_t limit = MG_IN_LINE_LIMIT, length = limit + 2;
    skip_where_slow("lines of 64 MiB");
    MG_FREE char *text = malloc(length);
    assert_non_null(text);
    memset(text, 'x', length);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + limit - 2, "\"}\n{", 4);
    int count;
    must_fail(read_all(text, length, false, &count, &err), MG_ERR_INPUT, "not a record");
    assert_int_equal(count, 1); /* a line of the very limit is read */
    text[limit - 2] = text[limit - 1] = text[limit] = text[limit + 1] = 'x';
    struct mg_error err = {0};
    assert_int_equal(read_all(text, length, false, &count, &err), MG_ERR_INPUT);
    assert_non_null(strstr(err.message, "longer than 64 MiB"));
    assert_int_equal(err.line, 1);
}

static void pieces_of_any_size_are_put_together(void **state)
{
    (void)state;
    int pipes[2], count = 0;
    assert_int_equal(pipe(pipes), 0);
    static const char text[] =
        "{\"type\":\"a\",\"n\":1}\n{\"type\":\"a\",\"n\":2}\n{\"type\":\"end\",\"records\":2}\n";
    MG_CLEANUP(mg_in_destroy_pointer) struct mg_in *in = NULL;
    must(mg_in_create(pipes[0], true, &in, &err));
    if (fork() == 0) {
        for (const char *p = text; *p; p++)
            if (write(pipes[1], p, 1) != 1)
                _exit(1);
        _exit(0);
    }
    close(pipes[1]);
    for (json_t *record = NULL;; count++) {
        must(mg_in_next(in, &record, &err));
        if (!record)
            break;
        double n;
        assert_true(mg_in_number(record, "n", &n) && n == count + 1);
    }
    assert_int_equal(count, 2);
    close(pipes[0]);
}

static void what_cannot_be_read_says_so(void **state)
{
    (void)state;
    int fd = open("/", O_RDONLY);
    MG_CLEANUP(mg_in_destroy_pointer) struct mg_in *in = NULL;
    must(mg_in_create(fd, false, &in, &err));
    json_t *record = NULL;
    must_fail(mg_in_next(in, &record, &err), MG_ERR_IO, "Is a directory");
    close(fd);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    static const char text[] = "{\"type\":\"a\",\"n\":1}\n{\"type\":\"end\",\"records\":1}\n";
    long n = 0, left = -1;
    for (; left < 0; n++) {
        struct mg_error err = {0};
        int count;
        mg_alloc_fail_after(n);
        enum mg_code code = read_all(text, sizeof text - 1, true, &count, &err);
        left = mg_alloc_fail_after(-1);
        assert_int_equal(code, left < 0 ? MG_ERR_MEMORY : MG_OK);
    }
    assert_true(n > 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_one_by_one),
        cmocka_unit_test(streams_are_checked),
        cmocka_unit_test(a_failure_upstream_keeps_its_hint),
        cmocka_unit_test(lines_may_be_long_but_not_endless),
        cmocka_unit_test(pieces_of_any_size_are_put_together),
        cmocka_unit_test(what_cannot_be_read_says_so),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("in", tests, NULL, NULL);
}
