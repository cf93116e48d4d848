/* cog_edition.h - which COG year an edition is in (geo/cog_year.h): kept with it, found again, told.
 *
 * It is found for editions of services, of counts by commune and of lists of communes: as they are imported,
 * and again for all of them when a list of movements is, so that the order of imports does not matter.
 */
#ifndef MG_COMMON_COG_EDITION_H
#define MG_COMMON_COG_EDITION_H

#include "libdata/domain/common/catalogue.h"
#include "libdata/geo/cog_year.h"
#include "libdata/io/out.h"

/* The codes that stand in the edition, with the names beside them; codes is {0}, or what an earlier call
 * left. */
enum mg_code mg_cog_edition_codes(struct mg_db *db, const struct mg_dataset *dataset,
                                  const struct mg_edition *edition, struct mg_cog_codes *codes,
                                  struct mg_error *err);

enum mg_code mg_cog_edition_store(struct mg_db *db, int64_t edition, const struct mg_cog_year *year,
                                  struct mg_error *err);

/* Of which date the codes of communes in the edition are, dated as_of: of the nearest to it that is possible.
 */
mg_date mg_cog_edition_date(const struct mg_edition *edition, mg_date as_of);

/* For all editions of the file, by its latest list of movements. */
enum mg_code mg_cog_edition_store_all(struct mg_db *db, struct mg_error *err);

/* names: datasets separated by commas, or "all". A record of type "cog_year" for each of their editions:
 * dataset, edition, first and last year, or_later, codes (how many), strangers. MG_ERR_USAGE: no such
 * dataset, or one without communes; no list of movements. */
enum mg_code mg_cog_edition_write(struct mg_db *db, const char *names, struct mg_out *out,
                                  struct mg_error *err);

#endif
