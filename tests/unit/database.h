/* database.h - an empty maillage file, and a CSV to import into it; both named after the test. */
#ifndef MG_TESTS_UNIT_DATABASE_H
#define MG_TESTS_UNIT_DATABASE_H

#include <stdio.h>
#include <unistd.h>

#include "libdata/db/db.h"
#include "tests/unit/test.h"

#define PATH MG_TEST_NAME "-test.sqlite"
#define CSV  MG_TEST_NAME "-test.csv"

__attribute__((unused)) static struct mg_db *fresh(void)
{
    struct mg_db *db = NULL;
    unlink(PATH);
    put_empty_file(PATH);
    must(mg_db_open(PATH, MG_DB_CREATE, 1, &db, &err));
    return db;
}

/* One that is to be made yet. */
__attribute__((unused)) static struct mg_db *to_be_made(void)
{
    struct mg_db *db = NULL;
    unlink(PATH);
    must(mg_db_open(PATH, MG_DB_CREATE, 1, &db, &err));
    return db;
}

__attribute__((unused)) static void leave(struct mg_db *db)
{
    mg_db_close(db);
    unlink(PATH);
    unlink(CSV);
}

/* Statements, in a transaction of their own. */
__attribute__((unused)) static void fill(struct mg_db *db, const char *sql)
{
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "%s", sql));
    must(mg_db_commit(db, &err));
}

__attribute__((unused)) static int tear_down(void **state)
{
    leave(*state);
    return 0;
}

__attribute__((unused)) static void write_csv(const char *text)
{
    FILE *file = fopen(CSV, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

#endif
