#include "libdata/domain/kinds/kinds.h"

#include "libdata/domain/kinds/counts.h"
#include "libdata/domain/kinds/projects.h"
#include "libdata/domain/kinds/references.h"
#include "libdata/domain/kinds/responses.h"
#include "libdata/domain/kinds/services.h"

const struct mg_import_kind *const mg_kinds[] = {
    &mg_import_services,    &mg_import_counts,    &mg_import_territories, &mg_import_movements,
    &mg_import_populations, &mg_import_responses, &mg_import_projects,    NULL,
};
