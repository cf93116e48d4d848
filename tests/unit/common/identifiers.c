/* Identifiers, labels as words, and the types that columns prove. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/columns/column_type.h"
#include "libdata/domain/columns/label.h"
#include "libdata/domain/common/identifiers.h"
#include "tests/unit/test.h"

static void forms_and_check_digits(void **state)
{
    (void)state;
    static const struct {
        bool (*is)(const char *, size_t);
        const char *good, *bad; /* separated by | */
    } cases[] = {
        {mg_is_siren, "130005481|130 005 481|732829320", "130005482|13000548|000000000|1300054810|A30005481"},
        {mg_is_siret, "13000548100010|732 829 320 00074|35600000049837|35600000000048",
         "13000548100011|35600000049838|1300054810001|00000000000000"},
        {mg_is_uai, "0350122T|0352925P|6200001G", "0350122S|350122T|0350122|03501221|035012TT"},
        {mg_is_rounded_number, "3,56E+13|3.56e+13|1E+09|2,1E+008",
         "3,56E13|356|3,56E+07|1,30005481E+8|E+13|3,56E+|x"},
        {mg_is_finess, "010000024|2A0000022|560002685", "010000025|2C0000022|01000002|0100000240|000000000"},
        {mg_is_rna, "W511000100|W9A1000123|w751000001", "W51100010|X511000100|W5110001000|WAA1000123"},
        {mg_is_uic, "87182055|8718205", "87182056|88182055|871820|8718205X"},
        {mg_is_iris, "354160101|2A0040101|010010000", "35416010|3541601011|35416010A"},
        {mg_is_fantoir, "3390|B023|0001M|51108_3390|2A004_0001M", "339|33900|b023|51108-3390|511_3390|M0001"},
        {mg_is_activity, "84.11Z|8411Z", "8411|841.1Z|84.11z|84-11Z"},
        {mg_is_epci, "200029999|243500139", "130005481|20002999|200029998"},
        {mg_is_departement, "01|1|035|02A|2a|95|971|988", "00|96|2C|970|0|1234|999|"},
        {mg_is_region, "84|1|06|53", "7|00|05|100|9|"},
        {mg_is_phone,
         "0299853802|02 99 85 38 02|+33299853802|+33 (0)2 99 85 38 02|0033299853802|02.99.85.38.02",
         "3631|299853802|0099853802|02 99 85 38 0|02 99 85 38 02 ou 03||1234567890123456789"},
        {mg_is_phone_like, "3631|17|115|299853802|2095257564", "200|36310|12a|"},
        {mg_is_email, "a@b.fr|prenom.nom@ac-rennes.fr", "@b.fr|a@b|a b@c.fr|a@b@c.fr|a@.fr|a"},
        {mg_is_url, "http://a.fr|https://a.fr/b|www.a.fr|HTTP://A.FR", "a.fr|http://|http://a b.fr"},
        {mg_is_departement_name, "Côte-d'Or|COTE D OR|Ain|SEINE ST DENIS", "Aine|or|Bretagne|"},
        {mg_is_region_name, "Bretagne|ILE-DE-FRANCE|La Réunion", "Ain|Bretagn|"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int bad = 0; bad < 2; bad++)
            for (const char *at = bad ? cases[i].bad : cases[i].good;; at++) {
                size_t length = strcspn(at, "|");
                if (cases[i].is(at, length) == bad)
                    fail_msg("case %zu: '%.*s' is %s", i, (int)length, at, bad ? "taken" : "refused");
                if (!*(at += length))
                    break;
            }
}

static void a_label_is_words(void **state)
{
    (void)state;
    static const struct {
        const char *label, *words;
    } cases[] = {
        {"Code_INSEE", "code insee"},
        {"DEPCOM", "departement commune"},
        {"dateOuverture", "date ouverture"},
        {"lib_com", "libelle commune"},
        {"codeCommuneEtablissement", "code commune etablissement"},
        {"nofinesset", "numero finess"},
        {"coordX", "coordonnee x"},
        {"Adresse1", "adresse 1"},
        {"Date de l'ouverture", "date ouverture"},
        {"x_l93", "x l93"},
        {"N° de téléphone", "numero telephone"},
        {"voyageurs", "voyageur"},
        {"", ""},
        {"position", "position"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_label label;
        char words[400] = "";
        must(mg_label_parse(cases[i].label, &label, &err));
        for (size_t k = 0; k < label.count; k++) {
            if (k)
                strcat(words, " ");
            strcat(words, label.words[k]);
        }
        assert_string_equal(words, cases[i].words);
    }
    struct mg_label label;
    must(mg_label_parse("un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze "
                        "anticonstitutionnellementanticonstitutionnellement",
                        &label, &err));
    assert_int_equal(label.count, MG_LABEL_WORDS);
}

static void a_label_says_a_rule(void **state)
{
    (void)state;
    struct mg_label label;
    must(mg_label_parse("nom de la commune", &label, &err));
    assert_true(mg_label_says(&label, "nom|libelle commune") == 1);
    assert_true(mg_label_says(&label, "commune nom") == 1);
    assert_true(mg_label_says(&label, "com* nom") == 1);
    assert_true(mg_label_says(&label, "nom") > 0 && mg_label_says(&label, "nom") < 0.9);
    assert_true(mg_label_says(&label, "=nom") == 0);
    assert_true(mg_label_says(&label, "nom nom") == 0);
    assert_true(mg_label_has(&label, "region commune") && !mg_label_has(&label, "region"));
    const struct mg_label_rule rules[] = {{"nom", 1}, {"nom commune", 0.9}, {NULL, 0}};
    assert_true(mg_label_best(&label, rules, NULL) == 0.9);
    assert_true(mg_label_best(&label, rules, "commune") == 0);
    /* "adresse 1" before "adresse 2" before "adresse 3" */
    struct mg_label one, two, three;
    must(mg_label_parse("adresse 1", &one, &err));
    must(mg_label_parse("adresse 2", &two, &err));
    must(mg_label_parse("adresse 3", &three, &err));
    assert_true(mg_label_says(&one, "adresse") > mg_label_says(&two, "adresse"));
    assert_true(mg_label_says(&two, "adresse") > mg_label_says(&three, "adresse"));
    mg_alloc_fail_after(0);
    struct mg_error err;
    assert_int_equal(mg_label_parse("nom", &label, &err), MG_ERR_MEMORY);
    mg_alloc_fail_after(-1);
}

/* cells separated by | */
static const char *type_of(const char *cells)
{
    struct mg_type_watch watch = MG_TYPE_WATCH;
    for (const char *at = cells;; at++) {
        size_t length = strcspn(at, "|");
        mg_type_see(&watch, at, length);
        if (!*(at += length))
            return mg_type_name(mg_type_seen(&watch));
    }
}

static void a_column_is_text_until_all_of_it_says_otherwise(void **state)
{
    (void)state;
    static const struct {
        const char *cells, *type;
    } cases[] = {
        {"1|2|-3", "integer"},
        {"1||  2 ", "integer"},
        {"", "text"},
        {"|", "text"},
        {"01|02", "text"},
        {"0|10", "integer"},
        {"+33|+34", "text"},
        {"1|2|x", "text"},
        {"123456789012345", "integer"},
        {"1234567890123456", "text"},
        {"1e5|2e5", "text"},
        {"1.5|2", "number"},
        {"1,5|2", "number"},
        {"1,5|2.5", "text"},
        {"007.5", "text"},
        {"0.5|-0,5", "text"},
        {"5.|6", "text"},
        {".5", "text"},
        {"1 000", "text"},
        {"oui|non", "boolean"},
        {"True|FALSE", "boolean"},
        {"oui|1", "text"},
        {"2020|2021", "integer"},
        {"31/12/2020|01/01/2021", "date"},
        {"2020-12-31|2020-12-31T10:00:00", "datetime"},
        {"20201231|20210101", "date"},
        {"20201231|20211301", "integer"},
        {"31 décembre 2020|1er mai 2021", "date"},
        {"31/12/2020|2020", "text"},
        {"-", "text"},
        {"--1", "text"},
        {"1-2", "text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(type_of(cases[i].cells), cases[i].type);
    assert_int_equal(mg_type_merge(MG_TYPE_INTEGER, MG_TYPE_NUMBER), MG_TYPE_NUMBER);
    assert_int_equal(mg_type_merge(MG_TYPE_DATETIME, MG_TYPE_DATE), MG_TYPE_DATETIME);
    assert_int_equal(mg_type_merge(MG_TYPE_DATE, MG_TYPE_INTEGER), MG_TYPE_TEXT);
    assert_int_equal(mg_type_merge(MG_TYPE_BOOLEAN, MG_TYPE_BOOLEAN), MG_TYPE_BOOLEAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_and_check_digits),
        cmocka_unit_test(a_label_is_words),
        cmocka_unit_test(a_label_says_a_rule),
        cmocka_unit_test(a_column_is_text_until_all_of_it_says_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
