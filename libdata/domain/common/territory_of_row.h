/* territory_of_row.h - in which territory a record is, at one level and one COG date.
 *
 * A commune code is projected from the date it was written at to the COG date through the movements; a code
 * that had gone by then is taken from when it last stood (succession.h). Where that leaves several successors
 * and they are all in one territory of the level, that is it. Otherwise (no code, a code that is unknown or
 * ambiguous) the record's point decides, in the commune polygons nearest in date. So each record is in one
 * territory at most.
 */
#ifndef MG_COMMON_TERRITORY_OF_ROW_H
#define MG_COMMON_TERRITORY_OF_ROW_H

#include "libdata/base/cleanup.h"
#include "libdata/geo/territory.h"

#define MG_NOWHERE (-1)

struct mg_place;

/* cog MG_DATE_NONE: the latest commune list's date. MG_ERR_USAGE: no territory of that level is known. */
enum mg_code mg_place_create(struct mg_db *db, enum mg_level level, mg_date cog, struct mg_place **ret_place,
                             struct mg_error *err);
void mg_place_destroy(struct mg_place *place);
MG_DEFINE_CLEANUP(struct mg_place, mg_place_destroy)

const struct mg_territories *mg_place_territories(const struct mg_place *place);
enum mg_level mg_place_level(const struct mg_place *place);

/* The codes that follow were written at this date. */
void mg_place_codes_of(struct mg_place *place, mg_date date);

/* The index of the territory at the place's level, or MG_NOWHERE. code NULL: none; blob NULL: no point. */
enum mg_code mg_place_record(struct mg_place *place, const char *code, size_t length,
                             const unsigned char *blob, size_t blob_length, int32_t *ret_index,
                             struct mg_error *err);

/* A figure that is given for a territory of a level (a stock): its territory at the place's level.
 * Communes are projected as above. MG_NOWHERE for a level that is above the place's. */
enum mg_code mg_place_figure(struct mg_place *place, enum mg_level level, const char *code,
                             int32_t *ret_index, struct mg_error *err);

#endif
