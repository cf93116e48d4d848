/* Flat JSON arrays, read in place. */
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/io/json.h"
#include "libdata/io/json_cells.h"
#include "tests/unit/test.h"

static void cells_come_in_order(void **state)
{
    (void)state;
    const char *json = "[ 1,null , \"a,]b\",\"\", true,-2.5e3]";
    static const struct {
        enum mg_json_kind kind;
        const char *text;
    } expected[] = {{MG_JSON_BARE, "1"}, {MG_JSON_NULL, "null"}, {MG_JSON_TEXT, "a,]b"},
                    {MG_JSON_TEXT, ""},  {MG_JSON_BARE, "true"}, {MG_JSON_BARE, "-2.5e3"}};
    struct mg_json_cells cells;
    struct mg_json_cell cell;
    mg_json_cells_start(&cells, json, strlen(json));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(mg_json_cells_next(&cells, &cell));
        assert_int_equal(cell.kind, expected[i].kind);
        assert_int_equal(cell.length, strlen(expected[i].text));
        assert_memory_equal(cell.text, expected[i].text, cell.length);
        assert_false(cell.escaped);
    }
    assert_false(mg_json_cells_next(&cells, &cell));
    assert_false(mg_json_cells_next(&cells, &cell));
    mg_json_cells_at(json, strlen(json), 2, &cell);
    assert_memory_equal(cell.text, "a,]b", cell.length);
    mg_json_cells_at(json, strlen(json), 6, &cell);
    assert_int_equal(cell.kind, MG_JSON_NULL);
}

/* What our own writer escapes comes back, and so does what others may write. */
static void texts_are_read_back(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {{"[\"a\\\"b\\\\c\\/d\"]", "a\"b\\c/d"},
                 {"[\"\\b\\f\\n\\r\\t\"]", "\b\f\n\r\t"},
                 {"[\"\\u0041\\u00e9\\u20AC\\ud83c\\udfe4!\"]", "Aé€🏤!"}};
    struct mg_json_cell cell;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0}, json = {0};
        mg_json_cells_at(cases[i].json, strlen(cases[i].json), 0, &cell);
        mg_json_cell_add(&text, &cell);
        assert_string_equal(text.data, cases[i].text);
        mg_buf_add_char(&json, '[');
        mg_json_add_string(&json, text.data, text.length);
        mg_buf_add_char(&json, ']');
        mg_buf_clear(&text);
        mg_json_cells_at(json.data, json.length, 0, &cell);
        mg_json_cell_add(&text, &cell);
        assert_string_equal(text.data, cases[i].text);
    }
}

/* Anything may stand in a file: nothing is read beyond its end. */
static void broken_arrays_end_early(void **state)
{
    (void)state;
    static const char *const broken[] = {"",          "[",        "[\"abc",        "[\"a\\", "{\"a\":1}",
                                         "[1,[2],3]", "[\"\\u12", "[\"\\ud83c\"]", "[,]"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        size_t length = strlen(broken[i]);
        MG_FREE char *exact = malloc(length + 1); /* no NUL to lean on */
        memcpy(exact, broken[i], length);
        MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
        struct mg_json_cells cells;
        struct mg_json_cell cell;
        int count = 0;
        mg_json_cells_start(&cells, exact, length);
        while (mg_json_cells_next(&cells, &cell)) {
            mg_json_cell_add(&text, &cell);
            count++;
        }
        assert_true(count <= 1);
    }
    struct mg_json_cells cells;
    struct mg_json_cell cell;
    mg_json_cells_start(&cells, NULL, 0);
    assert_false(mg_json_cells_next(&cells, &cell));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_come_in_order),
        cmocka_unit_test(texts_are_read_back),
        cmocka_unit_test(broken_arrays_end_early),
    };
    return cmocka_run_group_tests_name("json_cells", tests, NULL, NULL);
}
