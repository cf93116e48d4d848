#include "libdata/io/ogr_formats.h"

#include <string.h>
#include <strings.h>

#include "libdata/io/truncation.h"
#include "libdata/io/truncation_ods.h"

/* What ministries have. Not here on purpose: whatever leads to other files or to a server by what a file says
 * (VRT, GMLAS, WFS, databases); CSV, which is ours; rasters. */
const struct mg_ogr_format mg_ogr_formats[] = {
    /* text; they know addresses too, but get a file */
    {.driver = "GeoJSON", .extensions = {"geojson", "json"}},
    {.driver = "GeoJSONSeq", .extensions = {"geojsonl", "geojsons", "ndjson"}},
    {.driver = "ESRIJSON"},
    {.driver = "TopoJSON", .extensions = {"topojson"}},
    /* several files (gdal_files.c) */
    {.driver = "ESRI Shapefile",
     .extensions = {"shp", "dbf"},
     .dbf = true,
     .truncation = mg_truncation_shapefile},
    {.driver = "MapInfo File", .extensions = {"tab", "mif"}, .truncation = mg_truncation_mapinfo},
    {.driver = "GPKG", .extensions = {"gpkg"}, .sqlite = true, .truncation = mg_truncation_sqlite},
    {.driver = "SQLite", .extensions = {"sqlite", "db"}, .sqlite = true, .truncation = mg_truncation_sqlite},
    /* links to other workbooks are not followed */
    {.driver = "XLSX", .extensions = {"xlsx", "xlsm"}, .workbook = true},
    {.driver = "ODS", .extensions = {"ods"}, .workbook = true, .truncation = mg_truncation_ods},
    {.driver = "XLS", .extensions = {"xls"}, .workbook = true},
    /* XML; expat reads no external entities */
    {.driver = "GML", .extensions = {"gml"}},
    {.driver = "LIBKML", .extensions = {"kml", "kmz"}},
    {.driver = "KML"},
    {.driver = "FlatGeobuf", .extensions = {"fgb"}, .says_rows = true},
    {.driver = NULL},
};

const struct mg_ogr_format *mg_ogr_format_of_driver(const char *name)
{
    for (const struct mg_ogr_format *format = mg_ogr_formats; format->driver; format++)
        if (strcmp(format->driver, name) == 0)
            return format;
    return NULL;
}

const struct mg_ogr_format *mg_ogr_format_of_extension(const char *extension)
{
    for (const struct mg_ogr_format *format = mg_ogr_formats; format->driver; format++)
        for (const char *const *own = format->extensions; *own; own++)
            if (strcasecmp(extension, *own) == 0)
                return format;
    return NULL;
}
