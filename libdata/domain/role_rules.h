/* role_rules.h - what speaks for a role: the label of a column, and its cells. Internal to roles.c. */
#ifndef MG_DOMAIN_ROLE_RULES_H
#define MG_DOMAIN_ROLE_RULES_H

#include "libdata/domain/roles.h"

/* How plainly a folded label says the role: 0 not at all, 1 entirely. */
double mg_role_label_weight(enum mg_role role, const char *folded);

/* The share of the column's cells that could be the role's (0 to 1), *ret_filled how many are not empty. */
double mg_role_content_share(enum mg_role role, const struct mg_sample *sample, size_t column,
                             size_t *ret_filled, struct mg_error *err, enum mg_code *ret_code);

#endif
