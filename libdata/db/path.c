/* What is at a path, looked at before SQLite opens it (connection.h). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libdata/db/connection.h"

#define HEADER_SIZE 100 /* of a SQLite file; its first 16 bytes say that it is one */

static const char magic[16] = "SQLite format 3";

/* What ends a journal that names another, which SQLite would delete after rolling this one back. */
static const unsigned char journal_magic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Its length, 0 where nothing is, -1 where something is that is no regular file. */
static int64_t length_beside(const char *path, const char *suffix)
{
    char *name = sqlite3_mprintf("%s%s", path, suffix);
    struct stat status;
    bool there = name && stat(name, &status) == 0;
    sqlite3_free(name);
    return !there ? 0 : S_ISREG(status.st_mode) ? status.st_size : -1;
}

bool mg_db_is_beside(const char *path, const char *suffix)
{
    return length_beside(path, suffix) != 0;
}

/* A run of maillage changes one file only, so that its journals name no other. */
static enum mg_code check_journal(const char *path, struct mg_error *err)
{
    unsigned char end[sizeof journal_magic] = {0};
    int64_t length = length_beside(path, "-journal");
    if (length >= (int64_t)sizeof end) {
        char *name = sqlite3_mprintf("%s-journal", path);
        int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
        bool read =
            fd >= 0 && pread(fd, end, sizeof end, length - (int64_t)sizeof end) == (ssize_t)sizeof end;
        if (fd >= 0)
            close(fd);
        sqlite3_free(name);
        if (!read)
            return mg_fail_errno(err, errno, _("cannot read %s-journal"), path);
    }
    if (length >= 0 && memcmp(end, journal_magic, sizeof end) != 0)
        return MG_OK;
    mg_fail(err, MG_ERR_DB, _("%s-journal is not a journal of maillage"), path);
    mg_error_hint(err, "%s", _("nothing was changed; was it put there by someone else?"));
    return MG_ERR_DB;
}

enum mg_code mg_db_fail_foreign(const char *path, struct mg_error *err)
{
    mg_fail(err, MG_ERR_DB, _("%s is a SQLite file, but not one of maillage"), path);
    mg_error_hint(err, _("name another file, or one that does not exist yet"));
    return MG_ERR_DB;
}

enum mg_code mg_db_fail_newer(const char *path, int64_t version, struct mg_error *err)
{
    mg_fail(err, MG_ERR_DB, _("%s was made by a later maillage (file version %lld, this program knows %d)"),
            path, (long long)version, MG_SQL_MIGRATION_COUNT);
    mg_error_hint(err, _("use that maillage, or a later one"));
    return MG_ERR_DB;
}

static enum mg_code read_header(const char *path, unsigned char header[HEADER_SIZE], ssize_t *ret_length,
                                struct mg_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mg_fail_errno(err, errno, _("cannot open %s"), path);
    *ret_length = read(fd, header, HEADER_SIZE);
    int read_errno = errno;
    close(fd);
    return *ret_length < 0 ? mg_fail_errno(err, read_errno, _("cannot read %s"), path) : MG_OK;
}

bool mg_db_is_wal(const char *path)
{
    unsigned char header[HEADER_SIZE];
    ssize_t length = 0;
    return read_header(path, header, &length, NULL) == MG_OK && length == HEADER_SIZE && header[18] == 2;
}

/* With a journal beside it the version may be another once that has been rolled back; but whose file it is
 * stands in the header all the time, or nothing does: that is the first run, which has not come to its first
 * page. */
static enum mg_code check_header(const char *path, bool *ret_empty, struct mg_error *err)
{
    static const unsigned char nothing[HEADER_SIZE];
    unsigned char header[HEADER_SIZE] = {0};
    ssize_t length = 0;
    bool journal = mg_db_is_beside(path, "-journal");
    enum mg_code code = read_header(path, header, &length, err);
    if (code)
        return code;
    *ret_empty = length == 0;
    if (length == 0)
        return MG_OK;
    if (journal && memcmp(header, nothing, HEADER_SIZE) == 0)
        return check_journal(path, err);
    if (length < HEADER_SIZE || memcmp(header, magic, sizeof magic) != 0) {
        mg_fail(err, MG_ERR_DB, _("%s is not a SQLite file, or it is encrypted"), path);
        mg_error_hint(err, _("name a file made by maillage, or one that does not exist yet"));
        return MG_ERR_DB;
    }
    if (big_endian(header + 68) != MG_DB_APPLICATION_ID)
        return mg_db_fail_foreign(path, err);
    if (journal)
        return check_journal(path, err);
    uint32_t version = big_endian(header + 60);
    return version > MG_SQL_MIGRATION_COUNT ? mg_db_fail_newer(path, version, err) : MG_OK;
}

static enum mg_code fail_missing(const char *path, struct mg_error *err)
{
    mg_fail(err, MG_ERR_USAGE, _("%s does not exist"), path);
    mg_error_hint(err, _("maillage import makes it; or name another with --db"));
    return MG_ERR_USAGE;
}

enum mg_code mg_db_check_path(const char *path, enum mg_db_mode mode, bool *ret_there, struct mg_error *err)
{
    struct stat status;
    if (!*path)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("the name of the file is empty"));
    if (strncmp(path, "postgresql:", 11) == 0 || strncmp(path, "postgres:", 9) == 0)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("a database server is not supported, only a file"));
    if (stat(path, &status) != 0) {
        if (errno != ENOENT)
            return mg_fail_errno(err, errno, _("cannot open %s"), path);
        *ret_there = false;
        return mode == MG_DB_CREATE ? MG_OK : fail_missing(path, err);
    }
    *ret_there = true;
    if (S_ISDIR(status.st_mode))
        return mg_fail(err, MG_ERR_USAGE, _("%s is a directory, not a file"), path);
    if (!S_ISREG(status.st_mode))
        return mg_fail(err, MG_ERR_USAGE, _("%s is not a regular file"), path);
    bool empty = false;
    enum mg_code code = check_header(path, &empty, err);
    if (code == MG_OK && empty && mode != MG_DB_CREATE)
        code = mg_fail(err, MG_ERR_DB, _("%s is empty"), path);
    return code;
}
