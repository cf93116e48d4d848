/* access.h - who may see what: the one place that decides, and every output asks it.
 *
 * An allowlist. The ministries see everything. The public sees a dataset only once it is declared open,
 * and of an open dataset the typed columns (key, name, category, address, postcode, commune, status,
 * opened, closed, the place) and those other columns that are declared open one by one. A column of free
 * text, a weight, an answer's author are never typed in this sense. Of an open dataset of projects also who
 * announces what and for when; the service it is about, if that is in a dataset that is open too. Of a column
 * that is typed and not declared open itself, it sees what was understood, not what was written.
 *
 * What the public may not see does not exist for it: asking for a restricted dataset or column and asking
 * for one that was never there fail alike, word for word, with MG_ERR_USAGE and a hint that names only
 * what is open.
 *
 * Nor does it see what is derived from that. The rule, which tests/unit/publish/public.c proves: what the public gets
 * (output, messages, exit status of export-geojson, barometer-summary and diff-history as GeoJSON or daff)
 * is the same to the byte when every restricted value is another: the cells of a column that is not open, all
 * of a dataset, a list of territories, movements, populations or projects that is not. So
 *
 * - territories, inhabitants and movements that are not open do not place, name or count anything for the
 *   public (mg_access_narrow), nor tell of which year an edition's communes are;
 * - the records of other tools, which were made for the ministries, say which figures and events are to be
 *   published, and no more: what is published is computed again from what is open (publish.h);
 * - a service of which nothing open changed has not changed, and what decides whether two rows are one
 * service, which events are artefacts and in which order they come are open columns only
 *   (mg_history_options.open_only).
 *
 * Not in that rule, because what is open is made of it:
 *
 * - whether a column or dataset is there and open, how many rows an open dataset has, the dates of its
 * editions;
 * - what is asked for: the territories that crossref's records name, the services that a filter left in a
 * stream;
 * - a decision of people about an open dataset (decisions.h), which is a statement about its services;
 * - of an open survey, who answered is seen by territory and by date, whether these columns are declared open
 * or not and however they are asked for (--by commune, --by COLUMN, --period): always as figures, under the
 *   barometer's control of small ones. Its weights are in every figure, and are never shown. The answers to
 *   a question, the service and any other column are used only if they are declared open.
 */
#ifndef MG_COMMON_ACCESS_H
#define MG_COMMON_ACCESS_H

#include <stdbool.h>

#include "libdata/domain/common/catalogue.h"

enum mg_audience { MG_PUBLIC, MG_MINISTRY };

const char *mg_audience_name(enum mg_audience audience); /* "public", "ministry" */
bool mg_audience_from_name(const char *name, enum mg_audience *ret_audience);

/* The dataset of that name, if this audience may see it. For the public the year of an edition's communes is
 * not known where territories or movements that told it are not open. */
enum mg_code mg_access_load(struct mg_db *db, enum mg_audience audience, const char *name,
                            struct mg_dataset **ret_dataset, struct mg_error *err);

/* Until mg_access_widen, what is read of territories, inhabitants and movements is what this audience may see
 * (mg_db_see). MG_ERR_*: as it was. */
enum mg_code mg_access_narrow(struct mg_db *db, enum mg_audience audience, struct mg_error *err);
void mg_access_widen(struct mg_db *db);

/* As mg_dataset_names, but only those that this audience may see. */
enum mg_code mg_access_names(struct mg_db *db, enum mg_audience audience, const char *kind, char ***ret_names,
                             struct mg_error *err);
void mg_access_names_free(char **names);

bool mg_access_dataset(enum mg_audience audience, const struct mg_dataset *dataset);

/* A typed column of table record ("key", "commune", "geom", ...), or of table project for a dataset of them.
 */
bool mg_access_role(enum mg_audience audience, const struct mg_dataset *dataset, const char *role);

/* May this audience know of the dataset that a row names, itself or with its services? names: those of
 * mg_access_names for all kinds; name NULL: none is named. */
bool mg_access_mention(enum mg_audience audience, char *const *names, const char *name);

/* One of the dataset's own fields, under its own name and with its raw cells. */
bool mg_access_field(enum mg_audience audience, const struct mg_dataset *dataset,
                     const struct mg_field *field);

/* The field of that name, if this audience may see it. */
enum mg_code mg_access_find_field(enum mg_audience audience, const struct mg_dataset *dataset,
                                  const char *name, const struct mg_field **ret_field, struct mg_error *err);

/* The field, or what was understood of it. */
bool mg_access_column(enum mg_audience audience, const struct mg_dataset *dataset,
                      const struct mg_field *field);

/* The field of that name, if this audience may see it, or what was understood of it. */
enum mg_code mg_access_find_column(enum mg_audience audience, const struct mg_dataset *dataset,
                                   const char *name, const struct mg_field **ret_field, struct mg_error *err);

/* A key of a record about this dataset. For the public: the keys that the tools agree on and that say nothing
 * of restricted columns, the typed columns and the names of the dataset's open fields. dataset may be NULL:
 * the first of these three only. */
bool mg_access_key(enum mg_audience audience, const struct mg_dataset *dataset, const char *key);

#endif
