/* Transactions: at each the file is looked at again, since others may have changed it meanwhile. */
#include "libdata/db/connection.h"
#include "libdata/db/objects.h"

#define COMMIT_WAIT 60 /* seconds, at least: for those who are reading when the work is done */

void mg_db_rollback(struct mg_db *db)
{
    for (int i = 0; i < MG_SQL_COUNT; i++)
        sqlite3_reset(db->statements[i]);
    if (!sqlite3_get_autocommit(db->handle))
        mg_db_run(db, MG_SQL_DB_ROLLBACK, NULL, "");
}

enum mg_code mg_db_verify(struct mg_db *db, struct mg_error *err)
{
    int64_t application = 0, version = 0, pages = 0, schema = 0;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_DB_SCHEMA_VERSION, &schema, NULL, err, "");
    if (code == MG_OK && db->schema && schema == db->schema)
        return MG_OK;
    if (code == MG_OK)
        code = mg_db_query_i64(db, MG_SQL_DB_APPLICATION_ID, &application, NULL, err, "");
    if (code == MG_OK)
        code = mg_db_query_i64(db, MG_SQL_DB_USER_VERSION, &version, NULL, err, "");
    if (code == MG_OK)
        code = mg_db_query_i64(db, MG_SQL_DB_PAGE_COUNT, &pages, NULL, err, "");
    if (code != MG_OK)
        return code;
    if (pages == 0 ||
        (pages == 1 && !application && !version && !schema)) /* SQLite makes the first page to write */
        return db->mode == MG_DB_CREATE ? MG_OK : mg_fail(err, MG_ERR_DB, _("%s is empty"), db->path);
    if (application != MG_DB_APPLICATION_ID || version < 1)
        return mg_db_fail_foreign(db->path, err);
    if (version > MG_SQL_MIGRATION_COUNT)
        return mg_db_fail_newer(db->path, version, err);
    code = mg_objects_check(db, (int)version, db->mode != MG_DB_READ, err);
    if (code == MG_OK && version < MG_SQL_MIGRATION_COUNT && db->mode == MG_DB_READ) {
        code = mg_fail(err, MG_ERR_DB, _("%s was made by an earlier maillage"), db->path);
        mg_error_hint(err, _("the next import into it brings it up to date"));
    }
    if (code == MG_OK)
        db->schema = schema;
    return code;
}

enum mg_code mg_db_hold(struct mg_db *db, struct mg_error *err)
{
    if (!sqlite3_get_autocommit(db->handle))
        return MG_OK;
    enum mg_code code = mg_db_run(db, MG_SQL_DB_READ_BEGIN, err, "");
    if (code)
        return code;
    code = mg_db_verify(db, err);
    if (code)
        mg_db_rollback(db);
    return code;
}

enum mg_code mg_db_begin(struct mg_db *db, struct mg_error *err)
{
    if (db->mode == MG_DB_READ)
        return mg_db_hold(db, err);
    enum mg_code code = mg_db_run(db, MG_SQL_DB_WRITE_BEGIN, err, "");
    if (code != MG_OK)
        return code;
    code = mg_db_verify(db, err);
    if (code == MG_OK)
        code = mg_db_migrate(db, err);
    if (code != MG_OK)
        mg_db_rollback(db);
    return code;
}

enum mg_code mg_db_commit(struct mg_db *db, struct mg_error *err)
{
    int wait_seconds = db->wait_seconds;
    if (db->wait_seconds < COMMIT_WAIT)
        db->wait_seconds = COMMIT_WAIT;
    db->committing = true;
    enum mg_code code = mg_db_run(db, MG_SQL_DB_COMMIT, err, "");
    db->committing = false;
    db->wait_seconds = wait_seconds;
    if (code == MG_OK && db->mode != MG_DB_READ)
        db->made = false;
    return code;
}

void mg_db_read_once(struct mg_db *db, bool on)
{
    sqlite3_exec(db->handle, on ? "PRAGMA cache_size = -8192" : "PRAGMA cache_size = " MG_DB_CACHE, NULL,
                 NULL, NULL);
}

void mg_db_triggers(struct mg_db *db, bool on)
{
    /* Pages that are only appended are never looked at again: a large cache of them is just so much memory
     * to be handed out, which costs more than a tenth of a load. */
    mg_db_read_once(db, !on);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, (int)on, NULL);
    /* The triggers would have told ogrinfo and QGIS that what they know of a layer's extent is out of
     * date. Done at the end, so that no rollback to a savepoint takes it back, and only while the work
     * stands. */
    if (on && !sqlite3_get_autocommit(db->handle))
        mg_db_run(db, MG_SQL_DB_FORGET_STATISTICS, NULL, "");
}
