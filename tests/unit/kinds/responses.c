/* Imports of survey responses: questions, scale, missing codes, and what is kept of each row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/kinds/responses.h"
#include "tests/unit/database.h"

static enum mg_code import_text(struct mg_db *db, const char *edition, const char *text,
                                const struct mg_import_options *extra, struct mg_import_result *result,
                                struct mg_error *err)
{
    struct mg_import_options options = extra ? *extra : (struct mg_import_options){0};
    options.kinds = mg_kinds;
    write_csv(text);
    options.dataset = "avis";
    options.edition = edition;
    options.kind = "responses";
    options.max_reject_rows = 0;
    return mg_import_file(db, CSV, &options, result, err);
}

/* The first column of each row, a line each. */
static void check(struct mg_db *db, const char *sql, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf found = {0};
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(mg_db_handle(db)));
    mg_buf_add(&found, "", 0);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        mg_buf_printf(&found, "%s\n", text ? text : "NULL");
    }
    sqlite3_finalize(statement);
    if (strcmp(found.data, expected))
        fail_msg("%s: is\n%snot\n%s", sql, found.data, expected);
}

static const char survey[] = "id;service;Code INSEE;date;poids;commentaire;q1;Q2_01;canal\n"
                             "1;Mairie;1001;03/02/2024;1,5;\"dit \"\"non\"\"\";5;4.0;web\n"
                             "2;Poste;51108;2024-02-04;1.5;;9;;\n"
                             "3;;x;hier;lourd;;1;NSP;guichet\n";

static void rows_are_kept_as_answered(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    struct mg_import_options options = {.missing = "9,NSP", .scale = "1:5"};
    must(import_text(db, "2024", survey, &options, &result, &err));
    assert_int_equal(result.rows_loaded, 3);
    assert_int_equal(result.issues, 3); /* a code, a date, a weight */
    check(db, "SELECT answers FROM response ORDER BY id", "[5,4]\n[9]\n[1,\"NSP\"]\n");
    check(db,
          "SELECT coalesce(service, '-') || ' ' || coalesce(territory, '-') || ' ' || coalesce(date, '-') || "
          "' ' ||"
          " coalesce(weight, '-') || ' ' || coalesce(comment, '-') || ' ' || line FROM response ORDER BY id",
          "Mairie 01001 2024-02-03 1.5 dit \"non\" 2\nPoste 51108 2024-02-04 1.5 - 3\n- - - - - 4\n");
    /* what a typed column does not hold to the letter is kept beside it */
    check(db, "SELECT other FROM response ORDER BY id",
          "[\"1\",null,\"1001\",\"03/02/2024\",\"1,5\",null,null,null,\"web\"]\n[\"2\"]\n"
          "[\"3\",null,\"x\",\"hier\",\"lourd\",null,null,null,\"guichet\"]\n");
    check(db, "SELECT name FROM question ORDER BY position", "q1\nQ2_01\n");
    check(db, "SELECT scale_low || ':' || scale_high || missing FROM survey", "1:5[\"9\",\"NSP\"]\n");
    check(db, "SELECT first_version || '-' || last_version || level FROM edition", "1-3commune\n");
    leave(db);
}

static void questions_keep_their_place(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    struct mg_import_options options = {.questions = "accueil,del*"};
    must(import_text(db, "2023", "accueil;delai;canal\n5;1;web\n", &options, &result, &err));
    must(import_text(db, "2024", "delai;canal;clarte;accueil\n2;web;4;1\n", NULL, &result, &err));
    check(db, "SELECT answers FROM response ORDER BY id", "[5,1]\n[1,2]\n");
    check(db, "SELECT other FROM response ORDER BY id", "[null,null,\"web\"]\n[null,null,\"web\",\"4\"]\n");
    options.questions = "accueil,prix";
    must_fail(import_text(db, "2025", "accueil;canal\n5;web\n", &options, &result, &err), MG_ERR_USAGE,
              "no column without another role is called 'prix'");
    check(db, "SELECT count(*) FROM response", "2\n");
    leave(db);
}

static void questions_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *names, *scale;
    } cases[] = {
        /* labels, and mostly whole numbers under them */
        {"id;q1;Question 2;q3;quand\n1;1;5;rien;7\n2;5;NA;tout;8\n", "q1\nQuestion 2\n", "1:5\n"},
        /* no telling label: small whole numbers that vary */
        {"id;accueil;delai;fixe\n10;0;10;3\n20;10;9;3\n", "accueil\ndelai\n", "0:10\n"},
        {"id;accueil\n10;1\n20;4\n", "accueil\n", "NULL\n"},
        {"note;canal\n5;web\n1;web\n", "note\n", "1:5\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_db *db = fresh();
        struct mg_import_result result;
        must(import_text(db, "2024", cases[i].text, NULL, &result, &err));
        check(db, "SELECT name FROM question ORDER BY position", cases[i].names);
        check(db, "SELECT scale_low || ':' || scale_high FROM survey", cases[i].scale);
        leave(db);
    }
}

static void answers_off_the_scale_are_told(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    struct mg_import_options options = {.questions = "q1", .missing = "9", .scale = "1:5"};
    must(import_text(db, "2024", "q1\n5\n7\n9\n04\nNA\n", &options, &result, &err));
    assert_int_equal(result.issues, 3);
    assert_string_equal(result.issue_codes[0].code, "off-scale");
    check(db, "SELECT raw || ' ' || line FROM issue ORDER BY id", "7 3\n04 5\nNA 6\n");
    leave(db);
}

static void surveys_without_sense_are_refused(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must_fail(import_text(db, "2024", "nom;canal\nx;web\ny;web\n", NULL, &result, &err), MG_ERR_INPUT,
              "no column looks like a question");
    struct mg_import_options options = {.scale = "5"};
    must_fail(import_text(db, "2024", "q1\n5\n", &options, &result, &err), MG_ERR_USAGE,
              "'5' is not a scale");
    options = (struct mg_import_options){.level = "commune"};
    must_fail(import_text(db, "2024", "q1\n5\n", &options, &result, &err), MG_ERR_USAGE,
              "no column holds the codes of territories");
    options.level = "canton";
    must_fail(import_text(db, "2024", "q1\n5\n", &options, &result, &err), MG_ERR_USAGE,
              "'canton' is not a level");
    leave(db);
}

static void numbers_are_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t number;
    } good[] = {{"0", 0}, {"5", 5}, {"10", 10}, {"4.0", 4}, {"4,00", 4}};
    static const char *const bad[] = {"", "04", "+4", "-1", "4.5", "4,5", "NA", "1e1", "-0.0", "4."};
    int64_t number;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(mg_responses_number(good[i].text, strlen(good[i].text), &number));
        assert_int_equal(number, good[i].number);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (mg_responses_number(bad[i], strlen(bad[i]), &number))
            fail_msg("'%s' is taken for %lld", bad[i], (long long)number);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    /* no quotes: libcsv would try again with less */
    static const char plain[] = "service;depcom;date;poids;q1;canal\nMairie;1001;03/02/2024;1,5;5;web\n"
                                "Poste;x;hier;lourd;NSP;web\n;51108;;1;9;\n";
    struct mg_db *db = fresh();
    struct mg_import_options options = {.missing = "9,NSP", .scale = "1:5"};
    for (long n = 0;; n += slow_step()) {
        struct mg_error err = {0};
        struct mg_import_result result;
        mg_alloc_fail_after(n);
        enum mg_code code = import_text(db, "2024", plain, &options, &result, &err);
        long left = mg_alloc_fail_after(-1);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
    check(db, "SELECT count(*) FROM response", "3\n");
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_kept_as_answered),
        cmocka_unit_test(questions_keep_their_place),
        cmocka_unit_test(questions_are_found),
        cmocka_unit_test(answers_off_the_scale_are_told),
        cmocka_unit_test(surveys_without_sense_are_refused),
        cmocka_unit_test(numbers_are_whole),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("responses", tests, NULL, NULL);
}
