/* JSON text, and records out in every format. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/json.h"
#include "libdata/io/out.h"
#include "tests/unit/test.h"

#include "tests/unit/output.h"

MG_DEFINE_CLEANUP(struct mg_out, mg_out_destroy)

static void strings_are_escaped(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t length;
        const char *json;
    } cases[] = {
        {"", 0, "\"\""},
        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
        {"\b\f\n\r\t\v\x01\x1F\x7F", 9, "\"\\b\\f\\n\\r\\t\\u000B\\u0001\\u001F\\u007F\""},
        {"\xC2\x80\xC2\x9B[m\xC2\x9F\xC2\xA0\xC3\x9B", 12, "\"\\u0080\\u009B[m\\u009F\xC2\xA0\xC3\x9B\""},
        {"\xC2", 1, "\"\xEF\xBF\xBD\""},
        {"Ch\xC3\xA2lons \xF0\x9F\x8F\xA4", 13, "\"Ch\xC3\xA2lons \xF0\x9F\x8F\xA4\""},
        {"a\xFF\xC3(\n\xE2\x82", 7, "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\\n\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {"a\0b", 3, "\"a\\u0000b\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
        mg_json_add_string(&buf, cases[i].text, cases[i].length);
        assert_string_equal(buf.data, cases[i].json);
    }
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    mg_json_add_number(&buf, 48.943878);
    mg_json_add_number(&buf, NAN);
    mg_json_add_number(&buf, INFINITY);
    assert_string_equal(buf.data, "48.943878nullnull");
}

static void add_post(struct mg_out *out, const char *name, int64_t n, double rate)
{
    mg_out_begin(out, "post");
    mg_out_text(out, "name", name);
    mg_out_int(out, "n", n);
    mg_out_real(out, "rate", rate);
    must(mg_out_end_record(out, &err));
}

static int write_posts(enum mg_format format)
{
    int fd = memory_file("", 0);
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    must(mg_out_create(fd, format, &out, &err));
    add_post(out, "Ch\xC3\xA2lons, place", 12, 0.25);
    add_post(out, "=1+1 \"x\"\n", -3, NAN);
    add_post(out, NULL, 1000, 1.0 / 3);
    assert_int_equal(mg_out_records(out), 3);
    must(mg_out_close(out, &err));
    return fd;
}

static void the_same_records_in_each_format(void **state)
{
    (void)state;
    assert_text_taken(write_posts(MG_FORMAT_JSONL),
                      "{\"type\":\"post\",\"name\":\"Ch\xC3\xA2lons, place\",\"n\":12,\"rate\":0.25}\n"
                      "{\"type\":\"post\",\"name\":\"=1+1 \\\"x\\\"\\n\",\"n\":-3,\"rate\":null}\n"
                      "{\"type\":\"post\",\"name\":null,\"n\":1000,\"rate\":0.3333333333333333}\n"
                      "{\"type\":\"end\",\"records\":3}\n");
    assert_text_taken(write_posts(MG_FORMAT_JSON),
                      "[\n{\"type\":\"post\",\"name\":\"Ch\xC3\xA2lons, place\",\"n\":12,\"rate\":0.25},\n"
                      "{\"type\":\"post\",\"name\":\"=1+1 \\\"x\\\"\\n\",\"n\":-3,\"rate\":null},\n"
                      "{\"type\":\"post\",\"name\":null,\"n\":1000,\"rate\":0.3333333333333333}\n]\n");
    assert_text_taken(write_posts(MG_FORMAT_CSV), "name,n,rate\n"
                                                  "\"Ch\xC3\xA2lons, place\",12,0.25\n"
                                                  "\"=1+1 \"\"x\"\"\n\",-3,\n"
                                                  ",1000,0.3333333333333333\n");
    assert_text_taken(write_posts(MG_FORMAT_TABLE), "name               n      rate\n"
                                                    "Ch\xC3\xA2lons, place    12      0.25\n"
                                                    "=1+1 \"x\"\\x0A      -3\n"
                                                    "                1000  0.333333\n");
}

/* What a reader would take for the end of a cell or a row, or cut, is quoted; all else is as it was. */
static void csv_keeps_each_cell(void **state)
{
    (void)state;
    static const char *const cells[][2] = {
        {"a\rb", "\"a\rb\""}, {"\r", "\"\r\""},       {"a\nb", "\"a\nb\""}, {"a,b", "\"a,b\""},
        {" a", "\" a\""},     {"a ", "\"a \""},       {"\ta", "\"\ta\""},   {"a\t", "\"a\t\""},
        {" ", "\" \""},       {"a\"b", "\"a\"\"b\""}, {"=1+1", "=1+1"},     {"-5", "-5"},
        {"@a", "@a"},         {"a b", "a b"},         {"a;b", "a;b"},       {"'", "'"},
        {"\x01", "\x01"},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        int fd = memory_file("", 0);
        char expected[64];
        MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
        must(mg_out_create(fd, MG_FORMAT_CSV, &out, &err));
        mg_out_begin(out, "cell");
        mg_out_text(out, "first", cells[i][0]);
        mg_out_text(out, "last", cells[i][0]);
        must(mg_out_end_record(out, &err));
        must(mg_out_close(out, &err));
        snprintf(expected, sizeof expected, "first,last\n%s,%s\n", cells[i][1], cells[i][1]);
        assert_text_taken(fd, expected);
    }
}

static void every_kind_of_value(void **state)
{
    (void)state;
    static const char *const items[] = {"a", "b\""};
    static const char *const expected[] = {
        [MG_FORMAT_JSONL] =
            "{\"type\":\"t\",\"b\":true,\"z\":null,\"l\":[\"a\",\"b\\\"\"],\"e\":[],\"x\":\"ab\"}\n"
            "{\"type\":\"end\",\"records\":1}\n",
        [MG_FORMAT_JSON] =
            "[\n{\"type\":\"t\",\"b\":true,\"z\":null,\"l\":[\"a\",\"b\\\"\"],\"e\":[],\"x\":\"ab\"}\n]\n",
        [MG_FORMAT_CSV] = "b,z,l,e,x\ntrue,,\"a;b\"\"\",,ab\n",
        [MG_FORMAT_TABLE] = "b     z  l     e  x\ntrue     a;b\"     ab\n",
    };
    for (int format = MG_FORMAT_TABLE; format <= MG_FORMAT_JSON; format++) {
        int fd = memory_file("", 0);
        MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
        must(mg_out_create(fd, (enum mg_format)format, &out, &err));
        mg_out_begin(out, "t");
        mg_out_bool(out, "b", true);
        mg_out_null(out, "z");
        mg_out_list(out, "l", items, 2);
        mg_out_list(out, "e", NULL, 0);
        mg_out_text_n(out, "x", "abc", 2);
        must(mg_out_end_record(out, &err));
        must(mg_out_close(out, &err));
        must(mg_out_close(out, &err)); /* the second does nothing */
        assert_text_taken(fd, expected[format]);
    }
}

static void nothing_at_all(void **state)
{
    (void)state;
    static const char *const expected[] = {[MG_FORMAT_JSONL] = "{\"type\":\"end\",\"records\":0}\n",
                                           [MG_FORMAT_JSON] = "[]\n",
                                           [MG_FORMAT_CSV] = "",
                                           [MG_FORMAT_TABLE] = ""};
    for (int format = MG_FORMAT_TABLE; format <= MG_FORMAT_JSON; format++) {
        int fd = memory_file("", 0);
        MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
        must(mg_out_create(fd, (enum mg_format)format, &out, &err));
        must(mg_out_close(out, &err));
        assert_text_taken(fd, expected[format]);
    }
}

static void a_table_for_each_type(void **state)
{
    (void)state;
    int fd = memory_file("", 0);
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    must(mg_out_create(fd, MG_FORMAT_CSV, &out, &err));
    add_post(out, "a", 1, 1);
    mg_out_begin(out, "only");
    mg_out_null(out, "one");
    must(mg_out_end_record(out, &err));
    mg_out_begin(out, "post"); /* keys in another order, and one less */
    mg_out_int(out, "n", 2);
    mg_out_text(out, "name", "b");
    must(mg_out_end_record(out, &err));
    mg_out_begin(out, "post");
    mg_out_text(out, "name", "c");
    must(mg_out_end_record(out, &err));
    mg_out_begin(out, "post");
    mg_out_text(out, "name", "c");
    mg_out_int(out, "other", 1);
    must_fail(mg_out_end_record(out, &err), MG_ERR_USAGE, "'other'");
    must_fail(mg_out_end_record(out, &err), MG_ERR_USAGE, "'other'"); /* it sticks */
    must_fail(mg_out_close(out, &err), MG_ERR_USAGE, "'other'");
    close(fd);

    fd = memory_file("", 0);
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *good = NULL;
    must(mg_out_create(fd, MG_FORMAT_CSV, &good, &err));
    add_post(good, "a", 1, 1);
    mg_out_begin(good, "only");
    mg_out_null(good, "one");
    must(mg_out_end_record(good, &err));
    mg_out_begin(good, "post");
    mg_out_int(good, "n", 2);
    mg_out_text(good, "name", "b");
    must(mg_out_end_record(good, &err));
    mg_out_begin(good, "post");
    mg_out_text(good, "name", "c");
    must(mg_out_end_record(good, &err));
    must(mg_out_close(good, &err));
    assert_text_taken(fd, "name,n,rate\na,1,1\n\none\n\"\"\n\nn,name\n2,b\n,c\n");
}

static int write_wide(size_t width)
{
    int fd = memory_file("", 0);
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    must(mg_out_create(fd, MG_FORMAT_TABLE, &out, &err));
    mg_out_set_width(out, width);
    mg_out_begin(out, "t");
    mg_out_text(out, "name", "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2 du quartier");
    mg_out_null(out, "nothing");
    mg_out_int(out, "n", 123456789);
    mg_out_text(out, "last", "last");
    must(mg_out_end_record(out, &err));
    must(mg_out_close(out, &err));
    return fd;
}

static void a_narrow_window_cuts_texts_only(void **state)
{
    (void)state;
    assert_text_taken(write_wide(0),
                      "name                    nothing          n  last\n"
                      "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2 du quartier"
                      "           123456789  last\n");
    assert_text_taken(write_wide(38),
                      "name                           n  last\n"
                      "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2 du quarti\xE2\x80\xA6"
                      "  123456789  last\n");
    assert_text_taken(write_wide(26),
                      "name               n  last\n"
                      "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE5\xAD\x97\xE2\x80\xA6  123456789  last\n");
    assert_text_taken(write_wide(22),
                      "name              n  \xE2\x80\xA6\n"
                      "\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE2\x80\xA6   123456789  \xE2\x80\xA6\n");
    assert_text_taken(
        write_wide(1),
        "name      \xE2\x80\xA6\n\xE6\xBC\xA2\xE5\xAD\x97\xE6\xBC\xA2\xE2\x80\xA6   \xE2\x80\xA6\n");
}

static void long_tables_are_not_held(void **state)
{
    (void)state;
    int fd = memory_file("", 0);
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    must(mg_out_create(fd, MG_FORMAT_TABLE, &out, &err));
    for (int i = 0; i < 1500; i++)
        add_post(out, i == 1400 ? "longer than before" : "short", i, i);
    must(mg_out_close(out, &err));
    MG_FREE char *text = take_text(fd);
    assert_non_null(strstr(text, "\nshort  999   999\n"));
    assert_non_null(strstr(text, "\nlonger than before  1400  1400\n"));
    size_t lines = 0;
    for (const char *p = text; (p = strchr(p, '\n')); p++)
        lines++;
    assert_int_equal(lines, 1501);
}

static void a_failure_is_said_in_the_stream(void **state)
{
    (void)state;
    int fd = memory_file("", 0);
    struct mg_error why = {0};
    mg_fail(&why, MG_ERR_DB, "the disk \"is\" full");
    mg_error_hint(&why, "make room");
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    must(mg_out_create(fd, MG_FORMAT_JSONL, &out, &err));
    add_post(out, "a", 1, 1);
    mg_out_begin(out, "post");
    mg_out_text(out, "name", "half");
    mg_out_failed(out, &why);
    must_fail(mg_out_close(out, &err), MG_ERR_DB, "full");
    assert_text_taken(
        fd, "{\"type\":\"post\",\"name\":\"a\",\"n\":1,\"rate\":1}\n"
            "{\"type\":\"error\",\"message\":\"the disk \\\"is\\\" full\",\"hint\":\"make room\"}\n");
    fd = memory_file("", 0);
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *array = NULL;
    must(mg_out_create(fd, MG_FORMAT_JSON, &array, &err));
    add_post(array, "a", 1, 1);
    mg_out_failed(array, &why);
    must_fail(mg_out_close(array, &err), MG_ERR_DB, "full");
    assert_text_taken(fd, ""); /* no array that looks whole */
}

static enum mg_code write_many(int fd, enum mg_format format, struct mg_error *err)
{
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    enum mg_code code = mg_out_create(fd, format, &out, err);
    static const char *const items[] = {"one", "two"};
    for (int i = 0; i < 1200 && !code; i++) {
        mg_out_begin(out, i == 1100 ? "another" : "post");
        mg_out_text(out, "name",
                    "M\xC3\xA2"
                    "con");
        mg_out_list(out, "list", items, 2);
        mg_out_int(out, "n", i);
        code = mg_out_end_record(out, err);
    }
    return code ? code : mg_out_close(out, err);
}

static void failures_of_the_output_are_reported(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    int full = open("/dev/full", O_WRONLY), pipes[2];
    assert_int_equal(pipe(pipes), 0);
    close(pipes[0]);
    for (int format = MG_FORMAT_TABLE; format <= MG_FORMAT_JSON; format++) {
        must_fail(write_many(full, (enum mg_format)format, &err), MG_ERR_IO, "No space left");
        must_fail(write_many(pipes[1], (enum mg_format)format, &err), MG_ERR_CLOSED, "went away");
    }
    close(full);
    close(pipes[1]);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    for (int format = MG_FORMAT_TABLE; format <= MG_FORMAT_JSON; format++) {
        long n = 0, left = -1;
        for (; left < 0; n += slow_step()) {
            struct mg_error err = {0};
            int fd = memory_file("", 0);
            mg_alloc_fail_after(n);
            enum mg_code code = write_many(fd, (enum mg_format)format, &err);
            left = mg_alloc_fail_after(-1);
            close(fd);
            assert_int_equal(code, left < 0 ? MG_ERR_MEMORY : MG_OK);
        }
        assert_true(n > 4);
    }
}

static void add_all_values(struct mg_out *out)
{
    static const double reals[] = {5.0,  0.0, -0.0, 0.1, -7.25, 48.943878, 1e15, 9007199254740993.0,
                                   1e-9, NAN};
    const char *const list[] = {"a", "\xC3\xA9", "\xFF"};
    mg_out_begin(out, "all");
    for (size_t i = 0; i < sizeof reals / sizeof *reals; i++) {
        const char key[] = {'r', (char)('0' + i), '\0'};
        mg_out_real(out, key, reals[i]);
    }
    mg_out_int(out, "int", INT64_MIN);
    mg_out_text(out, "text", "Ch\xC3\xA2lons \"a\\b\"\n");
    mg_out_text(out, "bad", "a\xFF\xC3(");
    mg_out_text(out, "none", NULL);
    mg_out_bool(out, "yes", true);
    mg_out_bool(out, "no", false);
    mg_out_list(out, "list", list, 3);
    mg_out_list(out, "empty", list, 0);
    must(mg_out_end_record(out, &err));
}

static enum mg_code keep_record(void *context, json_t *record, struct mg_error *why)
{
    (void)why;
    *(json_t **)context = json_incref(record);
    return MG_OK;
}

/* Handed over or written and read: the same, the types of its numbers too. */
static void records_are_handed_over_as_they_would_be_read(void **state)
{
    (void)state;
    json_t *record = NULL;
    struct mg_out *out = NULL;
    int fd = memory_file("", 0);
    must(mg_out_create(fd, MG_FORMAT_JSONL, &out, &err));
    add_all_values(out);
    must(mg_out_close(out, &err));
    mg_out_destroy(out);
    must(mg_out_create_records(keep_record, &record, &out, &err));
    add_all_values(out);
    mg_out_destroy(out);
    char *text = take_text(fd);
    json_t *read = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
    assert_non_null(read);
    char *wanted = json_dumps(read, 0), *found = json_dumps(record, 0);
    assert_string_equal(found, wanted);
    assert_true(json_equal(read, record));
    free(wanted);
    free(found);
    free(text);
    json_decref(read);
    json_decref(record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped),
        cmocka_unit_test(the_same_records_in_each_format),
        cmocka_unit_test(csv_keeps_each_cell),
        cmocka_unit_test(every_kind_of_value),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(a_table_for_each_type),
        cmocka_unit_test(a_narrow_window_cuts_texts_only),
        cmocka_unit_test(long_tables_are_not_held),
        cmocka_unit_test(a_failure_is_said_in_the_stream),
        cmocka_unit_test(failures_of_the_output_are_reported),
        cmocka_unit_test(lost_allocations_are_reported),
        cmocka_unit_test(records_are_handed_over_as_they_would_be_read),
    };
    return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
