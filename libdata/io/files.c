#include "libdata/io/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/io/target.h"

/* Where a file is, or will be. */
struct spot {
    enum { NOWHERE, THERE, TO_BE_MADE } state;
    dev_t device;
    ino_t inode;             /* the file's; of what is to be made, its directory's */
    char name[NAME_MAX + 1]; /* of what is to be made */
};

struct entry {
    enum mg_file_use use;
    size_t group; /* of what was declared together */
    char *what, *path;
    int fd; /* -1: a path */
    struct spot spot;
};

struct mg_files {
    struct entry *entries;
    size_t count, groups;
};

/* Files that are read with another one of the same name: the first extension of a line is what is named, or
 * any other of them. NULL ends a line. */
static const char *const families[][24] = {
    {"shp", "dbf", "shx", "prj", "cpg", "qpj", "qix", "sbn", "sbx", "idm",     "ind",
     "fbn", "fbx", "ain", "aih", "atx", "ixs", "mxs", "dbt", "fpt", "shp.xml", NULL},
    {"tab", "dat", "map", "id", "ind", "cpg", NULL},
    {"mif", "mid", NULL},
    {"gml", "gfs", "xsd", "resolved.gml", NULL},
};
static const char *const journals[] = {"-journal", "-wal", "-shm"};

enum mg_code mg_files_create(struct mg_files **ret_files, struct mg_error *err)
{
    struct mg_files *files = mg_calloc(1, sizeof *files);
    if (!files)
        return mg_fail_memory(err);
    *ret_files = files;
    return MG_OK;
}

void mg_files_destroy(struct mg_files *files)
{
    if (!files)
        return;
    for (size_t i = 0; i < files->count; i++) {
        free(files->entries[i].what);
        free(files->entries[i].path);
    }
    free(files->entries);
    free(files);
}

static enum mg_code add(struct mg_files *files, enum mg_file_use use, const char *what, const char *path,
                        int fd, struct mg_error *err)
{
    struct entry *grown = mg_realloc(files->entries, files->count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    files->entries = grown;
    struct entry *added = &grown[files->count++];
    *added = (struct entry){.use = use, .group = files->groups, .fd = fd};
    if ((what && !(added->what = mg_strdup(what))) || (path && !(added->path = mg_strdup(path))))
        return mg_fail_memory(err);
    return MG_OK;
}

/* As the library looks for it: in small letters, and in capital ones. */
static enum mg_code add_beside(struct mg_files *files, const char *what, const char *path, size_t stem,
                               const char *extension, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    mg_buf_add(&name, path, stem);
    mg_buf_add_str(&name, extension);
    enum mg_code code = mg_buf_check(&name, err);
    if (!code)
        code = add(files, MG_FILE_READ, what, name.data, -1, err);
    if (code)
        return code;
    for (char *c = name.data + stem; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c &= '\xDF';
    return add(files, MG_FILE_READ, what, name.data, -1, err);
}

static bool is_of(const char *const *family, const char *extension)
{
    while (*family && strcasecmp(*family, extension) != 0)
        family++;
    return *family != NULL;
}

static enum mg_code add_family(struct mg_files *files, const char *what, const char *path,
                               struct mg_error *err)
{
    const char *dot = strrchr(path, '.');
    enum mg_code code = MG_OK;
    if (!dot || strchr(dot, '/'))
        return MG_OK;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const char *const *of = families[i]; *of && !code && is_of(families[i], dot + 1); of++)
            code = add_beside(files, what, path, (size_t)(dot - path) + 1, *of, err);
    return code;
}

/* SQLite names them after where the file is, not after a link to it. */
static enum mg_code add_journals(struct mg_files *files, enum mg_file_use use, const char *what,
                                 const char *path, struct mg_error *err)
{
    char target[PATH_MAX];
    if (!mg_target_find(path, target))
        return MG_OK;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sizeof journals / sizeof *journals && !code; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
        mg_buf_add_str(&name, target);
        mg_buf_add_str(&name, journals[i]);
        code = mg_buf_check(&name, err);
        if (!code)
            code = add(files, use, what, name.data, -1, err);
    }
    return code;
}

enum mg_code mg_files_add(struct mg_files *files, enum mg_file_use use, const char *what, const char *path,
                          struct mg_error *err)
{
    files->groups++;
    enum mg_code code = add(files, use, what, path, -1, err);
    if (!code && use != MG_FILE_WRITTEN) /* of a source too: it may be a GeoPackage under any name */
        code = add_journals(files, use, what, path, err);
    return !code && use == MG_FILE_READ ? add_family(files, what, path, err) : code;
}

enum mg_code mg_files_add_fd(struct mg_files *files, enum mg_file_use use, const char *what, int fd,
                             struct mg_error *err)
{
    files->groups++;
    return add(files, use, what, NULL, fd, err);
}

static void note_existing(struct spot *spot, const struct stat *st)
{
    spot->state = S_ISREG(st->st_mode) ? THERE : NOWHERE;
    spot->device = st->st_dev;
    spot->inode = st->st_ino;
}

/* The regular file that is a leading part of path: the archive of a member. */
static void locate_archive(const char *path, struct spot *spot)
{
    char part[PATH_MAX];
    struct stat st;
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return;
    for (char *slash; (slash = strrchr(part, '/')) && slash > part;) {
        *slash = '\0';
        if (stat(part, &st) == 0) {
            note_existing(spot, &st);
            return;
        }
    }
}

static void locate_new(const char *path, struct spot *spot)
{
    char target[PATH_MAX];
    struct stat directory;
    if (!mg_target_find(path, target))
        return;
    char *slash = strrchr(target, '/');
    const char *name = slash ? slash + 1 : target;
    if (!*name || strlen(name) > NAME_MAX)
        return;
    memcpy(spot->name, name, strlen(name) + 1);
    if (slash)
        slash[slash == target] = '\0'; /* the root keeps its own */
    if (stat(slash ? target : ".", &directory) != 0)
        return;
    spot->state = TO_BE_MADE;
    spot->device = directory.st_dev;
    spot->inode = directory.st_ino;
}

static void locate(struct entry *entry)
{
    struct stat st;
    entry->spot = (struct spot){.state = NOWHERE};
    if ((entry->fd < 0 ? stat(entry->path, &st) : fstat(entry->fd, &st)) == 0)
        note_existing(&entry->spot, &st);
    else if (entry->fd < 0 && errno == ENOTDIR && entry->use == MG_FILE_READ)
        locate_archive(entry->path, &entry->spot);
    else if (entry->fd < 0 && errno == ENOENT)
        locate_new(entry->path, &entry->spot);
}

static bool same_spot(const struct spot *a, const struct spot *b)
{
    return a->state != NOWHERE && a->state == b->state && a->device == b->device && a->inode == b->inode &&
           (a->state == THERE || strcmp(a->name, b->name) == 0);
}

static bool clash(const struct entry *a, const struct entry *b)
{
    if (a->group == b->group || (a->use == MG_FILE_READ && b->use == MG_FILE_READ))
        return false;
    if (a->fd >= 0 && b->fd >= 0 && a->use == MG_FILE_WRITTEN && b->use == MG_FILE_WRITTEN)
        return a->fd == b->fd;
    return same_spot(&a->spot, &b->spot);
}

static void name_entry(const struct entry *entry, char *out, size_t size)
{
    const char *what = entry->what ? entry->what : "", *blank = *what ? " " : "";
    if (entry->path)
        snprintf(out, size, "%s%s'%.150s'", what, blank, entry->path);
    else
        snprintf(out, size, "%s", what);
}

/* What is written first. */
static enum mg_code fail_clash(const struct entry *a, const struct entry *b, struct mg_error *err)
{
    char first[256], second[256];
    bool turned = b->use == MG_FILE_WRITTEN && a->use != MG_FILE_WRITTEN;
    name_entry(turned ? b : a, first, sizeof first);
    name_entry(turned ? a : b, second, sizeof second);
    mg_fail(err, MG_ERR_USAGE, _("%s and %s are the same file"), first, second);
    mg_error_hint(err, "%s", _("what is written never takes the place of what is read; name another file"));
    return MG_ERR_USAGE;
}

/* only: -1, or the descriptor that one of the two is. */
static enum mg_code check(struct mg_files *files, int only, struct mg_error *err)
{
    for (size_t i = 0; i < files->count; i++)
        locate(&files->entries[i]);
    for (size_t i = 0; i < files->count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct entry *a = &files->entries[i], *b = &files->entries[k];
            if ((only < 0 || a->fd == only || b->fd == only) && clash(a, b))
                return fail_clash(a, b, err);
        }
    return MG_OK;
}

enum mg_code mg_files_check(struct mg_files *files, struct mg_error *err)
{
    return check(files, -1, err);
}

enum mg_code mg_files_check_fd(struct mg_files *files, int fd, struct mg_error *err)
{
    return check(files, fd, err);
}
