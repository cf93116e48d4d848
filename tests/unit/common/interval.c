/* Intervals against published values. */
#include <math.h>
#include <string.h>

#include "libdata/domain/common/interval.h"
#include "tests/unit/test.h"

static void near(double got, double expected, double tolerance)
{
    if (!(fabs(got - expected) <= tolerance))
        fail_msg("%.10g is not %.10g", got, expected);
}

/* Newcombe 1998, Statistics in Medicine 17, table I, method 3. */
static void shares_have_wilson_intervals(void **state)
{
    (void)state;
    static const struct {
        double x, n, lo, hi;
    } published[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct mg_interval wilson = mg_interval_share(published[i].x / published[i].n, published[i].n);
        near(wilson.lo, published[i].lo, 5e-5);
        near(wilson.hi, published[i].hi, 5e-5);
        struct mg_interval mirror = mg_interval_share(1 - published[i].x / published[i].n, published[i].n);
        near(mirror.hi, 1 - wilson.lo, 1e-12);
        near(mirror.lo, 1 - wilson.hi, 1e-12);
    }
    struct mg_interval all = mg_interval_share(1, 20);
    assert_true(all.hi == 1);
    near(all.lo, 1 - 0.1611, 5e-5);
    struct mg_interval one = mg_interval_share(1, 1);
    near(one.lo, 0.2065, 5e-5);
    assert_true(one.hi == 1);
    assert_true(isnan(mg_interval_share(0.5, 0).lo));
}

static double poisson_upto(int n, double mean)
{
    double term = exp(-mean), sum = term;
    for (int i = 1; i <= n; i++)
        sum += term *= mean / i;
    return sum;
}

static void small_counts_are_exact(void **state)
{
    (void)state;
    for (int n = 0; n < 10; n++) {
        struct mg_interval interval = mg_interval_count(n);
        near(poisson_upto(n, interval.hi), 0.025, 1e-9);
        if (n)
            near(1 - poisson_upto(n - 1, interval.lo), 0.025, 1e-9);
        else
            assert_true(interval.lo == 0);
    }
}

static void large_counts_are_nearly_exact(void **state)
{
    (void)state;
    for (int n = 10; n < 200; n++) {
        struct mg_interval interval = mg_interval_count(n);
        near(poisson_upto(n, interval.hi), 0.025, 3e-4);
        near(1 - poisson_upto(n - 1, interval.lo), 0.025, 8e-4);
    }
    assert_true(mg_interval_count(0.5).lo >= 0 && mg_interval_count(0.5).hi > 0.5);
    assert_true(isnan(mg_interval_count(-1).lo));
}

static void means_have_student_intervals(void **state)
{
    (void)state;
    /* the incomplete beta function halved to 400 steps in 30 digits, by mpmath */
    static const struct {
        double df, t;
    } quantiles[] = {
        {0.25, 43640.14926798},  {0.5, 164.55767348049},   {1, 12.706204736175},    {1.5, 6.0166631044279},
        {2, 4.3026527297495},    {2.67, 3.4169617842591},  {3, 3.1824463052837},    {3.5, 2.9400886379827},
        {7.25, 2.3481948491054}, {12.5, 2.1691859427125},  {29, 2.0452296421327},   {30, 2.0422724563012},
        {120, 1.9799304050824},  {999.5, 1.9623402703838}, {1000, 1.9623390808264}, {5000, 1.9604385517065}};
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        near(mg_student_t(quantiles[i].df) / quantiles[i].t, 1, 1e-10);
    assert_true(isinf(mg_student_t(0.001)) && isnan(mg_student_t(0)));
    struct mg_interval mean = mg_interval_mean(4, 2, 16);
    near(mean.hi - 4, 2.1314 / 2, 1e-3);
    near(4 - mean.lo, mean.hi - 4, 1e-12);
    assert_true(isnan(mg_interval_mean(4, 0, 1).lo));
}

/* Sums of binomial coefficients in whole numbers, by Python. */
static void medians_have_ranks(void **state)
{
    (void)state;
    static const int ranks[][2] = {{1, 0},      {5, 0},      {6, 1},      {9, 2},      {10, 2},
                                   {20, 6},     {25, 8},     {50, 18},    {100, 40},   {999, 469},
                                   {1000, 469}, {1001, 470}, {2000, 956}, {5000, 2431}};
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++)
        assert_int_equal(mg_median_rank(ranks[i][0]), ranks[i][1]);
}

static void rounding_leaves_no_tail(void **state)
{
    (void)state;
    assert_true(mg_round(2.18976499, 4) == 2.1898);
    assert_true(mg_round(-0.00001, 4) == 0 && !signbit(mg_round(-0.00001, 4)));
    assert_true(mg_round(2.5, 0) == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_have_wilson_intervals),  cmocka_unit_test(small_counts_are_exact),
        cmocka_unit_test(large_counts_are_nearly_exact), cmocka_unit_test(means_have_student_intervals),
        cmocka_unit_test(rounding_leaves_no_tail),       cmocka_unit_test(medians_have_ranks),
    };
    return cmocka_run_group_tests_name("interval", tests, NULL, NULL);
}
