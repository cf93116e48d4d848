/* maillage-file(5) tells every table and column that there is and no other, and its queries run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/buf.h"
#include "libdata/db/db.h"
#include "tests/unit/test.h"

static char path[] = "/tmp/maillage-page-XXXXXX";
static struct mg_db *db;
static struct mg_buf page;

static int open_both(void **state)
{
    (void)state;
    char name[4096], line[1024];
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    put_empty_file(path);
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_commit(db, &err));
    snprintf(name, sizeof name, "%s/man/maillage-file.5", getenv("MG_SOURCE_ROOT"));
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        mg_buf_add_str(&page, line);
    fclose(file);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    mg_db_close(db);
    mg_buf_finish(&page);
    return unlink(path);
}

/* The lines "table.column" in order, of what the page's .Ss and .It Cm lines say between two headings. */
static void columns_of_page(struct mg_buf *out)
{
    char table[64] = "", column[64];
    const char *from = strstr(page.data, ".Sh TABLES\n"), *to = strstr(page.data, ".Sh EXAMPLES\n");
    assert_true(from && to);
    for (const char *line = from; line < to; line = strchr(line, '\n') + 1) {
        if (sscanf(line, ".Ss %63s", table) == 1 || strncmp(line, ".It Cm ", 7) != 0)
            continue;
        int length;
        for (const char *at = line + 7; sscanf(at, " %63[a-z0-9_,]%n", column, &length) == 1; at += length) {
            if (strcmp(column, ",") != 0)
                mg_buf_printf(out, "%s.%s\n", table, column);
            if (at[length] == '\n')
                break;
        }
    }
}

static void sorted(struct mg_buf *lines)
{
    sqlite3_stmt *statement;
    bool row;
    must(mg_db_prepare(
        db, &statement, &err,
        "SELECT group_concat(value, char(10)) FROM (SELECT value FROM "
        "json_each('[\"' || replace(rtrim(?1, char(10)), char(10), '\",\"') || '\"]') ORDER BY 1)"));
    must(mg_db_bind(statement, &err, "t", lines->data));
    must(mg_db_step(statement, &row, &err));
    mg_buf_clear(lines);
    mg_buf_add_str(lines, (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
}

static void every_column_is_on_the_page(void **state)
{
    (void)state;
    struct mg_buf told = {0}, there = {0};
    sqlite3_stmt *statement;
    must(mg_db_prepare(
        db, &statement, &err,
        "SELECT m.name || '.' || c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM json_each(?1) AS t WHERE t.value = m.name)"));
    /* The tables are those of the migrations: SpatiaLite's own are not ours to describe. */
    struct mg_buf tables = {0};
    for (int i = 0; i < MG_SQL_MIGRATION_COUNT; i++) {
        for (const char *const *step = mg_sql_migrations[i]; *step; step++) {
            char name[64];
            if (sscanf(*step, "CREATE TABLE %63s", name) == 1)
                mg_buf_printf(&tables, "%s\"%s\"", tables.length ? "," : "[", name);
        }
    }
    mg_buf_add_str(&tables, "]");
    must(mg_db_bind(statement, &err, "t", tables.data));
    for (bool row = true; row;) {
        must(mg_db_step(statement, &row, &err));
        if (row)
            mg_buf_printf(&there, "%s\n", sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    columns_of_page(&told);
    sorted(&told);
    sorted(&there);
    assert_string_equal(told.data, there.data);
    mg_buf_finish(&told);
    mg_buf_finish(&there);
    mg_buf_finish(&tables);
}

static void its_queries_run(void **state)
{
    (void)state;
    int count = 0;
    const char *examples = strstr(page.data, ".Sh EXAMPLES\n");
    assert_non_null(examples);
    for (const char *at = examples; (at = strstr(at, ".Bd -literal")); count++) {
        const char *from = strchr(at, '\n') + 1, *to = strstr(from, "\n.Ed");
        assert_non_null(to);
        sqlite3_stmt *statement;
        bool row;
        must(mg_db_prepare(db, &statement, &err, "%.*s", (int)(to - from), from));
        must(mg_db_step(statement, &row, &err));
        sqlite3_finalize(statement);
        at = to;
    }
    assert_true(count >= 6);
}

static void it_says_which_version(void **state)
{
    (void)state;
    char text[80];
    snprintf(text, sizeof text, "it has gone through, %d at\npresent.", MG_SQL_MIGRATION_COUNT);
    assert_non_null(strstr(page.data, text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_is_on_the_page),
        cmocka_unit_test(its_queries_run),
        cmocka_unit_test(it_says_which_version),
    };
    return cmocka_run_group_tests(tests, open_both, close_both);
}
