/* view_form.h - the words of the view services_NAME: those that write it (domain/import/view.c) and those
 * that know it again (objects.c) share them. */
#ifndef MG_DB_VIEW_FORM_H
#define MG_DB_VIEW_FORM_H

#include <stdbool.h>

#define MG_VIEW_PREFIX "services_" /* names that begin so, ASCII case apart, are views of ours or refused */
#define MG_VIEW_FROM                                                                                         \
    "\nFROM edition AS e"                                                                                    \
    "\nCROSS JOIN version AS v ON v.id BETWEEN e.first_version AND e.last_version"                           \
    "\nJOIN record AS r ON r.id = v.record"                                                                  \
    "\nWHERE e.dataset = "
#define MG_VIEW_WHERE " AND v.gone_edition IS NULL"

extern const char *const mg_view_columns[]; /* of record, under their own names; NULL at the end */

/* Is this how the view of that name is written, whatever its fields and their constants? */
bool mg_view_has_form(const char *name, const char *sql);

#endif
