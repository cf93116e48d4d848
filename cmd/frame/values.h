/* values.h - what the values of options mean that several tools have, refused in the same words everywhere.
 *
 * All are MG_ERR_USAGE when they make no sense, with a hint that says what would.
 */
#ifndef MG_FRAME_VALUES_H
#define MG_FRAME_VALUES_H

#include "libdata/base/date.h"
#include "libdata/domain/common/access.h"
#include "libdata/geo/territory.h"

enum mg_code mg_value_date(const char *value, mg_date *ret_date, struct mg_error *err);
enum mg_code mg_value_level(const char *value, enum mg_level *ret_level, struct mg_error *err);
enum mg_code mg_value_audience(const char *value, enum mg_audience *ret_audience, struct mg_error *err);

/* "A,B": names of datasets, each once. Free the list with mg_value_datasets_finish; start with {0}. */
struct mg_value_datasets {
    char *text;         /* what the names are cut from */
    const char **names; /* NULL: not given */
    size_t count;
};
enum mg_code mg_value_datasets(const char *value, struct mg_value_datasets *list, struct mg_error *err);
void mg_value_datasets_finish(struct mg_value_datasets *list);

#endif
