/* Columns and their roles; codes and places in cells. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/domain/columns/roles.h"
#include "libdata/domain/common/codes.h"
#include "tests/unit/test.h"

#define CSV "roles-test.csv"

struct found {
    struct mg_table *table;
    struct mg_sample sample;
    struct mg_roles roles;
    struct mg_column_meaning meanings[64];
    enum mg_code code;
    struct mg_error error;
};

static struct found find(const char *path, struct mg_roles_request request)
{
    struct found found = {0};
    const struct mg_table_options options = {0};
    must(mg_table_open(path, &options, &found.table, &err));
    must(mg_sample_read(found.table, 1000, &found.sample, &err));
    request.columns = mg_table_info(found.table)->columns;
    request.sample = &found.sample;
    if (!request.wanted)
        request.wanted = (1u << (MG_ROLE_CRS + 1)) - 1;
    found.code = mg_roles_find(&request, &found.roles, found.meanings, &found.error);
    return found;
}

static struct found find_in(const char *text, struct mg_roles_request request)
{
    FILE *file = fopen(CSV, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return find(CSV, request);
}

static void finish(struct found *found)
{
    mg_sample_finish(&found->sample);
    mg_table_destroy(found->table);
}

/* expected: "key=id name=nom" in the order of roles */
static void expect(struct found *found, const char *expected)
{
    char got[1000] = "";
    if (found->code)
        fail_msg("%s", found->error.message);
    for (int i = 0; i < MG_ROLE_COUNT; i++)
        if (found->roles.column[i] >= 0)
            sprintf(got + strlen(got), "%s%s=%s", *got ? " " : "", mg_role_name((enum mg_role)i),
                    mg_table_info(found->table)->columns[found->roles.column[i]]);
    assert_string_equal(got, expected);
    finish(found);
}

static void labels_and_content_both_count(void **state)
{
    (void)state;
    struct found f = find_in("Id;Nom;Type;commune;Code Insee;Latitude;Longitude\n"
                             "1;École;E;Reims;51454;49.2;4\n2;Mairie;M;Épernay;51230;49;3.9\n",
                             (struct mg_roles_request){0});
    expect(&f, "key=Id name=Nom category=Type commune=Code Insee lon=Longitude lat=Latitude");
    /* a column called commune that holds names is not the commune's code; constant "keys" are no keys */
    f = find_in("id;nom;commune;x;y\n7;a;Reims;1;2\n7;b;Reims;3;4\n7;c;Reims;3;4\n",
                (struct mg_roles_request){0});
    expect(&f, "name=nom");
}

static void one_way_to_a_place_is_enough(void **state)
{
    (void)state;
    struct found f = find_in("coordonnee_x;coordonnee_y;epsg;latitude;longitude;position\n"
                             "332503.4;6776558.9;EPSG:2154;47.9;-1.9;\"47.9, -1.9\"\n",
                             (struct mg_roles_request){0});
    expect(&f, "lon=longitude lat=latitude");
    f = find_in("coordonnee_x;coordonnee_y;epsg;latitude\n332503.4;6776558.9;EPSG:2154;47.9\n",
                (struct mg_roles_request){0});
    expect(&f, "x=coordonnee_x y=coordonnee_y crs=epsg");
    f = find_in("nom;geo_point_2d\na;\"47.9, -1.9\"\n", (struct mg_roles_request){0});
    expect(&f, "name=nom lonlat=geo_point_2d");
    f = find_in("nom;lon;lat\na;1;2\n", (struct mg_roles_request){.has_geometry = true});
    expect(&f, "name=nom");
}

static void a_tie_is_refused(void **state)
{
    (void)state;
    struct found f =
        find_in("code_postal;codepostal;nom\n51000;51100;a\n51000;51100;b\n", (struct mg_roles_request){0});
    assert_int_equal(f.code, MG_ERR_USAGE);
    assert_string_equal(f.error.message, "'code_postal' and 'codepostal' could both be the postcode");
    assert_string_equal(f.error.hint, "say which: --map 'postcode=code_postal'");
    finish(&f);
    f = find_in("rowid,Name,NAME,name\n1,n1,n2,n3\n2,m1,m2,m3\n", (struct mg_roles_request){0});
    assert_int_equal(f.code, MG_ERR_USAGE);
    assert_string_equal(f.error.message, "'Name', 'NAME', 'name' could each be the name");
    finish(&f);
    const struct mg_map_option map = {MG_ROLE_POSTCODE, "codepostal"};
    f = find_in("code_postal;codepostal;nom\n51000;51100;a\n51000;51100;b\n",
                (struct mg_roles_request){.maps = &map, .map_count = 1});
    expect(&f, "name=nom postcode=codepostal");
}

static void maps_are_checked(void **state)
{
    (void)state;
    static const struct {
        struct mg_map_option maps[2];
        size_t count;
        bool no_key;
        const char *message;
    } cases[] = {
        {{{MG_ROLE_KEY, "zut"}}, 1, false, "no column 'zut'"},
        {{{MG_ROLE_NAME, "a"}, {MG_ROLE_NAME, "b"}}, 2, false, "is given twice"},
        {{{MG_ROLE_KEY, "a"}, {MG_ROLE_KEY, "b"}}, 2, false, "only services"},
        {{{MG_ROLE_KEY, "a"}, {MG_ROLE_NAME, "a"}}, 2, false, "two roles"},
        {{{MG_ROLE_SCORE, "a"}}, 1, false, "has no role 'score'"},
        {{{MG_ROLE_KEY, "a"}}, 1, true, "contradict"},
        {{{MG_ROLE_LON, "a"}}, 1, false, "no column is the lat"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct found f = find_in("a;b\n1;2\n", (struct mg_roles_request){.maps = cases[i].maps,
                                                                         .map_count = cases[i].count,
                                                                         .no_key = cases[i].no_key});
        assert_int_equal(f.code, MG_ERR_USAGE);
        if (!strstr(f.error.message, cases[i].message))
            fail_msg("said \"%s\", not \"%s\"", f.error.message, cases[i].message);
        finish(&f);
    }
}

static void a_key_may_have_parts(void **state)
{
    (void)state;
    struct mg_field fields[] = {{.name = (char *)"nom", .role = (char *)"name", .position = 0},
                                {.name = (char *)"b", .key_part = 2, .position = 1},
                                {.name = (char *)"a", .key_part = 1, .position = 2}};
    struct mg_dataset dataset = {.fields = fields, .field_count = 3};
    const struct mg_map_option maps[] = {{MG_ROLE_KEY, "b"}, {MG_ROLE_KEY, "a"}, {MG_ROLE_KEY, "b"}};
    struct mg_roles_request request = {.maps = maps, .map_count = 2, .may_have_key_parts = true};
    struct found f = find_in("a;nom;b\n1;x;2\n", request);
    assert_int_equal(f.code, MG_OK);
    assert_int_equal(f.roles.key_part_count, 2);
    assert_int_equal(f.roles.key_parts[0], 0); /* the file's order */
    assert_int_equal(f.roles.key_parts[1], 2);
    finish(&f);
    request = (struct mg_roles_request){.dataset = &dataset, .may_have_key_parts = true};
    f = find_in("b;nom;a\n1;x;2\n", request);
    assert_int_equal(f.code, MG_OK);
    assert_int_equal(f.roles.key_part_count, 2);
    assert_int_equal(f.roles.key_parts[0], 2); /* the dataset's */
    finish(&f);
    f = find_in("b;nom;c\n1;x;2\n", request);
    assert_int_equal(f.code, MG_ERR_INPUT);
    finish(&f);
    request.maps = maps;
    request.map_count = 3;
    f = find_in("b;nom;a\n1;x;2\n", request);
    assert_int_equal(f.code, MG_ERR_USAGE);
    assert_non_null(strstr(f.error.message, "twice in the key"));
    finish(&f);
    request.map_count = 2;
    request.no_key = true;
    f = find_in("b;nom;a\n1;x;2\n", request);
    assert_int_equal(f.code, MG_ERR_USAGE);
    finish(&f);
}

static void earlier_editions_settle_roles(void **state)
{
    (void)state;
    struct mg_field fields[] = {{.name = (char *)"ref", .role = (char *)"key"}, {.name = (char *)"id"}};
    struct mg_dataset dataset = {.fields = fields, .field_count = 2};
    struct found f = find_in("id;ref;nom\n1;2;x\n3;4;y\n", (struct mg_roles_request){.dataset = &dataset});
    expect(&f, "key=ref name=nom");
    f = find_in("id;ref;nom\n1;2;x\n3;4;y\n", (struct mg_roles_request){.dataset = &dataset, .no_key = true});
    expect(&f, "name=nom");
    const struct mg_map_option map = {MG_ROLE_NAME, "ref"};
    f = find_in("id;ref\n1;2\n",
                (struct mg_roles_request){.dataset = &dataset, .maps = &map, .map_count = 1});
    assert_int_equal(f.code, MG_ERR_USAGE);
    assert_non_null(strstr(f.error.message, "is the key of the dataset's earlier editions"));
    finish(&f);
    unlink(CSV);
}

static void real_files_need_no_option(void **state)
{
    (void)state;
    static const struct {
        const char *file, *roles;
    } cases[] = {
        {"laposte/laposte_poincont2_2016.csv",
         "key=#Identifiant_du_site name=Libellé_du_site category=Caractéristique_du_site address=Adresse "
         "postcode=Code_postal commune=Code_INSEE precision=Précision_du_géocodage lon=Longitude "
         "lat=Latitude"},
        {"bpe/bpe-detail-2021-sample.csv",
         "key=ID_EQUIPEMENT category=TYPEQU commune=DEPCOM x=LAMBERT_X y=LAMBERT_Y"},
        {"gares/gares-2021-04.csv", "key=code_uic name=libelle lon=x_wgs84 lat=y_wgs84"},
        {"education/annuaire-35-2023.csv",
         "key=Identifiant_de_l_etablissement name=Nom_etablissement category=Type_etablissement "
         "address=Adresse_1 "
         "postcode=Code postal commune=Code_commune status=etat opened=date_ouverture "
         "precision=precision_localisation lon=longitude lat=latitude"},
        {"sante/sae-maternites-2022.csv", "key=FI name=RS"},
        {"france-services/france-services-2024-08-01.csv",
         "key=id_fs name=lib_fs category=type_fs address=adresse postcode=code_postal commune=insee_com "
         "lon=longitude lat=latitude"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/../shared/data/%s", getenv("MG_SOURCE_ROOT"), cases[i].file);
        if (access(path, R_OK)) {
            print_message("%s is not there\n", path);
            skip();
        }
        struct found f = find(path, (struct mg_roles_request){0});
        expect(&f, cases[i].roles);
    }
}

static void dates_are_named_as_one_says_them(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"Ouverte le", "Fermée le", "opened=Ouverte le closed=Fermée le"},
        {"Ouvert depuis", "Fermé depuis le", "opened=Ouvert depuis closed=Fermé depuis le"},
        {"Mise en service", "Fermé", "opened=Mise en service closed=Fermé"},
        {"Créée le", "Horaires d'ouverture", "opened=Créée le"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], wanted[128];
        snprintf(text, sizeof text, "id;nom;%s;%s\n1;A;01/02/2020;31/12/2021\n2;B;03/12/2019;30/06/2022\n",
                 cases[i][0], cases[i][1]);
        snprintf(wanted, sizeof wanted, "key=id name=nom %s", cases[i][2]);
        struct found f = find_in(text, (struct mg_roles_request){0});
        expect(&f, wanted);
    }
    struct found f = find_in("id;nom;Ouvert;Fermé\n1;A;oui;non\n2;B;non;oui\n", (struct mg_roles_request){0});
    expect(&f, "key=id name=nom"); /* no dates */
}

static void cut_labels_are_completed(void **state)
{
    (void)state;
    static const char text[] =
        "identifian;denominati;type_etabl;code_commu;code_posta;date_ouver;observat_1\n"
        "a1;Caisse A;caisse;51108;51000;2020-01-31;x\n"
        "a2;Caisse B;agence;51030;51200;2019-01-31;y\n"
        "a3;Caisse C;agence;51030;51200;2018-01-31;z\n";
    struct found f = find_in(text, (struct mg_roles_request){.cut_names = true});
    expect(&f, "key=identifian name=denominati category=type_etabl postcode=code_posta commune=code_commu "
               "opened=date_ouver");
    f = find_in(text, (struct mg_roles_request){0}); /* not cut: nobody writes so */
    assert_int_equal(f.roles.column[MG_ROLE_KEY], -1);
    assert_int_equal(f.roles.column[MG_ROLE_OPENED], -1);
    finish(&f);
    /* a word that nothing of the field begins with is one of a rule's all the same */
    f = find_in("statut_adm;appellatio;id\nouvert;Mairie A;1\nferme;Mairie B;2\n",
                (struct mg_roles_request){.cut_names = true});
    expect(&f, "key=id name=appellatio status=statut_adm");
}

static void codes_get_their_proper_form(void **state)
{
    (void)state;
    static const struct {
        const char *text, *commune, *postcode;
    } cases[] = {
        {"51108", "51108", "51108"},
        {"1001", "01001", "01001"},
        {"2A004", "2A004", NULL},
        {"2b033", "2B033", NULL},
        {"9A101", "97101", NULL},
        {"01 000", NULL, "01000"},
        {"101", NULL, NULL},
        {"510001", NULL, NULL},
        {"3A001", NULL, NULL},
        {"", NULL, NULL},
        {"51 10", NULL, "05110"},
        {"5110A", NULL, NULL},
        {"51108.0", "51108", "51108"},
        {"1053.0", "01053", "01053"},
        {"51108,00", "51108", "51108"},
        {"=\"01000\"", "01000", "01000"},
        {"'01000", "01000", "01000"},
        {"=\"2A004\"", "2A004", NULL},
        {"51108.5", NULL, NULL},
        {"51108.", NULL, NULL},
        {"=\"\"", NULL, NULL},
        {"'", NULL, NULL},
        {".0", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[MG_CODE_SIZE];
        size_t length = strlen(cases[i].text);
        assert_int_equal(mg_code_commune(cases[i].text, length, code), cases[i].commune != NULL);
        if (cases[i].commune)
            assert_string_equal(code, cases[i].commune);
        assert_int_equal(mg_code_postcode(cases[i].text, length, code), cases[i].postcode != NULL);
        if (cases[i].postcode)
            assert_string_equal(code, cases[i].postcode);
    }
}

static void postcodes_stand_before_their_town(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"01440 VIRIAT", "01440"}, {"51000  Châlons", "51000"}, {"97500 3 ÎLES", NULL}, {"01440", NULL},
        {"01440 ", NULL},          {"1440 VIRIAT", NULL},       {"01 44 VIRIAT", NULL}, {"", NULL},
        {"2A000 AJACCIO", NULL},   {"01440VIRIAT", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[MG_CODE_SIZE];
        if (mg_code_routing_line(cases[i].text, strlen(cases[i].text), code) != (cases[i].code != NULL))
            fail_msg("'%s'", cases[i].text);
        if (cases[i].code)
            assert_string_equal(code, cases[i].code);
    }
}

static void communes_are_numbered_within_departements(void **state)
{
    (void)state;
    static const struct {
        const char *departement, *number, *commune;
    } cases[] = {
        {"51", "108", "51108"},  {"1", "4", "01004"},     {"01", "053", "01053"}, {"035", "238", "35238"},
        {"2A", "004", "2A004"},  {"2b", "33", "2B033"},   {"02A", "4", "2A004"},  {"971", "101", "97101"},
        {"9A", "105", "97105"},  {"9d", "11", "97411"},   {"9E", "502", "97502"}, {"9F", "608", "97608"},
        {"976", "601", "97601"}, {"9A", "801", "97801"},  {"971", "212", NULL},   {"51", "", NULL},
        {"51", "1080", NULL},    {"", "108", NULL},       {"XX", "108", NULL},    {"51", "1O8", NULL},
        {"9G", "101", NULL},     {"987", "735", "98735"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[MG_CODE_SIZE] = "";
        bool good = mg_code_commune_within(cases[i].departement, strlen(cases[i].departement),
                                           cases[i].number, strlen(cases[i].number), code);
        if (good != (cases[i].commune != NULL) || (good && strcmp(code, cases[i].commune)))
            fail_msg("%s %s is %s", cases[i].departement, cases[i].number, good ? code : "none");
    }
}

static void places_are_split(void **state)
{
    (void)state;
    static const char *good[] = {"48.5, 2.25", "48.5,2.25",    "48,5;2,25",         "48.5 2.25",
                                 "48,5 2,25",  "(48.5, 2.25)", "POINT (48.5 2.25)", " [48.5,2.25] "};
    static const char *bad[] = {"", "48.5", "48.5,", "a, b", "1,2,3", "48.5, 2.25, 7", "()", "POINT ()"};
    double a, b;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        a = b = 0;
        assert_true(mg_place_split(good[i], strlen(good[i]), &a, &b));
        assert_true(a == 48.5 && b == 2.25);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mg_place_split(bad[i], strlen(bad[i]), &a, &b));
}

static void degrees_minutes_and_seconds(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sides;
        double degrees; /* NAN: it is none */
    } cases[] = {
        {"48\u00b057'36\"N", "NS", 48.96},
        {"48\u00b0 57' 36,0'' N", "NS", 48.96},
        {"N48 57 36", "NS", 48.96},
        {"48\u00b057\u203236\u2033n", "NS", 48.96},
        {"4\u00b030'", "EOW", 4.5},
        {"4\u00b030'O", "EOW", -4.5},
        {"W 4\u00b0 30' 00\"", "EOW", -4.5},
        {"-4\u00b030'", "EOW", -4.5},
        {"61\u00baW", "EOW", NAN},
        {"4 30 0", "EOW", NAN},
        {"-4\u00b030'W", "EOW", NAN},
        {"4\u00b060'E", "EOW", NAN},
        {"4\u00b030'99\"E", "EOW", NAN},
        {"E4\u00b030'E", "EOW", NAN},
        {"48\u00b057'36\"N", "EOW", NAN},
        {"4\u00b030'10\"7 E", "EOW", NAN},
        {"", "NS", NAN},
        {"\u00b0", "NS", NAN},
        {"4\u00b0,'E", "EOW", NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double degrees = NAN;
        bool good = mg_place_degrees(cases[i].text, strlen(cases[i].text), cases[i].sides, &degrees);
        if (good == (bool)isnan(cases[i].degrees) || (good && fabs(degrees - cases[i].degrees) > 1e-9))
            fail_msg("%s: %d %f", cases[i].text, good, degrees);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_and_content_both_count),
        cmocka_unit_test(one_way_to_a_place_is_enough),
        cmocka_unit_test(a_tie_is_refused),
        cmocka_unit_test(maps_are_checked),
        cmocka_unit_test(a_key_may_have_parts),
        cmocka_unit_test(earlier_editions_settle_roles),
        cmocka_unit_test(dates_are_named_as_one_says_them),
        cmocka_unit_test(cut_labels_are_completed),
        cmocka_unit_test(codes_get_their_proper_form),
        cmocka_unit_test(postcodes_stand_before_their_town),
        cmocka_unit_test(communes_are_numbered_within_departements),
        cmocka_unit_test(places_are_split),
        cmocka_unit_test(degrees_minutes_and_seconds),
        cmocka_unit_test(real_files_need_no_option),
    };
    return cmocka_run_group_tests_name("roles", tests, NULL, NULL);
}
