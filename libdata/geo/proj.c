#include "libdata/geo/proj.h"

struct mg_proj mg_proj;

enum mg_code mg_proj_load(struct mg_error *err)
{
    static const char *const names[] = {MG_PROJ_FUNCTIONS(MG_LIBRARY_NAME) NULL};
    static struct mg_library library = {"PROJ", MG_PROJ_LIBRARY, "libproj-dev", names, &mg_proj, false};
    return mg_library_load(&library, err);
}
