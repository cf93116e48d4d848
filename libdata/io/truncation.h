/* truncation.h - is a file as long as it says it is?
 *
 * OGR reads what is there of a file that was cut off, and says nothing of the rest: rows without geometry, or
 * too few. So the lengths that such formats write down themselves are compared with those of the files: a
 * shapefile's three files with themselves and with each other, a DBF table, the pages of SQLite and
 * GeoPackage. More bytes than said are no fault.
 */
#ifndef MG_IO_TRUNCATION_H
#define MG_IO_TRUNCATION_H

#include <stdint.h>

#include "libdata/base/error.h"

/* dataset: a path as GDAL takes it. MG_ERR_INPUT naming the file that is cut, or the two that do not belong
 * together. *ret_rows: how many rows there have to be, where another file beside it says so, else as it was.
 */
enum mg_code mg_truncation_shapefile(const char *dataset, int64_t *ret_rows, struct mg_error *err);
enum mg_code mg_truncation_sqlite(const char *dataset, int64_t *ret_rows, struct mg_error *err);
enum mg_code mg_truncation_mapinfo(const char *dataset, int64_t *ret_rows, struct mg_error *err);

#endif
