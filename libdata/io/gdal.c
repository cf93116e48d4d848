#include "libdata/io/gdal.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/library.h"
#include "libdata/io/gdal_files.h"
#include "libdata/io/ogr_formats.h"

/* Each driver takes the options that it knows. */
const char *const mg_gdal_open_options[] = {
    "DATE_AS_STRING=YES",  /* GeoJSON: as written */
    "ARRAY_AS_STRING=YES", /* likewise */
    "DOWNLOAD_SCHEMA=NO",  /* GML: not from the address that it names */
    "WRITE_GFS=NO",        /* GML: no file of what was understood beside it */
    NULL,
};

/* In place of the environment, of /etc/gdal/gdalrc and of ~/.gdal/gdalrc, which are not asked. */
static const char *const settings[][2] = {
    {"GDAL_DRIVER_PATH", "disable"}, /* no plugins */
    {"GDAL_PYTHON_DRIVER_PATH", ""},    {"GDAL_ENABLE_PYTHON", "NO"},      {"CPL_CURL_ENABLE_VSIMEM", "NO"},
    {"OGR_XLSX_HEADERS", "DISABLE"}, /* workbooks: cells as they are stored, the header is found here */
    {"OGR_XLSX_FIELD_TYPES", "STRING"}, {"OGR_ODS_HEADERS", "DISABLE"},    {"OGR_ODS_FIELD_TYPES", "STRING"},
    {"OGR_XLS_HEADERS", "DISABLE"},     {"OGR_XLS_FIELD_TYPES", "STRING"},
};

static CPLHTTPResult *ask_nobody(const char *address, CSLConstList options, GDALProgressFunc progress,
                                 void *progress_data, CPLHTTPFetchWriteFunc write, void *write_data,
                                 void *context)
{
    (void)address;
    (void)options;
    (void)progress;
    (void)progress_data;
    (void)write;
    (void)write_data;
    (void)context;
    return NULL;
}

static void forget_environment(void)
{
    static const char name[] = "/vsimem/maillage-directives";
    static char directives[] = "[directives]\nignore-env-vars=yes\n";
    VSILFILE *file = mg_gdal.VSIFileFromMemBuffer(name, (GByte *)directives, sizeof directives - 1, FALSE);
    if (file)
        mg_gdal.VSIFCloseL(file);
    mg_gdal.CPLLoadConfigOptionsFromFile(name, TRUE);
    mg_gdal.VSIUnlink(name);
}

static void register_drivers(void)
{
    mg_gdal.GDALAllRegister();
    for (int i = mg_gdal.GDALGetDriverCount(); i-- > 0;) {
        GDALDriverH driver = mg_gdal.GDALGetDriver(i);
        if (mg_ogr_format_of_driver(mg_gdal.GDALGetDriverShortName(driver)))
            continue;
        mg_gdal.GDALDeregisterDriver(driver);
        mg_gdal.GDALDestroyDriver(driver);
    }
}

static enum mg_code confine(struct mg_error *err)
{
    unsetenv(
        "CPL_DEBUG"); /* GDAL 3.6 tells of each variable that it ignores, and looks at this one to do so */
    mg_gdal.CPLPushErrorHandler(mg_gdal.CPLQuietErrorHandler);
    enum mg_code code = mg_gdal_files_install(err);
    if (!code) {
        forget_environment();
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            mg_gdal.CPLSetConfigOption(settings[i][0], settings[i][1]);
        mg_gdal.CPLHTTPSetFetchCallback(ask_nobody, NULL);
        mg_gdal.OSRSetPROJEnableNetwork(FALSE);
        register_drivers();
    }
    mg_gdal.CPLPopErrorHandler();
    return code;
}

enum mg_code mg_gdal_load(struct mg_error *err)
{
    static const char *const names[] = {MG_GDAL_FUNCTIONS(MG_LIBRARY_NAME) NULL};
    static struct mg_library library = {"GDAL", MG_GDAL_LIBRARY, "libgdal-dev", names, &mg_gdal, false};
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static bool confined;
    pthread_mutex_lock(&mutex);
    enum mg_code code = mg_library_load(&library, err);
    if (!code && !confined)
        code = confine(err);
    confined = confined || !code;
    pthread_mutex_unlock(&mutex);
    return code;
}
