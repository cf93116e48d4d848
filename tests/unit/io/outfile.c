/* Output files that are there whole or not at all. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "libdata/base/alloc.h"
#include "libdata/io/outfile.h"
#include "tests/unit/test.h"

#include "tests/unit/output.h"

static char directory[64];

static int make_directory(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/maillage-outfile-XXXXXX");
    return mkdtemp(directory) && chdir(directory) == 0 ? 0 : -1;
}

static size_t files_here(void)
{
    size_t count = 0;
    DIR *dir = opendir(".");
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return count;
}

static int remove_directory(void **state)
{
    (void)state;
    DIR *dir = opendir(".");
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (unlink(entry->d_name) != 0)
            (void)rmdir(entry->d_name);
    closedir(dir);
    return rmdir(directory);
}

static enum mg_code write_text(const char *path, const char *text, bool commit, struct mg_error *err)
{
    struct mg_outfile *file = NULL;
    enum mg_code code = mg_outfile_open(path, false, &file, err);
    if (!code)
        code = mg_write_all(mg_outfile_fd(file), text, strlen(text), err);
    if (!code && commit)
        code = mg_outfile_commit(file, err);
    mg_outfile_destroy(file);
    return code;
}

static void assert_holds(const char *path, const char *text)
{
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_text_taken(fd, text);
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void a_file_appears_when_committed(void **state)
{
    (void)state;
    umask(027);
    must(write_text("new", "one", false, &err));
    assert_int_equal(files_here(), 0);
    must(write_text("new", "one", true, &err));
    assert_holds("new", "one");
    assert_int_equal(mode_of("new"), 0640);
    assert_int_equal(chmod("new", 0604), 0);
    must(write_text("./new", "two", false, &err));
    assert_holds("new", "one");
    must(write_text("./new", "two", true, &err));
    assert_holds("new", "two");
    assert_int_equal(mode_of("new"), 0604);
    assert_int_equal(symlink("new", "link"), 0);
    must(write_text("link", "three", true, &err));
    assert_holds("new", "three");
    struct stat st;
    assert_true(lstat("link", &st) == 0 && S_ISLNK(st.st_mode));
    assert_int_equal(files_here(), 2);
    unlink("link");
    unlink("new");
}

static void write_restricted(const char *path)
{
    struct mg_outfile *file = NULL;
    must(mg_outfile_open(path, true, &file, &err));
    assert_int_equal(mode_of(mg_outfile_temporary(file)) & 077, access(path, F_OK) ? 0 : mode_of(path) & 077);
    must(mg_outfile_commit(file, &err));
    mg_outfile_destroy(file);
}

static void a_restricted_file_is_its_owners_alone(void **state)
{
    (void)state;
    umask(0);
    write_restricted("secret");
    assert_int_equal(mode_of("secret"), 0600);
    assert_int_equal(chmod("secret", 0640), 0);
    if (geteuid() == 0) /* the group that may read it goes with the mode */
        assert_int_equal(chown("secret", 65534, 65533), 0);
    write_restricted("secret");
    assert_int_equal(mode_of("secret"), 0640);
    struct stat st;
    assert_int_equal(stat("secret", &st), 0);
    if (geteuid() == 0)
        assert_true(st.st_uid == 65534 && st.st_gid == 65533);
    unlink("secret");
}

static void a_link_that_leads_nowhere_yet_is_written_through(void **state)
{
    (void)state;
    assert_int_equal(mkdir("sub", 0700), 0);
    assert_int_equal(symlink("sub/later", "link"), 0);
    assert_int_equal(symlink("sub/../link", "longer"), 0);
    must(write_text("longer", "one", false, &err));
    assert_int_equal(files_here(), 3);
    must(write_text("longer", "one", true, &err));
    assert_holds("sub/later", "one");
    struct stat st;
    assert_true(lstat("longer", &st) == 0 && S_ISLNK(st.st_mode));
    unlink("sub/later");
    rmdir("sub");
    must_fail(write_text("link", "two", true, &err), MG_ERR_IO, "No such file");
    unlink("link");
    unlink("longer");
    assert_int_equal(symlink("round", "round"), 0);
    must_fail(write_text("round", "x", true, &err), MG_ERR_IO, "levels of symbolic links");
    unlink("round");
}

static void a_leftover_of_another_run_is_stepped_over(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, ".maillage-%ld-0.part", (long)getpid());
    close(open(name, O_CREAT | O_WRONLY, 0600));
    must(write_text("file", "x", true, &err));
    assert_int_equal(files_here(), 2);
    unlink(name);
    unlink("file");
}

static void bad_places_are_refused_first(void **state)
{
    (void)state;
    must_fail(write_text(".", "x", true, &err), MG_ERR_IO, "Is a directory");
    must_fail(write_text("not/there", "x", true, &err), MG_ERR_IO, "No such file");
    must_fail(write_text("", "x", true, &err), MG_ERR_IO, "No such file");
    close(open("plain", O_CREAT | O_WRONLY, 0400));
    must_fail(write_text("plain/x", "x", true, &err), MG_ERR_IO, "Not a directory");
    if (geteuid() != 0)
        must_fail(write_text("plain", "x", true, &err), MG_ERR_IO, "Permission denied");
    unlink("plain");
    assert_int_equal(files_here(), 0);
}

static void devices_and_pipes_are_written_directly(void **state)
{
    (void)state;
    must(write_text("/dev/null", "x", true, &err));
    must_fail(write_text("/dev/full", "x", true, &err), MG_ERR_IO, "No space left");
    must(write_text("-", "", true, &err));
    must(write_text(NULL, "", true, &err));
    struct mg_outfile *file = NULL;
    must(mg_outfile_open("-", false, &file, &err));
    assert_int_equal(mg_outfile_fd(file), 1);
    assert_null(mg_outfile_temporary(file));
    mg_outfile_destroy(file);
    mg_outfile_destroy(NULL);
}

/* The place is taken by a directory while the file is being written. */
static void a_rename_that_fails_leaves_nothing(void **state)
{
    (void)state;
    struct mg_outfile *file = NULL;
    must(mg_outfile_open("place", false, &file, &err));
    assert_int_equal(access(mg_outfile_temporary(file), F_OK), 0);
    assert_int_equal(mkdir("place", 0700), 0);
    must_fail(mg_outfile_commit(file, &err), MG_ERR_IO, "in its place");
    mg_outfile_destroy(file);
    rmdir("place");
    assert_int_equal(files_here(), 0);
}

static void a_full_disk_leaves_the_old_file(void **state)
{
    (void)state;
    must(write_text("kept", "old", true, &err));
    pid_t child = fork();
    if (child == 0) {
        static char big[100000];
        memset(big, 'x', sizeof big - 1);
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){50000, 50000});
        struct mg_error err = {0};
        bool right = write_text("kept", big, true, &err) == MG_ERR_IO && err.os_errno == EFBIG;
        _exit(right ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_holds("kept", "old");
    assert_int_equal(files_here(), 1);
    unlink("kept");
}

/* A pipe that does not block takes what it has room for: short writes, then EAGAIN. */
static void short_writes_are_finished(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(fcntl(pipes[1], F_SETFL, O_NONBLOCK), 0);
    static char data[SIZE], got[SIZE + 1];
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (char)(i * 31 >> 3);
    pid_t child = fork();
    if (child == 0) {
        close(pipes[0]);
        struct mg_error err = {0};
        _exit(mg_write_all(pipes[1], data, SIZE, &err) == MG_OK ? 0 : 1);
    }
    close(pipes[1]);
    size_t used = 0;
    for (ssize_t n; (n = read(pipes[0], got + used, SIZE + 1 - used)) > 0;)
        used += (size_t)n;
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(used, SIZE);
    assert_memory_equal(got, data, SIZE);
    close(pipes[0]);
    must_fail(mg_write_all(-1, "x", 1, &err), MG_ERR_IO, "Bad file descriptor");
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    long n = 0, left = -1;
    for (; left < 0; n++) {
        struct mg_error err = {0};
        struct mg_outfile *file = NULL;
        mg_alloc_fail_after(n);
        enum mg_code code = mg_outfile_open("file", true, &file, &err);
        left = mg_alloc_fail_after(-1);
        assert_int_equal(code, left < 0 ? MG_ERR_MEMORY : MG_OK);
        mg_outfile_destroy(file);
        assert_int_equal(files_here(), 0);
    }
    assert_int_equal(n, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_appears_when_committed),
        cmocka_unit_test(a_restricted_file_is_its_owners_alone),
        cmocka_unit_test(a_link_that_leads_nowhere_yet_is_written_through),
        cmocka_unit_test(a_leftover_of_another_run_is_stepped_over),
        cmocka_unit_test(bad_places_are_refused_first),
        cmocka_unit_test(devices_and_pipes_are_written_directly),
        cmocka_unit_test(a_rename_that_fails_leaves_nothing),
        cmocka_unit_test(a_full_disk_leaves_the_old_file),
        cmocka_unit_test(short_writes_are_finished),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("outfile", tests, make_directory, remove_directory);
}
