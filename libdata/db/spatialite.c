#include "libdata/db/spatialite.h"

struct mg_spatialite mg_spatialite;

enum mg_code mg_spatialite_load(struct mg_error *err)
{
    static const char *const names[] = {MG_SPATIALITE_FUNCTIONS(MG_LIBRARY_NAME) NULL};
    static struct mg_library library = {"SpatiaLite", MG_SPATIALITE_LIBRARY, "libspatialite-dev",
                                        names,        &mg_spatialite,        false};
    return mg_library_load(&library, err);
}
