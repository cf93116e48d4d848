/* gdal_files.h - the only files that GDAL sees: those that it is shown, to read.
 *
 * A file that somebody sent may name others: a schema, a table that another one continues, an address in the
 * network. GDAL would open them, and write files of its own beside a source. So all its file systems are
 * replaced when it is loaded (gdal.c); what is left are memory, members of archives, and this one, in which
 * a name stands for a descriptor that we opened. Nothing can be written there, and no name that a user or a
 * file gives means anything else than itself.
 */
#ifndef MG_IO_GDAL_FILES_H
#define MG_IO_GDAL_FILES_H

#include <stdbool.h>

#include "libdata/base/error.h"

#define MG_GDAL_FILES_PREFIX "/vsimaillage/" /* of their paths */

/* One source: a file and what belongs to it. Each has a folder of its own in GDAL's eyes. */
struct mg_gdal_files;

/* The file of that path, which GDAL sees under that name (the path's own for NULL), and, if beside, the parts
 * that its format consists of: of x.shp also x.shx, x.dbf, x.prj and x.cpg. MG_ERR_INPUT when it cannot be
 * opened.
 */
enum mg_code mg_gdal_files_open(const char *path, const char *name, bool beside,
                                struct mg_gdal_files **ret_files, struct mg_error *err);

/* What fd is open on, under that name. fd stays the caller's. */
enum mg_code mg_gdal_files_of(int fd, const char *name, struct mg_gdal_files **ret_files,
                              struct mg_error *err);

/* Are they all as they were when they were opened? */
bool mg_gdal_files_unchanged(const struct mg_gdal_files *files);

const char *mg_gdal_files_path(const struct mg_gdal_files *files); /* as GDAL takes it; borrowed */
int mg_gdal_files_fd(const struct mg_gdal_files *files);           /* of the file itself; borrowed */

/* What GDAL still has open can be read on. */
void mg_gdal_files_destroy(struct mg_gdal_files *files);

/* Once, by mg_gdal_load: replaces GDAL's own file systems. */
enum mg_code mg_gdal_files_install(struct mg_error *err);

#endif
