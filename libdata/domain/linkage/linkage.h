/* linkage.h - which services of two lists are the same one, when no identifier says so.
 *
 * Two lists are taken, each the services of one edition, with the commune of both already brought to one
 * date; nothing is read from a file and nothing is asked but what is in the two lists. Steps:
 *
 * 1. Words. Names and addresses lose accents, case, articles and legal forms; SAINT, ST and STE are one word,
 *    numbers in letters and in Roman figures become digits, street types and titles are spelt out, single
 *    letters in a row become one word ("A P C"). A word weighs by how rare it is, among all services and in
 *    its commune; one that a whole category carries ("BP", "collège") weighs next to nothing.
 * 2. Candidates. A service is compared with those that share its commune and category, commune and a word or
 *    address, telephone, a rare value of another column, rare words within the département, a name, a word
 * that hardly any has, or a place nearby: within a few hundred metres, and within a radius of its category,
 * half the median distance to the nearest of its kind. A key that more than MG_LINKAGE_BLOCK services share
 * is not used (its finer ones are), and after some hundred that share the most telling keys no more are
 * looked for.
 * 3. Levels. Name, place, address, commune, category, telephone and all other columns together are each
 *    compared to a level, 0 where one side says nothing. A name that stands alone in both lists, and whose
 * words are so rare that hardly any would come up twice by chance, is known to be the same one elsewhere,
 * too.
 * 4. Model (Fellegi and Sunter 1969). Six kinds of pairs: the same service, that stayed as it was, moved
 *    under its name, or was renamed in its place; another one that took its place (another category, near by,
 *    often of the same name); unrelated ones, of one name elsewhere, and all others. How often each kind
 *    shows each level, and how many pairs are of each kind, is learned by EM from the counts of patterns of
 *    levels, from a fixed start which also counts as a few dozen pairs, so that small lists stay near it.
 *    No more are renamed than the shorter list has beside those that stayed or moved: the others are
 *    neighbours. From two million pairs on, those of some of the services are enough to learn from, drawn
 *    by what these say; of the others' pairs, those are not compared any further that nothing would make
 *    likely any more.
 * 5. One to one. In each group of services that candidates join, the assignment with the greatest sum of
 *    log-odds (Hungarian method); a group of more than MG_LINKAGE_GROUP on its smaller side takes the best
 *    pair first instead. The score of a link is the probability that the two are one service, given the
 *    levels and the other services that either could be.
 *    Then, of lists that are no sample and have a hundred services at least, it is learned again, twice, from
 * the pairs that were linked and from those of two services that are in no link: most others that look alike
 * are namesakes and neighbours that links explain. Then what is more alike may not say less, and the evidence
 * of both times is pooled.
 * 6. What is left: a service whose only match is already another one's is a merger (or, the other way
 *    round, a split), and no rival of that one; two that are left and of the fourth kind are a replacement.
 *
 * Zones: linked from a probability of MG_LINKAGE_LINKED, to review from MG_LINKAGE_REVIEW, apart below; of
 * the links at a score of p, about a share p is right as far as the model holds.
 *
 * Everything is independent of the order of either list: services are sorted by what they say, then by
 * `order`; the model sees whole numbers of patterns only. Services that say the same are paired in that
 * order.
 *
 * Memory: about 600 bytes for each service, 24 for each pair that is not plainly unrelated, and 64 MiB.
 *
 * Services without identifiers. Fellegi and Sunter's model over few levels, so
 * that all candidate pairs reduce to counts of patterns: whole numbers, whose sums no order of rows can
 * change. It has a class beside same and apart, the service that took another's place (another category, near
 * by, often the same name): without it, an office that closed and the agency that opened in the next street
 * would be one service, since name and commune alone say so. Learned without labels, it is told from a
 * service that was retyped where it stood, because one that moved keeps its category. The same service has
 * three classes, stayed, moved and renamed: where rows that did not change are left out before, most of the
 * rest changed its name or its place, seldom both, and in one class the two would look independent, so that
 * another name elsewhere would be the same service. Unrelated pairs have two, by why they are compared at
 * all: of one name elsewhere, or there and of another name. Which levels a class can show at all is fixed
 * (may_be in classes.c): EM cannot take another kind of pairs that are many for it, as it did with namesakes
 * in a list of nothing but names. Where one of two has no place, it counts too whether both are the only ones
 * of their category in their commune; where both have one, that would count the same twice.
 *
 * Linkage runs in one thread. Comparing pairs could be shared out by rows and merged in their order, but
 * comparing less gave more than a second processor would. What each kind of pairs looks like is known from
 * two million of them: of a long list, services are drawn by a hash of what they say, so that no order of
 * rows matters, until their candidates are that many. Once it is known which levels make a pair likely at
 * all, most of the others are refused by place and by the letters that words have in common, before any word
 * is compared; so every pair is looked at once. Candidates are sought from the most telling key on, in small
 * cells before large ones, and where services stand close it is enough of them after some hundred: time grows
 * with the rows, not with how close they stand. So the same bytes need no proof for each number of threads;
 * that they do not depend on the order of rows or of imports has its tests.
 */
#ifndef MG_LINKAGE_LINKAGE_H
#define MG_LINKAGE_LINKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"
#include "libdata/io/progress.h"

#define MG_LINKAGE_BLOCK   60   /* services of one list under one key */
#define MG_LINKAGE_GROUP   400  /* services of the smaller side that are assigned optimally */
#define MG_LINKAGE_LINKED  0.75 /* from this score on two services are linked... */
#define MG_LINKAGE_REVIEW  0.25 /* ...and from this one on, worth a look */
#define MG_LINKAGE_COLUMNS 24

/* Texts are borrowed until mg_linkage_create returns; NULL or "": the source says nothing. */
struct mg_linkage_service {
    const char *name, *category, *address, *postcode, *phone;
    const char *commune; /* its code, at the one date of both lists; or its label, where there are no codes */
    bool has_place;
    double lon, lat;
    uint64_t order; /* tells services apart that say the same: a hash of the rest of what they say */
};

struct mg_linkage_list {
    const struct mg_linkage_service *services;
    size_t count;
};

enum mg_linkage_comparison {
    MG_LINKAGE_NAME,    /* 1 different 2 weak 3 similar 4 near 5 equal, but not alone in its commune 6 equal
                           7 equal, elsewhere, and hardly by chance */
    MG_LINKAGE_PLACE,   /* 1 far 2 within 4 radii 3 one radius 4 500 m 5 150 m 6 15 m, or one shared 7 same */
    MG_LINKAGE_ADDRESS, /* 1 different 2 similar street 3 same street 4 same address */
    MG_LINKAGE_COMMUNE, /* 1 other département 2 same département 3 same postcode 4 same commune */
    MG_LINKAGE_CATEGORY, /* 1 different 2 what the other became 3 same 4 same, both the only ones
                             in their commune; told where one of the two has no place */
    MG_LINKAGE_PHONE,    /* 1 different 2 same, but others have it 3 same; one that many have is none */
    MG_LINKAGE_OTHERS,   /* bits that the other columns say together, for one service: 1 below -6 2 below -2
                             3 below 1 4 below 4 5 below 8 6 below 12 7 more */
    MG_LINKAGE_COMPARISONS
};
#define MG_LINKAGE_LEVELS        8 /* the most that a comparison may have, level 0 included */
#define MG_LINKAGE_PLACE_NEAR    5 /* from this level on, both are at one place */
#define MG_LINKAGE_NAME_RARE     7
#define MG_LINKAGE_ADDRESS_EQUAL 4 /* the same street and number */

enum mg_linkage_kind {
    MG_LINKAGE_SAME,     /* one service */
    MG_LINKAGE_MERGED,   /* before went into after, which is another one's same */
    MG_LINKAGE_SPLIT,    /* after came out of before, which is another one's same */
    MG_LINKAGE_REPLACED, /* another service where the one before was */
};

enum mg_linkage_zone { MG_LINKAGE_ZONE_LINKED, MG_LINKAGE_ZONE_REVIEW };

struct mg_linkage_link {
    uint32_t before, after; /* places in the two lists */
    enum mg_linkage_kind kind;
    enum mg_linkage_zone zone;
    double score; /* probability, 0 to 1, of what kind says */
    uint8_t levels[MG_LINKAGE_COMPARISONS];
};

/* The first MG_LINKAGE_WAYS are those in which a service stays the same one, the last two those in which they
 * are unrelated. */
enum {
    MG_LINKAGE_CLASS_STAYED,  /* both name and place as they were, as far as anything ever is */
    MG_LINKAGE_CLASS_MOVED,   /* its name, elsewhere */
    MG_LINKAGE_CLASS_RENAMED, /* its place, under another name */
    MG_LINKAGE_CLASS_REPLACED,
    MG_LINKAGE_CLASS_NAMESAKE, /* compared because of its name, elsewhere */
    MG_LINKAGE_CLASS_OTHER,    /* compared because it is there, or of its category */
    MG_LINKAGE_CLASSES,
    MG_LINKAGE_WAYS = MG_LINKAGE_CLASS_REPLACED
};

/* What was learned. */
struct mg_linkage_model {
    double share[MG_LINKAGE_CLASSES]; /* of the candidate pairs */
    double rate[MG_LINKAGE_CLASSES][MG_LINKAGE_COMPARISONS][MG_LINKAGE_LEVELS];
    int64_t pairs; /* candidates compared */
    int rounds;    /* of EM */
};

struct mg_linkage;

struct mg_linkage_options {
    bool near_only; /* compare only what shares a telephone, place, address or name, or is within 250 m */
    size_t sample_pairs; /* compared ones from which on the model is learned; 0: 2 million */
    /* What the other columns of each list say: service by service, `columns` numbers each (MG_LINKAGE_COLUMNS
     * at most), of which two are one where the cells say the same; 0: nothing. Borrowed like the texts. */
    const uint32_t *others[2];
    size_t columns;
    /* Names of services that stand in both lists unchanged and are not to be linked, each with its NUL, and
     * how many services each of them stands for: they tell how rare words are. */
    const char *standing;
    size_t standing_length;
    double standing_each;
    const struct mg_progress *progress;
};

/* MG_ERR_INPUT: more services than fit; MG_ERR_IO: interrupted by progress. options may be NULL. */
enum mg_code mg_linkage_create(const struct mg_linkage_list *before, const struct mg_linkage_list *after,
                               const struct mg_linkage_options *options, struct mg_linkage **ret_linkage,
                               struct mg_error *err);
void mg_linkage_destroy(struct mg_linkage *linkage);

/* By kind, then in an order that depends on what the services say only. A service is in one link of kind SAME
 * at most, or in one of REPLACED; borrowed. */
const struct mg_linkage_link *mg_linkage_links(const struct mg_linkage *linkage, size_t *ret_count);
const struct mg_linkage_model *mg_linkage_model(const struct mg_linkage *linkage);

const char *mg_linkage_class_name(int class);
/* Over the ways in which a service stays the same one: their share of the pairs, and how often such pairs
 * show a level (m). */
double mg_linkage_same_share(const struct mg_linkage_model *model);
double mg_linkage_same_rate(const struct mg_linkage_model *model, enum mg_linkage_comparison comparison,
                            int level);
/* The same over those that are unrelated (u). */
double mg_linkage_apart_rate(const struct mg_linkage_model *model, enum mg_linkage_comparison comparison,
                             int level);
/* Bits that a level adds to the evidence for one service against unrelated ones: log2(m/u); 0 for level 0. */
double mg_linkage_bits(const struct mg_linkage_model *model, enum mg_linkage_comparison comparison,
                       int level);

const char *mg_linkage_comparison_name(enum mg_linkage_comparison comparison);
/* What the level means, in English and to be translated; level 0 is "not said". */
const char *mg_linkage_level_name(enum mg_linkage_comparison comparison, int level);
int mg_linkage_level_count(enum mg_linkage_comparison comparison); /* without level 0 */

#endif
