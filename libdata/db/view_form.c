#include "libdata/db/view_form.h"

#include <stddef.h>
#include <string.h>

const char *const mg_view_columns[] = {"id",         "key",           "name",   "category", "address",
                                       "postcode",   "commune",       "status", "opened",   "closed",
                                       "geo_source", "geo_precision", "line",   "geom",     NULL};

/* Each of these moves *at behind what it found. */
static bool take(const char **at, const char *text)
{
    size_t length = strlen(text);
    if (strncmp(*at, text, length) != 0)
        return false;
    *at += length;
    return true;
}

static bool take_number(const char **at)
{
    size_t digits = strspn(*at, "0123456789");
    *at += digits;
    return digits > 0;
}

/* Whatever stands between two of that quote, which is doubled in it. */
static bool take_quoted(const char **at, char quote)
{
    const char *end = *at;
    if (*end != quote)
        return false;
    while ((end = strchr(end + 1, quote))) {
        if (end[1] != quote) {
            *at = end + 1;
            return true;
        }
        end++;
    }
    return false;
}

static bool take_view_name(const char **at, const char *name)
{
    const char *from = *at + 1;
    if (!take_quoted(at, '"'))
        return false;
    for (; *name && *from == *name; name++, from++)
        if (*name == '"')
            from++;
    return !*name && from + 1 == *at;
}

static bool take_columns(const char **at)
{
    for (size_t i = 0; mg_view_columns[i]; i++)
        if ((i > 0 && !take(at, ",")) || !take(at, " r.") || !take(at, mg_view_columns[i]) ||
            !take(at, " AS ") || !take(at, mg_view_columns[i]))
            return false;
    return true;
}

static bool take_field(const char **at)
{
    bool constant = take(at, "nullif(coalesce(");
    if (!take(at, "json_extract(r.other, '$[") || !take_number(at) || !take(at, "]')"))
        return false;
    if (constant && (!take(at, ", ") || !take_quoted(at, '\'') || !take(at, "), '')")))
        return false;
    return take(at, " AS ") && take_quoted(at, '"');
}

bool mg_view_has_form(const char *name, const char *sql)
{
    if (!take(&sql, "CREATE VIEW ") || !take_view_name(&sql, name) || !take(&sql, " AS SELECT") ||
        !take_columns(&sql))
        return false;
    while (take(&sql, ",\n  "))
        if (!take_field(&sql))
            return false;
    return take(&sql, MG_VIEW_FROM) && take_number(&sql) && take(&sql, MG_VIEW_WHERE) && !*sql;
}
