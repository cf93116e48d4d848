/* role_search.h - the search for the columns of all roles, at work. Internal to roles.c and
 * role_candidates.c. */
#ifndef MG_COLUMNS_ROLE_SEARCH_H
#define MG_COLUMNS_ROLE_SEARCH_H

#include "libdata/domain/columns/label.h"
#include "libdata/domain/columns/roles.h"

struct role_search {
    const struct mg_roles_request *request;
    size_t column_count;
    struct mg_roles roles;
    struct mg_label *labels;
    struct mg_column_meaning *meanings; /* the caller's */
    bool *taken;                        /* columns */
};

/* role_candidates.c: of the columns that are not taken the one that speaks most for the role. *ret_confidence
 * 0: none does. MG_ERR_USAGE when two or more speak equally. */
enum mg_code role_find_best(const struct role_search *search, int role, size_t *ret_column,
                            double *ret_confidence, struct mg_error *err);

#endif
