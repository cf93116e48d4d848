#include "libdata/domain/crossref/within.h"

#include <string.h>

/* "LEVEL:CODE", or a code that one level only has. */
static enum mg_code find_within(const struct mg_territories *territories, const char *within,
                                enum mg_level *ret_level, int32_t *ret_index, struct mg_error *err)
{
    const char *colon = strchr(within, ':');
    int found = 0;
    for (int level = MG_COMMUNE; level < MG_LEVEL_COUNT; level++) {
        const char *name = mg_level_name((enum mg_level)level);
        if (colon && (strlen(name) != (size_t)(colon - within) || memcmp(name, within, strlen(name))))
            continue;
        int32_t index = mg_territories_find(territories, (enum mg_level)level, colon ? colon + 1 : within);
        if (index < 0)
            continue;
        *ret_level = (enum mg_level)level;
        *ret_index = index;
        found++;
    }
    if (found == 1)
        return MG_OK;
    mg_fail(err, MG_ERR_USAGE,
            found ? _("several territories have the code '%s'") : _("there is no territory '%s'"), within);
    mg_error_hint(err, _("say its level too, as in departement:51"));
    return MG_ERR_USAGE;
}

enum mg_code mg_within_mark(const struct mg_territories *territories, enum mg_level level, const char *within,
                            bool *marked, struct mg_error *err)
{
    enum mg_level outer;
    int32_t index;
    enum mg_code code = find_within(territories, within, &outer, &index, err);
    if (code)
        return code;
    if (outer < level)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is smaller than the territories of level '%s'"), within,
                       mg_level_name(level));
    for (size_t i = 0; i < mg_territories_count(territories, level); i++) {
        const struct mg_territory *territory = mg_territories_get(territories, level, i);
        marked[i] = outer == level ? (int32_t)i == index : territory->parent[outer] == index;
    }
    for (size_t i = 0; outer != level && i < mg_territories_count(territories, MG_COMMUNE); i++) {
        const struct mg_territory *commune = mg_territories_get(territories, MG_COMMUNE, i);
        if (commune->parent[outer] == index && commune->parent[level] >= 0)
            marked[commune->parent[level]] = true;
    }
    return MG_OK;
}
