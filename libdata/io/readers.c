#include "libdata/io/readers.h"

#include <string.h>
#include <strings.h>

#include "libdata/io/csv.h"
#include "libdata/io/truncation.h"
#include "libdata/io/truncation_ods.h"

/* What ministries have. Not here on purpose: whatever leads to other files or to a server by what a file says
 * (VRT, GMLAS, WFS, databases); OGR's CSV; rasters. */
const struct mg_table_format mg_table_formats[] = {
    {.name = "CSV", .extensions = {"csv", "tsv", "txt"}, .reader = &mg_csv_reader},
    /* text; they know addresses too, but get a file */
    {.name = "GeoJSON", .extensions = {"geojson", "json"}},
    {.name = "GeoJSONSeq", .extensions = {"geojsonl", "geojsons", "ndjson"}},
    {.name = "ESRIJSON"},
    {.name = "TopoJSON", .extensions = {"topojson"}},
    /* several files (gdal_files.c) */
    {.name = "ESRI Shapefile",
     .extensions = {"shp", "dbf"},
     .dbf = true,
     .truncation = mg_truncation_shapefile},
    {.name = "MapInfo File", .extensions = {"tab", "mif"}, .truncation = mg_truncation_mapinfo},
    {.name = "GPKG", .extensions = {"gpkg"}, .sqlite = true, .truncation = mg_truncation_sqlite},
    {.name = "SQLite", .extensions = {"sqlite", "db"}, .sqlite = true, .truncation = mg_truncation_sqlite},
    /* links to other workbooks are not followed */
    {.name = "XLSX", .extensions = {"xlsx", "xlsm"}, .workbook = true},
    {.name = "ODS", .extensions = {"ods"}, .workbook = true, .truncation = mg_truncation_ods},
    {.name = "XLS", .extensions = {"xls"}, .workbook = true},
    /* XML; expat reads no external entities */
    {.name = "GML", .extensions = {"gml"}},
    {.name = "LIBKML", .extensions = {"kml", "kmz"}},
    {.name = "KML"},
    {.name = "FlatGeobuf", .extensions = {"fgb"}, .says_rows = true},
    {.name = NULL},
};

const struct mg_table_format *mg_table_format_of_driver(const char *name)
{
    for (const struct mg_table_format *format = mg_table_formats; format->name; format++)
        if (!format->reader && strcmp(format->name, name) == 0)
            return format;
    return NULL;
}

const struct mg_table_format *mg_table_format_of_extension(const char *extension)
{
    for (const struct mg_table_format *format = mg_table_formats; format->name; format++)
        for (const char *const *own = format->extensions; *own; own++)
            if (strcasecmp(extension, *own) == 0)
                return format;
    return NULL;
}
