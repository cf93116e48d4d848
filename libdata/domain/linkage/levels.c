/* linkage/levels.c - how alike two services are, comparison by comparison. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#define DEGREE_M   111195.0 /* of latitude, on a sphere: for nearness, not for figures that are shown */
#define SAME_M     1.0
#define TOUCHING_M 15.0
#define NEAR_M     150.0
#define WALK_M     500.0

enum { CATEGORY_SAME = 3, CATEGORY_ALONE };

static const struct {
    const char *name;
    int levels;
    const char *means[MG_LINKAGE_LEVELS];
} comparisons[MG_LINKAGE_COMPARISONS] = {
    {"name",
     7,
     {N_("not said"), N_("different"), N_("weak"), N_("similar"), N_("near"), N_("equal, others have it"),
      N_("equal, alone"), N_("equal, rare, elsewhere")}},
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
    {"category",
     4,
     {N_("not said"), N_("different"), N_("what the other became"), N_("same"), N_("same, the only ones")}},
    {"phone", 3, {N_("not said"), N_("different"), N_("same, others have it"), N_("same")}},
    {"others",
     7,
     {N_("not said"), N_("different"), N_("mostly different"), N_("of no weight"), N_("partly the same"),
      N_("mostly the same"), N_("the same"), N_("the same, and rare")}},
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

static int name_level_of(double likeness)
{
    return likeness >= 0.85 ? 4 : likeness >= 0.6 ? 3 : likeness >= 0.3 ? 2 : 1;
}

/* In another town, or, where no towns are told, far away; by the other levels. */
static bool elsewhere(uint32_t others)
{
    int commune = linkage_level(others, MG_LINKAGE_COMMUNE), place = linkage_level(others, MG_LINKAGE_PLACE);

    return commune ? commune < 3 && place < MG_LINKAGE_PLACE_NEAR : place && place <= 2;
}

/* 0: the likeness of their words tells. */
static int equal_name_level(const struct mg_linkage *l, const struct linkage_row *a,
                            const struct linkage_row *b, uint32_t others)
{
    bool alone;

    if (a->core != b->core)
        return 0;
    alone = a->commune == b->commune ? a->core_alone && b->core_alone
                                     : a->core_alone_everywhere && b->core_alone_everywhere;
    if (a->category == b->category && has_other_marker(l, a, b) && has_other_marker(l, b, a))
        return 4;          /* the nursery school and the primary one of a name */
    if (elsewhere(others)) /* of common words, it says no more than one that others have */
        return a->core_scarce && b->core_scarce ? MG_LINKAGE_NAME_RARE : 5;
    return alone ? 6 : 5;
}

static int name_level(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b,
                      uint32_t others)
{
    int level;

    if (!a->name_count || !b->name_count)
        return 0;
    level = equal_name_level(l, a, b, others);
    return level ? level : name_level_of(linkage_likeness(l, a, b, false));
}

static int address_level_of(const struct linkage_row *a, const struct linkage_row *b, double likeness)
{
    if (likeness >= 0.8)
        return a->number == b->number ? 4 : 3;
    return likeness >= 0.5 ? 2 : 1;
}

static int address_level(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    if (!a->street_count || !b->street_count)
        return 0;
    return address_level_of(a, b, a->street == b->street ? 1 : linkage_likeness(l, a, b, true));
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

/* Where no place is told, it counts too whether there is any other of its category in the commune. Where one
 * is, that says the same again. */
static int same_category_level(const struct linkage_row *a, const struct linkage_row *b)
{
    bool alone = a->commune == b->commune && a->category_alone && b->category_alone;

    return alone && !(a->has_place && b->has_place) ? CATEGORY_ALONE : CATEGORY_SAME;
}

static int category_level(const struct mg_linkage *l, const struct linkage_row *a,
                          const struct linkage_row *b)
{
    uint32_t both[] = {a->category, b->category};

    if (a->category == LINKAGE_NONE || b->category == LINKAGE_NONE)
        return 0;
    if (a->category == b->category)
        return same_category_level(a, b);
    return mg_map_get(&l->became, (const char *)both, sizeof both) >= 0 ? 2 : 1;
}

static int phone_level(const struct linkage_row *a, const struct linkage_row *b)
{
    if (a->phone == LINKAGE_NONE || b->phone == LINKAGE_NONE)
        return 0;
    return a->phone != b->phone ? 1 : a->phone_alone && b->phone_alone ? 3 : 2;
}

static uint32_t with(uint32_t pattern, enum mg_linkage_comparison comparison, int level)
{
    return pattern | (uint32_t)level << (3 * comparison);
}

/* All but name and address. */
static uint32_t other_levels(const struct mg_linkage *l, const struct linkage_row *a,
                             const struct linkage_row *b)
{
    uint32_t pattern = with(0, MG_LINKAGE_PLACE, place_level(l, a, b));

    pattern = with(pattern, MG_LINKAGE_COMMUNE, commune_level(a, b));
    pattern = with(pattern, MG_LINKAGE_CATEGORY, category_level(l, a, b));
    pattern = with(pattern, MG_LINKAGE_PHONE, phone_level(a, b));
    return l->column_count ? with(pattern, MG_LINKAGE_OTHERS, linkage_others_level(l, a, b)) : pattern;
}

uint32_t linkage_pattern(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    uint32_t others = other_levels(l, a, b);
    uint32_t pattern = with(others, MG_LINKAGE_NAME, name_level(l, a, b, others));

    return with(pattern, MG_LINKAGE_ADDRESS, address_level(l, a, b));
}

uint32_t linkage_hope_of(uint32_t pattern)
{
    return (uint32_t)linkage_level(pattern, MG_LINKAGE_PLACE) |
           (uint32_t)linkage_level(pattern, MG_LINKAGE_COMMUNE) << 3 |
           (uint32_t)linkage_level(pattern, MG_LINKAGE_CATEGORY) << 6 |
           (uint32_t)linkage_level(pattern, MG_LINKAGE_PHONE) << 9 |
           (uint32_t)linkage_level(pattern, MG_LINKAGE_OTHERS) << 12;
}

uint32_t linkage_as_if_alone(uint32_t pattern)
{
    if (linkage_level(pattern, MG_LINKAGE_CATEGORY) != CATEGORY_SAME ||
        linkage_level(pattern, MG_LINKAGE_COMMUNE) != 4)
        return pattern;
    return pattern ^ with(0, MG_LINKAGE_CATEGORY, CATEGORY_SAME ^ CATEGORY_ALONE);
}

/* A bit for each level from 1 to the one given. */
static uint32_t up_to(int level)
{
    return (2u << level) - 2;
}

/* Which levels an address may have, and a name: a bit for each. */
static uint32_t address_range(const struct mg_linkage *l, const struct linkage_row *a,
                              const struct linkage_row *b)
{
    if (!a->street_count || !b->street_count)
        return 1;
    if (a->street == b->street)
        return 1u << address_level_of(a, b, 1);
    return up_to(address_level_of(a, b, linkage_likeness_bound(l, a, b, true)));
}

static uint32_t name_range(const struct mg_linkage *l, const struct linkage_row *a,
                           const struct linkage_row *b, uint32_t others)
{
    int level;

    if (!a->name_count || !b->name_count)
        return 1;
    if ((level = equal_name_level(l, a, b, others)))
        return 1u << level;
    return up_to(name_level_of(linkage_likeness_bound(l, a, b, false)));
}

/* Of levels of the name, those with which a pair may be likely, by the levels its address may have. */
static uint32_t hopeful_names(uint64_t hopes, uint32_t addresses)
{
    uint32_t names = 0;

    for (int level = 0; level < MG_LINKAGE_LEVELS; level++)
        names |= addresses >> level & 1 ? (uint32_t)(hopes >> (8 * level)) & 0xFF : 0;
    return names;
}

uint32_t linkage_hopeful(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b)
{
    uint32_t pattern = other_levels(l, a, b), names;
    uint64_t hopes = l->hopes[linkage_hope_of(pattern)];

    if (!hopes)
        return LINKAGE_NONE;
    names = name_range(l, a, b, pattern);
    if (!(hopeful_names(hopes, 0xFF) & names) || !(hopeful_names(hopes, address_range(l, a, b)) & names))
        return LINKAGE_NONE;
    pattern = with(pattern, MG_LINKAGE_NAME, name_level(l, a, b, pattern));
    return with(pattern, MG_LINKAGE_ADDRESS, address_level(l, a, b));
}
