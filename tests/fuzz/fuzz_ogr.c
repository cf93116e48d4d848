/* Any bytes as a file of a format that is read through OGR, opened as import opens it; the first byte says
 * which. It is read or refused with a message; rows have cells of UTF-8, a second reading gives the same, and
 * their geometries are understood or refused in turn.
 *
 * Workbooks and archives are made around the bytes, so that their checksums do not keep what is inside from
 * being read; a shapefile's three files are three pieces of them. */
#include <string.h>
#include <xxhash.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/geo/blob.h"
#include "libdata/io/table.h"
#include "tests/fuzz/files.h"
#include "tests/fuzz/zip.h"

struct reading {
    enum mg_code code;
    int64_t rows;
    uint64_t hash;
};

static void take_row(struct reading *reading, const struct mg_row *row, size_t columns)
{
    CHECK(row->defect || row->count || !columns);
    for (size_t i = 0; i < row->count; i++) {
        const struct mg_cell *cell = &row->cells[i];
        CHECK(mg_text_utf8_prefix(cell->text, cell->length) == cell->length);
        reading->hash = XXH3_64bits_withSeed(cell->text, cell->length, reading->hash + i);
    }
    if (row->wkb) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0};
        mg_blob_from_wkb(row->wkb, row->wkb_length, &blob, NULL);
        reading->hash = XXH3_64bits_withSeed(row->wkb, row->wkb_length, reading->hash);
    }
    reading->rows++;
}

static struct reading read_rows(struct mg_table *table)
{
    const size_t columns = mg_table_info(table)->column_count;
    struct reading reading = {0};
    struct mg_error err = {0};
    const struct mg_row *row = NULL;
    while (!(reading.code = mg_table_next(table, &row, &err)) && row)
        take_row(&reading, row, columns);
    CHECK(!reading.code || (err.code == reading.code && err.message[0]));
    return reading;
}

static void read_file(const char *path)
{
    struct mg_table *table = NULL;
    struct mg_error err = {0};
    enum mg_code code = mg_table_open(path, NULL, &table, &err);
    CHECK(code ? err.code == code && err.message[0] && !table : table != NULL);
    if (code)
        return;
    const struct mg_table_info *info = mg_table_info(table);
    for (size_t i = 0; i < info->column_count; i++)
        CHECK(mg_text_utf8_prefix(info->columns[i], strlen(info->columns[i])) == strlen(info->columns[i]));
    struct reading first = read_rows(table);
    if (!first.code && !mg_table_rewind(table, NULL)) {
        struct reading second = read_rows(table);
        CHECK(second.code == first.code && second.rows == first.rows && second.hash == first.hash);
    }
    mg_table_destroy(table);
}

static const char *zip_file(const char *name, struct fuzz_zip *zip)
{
    fuzz_zip_end(zip);
    const char *path = fuzz_file(name, zip->file.data, zip->file.length);
    mg_buf_finish(&zip->file);
    return path;
}

#define XML           "<?xml version=\"1.0\"?>"
#define OFFICE        "http://schemas.openxmlformats.org/"
#define LITERAL(text) text, sizeof text - 1

static const char *workbook(const void *sheet, size_t size)
{
    struct fuzz_zip zip = {0};
    fuzz_zip_add(&zip, "[Content_Types].xml",
                 LITERAL(XML "<Types xmlns=\"" OFFICE "package/2006/content-types\"/>"));
    fuzz_zip_add(&zip, "xl/workbook.xml",
                 LITERAL(XML "<workbook xmlns=\"" OFFICE "spreadsheetml/2006/main\" xmlns:r=\"" OFFICE
                             "officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" "
                             "r:id=\"rId1\"/></sheets></workbook>"));
    fuzz_zip_add(&zip, "xl/_rels/workbook.xml.rels",
                 LITERAL(XML "<Relationships xmlns=\"" OFFICE
                             "package/2006/relationships\"><Relationship Id=\"rId1\" "
                             "Type=\"" OFFICE "officeDocument/2006/relationships/worksheet\" "
                             "Target=\"worksheets/sheet1.xml\"/></Relationships>"));
    fuzz_zip_add(&zip, "xl/sharedStrings.xml",
                 LITERAL(XML "<sst xmlns=\"" OFFICE
                             "spreadsheetml/2006/main\"><si><t>id</t></si><si><t>nom</t></si></sst>"));
    fuzz_zip_add(&zip, "xl/worksheets/sheet1.xml", sheet, size);
    return zip_file("a.xlsx", &zip);
}

static const char *open_document(const void *content, size_t size)
{
    struct fuzz_zip zip = {0};
    fuzz_zip_add(&zip, "mimetype", LITERAL("application/vnd.oasis.opendocument.spreadsheet"));
    fuzz_zip_add(&zip, "content.xml", content, size);
    return zip_file("a.ods", &zip);
}

static const char *archive(const char *member, const void *bytes, size_t size)
{
    struct fuzz_zip zip = {0};
    fuzz_zip_add(&zip, member, bytes, size);
    return zip_file("a.zip", &zip);
}

/* The first two numbers of 16 bits are the lengths of the .shp and the .shx, the rest is the .dbf. */
static void shapefile(const uint8_t *data, size_t size, bool zipped)
{
    static const char *const names[] = {"a.shp", "a.shx", "a.dbf"};
    if (size < 4)
        return;
    size_t lengths[3] = {(size_t)(data[0] | data[1] << 8), (size_t)(data[2] | data[3] << 8), 0};
    size_t left = size - 4;
    struct fuzz_zip zip = {0};
    data += 4;
    for (int i = 0; i < 3; i++) {
        size_t length = i == 2 || lengths[i] > left ? left : lengths[i];
        if (zipped)
            fuzz_zip_add(&zip, names[i], data, length);
        else
            fuzz_file(names[i], data, length);
        data += length;
        left -= length;
    }
    read_file(zipped ? zip_file("a.zip", &zip) : fuzz_path("a.shp"));
}

static const char *compressed(const void *bytes, size_t size)
{
    const char *path = fuzz_path("a.geojson.gz");
    gzFile file = gzopen(path, "wb1");
    CHECK(file && (!size || gzwrite(file, bytes, (unsigned)size) == (int)size) && gzclose(file) == Z_OK);
    return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const plain[] = {"a.geojson", "a.geojsonl", "a.json", "a.gpkg", "a.fgb",
                                        "a.dbf",     "a.gml",      "a.kml",  "a.mif",  "a.xls",
                                        "a.zip",     "a.xlsx",     "a.ods",  "a.gz",   "a.shp"};
    enum { PLAIN = sizeof plain / sizeof *plain };
    if (!size)
        return 0;
    unsigned kind = *data++ % (PLAIN + 8);
    size--;
    fuzz_folder_clear(); /* siblings of another file are read with it */
    if (kind < PLAIN)
        read_file(fuzz_file(plain[kind], data, size));
    else if (kind == PLAIN)
        read_file(workbook(data, size));
    else if (kind == PLAIN + 1)
        read_file(open_document(data, size));
    else if (kind == PLAIN + 2)
        shapefile(data, size, false);
    else if (kind == PLAIN + 3)
        shapefile(data, size, true);
    else if (kind == PLAIN + 4)
        read_file(compressed(data, size));
    else
        read_file(archive(kind == PLAIN + 5   ? "a.csv"
                          : kind == PLAIN + 6 ? "a.geojson"
                                              : "stops.txt",
                          data, size));
    return 0;
}
