/* barometer.h - satisfaction by service, territory or column, and period: how many answered, what share is
 * satisfied, what is the mean, and how sure that is.
 *
 * An answer counts when it is a whole number on the survey's scale and none of its codes for "no answer"
 * (9, 99, NA...); the others are left out of n and of every figure. All editions of the dataset are put
 * together, as waves of one survey, unless one is asked for. A response's period is that of its own date,
 * else of its edition.
 *
 * A weighted survey has a column with the role weight; responses without a weight above 0 are then left out.
 * n is the number of answers, n_eff Kish's effective number (sum w)^2 / sum w^2, without weights n.
 * Scores (--score), each with its interval at 95 %, kept within what it can be (barometer/scores.c):
 *   satisfied     share of some answers, 0 to 1; Wilson's on n_eff
 *   mean          Student's on n_eff - 1 degrees of freedom, which need not be whole
 *   median        order statistics, by the binomial distribution
 *   net, nps      those above less those below, -1 to 1; (p+ + p- - (p+ - p-)^2) / n_eff is the variance
 *   distribution  the share of each answer, one record for each
 * All are rounded to four decimals, n_eff to two.
 *
 * status: ok; zero (somebody answered and the share is 0); missing (nobody answered); suppressed (public
 * only: fewer than min_n answers, or detail_n of any score but the share of the two highest answers, so that
 * n, n_eff, value and interval are all NULL).
 *
 * What the public may see is decided by access.h: the dataset and each question's column must be open, and
 * the column asked for too, but for the territory and the date. Hidden figures must not be found by
 * subtraction from a total either, be it told by another request. Along one period or one group, whoever
 * knows the total knows how many answers those hidden hold together. When there is but one, when they hold
 * fewer than min_n, or when that leaves but one number of answers for any of them (two of ten each are 20
 * together), the request is refused (MG_ERR_USAGE): hiding further figures is not built. Figures of other
 * requests that overlap in other ways are not compared.
 */
#ifndef MG_BAROMETER_BAROMETER_H
#define MG_BAROMETER_BAROMETER_H

#include <stddef.h>
#include <stdint.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/date.h"
#include "libdata/domain/common/access.h"
#include "libdata/io/out.h"
#include "libdata/io/progress.h"

enum mg_score {
    MG_SCORE_SATISFIED = 1,
    MG_SCORE_MEAN = 2,
    MG_SCORE_MEDIAN = 4,
    MG_SCORE_NET = 8,
    MG_SCORE_NPS = 16,
    MG_SCORE_DISTRIBUTION = 32
};
enum mg_period { MG_PERIOD_ALL, MG_PERIOD_YEAR, MG_PERIOD_QUARTER, MG_PERIOD_MONTH };

#define MG_BAROMETER_MIN_N    11 /* of the public's figures; it may ask for more only */
#define MG_BAROMETER_DETAIL_N 30 /* and of those that tell more than the share of the satisfied */

struct mg_barometer_request {
    const char *dataset;
    const char *questions; /* "q1_01,q2*", "*"; NULL: "*" */
    const char *by;        /* "service", a level, a column's name; NULL: all responses together */
    enum mg_period period;
    unsigned scores;       /* of enum mg_score */
    const char *satisfied; /* "4,5"; NULL: the two highest of the scale */
    const char *scale;     /* "1:5"; NULL: as it was imported */
    const char *edition;   /* its date; NULL: all */
    mg_date cog;           /* for a level; MG_DATE_NONE: the latest commune list */
    int64_t min_n,
        detail_n; /* for the public: at least MG_BAROMETER_MIN_N, and MG_BAROMETER_DETAIL_N or 0 for it */
    enum mg_audience audience;
    const struct mg_progress *progress; /* may be NULL */
};

/* "satisfied,mean" to bits. MG_ERR_USAGE: no score. */
enum mg_code mg_scores_parse(const char *names, unsigned *ret_scores, struct mg_error *err);
bool mg_period_from_name(const char *name, enum mg_period *ret_period);

struct mg_barometer;
/* Everything counted. MG_ERR_USAGE: a survey, question, column or edition that is not there or not for this
 * audience; a scale that nothing tells; figures that would give hidden ones away. MG_ERR_INPUT: most answers
 * to a question are not on the scale. */
enum mg_code mg_barometer_create(struct mg_db *db, const struct mg_barometer_request *request,
                                 struct mg_barometer **ret_barometer, struct mg_error *err);
void mg_barometer_destroy(struct mg_barometer *barometer);
MG_DEFINE_CLEANUP(struct mg_barometer, mg_barometer_destroy)

struct mg_barometer_row {
    const char *group, *group_name; /* group NULL: none given, or not in any territory; name of a territory */
    const char *period;             /* "all", "2020", "2020-Q1", "2020-03" */
    const char *question;
    int64_t n;
    double n_eff, value, lo, hi; /* NAN: none */
    const char *value_kind;      /* "share", "mean", "median", "net" or "nps" */
    int answer;                  /* of a distribution; else -1 */
    const char *status;
    bool hidden; /* n means nothing then */
};

/* In the order of group (none last), period, question, score. */
typedef enum mg_code mg_barometer_visitor(void *context, const struct mg_barometer_row *row,
                                          struct mg_error *err);
enum mg_code mg_barometer_each(const struct mg_barometer *barometer, mg_barometer_visitor *visit,
                               void *context, struct mg_error *err);

/* Records of type barometer: service; or level, territory, territory_name; or column, group; then period,
 * question, n, n_eff, value, lo, hi, value_kind, status. */
enum mg_code mg_barometer_write(const struct mg_barometer *barometer, struct mg_out *out,
                                struct mg_error *err);

/* How many responses were read, and how many of them had no weight. */
void mg_barometer_counts(const struct mg_barometer *barometer, int64_t *ret_responses,
                         int64_t *ret_unweighted);

/* The i-th question: its name (borrowed), and how many of its answers are left out because they are neither
 * on the scale nor a code for "no answer"; for the public not how many (it could hold one person's), 1 if
 * there are any. false: there are no more questions. */
bool mg_barometer_off_scale(const struct mg_barometer *barometer, size_t i, const char **ret_question,
                            int64_t *ret_count);

#endif
