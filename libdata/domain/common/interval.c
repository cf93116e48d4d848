#include "libdata/domain/common/interval.h"

#include <math.h>

#define Z95 1.959963984540054

struct mg_interval mg_interval_share(double share, double n_eff)
{
    if (!(n_eff > 0))
        return (struct mg_interval){NAN, NAN};
    const double z2 = Z95 * Z95;
    double x = share * n_eff;
    double reach = Z95 * sqrt(z2 + 4 * x * (1 - share));
    double under = 2 * (n_eff + z2);
    struct mg_interval interval = {(2 * x + z2 - reach) / under, (2 * x + z2 + reach) / under};
    if (interval.lo < 0 || share <= 0)
        interval.lo = 0;
    if (interval.hi > 1 || share >= 1)
        interval.hi = 1;
    return interval;
}

struct mg_interval mg_interval_count(double n)
{
    /* Half the 2.5 % quantile of chi-square on 2n, and half the 97.5 % one on 2n + 2 degrees of freedom. */
    static const struct mg_interval exact[] = {
        {0, 3.6888794541},
        {0.0253178080, 5.5716433909},
        {0.2422092785, 7.2246876677},
        {0.6186721229, 8.7672730697},
        {1.0898653736, 10.2415886754},
        {1.6234863901, 11.6683320793},
        {2.2018942535, 13.0594740225},
        {2.8143630515, 14.4226753617},
        {3.4538321767, 15.7631892202},
        {4.1153730974, 17.0848034514},
    };
    if (!(n >= 0))
        return (struct mg_interval){NAN, NAN};
    if (n < 10 && n == floor(n))
        return exact[(int)n];
    double m = n + 1;
    double low = n > 0 ? 1 - 1 / (9 * n) - Z95 / (3 * sqrt(n)) : 0;
    double high = 1 - 1 / (9 * m) + Z95 / (3 * sqrt(m));
    return (struct mg_interval){low > 0 ? n * low * low * low : 0, m * high * high * high};
}

double mg_student_t(double df)
{
    const double z = Z95, z2 = z * z;
    if (df <= 1)
        return 12.706204736174705;
    if (df <= 2)
        return 12.706204736174705 + (df - 1) * (4.302652729749464 - 12.706204736174705);
    double g1 = z * (z2 + 1) / 4;
    double g2 = z * (3 + z2 * (16 + 5 * z2)) / 96;
    double g3 = z * (-15 + z2 * (17 + z2 * (19 + 3 * z2))) / 384;
    double g4 = z * (-945 + z2 * (-1920 + z2 * (1482 + z2 * (776 + 79 * z2)))) / 92160;
    return z + (g1 + (g2 + (g3 + g4 / df) / df) / df) / df;
}

struct mg_interval mg_interval_mean(double mean, double sd, double n_eff)
{
    if (!(n_eff > 1))
        return (struct mg_interval){NAN, NAN};
    double reach = mg_student_t(n_eff - 1) * sd / sqrt(n_eff);
    return (struct mg_interval){mean - reach, mean + reach};
}

double mg_round(double value, int decimals)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
    double rounded = round(value * powers[decimals]) / powers[decimals];
    return rounded == 0 ? 0 : rounded;
}
