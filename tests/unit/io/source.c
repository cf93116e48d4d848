/* The bytes of a file, plain or compressed, from a pipe too, and their digest. */
#include <errno.h>
#include <zlib.h>

#include "libdata/base/alloc.h"
#include "libdata/io/sha256.h"
#include "libdata/io/source.h"
#include "tests/unit/files.h"

static const char abc_digest[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

static void expect_all(struct mg_source *source, const char *bytes, size_t length, size_t step)
{
    char block[64];
    size_t at = 0;
    for (size_t n = 1; n > 0; at += n) {
        must(mg_source_read(source, block, step, &n, &err));
        assert_true(at + n <= length);
        assert_memory_equal(block, bytes + at, n);
    }
    assert_int_equal(at, length);
}

static size_t deflated(const char *bytes, size_t length, unsigned char *out, size_t size)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)length;
    z.next_out = out;
    z.avail_out = (unsigned)size;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    deflateEnd(&z);
    return z.total_out;
}

static enum mg_code open_and_read(const char *path, struct mg_error *err)
{
    struct mg_source *source = NULL;
    enum mg_code code = mg_source_open(path, false, &source, err);
    char block[4096];
    for (size_t n = 1; !code && n > 0;)
        code = mg_source_read(source, block, sizeof block, &n, err);
    mg_source_destroy(source);
    return code;
}

static void a_file_is_read_and_digested(void **state)
{
    (void)state;
    struct mg_source *source = NULL;
    const char *path = file_of("abc.csv", "abc", 3);
    must(mg_source_open(path, false, &source, &err));
    assert_true(mg_source_is_plain_file(source));
    assert_int_equal(mg_source_bytes_total(source), 3);
    size_t length;
    assert_memory_equal(mg_source_head(source, &length), "abc", 3);
    assert_int_equal(length, 3);
    for (size_t step = 1; step < 4; step++) {
        expect_all(source, "abc", 3, step);
        assert_string_equal(mg_source_sha256(source), abc_digest);
        must(mg_source_rewind(source, &err));
    }
    mg_source_destroy(source);
    char hex[65];
    must(mg_sha256_file(path, hex, &err));
    assert_string_equal(hex, abc_digest);
    must_fail(mg_sha256_file("/", hex, &err), MG_ERR_IO, "not a regular file");
    must_fail(mg_sha256_file("/not/there", hex, &err), MG_ERR_IO, "cannot be opened");
}

static void a_shapefile_is_all_its_files(void **state)
{
    (void)state;
    char alone[65], both[65], changed[65];
    const char *shp = file_of("x.shp", "abc", 3);
    must(mg_sha256_file(shp, alone, &err));
    assert_string_equal(alone, abc_digest);
    file_of("x.dbf", "1", 1);
    must(mg_sha256_file(shp, both, &err));
    file_of("x.dbf", "2", 1);
    must(mg_sha256_file(shp, changed, &err));
    assert_string_not_equal(alone, both);
    assert_string_not_equal(both, changed);
}

static void gzip_is_known_by_its_content(void **state)
{
    (void)state;
    unsigned char packed[400];
    size_t n = deflated("hello ", 6, packed, 100);
    n += deflated("world", 5, packed + n, 100); /* two members */
    memset(packed + n, 0, 20);                  /* and padding */
    struct mg_source *source = NULL;
    must(mg_source_open(file_of("hello.csv.GZ", packed, n + 20), false, &source, &err));
    assert_false(mg_source_is_plain_file(source));
    const char *name = mg_source_name(source);
    assert_string_equal(strrchr(name, '/'), "/hello.csv");
    for (size_t step = 1; step < 12; step += 5) {
        expect_all(source, "hello world", 11, step);
        assert_int_equal(mg_source_bytes_read(source), n + 20);
        assert_int_equal(strlen(mg_source_sha256(source)), 64);
        must(mg_source_rewind(source, &err));
    }
    mg_source_destroy(source);
    for (size_t cut = 2; cut < n; cut++) {
        bool first_is_whole = cut == deflated("hello ", 6, packed + 200, 100);
        if (!first_is_whole)
            must_fail(open_and_read(file_of("cut", packed, cut), &err), MG_ERR_INPUT, "cut short");
    }
    packed[14] ^= 0x55;
    must_fail(open_and_read(file_of("bad", packed, n), &err), MG_ERR_INPUT, "damaged");
    packed[14] ^= 0x55;
    packed[n] = 'x';
    must_fail(open_and_read(file_of("tail", packed, n + 20), &err), MG_ERR_INPUT, "damaged");
}

static void what_cannot_be_read_is_said(void **state)
{
    (void)state;
    struct mg_error said = {0};
    assert_int_equal(open_and_read("/not/there", &said), MG_ERR_INPUT);
    assert_int_equal(said.os_errno, ENOENT);
    assert_string_equal(said.message, "cannot be opened: No such file or directory");
    must_fail(open_and_read("/", &err), MG_ERR_INPUT, "is a directory");
    const char *path = file_of("locked", "x", 1);
    if (geteuid() != 0) {
        chmod(path, 0);
        must_fail(open_and_read(path, &err), MG_ERR_INPUT, "Permission denied");
    }
    must_fail(open_and_read("/proc/self/mem", &err), MG_ERR_IO, "cannot be read");
}

/* Put text where standard input is read; the old one comes back with restore_stdin. */
static int feed_stdin(const char *text, size_t length)
{
    int ends[2], saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, length), length);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    return saved;
}

static void restore_stdin(int saved)
{
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void a_pipe_is_read_again_only_if_kept(void **state)
{
    (void)state;
    struct mg_source *source = NULL;
    int saved = feed_stdin("abc", 3);
    must(mg_source_open("-", false, &source, &err));
    expect_all(source, "abc", 3, 2);
    assert_string_equal(mg_source_sha256(source), abc_digest);
    assert_int_equal(mg_source_bytes_total(source), -1);
    must_fail(mg_source_rewind(source, &err), MG_ERR_USAGE, "cannot be read twice");
    mg_source_destroy(source);
    restore_stdin(saved);

    static char text[6000]; /* more than the head, so that half of it is read before rewinding */
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 23);
    saved = feed_stdin(text, sizeof text);
    must(mg_source_open("-", true, &source, &err));
    char block[5000];
    size_t n;
    must(mg_source_read(source, block, sizeof block, &n, &err));
    must(mg_source_rewind(source, &err));
    expect_all(source, text, sizeof text, 61);
    must(mg_source_rewind(source, &err));
    expect_all(source, text, sizeof text, 64);
    char hex[65];
    must(mg_sha256_file(file_of("same", text, sizeof text), hex, &err));
    assert_string_equal(mg_source_sha256(source), hex);
    mg_source_destroy(source);
    restore_stdin(saved);
}

static void all_of_it_can_be_spooled(void **state)
{
    (void)state;
    unsigned char packed[100];
    size_t n = deflated("hello", 5, packed, sizeof packed);
    struct mg_source *source = NULL;
    int fd = -1;
    must(mg_source_open(file_of("h.gz", packed, n), false, &source, &err));
    must(mg_source_spool(source, &fd, &err));
    char text[8];
    assert_int_equal(pread(fd, text, sizeof text, 0), 5);
    assert_memory_equal(text, "hello", 5);
    close(fd);
    mg_source_destroy(source);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    unsigned char packed[100];
    const char *path = file_of("h.gz", packed, deflated("hello", 5, packed, sizeof packed));
    for (long n = 0;; n++) {
        mg_alloc_fail_after(n);
        enum mg_code code = open_and_read(path, NULL);
        if (mg_alloc_fail_after(-1) >= 0) {
            assert_int_equal(code, MG_OK);
            assert_true(n >= 3);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read_and_digested),
        cmocka_unit_test(a_shapefile_is_all_its_files),
        cmocka_unit_test(gzip_is_known_by_its_content),
        cmocka_unit_test(what_cannot_be_read_is_said),
        cmocka_unit_test(a_pipe_is_read_again_only_if_kept),
        cmocka_unit_test(all_of_it_can_be_spooled),
        cmocka_unit_test(no_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
