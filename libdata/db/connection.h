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
    sqlite3_stmt *statements[MG_SQL_COUNT];
    int64_t *seen; /* editions, ascending: mg_db_see; NULL: all */
    size_t seen_count;
};

int mg_db_seen_register(struct mg_db *db); /* the SQL function mg_seen; as SQLite's own functions return */

/* Inside a write transaction: create the tables, or bring an earlier version's up to date. */
enum mg_code mg_db_migrate(struct mg_db *db, struct mg_error *err);

#endif
