#include <stdlib.h>
#include <string.h>

#include "libdata/domain/crossref/internal.h"

static int by_code(const void *a, const void *b, void *context)
{
    const struct mg_crossref *cross = *(const struct mg_crossref **)context;
    const struct mg_territories *territories = mg_place_territories(cross->place);
    enum mg_level level = cross->request.level;
    return strcmp(mg_territories_get(territories, level, *(const size_t *)a)->code,
                  mg_territories_get(territories, level, *(const size_t *)b)->code);
}

void mg_crossref_sort_by_code(const struct mg_crossref *cross, size_t *territories, size_t count)
{
    if (count)
        qsort_r(territories, count, sizeof *territories, by_code, &cross);
}
