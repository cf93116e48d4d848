/* GeoJSON as written: RFC 7946 and RFC 8142, read back by another parser. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/geo/blob.h"
#include "tests/unit/test.h"

static FILE *target; /* what the writer writes to; anew for each test */

static int make_target(void **state)
{
    (void)state;
    target = tmpfile();
    return target == NULL;
}

static int drop_target(void **state)
{
    (void)state;
    fclose(target);
    return 0;
}

static struct mg_geojson *start(bool sequence, int precision)
{
    struct mg_geojson *g = NULL;
    must(mg_geojson_create(fileno(target), sequence, precision, &g, &err));
    return g;
}

/* What was written. */
static const char *finish(struct mg_geojson *g)
{
    static char text[20000];
    must(mg_geojson_close(g, &err));
    mg_geojson_destroy(g);
    ssize_t length = pread(fileno(target), text, sizeof text - 1, 0);
    assert_true(length >= 0);
    text[length] = '\0';
    return text;
}

/* A WKB polygon of these rings, each ended by NAN, as a blob. */
static void polygon(const double *rings, struct mg_buf *blob)
{
    struct mg_buf wkb = {0};
    uint32_t count = 0;
    mg_buf_add(&wkb, "\1\3\0\0\0\0\0\0\0", 9);
    for (const double *ring = rings; !isinf(*ring); count++) {
        uint32_t n = 0;
        while (!isnan(ring[2 * n]))
            n++;
        mg_buf_add(&wkb, &n, sizeof n);
        mg_buf_add(&wkb, ring, 2 * n * sizeof *ring);
        ring += 2 * n + 1;
    }
    memcpy(wkb.data + 5, &count, sizeof count);
    must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, blob, &err));
    mg_buf_finish(&wkb);
}

static void one_polygon(const double *rings, int precision, const char *expected_geometry, int64_t collapsed)
{
    assert_int_equal(ftruncate(fileno(target), 0), 0);
    lseek(fileno(target), 0, SEEK_SET);
    struct mg_buf blob = {0};
    polygon(rings, &blob);
    struct mg_geojson *g = start(true, precision);
    mg_geojson_begin(g);
    must(mg_geojson_polygons(g, blob.data, blob.length, &err));
    must(mg_geojson_end(g, &err));
    assert_int_equal(mg_geojson_counts(g)->collapsed_rings, collapsed);
    char expected[2000];
    snprintf(expected, sizeof expected, "\x1e{\"type\":\"Feature\",\"geometry\":%s,\"properties\":{}}\n",
             expected_geometry);
    assert_string_equal(finish(g), expected);
    mg_buf_finish(&blob);
}

static void an_empty_collection_is_a_collection(void **state)
{
    (void)state;
    assert_string_equal(finish(start(false, 6)), "{\"type\":\"FeatureCollection\",\"features\":[]}\n");
}

static void an_empty_sequence_is_empty(void **state)
{
    (void)state;
    assert_string_equal(finish(start(true, 6)), "");
}

static void points_come_out_to_the_byte(void **state)
{
    (void)state;
    struct mg_geojson *g = start(false, 6);
    mg_geojson_begin(g);
    assert_true(mg_geojson_point(g, 4.36720049, -0.0000004));
    mg_geojson_id(g, "a\"b", 3);
    mg_geojson_text(g, "name", "Ch\xc3\xa2lons \"1\"\n", 13);
    mg_geojson_int(g, "n", INT64_MIN);
    mg_geojson_null(g, "closed");
    must(mg_geojson_end(g, &err));
    mg_geojson_begin(g);
    mg_geojson_point(g, -180, 90);
    must(mg_geojson_end(g, &err));
    assert_string_equal(
        finish(g), "{\"type\":\"FeatureCollection\",\"features\":[\n"
                   "{\"type\":\"Feature\",\"id\":\"a\\\"b\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
                   "[4.3672,0]},\"properties\":{\"name\":\"Ch\xc3\xa2lons \\\"1\\\"\\n\","
                   "\"n\":-9223372036854775808,\"closed\":null}},\n"
                   "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[-180,90]},"
                   "\"properties\":{}}\n"
                   "],\"bbox\":[-180,0,4.3672,90]}\n");
}

static void what_is_not_on_earth_is_not_written(void **state)
{
    (void)state;
    static const double bad[][2] = {{NAN, 0}, {0, NAN}, {INFINITY, 0}, {180.1, 0}, {0, -90.1}};
    struct mg_geojson *g = start(true, 6);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mg_geojson_begin(g);
        assert_false(mg_geojson_point(g, bad[i][0], bad[i][1]));
        must(mg_geojson_end(g, &err));
    }
    assert_int_equal(mg_geojson_counts(g)->without_geometry, 5);
    assert_null(strstr(finish(g), "Point"));
}

static void rings_turn_the_right_way(void **state)
{
    (void)state;
    static const double clockwise[] = {0, 0, 0, 4, 4, 4, 4, 0, 0, 0, NAN, /* hole, counter-clockwise: */
                                       1, 1, 2, 1, 2, 2, 1, 2, 1, 1, NAN, INFINITY};
    static const double right[] = {0, 0, 4, 0, 4, 4, 0, 4, 0, 0,   NAN,     1,
                                   1, 1, 2, 2, 2, 2, 1, 1, 1, NAN, INFINITY};
    const char *expected = "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4],[0,0]],"
                           "[[1,1],[1,2],[2,2],[2,1],[1,1]]]}";
    one_polygon(clockwise, 6, expected, 0);
    one_polygon(right, 6, expected, 0);
}

static void rounding_drops_repeated_vertices_and_counts_lost_rings(void **state)
{
    (void)state;
    static const double repeated[] = {
        0, 0,   1.04,           0,   1.01, 0,   1,    1,    0,   1,   0.01, 0,       0,
        0, NAN, /* hole */ 0.5, 0.5, 0.51, 0.5, 0.51, 0.51, 0.5, 0.5, NAN,  INFINITY};
    one_polygon(repeated, 1, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}", 1);
    static const double sliver[] = {0,   0,   1,   0.01, 0.5, 0.04, 0,   0,   NAN, /* its hole goes with it */
                                    0.4, 0.4, 0.6, 0.4,  0.6, 0.6,  0.4, 0.4, NAN, INFINITY};
    one_polygon(sliver, 1, "null", 2);
}

static void several_polygons_are_a_multipolygon(void **state)
{
    (void)state;
    struct mg_buf wkb = {0}, blob = {0};
    uint32_t four = 4;
    mg_buf_add(&wkb, "\1\6\0\0\0\2\0\0\0", 9);
    for (int i = 0; i < 2; i++) {
        double ring[] = {i * 10, 0, i * 10 + 1, 0, i * 10, 1, i * 10, 0};
        mg_buf_add(&wkb, "\1\3\0\0\0\1\0\0\0", 9);
        mg_buf_add(&wkb, &four, sizeof four);
        mg_buf_add(&wkb, ring, sizeof ring);
    }
    must(mg_blob_from_wkb((const unsigned char *)wkb.data, wkb.length, &blob, &err));
    struct mg_geojson *g = start(true, 3);
    mg_geojson_begin(g);
    must(mg_geojson_polygons(g, blob.data, blob.length, &err));
    must(mg_geojson_end(g, &err));
    assert_non_null(strstr(finish(g),
                           "\"geometry\":{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1,0],[0,1],"
                           "[0,0]]],[[[10,0],[11,0],[10,1],[10,0]]]]},"));
    mg_buf_finish(&wkb);
    mg_buf_finish(&blob);
}

static void borders_that_cannot_be_written_are_refused(void **state)
{
    (void)state;
    static const double across[] = {179, 0, -179, 0, -179, 1, 179, 1, 179, 0, NAN, INFINITY};
    static const double beyond[] = {179, 0, 181, 0, 181, 1, 179, 0, NAN, INFINITY};
    struct mg_buf blob = {0}, other = {0};
    struct mg_geojson *g = start(true, 6);
    polygon(across, &blob);
    must_fail(mg_geojson_polygons(g, blob.data, blob.length, &err), MG_ERR_INPUT, "antimeridian");
    polygon(beyond, &other);
    must_fail(mg_geojson_polygons(g, other.data, other.length, &err), MG_ERR_INPUT, "longitude");
    must_fail(mg_geojson_polygons(g, "junk", 4, &err), MG_ERR_INPUT, "not a readable polygon");
    mg_geojson_destroy(g);
    mg_buf_finish(&blob);
    mg_buf_finish(&other);
}

static void values_pass_as_they_are(void **state)
{
    (void)state;
    const char *source = "{\"a\":[1,2.5,true,null,\"x\"],\"b\":{\"z\":1,\"y\":false},\"c\":0.1}";
    json_t *value = json_loads(source, 0, NULL);
    struct mg_geojson *g = start(true, 6);
    mg_geojson_begin(g);
    mg_geojson_json(g, "v", value);
    must(mg_geojson_end(g, &err));
    char expected[200];
    snprintf(expected, sizeof expected, "\"properties\":{\"v\":%s}}", source);
    assert_non_null(strstr(finish(g), expected));
    json_decref(value);
}

static void what_many_features_share_is_made_once(void **state)
{
    (void)state;
    struct mg_geojson *g = start(true, 6);
    mg_geojson_begin(g);
    mg_geojson_members(g, "\"a\":1,\"b\":2", 11);
    mg_geojson_key(g, "\"c\":", 4);
    mg_geojson_text(g, NULL, "x", 1);
    mg_geojson_key(g, "\"d\":", 4);
    mg_geojson_value(g, "\"y\"", 3);
    mg_geojson_key(g, "\"e\":", 4);
    mg_geojson_null(g, NULL);
    must(mg_geojson_end(g, &err));
    assert_non_null(
        strstr(finish(g), "\"properties\":{\"a\":1,\"b\":2,\"c\":\"x\",\"d\":\"y\",\"e\":null}}"));
}

static void a_full_disk_is_said_and_stays_said(void **state)
{
    (void)state;
    int full = open("/dev/full", O_WRONLY);
    if (full < 0)
        skip();
    struct mg_geojson *g = NULL;
    must(mg_geojson_create(full, false, 6, &g, &err));
    must_fail(mg_geojson_close(g, &err), MG_ERR_IO, "No space left");
    mg_geojson_begin(g);
    must_fail(mg_geojson_end(g, &err), MG_ERR_IO, "No space left");
    mg_geojson_destroy(g);
    mg_geojson_destroy(NULL);
    close(full);
}

static enum mg_code write_some(const struct mg_buf *blob, struct mg_error *err)
{
    struct mg_geojson *g = NULL;
    enum mg_code code = mg_geojson_create(fileno(target), false, 6, &g, err);
    for (int i = 0; !code && i < 3; i++) {
        mg_geojson_begin(g);
        mg_geojson_id(g, "id", 2);
        mg_geojson_text(g, "name", "a name that is longer than the smallest buffer, which is 64 bytes long",
                        70);
        code = mg_geojson_polygons(g, blob->data, blob->length, err);
        if (!code)
            code = mg_geojson_end(g, err);
    }
    if (!code)
        code = mg_geojson_close(g, err);
    mg_geojson_destroy(g);
    return code;
}

static void every_failed_allocation_is_said(void **state)
{
    (void)state;
    static const double square[] = {0, 0, 1, 0, 1, 1, 0, 1, 0, 0, NAN, INFINITY};
    struct mg_buf blob = {0};
    polygon(square, &blob);
    int failures = 0;
    for (long n = 0;; n++, failures++) {
        struct mg_error err = {0};
        mg_alloc_fail_after(n);
        enum mg_code code = write_some(&blob, &err);
        if (mg_alloc_fail_after(-1) >= 0) {
            assert_int_equal(code, MG_OK);
            break;
        }
        /* mg_blob_visit_rings says of a failed allocation only that the blob could not be read */
        assert_true(code == MG_ERR_MEMORY || code == MG_ERR_INPUT);
    }
    assert_true(failures > 5);
    mg_buf_finish(&blob);
}

#define with_target(test) cmocka_unit_test_setup_teardown(test, make_target, drop_target)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_target(an_empty_collection_is_a_collection),
        with_target(an_empty_sequence_is_empty),
        with_target(points_come_out_to_the_byte),
        with_target(what_is_not_on_earth_is_not_written),
        with_target(rings_turn_the_right_way),
        with_target(rounding_drops_repeated_vertices_and_counts_lost_rings),
        with_target(several_polygons_are_a_multipolygon),
        with_target(borders_that_cannot_be_written_are_refused),
        with_target(values_pass_as_they_are),
        with_target(what_many_features_share_is_made_once),
        with_target(a_full_disk_is_said_and_stays_said),
        with_target(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
