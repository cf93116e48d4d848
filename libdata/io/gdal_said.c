#include "libdata/io/gdal_said.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "libdata/io/gdal.h"
#include "libdata/io/gdal_files.h"

/* Parts of warnings after which all rows, cells and places are there all the same. */
static const char *const harmless[] = {
    "does not support open option",   /* it is another driver's (gdal.c) */
    "Several features with id",       /* GeoJSON: the id is not used, the column is */
    "safe write-support",             /* GeoPackage: an extension that matters to who writes */
    "Interpreted as",                 /* likewise, a type of column: as it is stored */
    "successfully parsed",            /* likewise, a date in another form */
    "geometry column type in",        /* likewise, not the one that its register says */
    "Spatial index (perhaps created", /* likewise, not used */
    "srs_id",                         /* likewise: no coordinate system, which is asked for then */
    "will be contained in a multipolygon",
    "organizePolygons() received a polygon with more than",
    "Non closed ring detected", /* it is closed */
    "is deprecated",            /* a coordinate system, or how it is written */
    "altitudeMode",             /* KML: the place on the ground is not touched */
    "kml Style",
    NULL,
};

/* Parts of failures after which a row has no place: what has none is told of each row that is read. */
static const char *const placeless[] = {
    "coordinate. Type is not double or integer", /* GeoJSON */
    "Missing 'coordinates' member",              /* likewise */
    NULL,
};

static bool has_one_of(const char *message, const char *const *parts)
{
    while (*parts && !strstr(message, *parts))
        parts++;
    return *parts != NULL;
}

/* Files are called as the user knows them: without the folder that GDAL sees them in. */
static void hide_folders(char *text)
{
    for (char *at; (at = strstr(text, MG_GDAL_FILES_PREFIX));) {
        const char *name = at + strlen(MG_GDAL_FILES_PREFIX);
        name += strspn(name, "0123456789");
        name += *name == '/';
        memmove(at, name, strlen(name) + 1);
    }
}

static void CPL_STDCALL take(CPLErr kind, CPLErrorNum number, const char *message)
{
    (void)number;
    struct mg_gdal_said *said = mg_gdal.CPLGetErrorHandlerUserData();
    if (said->text[0] || kind < CE_Warning || (kind == CE_Warning && has_one_of(message, harmless)) ||
        has_one_of(message, placeless))
        return;
    snprintf(said->text, sizeof said->text, "%s", message[0] ? message : "?");
    hide_folders(said->text);
}

void mg_gdal_listen(struct mg_gdal_said *said)
{
    said->text[0] = '\0';
    mg_gdal.CPLPushErrorHandlerEx(take, said);
}

void mg_gdal_listen_no_more(void)
{
    mg_gdal.CPLPopErrorHandler();
}

enum mg_code mg_gdal_said_fail(const struct mg_gdal_said *said, const char *what, struct mg_error *err)
{
    return said->text[0] ? mg_fail(err, MG_ERR_INPUT, "%s: %s", what, said->text)
                         : mg_fail(err, MG_ERR_INPUT, "%s", what);
}
