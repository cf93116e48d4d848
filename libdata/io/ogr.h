/* ogr.h - a layer of any format that OGR reads and ministries have, as a table.
 *
 * Formats: GeoJSON (also as a sequence), Shapefile, GeoPackage, SQLite, FlatGeobuf, GML, KML, MapInfo,
 * TopoJSON, ESRIJSON, and the workbooks XLSX, ODS, XLS. What GDAL may do is in gdal.c. Its messages are
 * caught: nothing is printed, and one that may mean that something is missing is an error (gdal_said.h).
 *
 * Cells are text: numbers in their shortest exact form, dates in ISO form, booleans as true and false,
 * lists and objects of GeoJSON as JSON, null as "". A workbook's cells are taken as they are stored, its
 * first row (or that after skip_lines) is the header; rows without any content are blank, cells beyond the
 * header's last that hold something make the row longer than the header.
 *
 * Errors: MG_ERR_INPUT (not readable, damaged, cut short), MG_ERR_USAGE (a layer that is not there or was
 * not chosen among several; an option that this format does not have).
 */
#ifndef MG_IO_OGR_H
#define MG_IO_OGR_H

#include "libdata/io/table.h"

struct mg_ogr;

struct mg_ogr_source {
    const char
        *dataset; /* a path as GDAL takes it: one that it is shown (gdal_files.h), or in such an archive */
    bool sqlite;  /* a SQLite file or GeoPackage (sqlite_source.h), open on fd; no other is read as one */
    int fd;
    const char *path;    /* its own name where it has one, or NULL */
    int64_t bytes_total; /* of the source as stored */
    const char *sha256;  /* of the same; shown in info once the last row was read */
};

enum mg_code mg_ogr_open(const struct mg_ogr_source *source, const struct mg_table_options *options,
                         struct mg_ogr **ret_ogr, struct mg_error *err);
const struct mg_table_info *mg_ogr_info(const struct mg_ogr *ogr);
enum mg_code mg_ogr_next(struct mg_ogr *ogr, const struct mg_row **ret_row, struct mg_error *err);
enum mg_code mg_ogr_rewind(struct mg_ogr *ogr, struct mg_error *err);
void mg_ogr_destroy(struct mg_ogr *ogr);

extern const struct mg_reader mg_ogr_reader; /* the same, opened (readers.h) */

#endif
