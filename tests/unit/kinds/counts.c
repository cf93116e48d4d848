/* Imports of counts: which columns count what, and figures kept by intervals in whatever order editions come.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/territory_code.h"
#include "libdata/domain/kinds/counts.h"
#include "libdata/domain/kinds/kinds.h"
#include "tests/unit/database.h"

static enum mg_code import_text(struct mg_db *db, const char *edition, const char *text,
                                const struct mg_import_options *extra, struct mg_import_result *result,
                                struct mg_error *err)
{
    struct mg_import_options options = extra ? *extra : (struct mg_import_options){0};
    options.kinds = mg_kinds;
    write_csv(text);
    options.dataset = "bpe";
    options.edition = edition;
    options.kind = "counts";
    options.max_reject_rows = 10;
    return mg_import_file(db, CSV, &options, result, err);
}

/* All figures of an edition: "territory category n", by territory and category. */
static void expect(struct mg_db *db, const char *as_of, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf found = {0};
    MG_FREE char *sql = NULL;
    sqlite3_stmt *statement = NULL;
    assert_true(
        asprintf(&sql,
                 "SELECT s.territory || ' ' || s.category || ' ' || printf('%%g', s.n) FROM stock s"
                 " JOIN edition f ON f.id = s.first_edition LEFT JOIN edition g ON g.id = s.gone_edition"
                 " WHERE f.as_of <= '%s' AND (g.id IS NULL OR g.as_of > '%s') ORDER BY 1",
                 as_of, as_of) > 0);
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL), SQLITE_OK);
    mg_buf_add(&found, "", 0);
    while (sqlite3_step(statement) == SQLITE_ROW)
        mg_buf_printf(&found, "%s\n", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    if (strcmp(found.data, expected))
        fail_msg("%s: is\n%snot\n%s", as_of, found.data, expected);
}

static int64_t number(struct mg_db *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void wide_tables_are_unpivoted(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(
        db, "2020",
        "INSEECOM;Commune;Total de NB_EQUIP;Population;Police;\"Ecole, maternelle\";Code EPCI;Fermée\n"
        "1001;Abergement;5;800;2;3;200000172;\n51108;Châlons;1 204;44000;;1 204;200066876;0\n"
        "Total général;;9;1;2;3;4;5\n",
        NULL, &result, &err));
    assert_int_equal(result.rows_loaded, 2);
    assert_int_equal(result.rows_skipped, 1);
    expect(db, "2020-01-01", "01001 Ecole, maternelle 3\n01001 Police 2\n51108 Ecole, maternelle 1204\n");
    assert_int_equal(number(db, "SELECT count(*) FROM edition WHERE level = 'commune' AND first_version = 1"
                                " AND last_version = 3"),
                     1);
    assert_int_equal(number(db, "SELECT line FROM stock WHERE territory = '51108'"), 3);
    leave(db);
}

static void columns_can_be_named(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    struct mg_import_options named = {.categories = "Police,Total*"};
    must(import_text(db, "2020", "depcom;Total;Police;Poste\n51108;3;1;2\n", &named, &result, &err));
    expect(db, "2020-01-01", "51108 Police 1\n51108 Total 3\n");
    named.categories = "Police,Gare";
    must_fail(import_text(db, "2021", "depcom;Police\n51108;1\n", &named, &result, &err), MG_ERR_USAGE,
              "no column is called 'Gare'");
    leave(db);
}

static void long_tables_are_read(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2021",
                     "REF_AREA;TYPEQU;TIME_PERIOD;NB_EQPMT\n01;A101;2021;2\n2a;A101;2021;1\n035;A104;2021;0\n"
                     "01;A101;2021;3\n",
                     NULL, &result, &err));
    expect(db, "2021-01-01", "01 A101 5\n2A A101 1\n");
    assert_int_equal(result.issues, 1);
    assert_string_equal(result.issue_codes[0].code, "repeated-count");
    assert_int_equal(number(db, "SELECT count(*) FROM stock WHERE level = 'departement'"), 2);
    leave(db);
}

/* A column for each year: the edition's own is read. */
static void tables_wide_by_year_are_read(void **state)
{
    (void)state;
    static const char text[] =
        "code_commune;categorie;2019;2020;2021\n51108;Police;1;2;3\n51454;Police;4;5;6\n";
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2020", text, NULL, &result, &err));
    expect(db, "2020-01-01", "51108 Police 2\n51454 Police 5\n");
    must(import_text(db, "2021-06", text, NULL, &result, &err));
    expect(db, "2021-06-01", "51108 Police 3\n51454 Police 6\n");
    must_fail(import_text(db, "2022", text, NULL, &result, &err), MG_ERR_INPUT, "several columns of numbers");
    must_fail(import_text(db, "2022", "code_commune;2021;2022\n51108;1;2\n", NULL, &result, &err),
              MG_ERR_INPUT, "column '2021' is a year");
    must(import_text(db, "2022", "code_commune;2021;2022\n51108;1;2\n",
                     &(struct mg_import_options){.categories = "2022"}, &result, &err));
    leave(db);
}

/* Arrondissements beside communes are right; beside the commune that they are, their figures are there twice.
 */
static void cities_may_be_there_twice(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2020", "code_commune;Police\n75101;1\n75120;2\n13055;3\n69380;1\n69123;2\n", NULL,
                     &result, &err));
    assert_int_equal(result.issues, 0);
    must(import_text(db, "2021", "code_commune;Police\n75101;1\n75056;3\n13055;3\n69389;1\n69123;1\n", NULL,
                     &result, &err));
    assert_int_equal(result.issues, 2);
    assert_int_equal(number(db, "SELECT sum(line) FROM issue WHERE code = 'whole-and-parts'"), 3 + 6);
    leave(db);
}

static void rows_without_sense_are_refused(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    struct mg_import_options named = {.categories = "Police"};
    must(import_text(db, "2020", "depcom;Police\n51108;1\n51454;-2\nReims;1\n;4\n51230;beaucoup\n", &named,
                     &result, &err));
    assert_int_equal(result.rows_rejected, 4);
    expect(db, "2020-01-01", "51108 Police 1\n");
    assert_int_equal(number(db, "SELECT count(*) FROM reject WHERE code = 'not-a-count'"), 2);
    assert_int_equal(number(db, "SELECT count(*) FROM reject WHERE code = 'missing-code'"), 1);
    leave(db);
}

static void tables_that_do_not_tell_are_refused(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must_fail(import_text(db, "2020", "nom;Police\nx;1\n", NULL, &result, &err), MG_ERR_INPUT,
              "no column holds the codes");
    must_fail(import_text(db, "2020", "code;Police\n11;1\n24;2\n", NULL, &result, &err), MG_ERR_INPUT,
              "does not tell of which territories");
    must_fail(import_text(db, "2020", "depcom;nom\n51108;x\n", NULL, &result, &err), MG_ERR_INPUT,
              "no column counts anything");
    must_fail(import_text(db, "2020", "depcom;type;a;b\n51108;x;1;2\n", NULL, &result, &err), MG_ERR_INPUT,
              "several columns of numbers");
    struct mg_import_options level = {.level = "canton"};
    must_fail(import_text(db, "2020", "code;Police\n11;1\n", &level, &result, &err), MG_ERR_USAGE,
              "'canton' is not a level");
    level.level = "region";
    must(import_text(db, "2020", "code;Police\n11;1\n", &level, &result, &err));
    must_fail(import_text(db, "2021", "depcom;Police\n51108;1\n", NULL, &result, &err), MG_ERR_USAGE,
              "counts by region, this file by commune");
    assert_int_equal(number(db, "SELECT count(*) FROM stock"), 1);
    leave(db);
}

/* A count is whole, a telephone none; a word for none is not 0 and loses no column. */
static void what_is_no_count_is_not_counted(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must_fail(import_text(db, "2020", "depcom;type;tel\n51108;x;0326000000\n51454;y;0326000001\n", NULL,
                          &result, &err),
              MG_ERR_INPUT, "no column of numbers");
    must_fail(import_text(db, "2020", "depcom;type;siren\n51108;x;130005481\n51454;y;180089013\n", NULL,
                          &result, &err),
              MG_ERR_INPUT, "no column of numbers");
    struct mg_import_options named = {.categories = "NB_*"};
    must(import_text(db, "2020",
                     "depcom;NB_A;NB_B\n51108;1,234;NA\n51454;2,000;3\n51230;;n.d.\n51649;2,5;4\n", &named,
                     &result, &err));
    assert_int_equal(result.rows_loaded, 3);
    assert_int_equal(result.rows_rejected, 1);
    expect(db, "2020-01-01", "51108 NB_A 1234\n51454 NB_A 2000\n51454 NB_B 3\n");
    assert_int_equal(
        number(db, "SELECT count(*) FROM stock_unknown WHERE category = 'NB_B' AND line IN (2, 4)"), 2);
    assert_int_equal(number(db, "SELECT sum(n) FROM issue WHERE code = 'unknown-count' AND field = 'NB_B'"),
                     2);
    assert_int_equal(number(db, "SELECT sum(n) FROM issue WHERE code = 'thousands' AND field = 'NB_A'"), 2);
    struct mg_import_options replace = {.replace = true, .categories = "NB_*"};
    must(import_text(db, "2020", "depcom;NB_A;NB_B\n51108;2,000;5\n51454;;6\n", &replace, &result, &err));
    assert_int_equal(result.rows_rejected, 1); /* 2 or 2000? */
    assert_int_equal(number(db, "SELECT count(*) FROM stock_unknown"), 0);
    leave(db);
}

/* Four editions; 51108 keeps its figure, 51454 changes and comes back, 51230 comes and goes. */
static const struct {
    const char *as_of, *text, *figures;
} editions[] = {
    {"2017-01-01", "depcom;Police\n51108;1\n51454;2\n51230;\n", "51108 Police 1\n51454 Police 2\n"},
    {"2018-01-01", "depcom;Police\n51108;1\n51454;3\n51230;4\n",
     "51108 Police 1\n51230 Police 4\n51454 Police 3\n"},
    {"2019-01-01", "depcom;Police\n51108;1\n51454;2\n51230;4\n",
     "51108 Police 1\n51230 Police 4\n51454 Police 2\n"},
    {"2020-01-01", "depcom;Police\n51108;1\n51454;2\n51230;0\n", "51108 Police 1\n51454 Police 2\n"},
};

static void the_order_of_editions_changes_nothing(void **state)
{
    (void)state;
    for (int order = 0; order < 256; order++) {
        int seen = 0;
        for (int i = 0; i < 4; i++)
            seen |= 1 << (order >> 2 * i & 3);
        if (seen != 15) /* not a permutation of the four */
            continue;
        struct mg_db *db = fresh();
        for (int i = 0; i < 4; i++) {
            struct mg_import_result result;
            int edition = order >> 2 * i & 3;
            must(import_text(db, editions[edition].as_of, editions[edition].text, NULL, &result, &err));
        }
        for (int i = 0; i < 4; i++)
            expect(db, editions[i].as_of, editions[i].figures);
        /* no two rows stand for one figure at once, and each edition's rows are in its range */
        assert_int_equal(number(db,
                                "SELECT count(*) FROM stock s JOIN edition e ON s.id BETWEEN e.first_version"
                                " AND e.last_version") -
                             number(db, "SELECT count(*) FROM stock"),
                         0);
        leave(db);
    }
}

static void the_same_figures_cost_nothing(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2019", "depcom;Police;Poste\n51108;1;2\n", NULL, &result, &err));
    must(import_text(db, "2020", "INSEECOM,Poste,Police\n51108,2,1\n", NULL, &result, &err));
    assert_int_equal(number(db, "SELECT count(*) FROM stock"), 2);
    expect(db, "2020-01-01", "51108 Police 1\n51108 Poste 2\n");
    leave(db);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    struct mg_db *db = to_be_made();
    for (long n = 0;; n += slow_step()) {
        struct mg_error err = {0};
        struct mg_import_result result;
        mg_alloc_fail_after(n);
        enum mg_code code =
            import_text(db, "2019", "depcom;Police;Poste\n51108;1;2\n51454;1;2\n", NULL, &result, &err);
        long left = mg_alloc_fail_after(-1);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        assert_int_equal(number(db, "SELECT count(*) FROM sqlite_master WHERE name = 'stock'"), 0);
    }
    expect(db, "2019-01-01", "51108 Police 1\n51108 Poste 2\n51454 Police 1\n51454 Poste 2\n");
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wide_tables_are_unpivoted),
        cmocka_unit_test(columns_can_be_named),
        cmocka_unit_test(long_tables_are_read),
        cmocka_unit_test(tables_wide_by_year_are_read),
        cmocka_unit_test(cities_may_be_there_twice),
        cmocka_unit_test(rows_without_sense_are_refused),
        cmocka_unit_test(tables_that_do_not_tell_are_refused),
        cmocka_unit_test(what_is_no_count_is_not_counted),
        cmocka_unit_test(the_order_of_editions_changes_nothing),
        cmocka_unit_test(the_same_figures_cost_nothing),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("counts", tests, NULL, NULL);
}
