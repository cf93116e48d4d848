/* open_state.h - is a service open at a date? By the words of its status, and where they do not tell, by its
 * dates. One that is closed for works is open. What is closed or only planned counts nowhere as one that
 * stands.
 */
#ifndef MG_COMMON_OPEN_STATE_H
#define MG_COMMON_OPEN_STATE_H

#include <stddef.h>

#include "libdata/base/date.h"
#include "libdata/base/error.h"

enum mg_open_state { MG_STATE_OPEN, MG_STATE_CLOSED, MG_STATE_PLANNED };

/* length 0: no status; MG_DATE_NONE: no such date. */
enum mg_code mg_open_state(const char *status, size_t length, mg_date opened, mg_date closed, mg_date at,
                           enum mg_open_state *ret_state, struct mg_error *err);

#endif
