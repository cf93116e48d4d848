/* linkage/merged_split.c - how sure each link is, and what became of those that have none. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define SCORE_UNIT 1e4 /* more digits would differ from one machine to another */
#define TWINS_M    15.0
#define MERGED     0.9 /* a merger must be as likely as that, were there no other service */

static double odds_of(double share)
{
    return share / fmax(1 - share, 1e-12);
}

static enum mg_code add_link(struct mg_linkage *l, const struct linkage_pair *pair, enum mg_linkage_kind kind,
                             double score, struct mg_error *err)
{
    struct mg_linkage_link *link;

    score = round(score * SCORE_UNIT) / SCORE_UNIT;
    if (!mg_grow(l->links, l->link_count, &l->link_capacity))
        return mg_fail_memory(err);
    link = &l->links[l->link_count++];
    *link = (struct mg_linkage_link){
        .before = l->sides[LINKAGE_BEFORE].rows[pair->before].source,
        .after = l->sides[LINKAGE_AFTER].rows[pair->after].source,
        .kind = kind,
        .zone = score >= MG_LINKAGE_LINKED ? MG_LINKAGE_ZONE_LINKED : MG_LINKAGE_ZONE_REVIEW,
        .score = score,
    };
    for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++)
        link->levels[c] = (uint8_t)linkage_level(pair->pattern, (enum mg_linkage_comparison)c);
    return MG_OK;
}

/* Are two rows of one list as good as one: the same, or of one name and category at one place? Which of them
 * goes on is then no question. */
static bool twins(const struct linkage_row *a, const struct linkage_row *b)
{
    if (a->profile == b->profile)
        return true;
    return a->core != LINKAGE_NONE && a->core == b->core && a->category == b->category &&
           a->commune == b->commune && a->has_place && b->has_place && linkage_distance_m(a, b) <= TWINS_M;
}

/* Is the one without a match as good as the one that has it? Both linked, names alike, near each other. */
static double merged_share(const struct mg_linkage *l, const struct linkage_pair *pair, uint32_t theirs)
{
    double share =
        linkage_same_share(l->first.pairs ? &l->first : &l->model, linkage_as_if_alone(pair->pattern));

    if (theirs == LINKAGE_NONE || linkage_level(pair->pattern, MG_LINKAGE_NAME) < 3 ||
        linkage_level(pair->pattern, MG_LINKAGE_PLACE) < MG_LINKAGE_PLACE_NEAR ||
        l->meanings[l->pairs.items[theirs].pattern].same < MERGED)
        return 0;
    return share >= MERGED ? share : 0;
}

/* Sum, for each service of one side, of the odds of the pairs it is in, but for those with its own match or
 * with services that say the same as the match. A rival that is surely another one's does not count, nor one
 * that is merged into this service (or split off) beside its match: both are what it was. */
static void add_rivals(const struct mg_linkage *l, int side, const uint32_t *const match[LINKAGE_SIDES],
                       double *ret_rivals)
{
    for (size_t i = 0; i < l->pairs.count; i++) {
        const struct linkage_pair *pair = &l->pairs.items[i];
        uint32_t row = side == LINKAGE_BEFORE ? pair->before : pair->after;
        uint32_t other = side == LINKAGE_BEFORE ? pair->after : pair->before;
        uint32_t taken = match[side][row], theirs = match[!side][other];
        const struct linkage_row *others = l->sides[!side].rows;
        double free = 1;

        if (pair->group == LINKAGE_NONE || taken == LINKAGE_NONE || taken == i)
            continue;
        if (twins(
                &others[other],
                &others[side == LINKAGE_BEFORE ? l->pairs.items[taken].after : l->pairs.items[taken].before]))
            continue;
        if (theirs == LINKAGE_NONE && merged_share(l, pair, taken) > 0)
            continue;
        if (theirs != LINKAGE_NONE)
            free = 1 - l->meanings[l->pairs.items[theirs].pattern].same;
        ret_rivals[row] += free * odds_of(l->meanings[pair->pattern].same);
    }
}

/* Links of one service with one; those below review are undone. */
static enum mg_code add_same(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES], struct mg_error *err)
{
    MG_FREE double *before = mg_calloc(l->sides[LINKAGE_BEFORE].count + 1, sizeof *before);
    MG_FREE double *after = mg_calloc(l->sides[LINKAGE_AFTER].count + 1, sizeof *after);
    const uint32_t *const borrowed[LINKAGE_SIDES] = {match[LINKAGE_BEFORE], match[LINKAGE_AFTER]};
    enum mg_code code = MG_OK;

    if (!before || !after)
        return mg_fail_memory(err);
    add_rivals(l, LINKAGE_BEFORE, borrowed, before);
    add_rivals(l, LINKAGE_AFTER, borrowed, after);
    for (size_t i = 0; i < l->sides[LINKAGE_BEFORE].count && !code; i++) {
        uint32_t taken = match[LINKAGE_BEFORE][i];
        double odds, score;

        if (taken == LINKAGE_NONE)
            continue;
        odds = odds_of(l->meanings[l->pairs.items[taken].pattern].same);
        score = odds / (1 + odds + fmax(before[i], after[l->pairs.items[taken].after]));
        if (round(score * SCORE_UNIT) / SCORE_UNIT < MG_LINKAGE_REVIEW) {
            match[LINKAGE_AFTER][l->pairs.items[taken].after] = LINKAGE_NONE;
            match[LINKAGE_BEFORE][i] = LINKAGE_NONE;
            continue;
        }
        code = add_link(l, &l->pairs.items[taken], MG_LINKAGE_SAME, score, err);
    }
    return code;
}

struct rest {
    double score;
    uint32_t pair;
};

static int by_score(const void *a, const void *b)
{
    const struct rest *x = a, *y = b;

    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->pair > y->pair) - (x->pair < y->pair);
}

/* Pairs of the kind asked for among services of which one (or, of a replacement, both) is left; best first,
 * each service that is left in one. */
static enum mg_code add_rest(struct mg_linkage *l, enum mg_linkage_kind kind,
                             const uint32_t *const match[LINKAGE_SIDES], uint8_t *const done[LINKAGE_SIDES],
                             struct mg_error *err)
{
    MG_FREE struct rest *found = mg_malloc((l->pairs.count + 1) * sizeof *found);
    size_t count = 0;
    enum mg_code code = MG_OK;

    if (!found)
        return mg_fail_memory(err);
    for (size_t i = 0; i < l->pairs.count; i++) {
        const struct linkage_pair *pair = &l->pairs.items[i];
        uint32_t before = match[LINKAGE_BEFORE][pair->before], after = match[LINKAGE_AFTER][pair->after];
        double score = 0;

        if (kind == MG_LINKAGE_REPLACED && before == LINKAGE_NONE && after == LINKAGE_NONE)
            score = 1 - l->meanings[pair->pattern].apart;
        else if (kind == MG_LINKAGE_MERGED && before == LINKAGE_NONE)
            score = merged_share(l, pair, after);
        else if (kind == MG_LINKAGE_SPLIT && after == LINKAGE_NONE)
            score = merged_share(l, pair, before);
        if (score >= 0.5)
            found[count++] = (struct rest){score, (uint32_t)i};
    }
    if (count)
        qsort(found, count, sizeof *found, by_score);
    for (size_t i = 0; i < count && !code; i++) {
        const struct linkage_pair *pair = &l->pairs.items[found[i].pair];
        bool before = kind == MG_LINKAGE_SPLIT || !done[LINKAGE_BEFORE][pair->before];
        bool after = kind == MG_LINKAGE_MERGED || !done[LINKAGE_AFTER][pair->after];

        if (!before || !after)
            continue;
        if (kind != MG_LINKAGE_SPLIT)
            done[LINKAGE_BEFORE][pair->before] = 1;
        if (kind != MG_LINKAGE_MERGED)
            done[LINKAGE_AFTER][pair->after] = 1;
        code = add_link(l, pair, kind, found[i].score, err);
    }
    return code;
}

enum mg_code linkage_conclude(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES],
                              struct mg_error *err)
{
    MG_FREE uint8_t *before = mg_calloc(l->sides[LINKAGE_BEFORE].count + 1, 1);
    MG_FREE uint8_t *after = mg_calloc(l->sides[LINKAGE_AFTER].count + 1, 1);
    const uint32_t *const borrowed[LINKAGE_SIDES] = {match[LINKAGE_BEFORE], match[LINKAGE_AFTER]};
    uint8_t *const done[LINKAGE_SIDES] = {before, after};
    enum mg_code code;

    if (!before || !after)
        return mg_fail_memory(err);
    code = add_same(l, match, err);
    if (!code)
        code = add_rest(l, MG_LINKAGE_MERGED, borrowed, done, err);
    if (!code)
        code = add_rest(l, MG_LINKAGE_SPLIT, borrowed, done, err);
    if (code)
        return code;
    return add_rest(l, MG_LINKAGE_REPLACED, borrowed, done, err);
}
