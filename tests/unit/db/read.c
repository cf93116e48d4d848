/* Values of the file: what each reader refuses, and how it says where. */
#include "libdata/db/read.h"

#include <string.h>

#include "tests/unit/database.h"

static const char *const words[] = {"some", "none", NULL};

static int set_up(void **state)
{
    struct mg_db *db = fresh();
    fill(db,
         "INSERT INTO dataset (id, name, kind) VALUES (3, 'postes', 'services'), (7, 'gares', 'services');"
         "CREATE TABLE plain (id INTEGER PRIMARY KEY, i INTEGER, r REAL, t TEXT, b BLOB, n TEXT)");
    *state = db;
    return 0;
}

enum reader { I64, INT, BOOL, REAL, TEXT, COPY, BLOB, WORD, DATE, CELLS };

static void read_one(struct mg_read *row, enum reader reader)
{
    size_t length = 99;
    char room[4];
    switch (reader) {
    case I64:
        mg_read_i64(row, 0);
        break;
    case INT:
        assert_in_range(mg_read_int(row, 0, 2, 9), 2, 9);
        break;
    case BOOL:
        mg_read_bool(row, 0);
        break;
    case REAL:
        assert_true(mg_read_real(row, 0) < 1e300);
        break;
    case TEXT:
        assert_non_null(mg_read_text(row, 0, &length));
        assert_true(!row->code || !length);
        break;
    case COPY:
        mg_read_copy(row, 0, room, sizeof room);
        assert_true(strlen(room) < sizeof room);
        break;
    case BLOB:
        mg_read_blob_or_null(row, 0, &length);
        assert_int_not_equal(length, 99);
        break;
    case WORD:
        assert_in_range(mg_read_word(row, 0, words), 0, 1);
        break;
    case DATE:
        mg_read_date(row, 0);
        break;
    case CELLS:
        assert_true(mg_read_cells_or_null(row, 0, &length) || !length);
        break;
    }
}

/* value: as SQL; told NULL: it is read. */
static void values_are_what_they_must_be(void **state)
{
    struct mg_error said;
    static const struct {
        enum reader reader;
        const char *value, *told;
    } tries[] = {
        {I64, "-9223372036854775808", NULL},
        {I64, "NULL", "there is no value, where there must be one"},
        {I64, "'7'", "not a whole number"},
        {I64, "7.5", "not a whole number"},
        {I64, "x'07'", "not a whole number"},
        {INT, "2", NULL},
        {INT, "9", NULL},
        {INT, "1", "1 is not between 2 and 9"},
        {INT, "4294967300", "4294967300 is not between 2 and 9"},
        {BOOL, "1", NULL},
        {BOOL, "2", "2 is not between 0 and 1"},
        {REAL, "1", NULL},
        {REAL, "-0.5", NULL},
        {REAL, "9e999", "not a number"},
        {REAL, "'1'", "not a number"},
        {REAL, "NULL", "there is no value"},
        {TEXT, "''", NULL},
        {TEXT, "'a é 12345678 €'", NULL},
        {TEXT, "NULL", "there is no value"},
        {TEXT, "5", "not a text"},
        {TEXT, "x'41'", "not a text"},
        {TEXT, "CAST(x'414141414141414180' AS TEXT)", "not UTF-8"},
        {TEXT, "CAST(x'c3' AS TEXT)", "not UTF-8"},
        {TEXT, "CAST(x'410042' AS TEXT)", "a NUL byte"},
        {TEXT, "CAST(x'4141414141410041' AS TEXT)", "a NUL byte"},
        {TEXT, "CAST(x'c3a900' AS TEXT)", "a NUL byte"},
        {COPY, "'abc'", NULL},
        {COPY, "'abcd'", "longer than 3 bytes"},
        {BLOB, "x''", NULL},
        {BLOB, "NULL", NULL},
        {BLOB, "'blob'", "not a blob"},
        {WORD, "'none'", NULL},
        {WORD, "'no'", "'no' is none of the words"},
        {WORD, "NULL", "there is no value"},
        {DATE, "'2024-02-29'", NULL},
        {DATE, "'2023-02-29'", "'2023-02-29' is not a date"},
        {CELLS, "NULL", NULL},
        {CELLS, "'[]'", NULL},
        {CELLS, "'[null,\"a\\\"b\\u00e9\", -1.5e3, true ]'", NULL},
        {CELLS, "'[1'", "not a JSON array"},
        {CELLS, "'[\"a]'", "not a JSON array"},
        {CELLS, "'[\"\\q\"]'", "not a JSON array"},
        {CELLS, "'[\"\\u12g4\"]'", "not a JSON array"},
        {CELLS, "'[1,]'", "not a JSON array"},
        {CELLS, "'[1]]'", "not a JSON array"},
        {CELLS, "'[[1]]'", "not a JSON array"},
        {CELLS, "'[nul]'", "not a JSON array"},
        {CELLS, "'{}'", "not a JSON array"},
        {CELLS, "''", "not a JSON array"},
    };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        sqlite3_stmt *statement = NULL;
        bool there = false;
        must(mg_db_prepare(*state, &statement, &err, "SELECT %s", tries[i].value));
        must(mg_db_step(statement, &there, &err));
        struct mg_read row = mg_read_of(statement, &said);
        read_one(&row, tries[i].reader);
        if (tries[i].told && (row.code != MG_ERR_DB || !strstr(said.message, tries[i].told)))
            fail_msg("%s: %s", tries[i].value, row.code ? said.message : "is read");
        if (!tries[i].told && row.code)
            fail_msg("%s: %s", tries[i].value, said.message);
        sqlite3_finalize(statement);
    }
}

/* By the row's id where the answer has it, else by the value; a value that is worked out by what it is
 * called. */
static void it_is_said_where(void **state)
{
    struct mg_error said;
    static const struct {
        const char *change, *question, *told;
    } tries[] = {
        {"UPDATE plain SET t = x'00' WHERE id = 7", "SELECT t, id FROM plain WHERE id = 7",
         "table plain, row 7, column t: not a text"},
        {"UPDATE plain SET t = x'00' WHERE id = 7", "SELECT p.t FROM plain AS p WHERE p.id = 7",
         "table plain, row 7, column t: not a text"},
        {"UPDATE plain SET t = NULL", "SELECT t AS x FROM plain",
         "table plain, row 3, column t: there is no value"},
        {"UPDATE plain SET t = NULL", "SELECT coalesce(t, NULL) AS x FROM plain",
         "column 1 of an answer (x): there is no value"},
        {"CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO keyed VALUES ('a', 1)",
         "SELECT v FROM keyed", "table keyed, column v: not a text"},
    };
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        sqlite3_stmt *statement = NULL;
        bool there = false;
        fill(*state, "DELETE FROM plain; INSERT INTO plain (id, t) VALUES (3, 'a'), (7, 'b')");
        fill(*state, tries[i].change);
        must(mg_db_prepare(*state, &statement, &err, "%s", tries[i].question));
        must(mg_db_step(statement, &there, &err));
        struct mg_read row = mg_read_of(statement, &said);
        mg_read_text(&row, 0, NULL);
        assert_int_equal(row.code, MG_ERR_DB);
        if (strncmp(said.message, tries[i].told, strlen(tries[i].told)) != 0)
            fail_msg("%s, not %s", said.message, tries[i].told);
        sqlite3_finalize(statement);
    }
}

/* What was refused first is told, and ends the rows. */
static void the_first_refusal_stays(void **state)
{
    struct mg_error said;
    struct mg_read row;
    int rows = 0;
    fill(*state, "UPDATE dataset SET name = CAST(x'ff' AS TEXT) WHERE id = 3");
    mg_read_ask(&row, *state, MG_SQL_DATASET_NAMES, &said, "n");
    while (mg_read_next(&row)) {
        rows++;
        mg_read_text(&row, 0, NULL);
        if (row.code)
            mg_read_i64(&row, 0);
    }
    assert_int_equal(mg_read_end(&row), MG_ERR_DB);
    assert_non_null(strstr(said.message, "table dataset, row 3, column name: the text is not UTF-8"));
    assert_int_equal(rows, 2);
    assert_int_equal(mg_read_ask(&row, *state, MG_SQL_DATASET_NAMES, &said, ""), MG_ERR_DB);
    assert_false(mg_read_next(&row));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_are_what_they_must_be, set_up, tear_down),
        cmocka_unit_test_setup_teardown(it_is_said_where, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_refusal_stays, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
