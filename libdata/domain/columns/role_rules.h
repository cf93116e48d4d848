/* role_rules.h - what speaks for a role: the label of a column, and its cells. Internal to roles.c. */
#ifndef MG_COLUMNS_ROLE_RULES_H
#define MG_COLUMNS_ROLE_RULES_H

#include "libdata/domain/columns/roles.h"

/* The meaning whose cells a role takes (a commune's code, a longitude), or MG_MEANING_NONE. */
enum mg_meaning mg_role_meaning(enum mg_role role);

/* How plainly a label says the role: 0 not at all, 1 entirely. An official identifier is a key under any
 * label that does not say that it is somebody else's. */
double mg_role_label_weight(enum mg_role role, const struct mg_label *label, enum mg_meaning meaning);

/* How well the column's cells suit the role (0 to 1), *ret_filled how many are not empty. */
double mg_role_content_share(enum mg_role role, const struct mg_sample *sample, size_t column,
                             size_t *ret_filled, struct mg_error *err, enum mg_code *ret_code);

#endif
