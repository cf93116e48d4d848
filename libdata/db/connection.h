/* connection.h - what struct mg_db is made of, for the files of this folder only. */
#ifndef MG_DB_CONNECTION_H
#define MG_DB_CONNECTION_H

#include <time.h>

#include "libdata/db/db.h"

#define MG_DB_APPLICATION_ID 0x6D61696C /* "mail" */
#define MG_DB_CACHE          "-65536"   /* KiB, for PRAGMA cache_size */

struct mg_db {
    char *path;
    sqlite3 *handle;
    void *spatialite; /* the connection's own cache; NULL: its functions are not there */
    enum mg_db_mode mode;
    int wait_seconds;
    struct timespec wait_until; /* of the lock that is being waited for */
    bool made;                  /* this connection made the file, and nothing has been committed to it */
    bool committing;            /* what is waited for are those who read */
    int64_t schema;             /* SQLite's schema_version when the schema was checked last; 0: never */
    sqlite3_stmt *statements[MG_SQL_COUNT];
    int64_t *seen; /* editions, ascending: mg_db_see; NULL: all */
    size_t seen_count;
};

int mg_db_seen_register(struct mg_db *db); /* the SQL function mg_seen; as SQLite's own functions return */

/* Inside a transaction: is what SQLite makes of the file ours, is it of a version that is known, and does it
 * hold nothing else (objects.h)? Asked again where the schema has changed since. An empty file is all right
 * with MG_DB_CREATE. */
enum mg_code mg_db_verify(struct mg_db *db, struct mg_error *err);

/* Before SQLite touches anything: is the file there, one of ours by its first bytes, and the journal beside
 * it one that SQLite may roll back? So a file that is not ours stays as it is. *ret_there: it is there. */
enum mg_code mg_db_check_path(const char *path, enum mg_db_mode mode, bool *ret_there, struct mg_error *err);

/* path and suffix ("-journal", "-wal") name a file that is not empty. */
bool mg_db_is_beside(const char *path, const char *suffix);
bool mg_db_is_wal(const char *path); /* by the file's header */

/* Messages that more than one file here gives. */
enum mg_code mg_db_fail_foreign(const char *path, struct mg_error *err);
enum mg_code mg_db_fail_newer(const char *path, int64_t version, struct mg_error *err);

/* Inside a write transaction: create the tables, or bring an earlier version's up to date. */
enum mg_code mg_db_migrate(struct mg_db *db, struct mg_error *err);

#endif
