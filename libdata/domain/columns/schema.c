/* Cells against a schema. */
#include "libdata/domain/columns/schema.h"

#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/columns/schema_internal.h"
#include "libdata/domain/common/codes.h"
#include "libdata/domain/common/identifiers.h"
#include "libdata/io/table.h"

const char *const mg_schema_type_names[MG_SCHEMA_TYPE_COUNT] = {"string",    "integer",  "number", "boolean",
                                                                "date",      "datetime", "time",   "year",
                                                                "yearmonth", "geopoint", "any"};

size_t mg_schema_field_count(const struct mg_schema *schema)
{
    return schema->field_count;
}

const struct mg_schema_field *mg_schema_field(const struct mg_schema *schema, size_t field)
{
    return &schema->fields[field].field;
}

bool mg_schema_is_missing(const struct mg_schema *schema, const char *text, size_t length)
{
    return !length || mg_map_get(&schema->missing, text, length) >= 0;
}

const size_t *mg_schema_key(const struct mg_schema *schema, size_t *ret_count)
{
    *ret_count = schema->key_count;
    return schema->key;
}

void mg_schema_restart(struct mg_schema *schema)
{
    mg_hash_set_clear(&schema->seen);
    for (size_t i = 0; i < schema->field_count; i++)
        mg_hash_set_clear(&schema->fields[i].seen);
}

static bool digits(const char *text, size_t length, int *ret_value)
{
    int value = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret_value = value;
    return length > 0;
}

/* %Y-%m-%d and its like; seconds of the day are added to the days. */
static bool parse_format(const char *format, const char *text, size_t length, double *ret_value)
{
    int parts['z' + 1] = {['Y'] = 1970, ['m'] = 1, ['d'] = 1};
    size_t at = 0;
    for (; *format; format++) {
        if (*format != '%' || !format[1]) {
            if (at == length || text[at++] != *format)
                return false;
            continue;
        }
        char part = *++format;
        size_t width = part == 'Y' ? 4 : 2;
        if (!strchr("YmdHMSy", part) || at + width > length || !digits(text + at, width, &parts[(int)part]))
            return false;
        if (part == 'y')
            parts['Y'] = parts['y'] + (parts['y'] < 69 ? 2000 : 1900);
        at += width;
    }
    char iso[16];
    mg_date date;
    snprintf(iso, sizeof iso, "%04d-%02d-%02d", parts['Y'], parts['m'], parts['d']);
    if (at != length || parts['H'] > 23 || parts['M'] > 59 || parts['S'] > 60 ||
        !mg_date_parse_iso(iso, 10, &date))
        return false;
    *ret_value = date + (parts['H'] * 3600 + parts['M'] * 60 + parts['S']) / 86400.0;
    return true;
}

static bool parse_number(const struct mg_schema_rules *rules, const char *text, size_t length,
                         double *ret_value)
{
    char plain[64];
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (rules->group && text[i] == rules->group)
            continue;
        if (n == sizeof plain || (text[i] == '.' && rules->decimal != '.'))
            return false;
        plain[n++] = text[i] == rules->decimal ? '.' : text[i];
    }
    return mg_num_parse_f64(plain, n, ret_value);
}

static bool parse_integer(const char *text, size_t length, double *ret_value)
{
    int64_t value;
    if (length && *text == '+') {
        text++;
        length--;
    }
    if (!mg_num_parse_i64(text, length, &value))
        return false;
    *ret_value = (double)value;
    return true;
}

static bool parse_date(const char *format, const char *text, size_t length, double *ret_value)
{
    mg_date date;
    if (format && *format == '%')
        return parse_format(format, text, length, ret_value);
    bool any = format && !strcmp(format, "any");
    if (any ? !mg_date_parse_any(text, length, &date)
            : length != 10 || !mg_date_parse_iso(text, length, &date))
        return false;
    *ret_value = date;
    return true;
}

/* YYYY-MM-DDThh:mm:ss, a fraction and a zone after it or not */
static bool parse_datetime(const char *format, const char *text, size_t length, double *ret_value)
{
    double date, time;
    if (format && (*format == '%' || !strcmp(format, "any")))
        return parse_date(format, text, length, ret_value);
    if (length < 19 || (text[10] != 'T' && text[10] != ' ') || !parse_date(NULL, text, 10, &date) ||
        !parse_format("%H:%M:%S", text + 11, 8, &time))
        return false;
    for (size_t i = 19; i < length; i++)
        if (!strchr("0123456789.:+-Z", text[i]) || !text[i])
            return false;
    *ret_value = date + time;
    return true;
}

static bool is_one_of(const struct mg_map *map, const char *text, size_t length)
{
    return mg_map_get(map, text, length) >= 0;
}

static bool is_string(const char *format, const char *text, size_t length)
{
    if (!format)
        return true;
    if (!strcmp(format, "email"))
        return mg_is_email(text, length);
    if (!strcmp(format, "uri"))
        return memchr(text, ':', length) && !memchr(text, ' ', length);
    return strcmp(format, "uuid") != 0 || length == 36;
}

static bool is_geopoint(const char *text, size_t length)
{
    double lon, lat;
    return mg_place_split(text, length, &lon, &lat) && lon >= -180 && lon <= 180 && lat >= -180 && lat <= 180;
}

bool mg_schema_value(const struct mg_schema_rules *rules, const char *text, size_t length, double *ret_value)
{
    switch (rules->type) {
    case MG_SCHEMA_INTEGER:
        return parse_integer(text, length, ret_value);
    case MG_SCHEMA_NUMBER:
        return parse_number(rules, text, length, ret_value);
    case MG_SCHEMA_DATE:
        return parse_date(rules->format, text, length, ret_value);
    case MG_SCHEMA_DATETIME:
        return parse_datetime(rules->format, text, length, ret_value);
    case MG_SCHEMA_TIME:
        return parse_format(rules->format && *rules->format == '%' ? rules->format : "%H:%M:%S", text, length,
                            ret_value);
    case MG_SCHEMA_YEAR:
        return length == 4 && parse_integer(text, length, ret_value);
    case MG_SCHEMA_YEARMONTH:
        return parse_format("%Y-%m", text, length, ret_value);
    case MG_SCHEMA_BOOLEAN:
        return is_one_of(&rules->true_values, text, length) || is_one_of(&rules->false_values, text, length);
    case MG_SCHEMA_GEOPOINT:
        return is_geopoint(text, length);
    case MG_SCHEMA_STRING:
        return is_string(rules->format, text, length);
    case MG_SCHEMA_ANY:
    case MG_SCHEMA_TYPE_COUNT:
        break;
    }
    return true;
}

static int64_t characters(const char *text, size_t length)
{
    int64_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

static bool matches(const struct mg_schema *schema, const struct mg_schema_rules *rules, const char *text,
                    size_t length)
{
    return pcre2_match(rules->pattern, (PCRE2_SPTR)text, length, 0, 0, schema->match,
                       schema->match_context) >= 0;
}

/* The first constraint that the cell breaks, as a sentence; false: none. */
static bool breaks(const struct mg_schema *schema, const struct mg_schema_rules *rules, const char *text,
                   size_t length, double value, char why[MG_SCHEMA_WHY])
{
    *why = '\0';
    if (rules->has_enum && !is_one_of(&rules->enumeration, text, length))
        snprintf(why, MG_SCHEMA_WHY, "%s", _("is none of the values that are allowed (enum)"));
    else if (rules->minimum.given && value < rules->minimum.value)
        snprintf(why, MG_SCHEMA_WHY, _("is less than %s (minimum)"), rules->minimum.text);
    else if (rules->maximum.given && value > rules->maximum.value)
        snprintf(why, MG_SCHEMA_WHY, _("is more than %s (maximum)"), rules->maximum.text);
    else if (rules->min_length >= 0 && characters(text, length) < rules->min_length)
        snprintf(why, MG_SCHEMA_WHY, _("is shorter than %lld characters (minLength)"),
                 (long long)rules->min_length);
    else if (rules->max_length >= 0 && characters(text, length) > rules->max_length)
        snprintf(why, MG_SCHEMA_WHY, _("is longer than %lld characters (maxLength)"),
                 (long long)rules->max_length);
    else if (rules->pattern && !matches(schema, rules, text, length))
        snprintf(why, MG_SCHEMA_WHY, _("does not match %.120s (pattern)"), rules->pattern_text);
    return *why;
}

enum mg_code mg_schema_check(struct mg_schema *schema, size_t field, const char *text, size_t length,
                             const char **ret_error, char why[MG_SCHEMA_WHY], struct mg_error *err)
{
    struct mg_schema_rules *rules = &schema->fields[field];
    double value = 0;
    *ret_error = NULL;
    if (mg_schema_is_missing(schema, text, length)) {
        if (rules->field.required) {
            *ret_error = "constraint-error";
            snprintf(why, MG_SCHEMA_WHY, "%s", _("is empty (required)"));
        }
        return MG_OK;
    }
    if (!mg_schema_value(rules, text, length, &value)) {
        *ret_error = "type-error";
        snprintf(why, MG_SCHEMA_WHY, _("is not of type %s"), mg_schema_type_names[rules->type]);
        return MG_OK;
    }
    if (breaks(schema, rules, text, length, value, why)) {
        *ret_error = "constraint-error";
        return MG_OK;
    }
    if (!rules->unique && !rules->primary)
        return MG_OK;
    bool is_new = false;
    enum mg_code code = mg_hash_set_put(&rules->seen, text, length, &is_new, err);
    if (!code && !is_new) {
        *ret_error = rules->unique ? "unique-error" : "primary-key";
        snprintf(why, MG_SCHEMA_WHY, "%s",
                 rules->unique ? _("stands in an earlier row too (unique)")
                               : _("is the primary key of an earlier row too"));
    }
    return code;
}

enum mg_code mg_schema_check_key(struct mg_schema *schema, const struct mg_cell *cells, bool *ret_new,
                                 struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf all = {0};
    for (size_t i = 0; i < schema->key_count; i++) {
        mg_buf_add(&all, &cells[i].length, sizeof cells[i].length);
        mg_buf_add(&all, cells[i].text, cells[i].length);
    }
    enum mg_code code = mg_buf_check(&all, err);
    return code ? code : mg_hash_set_put(&schema->seen, all.data, all.length, ret_new, err);
}
