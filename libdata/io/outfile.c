#include "libdata/io/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/target.h"

enum { NAMES_TO_TRY = 1000 };

struct mg_outfile {
    int fd;
    bool owned;      /* fd is ours to close */
    char *path;      /* where it will be; NULL for standard output and for what is written directly */
    char *temporary; /* where it is until then */
};

/* The directory of a path, with its slash, or "". */
static size_t directory_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static enum mg_code create_temporary(struct mg_outfile *file, mode_t mode, struct mg_error *err)
{
    size_t directory = directory_length(file->path), size = directory + 64;
    char *name = file->temporary = mg_malloc(size);
    if (!name)
        return mg_fail_memory(err);
    for (int i = 0; i < NAMES_TO_TRY; i++) {
        snprintf(name, size, "%.*s.maillage-%ld-%d.part", (int)directory, file->path, (long)getpid(), i);
        file->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file->fd >= 0) {
            file->owned = true;
            return MG_OK;
        }
        if (errno != EEXIST)
            break;
    }
    int why = errno;
    free(file->temporary); /* not ours: destroy must not remove it */
    file->temporary = NULL;
    return mg_fail_errno(err, why, _("cannot create a file beside '%s'"), file->path);
}

/* A pipe, a device: there is nothing to rename over it. */
static enum mg_code open_special(struct mg_outfile *file, const char *path, struct mg_error *err)
{
    file->fd = open(path, O_WRONLY | O_CLOEXEC);
    if (file->fd < 0)
        return mg_fail_errno(err, errno, _("cannot write '%s'"), path);
    file->owned = true;
    return MG_OK;
}

/* Who may read the file that is replaced may read the new one, and nobody else: its mode, its access list,
 * and the group that both are about, or nothing for a group. */
static bool keep_access(int fd, const char *path, const struct stat *st)
{
    static const char list_name[] = "system.posix_acl_access";
    enum { OF_GROUP = 070 };
    char list[4096];
    struct stat own;
    if (fstat(fd, &own) != 0)
        return false;
    bool grouped = own.st_gid == st->st_gid || fchown(fd, (uid_t)-1, st->st_gid) == 0;
    if (own.st_uid != st->st_uid && geteuid() == 0 && fchown(fd, st->st_uid, (gid_t)-1) != 0)
        return false;
    ssize_t length = getxattr(path, list_name, list, sizeof list);
    bool listed = length <= 0 && (errno == ENODATA || errno == EOPNOTSUPP);
    if (fchmod(fd, st->st_mode & (grouped && listed ? 07777u : 07777u & ~(mode_t)OF_GROUP)) != 0)
        return false;
    if (length > 0 && grouped)
        (void)fsetxattr(fd, list_name, list, (size_t)length, 0); /* if it cannot be, the group goes without */
    return true;
}

static enum mg_code open_path(struct mg_outfile *file, const char *path, bool restricted,
                              struct mg_error *err)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    if (!there && errno != ENOENT)
        return mg_fail_errno(err, errno, _("cannot write '%s'"), path);
    if (there && S_ISDIR(st.st_mode))
        return mg_fail_errno(err, EISDIR, _("cannot write '%s'"), path);
    if (there && !S_ISREG(st.st_mode))
        return open_special(file, path, err);
    if (there && access(path, W_OK) != 0)
        return mg_fail_errno(err, errno, _("cannot write '%s'"), path);
    char target[PATH_MAX];
    if (!mg_target_find(path, target))
        return mg_fail_errno(err, errno, _("cannot write '%s'"), path);
    file->path = mg_strdup(target);
    if (!file->path)
        return mg_fail_memory(err);
    enum mg_code code = create_temporary(file, restricted || there ? 0600 : 0666, err);
    if (!code && there && !keep_access(file->fd, path, &st))
        code = mg_fail_errno(err, errno, _("cannot give '%s' the mode of the file that it replaces"), path);
    return code;
}

enum mg_code mg_outfile_open(const char *path, bool restricted, struct mg_outfile **ret_file,
                             struct mg_error *err)
{
    struct mg_outfile *file = mg_calloc(1, sizeof *file);
    if (!file)
        return mg_fail_memory(err);
    file->fd = STDOUT_FILENO;
    if (path && strcmp(path, "-") != 0) {
        enum mg_code code = open_path(file, path, restricted, err);
        if (code) {
            mg_outfile_destroy(file);
            return code;
        }
    }
    *ret_file = file;
    return MG_OK;
}

int mg_outfile_fd(const struct mg_outfile *file)
{
    return file->fd;
}

const char *mg_outfile_temporary(const struct mg_outfile *file)
{
    return file->temporary;
}

/* So that the new name is on the disk too. A file system that cannot sync a directory is no failure. */
static void sync_directory(const char *path)
{
    size_t length = directory_length(path);
    MG_FREE char *directory = length ? mg_strndup(path, length) : mg_strdup(".");
    int fd = directory ? open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

enum mg_code mg_outfile_commit(struct mg_outfile *file, struct mg_error *err)
{
    if (!file->owned)
        return MG_OK;
    bool synced = !file->temporary || fsync(file->fd) == 0;
    int why = errno;
    file->owned = false;
    if (close(file->fd) != 0 && synced) {
        synced = false;
        why = errno;
    }
    if (!file->temporary)
        return synced ? MG_OK : mg_fail_errno(err, why, _("cannot write the output"));
    if (!synced)
        return mg_fail_errno(err, why, _("cannot write '%s'"), file->path);
    if (rename(file->temporary, file->path) != 0)
        return mg_fail_errno(err, errno, _("cannot put '%s' in its place"), file->path);
    free(file->temporary);
    file->temporary = NULL;
    sync_directory(file->path);
    return MG_OK;
}

void mg_outfile_destroy(struct mg_outfile *file)
{
    if (!file)
        return;
    if (file->owned)
        close(file->fd);
    if (file->temporary)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    free(file);
}

/* 0: try again; else why not. */
static int wait_for_room(int fd, int why)
{
    if (why == EINTR)
        return 0;
    if (why != EAGAIN)
        return why;
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    return poll(&ready, 1, -1) >= 0 || errno == EINTR ? 0 : errno;
}

enum mg_code mg_write_all(int fd, const void *data, size_t length, struct mg_error *err)
{
    const char *next = data;
    while (length) {
        ssize_t written = write(fd, next, length);
        if (written > 0) {
            next += written;
            length -= (size_t)written;
            continue;
        }
        int why = written == 0 ? EIO : wait_for_room(fd, errno);
        if (why == EPIPE)
            return mg_fail(err, MG_ERR_CLOSED, "%s", _("the reader of the output went away"));
        if (why)
            return mg_fail_errno(err, why, _("cannot write the output"));
    }
    return MG_OK;
}
