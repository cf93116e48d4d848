#include "libdata/io/truncation.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/format.h"
#include "libdata/io/gdal.h"

enum { HEAD = 100 };

struct part {
    bool there;
    int64_t size;
    unsigned char head[HEAD]; /* zeros after the file's end */
};

static uint32_t big(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint32_t little(const unsigned char *at)
{
    return (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static uint16_t little16(const unsigned char *at)
{
    return (uint16_t)(at[1] << 8 | at[0]);
}

static struct part look(const char *path)
{
    struct part part = {0};
    VSIStatBufL status;
    VSILFILE *file = mg_gdal.VSIStatL(path, &status) == 0 ? mg_gdal.VSIFOpenL(path, "rb") : NULL;
    if (!file)
        return part;
    part.there = true;
    part.size = (int64_t)status.st_size;
    size_t n = mg_gdal.VSIFReadL(part.head, 1, HEAD, file);
    memset(part.head + n, 0, HEAD - n);
    mg_gdal.VSIFCloseL(file);
    return part;
}

static enum mg_code fail_cut(const char *extension, int64_t size, int64_t wanted, struct mg_error *err)
{
    mg_fail(err, MG_ERR_INPUT, _("the file is cut short: the .%s has %lld bytes of %lld"), extension,
            (long long)size, (long long)wanted);
    mg_error_hint(err, "%s", _("get the file again"));
    return MG_ERR_INPUT;
}

/* The file of the same name with another extension, in small or in capital letters; path is its name then. */
static enum mg_code look_beside(const char *dataset, const char *extension, struct mg_buf *path,
                                struct part *ret_part, struct mg_error *err)
{
    size_t stem = strlen(dataset) - strlen(mg_format_extension(dataset));
    mg_buf_clear(path);
    mg_buf_add(path, dataset, stem);
    mg_buf_add_str(path, extension);
    if (path->failed)
        return mg_fail_memory(err);
    *ret_part = look(path->data);
    if (ret_part->there)
        return MG_OK;
    for (char *c = path->data + stem; *c; c++)
        *c &= '\xDF'; /* upper case */
    *ret_part = look(path->data);
    return MG_OK;
}

/* Lengths in 16-bit words (ESRI Shapefile Technical Description, 1998). */
static enum mg_code check_shape(const struct part *part, const char *extension, struct mg_error *err)
{
    int64_t wanted = part->size < HEAD ? HEAD : 2 * (int64_t)big(part->head + 24);
    return part->size < wanted ? fail_cut(extension, part->size, wanted, err) : MG_OK;
}

/* Rows at 4, the header's length at 8, a row's at 10; the mark at the end may be missing. */
static enum mg_code check_dbf(const char *extension, const struct part *part, int64_t *ret_rows,
                              struct mg_error *err)
{
    *ret_rows = little(part->head + 4);
    int64_t wanted = little16(part->head + 8) + *ret_rows * little16(part->head + 10);
    if (part->size < 32 || part->size < wanted)
        return fail_cut(extension, part->size, wanted < 32 ? 32 : wanted, err);
    return MG_OK;
}

static enum mg_code check_shapefile(const char *path, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf beside = {0};
    struct part shp = look(path), shx = {0}, dbf = {0};
    int64_t rows = 0;
    enum mg_code code = shp.there ? check_shape(&shp, "shp", err) : MG_OK;
    if (!code)
        code = look_beside(path, "shx", &beside, &shx, err);
    if (!code && shx.there)
        code = check_shape(&shx, "shx", err);
    if (!code)
        code = look_beside(path, "dbf", &beside, &dbf, err);
    if (!code && dbf.there)
        code = check_dbf("dbf", &dbf, &rows, err);
    if (code || !shx.there || !dbf.there)
        return code;
    int64_t shapes = (2 * (int64_t)big(shx.head + 24) - HEAD) / 8;
    if (shapes == rows)
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT,
            _("the files do not belong together: %lld shapes in the .shx, %lld rows in the .dbf"),
            (long long)shapes, (long long)rows);
    mg_error_hint(err, "%s", _("get the .shp, .shx and .dbf again, together"));
    return MG_ERR_INPUT;
}

enum mg_code mg_truncation_shapefile(const char *dataset, int64_t *ret_rows, struct mg_error *err)
{
    (void)ret_rows;
    const char *extension = mg_format_extension(dataset);
    int64_t rows;
    if (!strcasecmp(extension, "dbf")) {
        struct part part = look(dataset);
        return part.there ? check_dbf("dbf", &part, &rows, err) : MG_OK;
    }
    return strcasecmp(extension, "shp") ? MG_OK : check_shapefile(dataset, err);
}

/* The size of a page at 16 (1 is 65536), pages at 28, which counts only if 24 and 92 are the same (The SQLite
 * Database File Format, 1.3). */
enum mg_code mg_truncation_sqlite(const char *path, int64_t *ret_rows, struct mg_error *err)
{
    (void)ret_rows;
    struct part part = look(path);
    int64_t page = part.head[16] << 8 | part.head[17];
    if (!part.there || !page)
        return MG_OK;
    page = page == 1 ? 65536 : page;
    int64_t pages = memcmp(part.head + 24, part.head + 92, 4) ? 0 : big(part.head + 28);
    int64_t wanted = pages ? pages * page : (part.size + page - 1) / page * page;
    return part.size < wanted ? fail_cut(mg_format_extension(path), part.size, wanted, err) : MG_OK;
}

/* The .map of a .tab is blocks of 512 bytes, the .dat is a DBF table where it begins like one. */
static enum mg_code check_tab(const char *path, struct mg_error *err)
{
    enum { BLOCK = 512, DBF = 3 };
    MG_CLEANUP(mg_buf_finish) struct mg_buf beside = {0};
    struct part map = {0}, dat = {0};
    int64_t rows;
    enum mg_code code = look_beside(path, "map", &beside, &map, err);
    if (!code && map.size % BLOCK)
        code = fail_cut("map", map.size, (map.size / BLOCK + 1) * BLOCK, err);
    if (!code)
        code = look_beside(path, "dat", &beside, &dat, err);
    return !code && dat.there && dat.head[0] == DBF ? check_dbf("dat", &dat, &rows, err) : code;
}

/* The .mid of a .mif has a line for each of its shapes. */
static enum mg_code count_lines(const char *path, int64_t *ret_rows, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf beside = {0};
    struct part mid = {0};
    enum mg_code code = look_beside(path, "mid", &beside, &mid, err);
    VSILFILE *file = !code && mid.there ? mg_gdal.VSIFOpenL(beside.data, "rb") : NULL;
    if (!file)
        return code;
    char block[4096], last = '\n';
    int64_t lines = 0;
    for (size_t n; (n = mg_gdal.VSIFReadL(block, 1, sizeof block, file)) > 0; last = block[n - 1])
        for (const char *at = block; (at = memchr(at, '\n', n - (size_t)(at - block))); at++)
            lines++;
    mg_gdal.VSIFCloseL(file);
    *ret_rows = lines + (last != '\n');
    return MG_OK;
}

enum mg_code mg_truncation_mapinfo(const char *dataset, int64_t *ret_rows, struct mg_error *err)
{
    return strcasecmp(mg_format_extension(dataset), "mif") ? check_tab(dataset, err)
                                                           : count_lines(dataset, ret_rows, err);
}
