#include "libdata/io/gdal.h"

#include "libdata/base/library.h"
#include "libdata/io/temporary.h"

struct mg_gdal mg_gdal;

enum mg_code mg_gdal_load(struct mg_error *err)
{
    static const char *const names[] = {MG_GDAL_FUNCTIONS(MG_LIBRARY_NAME) NULL};
    static struct mg_library library = {"GDAL", MG_GDAL_LIBRARY, "libgdal-dev", names, &mg_gdal, false};
    enum mg_code code = mg_library_load(&library, err);
    if (!code) /* else it may take the directory that one is in */
        mg_gdal.CPLSetConfigOption("CPL_TMPDIR", mg_temporary_directory());
    return code;
}
