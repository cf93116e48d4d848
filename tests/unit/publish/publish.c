/* Publication: what comes out, in which order, and that nothing restricted ever does. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/publish/publish.h"
#include "tests/unit/publish/fixture.h"

static char written[40000]; /* what the last publication wrote */
static struct mg_publish_result result;

static const struct mg_publish_options open_options = {.audience = MG_PUBLIC, .precision = 6};
static const struct mg_publish_options ministry_options = {.audience = MG_MINISTRY, .precision = 6};

static void read_back(FILE *file)
{
    ssize_t length = pread(fileno(file), written, sizeof written - 1, 0);
    assert_in_range(length, 0, sizeof written - 2);
    written[length] = '\0';
    fclose(file);
}

static enum mg_code features(struct mg_db *db, const char *name, const struct mg_publish_options *options,
                             struct mg_error *err)
{
    FILE *file = tmpfile();
    enum mg_code code = mg_publish_features(db, &name, 1, options, fileno(file), &result, err);
    read_back(file);
    return code;
}

static enum mg_code territories(struct mg_db *db, const char *name, const struct mg_publish_options *options,
                                struct mg_error *err)
{
    FILE *file = tmpfile();
    enum mg_code code =
        mg_publish_territories(db, MG_COMMUNE, &name, name != NULL, options, fileno(file), &result, err);
    read_back(file);
    return code;
}

static enum mg_code records(struct mg_db *db, const char *text, const struct mg_publish_options *options,
                            struct mg_error *err)
{
    FILE *source = tmpfile(), *file = tmpfile();
    fputs(text, source);
    rewind(source);
    struct mg_in *in = NULL;
    enum mg_code code = mg_in_create(fileno(source), false, &in, err);
    if (!code)
        code = mg_publish_records(db, in, options, fileno(file), &result, err);
    mg_in_destroy(in);
    fclose(source);
    read_back(file);
    return code;
}

static void holds(const char *text)
{
    if (!strstr(written, text))
        fail_msg("not there: %s\nin: %s", text, written);
}

static void services_come_sorted_with_their_open_columns(void **state)
{
    must(features(*state, "postes", &open_options, &err));
    assert_string_equal(
        written,
        "{\"type\":\"FeatureCollection\",\"features\":[\n"
        "{\"type\":\"Feature\",\"id\":\"postes/"
        "A\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.03,49.25]},"
        "\"properties\":{\"dataset\":\"postes\",\"edition\":\"2024-01-01\",\"key\":\"A\",\"name\":\"Á\","
        "\"geo_source\":\"lonlat\",\"Horaires\":null,\"name_2\":\"autre\",\"Année\":\"2024\"}},\n"
        "{\"type\":\"Feature\",\"id\":\"postes/"
        "B\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.36,48.95]},"
        "\"properties\":{\"dataset\":\"postes\",\"edition\":\"2024-01-01\",\"key\":\"B\",\"name\":\"Bé\","
        "\"geo_source\":\"lonlat\",\"Horaires\":\"9h-12h, "
        "\\\"12h\\\"\",\"name_2\":null,\"Année\":\"2024\"}},\n"
        "{\"type\":\"Feature\",\"id\":\"postes/"
        "C\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.5,48.7]},"
        "\"properties\":{\"dataset\":\"postes\",\"edition\":\"2024-01-01\",\"key\":\"C\",\"name\":\"Cé\","
        "\"geo_source\":\"lonlat\",\"Horaires\":null,\"name_2\":null,\"Année\":\"2024\"}}\n"
        "],\"bbox\":[4.03,48.7,4.5,49.25]}\n");
    assert_int_equal(result.features, 3);
    assert_int_equal(result.unplaced, 0);
}

static void an_earlier_edition_has_its_own_services(void **state)
{
    struct mg_publish_options options = open_options;
    options.at = "2019-06-01";
    must(features(*state, "postes", &options, &err));
    assert_int_equal(result.features, 3);
    assert_int_equal(result.unplaced, 1);
    holds("\"edition\":\"2014-01-01\"");
    holds("\"id\":\"postes/B\"");
    holds("\"id\":\"postes/B#2\""); /* two services of one key */
    holds("\"geometry\":null");
    assert_null(strstr(written, "2024"));
    options.at = "2013-12-31";
    must_fail(features(*state, "postes", &options, &err), MG_ERR_USAGE,
              "postes has no edition by 2013-12-31");
    assert_string_equal(written, "");
}

static void no_identifier_stands_on_two_features(void **state)
{
    struct mg_publish_options options = open_options;
    options.at = "2014-01-01";
    must(mg_db_exec(*state, &err, "UPDATE record SET key = 'B#2' WHERE key = 'A'"));
    must(features(*state, "postes", &options, &err));
    holds("\"id\":\"postes/B\"");
    holds("\"id\":\"postes/B#2\"");
    holds("\"id\":\"postes/B#2#1\"");
}

static void hours_are(struct mg_db *db, const char *type, const char *cell, const char *written_as)
{
    char text[80];
    must(mg_db_exec(db, &err, "UPDATE field SET type = '%s' WHERE name = 'Horaires'", type));
    must(
        mg_db_exec(db, &err, "UPDATE record SET other = json_array(NULL, NULL, '%s') WHERE key = 'B'", cell));
    must(features(db, "postes", &open_options, &err));
    snprintf(text, sizeof text, "\"Horaires\":%s,", written_as);
    holds(text);
}

static void numbers_and_truth_values_are_written_as_such(void **state)
{
    must(mg_db_exec(*state, &err, "UPDATE field SET type = 'integer' WHERE name = 'Année'"));
    hours_are(*state, "integer", "12", "12");
    holds("\"Année\":2024}"); /* of the whole edition */
    hours_are(*state, "number", " -0,50 ", "-0.50");
    hours_are(*state, "number", "1.25", "1.25");
    hours_are(*state, "number", "1.", "\"1.\"");
    hours_are(*state, "number", "-", "\"-\"");
    hours_are(*state, "integer", "007", "\"007\"");
    hours_are(*state, "integer", "1e5", "\"1e5\"");
    hours_are(*state, "boolean", "Vrai", "true");
    hours_are(*state, "boolean", "NO", "false");
    hours_are(*state, "boolean", "peut-être", "\"peut-être\"");
    hours_are(*state, "text", "12", "\"12\"");
    hours_are(*state, "date", "2024", "\"2024\"");
}

static void the_ministries_get_every_column(void **state)
{
    must(features(*state, "postes", &ministry_options, &err));
    holds("\"Réservé CANARY\":\"CANARY\"");
    holds("\"Avis CANARY\":\"CANARY\"");
    holds("\"Constante CANARY\":\"CANARY\"");
    must(features(*state, "canary-jeu", &ministry_options, &err));
    assert_int_equal(result.features, 2);
}

/* A project's place: its own, its service's, its commune's; the last two as far as the audience may see them.
 */
static void projects_are_placed_by_what_the_audience_may_see(void **state)
{
    must(features(*state, "projets", &open_options, &err));
    assert_string_equal(
        written,
        "{\"type\":\"FeatureCollection\",\"features\":[\n"
        "{\"type\":\"Feature\",\"id\":\"projets/P1\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
        "[4.36,48.95]},\"properties\":{\"dataset\":\"projets\",\"edition\":\"2024-01-01\",\"key\":\"P1\","
        "\"kind\":\"closure\",\"service_dataset\":\"postes\",\"service_key\":\"B\",\"commune\":\"51108\","
        "\"geo_source\":\"service\",\"Détail\":\"rue Haute\"}},\n"
        "{\"type\":\"Feature\",\"id\":\"projets/P2\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
        "[4.1,48.5]},\"properties\":{\"dataset\":\"projets\",\"edition\":\"2024-01-01\",\"key\":\"P2\","
        "\"kind\":\"opening\",\"service_dataset\":\"postes\",\"service_key\":\"A\",\"commune\":\"51108\","
        "\"geo_source\":\"project\",\"Détail\":null}},\n"
        "{\"type\":\"Feature\",\"id\":\"projets/P3\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
        "[3.5,48.5]},\"properties\":{\"dataset\":\"projets\",\"edition\":\"2024-01-01\",\"key\":\"P3\","
        "\"kind\":\"closure\",\"service_dataset\":null,\"service_key\":null,\"commune\":\"51411\","
        "\"geo_source\":\"commune\",\"Détail\":null}},\n"
        "{\"type\":\"Feature\",\"id\":\"projets/P4\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
        "[4.03,49.25]},\"properties\":{\"dataset\":\"projets\",\"edition\":\"2024-01-01\",\"key\":\"P4\","
        "\"kind\":\"move\",\"service_dataset\":null,\"service_key\":\"A\",\"commune\":\"51108\","
        "\"geo_source\":\"service\",\"Détail\":null}},\n"
        "{\"type\":\"Feature\",\"id\":\"projets/P5\",\"geometry\":null,\"properties\":{"
        "\"dataset\":\"projets\",\"edition\":\"2024-01-01\",\"key\":\"P5\","
        "\"kind\":\"closure\",\"service_dataset\":null,\"service_key\":\"nothing\",\"commune\":\"99999\","
        "\"geo_source\":null,\"Détail\":null}},\n"
        "{\"type\":\"Feature\",\"id\":\"projets/P6\",\"geometry\":{\"type\":\"Point\",\"coordinates\":"
        "[4.5,48.7]},\"properties\":{\"dataset\":\"projets\",\"edition\":\"2024-01-01\",\"key\":\"P6\","
        "\"kind\":\"merger\",\"service_dataset\":null,\"service_key\":\"C\",\"commune\":\"51411\","
        "\"geo_source\":\"service\",\"Détail\":null}}\n"
        "],\"bbox\":[3.5,48.5,4.5,49.25]}\n");
    assert_int_equal(result.features, 6);
    assert_int_equal(result.unplaced, 1);
    assert_int_equal(result.values_withheld, 2);

    must(features(*state, "projets", &ministry_options, &err));
    holds("\"id\":\"projets/P3\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.5,48.7]}");
    holds("\"service_dataset\":\"canary-jeu\",\"service_key\":\"CANARY\"");
    /* two datasets have its key now: which one is meant? */
    holds("\"id\":\"projets/P6\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[3.5,48.5]}");
    holds("\"Remarque CANARY\":\"CANARY\"");
    assert_int_equal(result.values_withheld, 0);
}

static void projects_of_an_earlier_edition_are_those_that_stood_then(void **state)
{
    static const double east[] = {4.3, 48, 4.4, 49};
    struct mg_publish_options options = open_options;
    options.at = "2020-01-01";
    must(features(*state, "projets", &options, &err));
    assert_int_equal(result.features, 2);
    holds("\"id\":\"projets/P0\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.03,49.25]}");
    holds("\"id\":\"projets/P1\"");
    options.bbox = east;
    must(features(*state, "projets", &options, &err));
    assert_int_equal(result.features, 1);
    assert_int_equal(result.outside, 1);
    holds("\"id\":\"projets/P1\"");
    options.at = "2013-01-01";
    must_fail(features(*state, "projets", &options, &err), MG_ERR_USAGE, "no edition by 2013-01-01");
    must_fail(features(*state, "canary-projets", &open_options, &err), MG_ERR_USAGE, "no open dataset");
    must(features(*state, "canary-projets", &ministry_options, &err));
    assert_int_equal(result.features, 1);
}

static void a_box_takes_what_touches_it(void **state)
{
    static const double east[] = {4.3, 48, 4.4, 49}, touching[] = {5, 40, 6, 48}, nowhere[] = {0, 0, 1, 1};
    struct mg_publish_options options = open_options;
    options.at = "2014-01-01";
    options.bbox = east;
    must(features(*state, "postes", &options, &err));
    assert_int_equal(result.features, 1);
    assert_int_equal(result.outside, 2);
    holds("\"id\":\"postes/B\"");
    options.bbox = touching;
    must(territories(*state, NULL, &options, &err));
    assert_int_equal(result.features, 1);
    holds("commune/51108");
    options.bbox = nowhere;
    must(territories(*state, NULL, &options, &err));
    assert_string_equal(written, "{\"type\":\"FeatureCollection\",\"features\":[]}\n");
    assert_int_equal(result.outside, 2);
}

/* West greater than east: what is between them is left out, not what is beyond. */
static void a_box_may_cross_the_antimeridian(void **state)
{
    static const double over[] = {4.4, -90, 4.1, 90}, without[] = {170, -90, -170, 90};
    struct mg_publish_options options = open_options;
    options.bbox = over;
    must(features(*state, "postes", &options, &err));
    assert_int_equal(result.features, 2);
    holds("\"id\":\"postes/A\"");
    holds("\"id\":\"postes/C\"");
    options.bbox = without;
    must(features(*state, "postes", &options, &err));
    assert_int_equal(result.features, 0);
    must(territories(*state, NULL, &options, &err));
    assert_int_equal(result.outside, 1);
}

static void a_sequence_has_a_separator_before_each_feature(void **state)
{
    struct mg_publish_options options = open_options;
    options.sequence = true;
    must(features(*state, "postes", &options, &err));
    int features = 0;
    for (const char *line = written; *line; line = strchr(line, '\n') + 1, features++)
        assert_memory_equal(line, "\x1e{\"type\":\"Feature\",", 18);
    assert_int_equal(features, 3);
}

static void territories_are_those_of_the_date(void **state)
{
    struct mg_publish_options options = open_options;
    must(territories(*state, NULL, &options, &err));
    assert_string_equal(written,
                        "{\"type\":\"FeatureCollection\",\"features\":[\n"
                        "{\"type\":\"Feature\",\"id\":\"commune/51108\",\"geometry\":{\"type\":\"Polygon\","
                        "\"coordinates\":[[[3,48],[5,48],[5,49],[3,49],[3,48]]]},\"properties\":{"
                        "\"level\":\"commune\",\"territory\":\"51108\",\"territory_name\":\"Châlons\","
                        "\"territory_type\":\"COM\",\"valid_from\":\"2020-01-01\"}}\n"
                        "],\"bbox\":[3,48,5,49]}\n");
    options.at = "2016-01-01";
    must(territories(*state, "communes", &options, &err));
    assert_int_equal(result.features, 2);
    options.at = "1990-01-01"; /* before the first: the first */
    must(territories(*state, "communes", &options, &err));
    assert_int_equal(result.features, 2);
    must(territories(*state, NULL, &ministry_options, &err));
    holds("CANARY");
}

/* What the ministries give to be a feature is one as it is. */
static void records_are_placed_by_point_or_territory(void **state)
{
    must(records(
        *state,
        "{\"type\":\"event\",\"dataset\":\"postes\",\"event\":\"closed\",\"changes\":[],\"lon\":4.5,\"lat\":"
        "48}\n"
        "{\"type\":\"crossref\",\"level\":\"commune\",\"territory\":\"51108\",\"cog\":\"2015-01-01\","
        "\"dataset\":\"postes\",\"n\":2,\"rate_10k\":0.5}\n"
        "{\"type\":\"crossref\",\"level\":\"commune\",\"territory\":\"99999\",\"dataset\":\"postes\"}\n"
        "{\"type\":\"crossref\",\"level\":\"canton\",\"territory\":\"51108\",\"dataset\":\"postes\"}\n"
        "{\"type\":\"event\",\"dataset\":\"postes\",\"lon\":4.5,\"lat\":99}\n"
        "{\"type\":\"event\",\"dataset\":\"postes\",\"lon\":null,\"lat\":null}\n"
        "{\"type\":\"end\",\"records\":6}\n",
        &ministry_options, &err));
    assert_string_equal(
        written,
        "{\"type\":\"FeatureCollection\",\"features\":[\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.5,48]},"
        "\"properties\":{\"type\":\"event\",\"dataset\":\"postes\",\"event\":\"closed\",\"changes\":[]}},\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
        "[[[4,48],[5,48],[5,49],[4,49],[4,48]]]},\"properties\":{\"type\":\"crossref\","
        "\"level\":\"commune\",\"territory\":\"51108\",\"cog\":\"2015-01-01\",\"dataset\":\"postes\","
        "\"n\":2,\"rate_10k\":0.5}}\n"
        "],\"bbox\":[4,48,5,49]}\n");
    assert_int_equal(result.features, 2);
    assert_int_equal(result.unplaced, 4);
}

#define EVENT  "{\"type\":\"event\",\"dataset\":\"postes\",\"from\":\"2014-01-01\",\"to\":\"2024-01-01\","
#define FIGURE "{\"type\":\"crossref\",\"dataset\":\"postes\",\"level\":\"commune\",\"cog\":\"2015-01-01\","

/* Nothing that they say is believed: they only say what is asked for, which keys of it too. */
static void for_the_public_records_are_computed_again(void **state)
{
    must(records(*state,
                 EVENT "\"event\":\"created\",\"key_after\":\"C\",\"name_after\":\"CANARY\",\"n\":77,"
                       "\"evidence\":[\"CANARY\"],\"lon\":7,\"lat\":7}\n" EVENT
                       "\"event\":\"closed\",\"key_before\":\"B\",\"lon\":7,\"lat\":7}\n" FIGURE
                       "\"at\":\"2024-01-01\",\"territory\":\"51108\",\"territory_name\":\"CANARY\",\"n\":77,"
                       "\"pop\":77,\"rate_10k\":77,\"ministries\":7}\n" FIGURE
                       "\"at\":\"2024-01-01\",\"territory\":\"99999\",\"n\":77}\n" FIGURE
                       "\"at\":\"2023-01-01\",\"territory\":\"51108\",\"n\":77}\n"
                       "{\"type\":\"end\",\"records\":5}\n",
                 &open_options, &err));
    assert_string_equal(
        written,
        "{\"type\":\"FeatureCollection\",\"features\":[\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":"
        "[[[4,48],[5,48],[5,49],[4,49],[4,48]]]},\"properties\":{\"type\":\"crossref\",\"dataset\":"
        "\"postes\","
        "\"level\":\"commune\",\"cog\":\"2014-01-01\",\"at\":\"2024-01-01\",\"territory\":\"51108\","
        "\"territory_name\":\"Châlons\",\"n\":2,\"pop\":null,\"rate_10k\":null}},\n"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[4.5,48.7]},"
        "\"properties\":{\"type\":\"event\",\"dataset\":\"postes\",\"from\":\"2014-01-01\",\"to\":\"2024-01-"
        "01\","
        "\"n\":1,\"event\":\"created\",\"key_before\":null,\"key_after\":\"C\",\"name_after\":\"Cé\"}}\n"
        "],\"bbox\":[4,48,5,49]}\n");
    assert_true(result.uninhabited);
    assert_false(result.uncounted);
}

/* A figure over all datasets, some of which may be restricted. */
static void the_public_gets_no_figure_of_all_datasets_together(void **state)
{
    must(records(
        *state,
        "{\"type\":\"crossref\",\"level\":\"commune\",\"territory\":\"51108\",\"dataset\":null,\"n\":77}\n"
        "{\"type\":\"end\",\"records\":1}\n",
        &open_options, &err));
    assert_int_equal(result.features, 0);
    assert_int_equal(result.values_withheld, 0);
    assert_false(result.uncounted);
}

static void the_public_gets_no_record_that_does_not_say_what_it_is_about(void **state)
{
    static const struct {
        const char *record, *message;
        enum mg_code code;
    } cases[] = {
        {"{\"type\":\"event\",\"lon\":4,\"lat\":48,\"n\":1}\n", "does not say which dataset", MG_ERR_INPUT},
        {"{\"type\":\"event\",\"dataset\":\"canary-jeu\"}\n", "no open dataset", MG_ERR_USAGE},
        {"{\"type\":\"event\",\"dataset\":\"postes\"}\n", "does not say what it is about", MG_ERR_INPUT},
        {"{\"type\":\"crossref\",\"dataset\":\"postes\"}\n", "does not say what it is about", MG_ERR_INPUT},
        {"{\"type\":\"barometer\",\"dataset\":\"postes\"}\n", "not for the public", MG_ERR_INPUT},
        {"{\"dataset\":\"postes\",\"lon\":4,\"lat\":48}\n", "of which type", MG_ERR_INPUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mg_error err = {0};
        assert_int_equal(records(*state, cases[i].record, &open_options, &err), cases[i].code);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_int_equal(err.line, 1);
        assert_null(strstr(written, "48"));
    }
    struct mg_error none = {0};
    assert_int_equal(
        records(*state, "{\"lon\":4,\"lat\":48,\"evidence\":[\"x\"]}\n", &ministry_options, &none), MG_OK);
    holds("\"properties\":{\"evidence\":[\"x\"]}");
}

/* Everything that could be asked for the public, right or wrong: the word is in no byte that is written, and
 * in no message but where the request itself said it. */
static void nothing_restricted_ever_comes_out(void **state)
{
    static const char *const streams[] = {
        EVENT
        "\"event\":\"created\",\"key_after\":\"C\",\"evidence\":[\"Réservé CANARY\"],\"Réservé "
        "CANARY\":\"CANARY\","
        "\"comment\":\"CANARY\",\"raw\":\"CANARY\",\"changes\":[{\"CANARY\":1}],\"score\":{\"CANARY\":1},"
        "\"artefacts\":[\"x\",[\"CANARY\"]],\"Avis CANARY\":1,\"lon\":4.5,\"lat\":48}\n",
        FIGURE "\"at\":\"2024-01-01\",\"territory\":\"51108\",\"n\":1,"
               "\"ministries\":\"CANARY\"}\n",
        "{\"dataset\":\"canary-jeu\",\"name\":\"CANARY\",\"lon\":4,\"lat\":48}\n",
        "{\"name\":\"CANARY\",\"lon\":4,\"lat\":48}\n",
        "{\"type\":\"error\",\"message\":\"CANARY\"}\n",
    };
    static const char *const names[] = {"postes", "canary-jeu", "canary-zones",   "communes",
                                        "bpe",    "projets",    "canary-projets", "nothing"};
    static const char *const dates[] = {NULL, "2014-01-01", "2023-06-01", "1990-01-01"};
    int said = 0;
    for (int sequence = 0; sequence < 2; sequence++)
        for (size_t d = 0; d < sizeof dates / sizeof *dates; d++) {
            struct mg_publish_options options = open_options;
            options.sequence = sequence;
            options.at = dates[d];
            for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
                struct mg_error err = {0};
                features(*state, names[i], &options, &err);
                assert_null(strcasestr(written, "canary"));
                assert_null(strcasestr(err.hint, "canary"));
                said += *written != '\0';
                memset(&err, 0, sizeof err);
                territories(*state, i ? names[i] : NULL, &options, &err);
                assert_null(strcasestr(written, "canary"));
                assert_null(strcasestr(err.hint, "canary"));
                said += *written != '\0';
            }
            for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
                struct mg_error err = {0};
                records(*state, streams[i], &options, &err);
                assert_null(strcasestr(written, "canary"));
                assert_null(strcasestr(err.hint, "canary"));
                said += strstr(written, "Feature\"") != NULL;
            }
        }
    assert_true(said > 30); /* it was not silence that kept the secret */
}

static void requests_that_make_no_sense_are_refused(void **state)
{
    must_fail(features(*state, "communes", &open_options, &err), MG_ERR_USAGE, "communes holds territories");
    must_fail(features(*state, "bpe", &open_options, &err), MG_ERR_USAGE, "bpe holds counts");
    must_fail(territories(*state, "postes", &open_options, &err), MG_ERR_USAGE, "postes holds services");
    must_fail(territories(*state, "canary-zones", &open_options, &err), MG_ERR_USAGE,
              "no open dataset 'canary-zones'");
    struct mg_error none = {0};
    FILE *file = tmpfile();
    assert_int_equal(
        mg_publish_territories(*state, MG_REGION, NULL, 0, &open_options, fileno(file), &result, &none),
        MG_ERR_USAGE);
    assert_non_null(strstr(none.message, "no borders for level 'region'"));
    fclose(file);
}

static bool stop(void *context, const char *step, int64_t done, int64_t total)
{
    (void)context;
    (void)step;
    (void)done;
    (void)total;
    return false;
}

static void it_stops_when_asked(void **state)
{
    static const struct mg_progress progress = {stop, NULL};
    struct mg_publish_options options = open_options;
    options.progress = &progress;
    must_fail(features(*state, "postes", &options, &err), MG_ERR_IO, "interrupted");
    must_fail(records(*state, "{}\n", &options, &err), MG_ERR_IO, "interrupted");
}

static void every_failed_allocation_is_said(void **state)
{
    static const char stream[] = FIGURE "\"at\":\"2024-01-01\",\"territory\":\"51108\"}\n" EVENT
                                        "\"event\":\"created\",\"key_after\":\"C\"}\n";
    for (int way = 0; way < 4; way++)
        for (long n = 0;; n += slow_step()) {
            struct mg_error err = {0};
            mg_alloc_fail_after(n);
            enum mg_code code = way == 0   ? features(*state, "postes", &open_options, &err)
                                : way == 1 ? territories(*state, NULL, &open_options, &err)
                                : way == 2 ? features(*state, "projets", &open_options, &err)
                                           : records(*state, stream, &open_options, &err);
            if (mg_alloc_fail_after(-1) >= 0) {
                assert_int_equal(code, MG_OK);
                assert_true(n > 5);
                break;
            }
            if (code != MG_ERR_MEMORY && code != MG_ERR_INPUT)
                fail_msg("way %d, allocation %ld: %d %s", way, n, (int)code, err.message);
        }
}

#define with_file(test) cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_file(services_come_sorted_with_their_open_columns),
        with_file(an_earlier_edition_has_its_own_services),
        with_file(no_identifier_stands_on_two_features),
        with_file(numbers_and_truth_values_are_written_as_such),
        with_file(the_ministries_get_every_column),
        with_file(projects_are_placed_by_what_the_audience_may_see),
        with_file(projects_of_an_earlier_edition_are_those_that_stood_then),
        with_file(a_box_takes_what_touches_it),
        with_file(a_box_may_cross_the_antimeridian),
        with_file(a_sequence_has_a_separator_before_each_feature),
        with_file(territories_are_those_of_the_date),
        with_file(records_are_placed_by_point_or_territory),
        with_file(for_the_public_records_are_computed_again),
        with_file(the_public_gets_no_figure_of_all_datasets_together),
        with_file(the_public_gets_no_record_that_does_not_say_what_it_is_about),
        with_file(nothing_restricted_ever_comes_out),
        with_file(requests_that_make_no_sense_are_refused),
        with_file(it_stops_when_asked),
        with_file(every_failed_allocation_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
