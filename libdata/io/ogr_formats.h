/* ogr_formats.h - the formats that OGR reads, a row each: what it does not say of them stands there too (that
 * a file was cut off, that its first row is the header).
 */
#ifndef MG_IO_OGR_FORMATS_H
#define MG_IO_OGR_FORMATS_H

#include <stdbool.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_ogr_format {
    const char *driver;        /* as OGR calls it */
    const char *extensions[4]; /* of its files, in small letters; none: known by their content only */
    bool sqlite;               /* opened only after sqlite_source.h has looked at it */
    bool workbook;             /* its first row is the header */
    bool dbf;                  /* names are cut at ten bytes, its encoding may be told */
    bool says_rows;            /* its header has the number of its rows */
    /* truncation.h; NULL: OGR tells of a file that was cut off, or nothing can be known */
    enum mg_code (*truncation)(const char *dataset, int64_t *ret_rows, struct mg_error *err);
};

extern const struct mg_ogr_format mg_ogr_formats[]; /* ended by a row without a driver */

const struct mg_ogr_format *mg_ogr_format_of_driver(const char *name);         /* or NULL */
const struct mg_ogr_format *mg_ogr_format_of_extension(const char *extension); /* any case; or NULL */

#endif
