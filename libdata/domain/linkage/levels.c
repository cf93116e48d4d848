/* linkage/levels.c - how alike two services are, comparison by comparison. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/domain/linkage/words.h"

#define DEGREE_M   111195.0 /* of latitude, on a sphere: for nearness, not for figures that are shown */
#define SAME_M     1.0
#define TOUCHING_M 15.0
#define NEAR_M     150.0
#define WALK_M     500.0
#define ALIKE      0.9 /* words, one of which is a misspelling of the other */

static const struct {
    const char *name;
    int levels;
    const char *means[MG_LINKAGE_LEVELS];
} comparisons[MG_LINKAGE_COMPARISONS] = {
    {"name",
     6,
     {N_("not said"), N_("different"), N_("weak"), N_("similar"), N_("near"), N_("equal, others have it"),
      N_("equal, alone")}},
    {"place",
     7,
     {N_("not said"), N_("far"), N_("within 4 radii"), N_("within the radius"), N_("within 500 m"),
      N_("within 150 m"), N_("within 15 m, or shared"), N_("same place")}},
    {"address",
     4,
     {N_("not said"), N_("different"), N_("similar street"), N_("same street"), N_("same address")}},
    {"commune",
     4,
     {N_("not said"), N_("other département"), N_("same département"), N_("same postcode"),
      N_("same commune")}},
    {"category", 3, {N_("not said"), N_("different"), N_("what the other became"), N_("same")}},
    {"phone", 3, {N_("not said"), N_("different"), N_("same, others have it"), N_("same")}},
};

const char *mg_linkage_comparison_name(enum mg_linkage_comparison comparison)
{
    return comparisons[comparison].name;
}

int mg_linkage_level_count(enum mg_linkage_comparison comparison)
{
    return comparisons[comparison].levels;
}

const char *mg_linkage_level_name(enum mg_linkage_comparison comparison, int level)
{
    return comparisons[comparison].means[level];
}

int linkage_level(uint32_t pattern, enum mg_linkage_comparison comparison)
{
    return (int)(pattern >> (3 * comparison) & 7);
}

double linkage_distance_m(const struct linkage_row *a, const struct linkage_row *b)
{
    double dy = a->lat - b->lat, dx = a->lon - b->lon;

    if (dx > 180)
        dx -= 360;
    if (dx < -180)
        dx += 360;
    dx *= cos((a->lat + b->lat) / 2 * (M_PI / 180));
    return DEGREE_M * sqrt(dx * dx + dy * dy);
}

static bool rounds_to(double fine, double coarse, double scale)
{
    return fabs(round(fine * scale) - coarse * scale) < 1e-3 ||
           fabs(trunc(fine * scale) - coarse * scale) < 1e-3;
}

/* Is one of the places the other one, written with fewer decimals? Four at least: eleven metres. */
static bool same_place(const struct linkage_row *a, const struct linkage_row *b, double distance_m)
{
    const struct linkage_row *coarse = a->decimals < b->decimals ? a : b, *fine = coarse == a ? b : a;
    double scale = 1;

    if (distance_m < SAME_M)
        return true;
    if (coarse->decimals < 4 || coarse->decimals > 5 || coarse->decimals == fine->decimals)
        return false;
    for (int i = 0; i < coarse->decimals; i++)
        scale *= 10;
    return rounds_to(fine->lon, coarse->lon, scale) && rounds_to(fine->lat, coarse->lat, scale);
}

static int place_level(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    double distance_m, radius_m;

    if (!a->has_place || !b->has_place)
        return 0;
    distance_m = linkage_distance_m(a, b);
    if (same_place(a, b, distance_m))
        return a->place_shared || b->place_shared ? 6 : 7;
    if (distance_m <= TOUCHING_M)
        return 6;
    if (distance_m <= NEAR_M)
        return MG_LINKAGE_PLACE_NEAR;
    if (distance_m <= WALK_M)
        return 4;
    radius_m = l->radius_m[a->category == LINKAGE_NONE ? l->categories.count : a->category];
    return distance_m <= radius_m ? 3 : distance_m <= 4 * radius_m ? 2 : 1;
}

/* By entry of words. */
static struct linkage_spelling *spell(const struct mg_map *map)
{
    struct linkage_spelling *spellings = mg_calloc(map->count + 1, sizeof *spellings);

    for (size_t i = 0; spellings && i < map->count; i++) {
        struct linkage_spelling *s = &spellings[i];
        size_t length;
        const char *word = mg_map_key(map, i, &length);

        s->length = (uint32_t)length;
        for (size_t k = 0; k < length; k++)
            s->letters |= UINT32_C(1) << (word[k] & 31);
        memcpy(s->first, word, length < sizeof s->first ? length : sizeof s->first);
    }
    return spellings;
}

static double bound(size_t letters, size_t la, size_t lb, size_t prefix)
{
    double m = (double)letters, jaro = (m / (double)la + m / (double)lb + 1) / 3;

    return jaro + 0.1 * (double)prefix * (1 - jaro);
}

/* How many letters two words have to share, for Jaro and Winkler's likeness to reach ALIKE. */
static void make_needed(uint8_t needed[LINKAGE_LETTERS + 1][LINKAGE_LETTERS + 1][5])
{
    for (size_t la = 1; la <= LINKAGE_LETTERS; la++) {
        for (size_t lb = 1; lb <= LINKAGE_LETTERS; lb++) {
            for (size_t prefix = 0; prefix < 5; prefix++) {
                uint8_t *least = &needed[la][lb][prefix];

                while (*least <= LINKAGE_LETTERS && bound(*least, la, lb, prefix) < ALIKE - 1e-9)
                    ++*least;
            }
        }
    }
}

enum mg_code linkage_spell(struct mg_linkage *l, struct mg_error *err)
{
    l->name_spellings = spell(&l->names);
    l->street_spellings = spell(&l->streets);
    make_needed(l->needed);
    return l->name_spellings && l->street_spellings ? MG_OK : mg_fail_memory(err);
}

static uint32_t bits(uint32_t set)
{
    set -= set >> 1 & 0x55555555;
    set = (set & 0x33333333) + (set >> 2 & 0x33333333);
    return ((set + (set >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}

/* May two words be alike, by the letters that only one of them has? Most pairs of words may not, and this is
 * told faster. prefix: letters that both begin with, four at most. */
static bool may_be_alike(const struct mg_linkage *l, const struct linkage_spelling *a,
                         const struct linkage_spelling *b, size_t prefix)
{
    uint32_t needed;

    if (a->length > LINKAGE_LETTERS || b->length > LINKAGE_LETTERS)
        return true;
    needed = l->needed[a->length][b->length][prefix];
    return a->length >= needed + bits(a->letters & ~b->letters) &&
           b->length >= needed + bits(b->letters & ~a->letters);
}

/* How alike two words are: one, if they are the same; something, if one is a misspelling or the beginning of
 * the other. */
static double word_likeness(const struct mg_linkage *l, const struct mg_map *map,
                            const struct linkage_spelling *spellings, uint32_t a, uint32_t b)
{
    const struct linkage_spelling *x = &spellings[a], *y = &spellings[b];
    size_t la = x->length, lb = y->length, shorter = la < lb ? la : lb, prefix = 0;
    double likeness;

    if (a == b)
        return 1;
    if (shorter < 3 || mg_is_digit(x->first[0]) || mg_is_digit(y->first[0]))
        return 0;
    while (prefix < 4 && prefix < shorter && x->first[prefix] == y->first[prefix])
        prefix++;
    if (prefix == (shorter < 4 ? shorter : 4) && !memcmp(linkage_text(map, a), linkage_text(map, b), shorter))
        return shorter >= 5 ? 0.9 : 0.8;
    if (shorter < 4 || la > 2 * lb || lb > 2 * la || !may_be_alike(l, x, y, prefix))
        return 0;
    likeness = linkage_jaro_winkler(linkage_text(map, a), la, linkage_text(map, b), lb);
    return likeness >= ALIKE ? likeness : 0;
}

/* Share of the weight of both that the words in common have. */
static double words_likeness(const struct mg_linkage *l, const struct mg_map *map,
                             const struct linkage_spelling *spellings, const struct linkage_word *a,
                             int a_count, const struct linkage_word *b, int b_count)
{
    double common = 0, all = 0;
    uint64_t taken = 0;

    for (int j = 0; j < b_count; j++)
        all += (double)b[j].weight;
    for (int i = 0; i < a_count; i++) {
        double best = 0;
        int found = -1;

        all += (double)a[i].weight;
        for (int j = 0; j < b_count && best < 1; j++) {
            double likeness = taken >> j & 1 ? 0 : word_likeness(l, map, spellings, a[i].id, b[j].id);

            if (likeness > best) {
                best = likeness;
                found = j;
            }
        }
        if (found >= 0) {
            taken |= UINT64_C(1) << found;
            common += best * ((double)a[i].weight + (double)b[found].weight);
        }
    }
    return all > 0 ? common / all : 0;
}

/* Has a name a marker that the other does not have? */
static bool has_other_marker(const struct mg_linkage *l, const struct linkage_row *a,
                             const struct linkage_row *b)
{
    const struct linkage_word *x = l->words.items + a->name_words, *y = l->words.items + b->name_words;

    for (int i = 0; i < a->name_count; i++) {
        int j = 0;

        while (j < b->name_count && y[j].id != x[i].id)
            j++;
        if (j == b->name_count && x[i].weight <= LINKAGE_MARKER)
            return true;
    }
    return false;
}

static int name_level(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    double likeness;

    if (!a->name_count || !b->name_count)
        return 0;
    if (a->core == b->core) {
        bool alone = a->commune == b->commune ? a->core_alone && b->core_alone
                                              : a->core_alone_everywhere && b->core_alone_everywhere;

        if (a->category == b->category && has_other_marker(l, a, b) && has_other_marker(l, b, a))
            return 4; /* the nursery school and the primary one of a name */
        return alone ? 6 : 5;
    }
    likeness = words_likeness(l, &l->names, l->name_spellings, l->words.items + a->name_words, a->name_count,
                              l->words.items + b->name_words, b->name_count);
    return likeness >= 0.85 ? 4 : likeness >= 0.6 ? 3 : likeness >= 0.3 ? 2 : 1;
}

static int address_level(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    double likeness;

    if (!a->street_count || !b->street_count)
        return 0;
    if (a->street == b->street)
        return a->number == b->number ? 4 : 3;
    likeness = words_likeness(l, &l->streets, l->street_spellings, l->words.items + a->street_words,
                              a->street_count, l->words.items + b->street_words, b->street_count);
    if (likeness >= 0.8)
        return a->number == b->number ? 4 : 3;
    return likeness >= 0.5 ? 2 : 1;
}

static int commune_level(const struct linkage_row *a, const struct linkage_row *b)
{
    if (a->commune != LINKAGE_NONE && a->commune == b->commune)
        return 4;
    if (a->postcode != LINKAGE_NONE && a->postcode == b->postcode)
        return 3;
    if ((a->commune == LINKAGE_NONE || b->commune == LINKAGE_NONE) &&
        (a->postcode == LINKAGE_NONE || b->postcode == LINKAGE_NONE))
        return 0;
    return a->departement == b->departement ? 2 : 1;
}

static int category_level(const struct mg_linkage *l, const struct linkage_row *a,
                          const struct linkage_row *b)
{
    uint32_t both[] = {a->category, b->category};

    if (a->category == LINKAGE_NONE || b->category == LINKAGE_NONE)
        return 0;
    if (a->category == b->category)
        return 3;
    return mg_map_get(&l->became, (const char *)both, sizeof both) >= 0 ? 2 : 1;
}

static int phone_level(const struct linkage_row *a, const struct linkage_row *b)
{
    if (a->phone == LINKAGE_NONE || b->phone == LINKAGE_NONE)
        return 0;
    return a->phone != b->phone ? 1 : a->phone_alone && b->phone_alone ? 3 : 2;
}

uint32_t linkage_pattern(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    const int levels[MG_LINKAGE_COMPARISONS] = {name_level(l, a, b),     place_level(l, a, b),
                                                address_level(l, a, b),  commune_level(a, b),
                                                category_level(l, a, b), phone_level(a, b)};
    uint32_t pattern = 0;

    for (int i = 0; i < MG_LINKAGE_COMPARISONS; i++)
        pattern |= (uint32_t)levels[i] << (3 * i);
    return pattern;
}
