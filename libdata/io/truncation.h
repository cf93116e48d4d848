/* truncation.h - is a file as long as it says it is?
 *
 * OGR reads what is there of a file that was cut off, and says nothing of the rest: rows without geometry, or
 * too few. So the lengths that such formats write down themselves are compared with those of the files: a
 * shapefile's three files with themselves and with each other, a DBF table, the pages of SQLite and
 * GeoPackage. More bytes than said are no fault.
 *
 * A file is as long as it says. OGR reads what is left of a file that was cut off, and says nothing. So the
 * lengths that such formats write down are compared with what is there before a row is read,
 * and a shapefile's three files with each other.
 */
#ifndef MG_IO_TRUNCATION_H
#define MG_IO_TRUNCATION_H

#include <stdint.h>

#include "libdata/base/error.h"

/* driver: OGR's name of the format. dataset: a path as GDAL takes it. MG_ERR_INPUT naming the file that is
 * cut, or the two that do not belong together; formats that say nothing of their length are whole. *ret_rows:
 * how many rows there have to be, where another file beside it says so, else as it was. */
enum mg_code mg_whole_check(const char *driver, const char *dataset, int64_t *ret_rows, struct mg_error *err);

#endif
