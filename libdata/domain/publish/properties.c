#include "libdata/domain/publish/properties.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/io/json.h"

#define NO_VALUE    UINT32_MAX
#define MOST_NUMBER 64

/* What the whole column proved to be (field.type), as far as JSON has it. */
enum json_type { JSON_TEXT, JSON_A_NUMBER, JSON_A_BOOLEAN };

struct mg_property {
    char *name;
    struct mg_buf json; /* the name as a JSON key with its colon */
    int column;         /* typed: its number; -1: a cell */
    int64_t position;   /* of the cell */
    enum json_type type;
    char *constant; /* the edition's value of a cell that says nothing itself; NULL: none */
};

void mg_properties_finish(struct mg_properties *properties)
{
    for (size_t i = 0; i < properties->count; i++) {
        free(properties->list[i].name);
        mg_buf_finish(&properties->list[i].json);
        free(properties->list[i].constant);
    }
    free(properties->list);
    mg_buf_finish(&properties->common);
}

static bool name_taken(const struct mg_properties *properties, const char *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (strcasecmp(properties->list[i].name, name) == 0)
            return true;
    return strcasecmp(name, "dataset") == 0 || strcasecmp(name, "edition") == 0;
}

/* A name that is taken gets _2, _3..., as in the dataset's view. */
static enum mg_code add(struct mg_properties *properties, const char *name, int column, int64_t position,
                        struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf unique = {0};
    mg_buf_add_str(&unique, name);
    for (int n = 2; !unique.failed && name_taken(properties, unique.data); n++) {
        mg_buf_clear(&unique);
        mg_buf_printf(&unique, "%s_%d", name, n);
    }
    char *owned = mg_buf_steal(&unique);
    if (!owned)
        return mg_fail_memory(err);
    struct mg_property *property = &properties->list[properties->count++];
    *property = (struct mg_property){.name = owned, .column = column, .position = position};
    mg_json_add_string(&property->json, owned, strlen(owned));
    mg_buf_add_char(&property->json, ':');
    return mg_buf_check(&property->json, err);
}

static bool has_role(const struct mg_dataset *dataset, const char *role)
{
    for (size_t i = 0; role && i < dataset->field_count; i++)
        if (dataset->fields[i].role && strcmp(dataset->fields[i].role, role) == 0)
            return true;
    return !role;
}

/* Is the field's content in a typed column or in the geometry? */
static bool is_typed(const struct mg_field *field, const struct mg_typed_column *columns, size_t count)
{
    static const char *const place[] = {"lon", "lat", "lonlat", "x", "y", "crs"};
    for (size_t i = 0; field->role && i < count; i++)
        if (columns[i].role && strcmp(field->role, columns[i].role) == 0)
            return true;
    for (size_t i = 0; field->role && i < sizeof place / sizeof *place; i++)
        if (strcmp(field->role, place[i]) == 0)
            return true;
    return false;
}

static enum mg_code read_constants(struct mg_db *db, struct mg_properties *properties, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_PUBLISH_CONSTANTS, err, "i", properties->edition->id);
    while (mg_read_next(&row)) {
        int64_t position = mg_read_i64_in(&row, 0, 0, MG_POSITION_MAX);
        const char *value = mg_read_text(&row, 1, NULL);
        for (size_t i = 0; i < properties->count && !row.code; i++) {
            struct mg_property *p = &properties->list[i];
            if (p->column >= 0 || p->position != position || p->constant)
                continue;
            p->constant = mg_strdup(value);
            if (!p->constant)
                row.code = mg_fail_memory(err);
        }
    }
    return mg_read_end(&row);
}

static enum json_type json_type_of(const struct mg_field *field)
{
    if (field->type && (!strcmp(field->type, "integer") || !strcmp(field->type, "number")))
        return JSON_A_NUMBER;
    return field->type && !strcmp(field->type, "boolean") ? JSON_A_BOOLEAN : JSON_TEXT;
}

static enum mg_code list(struct mg_properties *properties, enum mg_audience audience,
                         const struct mg_typed_column *columns, size_t column_count, struct mg_error *err)
{
    const struct mg_dataset *dataset = properties->dataset;
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < column_count; i++)
        if (has_role(dataset, columns[i].role) && mg_access_role(audience, dataset, columns[i].name))
            code = add(properties, columns[i].name, (int)i, -1, err);
    for (size_t i = 0; !code && i < dataset->field_count; i++) {
        const struct mg_field *field = &dataset->fields[i];
        if (is_typed(field, columns, column_count) || !mg_access_field(audience, dataset, field))
            continue;
        code = add(properties, field->name, -1, field->position, err);
        if (!code)
            properties->list[properties->count - 1].type = json_type_of(field);
    }
    return code;
}

enum mg_code mg_properties_init(struct mg_properties *properties, struct mg_db *db, enum mg_audience audience,
                                const struct mg_dataset *dataset, const struct mg_edition *edition,
                                const struct mg_typed_column *columns, size_t column_count,
                                struct mg_error *err)
{
    properties->dataset = dataset;
    properties->edition = edition;
    properties->list = mg_calloc(column_count + dataset->field_count, sizeof *properties->list);
    if (!properties->list)
        return mg_fail_memory(err);
    mg_buf_add_str(&properties->common, "\"dataset\":");
    mg_json_add_string(&properties->common, dataset->name, strlen(dataset->name));
    mg_buf_add_str(&properties->common, ",\"edition\":");
    mg_json_add_string(&properties->common, edition->as_of, strlen(edition->as_of));
    enum mg_code code = mg_buf_check(&properties->common, err);
    if (!code)
        code = list(properties, audience, columns, column_count, err);
    return code ? code : read_constants(db, properties, err);
}

/* The next cell of record.other ("text" or null) as JSON text; false at the array's end. */
static bool next_cell(const char **at, const char **ret_token, size_t *ret_length)
{
    const char *c = *at;
    if (*c != '[' && *c != ',')
        return false;
    c++;
    const char *token = c;
    if (*c == '"') {
        for (c++; *c && *c != '"'; c++)
            if (*c == '\\' && c[1])
                c++;
        if (*c == '"')
            c++;
    } else {
        while (*c && *c != ',' && *c != ']')
            c++;
    }
    *ret_token = token;
    *ret_length = (size_t)(c - token);
    *at = c;
    return *ret_length > 0;
}

/* Each property's length and bytes: a typed column's text, a cell's JSON. Names and constants are added when
 * it comes out. */
static void pack(struct mg_buf *row, const void *text, size_t length)
{
    uint32_t size = text ? (uint32_t)length : NO_VALUE;
    mg_buf_add(row, &size, sizeof size);
    if (text)
        mg_buf_add(row, text, length);
}

/* Positions mostly ascend: another order is that of columns that came to have a role, or lost it. */
static void pack_cells(struct mg_buf *row, const struct mg_properties *properties, size_t first,
                       const char *other)
{
    const char *start = other;
    int64_t position = -1;
    const char *token = NULL;
    size_t length = 0;
    for (size_t i = first; i < properties->count; i++) {
        const struct mg_property *property = &properties->list[i];
        if (position >= property->position) {
            other = start;
            position = -1;
        }
        while (position < property->position && next_cell(&other, &token, &length))
            position++;
        bool has_text = position == property->position && *token == '"';
        pack(row, has_text ? token : NULL, length);
    }
}

void mg_properties_pack(const struct mg_properties *properties, const struct mg_cell *typed,
                        const char *other, struct mg_buf *row)
{
    size_t i = 0;
    for (; i < properties->count && properties->list[i].column >= 0; i++) {
        const struct mg_cell *cell = &typed[properties->list[i].column];
        pack(row, cell->text, cell->length);
    }
    pack_cells(row, properties, i, other ? other : "");
}

/* -12 or 0,5 with a point; false: it is none, and stays text (007, 1e5, 12 345). */
static bool write_number(struct mg_geojson *g, const char *text, size_t length)
{
    char number[MOST_NUMBER];
    size_t sign = *text == '-', digits = sign, end;
    if (length > sizeof number)
        return false;
    memcpy(number, text, length);
    while (digits < length && mg_is_digit(number[digits]))
        digits++;
    end = digits;
    if (end + 1 < length && (number[end] == '.' || number[end] == ',')) {
        number[end++] = '.';
        while (end < length && mg_is_digit(number[end]))
            end++;
    }
    if (digits == sign || end < length || (digits - sign > 1 && number[sign] == '0'))
        return false;
    mg_geojson_value(g, number, length);
    return true;
}

static bool write_boolean(struct mg_geojson *g, const char *text, size_t length)
{
    static const char *const words[][4] = {{"false", "faux", "non", "no"}, {"true", "vrai", "oui", "yes"}};
    for (int value = 0; value < 2; value++)
        for (size_t i = 0; i < sizeof *words / sizeof **words; i++)
            if (strlen(words[value][i]) == length && !strncasecmp(words[value][i], text, length)) {
                mg_geojson_value(g, value ? "true" : "false", value ? 4 : 5);
                return true;
            }
    return false;
}

/* A cell of a column whose cells all are numbers (or truth values) is one; false: it is text, as it stands.
 */
static bool write_typed(struct mg_geojson *g, enum json_type type, const char *text, size_t length)
{
    text = mg_text_trim(text, length, &length);
    if (type == JSON_TEXT || !length)
        return false;
    return type == JSON_A_NUMBER ? write_number(g, text, length) : write_boolean(g, text, length);
}

/* json: a text in its quotes */
static void write_cell(struct mg_geojson *g, enum json_type type, const char *json, size_t length)
{
    if (length < 2 || !write_typed(g, type, json + 1, length - 2))
        mg_geojson_value(g, json, length);
}

void mg_properties_write(const struct mg_properties *properties, const char *packed, struct mg_geojson *g)
{
    mg_geojson_members(g, properties->common.data, properties->common.length);
    for (size_t i = 0; i < properties->count; i++) {
        const struct mg_property *property = &properties->list[i];
        uint32_t size;
        memcpy(&size, packed, sizeof size);
        packed += sizeof size;
        mg_geojson_key(g, property->json.data, property->json.length);
        if (size != NO_VALUE && property->column >= 0)
            mg_geojson_text(g, NULL, packed, size);
        else if (size != NO_VALUE)
            write_cell(g, property->type, packed, size);
        else if (!property->constant)
            mg_geojson_null(g, NULL);
        else if (!write_typed(g, property->type, property->constant, strlen(property->constant)))
            mg_geojson_text(g, NULL, property->constant, strlen(property->constant));
        if (size != NO_VALUE)
            packed += size;
    }
}
