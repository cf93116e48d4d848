/* The tables: made, or brought up to date, inside the caller's transaction. */
#include <stdio.h>

#include "libdata/db/connection.h"

/* SpatiaLite's functions say 0 instead of failing. */
static enum mg_code run_step(struct mg_db *db, const char *sql, struct mg_error *err)
{
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &statement, NULL) != SQLITE_OK)
        return mg_db_fail(db, _("cannot make the tables"), err);
    int result = sqlite3_step(statement);
    bool refused = result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_INTEGER &&
                   sqlite3_column_int(statement, 0) == 0;
    enum mg_code code = MG_OK;
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        code = mg_db_fail(db, _("cannot make the tables"), err);
    else if (refused)
        code = mg_fail(err, MG_ERR_DB, _("cannot make the tables: SpatiaLite refused: %s"), sql);
    sqlite3_finalize(statement);
    return code;
}

enum mg_code mg_db_migrate(struct mg_db *db, struct mg_error *err)
{
    int64_t version = 0;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_DB_USER_VERSION, &version, NULL, err, "");
    if (code != MG_OK || version >= MG_SQL_MIGRATION_COUNT)
        return code;
    for (int64_t i = version; i < MG_SQL_MIGRATION_COUNT; i++)
        for (const char *const *step = mg_sql_migrations[i]; *step && !code; step++)
            code = run_step(db, *step, err);
    return code ? code
                : mg_db_exec(db, err, "PRAGMA application_id = %d; PRAGMA user_version = %d",
                             MG_DB_APPLICATION_ID, MG_SQL_MIGRATION_COUNT);
}
