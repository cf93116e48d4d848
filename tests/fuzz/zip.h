/* zip.h - a zip archive of stored members, whose checksums are right whatever the bytes are. */
#ifndef MG_TESTS_FUZZ_ZIP_H
#define MG_TESTS_FUZZ_ZIP_H

#include <string.h>
#include <zlib.h>

#include "libdata/base/buf.h"
#include "tests/fuzz/fuzz.h"

struct fuzz_zip {
    struct mg_buf file, directory;
    unsigned count;
};

static inline void fuzz_zip_number(struct mg_buf *buf, uint32_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        mg_buf_add_char(buf, (char)(value >> 8 * i));
}

/* What a local header and an entry of the directory have in common. */
static inline void fuzz_zip_header(struct mg_buf *buf, const char *name, uint32_t crc, size_t size)
{
    fuzz_zip_number(buf, 10, 2); /* version; no flags, stored, no time */
    fuzz_zip_number(buf, 0, 4);
    fuzz_zip_number(buf, 0x00210000, 4); /* 1980-01-01 */
    fuzz_zip_number(buf, crc, 4);
    fuzz_zip_number(buf, (uint32_t)size, 4);
    fuzz_zip_number(buf, (uint32_t)size, 4);
    fuzz_zip_number(buf, (uint32_t)strlen(name), 2);
    fuzz_zip_number(buf, 0, 2);
}

static inline void fuzz_zip_add(struct fuzz_zip *zip, const char *name, const void *bytes, size_t size)
{
    uint32_t offset = (uint32_t)zip->file.length, crc = (uint32_t)crc32(0, bytes, (uInt)size);
    mg_buf_add(&zip->file, "PK\3\4", 4);
    fuzz_zip_header(&zip->file, name, crc, size);
    mg_buf_add_str(&zip->file, name);
    mg_buf_add(&zip->file, bytes, size);
    mg_buf_add(&zip->directory, "PK\1\2\x14\0", 6);
    fuzz_zip_header(&zip->directory, name, crc, size);
    fuzz_zip_number(&zip->directory, 0, 4); /* no comment, first disk */
    fuzz_zip_number(&zip->directory, 0, 4);
    fuzz_zip_number(&zip->directory, 0, 2);
    fuzz_zip_number(&zip->directory, offset, 4);
    mg_buf_add_str(&zip->directory, name);
    zip->count++;
}

/* zip->file is the archive then. */
static inline void fuzz_zip_end(struct fuzz_zip *zip)
{
    uint32_t offset = (uint32_t)zip->file.length, size = (uint32_t)zip->directory.length;
    mg_buf_add(&zip->file, zip->directory.data, zip->directory.length);
    mg_buf_add(&zip->file, "PK\5\6\0\0\0\0", 8);
    fuzz_zip_number(&zip->file, zip->count, 2);
    fuzz_zip_number(&zip->file, zip->count, 2);
    fuzz_zip_number(&zip->file, size, 4);
    fuzz_zip_number(&zip->file, offset, 4);
    fuzz_zip_number(&zip->file, 0, 2);
    CHECK(!zip->file.failed && !zip->directory.failed);
    mg_buf_finish(&zip->directory);
}

#endif
