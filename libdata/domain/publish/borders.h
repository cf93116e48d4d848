/* borders.h - the borders of a territory at a date, from the lists that an audience may see.
 *
 * Of the lists that have borders for it, the latest that is not after the date, else the earliest.
 */
#ifndef MG_PUBLISH_BORDERS_H
#define MG_PUBLISH_BORDERS_H

#include "libdata/base/cleanup.h"
#include "libdata/domain/common/access.h"

struct mg_borders;

/* datasets: of kind territories, by name; count 0: all that the audience can see. MG_ERR_USAGE: one that it
 * cannot, or that is of another kind. db outlives the borders. */
enum mg_code mg_borders_create(struct mg_db *db, enum mg_audience audience, const char *const *datasets,
                               size_t count, struct mg_borders **ret_borders, struct mg_error *err);
void mg_borders_destroy(struct mg_borders *borders);
MG_DEFINE_CLEANUP(struct mg_borders, mg_borders_destroy)

/* The list of a level: its edition's id and its date. MG_ERR_USAGE when there is none. */
enum mg_code mg_borders_list(struct mg_borders *borders, const char *level, const char *at,
                             int64_t *ret_edition, char ret_valid_from[MG_DATE_SIZE], struct mg_error *err);

/* One territory's multipolygon blob (geo/blob.h), borrowed until the next call; NULL when there is none.
 * at NULL: the latest. */
enum mg_code mg_borders_find(struct mg_borders *borders, const char *level, const char *code, const char *at,
                             const void **ret_blob, size_t *ret_length, struct mg_error *err);

#endif
