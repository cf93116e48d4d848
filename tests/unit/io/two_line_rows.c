/* A table whose rows come in two lines each. */
#include <stdio.h>

#include "libdata/base/alloc.h"
#include "tests/unit/files.h"
#include "tests/unit/table.h"

static const char *const own[] = {"kind", "id", "name"};
static const char *const added[] = {"x", "y"};
static const struct mg_table_parts two = {"row", "place", 1, added, 2};
static const struct mg_table_options options = {.delimiter = ';',
                                                .no_header = true,
                                                .names = own,
                                                .name_count = 3,
                                                .parts = &two,
                                                .keep_for_rewind = true};

static void expect(const char *text, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    WITH_TABLE table = NULL;
    must(mg_table_open(file_of("p.csv", text, strlen(text)), &options, &table, &err));
    for (int pass = 0; pass < 2; pass++) {
        const struct mg_row *row = NULL;
        mg_buf_clear(&out);
        for (;;) {
            must(mg_table_next(table, &row, &err));
            if (!row)
                break;
            mg_buf_printf(&out, "%lld:%d,%zu", (long long)row->line, (int)row->part, row->expected);
            for (size_t i = 0; i < row->count; i++)
                mg_buf_printf(&out, "<%.*s>", (int)row->cells[i].length, row->cells[i].text);
            mg_buf_add_char(&out, '\n');
        }
        assert_string_equal(out.data, expected);
        must(mg_table_rewind(table, &err));
    }
    assert_int_equal(mg_table_info(table)->column_count, 5);
    assert_string_equal(mg_table_info(table)->columns[4], "y");
    assert_int_equal(mg_table_info(table)->rows_read, 0);
}

static void lines_are_joined_wherever_they_stand(void **state)
{
    (void)state;
    expect("row;a;A\nrow;b;B\nrow;c;C\nplace;b;1;2\nplace; a ;3;4\n",
           "1:0,0<row><a><A><3><4>\n2:0,0<row><b><B><1><2>\n3:0,0<row><c><C><><>\n"
           "4:1,0<place><b><1><2>\n5:1,0<place>< a ><3><4>\n");
    expect("place;b;1;2\nrow;b;B\nrow;b;again\n",
           "1:1,0<place><b><1><2>\n2:0,0<row><b><B><1><2>\n3:0,0<row><b><again><1><2>\n");
}

static void every_line_is_told_what_it_is(void **state)
{
    (void)state;
    expect("row;a;A\nplace;a;1;2\nplace;a;3;4\nplace;z;5;6\nother;a;b\nrow;short\nplace;a;1\nrow;a;A;;\n"
           "place;a;1;2;\n",
           "1:0,0<row><a><A><1><2>\n2:1,0<place><a><1><2>\n3:3,0<place><a><3><4>\n4:2,0<place><z><5><6>\n"
           "5:4,0<other><a><b>\n6:0,3<row><short>\n7:0,4<place><a><1>\n8:0,0<row><a><A><1><2>\n"
           "9:3,0<place><a><1><2><>\n");
}

/* A cell longer than what is read of the temporary file at once. */
static void long_cells_are_whole(void **state)
{
    (void)state;
    static char text[40000], expected[80000];
    char cell[9001];
    memset(cell, 'x', 9000);
    cell[9000] = '\0';
    snprintf(text, sizeof text, "row;a;A\nrow;b;B\nplace;b;0;0\nplace;a;%s;%s\n", cell, "end");
    snprintf(expected, sizeof expected,
             "1:0,0<row><a><A><%s><end>\n2:0,0<row><b><B><0><0>\n3:1,0<place><b><0><0>\n4:1,0<place><a><%s><"
             "end>\n",
             cell, cell);
    expect(text, expected);
}

/* Looked at again with other options, a pipe's file is the same as if it had been opened with them. */
static void a_table_is_looked_at_again(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbfrow;a;A\xc3\xa9\nplace;a;1;2\n";
    const struct mg_table_options first = {.keep_for_rewind = true};
    const struct mg_row *row = NULL;
    WITH_TABLE table = NULL;
    must(mg_table_open(file_of("again.csv", text, sizeof text - 1), &first, &table, &err));
    assert_int_equal(mg_table_info(table)->column_count, 3);
    must(mg_table_look_again(table, &options, &err));
    const struct mg_table_info *info = mg_table_info(table);
    assert_int_equal(info->column_count, 5);
    assert_true(info->bom);
    must(mg_table_next(table, &row, &err));
    assert_int_equal(row->count, 5);
    assert_memory_equal(row->cells[0].text, "row", 3);
    assert_memory_equal(row->cells[4].text, "2", 1);
    must(mg_table_look_again(table, &first, &err));
    assert_int_equal(mg_table_info(table)->column_count, 3);
    static const char json[] = "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
                               "\"properties\":{\"a\":1},\"geometry\":null}]}";
    WITH_TABLE other = NULL;
    must(mg_table_open(file_of("again.geojson", json, sizeof json - 1), &first, &other, &err));
    must_fail(mg_table_look_again(other, &options, &err), MG_ERR_USAGE, "only CSV");
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    static const char text[] = "row;a;A\nrow;b;B\nplace;b;1;2\nplace;c;1;2\n";
    const char *path = file_of("m.csv", text, sizeof text - 1);
    long failures = 0;
    for (long n = 0;; n++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = read_table(path, &options, &out, &err);
        long left = mg_alloc_fail_after(-1);
        if (left >= 0)
            break;
        /* out is the test's own: it remembers a lost allocation without an error */
        failures += code == MG_ERR_MEMORY;
        assert_true(code == MG_ERR_MEMORY || out.failed);
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_joined_wherever_they_stand),
        cmocka_unit_test(every_line_is_told_what_it_is),
        cmocka_unit_test(long_cells_are_whole),
        cmocka_unit_test(a_table_is_looked_at_again),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
