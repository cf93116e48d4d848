/* linkage/classes.c - what each class of pairs can show, and how likely each is by what was learned. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

/* Can a pair of these levels be of that class at all? This is what the classes are: were those that moved and
 * those that were renamed one class, name and place would look independent of each other, and one of another
 * name elsewhere would be the same service too; and EM would be free to take for it any other kind of pairs
 * that there are many of, such as the namesakes in other communes which the blocks bring in. */
static bool may_be(int class, uint32_t pattern)
{
    int name = linkage_level(pattern, MG_LINKAGE_NAME), place = linkage_level(pattern, MG_LINKAGE_PLACE);
    int address = linkage_level(pattern, MG_LINKAGE_ADDRESS);
    int commune = linkage_level(pattern, MG_LINKAGE_COMMUNE);
    int category = linkage_level(pattern, MG_LINKAGE_CATEGORY);
    int others = linkage_level(pattern, MG_LINKAGE_OTHERS);

    switch (class) {
    case MG_LINKAGE_CLASS_STAYED:
        if (!name && !place && address == 1 && linkage_level(pattern, MG_LINKAGE_PHONE) < 2)
            return false; /* nothing but its category would speak for it */
        return name != 1 && (!place || place >= 3 || address >= 3) &&
               (!commune || commune >= 3 || place >= MG_LINKAGE_PLACE_NEAR);
    case MG_LINKAGE_CLASS_MOVED:                 /* or its place is badly known */
        if (!name && (place < 3 || commune < 3)) /* nothing but its category would speak for it */
            return false;
        return (!name || name >= 3) && place <= MG_LINKAGE_PLACE_NEAR &&
               (place || (address && address < 4) || (commune && commune < 3)) && category != 1;
    case MG_LINKAGE_CLASS_RENAMED:
        return name && name <= 3 && category != 1 &&
               (place >= MG_LINKAGE_PLACE_NEAR || address >= 3 ||
                linkage_level(pattern, MG_LINKAGE_PHONE) == 3 || others == 7);
    case MG_LINKAGE_CLASS_REPLACED: /* what comes newly into a list has its place found anew; one of the same
                                     * digits was kept
                                     */
        return category && !(place == 7 && name >= 3 && address && address < 4);
    case MG_LINKAGE_CLASS_NAMESAKE:
        return name >= 3 && name != MG_LINKAGE_NAME_RARE && (commune ? commune < 3 : place && place <= 2);
    default: /* the same telephone and e-mail that nobody else has, say: not by chance */
        return others < 7 || linkage_level(pattern, MG_LINKAGE_PHONE) < 3;
    }
}

/* How often pairs of that class show the level. An equal name elsewhere that hardly comes up by chance does
 * so for no more than LINKAGE_BY_CHANCE of those that moved; this is known before anything is learned. */
static double rate_in(const struct mg_linkage_model *model, int class, uint32_t pattern,
                      enum mg_linkage_comparison comparison)
{
    int level = linkage_level(pattern, comparison);
    bool rare =
        class == MG_LINKAGE_CLASS_OTHER && linkage_level(pattern, MG_LINKAGE_NAME) == MG_LINKAGE_NAME_RARE;

    if (!level)
        return 1;
    if (rare && comparison <= MG_LINKAGE_PLACE)
        class = MG_LINKAGE_CLASS_MOVED;
    return model
        ->rate[rare && comparison == MG_LINKAGE_COMMUNE ? MG_LINKAGE_CLASS_MOVED : class][comparison][level];
}

static double share_in(const struct mg_linkage_model *model, int class, uint32_t pattern)
{
    if (class == MG_LINKAGE_CLASS_OTHER && linkage_level(pattern, MG_LINKAGE_NAME) == MG_LINKAGE_NAME_RARE)
        return LINKAGE_BY_CHANCE * model->share[MG_LINKAGE_CLASS_MOVED];
    return model->share[class];
}

void linkage_posterior(const struct mg_linkage_model *model, uint32_t pattern,
                       double ret_share[MG_LINKAGE_CLASSES])
{
    double sum = 0;

    for (int k = 0; k < MG_LINKAGE_CLASSES; k++) {
        ret_share[k] = may_be(k, pattern) ? share_in(model, k, pattern) : 0;
        for (int c = 0; c < MG_LINKAGE_COMPARISONS && ret_share[k] > 0; c++)
            ret_share[k] *= rate_in(model, k, pattern, (enum mg_linkage_comparison)c);
        sum += ret_share[k];
    }
    for (int k = 0; k < MG_LINKAGE_CLASSES; k++)
        ret_share[k] = sum > 0 ? ret_share[k] / sum : k == MG_LINKAGE_CLASS_OTHER;
}

struct linkage_meaning linkage_meaning_of(const struct mg_linkage_model *model, uint32_t pattern)
{
    double share[MG_LINKAGE_CLASSES], same = 0;

    linkage_posterior(model, pattern, share);
    for (int k = 0; k < MG_LINKAGE_WAYS; k++)
        same += share[k];
    return (struct linkage_meaning){same, share[MG_LINKAGE_CLASS_REPLACED],
                                    share[MG_LINKAGE_CLASS_NAMESAKE] + share[MG_LINKAGE_CLASS_OTHER]};
}

double linkage_same_share(const struct mg_linkage_model *model, uint32_t pattern)
{
    return linkage_meaning_of(model, pattern).same;
}

bool linkage_likely(const struct linkage_meaning *meaning)
{
    return meaning->same >= LINKAGE_LIKELY_SAME || meaning->replaced >= LINKAGE_LIKELY_REPLACED;
}

const char *mg_linkage_class_name(int class)
{
    static const char *const names[MG_LINKAGE_CLASSES] = {"stayed",   "moved",    "renamed",
                                                          "replaced", "namesake", "other"};

    return names[class];
}

static double share_of(const struct mg_linkage_model *model, int first, int end)
{
    double share = 0;

    for (int k = first; k < end; k++)
        share += model->share[k];
    return share;
}

static double rate_of(const struct mg_linkage_model *model, int first, int end,
                      enum mg_linkage_comparison comparison, int level)
{
    double rate = 0, share = share_of(model, first, end);

    for (int k = first; k < end; k++)
        rate += model->share[k] * model->rate[k][comparison][level];
    return share > 0 ? rate / share : 0;
}

double mg_linkage_same_share(const struct mg_linkage_model *model)
{
    return share_of(model, 0, MG_LINKAGE_WAYS);
}

double mg_linkage_same_rate(const struct mg_linkage_model *model, enum mg_linkage_comparison comparison,
                            int level)
{
    return rate_of(model, 0, MG_LINKAGE_WAYS, comparison, level);
}

double mg_linkage_apart_rate(const struct mg_linkage_model *model, enum mg_linkage_comparison comparison,
                             int level)
{
    return rate_of(model, MG_LINKAGE_CLASS_NAMESAKE, MG_LINKAGE_CLASSES, comparison, level);
}

double mg_linkage_bits(const struct mg_linkage_model *model, enum mg_linkage_comparison comparison, int level)
{
    if (!level)
        return 0;
    return log2(mg_linkage_same_rate(model, comparison, level) /
                mg_linkage_apart_rate(model, comparison, level));
}
