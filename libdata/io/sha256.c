#include "libdata/io/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

enum { BLOCK = 256 * 1024 };

static enum mg_code add_bytes(struct sha256_ctx *digest, int fd, uint8_t *block, struct mg_error *err)
{
    for (;;) {
        ssize_t n = read(fd, block, BLOCK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return mg_fail_errno(err, errno, "%s", _("cannot be read"));
        if (n == 0)
            return MG_OK;
        sha256_update(digest, (size_t)n, block);
    }
}

static enum mg_code add_file(struct sha256_ctx *digest, const char *path, uint8_t *block,
                             struct mg_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mg_fail_errno(err, errno, "%s", _("cannot be opened"));
    struct stat st;
    enum mg_code code;
    if (fstat(fd, &st) < 0)
        code = mg_fail_errno(err, errno, "%s", _("cannot be read"));
    else if (!S_ISREG(st.st_mode))
        code = mg_fail(err, MG_ERR_IO, "%s", _("is not a regular file"));
    else
        code = add_bytes(digest, fd, block, err);
    close(fd);
    return code;
}

/* The other files that make a shapefile; their absence is nothing unusual. */
static enum mg_code add_sidecars(struct sha256_ctx *digest, const char *path, uint8_t *block,
                                 struct mg_error *err)
{
    static const char lower[][4] = {"dbf", "prj", "cpg"}, upper[][4] = {"DBF", "PRJ", "CPG"};
    MG_FREE char *other = mg_strdup(path);
    if (!other)
        return mg_fail_memory(err);
    char *extension = other + strlen(other) - 3;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < 3 && !code; i++) {
        memcpy(extension, lower[i], 3);
        if (access(other, F_OK) < 0)
            memcpy(extension, upper[i], 3);
        if (access(other, F_OK) == 0)
            code = add_file(digest, other, block, err);
    }
    return code;
}

enum mg_code mg_sha256_file(const char *path, char ret_hex[65], struct mg_error *err)
{
    MG_FREE uint8_t *block = mg_malloc(BLOCK);
    if (!block)
        return mg_fail_memory(err);
    struct sha256_ctx digest;
    sha256_init(&digest);
    enum mg_code code = add_file(&digest, path, block, err);
    size_t length = strlen(path);
    if (!code && length > 4 && strcasecmp(path + length - 4, ".shp") == 0)
        code = add_sidecars(&digest, path, block, err);
    if (code)
        return code;
    uint8_t bytes[SHA256_DIGEST_SIZE];
    sha256_digest(&digest, sizeof bytes, bytes);
    base16_encode_update(ret_hex, sizeof bytes, bytes);
    ret_hex[64] = '\0';
    return MG_OK;
}
