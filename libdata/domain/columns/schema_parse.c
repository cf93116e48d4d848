/* A schema out of its JSON. */
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/domain/columns/schema_internal.h"

#define MATCH_LIMIT 100000
#define MOST_FIELDS 5000

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static enum mg_code bad(const struct mg_schema_rules *rules, struct mg_error *err, const char *what)
{
    mg_fail(err, MG_ERR_INPUT, _("descriptor: field '%s': %s"), rules->field.name ? rules->field.name : "",
            what);
    mg_error_at(err, 0, 0, 0, rules->field.name);
    return MG_ERR_INPUT;
}

static enum mg_code put(struct mg_map *map, const char *text, struct mg_error *err)
{
    return mg_map_put(map, text, strlen(text), 0, NULL, err);
}

/* The strings (and numbers, as they are written) of an array. */
static enum mg_code put_all(struct mg_map *map, const json_t *array, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < json_array_size(array) && !code; i++) {
        const json_t *item = json_array_get(array, i);
        char number[MG_NUM_SIZE] = "";
        if (json_is_integer(item))
            mg_num_format_i64(json_integer_value(item), number);
        else if (json_is_real(item))
            mg_num_format_f64(json_real_value(item), number);
        code = put(map, json_is_string(item) ? json_string_value(item) : number, err);
    }
    return code;
}

static enum mg_code put_words(struct mg_map *map, const json_t *field, const char *key,
                              const char *const *usual, struct mg_error *err)
{
    const json_t *array = json_object_get(field, key);
    if (json_is_array(array))
        return put_all(map, array, err);
    enum mg_code code = MG_OK;
    for (; *usual && !code; usual++)
        code = put(map, *usual, err);
    return code;
}

/* What the last part of a URI means to the tools. */
static int role_of_uri(const char *uri)
{
    static const struct {
        const char *end;
        enum mg_role role;
    } known[] = {
        {"lat", MG_ROLE_LAT},
        {"latitude", MG_ROLE_LAT},
        {"long", MG_ROLE_LON},
        {"longitude", MG_ROLE_LON},
        {"postalCode", MG_ROLE_POSTCODE},
        {"codeINSEE", MG_ROLE_COMMUNE},
        {"codeCommune", MG_ROLE_COMMUNE},
        {"streetAddress", MG_ROLE_ADDRESS},
        {"address", MG_ROLE_ADDRESS},
        {"identifier", MG_ROLE_KEY},
        {"name", MG_ROLE_NAME},
        {"legalName", MG_ROLE_NAME},
        {"foundingDate", MG_ROLE_OPENED},
        {"dissolutionDate", MG_ROLE_CLOSED},
        {"latlong", MG_ROLE_LONLAT},
        {"location", MG_ROLE_LONLAT},
    };
    size_t at = strlen(uri);
    while (at && uri[at - 1] != '#' && uri[at - 1] != '/')
        at--;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcasecmp(known[i].end, uri + at))
            return (int)known[i].role;
    return -1;
}

static enum mg_code parse_role(struct mg_schema_rules *rules, const json_t *json, struct mg_error *err)
{
    static const char *const uris[] = {"rdfType", "rdfProperty", "semantic"};
    const char *role = text_of(json, "maillage:role");
    enum mg_role named;
    rules->field.role = -1;
    if (role) {
        if (!mg_role_from_name(role, strlen(role), &named))
            return bad(rules, err, _("its maillage:role is not a role"));
        rules->field.role = (int)named;
    }
    for (size_t i = 0; i < sizeof uris / sizeof *uris && rules->field.role < 0; i++)
        if (text_of(json, uris[i]))
            rules->field.role = role_of_uri(text_of(json, uris[i]));
    if (rules->field.role < 0 && rules->type == MG_SCHEMA_GEOPOINT)
        rules->field.role = MG_ROLE_LONLAT;
    rules->field.key = rules->field.role == MG_ROLE_KEY;
    return MG_OK;
}

static enum mg_code parse_type(struct mg_schema_rules *rules, const json_t *json, struct mg_error *err)
{
    static const char *const as_they_are[] = {"object", "array", "list", "geojson", "duration"};
    static const char *const yes[] = {"true", "True", "TRUE", "1", NULL};
    static const char *const no[] = {"false", "False", "FALSE", "0", NULL};
    const char *type = text_of(json, "type"), *decimal = text_of(json, "decimalChar"),
               *group = text_of(json, "groupChar");
    rules->type = MG_SCHEMA_TYPE_COUNT;
    for (int i = 0; i < MG_SCHEMA_TYPE_COUNT; i++)
        if (!strcmp(mg_schema_type_names[i], type ? type : "string"))
            rules->type = (enum mg_schema_type)i;
    for (size_t i = 0; type && i < sizeof as_they_are / sizeof *as_they_are; i++)
        if (!strcmp(as_they_are[i], type))
            rules->type = MG_SCHEMA_ANY;
    if (rules->type == MG_SCHEMA_TYPE_COUNT)
        return bad(rules, err, _("its type is not one of Table Schema"));
    if ((decimal && strlen(decimal) != 1) || (group && strlen(group) != 1))
        return bad(rules, err, _("decimalChar and groupChar are one character each"));
    rules->decimal = decimal ? *decimal : '.';
    rules->group = group ? *group : '\0';
    enum mg_code code = put_words(&rules->true_values, json, "trueValues", yes, err);
    return code ? code : put_words(&rules->false_values, json, "falseValues", no, err);
}

static enum mg_code parse_bound(struct mg_schema_rules *rules, const json_t *json,
                                struct mg_schema_bound *bound, struct mg_error *err)
{
    if (!json)
        return MG_OK;
    if (json_is_number(json)) {
        bound->value = json_number_value(json);
        mg_num_format_f64(bound->value, bound->text);
    } else if (json_is_string(json)) {
        const char *text = json_string_value(json);
        if (strlen(text) >= sizeof bound->text || !mg_schema_value(rules, text, strlen(text), &bound->value))
            return bad(rules, err, _("its minimum or maximum is not of its type"));
        strcpy(bound->text, text);
    } else {
        return bad(rules, err, _("its minimum or maximum is neither a number nor a text"));
    }
    bound->given = rules->type != MG_SCHEMA_STRING && rules->type != MG_SCHEMA_ANY;
    return MG_OK;
}

static enum mg_code parse_pattern(struct mg_schema_rules *rules, const char *pattern, struct mg_error *err)
{
    int number;
    PCRE2_SIZE offset;
    PCRE2_UCHAR message[120];
    if (!pattern)
        return MG_OK;
    rules->pattern_text = mg_strdup(pattern);
    if (!rules->pattern_text)
        return mg_fail_memory(err);
    rules->pattern = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                   PCRE2_UTF | PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_NEVER_BACKSLASH_C,
                                   &number, &offset, NULL);
    if (rules->pattern)
        return MG_OK;
    pcre2_get_error_message(number, message, sizeof message);
    mg_fail(err, MG_ERR_INPUT, _("descriptor: field '%s': its pattern is wrong at character %zu: %s"),
            rules->field.name, offset + 1, (const char *)message);
    mg_error_at(err, 0, 0, 0, rules->field.name);
    return MG_ERR_INPUT;
}

static enum mg_code parse_length(struct mg_schema_rules *rules, const json_t *json, int64_t *ret_length,
                                 struct mg_error *err)
{
    *ret_length = -1;
    if (!json)
        return MG_OK;
    if (!json_is_integer(json) || json_integer_value(json) < 0)
        return bad(rules, err, _("its minLength or maxLength is not a number of characters"));
    *ret_length = json_integer_value(json);
    return MG_OK;
}

static enum mg_code parse_constraints(struct mg_schema_rules *rules, const json_t *json, struct mg_error *err)
{
    const json_t *list = json_object_get(json, "enum");
    rules->field.required = json_is_true(json_object_get(json, "required"));
    rules->unique = json_is_true(json_object_get(json, "unique"));
    rules->seen.wide = true;
    rules->has_enum = json_is_array(list);
    enum mg_code code = put_all(&rules->enumeration, list, err);
    if (!code)
        code = parse_bound(rules, json_object_get(json, "minimum"), &rules->minimum, err);
    if (!code)
        code = parse_bound(rules, json_object_get(json, "maximum"), &rules->maximum, err);
    if (!code)
        code = parse_length(rules, json_object_get(json, "minLength"), &rules->min_length, err);
    if (!code)
        code = parse_length(rules, json_object_get(json, "maxLength"), &rules->max_length, err);
    return code ? code : parse_pattern(rules, text_of(json, "pattern"), err);
}

/* The name, title and format, kept one after the other. */
static enum mg_code keep_strings(struct mg_schema_rules *rules, const json_t *json, struct mg_error *err)
{
    const char *name = text_of(json, "name"), *title = text_of(json, "title"),
               *format = text_of(json, "format");
    MG_CLEANUP(mg_buf_finish) struct mg_buf strings = {0};
    mg_buf_add(&strings, name, strlen(name) + 1);
    mg_buf_add(&strings, title ? title : "", strlen(title ? title : "") + 1);
    mg_buf_add(&strings, format ? format : "", strlen(format ? format : "") + 1);
    rules->strings = mg_buf_steal(&strings);
    if (!rules->strings)
        return mg_fail_memory(err);
    rules->field.name = rules->strings;
    const char *at = rules->strings + strlen(name) + 1;
    rules->field.title = title ? at : NULL;
    at += strlen(at) + 1;
    rules->format = format && strcmp(format, "default") ? at : NULL;
    return MG_OK;
}

static enum mg_code parse_field(struct mg_schema_rules *rules, const json_t *json, size_t number,
                                struct mg_error *err)
{
    const char *name = text_of(json, "name"), *access = text_of(json, "maillage:access");
    if (!name || !*name)
        return mg_fail(err, MG_ERR_INPUT, _("descriptor: field %zu has no name"), number + 1);
    enum mg_code code = keep_strings(rules, json, err);
    if (!code)
        code = parse_type(rules, json, err);
    if (!code)
        code = parse_role(rules, json, err);
    if (!code)
        code = parse_constraints(rules, json_object_get(json, "constraints"), err);
    rules->field.open = access && !strcmp(access, "open");
    return code;
}

/* The field of that name, or SIZE_MAX. */
static size_t field_named(const struct mg_schema *schema, const char *name)
{
    for (size_t i = 0; name && i < schema->field_count; i++)
        if (!strcmp(schema->fields[i].field.name, name))
            return i;
    return SIZE_MAX;
}

/* The primary key: one field, or several together. Each of them is required. */
static enum mg_code take_key(struct mg_schema *schema, const json_t *key, struct mg_error *err)
{
    size_t count = json_is_string(key) ? 1 : json_array_size(key);
    schema->seen.wide = true;
    schema->key = mg_calloc(count + 1, sizeof *schema->key);
    if (!schema->key)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_is_string(key) ? key : json_array_get(key, i));
        size_t field = field_named(schema, name);
        if (field == SIZE_MAX)
            return mg_fail(err, MG_ERR_INPUT, _("descriptor: the primary key '%s' is not a field"),
                           name ? name : "");
        struct mg_schema_rules *rules = &schema->fields[field];
        schema->key[i] = field;
        rules->field.required = rules->field.key = true;
        rules->primary = count == 1;
        if (count == 1 && rules->field.role < 0)
            rules->field.role = MG_ROLE_KEY;
    }
    schema->key_count = count > 1 ? count : 0;
    return MG_OK;
}

static enum mg_code parse_missing(struct mg_schema *schema, const json_t *json, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < json_array_size(json) && !code; i++) {
        const json_t *item = json_array_get(json, i);
        const char *text = json_is_object(item) ? text_of(item, "value") : json_string_value(item);
        if (!text)
            return mg_fail(err, MG_ERR_INPUT, "%s", _("descriptor: missingValues are texts"));
        code = put(&schema->missing, text, err);
    }
    return code;
}

static enum mg_code parse(struct mg_schema *schema, const json_t *json, struct mg_error *err)
{
    const json_t *fields = json_object_get(json, "fields");
    size_t count = json_array_size(fields);
    if (!json_is_array(fields) || !count || count > MOST_FIELDS)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("descriptor: the schema has no array of fields"));
    schema->fields = mg_calloc(count, sizeof *schema->fields);
    schema->match = pcre2_match_data_create(1, NULL);
    schema->match_context = pcre2_match_context_create(NULL);
    if (!schema->fields || !schema->match || !schema->match_context)
        return mg_fail_memory(err);
    pcre2_set_match_limit(schema->match_context, MATCH_LIMIT);
    schema->field_count = count;
    enum mg_code code = parse_missing(schema, json_object_get(json, "missingValues"), err);
    for (size_t i = 0; i < count && !code; i++)
        code = parse_field(&schema->fields[i], json_array_get(fields, i), i, err);
    return code ? code : take_key(schema, json_object_get(json, "primaryKey"), err);
}

enum mg_code mg_schema_parse(const json_t *json, struct mg_schema **ret_schema, struct mg_error *err)
{
    struct mg_schema *schema = mg_calloc(1, sizeof *schema);
    enum mg_code code = schema ? parse(schema, json, err) : mg_fail_memory(err);
    if (code)
        mg_schema_destroy(schema);
    else
        *ret_schema = schema;
    return code;
}

void mg_schema_destroy(struct mg_schema *schema)
{
    if (!schema)
        return;
    for (size_t i = 0; i < schema->field_count; i++) {
        struct mg_schema_rules *rules = &schema->fields[i];
        mg_map_finish(&rules->true_values);
        mg_map_finish(&rules->false_values);
        mg_map_finish(&rules->enumeration);
        mg_hash_set_finish(&rules->seen);
        pcre2_code_free(rules->pattern);
        free(rules->pattern_text);
        free(rules->strings);
    }
    free(schema->key);
    mg_hash_set_finish(&schema->seen);
    mg_map_finish(&schema->missing);
    pcre2_match_data_free(schema->match);
    pcre2_match_context_free(schema->match_context);
    free(schema->fields);
    free(schema);
}
