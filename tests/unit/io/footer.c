/* What stands below a table, and cells that are repaired on their way out. */
#include <stdlib.h>

#include "libdata/base/alloc.h"
#include "libdata/io/footer.h"
#include "tests/unit/files.h"
#include "tests/unit/table.h"

/* A letter a row: r for a row, f for one below the table, s for a short one. */
static void expect(const char *text, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    WITH_TABLE table = NULL;
    must(mg_table_open(file_of("t.csv", text, strlen(text)), NULL, &table, &err));
    for (int twice = 0; twice < 2; twice++) {
        const struct mg_row *row = NULL;
        int64_t line = 0;
        mg_buf_clear(&out);
        for (;;) {
            must(mg_table_next(table, &row, &err));
            if (!row)
                break;
            assert_true(row->line > line);
            line = row->line;
            mg_buf_add_char(&out, row->footer                                       ? 'f'
                                  : row->count < mg_table_info(table)->column_count ? 's'
                                                                                    : 'r');
        }
        must(mg_table_next(table, &row, &err));
        assert_null(row);
        assert_string_equal(out.data, expected);
        must(mg_table_rewind(table, &err));
    }
}

static void totals_and_notes_are_told(void **state)
{
    (void)state;
    expect("a;b;c\n1;x;2\n3;y;4\nTotal;;6\n", "rrf");
    expect("a;b;c\n1;x;2\nTOTAL G\xC3\x89N\xC3\x89RAL;;6\n;;\nSource : INSEE\n* provisional;;", "rfrf"
                                                                                                "f");
    expect("a;b;c\n1;x;2\n;Total;6\n\nChamp : France hors Mayotte;;\n", "rff");
    expect("a;b;c\n1;x;2\n\nThese figures are not final.\nNor are these.\n", "rff");
    expect("a;n\nx;2\nEnsemble;2\n", "rf");
    expect("a,b,c\n1,x,2\n\"Source : INSEE, 2020\"\n", "rf");
    expect("a,b,c,d,e\n1,x,2,3,4\nSource : INSEE, RP, 2020\n", "rf");
}

static void rows_are_not_taken_for_them(void **state)
{
    (void)state;
    expect("a;b;c\nTotal;;6\n1;x;2\n", "rr");
    expect("a;b;c\n1;x;2\nTotal Access;Rennes;35\n", "rr");
    expect("a;b;c\n1;x;2\nNote de musique;Rennes;35\n", "rr");
    expect("a;b;c\n1;x;2\n351\n", "rs");
    expect("a;b;c\n1;x;2\nSource : INSEE\n\n2;y;3\nSource : INSEE\n", "rsrf");
    expect("a;b;c\n1;x;2\n\nsome words alone;;\n\n2;y;3\n", "rrr");
    expect("alone\nSource : x\nTotal\n", "rr");
}

/* More of them than are held back: rows, and the last ones are told again. */
static void many_are_rows(void **state)
{
    (void)state;
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf expected = {0};
    mg_buf_add_str(&text, "a;b;c\n");
    for (int i = 0; i < 2 * MG_FOOTER_ROWS + 3; i++) {
        mg_buf_add_str(&text, "Source : INSEE;;\n");
        mg_buf_add_char(&expected, i < 2 * MG_FOOTER_ROWS ? 'r' : 'f');
    }
    expect(text.data, expected.data);
}

static void cells_are_repaired_when_asked(void **state)
{
    (void)state;
    static const char text[] = "nom;DÃ©p;n\nDÃ©sirade;x;Ã‰\nplain;y;é\nTotal;;5\n";
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    const struct mg_table_options repair = {.repair = true};
    must(read_table(file_of("t.csv", text, sizeof text - 1), &repair, &out, &err));
    assert_string_equal(out.data,
                        "[nom][Dép][n]\n2@13<Désirade><x><É>\n3@33<plain><y><é>\n4@44<Total><><5>\n");
    mg_buf_clear(&out);
    must(read_table(file_of("t.csv", text, sizeof text - 1), NULL, &out, &err));
    assert_string_equal(out.data,
                        "[nom][DÃ©p][n]\n2@13<DÃ©sirade><x><Ã‰>\n3@33<plain><y><é>\n4@44<Total><><5>\n");
    WITH_TABLE table = NULL;
    const struct mg_row *row = NULL;
    must(mg_table_open(file_of("t.csv", text, sizeof text - 1), &repair, &table, &err));
    assert_string_equal(mg_table_info(table)->labels[1], "DÃ©p");
    must(mg_table_next(table, &row, &err));
    assert_int_equal(row->raw[0].length, strlen("DÃ©sirade"));
    must(mg_table_next(table, &row, &err));
    assert_null(row->raw);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    static const char text[] = "a;b\nDÃ©;1\nSource : x\nx;2\nTotal;3\n";
    const char *path = file_of("t.csv", text, sizeof text - 1);
    const struct mg_table_options repair = {.repair = true};
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    mg_buf_reserve(&out, 4096);
    long failures = 0;
    for (long n = 0, left = -1; left < 0; n++) {
        struct mg_error err = {0};
        mg_buf_clear(&out);
        mg_alloc_fail_after(n);
        enum mg_code code = read_table(path, &repair, &out, &err);
        left = mg_alloc_fail_after(-1);
        failures += code == MG_ERR_MEMORY;
        if (code == MG_OK)
            assert_string_equal(out.data,
                                "[a][b]\n2@4<Dé><1>\n3@12<Source : x>\n4@23<x><2>\n5@27<Total><3>\n");
        else if (code != MG_ERR_MEMORY)
            fail_msg("allocation %ld: code %d", n, (int)code);
    }
    assert_true(failures > 15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_and_notes_are_told),
        cmocka_unit_test(rows_are_not_taken_for_them),
        cmocka_unit_test(many_are_rows),
        cmocka_unit_test(cells_are_repaired_when_asked),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
