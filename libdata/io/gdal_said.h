/* gdal_said.h - what GDAL says while it is called, which may be that something is missing in what it gives.
 *
 * Every failure counts, and every warning but those known to cost nothing that is read here. A row
 * without a place is told as such by who reads it. The first is
 * kept: those that follow only say that something before them failed. Nothing is printed.
 */
#ifndef MG_IO_GDAL_SAID_H
#define MG_IO_GDAL_SAID_H

#include "libdata/base/error.h"

struct mg_gdal_said {
    char text[300]; /* "" : nothing that counts */
};

/* Between the two the thread's messages go to said, which is emptied. */
void mg_gdal_listen(struct mg_gdal_said *said);
void mg_gdal_listen_no_more(void);

/* MG_ERR_INPUT: what, and GDAL's words if there are any. */
enum mg_code mg_gdal_said_fail(const struct mg_gdal_said *said, const char *what, struct mg_error *err);

#endif
