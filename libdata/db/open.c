/* Opening: which files are ours, and how SQLite is set up for them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/connection.h"
#include "libdata/db/feed.h"
#include "libdata/db/spatialite.h"
#include "libdata/io/target.h"

/* Called by SQLite while another run holds the lock: sleep a little, until the time is up. Not in the middle
 * of what is written: there SQLite only wants to make room in memory, for which it would need those who read
 * to be gone; they are waited for at the end, once, and not at all by the one whose records they may be
 * waiting for. */
static int wait_for_lock(void *context, int tries)
{
    struct mg_db *db = context;
    if (!db->committing && !sqlite3_get_autocommit(db->handle) &&
        sqlite3_txn_state(db->handle, "main") == SQLITE_TXN_WRITE)
        return 0;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (tries == 0) {
        db->wait_until = now;
        db->wait_until.tv_sec += db->wait_seconds;
    }
    if (now.tv_sec > db->wait_until.tv_sec ||
        (now.tv_sec == db->wait_until.tv_sec && now.tv_nsec >= db->wait_until.tv_nsec))
        return 0;
    long milliseconds = tries < 10 ? 1 + tries * tries : 100;
    nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
    return 1;
}

enum mg_code mg_db_spatialite(struct mg_db *db, struct mg_error *err)
{
    enum mg_code code = db->spatialite ? MG_OK : mg_spatialite_load(err);
    if (code != MG_OK || db->spatialite)
        return code;
    db->spatialite = mg_spatialite.spatialite_alloc_connection();
    if (!db->spatialite)
        return mg_fail_memory(err);
    mg_spatialite.spatialite_init_ex(db->handle, db->spatialite, 0);
    sqlite3_busy_handler(db->handle, wait_for_lock, db); /* again: SpatiaLite sets one of its own */
    return MG_OK;
}

/* Nothing of the file's runs until its schema has been checked; no view ever does, and triggers only where
 * they are SpatiaLite's and somebody writes. The limits are far above what the tools need: they keep small
 * what a crafted file may make of it. */
static enum mg_code harden(struct mg_db *db, struct mg_error *err)
{
    static const int settings[][2] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
        {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 0},
        {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    static const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, 512 << 20},
        {SQLITE_LIMIT_SQL_LENGTH, 64 << 20},
        {SQLITE_LIMIT_EXPR_DEPTH, 200},
        {SQLITE_LIMIT_COMPOUND_SELECT, 100},
        {SQLITE_LIMIT_VDBE_OP, 100000},
        {SQLITE_LIMIT_FUNCTION_ARG, 100},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (sqlite3_db_config(db->handle, settings[i][0], settings[i][1], NULL) != SQLITE_OK)
            return mg_db_fail(db, _("cannot open it"), err);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(db->handle, limits[i][0], limits[i][1]);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_handler(db->handle, wait_for_lock, db);
    return sqlite3_exec(db->handle, "PRAGMA cell_size_check = 1", NULL, NULL, NULL) == SQLITE_OK
               ? MG_OK
               : mg_db_fail(db, _("cannot open it"), err);
}

/* Synchronous NORMAL: safe against a crash, and writes every page once. The journal is as the file has it: a
 * rollback journal, unless somebody wanted WAL. Foreign keys are left to mg_check: enforcing them costs a
 * look-up for each of millions of rows, and a full scan of the children for each row that is removed.
 * Temporary tables go to disk so that memory stays bounded. Pages of 16 KiB: a quarter as many writes as with
 * SQLite's 4 take half off the system's part of a national load, which is a sixth of the whole; a file with
 * nothing in it, which is a hundred tables, is 2 MB instead of 1. */
static enum mg_code set_up(struct mg_db *db, struct mg_error *err)
{
    static const char reading[] =
        "PRAGMA query_only = 1; PRAGMA cache_size = " MG_DB_CACHE "; PRAGMA temp_store = 1;";
    static const char writing[] =
        "PRAGMA page_size = 16384; PRAGMA synchronous = 1; PRAGMA foreign_keys = 0; "
        "PRAGMA cache_size = " MG_DB_CACHE "; PRAGMA temp_store = 1;";
    if (mg_feed_register(db->handle) != SQLITE_OK || mg_db_seen_register(db) != SQLITE_OK ||
        sqlite3_exec(db->handle, db->mode == MG_DB_READ ? reading : writing, NULL, NULL, NULL) != SQLITE_OK)
        return mg_db_fail(db, _("cannot open it"), err);
    return MG_OK;
}

/* The triggers are known to be SpatiaLite's; they call its functions, and the packed index writes into the
 * tables of an R*Tree. */
static enum mg_code prepare_to_write(struct mg_db *db, struct mg_error *err)
{
    enum mg_code code = mg_db_spatialite(db, err);
    if (code == MG_OK &&
        (sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL) != SQLITE_OK ||
         sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL) != SQLITE_OK ||
         sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL) != SQLITE_OK))
        code = mg_db_fail(db, _("cannot open it"), err);
    return code;
}

static enum mg_code bring_up_to_date(struct mg_db *db, struct mg_error *err)
{
    int64_t version = 0;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_DB_USER_VERSION, &version, NULL, err, "");
    if (code != MG_OK || version == 0 || version == MG_SQL_MIGRATION_COUNT)
        return code;
    code = mg_db_begin(db, err);
    return code == MG_OK ? mg_db_commit(db, err) : code;
}

/* Made here rather than by SQLite: errno then says what is wrong, and it is certain whose file it is. Most of
 * what it will hold is restricted, so it is its owner's alone; SQLite gives the journals the same mode. */
static enum mg_code make_file(struct mg_db *db, struct mg_error *err)
{
    char target[PATH_MAX];
    bool found = mg_target_find(db->path, target);
    int fd = found ? open(target, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd < 0 && (!found || errno != EEXIST))
        return mg_fail_errno(err, errno, _("cannot create %s"), db->path);
    db->made = fd >= 0;
    if (fd >= 0)
        close(fd);
    return MG_OK;
}

/* A reader too may have to roll back what a crash left, so it asks for writing if that is allowed. "./" keeps
 * SQLite from taking ":memory:" or "file:x?mode=memory" for other than a name. */
static enum mg_code open_handle(struct mg_db *db, struct mg_error *err)
{
    char *name = sqlite3_mprintf("%s%s", *db->path == '/' ? "" : "./", db->path);
    if (!name)
        return mg_fail_memory(err);
    int result = sqlite3_open_v2(name, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    sqlite3_free(name);
    if (!db->handle)
        return mg_fail_memory(err);
    if (result != SQLITE_OK) {
        int why = sqlite3_system_errno(db->handle);
        return mg_fail_errno(err, why ? why : EIO, _("cannot open %s"), db->path);
    }
    if (db->mode != MG_DB_READ && sqlite3_db_readonly(db->handle, "main") == 1) {
        errno = 0;
        int why = access(db->path, W_OK) == 0 || !errno ? EACCES : errno;
        return mg_fail_errno(err, why, _("cannot write to %s"), db->path);
    }
    return MG_OK;
}

static enum mg_code connect(struct mg_db *db, struct mg_error *err)
{
    enum mg_code code = open_handle(db, err);
    if (code == MG_OK)
        code = harden(db, err);
    if (code == MG_OK)
        code = set_up(db, err);
    if (code == MG_OK)
        code = mg_db_hold(db, err);
    if (code != MG_OK || db->mode == MG_DB_READ)
        return code;
    mg_db_rollback(db);
    code = prepare_to_write(db, err);
    return code == MG_OK ? bring_up_to_date(db, err) : code;
}

enum mg_code mg_db_open(const char *path, enum mg_db_mode mode, int wait_seconds, struct mg_db **ret_db,
                        struct mg_error *err)
{
    bool there = false;
    enum mg_code code = mg_db_check_path(path, mode, &there, err);
    if (code != MG_OK)
        return code;
    struct mg_db *db = mg_calloc(1, sizeof *db);
    if (!db)
        return mg_fail_memory(err);
    db->mode = mode;
    db->wait_seconds = wait_seconds;
    db->path = mg_strdup(path);
    if (!db->path)
        code = mg_fail_memory(err);
    else if (!there)
        code = make_file(db, err);
    if (code == MG_OK)
        code = connect(db, err);
    if (code != MG_OK) {
        mg_db_close(db);
        return code;
    }
    *ret_db = db;
    return MG_OK;
}

/* The file that this connection made and never filled. Whoever else has it open in the meantime finds
 * out when it wants to write (SQLite looks whether the file has moved). */
static void remove_unused(struct mg_db *db)
{
    struct stat status;
    char target[PATH_MAX];
    if (db->made && sqlite3_exec(db->handle, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == SQLITE_OK) {
        if (mg_target_find(db->path, target) && stat(target, &status) == 0 && status.st_size == 0)
            unlink(target);
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    }
}

/* Who only reads leaves in the log what others wrote there, also when it is the last to go. */
static void keep_log(struct mg_db *db)
{
    if (db->mode == MG_DB_READ && mg_db_is_beside(db->path, "-wal"))
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

void mg_db_close(struct mg_db *db)
{
    if (!db)
        return;
    if (db->handle) {
        mg_db_rollback(db);
        for (int i = 0; i < MG_SQL_COUNT; i++)
            sqlite3_finalize(db->statements[i]);
        remove_unused(db);
        keep_log(db);
        sqlite3_close_v2(db->handle);
    }
    if (db->spatialite)
        mg_spatialite.spatialite_cleanup_ex(db->spatialite);
    free(db->seen);
    free(db->path);
    free(db);
}
