#include <string.h>

#include "libdata/domain/crossref/internal.h"

enum mg_code mg_crossref_select_categories(struct mg_layer *layer, const struct mg_crossref_request *request,
                                           struct mg_error *err)
{
    const char *name = layer->dataset->name;
    size_t length = strlen(name);
    enum mg_code code = MG_OK;
    for (size_t i = 0; !code && i < request->category_count; i++)
        if (!strncmp(request->categories[i], name, length) && request->categories[i][length] == ':')
            code = mg_layer_select(layer, request->categories[i] + length + 1, err);
    return code;
}

enum mg_code mg_crossref_check_categories(const struct mg_crossref *cross,
                                          const struct mg_crossref_request *request, struct mg_error *err)
{
    for (size_t i = 0; i < request->category_count; i++) {
        size_t length = strcspn(request->categories[i], ":"), l = 0;
        while (l < cross->layer_count &&
               (strlen(cross->layers[l].dataset->name) != length ||
                strncmp(cross->layers[l].dataset->name, request->categories[i], length)))
            l++;
        if (l == cross->layer_count || !request->categories[i][length]) {
            mg_fail(err, MG_ERR_USAGE, _("'%s' is no category of a dataset that is crossed"),
                    request->categories[i]);
            mg_error_hint(err, _("say it as DATASET:NAME, and name the dataset with --dataset too"));
            return MG_ERR_USAGE;
        }
    }
    return MG_OK;
}
