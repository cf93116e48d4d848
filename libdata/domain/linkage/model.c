/* linkage/model.c - what levels mean: Fellegi and Sunter's weights, learned by EM over counts of patterns. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define ROUNDS 200
#define STEADY 1e-7
/* Of the services, that may be renamed where rows that are there twice leave no room. */
#define RENAMED_SHARE 0.05

enum {
    STAYED = MG_LINKAGE_CLASS_STAYED,
    MOVED = MG_LINKAGE_CLASS_MOVED,
    RENAMED = MG_LINKAGE_CLASS_RENAMED,
    REPLACED = MG_LINKAGE_CLASS_REPLACED,
    NAMESAKE = MG_LINKAGE_CLASS_NAMESAKE,
    OTHER = MG_LINKAGE_CLASS_OTHER
};

/* Where EM starts, from level 1 on, and what counts as that many pairs all along. A service that replaces
 * another is of another category (else nothing tells it from one that was renamed). */
static const double start[MG_LINKAGE_CLASSES][MG_LINKAGE_COMPARISONS][MG_LINKAGE_LEVELS] = {
    [STAYED] = {[MG_LINKAGE_NAME] = {0, .02, .03, .05, .10, .14, .65, .01},
                [MG_LINKAGE_PLACE] = {0, .01, .02, .05, .07, .15, .15, .55},
                [MG_LINKAGE_ADDRESS] = {0, .10, .08, .17, .65},
                [MG_LINKAGE_COMMUNE] = {0, .005, .015, .03, .95},
                [MG_LINKAGE_CATEGORY] = {0, .03, .07, .55, .35},
                [MG_LINKAGE_PHONE] = {0, .20, .10, .70},
                [MG_LINKAGE_OTHERS] = {0, .02, .04, .12, .22, .22, .20, .18}},
    [MOVED] = {[MG_LINKAGE_NAME] = {0, .01, .02, .07, .10, .14, .63, .03},
               [MG_LINKAGE_PLACE] = {0, .10, .20, .30, .20, .16, .03, .01},
               [MG_LINKAGE_ADDRESS] = {0, .60, .10, .15, .15},
               [MG_LINKAGE_COMMUNE] = {0, .01, .04, .05, .90},
               [MG_LINKAGE_CATEGORY] = {0, 0, .08, .57, .35},
               [MG_LINKAGE_PHONE] = {0, .40, .10, .50},
               [MG_LINKAGE_OTHERS] = {0, .02, .05, .15, .23, .22, .18, .15}},
    [RENAMED] = {[MG_LINKAGE_NAME] = {0, .50, .25, .15, .05, .03, .019, .001},
                 [MG_LINKAGE_PLACE] = {0, .01, .02, .05, .07, .15, .15, .55},
                 [MG_LINKAGE_ADDRESS] = {0, .10, .08, .17, .65},
                 [MG_LINKAGE_COMMUNE] = {0, .005, .015, .03, .95},
                 [MG_LINKAGE_CATEGORY] = {0, 0, .08, .57, .35},
                 [MG_LINKAGE_PHONE] = {0, .20, .10, .70},
                 [MG_LINKAGE_OTHERS] = {0, .02, .05, .15, .23, .22, .18, .15}},
    [REPLACED] = {[MG_LINKAGE_NAME] = {0, .15, .10, .15, .20, .10, .299, .001},
                  [MG_LINKAGE_PLACE] = {0, .02, .08, .20, .20, .35, .13, .02},
                  [MG_LINKAGE_ADDRESS] = {0, .60, .10, .18, .12},
                  [MG_LINKAGE_COMMUNE] = {0, .005, .015, .03, .95},
                  [MG_LINKAGE_CATEGORY] = {0, 1, 0, 0, 0},
                  [MG_LINKAGE_PHONE] = {0, .80, .10, .10},
                  [MG_LINKAGE_OTHERS] = {0, .20, .25, .25, .15, .08, .05, .02}},
    [NAMESAKE] = {[MG_LINKAGE_NAME] = {0, .01, .04, .30, .15, .40, .099, .001},
                  [MG_LINKAGE_PLACE] = {0, .86, .10, .02, .005, .005, .005, .005},
                  [MG_LINKAGE_ADDRESS] = {0, .85, .08, .06, .01},
                  [MG_LINKAGE_COMMUNE] = {0, .40, .60, 0, 0},
                  [MG_LINKAGE_CATEGORY] = {0, .25, .05, .69, .01},
                  [MG_LINKAGE_PHONE] = {0, .98, .015, .005},
                  [MG_LINKAGE_OTHERS] = {0, .30, .30, .25, .09, .04, .015, .005}},
    [OTHER] = {[MG_LINKAGE_NAME] = {0, .75, .12, .07, .03, .02, .0099, .0001},
               [MG_LINKAGE_PLACE] = {0, .40, .30, .13, .07, .06, .035, .005},
               [MG_LINKAGE_ADDRESS] = {0, .85, .08, .06, .01},
               [MG_LINKAGE_COMMUNE] = {0, .25, .25, .10, .40},
               [MG_LINKAGE_CATEGORY] = {0, .50, .05, .32, .13},
               [MG_LINKAGE_PHONE] = {0, .98, .015, .005},
               [MG_LINKAGE_OTHERS] = {0, .30, .30, .25, .09, .04, .015, .005}},
};
static const double start_pairs[MG_LINKAGE_CLASSES] = {50, 50, 50, 50, 50, 100};
/* Of the pairs that are one service and, beside those, of a replacement; of the unrelated pairs. What is seen
 * counts beside one pair of each of these three. */
static const double start_share[MG_LINKAGE_CLASSES] = {.80, .12, .08, .05, .10, .90};
static const double share_pairs[MG_LINKAGE_CLASSES] = {.80, .12, .08, 1, .10, .90};

/* Learning again: rows of the shorter list that it takes; how much it counts beside the first time; from
 * which probability on a pair that was taken is a link. */
#define AGAIN_ROWS   100
#define AGAIN        0.8
#define AGAIN_LINKED 0.5
/* What is left over at one place under another name, and was thought apart before, is no more than to review. */
#define AGAIN_OTHER_NAME 0.7

struct tally {
    double share[MG_LINKAGE_CLASSES];
    double rate[MG_LINKAGE_CLASSES][MG_LINKAGE_COMPARISONS][MG_LINKAGE_LEVELS];
};

static double odds_of(double share)
{
    return fmax(share, 1e-12) / fmax(1 - share, 1e-12);
}

static void expect(const struct mg_linkage *l, const uint32_t *patterns, size_t count, struct tally *tally)
{
    memset(tally, 0, sizeof *tally);
    for (size_t i = 0; i < count; i++) {
        double n = (double)l->patterns[patterns[i]], share[MG_LINKAGE_CLASSES];

        linkage_posterior(&l->model, patterns[i], share);
        for (int k = 0; k < MG_LINKAGE_CLASSES; k++) {
            tally->share[k] += n * share[k];
            for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++)
                tally->rate[k][c][linkage_level(patterns[i], (enum mg_linkage_comparison)c)] += n * share[k];
        }
    }
}

/* Unrelated services do not share a name that nobody else has there more often than they have nearly the
 * same: where few pairs are unrelated, EM would count as such the services that moved. */
static void cap_chance(double *name)
{
    if (name[6] > name[4]) {
        name[1] += name[6] - name[4];
        name[6] = name[4];
    }
}

/* No more services stay the same ones than the shorter list has: what is too much of those that were renamed
 * are others at the same place, as schools in one building, and counts as such. */
static void keep_one_to_one(struct tally *tally, double services)
{
    double room = fmax(services - tally->share[STAYED] - tally->share[MOVED], RENAMED_SHARE * services),
           excess;

    if (tally->share[RENAMED] <= room)
        return;
    excess = 1 - room / tally->share[RENAMED];
    tally->share[OTHER] += excess * tally->share[RENAMED];
    tally->share[RENAMED] = room;
    for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++) {
        for (int level = 0; level < MG_LINKAGE_LEVELS; level++) {
            double moved = excess * tally->rate[RENAMED][c][level];

            tally->rate[OTHER][c][level] += moved;
            tally->rate[RENAMED][c][level] -= moved;
        }
    }
}

/* Returns the greatest change of a share or rate. */
static double maximise(struct mg_linkage_model *model, const struct tally *tally)
{
    double moved = 0, pairs = 0;

    for (int k = 0; k < MG_LINKAGE_CLASSES; k++)
        pairs += tally->share[k] + share_pairs[k];
    for (int k = 0; k < MG_LINKAGE_CLASSES; k++) {
        double share = (tally->share[k] + share_pairs[k]) / pairs;

        moved = fmax(moved, fabs(share - model->share[k]));
        model->share[k] = share;
        for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++) {
            double known = start_pairs[k];

            for (int level = 1; level < MG_LINKAGE_LEVELS; level++)
                known += tally->rate[k][c][level];
            for (int level = 1; level < MG_LINKAGE_LEVELS; level++) {
                double rate = (tally->rate[k][c][level] + start_pairs[k] * start[k][c][level]) / known;

                moved = fmax(moved, fabs(rate - model->rate[k][c][level]));
                model->rate[k][c][level] = rate;
            }
        }
    }
    cap_chance(model->rate[NAMESAKE][MG_LINKAGE_NAME]);
    cap_chance(model->rate[OTHER][MG_LINKAGE_NAME]);
    return moved;
}

static enum mg_code count_pattern(struct mg_linkage *l, const struct linkage_pair *pair, struct mg_error *err)
{
    if (!l->patterns[pair->pattern]) {
        if (!mg_grow(l->used, l->used_count, &l->used_capacity))
            return mg_fail_memory(err);
        l->used[l->used_count++] = pair->pattern;
    }
    l->patterns[pair->pattern]++;
    l->model.pairs++;
    return linkage_keep(l, pair, err);
}

/* Of the services, as many as can be the same ones among the pairs that were compared. */
static double services_of(const struct mg_linkage *l)
{
    double before = (double)l->sides[LINKAGE_BEFORE].count, after = (double)l->sides[LINKAGE_AFTER].count;
    double drawn = before > 0 ? (double)l->sample.rows / before : 1;

    return drawn * fmin(before, after);
}

/* Pooled, where a level says more for one service than the next one does, though it is less alike: rates of m
 * that are to u as those of all these levels together. */
static void pool(double *m, const double *u, int levels)
{
    int starts[MG_LINKAGE_LEVELS + 1], blocks = 0;
    double of_m[MG_LINKAGE_LEVELS], of_u[MG_LINKAGE_LEVELS];

    for (int level = 1; level <= levels; level++) {
        starts[blocks] = level;
        of_m[blocks] = m[level];
        of_u[blocks++] = u[level];
        while (blocks > 1 && of_m[blocks - 2] * of_u[blocks - 1] > of_m[blocks - 1] * of_u[blocks - 2]) {
            blocks--;
            of_m[blocks - 1] += of_m[blocks];
            of_u[blocks - 1] += of_u[blocks];
        }
    }
    starts[blocks] = levels + 1;
    for (int b = 0; b < blocks; b++) {
        for (int level = starts[b]; level < starts[b + 1] && starts[b + 1] > starts[b] + 1; level++)
            m[level] = u[level] * of_m[b] / of_u[b];
    }
}

/* What is more alike must not speak less for one service, in what the way it stays the same leaves as it was.
 */
static void keep_order(struct mg_linkage_model *model)
{
    static const enum mg_linkage_comparison kept[MG_LINKAGE_WAYS][4] = {
        [STAYED] = {MG_LINKAGE_PLACE, MG_LINKAGE_ADDRESS, MG_LINKAGE_PHONE, MG_LINKAGE_OTHERS},
        [MOVED] = {MG_LINKAGE_PHONE, MG_LINKAGE_OTHERS, MG_LINKAGE_PHONE, MG_LINKAGE_OTHERS},
        [RENAMED] = {MG_LINKAGE_PLACE, MG_LINKAGE_ADDRESS, MG_LINKAGE_PHONE, MG_LINKAGE_OTHERS}};

    for (int k = 0; k < MG_LINKAGE_WAYS; k++) {
        for (int i = 0; i < 4; i++)
            pool(model->rate[k][kept[k][i]], model->rate[OTHER][kept[k][i]],
                 mg_linkage_level_count(kept[k][i]));
    }
}

static void learn(struct mg_linkage *l, const uint32_t *patterns, size_t count, struct tally *tally,
                  bool again)
{
    struct mg_linkage_model *model = &l->model;
    double services = services_of(l), same = fmin(0.8, 0.8 * services / (double)(model->pairs + 1)), moved;

    memcpy(model->rate, start, sizeof start);
    for (int k = 0; k < MG_LINKAGE_CLASSES; k++)
        model->share[k] = start_share[k] * (k < NAMESAKE ? same : 1 - same * (1 + start_share[REPLACED]));
    do {
        expect(l, patterns, count, tally);
        keep_one_to_one(tally, services);
        moved = maximise(model, tally);
        if (again)
            keep_order(model);
    } while (moved > STEADY && ++model->rounds < ROUNDS);
}

static bool is_pattern(uint32_t pattern)
{
    for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++) {
        if (linkage_level(pattern, (enum mg_linkage_comparison)c) >
            mg_linkage_level_count((enum mg_linkage_comparison)c))
            return false;
    }
    return true;
}

/* Evidence of both, that of the second time before that of the first, which took what links explain for
 * chance. */
static struct linkage_meaning pooled(const struct mg_linkage *l, uint32_t pattern)
{
    struct linkage_meaning again = linkage_meaning_of(&l->model, pattern);
    double first = linkage_same_share(&l->first, pattern), rest = again.replaced + again.apart, odds;

    odds = pow(odds_of(again.same), AGAIN) * pow(odds_of(first), 1 - AGAIN);
    again.same = odds / (1 + odds);
    if (linkage_level(pattern, MG_LINKAGE_NAME) == 1 && first < MG_LINKAGE_REVIEW) /* only worth a look */
        again.same = fmin(again.same, AGAIN_OTHER_NAME);
    if (rest > 0) {
        again.replaced *= (1 - again.same) / rest;
        again.apart *= (1 - again.same) / rest;
    } else {
        again.apart = 1 - again.same;
    }
    return again;
}

static void make_meaning(struct mg_linkage *l, uint32_t pattern)
{
    l->meanings[pattern] = l->first.pairs ? pooled(l, pattern) : linkage_meaning_of(&l->model, pattern);
    if (l->hopes && linkage_likely(&l->meanings[pattern]))
        l->hopes[linkage_hope_of(pattern)] |= UINT64_C(1) << (8 * linkage_level(pattern, MG_LINKAGE_ADDRESS) +
                                                              linkage_level(pattern, MG_LINKAGE_NAME));
}

/* What each pattern means that the pairs have; where some are yet to be compared, each that there may be. */
static enum mg_code make_meanings(struct mg_linkage *l, struct mg_error *err)
{
    uint32_t patterns = l->column_count ? LINKAGE_PATTERNS : 1u << (3 * MG_LINKAGE_OTHERS);

    if (!linkage_sampled(l)) {
        for (size_t i = 0; i < l->used_count; i++)
            make_meaning(l, l->used[i]);
        return MG_OK;
    }
    if (!l->hopes && !(l->hopes = mg_calloc(LINKAGE_HOPES, sizeof *l->hopes)))
        return mg_fail_memory(err);
    for (uint32_t i = 0; i < patterns; i++) {
        if (is_pattern(i))
            make_meaning(l, i);
    }
    return MG_OK;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

enum mg_code linkage_learn(struct mg_linkage *l, struct mg_error *err)
{
    MG_FREE struct tally *tally = mg_malloc(sizeof *tally);
    enum mg_code code;

    l->patterns = mg_calloc(LINKAGE_PATTERNS, sizeof *l->patterns);
    l->meanings = mg_calloc(LINKAGE_PATTERNS, sizeof *l->meanings);
    if (!tally || !l->patterns || !l->meanings)
        return mg_fail_memory(err);
    code = linkage_sample_pairs(l, count_pattern, err);
    if (code)
        return code;
    if (l->used_count) /* their sums do not depend on the order of rows */
        qsort(l->used, l->used_count, sizeof *l->used, by_number);
    learn(l, l->used, l->used_count, tally, false);
    return make_meanings(l, err);
}

static uint32_t linked_to(const struct mg_linkage *l, const uint32_t *const match[LINKAGE_SIDES], int side,
                          uint32_t row)
{
    uint32_t taken = match[side][row];
    const struct linkage_pair *pair = taken == LINKAGE_NONE ? NULL : &l->pairs.items[taken];

    if (!pair || l->meanings[pair->pattern].same < AGAIN_LINKED)
        return LINKAGE_NONE;
    return side == LINKAGE_BEFORE ? pair->after : pair->before;
}

/* As said of all pairs that were compared: those that links explain are unrelated. */
static void tell_of_all(struct mg_linkage_model *model, int64_t compared)
{
    double part = (double)model->pairs / (double)compared;

    for (int k = 0; k < MG_LINKAGE_CLASSES; k++)
        model->share[k] *= part;
    model->share[OTHER] += 1 - part;
    model->pairs = compared;
}

static enum mg_code learn_unexplained(struct mg_linkage *l, const uint32_t *const match[LINKAGE_SIDES],
                                      struct mg_error *err)
{
    MG_FREE struct tally *tally = mg_malloc(sizeof *tally);
    MG_FREE uint32_t *patterns = mg_malloc((l->used_count + 1) * sizeof *patterns);
    size_t count = 0;
    enum mg_code code;

    if (!tally || !patterns)
        return mg_fail_memory(err);
    if (!l->first.pairs)
        l->first = l->model;
    for (size_t i = 0; i < l->used_count; i++)
        l->patterns[l->used[i]] = 0;
    l->model.pairs = l->model.rounds = 0;
    for (size_t i = 0; i < l->sample.pairs.count; i++) {
        const struct linkage_pair *pair = &l->sample.pairs.items[i];
        uint32_t theirs = linked_to(l, match, LINKAGE_BEFORE, pair->before);

        if (theirs == LINKAGE_NONE ? linked_to(l, match, LINKAGE_AFTER, pair->after) == LINKAGE_NONE
                                   : theirs == pair->after) {
            l->patterns[pair->pattern]++;
            l->model.pairs++;
        }
    }
    for (size_t i = 0; i < l->used_count; i++) {
        if (l->patterns[l->used[i]])
            patterns[count++] = l->used[i];
    }
    learn(l, patterns, count, tally, true);
    code = make_meanings(l, err);
    tell_of_all(&l->model, l->first.pairs);
    return code;
}

enum mg_code linkage_learn_again(struct mg_linkage *l, const uint32_t *const match[LINKAGE_SIDES],
                                 bool *ret_done, struct mg_error *err)
{
    size_t before = l->sides[LINKAGE_BEFORE].count, after = l->sides[LINKAGE_AFTER].count;

    *ret_done = !linkage_sampled(l) && (before < after ? before : after) >= AGAIN_ROWS;
    return *ret_done ? learn_unexplained(l, match, err) : MG_OK;
}
