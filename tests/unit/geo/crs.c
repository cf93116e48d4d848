/* Coordinate systems: published values, PROJ as the judge, and what files call them. */
#include <math.h>
#include <proj.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/crs.h"
#include "libdata/geo/crs_rough.h"
#include "libdata/geo/departement.h"
#include "libdata/geo/lambert.h"
#include "tests/unit/test.h"

static struct mg_crs *crs;

static int create(void **state)
{
    (void)state;
    return mg_crs_create(&crs, NULL);
}

static int destroy(void **state)
{
    (void)state;
    mg_crs_destroy(crs);
    return 0;
}

/* splitmix64: the same numbers on every run; from 0 to 1 */
static double next_random(void)
{
    static uint64_t seed = 20260101;
    uint64_t z = (seed += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void lambert_gives_the_published_values(void **state)
{
    (void)state;
    /* IOGP guidance note 7-2, the example of method 9802: Texas South Central, Clarke 1866, US survey feet */
    static const struct mg_lambert_definition texas = {
        .semi_major = 20925832.16,
        .flattening = 1 / 294.97870,
        .lat_0 = 27 + 50 / 60.0,
        .lon_0 = -99,
        .lat_1 = 28 + 23 / 60.0,
        .lat_2 = 30 + 17 / 60.0,
        .x_0 = 2000000,
        .y_0 = 0,
    };
    struct mg_lambert l;
    double lon, lat;
    mg_lambert_init(&l, &texas);
    mg_lambert_to_lonlat(&l, 2963503.91, 254759.80, &lon, &lat);
    assert_true(fabs(lon + 96) < 2e-8);
    assert_true(fabs(lat - 28.5) < 2e-8);

    /* IGN, constants of Lambert-93: exponent, constant C, ordinate of the pole */
    mg_lambert_init(&l, &mg_lambert_93);
    assert_true(fabs(l.cone - 0.7256077650532670) < 1e-13);
    assert_true(fabs(l.scale - 11754255.4261) < 1e-4);
    assert_true(fabs(l.pole_y - 12655612.0499) < 1e-4);

    /* the false origin is at 3 degrees east, 46.5 degrees north */
    double x = 700000, y = 6600000;
    must(mg_crs_to_lonlat(crs, 2154, &x, &y, 1, &err));
    assert_true(fabs(x - 3) < 1e-10 && fabs(y - 46.5) < 1e-10);
}

/* How far apart a test finds this library and PROJ over a rectangle; and nanoseconds a point of each. */
static double gap_m(int epsg, const double box[4], int count, double ns[2])
{
    MG_FREE double *x = mg_malloc((size_t)count * sizeof *x);
    MG_FREE double *y = mg_malloc((size_t)count * sizeof *y);
    MG_FREE double *theirs = mg_malloc(2 * (size_t)count * sizeof *theirs);
    char name[32];
    snprintf(name, sizeof name, "EPSG:%d", epsg);
    PJ_CONTEXT *context = proj_context_create();
    proj_context_set_enable_network(context, 0);
    PJ *plain = proj_create_crs_to_crs(context, name, "EPSG:4326", NULL);
    PJ *lonlat = proj_normalize_for_visualization(context, plain);
    for (int i = 0; i < count; i++) {
        theirs[2 * i] = x[i] = box[0] + next_random() * (box[2] - box[0]);
        theirs[2 * i + 1] = y[i] = box[1] + next_random() * (box[3] - box[1]);
    }
    must(mg_crs_to_lonlat(crs, epsg, x, y, 0, &err)); /* make the transformer before the clock starts */
    clock_t start = clock();
    must(mg_crs_to_lonlat(crs, epsg, x, y, (size_t)count, &err));
    clock_t middle = clock();
    size_t step = 2 * sizeof *theirs, n = (size_t)count;
    proj_trans_generic(lonlat, PJ_FWD, theirs, step, n, theirs + 1, step, n, NULL, 0, 0, NULL, 0, 0);
    clock_t end = clock();
    ns[0] = (double)(middle - start) * 1e9 / CLOCKS_PER_SEC / count;
    ns[1] = (double)(end - middle) * 1e9 / CLOCKS_PER_SEC / count;
    double worst = 0;
    for (int i = 0; i < count; i++) {
        double distance = mg_crs_distance_m(crs, x[i], y[i], theirs[2 * i], theirs[2 * i + 1]);
        if (!(distance <= worst)) /* not a number is worse than any distance */
            worst = distance;
    }
    proj_destroy(plain);
    proj_destroy(lonlat);
    proj_context_destroy(context);
    return worst;
}

static void lambert_93_is_within_ten_micrometres_of_proj(void **state)
{
    (void)state;
    double ns[2], worst = gap_m(2154, (double[4]){0, 6000000, 1300000, 7200000}, slow_count(500000), ns);
    print_message("Lambert-93: %.0f ns a point, PROJ %.0f; at most %.1f micrometres apart\n", ns[0], ns[1],
                  worst * 1e6);
    assert_true(worst < 10e-6);
}

static void a_closed_form_that_is_off_is_not_used(void **state)
{
    (void)state;
    struct mg_lambert l;
    PJ_CONTEXT *context = proj_context_create();
    PJ *plain = proj_create_crs_to_crs(context, "EPSG:2154", "EPSG:4326", NULL);
    PJ *lonlat = proj_normalize_for_visualization(context, plain);
    mg_lambert_init(&l, &mg_lambert_93);
    assert_true(mg_lambert_93_agrees(&l, lonlat));
    l.pole_y += 20e-6;
    assert_false(mg_lambert_93_agrees(&l, lonlat));
    mg_lambert_init(&l, &mg_lambert_93);
    l.series[2] = 0;
    assert_false(mg_lambert_93_agrees(&l, lonlat));
    l.cone = NAN;
    assert_false(mg_lambert_93_agrees(&l, lonlat));
    proj_destroy(plain);
    proj_destroy(lonlat);
    proj_context_destroy(context);
}

static void every_other_system_is_projs(void **state)
{
    (void)state;
    static const struct {
        int epsg;
        double box[4];
    } cases[] = {
        {3942, {1000e3, 1050e3, 2300e3, 1350e3}},   {3943, {1000e3, 2050e3, 2300e3, 2350e3}},
        {3944, {1000e3, 3050e3, 2300e3, 3350e3}},   {3945, {1000e3, 4050e3, 2300e3, 4350e3}},
        {3946, {1000e3, 5050e3, 2300e3, 5350e3}},   {3947, {1000e3, 6050e3, 2300e3, 6350e3}},
        {3948, {1000e3, 7050e3, 2300e3, 7350e3}},   {3949, {1000e3, 8050e3, 2300e3, 8350e3}},
        {3950, {1000e3, 9050e3, 2300e3, 9350e3}},   {27572, {0, 1600e3, 1200e3, 2700e3}},
        {5490, {470e3, 1570e3, 760e3, 2025e3}},     {4559, {470e3, 1570e3, 760e3, 2025e3}},
        {32620, {470e3, 1570e3, 760e3, 2025e3}},    {2972, {90e3, 222e3, 455e3, 664e3}},
        {32622, {90e3, 222e3, 455e3, 664e3}},       {2975, {303e3, 7622e3, 391e3, 7705e3}},
        {4471, {490e3, 8552e3, 543e3, 8618e3}},     {4467, {530e3, 5161e3, 576e3, 5238e3}},
        {3857, {-7000e3, -2400e3, 6200e3, 6600e3}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double ns[2], worst = gap_m(cases[i].epsg, cases[i].box, 1000, ns);
        if (!(worst == 0))
            fail_msg("EPSG:%d: %g m from PROJ", cases[i].epsg, worst);
    }
}

static void places_land_where_they_are(void **state)
{
    (void)state;
    /* a town of each system, to a kilometre: catches swapped axes and a wrong zone */
    static const struct {
        int epsg;
        double x, y, lon, lat;
    } cases[] = {
        {2154, 799960, 6874850, 4.3675, 48.9575},   /* Châlons-en-Champagne */
        {3949, 1799960, 8194960, 4.3665, 48.9525},  /* the same in CC49 */
        {27572, 748650, 2441400, 4.3635, 48.9570},  /* the same in Lambert II étendu */
        {5490, 642000, 1771100, -61.6783, 16.0165}, /* Basse-Terre side of Guadeloupe */
        {2972, 354000, 545700, -52.3180, 4.9358},   /* Cayenne */
        {2975, 338600, 7690200, 55.4486, -20.8805}, /* Saint-Denis */
        {4471, 523000, 8587000, 45.2120, -12.7850}, /* Mamoudzou */
        {4467, 562200, 5181100, -56.1853, 46.7806}, /* Saint-Pierre */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double x = cases[i].x, y = cases[i].y;
        must(mg_crs_to_lonlat(crs, cases[i].epsg, &x, &y, 1, &err));
        double off = mg_crs_distance_m(crs, x, y, cases[i].lon, cases[i].lat);
        if (!(off < 1500))
            fail_msg("EPSG:%d: %.5f %.5f is %.0f m from where it should be", cases[i].epsg, x, y, off);
        assert_true(mg_crs_plausible(cases[i].epsg, cases[i].x, cases[i].y));
    }
    assert_false(mg_crs_plausible(2154, 4.37, 48.96));
    assert_false(mg_crs_plausible(2154, 6874850, 799960));
    assert_false(mg_crs_plausible(4326, 799960, 6874850));
    assert_false(mg_crs_plausible(4326, NAN, 48));
    assert_false(mg_crs_plausible(9999, 1, 1));
}

static void what_cannot_be_transformed_is_not_a_number(void **state)
{
    (void)state;
    double x[] = {700000, NAN, 700000, INFINITY, 700000}, y[] = {6600000, 6600000, -INFINITY, 0, 6600000};
    must(mg_crs_to_lonlat(crs, 2154, x, y, 5, &err));
    assert_true(fabs(x[0] - 3) < 1e-9 && fabs(x[4] - 3) < 1e-9 && fabs(y[4] - 46.5) < 1e-9);
    for (int i = 1; i < 4; i++)
        assert_true(isnan(x[i]) && isnan(y[i]));
    double u[] = {340000, 1e30, NAN, 340000}, v[] = {7655000, 1e30, 1, 7655000};
    must(mg_crs_to_lonlat(crs, 2975, u, v, 4, &err));
    assert_true(isnan(u[1]) && isnan(v[1]) && isnan(u[2]) && isnan(v[2]));
    assert_true(u[0] == u[3] && v[0] == v[3] && isfinite(u[0]));
    double lon[] = {4.37, 200, NAN}, lat[] = {48.96, 10, 1};
    must(mg_crs_to_lonlat(crs, 4326, lon, lat, 3, &err));
    assert_true(lon[0] == 4.37 && lat[0] == 48.96 && isnan(lon[1]) && isnan(lat[2]));
    must_fail(mg_crs_to_lonlat(crs, 2056, u, v, 1, &err), MG_ERR_INPUT, "EPSG:2056");
}

static void names_are_known(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int epsg;
    } cases[] = {{"EPSG:2154", 2154},
                 {"2154", 2154},
                 {"epsg 2154", 2154},
                 {"Lambert-93", 2154},
                 {"LAMBERT 93", 2154},
                 {"L93", 2154},
                 {"WGS84", 4326},
                 {"WGS 84", 4326},
                 {"CC48", 3948},
                 {"RGF93 / CC48", 3948},
                 {"Lambert II étendu", 27572},
                 {"urn:ogc:def:crs:EPSG::5490", 5490},
                 {"urn:ogc:def:crs:OGC:1.3:CRS84", 4326},
                 {"http://www.opengis.net/def/crs/EPSG/0/2975", 2975},
                 {"RGR92 / UTM zone 40S", 2975},
                 {"WGS 84 / UTM zone 20N", 32620},
                 {"1,SOURCE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93", 2154},
                 {"1,SOURCE,96,BAN,L93_METROPOLE", 2154},
                 {"1,SOURCE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)", 2154},
                 {"2,SOURCE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", 5490},
                 {"2,SOURCE,90,BAN,WGS84/UTM zone 21N (St-Pierre-et-Miquelon)", 32621},
                 {"2,SOURCE,84,IGN,BD_ADRESSE,V2.2,UTM_N22", 32622},
                 {"2,UTM_S40", 2975},
                 {"2,UTM_S38", 4471},
                 {"UTM_N20,2", 32620},
                 {"2,SOURCE,84", 0},
                 {",", 0},
                 {"(", 0},
                 {"", 0},
                 {"EPSG:", 0},
                 {"EPSG:2154x,", 0},
                 {"9999", 0},
                 {"2056", 0},
                 {"Lambert", 0},
                 {"EPSG:2154x", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (mg_crs_from_name(cases[i].name, strlen(cases[i].name)) != cases[i].epsg)
            fail_msg("%s is not %d", cases[i].name, cases[i].epsg);
}

static void codes_tell_their_system(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int epsg;
    } cases[] = {{"51108", 2154}, {"51", 2154},    {"1", 2154},     {"1001", 2154},  {"2A004", 2154},
                 {"2B", 2154},    {"02A", 2154},   {"035", 2154},   {"95", 2154},    {"96", 0},
                 {"00", 0},       {"971", 5490},   {"97105", 5490}, {"97209", 5490}, {"97302", 2972},
                 {"974", 2975},   {"97502", 4467}, {"97608", 4471}, {"97801", 5490}, {"9A", 5490},
                 {"9A101", 5490}, {"9F", 4471},    {"98818", 3163}, {"99138", 0},    {"", 0},
                 {"5110", 2154},  {"511089", 0},   {"A1", 0},       {"5110X", 0},    {"9711", 2154}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (mg_crs_for_code(cases[i].code, strlen(cases[i].code)) != cases[i].epsg)
            fail_msg("%s does not give %d", cases[i].code, cases[i].epsg);
}

/* Where a département's own system puts the middle of its box is near the middle of what crs.h says. */
static void departements_have_boxes(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        double lon, lat;
    } towns[] = {{"51108", 4.363, 48.957},   {"2A004", 8.737, 41.927},  {"20000", 8.737, 41.927},
                 {"97411", 55.448, -20.879}, {"97611", 45.228, -12.78}, {"98735", -149.57, -17.53},
                 {"98818", 166.45, -22.27},  {"01", 5.2, 46.2},         {"95500", 2.47, 48.99},
                 {"97502", -56.18, 46.78}};
    for (size_t i = 0; i < sizeof towns / sizeof *towns; i++) {
        const struct mg_box *box = mg_departement_box(towns[i].code, strlen(towns[i].code));
        if (!box || !mg_box_holds(box, towns[i].lon, towns[i].lat, 0))
            fail_msg("%s", towns[i].code);
        assert_false(mg_box_holds(box, towns[i].lon + 30, towns[i].lat, 0.1));
    }
    static const char *none[] = {"", "5", "96000", "00000", "9", "97", "1001", "990", "123456"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_null(mg_departement_box(none[i], strlen(none[i])));
}

static void every_land_has_its_systems(void **state)
{
    (void)state;
    static const char *codes[] = {"51", "971", "973", "974", "975", "976", "986", "987", "988"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        int home = mg_crs_for_code(codes[i], strlen(codes[i]));
        const int *candidate = mg_crs_candidates(home);
        assert_int_equal(*candidate, home);
        for (; *candidate; candidate++) {
            double x = 500000, y = 500000;
            must(mg_crs_to_lonlat(crs, *candidate, &x, &y, 1, &err)); /* PROJ knows it */
        }
    }
    assert_int_equal(*mg_crs_candidates(4326), 0);
}

/* A place in the range of a system that is taken at random out of all that mainland France's systems span. */
static void draw(int epsg, double *ret_x, double *ret_y)
{
    do {
        *ret_x = epsg == 3857 ? -7200e3 + 13600e3 * next_random() : -100e3 + 2450e3 * next_random();
        *ret_y = epsg == 3857 ? -2600e3 + 9400e3 * next_random() : 900e3 + 8500e3 * next_random();
    } while (!mg_crs_plausible(epsg, *ret_x, *ret_y));
}

static void closed_forms_say_roughly_where(void **state)
{
    (void)state;
    struct mg_crs_rough rough;
    mg_crs_rough_init(&rough);
    int count = 0;
    for (const int *epsg = mg_crs_candidates(2154) + 1; *epsg; epsg++, count++) {
        double worst = 0;
        for (int i = 0; i < slow_count(2000); i++) {
            double x, y, lon, lat;
            draw(*epsg, &x, &y);
            assert_true(mg_crs_rough_place(&rough, *epsg, x, y, &lon, &lat));
            must(mg_crs_to_lonlat(crs, *epsg, &x, &y, 1, &err));
            worst = fmax(worst, fmax(fabs(lon - x), fabs(lat - y)));
        }
        if (!(worst < MG_CRS_ROUGH_DEG / 4))
            fail_msg("EPSG:%d: %g degrees", *epsg, worst);
    }
    assert_int_equal(count, MG_CRS_ROUGH_CONES + 1);
    assert_false(mg_crs_rough_place(&rough, 2975, 3e5, 7.6e6, &(double){0}, &(double){0}));
}

/* What is left out must lead elsewhere, and nothing may be left out for another reason. */
static void candidates_that_lead_elsewhere_are_left_out(void **state)
{
    (void)state;
    int given = 0, right = 0;
    for (int i = 0; i < 20000; i++) {
        double x, y;
        const struct mg_box *box = mg_departement_box(i % 2 ? "44" : "67", 2);
        const int *candidate = mg_crs_candidates(2154);
        draw(candidate[i % 15], &x, &y);
        int next = mg_crs_next_candidate(crs, 2154, 0, x, y, box);
        for (; *candidate; candidate++) {
            double lon = x, lat = y;
            bool is_next = next == *candidate;
            if (is_next)
                next = mg_crs_next_candidate(crs, 2154, next, x, y, box);
            must(mg_crs_to_lonlat(crs, *candidate, &lon, &lat, 1, &err));
            bool leads = mg_crs_plausible(*candidate, x, y) && mg_box_holds(box, lon, lat, 0);
            given += is_next;
            right += leads;
            if (leads && !is_next)
                fail_msg("EPSG:%d leads %g %g there", *candidate, x, y);
        }
        assert_int_equal(next, 0);
    }
    assert_true(right > 100 && given < right + right / 2 + 2700); /* Lambert-93 itself has no rough form */
    assert_int_equal(mg_crs_next_candidate(crs, 4326, 0, 1, 1, mg_departement_box("44", 2)), 0);
}

static void distances_are_geodesic(void **state)
{
    (void)state;
    /* a degree of the meridian at 45 degrees, and a quarter of the equator, on WGS 84 */
    assert_true(fabs(mg_crs_distance_m(crs, 3, 44.5, 3, 45.5) - 111131.8) < 0.5);
    assert_true(fabs(mg_crs_distance_m(crs, 0, 0, 90, 0) - 10018754.171) < 0.01);
    assert_true(mg_crs_distance_m(crs, 4.4, 48.9, 4.4, 48.9) == 0);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    struct mg_crs *lost = NULL;
    struct mg_error err = {0};
    mg_alloc_fail_after(0);
    enum mg_code code = mg_crs_create(&lost, &err);
    mg_alloc_fail_after(-1);
    assert_int_equal(code, MG_ERR_MEMORY);
    assert_null(lost);
    mg_crs_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lambert_gives_the_published_values),
        cmocka_unit_test(lambert_93_is_within_ten_micrometres_of_proj),
        cmocka_unit_test(a_closed_form_that_is_off_is_not_used),
        cmocka_unit_test(every_other_system_is_projs),
        cmocka_unit_test(places_land_where_they_are),
        cmocka_unit_test(what_cannot_be_transformed_is_not_a_number),
        cmocka_unit_test(names_are_known),
        cmocka_unit_test(codes_tell_their_system),
        cmocka_unit_test(departements_have_boxes),
        cmocka_unit_test(every_land_has_its_systems),
        cmocka_unit_test(closed_forms_say_roughly_where),
        cmocka_unit_test(candidates_that_lead_elsewhere_are_left_out),
        cmocka_unit_test(distances_are_geodesic),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name("crs", tests, create, destroy);
}
