/* truncation_ods.h - does OGR read an ODS sheet to its end?
 *
 * Programs fill a sheet with a last row that is repeated to its end, at 1,048,576 rows. OGR stops at the
 * first row that reaches there, without a word: what that row holds, or those after it, would be missing.
 */
#ifndef MG_IO_TRUNCATION_ODS_H
#define MG_IO_TRUNCATION_ODS_H

#include <stdint.h>

#include "libdata/base/error.h"

/* dataset: as GDAL takes it; *ret_rows stays. MG_ERR_INPUT when something stands where OGR does not read. */
enum mg_code mg_truncation_ods(const char *dataset, int64_t *ret_rows, struct mg_error *err);

#endif
