/* Rows made by the program, read by SQL. */
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/db/feed.h"
#include "tests/unit/test.h"

#define PATH "feed-test.sqlite"

struct counter {
    int64_t at, last, fail_at;
};

static enum mg_code next(void *context, bool *ret_row, struct mg_error *err)
{
    struct counter *counter = context;
    if (++counter->at == counter->fail_at)
        return mg_fail(err, MG_ERR_INPUT, "row %d is bad", (int)counter->at);
    *ret_row = counter->at <= counter->last;
    return MG_OK;
}

static void column(void *context, int number, sqlite3_context *out)
{
    const struct counter *counter = context;
    sqlite3_result_int64(out, number ? counter->at * number : counter->at);
}

static struct mg_db *fresh(void)
{
    struct mg_db *db = NULL;
    unlink(PATH);
    put_empty_file(PATH);
    must(mg_db_open(PATH, MG_DB_CREATE, 1, &db, &err));
    must(mg_db_begin(db, &err));
    return db;
}

static enum mg_code load(struct mg_db *db, const struct mg_feed *feed, struct mg_error *ret_error)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_prepare(db, &statement, ret_error,
                                      "INSERT INTO version SELECT c0, c1, ?2, c3, c4 FROM mg_feed(?1)");
    if (!code)
        code = mg_db_bind(statement, ret_error, "ni", (int64_t)7);
    if (!code)
        code = mg_feed_run_statement(db, statement, feed, ret_error);
    sqlite3_finalize(statement);
    return code;
}

static int64_t versions(struct mg_db *db)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), "SELECT coalesce(sum(hash), 0) FROM version", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t sum = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return sum;
}

static void rows_are_inserted(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct counter counter = {.last = 1000};
    struct mg_feed feed = {&counter, next, column};
    must(load(db, &feed, &err));
    assert_int_equal(versions(db), 4 * 500500);
    mg_db_close(db);
}

static void a_failing_source_keeps_its_own_words(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    struct counter counter = {.last = 1000, .fail_at = 500};
    struct mg_feed feed = {&counter, next, column};
    must_fail(load(db, &feed, &err), MG_ERR_INPUT, "row 500 is bad");
    assert_int_equal(versions(db), 0);
    mg_db_close(db);
}

/* What answers said: how many, their sum, and how many had nothing to say. */
struct answers {
    int64_t rows, sum, none, fail_at;
};

static enum mg_code take(void *context, sqlite3_stmt *row, struct mg_error *err)
{
    struct answers *answers = context;
    if (++answers->rows == answers->fail_at)
        return mg_fail(err, MG_ERR_INPUT, "answer %d is bad", (int)answers->rows);
    answers->none += sqlite3_column_type(row, 12) == SQLITE_NULL;
    answers->sum += sqlite3_column_int64(row, 12);
    return MG_OK;
}

static void many_rows_are_one_question(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    must(mg_db_exec(db, &err,
                    "INSERT INTO record (id, edition, line) VALUES (1, 1, 10), (3, 1, 30), (4, 1, 40)"));
    struct counter counter = {.last = 3};
    struct mg_feed feed = {&counter, next, column};
    struct answers answers = {0};
    must(mg_feed_ask(db, MG_SQL_HISTORY_ROWS, &feed, take, &answers, &err));
    assert_int_equal(answers.rows, 3);
    assert_int_equal(answers.sum, 40);
    assert_int_equal(answers.none, 1); /* 2 is not there */

    counter = (struct counter){.last = 3};
    answers = (struct answers){.fail_at = 2};
    must_fail(mg_feed_ask(db, MG_SQL_HISTORY_ROWS, &feed, take, &answers, &err), MG_ERR_INPUT,
              "answer 2 is bad");
    counter = (struct counter){.last = 3, .fail_at = 3};
    answers = (struct answers){0};
    must_fail(mg_feed_ask(db, MG_SQL_HISTORY_ROWS, &feed, take, &answers, &err), MG_ERR_INPUT,
              "row 3 is bad");
    assert_int_equal(answers.rows, 2);
    mg_db_close(db);
}

static void no_source_is_no_row(void **state)
{
    (void)state;
    struct mg_db *db = fresh();
    must(mg_db_exec(db, &err, "INSERT INTO version SELECT c0, c1, c2, c3, c4 FROM mg_feed(NULL)"));
    assert_int_equal(versions(db), 0);
    must_fail(mg_db_exec(db, &err, "INSERT INTO version SELECT c0, c1, c2, c3, c4 FROM mg_feed"), MG_ERR_DB,
              "");
    mg_db_close(db);
    unlink(PATH);
}

static void memory_may_run_out(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct mg_db *db = fresh();
        struct counter counter = {.last = 3};
        struct mg_feed feed = {&counter, next, column};
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = load(db, &feed, &err);
        bool passed = mg_alloc_fail_after(-1) >= 0;
        assert_int_equal(code, passed ? MG_OK : MG_ERR_MEMORY);
        mg_db_close(db);
        if (passed)
            break;
    }
    unlink(PATH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_inserted),          cmocka_unit_test(a_failing_source_keeps_its_own_words),
        cmocka_unit_test(many_rows_are_one_question), cmocka_unit_test(no_source_is_no_row),
        cmocka_unit_test(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
