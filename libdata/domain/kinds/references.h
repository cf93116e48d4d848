/* references.h - imports of what services are placed in: territories, commune movements, inhabitants.
 *
 * Columns are known by the labels of the official files (INSEE's COG, IGN's boundaries, the table of EPCI),
 * else found like those of services, else named with --map: code, name, kind (the type of commune: COM,
 * COMD, COMA, ARM), commune (the member, in a table of EPCI), population, date. The level is --level, or
 * what those labels say. Codes are brought to their proper form (1001 is 01001, 1 is 01).
 *
 * territories: a row is a territory, with its polygon where the file has geometry; columns for the
 * arrondissement, département, région, EPCI or parent commune make links. In a table of EPCI with a member
 * a row, the EPCI is stored once and each row is a link. movements: INSEE's columns, by name; a kind that
 * is not known is kept, a row that is there twice is kept with an issue. populations: one number a code.
 */
#ifndef MG_KINDS_REFERENCES_H
#define MG_KINDS_REFERENCES_H

#include "libdata/domain/common/territory_code.h"
#include "libdata/domain/import/kind.h"

extern const struct mg_import_kind mg_import_territories;
extern const struct mg_import_kind mg_import_movements;
extern const struct mg_import_kind mg_import_populations;

/* --- what the three share (reference_columns.c) --- */

/* The level that was asked for, else the one that the labels of the columns tell. MG_ERR_USAGE when neither
 * says it. */
enum mg_code mg_reference_level(const struct mg_import *import, enum mg_level *ret_level,
                                struct mg_error *err);

struct mg_reference_label {
    enum mg_role role;
    const char *const *labels; /* the best first, ended by NULL */
};

/* For mg_import_kind.known: the columns that have one of the labels. Returns how many maps were added. */
size_t mg_reference_known(const struct mg_import *import, const struct mg_reference_label *known,
                          size_t count, struct mg_map_option *maps);

/* The first column that has one of the labels (ended by NULL), or -1. */
int mg_reference_column(const struct mg_import *import, const char *const *labels);

/* A cell without blanks around it; empty for column -1. */
struct mg_cell mg_reference_cell(const struct mg_row *row, int column);

#endif
