/* schema_internal.h - a schema as schema_parse.c reads it and schema.c checks it. */
#ifndef MG_COLUMNS_SCHEMA_INTERNAL_H
#define MG_COLUMNS_SCHEMA_INTERNAL_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "libdata/base/date.h"
#include "libdata/base/hash_set.h"
#include "libdata/base/map.h"
#include "libdata/domain/columns/schema.h"

enum mg_schema_type {
    MG_SCHEMA_STRING,
    MG_SCHEMA_INTEGER,
    MG_SCHEMA_NUMBER,
    MG_SCHEMA_BOOLEAN,
    MG_SCHEMA_DATE,
    MG_SCHEMA_DATETIME,
    MG_SCHEMA_TIME,
    MG_SCHEMA_YEAR,
    MG_SCHEMA_YEARMONTH,
    MG_SCHEMA_GEOPOINT,
    MG_SCHEMA_ANY,
    MG_SCHEMA_TYPE_COUNT
};

struct mg_schema_bound { /* of a number or a date */
    bool given;
    double value;
    char text[40]; /* as the schema writes it */
};

struct mg_schema_rules {
    struct mg_schema_field field;
    enum mg_schema_type type;
    const char *format;
    char decimal, group; /* group 0: none */
    struct mg_map true_values, false_values;
    bool unique;
    bool primary; /* the primary key by itself */
    bool has_enum;
    struct mg_map enumeration;
    struct mg_hash_set seen; /* of a unique field or the primary key */
    struct mg_schema_bound minimum, maximum;
    int64_t min_length, max_length; /* characters; -1: not said */
    pcre2_code *pattern;
    char *pattern_text, *strings; /* strings: the name, title and format */
};

struct mg_schema {
    size_t field_count;
    struct mg_schema_rules *fields;
    size_t *key, key_count; /* a primary key of several fields */
    struct mg_hash_set seen;
    struct mg_map missing;
    pcre2_match_data *match;
    pcre2_match_context *match_context;
};

extern const char *const mg_schema_type_names[MG_SCHEMA_TYPE_COUNT];

/* The value by which cells of the type are compared with minimum and maximum; false: it is not of the type.
 */
bool mg_schema_value(const struct mg_schema_rules *rules, const char *text, size_t length, double *ret_value);

#endif
