/* Tables of other formats than CSV, in archives, from pipes; and what is refused. */
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>

#include "libdata/base/alloc.h"
#include "libdata/io/file_state.h"
#include "libdata/io/gdal.h"
#include "libdata/io/gdal_files.h"
#include "libdata/io/sha256.h"
#include "tests/unit/files.h"
#include "tests/unit/table.h"

static void expect(const char *path, const struct mg_table_options *options, const char *expected)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    must(read_table(path, options, &out, &err));
    assert_string_equal(out.data, expected);
}

static enum mg_code try_table(const char *path, const struct mg_table_options *options, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    return read_table(path, options, &out, err);
}

static const char geojson[] =
    "{\"type\":\"FeatureCollection\",\"features\":[\n"
    "{\"type\":\"Feature\",\"properties\":{\"nom\":\"\xc3\x89"
    "cole\",\"n\":12,\"x\":1.5,\"d\":\"2020-01-31\",\"ok\":true,"
    "\"l\":[1,\"a\"]},\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.5,48.9]}},\n"
    "{\"type\":\"Feature\",\"properties\":{\"nom\":null,\"n\":-3,\"x\":0.1,\"ok\":false},\"geometry\":null}]"
    "}";

static void geojson_is_read(void **state)
{
    (void)state;
    const char *path = file_of("t.geojson", geojson, sizeof geojson - 1);
    expect(path, NULL,
           "[nom][n][x][d][ok][l]\n1@-1<École><12><1.5><2020-01-31><true><[ 1, \"a\" ]>\n"
           "2@-1<><-3><0.1><><false><>\n");
    WITH_TABLE table = NULL;
    const struct mg_row *row = NULL;
    must(mg_table_open(path, NULL, &table, &err));
    const struct mg_table_info *info = mg_table_info(table);
    assert_string_equal(info->format, "GeoJSON");
    assert_true(info->has_geometry);
    assert_int_equal(info->epsg, 4326);
    assert_string_equal(info->sha256, "");
    for (int pass = 0; pass < 2; pass++) {
        must(mg_table_next(table, &row, &err));
        static const unsigned char head[] = {1, 1, 0, 0, 0}; /* little-endian, point */
        assert_int_equal(row->wkb_length, 21);
        assert_memory_equal(row->wkb, head, sizeof head);
        must(mg_table_next(table, &row, &err));
        assert_null(row->wkb);
        must(mg_table_next(table, &row, &err));
        assert_null(row);
        assert_int_equal(info->rows_read, 2);
        must(mg_table_rewind(table, &err));
    }
    char hex[65];
    must(mg_sha256_file(path, hex, &err));
    assert_string_equal(info->sha256, hex);
    assert_int_equal(info->bytes_read, sizeof geojson - 1);
}

static void geojson_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    for (size_t length = 2; length < sizeof geojson - 1; length += 7)
        assert_int_equal(try_table(file_of("t.geojson", geojson, length), NULL, NULL), MG_ERR_INPUT);
    must_fail(try_table(file_of("t.geojson", geojson, 200), NULL, &err), MG_ERR_INPUT,
              "cannot be read as a table: ");
    must_fail(try_table(file_of("t.json", "[1,2]", 5), NULL, &err), MG_ERR_INPUT,
              "cannot be read as a table");
}

static void what_is_called_csv_must_be_csv(void **state)
{
    (void)state;
    must_fail(try_table(file_of("t.csv", geojson, sizeof geojson - 1), NULL, &err), MG_ERR_INPUT,
              "this is GeoJSON, not CSV");
    const struct mg_table_options comma = {.delimiter = ','};
    must_fail(try_table(file_of("t", geojson, sizeof geojson - 1), &comma, &err), MG_ERR_INPUT, "not CSV");
    must_fail(try_table(file_of("t.csv", "{\n \"a\": 1}", 10), NULL, &err), MG_ERR_INPUT,
              "this is JSON, not CSV");
    must_fail(try_table(file_of("t.csv", "PK\3\4....", 8), NULL, &err), MG_ERR_INPUT,
              "a zip archive, not CSV");
    must_fail(try_table(file_of("t", " <!doctype HTML>", 16), NULL, &err), MG_ERR_INPUT,
              "a web page, which is not a table");
    must_fail(try_table(file_of("t.pdf", "%PDF-1.7", 8), NULL, &err), MG_ERR_INPUT, "a PDF document");
    expect(file_of("t.csv", "{a};b\n1;2\n", 10), NULL, "[{a}][b]\n2@6<1><2>\n");
    must_fail(try_table(file_of("t.geojson", "", 0), NULL, &err), MG_ERR_INPUT, "the file is empty");
}

static void options_of_other_formats_are_refused(void **state)
{
    (void)state;
    const char *path = file_of("t.geojson", geojson, sizeof geojson - 1);
    const struct mg_table_options layer = {.layer = "other"}, header = {.no_header = true},
                                  skip = {.skip_lines = 1}, encoding = {.encoding = "CP1252"};
    struct mg_error said = {0};
    assert_int_equal(try_table(path, &layer, &said), MG_ERR_USAGE);
    assert_non_null(strstr(said.hint, "the layers are: "));
    must_fail(try_table(path, &header, &err), MG_ERR_USAGE, "GeoJSON has no header line");
    must_fail(try_table(path, &skip, &err), MG_ERR_USAGE, "no lines to skip");
    must_fail(try_table(path, &encoding, &err), MG_ERR_USAGE, "the encoding of GeoJSON is fixed");
}

/* GDAL is confined as soon as the library has loaded it: what it writes is in its memory. */
static void to_disk(const char *in_memory, const char *path)
{
    vsi_l_offset length = 0;
    const GByte *bytes = VSIGetMemFileBuffer(in_memory, &length, FALSE);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* A file of this driver with sheets (or one layer) of text cells; "" ends a row's cells. */
static const char *made(const char *driver, const char *name, const char *const (*sheets)[2], size_t count)
{
    static const char *const dates[] = {"2020/01/31", "", "2020/01/31 12:00:00"};
    static char path[256], disk[256];
    snprintf(path, sizeof path, "/vsimem/%s", name);
    snprintf(disk, sizeof disk, "%s/%s", files_dir, name);
    must(mg_gdal_load(&err));
    VSIUnlink(path);
    GDALDatasetH dataset = GDALCreate(GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(dataset);
    for (size_t i = 0; i < count; i++) {
        OGRLayerH layer = GDALDatasetCreateLayer(dataset, sheets[i][0], NULL, wkbNone, NULL);
        for (const char *cell = sheets[i][1]; cell && *cell; cell++) {
            char field[2] = {*cell, '\0'};
            OGRFieldDefnH defn = OGR_Fld_Create(field, *cell == 'n' ? OFTInteger : OFTString);
            OGR_L_CreateField(layer, defn, TRUE);
            OGR_Fld_Destroy(defn);
        }
        for (int row = 0; sheets[i][1] && row < 3; row++) {
            OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
            for (int k = 0; row != 1 && k < OGR_F_GetFieldCount(feature); k++)
                OGR_F_SetFieldString(feature, k, k == 0 ? "01001" : k == 1 ? "12" : dates[row]);
            assert_int_equal(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
            OGR_F_Destroy(feature);
        }
    }
    GDALClose(dataset);
    to_disk(path, disk);
    return disk;
}

static void a_workbook_is_read_as_it_is_written(void **state)
{
    (void)state;
    static const char *const one[][2] = {{"Feuil1", "and"}, {"Feuil2", NULL}};
    static const char rows[] =
        "[a][n][d]\n2@-1<01001><12><2020-01-31>\n4@-1<01001><12><2020-01-31T12:00:00>\n";
    const char *path = made("XLSX", "w.xlsx", one, 2);
    expect(path, NULL, rows);
    const struct mg_table_options bare = {.no_header = true, .skip_lines = 2}, skip = {.skip_lines = 1},
                                  all = {.skip_lines = 9};
    expect(path, &bare, "[column_1][column_2][column_3]\n4@-1<01001><12><2020-01-31T12:00:00>\n");
    expect(path, &skip, "[01001][12][2020-01-31]\n4@-1<01001><12><2020-01-31T12:00:00>\n");
    must_fail(try_table(path, &all, &err), MG_ERR_INPUT, "the sheet is empty");
    WITH_TABLE table = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    must(mg_table_open(path, NULL, &table, &err));
    for (int pass = 0; pass < 2; pass++) {
        mg_buf_clear(&out);
        must(add_rows(&out, table, &err));
        assert_string_equal(out.data, rows + strlen("[a][n][d]\n"));
        assert_int_equal(mg_table_info(table)->blank_lines, 1);
        must(mg_table_rewind(table, &err));
    }
    assert_int_equal(mg_table_info(table)->header_line, 1);
    char other[256];
    snprintf(other, sizeof other, "%s/unnamed", files_dir);
    assert_int_equal(rename(path, other), 0);
    expect(other, NULL, rows); /* known by its content */
}

static void a_sheet_is_chosen(void **state)
{
    (void)state;
    static const char *const two[][2] = {{"un", "a"}, {"deux", "b"}};
    const char *path = made("XLSX", "two.xlsx", two, 2);
    struct mg_error said = {0};
    assert_int_equal(try_table(path, NULL, &said), MG_ERR_USAGE);
    assert_string_equal(said.hint, "the layers are: un, deux");
    const struct mg_table_options layer = {.layer = "deux"};
    expect(path, &layer, "[b]\n2@-1<01001>\n4@-1<01001>\n");
}

static void geopackages_are_read(void **state)
{
    (void)state;
    static const char *const one[][2] = {{"table", "an"}};
    expect(made("GPKG", "t.gpkg", one, 1), NULL, "[a][n]\n1@-1<01001><12>\n2@-1<><>\n3@-1<01001><12>\n");
}

static void put_member(const char *archive, const char *member, const char *text, size_t length)
{
    char in_memory[200], path[400];
    snprintf(in_memory, sizeof in_memory, "/vsimem%s", archive);
    snprintf(path, sizeof path, "/vsizip/%s/%s", in_memory, member);
    VSILFILE *file = VSIFOpenL(path, "wb");
    assert_non_null(file);
    assert_int_equal(VSIFWriteL(text, 1, length, file), length);
    VSIFCloseL(file);
    to_disk(in_memory, archive);
}

static void a_member_of_an_archive_is_read(void **state)
{
    (void)state;
    char zip[128], member[200];
    snprintf(zip, sizeof zip, "%s/a.zip", files_dir);
    put_member(zip, "folder/a.csv", "a;b\n1;2\n", 8);
    put_member(zip, "readme.md", "x", 1);
    expect(zip, NULL, "[a][b]\n2@4<1><2>\n");
    char hex[65];
    WITH_TABLE table = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    must(mg_table_open(zip, NULL, &table, &err));
    must(add_rows(&out, table, &err));
    must(mg_table_rewind(table, &err));
    must(add_rows(&out, table, &err));
    assert_string_equal(out.data, "2@4<1><2>\n2@4<1><2>\n");
    must(mg_sha256_file(zip, hex, &err));
    assert_string_equal(mg_table_info(table)->sha256, hex);
    put_member(zip, "b.geojson", geojson, sizeof geojson - 1);
    struct mg_error said = {0};
    assert_int_equal(try_table(zip, NULL, &said), MG_ERR_USAGE);
    assert_non_null(strstr(said.hint, "folder/a.csv, b.geojson"));
    snprintf(member, sizeof member, "%s/b.geojson", zip);
    must(try_table(member, NULL, &err));
    snprintf(member, sizeof member, "%s/c.csv", zip);
    must_fail(try_table(member, NULL, &err), MG_ERR_INPUT, "no member 'c.csv'");
    must_fail(try_table(file_of("cut.zip", "PK\3\4abcdef", 10), NULL, &err), MG_ERR_INPUT,
              "the zip archive is damaged");
    static const char *const gtfs[] = {"agency.txt", "routes.txt", "trips.txt", "stops.txt",
                                       "stop_times.txt"};
    snprintf(zip, sizeof zip, "%s/gtfs.zip", files_dir);
    for (size_t i = 0; i < 5; i++) {
        put_member(zip, gtfs[i], i == 3 ? "stop_id\nS1\n" : "a\nb\n", i == 3 ? 11 : 4);
        if (i == 3)
            assert_int_equal(try_table(zip, NULL, &said), MG_ERR_USAGE); /* no stop_times: just an archive */
    }
    expect(zip, NULL, "[stop_id]\n2@8<S1>\n");
    snprintf(zip, sizeof zip, "%s/none.zip", files_dir);
    put_member(zip, "readme.md", "x", 1);
    must_fail(try_table(zip, NULL, &err), MG_ERR_INPUT, "holds no table");
}

static void other_formats_come_through_pipes(void **state)
{
    (void)state;
    int ends[2], saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], geojson, sizeof geojson - 1), sizeof geojson - 1);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    expect("-", NULL,
           "[nom][n][x][d][ok][l]\n1@-1<École><12><1.5><2020-01-31><true><[ 1, \"a\" ]>\n"
           "2@-1<><-3><0.1><><false><>\n");
    dup2(saved, STDIN_FILENO);
    close(saved);
}

/* Whichever of our own allocations fails, everything is given back. */
static void what_has_another_name_is_told(void **state)
{
    (void)state;
    static const char list[] = "[ {\"lat\": 48.9, \"lon\": 4.3} ]";
    must_fail(try_table(file_of("l.json", list, sizeof list - 1), NULL, &err), MG_ERR_INPUT,
              "a JSON list, not GeoJSON");
    expect(file_of("t.xls", "a;b\n1;2\n", 8), NULL, "[a][b]\n2@4<1><2>\n");
    must_fail(try_table(file_of("h.xls", " <table>", 8), NULL, &err), MG_ERR_INPUT,
              "HTML or XML, not a workbook");
}

/* A flag in the member's heads is all that says so. */
static void a_password_is_told(void **state)
{
    (void)state;
    char zip[128], bytes[4096];
    snprintf(zip, sizeof zip, "%s/p.zip", files_dir);
    put_member(zip, "p.csv", "a;b\n1;2\n", 8);
    FILE *file = fopen(zip, "r+b");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    bytes[6] |= 1;
    char *directory = memmem(bytes, length, "PK\1\2", 4);
    assert_non_null(directory);
    directory[8] |= 1;
    rewind(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    must_fail(try_table(zip, NULL, &err), MG_ERR_INPUT, "protected by a password");
}

static void append(const char *path)
{
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fwrite(" ", 1, 1, file), 1);
    assert_int_equal(fclose(file), 0);
}

/* Written to, or another put in its place, between opening and the end: in each way a file is read. */
static void what_changes_meanwhile_is_told(void **state)
{
    (void)state;
    const char *paths[] = {file_of("c.csv", "a;b\n1;2\n", 8),
                           file_of("c.geojson", geojson, sizeof geojson - 1)};
    for (size_t i = 0; i < 2; i++) {
        for (int replaced = 0; replaced < 2; replaced++) {
            WITH_TABLE table = NULL;
            struct mg_error why = {0};
            must(mg_table_open(paths[i], NULL, &table, &err));
            must(mg_table_check_unchanged(table, &err));
            if (replaced)
                assert_int_equal(rename(file_of("other", "a;b\n1;2\n", 8), paths[i]), 0);
            else
                append(paths[i]);
            assert_int_equal(mg_table_check_unchanged(table, &why), MG_ERR_INPUT);
        }
    }
}

static void a_part_that_changes_is_told(void **state)
{
    (void)state;
    struct stat status = {.st_mode = S_IFREG, .st_size = 3}, later;
    struct mg_file_state before = mg_file_state(&status);
    assert_true(mg_file_state_same(&before, &status));
    later = status;
    later.st_ctim.tv_nsec = 1;
    assert_false(mg_file_state_same(&before, &later));
    later = status;
    later.st_ino = 7;
    assert_false(mg_file_state_same(&before, &later));
    status.st_mode = S_IFIFO; /* a pipe is always what it was */
    before = mg_file_state(&status);
    assert_true(mg_file_state_same(&before, &later));

    struct mg_gdal_files *files = NULL;
    must(mg_gdal_load(&err));
    const char *part = file_of("p.dbf", "x", 1);
    must(mg_gdal_files_open(file_of("p.shp", "x", 1), NULL, true, &files, &err));
    assert_true(mg_gdal_files_unchanged(files));
    append(part);
    assert_false(mg_gdal_files_unchanged(files));
    mg_gdal_files_destroy(files);
}

static void no_memory_is_survived(void **state)
{
    (void)state;
    char paths[2][256], zip[128];
    snprintf(paths[0], sizeof paths[0], "%s", file_of("m.geojson", geojson, sizeof geojson - 1));
    snprintf(zip, sizeof zip, "%s/m.zip", files_dir);
    put_member(zip, "m.csv", "a;b\n1;2\n", 8);
    snprintf(paths[1], sizeof paths[1], "%s/m.csv", zip);
    MG_CLEANUP(mg_buf_finish) struct mg_buf out = {0};
    mg_buf_reserve(&out, 4096);
    for (size_t i = 0; i < 2; i++) {
        long n = 0;
        for (long left = -1; left < 0; n++) {
            struct mg_error said = {0};
            mg_buf_clear(&out);
            mg_alloc_fail_after(n);
            enum mg_code code = read_table(paths[i], NULL, &out, &said);
            left = mg_alloc_fail_after(-1);
            assert_int_equal(code, left < 0 ? MG_ERR_MEMORY : MG_OK);
        }
        assert_true(n > 10);
    }
}

static void real_files_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t columns;
        int64_t rows;
    } files[] = {
        {"laposte/laposte_poincont2_2016.csv", 16, 17212},
        {"laposte/laposte_poincont2_2020.csv", 16, 17716},
        {"territoires/epci-communes-2021.xlsx", 14, 34961},
        {"territoires/cog-mouvements-2024.csv.gz", 14, 13284},
        {"territoires/regions-2018.geojson", 2, 18},
        {"sante/sae-urgences-2022.csv", 10, 624},
        {"france-services/france-services-2024-08-01.csv", 24, 2845},
    };
    skip_where_slow("real files");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        WITH_TABLE table = NULL;
        const struct mg_row *row = NULL;
        must(mg_table_open(shared_file(files[i].name), NULL, &table, &err));
        const struct mg_table_info *info = mg_table_info(table);
        assert_int_equal(info->column_count, files[i].columns);
        do {
            must(mg_table_next(table, &row, &err));
            assert_true(!row || row->count == files[i].columns);
        } while (row);
        assert_int_equal(info->rows_read, files[i].rows);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geojson_is_read),
        cmocka_unit_test(geojson_that_is_not_whole_is_refused),
        cmocka_unit_test(what_is_called_csv_must_be_csv),
        cmocka_unit_test(options_of_other_formats_are_refused),
        cmocka_unit_test(a_workbook_is_read_as_it_is_written),
        cmocka_unit_test(a_sheet_is_chosen),
        cmocka_unit_test(geopackages_are_read),
        cmocka_unit_test(a_member_of_an_archive_is_read),
        cmocka_unit_test(other_formats_come_through_pipes),
        cmocka_unit_test(what_has_another_name_is_told),
        cmocka_unit_test(a_password_is_told),
        cmocka_unit_test(what_changes_meanwhile_is_told),
        cmocka_unit_test(a_part_that_changes_is_told),
        cmocka_unit_test(no_memory_is_survived),
        cmocka_unit_test(real_files_are_understood),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
