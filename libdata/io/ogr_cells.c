#include "libdata/io/ogr_cells.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/io/mojibake.h"

enum mg_code mg_ogr_cells_init(struct mg_ogr_cells *cells, OGRLayerH layer, bool workbook,
                               struct mg_error *err)
{
    *cells = (struct mg_ogr_cells){
        .field_count = mg_gdal.OGR_FD_GetFieldCount(mg_gdal.OGR_L_GetLayerDefn(layer)),
        .workbook = workbook,
    };
    cells->cells = mg_malloc((size_t)cells->field_count * sizeof *cells->cells);
    return cells->cells ? MG_OK : mg_fail_memory(err);
}

void mg_ogr_cells_finish(struct mg_ogr_cells *cells)
{
    free(cells->cells);
    mg_buf_finish(&cells->text);
    mg_buf_finish(&cells->decoded);
    mg_buf_finish(&cells->wkb);
    *cells = (struct mg_ogr_cells){0};
}

static void add_real(struct mg_buf *text, double value)
{
    if (isfinite(value))
        mg_buf_add_f64(text, value);
    else
        mg_buf_add_str(text, isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
}

/* OGR's zone: 0 unknown, 1 local, 100 UTC, and 15 minutes for each step from there. */
static void add_zone(struct mg_buf *text, int zone)
{
    if (zone < 2)
        return;
    int minutes = (zone - 100) * 15;
    if (minutes == 0)
        mg_buf_add_char(text, 'Z');
    else
        mg_buf_printf(text, "%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
}

static void add_date_time(struct mg_buf *text, OGRFeatureH feature, int field, OGRFieldType type)
{
    int year, month, day, hour, minute, zone;
    float second;
    if (!mg_gdal.OGR_F_GetFieldAsDateTimeEx(feature, field, &year, &month, &day, &hour, &minute, &second,
                                            &zone))
        return;
    if (type != OFTTime)
        mg_buf_printf(text, "%04d-%02d-%02d", year, month, day);
    if (type == OFTDate)
        return;
    if (type == OFTDateTime)
        mg_buf_add_char(text, 'T');
    long milliseconds = lround((double)second * 1000);
    mg_buf_printf(text, "%02d:%02d:%02ld", hour, minute, milliseconds / 1000);
    if (milliseconds % 1000)
        mg_buf_printf(text, ".%03ld", milliseconds % 1000);
    add_zone(text, zone);
}

/* 2020/01/31 or 2020/01/31 12:00:00, as OGR writes the dates of a workbook: to ISO form, in place. */
static void make_date_iso(char *text, size_t length)
{
    static const char pattern[] = "0000/00/00 00:00:00";
    if (length != 10 && length != 19)
        return;
    for (size_t i = 0; i < length; i++)
        if (pattern[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != pattern[i])
            return;
    text[4] = text[7] = '-';
    if (length == 19)
        text[10] = 'T';
}

enum mg_code mg_ogr_cells_add_name(struct mg_ogr_cells *cells, const char *name, struct mg_buf *out,
                                   struct mg_error *err)
{
    size_t length = strlen(name);
    enum mg_encoding used = MG_ENCODING_FOUND;
    enum mg_code code = MG_OK;
    if (mg_text_utf8_prefix(name, length) == length) {
        mg_buf_add(out, name, length);
    } else {
        code = mg_decode(MG_ENCODING_FOUND, NULL, name, length, &cells->decoded, &used, err);
        if (!code)
            mg_buf_add(out, cells->decoded.data, cells->decoded.length);
    }
    return code ? code : mg_buf_check(out, err);
}

static enum mg_code add_string(struct mg_ogr_cells *cells, const char *string, struct mg_row *row,
                               struct mg_error *err)
{
    size_t length = strlen(string), at = cells->text.length;
    if (mg_text_utf8_prefix(string, length) == length) {
        mg_buf_add(&cells->text, string, length);
        row->suspect = row->suspect || mg_mojibake_suspect(string, length) < length;
        if (cells->workbook && !cells->text.failed)
            make_date_iso(cells->text.data + at, length);
        return MG_OK;
    }
    enum mg_encoding used = MG_ENCODING_FOUND;
    enum mg_code code = mg_decode(MG_ENCODING_FOUND, NULL, string, length, &cells->decoded, &used, err);
    if (code)
        return code;
    row->decoded = true;
    row->encoding = mg_encoding_name(used);
    row->suspect = true;
    mg_buf_add(&cells->text, cells->decoded.data, cells->decoded.length);
    return MG_OK;
}

static enum mg_code add_field(struct mg_ogr_cells *cells, OGRFeatureH feature, int field, struct mg_row *row,
                              struct mg_error *err)
{
    OGRFieldDefnH defn = mg_gdal.OGR_F_GetFieldDefnRef(feature, field);
    OGRFieldType type = mg_gdal.OGR_Fld_GetType(defn);
    if (!mg_gdal.OGR_F_IsFieldSetAndNotNull(feature, field))
        return MG_OK;
    switch (type) {
    case OFTInteger:
        if (mg_gdal.OGR_Fld_GetSubType(defn) == OFSTBoolean) {
            mg_buf_add_str(&cells->text, mg_gdal.OGR_F_GetFieldAsInteger(feature, field) ? "true" : "false");
            return MG_OK;
        }
        __attribute__((fallthrough));
    case OFTInteger64:
        mg_buf_add_i64(&cells->text, mg_gdal.OGR_F_GetFieldAsInteger64(feature, field));
        return MG_OK;
    case OFTReal:
        add_real(&cells->text, mg_gdal.OGR_F_GetFieldAsDouble(feature, field));
        return MG_OK;
    case OFTDate:
    case OFTTime:
    case OFTDateTime:
        add_date_time(&cells->text, feature, field, type);
        return MG_OK;
    default:
        return add_string(cells, mg_gdal.OGR_F_GetFieldAsString(feature, field), row, err);
    }
}

static enum mg_code read_geometry(struct mg_ogr_cells *cells, OGRFeatureH feature, struct mg_row *row,
                                  struct mg_error *err)
{
    row->wkb = NULL;
    row->wkb_length = 0;
    OGRGeometryH geometry = mg_gdal.OGR_F_GetGeometryRef(feature);
    if (!geometry)
        return MG_OK;
    size_t size = mg_gdal.OGR_G_WkbSizeEx(geometry);
    mg_buf_clear(&cells->wkb);
    if (!mg_buf_reserve(&cells->wkb, size))
        return mg_fail_memory(err);
    if (mg_gdal.OGR_G_ExportToIsoWkb(geometry, wkbNDR, (unsigned char *)cells->wkb.data) != OGRERR_NONE)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("a geometry of this kind cannot be read"));
    row->wkb = (const unsigned char *)cells->wkb.data;
    row->wkb_length = size;
    return MG_OK;
}

enum mg_code mg_ogr_cells_read(struct mg_ogr_cells *cells, OGRFeatureH feature, struct mg_row *row,
                               struct mg_error *err)
{
    row->decoded = row->suspect = false;
    row->encoding = mg_encoding_name(MG_ENCODING_UTF_8);
    mg_buf_clear(&cells->text);
    for (int i = 0; i < cells->field_count; i++) {
        size_t at = cells->text.length;
        enum mg_code code = add_field(cells, feature, i, row, err);
        if (code)
            return code;
        cells->cells[i].length = cells->text.length - at;
    }
    if (cells->text.failed)
        return mg_fail_memory(err);
    const char *text = cells->text.data ? cells->text.data : "";
    row->count = 0;
    for (int i = 0; i < cells->field_count; i++) {
        cells->cells[i].text = text;
        text += cells->cells[i].length;
        if (!cells->workbook || cells->cells[i].length)
            row->count = (size_t)i + 1;
    }
    row->cells = cells->cells;
    return read_geometry(cells, feature, row, err);
}
