/* Any bytes as a stream of records. The reader ends, without error or with one that says where; what is
 * written of the records it delivers is a whole stream with as many records and the same texts. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libdata/base/cleanup.h"
#include "libdata/io/in.h"
#include "libdata/io/out.h"
#include "libdata/io/outfile.h"
#include "tests/fuzz/fuzz.h"

MG_DEFINE_CLEANUP(struct mg_in, mg_in_destroy)
MG_DEFINE_CLEANUP(struct mg_out, mg_out_destroy)

static int memory_file(const void *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    CHECK(fd >= 0 && mg_write_all(fd, data, size, NULL) == MG_OK && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static void write_record(struct mg_out *out, const json_t *record)
{
    mg_out_begin(out, "copy");
    const char *text = mg_in_text(record, "name");
    double number;
    if (mg_in_number(record, "n", &number))
        mg_out_real(out, "n", number);
    else
        mg_out_null(out, "n");
    mg_out_text(out, "name", text);
    CHECK(mg_out_end_record(out, NULL) == MG_OK);
}

/* Read all of fd, and write what comes to out_fd. */
static enum mg_code copy(int fd, int out_fd, enum mg_format format, bool strict, int64_t *ret_count)
{
    MG_CLEANUP(mg_in_destroy_pointer) struct mg_in *in = NULL;
    MG_CLEANUP(mg_out_destroy_pointer) struct mg_out *out = NULL;
    struct mg_error err = {0};
    json_t *record = NULL;
    CHECK(mg_in_create(fd, strict, &in, NULL) == MG_OK);
    CHECK(mg_out_create(out_fd, format, &out, NULL) == MG_OK);
    enum mg_code code;
    while (!(code = mg_in_next(in, &record, &err)) && record)
        write_record(out, record);
    CHECK(code == MG_OK || (code == MG_ERR_INPUT && err.code == code && err.message[0]));
    CHECK(mg_out_close(out, NULL) == MG_OK);
    *ret_count = mg_out_records(out);
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t count, again;
    int input = memory_file(data, size), first = memory_file("", 0), second = memory_file("", 0);
    copy(input, first, MG_FORMAT_JSONL, false, &count);
    CHECK(lseek(first, 0, SEEK_SET) == 0);
    CHECK(copy(first, second, MG_FORMAT_JSONL, true, &again) == MG_OK && again == count);
    char left[4096], right[4096];
    for (off_t at = 0;; at += (off_t)sizeof left) {
        ssize_t n = pread(first, left, sizeof left, at), m = pread(second, right, sizeof right, at);
        CHECK(n == m && n >= 0 && memcmp(left, right, (size_t)n) == 0);
        if (n == 0)
            break;
    }
    CHECK(lseek(input, 0, SEEK_SET) == 0);
    copy(input, second, size % 2 ? MG_FORMAT_TABLE : MG_FORMAT_CSV, true, &again);
    CHECK(again == count);
    close(input);
    close(first);
    close(second);
    return 0;
}
