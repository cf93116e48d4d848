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

#define HEADER_SIZE 100 /* of a SQLite file; its first 16 bytes say that it is one */

static const char magic[16] = "SQLite format 3";

/* Is something beside the file that SQLite will roll back when it opens it? Then the header means nothing. */
static bool has_journal(const char *path)
{
    char *journal = sqlite3_mprintf("%s-journal", path);
    struct stat status;
    bool there = journal && stat(journal, &status) == 0 && status.st_size > 0;
    sqlite3_free(journal);
    return there;
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static enum mg_code fail_foreign(const char *path, struct mg_error *err)
{
    mg_fail(err, MG_ERR_DB, _("%s is a SQLite file, but not one of maillage"), path);
    mg_error_hint(err, _("name another file, or one that does not exist yet"));
    return MG_ERR_DB;
}

static enum mg_code fail_newer(const char *path, int64_t version, struct mg_error *err)
{
    mg_fail(err, MG_ERR_DB, _("%s was made by a later maillage (file version %lld, this program knows %d)"),
            path, (long long)version, MG_SQL_MIGRATION_COUNT);
    mg_error_hint(err, _("use that maillage, or a later one"));
    return MG_ERR_DB;
}

/* Look at the first bytes before SQLite touches anything, so that a file that is not ours stays as it is. */
static enum mg_code check_header(const char *path, bool *ret_empty, struct mg_error *err)
{
    unsigned char header[HEADER_SIZE];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mg_fail_errno(err, errno, _("cannot open %s"), path);
    ssize_t length = read(fd, header, sizeof header);
    int read_errno = errno;
    close(fd);
    if (length < 0)
        return mg_fail_errno(err, read_errno, _("cannot read %s"), path);
    if (length == 0) {
        *ret_empty = true;
        return MG_OK;
    }
    if (length < HEADER_SIZE || memcmp(header, magic, sizeof magic) != 0) {
        mg_fail(err, MG_ERR_DB, _("%s is not a SQLite file, or it is encrypted"), path);
        mg_error_hint(err, _("name a file made by maillage, or one that does not exist yet"));
        return MG_ERR_DB;
    }
    if (big_endian(header + 68) != MG_DB_APPLICATION_ID)
        return fail_foreign(path, err);
    uint32_t version = big_endian(header + 60);
    return version > MG_SQL_MIGRATION_COUNT ? fail_newer(path, version, err) : MG_OK;
}

static enum mg_code fail_missing(const char *path, struct mg_error *err)
{
    mg_fail(err, MG_ERR_USAGE, _("%s does not exist"), path);
    mg_error_hint(err, _("maillage import makes it; or name another with --db"));
    return MG_ERR_USAGE;
}

static enum mg_code check_path(const char *path, enum mg_db_mode mode, bool *ret_there, struct mg_error *err)
{
    struct stat status;
    if (!*path)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("the name of the file is empty"));
    if (strncmp(path, "postgresql:", 11) == 0 || strncmp(path, "postgres:", 9) == 0)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("a database server is not supported, only a file"));
    if (stat(path, &status) != 0) {
        if (errno != ENOENT)
            return mg_fail_errno(err, errno, _("cannot open %s"), path);
        *ret_there = false;
        return mode == MG_DB_CREATE ? MG_OK : fail_missing(path, err);
    }
    *ret_there = true;
    if (S_ISDIR(status.st_mode))
        return mg_fail(err, MG_ERR_USAGE, _("%s is a directory, not a file"), path);
    if (!S_ISREG(status.st_mode))
        return mg_fail(err, MG_ERR_USAGE, _("%s is not a regular file"), path);
    bool empty = false;
    enum mg_code code = has_journal(path) ? MG_OK : check_header(path, &empty, err);
    if (code == MG_OK && empty && mode != MG_DB_CREATE)
        code = mg_fail(err, MG_ERR_DB, _("%s is empty"), path);
    return code;
}

/* Called by SQLite while another run holds the lock: sleep a little, until the time is up. */
static int wait_for_lock(void *context, int tries)
{
    struct mg_db *db = context;
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

/* Rollback journal, synchronous NORMAL: safe against a crash, and writes every page once. Foreign keys
 * are left to mg_check: enforcing them costs a look-up for each of millions of rows, and a full scan of
 * the children for each row that is removed. Temporary tables go to disk so that memory stays bounded. Pages
 * of 16 KiB: a quarter as many writes as with SQLite's 4 take half off the system's part of a national load,
 * which is a sixth of the whole; a file with nothing in it, which is a hundred tables, is 2 MB instead of 1.
 */
static enum mg_code set_up(struct mg_db *db, struct mg_error *err)
{
    static const char pragmas[] =
        "PRAGMA page_size = 16384; PRAGMA journal_mode = DELETE; PRAGMA synchronous = 1;"
        "PRAGMA foreign_keys = 0; PRAGMA cache_size = " MG_DB_CACHE "; PRAGMA temp_store = 1;";
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_handler(db->handle, wait_for_lock, db);
    enum mg_code code = db->mode == MG_DB_READ ? MG_OK : mg_db_spatialite(db, err);
    if (code != MG_OK)
        return code;
    if (mg_feed_register(db->handle) != SQLITE_OK || mg_db_seen_register(db) != SQLITE_OK ||
        sqlite3_exec(db->handle, pragmas, NULL, NULL, NULL) != SQLITE_OK)
        return mg_db_fail(db, _("cannot open it"), err);
    if (db->mode == MG_DB_READ &&
        sqlite3_exec(db->handle, "PRAGMA query_only = 1", NULL, NULL, NULL) != SQLITE_OK)
        return mg_db_fail(db, _("cannot open it"), err);
    return MG_OK;
}

/* What SQLite itself makes of the file, now that a journal left by a crash has been rolled back. */
static enum mg_code check_identity(struct mg_db *db, struct mg_error *err)
{
    int64_t application = 0, version = 0, pages = 0;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_DB_APPLICATION_ID, &application, NULL, err, "");
    if (code == MG_OK)
        code = mg_db_query_i64(db, MG_SQL_DB_USER_VERSION, &version, NULL, err, "");
    if (code == MG_OK)
        code = mg_db_query_i64(db, MG_SQL_DB_PAGE_COUNT, &pages, NULL, err, "");
    if (code != MG_OK)
        return code;
    if (pages == 0)
        return db->mode == MG_DB_CREATE ? MG_OK : mg_fail(err, MG_ERR_DB, _("%s is empty"), db->path);
    if (application != MG_DB_APPLICATION_ID || version < 1)
        return fail_foreign(db->path, err);
    if (version > MG_SQL_MIGRATION_COUNT)
        return fail_newer(db->path, version, err);
    if (version == MG_SQL_MIGRATION_COUNT)
        return MG_OK;
    if (db->mode == MG_DB_READ) {
        mg_fail(err, MG_ERR_DB, _("%s was made by an earlier maillage"), db->path);
        mg_error_hint(err, _("the next import into it brings it up to date"));
        return MG_ERR_DB;
    }
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

static enum mg_code connect(struct mg_db *db, struct mg_error *err)
{
    /* A reader too may have to roll back what a crash left, so it asks for writing if that is allowed. "./"
     * keeps SQLite from taking ":memory:" for other than a name. */
    char *name = sqlite3_mprintf("%s%s", *db->path == ':' ? "./" : "", db->path);
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
    if (db->mode != MG_DB_READ && sqlite3_db_readonly(db->handle, "main") == 1)
        return mg_fail_errno(err, EACCES, _("cannot write to %s"), db->path);
    enum mg_code code = set_up(db, err);
    return code == MG_OK ? check_identity(db, err) : code;
}

enum mg_code mg_db_open(const char *path, enum mg_db_mode mode, int wait_seconds, struct mg_db **ret_db,
                        struct mg_error *err)
{
    bool there = false;
    enum mg_code code = check_path(path, mode, &there, err);
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

void mg_db_close(struct mg_db *db)
{
    if (!db)
        return;
    if (db->handle) {
        mg_db_rollback(db);
        for (int i = 0; i < MG_SQL_COUNT; i++)
            sqlite3_finalize(db->statements[i]);
        remove_unused(db);
        sqlite3_close_v2(db->handle);
    }
    if (db->spatialite)
        mg_spatialite.spatialite_cleanup_ex(db->spatialite);
    free(db->seen);
    free(db->path);
    free(db);
}
