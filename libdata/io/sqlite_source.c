#include "libdata/io/sqlite_source.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/io/gdal_files.h"

enum {
    INSTRUCTIONS = 20000, /* between two looks at the clock */
    SECONDS = 3,
    BYTES_A_SECOND = 4 << 20, /* what a sort or a join of a large file takes */
    ROWS = 1000000,
    BYTES_A_ROW = 4, /* a row of a table takes more; a view may repeat some */
    VALUE = 256 << 20,
    SCHEMA_MEMORY = 32 << 20,
};

static _Thread_local struct mg_sqlite_watch *watching;

static int64_t seconds_since(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)(now.tv_sec - since->tv_sec) - (now.tv_nsec < since->tv_nsec);
}

static int look_at_clock(void *context)
{
    struct mg_sqlite_watch *watch = context;
    watch->expired = watch->expired || seconds_since(&watch->since) >= watch->seconds;
    return watch->expired;
}

static void restrain(sqlite3 *db, struct mg_sqlite_watch *watch)
{
    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE);
    sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_progress_handler(db, INSTRUCTIONS, look_at_clock, watch);
}

/* Called by SQLite for each connection that is opened; PROJ opens its own database too. */
static int restrain_opened(sqlite3 *db, char **ret_message, const struct sqlite3_api_routines *api)
{
    (void)ret_message;
    (void)api;
    const char *name = watching ? sqlite3_db_filename(db, "main") : NULL;
    if (name && strncmp(name, MG_GDAL_FILES_PREFIX, strlen(MG_GDAL_FILES_PREFIX)) == 0)
        restrain(db, watching);
    return SQLITE_OK;
}

static void start(struct mg_sqlite_watch *watch, int64_t file_size)
{
    *watch = (struct mg_sqlite_watch){.seconds = SECONDS + file_size / BYTES_A_SECOND,
                                      .most_rows =
                                          file_size / BYTES_A_ROW > ROWS ? file_size / BYTES_A_ROW : ROWS};
    mg_sqlite_watch_row(watch);
}

void mg_sqlite_watch_begin(struct mg_sqlite_watch *watch, int64_t file_size)
{
    start(watch, file_size);
    watching = watch;
    sqlite3_auto_extension((void (*)(void))restrain_opened);
}

/* GDAL adds one of its own, which would be run for our file too. */
void mg_sqlite_watch_end(void)
{
    watching = NULL;
    sqlite3_reset_auto_extension();
}

enum mg_code mg_sqlite_watch_fail(const struct mg_sqlite_watch *watch, struct mg_error *err)
{
    if (watch->expired)
        mg_fail(err, MG_ERR_INPUT, _("a view of the file does not end: %lld seconds without a row"),
                (long long)watch->seconds);
    else
        mg_fail(err, MG_ERR_INPUT, _("a view of the file does not end: more than %lld rows"),
                (long long)watch->most_rows);
    mg_error_hint(err, "%s",
                  _("if that is right, make a table of it first (CREATE TABLE ... AS SELECT ...)"));
    return MG_ERR_INPUT;
}

static enum mg_code fail_sqlite(sqlite3 *db, struct mg_error *err)
{
    return mg_fail(err, MG_ERR_INPUT, _("SQLite cannot read the file: %s"), sqlite3_errmsg(db));
}

/* A descriptor as a file of SQLite: to read, without journal, log or lock. */
struct descriptor {
    sqlite3_file file;
    int fd;
};

static int close_descriptor(sqlite3_file *file)
{
    (void)file;
    return SQLITE_OK;
}

/* A file that says 2 at 18 or 19 has a log, or had one; it is what it is without (The SQLite Database File
 * Format, 1.3.3). */
static int read_descriptor(sqlite3_file *file, void *buffer, int length, sqlite3_int64 at)
{
    const int fd = ((struct descriptor *)file)->fd;
    char *bytes = buffer;
    const size_t wanted = (size_t)length;
    size_t done = 0;
    for (ssize_t n = 1; done < wanted && n > 0; done += n > 0 ? (size_t)n : 0)
        n = pread(fd, bytes + done, wanted - done, at + (sqlite3_int64)done);
    for (sqlite3_int64 i = 18; i < 20; i++)
        if (i >= at && i < at + (sqlite3_int64)done)
            bytes[i - at] = 1;
    memset(bytes + done, 0, wanted - done);
    return done < wanted ? SQLITE_IOERR_SHORT_READ : SQLITE_OK;
}

static int write_descriptor(sqlite3_file *file, const void *bytes, int length, sqlite3_int64 at)
{
    (void)file;
    (void)bytes;
    (void)length;
    (void)at;
    return SQLITE_READONLY;
}

static int truncate_descriptor(sqlite3_file *file, sqlite3_int64 size)
{
    (void)file;
    (void)size;
    return SQLITE_READONLY;
}

static int size_descriptor(sqlite3_file *file, sqlite3_int64 *ret_size)
{
    struct stat status;
    if (fstat(((struct descriptor *)file)->fd, &status) != 0)
        return SQLITE_IOERR_FSTAT;
    *ret_size = status.st_size;
    return SQLITE_OK;
}

static int do_nothing(sqlite3_file *file, int which)
{
    (void)file;
    (void)which;
    return SQLITE_OK;
}

static int is_unlocked(sqlite3_file *file, int *ret_reserved)
{
    (void)file;
    *ret_reserved = 0;
    return SQLITE_OK;
}

static int control_nothing(sqlite3_file *file, int what, void *argument)
{
    (void)file;
    (void)what;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int nothing_special(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int open_descriptor(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *ret_flags)
{
    static const sqlite3_io_methods methods = {
        .iVersion = 1,
        .xClose = close_descriptor,
        .xRead = read_descriptor,
        .xWrite = write_descriptor,
        .xTruncate = truncate_descriptor,
        .xSync = do_nothing,
        .xFileSize = size_descriptor,
        .xLock = do_nothing,
        .xUnlock = do_nothing,
        .xCheckReservedLock = is_unlocked,
        .xFileControl = control_nothing,
        .xSectorSize = nothing_special,
        .xDeviceCharacteristics = nothing_special,
    };
    int64_t fd = 0;
    (void)vfs;
    memset(file, 0, sizeof(struct descriptor));
    if (!(flags & SQLITE_OPEN_MAIN_DB) || !name || !mg_num_parse_i64(name, strlen(name), &fd))
        return SQLITE_CANTOPEN;
    ((struct descriptor *)file)->fd = (int)fd;
    file->pMethods = &methods;
    if (ret_flags)
        *ret_flags = flags;
    return SQLITE_OK;
}

static int keep_name(sqlite3_vfs *vfs, const char *name, int room, char *ret_name)
{
    (void)vfs;
    return snprintf(ret_name, (size_t)room, "%s", name) < room ? SQLITE_OK : SQLITE_CANTOPEN;
}

static int is_absent(sqlite3_vfs *vfs, const char *name, int flags, int *ret_there)
{
    (void)vfs;
    (void)name;
    (void)flags;
    *ret_there = 0;
    return SQLITE_OK;
}

static int delete_nothing(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    (void)name;
    (void)sync;
    return SQLITE_OK;
}

/* The name of a file system whose files are called by the number of a descriptor. */
static const char *descriptors(void)
{
    static const char name[] = "maillage-descriptor";
    static sqlite3_vfs vfs;
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    if (!vfs.zName) {
        vfs = *sqlite3_vfs_find(NULL); /* its clock and its dice */
        vfs.pNext = NULL;
        vfs.szOsFile = sizeof(struct descriptor);
        vfs.xOpen = open_descriptor;
        vfs.xDelete = delete_nothing;
        vfs.xAccess = is_absent;
        vfs.xFullPathname = keep_name;
        vfs.zName = name;
        sqlite3_vfs_register(&vfs, 0);
    }
    pthread_mutex_unlock(&mutex);
    return name;
}

/* One of SpatiaLite's that read nothing but the file, and take no arguments. */
static int connect_spatialite(sqlite3 *db, void *context, int count, const char *const *arguments,
                              sqlite3_vtab **ret_table, char **ret_message)
{
    static const char *const columns = "CREATE TABLE x(a)";
    (void)context;
    (void)arguments;
    (void)ret_message;
    if (count > 3 && !(count == 4 && !arguments[3][0]))
        return SQLITE_ERROR;
    *ret_table = sqlite3_malloc(sizeof **ret_table);
    if (!*ret_table)
        return SQLITE_NOMEM;
    memset(*ret_table, 0, sizeof **ret_table);
    return sqlite3_declare_vtab(db, columns);
}

static int disconnect_spatialite(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int plan_spatialite(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    (void)info;
    return SQLITE_OK;
}

static void keep_harmless_modules(sqlite3 *db)
{
    static const char *const kept[] = {"rtree", "rtree_i32", NULL};
    static const char *const spatialite[] = {"VirtualSpatialIndex", "VirtualElementary", "VirtualKNN",
                                             "VirtualKNN2"};
    static const sqlite3_module module = {.iVersion = 1,
                                          .xCreate = connect_spatialite,
                                          .xConnect = connect_spatialite,
                                          .xBestIndex = plan_spatialite,
                                          .xDisconnect = disconnect_spatialite,
                                          .xDestroy = disconnect_spatialite};
    sqlite3_drop_modules(db, (const char **)kept);
    for (size_t i = 0; i < sizeof spatialite / sizeof *spatialite; i++)
        sqlite3_create_module(db, spatialite[i], &module, NULL);
}

static int compile(sqlite3 *db, const char *table)
{
    sqlite3_stmt *statement = NULL;
    char *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\"", table);
    int result = sql ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    sqlite3_finalize(statement);
    return result;
}

/* Views of views of views can double at each step, and SQLite writes them out while it compiles. One that
 * uses a function unknown here is read or refused when it is asked for. */
static enum mg_code check_view(sqlite3 *db, const char *name, const char *unused, struct mg_error *err)
{
    (void)unused;
    return compile(db, name) == SQLITE_NOMEM
               ? mg_fail(err, MG_ERR_INPUT, _("the view '%s' has too many parts"), name)
               : MG_OK;
}

/* One whose module is not there cannot be compiled. */
static enum mg_code check_table(sqlite3 *db, const char *name, const char *type, struct mg_error *err)
{
    if (strcmp(type, "virtual") != 0 || compile(db, name) == SQLITE_OK)
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, _("'%s' is a virtual table, and not an R-tree: %s"), name, sqlite3_errmsg(db));
    mg_error_hint(err, "%s",
                  _("a source is read as data only: copy what is in it to a file of ordinary tables"));
    return MG_ERR_INPUT;
}

/* check each row of a query whose second and third columns are a name and a type */
static enum mg_code for_each(sqlite3 *db, const char *sql,
                             enum mg_code (*check)(sqlite3 *, const char *, const char *, struct mg_error *),
                             struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        return fail_sqlite(db, err);
    enum mg_code code = MG_OK;
    int result = SQLITE_DONE;
    while (!code && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(statement, 1),
                   *type = (const char *)sqlite3_column_text(statement, 2);
        code = check(db, name ? name : "", type ? type : "", err);
    }
    if (!code && result != SQLITE_DONE)
        code = fail_sqlite(db, err);
    sqlite3_finalize(statement);
    return code;
}

static enum mg_code check_schema(sqlite3 *db, struct mg_error *err)
{
    static const char views[] = "SELECT 0, name, type FROM main.sqlite_schema WHERE type = 'view'";
    enum mg_code code = for_each(db, views, check_view, err);
    return code ? code : for_each(db, "PRAGMA main.table_list", check_table, err);
}

/* What was written and is not yet in the file would be missing without a word. */
static enum mg_code check_beside(const char *path, struct mg_error *err)
{
    static const char *const endings[] = {"-wal", "-journal"};
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct stat status;
        mg_buf_clear(&name);
        mg_buf_printf(&name, "%s%s", path, endings[i]);
        if (name.failed)
            return mg_fail_memory(err);
        if (stat(name.data, &status) != 0 || !status.st_size)
            continue;
        mg_fail(err, MG_ERR_INPUT, _("the file is being written, or was not closed well: %s is beside it"),
                name.data);
        mg_error_hint(err, "%s",
                      _("close the program that has it open, or copy it with sqlite3 FILE '.backup COPY'"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

enum mg_code mg_sqlite_source_check(int fd, const char *path, struct mg_error *err)
{
    struct stat status;
    struct mg_sqlite_watch watch;
    sqlite3 *db = NULL;
    char name[16];
    enum mg_code code = path ? check_beside(path, err) : MG_OK;
    if (code)
        return code;
    start(&watch, fstat(fd, &status) == 0 ? status.st_size : 0);
    snprintf(name, sizeof name, "%d", fd);
    const sqlite3_int64 hard = sqlite3_hard_heap_limit64(-1), soft = sqlite3_soft_heap_limit64(-1),
                        used = sqlite3_memory_used();
    if (!hard || hard > used + SCHEMA_MEMORY)
        sqlite3_hard_heap_limit64(used + SCHEMA_MEMORY);
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(name, &db, flags, descriptors()) != SQLITE_OK) {
        code = db ? fail_sqlite(db, err) : mg_fail_memory(err);
    } else {
        restrain(db, &watch);
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        keep_harmless_modules(db);
        code = check_schema(db, err);
    }
    sqlite3_close(db);
    sqlite3_hard_heap_limit64(hard);
    sqlite3_soft_heap_limit64(soft);
    return code;
}
