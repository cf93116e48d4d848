#include "libdata/io/ogr.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/io/columns.h"
#include "libdata/io/gdal.h"
#include "libdata/io/gdal_said.h"
#include "libdata/io/ogr_cells.h"
#include "libdata/io/ogr_formats.h"
#include "libdata/io/readers.h"
#include "libdata/io/sqlite_source.h"

enum { OPTIONS = 8, DRIVERS = 32 };

struct mg_ogr {
    GDALDatasetH dataset;
    OGRLayerH layer;
    const struct mg_ogr_format *format;
    int64_t feature_count; /* -1: the driver does not know without reading everything */
    int64_t rows_said;     /* there have to be so many; -1: nothing says */
    int64_t skip_to;       /* workbook: data rows are those after this one */
    int64_t features_read;
    struct mg_columns columns;
    struct mg_ogr_cells cells;
    struct mg_row row;
    struct mg_table_info info;
    char sha256[65];
    struct mg_gdal_said said;
    struct mg_sqlite_watch *watch; /* NULL: it is not SQLite */
    struct mg_sqlite_watch sqlite;
};

static enum mg_code fail_said(const struct mg_ogr *ogr, const char *what, struct mg_error *err)
{
    return ogr->watch && ogr->watch->expired ? mg_sqlite_watch_fail(ogr->watch, err)
                                             : mg_gdal_said_fail(&ogr->said, what, err);
}

static enum mg_code check_options(const struct mg_ogr *ogr, const struct mg_table_options *options,
                                  struct mg_error *err)
{
    const char *format = ogr->info.format;
    if (options->delimiter)
        return mg_fail(err, MG_ERR_USAGE, _("%s has no delimiter"), format);
    if (options->encoding && !ogr->format->dbf)
        return mg_fail(err, MG_ERR_USAGE, _("the encoding of %s is fixed"), format);
    if (ogr->format->workbook)
        return MG_OK;
    if (options->no_header)
        return mg_fail(err, MG_ERR_USAGE, _("%s has no header line"), format);
    if (options->skip_lines)
        return mg_fail(err, MG_ERR_USAGE, _("%s has no lines to skip"), format);
    return MG_OK;
}

/* Names of those that may open it. */
static void list_drivers(bool sqlite, const char *ret_drivers[DRIVERS])
{
    size_t n = 0;
    for (const struct mg_ogr_format *format = mg_ogr_formats; format->driver && n < DRIVERS - 1; format++)
        if (format->sqlite || !sqlite)
            ret_drivers[n++] = format->driver;
    ret_drivers[n] = NULL;
}

static enum mg_code open_dataset(struct mg_ogr *ogr, const struct mg_ogr_source *source,
                                 const struct mg_table_options *options, struct mg_error *err)
{
    enum mg_encoding encoding = MG_ENCODING_FOUND;
    enum mg_code code = mg_encoding_parse(options->encoding, &encoding, err);
    if (code)
        return code;
    char encoding_option[32];
    snprintf(encoding_option, sizeof encoding_option, "ENCODING=%s", mg_encoding_name(encoding));
    const char *open_options[OPTIONS] = {encoding ? encoding_option : NULL, NULL};
    for (size_t i = 0, n = encoding ? 1 : 0; mg_gdal_open_options[i] && n < OPTIONS - 1; i++)
        open_options[n++] = mg_gdal_open_options[i];
    code = source->sqlite ? mg_sqlite_source_check(source->fd, source->path, err) : MG_OK;
    if (code)
        return code;
    const char *drivers[DRIVERS];
    list_drivers(source->sqlite, drivers);
    if (ogr->watch)
        mg_sqlite_watch_begin(ogr->watch, source->bytes_total);
    ogr->dataset =
        mg_gdal.GDALOpenEx(source->dataset, GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                           drivers, open_options, NULL);
    if (ogr->watch)
        mg_sqlite_watch_end();
    if (!ogr->dataset)
        return fail_said(ogr, _("cannot be read as a table"), err);
    ogr->info.format = mg_gdal.GDALGetDriverShortName(mg_gdal.GDALGetDatasetDriver(ogr->dataset));
    ogr->format = mg_ogr_format_of_driver(ogr->info.format);
    ogr->info.cut_names = ogr->format->dbf;
    code = check_options(ogr, options, err);
    return code || !ogr->format->truncation ? code
                                            : ogr->format->truncation(source->dataset, &ogr->rows_said, err);
}

static bool has_columns(OGRLayerH layer)
{
    return mg_gdal.OGR_FD_GetFieldCount(mg_gdal.OGR_L_GetLayerDefn(layer)) > 0;
}

static enum mg_code fail_layer(const struct mg_ogr *ogr, const char *wanted, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf names = {0};
    for (int i = 0; i < mg_gdal.GDALDatasetGetLayerCount(ogr->dataset); i++)
        mg_buf_printf(&names, "%s%s", i ? ", " : "",
                      mg_gdal.OGR_L_GetName(mg_gdal.GDALDatasetGetLayer(ogr->dataset, i)));
    if (wanted)
        mg_fail(err, MG_ERR_USAGE, _("there is no layer '%s'"), wanted);
    else
        mg_fail(err, MG_ERR_USAGE, "%s", _("there are several layers, and none was chosen"));
    mg_error_hint(err, _("the layers are: %s"), names.data ? names.data : "");
    return MG_ERR_USAGE;
}

/* The named layer; else the only one that has columns (workbooks are full of empty sheets). */
static enum mg_code choose_layer(struct mg_ogr *ogr, const char *wanted, struct mg_error *err)
{
    int count = mg_gdal.GDALDatasetGetLayerCount(ogr->dataset), candidates = 0;
    for (int i = 0; i < count; i++) {
        OGRLayerH layer = mg_gdal.GDALDatasetGetLayer(ogr->dataset, i);
        if (!layer ||
            (wanted ? strcmp(mg_gdal.OGR_L_GetName(layer), wanted) != 0 : count > 1 && !has_columns(layer)))
            continue;
        candidates++;
        ogr->layer = layer;
    }
    if (!candidates && !wanted)
        return mg_fail(err, MG_ERR_INPUT, _("this %s holds no table"), ogr->info.format);
    return candidates == 1 ? MG_OK : fail_layer(ogr, wanted, err);
}

/* CRS84 is EPSG:4326 in the order that data are in here. */
static int epsg_of(OGRLayerH layer)
{
    OGRSpatialReferenceH srs = mg_gdal.OGR_L_GetSpatialRef(layer);
    const char *authority = srs ? mg_gdal.OSRGetAuthorityName(srs, NULL) : NULL;
    if (srs && !authority && mg_gdal.OSRAutoIdentifyEPSG(srs) == OGRERR_NONE)
        authority = mg_gdal.OSRGetAuthorityName(srs, NULL);
    const char *code = authority ? mg_gdal.OSRGetAuthorityCode(srs, NULL) : NULL;
    if (!code)
        return 0;
    if (strcmp(authority, "OGC") == 0)
        return strcmp(code, "CRS84") == 0 ? 4326 : 0;
    int64_t number = 0;
    bool is_number = mg_num_parse_i64(code, strlen(code), &number);
    return strcmp(authority, "EPSG") == 0 && is_number && number > 0 && number < INT32_MAX ? (int)number : 0;
}

static void update_progress(struct mg_ogr *ogr, bool at_end)
{
    struct mg_table_info *info = &ogr->info;
    if (at_end) {
        info->bytes_read = info->bytes_total;
        memcpy(info->sha256, ogr->sha256, sizeof info->sha256);
    } else if (ogr->feature_count > 0 && ogr->features_read < ogr->feature_count) {
        info->bytes_read =
            (int64_t)((double)info->bytes_total * (double)ogr->features_read / (double)ogr->feature_count);
    }
}

/* The next feature in ogr->row; *ret_more is false after the last. */
static enum mg_code next_feature(struct mg_ogr *ogr, bool *ret_more, struct mg_error *err)
{
    if (ogr->watch)
        mg_sqlite_watch_row(ogr->watch);
    OGRFeatureH feature = mg_gdal.OGR_L_GetNextFeature(ogr->layer);
    const bool endless = feature && ogr->watch && ogr->features_read >= ogr->watch->most_rows;
    if (ogr->said.text[0] || endless) {
        mg_gdal.OGR_F_Destroy(feature);
        if (endless)
            mg_sqlite_watch_fail(ogr->watch, err);
        else
            fail_said(ogr, _("the file is damaged"), err);
        mg_error_at(err, 0, ogr->features_read + 1, 0, NULL);
        return MG_ERR_INPUT;
    }
    if (!feature && ogr->features_read < ogr->rows_said) {
        mg_fail(err, MG_ERR_INPUT, _("the file is cut short: %lld rows of %lld are there"),
                (long long)ogr->features_read, (long long)ogr->rows_said);
        mg_error_hint(err, "%s", _("get the file again"));
        return MG_ERR_INPUT;
    }
    *ret_more = feature != NULL;
    enum mg_code code = MG_OK;
    if (feature) {
        ogr->features_read++;
        ogr->row.line = ogr->format->workbook ? (int64_t)mg_gdal.OGR_F_GetFID(feature) : ogr->features_read;
        code = mg_ogr_cells_read(&ogr->cells, feature, &ogr->row, err);
        mg_gdal.OGR_F_Destroy(feature);
    }
    update_progress(ogr, !feature);
    return code;
}

/* Rows after skip_to that hold something; a workbook's row is as long as the header, or longer if it has to
 * be. */
static enum mg_code next_row(struct mg_ogr *ogr, bool *ret_more, struct mg_error *err)
{
    for (;;) {
        enum mg_code code = next_feature(ogr, ret_more, err);
        if (code || !*ret_more || !ogr->format->workbook)
            return code;
        if (ogr->row.line <= ogr->skip_to)
            continue;
        if (ogr->row.count > 0)
            break;
        ogr->info.blank_lines++;
    }
    if (ogr->row.count < ogr->columns.count)
        ogr->row.count = ogr->columns.count;
    return MG_OK;
}

enum mg_code mg_ogr_next(struct mg_ogr *ogr, const struct mg_row **ret_row, struct mg_error *err)
{
    bool more = false;
    mg_gdal_listen(&ogr->said);
    enum mg_code code = next_row(ogr, &more, err);
    mg_gdal_listen_no_more();
    if (code)
        return code;
    ogr->info.rows_read += more;
    ogr->row.record = ogr->info.rows_read;
    if (more && ogr->row.decoded)
        ogr->info.encoding = ogr->row.encoding;
    *ret_row = more ? &ogr->row : NULL;
    return MG_OK;
}

/* Without a header a workbook has as many columns as its widest row. */
static enum mg_code read_workbook_header(struct mg_ogr *ogr, const struct mg_table_options *options,
                                         struct mg_error *err)
{
    ogr->skip_to = options->skip_lines;
    if (options->no_header)
        return mg_columns_init_numbered(&ogr->columns, (size_t)ogr->cells.field_count, err);
    bool more = false;
    enum mg_code code = next_row(ogr, &more, err);
    if (!code && !more)
        code = mg_fail(err, MG_ERR_INPUT, "%s", _("the sheet is empty"));
    if (!code)
        code = mg_columns_init(&ogr->columns, ogr->row.cells, ogr->row.count, options->repair, err);
    ogr->info.header_line = ogr->skip_to = ogr->row.line;
    ogr->info.header_rows = 1;
    ogr->info.blank_lines = 0; /* of the data */
    return code;
}

static enum mg_code read_field_names(struct mg_ogr *ogr, const struct mg_table_options *options,
                                     struct mg_error *err)
{
    OGRFeatureDefnH defn = mg_gdal.OGR_L_GetLayerDefn(ogr->layer);
    size_t count = (size_t)ogr->cells.field_count;
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = {0};
    MG_FREE struct mg_cell *names = mg_malloc(count * sizeof *names);
    if (!names)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        size_t before = text.length;
        enum mg_code code = mg_ogr_cells_add_name(
            &ogr->cells, mg_gdal.OGR_Fld_GetNameRef(mg_gdal.OGR_FD_GetFieldDefn(defn, (int)i)), &text, err);
        if (code)
            return code;
        names[i].length = text.length - before;
    }
    const char *at = text.data ? text.data : "";
    for (size_t i = 0; i < count; at += names[i++].length)
        names[i].text = at;
    return mg_columns_init(&ogr->columns, names, count, options->repair, err);
}

static enum mg_code look(struct mg_ogr *ogr, const struct mg_ogr_source *source,
                         const struct mg_table_options *options, struct mg_error *err)
{
    enum mg_code code = open_dataset(ogr, source, options, err);
    if (!code)
        code = choose_layer(ogr, options->layer, err);
    if (!code)
        code = mg_ogr_cells_init(&ogr->cells, ogr->layer, ogr->format->workbook, err);
    if (code)
        return code;
    ogr->feature_count = mg_gdal.OGR_L_GetFeatureCount(ogr->layer, 0);
    if (ogr->format->says_rows)
        ogr->rows_said = ogr->feature_count;
    ogr->info.has_geometry = mg_gdal.OGR_L_GetGeomType(ogr->layer) != wkbNone;
    ogr->info.epsg = epsg_of(ogr->layer);
    code =
        ogr->format->workbook ? read_workbook_header(ogr, options, err) : read_field_names(ogr, options, err);
    ogr->info.column_count = ogr->columns.count;
    ogr->info.columns = ogr->columns.names;
    ogr->info.labels = ogr->columns.labels;
    ogr->info.preamble = "";
    return code;
}

enum mg_code mg_ogr_open(const struct mg_ogr_source *source, const struct mg_table_options *options,
                         struct mg_ogr **ret_ogr, struct mg_error *err)
{
    enum mg_code code = mg_gdal_load(err);
    if (code)
        return code;
    struct mg_ogr *ogr = mg_calloc(1, sizeof *ogr);
    if (!ogr)
        return mg_fail_memory(err);
    memcpy(ogr->sha256, source->sha256, sizeof ogr->sha256);
    ogr->row.byte_offset = ogr->rows_said = -1;
    ogr->info.encoding = mg_encoding_name(MG_ENCODING_UTF_8);
    ogr->info.bytes_total = source->bytes_total;
    ogr->watch = source->sqlite ? &ogr->sqlite : NULL;
    mg_gdal_listen(&ogr->said);
    code = look(ogr, source, options, err);
    if (!code && ogr->said.text[0])
        code = fail_said(ogr, _("cannot be read whole"), err);
    mg_gdal_listen_no_more();
    if (code)
        mg_ogr_destroy(ogr);
    else
        *ret_ogr = ogr;
    return code;
}

const struct mg_table_info *mg_ogr_info(const struct mg_ogr *ogr)
{
    return &ogr->info;
}

enum mg_code mg_ogr_rewind(struct mg_ogr *ogr, struct mg_error *err)
{
    (void)err;
    mg_gdal_listen(&ogr->said);
    mg_gdal.OGR_L_ResetReading(ogr->layer);
    mg_gdal_listen_no_more();
    ogr->features_read = ogr->info.rows_read = ogr->info.blank_lines = 0;
    return MG_OK;
}

void mg_ogr_destroy(struct mg_ogr *ogr)
{
    if (!ogr)
        return;
    if (ogr->dataset)
        mg_gdal.GDALClose(ogr->dataset);
    mg_ogr_cells_finish(&ogr->cells);
    mg_columns_finish(&ogr->columns);
    free(ogr);
}

static const struct mg_table_info *rows_info(const void *rows)
{
    return mg_ogr_info(rows);
}

static enum mg_code next_of_rows(void *rows, const struct mg_row **ret_row, struct mg_error *err)
{
    return mg_ogr_next(rows, ret_row, err);
}

static enum mg_code rewind_rows(void *rows, struct mg_error *err)
{
    return mg_ogr_rewind(rows, err);
}

static void destroy_rows(void *rows)
{
    mg_ogr_destroy(rows);
}

const struct mg_reader mg_ogr_reader = {
    .info = rows_info, .next = next_of_rows, .rewind = rewind_rows, .destroy = destroy_rows};
