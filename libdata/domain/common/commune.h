/* commune.h - what became of a commune, told: successors, how, why, and the movements that say so.
 *
 * A record of type "commune" for each code asked for: commune, from, to, successors (list), how, settled_by
 * (list), reason, movements (list), comparable_from and comparable_to (lists).
 *
 * how is same, recoded, several or unknown. Of several, settled_by says what tells them apart or makes that
 * needless: "part" (it was a delegated or associated commune in between, which leads on to one), "polygon"
 * (the file has a polygon of each, so a point decides), "epci 200012345" (all of them are in it, and so for
 * the other levels); nothing there is "ambiguous". comparable_from are the communes of the first date that
 * together cover the same land as comparable_to at the second: figures compare between their sums. reason:
 *
 *   no movement             nothing happened to it
 *   same land               something did (a name, a code and back), but its land is the same
 *   restored                it merged, and came out of the whole again
 *   more land               the code stands, and took in others
 *   less land               the code stands, and others came out of it
 *   other bounds            both
 *   merged                  it is now a part of its successor
 *   new code                the same land under another code
 *   separated               several communes came out of it; back in time: put together (it was made of them)
 *                           and came out of it (it was a part of that commune)
 *   part of a commune       the code is that of a delegated or associated commune or an arrondissement
 *   old code, code to come  no commune has the code at the date from, but before, or after
 *   not a commune           neither the movements nor a list of communes know the code
 *
 * Communes are settled when they are crossed, not when they are imported. A record keeps the code it was
 * given; crossref projects it to the requested COG date through the movements loaded by then, else looks for
 * its point in the polygons. So the order in which references and services arrive never changes a result.
 */
#ifndef MG_COMMON_COMMUNE_H
#define MG_COMMON_COMMUNE_H

#include "libdata/base/date.h"
#include "libdata/db/db.h"
#include "libdata/io/out.h"

/* codes: separated by commas, or "all": every commune of the date from. MG_ERR_USAGE: something that is no
 * commune's code; "all" without a list of communes in the file. */
enum mg_code mg_commune_write(struct mg_db *db, const char *codes, mg_date from, mg_date to,
                              struct mg_out *out, struct mg_error *err);

#endif
