/* archive_member.h - which member of a zip archive is the table. */
#ifndef MG_IO_ARCHIVE_MEMBER_H
#define MG_IO_ARCHIVE_MEMBER_H

#include "libdata/base/error.h"

/* Its only member that can be a table (stops.txt of a GTFS archive), the caller's to free. MG_ERR_INPUT when
 * there is none, MG_ERR_USAGE naming them when there are several. */
enum mg_code mg_archive_only_table(const char *archive, char **ret_member, struct mg_error *err);

#endif
