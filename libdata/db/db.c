#include "libdata/db/db.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/db/connection.h"
#include "libdata/io/temporary.h"

sqlite3 *mg_db_handle(struct mg_db *db)
{
    return db->handle;
}

const char *mg_db_path(const struct mg_db *db)
{
    return db->path;
}

enum mg_code mg_db_statement(struct mg_db *db, enum mg_sql name, sqlite3_stmt **ret_statement,
                             struct mg_error *err)
{
    sqlite3_stmt **slot = &db->statements[name];
    if (!*slot && sqlite3_prepare_v3(db->handle, mg_sql_statements[name].text, -1, SQLITE_PREPARE_PERSISTENT,
                                     slot, NULL) != SQLITE_OK)
        return mg_db_fail(db, mg_sql_statements[name].name, err);
    sqlite3_reset(*slot);
    sqlite3_clear_bindings(*slot);
    *ret_statement = *slot;
    return MG_OK;
}

static int bind_one(sqlite3_stmt *statement, int i, char letter, va_list *args)
{
    const int64_t *integer;
    const double *real;
    const void *blob;
    switch (letter) {
    case 'i':
        return sqlite3_bind_int64(statement, i, va_arg(*args, int64_t));
    case 'I':
        integer = va_arg(*args, const int64_t *);
        return integer ? sqlite3_bind_int64(statement, i, *integer) : sqlite3_bind_null(statement, i);
    case 'f':
        return sqlite3_bind_double(statement, i, va_arg(*args, double));
    case 'F':
        real = va_arg(*args, const double *);
        return real ? sqlite3_bind_double(statement, i, *real) : sqlite3_bind_null(statement, i);
    case 't':
        return sqlite3_bind_text(statement, i, va_arg(*args, const char *), -1, SQLITE_TRANSIENT);
    case 'b':
        blob = va_arg(*args, const void *);
        return sqlite3_bind_blob64(statement, i, blob, va_arg(*args, size_t), SQLITE_TRANSIENT);
    case 'n':
        return sqlite3_bind_null(statement, i);
    default:
        return SQLITE_MISUSE;
    }
}

enum mg_code mg_db_bind_list(sqlite3_stmt *statement, struct mg_error *err, const char *format, va_list args)
{
    va_list copy; /* what is handed on by its address must be our own */
    int wanted = sqlite3_bind_parameter_count(statement), given = (int)strlen(format);
    if (given != wanted)
        return mg_fail(err, MG_ERR_DB, _("%d parameters given, %d wanted by: %s"), given, wanted,
                       sqlite3_sql(statement));
    int result = SQLITE_OK, i = 0;
    va_copy(copy, args);
    while (result == SQLITE_OK && i < given) {
        result = bind_one(statement, i + 1, format[i], &copy);
        i++;
    }
    va_end(copy);
    if (result == SQLITE_NOMEM)
        return mg_fail_memory(err);
    if (result != SQLITE_OK)
        return mg_fail(err, MG_ERR_DB, _("parameter %d: %s"), i, sqlite3_errstr(result));
    return MG_OK;
}

enum mg_code mg_db_bind(sqlite3_stmt *statement, struct mg_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    enum mg_code code = mg_db_bind_list(statement, err, format, args);
    va_end(args);
    return code;
}

static int take_number(void *context, int count, char **values, char **names)
{
    (void)count, (void)names;
    *(bool *)context = values[0] && values[0][0] == '1';
    return 0;
}

/* There was no room: in the file, or for what SQLite sorts beside it? Who only reads can have filled no
 * other. */
static enum mg_code fail_full(sqlite3 *handle, int why, struct mg_error *err)
{
    const char *path = sqlite3_db_filename(handle, "main");
    bool reading = false;
    sqlite3_exec(handle, "PRAGMA query_only", take_number, &reading, NULL);
    if (reading || mg_temporary_is_full(path))
        return mg_temporary_fail(why, err);
    return mg_fail_errno(err, why, _("cannot write to %s"), path);
}

/* What has to be written before it can be read, in a place where nothing can be: what a killed run left, or
 * the log of WAL mode and what belongs to it. *err is unchanged where it is neither. */
static bool fail_unwritable(const char *path, struct mg_error *err)
{
    if (mg_db_is_wal(path)) {
        mg_fail(err, MG_ERR_DB, _("%s is in WAL mode, and SQLite reads such a file only where it can write"),
                path);
        mg_error_hint(err,
                      _("copy it, with its -wal if there is one, to where it can be written; there: PRAGMA "
                        "journal_mode = DELETE"));
        return true;
    }
    if (!mg_db_is_beside(path, "-journal"))
        return false;
    mg_fail(err, MG_ERR_DB, _("a run that was ended left %s half changed, and here it cannot be put right"),
            path);
    mg_error_hint(err, _("copy it and its -journal to where they can be written, and use it there"));
    return true;
}

static enum mg_code fail_handle(sqlite3 *handle, const char *doing, struct mg_error *err)
{
    int result = sqlite3_extended_errcode(handle), why = sqlite3_system_errno(handle);
    if (result != SQLITE_CANTOPEN) /* errno may have changed since; the file remembers */
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &why);
    bool unwritable = ((result & 0xff) == SQLITE_READONLY && result != SQLITE_READONLY_DBMOVED) ||
                      (result & 0xff) == SQLITE_CANTOPEN || result == SQLITE_IOERR_DELETE;
    if (unwritable && fail_unwritable(sqlite3_db_filename(handle, "main"), err))
        return MG_ERR_DB;
    switch (result & 0xff) {
    case SQLITE_NOMEM:
        return mg_fail_memory(err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        mg_fail(err, MG_ERR_BUSY, "%s", _("the file is locked by another run"));
        mg_error_hint(err, "%s", _("wait longer with --wait SECONDS, or try again later"));
        return MG_ERR_BUSY;
    case SQLITE_FULL:
        return fail_full(handle, ENOSPC, err);
    case SQLITE_IOERR:
        if (result == SQLITE_IOERR_NOMEM)
            return mg_fail_memory(err);
        if (result == SQLITE_IOERR_WRITE && why == EFBIG)
            return fail_full(handle, why, err);
        return mg_fail_errno(err, why ? why : EIO, _("cannot read or write %s"),
                             sqlite3_db_filename(handle, "main"));
    case SQLITE_CANTOPEN:
        return mg_fail_errno(err, why ? why : EIO, _("cannot open %s or its journal"),
                             sqlite3_db_filename(handle, "main"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        mg_fail(err, MG_ERR_DB, _("%s is damaged: %s"), sqlite3_db_filename(handle, "main"),
                sqlite3_errmsg(handle));
        mg_error_hint(err, "%s", _("maillage check says more; put back a copy of it"));
        return MG_ERR_DB;
    case SQLITE_READONLY:
        if (result == SQLITE_READONLY_DBMOVED)
            return mg_fail(err, MG_ERR_DB, _("%s was removed or replaced while it was open"),
                           sqlite3_db_filename(handle, "main"));
        return mg_fail(err, MG_ERR_DB, _("%s cannot be written to"), sqlite3_db_filename(handle, "main"));
    default:
        return mg_fail(err, MG_ERR_DB, "%s: %s", doing, sqlite3_errmsg(handle));
    }
}

enum mg_code mg_db_fail(struct mg_db *db, const char *doing, struct mg_error *err)
{
    return fail_handle(db->handle, doing, err);
}

enum mg_code mg_db_step(sqlite3_stmt *statement, bool *ret_row, struct mg_error *err)
{
    int result = sqlite3_step(statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        enum mg_code code = fail_handle(sqlite3_db_handle(statement), _("the database refused"), err);
        sqlite3_reset(statement);
        return code;
    }
    *ret_row = result == SQLITE_ROW;
    return MG_OK;
}

enum mg_code mg_db_run(struct mg_db *db, enum mg_sql name, struct mg_error *err, const char *format, ...)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, name, &statement, err);
    if (code != MG_OK)
        return code;
    va_list args;
    va_start(args, format);
    code = mg_db_bind_list(statement, err, format, args);
    va_end(args);
    for (bool row = true; code == MG_OK && row;)
        code = mg_db_step(statement, &row, err);
    sqlite3_reset(statement);
    return code;
}

enum mg_code mg_db_query_i64(struct mg_db *db, enum mg_sql name, int64_t *ret_value, bool *ret_found,
                             struct mg_error *err, const char *format, ...)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, name, &statement, err);
    if (code != MG_OK)
        return code;
    va_list args;
    va_start(args, format);
    code = mg_db_bind_list(statement, err, format, args);
    va_end(args);
    bool row = false;
    if (code == MG_OK)
        code = mg_db_step(statement, &row, err);
    if (code == MG_OK && row)
        *ret_value = sqlite3_column_int64(statement, 0);
    if (code == MG_OK && ret_found)
        *ret_found = row;
    sqlite3_reset(statement);
    return code;
}

enum mg_code mg_db_exec(struct mg_db *db, struct mg_error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    if (!sql)
        return mg_fail_memory(err);
    enum mg_code code = MG_OK;
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        code = mg_db_fail(db, _("the database refused"), err);
    sqlite3_free(sql);
    return code;
}

enum mg_code mg_db_prepare(struct mg_db *db, sqlite3_stmt **ret_statement, struct mg_error *err,
                           const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    if (!sql)
        return mg_fail_memory(err);
    int result = sqlite3_prepare_v2(db->handle, sql, -1, ret_statement, NULL);
    sqlite3_free(sql);
    return result == SQLITE_OK ? MG_OK : mg_db_fail(db, _("the database refused"), err);
}
