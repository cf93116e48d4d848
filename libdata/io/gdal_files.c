#include "libdata/io/gdal_files.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/file_state.h"
#include "libdata/io/format.h"
#include "libdata/io/gdal.h"

enum { PARTS = 6, BLOCK = 64 * 1024, SQLITE_VERSIONS = 18 };

struct file {
    char *name;
    int fd;
    int64_t size;
    time_t changed;
    bool wal; /* a SQLite file that says that a write-ahead log may be beside it */
    struct mg_file_state opened;
};

struct mg_gdal_files {
    struct mg_gdal_files *next;
    char folder[24];
    char *path;
    struct file files[PARTS];
    size_t count;
};

/* One that GDAL has open. */
struct reading {
    int fd;
    int64_t size, position, block_at;
    size_t block_length;
    bool wal, at_end;
    char block[BLOCK];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct mg_gdal_files *shown;

/* "FOLDER/NAME"; mutex is held. */
static const struct file *find(const char *path)
{
    const char *slash = strchr(path, '/');
    for (const struct mg_gdal_files *files = shown; slash && files; files = files->next)
        if (strlen(files->folder) == (size_t)(slash - path) &&
            memcmp(files->folder, path, (size_t)(slash - path)) == 0)
            for (size_t i = 0; i < files->count; i++)
                if (strcmp(files->files[i].name, slash + 1) == 0)
                    return &files->files[i];
    return NULL;
}

static int stat_file(void *context, const char *path, VSIStatBufL *status, int flags)
{
    (void)context;
    (void)flags;
    memset(status, 0, sizeof *status);
    pthread_mutex_lock(&mutex);
    const struct file *file = find(path);
    if (file) {
        status->st_mode = S_IFREG | 0444;
        status->st_size = file->size;
        status->st_mtime = file->changed;
    }
    pthread_mutex_unlock(&mutex);
    errno = file ? 0 : ENOENT;
    return file ? 0 : -1;
}

static void *open_file(void *context, const char *path, const char *access)
{
    (void)context;
    struct reading *reading = NULL;
    if (strpbrk(access, "wa+")) {
        errno = EROFS;
        return NULL;
    }
    pthread_mutex_lock(&mutex);
    const struct file *file = find(path);
    if (file)
        reading = malloc(sizeof *reading); /* not ours to fail: GDAL would say that the file is not there */
    if (reading) {
        reading->fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0);
        reading->size = file->size;
        reading->wal = file->wal;
        reading->position = reading->block_at = 0;
        reading->block_length = 0;
        reading->at_end = false;
    }
    pthread_mutex_unlock(&mutex);
    if (reading && reading->fd < 0) {
        free(reading);
        reading = NULL;
    }
    if (!file)
        errno = ENOENT;
    return reading;
}

static vsi_l_offset tell_file(void *file)
{
    return (vsi_l_offset)((struct reading *)file)->position;
}

static int seek_file(void *file, vsi_l_offset offset, int whence)
{
    struct reading *reading = file;
    const int64_t from = whence == SEEK_CUR ? reading->position : whence == SEEK_END ? reading->size : 0;
    if (offset > INT64_MAX - (uint64_t)from)
        return -1;
    reading->position = from + (int64_t)offset;
    reading->at_end = false;
    return 0;
}

/* A file that says 2 would be read with its log, which is not there for SQLite (sqlite_source.h has seen to
 * that): it is what it is without (The SQLite Database File Format, 1.3.3). */
static void hide_log(const struct reading *reading, char *bytes, size_t length, int64_t at)
{
    for (int64_t i = SQLITE_VERSIONS; reading->wal && i < SQLITE_VERSIONS + 2; i++)
        if (i >= at && i < at + (int64_t)length)
            bytes[i - at] = 1;
}

static size_t read_at(const struct reading *reading, char *bytes, size_t length, int64_t at)
{
    size_t done = 0;
    while (done < length) {
        ssize_t n = pread(reading->fd, bytes + done, length - done, at + (int64_t)done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    hide_log(reading, bytes, done, at);
    return done;
}

/* OGR asks for few bytes at a time. */
static size_t read_some(struct reading *reading, char *bytes, size_t length)
{
    if (length >= BLOCK)
        return read_at(reading, bytes, length, reading->position);
    int64_t in_block = reading->position - reading->block_at;
    if (in_block < 0 || in_block >= (int64_t)reading->block_length) {
        reading->block_at = reading->position;
        reading->block_length = read_at(reading, reading->block, BLOCK, reading->position);
        in_block = 0;
    }
    size_t left = reading->block_length - (size_t)in_block;
    size_t n = left < length ? left : length;
    memcpy(bytes, reading->block + in_block, n);
    return n;
}

static size_t read_file(void *file, void *buffer, size_t size, size_t count)
{
    struct reading *reading = file;
    const size_t wanted = size * count;
    size_t done = 0;
    if (!size || !count || wanted / size != count)
        return 0;
    for (size_t n = 1; done < wanted && n > 0; done += n) {
        n = read_some(reading, (char *)buffer + done, wanted - done);
        reading->position += (int64_t)n;
    }
    reading->at_end = reading->at_end || done < wanted;
    return done / size;
}

static int at_end(void *file)
{
    return ((struct reading *)file)->at_end;
}

static size_t write_nothing(void *file, const void *bytes, size_t size, size_t count)
{
    (void)file;
    (void)bytes;
    (void)size;
    (void)count;
    return 0;
}

static int close_file(void *file)
{
    close(((struct reading *)file)->fd);
    free(file);
    return 0;
}

static char **list_folder(void *context, const char *path, int most)
{
    (void)context;
    (void)most;
    char **list = NULL;
    const size_t length = strcspn(path, "/");
    pthread_mutex_lock(&mutex);
    for (const struct mg_gdal_files *files = shown; files; files = files->next)
        for (size_t i = 0; i < files->count; i++)
            if (strlen(files->folder) == length && memcmp(files->folder, path, length) == 0)
                list = mg_gdal.CSLAddString(list, files->files[i].name);
    pthread_mutex_unlock(&mutex);
    return list;
}

/* Nothing is there, whatever it is called. */
static int stat_nothing(void *context, const char *path, VSIStatBufL *status, int flags)
{
    (void)context;
    (void)path;
    (void)status;
    (void)flags;
    errno = ENOENT;
    return -1;
}

static void *open_nothing(void *context, const char *path, const char *access)
{
    (void)context;
    (void)path;
    (void)access;
    errno = ENOENT;
    return NULL;
}

static char **list_nothing(void *context, const char *path, int most)
{
    (void)context;
    (void)path;
    (void)most;
    return NULL;
}

static bool install(const char *prefix, bool empty)
{
    VSIFilesystemPluginCallbacksStruct *calls = mg_gdal.VSIAllocFilesystemPluginCallbacksStruct();
    if (!calls)
        return false;
    calls->stat = empty ? stat_nothing : stat_file;
    calls->open = empty ? open_nothing : open_file;
    calls->read_dir = empty ? list_nothing : list_folder;
    calls->tell = tell_file;
    calls->seek = seek_file;
    calls->read = read_file;
    calls->eof = at_end;
    calls->write = write_nothing;
    calls->close = close_file;
    bool done = mg_gdal.VSIInstallPluginHandler(prefix, calls) == 0;
    mg_gdal.VSIFreeFilesystemPluginCallbacksStruct(calls);
    return done;
}

/* Those that are replaced stay in memory, as GDAL has no call to give them back. */
extern void __lsan_disable(void) __attribute__((weak));
extern void __lsan_enable(void) __attribute__((weak));

static char **prefixes_made(void)
{
    if (__lsan_disable)
        __lsan_disable();
    char **prefixes = mg_gdal.VSIGetFileSystemsPrefixes(); /* the first call makes them all */
    if (__lsan_enable)
        __lsan_enable();
    return prefixes;
}

enum mg_code mg_gdal_files_install(struct mg_error *err)
{
    static const char *const kept[] = {"/vsimem/", "/vsizip/", NULL};
    char **prefixes = prefixes_made();
    bool done = install("", true); /* the disk */
    for (char **prefix = prefixes; prefix && *prefix && done; prefix++) {
        bool keep = false;
        for (size_t i = 0; kept[i]; i++)
            keep = keep || strcmp(*prefix, kept[i]) == 0;
        done = keep || install(*prefix, true);
    }
    mg_gdal.CSLDestroy(prefixes);
    return done && install(MG_GDAL_FILES_PREFIX, false) ? MG_OK : mg_fail_memory(err);
}

static bool says_wal(int fd)
{
    static const char magic[16] = "SQLite format 3";
    char head[SQLITE_VERSIONS + 2];
    return pread(fd, head, sizeof head, 0) == sizeof head && memcmp(head, magic, sizeof magic) == 0 &&
           (head[SQLITE_VERSIONS] == 2 || head[SQLITE_VERSIONS + 1] == 2);
}

/* fd becomes the files'; what is not a regular file is not there. */
static enum mg_code add(struct mg_gdal_files *files, int fd, const char *name, struct mg_error *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return MG_OK;
    }
    char *copy = mg_strdup(name);
    if (!copy) {
        close(fd);
        return mg_fail_memory(err);
    }
    files->files[files->count++] =
        (struct file){copy, fd, status.st_size, status.st_mtime, says_wal(fd), mg_file_state(&status)};
    return MG_OK;
}

bool mg_gdal_files_unchanged(const struct mg_gdal_files *files)
{
    struct stat now;
    for (size_t i = 0; i < files->count; i++)
        if (fstat(files->files[i].fd, &now) != 0 || !mg_file_state_same(&files->files[i].opened, &now))
            return false;
    return true;
}

static enum mg_code show(struct mg_gdal_files *files, struct mg_error *err)
{
    static atomic_uint serial;
    MG_CLEANUP(mg_buf_finish) struct mg_buf path = {0};
    if (!files->count)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("is not a regular file"));
    snprintf(files->folder, sizeof files->folder, "%u", atomic_fetch_add(&serial, 1));
    mg_buf_printf(&path, MG_GDAL_FILES_PREFIX "%s/%s", files->folder, files->files[0].name);
    files->path = mg_buf_steal(&path);
    if (!files->path)
        return mg_fail_memory(err);
    pthread_mutex_lock(&mutex);
    files->next = shown;
    shown = files;
    pthread_mutex_unlock(&mutex);
    return MG_OK;
}

/* What a file of this extension consists of besides. */
static const char *const *parts_of(const char *extension)
{
    static const struct {
        const char *extension, *parts[PARTS];
    } formats[] = {
        {"shp", {"shx", "dbf", "prj", "cpg"}},
        {"dbf", {"cpg"}},
        {"tab", {"dat", "map", "id", "ind"}},
        {"mif", {"mid"}},
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcasecmp(extension, formats[i].extension) == 0)
            return formats[i].parts;
    return NULL;
}

/* path, with another extension that is spelled in small or in capital letters. */
static int open_part(struct mg_buf *path, size_t stem, const char *extension)
{
    path->length = stem;
    mg_buf_add_str(path, extension);
    if (path->failed)
        return -1;
    int fd = open(path->data, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    for (char *c = path->data + stem; fd < 0 && *c; c++)
        *c &= '\xDF';
    return fd < 0 ? open(path->data, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : fd;
}

static enum mg_code add_parts(struct mg_gdal_files *files, const char *path, struct mg_error *err)
{
    const char *extension = mg_format_extension(path);
    const char *const *parts = parts_of(extension);
    MG_CLEANUP(mg_buf_finish) struct mg_buf beside = {0};
    const size_t stem = strlen(path) - strlen(extension);
    mg_buf_add_str(&beside, path);
    enum mg_code code = MG_OK;
    for (; parts && *parts && !code && !beside.failed; parts++) {
        int fd = open_part(&beside, stem, *parts);
        const char *slash = fd < 0 ? NULL : strrchr(beside.data, '/'),
                   *name = slash ? slash + 1 : beside.data;
        if (fd >= 0)
            code = add(files, fd, name, err);
    }
    return code ? code : mg_buf_check(&beside, err);
}

/* fd becomes the files'. */
static enum mg_code create(int fd, const char *name, const char *beside, struct mg_gdal_files **ret_files,
                           struct mg_error *err)
{
    struct mg_gdal_files *files = mg_calloc(1, sizeof *files);
    if (!files) {
        close(fd);
        return mg_fail_memory(err);
    }
    enum mg_code code = add(files, fd, name, err);
    if (!code && beside)
        code = add_parts(files, beside, err);
    if (!code)
        code = show(files, err);
    if (code)
        mg_gdal_files_destroy(files);
    else
        *ret_files = files;
    return code;
}

static enum mg_code fail_open(struct mg_error *err)
{
    mg_fail_errno(err, errno, "%s", _("cannot be opened"));
    if (err)
        err->code = MG_ERR_INPUT;
    return MG_ERR_INPUT;
}

enum mg_code mg_gdal_files_open(const char *path, const char *name, bool beside,
                                struct mg_gdal_files **ret_files, struct mg_error *err)
{
    const char *slash = strrchr(path, '/');
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_open(err);
    return create(fd, name ? name : slash ? slash + 1 : path, beside ? path : NULL, ret_files, err);
}

enum mg_code mg_gdal_files_of(int fd, const char *name, struct mg_gdal_files **ret_files,
                              struct mg_error *err)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    return copy < 0 ? fail_open(err) : create(copy, name, NULL, ret_files, err);
}

const char *mg_gdal_files_path(const struct mg_gdal_files *files)
{
    return files->path;
}

int mg_gdal_files_fd(const struct mg_gdal_files *files)
{
    return files->files[0].fd;
}

void mg_gdal_files_destroy(struct mg_gdal_files *files)
{
    if (!files)
        return;
    pthread_mutex_lock(&mutex);
    struct mg_gdal_files **at = &shown;
    while (*at && *at != files)
        at = &(*at)->next;
    if (*at)
        *at = files->next;
    pthread_mutex_unlock(&mutex);
    for (size_t i = 0; i < files->count; i++) {
        close(files->files[i].fd);
        free(files->files[i].name);
    }
    free(files->path);
    free(files);
}
