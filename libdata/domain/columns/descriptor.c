#include "libdata/domain/columns/descriptor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define MOST_BYTES ((size_t)16 << 20)

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static enum mg_code parse_json(const char *text, size_t length, json_t **ret_json, struct mg_error *err)
{
    json_error_t why;
    if (length >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) {
        text += 3;
        length -= 3;
    }
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    if (!json) {
        mg_fail(err, MG_ERR_INPUT, _("descriptor: %s"), why.text);
        mg_error_at(err, why.line, 0, 0, NULL);
        return MG_ERR_INPUT;
    }
    if (!json_is_object(json)) {
        json_decref(json);
        return mg_fail(err, MG_ERR_INPUT, "%s", _("descriptor: it is not a JSON object"));
    }
    *ret_json = json;
    return MG_OK;
}

static enum mg_code read_file(const char *path, struct mg_buf *buf, struct mg_error *err)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return mg_fail(err, MG_ERR_INPUT, _("descriptor: '%s': %s"), path, strerror(errno));
    char piece[8192];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0 && buf->length <= MOST_BYTES)
        mg_buf_add(buf, piece, n);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return mg_fail(err, MG_ERR_INPUT, _("descriptor: '%s' cannot be read"), path);
    if (buf->length > MOST_BYTES)
        return mg_fail(err, MG_ERR_INPUT, _("descriptor: '%s' is larger than any descriptor"), path);
    return mg_buf_check(buf, err);
}

/* The last part of a path without .gz or .zip. */
static const char *last_part(const char *path, size_t *ret_length)
{
    const char *slash = strrchr(path, '/');
    path = slash ? slash + 1 : path;
    size_t length = strlen(path);
    if (length > 3 && !strcasecmp(path + length - 3, ".gz"))
        length -= 3;
    else if (length > 4 && !strcasecmp(path + length - 4, ".zip"))
        length -= 4;
    *ret_length = length;
    return path;
}

static bool is_at(const json_t *resource, const char *data_path)
{
    const json_t *path = json_object_get(resource, "path");
    const char *text = json_string_value(json_is_array(path) ? json_array_get(path, 0) : path);
    size_t own, wanted;
    if (!text)
        return false;
    text = last_part(text, &own);
    data_path = last_part(data_path, &wanted);
    return own == wanted && !memcmp(text, data_path, own);
}

static enum mg_code no_resource(const json_t *resources, const char *name, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; i < json_array_size(resources); i++) {
        const char *own = text_of(json_array_get(resources, i), "name");
        mg_buf_printf(&list, "%s%s", i ? ", " : "", own ? own : "?");
    }
    if (name)
        mg_fail(err, MG_ERR_INPUT, _("descriptor: it has no resource called '%s'"), name);
    else
        mg_fail(err, MG_ERR_INPUT, "%s", _("descriptor: none of its resources has the path of the file"));
    mg_error_hint(err, _("name one, as in datapackage.json#NAME; there are: %s"),
                  list.failed || !list.data ? "" : list.data);
    return MG_ERR_INPUT;
}

/* The resource that describes the file; the whole descriptor where it is a schema or a resource by itself. */
static enum mg_code choose(const json_t *json, const char *name, const char *data_path,
                           const json_t **ret_resource, struct mg_error *err)
{
    const json_t *resources = json_object_get(json, "resources");
    size_t count = json_array_size(resources);
    *ret_resource = json;
    if (!resources && name)
        return no_resource(resources, name, err);
    if (!resources)
        return MG_OK;
    for (size_t i = 0; i < count; i++) {
        const json_t *resource = json_array_get(resources, i);
        const char *own = text_of(resource, "name");
        if (name ? own && !strcmp(own, name) : is_at(resource, data_path)) {
            *ret_resource = resource;
            return MG_OK;
        }
    }
    if (count != 1 || name)
        return no_resource(resources, name, err);
    *ret_resource = json_array_get(resources, 0);
    return MG_OK;
}

/* A schema that stands in a file beside the descriptor. */
static enum mg_code load_schema(const char *folder, const char *name, json_t **ret_json, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf path = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    if (!folder || *name == '/' || strstr(name, "..") || strstr(name, "://"))
        return mg_fail(err, MG_ERR_INPUT, _("descriptor: its schema '%s' is not a file beside it"), name);
    mg_buf_printf(&path, "%s%s", folder, name);
    enum mg_code code = mg_buf_check(&path, err);
    if (!code)
        code = read_file(path.data, &text, err);
    return code ? code : parse_json(text.data ? text.data : "", text.length, ret_json, err);
}

static enum mg_code take_schema(struct mg_descriptor *d, const json_t *resource, const char *folder,
                                struct mg_error *err)
{
    const json_t *schema =
        json_object_get(resource, "fields") ? resource : json_object_get(resource, "schema");
    if (!schema)
        return MG_OK;
    if (!json_is_string(schema))
        return mg_schema_parse(schema, &d->schema, err);
    json_t *loaded = NULL;
    enum mg_code code = load_schema(folder, json_string_value(schema), &loaded, err);
    if (!code)
        code = mg_schema_parse(loaded, &d->schema, err);
    json_decref(loaded);
    return code;
}

static const char *of_either(const json_t *resource, const json_t *package, const char *key)
{
    const char *text = text_of(resource, key);
    return text ? text : text_of(package, key);
}

static const char *licence_of(const json_t *object)
{
    const json_t *licence = json_array_get(json_object_get(object, "licenses"), 0);
    const char *name = text_of(licence, "title");
    return name ? name : text_of(licence, "name");
}

static const char *producer_of(const json_t *object)
{
    static const char *const roles[] = {"publisher", "author", NULL};
    const json_t *list = json_object_get(object, "contributors");
    for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
        for (size_t i = 0; i < json_array_size(list); i++) {
            const char *role = text_of(json_array_get(list, i), "role");
            const char *title = text_of(json_array_get(list, i), "title");
            if (title && (!roles[r] || (role && !strcmp(role, roles[r]))))
                return title;
        }
    return NULL;
}

static enum mg_code take_dialect(struct mg_descriptor *d, const json_t *resource, struct mg_error *err)
{
    const json_t *dialect = json_object_get(resource, "dialect");
    const json_t *csv = json_object_get(dialect, "csv");
    const char *delimiter = text_of(csv ? csv : dialect, "delimiter");
    const json_t *rows = json_object_get(dialect, "headerRows");
    if (delimiter && strlen(delimiter) != 1)
        return mg_fail(err, MG_ERR_INPUT, _("descriptor: the delimiter '%s' is not one character"),
                       delimiter);
    d->delimiter = delimiter ? *delimiter : '\0';
    d->no_header = json_is_false(json_object_get(dialect, "header"));
    if (json_is_integer(json_array_get(rows, 0)) && json_integer_value(json_array_get(rows, 0)) > 1 &&
        json_integer_value(json_array_get(rows, 0)) < 100000)
        d->skip_lines = (int)json_integer_value(json_array_get(rows, 0)) - 1;
    return MG_OK;
}

/* The encodings that import has, under the names that descriptors use. */
static enum mg_code take_encoding(struct mg_descriptor *d, const char *name, struct mg_error *err)
{
    static const struct {
        const char *name, *own;
    } known[] = {
        {"utf-8", "UTF-8"},         {"utf8", "UTF-8"},          {"utf-8-sig", "UTF-8"},
        {"windows-1252", "CP1252"}, {"cp1252", "CP1252"},       {"iso-8859-1", "LATIN1"},
        {"latin-1", "LATIN1"},      {"latin1", "LATIN1"},       {"iso-8859-15", "ISO-8859-15"},
        {"macintosh", "MACINTOSH"}, {"mac-roman", "MACINTOSH"}, {"cp850", "CP850"},
    };
    for (size_t i = 0; name && i < sizeof known / sizeof *known; i++)
        if (!strcasecmp(known[i].name, name)) {
            d->encoding = known[i].own;
            return MG_OK;
        }
    return name ? mg_fail(err, MG_ERR_INPUT, _("descriptor: the encoding '%s' is not known"), name) : MG_OK;
}

static enum mg_code fill(struct mg_descriptor *d, const char *folder, const char *name, const char *data_path,
                         struct mg_error *err)
{
    const json_t *package = d->json, *resource = NULL;
    enum mg_code code = choose(package, name, data_path, &resource, err);
    if (code)
        return code;
    d->title = of_either(resource, package, "title");
    d->kind = of_either(resource, package, "maillage:as");
    d->access = of_either(resource, package, "maillage:access");
    d->licence = licence_of(resource) ? licence_of(resource) : licence_of(package);
    d->producer = producer_of(resource) ? producer_of(resource) : producer_of(package);
    code = take_encoding(d, text_of(resource, "encoding"), err);
    if (!code)
        code = take_dialect(d, resource, err);
    if (!code)
        code = take_schema(d, resource, folder, err);
    if (!code && !d->schema && !json_object_get(package, "resources"))
        code = mg_fail(err, MG_ERR_INPUT, "%s",
                       _("descriptor: it is neither a data package nor a Table Schema"));
    return code;
}

enum mg_code mg_descriptor_parse(const char *text, size_t length, const char *folder, const char *resource,
                                 const char *data_path, struct mg_descriptor **ret_descriptor,
                                 struct mg_error *err)
{
    struct mg_descriptor *d = mg_calloc(1, sizeof *d);
    enum mg_code code = d ? parse_json(text, length, &d->json, err) : mg_fail_memory(err);
    if (!code)
        code = fill(d, folder, resource, data_path, err);
    if (code)
        mg_descriptor_destroy(d);
    else
        *ret_descriptor = d;
    return code;
}

void mg_descriptor_destroy(struct mg_descriptor *descriptor)
{
    if (!descriptor)
        return;
    mg_schema_destroy(descriptor->schema);
    json_decref(descriptor->json);
    free(descriptor);
}

enum mg_code mg_descriptor_load(const char *path, const char *data_path,
                                struct mg_descriptor **ret_descriptor, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    MG_FREE char *file = mg_strdup(path);
    MG_FREE char *folder = mg_strdup(path);
    if (!file || !folder)
        return mg_fail_memory(err);
    char *resource = strrchr(file, '#');
    if (resource)
        *resource++ = '\0';
    char *slash = strrchr(folder, '/');
    *(slash ? slash + 1 : folder) = '\0';
    enum mg_code code = read_file(file, &text, err);
    return code ? code
                : mg_descriptor_parse(text.data ? text.data : "", text.length, folder, resource, data_path,
                                      ret_descriptor, err);
}
