#include "libdata/domain/barometer/scores.h"

#include <math.h>

#include "libdata/domain/common/interval.h"

/* ---- what answers are worth ---- */

struct spread {
    double mean, variance; /* of the population, in the unit of the worth */
};

/* A worth for each answer, and its mean over all that were given. */
static struct spread spread_of(const struct mg_answers *answers, const double *worth)
{
    struct spread spread = {0};
    for (size_t i = 0; i < answers->count; i++)
        spread.mean += answers->amounts[i] * worth[i];
    spread.mean /= answers->weight;
    for (size_t i = 0; i < answers->count; i++) {
        double off = worth[i] - spread.mean;
        spread.variance += answers->amounts[i] * off * off;
    }
    spread.variance /= answers->weight;
    return spread;
}

static bool all_alike(const struct mg_answers *answers, const double *worth)
{
    double found = NAN;
    for (size_t i = 0; i < answers->count; i++) {
        if (!(answers->amounts[i] > 0))
            continue;
        if (worth[i] != found && !isnan(found))
            return false;
        found = worth[i];
    }
    return true;
}

/* Within the scale; where all are alike, as scores.h says. */
static struct mg_figure bounded(const struct mg_answers *answers, const double *worth, double value,
                                struct mg_interval interval, double low, double high)
{
    if (all_alike(answers, worth)) {
        double others = 1 - mg_interval_share(1, answers->n_eff).lo;
        interval = (struct mg_interval){value - others * (value - low), value + others * (high - value)};
    }
    return (struct mg_figure){value, interval.lo < low ? low : interval.lo,
                              interval.hi > high ? high : interval.hi};
}

/* ---- scores ---- */

static struct mg_figure share_of(double amount, const struct mg_answers *answers)
{
    double share = amount / answers->weight;
    struct mg_interval interval = mg_interval_share(share, answers->n_eff);
    return (struct mg_figure){share, interval.lo, interval.hi};
}

struct mg_figure mg_score_answer(const struct mg_answers *answers, size_t answer)
{
    return share_of(answers->amounts[answer], answers);
}

static struct mg_figure satisfied(const struct mg_answers *answers)
{
    double amount = 0;
    for (size_t i = 0; i < answers->count; i++)
        amount += answers->satisfied[i] ? answers->amounts[i] : 0;
    return share_of(amount, answers);
}

static struct mg_figure mean(const struct mg_answers *answers)
{
    double worth[MG_SCALE_MOST + 1];
    for (size_t i = 0; i < answers->count; i++)
        worth[i] = answers->low + (double)i;
    struct spread spread = spread_of(answers, worth);
    double sd = answers->n_eff > 1 ? sqrt(spread.variance * answers->n_eff / (answers->n_eff - 1)) : NAN;
    return bounded(answers, worth, spread.mean, mg_interval_mean(spread.mean, sd, answers->n_eff),
                   answers->low, answers->low + (double)answers->count - 1);
}

/* The answer at which so much of all, from the lowest up, has been given; between two where it ends just
 * there, if between is asked for. */
static double answer_at(const struct mg_answers *answers, double share, bool between)
{
    const double wanted = share * answers->weight, slack = 1e-9 * answers->weight;
    double reached = 0;
    for (size_t i = 0; i < answers->count; i++) {
        reached += answers->amounts[i];
        if (reached < wanted - slack || !(answers->amounts[i] > 0))
            continue;
        size_t next = i + 1;
        while (next < answers->count && !(answers->amounts[next] > 0))
            next++;
        if (between && reached <= wanted + slack && next < answers->count)
            return answers->low + (double)(i + next) / 2;
        return answers->low + (double)i;
    }
    return answers->low + (double)answers->count - 1;
}

/* Order statistics: in n answers the l-th lowest and the l-th highest enclose the median of all with at least
 * 95 %, l the most for which P(Binomial(n, 1/2) < l) <= 2.5 %. Below six answers none do: the whole scale. */
static struct mg_figure median(const struct mg_answers *answers)
{
    double n = floor(answers->n_eff + 1e-9), rank = mg_median_rank(n);
    struct mg_figure figure = {answer_at(answers, 0.5, true), answers->low,
                               answers->low + (double)answers->count - 1};
    if (rank >= 1) {
        figure.lo = answer_at(answers, rank / n, false);
        figure.hi = answer_at(answers, (n + 1 - rank) / n, false);
    }
    return figure;
}

/* The share of those above less that of those below: 1, 0 and -1 are what answers are worth. Variance of the
 * mean: (p+ + p- - (p+ - p-)^2) / n_eff. */
static struct mg_figure balance(const struct mg_answers *answers, const double *worth)
{
    struct spread spread = spread_of(answers, worth);
    double reach = MG_Z95 * sqrt(spread.variance / answers->n_eff);
    struct mg_interval interval = {spread.mean - reach, spread.mean + reach};
    return bounded(answers, worth, spread.mean, interval, -1, 1);
}

static struct mg_figure net(const struct mg_answers *answers)
{
    double worth[MG_SCALE_MOST + 1];
    for (size_t i = 0; i < answers->count; i++)
        worth[i] = answers->satisfied[i] - answers->satisfied[answers->count - 1 - i];
    return balance(answers, worth);
}

static struct mg_figure nps(const struct mg_answers *answers)
{
    double worth[MG_SCALE_MOST + 1];
    for (size_t i = 0; i < answers->count; i++)
        worth[i] = i >= 9 ? 1 : i <= 6 ? -1 : 0;
    return balance(answers, worth);
}

const struct mg_score_rule mg_score_rules[] = {
    {MG_SCORE_SATISFIED, "satisfied", "share", false, satisfied},
    {MG_SCORE_MEAN, "mean", "mean", true, mean},
    {MG_SCORE_MEDIAN, "median", "median", true, median},
    {MG_SCORE_NET, "net", "net", true, net},
    {MG_SCORE_NPS, "nps", "nps", true, nps},
    {MG_SCORE_DISTRIBUTION, "distribution", "share", true, NULL},
};
const size_t mg_score_rule_count = sizeof mg_score_rules / sizeof *mg_score_rules;

enum mg_code mg_score_check(enum mg_score score, int low, int high, const bool *is_satisfied,
                            struct mg_error *err)
{
    if (score == MG_SCORE_NPS && (low != 0 || high != 10))
        return mg_fail(err, MG_ERR_USAGE, _("nps is asked for on the scale 0 to 10, not on %d to %d"), low,
                       high);
    for (int answer = low; score == MG_SCORE_NET && answer <= high; answer++)
        if (is_satisfied[answer - low] && is_satisfied[high - answer])
            return mg_fail(err, MG_ERR_USAGE,
                           _("net: of the satisfied, %d is also among the answers that mirror theirs"),
                           answer);
    return MG_OK;
}
