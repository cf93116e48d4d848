/* linkage/word_likeness.c - how alike the words of two names or streets are, misspellings and short forms
 * included. */
#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/domain/common/french_words.h"
#include "libdata/domain/linkage/internal.h"

#define ALIKE 0.9 /* words, one of which is a misspelling of the other */
#define LIGHT (LINKAGE_MARKER * 5)

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

/* How many letters two words have to share, for Jaro and Winkler's likeness to reach ALIKE; and how many only
 * one of them may have, where they do not begin with the same three. */
static void make_needed(uint8_t needed[LINKAGE_LETTERS + 1][LINKAGE_LETTERS + 1][5],
                        int8_t spare[LINKAGE_LETTERS + 1][LINKAGE_LETTERS + 1])
{
    for (size_t la = 1; la <= LINKAGE_LETTERS; la++) {
        for (size_t lb = 1; lb <= LINKAGE_LETTERS; lb++) {
            for (size_t prefix = 0; prefix < 5; prefix++) {
                uint8_t *least = &needed[la][lb][prefix];

                while (*least <= LINKAGE_LETTERS && bound(*least, la, lb, prefix) < ALIKE - 1e-9)
                    ++*least;
            }
            spare[la][lb] = (int8_t)(la + lb) - 2 * (int8_t)needed[la][lb][2];
        }
    }
}

enum mg_code linkage_spell(struct mg_linkage *l, struct mg_error *err)
{
    l->name_spellings = spell(&l->names);
    l->street_spellings = spell(&l->streets);
    make_needed(l->needed, l->spare);
    return l->name_spellings && l->street_spellings ? MG_OK : mg_fail_memory(err);
}

static inline uint32_t bits(uint32_t set)
{
    set -= set >> 1 & 0x55555555;
    set = (set & 0x33333333) + (set >> 2 & 0x33333333);
    return ((set + (set >> 4)) & 0x0F0F0F0F) * 0x01010101 >> 24;
}

/* May two words be alike, by their lengths and the letters that only one of them has? Most pairs of words may
 * not, and this is told faster. prefix: letters that both begin with, four at most. */
static bool may_be_alike(const struct mg_linkage *l, const struct linkage_spelling *a,
                         const struct linkage_spelling *b, size_t prefix)
{
    uint32_t needed;

    if (a->length < 4 || b->length < 4 || a->length > 2 * b->length || b->length > 2 * a->length)
        return false;
    if (a->length > LINKAGE_LETTERS || b->length > LINKAGE_LETTERS)
        return true;
    needed = l->needed[a->length][b->length][prefix];
    return a->length >= needed + bits(a->letters & ~b->letters) &&
           b->length >= needed + bits(b->letters & ~a->letters);
}

struct likeness_side {
    const struct linkage_word *words;
    int count;
};

static struct likeness_side side_of(const struct mg_linkage *l, const struct linkage_row *row, bool streets)
{
    return (struct likeness_side){l->words.items + (streets ? row->street_words : row->name_words),
                                  streets ? row->street_count : row->name_count};
}

/* What two words that are not the same have to pass before their letters are compared. prefix: letters that
 * both begin with, four at most. */
static bool may_match(const struct mg_linkage *l, const struct linkage_spelling *x,
                      const struct linkage_spelling *y, size_t *ret_prefix)
{
    size_t shorter = x->length < y->length ? x->length : y->length, prefix = 0;

    if (shorter < 3 || mg_is_digit(x->first[0]) || mg_is_digit(y->first[0]))
        return false;
    while (prefix < 4 && prefix < shorter && x->first[prefix] == y->first[prefix])
        prefix++;
    *ret_prefix = prefix;
    return prefix == (shorter < 4 ? shorter : 4) || may_be_alike(l, x, y, prefix);
}

/* The same, or true where that is not plain: told without a branch for each letter. */
static inline bool may_match_at_all(const struct mg_linkage *l, const struct linkage_spelling *x,
                                    const struct linkage_spelling *y)
{
    size_t prefix;

    if (x->length <= LINKAGE_LETTERS && y->length <= LINKAGE_LETTERS && memcmp(x->first, y->first, 3) != 0 &&
        (int)bits(x->letters ^ y->letters) > l->spare[x->length][y->length])
        return false;
    return may_match(l, x, y, &prefix);
}

/* How alike two words are: one, if they are the same; something, if one is a misspelling or the beginning of
 * the other. */
static double word_likeness(const struct mg_linkage *l, const struct mg_map *map,
                            const struct linkage_spelling *spellings, uint32_t a, uint32_t b)
{
    const struct linkage_spelling *x = &spellings[a], *y = &spellings[b];
    size_t la = x->length, lb = y->length, shorter = la < lb ? la : lb, prefix;
    double likeness;

    if (a == b)
        return 1;
    if (!may_match(l, x, y, &prefix))
        return 0;
    if (prefix == (shorter < 4 ? shorter : 4) && !memcmp(linkage_text(map, a), linkage_text(map, b), shorter))
        return shorter >= 5 ? 0.9 : 0.8;
    if (!may_be_alike(l, x, y, prefix))
        return 0;
    likeness = mg_words_likeness(linkage_text(map, a), la, linkage_text(map, b), lb);
    return likeness >= ALIKE ? likeness : 0;
}

double linkage_likeness(const struct mg_linkage *l, const struct linkage_row *x, const struct linkage_row *y,
                        bool streets)
{
    const struct linkage_spelling *spellings = streets ? l->street_spellings : l->name_spellings;
    const struct likeness_side a = side_of(l, x, streets), b = side_of(l, y, streets);
    double common = 0, all = 0;
    uint64_t taken = 0;

    for (int j = 0; j < b.count; j++)
        all += (double)b.words[j].weight;
    for (int i = 0; i < a.count; i++) {
        double best = 0;
        int found = -1;

        all += (double)a.words[i].weight;
        for (int j = 0; j < b.count && best < 1; j++) {
            double likeness = taken >> j & 1 ? 0
                                             : word_likeness(l, streets ? &l->streets : &l->names, spellings,
                                                             a.words[i].id, b.words[j].id);

            if (likeness > best) {
                best = likeness;
                found = j;
            }
        }
        if (found >= 0) {
            taken |= UINT64_C(1) << found;
            common += best * ((double)a.words[i].weight + (double)b.words[found].weight);
        }
    }
    return all > 0 ? common / all : 0;
}

/* As if two words that say what it is, or the types of two streets, were the same, and all that may be alike.
 */
static bool counts_as_same(const struct mg_linkage *l, const struct linkage_spelling *spellings,
                           const struct linkage_word *a, const struct linkage_word *b)
{
    return (a->weight <= LIGHT && b->weight <= LIGHT) || a->id == b->id ||
           may_match_at_all(l, &spellings[a->id], &spellings[b->id]);
}

double linkage_likeness_bound(const struct mg_linkage *l, const struct linkage_row *x,
                              const struct linkage_row *y, bool streets)
{
    const struct linkage_spelling *spellings = streets ? l->street_spellings : l->name_spellings;
    const struct likeness_side a = side_of(l, x, streets), b = side_of(l, y, streets);
    double common = 0, all = 0;
    uint64_t taken = 0;

    for (int i = 0; i < a.count; i++) {
        bool found = false;

        for (int j = 0; j < b.count; j++) {
            if (counts_as_same(l, spellings, &a.words[i], &b.words[j])) {
                found = true;
                taken |= UINT64_C(1) << j;
            }
        }
        all += (double)a.words[i].weight;
        common += found ? (double)a.words[i].weight : 0;
    }
    for (int j = 0; j < b.count; j++) {
        all += (double)b.words[j].weight;
        common += taken >> j & 1 ? (double)b.words[j].weight : 0;
    }
    return all > 0 ? common / all : 0;
}
