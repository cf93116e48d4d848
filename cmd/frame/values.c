#include "cmd/frame/values.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"

enum mg_code mg_value_date(const char *value, mg_date *ret_date, struct mg_error *err)
{
    if (mg_date_parse_iso(value, strlen(value), ret_date))
        return MG_OK;
    mg_fail(err, MG_ERR_USAGE, _("'%s' is not a date"), value);
    mg_error_hint(err, _("write 2020, 2020-06 or 2020-06-30"));
    return MG_ERR_USAGE;
}

enum mg_code mg_value_level(const char *value, enum mg_level *ret_level, struct mg_error *err)
{
    if (mg_level_from_name(value, ret_level))
        return MG_OK;
    mg_fail(err, MG_ERR_USAGE, _("'%s' is not a level"), value);
    mg_error_hint(err, _("the levels are commune, epci, arrondissement, departement, region"));
    return MG_ERR_USAGE;
}

enum mg_code mg_value_audience(const char *value, enum mg_audience *ret_audience, struct mg_error *err)
{
    if (mg_audience_from_name(value, ret_audience))
        return MG_OK;
    return mg_fail(err, MG_ERR_USAGE, _("'%s' is neither public nor ministry"), value);
}

void mg_value_datasets_finish(struct mg_value_datasets *list)
{
    free(list->text);
    free(list->names);
    *list = (struct mg_value_datasets){0};
}

enum mg_code mg_value_datasets(const char *value, struct mg_value_datasets *list, struct mg_error *err)
{
    size_t most = 1;
    for (const char *c = value; *c; c++)
        most += *c == ',';
    mg_value_datasets_finish(list); /* the option was given before */
    list->text = mg_strdup(value);
    list->names = mg_calloc(most, sizeof *list->names);
    if (!list->text || !list->names)
        return mg_fail_memory(err);
    for (char *rest = list->text, *name; (name = strsep(&rest, ","));) {
        if (!*name)
            return mg_fail(err, MG_ERR_USAGE, _("a dataset's name is missing in '%s'"), value);
        for (size_t i = 0; i < list->count; i++)
            if (strcmp(list->names[i], name) == 0)
                return mg_fail(err, MG_ERR_USAGE, _("'%s' is there twice"), name);
        list->names[list->count++] = name;
    }
    return MG_OK;
}
