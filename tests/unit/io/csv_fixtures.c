/* Real CSV files that other tools are tested with: what each is, as a person reads it. */
#include <jansson.h>
#include <stdlib.h>

#include "tests/unit/files.h"
#include "tests/unit/table.h"

static const struct fixture {
    const char *path;
    size_t columns;
    int64_t rows, ragged; /* of them, with another number of cells (empty ones past the header's too) */
    const char *encoding;
    char delimiter;
    int64_t header_line;
} fixtures[] = {
    {"csv-spectrum/csvs/comma_in_quotes.csv", 5, 1, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/empty.csv", 3, 2, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/empty_crlf.csv", 3, 2, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/escaped_quotes.csv", 2, 2, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/json.csv", 2, 1, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/location_coordinates.csv", 4, 1, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/newlines.csv", 3, 3, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/newlines_crlf.csv", 3, 3, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/quotes_and_newlines.csv", 2, 2, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/simple.csv", 3, 1, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/simple_crlf.csv", 3, 1, 0, "UTF-8", ',', 1},
    {"csv-spectrum/csvs/utf8.csv", 3, 2, 0, "UTF-8", ',', 1},
    {"csvkit/FY09_EDU_Recipients_by_State.csv", 9, 53, 53, "UTF-8", ',', 1},
    {"csvkit/bad.csv", 3, 3, 2, "UTF-8", ',', 1},
    {"csvkit/bad_skip_lines.csv", 3, 3, 2, "UTF-8", ',', 4},
    {"csvkit/blanks.csv", 6, 1, 0, "UTF-8", ',', 1},
    {"csvkit/ks_1033_data.csv", 14, 1575, 0, "UTF-8", ',', 1},
    {"csvkit/mac_newlines.csv", 3, 2, 0, "UTF-8", ',', 1},
    {"csvkit/no_header_row.csv", 3, 0, 0, "UTF-8", ',', 1},
    {"csvkit/null_byte.csv", 3, 1, 1, "UTF-8", ',', 1},
    {"csvkit/optional_quote_characters.csv", 3, 1, 0, "UTF-8", ',', 1},
    {"csvkit/test_empty_columns_long_row.csv", 3, 1, 1, "UTF-8", ',', 1},
    {"csvkit/test_extra_header.csv", 4, 1, 1, "UTF-8", ',', 1},
    {"csvkit/test_geo.csv", 12, 17, 0, "UTF-8", ',', 1},
    {"csvkit/test_geojson.csv", 7, 3, 0, "UTF-8", ',', 1},
    {"csvkit/test_header_newline.csv", 3, 1, 0, "UTF-8", ',', 1},
    {"csvkit/test_latin1.csv", 3, 2, 0, "CP1252", ',', 1},
    {"csvkit/test_locale.csv", 3, 1, 0, "UTF-8", ',', 1},
    {"csv-detective/a_test_file.csv", 11, 406, 0, "UTF-8", ';', 1},
    {"csv-detective/b_test_file.csv", 3, 6, 0, "UTF-8", ',', 1},
    {"csv-detective/c_test_file.csv", 2, 1, 1, "UTF-8", ';', 1},
    {"csv-detective/csv_file", 2, 6, 0, "UTF-8", ',', 1},
    {"csv-detective/file.csv.gz", 3, 6, 0, "UTF-8", ',', 1},
    {"frictionless_big-western-macos-roman.csv", 1, 671, 0, "MACINTOSH", ';', 1},
    {"frictionless_carets.csv", 3, 2, 0, "UTF-8", '^', 1},
    {"frictionless_inconsistent-column-number.csv", 3, 2, 1, "UTF-8", ',', 1},
    {"frictionless_iso8859.csv", 4, 5, 0, "CP1252", ',', 1},
    {"frictionless_missing-values.csv", 3, 2, 0, "UTF-8", ',', 1},
    {"frictionless_pipes.csv", 3, 2, 0, "UTF-8", '|', 1},
    {"frictionless_tab.tsv", 3, 2, 0, "UTF-8", '\t', 1},
    {"frictionless_utf8.csv", 4, 5, 0, "UTF-8", ',', 1},
    {"frictionless_various-characters.csv", 3, 5, 0, "UTF-8", ',', 1},
    {"frictionless_western-macos-roman.csv", 4, 5, 0, "MACINTOSH", ',', 1},
    {"../bpe/laposte-fermetures-mixed-encoding.csv", 17, 20, 0, "mixed", ';', 1},
    {"../sante/sae-etablissements-2022.csv", 70, 3995, 0, "CP1252", ';', 1},
    {"../education/annuaire-35-2023.csv", 69, 996, 0, "UTF-8", ';', 1},
};

static const char *fixture_file(const char *path)
{
    char name[200];
    snprintf(name, sizeof name, "csv-fixtures/%s", path);
    return shared_file(name);
}

static void check_fixture(const struct fixture *f)
{
    WITH_TABLE table = NULL;
    must(mg_table_open(fixture_file(f->path), NULL, &table, &err));
    const struct mg_table_info *info = mg_table_info(table);
    const struct mg_row *row = NULL;
    int64_t ragged = 0, footer = 0;
    for (;;) {
        must(mg_table_next(table, &row, &err));
        if (!row)
            break;
        ragged += row->count != f->columns;
        footer += row->footer;
    }
    if (info->column_count != f->columns || info->rows_read != f->rows || ragged != f->ragged || footer ||
        strcmp(info->encoding, f->encoding) || info->delimiter != f->delimiter || info->quote != '"' ||
        info->header_line != f->header_line || info->header_rows != 1 || *info->preamble)
        fail_msg("%s: %zu columns, %lld rows, %lld ragged, %lld below, %s, '%c', header on line %lld",
                 f->path, info->column_count, (long long)info->rows_read, (long long)ragged,
                 (long long)footer, info->encoding, info->delimiter, (long long)info->header_line);
}

static void each_is_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++)
        check_fixture(&fixtures[i]);
    WITH_TABLE table = NULL;
    must_fail(mg_table_open(fixture_file("frictionless_empty.csv"), NULL, &table, &err), MG_ERR_INPUT,
              "empty");
}

/* A cell of a row, both from 1; row 0 is the header. */
static void expect_cell(const char *path, int64_t number, size_t column, const char *text)
{
    WITH_TABLE table = NULL;
    const struct mg_row *row = NULL;
    must(mg_table_open(fixture_file(path), NULL, &table, &err));
    if (!number) {
        assert_string_equal(mg_table_info(table)->columns[column - 1], text);
        return;
    }
    while (!row || row->record < number)
        must(mg_table_next(table, &row, &err));
    assert_int_equal(row->cells[column - 1].length, strlen(text));
    assert_memory_equal(row->cells[column - 1].text, text, strlen(text));
}

static void cells_are_read_right(void **state)
{
    (void)state;
    expect_cell("frictionless_western-macos-roman.csv", 5, 1, "Réunion");
    expect_cell("frictionless_iso8859.csv", 1, 1, "Réunion");
    expect_cell("frictionless_big-western-macos-roman.csv", 1, 1, "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü");
    expect_cell("csvkit/test_header_newline.csv", 0, 1, "start end");
    expect_cell("csvkit/test_latin1.csv", 2, 3, "©");
    expect_cell("csvkit/mac_newlines.csv", 2, 1, "Once upon\ra time");
    expect_cell("csvkit/test_locale.csv", 1, 2, "200.000.000");
    /* UTF-8 and CP1252 in one line */
    expect_cell("../bpe/laposte-fermetures-mixed-encoding.csv", 1, 6, "Relais poste commerçant");
    expect_cell("../bpe/laposte-fermetures-mixed-encoding.csv", 1, 8, "Maubeuge (partie française)");
}

/* csv-spectrum: each file says in JSON what its cells are. An object alone is a row too. */
static void spectrum_case(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "csv-spectrum/json/%s.json", name);
    json_t *rows = json_load_file(fixture_file(path), 0, NULL);
    snprintf(path, sizeof path, "csv-spectrum/csvs/%s.csv", name);
    WITH_TABLE table = NULL;
    must(mg_table_open(fixture_file(path), NULL, &table, &err));
    const struct mg_row *row = NULL;
    const struct mg_table_info *info = mg_table_info(table);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        must(mg_table_next(table, &row, &err));
        assert_non_null(row);
        assert_int_equal(row->count, json_object_size(json_array_get(rows, i)));
        for (size_t k = 0; k < row->count; k++) {
            json_t *cell = json_object_get(json_array_get(rows, i), info->columns[k]);
            assert_int_equal(row->cells[k].length, json_string_length(cell));
            assert_memory_equal(row->cells[k].text, json_string_value(cell), row->cells[k].length);
        }
    }
    assert_true(json_array_size(rows) > 0);
    must(mg_table_next(table, &row, &err));
    assert_null(row);
    json_decref(rows);
}

/* newlines_crlf.json and location_coordinates.json do not say what their CSV files hold: line feeds there are
 * carriage returns and line feeds here, and another telephone number. */
static void spectrum(void **state)
{
    (void)state;
    static const char *const names[] = {"comma_in_quotes",
                                        "empty",
                                        "empty_crlf",
                                        "escaped_quotes",
                                        "json",
                                        "newlines",
                                        "quotes_and_newlines",
                                        "simple",
                                        "simple_crlf",
                                        "utf8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        spectrum_case(names[i]);
    expect_cell("csv-spectrum/csvs/newlines_crlf.csv", 2, 1, "Once upon \na time");
    expect_cell("csv-spectrum/csvs/location_coordinates.csv", 1, 1, "2095257564");
    expect_cell("csv-spectrum/csvs/location_coordinates.csv", 1, 2,
                "37\xEF\xBF\xBD"
                "36'37.8\"N 121\xEF\xBF\xBD"
                "2'17.9\"W");
    expect_cell("csv-spectrum/csvs/location_coordinates.csv", 1, 4, "Stanislaus");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_what_it_is),
        cmocka_unit_test(cells_are_read_right),
        cmocka_unit_test(spectrum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
