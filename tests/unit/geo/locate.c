/* Points in polygons, judged by GEOS and by the rule that every point has one owner. */
#include <geos_c.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/blob.h"
#include "libdata/geo/locate.h"
#include "tests/unit/test.h"

MG_DEFINE_CLEANUP(struct mg_locate, mg_locate_destroy)

static uint64_t seed = 20260101;

static double next_random(void)
{
    uint64_t z = (seed += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void ignore(const char *message, ...)
{
    (void)message;
}

/* --- shapes: a geometry of GEOS and the blob made from its WKB --- */

static void blob_of(const GEOSGeometry *shape, struct mg_buf *blob)
{
    size_t size;
    unsigned char *wkb = GEOSGeomToWKB_buf(shape, &size);
    mg_buf_clear(blob);
    must(mg_blob_from_wkb(wkb, size, blob, &err));
    GEOSFree(wkb);
}

static void add_shape(struct mg_locate *locate, const GEOSGeometry *shape, int32_t number)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0};
    blob_of(shape, &blob);
    must(mg_locate_add(locate, (const unsigned char *)blob.data, blob.length, number, &err));
}

static void add_text(struct mg_locate *locate, const char *text, int32_t number)
{
    GEOSGeometry *shape = GEOSGeomFromWKT(text);
    add_shape(locate, shape, number);
    GEOSGeom_destroy(shape);
}

static GEOSGeometry *polygon(const double *xy, unsigned count)
{
    return GEOSGeom_createPolygon(GEOSGeom_createLinearRing(GEOSCoordSeq_copyFromBuffer(xy, count, 0, 0)),
                                  NULL, 0);
}

/* A corner of the honeycomb; the same numbers whichever of its three cells asks. */
static void corner(int column, int row, double west, double south, double side, double out[2])
{
    uint64_t kept = seed;
    seed = (uint64_t)(column * 100003 + row);
    double shift_x = next_random() - 0.5, shift_y = next_random() - 0.5;
    seed = kept;
    out[0] = west + (column + 0.4 * shift_x) * side;
    out[1] = south + (row + 0.4 * shift_y) * side;
}

/* Bricks of six jittered corners: each borders six others, as communes do. columns by rows of them. */
static GEOSGeometry **honeycomb(int columns, int rows, double west, double south, double side)
{
    GEOSGeometry **shapes = mg_malloc((size_t)(columns * rows) * sizeof(GEOSGeometry *));
    for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
            int x = 2 * c + r % 2;
            static const int around[7][2] = {{0, 0}, {1, 0}, {2, 0}, {2, 1}, {1, 1}, {0, 1}, {0, 0}};
            double xy[14];
            for (int i = 0; i < 7; i++)
                corner(x + around[i][0], r + around[i][1], west, south, side, xy + 2 * i);
            shapes[r * columns + c] = polygon(xy, 7);
        }
    }
    return shapes;
}

static void drop(GEOSGeometry **shapes, int count)
{
    for (int i = 0; i < count; i++)
        GEOSGeom_destroy(shapes[i]);
    free(shapes);
}

/* --- tests --- */

enum { WIDE = 40, HIGH = 50, SHAPES = WIDE * HIGH };

static void random_points_are_where_geos_finds_them(void **state)
{
    (void)state;
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
    must(mg_locate_create(&locate, &err));
    /* two lands far apart, one of a tenth of the other's size */
    static const double west[2] = {2, 55.2}, south[2] = {44, -21.3}, side[2] = {0.03, 0.003};
    GEOSGeometry **lands[2];
    const GEOSPreparedGeometry *prepared[2][SHAPES];
    for (int land = 0; land < 2; land++) {
        lands[land] = honeycomb(WIDE, HIGH, west[land], south[land], side[land]);
        for (int i = 0; i < SHAPES; i++) {
            add_shape(locate, lands[land][i], land * SHAPES + i);
            prepared[land][i] = GEOSPrepare(lands[land][i]);
        }
    }
    must(mg_locate_build(locate, &err));
    for (int n = 0; n < 4000; n++) {
        int land = n % 2;
        double lon = west[land] + (next_random() * 2.1 - 0.05) * WIDE * side[land];
        double lat = south[land] + (next_random() * 1.1 - 0.05) * HIGH * side[land];
        GEOSGeometry *point = GEOSGeom_createPointFromXY(lon, lat);
        int32_t expected = -1;
        for (int i = 0; i < SHAPES && expected < 0; i++)
            if (GEOSPreparedContains(prepared[land][i], point) == 1)
                expected = land * SHAPES + i;
        GEOSGeom_destroy(point);
        if (mg_locate_find(locate, lon, lat) != expected)
            fail_msg("%.17g %.17g is in %d, not %d", lon, lat, expected, mg_locate_find(locate, lon, lat));
    }
    for (int land = 0; land < 2; land++) {
        for (int i = 0; i < SHAPES; i++)
            GEOSPreparedGeom_destroy(prepared[land][i]);
        drop(lands[land], SHAPES);
    }
}

static void a_point_on_a_border_has_one_owner(void **state)
{
    (void)state;
    enum { W = 6, H = 6, N = W * H };
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *all = NULL;
    struct mg_locate *alone[N];
    GEOSGeometry **shapes = honeycomb(W, H, 4, 48, 0.01);
    must(mg_locate_create(&all, &err));
    for (int i = 0; i < N; i++) {
        add_shape(all, shapes[i], i);
        must(mg_locate_create(&alone[i], &err));
        add_shape(alone[i], shapes[i], i);
        must(mg_locate_build(alone[i], &err));
    }
    must(mg_locate_build(all, &err));
    for (int row = 1; row < H; row++) {
        for (int column = 2; column < 2 * W - 2; column++) {
            double here[2], next[2];
            corner(column, row, 4, 48, 0.01, here);
            corner(column + 1, row, 4, 48, 0.01, next);
            for (int k = 0; k <= 8; k++) { /* the corner itself, and points on the border east of it */
                double lon = here[0] + k / 8.0 * (next[0] - here[0]),
                       lat = here[1] + k / 8.0 * (next[1] - here[1]);
                int owners = 0, owner = -1;
                for (int i = 0; i < N; i++)
                    if (mg_locate_find(alone[i], lon, lat) == i) {
                        owners++;
                        owner = i;
                    }
                assert_int_equal(owners, 1);
                assert_int_equal(mg_locate_find(all, lon, lat), owner);
            }
        }
    }
    for (int i = 0; i < N; i++)
        mg_locate_destroy(alone[i]);
    drop(shapes, N);
}

static void borders_go_to_the_east_and_the_north(void **state)
{
    (void)state;
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
    must(mg_locate_create(&locate, &err));
    add_text(locate, "POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))", 0);
    add_text(locate, "POLYGON((1 0, 2 0, 2 1, 1 1, 1 0))", 1);
    add_text(locate, "POLYGON((0 1, 1 1, 1 2, 0 2, 0 1))", 2);
    must(mg_locate_build(locate, &err));
    static const struct {
        double lon, lat;
        int32_t owner;
    } cases[] = {{0.5, 0.5, 0}, {1, 0.5, 1},       {0.5, 1, 2},    {0, 0, 0},      {1, 0, 1},
                 {0, 1, 2},     {1, 1, -1},        {2, 0.5, -1},   {0.5, 2, -1},   {0, 0.5, 0},
                 {0.5, 0, 0},   {-0.001, 0.5, -1}, {NAN, 0.5, -1}, {0.5, NAN, -1}, {INFINITY, 0.5, -1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (mg_locate_find(locate, cases[i].lon, cases[i].lat) != cases[i].owner)
            fail_msg("%g %g: %d", cases[i].lon, cases[i].lat,
                     mg_locate_find(locate, cases[i].lon, cases[i].lat));
}

static void holes_parts_and_enclaves(void **state)
{
    (void)state;
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
    must(mg_locate_create(&locate, &err));
    add_text(
        locate,
        "MULTIPOLYGON(((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 4 1, 4 4, 1 4, 1 1), (5 5, 6 5, 6 6, 5 6, 5 5)), "
        "((2 2, 3 2, 3 3, 2 3, 2 2)), ((-50 10, -49 10, -49 11, -50 10)))",
        7);
    add_text(locate, "POLYGON((5 5, 6 5, 6 6, 5 6, 5 5))", 8); /* an enclave */
    must(mg_locate_build(locate, &err));
    assert_int_equal(mg_locate_find(locate, 0.5, 0.5), 7);
    assert_int_equal(mg_locate_find(locate, 8.5, 8.5), 7);
    assert_int_equal(mg_locate_find(locate, 1.5, 1.5), -1); /* the hole */
    assert_int_equal(mg_locate_find(locate, 2.5, 2.5), 7);  /* the island in the hole */
    assert_int_equal(mg_locate_find(locate, 5.5, 5.5), 8);
    assert_int_equal(mg_locate_find(locate, 5.001, 5.999), 8);
    assert_int_equal(mg_locate_find(locate, -49.2, 10.5), 7);
    assert_int_equal(mg_locate_find(locate, -20, 5), -1);
}

static void the_first_of_overlapping_polygons_owns(void **state)
{
    (void)state;
    static const char *const shapes[] = {"POLYGON((0 0, 8 0, 8 8, 0 8, 0 0))",
                                         "POLYGON((4 4, 12 4, 12 12, 4 12, 4 4))",
                                         "POLYGON((5 5, 6 5, 6 6, 5 6, 5 5))"};
    for (int first = 0; first < 3; first++) {
        MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
        must(mg_locate_create(&locate, &err));
        for (int i = 0; i < 3; i++)
            add_text(locate, shapes[(first + i) % 3], (first + i) % 3);
        must(mg_locate_build(locate, &err));
        for (int n = 0; n < 5000; n++) {
            double lon = next_random() * 14 - 1, lat = next_random() * 14 - 1;
            bool in[3] = {lon > 0 && lon < 8 && lat > 0 && lat<8, lon> 4 && lon < 12 && lat > 4 &&
                          lat<12, lon> 5 && lon < 6 && lat > 5 && lat < 6};
            int owner = -1;
            for (int i = 2; i >= 0; i--)
                if (in[(first + i) % 3])
                    owner = (first + i) % 3;
            assert_int_equal(mg_locate_find(locate, lon, lat), owner);
        }
    }
}

static void degenerate_rings_own_nothing(void **state)
{
    (void)state;
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
    must(mg_locate_create(&locate, &err));
    assert_int_equal(mg_locate_find(locate, 0, 0), -1);
    add_text(locate, "POLYGON((1 1, 1 1, 1 1, 1 1))", 0);
    add_text(locate, "POLYGON((0 0, 5 0, 9 0, 0 0))", 1);
    add_text(locate, "POLYGON((3 0, 3 5, 3 9, 3 0))", 2);
    must(mg_locate_build(locate, &err));
    must(mg_locate_build(locate, &err)); /* again: nothing more happens */
    for (int n = 0; n < 1000; n++)
        assert_int_equal(mg_locate_find(locate, next_random() * 9, next_random() * 9), -1);
    assert_int_equal(mg_locate_find(locate, 1, 1), -1);

    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *point = NULL;
    must(mg_locate_create(&point, &err));
    add_text(point, "POLYGON((1 1, 1 1, 1 1, 1 1))", 0);
    must(mg_locate_build(point, &err));
    assert_int_equal(mg_locate_find(point, 1, 1), -1);

    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *empty = NULL;
    must(mg_locate_create(&empty, &err));
    must(mg_locate_build(empty, &err));
    assert_int_equal(mg_locate_find(empty, 1, 1), -1);
    mg_locate_destroy(NULL);
}

static void tiny_polygons_far_apart_take_little(void **state)
{
    (void)state;
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
    must(mg_locate_create(&locate, &err));
    for (int i = 0; i < 20; i++) {
        char text[200];
        double lon = -170.0 + 17 * i, lat = -80.0 + 8 * i, e = 1e-5;
        snprintf(text, sizeof text, "POLYGON((%.9f %.9f, %.9f %.9f, %.9f %.9f, %.9f %.9f))", lon, lat,
                 lon + e, lat, lon + e, lat + e, lon, lat);
        add_text(locate, text, i);
    }
    must(mg_locate_build(locate, &err));
    for (int i = 0; i < 20; i++) {
        assert_int_equal(mg_locate_find(locate, -170.0 + 17 * i + 0.8e-5, -80.0 + 8 * i + 0.3e-5), i);
        assert_int_equal(mg_locate_find(locate, -170.0 + 17 * i + 0.2e-5, -80.0 + 8 * i + 0.8e-5), -1);
    }
}

/* All border and no area, or next to none: the raster must not become fine for them, or it would never end.
 */
static void slivers_take_little(void **state)
{
    (void)state;
    static const double widths[] = {0, 1e-300, 1e-9, 1e-4};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
        double xy[2 * 4001];
        for (int i = 0; i < 4001; i++) {
            xy[2 * i] = i % 2 ? widths[w] * i : 0;
            xy[2 * i + 1] = i % 2 ? 80 : -80;
        }
        GEOSGeometry *shape = polygon(xy, 4001);
        must(mg_locate_create(&locate, &err));
        add_shape(locate, shape, 1);
        GEOSGeom_destroy(shape);
        clock_t start = clock();
        must(mg_locate_build(locate, &err));
        assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 5);
        assert_int_equal(mg_locate_find(locate, 4001, 0), -1);
    }
}

static void other_geometries_are_refused(void **state)
{
    (void)state;
    MG_CLEANUP(mg_locate_destroy_pointer) struct mg_locate *locate = NULL;
    unsigned char point[MG_POINT_BLOB_SIZE];
    mg_blob_point(4, 48, point);
    must(mg_locate_create(&locate, &err));
    must_fail(mg_locate_add(locate, point, sizeof point, 0, &err), MG_ERR_INPUT, "not a polygon");
    GEOSGeometry *shape = GEOSGeomFromWKT("POLYGON((0 0, 1 0, 1 1, 0 0))");
    MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0};
    blob_of(shape, &blob);
    GEOSGeom_destroy(shape);
    double bad = NAN;
    memcpy(blob.data + blob.length - 1 - 32, &bad, sizeof bad);
    must_fail(mg_locate_add(locate, (const unsigned char *)blob.data, blob.length, 0, &err), MG_ERR_INPUT,
              "longitudes and latitudes");
    bad = 700000; /* metres */
    memcpy(blob.data + blob.length - 1 - 32, &bad, sizeof bad);
    must_fail(mg_locate_add(locate, (const unsigned char *)blob.data, blob.length, 0, &err), MG_ERR_INPUT,
              "longitudes and latitudes");
    add_text(locate, "POLYGON((0 0, 1 0, 1 1, 0 0))", 5);
    must(mg_locate_build(locate, &err));
    assert_int_equal(mg_locate_find(locate, 0.9, 0.5), 5);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    GEOSGeometry *shape = GEOSGeomFromWKT("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((2 0, 3 0, 3 1, 2 0)))");
    MG_CLEANUP(mg_buf_finish) struct mg_buf blob = {0};
    blob_of(shape, &blob);
    GEOSGeom_destroy(shape);
    for (long n = 0;; n++) {
        struct mg_error err = {0};
        struct mg_locate *locate = NULL;
        mg_alloc_fail_after(n);
        enum mg_code code = mg_locate_create(&locate, &err);
        if (!code)
            code = mg_locate_add(locate, (const unsigned char *)blob.data, blob.length, 3, &err);
        if (!code)
            code = mg_locate_build(locate, &err);
        long left = mg_alloc_fail_after(-1);
        int32_t found = code ? -1 : mg_locate_find(locate, 2.9, 0.5);
        mg_locate_destroy(locate);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            assert_int_equal(found, 3);
            assert_true(n > 5);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
}

int main(void)
{
    initGEOS(ignore, ignore);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_points_are_where_geos_finds_them),
        cmocka_unit_test(a_point_on_a_border_has_one_owner),
        cmocka_unit_test(borders_go_to_the_east_and_the_north),
        cmocka_unit_test(holes_parts_and_enclaves),
        cmocka_unit_test(the_first_of_overlapping_polygons_owns),
        cmocka_unit_test(degenerate_rings_own_nothing),
        cmocka_unit_test(tiny_polygons_far_apart_take_little),
        cmocka_unit_test(slivers_take_little),
        cmocka_unit_test(other_geometries_are_refused),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    int failed = cmocka_run_group_tests_name("locate", tests, NULL, NULL);
    finishGEOS();
    return failed;
}
