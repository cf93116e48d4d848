/* Announced projects: the words and dates people write, and editions that come in whatever order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/check/check.h"
#include "libdata/domain/common/expected_date.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/kinds/projects.h"
#include "tests/unit/database.h"

#include "tests/unit/output.h"

#define HEAD "id;ministère;opération;service;nom;code insee;échéance;état;remarque\n"

static void expect_time(const char *text, const char *expected)
{
    bool good = false;
    mg_date first = 0, last = 0;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE], found[64] = "none";
    must(mg_expected_date_parse(text, strlen(text), &good, &first, &last, &err));
    if (good) {
        mg_date_format(first, from);
        mg_date_format(last, to);
        snprintf(found, sizeof found, "%s %s", from, to);
    }
    if (strcmp(found, expected))
        fail_msg("'%s' is %s, not %s", text, found, expected);
}

static void times_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } all[] = {
        {"2025", "2025-01-01 2025-12-31"},
        {"2025-06", "2025-06-01 2025-06-30"},
        {"06/2025", "2025-06-01 2025-06-30"},
        {"2024-02-29", "2024-02-29 2024-02-29"},
        {"30/06/2025", "2025-06-30 2025-06-30"},
        {"20250630", "2025-06-30 2025-06-30"},
        {"2025-06-30T00:00:00", "2025-06-30 2025-06-30"},
        {"T3 2025", "2025-07-01 2025-09-30"},
        {"3T2025", "2025-07-01 2025-09-30"},
        {"2025-T1", "2025-01-01 2025-03-31"},
        {"Q4 2025", "2025-10-01 2025-12-31"},
        {"3e trimestre 2025", "2025-07-01 2025-09-30"},
        {"dernier trimestre 2025", "2025-10-01 2025-12-31"},
        {"1er semestre de l'année 2025", "2025-01-01 2025-06-30"},
        {"S2 2025", "2025-07-01 2025-12-31"},
        {"Juin 2025", "2025-06-01 2025-06-30"},
        {"1er août 2025", "2025-08-01 2025-08-01"},
        {"31 December 2025", "2025-12-31 2025-12-31"},
        {"décembre 2024", "2024-12-01 2024-12-31"},
        {"fin février 2024", "2024-02-21 2024-02-29"},
        {"mi-juin 2025", "2025-06-11 2025-06-20"},
        {"début 2026", "2026-01-01 2026-04-30"},
        {"mi-2026", "2026-05-01 2026-08-31"},
        {"fin 2026", "2026-09-01 2026-12-31"},
        {"été 2025", "2025-06-01 2025-08-31"},
        {"Spring 2025", "2025-03-01 2025-05-31"},
        {"hiver 2025-2026", "2025-12-01 2026-02-28"},
        {"rentrée scolaire 2025", "2025-09-01 2025-09-30"},
        {"2025/2026", "2025-01-01 2026-12-31"},
        /* not understood, or not one time */
        {"", "none"},
        {"hiver 2025", "none"},
        {"d'ici 2026", "none"},
        {"après le 3 mai 2025", "none"},
        {"T5 2025", "none"},
        {"S3 2025", "none"},
        {"30 février 2025", "none"},
        {"31/02/2025", "none"},
        {"2025-13", "none"},
        {"juin ou juillet 2025", "none"},
        {"06/25", "none"},
        {"2025-2027", "none"},
        {"trimestre 2025", "none"},
        {"juin", "none"},
        {"1850", "none"},
        {"99999999999999999999", "none"},
        {"fin T3 2025", "none"},
        {"1 2 3 4 5 6 7 8 9 2025", "none"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        expect_time(all[i].text, all[i].expected);
}

static void words_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text, *kind, *status;
    } all[] = {
        {"Ouverture", "opening", NULL},
        {"OPENING", "opening", NULL},
        {"fermeture par regroupement", "closure", NULL},
        {"Transfert", "move", NULL},
        {"déménagement", "move", NULL},
        {"Fusion", "merger", NULL},
        {"regroupement", "merger", NULL},
        {"Annoncé", NULL, "announced"},
        {"validée", NULL, "approved"},
        {"en cours de réalisation", NULL, "under way"},
        {"Under way", NULL, "under way"},
        {"Réalisé", NULL, "done"},
        {"ABANDONNÉ", NULL, "abandoned"},
        {"non validé", NULL, NULL},
        {"", NULL, NULL},
        {"?", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *kind = NULL, *status = NULL;
        must(mg_project_kind(all[i].text, strlen(all[i].text), &kind, &err));
        must(mg_project_status(all[i].text, strlen(all[i].text), &status, &err));
        if (all[i].kind || !all[i].status)
            assert_true(all[i].kind ? kind && !strcmp(kind, all[i].kind) : !kind);
        if (all[i].status || !all[i].kind)
            assert_true(all[i].status ? status && !strcmp(status, all[i].status) : !status);
    }
}

static enum mg_code import_text(struct mg_db *db, const char *edition, const char *text,
                                struct mg_import_result *result, struct mg_error *err)
{
    const struct mg_import_options options = {.kinds = mg_kinds,
                                              .dataset = "projets",
                                              .edition = edition,
                                              .kind = "projects",
                                              .max_reject_rows = 10};
    write_csv(text);
    return mg_import_file(db, CSV, &options, result, err);
}

static void ask(struct mg_db *db, const char *sql, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf found = {0};
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL), SQLITE_OK);
    mg_buf_add(&found, "", 0);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        mg_buf_printf(&found, "%s\n", text ? text : "NULL");
    }
    sqlite3_finalize(statement);
    if (strcmp(found.data, expected))
        fail_msg("%s\nis\n%snot\n%s", sql, found.data, expected);
}

static void expect_whole(struct mg_db *db)
{
    struct mg_out *out = NULL;
    int64_t findings = -1;
    int fd = memory_file("", 0);
    must(mg_out_create(fd, MG_FORMAT_CSV, &out, &err));
    must(mg_check(db, true, out, NULL, &findings, &err));
    must(mg_out_close(out, &err));
    mg_out_destroy(out);
    MG_FREE char *text = take_text(fd);
    if (findings)
        fail_msg("%s", text);
}

static const char *const editions[][2] = {
    {"2022", HEAD "A;Postes;fermeture;P1;Bourg;51108;T3 2024;annoncé;\n"
                  "B;Écoles;ouverture;;Vallage;51454;2025;annoncé;à revoir\n"},
    {"2023", HEAD "B;Écoles;ouverture;;Vallage;51454;2025;annoncé;à revoir\n"
                  "C;Postes;transfert;P3;;51108;2024-05;en cours;\n"},
    {"2024", HEAD "A;Postes;fermeture;P1;Bourg;51108;T3 2024;annoncé;\n"
                  "C;Postes;transfert;P3;;51108;2024-05;réalisé;\n"
                  "B;Écoles;ouverture;;Vallage;51454;2025;annoncé;à revoir\n"},
};

/* The same state whatever the order in which the editions came; A was away in 2023. */
static void editions_come_in_any_order(void **state)
{
    (void)state;
    static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (size_t o = 0; o < 6; o++) {
        struct mg_db *db = fresh();
        struct mg_import_result result;
        for (int i = 0; i < 3; i++)
            must(import_text(db, editions[orders[o][i]][0], editions[orders[o][i]][1], &result, &err));
        ask(db,
            "SELECT p.key || ' ' || p.status || ' ' || f.as_of || ' ' || coalesce(g.as_of, 'now') FROM "
            "project p"
            " JOIN edition f ON f.id = p.first_edition LEFT JOIN edition g ON g.id = p.gone_edition"
            " ORDER BY p.key, f.as_of",
            "A announced 2022-01-01 2023-01-01\nA announced 2024-01-01 now\nB announced 2022-01-01 now\n"
            "C under way 2023-01-01 2024-01-01\nC done 2024-01-01 now\n");
        expect_whole(db);
        must(import_text(db, editions[0][0], editions[0][1], &result, &err));
        assert_true(result.already_loaded);
        ask(db, "SELECT count(*) FROM project", "5\n");
        leave(db);
    }
}

static void everything_is_kept(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2022", editions[0][1], &result, &err));
    ask(db,
        "SELECT ministry || '|' || kind || '|' || service_key || '|' || expected || '|' || expected_from || "
        "'|'"
        " || expected_to || '|' || line || '|' || other FROM project WHERE key = 'A'",
        "Postes|closure|P1|T3 2024|2024-07-01|2024-09-30|2|"
        "[null,\"Postes\",\"fermeture\",\"P1\",null,null,\"T3 2024\",\"annoncé\"]\n");
    assert_true(result.compared);
    assert_int_equal(result.added, 2);
    must(import_text(db, "2023", editions[1][1], &result, &err));
    assert_int_equal(result.unchanged, 1);
    assert_int_equal(result.gone, 1);
    leave(db);
}

static void places_are_read(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2022",
                     "kind;name;lon;lat;status;expected\nopening;France Services;4,36;48,95;;sine die\n"
                     "closure;Poste;;;peut-être;2025\n",
                     &result, &err));
    ask(db,
        "SELECT kind || ' ' || status || ' ' || expected || ' ' || coalesce(expected_from, '-') || ' ' ||"
        " coalesce(ST_X(geom), '-') FROM project",
        "opening announced sine die - 4.36\nclosure announced 2025 2025-01-01 -\n");
    ask(db,
        "SELECT code || ' ' || line FROM issue WHERE code NOT LIKE '%coord%' AND code <> 'decimal-comma'"
        " ORDER BY id",
        "bad-date 2\nunknown-status 3\n");
    expect_whole(db);
    leave(db);
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2022",
                     HEAD "A;Postes;fermeture;P1;;;2025;;\nB;Postes;peinture;P2;;;2025;;\n"
                          "C;Postes;;P2;;;2025;;\nD;Postes;ouverture;;;;2025;;\n",
                     &result, &err));
    assert_int_equal(result.rows_loaded, 1);
    ask(db, "SELECT code || ' ' || line || ' ' || coalesce(field, '-') || ' ' || raw FROM reject ORDER BY id",
        "unknown-kind 3 opération peinture\nmissing-kind 4 opération \n"
        "no-service 5 - D;Postes;ouverture;;;;2025;;\n");
    expect_whole(db);
    must_fail(import_text(db, "2023", "id;nom\n1;Bourg\n", &result, &err), MG_ERR_INPUT,
              "no column could be the kind");
    ask(db, "SELECT count(*) FROM edition", "1\n");
    leave(db);
}

static void memory_may_fail(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct mg_import_result result;
    must(import_text(db, "2022", editions[0][1], &result, &err));
    must(import_text(db, "2024", editions[2][1], &result, &err));
    for (long n = 0;; n += slow_step()) {
        struct mg_error why = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = import_text(db, "2023", editions[1][1], &result, &why);
        if (mg_alloc_fail_after(-1) >= 0) {
            assert_int_equal(code, MG_OK);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
        ask(db, "SELECT count(*) FROM edition", "2\n");
    }
    expect_whole(db);
    leave(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_understood),
        cmocka_unit_test(words_are_understood),
        cmocka_unit_test(editions_come_in_any_order),
        cmocka_unit_test(everything_is_kept),
        cmocka_unit_test(places_are_read),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(memory_may_fail),
    };
    return cmocka_run_group_tests_name("projects", tests, NULL, NULL);
}
