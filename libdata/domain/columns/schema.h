/* schema.h - a Frictionless Table Schema: what the columns of a file should be, and whether its cells are.
 *
 * A field's type, format, missingValues and constraints (required, unique, enum, pattern, minimum, maximum,
 * minLength, maxLength) are checked, cell by cell; errors have the names that frictionless gives them:
 * type-error, constraint-error, unique-error, primary-key (a row whose primary key an earlier one has: of
 * several fields, all of them together). Cells that must not be there twice are remembered by 128-bit hashes.
 * Types: string (format email, uri, uuid), integer, number (decimalChar, groupChar), boolean (trueValues,
 * falseValues), date and datetime (default, any, or a pattern of %Y %m %d %H %M %S), time, year, yearmonth,
 * geopoint, any; object, array, geojson and duration are taken as they are. A pattern is a PCRE2 one that the
 * whole cell must match; one that takes too long does not. Strings are borrowed from the schema.
 */
#ifndef MG_COLUMNS_SCHEMA_H
#define MG_COLUMNS_SCHEMA_H

#include <jansson.h>

#include "libdata/domain/columns/roles.h"

struct mg_schema;

struct mg_schema_field {
    const char *name, *title;
    int role; /* enum mg_role that "maillage:role", the rdfType or the primary key say, or -1 */
    bool required;
    bool key;  /* the primary key or in it, or given the role */
    bool open; /* "maillage:access": "open" */
};

/* json: an object with "fields"; borrowed for the call only. MG_ERR_INPUT names the field and what is wrong.
 */
enum mg_code mg_schema_parse(const json_t *json, struct mg_schema **ret_schema, struct mg_error *err);
void mg_schema_destroy(struct mg_schema *schema);
size_t mg_schema_field_count(const struct mg_schema *schema);
const struct mg_schema_field *mg_schema_field(const struct mg_schema *schema, size_t field);

/* Is the trimmed cell one of missingValues ("" unless the schema says otherwise)? */
bool mg_schema_is_missing(const struct mg_schema *schema, const char *text, size_t length);

#define MG_SCHEMA_WHY 200

/* The trimmed cell against the field. *ret_error: NULL when it is sound, else the error's name, and why as a
 * sentence without its subject ("is not an integer"). Remembers the cells of a unique field; see
 * mg_schema_restart. */
enum mg_code mg_schema_check(struct mg_schema *schema, size_t field, const char *text, size_t length,
                             const char **ret_error, char why[MG_SCHEMA_WHY], struct mg_error *err);

/* The fields of a primary key of several, in its order; NULL and 0 where it is of one, or there is none. */
const size_t *mg_schema_key(const struct mg_schema *schema, size_t *ret_count);

/* The trimmed cells of these fields, in that order. *ret_new: no earlier row has all of them. Remembers them.
 */
enum mg_code mg_schema_check_key(struct mg_schema *schema, const struct mg_cell *cells, bool *ret_new,
                                 struct mg_error *err);

/* No cell has been seen yet. */
void mg_schema_restart(struct mg_schema *schema);

#endif
