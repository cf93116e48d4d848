/* linkage/block_keys.c - what services that may be one have in common. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>
#include <xxhash.h>

#define NEAR_DEG 0.0025
#define FINE_DEG 0.0006
#define SCARCE   16 /* services of both lists with one word */

enum key_kind {
    KEY_PHONE,
    KEY_OTHER,   /* a value of another column that few have */
    KEY_PLACE,   /* the very point */
    KEY_ADDRESS, /* commune, street and number */
    KEY_CORE,    /* commune and name */
    KEY_RARE,    /* département and the two rarest words of the name */
    KEY_FINE,    /* some 60 m, any category: where there are too many within 250 m */
    KEY_CELL,    /* some 250 m, any category */
    KEY_STREET,  /* commune and street */
    KEY_WORD,    /* commune and a word of the name */
    KEY_FAR,     /* département and name */
    KEY_NAME,    /* the name alone */
    KEY_SCARCE,  /* a word that hardly any name has */
    KEY_WIDE,    /* the category's radius, same category */
    KEY_COMMUNE, /* commune and category */
    KEY_ALL,     /* commune */
    KEY_POSTCODE,
};

static void add(struct linkage_keys *keys, enum key_kind kind, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t parts[] = {kind, a, b, c};

    if (keys->count < LINKAGE_KEYS)
        keys->items[keys->count++] = XXH3_64bits(parts, sizeof parts);
}

/* The cell and, for the one who looks, its eight neighbours, the nearest first; cells of one size everywhere.
 */
static void add_cells(struct linkage_keys *keys, enum key_kind kind, const struct linkage_row *row,
                      double cell_deg, uint64_t extra, bool wide)
{
    static const int8_t around[9][2] = {{0, 0},   {-1, 0}, {1, 0},  {0, -1}, {0, 1},
                                        {-1, -1}, {-1, 1}, {1, -1}, {1, 1}};
    int64_t x = (int64_t)floor(row->lon * 0.7 / cell_deg), y = (int64_t)floor(row->lat / cell_deg);

    for (int i = 0; i < (wide ? 9 : 1); i++)
        add(keys, kind, (uint64_t)(x + around[i][0]), (uint64_t)(y + around[i][1]), extra);
}

static void add_rarest(const struct mg_linkage *l, struct linkage_keys *keys, const struct linkage_row *row)
{
    const struct linkage_word *words = l->words.items + row->name_words;
    uint32_t rarest[2] = {LINKAGE_NONE, LINKAGE_NONE};

    for (int i = 0; i < row->name_count; i++) {
        uint32_t id = words[i].id;

        if (rarest[0] == LINKAGE_NONE || l->name_counts[id] < l->name_counts[rarest[0]]) {
            rarest[1] = rarest[0];
            rarest[0] = id;
        } else if (rarest[1] == LINKAGE_NONE || l->name_counts[id] < l->name_counts[rarest[1]]) {
            rarest[1] = id;
        }
    }
    if (rarest[1] != LINKAGE_NONE) /* without a territory, anywhere */
        add(keys, KEY_RARE, rarest[0] < rarest[1] ? rarest[0] : rarest[1],
            rarest[0] < rarest[1] ? rarest[1] : rarest[0], row->departement);
    if (row->core_scarce || (row->core != LINKAGE_NONE && row->departement == LINKAGE_NONE))
        add(keys, KEY_NAME, row->core, 0, 0);
    for (int i = 0; i < 2 && row->departement == LINKAGE_NONE; i++) {
        if (rarest[i] != LINKAGE_NONE && l->name_counts[rarest[i]] <= SCARCE)
            add(keys, KEY_SCARCE, rarest[i], 0, 0);
    }
}

static void add_words(const struct mg_linkage *l, struct linkage_keys *keys, const struct linkage_row *row)
{
    const struct linkage_word *words = l->words.items + row->name_words;

    for (int i = 0; i < row->name_count && i < 6 && row->commune != LINKAGE_NONE; i++) {
        if (words[i].weight > 1)
            add(keys, KEY_WORD, row->commune, words[i].id, 0);
    }
    if (row->core != LINKAGE_NONE)
        add(keys, KEY_FAR, row->core, row->departement, 0);
}

/* The cells of a category are as wide as its radius, the next power of two. */
static double wide_deg(const struct mg_linkage *l, const struct linkage_row *row)
{
    double radius_m = l->radius_m[row->category], deg = 0.001;

    while (deg * 111000 < radius_m)
        deg *= 2;
    return deg;
}

static void add_wide(const struct mg_linkage *l, struct linkage_keys *keys, const struct linkage_row *row,
                     bool wide)
{
    bool commune = row->commune != LINKAGE_NONE;

    if (commune && row->street != LINKAGE_NONE)
        add(keys, KEY_STREET, row->commune, row->street, 0);
    add_words(l, keys, row);
    if (row->has_place && row->category != LINKAGE_NONE)
        add_cells(keys, KEY_WIDE, row, wide_deg(l, row), (uint64_t)row->category << 1, wide);
    if (commune && row->category != LINKAGE_NONE)
        add(keys, KEY_COMMUNE, row->commune, row->category, 0);
    if (commune)
        add(keys, KEY_ALL, row->commune, 0, 0);
    if (row->postcode != LINKAGE_NONE)
        add(keys, KEY_POSTCODE, row->postcode, row->category, 0);
}

static void add_others(const struct mg_linkage *l, const struct linkage_row *row, bool wide,
                       struct linkage_keys *keys)
{
    uint64_t others[MG_LINKAGE_COLUMNS];
    size_t count =
        l->column_count ? linkage_other_keys(l, wide ? LINKAGE_BEFORE : LINKAGE_AFTER, row, others) : 0;

    for (size_t i = 0; i < count; i++)
        add(keys, KEY_OTHER, others[i], 0, 0);
}

void linkage_make_keys(const struct mg_linkage *l, const struct linkage_row *row, bool wide,
                       struct linkage_keys *keys)
{
    bool commune = row->commune != LINKAGE_NONE;

    keys->count = 0;
    if (row->phone != LINKAGE_NONE)
        add(keys, KEY_PHONE, row->phone, 0, 0);
    if (row->has_place)
        add(keys, KEY_PLACE, (uint64_t)llround(row->lon * 1e5), (uint64_t)llround(row->lat * 1e5), 0);
    if (commune && row->street != LINKAGE_NONE)
        add(keys, KEY_ADDRESS, row->commune, row->street, row->number);
    if (commune && row->core != LINKAGE_NONE)
        add(keys, KEY_CORE, row->commune, row->core, 0);
    if (!l->near_only)
        add_rarest(l, keys, row);
    if (row->has_place) {
        add_cells(keys, KEY_FINE, row, FINE_DEG, 0, wide);
        add_cells(keys, KEY_CELL, row, NEAR_DEG, 0, wide);
    }
    add_others(l, row, wide, keys);
    if (!l->near_only)
        add_wide(l, keys, row, wide);
}
