#include "libdata/io/source.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/archive.h"
#include "libdata/io/gdal.h"
#include "libdata/io/sha256.h"
#include "libdata/io/temporary.h"

enum { HEAD = MG_SOURCE_HEAD, GZIP_BLOCK = 128 * 1024, GZIP_FORMAT = 16 + MAX_WBITS };

struct mg_source {
    char *name;
    int fd;           /* -1 for a zip member */
    VSILFILE *member; /* NULL for all others */
    struct mg_gdal_files *archive;
    bool owns_fd, seekable, keep;

    int spool; /* the copy of a pipe, or -1; it holds the stored bytes [0, spooled) */
    int64_t spooled;

    int64_t position, total; /* of the stored bytes */
    int64_t unpacked;        /* of gzip: bytes delivered */
    int64_t hashed;          /* the digest has seen [0, hashed) */
    struct sha256_ctx digest;
    char sha256[65];

    bool gzip, in_gzip_member;
    bool inflating; /* z was initialised */
    z_stream z;
    unsigned char *gzip_block;

    char head[HEAD];
    size_t head_length, head_used;
};

/* As mg_fail_errno, but about what the caller named: exit 3, not 4. */
static enum mg_code fail_named(struct mg_error *err, int os_errno)
{
    mg_fail_errno(err, os_errno, "%s", _("cannot be opened"));
    if (err)
        err->code = MG_ERR_INPUT;
    return MG_ERR_INPUT;
}

static void digest_stored(struct mg_source *s, const void *bytes, size_t length)
{
    if (s->member || s->position < s->hashed)
        return; /* a member's digest is its archive's; bytes read again are not digested again */
    if (length) {
        sha256_update(&s->digest, length, bytes);
        s->hashed += (int64_t)length;
    } else if (!s->sha256[0]) {
        uint8_t out[SHA256_DIGEST_SIZE];
        sha256_digest(&s->digest, sizeof out, out);
        base16_encode_update(s->sha256, sizeof out, out);
        s->sha256[64] = '\0';
    }
}

static enum mg_code read_member(struct mg_source *s, void *buffer, size_t capacity, size_t *ret_length,
                                struct mg_error *err)
{
    mg_gdal.CPLPushErrorHandler(mg_gdal.CPLQuietErrorHandler);
    mg_gdal.CPLErrorReset();
    size_t n = mg_gdal.VSIFReadL(buffer, 1, capacity, s->member);
    bool failed = mg_gdal.CPLGetLastErrorType() >= CE_Failure || (n == 0 && s->position < s->total);
    mg_gdal.CPLPopErrorHandler();
    if (failed)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("the zip archive is damaged or cut short"));
    *ret_length = n;
    return MG_OK;
}

static enum mg_code read_fd(struct mg_source *s, void *buffer, size_t capacity, size_t *ret_length,
                            struct mg_error *err)
{
    ssize_t n;
    if (s->position < s->spooled) {
        int64_t left = s->spooled - s->position;
        n = pread(s->spool, buffer, (int64_t)capacity < left ? capacity : (size_t)left, s->position);
        if (n <= 0)
            return mg_temporary_fail(n ? errno : EIO, err);
        *ret_length = (size_t)n;
        return MG_OK;
    }
    do
        n = read(s->fd, buffer, capacity);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return mg_fail_errno(err, errno, _("%s cannot be read"),
                             strcmp(s->name, "-") ? s->name : _("standard input"));
    if (s->spool >= 0 && n > 0) {
        enum mg_code code = mg_temporary_write(s->spool, buffer, (size_t)n, err);
        if (code)
            return code;
        s->spooled += n;
    }
    *ret_length = (size_t)n;
    return MG_OK;
}

/* Bytes as they are stored. */
static enum mg_code read_stored(struct mg_source *s, void *buffer, size_t capacity, size_t *ret_length,
                                struct mg_error *err)
{
    size_t n = 0;
    enum mg_code code =
        s->member ? read_member(s, buffer, capacity, &n, err) : read_fd(s, buffer, capacity, &n, err);
    if (code)
        return code;
    digest_stored(s, buffer, n);
    s->position += (int64_t)n;
    *ret_length = n;
    return MG_OK;
}

static enum mg_code inflate_some(struct mg_source *s, struct mg_error *err)
{
    switch (inflate(&s->z, Z_NO_FLUSH)) {
    case Z_OK:
    case Z_BUF_ERROR:
        return MG_OK;
    case Z_STREAM_END:
        s->in_gzip_member = false;
        return MG_OK;
    case Z_MEM_ERROR:
        return mg_fail_memory(err);
    default:
        return mg_fail(err, MG_ERR_INPUT, _("the gzip data is damaged (%s)"), s->z.msg ? s->z.msg : "?");
    }
}

static enum mg_code read_gzip(struct mg_source *s, void *buffer, size_t capacity, size_t *ret_length,
                              struct mg_error *err)
{
    s->z.next_out = buffer;
    s->z.avail_out = capacity > UINT32_MAX ? UINT32_MAX : (uInt)capacity;
    uInt room = s->z.avail_out;
    while (s->z.avail_out == room) {
        if (!s->z.avail_in) {
            size_t n = 0;
            enum mg_code code = read_stored(s, s->gzip_block, GZIP_BLOCK, &n, err);
            if (code)
                return code;
            if (n == 0 && s->in_gzip_member)
                return mg_fail(err, MG_ERR_INPUT, "%s", _("the gzip file is cut short"));
            if (n == 0)
                break;
            s->z.next_in = s->gzip_block;
            s->z.avail_in = (uInt)n;
        }
        if (!s->in_gzip_member) { /* another member follows, or tape padding */
            if (*s->z.next_in == 0) {
                s->z.next_in++;
                s->z.avail_in--;
                continue;
            }
            inflateReset(&s->z);
            s->in_gzip_member = true;
        }
        enum mg_code code = inflate_some(s, err);
        if (code)
            return code;
    }
    *ret_length = room - s->z.avail_out;
    s->unpacked += (int64_t)*ret_length;
    if (mg_is_bomb(s->position, s->unpacked)) {
        mg_fail(err, MG_ERR_INPUT, _("the gzip file unpacks to more than %d times its size"),
                MG_UNPACKED_RATIO);
        mg_error_hint(err, "%s", _("if that is right, unpack it first"));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

static enum mg_code read_content(struct mg_source *s, void *buffer, size_t capacity, size_t *ret_length,
                                 struct mg_error *err)
{
    return s->gzip ? read_gzip(s, buffer, capacity, ret_length, err)
                   : read_stored(s, buffer, capacity, ret_length, err);
}

/* Read until head is full or there is no more. */
static enum mg_code fill_head(struct mg_source *s, struct mg_error *err)
{
    size_t n = 1;
    while (n > 0 && s->head_length < HEAD) {
        enum mg_code code = read_content(s, s->head + s->head_length, HEAD - s->head_length, &n, err);
        if (code)
            return code;
        s->head_length += n;
    }
    return MG_OK;
}

/* The head holds stored bytes: they become the first input of the decompression. */
static enum mg_code start_gzip(struct mg_source *s, struct mg_error *err)
{
    s->gzip_block = mg_malloc(GZIP_BLOCK);
    if (!s->gzip_block || inflateInit2(&s->z, GZIP_FORMAT) != Z_OK)
        return mg_fail_memory(err);
    s->inflating = s->gzip = s->in_gzip_member = true;
    memcpy(s->gzip_block, s->head, s->head_length);
    s->z.next_in = s->gzip_block;
    s->z.avail_in = (uInt)s->head_length;
    s->head_length = 0;
    size_t length = strlen(s->name);
    if (length > 3 && strcasecmp(s->name + length - 3, ".gz") == 0)
        s->name[length - 3] = '\0';
    return fill_head(s, err);
}

static enum mg_code open_fd(struct mg_source *s, const char *path, struct mg_error *err)
{
    struct stat st;
    if (strcmp(path, "-") == 0) {
        s->fd = STDIN_FILENO;
    } else {
        s->fd = open(path, O_RDONLY | O_CLOEXEC);
        if (s->fd < 0)
            return fail_named(err, errno);
        s->owns_fd = true;
    }
    if (fstat(s->fd, &st) < 0)
        return fail_named(err, errno);
    if (S_ISDIR(st.st_mode))
        return mg_fail(err, MG_ERR_INPUT, "%s", _("is a directory, not a file"));
    /* standard input may stand in the middle of a file: what was read before is not ours to see */
    s->seekable = S_ISREG(st.st_mode) && lseek(s->fd, 0, SEEK_CUR) == 0;
    s->total = s->seekable ? st.st_size : -1;
    return !s->seekable && s->keep ? mg_temporary_file(&s->spool, err) : MG_OK;
}

static enum mg_code create(const char *name, struct mg_source **ret_source, struct mg_error *err)
{
    struct mg_source *s = mg_calloc(1, sizeof *s);
    if (!s)
        return mg_fail_memory(err);
    s->fd = s->spool = -1;
    s->total = -1;
    sha256_init(&s->digest);
    s->name = mg_strdup(name);
    if (!s->name) {
        mg_source_destroy(s);
        return mg_fail_memory(err);
    }
    *ret_source = s;
    return MG_OK;
}

enum mg_code mg_source_open(const char *path, bool keep, struct mg_source **ret_source, struct mg_error *err)
{
    struct mg_source *s = NULL;
    enum mg_code code = create(path, &s, err);
    if (code)
        return code;
    s->keep = keep;
    code = open_fd(s, path, err);
    if (!code)
        code = fill_head(s, err);
    if (!code && s->head_length >= 2 && memcmp(s->head, "\x1f\x8b", 2) == 0)
        code = start_gzip(s, err);
    if (code)
        mg_source_destroy(s);
    else
        *ret_source = s;
    return code;
}

/* The archive's first member is encrypted (bit 0 of its flags, PKWARE's APPNOTE 4.4.4); then they all are. */
static enum mg_code check_password(const struct mg_source *s, struct mg_error *err)
{
    unsigned char head[8];
    if (pread(mg_gdal_files_fd(s->archive), head, sizeof head, 0) != sizeof head ||
        memcmp(head, "PK\3\4", 4) || !(head[6] & 1))
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, "%s", _("the zip archive is protected by a password"));
    mg_error_hint(err, "%s", _("unpack it first"));
    return MG_ERR_INPUT;
}

static enum mg_code open_member(struct mg_source *s, const char *archive, const char *member,
                                struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf path = {0};
    enum mg_code code = mg_archive_show(archive, &s->archive, err);
    if (!code)
        code = check_password(s, err);
    if (code)
        return code;
    mg_buf_printf(&path, "/vsizip/{%s}/%s", mg_gdal_files_path(s->archive), member);
    if (path.failed)
        return mg_fail_memory(err);
    mg_gdal.CPLPushErrorHandler(mg_gdal.CPLQuietErrorHandler);
    VSIStatBufL st;
    if (mg_gdal.VSIStatL(path.data, &st) == 0) {
        s->member = mg_gdal.VSIFOpenL(path.data, "rb");
        s->total = (int64_t)st.st_size;
    }
    mg_gdal.CPLPopErrorHandler();
    if (!s->member)
        return mg_fail(err, MG_ERR_INPUT, _("the zip archive has no member '%s' that can be read"), member);
    return mg_sha256_file(archive, s->sha256, err);
}

enum mg_code mg_source_open_member(const char *archive, const char *member, struct mg_source **ret_source,
                                   struct mg_error *err)
{
    struct mg_source *s = NULL;
    enum mg_code code = create(member, &s, err);
    if (code)
        return code;
    code = open_member(s, archive, member, err);
    if (!code)
        code = fill_head(s, err);
    if (code)
        mg_source_destroy(s);
    else
        *ret_source = s;
    return code;
}

enum mg_code mg_source_read(struct mg_source *source, void *buffer, size_t capacity, size_t *ret_length,
                            struct mg_error *err)
{
    size_t ready = source->head_length - source->head_used;
    if (!ready)
        return read_content(source, buffer, capacity, ret_length, err);
    if (ready > capacity)
        ready = capacity;
    memcpy(buffer, source->head + source->head_used, ready);
    source->head_used += ready;
    *ret_length = ready;
    return MG_OK;
}

const char *mg_source_head(const struct mg_source *source, size_t *ret_length)
{
    *ret_length = source->head_length;
    return source->head;
}

bool mg_source_can_rewind(const struct mg_source *source)
{
    return source->member || source->seekable || source->spool >= 0;
}

enum mg_code mg_source_rewind(struct mg_source *source, struct mg_error *err)
{
    struct mg_source *s = source;
    if (!mg_source_can_rewind(s))
        return mg_fail(err, MG_ERR_USAGE, "%s", _("a pipe cannot be read twice"));
    if (s->member ? mg_gdal.VSIFSeekL(s->member, 0, SEEK_SET) : s->seekable && lseek(s->fd, 0, SEEK_SET) < 0)
        return mg_fail_errno(err, errno, "%s", _("cannot be read again from its beginning"));
    s->position = s->unpacked = 0;
    s->head_length = s->head_used = 0;
    if (s->gzip) {
        inflateReset(&s->z);
        s->z.avail_in = 0;
        s->in_gzip_member = true;
    }
    return fill_head(s, err);
}

enum mg_code mg_source_spool(struct mg_source *source, int *ret_fd, struct mg_error *err)
{
    MG_FREE char *block = mg_malloc(GZIP_BLOCK);
    if (!block)
        return mg_fail_memory(err);
    int fd = -1;
    enum mg_code code = mg_temporary_file(&fd, err);
    for (size_t n = 1; !code && n > 0;) {
        code = mg_source_read(source, block, GZIP_BLOCK, &n, err);
        if (!code)
            code = mg_temporary_write(fd, block, n, err);
    }
    if (!code)
        *ret_fd = fd;
    else if (fd >= 0)
        close(fd);
    return code;
}

bool mg_source_is_plain_file(const struct mg_source *source)
{
    return source->seekable && !source->gzip && source->owns_fd;
}

const char *mg_source_name(const struct mg_source *source)
{
    return source->name;
}

const char *mg_source_sha256(const struct mg_source *source)
{
    return source->sha256;
}

int64_t mg_source_bytes_read(const struct mg_source *source)
{
    return source->position;
}

int64_t mg_source_bytes_total(const struct mg_source *source)
{
    return source->total;
}

void mg_source_destroy(struct mg_source *source)
{
    if (!source)
        return;
    if (source->inflating)
        inflateEnd(&source->z);
    if (source->member)
        mg_gdal.VSIFCloseL(source->member);
    mg_gdal_files_destroy(source->archive);
    if (source->owns_fd)
        close(source->fd);
    if (source->spool >= 0)
        close(source->spool);
    free(source->gzip_block);
    free(source->name);
    free(source);
}
