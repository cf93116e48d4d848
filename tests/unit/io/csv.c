/* CSV tables: cells, lines, offsets, headers, what is refused; the same whatever the size of the window. */
#include "libdata/io/csv.h"
#include "libdata/base/alloc.h"
#include "libdata/io/csv_split.h"
#include "tests/unit/files.h"
#include "tests/unit/table.h"

static void expect_with(const char *bytes, size_t length, const struct mg_table_options *options,
                        const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    must(read_table(file_of("t.csv", bytes, length), options, &out, &err));
    assert_string_equal(out.data, expected);
}

static void expect(const char *text, const char *expected)
{
    expect_with(text, strlen(text), NULL, expected);
}

static enum mg_code read_text(const char *text, const struct mg_table_options *options, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    return read_table(file_of("t.csv", text, strlen(text)), options, &out, err);
}

static void cells_are_as_written(void **state)
{
    (void)state;
    expect("a;b\n 1 ; é\t\n", "[a][b]\n2@4< 1 >< é\t>\n");
    expect("a,b\n1,\"\"\n\"x,\"\"y\"\"\",\" z \"\n", "[a][b]\n2@4<1><>\n3@9<x,\"y\">< z >\n");
    expect("a\tb\n5\" pipe\t\"q\"\n", "[a][b]\n2@4<5\" pipe><q>\n");
    expect("a|b\n|\n||\n1", "[a][b]\n2@4<><>\n3@6<><><>\n4@9<1>\n");
    expect("a;b\n1;\"2\"", "[a][b]\n2@4<1><2>\n");
    expect("a;b\n1;", "[a][b]\n2@4<1><>\n");
}

static void lines_records_and_offsets_are_exact(void **state)
{
    (void)state;
    expect("a,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n", "[a][b]\n2@5<1><x\r\ny>\n5@17<2><z>\n");
    expect("a,b\r1,\"x\ry\"\r2,z\r", "[a][b]\n2@4<1><x\ry>\n4@12<2><z>\n");
    expect("a,b\n\"1\n\n\n2\",3\n4,5\n", "[a][b]\n2@4<1\n\n\n2><3>\n6@14<4><5>\n");
    expect("\"a\nb\",c\n1,2\n", "[a b][c]\n3@8<1><2>\n");
    const struct mg_table_options skip = {.skip_lines = 2};
    expect_with("x \"\ny\n\na;b\n1;2\n", 15, &skip, "[a][b]\n5@11<1><2>\n");
}

static void headers_are_made_usable(void **state)
{
    (void)state;
    expect("\xef\xbb\xbf\xef\xbb\xbf\"a\"; a ;;a;a_2; \n", "[a][a_3][column_3][a_4][a_2]\n");
    expect("column_2;;\n1;2;3\n", "[column_2][column_2_2][column_3]\n2@11<1><2><3>\n");
    expect("\"a\n\tb\";c\x01;c;\n1;2;3\n", "[a b][c][c_2]\n3@13<1><2><3>\n");
    const struct mg_table_options bare = {.no_header = true};
    expect_with("\n1,2\n3,4\n", 9, &bare, "[column_1][column_2]\n2@1<1><2>\n3@5<3><4>\n");
}

static void blank_lines_are_counted(void **state)
{
    (void)state;
    WITH_TABLE table = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    must(mg_table_open(file_of("t", "\na;b\n\n1;2\n\n\n", 12), NULL, &table, &err));
    must(add_rows(&out, table, &err));
    const struct mg_table_info *info = mg_table_info(table);
    assert_int_equal(info->blank_lines, 4);
    assert_int_equal(info->rows_read, 1);
    assert_int_equal(info->header_line, 2);
    assert_int_equal(info->bytes_read, 12);
    assert_int_equal(info->bytes_total, 12);
    assert_false(info->bom);
    assert_int_equal(strlen(info->sha256), 64);
    must(mg_table_rewind(table, &err));
    mg_buf_clear(&out);
    must(add_rows(&out, table, &err));
    assert_string_equal(out.data, "4@6<1><2>\n");
    assert_int_equal(info->blank_lines, 4);
}

static void a_lone_quote_costs_one_line(void **state)
{
    (void)state;
    expect("a;b\n\"x\" y;1\n2;3\n", "[a][b]\n2@4!1 <\"x\" y><1>\n3@12<2><3>\n");
    expect("a;b\n\"x;1\n2;3\n\"4\";5\n", "[a][b]\n2@4!2 <\"x><1>\n3@9<2><3>\n4@13<4><5>\n");
    expect("a;b\n\"the \"old\" school\";1\n\"at \"here\"\";2\n2;3\n",
           "[a][b]\n2@4!1 <the \"old\" school><1>\n3@25!1 <at \"here\"><2>\n4@39<2><3>\n");
    expect("a;b\n\"say \"\"hi\"\" \"x\";1\n", "[a][b]\n2@4!1 <say \"hi\" \"x><1>\n");
    expect("a;b\n\"x\" y;1;2\n2;3\n", "[a][b]\n2@4!1 \"x\" y;1;2\n3@14<2><3>\n");
    must_fail(read_text("\"a\"x;b\n1;2\n", NULL, &err), MG_ERR_INPUT, "quote in the header");
    must_fail(read_text("\"a;b\n1;2\n", NULL, &err), MG_ERR_INPUT, "never closes");
}

static void a_quote_that_never_closes_is_text(void **state)
{
    (void)state;
    expect("a;b\n1;2\n3;\"4\n5;6\n7;8\n", "[a][b]\n2@4<1><2>\n3@8!2 <3><\"4>\n4@13<5><6>\n5@17<7><8>\n");
    expect("a;b\n\"1\n2\";\"4\n5;6", "[a][b]\n2@4!2 \"1\n3@7!2 <2\"><\"4>\n4@13<5><6>\n");
    /* closed by another row's quote, before other text or a delimiter */
    expect("a;b\n3;\"4\n5;\"6\"\n7;8\n", "[a][b]\n2@4!2 <3><\"4>\n3@9<5><6>\n4@15<7><8>\n");
    expect("a;b;c\n1;\"x;2\n3;y\";4\n5;6;7\n", "[a][b][c]\n2@6<1><x;2\n3;y><4>\n4@20<5><6><7>\n");
    expect("a;b;c\n1;\"x;2\n3;4;5\n6;y\";4\n", "[a][b][c]\n2@6<1><x;2\n3;4;5\n6;y><4>\n");
    expect("a;b;c\n1;2;\"x\n\"\"\";2;3\n4;5;6\n",
           "[a][b][c]\n2@6!2 <1><2><\"x>\n3@13!2 <\"\"\"><2><3>\n4@21<4><5><6>\n");
}

/* A file of 12 MiB whose first row opens a quote: that it closes at the end does not matter. */
static void a_quote_does_not_swallow_a_file(void **state)
{
    (void)state;
    enum { ROWS = 1 << 20, ROW = 12 };
    char *text = malloc((size_t)ROWS * ROW + 64);
    size_t n = (size_t)sprintf(text, "a;b\n0;\"x\n");
    for (int i = 0; i < ROWS; i++, n += ROW)
        memcpy(text + n, "1234;56789a\n", ROW);
    n += (size_t)sprintf(text + n, "1;x\"\n");
    WITH_TABLE table = NULL;
    must(mg_table_open(file_of("t.csv", text, n), NULL, &table, &err));
    const struct mg_row *row = NULL;
    must(mg_table_next(table, &row, &err));
    assert_int_equal(row->defect, MG_ROW_LOST_QUOTE);
    assert_int_equal(row->count, 2);
    for (int i = 0; i <= ROWS; i++) {
        must(mg_table_next(table, &row, &err));
        assert_int_equal(row->defect, MG_ROW_SOUND);
    }
    assert_int_equal(row->line, ROWS + 3);
    must(mg_table_next(table, &row, &err));
    assert_null(row);
    free(text);
}

static void quotes_are_what_they_are_said_to_be(void **state)
{
    (void)state;
    const struct mg_table_options none = {.quote = "none"}, single = {.quote = "'"};
    expect_with("a;b\n\"x\";\"y\n", 11, &none, "[a][b]\n2@4<\"x\"><\"y>\n");
    expect_with("a;b\n'x;''y''\n';\"y\"\n", 19, &single, "[a][b]\n2@4<x;'y'\n><\"y\">\n");
    expect("'a','b'\n'x,1',2\n'z',3\n", "[a][b]\n2@8<x,1><2>\n3@16<z><3>\n");
}

static void utf16_is_read(void **state)
{
    (void)state;
    static const char little[] = "\xff\xfe"
                                 "a\0\t\0b\0\n\0\xe9\0\t\0"
                                 "\x3c\xd8\xeb\xdf\r\0\n\0"
                                 "1\0\t\0\x00\xd8";
    static const char big[] = "\xfe\xff\0a\0;\0b\0\n\0\xe9\0;\x20\xac";
    expect_with(little, sizeof little - 1, NULL, "[a][b]\n2@10<é><🏫>\n3@22<1><\xef\xbf\xbd>\n");
    expect_with(big, sizeof big - 1, NULL, "[a][b]\n2@10<é><€>\n");
    expect_with(big + 2, sizeof big - 3, NULL, "[a][b]\n2@8<é><€>\n"); /* no mark: the NULs tell */
    const struct mg_table_options asked = {.encoding = "UTF-16"};
    expect_with("\xe9\0;\0b\0\n\0\xe9\0;\0c\0", 14, &asked, "[é][b]\n2@8<é><c>\n");
}

/* Beyond the first window, and again after going back: the offset is that of the byte in the file. */
static void utf16_rows_know_their_byte(void **state)
{
    (void)state;
    const int rows = slow_count(40000);
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    mg_buf_add(&text, "\xff\xfei\0;\0n\0\n", 10);
    for (int i = 0; i < rows; i++) { /* "1;é🏫", and in every seventh row half of a character */
        mg_buf_add(&text, "1\0;\0\xe9\0\x3c\xd8\xeb\xdf", 10);
        mg_buf_add(&text, "\x00\xd8", i % 7 ? 0 : 2);
        mg_buf_add(&text, "\n\0", 2);
    }
    struct mg_table *table = NULL;
    must(mg_table_open(file_of("utf16.csv", text.data, text.length), NULL, &table, &err));
    for (int round = 0; round < 2; round++) {
        const struct mg_row *row = NULL;
        for (int i = 0; i < rows; i++) {
            must(mg_table_next(table, &row, &err));
            assert_int_equal(row->byte_offset, 10 + 12 * i + 2 * ((i + 6) / 7));
            assert_memory_equal(text.data + row->byte_offset, "1\0;\0\xe9", 5);
        }
        must(mg_table_rewind(table, &err));
    }
    mg_table_destroy(table);
}

static void what_is_not_csv_is_refused(void **state)
{
    (void)state;
    must_fail(read_text("", NULL, &err), MG_ERR_INPUT, "the file is empty");
    must_fail(read_text("\n\r\n\n", NULL, &err), MG_ERR_INPUT, "blank lines only");
    must_fail(read_text("\xef\xbb\xbf", NULL, &err), MG_ERR_INPUT, "blank lines only");
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    must_fail(read_table(file_of("t",
                                 "\x7f"
                                 "ELF\0\0\n",
                                 7),
                         NULL, &out, &err),
              MG_ERR_INPUT, "NUL");
    expect_with("a,b\n\0,1\n2,3\n", 12, NULL, "[a][b]\n2@4!3 ");
}

static void options_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    const struct mg_table_options quote = {.delimiter = '"'}, layer = {.layer = "x"},
                                  lines = {.skip_lines = 3}, negative = {.skip_lines = -1},
                                  encoding = {.encoding = "EBCDIC"};
    must_fail(read_text("a;b\n", &quote, &err), MG_ERR_USAGE, "delimiter");
    must_fail(read_text("a;b\n", &layer, &err), MG_ERR_USAGE, "no layer 'x'");
    must_fail(read_text("a;b\n1;2", &lines, &err), MG_ERR_INPUT, "fewer than 3 lines");
    must_fail(read_text("a;b\n", &negative, &err), MG_ERR_USAGE, "cannot be skipped");
    must_fail(read_text("a;b\n", &encoding, &err), MG_ERR_USAGE, "'EBCDIC' is not known");
    const struct mg_table_options caret = {.delimiter = '^'};
    expect_with("a^b\n1^2\n", 8, &caret, "[a][b]\n2@4<1><2>\n");
}

static void lines_are_decoded_one_by_one(void **state)
{
    (void)state;
    expect("a;b\ncaf\xe9;1\ncaf\xc3\xa9;2\n\"caf\xe9\xc3\xa9\";3\n",
           "[a][b]\n2@4(CP1252)<café><1>\n3@11<café><2>\n4@19(CP1252)<caféé><3>\n");
    const struct mg_table_options utf8 = {.encoding = "utf8"}, latin9 = {.encoding = "ISO-8859-15"};
    struct mg_error err = {0};
    assert_int_equal(read_text("a;b\n1;2\ncaf\xe9;1\n", &utf8, &err), MG_ERR_INPUT);
    assert_non_null(strstr(err.message, "byte 0xE9 at offset 11 is not UTF-8"));
    assert_int_equal(err.line, 3);
    expect_with("a;b\n\xc3\xa9;\xa4\n", 9, &latin9, "[a][b]\n2@4(ISO-8859-15)<Ã©><€>\n");
}

static void too_much_is_refused(void **state)
{
    (void)state;
    enum { CELLS = MG_CSV_MAX_CELLS, LONG = (66 << 20) };
    skip_where_slow("lines of 64 MiB");
    char *text = malloc(LONG);
    memset(text, ';', CELLS);
    text[CELLS] = '\0';
    must_fail(read_text(text, NULL, &err), MG_ERR_INPUT, "more than 4096 cells");
    text[CELLS - 1] = '\0';
    must(read_text(text, NULL, &err));
    memset(text, 'x', LONG);
    memcpy(text, "a;b\n", 4);
    text[LONG - 1] = '\0';
    must_fail(read_text(text, NULL, &err), MG_ERR_INPUT, "longer than 64 MiB");
    text[4] = '"';
    must_fail(read_text(text, NULL, &err), MG_ERR_INPUT, "longer than 64 MiB");
    free(text);
}

/* splitmix64: the same numbers on every run */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static size_t random_text(uint64_t *seed, const char *alphabet, char *out, size_t most)
{
    size_t length = next_random(seed) % most, letters = strlen(alphabet);
    for (size_t i = 0; i < length; i++)
        out[i] = alphabet[next_random(seed) % letters];
    memset(out + length, '"', 64); /* what follows must not matter */
    return length;
}

/* libcsv's cells of the record at text are those that were split plainly. */
static void compare_ways(struct mg_csv_splitter *splitter, const char *text, size_t length,
                         const struct mg_cell *plain, size_t count)
{
    const struct mg_cell *cells = NULL;
    size_t other = 0;
    must(mg_csv_split(splitter, text, length, &cells, &other, &err));
    assert_int_equal(count, other);
    for (size_t k = 0; k < count; k++) {
        assert_int_equal(plain[k].length, cells[k].length);
        assert_memory_equal(plain[k].text, cells[k].text, cells[k].length);
    }
}

static void both_ways_give_the_same_cells(void **state)
{
    (void)state;
    uint64_t seed = 20260102;
    print_message("seed %llu\n", (unsigned long long)seed);
    struct mg_csv_dialect dialect = {';', '"', false};
    struct mg_csv_splitter *splitter = NULL;
    must(mg_csv_splitter_create(dialect, &splitter, &err));
    static struct mg_cell plain[MG_CSV_MAX_CELLS];
    for (int i = 0; i < 20000; i++) {
        char text[400];
        size_t length = random_text(&seed, "ab; \t,\xc3\xa9", text, 300), count = 0;
        assert_int_equal(mg_csv_split_plain(text, length, dialect, plain, &count), length);
        compare_ways(splitter, text, length, plain, count);
    }
    mg_csv_splitter_destroy(splitter);
}

/* Where quotes only enclose cells, the plain way is taken; it ends where the other one does. */
static void quotes_that_enclose_need_no_parser(void **state)
{
    (void)state;
    uint64_t seed = 20260103;
    print_message("seed %llu\n", (unsigned long long)seed);
    struct mg_csv_dialect dialect = {';', '"', false};
    struct mg_csv_splitter *splitter = NULL;
    must(mg_csv_splitter_create(dialect, &splitter, &err));
    static struct mg_cell plain[MG_CSV_MAX_CELLS];
    size_t enclosed = 0, others = 0;
    for (int i = 0; i < 20000; i++) {
        char text[400];
        size_t length = random_text(&seed, "a;\"\"\n", text, i % 4 ? 12 : 150), count = 0, end = 0, lines = 0;
        enum mg_csv_end how = mg_csv_record_end(text, length, dialect, &end, &lines);
        size_t split = mg_csv_split_plain(text, length, dialect, plain, &count);
        if (split == SIZE_MAX) {
            assert_true(memchr(text, '"', length) != NULL);
            others++;
            continue;
        }
        assert_int_equal(how, MG_CSV_WHOLE);
        assert_int_equal(lines, 1);
        assert_int_equal(split, end);
        compare_ways(splitter, text, end, plain, count);
        enclosed += memchr(text, '"', end) != NULL;
    }
    assert_true(enclosed > 1000 && others > 1000);
    static const char two[128] = "\"a;b\";\"\"\nc"; /* with readable bytes after it */
    assert_int_equal(mg_csv_split_plain(two, strlen(two), dialect, plain, (size_t[1]){0}), 8);
    mg_csv_splitter_destroy(splitter);
}

static void read_by(size_t window, const char *path, const struct mg_table_options *options,
                    struct mg_buf *out)
{
    struct mg_source *source = NULL;
    struct mg_csv *csv = NULL;
    const struct mg_row *row = NULL;
    struct mg_error err = {0};
    assert_int_equal(mg_source_open(path, false, &source, &err), MG_OK);
    enum mg_code code = mg_csv_open(source, options, window, &csv, &err);
    if (code)
        mg_source_destroy(source);
    while (!code && !(code = mg_csv_next(csv, &row, &err)) && row)
        add_row(out, row);
    mg_buf_printf(out, "%d %s %lld\n", (int)code, err.message, (long long)err.line);
    if (csv && !code)
        mg_buf_printf(out, "%s %lld", mg_csv_info(csv)->encoding, (long long)mg_csv_info(csv)->blank_lines);
    mg_csv_destroy(csv);
}

static void the_window_does_not_matter(void **state)
{
    (void)state;
    uint64_t seed = 20260103;
    print_message("seed %llu\n", (unsigned long long)seed);
    const struct mg_table_options options = {.delimiter = ';'};
    for (int i = 0; i < slow_count(3000); i++) {
        char text[400];
        MG_CLEANUP(mg_buf_finish) struct mg_buf whole = {0};
        size_t length = random_text(&seed, "ab;;\"\"\r\n\n\xc3\xa9", text, 300);
        const char *path = file_of("t", text, length);
        read_by(0, path, &options, &whole);
        for (size_t window = 1; window < 40; window += 1 + next_random(&seed) % 9) {
            MG_CLEANUP(mg_buf_finish) struct mg_buf pieces = {0};
            read_by(window, path, &options, &pieces);
            assert_string_equal(pieces.data, whole.data);
        }
    }
}

/* Everything is given back, and the error is that of memory, whichever allocation fails. (libcsv tries again
 * with less: then the rows are what they should be.) */
static void no_memory_is_survived(void **state)
{
    (void)state;
    static const char text[] = "a;b\n\"1\n\";\"2\"\"\"\ncaf\xe9;3\n4;5\n";
    static const char rows[] = "[a][b]\n2@4<1\n><2\">\n4@15(CP1252)<café><3>\n5@22<4><5>\n";
    const char *path = file_of("t", text, sizeof text - 1);
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    mg_buf_reserve(&out, 4096);
    long failures = 0;
    for (long n = 0, left = -1; left < 0; n += slow_step()) {
        struct mg_error err = {0};
        mg_buf_clear(&out);
        mg_alloc_fail_after(n);
        enum mg_code code = read_table(path, NULL, &out, &err);
        left = mg_alloc_fail_after(-1);
        failures += code == MG_ERR_MEMORY;
        if (code == MG_OK)
            assert_string_equal(out.data, rows);
        else if (code != MG_ERR_MEMORY)
            fail_msg("allocation %ld: code %d", n, (int)code);
    }
    assert_true(failures * slow_step() > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_as_written),
        cmocka_unit_test(lines_records_and_offsets_are_exact),
        cmocka_unit_test(headers_are_made_usable),
        cmocka_unit_test(blank_lines_are_counted),
        cmocka_unit_test(a_lone_quote_costs_one_line),
        cmocka_unit_test(a_quote_that_never_closes_is_text),
        cmocka_unit_test(a_quote_does_not_swallow_a_file),
        cmocka_unit_test(quotes_are_what_they_are_said_to_be),
        cmocka_unit_test(utf16_is_read),
        cmocka_unit_test(utf16_rows_know_their_byte),
        cmocka_unit_test(what_is_not_csv_is_refused),
        cmocka_unit_test(options_that_make_no_sense_are_refused),
        cmocka_unit_test(lines_are_decoded_one_by_one),
        cmocka_unit_test(too_much_is_refused),
        cmocka_unit_test(both_ways_give_the_same_cells),
        cmocka_unit_test(quotes_that_enclose_need_no_parser),
        cmocka_unit_test(the_window_does_not_matter),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
