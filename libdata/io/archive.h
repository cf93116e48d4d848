/* archive.h - which table a zip archive holds. Read through GDAL; nothing is unpacked on disk. */
#ifndef MG_IO_ARCHIVE_H
#define MG_IO_ARCHIVE_H

#include "libdata/base/error.h"

/* "dir/archive.zip/folder/member.csv" in its two parts, the caller's to free; both NULL when no leading part
 * of path is a regular file. */
enum mg_code mg_archive_split(const char *path, char **ret_archive, char **ret_member, struct mg_error *err);

/* The extension of the workbook that the archive is ("xlsx", "ods"); NULL: it is just an archive. */
enum mg_code mg_archive_workbook(const char *archive, const char **ret_extension, struct mg_error *err);

/* Its only member that can be a table, the caller's to free. MG_ERR_INPUT when there is none, MG_ERR_USAGE
 * naming them when there are several. */
enum mg_code mg_archive_only_table(const char *archive, char **ret_member, struct mg_error *err);

#endif
