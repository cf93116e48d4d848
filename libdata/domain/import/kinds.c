/* The kinds of import there are: a line each. */
#include <string.h>

#include "libdata/domain/import/kind.h"
#include "libdata/domain/kinds/references.h"

const struct mg_import_kind *const mg_import_kind_list[] = {
    &mg_import_services,    &mg_import_counts,    &mg_import_territories, &mg_import_movements,
    &mg_import_populations, &mg_import_responses, &mg_import_projects,    NULL,
};

#define KIND_COUNT (sizeof mg_import_kind_list / sizeof *mg_import_kind_list)

const char *const *mg_import_kinds(void)
{
    static const char *names[KIND_COUNT];
    for (size_t i = 0; i + 1 < KIND_COUNT; i++)
        names[i] = mg_import_kind_list[i]->name;
    return names;
}
