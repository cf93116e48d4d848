/* What the first lines of a CSV file say about it. */
#include <stdlib.h>

#include "libdata/io/dialect.h"
#include "tests/unit/files.h"
#include "tests/unit/table.h"

static void delimiters_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
    } cases[] = {
        {"a;b;c\n1,5;2,5;3,5\n", ';'},
        {"a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n1,5;2,5;3,5\n1,5;2,5;3,5\n", ';'},
        {"a,b\n\"x;y;z\",1\n\"x;y;z\",1\n", ','},
        {"nom, prenom;age;lieu\nx, y;1;z\nx;2;z\n", ';'},
        {"a\tb\n1,2\t3,4\n", '\t'},
        {"a|b|c\n1|2|3\n", '|'},
        {"\"a;b\"|c\n1|2\n", '|'},
        {"alone\nx, y\nz; t\n", '\t'},
        {"alone\n1\n", ';'},
        {"a;b\n1;2\n3;\"unfinished", ';'},
        /* a title above, with other delimiters in it or none */
        {"Post offices, schools, stations\ncode;name\n01;x\n02;y\n", ';'},
        {"Post offices\n\ncode,name,n\n01,x,1\n02,y,2\n", ','},
        {"comment\ngood, cheap\nbad, far\nso, so\n", ';'}, /* prose of one column */
        {"address\n12 rue X, 35000, Rennes\n13 rue X, 35000, Rennes\n", ';'},
        {"a^b\n1^2\n", '^'},
        {"a:b\n1:2\n", ':'},
        {"time\n12:30\n13:30\n", ';'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_dialect_sample sample = {cases[i].text, strlen(cases[i].text), false};
        if (mg_dialect_delimiter(sample, '"') != cases[i].delimiter)
            fail_msg("%s", cases[i].text);
    }
}

static void quotes_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char quote;
    } cases[] = {
        {"'a';'b'\n'x;y';2\n", '\''}, {"a;b\n'x';'y'\n'z';3\n", '"'}, /* words without quotes: apostrophes are
                                                                         text */
        {"a;b\nl'eau;d'or\n", '"'},   {"'a';\"b\"\n'x';\"y\"\n", '"'}, {"a;b\n1;2\n", '"'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_dialect_sample sample = {cases[i].text, strlen(cases[i].text), true};
        if (mg_dialect_quote(sample) != cases[i].quote)
            fail_msg("%s", cases[i].text);
    }
}

/* The columns, where the header is, what stands above it, and the first row. */
static void expect(const char *text, int64_t line, int rows, const char *preamble, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    WITH_TABLE table = NULL;
    must(mg_table_open(file_of("t.csv", text, strlen(text)), NULL, &table, &err));
    const struct mg_table_info *info = mg_table_info(table);
    for (size_t i = 0; i < info->column_count; i++)
        mg_buf_printf(&out, "[%s]", info->columns[i]);
    const struct mg_row *row = NULL;
    must(mg_table_next(table, &row, &err));
    for (size_t i = 0; row && i < row->count; i++)
        mg_buf_printf(&out, "<%.*s>", (int)row->cells[i].length, row->cells[i].text);
    assert_string_equal(out.data, expected);
    assert_int_equal(info->header_line, line);
    assert_int_equal(info->header_rows, rows);
    assert_string_equal(info->preamble, preamble);
}

static void titles_above_the_header_are_skipped(void **state)
{
    (void)state;
    expect("Schools of d\xe9partement 35\n\ncode;name;pupils\n0350001A;X;12\n0350002B;Y;15\n", 3, 1,
           "Schools of département 35", "[code][name][pupils]<0350001A><X><12>");
    expect("Title;;;\nExtracted on;01/02/2020;;\n;;;\ncode;name;town;n\n1;x;y;2\n2;x;y;3\n", 4, 1,
           "Title;;;\nExtracted on;01/02/2020;;\n;;;", "[code][name][town][n]<1><x><y><2>");
    expect("Source : INSEE, 2020\ncode,name,n\n01,x,1\n02,y,2\n", 2, 1, "Source : INSEE, 2020",
           "[code][name][n]<01><x><1>");
}

static void what_is_no_title_is_the_header(void **state)
{
    (void)state;
    expect("a;b\n1;2;3;4;5\n1;2;3;4;5\n", 1, 1, "", "[a][b]<1><2><3><4><5>");
    expect("a A;b\nrow A;row B;row C\n", 1, 1, "", "[a A][b]<row A><row B><row C>");
    expect("a;b;c;d\n1;2;3\n", 1, 1, "", "[a][b][c][d]<1><2><3>");
    expect("\"\";\"id\";\"n\"\n\"1\";\"x\";2\n\"2\";\"y\";3\n", 1, 1, "", "[column_1][id][n]<1><x><2>");
    expect("1;2\nx;y\nz;t\n", 1, 1, "", "[1][2]<x><y>");
    expect("name;town\nx;y\nz;t\n", 1, 1, "", "[name][town]<x><y>");
    expect("alone\nsome words\n", 1, 1, "", "[alone]<some words>");
}

static void two_rows_can_be_one_header(void **state)
{
    (void)state;
    /* names below those of their groups */
    expect("town;2019;;2020;\n;posts;pupils;posts;pupils\nx;1;2;3;4\ny;5;6;7;8\n", 1, 2, "",
           "[town][2019 posts][2019 pupils][2020 posts][2020 pupils]<x><1><2><3><4>");
    expect("Identity;;Place;;\ncode;name;x;y;n\n01;a;1.5;2.5;3\n02;b;1.5;2.5;4\n", 1, 2, "",
           "[code][name][x][y][n]<01><a><1.5><2.5><3>");
    /* words below codes */
    expect("cod;nam;lat;lon;n\ncode of it;its name;latitude;longitude;how many\n"
           "01;a;1;2;3\n02;b;1;2;4\n03;c;1;2;5\n",
           1, 2, "", "[cod][nam][lat][lon][n]<01><a><1><2><3>");
    /* a row of words is data where nothing says otherwise */
    expect("code;;name\nx;y;z\n1;y;z\n2;y;z\n3;y;z\n", 1, 1, "", "[code][column_2][name]<x><y><z>");
}

static void columns_without_anything_are_left_out(void **state)
{
    (void)state;
    expect("a;b;;\n1;2;;\n3;4\n", 1, 1, "", "[a][b]<1><2><><>");
    expect("a;b;;\n1;2;;3\n", 1, 1, "", "[a][b][column_3][column_4]<1><2><><3>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delimiters_are_found),
        cmocka_unit_test(quotes_are_found),
        cmocka_unit_test(titles_above_the_header_are_skipped),
        cmocka_unit_test(what_is_no_title_is_the_header),
        cmocka_unit_test(two_rows_can_be_one_header),
        cmocka_unit_test(columns_without_anything_are_left_out),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
