/* Survey answers put together: what counts, figures and intervals, weights, periods, what the public sees. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/barometer/barometer.h"
#include "libdata/domain/barometer/scores.h"
#include "libdata/domain/common/scale.h"
#include "tests/unit/database.h"

#define EDITION                                                                                              \
    "INSERT INTO edition (id, dataset, as_of, first_version, last_version, source_name, source_sha256,"      \
    " source_size, format, encoding, rows_read, rows_loaded, rows_rejected, rows_skipped, issues,"           \
    " imported_at, tool_version) VALUES "
#define REST ", 'x', '', 0, 'CSV', 'UTF-8', 0, 0, 0, 0, 0, '', '')"

/* avis: open, but for column "age" and question q2; two waves. Twenty answers at guichet A (12 of them 4 or
 * 5), twelve at B, all missing at C. pesee: weighted. etroit: 1 to 10 in a second wave. */
static const char content[] =
    "INSERT INTO dataset (id, name, kind, access) VALUES (1, 'avis', 'responses', 'open'),"
    " (2, 'pesee', 'responses', 'restricted'), (3, 'etroit', 'responses', 'open'),"
    " (4, 'postes', 'services', 'open');"
    "INSERT INTO field (id, dataset, position, name, role, access) VALUES (1, 1, 0, 'guichet', 'service', "
    "'open'),"
    " (2, 1, 1, 'canal', NULL, 'open'), (3, 1, 2, 'age', NULL, 'restricted'), (4, 1, 3, 'q1', NULL, 'open'),"
    " (5, 1, 4, 'q2', NULL, 'restricted'), (6, 2, 0, 'poids', 'weight', 'restricted'),"
    " (7, 2, 1, 'q1', NULL, 'restricted'), (8, 3, 0, 'q1', NULL, 'open'), (9, 1, 5, 'le', 'date', "
    "'restricted');"
    "INSERT INTO question (dataset, position, name) VALUES (1, 0, 'q1'), (1, 1, 'q2'), (2, 0, 'q1'), (3, 0, "
    "'q1');" EDITION "(1, 1, '2020-01-01', 1, 20" REST ", (2, 1, '2021-01-01', 21, 36" REST
    ", (3, 2, '2020-01-01', 37, 40" REST ", (4, 3, '2020-01-01', 41, 41" REST
    ", (5, 3, '2021-01-01', 42, 42" REST ";"
    "INSERT INTO survey VALUES (1, 1, 5, '[\"9\",\"NA\"]'), (2, 1, 5, '[]'), (3, 1, 5, '[]'), (4, 1, 5, "
    "'[]'),"
    " (5, 1, 10, '[]');"
    "INSERT INTO edition_constant VALUES (2, 2, 'bureau');"
    "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 20)"
    " INSERT INTO response (id, edition, service, date, answers, line, other)"
    " SELECT n, 1, 'A', CASE WHEN n <= 5 THEN '2020-05-01' END,"
    " '[' || CASE WHEN n <= 4 THEN 5 WHEN n <= 12 THEN 4 WHEN n <= 14 THEN 3 ELSE 1 END || ',2]', n + 1,"
    " CASE WHEN n <= 6 THEN '[null,\"web \\u00e9\",\"30\"]' ELSE '[null,\"bureau\",\"40\"]' END FROM i;"
    "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 12)"
    " INSERT INTO response (id, edition, service, answers, line) SELECT 20 + n, 2, 'B', '[1]', n + 1 FROM i;"
    "INSERT INTO response (id, edition, service, answers, line) VALUES (33, 2, 'C', '[null,4]', 14),"
    " (34, 2, 'C', '[\"NSP\"]', 15), (35, 2, 'C', '[7]', 16), (36, 2, NULL, '[]', 17);"
    "INSERT INTO response (id, edition, weight, answers, line) VALUES (37, 3, 2, '[5]', 2), (38, 3, 1, "
    "'[1]', 3),"
    " (39, 3, 1, '[3]', 4), (40, 3, NULL, '[5]', 5), (41, 4, NULL, '[5]', 2), (42, 5, NULL, '[5]', 2);";

static int set_up(void **state)
{
    struct mg_db *db = fresh();
    fill(db, content);
    *state = db;
    return 0;
}

static struct mg_barometer_request ask(const char *dataset, const char *by)
{
    return (struct mg_barometer_request){.dataset = dataset,
                                         .questions = "q1",
                                         .by = by,
                                         .scores = MG_SCORE_SATISFIED,
                                         .cog = MG_DATE_NONE,
                                         .min_n = MG_BAROMETER_MIN_N,
                                         .audience = MG_MINISTRY};
}

static enum mg_code note(void *context, const struct mg_barometer_row *row, struct mg_error *err)
{
    (void)err;
    mg_buf_printf(context, "%s %s %s %s", row->group ? row->group : "-", row->period, row->question,
                  row->status);
    if (!row->hidden)
        mg_buf_printf(context, " %lld %g", (long long)row->n, row->n_eff);
    if (row->answer >= 0)
        mg_buf_printf(context, " %d:", row->answer);
    if (!isnan(row->value))
        mg_buf_printf(context, " %g %g %g", row->value, row->lo, row->hi);
    mg_buf_add_char(context, '\n');
    return MG_OK;
}

static void expect(struct mg_db *db, const struct mg_barometer_request *request, const char *expected)
{
    MG_CLEANUP(mg_barometer_destroy_pointer) struct mg_barometer *barometer = NULL;
    MG_CLEANUP(mg_buf_finish) struct mg_buf rows = {0};
    must(mg_barometer_create(db, request, &barometer, &err));
    must(mg_barometer_each(barometer, note, &rows, &err));
    assert_string_equal(rows.data, expected);
}

static void refuse(struct mg_db *db, const struct mg_barometer_request *request, const char *text)
{
    struct mg_barometer *barometer = NULL;
    must_fail(mg_barometer_create(db, request, &barometer, &err), MG_ERR_USAGE, text);
    assert_null(barometer);
}

/* 12 of 20: Wilson 0.3866 to 0.7812. Answers 9, texts, off the scale and none do not count. */
static void answers_are_counted_by_service(void **state)
{
    struct mg_barometer_request request = ask("avis", "service");
    expect(*state, &request,
           "A all q1 ok 20 20 0.6 0.3866 0.7812\nB all q1 zero 12 12 0 0 0.2425\n"
           "C all q1 missing 0 0\n- all q1 missing 0 0\n");
    request.satisfied = "5";
    request.edition = "2020-01-01";
    expect(*state, &request, "A all q1 ok 20 20 0.2 0.0807 0.416\n");
    /* 4 x 5, 8 x 4, 2 x 3, 6 x 1: mean 3.2, deviation 1.5761, t for 19 2.0930 */
    request.scores = MG_SCORE_MEAN;
    expect(*state, &request, "A all q1 ok 20 20 3.2 2.4623 3.9377\n");
    request.scores |= MG_SCORE_SATISFIED;
    request.questions = "*";
    expect(*state, &request,
           "A all q1 ok 20 20 0.2 0.0807 0.416\nA all q1 ok 20 20 3.2 2.4623 3.9377\n"
           "A all q2 zero 20 20 0 0 0.1611\nA all q2 ok 20 20 2 1.8389 2.4834\n");
}

/* Worked out by hand: 12 of 20 are 4 or 5, 6 are 1 or 2; the 10th and 11th are 4, the 6th lowest 1, the 6th
 * highest 4 (P(Binomial(20, 1/2) < 6) is 2.07 %, < 7 5.8 %); net 0.6 - 0.3, its variance (0.9 - 0.3^2) / 20.
 */
static void scores_of_twenty_answers(void **state)
{
    struct mg_barometer_request request = ask("avis", "service");
    request.edition = "2020-01-01";
    request.questions = "Q1"; /* case does not matter */
    request.scores = MG_SCORE_MEDIAN | MG_SCORE_NET;
    expect(*state, &request, "A all q1 ok 20 20 4 1 4\nA all q1 ok 20 20 0.3 -0.0944 0.6944\n");
    request.scores = MG_SCORE_DISTRIBUTION;
    expect(*state, &request,
           "A all q1 ok 20 20 1: 0.3 0.1455 0.519\nA all q1 zero 20 20 2: 0 0 0.1611\n"
           "A all q1 ok 20 20 3: 0.1 0.0279 0.301\nA all q1 ok 20 20 4: 0.4 0.2188 0.6134\n"
           "A all q1 ok 20 20 5: 0.2 0.0807 0.416\n");
    request.satisfied = "3,4,5";
    request.scores = MG_SCORE_NET;
    refuse(*state, &request, "3 is also among the answers that mirror theirs");
    request.scores = MG_SCORE_NPS;
    refuse(*state, &request, "nps is asked for on the scale 0 to 10");
}

/* Fifty say 10, thirty 8, twenty 3: 0.5 - 0.2, variance (0.7 - 0.3^2) / 100. And all alike: as far as those
 * go whom nobody saw, z^2 / (20 + z^2) = 0.1611. */
static void promoters_less_detractors(void **state)
{
    struct mg_answers answers = {.low = 0,
                                 .count = 11,
                                 .amounts = {[3] = 20, [8] = 30, [10] = 50},
                                 .n = 100,
                                 .weight = 100,
                                 .n_eff = 100};
    const struct mg_score_rule *nps = NULL;
    (void)state;
    for (size_t i = 0; i < mg_score_rule_count; i++)
        nps = mg_score_rules[i].score == MG_SCORE_NPS ? &mg_score_rules[i] : nps;
    struct mg_figure figure = nps->figure(&answers);
    assert_float_equal(figure.value, 0.3, 1e-9);
    assert_float_equal(figure.lo, 0.1469220, 1e-6);
    assert_float_equal(figure.hi, 0.4530780, 1e-6);
    answers = (struct mg_answers){.count = 11, .amounts = {[7] = 20}, .n = 20, .weight = 20, .n_eff = 20};
    figure = nps->figure(&answers);
    assert_float_equal(figure.value, 0, 1e-9);
    assert_float_equal(figure.lo, -0.1611252, 1e-6);
    assert_float_equal(figure.hi, 0.1611252, 1e-6);
}

/* The public sees the usual share from 11 answers on, all else from 30 on, and asks for no less. */
static void details_need_more_answers(void **state)
{
    struct mg_barometer_request request = ask("avis", NULL);
    request.audience = MG_PUBLIC;
    request.edition = "2020-01-01";
    request.scores = MG_SCORE_SATISFIED | MG_SCORE_MEAN;
    expect(*state, &request, "- all q1 ok 20 20 0.6 0.3866 0.7812\n- all q1 suppressed\n");
    request.scores = MG_SCORE_SATISFIED;
    request.satisfied = "5,4";
    expect(*state, &request, "- all q1 ok 20 20 0.6 0.3866 0.7812\n");
    request.satisfied = "5";
    expect(*state, &request, "- all q1 suppressed\n");
    request.satisfied = NULL;
    request.scores = MG_SCORE_MEAN;
    request.edition = NULL;
    request.by = "service"; /* 20 and 12, neither of 30, and nothing beside them */
    expect(*state, &request,
           "A all q1 suppressed\nB all q1 suppressed\nC all q1 missing 0 0\n- all q1 missing 0 0\n");
    request.detail_n = 15;
    refuse(*state, &request, "at least 30 answers");
    request.detail_n = 0;
    request.min_n = 10;
    refuse(*state, &request, "at least 11 answers");
    request.min_n = 11;
    request.scale = "1:4";
    refuse(*state, &request, "imported with 1:5");
}

/* Two hidden figures of ten each are the only two of less than eleven that are twenty together. */
static void two_tens_are_not_hidden(void **state)
{
    struct mg_barometer_request request = ask("avis", "service");
    request.audience = MG_PUBLIC;
    must(mg_db_begin(*state, &err));
    must(mg_db_exec(
        *state, &err,
        "UPDATE response SET service = CASE WHEN id <= 20 THEN 'A' WHEN id <= 26 THEN 'D' ELSE 'E' END"));
    must(mg_db_exec(*state, &err, "UPDATE response SET service = 'D' WHERE id <= 4"));
    expect(*state, &request, "A all q1 ok 16 16 0.5 0.28 0.72\nD all q1 suppressed\nE all q1 suppressed\n");
    must(mg_db_exec(*state, &err, "UPDATE response SET service = 'E' WHERE id BETWEEN 5 AND 8"));
    refuse(*state, &request, "by subtracting");
    mg_db_rollback(*state);
}

static void columns_are_read_as_written(void **state)
{
    struct mg_barometer_request request = ask("avis", "canal");
    /* the constant of the second wave is its value; a text has its accents back */
    expect(*state, &request, "bureau all q1 ok 26 26 0.2308 0.1103 0.4205\nweb é all q1 ok 6 6 1 0.6097 1\n");
    request = ask("avis", "guichet");
    request.edition = "2020-01-01";
    expect(*state, &request, "A all q1 ok 20 20 0.6 0.3866 0.7812\n");
    request = ask("avis", "q2");
    request.edition = "2021-01-01";
    expect(*state, &request, "4 all q1 missing 0 0\n- all q1 zero 12 12 0 0 0.2425\n");
}

static void periods_follow_the_date_else_the_edition(void **state)
{
    struct mg_barometer_request request = ask("avis", NULL);
    request.period = MG_PERIOD_YEAR;
    expect(*state, &request, "- 2020 q1 ok 20 20 0.6 0.3866 0.7812\n- 2021 q1 zero 12 12 0 0 0.2425\n");
    request.edition = "2020-01-01";
    request.period = MG_PERIOD_QUARTER;
    expect(*state, &request, "- 2020-Q1 q1 ok 15 15 0.4667 0.2481 0.6988\n- 2020-Q2 q1 ok 5 5 1 0.5655 1\n");
    request.period = MG_PERIOD_MONTH;
    expect(*state, &request, "- 2020-01 q1 ok 15 15 0.4667 0.2481 0.6988\n- 2020-05 q1 ok 5 5 1 0.5655 1\n");
}

/* weights 2, 1, 1: Kish 16 / 6 = 2.67; 2 of 4 satisfied */
static void weights_count(void **state)
{
    MG_CLEANUP(mg_barometer_destroy_pointer) struct mg_barometer *barometer = NULL;
    struct mg_barometer_request request = ask("pesee", NULL);
    int64_t responses, unweighted;
    expect(*state, &request, "- all q1 ok 3 2.67 0.5 0.1159 0.8841\n");
    must(mg_barometer_create(*state, &request, &barometer, &err));
    mg_barometer_counts(barometer, &responses, &unweighted);
    assert_int_equal(responses, 4);
    assert_int_equal(unweighted, 1);
}

/* Codes for "no answer", empty cells and nulls are none; words and numbers beyond the scale are. */
static void what_is_off_the_scale_is_counted(void **state)
{
    MG_CLEANUP(mg_barometer_destroy_pointer) struct mg_barometer *barometer = NULL, *open = NULL;
    struct mg_barometer_request request = ask("avis", NULL);
    const char *question;
    int64_t count;
    must(mg_db_exec(
        *state, &err,
        "UPDATE response SET answers = CASE id WHEN 1 THEN '[6]' WHEN 2 THEN '[\"Oui\"]' WHEN 3 THEN "
        "'[\"NA\"]' WHEN 4 THEN '[9]' WHEN 5 THEN '[\"\"]' ELSE '[0]' END WHERE id <= 6"));
    request.questions = "q1";
    must(mg_barometer_create(*state, &request, &barometer, &err));
    assert_true(mg_barometer_off_scale(barometer, 0, &question, &count));
    assert_string_equal(question, "q1");
    assert_int_equal(count, 5); /* with the NSP and the 7 that were there */
    assert_false(mg_barometer_off_scale(barometer, 1, &question, &count));
    request.audience = MG_PUBLIC;
    must(mg_barometer_create(*state, &request, &open, &err));
    assert_true(mg_barometer_off_scale(open, 0, &question, &count));
    assert_int_equal(count, 1);
    struct mg_barometer *none = NULL;
    must(mg_db_exec(*state, &err, "UPDATE response SET answers = '[\"Oui\"]' WHERE id <= 20"));
    must_fail(mg_barometer_create(*state, &request, &none, &err), MG_ERR_INPUT,
              "question 'q1': most answers are not on the scale 1 to 5");
}

static void the_public_sees_what_is_open(void **state)
{
    struct mg_barometer_request request = ask("avis", "service");
    request.audience = MG_PUBLIC;
    expect(*state, &request,
           "A all q1 ok 20 20 0.6 0.3866 0.7812\nB all q1 zero 12 12 0 0 0.2425\n"
           "C all q1 missing 0 0\n- all q1 missing 0 0\n");
    request.questions = "*";
    request.by = NULL;
    expect(*state, &request, "- all q1 ok 32 32 0.375 0.2293 0.5475\n");
    request.questions = "q2";
    refuse(*state, &request, "avis has no open column 'q2'");
    request.questions = "Q2";
    refuse(*state, &request, "avis has no open column 'Q2'");
    request.questions = "q3";
    refuse(*state, &request, "avis has no open column 'q3'");
    request.questions = "x*";
    refuse(*state, &request, "no question of 'avis' that may be shown is called 'x*'");
    request = ask("avis", "age");
    request.audience = MG_PUBLIC;
    refuse(*state, &request, "avis has no open column 'age'");
    request = ask("pesee", NULL);
    request.audience = MG_PUBLIC;
    refuse(*state, &request, "there is no open dataset 'pesee'");
}

static void small_figures_are_hidden(void **state)
{
    struct mg_barometer_request request = ask("avis", NULL);
    request.audience = MG_PUBLIC;
    request.min_n = 33; /* everything is one hidden figure: its total is as hidden as itself */
    expect(*state, &request, "- all q1 suppressed\n");
    request.period = MG_PERIOD_YEAR;
    expect(*state, &request, "- 2020 q1 suppressed\n- 2021 q1 suppressed\n");
    request.min_n = 13; /* 2021 has 12: from the total of both years it could be told */
    refuse(*state, &request, "question 'q1': a figure of fewer than 13 answers");
    request = ask("avis", "service");
    request.audience = MG_PUBLIC;
    request.min_n = 13;
    refuse(*state, &request, "by subtracting the others from their total");
    request.audience = MG_MINISTRY;
    request.edition = "2021-01-01";
    expect(*state, &request, "B all q1 zero 12 12 0 0 0.2425\nC all q1 missing 0 0\n- all q1 missing 0 0\n");
}

/* Two figures of six and five answers may be hidden together, three of three and one of nine may not. */
static void hidden_figures_need_company(void **state)
{
    struct mg_barometer_request request = ask("avis", "service");
    request.audience = MG_PUBLIC;
    must(mg_db_begin(*state, &err));
    must(mg_db_exec(*state, &err, "UPDATE response SET service = 'D' WHERE id BETWEEN 21 AND 26"));
    must(mg_db_exec(*state, &err, "UPDATE response SET service = 'E' WHERE id BETWEEN 27 AND 32"));
    expect(*state, &request,
           "A all q1 ok 20 20 0.6 0.3866 0.7812\nC all q1 missing 0 0\nD all q1 suppressed\n"
           "E all q1 suppressed\n- all q1 missing 0 0\n");
    must(mg_db_exec(*state, &err, "UPDATE response SET service = 'A' WHERE id BETWEEN 29 AND 32"));
    refuse(*state, &request, "by subtracting");
    mg_db_rollback(*state);
}

static void requests_without_sense_are_refused(void **state)
{
    struct mg_barometer_request request = ask("postes", NULL);
    refuse(*state, &request, "holds services, not survey responses");
    request = ask("nulle-part", NULL);
    refuse(*state, &request, "nulle-part");
    request = ask("etroit", NULL);
    refuse(*state, &request, "do not share one scale");
    request.edition = "2021-01-01";
    expect(*state, &request, "- all q1 zero 1 1 0 0 0.7935\n");
    request.edition = "2022-01-01";
    refuse(*state, &request, "2022-01-01");
    request = ask("avis", NULL);
    request.satisfied = "4,6";
    refuse(*state, &request, "'6' is not an answer on the scale 1 to 5");
    request = ask("avis", NULL);
    request.scale = "5:1";
    refuse(*state, &request, "'5:1' is not a scale");
    request = ask("avis", "le temps");
    refuse(*state, &request, "avis has no column 'le temps'");
    request = ask("avis", NULL);
    request.questions = "guichet";
    refuse(*state, &request, "column 'guichet' of 'avis' is not a question");
    request = ask("avis", NULL);
    request.min_n = 0;
    refuse(*state, &request, "at least 1 answer");
    must(mg_db_begin(*state, &err));
    must(mg_db_exec(*state, &err, "UPDATE survey SET scale_low = NULL, scale_high = NULL"));
    request = ask("avis", NULL);
    refuse(*state, &request, "scale of the answers of 'avis' is not known");
    request.scale = "1:4";
    request.edition = "2021-01-01";
    expect(*state, &request, "- all q1 zero 12 12 0 0 0.2425\n");
    mg_db_rollback(*state);
}

static void scores_have_names(void **state)
{
    (void)state;
    unsigned scores = 0;
    must(mg_scores_parse("mean,satisfied", &scores, &err));
    assert_int_equal(scores, MG_SCORE_MEAN | MG_SCORE_SATISFIED);
    must(mg_scores_parse("nps,distribution", &scores, &err));
    assert_int_equal(scores, MG_SCORE_NPS | MG_SCORE_DISTRIBUTION);
    must_fail(mg_scores_parse("mean,mode", &scores, &err), MG_ERR_USAGE, "'mode' is not a score");
    int low = 0, high = 0;
    assert_true(mg_scale_parse("0:10", &low, &high));
    assert_int_equal(high, 10);
    static const char *const bad[] = {"", "5", "1:", ":5", "1:101", "-1:5", "3:3", "1:5:6"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(mg_scale_parse(bad[i], &low, &high));
}

static void lost_allocations_are_reported(void **state)
{
    for (long n = 0;; n++) {
        struct mg_error err = {0};
        struct mg_barometer *barometer = NULL;
        struct mg_barometer_request request = ask("avis", "canal");
        mg_alloc_fail_after(n);
        enum mg_code code = mg_barometer_create(*state, &request, &barometer, &err);
        long left = mg_alloc_fail_after(-1);
        mg_barometer_destroy(barometer);
        if (left >= 0) {
            assert_int_equal(code, MG_OK);
            assert_true(n > 20);
            return;
        }
        assert_int_equal(code, MG_ERR_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_counted_by_service),
        cmocka_unit_test(scores_of_twenty_answers),
        cmocka_unit_test(promoters_less_detractors),
        cmocka_unit_test(details_need_more_answers),
        cmocka_unit_test(two_tens_are_not_hidden),
        cmocka_unit_test(columns_are_read_as_written),
        cmocka_unit_test(periods_follow_the_date_else_the_edition),
        cmocka_unit_test(weights_count),
        cmocka_unit_test(the_public_sees_what_is_open),
        cmocka_unit_test(small_figures_are_hidden),
        cmocka_unit_test(hidden_figures_need_company),
        cmocka_unit_test(requests_without_sense_are_refused),
        cmocka_unit_test(scores_have_names),
        cmocka_unit_test(lost_allocations_are_reported),
        cmocka_unit_test(what_is_off_the_scale_is_counted),
    };
    return cmocka_run_group_tests_name("barometer", tests, set_up, tear_down);
}
