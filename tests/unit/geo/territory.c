/* The territories of a date, from a small file around Châlons-en-Champagne. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/territory.h"
#include "tests/unit/test.h"

MG_DEFINE_CLEANUP(struct mg_territories, mg_territories_destroy)

static char path[64];
static struct mg_db *db;

static void sql(const char *text)
{
    char *message = NULL;
    if (sqlite3_exec(mg_db_handle(db), text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", text, message);
}

static int make_file(void **state)
{
    (void)state;
    strcpy(path, "/tmp/maillage-territory-XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    close(fd);
    unlink(path);
    put_empty_file(path);
    if (mg_db_open(path, MG_DB_CREATE, 0, &db, NULL) || mg_db_begin(db, NULL))
        return -1;
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    mg_db_rollback(db);
    mg_db_close(db);
    unlink(path);
    return 0;
}

static void edition(int id, const char *kind, const char *as_of)
{
    char text[600];
    snprintf(
        text, sizeof text,
        "INSERT OR IGNORE INTO dataset (id, name, kind) VALUES (%d, 'd%d', '%s');"
        "INSERT INTO edition (id, dataset, as_of, source_name, source_sha256, source_size, format, encoding, "
        "rows_read, rows_loaded, rows_rejected, rows_skipped, issues, imported_at, tool_version) "
        "VALUES (%d, %d, '%s', '', '', 0, '', '', 0, 0, 0, 0, 0, '', '')",
        id, id, kind, id, id, as_of);
    sql(text);
}

static void territory(int edition_id, const char *level, const char *type, const char *code, const char *name,
                      const char *date, const char *square)
{
    char text[600], geom[300] = "NULL";
    if (square) { /* west and south of a square of a tenth of a degree */
        double west, south;
        assert_int_equal(sscanf(square, "%lf %lf", &west, &south), 2);
        snprintf(geom, sizeof geom, "CastToMulti(BuildMbr(%g, %g, %g, %g, 4326))", west, south, west + 0.1,
                 south + 0.1);
    }
    snprintf(text, sizeof text,
             "INSERT INTO territory (edition, level, type, code, name, valid_from, line, geom) "
             "VALUES (%d, '%s', '%s', '%s', '%s', '%s', 1, %s)",
             edition_id, level, type, code, name, date, geom);
    sql(text);
}

static void commune_link(int edition_id, const char *type, const char *child, const char *level,
                         const char *parent, const char *date)
{
    char text[400];
    snprintf(text, sizeof text,
             "INSERT INTO territory_link (edition, child_level, child_type, child, parent_level, parent, "
             "valid_from) "
             "VALUES (%d, '%s', '%s', '%s', '%s', '%s', '%s')",
             edition_id, strcmp(type, "DEP") ? "commune" : "departement", type, child, level, parent, date);
    sql(text);
}

static void inhabitants(int edition_id, const char *level, const char *code, int year, int n)
{
    char text[300];
    snprintf(
        text, sizeof text,
        "INSERT INTO population (edition, level, code, year, n, line) VALUES (%d, '%s', '%s', %d, %d, 1)",
        edition_id, level, code, year, n);
    sql(text);
}

static void merger(int edition_id, const char *date, const char *before, const char *type_after,
                   const char *after)
{
    char text[300];
    snprintf(
        text, sizeof text,
        "INSERT INTO movement (edition, kind, date, type_before, code_before, type_after, code_after, line) "
        "VALUES (%d, 32, '%s', 'COM', '%s', '%s', '%s', 1)",
        edition_id, date, before, type_after, after);
    sql(text);
}

static void paris(int edition_id, int arrondissements)
{
    char code[6];
    for (int i = 1; i <= arrondissements; i++) {
        snprintf(code, sizeof code, "751%02d", i);
        inhabitants(edition_id, "commune", code, 2017, 1000);
    }
}

/* 51002 went into 51001 in 2019; lists of 2018 and 2021. */
static void fill(void)
{
    edition(1, "territories", "2018-01-01");
    edition(2, "territories", "2021-01-01");
    edition(3, "territories", "2021-06-01");
    edition(4, "populations", "2020-01-01");
    edition(5, "populations", "2021-01-01");
    edition(6, "movements", "2021-01-01");
    territory(1, "commune", "COM", "51001", "Abbeville", "2018-01-01", "4 48.9");
    territory(1, "commune", "COM", "51002", "Bellay", "2018-01-01", "4.1 48.9");
    territory(1, "commune", "COM", "51108", "Châlons", "2018-01-01", "4.2 48.9");
    territory(1, "commune", "COM", "97601", "Acoua", "2018-01-01", "45 -12.8");
    territory(2, "commune", "COM", "51001", "Abbeville-Bellay", "2021-01-01", NULL);
    territory(2, "commune", "COM", "51108", "Châlons-en-Champagne", "2021-01-01", NULL);
    territory(2, "commune", "COM", "69123", "Lyon", "2021-01-01", NULL);
    territory(2, "commune", "COM", "97601", "Acoua", "2021-01-01", NULL);
    territory(2, "commune", "COMD", "51001", "Abbeville", "2021-01-01", NULL);
    territory(2, "commune", "COMD", "51002", "Bellay", "2021-01-01", NULL);
    territory(2, "departement", "DEP", "51", "Marne", "2021-01-01", NULL);
    territory(2, "region", "REG", "44", "Grand Est", "2021-01-01", NULL);
    territory(3, "epci", "EPCI", "200066876", "Agglomération", "2021-06-01", NULL);
    commune_link(2, "COM", "51001", "departement", "51", "2021-01-01");
    commune_link(2, "COM", "51108", "departement", "51", "2021-01-01");
    commune_link(2, "COM", "51001", "arrondissement", "513", "2021-01-01");
    commune_link(2, "COM", "51108", "arrondissement", "513", "2021-01-01");
    commune_link(2, "COMD", "51002", "commune", "51001", "2021-01-01");
    commune_link(2, "DEP", "51", "region", "44", "2021-01-01");
    commune_link(3, "COM", "51108", "epci", "200066876", "2021-06-01");
    commune_link(3, "COM", "51002", "epci", "200066876", "2021-06-01"); /* a code that is no more */
    inhabitants(4, "commune", "51001", 2017, 100);
    inhabitants(4, "commune", "51002", 2017, 50);
    inhabitants(4, "commune", "51108", 2017, 44000);
    inhabitants(4, "commune", "97601", 2012, 5000);
    inhabitants(5, "commune", "51108", 2017, 44753); /* a later edition of the same year */
    inhabitants(5, "commune", "51108", 2022, 43000);
    inhabitants(5, "region", "44", 2017, 5500000);
    inhabitants(4, "commune", "69381", 2017, 30000); /* Lyon by some of its arrondissements */
    inhabitants(4, "commune", "69382", 2017, 31000);
    merger(6, "2019-01-01", "51001", "COM", "51001");
    merger(6, "2019-01-01", "51001", "COMD", "51001");
    merger(6, "2019-01-01", "51002", "COM", "51001");
    merger(6, "2019-01-01", "51002", "COMD", "51002");
}

static mg_date day(const char *text)
{
    mg_date date = MG_DATE_NONE;
    if (text)
        assert_true(mg_date_parse_iso(text, strlen(text), &date));
    return date;
}

static struct mg_territories *load(const char *cog, int year)
{
    struct mg_territories *t = NULL;
    must(mg_territories_load(db, day(cog), year, &t, &err));
    return t;
}

static const struct mg_territory *get(const struct mg_territories *t, enum mg_level level, const char *code)
{
    int32_t index = mg_territories_find(t, level, code);
    if (index < 0)
        fail_msg("%s %s is not there", mg_level_name(level), code);
    return mg_territories_get(t, level, (size_t)index);
}

static const char *parent(const struct mg_territories *t, const struct mg_territory *of, enum mg_level level)
{
    return of->parent[level] < 0 ? "none" : mg_territories_get(t, level, (size_t)of->parent[level])->code;
}

static void levels_have_names(void **state)
{
    (void)state;
    enum mg_level level;
    for (enum mg_level i = 0; i < MG_LEVEL_COUNT; i++) {
        assert_true(mg_level_from_name(mg_level_name(i), &level));
        assert_int_equal(level, i);
    }
    assert_false(mg_level_from_name("canton", &level));
}

static void an_empty_file_has_none(void **state)
{
    (void)state;
    MG_CLEANUP(mg_territories_destroy_pointer) struct mg_territories *t = load(NULL, 0);
    const struct mg_locate *locate;
    const char *const *codes;
    mg_date date;
    for (enum mg_level i = 0; i < MG_LEVEL_COUNT; i++)
        assert_int_equal(mg_territories_count(t, i), 0);
    assert_int_equal(mg_territories_cog(t), MG_DATE_NONE);
    must(mg_territories_polygons(t, db, &locate, &codes, &date, &err));
    assert_null(locate);
    mg_territories_destroy(NULL);
}

static void numbers_alone_make_communes(void **state)
{
    (void)state;
    sql("SAVEPOINT numbers");
    edition(9, "populations", "2020-01-01");
    inhabitants(9, "commune", "51108", 2017, 44000);
    inhabitants(9, "commune", "2A004", 2017, 70000);
    inhabitants(9, "commune", "97601", 2017, 5000);
    paris(9, 20);
    MG_CLEANUP(mg_territories_destroy_pointer) struct mg_territories *t = load(NULL, 0);
    assert_int_equal(mg_territories_count(t, MG_COMMUNE), 4);
    assert_int_equal(mg_territories_count(t, MG_DEPARTEMENT), 4);
    assert_int_equal(get(t, MG_COMMUNE, "75056")->population, 20 * 1000);
    assert_int_equal(get(t, MG_DEPARTEMENT, "2A")->population, 70000);
    assert_int_equal(get(t, MG_DEPARTEMENT, "976")->population, 5000);
    assert_int_equal(get(t, MG_DEPARTEMENT, "51")->row, 0);
    assert_string_equal(get(t, MG_DEPARTEMENT, "51")->name, "");
    sql("ROLLBACK TO numbers");
}

static void the_set_of_the_latest_list(void **state)
{
    (void)state;
    fill();
    MG_CLEANUP(mg_territories_destroy_pointer) struct mg_territories *t = load(NULL, 0);
    assert_int_equal(mg_territories_cog(t), day("2021-01-01"));
    assert_int_equal(mg_territories_count(t, MG_COMMUNE), 4);
    const struct mg_territory *commune = get(t, MG_COMMUNE, "51001");
    assert_string_equal(commune->name, "Abbeville-Bellay");
    assert_string_equal(parent(t, commune, MG_DEPARTEMENT), "51");
    assert_string_equal(parent(t, commune, MG_ARRONDISSEMENT), "513");
    assert_string_equal(parent(t, commune, MG_REGION), "44");
    assert_string_equal(parent(t, commune, MG_EPCI), "200066876"); /* through 51002, which it took in */
    assert_string_equal(parent(t, commune, MG_COMMUNE), "51001");
    assert_true(commune->row > 0);
    assert_ptr_equal(get(t, MG_COMMUNE, "51002"), commune);                     /* delegated */
    assert_ptr_equal(get(t, MG_COMMUNE, "69381"), get(t, MG_COMMUNE, "69123")); /* Lyon 1st */
    assert_int_equal(mg_territories_find(t, MG_COMMUNE, "75101"), -1);          /* no Paris here */
    assert_int_equal(mg_territories_find(t, MG_COMMUNE, "69380"), -1);
    assert_string_equal(parent(t, get(t, MG_COMMUNE, "97601"), MG_DEPARTEMENT), "976");
    assert_string_equal(parent(t, get(t, MG_COMMUNE, "97601"), MG_REGION), "none");
    assert_string_equal(parent(t, get(t, MG_EPCI, "200066876"), MG_DEPARTEMENT), "51");
    assert_string_equal(parent(t, get(t, MG_EPCI, "200066876"), MG_REGION), "44");
    assert_string_equal(parent(t, get(t, MG_ARRONDISSEMENT, "513"), MG_DEPARTEMENT), "51");
    assert_string_equal(get(t, MG_DEPARTEMENT, "51")->name, "Marne");

    assert_int_equal(commune->population, 150); /* 51002's people went with it */
    assert_int_equal(get(t, MG_COMMUNE, "51108")->population, 44753);
    assert_int_equal(get(t, MG_COMMUNE, "97601")->population, 5000); /* another year's: the only one */
    assert_int_equal(get(t, MG_COMMUNE, "69123")->population, -1);   /* of two arrondissements only */
    assert_int_equal(get(t, MG_COMMUNE, "69123")->why, MG_POPULATION_PART);
    assert_int_equal(commune->population_year, 2017);
    assert_int_equal(get(t, MG_COMMUNE, "97601")->population_year, 2012);
    assert_int_equal(get(t, MG_DEPARTEMENT, "51")->population, 44903);
    assert_int_equal(get(t, MG_EPCI, "200066876")->population, 44903);
    assert_int_equal(get(t, MG_REGION, "44")->population, 5500000); /* its own number */
    assert_int_equal(get(t, MG_DEPARTEMENT, "69")->why, MG_POPULATION_PART);
}

static void other_dates_and_years(void **state)
{
    (void)state;
    MG_CLEANUP(mg_territories_destroy_pointer)
    struct mg_territories *t = load("2020", 0), *early = load("1999", 0);
    assert_int_equal(mg_territories_cog(t), day("2018-01-01"));
    assert_int_equal(mg_territories_cog(early), day("2018-01-01"));
    assert_int_equal(mg_territories_count(t, MG_COMMUNE), 4);
    assert_string_equal(get(t, MG_COMMUNE, "51002")->name, "Bellay");
    assert_int_equal(get(t, MG_COMMUNE, "51002")->population, 50);
    assert_int_equal(get(t, MG_COMMUNE, "51001")->population, 100);
    assert_int_equal(get(t, MG_COMMUNE, "51108")->population, 44753);
    MG_CLEANUP(mg_territories_destroy_pointer) struct mg_territories *same = load("2021-01-01", 0);
    assert_int_equal(mg_territories_cog(same), day("2021-01-01")); /* valid from that very day */
    /* no year before 1999: the earliest, which only overseas has, and what is known of the others */
    MG_CLEANUP(mg_territories_destroy_pointer) struct mg_territories *late = load("2023", 2022);
    assert_int_equal(get(late, MG_COMMUNE, "51108")->population, 43000);
    assert_int_equal(get(late, MG_COMMUNE, "51001")->population,
                     150); /* of another year, and of all its land */
}

/* A number is of land: that of communes which merged or were divided since is nobody else's. */
static void numbers_are_of_land(void **state)
{
    static const struct {
        const char *codes[4]; /* of the list of 2020, ten inhabitants each */
        const char *cog;      /* of the set */
        const char *code;     /* of a commune, or a département */
        int population;       /* -1: not known */
        enum mg_population why;
    } cases[] = {
        /* 51002 went into 51001 in 2019, 51108 into 51454 in 2021, and 51003 came out of 51454 in 2022 */
        {{"51001", "51002"}, "2018", "51001", 10, MG_POPULATION_KNOWN},
        {{"51001", "51002"}, "2018", "51002", 10, MG_POPULATION_KNOWN},
        {{"51001", "51002"}, "2021", "51001", 20, MG_POPULATION_KNOWN},
        {{"51001"}, "2018", "51001", -1, MG_POPULATION_SPLIT},
        {{"51001"}, "2018", "51002", -1, MG_POPULATION_SPLIT},
        {{"51001"}, "2021", "51001", 10, MG_POPULATION_KNOWN},
        {{"51002"}, "2021", "51001", -1, MG_POPULATION_PART},
        {{"51108", "51454"}, "2021", "51454", 20, MG_POPULATION_KNOWN},
        {{"51454"}, "2021", "51454", -1, MG_POPULATION_PART},
        {{"51108"}, "2021", "51454", -1, MG_POPULATION_PART},
        {{"51001"}, "2021", "51454", -1, MG_POPULATION_UNKNOWN},
        {{"51001", "51108", "51454"}, "2022", "51454", -1, MG_POPULATION_SPLIT},
        {{"51001", "51108", "51454"}, "2022", "51003", -1, MG_POPULATION_SPLIT},
        {{"51001", "51108", "51454"}, "2022", "51", 30, MG_POPULATION_KNOWN},
        {{"51001", "51454"}, "2022", "51", -1, MG_POPULATION_PART},
        /* a code that no movement names is in its département */
        {{"51001", "51108", "51454", "51999"}, "2021", "51", 40, MG_POPULATION_KNOWN},
        {{"51001", "51108", "51454", "51999"}, "2021", "51454", 20, MG_POPULATION_KNOWN},
        {{"51108", "51454"}, "2022", "51", -1, MG_POPULATION_PART},
        {{"51001", "51002", "51108", "51454"}, "2018", "51", 40, MG_POPULATION_KNOWN},
        {{"51001", "51108", "51454"}, "2018", "51", 30, MG_POPULATION_KNOWN},
    };
    static const char *const lists[][4] = {
        {"2018-01-01", "51001", "51002", "51108"}, {"2021-01-01", "51001"}, {"2022-01-01", "51001", "51003"}};
    (void)state;
    sql("SAVEPOINT land");
    edition(9, "populations", "2020-01-01");
    edition(10, "territories", "2018-01-01");
    edition(11, "movements", "2022-01-01");
    for (size_t i = 0; i < 3; i++) {
        territory(10, "commune", "COM", "51454", "Reims", lists[i][0], NULL);
        for (size_t k = 1; k < 4 && lists[i][k]; k++)
            territory(10, "commune", "COM", lists[i][k], "", lists[i][0], NULL);
    }
    merger(11, "2019-01-01", "51001", "COM", "51001");
    merger(11, "2019-01-01", "51002", "COM", "51001");
    merger(11, "2021-01-01", "51108", "COM", "51454");
    merger(11, "2021-01-01", "51454", "COM", "51454");
    merger(11, "2022-01-01", "51454", "COM", "51003");
    merger(11, "2022-01-01", "51454", "COM", "51454");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sql("SAVEPOINT list");
        for (size_t k = 0; k < 4 && cases[i].codes[k]; k++)
            inhabitants(9, "commune", cases[i].codes[k], 2019, 10);
        struct mg_territories *t = load(cases[i].cog, 0);
        const struct mg_territory *found =
            get(t, strlen(cases[i].code) == 2 ? MG_DEPARTEMENT : MG_COMMUNE, cases[i].code);
        if (found->population != cases[i].population || found->why != cases[i].why)
            fail_msg("case %zu: %s has %lld, %s", i, cases[i].code, (long long)found->population,
                     mg_population_name(found->why));
        assert_int_equal(found->population_year, found->population < 0 ? 0 : 2019);
        mg_territories_destroy(t);
        sql("ROLLBACK TO list");
    }
    sql("ROLLBACK TO land");
}

/* What a commune without a number was made of is looked for through all its past: no call for each day of it.
 */
static void a_long_past_is_looked_through(void **state)
{
    (void)state;
    const long days = 90000 / slow_step() / 2 * 2;
    char text[800];
    sql("SAVEPOINT past");
    edition(9, "populations", "2020-01-01");
    edition(10, "territories", "2021-01-01");
    edition(11, "movements", "2022-01-01");
    territory(10, "commune", "COM", "60003", "Clermont", "2021-01-01", NULL);
    snprintf(
        text, sizeof text,
        "INSERT INTO movement (edition, kind, date, type_before, code_before, type_after, code_after, line) "
        "WITH RECURSIVE day (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM day WHERE i + 1 < %ld) "
        "SELECT 11, 10, date('2018-01-01', '-' || (%ld - i) || ' days'), 'COM', 60001 + i %% 2, 'COM', "
        "60002 - i %% 2, 1 FROM day",
        days, days);
    sql(text);
    merger(11, "2021-01-01", "60001", "COM", "60003");
    merger(11, "2021-01-01", "60009", "COM", "60003");
    inhabitants(9, "commune", "60009", 2019, 10);
    struct mg_territories *t = load("2021", 0);
    const struct mg_territory *found = get(t, MG_COMMUNE, "60003");
    assert_int_equal(found->population, -1);
    assert_int_equal(found->why, MG_POPULATION_PART);
    mg_territories_destroy(t);
    sql("ROLLBACK TO past");
}

static void polygons_of_the_nearest_date(void **state)
{
    (void)state;
    MG_CLEANUP(mg_territories_destroy_pointer) struct mg_territories *t = load(NULL, 0);
    const struct mg_locate *locate, *again;
    const char *const *codes;
    mg_date date;
    must(mg_territories_polygons(t, db, &locate, &codes, &date, &err));
    assert_int_equal(date, day("2018-01-01"));
    assert_string_equal(codes[mg_locate_find(locate, 4.15, 48.95)], "51002");
    assert_string_equal(codes[mg_locate_find(locate, 45.05, -12.75)], "97601");
    assert_string_equal(codes[mg_locate_find(locate, 4.1, 48.95)], "51002"); /* the border: the east */
    assert_int_equal(mg_locate_find(locate, 5, 48.95), -1);
    must(mg_territories_polygons(t, db, &again, &codes, &date, &err));
    assert_ptr_equal(again, locate);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        struct mg_error err = {0};
        struct mg_territories *t = NULL;
        const struct mg_locate *locate;
        const char *const *codes;
        mg_date date;
        mg_alloc_fail_after(n);
        enum mg_code code = mg_territories_load(db, day("2021"), 0, &t, &err);
        if (!code)
            code = mg_territories_polygons(t, db, &locate, &codes, &date, &err);
        long left = mg_alloc_fail_after(-1);
        mg_territories_destroy(t);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
}

static void a_bad_date_in_the_file_is_told(void **state)
{
    (void)state;
    sql("SAVEPOINT bad");
    sql("UPDATE movement SET date = '2019-13-01'");
    struct mg_territories *t = NULL;
    must_fail(mg_territories_load(db, MG_DATE_NONE, 0, &t, &err), MG_ERR_DB, "2019-13-01");
    assert_null(t);
    sql("ROLLBACK TO bad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(an_empty_file_has_none),
        cmocka_unit_test(numbers_alone_make_communes),
        cmocka_unit_test(numbers_are_of_land),
        cmocka_unit_test(the_set_of_the_latest_list),
        cmocka_unit_test(other_dates_and_years),
        cmocka_unit_test(a_long_past_is_looked_through),
        cmocka_unit_test(polygons_of_the_nearest_date),
        cmocka_unit_test(lost_allocations_are_reported),
        cmocka_unit_test(a_bad_date_in_the_file_is_told),
    };
    return cmocka_run_group_tests_name("territory", tests, make_file, remove_file);
}
