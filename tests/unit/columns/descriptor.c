/* Profiles and descriptors: read, refused, and what they make of a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/columns/descriptor.h"
#include "libdata/domain/columns/national.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/kinds/kinds.h"
#include "tests/unit/files.h"

#define FIELD "{\"fields\":[{\"name\":\"a\","

static void every_profile_is_sound(void **state)
{
    (void)state;
    static const char *const laposte[] = {"#Identifiant_du_site", "Libellé_du_site",
                                          "Caractéristique_du_site", "Localité", "Code_INSEE"};
    static const char *const region[] = {"REG", "CHEFLIEU", "NCC", "LIBELLE"};
    static const char *const departement[] = {"DEP", "REG", "CHEFLIEU", "NCC", "LIBELLE"};
    struct mg_national *profile = NULL;
    must(mg_national_recognise(laposte, 5, &profile, &err));
    assert_string_equal(profile->name, "laposte-points-de-contact");
    assert_int_equal(profile->maps[0].role, MG_ROLE_KEY);
    mg_national_destroy(profile);
    must(mg_national_recognise(laposte, 3, &profile, &err));
    assert_null(profile);
    must(mg_national_recognise(region, 4, &profile, &err));
    assert_string_equal(profile->name, "cog-regions");
    mg_national_destroy(profile);
    must(mg_national_recognise(departement, 5, &profile, &err));
    assert_string_equal(profile->name, "cog-departements");
    mg_national_destroy(profile);
    must_fail(mg_national_load("zut", &profile, &err), MG_ERR_USAGE, "none called 'zut'");
    static const char *const bad[] = {"title: x\nas: services\n",
                                      "title: x\nzut: y\n",
                                      "map: key\n",
                                      "title: x\nmap: zut = a\n",
                                      "has:\n",
                                      "no-key: no\n",
                                      "title: x\nas: y\nhas: a\nhas: a\nhas: a\nhas: a\nhas: a\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        must_fail(mg_national_parse("p", bad[i], &profile, &err), MG_ERR_INPUT, "profile p");
}

static struct mg_descriptor *read_text(const char *text, const char *resource, const char *data)
{
    struct mg_descriptor *d = NULL;
    must(mg_descriptor_parse(text, strlen(text), NULL, resource, data, &d, &err));
    return d;
}

static void a_package_gives_the_resource_of_the_file(void **state)
{
    (void)state;
    const char *text =
        "{\"title\":\"Tout\",\"licenses\":[{\"name\":\"etalab-2.0\"}],"
        "\"contributors\":[{\"title\":\"X\",\"role\":\"author\"},{\"title\":\"Y\",\"role\":\"publisher\"}],"
        "\"resources\":[{\"name\":\"a\",\"path\":\"data/a.csv\",\"encoding\":\"windows-1252\"},"
        "{\"name\":\"b\",\"path\":[\"b.csv\"],\"title\":\"B\",\"dialect\":{\"delimiter\":\"|\",\"header\":"
        "false},"
        "\"schema\":{\"fields\":[{\"name\":\"x\"}],\"primaryKey\":\"x\"},\"maillage:as\":\"counts\"}]}";
    struct mg_descriptor *d = read_text(text, NULL, "/somewhere/a.csv.gz");
    assert_string_equal(d->title, "Tout");
    assert_string_equal(d->producer, "Y");
    assert_string_equal(d->licence, "etalab-2.0");
    assert_string_equal(d->encoding, "CP1252");
    assert_null(d->schema);
    mg_descriptor_destroy(d);
    d = read_text(text, "b", "zut.csv");
    assert_string_equal(d->title, "B");
    assert_string_equal(d->kind, "counts");
    assert_int_equal(d->delimiter, '|');
    assert_true(d->no_header);
    assert_int_equal(mg_schema_field(d->schema, 0)->role, MG_ROLE_KEY);
    mg_descriptor_destroy(d);
    must_fail(mg_descriptor_parse(text, strlen(text), NULL, NULL, "c.csv", &d, &err), MG_ERR_INPUT,
              "none of its resources");
    must_fail(mg_descriptor_parse(text, strlen(text), NULL, "c", "a.csv", &d, &err), MG_ERR_INPUT,
              "called 'c'");
}

static void bad_descriptors_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "descriptor:"},
        {"[]", "not a JSON object"},
        {"{\"a\":1,\"a\":2}", "duplicate"},
        {"{}", "neither a data package nor"},
        {"{\"fields\":[]}", "no array of fields"},
        {"{\"fields\":[{}]}", "field 1 has no name"},
        {FIELD "\"type\":\"zut\"}]}", "field 'a': its type"},
        {FIELD "\"maillage:role\":\"zut\"}]}", "is not a role"},
        {FIELD "\"constraints\":{\"pattern\":\"(\"}}]}", "pattern is wrong at character"},
        {FIELD "\"type\":\"date\",\"constraints\":{\"minimum\":\"hier\"}}]}", "minimum or maximum"},
        {FIELD "\"constraints\":{\"minLength\":-1}}]}", "minLength"},
        {FIELD "\"decimalChar\":\"ab\"}]}", "decimalChar"},
        {"{\"fields\":[{\"name\":\"a\"}],\"primaryKey\":[\"b\"]}", "primary key 'b'"},
        {"{\"fields\":[{\"name\":\"a\"}],\"missingValues\":[1]}", "missingValues"},
        {"{\"resources\":[{\"path\":\"x.csv\",\"schema\":\"http://a/b\"}]}", "not a file beside it"},
        {"{\"resources\":[{\"path\":\"x.csv\",\"schema\":\"../b\"}]}", "not a file beside it"},
        {"{\"resources\":[{\"path\":\"x.csv\",\"encoding\":\"zut\"}]}", "encoding 'zut'"},
        {"{\"resources\":[{\"path\":\"x.csv\",\"dialect\":{\"delimiter\":\"ab\"}}]}", "delimiter"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_descriptor *d = NULL;
        must_fail(mg_descriptor_parse(cases[i].text, strlen(cases[i].text), NULL, NULL, "x.csv", &d, &err),
                  MG_ERR_INPUT, cases[i].why);
        assert_null(d);
    }
}

static void cells_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *rules, *cell, *error; /* NULL: sound */
    } cases[] = {
        {"\"type\":\"integer\"", "12", NULL},
        {"\"type\":\"integer\"", "1.5", "type-error"},
        {"\"type\":\"number\"", "1.5", NULL},
        {"\"type\":\"number\"", "1,5", "type-error"},
        {"\"type\":\"number\",\"decimalChar\":\",\",\"groupChar\":\" \"", "1 234,5", NULL},
        {"\"type\":\"number\",\"decimalChar\":\",\"", "1.5", "type-error"},
        {"\"type\":\"boolean\"", "true", NULL},
        {"\"type\":\"boolean\"", "oui", "type-error"},
        {"\"type\":\"boolean\",\"trueValues\":[\"oui\"]", "oui", NULL},
        {"\"type\":\"date\"", "2020-12-31", NULL},
        {"\"type\":\"date\"", "31/12/2020", "type-error"},
        {"\"type\":\"date\",\"format\":\"any\"", "31/12/2020", NULL},
        {"\"type\":\"date\",\"format\":\"%d/%m/%Y\"", "31/12/2020", NULL},
        {"\"type\":\"date\",\"format\":\"%d/%m/%y\"", "31/02/20", "type-error"},
        {"\"type\":\"datetime\"", "2020-12-31T10:00:00Z", NULL},
        {"\"type\":\"datetime\"", "2020-12-31", "type-error"},
        {"\"type\":\"time\"", "10:00:00", NULL},
        {"\"type\":\"year\"", "20", "type-error"},
        {"\"type\":\"yearmonth\"", "2020-12", NULL},
        {"\"type\":\"geopoint\"", "2.1, 48.9", NULL},
        {"\"type\":\"geopoint\"", "a, b", "type-error"},
        {"\"format\":\"email\"", "a@b.fr", NULL},
        {"\"format\":\"email\"", "a", "type-error"},
        {"\"constraints\":{\"enum\":[\"a\",\"b\"]}", "c", "constraint-error"},
        {"\"constraints\":{\"enum\":[\"a\",1]}", "1", NULL},
        {"\"constraints\":{\"pattern\":\"\\\\d{5}\"}", "12345", NULL},
        {"\"constraints\":{\"pattern\":\"^\\\\d{5}$\"}", "12345", NULL},
        {"\"constraints\":{\"pattern\":\"\\\\d{5}\"}", "123456", "constraint-error"},
        {"\"constraints\":{\"pattern\":\"(a+)+b\"}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "constraint-error"},
        {"\"constraints\":{\"minLength\":2,\"maxLength\":3}", "éé", NULL},
        {"\"constraints\":{\"minLength\":2}", "é", "constraint-error"},
        {"\"constraints\":{\"maxLength\":1}", "ab", "constraint-error"},
        {"\"type\":\"integer\",\"constraints\":{\"minimum\":5}", "4", "constraint-error"},
        {"\"type\":\"date\",\"constraints\":{\"maximum\":\"2020-01-01\"}", "2020-01-02", "constraint-error"},
        {"\"constraints\":{\"required\":true}", "", "constraint-error"},
        {"\"type\":\"integer\"", "", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[400], why[MG_SCHEMA_WHY];
        const char *error = NULL;
        snprintf(text, sizeof text, FIELD "%s}]}", cases[i].rules);
        struct mg_descriptor *d = read_text(text, NULL, "x.csv");
        must(mg_schema_check(d->schema, 0, cases[i].cell, strlen(cases[i].cell), &error, why, &err));
        if (!error != !cases[i].error || (error && strcmp(error, cases[i].error)))
            fail_msg("%s: '%s' is %s", cases[i].rules, cases[i].cell, error ? error : "sound");
        mg_descriptor_destroy(d);
    }
}

static int64_t number(struct mg_db *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(mg_db_handle(db), sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

#define SCHEMA                                                                                               \
    "{\"title\":\"Points\",\"fields\":[{\"name\":\"ref\"},{\"name\":\"titre\",\"maillage:role\":\"name\","   \
    "\"maillage:access\":\"open\"},{\"name\":\"n\",\"type\":\"integer\",\"constraints\":{\"maximum\":9}}],"  \
    "\"primaryKey\":\"ref\",\"missingValues\":[\"\",\"NA\"],\"maillage:access\":\"open\"}"

static void a_descriptor_guides_an_import(void **state)
{
    (void)state;
    char path[200], schema[256];
    snprintf(path, sizeof path, "%s/db.maillage", files_dir);
    snprintf(schema, sizeof schema, "%s", file_of("schema.json", SCHEMA, sizeof SCHEMA - 1));
    struct mg_db *db = NULL;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    const char csv[] = "ref;titre;n\na;x;1\nb;NA;10\na;y;2\n;z;3\nc;w;v\n";
    struct mg_import_options options = {.kinds = mg_kinds,
                                        .dataset = "points",
                                        .edition = "2020",
                                        .max_reject_rows = 5,
                                        .descriptor = schema};
    struct mg_import_result result;
    must(mg_import_file(db, file_of("points.csv", csv, sizeof csv - 1), &options, &result, &err));
    assert_int_equal(result.rows_loaded, 3);
    assert_int_equal(result.rows_rejected, 2); /* the key again, the key empty */
    assert_int_equal(result.issues, 2);        /* 10 is more than 9, v is no integer */
    assert_int_equal(number(db, "SELECT count(*) FROM record WHERE name IS NULL AND key = 'b'"), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM record WHERE other LIKE '%NA%'"), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM dataset WHERE title = 'Points' AND access = 'open'"),
                     1);
    assert_int_equal(number(db, "SELECT count(*) FROM field WHERE access = 'open'"), 1);
    assert_int_equal(number(db, "SELECT count(*) FROM edition WHERE length(descriptor_sha256) = 64"), 1);
    assert_int_equal(
        number(db, "SELECT count(*) FROM reject WHERE code IN ('primary-key', 'constraint-error')"), 2);
    /* the same again is a no-op; strictly, all four are refused */
    must(mg_import_file(db, file_of("points.csv", csv, sizeof csv - 1), &options, &result, &err));
    assert_true(result.already_loaded);
    options.edition = "2021";
    options.strict_schema = true;
    must(mg_import_file(db, file_of("points.csv", csv, sizeof csv - 1), &options, &result, &err));
    assert_int_equal(result.rows_rejected, 4);
    options.edition = "2022";
    const char less[] = "ref;titre\na;x\n";
    must_fail(mg_import_file(db, file_of("points.csv", less, sizeof less - 1), &options, &result, &err),
              MG_ERR_INPUT, "missing-label: there is no column 'n'");
    mg_db_close(db);
}

static void a_profile_guides_an_import(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s/db2.maillage", files_dir);
    struct mg_db *db = NULL;
    must(mg_db_open(path, MG_DB_CREATE, 0, &db, &err));
    static const char finess[] =
        "finess;etalab;93;2023-01-11\n"
        "structureet;010000024;010780054;CH X;CENTRE HOSPITALIER X;;;900;RTE;DE PARIS;;;451;01;AIN;01440 "
        "VIRIAT;"
        "0474454647;;355;Centre Hospitalier;1102;CH;26010004500012;8610Z;03;ARS;1;PSPH;1979-02-13;1979-02-13;"
        "2020-02-04;\n"
        "geolocalisation;010000024;870215.7;6571590.5;1;2023-01-11\n";
    struct mg_import_options options = {.kinds = mg_kinds, .dataset = "finess", .edition = "2023"};
    struct mg_import_result result;
    must(mg_import_file(db, file_of("finess.csv", finess, sizeof finess - 1), &options, &result, &err));
    assert_string_equal(result.profile, "finess-etablissements");
    assert_int_equal(result.rows_loaded, 1);
    assert_int_equal(result.rows_skipped, 1);
    assert_int_equal(number(db, "SELECT count(*) FROM record WHERE key = '010000024' AND name = 'CH X' AND "
                                "category = 'Centre Hospitalier' AND opened = '1979-02-13' AND "
                                "postcode = '01440' AND address = 'DE PARIS' AND commune = '01451' AND "
                                "other LIKE '%01440 VIRIAT%'"),
                     1);
    assert_int_equal(number(db, "SELECT count(*) FROM issue WHERE code = 'code-rewritten'"), 0);
    assert_int_equal(number(db, "SELECT count(*) FROM edition WHERE profile = 'finess-etablissements'"), 1);
    assert_int_equal(
        number(db, "SELECT count(*) FROM dataset WHERE licence IS NOT NULL AND title IS NOT NULL"), 1);
    /* the command line wins, and "none" turns it off */
    static const char regions[] = "REG;CHEFLIEU;NCC;LIBELLE\n84;69123;A;Auvergne\n";
    options =
        (struct mg_import_options){.kinds = mg_kinds, .dataset = "r", .edition = "2023", .profile = "none"};
    must(mg_import_file(db, file_of("r.csv", regions, sizeof regions - 1), &options, &result, &err));
    assert_string_equal(result.profile, "");
    options =
        (struct mg_import_options){.kinds = mg_kinds, .dataset = "s", .edition = "2023", .kind = "services"};
    must(mg_import_file(db, file_of("r.csv", regions, sizeof regions - 1), &options, &result, &err));
    assert_string_equal(result.profile, "");
    options.kind = NULL;
    options.dataset = "t";
    must(mg_import_file(db, file_of("r.csv", regions, sizeof regions - 1), &options, &result, &err));
    assert_string_equal(result.profile, "cog-regions");
    mg_db_close(db);
}

static void lost_allocations_are_reported(void **state)
{
    (void)state;
    static const char *const columns[] = {"REG", "CHEFLIEU", "NCC", "LIBELLE"};
    for (long n = 0;; n += slow_step()) {
        struct mg_error err = {0};
        struct mg_national *profile = NULL;
        mg_alloc_fail_after(n);
        enum mg_code code = mg_national_recognise(columns, 4, &profile, &err);
        long left = mg_alloc_fail_after(-1);
        mg_national_destroy(profile);
        if (left >= 0)
            break;
        assert_int_equal(code, MG_ERR_MEMORY);
    }
    for (long n = 0;; n += slow_step()) {
        struct mg_error err = {0};
        struct mg_descriptor *d = NULL;
        mg_alloc_fail_after(n);
        enum mg_code code = mg_descriptor_parse(SCHEMA, sizeof SCHEMA - 1, NULL, NULL, "x.csv", &d, &err);
        long left = mg_alloc_fail_after(-1);
        mg_descriptor_destroy(d);
        if (left >= 0)
            break;
        assert_int_equal(code, MG_ERR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_profile_is_sound),
        cmocka_unit_test(a_package_gives_the_resource_of_the_file),
        cmocka_unit_test(bad_descriptors_are_refused),
        cmocka_unit_test(cells_are_checked),
        cmocka_unit_test(a_descriptor_guides_an_import),
        cmocka_unit_test(a_profile_guides_an_import),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests(tests, files_setup, files_teardown);
}
