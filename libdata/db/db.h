/* db.h - the maillage file: opened, created, migrated; named statements and transactions.
 *
 * One SpatiaLite file (SQLite, application_id "mail", user_version = number of the last migration). All
 * SQL is in db/sql/NAME.sql, embedded at build time: each statement has a name there and is here an enum
 * value, prepared when first used and kept. Parameters are written $1, $2, ... and bound by position.
 * One connection, one thread. Foreign keys are not enforced (it would cost a look-up for each of millions
 * of rows); mg_check proves them.
 *
 * MG_ERR_BUSY: locked by another run for longer than wait_seconds. MG_ERR_DB: not one of our files, one
 * that holds more than we make (objects.h), a newer user_version than this program knows, or SQLite's own
 * failure. MG_ERR_IO: the disk is full, or the file cannot be made, read or written (os_errno says why).
 * MG_ERR_USAGE: a file that is asked for and not there, or a name that cannot be one.
 *
 * Pages are read, not mapped. Nearly all pages of a national file have a row that differs. SQLite could map
 * them, which would save a copy; but all of them would count as the program's memory, and a file that is cut
 * short meanwhile would end it (SIGBUS) instead of being an error. The cache is small while each page is read
 * once.
 */
#ifndef MG_DB_DB_H
#define MG_DB_DB_H

#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"
#include "libdata/db/sql.h" /* generated: enum mg_sql */

struct mg_db;

enum mg_db_mode {
    MG_DB_READ,   /* read-only, without SpatiaLite's functions; the file must be there. One state of it, as it
                     stood when it was opened, until mg_db_close or mg_db_rollback */
    MG_DB_WRITE,  /* read and write; the file must be there */
    MG_DB_CREATE, /* as WRITE, and made if it is not there (or empty) */
};

enum mg_code mg_db_open(const char *path, enum mg_db_mode mode, int wait_seconds, struct mg_db **ret_db,
                        struct mg_error *err);
/* SpatiaLite's SQL functions, for a reader that needs them; who writes has them from the start. */
enum mg_code mg_db_spatialite(struct mg_db *db, struct mg_error *err);
void mg_db_close(struct mg_db *db); /* an open transaction is rolled back */
sqlite3 *mg_db_handle(struct mg_db *db);
const char *mg_db_path(const struct mg_db *db);

/* Write transactions take the lock at once (BEGIN IMMEDIATE); with MG_DB_READ it is as mg_db_hold. A file
 * made by MG_DB_CREATE gets its tables in the first one, so there is nothing to ask it before: rolled back,
 * it is an empty file again, and is removed on close. */
enum mg_code mg_db_begin(struct mg_db *db, struct mg_error *err);
/* What is read from here on is one state of the file; nothing where a transaction is open already. For who
 * has let go of it (mg_db_rollback), not to keep others from writing while it waits for its own input. */
enum mg_code mg_db_hold(struct mg_db *db, struct mg_error *err);
/* Waits for those who are reading: for a minute, even if wait_seconds is less, so that work is not lost for
 * a glance into the file. */
enum mg_code mg_db_commit(struct mg_db *db, struct mg_error *err);
void mg_db_rollback(struct mg_db *db);

/* SpatiaLite's triggers cost twenty times the work of loading points; off between these two, and the cache
 * is small, as appending wants it. To be called inside a write transaction: statistics of layers, which
 * nothing keeps up to date then, are dropped. */
void mg_db_triggers(struct mg_db *db, bool on);

/* Between these two pages are read once, so the cache is small: what it would hold is memory that has to be
 * handed out, and no page is asked for again. */
void mg_db_read_once(struct mg_db *db, bool on);

/* Whose rows the statements about territories, inhabitants and movements give: of the editions of this list
 * only, until mg_db_see_all. They ask the SQL function mg_seen(edition), which is this connection's. */
enum mg_code mg_db_see(struct mg_db *db, const int64_t *editions, size_t count, struct mg_error *err);
void mg_db_see_all(struct mg_db *db);

/* The statement, reset and with its bindings cleared; owned by db. Not re-entrant: one use at a time. */
enum mg_code mg_db_statement(struct mg_db *db, enum mg_sql name, sqlite3_stmt **ret_statement,
                             struct mg_error *err);

/* Bind and run. format: one letter a parameter - i int64_t, I const int64_t * (NULL is NULL), f double,
 * F const double *, t const char * (NULL is NULL), b const void * and size_t, n nothing (NULL).
 * mg_db_run steps to the end and resets. What is bound is copied. */
enum mg_code mg_db_run(struct mg_db *db, enum mg_sql name, struct mg_error *err, const char *format, ...);
enum mg_code mg_db_bind(sqlite3_stmt *statement, struct mg_error *err, const char *format, ...);
enum mg_code mg_db_bind_list(sqlite3_stmt *statement, struct mg_error *err, const char *format, va_list args);

/* One step: *ret_row says whether there is a row. Reset by the caller, or by the next mg_db_statement. */
enum mg_code mg_db_step(sqlite3_stmt *statement, bool *ret_row, struct mg_error *err);

/* The first column of the first row, or 0 / unchanged when there is none (*ret_found may be NULL). */
enum mg_code mg_db_query_i64(struct mg_db *db, enum mg_sql name, int64_t *ret_value, bool *ret_found,
                             struct mg_error *err, const char *format, ...);

/* SQL that is made up of identifiers (a view, a spatial index); every identifier through %w of
 * sqlite3_mprintf, by its rules. */
enum mg_code mg_db_exec(struct mg_db *db, struct mg_error *err, const char *format, ...);

/* A statement that is made up of identifiers, by the same rules; the caller finalizes it. */
enum mg_code mg_db_prepare(struct mg_db *db, sqlite3_stmt **ret_statement, struct mg_error *err,
                           const char *format, ...);

/* What SQLite last said on this connection, as an mg_error with the right code (busy, full, corrupt). */
enum mg_code mg_db_fail(struct mg_db *db, const char *doing, struct mg_error *err);

#endif
