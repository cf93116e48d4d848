/* ogr_cells.h - the fields of one OGR feature as the cells of a row. */
#ifndef MG_IO_OGR_CELLS_H
#define MG_IO_OGR_CELLS_H

#include "libdata/base/buf.h"
#include "libdata/io/encoding.h"
#include "libdata/io/gdal.h"
#include "libdata/io/table.h"

struct mg_ogr_cells {
    int field_count;
    bool workbook; /* all fields are strings; dates come as 2020/01/31 and are made ISO */
    struct mg_cell *cells;
    struct mg_buf text, decoded;
    struct mg_buf wkb;
};

enum mg_code mg_ogr_cells_init(struct mg_ogr_cells *cells, OGRLayerH layer, bool workbook,
                               struct mg_error *err);

/* Append a name as OGR has it, decoded where it is not UTF-8. */
enum mg_code mg_ogr_cells_add_name(struct mg_ogr_cells *cells, const char *name, struct mg_buf *out,
                                   struct mg_error *err);

/* Fill row's cells, count (fields up to the last that is not empty for a workbook, else all), decoded,
 * encoding and geometry. */
enum mg_code mg_ogr_cells_read(struct mg_ogr_cells *cells, OGRFeatureH feature, struct mg_row *row,
                               struct mg_error *err);
void mg_ogr_cells_finish(struct mg_ogr_cells *cells);

#endif
