/* Datasets, columns, editions, and the records that stand in an edition. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/catalogue.h"
#include "tests/unit/database.h"

/* postes: 2016 (records 1, 2), 2020 (1, 3), with another dataset's version in between; ecoles: 2018 (4) */
static const char content[] =
    "INSERT INTO dataset (id, name, kind, access) VALUES (1, 'postes', 'services', 'open'),"
    " (2, 'ecoles', 'services', 'restricted'), (3, 'communes', 'territories', 'open');"
    "INSERT INTO field (id, dataset, position, name, role, access) VALUES (1, 1, 0, 'Id', 'key', 'open'),"
    " (2, 1, 1, 'Horaires', NULL, 'restricted');"
    "INSERT INTO edition (id, dataset, as_of, source_name, source_sha256, source_size, format, encoding,"
    " rows_read, rows_loaded, rows_rejected, rows_skipped, issues, first_version, last_version, imported_at,"
    " tool_version) VALUES (1, 1, '2020-01-01', 'a', 'aa', 1, 'CSV', 'UTF-8', 3, 2, 1, 0, 5, 1, 2, '', ''),"
    " (2, 2, '2018-01-01', 'b', 'bb', 1, 'CSV', 'UTF-8', 1, 1, 0, 0, 0, 3, 3, '', ''),"
    " (3, 1, '2016-01-01', 'c', 'cc', 1, 'CSV', 'UTF-8', 2, 2, 0, 0, 0, 4, 4, '', '');"
    "INSERT INTO record (id, edition, key, line) VALUES (1, 1, 'A', 2), (3, 1, 'C', 3), (4, 2, 'E', 2),"
    " (2, 3, 'B', 3);"
    "INSERT INTO version VALUES (1, 1, 3, NULL, 11), (2, 3, 1, NULL, 12), (3, 4, 2, NULL, 13), (4, 2, 3, 1, "
    "14);";

static int set_up(void **state)
{
    struct mg_db *db = fresh();
    fill(db, content);
    *state = db;
    return 0;
}

static void names_are_plain(void **state)
{
    (void)state;
    assert_true(mg_dataset_name_valid("postes"));
    assert_true(mg_dataset_name_valid("bpe-2021_detail"));
    static const char *bad[] = {
        "",    "2020", "Postes", "écoles",
        "a b", "a;b",  "_a",     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mg_dataset_name_valid(bad[i]));
}

static void a_dataset_has_its_columns_and_editions(void **state)
{
    struct mg_dataset *d = NULL;
    must(mg_dataset_load(*state, "postes", &d, &err));
    assert_true(d->open);
    assert_string_equal(d->kind, "services");
    assert_int_equal(d->field_count, 2);
    assert_string_equal(d->fields[0].role, "key");
    assert_true(d->fields[0].open);
    assert_null(d->fields[1].role);
    assert_false(d->fields[1].open);
    assert_int_equal(d->edition_count, 2);
    assert_string_equal(d->editions[0].as_of, "2016-01-01");
    assert_int_equal(d->editions[1].rows_rejected, 1);
    assert_int_equal(d->editions[1].last_version, 2);

    const struct mg_edition *edition = NULL;
    must(mg_edition_find(d, "2020-01-01", &edition, &err));
    assert_int_equal(edition->id, 1);
    must_fail(mg_edition_find(d, "2019-01-01", &edition, &err), MG_ERR_USAGE, "no edition of 2019-01-01");
    assert_int_equal(mg_edition_at(d, "2019-12-31")->id, 3);
    assert_int_equal(mg_edition_at(d, NULL)->id, 1);
    assert_null(mg_edition_at(d, "2015-12-31"));
    mg_dataset_destroy(d);
}

static void an_unknown_dataset_names_those_there_are(void **state)
{
    struct mg_dataset *d = NULL;
    struct mg_error err = {0};
    assert_int_equal(mg_dataset_load(*state, "poste", &d, &err), MG_ERR_USAGE);
    assert_null(d);
    assert_string_equal(err.hint, "it holds: communes, ecoles, postes");
}

static void names_come_in_order(void **state)
{
    char **names = NULL;
    must(mg_dataset_names(*state, "services", &names, &err));
    assert_string_equal(names[0], "ecoles");
    assert_string_equal(names[1], "postes");
    assert_null(names[2]);
    free(names[0]);
    free(names[1]);
    free(names);
}

static void check_records(struct mg_db *db, const char *as_of, const char *expected)
{
    struct mg_dataset *d = NULL;
    const struct mg_edition *edition = NULL;
    sqlite3_stmt *statement = NULL;
    char keys[16] = "";
    must(mg_dataset_load(db, "postes", &d, &err));
    must(mg_edition_find(d, as_of, &edition, &err));
    must(mg_records_at(db, d, edition, &statement, &err));
    for (;;) {
        bool row = false;
        must(mg_db_step(statement, &row, &err));
        if (!row)
            break;
        strcat(keys, (const char *)sqlite3_column_text(statement, 1));
        strncat(keys, (const char *)sqlite3_column_text(statement, 15) + 2, 2);
    }
    assert_string_equal(keys, expected);
    mg_dataset_destroy(d);
}

static void records_stand_by_their_intervals(void **state)
{
    check_records(*state, "2016-01-01", "A20B16"); /* A extends back, but its line is in the source of 2020 */
    check_records(*state, "2020-01-01", "A20C20");
}

static void memory_may_run_out_anywhere(void **state)
{
    for (long n = 0;; n++) {
        struct mg_dataset *d = NULL;
        char **names = NULL;
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = mg_dataset_load(*state, "postes", &d, &err);
        if (!code)
            code = mg_dataset_names(*state, NULL, &names, &err);
        bool passed = mg_alloc_fail_after(-1) >= 0;
        if (code) {
            assert_int_equal(code, MG_ERR_MEMORY);
            assert_null(names);
        }
        mg_dataset_destroy(d);
        for (size_t i = 0; names && names[i]; i++)
            free(names[i]);
        free(names);
        if (passed) {
            assert_int_equal(code, MG_OK);
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_plain),
        cmocka_unit_test(a_dataset_has_its_columns_and_editions),
        cmocka_unit_test(an_unknown_dataset_names_those_there_are),
        cmocka_unit_test(names_come_in_order),
        cmocka_unit_test(records_stand_by_their_intervals),
        cmocka_unit_test(memory_may_run_out_anywhere),
    };
    return cmocka_run_group_tests_name("catalogue", tests, set_up, tear_down);
}
