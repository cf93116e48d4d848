/* What territories lost against what was to be expected: withdrawals, ratios, ministries, coincidence. */
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/crossref/crossref.h"
#include "tests/unit/crossref/fixture.h"

/* Three communes, A and B in département 51, C in 35. */
static const char land[] =
    "INSERT INTO dataset (id, name, kind, producer) VALUES (1, 'communes', 'territories', NULL),"
    " (2, 'departements', 'territories', NULL);" EDITION "(1, 1, '2020-01-01', 'commune', NULL, NULL" REST
    ", (2, 2, '2020-01-01', 'departement', NULL, NULL" REST ";"
    "INSERT INTO territory (edition, level, type, code, name, valid_from, line) VALUES"
    " (1, 'commune', 'COM', '51001', 'A', '2020-01-01', 2), (1, 'commune', 'COM', '51002', 'B', "
    "'2020-01-01', 3),"
    " (1, 'commune', 'COM', '35001', 'C', '2020-01-01', 4),"
    " (2, 'departement', 'DEP', '51', 'Marne', '2020-01-01', 2),"
    " (2, 'departement', 'DEP', '35', 'Ille-et-Vilaine', '2020-01-01', 3);";

/* A has 10 x, 5 y; B 20 x; C 70 x, 15 y. A loses 2 x, 1 y; C 5 x. */
static const char figures[] =
    "INSERT INTO dataset (id, name, kind, producer) VALUES (3, 'figures', 'counts', 'INSEE');" EDITION
    "(3, 3, '2009-01-01', 'commune', 1, 5" REST ", (4, 3, '2013-01-01', 'commune', 6, 8" REST ";"
    "INSERT INTO stock (id, level, territory, category, n, first_edition, gone_edition, line) VALUES"
    " (1, 'commune', '51001', 'x', 10, 3, 4, 2), (2, 'commune', '51001', 'y', 5, 3, 4, 2),"
    " (3, 'commune', '51002', 'x', 20, 3, NULL, 3), (4, 'commune', '35001', 'x', 70, 3, 4, 4),"
    " (5, 'commune', '35001', 'y', 15, 3, NULL, 4), (6, 'commune', '51001', 'x', 8, 4, NULL, 2),"
    " (7, 'commune', '51001', 'y', 4, 4, NULL, 2), (8, 'commune', '35001', 'x', 65, 4, NULL, 4);";

/* In A: two a and a b close, one a and a c open: a b is withdrawn no more, an a is made up for by its own,
 * and the other a by the c. In B an a closes, and one opens in C. One project is to close in C, one was
 * abandoned. */
static const char bureaux[] =
    "INSERT INTO dataset (id, name, kind, producer) VALUES (4, 'bureaux', 'services', 'La Poste'),"
    " (5, 'projets', 'projects', NULL);"
    "INSERT INTO field (dataset, position, name, role) VALUES (4, 0, 'id', 'key');" EDITION
    "(5, 4, '2016-01-01', NULL, 11, 16" REST ", (6, 4, '2020-01-01', NULL, 17, 19" REST
    ", (7, 5, '2021-01-01', NULL, NULL, NULL" REST ";"
    "INSERT INTO record (id, edition, key, category, commune, line) VALUES"
    " (11, 5, 'k1', 'a', '51001', 2), (12, 5, 'k2', 'a', '51001', 3), (13, 5, 'k3', 'b', '51001', 4),"
    " (14, 5, 'k4', 'a', '51002', 5), (15, 5, 'k5', 'c', '51001', 6), (16, 5, 'k6', 'b', '35001', 7),"
    " (17, 6, 'k7', 'a', '51001', 2), (18, 6, 'k8', 'c', '51001', 3), (19, 6, 'k9', 'a', '35001', 4);"
    "INSERT INTO version (id, record, first_edition, gone_edition, hash) VALUES (11, 11, 5, 6, 1), (12, 12, "
    "5, 6, 2),"
    " (13, 13, 5, 6, 3), (14, 14, 5, 6, 4), (15, 15, 5, NULL, 5), (16, 16, 5, NULL, 6), (17, 17, 6, NULL, 7),"
    " (18, 18, 6, NULL, 8), (19, 19, 6, NULL, 9);"
    "UPDATE edition SET rows_read = CASE id WHEN 5 THEN 6 ELSE 5 END, rows_loaded = CASE id WHEN 5 THEN 6 "
    "ELSE 5 END WHERE dataset = 4;"
    "INSERT INTO project (key, kind, service_dataset, commune, status, first_edition, hash, edition, line) "
    "VALUES"
    " ('p1', 'closure', 'bureaux', '35001', 'announced', 7, 1, 7, 2),"
    " ('p2', 'closure', 'bureaux', '35001', 'abandoned', 7, 2, 7, 3),"
    " ('p3', 'opening', 'bureaux', '35001', 'announced', 7, 3, 7, 4),"
    " ('p4', 'closure', 'others', '35001', 'announced', 7, 4, 7, 5);";

static int set_up(void **state)
{
    struct mg_db *db = fresh();
    fill(db, land);
    fill(db, figures);
    fill(db, bureaux);
    *state = db;
    return 0;
}

static void near(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", got, expected);
}

static struct mg_crossref_request ask(const char *const *datasets, size_t count, const char *metrics)
{
    struct mg_crossref_request request = {.level = MG_COMMUNE,
                                          .datasets = datasets,
                                          .dataset_count = count,
                                          .at = MG_DATE_NONE,
                                          .from = mg_date_from_civil(2009, 1, 1),
                                          .to = mg_date_from_civil(2020, 1, 1),
                                          .inside = true,
                                          .cog = MG_DATE_NONE};
    must(mg_metrics_parse(metrics, &request.metrics, &err));
    return request;
}

/* The row of a territory and dataset (NULL: all together). */
struct sought {
    const char *territory, *dataset, *category;
    struct mg_crossref_row row;
    bool found;
    char ministries[64];
};

static bool same(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static enum mg_code look(void *context, const struct mg_crossref_row *row, struct mg_error *err)
{
    struct sought *sought = context;
    (void)err;
    if (!row->territory || strcmp(row->territory->code, sought->territory) ||
        !same(row->dataset, sought->dataset) || !same(row->category, sought->category))
        return MG_OK;
    sought->row = *row;
    sought->found = true;
    for (size_t i = 0; i < row->ministries; i++) {
        strcat(sought->ministries, row->ministries_list[i]);
        strcat(sought->ministries, ";");
    }
    return MG_OK;
}

static struct sought find(const struct mg_crossref *cross, const char *territory, const char *dataset,
                          const char *category)
{
    struct sought sought = {.territory = territory, .dataset = dataset, .category = category};
    must(mg_crossref_each(cross, look, &sought, &err));
    assert_true(sought.found);
    return sought;
}

static const char *const both[] = {"bureaux", "figures"};

static void losses_are_set_against_what_was_expected(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(&both[1], 1, "losses");
    must(mg_crossref_create(*state, &request, &cross, &err));
    struct mg_loss a = find(cross, "51001", "figures", NULL).row.loss;
    near(a.observed, 3, 0);
    near(a.expected, 0.95, 1e-9);
    near(find(cross, "51002", "figures", NULL).row.loss.expected, 1.4, 1e-9);
    near(find(cross, "35001", "figures", NULL).row.loss.expected, 5.65, 1e-9);
    near(a.ratio, 3.157894737, 1e-9);
    near(a.interval.lo, 0.651233814, 1e-9);
    near(a.interval.hi, 9.228708494, 1e-9);
    near(a.p, 0.071338117, 1e-9);
    near(a.q, 0.214014352, 1e-9);
    near(a.shrunk, 1.552548202, 1e-9);
    near(find(cross, "51002", NULL, NULL).row.loss.shrunk, 0.663468298, 1e-9);
    near(find(cross, "35001", NULL, NULL).row.loss.shrunk, 0.922711826, 1e-9);
    assert_non_null(strstr(mg_crossref_remark(cross), "nothing is significant"));
}

static void within_changes_no_figure(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(&both[1], 1, "losses");
    request.within = "commune:51001";
    request.by_category = true;
    must(mg_crossref_create(*state, &request, &cross, &err));
    near(find(cross, "51001", NULL, NULL).row.loss.q, 0.214014352, 1e-9);
    struct mg_loss x = find(cross, "51001", "figures", "x").row.loss;
    near(x.observed, 2, 0);
    near(x.expected, 0.7, 1e-12);
}

static void an_opening_makes_up_for_one_closure(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(both, 1, "losses");
    request.by_category = true;
    must(mg_crossref_create(*state, &request, &cross, &err));
    near(find(cross, "51001", "bureaux", "a").row.loss.observed, 0, 0);
    near(find(cross, "51001", "bureaux", "b").row.loss.observed, 1, 0);
    near(find(cross, "51002", "bureaux", "a").row.loss.observed, 1, 0);
    /* each b of two was as likely to go */
    near(find(cross, "35001", "bureaux", "b").row.loss.expected, 0.5, 1e-15);
    struct mg_loss all = find(cross, "51001", NULL, NULL).row.loss;
    assert_true(all.first == mg_date_from_civil(2016, 1, 1) && all.last == mg_date_from_civil(2020, 1, 1));
    assert_true(find(cross, "35001", NULL, NULL).row.loss.first == MG_DATE_NONE);
}

static void categories_are_selected_within_a_dataset(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref *none = NULL;
    const char *categories[] = {"figures:y"};
    struct mg_crossref_request request = ask(both, 2, "losses");
    request.categories = categories;
    request.category_count = 1;
    must(mg_crossref_create(*state, &request, &cross, &err));
    struct sought a = find(cross, "51001", "figures", NULL);
    near(a.row.n, 4, 0);
    near(a.row.loss.observed, 1, 0);
    near(a.row.loss.expected, 0.25, 1e-15);
    near(find(cross, "51001", "bureaux", NULL).row.n, 3, 0); /* the other dataset is whole */
    categories[0] = "figures:z";
    must_fail(mg_crossref_create(*state, &request, &none, &err), MG_ERR_USAGE, "of the category 'z'");
    categories[0] = "figure:y";
    must_fail(mg_crossref_create(*state, &request, &none, &err), MG_ERR_USAGE, "no category of a dataset");
}

static void a_loss_is_of_a_commune_at_any_level(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(both, 1, "losses");
    request.level = MG_DEPARTEMENT;
    must(mg_crossref_create(*state, &request, &cross, &err));
    struct sought marne = find(cross, "51", NULL, NULL);
    near(marne.row.loss.observed, 2, 0);
    assert_string_equal(marne.ministries, "La Poste;"); /* four closed, two opened */
}

static void all_together_has_its_own_dates_and_ministries(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(both, 2, "losses");
    must(mg_crossref_create(*state, &request, &cross, &err));
    struct sought a = find(cross, "51001", NULL, NULL), b = find(cross, "35001", NULL, NULL);
    assert_string_equal(a.row.from, "2009-01-01");
    assert_string_equal(a.row.at, "2020-01-01");
    assert_string_equal(find(cross, "51001", "figures", NULL).row.at, "2013-01-01");
    assert_string_equal(a.ministries, "INSEE;La Poste;"); /* three closed, two opened */
    assert_string_equal(b.ministries, "INSEE;");
    assert_false(a.row.loss.twice); /* two, but not more than chance explains */
    near(a.row.loss.observed, 4, 0);
    near(b.row.loss.announced, 1, 0);
    near(b.row.loss.announced_ratio, 6 / b.row.loss.expected, 1e-12);
    request.to = mg_date_from_civil(2015, 1, 1);
    struct mg_crossref *none = NULL;
    must_fail(mg_crossref_create(*state, &request, &none, &err), MG_ERR_USAGE,
              "has not two editions between");
}

/* INSEE lost in A and C, La Poste in A and B. */
static void ministries_coincide_over_units(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(both, 2, "coincidence");
    request.level = MG_DEPARTEMENT;
    request.has_units = true;
    request.units = MG_COMMUNE;
    must(mg_crossref_create(*state, &request, &cross, &err));
    struct mg_coincidence marne = find(cross, "51", NULL, NULL).row.coincidence,
                          other = find(cross, "35", NULL, NULL).row.coincidence;
    near(marne.twice_observed, 1, 0);
    near(other.twice_observed, 0, 0);
    assert_true(marne.twice_expected > 0 && marne.twice_expected < 2 && other.twice_expected > 0);
    assert_true(marne.p > 0 && marne.p <= 1 && marne.q >= marne.p);
    assert_true(isnan(find(cross, "51", "figures", NULL).row.coincidence.p));
    struct mg_crossref *none = NULL;
    request.units = MG_DEPARTEMENT;
    must_fail(mg_crossref_create(*state, &request, &none, &err), MG_ERR_USAGE, "are not smaller");
}

static void spread_is_over_inhabitants(void **state)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    struct mg_crossref_request request = ask(&both[1], 1, "gini,theil");
    const char *categories[] = {"figures:x"};
    request.level = MG_REGION;
    request.has_groups = true;
    request.groups = MG_DEPARTEMENT;
    request.categories = categories;
    request.category_count = 1;
    must(mg_db_begin(*state, &err));
    must(mg_db_exec(
        *state, &err,
        "INSERT INTO dataset (id, name, kind) VALUES (9, 'people', 'populations');" EDITION
        "(9, 9, '2020-01-01', 'commune', NULL, NULL" REST ";"
        "INSERT INTO population (edition, level, code, year, n, line) VALUES"
        " (9, 'commune', '51001', 2020, 8000, 2), (9, 'commune', '51002', 2020, 10000, 3),"
        " (9, 'commune', '35001', 2020, 16250, 4);"
        "INSERT INTO territory (edition, level, type, code, name, valid_from, line) VALUES"
        " (1, 'region', 'REG', '1', 'R', '2020-01-01', 9);"
        "INSERT INTO territory_link (edition, child_level, child_type, child, parent_level, parent,"
        " valid_from) VALUES (1, 'commune', 'COM', '51001', 'region', '1', '2020-01-01'),"
        " (1, 'commune', 'COM', '51002', 'region', '1', '2020-01-01'),"
        " (1, 'commune', 'COM', '35001', 'region', '1', '2020-01-01');"));
    must(mg_crossref_create(*state, &request, &cross, &err));
    /* 8, 20 and 65 of x: 10, 20 and 40 for 10,000, of 8, 10 and 16.25 thousand */
    struct mg_spread spread = find(cross, "1", "figures", NULL).row.spread;
    const double value[] = {10, 20, 40}, weight[] = {8000, 10000, 16250};
    double people = 34250, mean = 930000 / people, gini = 0, theil = 0;
    for (int i = 0; i < 3; i++) {
        theil += weight[i] * value[i] / (people * mean) * log(value[i] / mean);
        for (int j = 0; j < 3; j++)
            gini += weight[i] * weight[j] * fabs(value[i] - value[j]) / (2 * people * people * mean);
    }
    double first = 280000.0 / 18000;
    double between = 280000.0 / 930000 * log(first / mean) + 650000.0 / 930000 * log(40 / mean);
    near(spread.gini, gini, 1e-12);
    near(spread.theil, theil, 1e-12);
    near(spread.theil_between, between, 1e-12);
    near(spread.theil_within, theil - between, 1e-12);
    struct mg_crossref *none = NULL;
    request.of = "gini";
    must_fail(mg_crossref_create(*state, &request, &none, &err), MG_ERR_USAGE,
              "one figure that can be spread");
    request.of = NULL;
    request.level = MG_COMMUNE;
    must_fail(mg_crossref_create(*state, &request, &none, &err), MG_ERR_USAGE, "are not smaller");
    mg_db_rollback(*state);
}

static void lost_allocations_are_reported(void **state)
{
    for (long n = 0;; n += 7 * slow_step()) {
        struct mg_error err = {0};
        struct mg_crossref *cross = NULL;
        struct mg_crossref_request request = ask(both, 2, "losses,coincidence");
        mg_alloc_fail_after(n);
        enum mg_code code = mg_crossref_create(*state, &request, &cross, &err);
        long left = mg_alloc_fail_after(-1);
        mg_crossref_destroy(cross);
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
        cmocka_unit_test(losses_are_set_against_what_was_expected),
        cmocka_unit_test(within_changes_no_figure),
        cmocka_unit_test(an_opening_makes_up_for_one_closure),
        cmocka_unit_test(categories_are_selected_within_a_dataset),
        cmocka_unit_test(a_loss_is_of_a_commune_at_any_level),
        cmocka_unit_test(all_together_has_its_own_dates_and_ministries),
        cmocka_unit_test(ministries_coincide_over_units),
        cmocka_unit_test(spread_is_over_inhabitants),
        cmocka_unit_test(lost_allocations_are_reported),
    };
    return cmocka_run_group_tests_name(MG_TEST_NAME, tests, set_up, tear_down);
}
