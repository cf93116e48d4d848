/* scores.h - from the answers to one question, in one cell, to a figure and its 95 % interval.
 *
 * Pure arithmetic. n answers have weights w (1 where the survey has none); n_eff is Kish's (sum w)^2 / sum
 * w^2. A score whose answers are all alike has no spread to go by: its interval then lets the share z^2 /
 * (n_eff + z^2), which Wilson's interval leaves to answers that nobody gave, lie at either end of the scale;
 * it is never of width zero.
 */
#ifndef MG_BAROMETER_SCORES_H
#define MG_BAROMETER_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/domain/barometer/barometer.h"
#include "libdata/domain/common/scale.h"

struct mg_answers {
    int low;                           /* what the first answer of the scale is called */
    size_t count;                      /* of answers on the scale */
    double amounts[MG_SCALE_MOST + 1]; /* sums of weights */
    bool satisfied[MG_SCALE_MOST + 1]; /* which answers are those of the satisfied */
    int64_t n;                         /* at least 1 */
    double weight, n_eff;              /* of all together */
};

struct mg_figure {
    double value, lo, hi; /* NAN: none */
};

/* A score: how it is called in --score and in value_kind, and what it makes of answers. detail: it tells more
 * of single answers than the share of the satisfied, so the public sees it of larger groups only. */
struct mg_score_rule {
    enum mg_score score;
    const char *name, *value_kind;
    bool detail;
    struct mg_figure (*figure)(const struct mg_answers *answers); /* NULL: a figure for each answer */
};
extern const struct mg_score_rule mg_score_rules[];
extern const size_t mg_score_rule_count;

/* The share of one answer, by its place on the scale. */
struct mg_figure mg_score_answer(const struct mg_answers *answers, size_t answer);

/* Can a score be had on this scale, with these satisfied? MG_ERR_USAGE says why not: nps wants 0 to 10; net
 * takes the answers that mirror those of the satisfied for the others, which none may be too. */
enum mg_code mg_score_check(enum mg_score score, int low, int high, const bool *satisfied,
                            struct mg_error *err);

#endif
