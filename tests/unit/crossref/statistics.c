/* The statistics of crossref, against examples worked out apart from them and against what they are by
 * definition. */
#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/common/interval.h"
#include "libdata/domain/crossref/statistics/benjamini_hochberg.h"
#include "libdata/domain/crossref/statistics/coincidence.h"
#include "libdata/domain/crossref/statistics/gamma.h"
#include "libdata/domain/crossref/statistics/inequality.h"
#include "libdata/domain/crossref/statistics/local_association.h"
#include "libdata/domain/crossref/statistics/philox.h"
#include "libdata/domain/crossref/statistics/shrinkage.h"
#include "tests/unit/test.h"

static void near(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%.12g is not %.12g", got, expected);
}

/* A has 10 x and 5 y, B 20 x, C 70 x and 15 y; A lost 2 x and 1 y, C 5 x. */
static const double observed[] = {3, 0, 5}, expected[] = {0.95, 1.4, 5.65};

static void losses_are_ratios_with_a_chance(void **state)
{
    (void)state;
    double p[3], q[3];
    for (int i = 0; i < 3; i++)
        p[i] = mg_poisson_at_least(observed[i], expected[i]);
    must(mg_benjamini_hochberg(p, 3, q, &err));
    struct mg_interval count = mg_interval_count(3);
    near(3 / 0.95, 3.157894737, 1e-9);
    near(count.lo / 0.95, 0.651233814, 1e-9);
    near(count.hi / 0.95, 9.228708494, 1e-9);
    near(p[0], 0.071338117, 1e-9);
    near(q[0], 0.214014352, 1e-9);
    assert_true(p[1] == 1 && q[1] == 1);
}

static void ratios_are_drawn_to_their_mean(void **state)
{
    (void)state;
    static const double shrunk[] = {1.552548202, 0.663468298, 0.922711826};
    struct mg_shrinkage fit = mg_shrinkage_of(observed, expected, 3);
    struct mg_interval interval;
    near(fit.mean, 1, 1e-15);
    near(fit.variance, 0.362307871, 1e-9);
    for (int i = 0; i < 3; i++) {
        near(mg_shrinkage_ratio(&fit, observed[i], expected[i], &interval), shrunk[i], 1e-9);
        double shape = observed[i] + fit.shape, rate = expected[i] + fit.rate;
        near(mg_gamma_below(shape, interval.lo * rate), 0.025, 1e-12);
        near(mg_gamma_below(shape, interval.hi * rate), 0.975, 1e-12);
    }
    mg_shrinkage_ratio(&fit, observed[0], expected[0], &interval);
    near(interval.lo, 0.555160419, 1e-8); /* of a variance given to nine digits */
    near(interval.hi, 3.053742101, 1e-8);
    assert_true(isnan(mg_shrinkage_ratio(&fit, 0, 0, &interval)));
    /* as expected in all of them: no more than chance */
    fit = mg_shrinkage_of(expected, expected, 3);
    assert_true(fit.variance < 0);
    near(mg_shrinkage_ratio(&fit, 1, 2, &interval), 1, 1e-15);
    assert_true(isnan(interval.lo));
    assert_true(isnan(mg_shrinkage_of(observed, expected, 0).mean));
}

static double poisson_below(int n, double mean)
{
    double term = exp(-mean), sum = 0;
    for (int i = 0; i < n; i++) {
        sum += term;
        term *= mean / (i + 1);
    }
    return sum;
}

static void gamma_is_what_the_poisson_sum_says(void **state)
{
    (void)state;
    for (int n = 1; n < 60; n += 7)
        for (double mean = 0.01; mean < 80; mean *= 3)
            near(mg_poisson_at_least(n, mean), 1 - poisson_below(n, mean), 1e-13);
    near(mg_gamma_below(0.5, 2), erf(sqrt(2)), 1e-14);
    near(mg_gamma_quantile(1, 0.975), -log(0.025), 1e-13);
    near(mg_gamma_quantile(4, 0.025), 1.0898653736, 1e-9); /* Garwood's lower end of 4 */
    for (double shape = 1e-3; shape < 2e4; shape *= 1.7)
        for (int side = 0; side < 2; side++) {
            double share = side ? 0.975 : 0.025, x = mg_gamma_quantile(shape, share);
            if (x > 1e-300)
                near(mg_gamma_below(shape, x), share, 1e-11);
        }
    assert_true(mg_gamma_quantile(1e-4, 0.025) == 0);
    assert_true(isnan(mg_gamma_quantile(0, 0.5)) && isnan(mg_gamma_below(1, -1)));
    assert_true(mg_poisson_at_least(0, 3) == 1 && mg_poisson_at_least(2, 0) == 0);
    near(mg_poisson_at_least(20, 0.01), 0, 1e-50);
    assert_true(mg_poisson_at_least(20, 0.01) > 0); /* not 1 - 1 */
}

static void false_discoveries_are_counted_among_what_was_tested(void **state)
{
    (void)state;
    double p[] = {0.01, NAN, 0.04, 0.03, 0.5}, q[5];
    must(mg_benjamini_hochberg(p, 5, q, &err));
    near(q[0], 0.04, 1e-15);
    assert_true(isnan(q[1]));
    near(q[2], 0.16 / 3, 1e-15);
    near(q[3], 0.16 / 3, 1e-15);
    near(q[4], 0.5, 1e-15);
    must(mg_benjamini_hochberg(p, 0, q, &err));
}

static void ministries_coincide_by_chance(void **state)
{
    (void)state;
    static const double by_ministry[2][3] = {{1, 1, 2}, {0.5, 1.5, 1}};
    double strength[2], twice = 0, scratch[2];
    for (int m = 0; m < 2; m++)
        strength[m] = mg_coincidence_strength(by_ministry[m], 3, 2);
    near(strength[0], 0.881373587, 1e-9);
    near(strength[1], 1.218755727, 1e-9);
    for (int t = 0; t < 3; t++) {
        double chances[2];
        for (int m = 0; m < 2; m++)
            chances[m] = mg_coincidence_chance(strength[m], by_ministry[m][t]);
        twice += mg_poisson_binomial_at_least(chances, 2, 2, scratch);
        near(mg_poisson_binomial_at_least(chances, 2, 1, scratch), 1 - (1 - chances[0]) * (1 - chances[1]),
             1e-15);
    }
    near(twice, 1.342489523, 1e-9);
    assert_true(mg_poisson_binomial_at_least(NULL, 0, 0, scratch) == 1);
    assert_true(mg_poisson_binomial_at_least(NULL, 0, 1, scratch) == 0);
    assert_true(mg_coincidence_strength(expected, 3, 0) == 0);
    assert_true(isinf(mg_coincidence_strength(expected, 3, 3)));
    assert_true(mg_coincidence_chance(INFINITY, 0.1) == 1 && mg_coincidence_chance(INFINITY, 0) == 0);
}

static void the_binomial_is_a_case_of_it(void **state)
{
    (void)state;
    const double chances[] = {0.3, 0.3, 0.3, 0.3, 0.3};
    double scratch[5], term = pow(0.7, 5), below = 0;
    for (size_t k = 0; k <= 5; k++) {
        near(mg_poisson_binomial_at_least(chances, 5, k, scratch), 1 - below, 1e-15);
        below += term;
        term *= (5 - (double)k) / ((double)k + 1) * 0.3 / 0.7;
    }
}

static void random_words_are_philox(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], words[4];
    } known[] = {{{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
                 {{UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX},
                  {UINT32_MAX, UINT32_MAX},
                  {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}};
    for (size_t i = 0; i < 2; i++) {
        uint32_t words[4];
        mg_philox4x32(known[i].counter, known[i].key, words);
        assert_memory_equal(words, known[i].words, sizeof words);
    }
}

static void inequality_is_between_and_within(void **state)
{
    (void)state;
    struct mg_unit units[] = {{1, 1, 0}, {2, 1, 0}, {4, 2, 3}};
    struct mg_inequality result;
    must(mg_inequality_of(units, 3, &result, &err));
    near(result.gini, 0.25, 1e-15);
    near(result.theil, 0.122639929, 1e-9);
    near(result.theil_between, 0.107194562, 1e-9);
    near(result.theil_within, 0.122639929 - 0.107194562, 1e-9);
    const struct mg_unit mixed[] = {{4, 2, 1}, {0, 3, 1}, {1, 1, 0}};
    must(mg_inequality_of(mixed, 3, &result, &err));
    double pairs = 2 * (2 * 3 * 4 + 2 * 1 * 3 + 3 * 1 * 1); /* w_i w_j |x_i - x_j| */
    near(result.gini, pairs / (2 * 36 * 1.5), 1e-15);
    units[1].value = -1;
    must(mg_inequality_of(units, 3, &result, &err));
    assert_true(isnan(result.gini) && isnan(result.theil));
    must(mg_inequality_of(units, 0, &result, &err));
    assert_true(isnan(result.gini));
}

static const double values[] = {1, 2, 9, 8, 7, 3, 2.5};
static const size_t first[] = {0, 1, 3, 5, 7, 10, 12, 14};
static const uint32_t of[] = {1, 0, 2, 1, 3, 2, 4, 3, 5, 6, 4, 6, 4, 5};
static const struct mg_neighbours line = {first, of};

/* Worked out by another program. */
static void surroundings_are_tried_against_chance(void **state)
{
    (void)state;
    static const double gi[][2] = {{-1.61838367736771, 0.001}, {-0.453285637564326, 0.395},
                                   {1.19197334322471, 0.304},  {2.36715832950259, 0.048},
                                   {0.453285637564325, 0.412}, {-0.335767138936538, 0.419},
                                   {-0.335767138936538, 0.401}};
    static const double moran[][2] = {{1.06369785794814, 0.16},     {-0.104284103720406, 0.469},
                                      {0.171927846674182, 0.304},   {1.24520856820744, 0.048},
                                      {-0.0372040586245773, 0.412}, {-0.0194475760992108, 0.476},
                                      {-0.0845546786922209, 0.406}};
    struct mg_local locals[7];
    must(mg_local_association(MG_GI, values, 7, &line, 1, locals, &err));
    for (int i = 0; i < 7; i++) {
        near(locals[i].figure, gi[i][0], 1e-12);
        near(locals[i].p, gi[i][1], 1e-15);
        assert_null(locals[i].type);
    }
    must(mg_local_association(MG_MORAN, values, 7, &line, 1, locals, &err));
    for (int i = 0; i < 7; i++) {
        near(locals[i].figure, moran[i][0], 1e-12);
        near(locals[i].p, moran[i][1], 1e-15);
    }
    assert_string_equal(locals[0].type, "low-low");
    assert_string_equal(locals[1].type, "low-high");
    assert_string_equal(locals[3].type, "high-high");
    assert_string_equal(locals[4].type, "high-low");
}

static void what_has_no_surroundings_is_not_told(void **state)
{
    (void)state;
    static const size_t none[] = {0, 0, 2, 2};
    static const uint32_t all[] = {0, 2};
    const struct mg_neighbours lonely = {none, all};
    const double same[] = {2, 2, 2, 2, 2, 2, 2};
    struct mg_local locals[7];
    must(mg_local_association(MG_GI, values, 3, &lonely, 1, locals, &err));
    for (int i = 0; i < 3; i++)
        assert_true(isnan(locals[i].figure) && isnan(locals[i].p));
    must(mg_local_association(MG_MORAN, same, 7, &line, 1, locals, &err));
    assert_true(isnan(locals[3].figure) && isnan(locals[3].p));
    must(mg_local_association(MG_GI, values, 0, &line, 1, locals, &err));
}

static void without_memory_nothing_is_told(void **state)
{
    (void)state;
    struct mg_unit units[] = {{1, 1, 0}, {2, 1, 1}};
    struct mg_inequality result;
    struct mg_local locals[7];
    struct mg_error err;
    double q[3];
    mg_alloc_fail_after(0);
    assert_int_equal(mg_benjamini_hochberg(expected, 3, q, &err), MG_ERR_MEMORY);
    for (int i = 0; i < 2; i++) {
        mg_alloc_fail_after(i);
        assert_int_equal(mg_local_association(MG_GI, values, 7, &line, 1, locals, &err), MG_ERR_MEMORY);
    }
    for (int i = 0; i < 2; i++) {
        mg_alloc_fail_after(i);
        assert_int_equal(mg_inequality_of(units, 2, &result, &err), MG_ERR_MEMORY);
    }
    mg_alloc_fail_after(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_ratios_with_a_chance),
        cmocka_unit_test(ratios_are_drawn_to_their_mean),
        cmocka_unit_test(gamma_is_what_the_poisson_sum_says),
        cmocka_unit_test(false_discoveries_are_counted_among_what_was_tested),
        cmocka_unit_test(ministries_coincide_by_chance),
        cmocka_unit_test(the_binomial_is_a_case_of_it),
        cmocka_unit_test(random_words_are_philox),
        cmocka_unit_test(inequality_is_between_and_within),
        cmocka_unit_test(surroundings_are_tried_against_chance),
        cmocka_unit_test(what_has_no_surroundings_is_not_told),
        cmocka_unit_test(without_memory_nothing_is_told),
    };
    return cmocka_run_group_tests_name(MG_TEST_NAME, tests, NULL, NULL);
}
