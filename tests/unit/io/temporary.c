/* Temporary files: where TMPDIR says, without a name, and what is said when there is no room. */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/db/db.h"
#include "libdata/io/sorter.h"
#include "libdata/io/temporary.h"
#include "tests/unit/test.h"

static char directory[64];

static int make_directory(void **state)
{
    (void)state;
    signal(SIGXFSZ, SIG_IGN);
    snprintf(directory, sizeof directory, "/tmp/maillage-temporary-XXXXXX");
    return mkdtemp(directory) && setenv("TMPDIR", directory, 1) == 0 ? 0 : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    return rmdir(directory);
}

static size_t names_in_directory(void)
{
    size_t count = 0;
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static void a_file_has_no_name(void **state)
{
    (void)state;
    int fd = -1;
    struct stat st, of_directory;
    FILE *stream = NULL;
    mg_temporary_choose(directory);
    must(mg_temporary_check(&err));
    must(mg_temporary_file(&fd, &err));
    must(mg_temporary_stream(&stream, &err));
    assert_int_equal(names_in_directory(), 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(stat(directory, &of_directory), 0);
    assert_true(st.st_nlink == 0 && (st.st_mode & 07777) == 0600 && st.st_dev == of_directory.st_dev);
    must(mg_temporary_write(fd, "text", 4, &err));
    char text[8] = "";
    assert_int_equal(pread(fd, text, sizeof text, 0), 4);
    assert_string_equal(text, "text");
    assert_true(fputs("more", stream) >= 0 && fseek(stream, 0, SEEK_SET) == 0 && fgetc(stream) == 'm');
    close(fd);
    fclose(stream);
}

static void a_directory_that_is_none_is_named(void **state)
{
    (void)state;
    static const char *const bad[][2] = {{"/not/there", "No such file"}, {"/dev/null", "Not a directory"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int fd = -1;
        mg_temporary_choose(bad[i][0]);
        must_fail(mg_temporary_check(&err), MG_ERR_IO, bad[i][1]);
        must_fail(mg_temporary_file(&fd, &err), MG_ERR_IO, bad[i][0]);
        struct mg_sorter *sorter = NULL;
        must(mg_sorter_create(1, &sorter, &err));
        must(mg_sorter_add(sorter, "a", 1, "b", 1, &err));
        must_fail(mg_sorter_add(sorter, "a", 1, "b", 1, &err), MG_ERR_IO, bad[i][0]);
        mg_sorter_destroy(sorter);
    }
    mg_temporary_choose(NULL);
    assert_string_equal(mg_temporary_directory(), "/tmp");
    mg_temporary_choose("");
    assert_string_equal(mg_temporary_directory(), "/tmp");
}

/* No file may be longer than this from here on, or as long as it was. */
static void limit_files(bool on)
{
    static struct rlimit before;
    struct rlimit limit;
    if (on) {
        assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
        limit = (struct rlimit){4096, before.rlim_max};
    } else {
        limit = before;
    }
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_names_the_directory(void **state)
{
    (void)state;
    static const char large[10000];
    int fd = -1;
    mg_temporary_choose(directory);
    must(mg_temporary_file(&fd, &err));
    limit_files(true);
    must_fail(mg_temporary_write(fd, large, sizeof large, &err), MG_ERR_IO, directory);
    limit_files(false);
    close(fd);
}

/* A reader's sort goes to disk, into the same directory: its file is not what is full. */
static void so_it_does_when_sqlite_sorts(void **state)
{
    (void)state;
    char path[128];
    struct mg_db *db = NULL;
    sqlite3_stmt *statement = NULL;
    bool row = false;
    snprintf(path, sizeof path, "%s.sqlite", directory);
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(mg_db_commit(db, &err));
    mg_db_close(db);
    must(mg_db_open(path, MG_DB_READ, 0, &db, &err));
    mg_db_read_once(db, true);
    mg_temporary_choose(directory);
    must(mg_db_prepare(db, &statement, &err,
                       "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)"
                       " SELECT printf('%%01000d', i) AS text FROM n ORDER BY text DESC"));
    limit_files(true);
    must_fail(mg_db_step(statement, &row, &err), MG_ERR_IO, directory);
    limit_files(false);
    sqlite3_finalize(statement);
    mg_db_close(db);
    unlink(path);
    assert_int_equal(names_in_directory(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_no_name),
        cmocka_unit_test(a_directory_that_is_none_is_named),
        cmocka_unit_test(a_full_disk_names_the_directory),
        cmocka_unit_test(so_it_does_when_sqlite_sorts),
    };
    return cmocka_run_group_tests_name("temporary", tests, make_directory, remove_directory);
}
