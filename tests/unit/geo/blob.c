/* Geometry blobs, judged by SpatiaLite. */
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <spatialite.h> /* after sqlite3.h, which it needs */

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/blob.h"
#include "libdata/geo/centre.h"
#include "libdata/geo/crs.h"
#include "tests/unit/test.h"

static sqlite3 *db;
static void *cache;

static int open_spatialite(void **state)
{
    (void)state;
    if (sqlite3_open(":memory:", &db))
        return 1;
    cache = spatialite_alloc_connection();
    spatialite_init_ex(db, cache, 0);
    return 0;
}

static int close_spatialite(void **state)
{
    (void)state;
    sqlite3_close(db);
    spatialite_cleanup_ex(cache);
    return 0;
}

/* The one text (or, as hex, blob) that SQL makes of a blob. */
static char *ask(const char *sql, const void *blob, size_t length)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    if (blob)
        sqlite3_bind_blob(statement, 1, blob, (int)length, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    char *copy = mg_strdup(text ? text : "null");
    sqlite3_finalize(statement);
    return copy;
}

static void points_are_those_of_spatialite(void **state)
{
    (void)state;
    unsigned char blob[MG_POINT_BLOB_SIZE];
    mg_blob_point(4.3672, 48.9566, blob);
    char hex[2 * MG_POINT_BLOB_SIZE + 1];
    for (size_t i = 0; i < sizeof blob; i++)
        snprintf(hex + 2 * i, 3, "%02X", blob[i]);
    MG_FREE char *theirs = ask("SELECT hex(MakePoint(4.3672, 48.9566, 4326))", NULL, 0);
    assert_string_equal(hex, theirs);

    double lon = 0, lat = 0;
    assert_true(mg_blob_read_point(blob, sizeof blob, &lon, &lat));
    assert_true(lon == 4.3672 && lat == 48.9566);
    assert_false(mg_blob_read_point(blob, sizeof blob - 1, &lon, &lat));
    assert_false(mg_blob_read_point(NULL, 0, &lon, &lat));
    blob[39] = 3;
    assert_false(mg_blob_read_point(blob, sizeof blob, &lon, &lat));
}

/* Well-known binary of a well-known text, as SpatiaLite writes it (ISO). */
static void wkb_of(const char *text, struct mg_buf *out)
{
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT AsBinary(GeomFromText($1))", -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    mg_buf_clear(out);
    mg_buf_add(out, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
    sqlite3_finalize(statement);
    assert_true(out->length > 0);
}

static void polygons_become_multipolygons(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"POLYGON((4 48, 5 48, 5 49, 4 48))", "MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)))"},
        {"POLYGON((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1))",
         "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1)))"},
        {"MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)), ((0 0, 1 0, 1 1, 0 0)))",
         "MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)), ((0 0, 1 0, 1 1, 0 0)))"},
        {"POLYGONZ((4 48 7, 5 48 7, 5 49 7, 4 48 7))", "MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)))"},
        {"POLYGONM((4 48 7, 5 48 7, 5 49 7, 4 48 7))", "MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)))"},
        {"MULTIPOLYGONZM(((4 48 7 1, 5 48 7 1, 5 49 7 1, 4 48 7 1)))",
         "MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)))"},
    };
    MG_CLEANUP(mg_buf_finish) struct mg_buf wkb = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0};
        wkb_of(cases[i].from, &wkb);
        must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err));
        MG_FREE char *text = ask("SELECT AsText($1)", blob.data, blob.length);
        assert_string_equal(text, cases[i].to);
        MG_FREE char *rest = ask("SELECT ST_SRID($1) || ' ' || ST_IsValid($1) || ' ' || GeometryType($1)",
                                 blob.data, blob.length);
        assert_string_equal(rest, "4326 1 MULTIPOLYGON");
        MG_FREE char *box =
            ask("SELECT hex($1) = hex(SetSRID(CastToMulti(CastToXY(GeomFromText(AsText($1)))), 4326))",
                blob.data, blob.length);
        assert_string_equal(box, "1");
    }
}

static void both_byte_orders_and_old_types_are_read(void **state)
{
    (void)state;
    static const unsigned char big_endian[] = {
        0,    0,    0, 0, 3, 0, 0, 0, 1,    0,    0, 0, 4, 0, 0, 0,
        0,    0,    0, 0, 0, 0, 0, 0, 0,    0,    0, 0, 0,          /* 0 0 */
        0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, /* 1 0 */
        0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0, /* 1 1 */
        0,    0,    0, 0, 0, 0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0}, wkb = {0};
    must(mg_blob_from_wkb(big_endian, sizeof big_endian, &blob, &err));
    MG_FREE char *text = ask("SELECT AsText($1)", blob.data, blob.length);
    assert_string_equal(text, "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))");

    wkb_of("POLYGONZ((4 48 7, 5 48 7, 5 49 7, 4 48 7))", &wkb);
    uint32_t type = 0x80000003; /* as older writers mark a third dimension */
    memcpy(wkb.data + 1, &type, sizeof type);
    mg_buf_clear(&blob);
    must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err));
    MG_FREE char *again = ask("SELECT AsText($1)", blob.data, blob.length);
    assert_string_equal(again, "MULTIPOLYGON(((4 48, 5 48, 5 49, 4 48)))");
}

static void bad_geometries_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *message;
    } cases[] = {
        {"POINT(1 2)", "not a polygon (type 1)"},
        {"LINESTRING(0 0, 1 1)", "not a polygon (type 2)"},
        {"POLYGON((0 0, 1 0, 1 1, 0 2))", "not closed"},
    };
    MG_CLEANUP(mg_buf_finish) struct mg_buf wkb = {0}, blob = {0};
    mg_buf_add_str(&blob, "kept");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wkb_of(cases[i].from, &wkb);
        if (i == 2) { /* SpatiaLite closes it for us */
            double open = 3;
            memcpy(wkb.data + wkb.length - 16, &open, sizeof open);
        }
        must_fail(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err), MG_ERR_INPUT,
                  cases[i].message);
    }
    wkb_of("POLYGON((0 0, 1 0, 1 1, 0 0))", &wkb);
    for (size_t n = 0; n < wkb.length; n++)
        assert_int_equal(mg_blob_from_wkb((const unsigned char *)wkb.data, n, &blob, NULL), MG_ERR_INPUT);
    double nan = NAN;
    memcpy(wkb.data + 13 + 16, &nan, sizeof nan);
    must_fail(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err), MG_ERR_INPUT,
              "finite");
    uint32_t few = 3, none = 0;
    memcpy(wkb.data + 9, &few, sizeof few);
    must_fail(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err), MG_ERR_INPUT,
              "3 points");
    memcpy(wkb.data + 5, &none, sizeof none);
    must_fail(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err), MG_ERR_INPUT,
              "empty");
    assert_string_equal(blob.data, "kept");
}

struct seen {
    char text[200];
    int rings, stop_after;
};

static bool note_ring(void *context, size_t polygon, bool hole, const double *xy, size_t count)
{
    struct seen *seen = context;
    size_t n = strlen(seen->text);
    snprintf(seen->text + n, sizeof seen->text - n, "%zu%s:%zu:%g,%g;", polygon, hole ? "h" : "", count,
             xy[0], xy[1]);
    return ++seen->rings != seen->stop_after;
}

static void rings_are_visited_in_order(void **state)
{
    (void)state;
    MG_CLEANUP(mg_buf_finish) struct mg_buf wkb = {0}, blob = {0};
    wkb_of("MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1)), ((20 0, 21 0, 21 1, 20 0)))",
           &wkb);
    must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err));
    struct seen seen = {0};
    assert_true(mg_blob_visit_rings((const unsigned char *)blob.data, blob.length, note_ring, &seen));
    assert_string_equal(seen.text, "0:5:0,0;0h:4:1,1;1:4:20,0;");
    seen = (struct seen){.stop_after = 2};
    assert_false(mg_blob_visit_rings((const unsigned char *)blob.data, blob.length, note_ring, &seen));
    assert_string_equal(seen.text, "0:5:0,0;0h:4:1,1;");
    seen = (struct seen){0};
    assert_true(mg_blob_visit_rings((const unsigned char *)blob.data, blob.length, NULL, NULL));
    for (size_t n = 0; n < blob.length; n++)
        assert_false(mg_blob_visit_rings((const unsigned char *)blob.data, n, note_ring, &seen));

    /* a single polygon, as other programs store it */
    sqlite3_stmt *statement;
    sqlite3_prepare_v2(db, "SELECT GeomFromText('POLYGON((3 4, 9 0, 9 9, 3 4))', 4326)", -1, &statement,
                       NULL);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    seen = (struct seen){0};
    assert_true(mg_blob_visit_rings(sqlite3_column_blob(statement, 0),
                                    (size_t)sqlite3_column_bytes(statement, 0), note_ring, &seen));
    assert_string_equal(seen.text, "0:4:3,4;");
    sqlite3_finalize(statement);
}

static void polygons_are_transformed_in_place(void **state)
{
    (void)state;
    MG_CLEANUP(mg_buf_finish) struct mg_buf wkb = {0}, blob = {0};
    struct mg_crs *crs;
    must(mg_crs_create(&crs, &err));
    wkb_of("MULTIPOLYGON(((700000 6600000, 710000 6600000, 710000 6610000, 700000 6600000), "
           "(701000 6600100, 702000 6600100, 702000 6600900, 701000 6600100)), "
           "((800000 6900000, 800010 6900000, 800010 6900010, 800000 6900000)))",
           &wkb);
    must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err));
    must(mg_blob_to_lonlat(&blob, crs, 2154, &err));
    MG_FREE char *first = ask("SELECT AsText(Snap(ST_PointN(ST_ExteriorRing(ST_GeometryN($1, 1)), 1), "
                              "MakePoint(3, 46.5, 4326), 0.0000001))",
                              blob.data, blob.length);
    assert_string_equal(first, "POINT(3 46.5)");
    MG_FREE char *shape =
        ask("SELECT ST_NumGeometries($1) || ' ' || ST_NumInteriorRing(ST_GeometryN($1, 1)) || ' ' || "
            "(ST_MaxX($1) BETWEEN 4.3 AND 4.4) || ' ' || (ST_MaxY($1) BETWEEN 49.1 AND 49.2)",
            blob.data, blob.length);
    assert_string_equal(shape, "2 1 1 1");
    MG_FREE char *box = ask("SELECT MbrMaxX($1) = ST_MaxX(GeomFromWKB(AsBinary($1), 4326)) AND "
                            "MbrMinY($1) = ST_MinY(GeomFromWKB(AsBinary($1), 4326))",
                            blob.data, blob.length);
    assert_string_equal(box, "1");

    must_fail(mg_blob_to_lonlat(&blob, crs, 2056, &err), MG_ERR_INPUT, "EPSG:2056");
    wkb_of("POLYGON((0 0, 1000 0, 1000 1000, 0 0))", &wkb);
    mg_buf_clear(&blob);
    must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err));
    must_fail(mg_blob_to_lonlat(&blob, crs, 4326, &err), MG_ERR_INPUT, "no place in EPSG:4326");
    mg_crs_destroy(crs);
}

static void expect_centre(const char *wkt, double lon, double lat)
{
    char sql[400];
    sqlite3_stmt *statement;
    snprintf(sql, sizeof sql, "SELECT CastToMulti(GeomFromText('%s', 4326))", wkt);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    bool found = false;
    double x = 0, y = 0;
    must(mg_centre_of(sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0), &found,
                      &x, &y, &err));
    if (!found || fabs(x - lon) > 1e-9 || fabs(y - lat) > 1e-9)
        fail_msg("%s: %d, %.9f %.9f", wkt, found, x, y);
    sqlite3_finalize(statement);
}

static void a_centre_is_on_the_largest_land(void **state)
{
    (void)state;
    expect_centre("POLYGON((0 0, 4 0, 4 2, 0 2, 0 0))", 2, 1);
    expect_centre("POLYGON((0 0, 0 2, 4 2, 4 0, 0 0))", 2, 1); /* the other way round */
    expect_centre("POLYGON((6 45, 9 45, 6 48, 6 45))", 7, 46);
    expect_centre("MULTIPOLYGON(((9 0, 9.1 0, 9.1 1, 9 1, 9 0)), ((0 0, 4 0, 4 2, 0 2, 0 0)))", 2, 1);
    expect_centre("MULTIPOLYGON(((0 0, 4 0, 4 2, 0 2, 0 0)), ((9 0, 9.1 0, 9.1 1, 9 1, 9 0)))", 2, 1);
    /* a lake in the middle: the wider shore on its parallel */
    expect_centre("POLYGON((0 0, 10 0, 10 4, 0 4, 0 0), (2 1, 2 3, 6 3, 6 1, 2 1))", 8, 2);
    /* a U, whose centre of gravity (3, 1.5) is between its arms */
    expect_centre("POLYGON((0 0, 6 0, 6 4, 5 4, 5 1, 1 1, 1 4, 0 4, 0 0))", 0.5, 1.5);
    double x = 7, y = 7;
    bool found = true;
    must(mg_centre_of((const unsigned char *)"nothing", 7, &found, &x, &y, &err));
    assert_false(found);
    assert_true(x == 7 && y == 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_those_of_spatialite),
        cmocka_unit_test(polygons_become_multipolygons),
        cmocka_unit_test(both_byte_orders_and_old_types_are_read),
        cmocka_unit_test(bad_geometries_are_refused),
        cmocka_unit_test(rings_are_visited_in_order),
        cmocka_unit_test(polygons_are_transformed_in_place),
        cmocka_unit_test(a_centre_is_on_the_largest_land),
    };
    return cmocka_run_group_tests_name("blob", tests, open_spatialite, close_spatialite);
}
