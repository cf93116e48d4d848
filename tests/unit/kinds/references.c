/* Imports of territories, commune movements and inhabitants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/kinds/kinds.h"
#include "libdata/domain/kinds/references.h"
#include "tests/unit/test.h"

static char directory[64], db_path[96], file_path[96];
static struct mg_db *db;
static struct mg_import_result result;

static int open_file(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/maillage-references-XXXXXX");
    if (!mkdtemp(directory))
        return -1;
    snprintf(db_path, sizeof db_path, "%s/a.sqlite", directory);
    snprintf(file_path, sizeof file_path, "%s/in.csv", directory);
    put_empty_file(db_path);
    return mg_db_open(db_path, MG_DB_CREATE, 1, &db, NULL);
}

static int close_file(void **state)
{
    (void)state;
    mg_db_close(db);
    unlink(db_path);
    unlink(file_path);
    return rmdir(directory);
}

static enum mg_code load_with(const struct mg_import_options *more, const char *kind, const char *edition,
                              const char *text, struct mg_error *err)
{
    struct mg_import_options options = *more;
    options.kinds = mg_kinds;
    options.dataset = more->dataset ? more->dataset : "essai";
    options.kind = kind;
    options.edition = edition;
    options.max_reject_share = more->max_reject_rows ? 0 : 1;
    options.max_reject_rows = -1;
    FILE *file = fopen(file_path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return mg_import_file(db, file_path, &options, &result, err);
}

static enum mg_code load(const char *kind, const char *edition, const char *text, struct mg_error *err)
{
    return load_with(&(struct mg_import_options){0}, kind, edition, text, err);
}

static void check(const char *sql, const char *expected)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(mg_db_handle(db)));
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *got = (const char *)sqlite3_column_text(statement, 0);
    if (strcmp(got ? got : "NULL", expected))
        fail_msg("%s: is %s, not %s", sql, got ? got : "NULL", expected);
    sqlite3_finalize(statement);
}

static void counts(int64_t loaded, int64_t rejected, int64_t skipped, int64_t issues)
{
    assert_int_equal(result.rows_loaded, loaded);
    assert_int_equal(result.rows_rejected, rejected);
    assert_int_equal(result.rows_skipped, skipped);
    assert_int_equal(result.issues, issues);
    assert_int_equal(result.rows_read, loaded + rejected + skipped);
}

#define ALL_TERRITORIES                                                                                      \
    "SELECT group_concat(level || ':' || type || ':' || code || ':' || name || ':' || valid_from, ' ') "     \
    "FROM territory"
#define ALL_LINKS                                                                                            \
    "SELECT group_concat(child_level || ':' || child_type || ':' || child || '>' || parent_level || ':' || " \
    "parent, ' ') "                                                                                          \
    "FROM territory_link"
#define ALL_REJECTS                                                                                          \
    "SELECT group_concat(line || ':' || coalesce(field, '-') || ':' || code || ':' || raw, ' ') FROM reject"
#define ALL_ISSUES                                                                                           \
    "SELECT group_concat(line || ':' || coalesce(field, '-') || ':' || code || ':' || coalesce(raw, ''), ' " \
    "') FROM issue"

static void lists_of_communes_have_types_and_links(void **state)
{
    (void)state;
    must(load("territories", "2021",
              "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
              "COM,51108,44,51,51D,511,0,CHALONS,Chalons,Châlons,5104,\n"
              "COMD,51411,,,,,1,OGER,Oger,Oger,,51612\n"
              "COM,1001,84,1,,,0,X,X,Ailleurs,,\n"
              "COM,2a004,94,2A,,2A1,0,X,X,Ajaccio,,\n"
              "ARM,75101,,,,,0,X,X,Paris 1er,,75056\n",
              &err));
    counts(5, 0, 0, 2);
    check(ALL_TERRITORIES, "commune:COM:51108:Châlons:2021-01-01 commune:COMD:51411:Oger:2021-01-01 "
                           "commune:COM:01001:Ailleurs:2021-01-01 commune:COM:2A004:Ajaccio:2021-01-01 "
                           "commune:ARM:75101:Paris 1er:2021-01-01");
    check(ALL_LINKS,
          "commune:COM:51108>arrondissement:511 commune:COM:51108>departement:51 commune:COM:51108>region:44 "
          "commune:COMD:51411>commune:51612 commune:COM:01001>departement:01 commune:COM:01001>region:84 "
          "commune:COM:2A004>arrondissement:2A1 commune:COM:2A004>departement:2A "
          "commune:COM:2A004>region:94 commune:ARM:75101>commune:75056");
    check(ALL_ISSUES, "4:COM:code-repaired:1001 5:COM:code-repaired:2a004");
    check("SELECT level FROM edition", "commune");
    check("SELECT group_concat(name || '=' || role, ' ') FROM field WHERE role IS NOT NULL",
          "TYPECOM=kind COM=code LIBELLE=name");
    /* another edition of the same level, another date for the list than for the edition */
    must(load_with(&(struct mg_import_options){.valid_from = "2022-06", .level = "commune"}, "territories",
                   "2022", "TYPECOM,COM,LIBELLE\nCOM,51108,Châlons\n", &err));
    check("SELECT group_concat(valid_from, ' ') FROM territory WHERE code = '51108'",
          "2021-01-01 2022-06-01");
}

/* Communes numbered within their département; a column called a type that holds none. */
static void lists_that_write_codes_otherwise(void **state)
{
    (void)state;
    must(load_with(&(struct mg_import_options){.level = "commune"}, "territories", "2014",
                   "REG\tDEP\tCOM\tNCCENR\n44\t51\t108\tChalons\n84\t1\t1\tX\n94\t2A\t004\tY\n", &err));
    counts(3, 0, 0, 0);
    check("SELECT group_concat(code, ' ') FROM (SELECT code FROM territory ORDER BY code)",
          "01001 2A004 51108");
    check("SELECT group_concat(child || '>' || parent, ' ') FROM territory_link WHERE parent_level = "
          "'departement' AND child = '2A004'",
          "2A004>2A");
    must(load_with(&(struct mg_import_options){.dataset = "comer", .level = "commune"}, "territories", "2024",
                   "COM_COMER,NCCENR,LIBELLE,NATURE_ZONAGE,COMER\n97501,M,Miquelon-Langlade,COM,975\n"
                   "98612,S,Sigave,CIR,986\n",
                   &err));
    counts(2, 0, 0, 0);
    check("SELECT group_concat(type || code || name, ' ') FROM (SELECT * FROM territory WHERE code > '97' "
          "ORDER BY code)",
          "COM97501Miquelon-Langlade COM98612Sigave");
}

static void bad_territories_are_refused(void **state)
{
    (void)state;
    must(load("territories", "2021",
              "TYPECOM,COM,LIBELLE,DEP\nCOM,51108,Châlons,51\nCOM,51108,Encore,51\nCOM,5110,Court,51\nVILLE,"
              "51230,X,51\n"
              "COM,,Vide,51\nCOM,51230,Épernay,XY\nCOM,ABCDE,Lettres,51\n",
              &err));
    counts(3, 4, 0, 2);
    check(ALL_REJECTS,
          "3:COM:duplicate-code:51108 5:TYPECOM:bad-type:VILLE 6:COM:bad-code: 8:COM:bad-code:ABCDE");
    check(ALL_ISSUES, "4:COM:code-repaired:5110 7:DEP:bad-code:XY");
    must_fail(load_with(&(struct mg_import_options){.max_reject_rows = 1}, "territories", "2022",
                        "COM,LIBELLE\nABCDE,x\n51108,y\n", &err),
              MG_ERR_INPUT, "1 of 2 rows were refused");
    check("SELECT count(*) FROM edition", "1");
}

static void levels_are_asked_or_told_by_the_columns(void **state)
{
    (void)state;
    static const struct {
        const char *text, *level, *code;
    } cases[] = {{"DEP,REG,CHEFLIEU,LIBELLE\n1,84,01053,Ain\n", "departement", "01"},
                 {"REG,CHEFLIEU,LIBELLE\n44,67482,Grand Est\n", "region", "44"},
                 {"ARR,DEP,REG,LIBELLE\n513,51,44,Reims\n", "arrondissement", "513"},
                 {"INSEE_COM,NOM,SIREN_EPCI\n51108,Châlons,200066876\n", "commune", "51108"},
                 {"siren,raison_sociale\n200066876,Agglo\n", "epci", "200066876"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char edition[8], sql[100];
        snprintf(edition, sizeof edition, "%d", 2001 + (int)i);
        must(load("territories", edition, cases[i].text, &err));
        snprintf(sql, sizeof sql, "SELECT level || code FROM territory WHERE valid_from = '%s-01-01'",
                 edition);
        char expected[60];
        snprintf(expected, sizeof expected, "%s%s", cases[i].level, cases[i].code);
        check(sql, expected);
    }
    check(ALL_LINKS, "departement:DEP:01>region:84 arrondissement:ARR:513>departement:51 "
                     "arrondissement:ARR:513>region:44 commune:COM:51108>epci:200066876");
    must_fail(load("territories", "2010", "code,nom\n51108,Châlons\n", &err), MG_ERR_USAGE,
              "do not say what level");
    must_fail(load_with(&(struct mg_import_options){.level = "canton"}, "territories", "2010",
                        "code,nom\n51108,x\n", &err),
              MG_ERR_USAGE, "'canton' is not a level");
    must_fail(load_with(&(struct mg_import_options){.level = "commune", .valid_from = "hier"}, "territories",
                        "2010", "code,nom\n51108,x\n", &err),
              MG_ERR_USAGE, "'hier' is not a date");
    must_fail(load_with(&(struct mg_import_options){.level = "commune"}, "territories", "2010",
                        "a,b\n51108,x\n", &err),
              MG_ERR_INPUT, "no column could be the code");
    must(load_with(&(struct mg_import_options){.level = "commune",
                                               .maps = &(struct mg_map_option){MG_ROLE_CODE, "a"},
                                               .map_count = 1},
                   "territories", "2010", "a,b\n51108,x\n", &err));
    counts(1, 0, 0, 0);
}

static void members_of_an_epci_are_links(void **state)
{
    (void)state;
    must(load_with(
        &(struct mg_import_options){.level = "epci"}, "territories", "2021",
        "dept,siren,raison_sociale,insee,nom_membre\n51,200066876,Agglo,51108,Châlons\n"
        "51,200066876,Agglo,51453,Recy\n51,245100888,CC,51230,Épernay\n51,ZZZZZZZZZ,Sans,51999,Île\n"
        "51,245100888,CC,51230,Épernay\n51,12,CC,51231,X\n51,245100888,CC,,X\n",
        &err));
    counts(3, 3, 1, 0);
    check(ALL_TERRITORIES, "epci:EPCI:200066876:Agglo:2021-01-01 epci:EPCI:245100888:CC:2021-01-01");
    check(
        ALL_LINKS,
        "commune:COM:51108>epci:200066876 commune:COM:51453>epci:200066876 commune:COM:51230>epci:245100888");
    check(ALL_REJECTS, "6:insee:duplicate-code:51230 7:siren:bad-code:12 8:insee:bad-code:");
}

static void polygons_come_with_territories(void **state)
{
    (void)state;
    strcpy(strrchr(file_path, '.'), ".geojson");
    must_fail(load_with(&(struct mg_import_options){.level = "commune"}, "territories", "2018",
                        "{\"type\":\"FeatureCollection\",\"features\":[]}", &err),
              MG_ERR_INPUT, "no column could be the code");
    must(load_with(
        &(struct mg_import_options){.level = "commune"}, "territories", "2018",
        "{\"type\":\"FeatureCollection\",\"features\":["
        "{\"type\":\"Feature\",\"properties\":{\"code\":\"51108\",\"nom\":\"Châlons\"},\"geometry\":"
        "{\"type\":\"Polygon\",\"coordinates\":[[[4,48],[4,49],[5,49],[4,48]]]}},"
        "{\"type\":\"Feature\",\"properties\":{\"code\":\"51230\",\"nom\":\"Épernay\"},\"geometry\":null},"
        "{\"type\":\"Feature\",\"properties\":{\"code\":\"51231\",\"nom\":\"Point\"},\"geometry\":"
        "{\"type\":\"Point\",\"coordinates\":[4,48]}},"
        "{\"type\":\"Feature\",\"properties\":{\"code\":\"51232\",\"nom\":\"Mètres\"},\"geometry\":"
        "{\"type\":\"Polygon\",\"coordinates\":[[[8e5,6e6],[8e5,7e6],[9e5,7e6],[8e5,6e6]]]}}]}",
        &err));
    counts(2, 2, 0, 1);
    check("SELECT group_concat(code || ' ' || coalesce(AsText(geom), 'none'), ', ') FROM territory",
          "51108 MULTIPOLYGON(((4 48, 4 49, 5 49, 4 48))), 51230 none");
    check("SELECT CheckSpatialIndex('territory', 'geom')", "1");
    check("SELECT group_concat(code || ' ' || message, '; ') FROM reject",
          "bad-polygon the geometry is not a polygon (type 1); "
          "bad-polygon 800000.000, 6000000.000 of the polygon is no place in EPSG:4326");
    check("SELECT code FROM issue", "missing-polygon");
}

#define MOVEMENTS "MOD,DATE_EFF,TYPECOM_AV,COM_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,LIBELLE_AP\n"

static void movements_are_kept(void **state)
{
    (void)state;
    must(load("movements", "2024",
              MOVEMENTS "32,2018-01-01,COM,51411,Oger,COM,51612,Blancs-Coteaux\n"
                        "32,2018-01-01,COM,51411,Oger,COM,51612,Blancs-Coteaux\n" /* twice */
                        "71,31/12/2019,COMD,51411,Oger,COMD,51411,\n"
                        "20,1949-11-12,,,,COM,97311,Saint-Laurent\n"
                        "999,2020-01-01,COM,51001,A,COM,51002,B\n"
                        "x,2020-01-01,COM,51001,A,COM,51002,B\n"
                        "32,2020-13-01,COM,51001,A,COM,51002,B\n"
                        "32,2020-01-01,COM,5100,A,COM,51002,B\n"
                        "32,2020-01-01,COM,51001,A,,,\n",
              &err));
    counts(5, 4, 0, 1);
    check("SELECT group_concat(kind || ' ' || date || ' ' || type_before || code_before || ' ' || type_after "
          "|| code_after, "
          "', ') FROM movement",
          "32 2018-01-01 COM51411 COM51612, 32 2018-01-01 COM51411 COM51612, 71 2019-12-31 COMD51411 "
          "COMD51411, "
          "20 1949-11-12  COM97311, 999 2020-01-01 COM51001 COM51002");
    check("SELECT name_before || '/' || coalesce(name_after, 'none') FROM movement WHERE kind = 71",
          "Oger/none");
    check(ALL_REJECTS,
          "7:MOD:bad-kind:x 8:DATE_EFF:bad-date:2020-13-01 9:COM_AV:bad-code:5100 10:COM_AP:bad-code:");
    check(ALL_ISSUES, "3:-:duplicate-row:");
    must_fail(load("movements", "2025",
                   "MOD,DATE_EFF,COM_AV,TYPECOM_AP,COM_AP\n32,2020-01-01,51001,COM,51002\n", &err),
              MG_ERR_INPUT, "need a column 'TYPECOM_AV'");
}

static void inhabitants_are_counted_once(void **state)
{
    (void)state;
    must(load("populations", "2022",
              "REG;DEP;COM;PMUN;PCAP;PTOT\n44;51;51108;43 900;100;44000\n44;51;51230;22100.0;1;22101\n"
              "44;51;51230;1;1;2\n44;51;51231;;;\n44;51;51232;12.5;0;0\n44;51;XX;3;0;0\n",
              &err));
    counts(2, 4, 0, 0);
    check("SELECT group_concat(level || ' ' || code || ' ' || year || ' ' || n, ', ') FROM population",
          "commune 51108 2022 43900, commune 51230 2022 22100");
    check(ALL_REJECTS,
          "4:COM:duplicate-code:51230 5:PMUN:bad-population: 6:PMUN:bad-population:12.5 7:COM:bad-code:XX");
    /* codes within the département, as overseas files have them; the year as asked */
    must(load_with(&(struct mg_import_options){.dataset = "outremer", .year = "2017"}, "populations", "2020",
                   "DEP;CODCOM;COM;PMUN\n976;601;;5192\n51;8;;7\n976;01;;1\n2A;004;;70000\n976;501;;3\n",
                   &err));
    counts(3, 2, 0, 0);
    check("SELECT group_concat(code || ' ' || n, ', ') FROM population WHERE year = 2017",
          "97601 5192, 51008 7, 2A004 70000");
    check("SELECT group_concat(code || ' ' || raw, ', ') FROM reject WHERE edition = 2",
          "duplicate-code 01, bad-code 501");
    must(load_with(&(struct mg_import_options){.dataset = "region", .level = "region"}, "populations", "2022",
                   "code;population\n44;5500000\n", &err));
    check("SELECT level || n FROM population WHERE code = '44'", "region5500000");
    must_fail(load_with(&(struct mg_import_options){.dataset = "b", .year = "MMXX"}, "populations", "2022",
                        "COM;PMUN\n51108;1\n", &err),
              MG_ERR_USAGE, "'MMXX' is not a year");
    must_fail(load_with(&(struct mg_import_options){.dataset = "b"}, "populations", "2022",
                        "COM;n\n51108;1\n", &err),
              MG_ERR_INPUT, "no column could be the population");
}

/* A column for each year: that of --year, or of the edition. */
static void inhabitants_of_one_year_are_taken(void **state)
{
    (void)state;
    static const struct {
        const char *header, *edition, *year, *loaded; /* loaded: NULL, it is refused */
    } cases[] = {
        {"CODGEO;REG;DEP;PMUN20;PMUN19;PSDC99", "2020", NULL, "2020 1"},
        {"CODGEO;REG;DEP;PMUN20;PMUN19;PSDC99", "2024", "2019", "2019 2"},
        {"CODGEO;REG;DEP;PMUN20;PMUN19;PSDC99", "2024", "1999", "1999 3"},
        {"CODGEO;REG;DEP;PMUN20;PMUN19;PSDC99", "2024", NULL, NULL},
        {"codgeo;reg;dep;p20_pop;p13_pop;d99_pop", "2013-06", NULL, "2013 2"},
        {"codgeo;reg;dep;2020;2019;1936", "1936", NULL, "1936 3"},
        {"codgeo;reg;dep;20;19;36", "2020", NULL, NULL},
        {"COM;REG;DEP;Population en 2020;Population en 2019;x", "2019", NULL, "2019 2"},
        {"COM;REG;DEP;PMUN;PMUN19;x", "2019", NULL, "2019 1"}, /* the one that needs no year */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];
        struct mg_import_options options = {.dataset = (char[]){'d', (char)('a' + i), '\0'},
                                            .year = cases[i].year};
        snprintf(text, sizeof text, "%s\n51108;44;51;1;2;3\n", cases[i].header);
        if (!cases[i].loaded) {
            must_fail(load_with(&options, "populations", cases[i].edition, text, &err), MG_ERR_INPUT,
                      "population");
            continue;
        }
        must(load_with(&options, "populations", cases[i].edition, text, &err));
        check("SELECT year || ' ' || n FROM population WHERE level = 'commune' ORDER BY edition DESC",
              cases[i].loaded);
    }
}

static void codes_have_a_proper_form(void **state)
{
    (void)state;
    static const struct {
        enum mg_level level;
        const char *text, *code; /* NULL: it is none */
    } cases[] = {{MG_COMMUNE, "51108", "51108"},
                 {MG_COMMUNE, "1001", "01001"},
                 {MG_COMMUNE, "511", NULL},
                 {MG_COMMUNE, "2a004", "2A004"},
                 {MG_COMMUNE, "Reims", NULL},
                 {MG_DEPARTEMENT, "035", "35"},
                 {MG_DEPARTEMENT, "02A", "2A"},
                 {MG_DEPARTEMENT, "123", NULL},
                 {MG_DEPARTEMENT, "2C", NULL},
                 {MG_DEPARTEMENT, "Ma", NULL},
                 {MG_DEPARTEMENT, "1", "01"},
                 {MG_DEPARTEMENT, "2a", "2A"},
                 {MG_DEPARTEMENT, "971", "971"},
                 {MG_DEPARTEMENT, "0", NULL},
                 {MG_DEPARTEMENT, "511", NULL},
                 {MG_DEPARTEMENT, "", NULL},
                 {MG_REGION, "44", "44"},
                 {MG_REGION, "1", "01"},
                 {MG_REGION, "4A", NULL},
                 {MG_REGION, "444", NULL},
                 {MG_ARRONDISSEMENT, "511", "511"},
                 {MG_ARRONDISSEMENT, "2A4", "2A4"},
                 {MG_ARRONDISSEMENT, "9711", "9711"},
                 {MG_ARRONDISSEMENT, "51", NULL},
                 {MG_ARRONDISSEMENT, "5111", NULL},
                 {MG_ARRONDISSEMENT, "0511", NULL},
                 {MG_ARRONDISSEMENT, "011", "011"},
                 {MG_ARRONDISSEMENT, "Reim", NULL},
                 {MG_EPCI, "200066876", "200066876"},
                 {MG_EPCI, "20006687", NULL},
                 {MG_EPCI, "20006687A", NULL},
                 {MG_LEVEL_COUNT, "51", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[MG_TERRITORY_CODE_SIZE] = "";
        bool good = mg_territory_code(cases[i].level, cases[i].text, strlen(cases[i].text), code);
        if (good != (cases[i].code != NULL) || (good && strcmp(code, cases[i].code)))
            fail_msg("'%s' is '%s'", cases[i].text, good ? code : "none");
    }
}

#define TRY(test) cmocka_unit_test_setup_teardown(test, open_file, close_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TRY(lists_of_communes_have_types_and_links),
        TRY(lists_that_write_codes_otherwise),
        TRY(bad_territories_are_refused),
        TRY(levels_are_asked_or_told_by_the_columns),
        TRY(members_of_an_epci_are_links),
        TRY(polygons_come_with_territories),
        TRY(movements_are_kept),
        TRY(inhabitants_are_counted_once),
        TRY(inhabitants_of_one_year_are_taken),
        cmocka_unit_test(codes_have_a_proper_form),
    };
    return cmocka_run_group_tests_name("references", tests, NULL, NULL);
}
