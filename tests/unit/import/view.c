/* The view of a services dataset: its columns, names, constants, and what stands in the latest edition. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/db/view_form.h"
#include "libdata/domain/import/view.h"
#include "tests/unit/test.h"

static char path[] = "/tmp/maillage-view-XXXXXX";
static struct mg_db *db;

static const char *const two_editions =
    "INSERT INTO dataset (id, name, kind) VALUES (7, 'postes-x', 'services'), (8, 'bpe', 'counts'),"
    " (9, 'vide', 'services');"
    "INSERT INTO field (id, dataset, position, name, role) VALUES"
    " (70, 7, 0, 'Identifiant', 'key'), (71, 7, 1, 'NAME', NULL), (72, 7, 2, 'Année', NULL),"
    " (73, 7, 3, 'name_2', NULL), (74, 7, 4, 'Latitude', 'lat'), (75, 7, 5, 'X', 'x'),"
    " (76, 7, 6, '', NULL), (79, 7, 10, 'Précision', 'precision'), (77, 7, 7, 'a \"quoted\" name', NULL), "
    "(78, 7, 8, 'x', NULL);"
    "INSERT INTO edition (id, dataset, as_of, source_name, source_sha256, source_size, format, encoding, "
    "rows_read,"
    " rows_loaded, rows_rejected, rows_skipped, issues, first_version, last_version, imported_at, "
    "tool_version)"
    " VALUES (1, 7, '2020-01-01', 'b', '', 0, 'CSV', 'UTF-8', 2, 2, 0, 0, 0, 1, 2, '', ''),"
    "        (2, 7, '2016-01-01', 'a', '', 0, 'CSV', 'UTF-8', 2, 2, 0, 0, 0, 3, 3, '', '');"
    "INSERT INTO edition_constant VALUES (1, 72, 'l''an 2020'), (2, 72, '2016');"
    "INSERT INTO record (id, edition, key, line, other, geom) VALUES"
    " (1, 2, 'A', 2, '[null,\"Poste\",null,\"n2\",null,\"843000\",\"blank\",\"q\"]', MakePoint(4.36, 48.95, "
    "4326)),"
    " (2, 1, 'B', 3, NULL, NULL), (3, 2, 'C', 4, '[null,null,"
    "]', NULL);"
    "INSERT INTO version VALUES (1, 1, 2, NULL, 0), (2, 2, 1, NULL, 0), (3, 3, 2, 1, 0);";

static int open_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    put_empty_file(path);
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    sqlite3_db_config(mg_db_handle(db), SQLITE_DBCONFIG_ENABLE_VIEW, 1, NULL); /* as others ask it */
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "%s", two_editions));
    return 0;
}

static int close_file(void **state)
{
    (void)state;
    mg_db_close(db);
    unlink(path);
    strcpy(path + strlen(path) - 6, "XXXXXX");
    return 0;
}

/* Columns by "|", rows by newlines; with_names: the names come first. */
static void shows(const char *sql, bool with_names, const char *expected)
{
    sqlite3_stmt *statement;
    struct mg_buf out = {0};
    if (sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(mg_db_handle(db)));
    for (int i = 0; with_names && i < sqlite3_column_count(statement); i++)
        mg_buf_printf(&out, "%s%s", i ? "|" : "", sqlite3_column_name(statement, i));
    while (sqlite3_step(statement) == SQLITE_ROW) {
        mg_buf_add_str(&out, out.length ? "\n" : "");
        for (int i = 0; i < sqlite3_column_count(statement); i++) {
            const char *cell = (const char *)sqlite3_column_text(statement, i);
            mg_buf_printf(&out, "%s%s", i ? "|" : "", cell ? cell : "-");
        }
    }
    sqlite3_finalize(statement);
    assert_string_equal(out.data ? out.data : "", expected);
    mg_buf_finish(&out);
}

static void the_latest_edition_by_date_is_shown(void **state)
{
    (void)state;
    must(mg_view_update(db, 7, &err));
    shows("SELECT * FROM \"services_postes-x\" WHERE key = 'B'", true,
          "id|key|name|category|address|postcode|commune|status|opened|closed|geo_source|geo_precision|line|"
          "geom|"
          "NAME_2|Année|name_2_2|X|column|a \"quoted\" name|x_2\n"
          "2|B|-|-|-|-|-|-|-|-|-|-|3|-|-|l'an 2020|-|-|-|-|-");
    shows("SELECT id, AsText(geom), NAME_2, Année, name_2_2, X, column, \"a \"\"quoted\"\" name\" "
          "FROM \"services_postes-x\" ORDER BY id",
          false,
          "1|POINT(4.36 48.95)|Poste|l'an 2020|n2|843000|blank|q\n"
          "2|-|-|l'an 2020|-|-|-|-");
}

/* Whoever opens the file knows the view by its form; nothing else of that name is let in. */
static void it_is_known_by_its_form(void **state)
{
    (void)state;
    static const char name[] = "services_postes-x";
    static const char *const changes[][2] = {{"gone_edition IS NULL", "1"},
                                             {"json_extract(", "load_extension("},
                                             {"r.name AS name", "(SELECT 1) AS name"},
                                             {"'l''an 2020'", "hex(1)"},
                                             {"'l''an 2020'), '')", "'x'), hex(1))"},
                                             {" AS \"X\"", " AS \"X\" || x"},
                                             {"JOIN record AS r", "JOIN reject AS r"},
                                             {"dataset = 7", "dataset = 7 OR 1"},
                                             {"\"services_postes-x\"", "\"services_postes-y\""},
                                             {"'$[1]'", "'$[1' || ']'"}};
    sqlite3_stmt *statement;
    bool row;
    must(mg_view_update(db, 7, &err));
    must(mg_db_prepare(db, &statement, &err, "SELECT sql FROM sqlite_master WHERE name = '%q'", name));
    must(mg_db_step(statement, &row, &err));
    const char *sql = (const char *)sqlite3_column_text(statement, 0);
    assert_true(mg_view_has_form(name, sql));
    assert_false(mg_view_has_form("services_postes", sql));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(sql, changes[i][0]);
        assert_non_null(at);
        char *changed =
            sqlite3_mprintf("%.*s%s%s", (int)(at - sql), sql, changes[i][1], at + strlen(changes[i][0]));
        if (mg_view_has_form(name, changed))
            fail_msg("%s is let in", changes[i][1]);
        sqlite3_free(changed);
    }
    sqlite3_finalize(statement);
}

static void it_is_a_spatial_view(void **state)
{
    (void)state;
    must(mg_view_update(db, 7, &err));
    must(mg_db_exec(db, &err,
                    "INSERT INTO views_geometry_columns_field_infos "
                    "VALUES ('services_postes-x', 'geom', 0, 'old', 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)"));
    must(mg_view_update(db, 7, &err));
    shows("SELECT * FROM views_geometry_columns", false, "services_postes-x|geom|id|record|geom|1");
    shows("SELECT count(*) FROM views_geometry_columns_field_infos", false, "0");
    shows("SELECT layer_type, geometry_type, srid FROM vector_layers WHERE table_name = 'services_postes-x'",
          false, "SpatialView|1|4326");
}

static void a_new_edition_and_field_are_seen(void **state)
{
    (void)state;
    must(mg_view_update(db, 7, &err));
    must(mg_db_exec(
        db, &err,
        "INSERT INTO field (dataset, position, name) VALUES (7, 9, 'new');"
        "UPDATE edition SET as_of = '2024-01-01' WHERE id = 2;"
        "UPDATE version SET gone_edition = 2 WHERE id = 1;"
        "UPDATE version SET gone_edition = NULL WHERE id = 3;"
        "UPDATE record SET other = '[null,null,\"\",null,null,null,null,null,null,\"N\"]' WHERE id = 3"));
    must(mg_view_update(db, 7, &err));
    shows("SELECT key, Année, new FROM \"services_postes-x\" ORDER BY id", false, "B|2016|-\nC|-|N");
}

static void other_datasets_have_none(void **state)
{
    (void)state;
    must(mg_view_update(db, 8, &err));
    must(mg_view_update(db, 9, &err));
    must(mg_view_update(db, 10, &err));
    shows("SELECT count(*) FROM views_geometry_columns", false, "0");
}

static void a_very_wide_dataset_keeps_to_what_sqlite_can_show(void **state)
{
    (void)state;
    must(mg_db_exec(db, &err,
                    "WITH RECURSIVE n (i) AS (SELECT 20 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                    "INSERT INTO field (dataset, position, name) SELECT 7, i, 'c' || i FROM n"));
    must(mg_view_update(db, 7, &err));
    shows("SELECT count(*) FROM pragma_table_info('services_postes-x')", false, "1914");
}

static void no_allocation_is_taken_for_granted(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct mg_error error = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = mg_view_update(db, 7, &error);
        if (mg_alloc_fail_after(-1) >= 0) {
            assert_int_equal(code, MG_OK);
            assert_true(n > 5);
            break;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
    shows("SELECT key FROM \"services_postes-x\" ORDER BY id", false, "A\nB");
}

#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, open_file, close_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FILE(the_latest_edition_by_date_is_shown),
        IN_FILE(it_is_known_by_its_form),
        IN_FILE(it_is_a_spatial_view),
        IN_FILE(a_new_edition_and_field_are_seen),
        IN_FILE(other_datasets_have_none),
        IN_FILE(a_very_wide_dataset_keeps_to_what_sqlite_can_show),
        IN_FILE(no_allocation_is_taken_for_granted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
