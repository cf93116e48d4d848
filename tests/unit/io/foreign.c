/* Files that others made and that try something: none of it happens, and what is missing is said. */
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <sqlite3.h>

#include "libdata/io/gdal.h"
#include "tests/unit/files.h"
#include "tests/unit/table.h"

static enum mg_code try_layer(const char *path, const char *layer, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    const struct mg_table_options options = {.layer = layer};
    return read_table(path, &options, &out, err);
}

/* A SQLite file of a table t, and what SQL adds. */
static const char *sqlite_file(const char *name, const char *sql)
{
    const char *path = file_of(name, "", 0);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a, b); INSERT INTO t VALUES('1', 'x'), ('2', 'y');",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
    sqlite3_close(db);
    return path;
}

#define PUT(type, name, sql)                                                                                 \
    "PRAGMA writable_schema = 1; INSERT INTO sqlite_master VALUES('" type "', '" name "', '" name            \
    "', 0, '" sql "')"

static void virtual_tables_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const all[] = {
        PUT("table", "vt",
            "CREATE VIRTUAL TABLE vt USING VirtualText(''/etc/passwd'', ''UTF-8'', 0, POINT, NONE, '';'')"),
        PUT("table", "vt", "CREATE VIRTUAL TABLE vt USING/* rtree( */VirtualShape(''/tmp/a'', UTF-8, 4326)"),
        PUT("table", "vt", "CREATE VIRTUAL TABLE vt USING VirtualOGR(''/etc/passwd'')"),
        PUT("table", "vt", "CREATE VIRTUAL TABLE vt USING VirtualKNN(''/etc/passwd'')"),
        PUT("table", "vt", "CREATE VIRTUAL TABLE vt USING dbstat"),
        "CREATE VIRTUAL TABLE vt USING fts5(x)",
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *path = sqlite_file("vt.sqlite", all[i]);
        must_fail(try_layer(path, "t", &err), MG_ERR_INPUT, "'vt' is a virtual table, and not an R-tree");
        must_fail(try_layer(path, "vt", &err), MG_ERR_INPUT, "'vt' is a virtual table, and not an R-tree");
    }
    must_fail(try_layer(sqlite_file("bad.sqlite", PUT("table", "vt", "CREATE TABLE t t")), "t", &err),
              MG_ERR_INPUT, "SQLite cannot read the file: malformed database schema");
}

static void harmless_virtual_tables_are_not_in_the_way(void **state)
{
    (void)state;
    must(try_layer(sqlite_file("r.sqlite", "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, y0, y1)"), "t",
                   &err));
    must(try_layer(
        sqlite_file("s.sqlite", PUT("table", "SpatialIndex",
                                    "CREATE VIRTUAL TABLE SpatialIndex USING VirtualSpatialIndex()")),
        "t", &err));
    must(try_layer(sqlite_file("v.sqlite", "CREATE VIEW v AS SELECT a, upper(b) AS b FROM t"), "v", &err));
    must(try_layer(sqlite_file("w.sqlite", "PRAGMA journal_mode = WAL; INSERT INTO t VALUES('3', 'z')"), "t",
                   &err));
}

#define FOR_EVER "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "

static void views_end(void **state)
{
    (void)state;
    must_fail(try_layer(sqlite_file("e.sqlite", "CREATE VIEW v AS " FOR_EVER "SELECT n FROM c WHERE n < 0"),
                        "v", &err),
              MG_ERR_INPUT, "a view of the file does not end: 3 seconds without a row");
    MG_CLEANUP(mg_buf_finish) struct mg_buf sql = {0};
    mg_buf_add_str(&sql, "CREATE VIEW v0 AS SELECT * FROM t;");
    for (int i = 1; i < 40; i++)
        mg_buf_printf(&sql, "CREATE VIEW v%d AS SELECT * FROM v%d UNION ALL SELECT * FROM v%d;", i, i - 1,
                      i - 1);
    must_fail(try_layer(sqlite_file("n.sqlite", sql.data), "t", &err), MG_ERR_INPUT, "has too many parts");
}

static void views_call_nothing_that_does_harm(void **state)
{
    (void)state;
    must_fail(try_layer(sqlite_file("l.sqlite", "CREATE VIEW v AS SELECT load_extension('x') AS a FROM t"),
                        "v", &err),
              MG_ERR_INPUT, "");
    must_fail(
        try_layer(sqlite_file("f.sqlite", "CREATE VIEW v AS SELECT BlobFromFile('/etc/passwd') AS a FROM t"),
                  "v", &err),
        MG_ERR_INPUT, "");
}

static void what_is_not_in_the_file_yet_is_said(void **state)
{
    (void)state;
    const char *path = sqlite_file("j.sqlite", "");
    file_of("j.sqlite-wal", "x", 1);
    must_fail(try_layer(path, NULL, &err), MG_ERR_INPUT, "the file is being written, or was not closed well");
    file_of("j.sqlite-wal", "", 0);
    must(try_layer(path, NULL, &err));
}

static size_t files_named(const char *start)
{
    size_t count = 0;
    DIR *dir = opendir(files_dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        count += strncmp(entry->d_name, start, strlen(start)) == 0;
    closedir(dir);
    return count;
}

#define GML(schema, code)                                                                                    \
    "<?xml version=\"1.0\"?><!DOCTYPE f [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><f "                     \
    "xmlns:gml=\"http://www.opengis.net/gml\" xmlns:ex=\"http://e.org\" "                                    \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://e.org " schema      \
    "\">"                                                                                                    \
    "<gml:featureMember><ex:a fid=\"a.1\"><ex:code>" code "</ex:code></ex:a></gml:featureMember></f>"

static void gml_reads_and_writes_nothing_beside_it(void **state)
{
    (void)state;
    static const char *const schemas[] = {GML("g.xsd", "x1"), GML("/vsicurl/http://127.0.0.1:9/g.xsd", "x1"),
                                          GML("http://127.0.0.1:9/g.xsd", "x1")};
    file_of("g.xsd", "<", 1);
    file_of("g.gfs", "<GMLFeatureClassList></GMLFeatureClassList>", 43);
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
        must(read_table(file_of("g.gml", schemas[i], strlen(schemas[i])), NULL, &out, &err));
        assert_non_null(strstr(out.data, "<x1>"));
        assert_int_equal(files_named("g."), 3);
    }
    const char *entity = GML("x", "&e;");
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    if (!read_table(file_of("g.gml", entity, strlen(entity)), NULL, &out, NULL))
        assert_null(strstr(out.data, "root:"));
}

static void other_tables_are_not_followed(void **state)
{
    (void)state;
    static const char view[] = "!table\n!version 100\nopen table \"/etc/a.tab\" alias a\ncreate view v as\n"
                               "Select x from a\n";
    static const char seamless[] = "<OGRVRTDataSource><OGRVRTLayer name=\"t\"><SrcDataSource>/etc/a.csv"
                                   "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>";
    must_fail(try_layer(file_of("v.tab", view, sizeof view - 1), NULL, &err), MG_ERR_INPUT, "");
    static const char *const names[] = {"v.gml", "v.kml", "v.json", "v.gpkg", "v.shp", "v.xlsx"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        must_fail(try_layer(file_of(names[i], seamless, sizeof seamless - 1), NULL, &err), MG_ERR_INPUT, "");
}

static void names_are_names(void **state)
{
    (void)state;
    static const char *const names[] = {"/vsicurl/http://127.0.0.1:9/a.geojson",
                                        "/vsimem/a.geojson",
                                        "http://127.0.0.1:9/a.geojson",
                                        "PG:dbname=a",
                                        "file:a.sqlite?mode=memory",
                                        "SQLITE:/etc/passwd",
                                        "{\"type\":\"FeatureCollection\",\"features\":[]}",
                                        "<OGRVRTDataSource/>"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        must_fail(try_layer(names[i], NULL, &err), MG_ERR_INPUT,
                  "cannot be opened: No such file or directory");
    static const char json[] =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{\"a\":1},\"geometry\":null}]}";
    static const char *const odd[] = {"{\"a\":}.geojson", "PG:x.geojson", "a?mode=memory.geojson",
                                      "a,xsd=b.geojson", "<b>.geojson"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
        must(try_layer(file_of(odd[i], json, sizeof json - 1), NULL, &err));
    must(try_layer(sqlite_file("file:x?mode=memory", ""), NULL, &err));
}

/* A file of this driver, of 30 rows, whose cells do not say how many they are. */
static char *made(const char *driver, const char *path, size_t *ret_length)
{
    must(mg_gdal_load(&err));
    GDALDatasetH dataset = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(dataset);
    OGRLayerH layer = GDALDatasetCreateLayer(dataset, "t", NULL, wkbPoint, NULL);
    OGRFieldDefnH defn = OGR_Fld_Create("nom", OFTString);
    OGR_L_CreateField(layer, defn, TRUE);
    OGR_Fld_Destroy(defn);
    for (int row = 0; row < 30; row++) {
        char text[32];
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        OGRGeometryH point = OGR_G_CreateGeometry(wkbPoint);
        OGR_G_SetPoint_2D(point, 0, 2 + row / 10.0, 48);
        OGR_F_SetGeometryDirectly(feature, point);
        snprintf(text, sizeof text, "Bureau %d", row * 7919);
        OGR_F_SetFieldString(feature, 0, text);
        assert_int_equal(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
        OGR_F_Destroy(feature);
    }
    GDALClose(dataset);
    vsi_l_offset length = 0;
    char *bytes = (char *)VSIGetMemFileBuffer(path, &length, TRUE);
    assert_non_null(bytes);
    *ret_length = length;
    return bytes;
}

/* Wherever a file of one piece is cut, it is refused or all of its rows are there; only where each row is a
 * line, the end of one could be the end of all. */
static void a_cut_file_is_never_a_shorter_table(void **state)
{
    (void)state;
    static const char *const formats[][2] = {
        {"GeoJSON", "c.geojson"}, {"GeoJSONSeq", "c.geojsonl"}, {"GPKG", "c.gpkg"},
        {"SQLite", "c.sqlite"},   {"XLSX", "c.xlsx"},           {"ODS", "c.ods"},
        {"GML", "c.gml"},         {"LIBKML", "c.kml"},          {"FlatGeobuf", "c.fgb"},
    };
    enum { LINES = 1 };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        char in_memory[64];
        snprintf(in_memory, sizeof in_memory, "/vsimem/%s", formats[i][1]);
        size_t length = 0;
        char *bytes = made(formats[i][0], in_memory, &length);
        MG_CLEANUP(mg_buf_finish) struct mg_buf whole = {0};
        must(read_table(file_of(formats[i][1], bytes, length), NULL, &whole, &err));
        for (size_t cut = 1; cut < 40; cut++) {
            MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
            size_t left = cut < 30 ? length * cut / 30 : length - (40 - cut);
            if (i == LINES && memchr("}\n", bytes[left - 1], 2))
                continue;
            const char *path = file_of(formats[i][1], bytes, left);
            if (!read_table(path, NULL, &out, NULL) && strcmp(out.data, whole.data) != 0)
                fail_msg("%s cut to %zu of %zu bytes is read as another table", formats[i][1], left, length);
        }
        VSIFree(bytes);
    }
}

static const char *sheet(const char *name, const char *rows)
{
    static const char mimetype[] = "application/vnd.oasis.opendocument.spreadsheet";
    static const char head[] =
        "<?xml version=\"1.0\"?><office:document-content "
        "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" "
        "xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" "
        "xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>"
        "<table:table table:name=\"a\">";
    static const char foot[] = "</table:table></office:spreadsheet></office:body></office:document-content>";
    MG_CLEANUP(mg_buf_finish) struct mg_buf content = {0};
    mg_buf_printf(&content, "%s%s%s", head, rows, foot);
    const struct {
        const char *path, *text;
    } members[] = {{"/vsizip//vsimem/s.ods/mimetype", mimetype},
                   {"/vsizip//vsimem/s.ods/content.xml", content.data}};
    must(mg_gdal_load(&err));
    VSIUnlink("/vsimem/s.ods");
    for (size_t i = 0; i < 2; i++) {
        VSILFILE *file = VSIFOpenL(members[i].path, "wb");
        assert_int_equal(VSIFWriteL(members[i].text, 1, strlen(members[i].text), file),
                         strlen(members[i].text));
        VSIFCloseL(file);
    }
    vsi_l_offset length = 0;
    const void *bytes = VSIGetMemFileBuffer("/vsimem/s.ods", &length, FALSE);
    return file_of(name, bytes, length);
}

#define CELL(text)                                                                                           \
    "<table:table-cell office:value-type=\"string\"><text:p>" text "</text:p></table:table-cell>"
#define ROW(text)       "<table:table-row>" CELL(text) "</table:table-row>"
#define MANY(n, inside) "<table:table-row table:number-rows-repeated=\"" n "\">" inside "</table:table-row>"

/* Rows that are repeated are all read, or none is. */
static void a_sheet_is_read_to_its_end(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *said;
    } sheets[] = {
        {ROW("a") ROW("1") MANY("11000", CELL("2")) ROW("3"),
         "Invalid value for number-rows-repeated = 11000"},
        {ROW("a") ROW("1") MANY("1048576", CELL("2")) ROW("3"), "rows after row 2 are not read"},
        {ROW("a") ROW("1") MANY("1048570", "<table:table-cell/>") MANY("4", CELL("3")), "are not read"},
        {ROW("a") "<!-- <table:table> -->" MANY("1048574", "<table:table-cell/>") ROW("3"), "are not read"},
        {ROW("a") ROW("1") MANY("1048574", "<table:table-cell/>"), NULL},
        {ROW("a") ROW("1") MANY("9999", CELL("2")), NULL},
    };
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++) {
        const char *path = sheet("s.ods", sheets[i].rows);
        if (sheets[i].said)
            must_fail(try_layer(path, NULL, &err), MG_ERR_INPUT, sheets[i].said);
        else
            must(try_layer(path, NULL, &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(virtual_tables_are_refused_by_name),
        cmocka_unit_test(harmless_virtual_tables_are_not_in_the_way),
        cmocka_unit_test(views_end),
        cmocka_unit_test(views_call_nothing_that_does_harm),
        cmocka_unit_test(what_is_not_in_the_file_yet_is_said),
        cmocka_unit_test(gml_reads_and_writes_nothing_beside_it),
        cmocka_unit_test(other_tables_are_not_followed),
        cmocka_unit_test(names_are_names),
        cmocka_unit_test(a_sheet_is_read_to_its_end),
        cmocka_unit_test(a_cut_file_is_never_a_shorter_table),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
