/* projects.h - inside --as projects: what a row that announces something says.
 *
 * Words are French or English, compared folded; the first that is known counts ("Fermeture par regroupement"
 * is a closure). Texts of kinds and statuses are those of table project, constants.
 */
#ifndef MG_KINDS_PROJECTS_H
#define MG_KINDS_PROJECTS_H

#include "libdata/domain/import/kind.h"

extern const struct mg_import_kind mg_import_projects;

/* projects_words.c: "opening", "closure", "move", "merger"; *ret_kind NULL: none of these. */
enum mg_code mg_project_kind(const char *text, size_t length, const char **ret_kind, struct mg_error *err);

/* "announced", "approved", "under way", "done", "abandoned"; *ret_status NULL: none of these. */
enum mg_code mg_project_status(const char *text, size_t length, const char **ret_status,
                               struct mg_error *err);

/* projects_columns.c: the columns that are told by what is in them (kinds, statuses, expected dates). */
size_t mg_projects_known(const struct mg_import *import, struct mg_map_option *maps);

#endif
