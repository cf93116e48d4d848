/* sha256.h - the digest of a whole file, without parsing it (the same bytes again are a no-op). */
#ifndef MG_IO_SHA256_H
#define MG_IO_SHA256_H

#include "libdata/base/error.h"

/* path must be a regular file (not "-"): MG_ERR_IO otherwise. A shapefile is several files: the digest of
 * x.shp goes on over x.dbf, x.prj and x.cpg, those that are there, in this order. */
enum mg_code mg_sha256_file(const char *path, char ret_hex[65], struct mg_error *err);

#endif
