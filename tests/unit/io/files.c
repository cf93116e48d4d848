/* What a run writes is never what it reads. Paths of all kinds lead to one file. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/io/files.h"
#include "libdata/io/target.h"
#include "tests/unit/test.h"

static char directory[64];

static int make_directory(void **state)
{
    (void)state;
    snprintf(directory, sizeof directory, "/tmp/maillage-files-XXXXXX");
    return mkdtemp(directory) && chdir(directory) == 0 && mkdir("sub", 0700) == 0 &&
                   symlink("sub", "way") == 0 && symlink("../yet", "sub/link") == 0 &&
                   symlink("loop", "loop") == 0
               ? 0
               : -1;
}

static int remove_directory(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return chdir("/") || system(command);
}

static void make(const char *path)
{
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
}

struct declared {
    enum mg_file_use use;
    const char *path;
};

static enum mg_code check(struct declared a, struct declared b, struct mg_error *err)
{
    MG_CLEANUP(mg_files_destroy_pointer) struct mg_files *files = NULL;
    enum mg_code code = mg_files_create(&files, err);
    if (!code)
        code = mg_files_add(files, a.use, "--a", a.path, err);
    if (!code)
        code = mg_files_add(files, b.use, "--b", b.path, err);
    return code ? code : mg_files_check(files, err);
}

/* Either way round. */
static void refused(struct declared a, struct declared b)
{
    must_fail(check(a, b, &err), MG_ERR_USAGE, "are the same file");
    must_fail(check(b, a, &err), MG_ERR_USAGE, "are the same file");
}

static void same(struct declared a, struct declared b)
{
    refused(a, b);
    must_fail(check(b, a, &err), MG_ERR_USAGE, a.path);
    must_fail(check(a, b, &err), MG_ERR_USAGE, b.path);
}

static void apart(struct declared a, struct declared b)
{
    must(check(a, b, &err));
    must(check(b, a, &err));
}

#define OUT(path) ((struct declared){MG_FILE_WRITTEN, path})
#define IN(path)  ((struct declared){MG_FILE_READ, path})
#define DB(path)  ((struct declared){MG_FILE_DATABASE, path})

static void a_file_that_is_there(void **state)
{
    (void)state;
    make("there");
    make("other");
    assert_int_equal(link("there", "sub/hard"), 0);
    assert_int_equal(symlink("../there", "sub/soft"), 0);
    static const char *const names[] = {"there",    "./there",  "sub/../there",
                                        "way/hard", "sub/soft", "way//soft"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        same(OUT(names[i]), IN("there"));
        same(OUT(names[i]), OUT("there"));
        same(OUT(names[i]), DB("there"));
        same(IN(names[i]), DB("there"));
        apart(IN(names[i]), IN("there"));
        apart(OUT(names[i]), IN("other"));
    }
    char absolute[128];
    snprintf(absolute, sizeof absolute, "%s/there", directory);
    same(OUT(absolute), IN("there"));
}

static void a_file_that_is_yet_to_be_made(void **state)
{
    (void)state;
    static const char *const names[] = {"yet",      "./yet",    "sub/../yet",
                                        "sub/link", "way/link", "way/../sub/./link"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        same(OUT(names[i]), DB("yet"));
        same(OUT(names[i]), OUT("yet"));
        apart(OUT(names[i]), DB("sub/yet"));
    }
    apart(OUT("nowhere/yet"), OUT("nowhere/yet")); /* it cannot be made, which opening it says */
    apart(OUT("loop"), OUT("loop"));
    apart(OUT(""), OUT(""));
    apart(OUT("sub"), OUT("sub")); /* no file */
    same(OUT("/maillage-is-not-there"), OUT("//maillage-is-not-there"));
}

static void what_goes_with_a_file(void **state)
{
    (void)state;
    make("real");
    assert_int_equal(symlink("../real", "sub/m"), 0);
    refused(OUT("real-journal"), DB("sub/m"));
    refused(OUT("real-wal"), DB("sub/m"));
    refused(OUT("./real-shm"), DB("real"));
    refused(IN("real-journal"), DB("real"));
    refused(OUT("real-journal"), IN("real"));
    apart(OUT("real.geojson"), DB("real"));
    make("a.zip");
    refused(OUT("sub/../a.zip"), IN("a.zip/folder/b.csv"));
    apart(OUT("a.zip.csv"), IN("a.zip/b.csv"));
    make("s.SHP");
    make("s.DBF");
    make("s.csv");
    refused(OUT("s.DBF"), IN("s.SHP"));
    refused(OUT("./s.prj"), IN("s.SHP"));
    refused(OUT("s.shp.xml"), IN("s.SHP"));
    apart(OUT("s.csv"), IN("s.SHP"));
    apart(OUT("s.geojson"), IN("s.SHP"));
    apart(OUT("s.dbf"), IN("s.csv"));
    apart(OUT("s.dbf"), IN("a.b/s"));
    refused(OUT("t.map"), IN("t.tab"));
    refused(OUT("t.mid"), IN("t.mif"));
    refused(OUT("t.gfs"), IN("t.gml"));
}

static void what_is_open_already(void **state)
{
    (void)state;
    make("open");
    int in = open("open", O_RDONLY), null = open("/dev/null", O_RDWR), again = open("/dev/null", O_RDWR);
    MG_CLEANUP(mg_files_destroy_pointer) struct mg_files *files = NULL;
    must(mg_files_create(&files, &err));
    must(mg_files_add_fd(files, MG_FILE_READ, "input", in, &err));
    must(mg_files_add_fd(files, MG_FILE_READ, "nothing", null, &err));
    must(mg_files_add_fd(files, MG_FILE_WRITTEN, "output", again, &err));
    must(mg_files_add(files, MG_FILE_WRITTEN, NULL, "/dev/null", &err));
    must(mg_files_check(files, &err));
    must(mg_files_add(files, MG_FILE_WRITTEN, NULL, "open", &err));
    must_fail(mg_files_check(files, &err), MG_ERR_USAGE, "'open' and input are the same file");
    must(mg_files_check_fd(files, null, &err));
    must_fail(mg_files_check_fd(files, in, &err), MG_ERR_USAGE, "'open' and input");
    unlink("open"); /* the name is another file's from now on */
    must(mg_files_check(files, &err));
    close(in);
    close(null);
    close(again);
}

static void where_a_path_leads(void **state)
{
    (void)state;
    char target[PATH_MAX], longest[PATH_MAX + 10];
    assert_true(mg_target_find("way/link", target));
    assert_string_equal(target, "way/../yet");
    assert_false(mg_target_find("loop", target));
    assert_int_equal(errno, ELOOP);
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    assert_false(mg_target_find(longest, target));
    assert_int_equal(errno, ENAMETOOLONG);
    /* a file without a name is written where it is */
    make("gone");
    int fd = open("gone", O_RDWR);
    char path[32];
    unlink("gone");
    snprintf(path, sizeof path, "/dev/fd/%d", fd);
    assert_true(mg_target_find(path, target));
    assert_string_equal(target, path);
    close(fd);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    long n = 0, left = -1;
    for (; left < 0; n++) {
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = check(DB("yet"), IN("x.shp"), &err);
        left = mg_alloc_fail_after(-1);
        assert_int_equal(code, left < 0 ? MG_ERR_MEMORY : MG_OK);
    }
    assert_true(n > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_there),  cmocka_unit_test(a_file_that_is_yet_to_be_made),
        cmocka_unit_test(what_goes_with_a_file), cmocka_unit_test(what_is_open_already),
        cmocka_unit_test(where_a_path_leads),    cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("files", tests, make_directory, remove_directory);
}
