/* The file: which ones are ours, transactions, locks, crashes, a full disk; the statements of db/sql. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libdata/base/buf.h"
#include "libdata/db/db.h"
#include "tests/unit/test.h"

static char directory[64], path[128], journal[160];

static int make_directory(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/maillage-db-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/a.sqlite", directory);
    snprintf(journal, sizeof journal, "%s-journal", path);
    return 0;
}

static void remove_log(void)
{
    char name[160];
    snprintf(name, sizeof name, "%s-wal", path);
    unlink(name);
    snprintf(name, sizeof name, "%s-shm", path);
    unlink(name);
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    unlink(journal);
    remove_log();
    return rmdir(directory); /* fails when something was left behind */
}

static bool there(const char *name)
{
    return access(name, F_OK) == 0;
}

static void make_file(void)
{
    struct mg_db *db;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
}

static void write_bytes(const char *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void read_bytes(struct mg_buf *out)
{
    char chunk[4096];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, file)) > 0;)
        mg_buf_add(out, chunk, n);
    fclose(file);
}

static int64_t count(struct mg_db *db, const char *sql)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return n;
}

static void a_new_file_has_all_tables_and_every_statement_prepares(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    assert_string_equal(mg_db_path(db), path);
    assert_int_equal(count(db, "PRAGMA application_id"), 0x6D61696C);
    assert_int_equal(count(db, "PRAGMA user_version"), MG_SQL_MIGRATION_COUNT);
    assert_int_equal(count(db, "SELECT count(*) FROM geometry_columns WHERE srid = 4326"), 4);
    for (int i = 0; i < MG_SQL_COUNT; i++) {
        sqlite3_stmt *statement, *again;
        must(mg_db_statement(db, (enum mg_sql)i, &statement, &err));
        must(mg_db_statement(db, (enum mg_sql)i, &again, &err));
        assert_ptr_equal(statement, again);
    }
    mg_db_close(db);
    assert_false(there(journal));
}

/* No statement needs what SpatiaLite brings; the triggers do, for those who write. */
static void a_reader_needs_no_spatialite(void **state)
{
    (void)state;
    struct mg_db *db;
    sqlite3_stmt *statement;
    make_file();
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    must_fail(mg_db_prepare(db, &statement, &err, "SELECT spatialite_version()"), MG_ERR_DB,
              "no such function");
    for (int i = 0; i < MG_SQL_COUNT; i++)
        must(mg_db_statement(db, (enum mg_sql)i, &statement, &err));
    must(mg_db_spatialite(db, &err));
    must(mg_db_spatialite(db, &err));
    assert_int_equal(count(db, "SELECT spatialite_version() >= '5'"), 1);
    assert_int_equal(sqlite3_exec(mg_db_handle(db), "DELETE FROM record", NULL, NULL, NULL), SQLITE_READONLY);
    mg_db_close(db);
}

static void nothing_is_left_of_a_file_that_was_never_committed(void **state)
{
    (void)state;
    struct mg_db *db;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    mg_db_close(db);
    assert_false(there(path));
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    mg_db_close(db);
    assert_false(there(path) || there(journal));

    write_bytes("", 0); /* an empty file of the user's own stays */
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    mg_db_rollback(db);
    must(mg_db_begin(db, &err));
    mg_db_rollback(db);
    mg_db_close(db);
    assert_true(there(path));
    must_fail(mg_db_open(path, MG_DB_READ, 0, &db, &err), MG_ERR_DB, "is empty");
}

static unsigned mode_of(const char *name)
{
    struct stat st;
    assert_int_equal(stat(name, &st), 0);
    return st.st_mode & 07777;
}

/* In the middle of a transaction, when its journal is there. */
static unsigned mode_of_journal(void)
{
    struct mg_db *db;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "CREATE TABLE t (x); DROP TABLE t"));
    unsigned mode = mode_of(journal);
    mg_db_close(db);
    return mode;
}

static void a_file_is_its_owners_alone_unless_it_is_shared(void **state)
{
    (void)state;
    mode_t mask = umask(0);
    make_file();
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(mode_of_journal(), 0600);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(mode_of_journal(), 0640);
    make_file();
    assert_int_equal(mode_of(path), 0640);
    umask(mask);
}

/* A link that leads to what is not there yet: the file is made where it leads, or nothing is; the link stays.
 */
static void a_file_is_made_through_a_link(void **state)
{
    (void)state;
    struct mg_db *db;
    struct stat st;
    char made[160];
    snprintf(made, sizeof made, "%s/made", directory);
    assert_int_equal(symlink("made", path), 0);
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    mg_db_close(db);
    assert_false(there(made));
    make_file();
    assert_true(there(made) && lstat(path, &st) == 0 && S_ISLNK(st.st_mode));
    unlink(made);
}

static void a_file_must_be_there_and_be_a_file(void **state)
{
    (void)state;
    struct mg_db *db = NULL;
    char below[160];
    must_fail(mg_db_open(path, MG_DB_READ, 0, &db, &err), MG_ERR_USAGE, "does not exist");
    must_fail(mg_db_open(path, MG_DB_WRITE, 0, &db, &err), MG_ERR_USAGE, "does not exist");
    must_fail(mg_db_open("", MG_DB_CREATE, 0, &db, &err), MG_ERR_USAGE, "empty");
    must_fail(mg_db_open(directory, MG_DB_CREATE, 0, &db, &err), MG_ERR_USAGE, "is a directory");
    must_fail(mg_db_open("/dev/null", MG_DB_CREATE, 0, &db, &err), MG_ERR_USAGE, "not a regular file");
    must_fail(mg_db_open("postgresql://host/base", MG_DB_CREATE, 0, &db, &err), MG_ERR_USAGE, "server");
    snprintf(below, sizeof below, "%s/none/a.sqlite", directory);
    must_fail(mg_db_open(below, MG_DB_CREATE, 0, &db, &err), MG_ERR_IO, "cannot create");
    write_bytes("x", 1);
    snprintf(below, sizeof below, "%s/b", path);
    must_fail(mg_db_open(below, MG_DB_CREATE, 0, &db, &err), MG_ERR_IO, "Not a directory");
    assert_null(db);
}

static void refused_unchanged(const char *text)
{
    struct mg_buf before = {0}, after = {0};
    read_bytes(&before);
    for (int mode = MG_DB_READ; mode <= MG_DB_CREATE; mode++) {
        struct mg_db *db = NULL;
        must_fail(mg_db_open(path, (enum mg_db_mode)mode, 0, &db, &err), MG_ERR_DB, text);
        assert_null(db);
    }
    read_bytes(&after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    assert_false(there(journal));
    mg_buf_finish(&before);
    mg_buf_finish(&after);
}

static void sqlite_file(const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void other_files_are_refused_and_stay_as_they_are(void **state)
{
    (void)state;
    write_bytes("key;name\n1;Poste\n", 17);
    refused_unchanged("not a SQLite file");
    char noise[8192];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * 2654435761u >> 13);
    write_bytes(noise, sizeof noise);
    refused_unchanged("encrypted");
    unlink(path);
    sqlite_file("CREATE TABLE other (a)");
    refused_unchanged("not one of maillage");
    sqlite_file("PRAGMA application_id = 1835100524; PRAGMA user_version = 0");
    refused_unchanged("not one of maillage");
    sqlite_file("PRAGMA application_id = 1835100524; PRAGMA user_version = 9999");
    refused_unchanged("later maillage");
    sqlite_file("PRAGMA application_id = 1835100524; PRAGMA user_version = 1");
    assert_int_equal(truncate(path, 4096), 0);
    refused_unchanged("damaged");
}

static void put_beside(const char *suffix, const char *bytes, size_t length)
{
    char name[160];
    snprintf(name, sizeof name, "%s%s", path, suffix);
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* A journal that SQLite would roll back: of the first page as it is but for a byte in its middle, which says
 * nothing. */
static void put_hot_journal(const char *end, size_t end_length)
{
    static const unsigned char magic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    struct mg_buf file = {0}, text = {0};
    read_bytes(&file);
    uint32_t size = (uint32_t)(unsigned char)file.data[16] << 8 | (unsigned char)file.data[17];
    uint32_t head[5] = {1, 0, (uint32_t)file.length / size, 512, size};
    mg_buf_add(&text, magic, sizeof magic);
    for (int i = 0; i < 5; i++)
        for (int shift = 24; shift >= 0; shift -= 8)
            mg_buf_add_char(&text, (char)(head[i] >> shift));
    while (text.length < 512)
        mg_buf_add_char(&text, '\0');
    mg_buf_add(&text, "\0\0\0\1", 4);
    file.data[size / 2] ^= 1;
    uint32_t sum = 0;
    for (uint32_t i = size - 200; i > 0 && i < size; i -= 200)
        sum += (unsigned char)file.data[i];
    mg_buf_add(&text, file.data, size);
    for (int shift = 24; shift >= 0; shift -= 8)
        mg_buf_add_char(&text, (char)(sum >> shift));
    mg_buf_add(&text, end, end_length);
    put_beside("-journal", text.data, text.length);
    mg_buf_finish(&file);
    mg_buf_finish(&text);
}

/* SQLite would change the file before it is known whose it is. */
static void a_foreign_file_with_a_journal_stays_as_it_is(void **state)
{
    (void)state;
    struct mg_db *db = NULL;
    sqlite_file("CREATE TABLE other (a)");
    put_hot_journal("", 0);
    struct mg_buf before = {0}, after = {0};
    read_bytes(&before);
    for (int mode = MG_DB_READ; mode <= MG_DB_CREATE; mode++) {
        must_fail(mg_db_open(path, (enum mg_db_mode)mode, 0, &db, &err), MG_ERR_DB, "not one of maillage");
        assert_true(there(journal));
    }
    read_bytes(&after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    sqlite_file("SELECT * FROM other"); /* it is such a journal */
    assert_false(there(journal));
    mg_buf_finish(&before);
    mg_buf_finish(&after);
}

/* After rolling it back, SQLite deletes the file that such a journal names. */
static void a_journal_that_names_another_file_is_refused(void **state)
{
    (void)state;
    struct mg_db *db = NULL;
    make_file();
    put_hot_journal("", 0);
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    mg_db_close(db);
    assert_false(there(journal));
    put_hot_journal("\0\0\0\1x\0\0\0\1\0\0\0x\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 21);
    must_fail(mg_db_open(path, MG_DB_READ, 0, &db, &err), MG_ERR_DB, "not a journal of maillage");
    assert_true(there(journal));
    unlink(journal);
    assert_int_equal(mkdir(journal, 0700), 0);
    must_fail(mg_db_open(path, MG_DB_READ, 0, &db, &err), MG_ERR_DB, "not a journal of maillage");
    assert_int_equal(rmdir(journal), 0);
}

/* A name says nothing but where the file is. */
static void names_are_names(void **state)
{
    (void)state;
    static const char *const names[] = {":memory:", "file:z?mode=memory", "file:z", "a%2e#?b", "-x", " "};
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(directory), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct mg_db *db;
        must(mg_db_open(names[i], MG_DB_CREATE, 0, &db, &err));
        must(mg_db_begin(db, &err));
        must(mg_db_commit(db, &err));
        mg_db_close(db);
        struct stat status;
        assert_int_equal(stat(names[i], &status), 0);
        assert_true(status.st_size > 0);
        must(mg_db_open(names[i], MG_DB_READ, 0, &db, &err));
        mg_db_close(db);
        assert_int_equal(unlink(names[i]), 0);
    }
    assert_int_equal(chdir(here), 0);
}

static void make_wal_file(void)
{
    make_file();
    sqlite_file("PRAGMA journal_mode = WAL");
}

/* A log that nobody has put into the file yet: the file is as it was when this returns, its log beside it. */
static void leave_a_log(void)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(handle, "INSERT INTO dataset (name, kind) VALUES ('a', 'counts')", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(handle);
}

static void a_reader_changes_nothing(void **state)
{
    (void)state;
    struct mg_buf before = {0}, after = {0};
    struct mg_db *db, *second;
    make_wal_file();
    leave_a_log();
    read_bytes(&before);
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    must(mg_db_open(path, MG_DB_READ, 0, &second, &err)); /* beside another */
    assert_int_equal(count(second, "SELECT count(*) FROM dataset"), 1);
    mg_db_close(second);
    mg_db_close(db);
    read_bytes(&after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    remove_log();
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    mg_db_close(db);
    mg_buf_clear(&after);
    read_bytes(&after);
    assert_memory_equal(before.data, after.data, before.length);
    mg_buf_finish(&before);
    mg_buf_finish(&after);
}

/* Who made it so wants it so. */
static void a_writer_leaves_the_mode_as_it_is(void **state)
{
    (void)state;
    struct mg_db *db;
    make_wal_file();
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "INSERT INTO dataset (name, kind) VALUES ('a', 'counts')"));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    struct mg_buf bytes = {0};
    read_bytes(&bytes);
    assert_int_equal(bytes.data[18], 2);
    mg_buf_finish(&bytes);
}

static void a_reader_sees_one_state(void **state)
{
    (void)state;
    struct mg_db *db;
    make_wal_file(); /* where others can write meanwhile */
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    sqlite_file("INSERT INTO dataset (name, kind) VALUES ('a', 'counts')");
    assert_int_equal(count(db, "SELECT count(*) FROM dataset"), 0);
    must(mg_db_begin(db, &err));
    assert_int_equal(count(db, "SELECT count(*) FROM dataset"), 0);
    mg_db_rollback(db);
    must(mg_db_hold(db, &err));
    assert_int_equal(count(db, "SELECT count(*) FROM dataset"), 1);
    sqlite_file("INSERT INTO dataset (name, kind) VALUES ('b', 'counts')");
    must(mg_db_hold(db, &err));
    assert_int_equal(count(db, "SELECT count(*) FROM dataset"), 1);
    mg_db_close(db);
}

/* The reader may be waiting for what the writer has to say. */
static void a_writer_that_runs_out_of_cache_does_not_wait_for_readers(void **state)
{
    (void)state;
    struct mg_db *reader, *db;
    struct timespec start, end;
    make_file();
    must(mg_db_open(path, MG_DB_READ, 0, &reader, &err));
    must(mg_db_open(path, MG_DB_WRITE, 5, &db, &err));
    must(mg_db_begin(db, &err));
    clock_gettime(CLOCK_MONOTONIC, &start);
    must(mg_db_exec(
        db, &err,
        "PRAGMA cache_size = 10; WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
        "i < 200) INSERT INTO response (edition, answers, line) SELECT 1, zeroblob(16000), i FROM n"));
    clock_gettime(CLOCK_MONOTONIC, &end);
    assert_true(end.tv_sec - start.tv_sec < 5);
    mg_db_close(reader);
    must(mg_db_commit(db, &err));
    mg_db_close(db);
}

/* Run in a child process, which shares neither locks nor memory; its exit status. */
static int in_child(int (*work)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(work());
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int begin_with_short_wait(void)
{
    struct mg_db *db;
    struct timespec start, end;
    if (mg_db_open(path, MG_DB_CREATE, 1, &db, NULL) != MG_OK)
        return 100;
    clock_gettime(CLOCK_MONOTONIC, &start);
    enum mg_code code = mg_db_begin(db, NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    mg_db_close(db);
    long waited_ms = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
    return waited_ms > 5000 ? 101 : code == MG_ERR_BUSY && waited_ms < 900 ? 102 : (int)code;
}

static void the_second_writer_waits_then_gives_up(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    assert_int_equal(in_child(begin_with_short_wait), MG_ERR_BUSY);
    must(mg_db_commit(db, &err));
    assert_int_equal(in_child(begin_with_short_wait), MG_OK);
    mg_db_close(db);
}

/* A child that has begun when this returns, commits 0.3 s later, and ends well if it could. It waits, too: at
 * a writer's commit the other may just be reading. */
static pid_t child_at_work(enum mg_db_mode mode, const char *sql)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct mg_db *mine;
        if (mg_db_open(path, mode, 20, &mine, NULL) != MG_OK || mg_db_begin(mine, NULL) != MG_OK ||
            mg_db_exec(mine, NULL, sql) != MG_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
        _exit(mg_db_commit(mine, NULL));
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

static void ended_well(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void the_second_writer_goes_on_when_the_first_is_done(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    pid_t child = child_at_work(MG_DB_WRITE, "SELECT 1");
    must(mg_db_open(path, MG_DB_WRITE, 20, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    ended_well(child);
}

/* Who does not want to wait for another writer waits for a reader all the same, once the work is done. */
static void a_commit_waits_for_readers(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    pid_t child = child_at_work(MG_DB_READ, "SELECT * FROM dataset");
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err, "CREATE TABLE more (a)"));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    ended_well(child);
}

/* Pages that the cache did not hold are in the file before the end: nobody can read it until then. */
static void a_reader_waits_for_a_large_work(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    pid_t child = child_at_work(MG_DB_WRITE, "PRAGMA cache_size = 10; CREATE TABLE more (a); "
                                             "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                                             "FROM n WHERE i < 200) "
                                             "INSERT INTO more SELECT zeroblob(16000) FROM n");
    must(mg_db_open(path, MG_DB_READ, 20, &db, &err));
    assert_int_equal(count(db, "SELECT count(*) FROM more"), 200);
    mg_db_close(db);
    ended_well(child);
}

/* Two runs make the same file: the one that gives up must not take it away from the other. */
static int make_and_commit(void)
{
    struct mg_db *db;
    if (mg_db_open(path, MG_DB_CREATE, 5, &db, NULL) != MG_OK || mg_db_begin(db, NULL) != MG_OK)
        return 100;
    enum mg_code code = mg_db_commit(db, NULL);
    mg_db_close(db);
    return (int)code;
}

static void a_file_that_another_run_filled_is_not_removed(void **state)
{
    (void)state;
    struct mg_db *db;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    assert_int_equal(in_child(make_and_commit), MG_OK);
    mg_db_close(db);
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    assert_int_equal(count(db, "SELECT count(*) FROM dataset"), 0);
    mg_db_close(db);
}

/* More than the page cache holds, so that pages have gone to the file before the end. */
static const char *const fill_table =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
    "INSERT INTO movement (edition, kind, date, type_before, code_before, type_after, code_after, line) "
    "SELECT 1, 32, '2016-01-01', 'COM', hex(zeroblob(2000)), 'COM', '51108', i FROM n";

static int die_in_the_middle(void)
{
    struct mg_db *db;
    if (mg_db_open(path, MG_DB_CREATE, 0, &db, NULL) != MG_OK ||
        mg_db_exec(db, NULL, "PRAGMA cache_size = 20") != MG_OK || mg_db_begin(db, NULL) != MG_OK ||
        mg_db_exec(db, NULL, "%s", fill_table) != MG_OK)
        return 100;
    raise(SIGKILL);
    return 101;
}

static void a_killed_run_leaves_the_old_state(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    struct mg_buf before = {0}, after = {0};
    read_bytes(&before);
    assert_int_equal(in_child(die_in_the_middle), 128 + SIGKILL);
    assert_true(there(journal));
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    assert_int_equal(count(db, "SELECT count(*) FROM movement"), 0);
    mg_db_close(db);
    assert_false(there(journal));
    read_bytes(&after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, before.length);
    mg_buf_finish(&before);
    mg_buf_finish(&after);
}

static void a_run_killed_while_making_the_file_leaves_an_empty_one(void **state)
{
    (void)state;
    struct mg_db *db;
    assert_int_equal(in_child(die_in_the_middle), 128 + SIGKILL);
    must_fail(mg_db_open(path, MG_DB_READ, 0, &db, &err), MG_ERR_DB, "is empty");
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    assert_false(there(journal));
}

static int fill_the_disk(void)
{
    struct mg_db *db;
    struct mg_error error;
    if (mg_db_open(path, MG_DB_CREATE, 0, &db, NULL) != MG_OK)
        return 100;
    enum mg_code code = mg_db_begin(db, &error);
    if (code == MG_OK)
        code = mg_db_exec(db, &error, "%s", fill_table);
    if (code == MG_OK)
        code = mg_db_commit(db, &error);
    mg_db_close(db);
    if (code != MG_ERR_IO || (error.os_errno != ENOSPC && error.os_errno != EFBIG))
        return 101;
    return there(path) || there(journal) ? 102 : 0;
}

static int fill_a_limited_file(void)
{
    struct rlimit limit = {.rlim_cur = 8 << 20, .rlim_max = 8 << 20};
    signal(SIGXFSZ, SIG_IGN);
    return setrlimit(RLIMIT_FSIZE, &limit) == 0 ? fill_the_disk() : 99;
}

static int fill_a_small_disk(void)
{
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", directory, "tmpfs", 0, "size=8m") != 0)
        return 77;
    return fill_the_disk();
}

static void a_full_disk_is_said_and_leaves_nothing(void **state)
{
    (void)state;
    assert_int_equal(in_child(fill_a_limited_file), 0);
    int status = in_child(fill_a_small_disk);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
}

static int write_as_nobody(void)
{
    struct mg_db *db;
    struct mg_error error;
    if (seteuid(65534) != 0)
        return 77;
    if (mg_db_open(path, MG_DB_WRITE, 0, &db, &error) != MG_ERR_IO || error.os_errno != EACCES)
        return 1;
    if (mg_db_open(path, MG_DB_READ, 0, &db, &error) != MG_OK)
        return 2;
    if (mg_db_begin(db, &error) != MG_OK || mg_db_commit(db, &error) != MG_OK)
        return 3;
    mg_db_close(db);
    char other[96];
    snprintf(other, sizeof other, "%s/b.sqlite", directory);
    if (mg_db_open(other, MG_DB_CREATE, 0, &db, &error) != MG_ERR_IO || error.os_errno != EACCES)
        return 4;
    return 0;
}

static void a_place_that_is_read_only_can_be_read(void **state)
{
    (void)state;
    make_file();
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(directory, 0555), 0);
    int status = in_child(write_as_nobody);
    assert_int_equal(chmod(directory, 0700), 0);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
}

/* 0: said in those words, 77: there is no other user here to try it as. */
static const char *words_for_nobody;

static int read_as_nobody(void)
{
    struct mg_db *db;
    struct mg_error error = {0};
    if (seteuid(65534) != 0)
        return 77;
    return mg_db_open(path, MG_DB_READ, 0, &db, &error) == MG_ERR_DB &&
                   strstr(error.message, words_for_nobody)
               ? 0
               : 1;
}

static void nobody_is_told(const char *words, mode_t file)
{
    words_for_nobody = words;
    assert_int_equal(chmod(path, file), 0);
    assert_int_equal(chmod(directory, 0555), 0);
    int status = in_child(read_as_nobody);
    assert_int_equal(chmod(directory, 0700), 0);
    if (status == 77)
        skip();
    assert_int_equal(status, 0);
}

static void what_cannot_be_read_without_writing_is_said(void **state)
{
    (void)state;
    make_file();
    put_hot_journal("", 0);
    nobody_is_told("a run that was ended left", 0444);
    nobody_is_told("a run that was ended left", 0666);
    assert_true(there(journal));
    unlink(journal);
    sqlite_file("PRAGMA journal_mode = WAL");
    nobody_is_told("is in WAL mode", 0444);
    nobody_is_told("is in WAL mode", 0666);
}

static void a_reader_cannot_write(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    must_fail(mg_db_exec(db, &err, "DELETE FROM dataset"), MG_ERR_DB, "cannot be written to");
    mg_db_close(db);
}

static void parameters_are_bound_by_letter(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    sqlite3_stmt *statement;
    int64_t integer = INT64_MIN;
    double real = 48.943878;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db),
                                        "SELECT ?1 = 7 AND ?2 = -9223372036854775807 - 1 AND ?3 IS NULL AND "
                                        "?4 = 0.5 AND ?5 = 48.943878 AND ?6 IS NULL AND ?7 = 'é' AND "
                                        "?8 IS NULL AND hex(?9) = '0001' AND ?10 IS NULL",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    must(mg_db_bind(statement, &err, "iIIfFFttbn", (int64_t)7, &integer, NULL, 0.5, &real, NULL, "é", NULL,
                    "\0\1", (size_t)2));
    bool row = false;
    must(mg_db_step(statement, &row, &err));
    assert_true(row);
    assert_int_equal(sqlite3_column_int(statement, 0), 1);
    must(mg_db_step(statement, &row, &err));
    assert_false(row);
    must_fail(mg_db_bind(statement, &err, "i", (int64_t)7), MG_ERR_DB, "10 wanted");
    sqlite3_finalize(statement);
    must_fail(mg_db_run(db, MG_SQL_DB_USER_VERSION, &err, "t", "x"), MG_ERR_DB, "0 wanted");
    must_fail(mg_db_exec(db, &err, "SELECT * FROM \"%w\"", "no\"ne"), MG_ERR_DB, "no\"ne");
    mg_db_close(db);
}

static void without_triggers_no_old_statistics_stay(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_exec(db, &err,
                    "INSERT INTO record (edition, line, geom) VALUES (1, 1, MakePoint(4, 48, 4326));"
                    "SELECT UpdateLayerStatistics('record', 'geom')"));
    assert_int_equal(
        count(db, "SELECT row_count FROM geometry_columns_statistics WHERE f_table_name = 'record'"), 1);
    mg_db_triggers(db, false);
    must(mg_db_exec(db, &err, "INSERT INTO record (edition, line, geom) VALUES (1, 1, 'no geometry')"));
    mg_db_triggers(db, true);
    assert_int_equal(
        count(db, "SELECT count(*) FROM geometry_columns_statistics WHERE row_count IS NOT NULL"), 0);
    must_fail(mg_db_exec(db, &err, "INSERT INTO record (edition, line, geom) VALUES (1, 1, 'no geometry')"),
              MG_ERR_DB, "geom");
    mg_db_close(db);
}

static void a_failed_step_says_why(void **state)
{
    (void)state;
    struct mg_db *db;
    make_file();
    must(mg_db_open(path, MG_DB_WRITE, 0, &db, &err));
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), "INSERT INTO dataset (name, kind) VALUES ('a', ?1)",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    must(mg_db_bind(statement, &err, "t", "unheard of"));
    bool row = true;
    must_fail(mg_db_step(statement, &row, &err), MG_ERR_DB, "CHECK constraint failed");
    assert_true(row);
    sqlite3_finalize(statement);
    mg_db_close(db);
}

#define IN_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(a_new_file_has_all_tables_and_every_statement_prepares),
        IN_DIRECTORY(a_reader_needs_no_spatialite),
        IN_DIRECTORY(nothing_is_left_of_a_file_that_was_never_committed),
        IN_DIRECTORY(a_file_is_its_owners_alone_unless_it_is_shared),
        IN_DIRECTORY(a_file_is_made_through_a_link),
        IN_DIRECTORY(a_file_must_be_there_and_be_a_file),
        IN_DIRECTORY(other_files_are_refused_and_stay_as_they_are),
        IN_DIRECTORY(a_foreign_file_with_a_journal_stays_as_it_is),
        IN_DIRECTORY(a_journal_that_names_another_file_is_refused),
        IN_DIRECTORY(names_are_names),
        IN_DIRECTORY(a_reader_changes_nothing),
        IN_DIRECTORY(a_writer_leaves_the_mode_as_it_is),
        IN_DIRECTORY(a_reader_sees_one_state),
        IN_DIRECTORY(a_writer_that_runs_out_of_cache_does_not_wait_for_readers),
        IN_DIRECTORY(what_cannot_be_read_without_writing_is_said),
        IN_DIRECTORY(the_second_writer_waits_then_gives_up),
        IN_DIRECTORY(a_commit_waits_for_readers),
        IN_DIRECTORY(a_reader_waits_for_a_large_work),
        IN_DIRECTORY(the_second_writer_goes_on_when_the_first_is_done),
        IN_DIRECTORY(a_file_that_another_run_filled_is_not_removed),
        IN_DIRECTORY(a_killed_run_leaves_the_old_state),
        IN_DIRECTORY(a_run_killed_while_making_the_file_leaves_an_empty_one),
        IN_DIRECTORY(a_full_disk_is_said_and_leaves_nothing),
        IN_DIRECTORY(a_place_that_is_read_only_can_be_read),
        IN_DIRECTORY(a_reader_cannot_write),
        IN_DIRECTORY(parameters_are_bound_by_letter),
        IN_DIRECTORY(without_triggers_no_old_statistics_stay),
        IN_DIRECTORY(a_failed_step_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
