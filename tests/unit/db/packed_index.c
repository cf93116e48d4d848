/* The packed index is an R*Tree like any other: SQLite's own check, SpatiaLite's, and the same answers. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/db/packed_index.h"
#include "tests/unit/test.h"

static char path[] = "/tmp/maillage-index-XXXXXX";
static struct mg_db *db;
static uint64_t seed = 20160101;

static int open_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    put_empty_file(path);
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    must(mg_db_begin(db, &err));
    must(
        mg_db_exec(db, &err,
                   "CREATE VIRTUAL TABLE packed USING rtree(pkid, xmin, xmax, ymin, ymax);"
                   "CREATE VIRTUAL TABLE \"an \"\"odd\"\" name\" USING rtree(pkid, xmin, xmax, ymin, ymax)"));
    return 0;
}

static int close_file(void **state)
{
    (void)state;
    mg_db_close(db);
    unlink(path);
    strcpy(path + strlen(path) - 6, "XXXXXX");
    return 0;
}

static uint64_t random_bits(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static double random_between(double low, double high)
{
    return low + (high - low) * (double)(random_bits() >> 11) / (double)(1ull << 53);
}

static struct mg_index_point *random_points(size_t count)
{
    struct mg_index_point *points = calloc(count + 1, sizeof *points);
    int64_t id = 0;
    for (size_t i = 0; i < count; i++) {
        id += 1 + (int64_t)(random_bits() % 3);
        points[i] = (struct mg_index_point){random_between(-5, 9), random_between(41, 51), id};
    }
    return points;
}

static int64_t ask(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *sql = sqlite3_vmprintf(format, args);
    va_end(args);
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(mg_db_handle(db)));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_free(sql);
    return value;
}

/* How many ids the box finds in an index, and their sum. */
static void find(const char *index, const double box[4], int64_t *ret_count, int64_t *ret_sum)
{
    char *sql =
        sqlite3_mprintf("SELECT count(*), coalesce(sum(pkid), 0) FROM \"%w\" WHERE xmin <= ?1 AND xmax >= ?2 "
                        "AND ymin <= ?3 AND ymax >= ?4",
                        index);
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL), SQLITE_OK);
    sqlite3_free(sql);
    must(mg_db_bind(statement, &err, "ffff", box[0], box[1], box[2], box[3]));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    *ret_count = sqlite3_column_int64(statement, 0);
    *ret_sum = sqlite3_column_int64(statement, 1);
    sqlite3_finalize(statement);
}

static void fill_the_ordinary_way(const struct mg_index_point *points, size_t count)
{
    bool row;
    sqlite3_stmt *insert;
    must(mg_db_exec(db, &err, "CREATE VIRTUAL TABLE inserted USING rtree(pkid, xmin, xmax, ymin, ymax)"));
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), "INSERT INTO inserted VALUES (?1, ?2, ?2, ?3, ?3)",
                                        -1, &insert, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < count; i++) {
        must(mg_db_bind(insert, &err, "iff", points[i].id, points[i].x, points[i].y));
        must(mg_db_step(insert, &row, &err));
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
}

/* SQLite's own check, the same cells to the bit as an index filled the ordinary way, the same answers. */
static void same_as_inserted(const struct mg_index_point *points, size_t count, bool expect_packed)
{
    bool packed = !expect_packed;
    must(mg_packed_index_add(db, "packed", points, count, &packed, &err));
    assert_int_equal(packed, expect_packed);
    assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
    fill_the_ordinary_way(points, count);
    assert_int_equal(ask("SELECT count(*) FROM packed"), count);
    assert_int_equal(ask("SELECT count(*) FROM (SELECT * FROM packed EXCEPT SELECT * FROM inserted)"), 0);
    for (int i = 0; i < 50 && count; i++) {
        const struct mg_index_point *at = &points[random_bits() % count];
        double size = i % 2 ? random_between(0, 2) : 0;
        double box[4] = {at->x + size, at->x, at->y + size, at->y};
        int64_t found, sum, found_too, sum_too;
        find("packed", box, &found, &sum);
        find("inserted", box, &found_too, &sum_too);
        assert_int_equal(found, found_too);
        assert_int_equal(sum, sum_too);
        assert_true(found > 0 || fabs(at->x) > FLT_MAX || fabs(at->y) > FLT_MAX);
    }
    must(mg_db_exec(db, &err, "DROP TABLE inserted; DELETE FROM packed"));
}

static void every_size_of_tree(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 50, 51, 52, 102, 103, 2600, 2601, 2602, 2652, 2653, 30000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes - (slow_step() > 1); i++) {
        struct mg_index_point *points = random_points(sizes[i]);
        same_as_inserted(points, sizes[i], true);
        free(points);
    }
    same_as_inserted(NULL, 0, false);
}

static void a_deep_tree_can_be_added_to_and_emptied(void **state)
{
    (void)state;
    bool deep = slow_step() == 1;
    size_t count = deep ? 140000 : 3000; /* more than 51^3: depth 3; more than 51^2: depth 2 */
    struct mg_index_point *points = random_points(count);
    must(mg_packed_index_add(db, "packed", points, count, NULL, &err));
    assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
    assert_int_equal(ask("SELECT rtreedepth(data) FROM packed_node WHERE nodeno = 1"), deep ? 3 : 2);
    struct mg_index_point more[] = {{2.35, 48.85, points[count - 1].id + 1},
                                    {2.36, 48.86, points[count - 1].id + 2}};
    bool packed = true;
    must(mg_packed_index_add(db, "packed", more, 2, &packed, &err));
    assert_false(packed);
    must(mg_db_exec(db, &err,
                    "DELETE FROM packed WHERE pkid %% 3 = 0; UPDATE packed SET ymax = 52 WHERE pkid = 1"));
    assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
    must(mg_db_exec(db, &err, "DELETE FROM packed"));
    assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
    same_as_inserted(points, 300, true); /* empty again, so it is packed again */
    free(points);
}

static const char point_sql[] =
    "SELECT count(*) FROM packed WHERE pkid = %lld AND xmin <= %!.17g AND xmax >= %!.17g";

/* Branches of all heights beside trees of all depths, until the root is full and the tree grows; then it is
 * changed like any other tree. */
static void branches_beside_what_is_there(void **state)
{
    (void)state;
    static const size_t firsts[] = {1, 2700};
    for (size_t f = 0; f < sizeof firsts / sizeof *firsts - (slow_step() > 1); f++) {
        enum { ADDED = 56 };
        const int added = slow_step() > 1 ? 8 : ADDED; /* not as far as a root that is full */
        size_t count = firsts[f], size = 0;
        struct mg_index_point *points = random_points(count + (size_t)ADDED * 2800);
        bool packed = false;
        must(mg_packed_index_add(db, "packed", points, count, &packed, &err));
        for (int i = 0; i < added; i++, count += size) {
            size = i % 20 == 3 ? 2800 : 1024;
            must(mg_packed_index_add(db, "packed", points + count, size, &packed, &err));
            assert_true(packed);
            if (i % 12 == 0)
                assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
        }
        must(mg_packed_index_add(db, "packed", points + count, 1023, &packed, &err));
        assert_false(packed);
        count += 1023;
        assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
        assert_int_equal(ask("SELECT count(*) FROM packed"), count);
        for (size_t i = 0; i < count; i += 1013)
            assert_int_equal(ask(point_sql, (long long)points[i].id, points[i].x, points[i].x), 1);
        must(mg_db_exec(db, &err, "DELETE FROM packed WHERE pkid %% 9 = 0"));
        assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
        must(mg_db_exec(db, &err,
                        "DELETE FROM packed_node; DELETE FROM packed_rowid; DELETE FROM packed_parent;"
                        "INSERT INTO packed_node VALUES (1, zeroblob(1228))"));
        free(points);
    }
}

/* Ids below those that are there: rows that were numbered before the index was made. */
static void ids_that_do_not_follow(void **state)
{
    (void)state;
    struct mg_index_point *points = random_points(6000);
    must(mg_packed_index_add(db, "packed", points + 3000, 3000, NULL, &err));
    must(mg_packed_index_add(db, "packed", points, 3000, NULL, &err));
    assert_int_equal(ask("SELECT rtreecheck('packed') = 'ok'"), 1);
    for (size_t i = 0; i < 6000; i += 97)
        assert_int_equal(ask(point_sql, (long long)points[i].id, points[i].x, points[i].x), 1);
    free(points);
}

static void places_at_the_edges(void **state)
{
    (void)state;
    struct mg_index_point points[120] = {0};
    for (int i = 0; i < 120; i++)
        points[i] = (struct mg_index_point){4.363, 48.956, i + 1}; /* all in one place */
    same_as_inserted(points, 120, true);
    points[0].x = -DBL_MAX;
    points[1].x = DBL_MAX;
    points[2].y = -DBL_MAX;
    points[3].y = DBL_MAX;
    points[4].x = 1e-30;
    points[5].y = -0.0;
    points[6].x = -16777217; /* no float is this number */
    points[7].x = 16777217;
    same_as_inserted(points, 120, true);
    points[8].x = NAN;
    must_fail(mg_packed_index_add(db, "packed", points, 120, NULL, &err), MG_ERR_INPUT,
              "record 9 is not finite");
    points[8].x = INFINITY;
    must_fail(mg_packed_index_add(db, "packed", points, 120, NULL, &err), MG_ERR_INPUT,
              "record 9 is not finite");
    assert_int_equal(ask("SELECT count(*) FROM packed"), 0);
}

static void what_is_not_as_expected_is_filled_the_ordinary_way(void **state)
{
    (void)state;
    struct mg_index_point points[60];
    for (int i = 0; i < 60; i++)
        points[i] = (struct mg_index_point){i, 60 - i, 60 - i}; /* ids descend */
    same_as_inserted(points, 60, false);
    for (int i = 0; i < 60; i++)
        points[i].id = i + 1;
    bool packed = true;
    must(mg_db_exec(db, &err, "CREATE VIRTUAL TABLE whole USING rtree_i32(pkid, xmin, xmax, ymin, ymax)"));
    must(mg_packed_index_add(db, "whole", points, 60, &packed, &err));
    assert_false(packed);
    assert_int_equal(ask("SELECT count(*) FROM whole WHERE xmin >= 10 AND xmax <= 19"), 10);
    must(mg_db_exec(db, &err,
                    "CREATE VIRTUAL TABLE labelled USING rtree(pkid, xmin, xmax, ymin, ymax, +name)"));
    must_fail(mg_packed_index_add(db, "labelled", points, 60, &packed, &err), MG_ERR_DB, "6 columns");
    must_fail(mg_packed_index_add(db, "none", points, 60, &packed, &err), MG_ERR_DB, "no such table");
    points[59].id = 1;
    must_fail(mg_packed_index_add(db, "packed", points, 60, &packed, &err), MG_ERR_DB, "UNIQUE");
    must(mg_db_exec(db, &err, "DELETE FROM packed"));
    points[59].id = 60;
    must(mg_packed_index_add(db, "an \"odd\" name", points, 60, &packed, &err));
    assert_true(packed);
}

static void no_allocation_is_taken_for_granted(void **state)
{
    (void)state;
    struct mg_index_point point = {2.35, 48.85, 1};
    long n = 0;
    for (bool reached = true; reached; n++) {
        must(mg_db_exec(db, &err, "SAVEPOINT before"));
        mg_alloc_fail_after(n);
        enum mg_code code = mg_packed_index_add(db, "packed", &point, 1, NULL, NULL);
        reached = mg_alloc_fail_after(-1) < 0;
        assert_int_equal(code, reached ? MG_ERR_MEMORY : MG_OK);
        must(mg_db_exec(db, &err, reached ? "ROLLBACK TO before; RELEASE before" : "RELEASE before"));
        assert_int_equal(ask("SELECT count(*) FROM packed"), !reached);
    }
    assert_true(n > 3);
}

static void spatialite_agrees(void **state)
{
    (void)state;
    size_t count = 5000;
    struct mg_index_point *points = random_points(count);
    must(mg_db_exec(db, &err,
                    "CREATE TABLE place (id INTEGER PRIMARY KEY);"
                    "SELECT AddGeometryColumn('place', 'geom', 4326, 'POINT', 'XY');"
                    "SELECT CreateSpatialIndex('place', 'geom')"));
    mg_db_triggers(db, false);
    for (size_t i = 0; i < count; i++)
        must(mg_db_exec(db, &err, "INSERT INTO place VALUES (%lld, MakePoint(%!.17g, %!.17g, 4326))",
                        points[i].id, points[i].x, points[i].y));
    mg_db_triggers(db, true);
    assert_int_equal(ask("SELECT CheckSpatialIndex('place', 'geom')"), 0);
    bool packed = false;
    must(mg_packed_index_add(db, "idx_place_geom", points, count, &packed, &err));
    assert_true(packed);
    assert_int_equal(ask("SELECT CheckSpatialIndex('place', 'geom')"), 1);
    must(mg_db_exec(db, &err,
                    "INSERT INTO place VALUES (1000000, MakePoint(2, 48, 4326))")); /* with its trigger */
    assert_int_equal(ask("SELECT CheckSpatialIndex('place', 'geom')"), 1);
    free(points);
}

#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, open_file, close_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FILE(every_size_of_tree),
        IN_FILE(a_deep_tree_can_be_added_to_and_emptied),
        IN_FILE(branches_beside_what_is_there),
        IN_FILE(ids_that_do_not_follow),
        IN_FILE(places_at_the_edges),
        IN_FILE(what_is_not_as_expected_is_filled_the_ordinary_way),
        IN_FILE(no_allocation_is_taken_for_granted),
        IN_FILE(spatialite_agrees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
