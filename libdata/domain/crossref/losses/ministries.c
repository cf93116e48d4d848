#include "libdata/domain/crossref/losses/ministries.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

void mg_ministries_finish(struct mg_ministries *ministries, size_t layer_count)
{
    for (size_t i = 0; ministries->of && i < layer_count; i++)
        free(ministries->of[i]);
    free(ministries->of);
    free(ministries->names);
    *ministries = (struct mg_ministries){0};
}

static const char *name_of(const struct mg_layer *layer)
{
    const char *producer = layer->dataset->producer;
    return producer && *producer ? producer : layer->dataset->name;
}

static int bytewise(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* folded: each ministry, to the index of the layer that names it first. */
static size_t index_of(const struct mg_ministries *ministries, const struct mg_layer *layers,
                       const struct mg_map *folded, const char *producer)
{
    const char *name = name_of(&layers[mg_map_get(folded, producer, strlen(producer))]);
    const char **found =
        bsearch(&name, ministries->names, ministries->count, sizeof *ministries->names, bytewise);
    return (size_t)(found - ministries->names);
}

enum mg_code mg_ministries_find(const struct mg_layer *layers, size_t count,
                                struct mg_ministries *ret_ministries, struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map folded = {0};
    enum mg_code code = MG_OK;
    ret_ministries->names = mg_calloc(count + 1, sizeof *ret_ministries->names);
    ret_ministries->of = mg_calloc(count + 1, sizeof *ret_ministries->of);
    if (!ret_ministries->names || !ret_ministries->of)
        return mg_fail_memory(err);
    for (size_t i = 0; !code && i < count; i++) {
        int64_t known;
        code = mg_map_put(&folded, layers[i].producer, strlen(layers[i].producer), (int64_t)i, &known, err);
        if (!code && known == (int64_t)i)
            ret_ministries->names[ret_ministries->count++] = name_of(&layers[i]);
    }
    qsort(ret_ministries->names, ret_ministries->count, sizeof *ret_ministries->names, bytewise);
    for (size_t i = 0; !code && i < count; i++) {
        size_t *of = ret_ministries->of[i] = mg_calloc(layers[i].names.count + 1, sizeof *of);
        if (!of)
            return mg_fail_memory(err);
        size_t ministry = index_of(ret_ministries, layers, &folded, layers[i].producer);
        for (size_t k = 0; k < layers[i].names.count; k++)
            of[k] = ministry;
    }
    return code;
}
