/* json.h - JSON text, written: strings escaped, numbers shortest-exact, into a buffer.
 *
 * Reading is jansson's. These add to a buffer and never fail by themselves (see buf.h). Text that is not
 * UTF-8 is written with U+FFFD in place of the bad bytes, so that what we write is always JSON. All control
 * characters are escaped, DEL and U+0080 to U+009F too: what is printed on a terminal gives it no orders.
 */
#ifndef MG_IO_JSON_H
#define MG_IO_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/buf.h"

void mg_json_add_string(struct mg_buf *buf, const char *text, size_t length); /* with its quotes */
void mg_json_add_number(struct mg_buf *buf, double value);                    /* not finite: null */

#endif
