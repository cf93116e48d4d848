/* What a file may hold beside what maillage makes: data; everything that could run is refused before it does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include <spatialite.h> /* after sqlite3.h, which it needs */

#include "libdata/base/buf.h"
#include "libdata/db/objects.h"
#include "libdata/db/sql_words.h"
#include "tests/unit/test.h"

static char path[] = "/tmp/maillage-objects-XXXXXX";
static struct mg_buf sound;

static void read_bytes(struct mg_buf *out)
{
    char chunk[65536];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        mg_buf_add(out, chunk, n);
    fclose(file);
}

static void write_bytes(const struct mg_buf *bytes)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes->data, 1, bytes->length, file), bytes->length);
    assert_int_equal(fclose(file), 0);
}

static int make_sound(void **state)
{
    (void)state;
    struct mg_db *db;
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    read_bytes(&sound);
    return 0;
}

static int drop_sound(void **state)
{
    (void)state;
    mg_buf_finish(&sound);
    return unlink(path);
}

/* The sound file, changed by someone with SQLite alone. */
static void make(const char *sql)
{
    sqlite3 *handle;
    write_bytes(&sound);
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    sqlite3_exec(handle, "PRAGMA writable_schema = 1", NULL, NULL, NULL);
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
    sqlite3_close(handle);
}

static void refused(const char *sql, const char *text)
{
    struct mg_buf before = {0}, after = {0};
    make(sql);
    read_bytes(&before);
    for (int mode = MG_DB_READ; mode <= MG_DB_CREATE; mode++) {
        struct mg_db *db = NULL;
        struct mg_error err = {0};
        enum mg_code code = mg_db_open(path, (enum mg_db_mode)mode, 0, &db, &err);
        if (code != MG_ERR_DB || !strstr(err.message, text))
            fail_msg("%s: %d, %s", sql, (int)code, code ? err.message : "");
    }
    read_bytes(&after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    mg_buf_finish(&before);
    mg_buf_finish(&after);
}

static void accepted(const char *sql)
{
    make(sql);
    for (int mode = MG_DB_READ; mode <= MG_DB_CREATE; mode++) {
        struct mg_db *db;
        struct mg_error err = {0};
        if (mg_db_open(path, (enum mg_db_mode)mode, 0, &db, &err) || mg_db_begin(db, &err))
            fail_msg("%s: %s", sql, err.message);
        mg_db_close(db);
    }
}

static void what_runs_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"CREATE TRIGGER t AFTER UPDATE ON edition BEGIN UPDATE dataset SET access = 'open'; END",
         "trigger t"},
        {"CREATE TABLE notes (a); CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM record; END",
         "trigger t"},
        {"CREATE VIEW v AS SELECT 1; CREATE TRIGGER t INSTEAD OF INSERT ON v BEGIN DELETE FROM record; END",
         "trigger t"},
        {"CREATE VIRTUAL TABLE notes USING rtree(id, low, high)", "table notes"},
        {"CREATE VIRTUAL TABLE notes USING fts4(a)", "table notes"},
        {"CREATE TABLE notes (a, b AS (abs(a)))", "table notes"},
        {"CREATE TABLE notes (a, b GENERATED ALWAYS AS (abs(a)) STORED)", "table notes"},
        {"CREATE TABLE notes (a CHECK (abs(a) > 1))", "table notes"},
        {"CREATE TABLE notes (a /* ( */, CHECK/**/(a > 1))", "table notes"},
        {"CREATE TABLE notes (a DEFAULT (abs(1)))", "table notes"},
        {"CREATE TABLE notes (a); CREATE INDEX n ON notes (abs(a))", "index n"},
        {"CREATE TABLE notes (a); CREATE INDEX n ON notes (a) WHERE a > 1", "index n"},
        {"CREATE TABLE notes (a, b); CREATE INDEX n ON notes (a || b)", "index n"},
        {"CREATE INDEX n ON record (upper(name))", "index n"},
        {"CREATE INDEX n ON record (name)", "index n"},
        {"CREATE UNIQUE INDEX n ON edition (source_name)", "index n"},
        {"CREATE INDEX n ON version (record) WHERE gone_edition IS NULL", "index n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i][0], cases[i][1]);
}

static void what_is_named_as_ours_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"ALTER TABLE edition RENAME TO e2; CREATE VIEW edition AS WITH RECURSIVE c (n) AS (SELECT 1 UNION "
         "ALL SELECT "
         "n + 1 FROM c) SELECT n AS id FROM c",
         "table "},
        {"DROP TABLE survey; CREATE VIEW survey AS SELECT 1 AS edition", "view survey"},
        {"DROP TABLE survey; CREATE TABLE Survey (edition)", "table Survey"},
        {"ALTER TABLE record ADD COLUMN more", "table record"},
        {"DROP TABLE release; CREATE TABLE release (id INTEGER PRIMARY KEY) WITHOUT ROWID", "table release"},
        {"DROP TRIGGER gii_record_geom; CREATE TRIGGER gii_record_geom AFTER INSERT ON record BEGIN SELECT "
         "1; END",
         "trigger gii_record_geom"},
        {"DROP INDEX event_pair; CREATE INDEX event_pair ON event (dataset, from_edition, abs(to_edition))",
         "index event_pair"},
        {"DROP INDEX event_pair; CREATE TABLE event_pair (a)", "table event_pair"},
        {"CREATE TABLE json_each (value)", "table json_each"},
        {"CREATE TABLE pragma_integrity_check (integrity_check)", "table pragma_integrity_check"},
        {"CREATE VIEW Pragma_Table_Info AS SELECT 1", "view Pragma_Table_Info"},
        {"CREATE TABLE mg_feed (c0)", "table mg_feed"},
        {"CREATE TABLE services_x (a)", "table services_x"},
        {"CREATE VIEW Services_x AS SELECT 1", "view Services_x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i][0], cases[i][1]);
}

#define MASTER(type, name, table, root, sql)                                                                 \
    "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('" type "', '" name             \
    "', '" table "', " root ", '" sql "')"
#define OWN_PAGE "CREATE TABLE own (a); "

static void what_no_sql_makes_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"UPDATE sqlite_master SET sql = replace(sql, 'name TEXT NOT NULL', 'name TEXT') WHERE name = "
         "'field'",
         "table field"},
        {"UPDATE sqlite_master SET sql = replace(sql, 'json_extract', 'other') WHERE name = 'vector_layers'; "
         "UPDATE "
         "sqlite_master SET sql = sql || ' ' WHERE name = 'geom_cols_ref_sys'",
         "view geom_cols_ref_sys"},
        {"UPDATE sqlite_master SET name = 'Field' WHERE name = 'field'", "table Field"},
        {"UPDATE sqlite_master SET type = 'TABLE' WHERE name = 'field'", "TABLE field"},
        {"UPDATE sqlite_master SET type = 'view' WHERE name = 'field'", "field"},
        {"UPDATE sqlite_master SET tbl_name = 'edition' WHERE name = 'field'", "field"},
        {"UPDATE sqlite_master SET type = NULL WHERE name = 'field'", "field"},
        {"UPDATE sqlite_master SET sql = sql || char(0) || 'x' WHERE name = 'field'", "table field"},
        {MASTER("table", "calm", "calm", "0",
                "CREATE TRIGGER calm AFTER INSERT ON edition BEGIN SELECT 1; END"),
         "calm"},
        {MASTER("view", "calm", "calm", "0",
                "CREATE TRIGGER calm AFTER INSERT ON edition BEGIN SELECT 1; END"),
         "calm"},
        {MASTER("table", "calm", "calm", "0", "CREATE VIRTUAL TABLE calm USING rtree(id, low, high)"),
         "calm"},
        {MASTER("table", "calm", "calm", "(SELECT rootpage FROM sqlite_master WHERE name = 'release')",
                "CREATE TABLE storm (a)"),
         ""},
        {OWN_PAGE
         "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'release') "
         "WHERE name = 'own'",
         "place of table own alone"},
        {OWN_PAGE "UPDATE sqlite_master SET rootpage = 1 WHERE name = 'own'", ""},
        {OWN_PAGE "UPDATE sqlite_master SET rootpage = 0 WHERE name = 'own'", ""},
        {OWN_PAGE "UPDATE sqlite_master SET sql = 'CREATE TABLE own (a); CREATE TRIGGER t AFTER INSERT ON "
                  "record BEGIN "
                  "SELECT 1; END' WHERE name = 'own'",
         "table own"},
        {"CREATE TABLE own (a UNIQUE); UPDATE sqlite_master SET tbl_name = 'record' WHERE name LIKE "
         "'sqlite_autoindex_own%'",
         "index sqlite_autoindex_own_1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refused(cases[i][0], cases[i][1]);
}

static void data_of_others_is_accepted(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog varchar(256), "
        "f_table_schema "
        "varchar(256), f_table_name varchar(256), f_geometry_column varchar(256), styleName varchar(30), "
        "styleQML text,"
        " styleSLD text, useAsDefault boolean, description text, owner varchar(30), ui varchar(30), "
        "update_time "
        "timestamp DEFAULT CURRENT_TIMESTAMP)",
        "CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB)",
        "CREATE TABLE \"a \"\"b\" (\n\"index\" INTEGER,\n  \"check\" TEXT DEFAULT 'as (' -- CHECK (1)\n);"
        "CREATE INDEX \"ix a\"ON \"a \"\"b\" (\"index\" DESC, [check] COLLATE NOCASE)",
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, record INTEGER NOT NULL REFERENCES record (id), note "
        "TEXT, UNIQUE "
        "(record, note)); CREATE UNIQUE INDEX idx_notes ON notes (note)",
        "CREATE TABLE pairs (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID",
        "CREATE TABLE summary AS SELECT name, count(*) AS n FROM dataset GROUP BY name",
        "CREATE VIEW \"my view\" (n) AS SELECT count(*) FROM record WHERE abs(line) > 0",
        "CREATE TABLE notes (a); INSERT INTO notes VALUES (1); ANALYZE",
        "VACUUM",
        "DELETE FROM sqlite_master WHERE name = 'KNN'",
        "UPDATE sqlite_master SET name = 'KNN2', tbl_name = 'KNN2', sql = 'CREATE VIRTUAL TABLE KNN2 USING "
        "VirtualKNN2()' WHERE name = 'KNN'",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        accepted(cases[i]);
}

/* What others made is there and not ours to ask. */
static void no_view_can_be_asked(void **state)
{
    (void)state;
    make("CREATE VIEW of_theirs AS SELECT 1 AS n");
    for (int mode = MG_DB_READ; mode <= MG_DB_WRITE; mode++) {
        struct mg_db *db;
        must(mg_db_open(path, (enum mg_db_mode)mode, 0, &db, &err));
        must_fail(mg_db_exec(db, &err, "SELECT n FROM of_theirs"), MG_ERR_DB, "prohibited");
        mg_db_close(db);
    }
}

static void a_change_between_two_transactions_is_seen(void **state)
{
    (void)state;
    struct mg_db *db;
    sqlite3 *other;
    write_bytes(&sound);
    for (int mode = MG_DB_READ; mode <= MG_DB_WRITE; mode++) {
        must(mg_db_open(path, (enum mg_db_mode)mode, 0, &db, &err));
        mg_db_rollback(db);
        assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
        assert_int_equal(sqlite3_exec(other, "CREATE TRIGGER t AFTER INSERT ON edition BEGIN SELECT 1; END",
                                      NULL, NULL, NULL),
                         SQLITE_OK);
        must_fail(mg_db_begin(db, &err), MG_ERR_DB, "trigger t");
        assert_int_equal(sqlite3_exec(other, "DROP TRIGGER t", NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(other);
        must(mg_db_begin(db, &err));
        mg_db_close(db);
    }
}

static void who_writes_needs_all_of_it(void **state)
{
    (void)state;
    struct mg_db *db = NULL;
    make("DROP TRIGGER giu_record_geom");
    must_fail(mg_db_open(path, MG_DB_WRITE, 0, &db, &err), MG_ERR_DB,
              "lacks what maillage makes: trigger giu_record_geom");
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    mg_db_close(db);
}

/* A file of each version that there ever was, as its migrations leave it. */
static void files_of_all_versions_are_known(void **state)
{
    (void)state;
    for (int version = 1; version <= MG_SQL_MIGRATION_COUNT; version++) {
        struct mg_db *db = NULL;
        sqlite3 *handle;
        char sql[100];
        void *cache = spatialite_alloc_connection();
        unlink(path);
        assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
        spatialite_init_ex(handle, cache, 0);
        assert_int_equal(sqlite3_exec(handle, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
        for (int i = 0; i < version; i++)
            for (const char *const *step = mg_sql_migrations[i]; *step; step++)
                assert_int_equal(sqlite3_exec(handle, *step, NULL, NULL, NULL), SQLITE_OK);
        snprintf(sql, sizeof sql, "PRAGMA application_id = 1835100524; PRAGMA user_version = %d; COMMIT",
                 version);
        assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(handle);
        spatialite_cleanup_ex(cache);
        if (version < MG_SQL_MIGRATION_COUNT)
            must_fail(mg_db_open(path, MG_DB_READ, 0, &db, &err), MG_ERR_DB, "earlier maillage");
        must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
        mg_db_close(db);
        must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
        mg_db_close(db);
    }
}

static void words_are_split_as_sqlite_does(void **state)
{
    (void)state;
    struct mg_sql_words words = {.at = "a1/* x */\"b\"\"c\"--y\n[d]'' `e`;'open"};
    assert_true(mg_sql_next(&words) == MG_WORD_PLAIN && mg_sql_is_name(&words, "a1") &&
                mg_sql_is_keyword(&words, "A1"));
    assert_true(mg_sql_take_name(&words, "b\"c") && !mg_sql_is_name(&words, "b\"") &&
                !mg_sql_is_name(&words, "b\"cd"));
    assert_true(mg_sql_take_name(&words, "d") && !mg_sql_is_keyword(&words, "d"));
    assert_true(mg_sql_take_name(&words, "") && mg_sql_take_name(&words, "e"));
    assert_true(mg_sql_next(&words) == MG_WORD_SIGN && mg_sql_is_sign(&words, ';'));
    assert_int_equal(mg_sql_next(&words), MG_WORD_OPEN);
    assert_int_equal(mg_sql_next(&words), MG_WORD_END);
    assert_int_equal(mg_sql_next(&words), MG_WORD_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_runs_is_refused),
        cmocka_unit_test(what_is_named_as_ours_is_refused),
        cmocka_unit_test(what_no_sql_makes_is_refused),
        cmocka_unit_test(data_of_others_is_accepted),
        cmocka_unit_test(no_view_can_be_asked),
        cmocka_unit_test(a_change_between_two_transactions_is_seen),
        cmocka_unit_test(who_writes_needs_all_of_it),
        cmocka_unit_test(files_of_all_versions_are_known),
        cmocka_unit_test(words_are_split_as_sqlite_does),
    };
    return cmocka_run_group_tests(tests, make_sound, drop_sound);
}
