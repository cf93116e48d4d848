/* linkage_columns.h - which of a dataset's columns linkage is given: the typed ones, and others that say the
 * same or something more.
 *
 * A commune is handed by its code where both editions have codes; by its name, and the first two digits of
 * the postcode, where one has not. The telephone is known by what its cells are, whatever its label. Of
 * several postcodes it is that of the commune, which a head office's is not. All other columns that say
 * something in both editions are handed as they are (domain/linkage/linkage.h), a column of one edition
 * together with the one of the other that alone has its meaning.
 */
#ifndef MG_HISTORY_LINKAGE_COLUMNS_H
#define MG_HISTORY_LINKAGE_COLUMNS_H

#include "libdata/domain/history/rows/rows.h"

#define HISTORY_NO_COLUMN SIZE_MAX

struct history_linkage_column {
    size_t at[HISTORY_SIDES]; /* place in history_content.cells, HISTORY_NO_COLUMN: none */
    bool phone;               /* its digits count */
};

struct history_linkage_columns {
    struct history_linkage_column phone, postcode;
    struct history_linkage_column commune; /* its code; or its name, if named */
    bool named;
    struct history_linkage_column others[MG_LINKAGE_COLUMNS];
    size_t other_count;
};

enum mg_code history_linkage_columns_find(struct mg_history *h, struct history_linkage_columns *ret_columns,
                                          struct mg_error *err);

#endif
