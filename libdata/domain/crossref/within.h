/* within.h - which territories of a level lie in another territory; inside crossref only. */
#ifndef MG_CROSSREF_WITHIN_H
#define MG_CROSSREF_WITHIN_H

#include "libdata/geo/territory.h"

/* within: "LEVEL:CODE", or a code that one level only has. marked, by the index in the level's list, false
 * beforehand: those that have a commune in it, are it, or are said to be in it. MG_ERR_USAGE: there is no
 * such territory, several have the code, or it is smaller than those of the level. */
enum mg_code mg_within_mark(const struct mg_territories *territories, enum mg_level level, const char *within,
                            bool *marked, struct mg_error *err);

#endif
