#include "libdata/io/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "libdata/io/outfile.h"

#define NEXT_TO_NOTHING ((unsigned long long)1 << 20) /* bytes */

static const char *chosen = P_tmpdir;

void mg_temporary_choose(const char *directory)
{
    chosen = directory && *directory ? directory : P_tmpdir;
}

const char *mg_temporary_directory(void)
{
    return chosen;
}

static void hint(struct mg_error *err)
{
    mg_error_hint(err, "%s",
                  _("TMPDIR names the directory of temporary files: one with room, and that can be written"));
}

static enum mg_code fail_making(int os_errno, struct mg_error *err)
{
    mg_fail_errno(err, os_errno, _("no temporary file can be made in '%s'"), chosen);
    hint(err);
    return MG_ERR_IO;
}

enum mg_code mg_temporary_fail(int os_errno, struct mg_error *err)
{
    mg_fail_errno(err, os_errno ? os_errno : EIO, _("a temporary file in '%s' cannot be written or read"),
                  chosen);
    hint(err);
    return MG_ERR_IO;
}

enum mg_code mg_temporary_check(struct mg_error *err)
{
    struct stat st;
    if (stat(chosen, &st) != 0)
        return fail_making(errno, err);
    if (!S_ISDIR(st.st_mode))
        return fail_making(ENOTDIR, err);
    return access(chosen, W_OK | X_OK) == 0 ? MG_OK : fail_making(errno, err);
}

bool mg_temporary_is_full(const char *path)
{
    struct stat own, other;
    struct statvfs room;
    return stat(chosen, &own) == 0 && stat(path, &other) == 0 && own.st_dev != other.st_dev &&
           statvfs(chosen, &room) == 0 && room.f_bavail * (unsigned long long)room.f_frsize < NEXT_TO_NOTHING;
}

/* Some file systems cannot make a file without a name: it loses it at once. */
static int make_named(void)
{
    char name[PATH_MAX];
    if (snprintf(name, sizeof name, "%s/maillage-XXXXXX", chosen) >= (int)sizeof name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd >= 0)
        unlink(name);
    return fd;
}

enum mg_code mg_temporary_file(int *ret_fd, struct mg_error *err)
{
    int fd = open(chosen, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        fd = make_named();
    if (fd < 0)
        return fail_making(errno, err);
    *ret_fd = fd;
    return MG_OK;
}

enum mg_code mg_temporary_stream(FILE **ret_file, struct mg_error *err)
{
    int fd = -1;
    enum mg_code code = mg_temporary_file(&fd, err);
    if (code)
        return code;
    FILE *file = fdopen(fd, "w+");
    if (!file) {
        close(fd);
        return mg_fail_memory(err);
    }
    *ret_file = file;
    return MG_OK;
}

enum mg_code mg_temporary_write(int fd, const void *data, size_t length, struct mg_error *err)
{
    struct mg_error why = {0};
    return mg_write_all(fd, data, length, &why) ? mg_temporary_fail(why.os_errno, err) : MG_OK;
}
