/* feed.h - rows that the program makes, as a table that SQL can read: INSERT ... SELECT c0, c1 FROM
 * mg_feed($1).
 *
 * One INSERT ... SELECT over such a table loads rows a third faster than stepping a prepared insert for
 * each. mg_feed is a read-only table-valued function on every connection of mg_db; $1 is the source, which
 * mg_feed_run binds. Its columns are c0 to c15, of which a statement reads those that the source has.
 *
 * A question about many rows of a table is one statement too: SELECT t.name FROM mg_feed($1) AS f
 * LEFT JOIN t ON t.id = f.c0 keeps what a statement that is run anew for each row makes anew for each.
 *
 * A national load is a matter of moving bytes. What a row costs beside SQLite's own work is: reading it once,
 * one hash, one look-up where there is an earlier edition, its places and its JSON, each in memory that was
 * made once. So a load names the columns that a file has, spells out only the messages that are kept, leaves
 * out a coordinate system by a closed form before PROJ is asked, and writes pages of 16 KiB. tests/bench
 * compares the whole with sqlite3's .import.
 */
#ifndef MG_DB_FEED_H
#define MG_DB_FEED_H

#include "libdata/db/db.h"

#define MG_FEED_COLUMNS 16

struct mg_feed {
    void *context;
    /* Go to the next row (the first, at first); *ret_row false when there is none. Statements on other
     * tables may be run meanwhile. */
    enum mg_code (*next)(void *context, bool *ret_row, struct mg_error *err);
    /* Set the column's value with sqlite3_result_*; text may be SQLITE_STATIC: it has to live until next. */
    void (*column)(void *context, int column, sqlite3_context *out);
};

/* For mg_db_open: make mg_feed known to a connection. */
int mg_feed_register(sqlite3 *handle);

/* Run a statement whose $1 is mg_feed's argument, its only parameter. A failure of next ends it with that
 * error. */
enum mg_code mg_feed_run(struct mg_db *db, enum mg_sql name, const struct mg_feed *feed,
                         struct mg_error *err);
/* The same, of a statement that gives rows: visit is called with each; it must not step or reset it. */
typedef enum mg_code mg_feed_visitor(void *context, sqlite3_stmt *row, struct mg_error *err);
enum mg_code mg_feed_ask(struct mg_db *db, enum mg_sql name, const struct mg_feed *feed,
                         mg_feed_visitor *visit, void *context, struct mg_error *err);
/* mg_feed_run with a statement that is there and stays the caller's; it may have further parameters, bound
 * before. */
enum mg_code mg_feed_run_statement(struct mg_db *db, sqlite3_stmt *statement, const struct mg_feed *feed,
                                   struct mg_error *err);

#endif
