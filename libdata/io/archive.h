/* archive.h - what a zip archive holds. Read through GDAL; nothing is unpacked on disk. */
#ifndef MG_IO_ARCHIVE_H
#define MG_IO_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "libdata/base/error.h"
#include "libdata/io/gdal_files.h"

/* What no honest table does: unpack to so many times what is stored, and to so much. */
#define MG_UNPACKED_RATIO 256
#define MG_UNPACKED_BYTES ((int64_t)64 << 20)

static inline bool mg_is_bomb(int64_t stored, int64_t unpacked)
{
    return unpacked > MG_UNPACKED_BYTES && unpacked / MG_UNPACKED_RATIO > stored;
}

/* MG_ERR_INPUT when the archive's members are, all together, such a one. The functions below look too. */
enum mg_code mg_archive_check(const char *archive, struct mg_error *err);

/* "dir/archive.zip/folder/member.csv" in its two parts, the caller's to free; both NULL when no leading part
 * of path is a regular file. */
enum mg_code mg_archive_split(const char *path, char **ret_archive, char **ret_member, struct mg_error *err);

/* The extension of the workbook that the archive is ("xlsx", "ods"); NULL: it is just an archive. */
enum mg_code mg_archive_workbook(const char *archive, const char **ret_extension, struct mg_error *err);

enum mg_code mg_archive_shown_workbook(const struct mg_gdal_files *archive, const char **ret_extension,
                                       struct mg_error *err);

/* For a name in GDAL such as /vsizip/{mg_gdal_files_path}/member. The caller's to destroy. */
enum mg_code mg_archive_show(const char *archive, struct mg_gdal_files **ret_files, struct mg_error *err);

/* Its members, NULL-terminated; MG_CLEANUP(mg_archive_list_free). */
enum mg_code mg_archive_list(const char *archive, char ***ret_list, struct mg_error *err);
void mg_archive_list_free(char ***list);

#endif
