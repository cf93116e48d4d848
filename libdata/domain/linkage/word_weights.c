/* linkage/word_weights.c - how much a word, a name or a place tells: little, when many have it. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/french_words.h"

#define MARKER_CATEGORY 20  /* services of a category, before its words can be told */
#define MARKER_SHARE    0.2 /* of the category's services have the word... */
#define COMMON_SHARE    0.1 /* ...or of all */
#define COMMON_ALL      50
#define MANY_PHONES     5 /* services of one list with one telephone */

static size_t total(const struct mg_linkage *l)
{
    return l->sides[LINKAGE_BEFORE].count + l->sides[LINKAGE_AFTER].count;
}

static struct linkage_row *row_at(struct mg_linkage *l, size_t i)
{
    size_t before = l->sides[LINKAGE_BEFORE].count;

    return i < before ? &l->sides[LINKAGE_BEFORE].rows[i] : &l->sides[LINKAGE_AFTER].rows[i - before];
}

static uint32_t *count_words(struct mg_linkage *l, size_t words, bool names)
{
    uint32_t *counts = mg_calloc(words + 1, sizeof *counts);

    for (size_t i = 0; counts && i < total(l); i++) {
        const struct linkage_row *row = row_at(l, i);
        const struct linkage_word *word = l->words.items + (names ? row->name_words : row->street_words);

        for (int k = 0; k < (names ? row->name_count : row->street_count); k++)
            counts[word[k].id]++;
    }
    return counts;
}

/* Rows of both lists by what they have; those before come first. Entry e, a category or a commune, is that of
 * the rows order[starts[e]] to order[starts[e + 1] - 1]; the last entry is of the rows that have none. */
struct groups {
    uint32_t *starts, *order;
    size_t entries;
    uint32_t *counts; /* room to count words or names of one group: 0 before and after */
};

static void groups_finish(struct groups *groups)
{
    free(groups->starts);
    free(groups->order);
    free(groups->counts);
}

static uint32_t entry_of(const struct linkage_row *row, bool communes, size_t entries)
{
    uint32_t entry = communes ? row->commune : row->category;

    return entry == LINKAGE_NONE ? (uint32_t)entries - 1 : entry;
}

/* counted: entries of what is to be counted in each group. */
static enum mg_code group_rows(struct mg_linkage *l, bool communes, size_t counted, struct groups *groups,
                               struct mg_error *err)
{
    size_t all = total(l), entries = (communes ? l->places.count : l->categories.count) + 1;

    groups->entries = entries;
    groups->starts = mg_calloc(entries + 2, sizeof *groups->starts);
    groups->order = mg_malloc((all + 1) * sizeof *groups->order);
    groups->counts = mg_calloc(counted + 1, sizeof *groups->counts);
    if (!groups->starts || !groups->order || !groups->counts)
        return mg_fail_memory(err);
    for (size_t i = 0; i < all; i++)
        groups->starts[entry_of(row_at(l, i), communes, entries) + 2]++;
    for (size_t e = 2; e < entries + 2; e++)
        groups->starts[e] += groups->starts[e - 1];
    for (size_t i = 0; i < all; i++) /* moves each start to where the next one is */
        groups->order[groups->starts[entry_of(row_at(l, i), communes, entries) + 1]++] = (uint32_t)i;
    return MG_OK;
}

/* The words of the names of a group: how often each is there, or, once that was used, none. */
static void count_group(struct mg_linkage *l, struct groups *groups, size_t entry, bool count)
{
    for (size_t i = groups->starts[entry]; i < groups->starts[entry + 1]; i++) {
        const struct linkage_row *row = row_at(l, groups->order[i]);
        const struct linkage_word *words = l->words.items + row->name_words;

        for (int k = 0; k < row->name_count; k++)
            groups->counts[words[k].id] = count ? groups->counts[words[k].id] + 1 : 0;
    }
}

static void mark_row(struct mg_linkage *l, const struct linkage_row *row, size_t size, const uint32_t *counts)
{
    struct linkage_word *words = l->words.items + row->name_words;
    size_t all = total(l);

    for (int k = 0; k < row->name_count; k++) {
        uint32_t id = words[k].id;
        bool common = (all >= COMMON_ALL && l->name_counts[id] >= COMMON_SHARE * (double)all) ||
                      (size >= MARKER_CATEGORY && counts[id] >= MARKER_SHARE * (double)size);

        words[k].weight = common ? LINKAGE_MARKER : 0;
    }
}

/* Words that all of a category, or a tenth of everything, carries: they say what it is, not which one. */
static enum mg_code mark_words(struct mg_linkage *l, struct mg_error *err)
{
    MG_CLEANUP(groups_finish) struct groups groups = {0};
    enum mg_code code = group_rows(l, false, l->names.count, &groups, err);

    for (size_t e = 0; e < groups.entries && !code; e++) {
        bool none = e + 1 == groups.entries;

        count_group(l, &groups, e, true);
        for (size_t i = groups.starts[e]; i < groups.starts[e + 1]; i++)
            mark_row(l, row_at(l, groups.order[i]), none ? 0 : groups.starts[e + 1] - groups.starts[e],
                     groups.counts);
        count_group(l, &groups, e, false);
    }
    return code;
}

/* In bits; in a commune where everybody has the word it tells as much less as it tells none apart. size: rows
 * of the commune; 0: it is not known. */
static void weigh_row(struct mg_linkage *l, const struct linkage_row *row, double size,
                      const uint32_t *counts)
{
    struct linkage_word *words = l->words.items + row->name_words;
    double all = (double)total(l);

    for (int k = 0; k < row->name_count; k++) {
        double bits;

        if (words[k].weight > 0)
            continue;
        bits = log2((all + 1) / l->name_counts[words[k].id]);
        if (size > 0) {
            double here = fmin(counts[words[k].id], size);

            bits *= (log2(size / here) + 1) / (log2(size) + 1);
        }
        words[k].weight = (float)fmax(bits, LINKAGE_MARKER);
    }
}

static void weigh_names(struct mg_linkage *l, struct groups *communes)
{
    for (size_t e = 0; e < communes->entries; e++) {
        bool none = e + 1 == communes->entries;

        count_group(l, communes, e, true);
        for (size_t i = communes->starts[e]; i < communes->starts[e + 1]; i++)
            weigh_row(l, row_at(l, communes->order[i]),
                      none ? 0 : (double)(communes->starts[e + 1] - communes->starts[e]), communes->counts);
        count_group(l, communes, e, false);
    }
}

static enum mg_code weigh_streets(struct mg_linkage *l, struct mg_error *err)
{
    MG_FREE uint32_t *counts = count_words(l, l->streets.count, false);
    double all = (double)total(l);

    if (!counts)
        return mg_fail_memory(err);
    for (size_t i = 0; i < total(l); i++) {
        const struct linkage_row *row = row_at(l, i);
        struct linkage_word *words = l->words.items + row->street_words;

        for (int k = 0; k < row->street_count; k++) {
            uint32_t count = counts[words[k].id];
            bool common = all >= COMMON_ALL && count >= COMMON_SHARE / 5 * all; /* rue, place, ... */

            words[k].weight = common ? LINKAGE_MARKER * 5 : (float)log2((all + 1) / count);
        }
    }
    return MG_OK;
}

/* The name without its markers; a name of nothing else is its own core. */
static enum mg_code make_cores(struct mg_linkage *l, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < total(l) && !code; i++) {
        struct linkage_row *row = row_at(l, i);
        const struct linkage_word *words = l->words.items + row->name_words;

        mg_buf_clear(&buf);
        for (int pass = 0; pass < 2 && !buf.length; pass++) {
            for (int k = 0; k < row->name_count; k++) {
                if (pass || words[k].weight <= 0) {
                    mg_buf_add_str(&buf, linkage_text(&l->names, words[k].id));
                    mg_buf_add_char(&buf, ' ');
                }
            }
        }
        if (!(code = mg_buf_check(&buf, err)))
            code = linkage_entry(&l->cores, buf.data, buf.length, &row->core, err);
    }
    return code;
}

/* Names, or categories, that stand alone among the rows order[start] to order[end - 1], of one list and one
 * commune. */
static void find_alone_among(struct mg_linkage *l, struct groups *groups, size_t start, size_t end,
                             bool names)
{
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = start; i < end; i++) {
            struct linkage_row *row = row_at(l, groups->order[i]);
            uint32_t entry = names ? row->core : row->category;

            if (entry == LINKAGE_NONE)
                continue;
            if (pass == 0)
                groups->counts[entry]++;
            else if (pass == 2)
                groups->counts[entry] = 0;
            else if (names)
                row->core_alone = groups->counts[entry] == 1;
            else
                row->category_alone = row->commune != LINKAGE_NONE && groups->counts[entry] == 1;
        }
    }
}

static void find_alone_in_communes(struct mg_linkage *l, struct groups *communes)
{
    for (size_t e = 0; e < communes->entries; e++) {
        size_t start = communes->starts[e], end = communes->starts[e + 1], after = start;

        while (after < end && communes->order[after] < l->sides[LINKAGE_BEFORE].count)
            after++;
        for (int names = 0; names < 2; names++) {
            find_alone_among(l, communes, start, after, names);
            find_alone_among(l, communes, after, end, names);
        }
    }
}

/* Services of both lists with each word that did not change. */
static enum mg_code count_standing(const struct mg_linkage *l, double *counts, double *ret_all,
                                   struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};

    *ret_all = 0;
    for (size_t at = 0; at < l->standing_length; at += strlen(l->standing + at) + 1) {
        const char *word, *end;

        mg_buf_clear(&buf);
        mg_words_add(&buf, l->standing + at);
        if (mg_buf_check(&buf, err))
            return err->code;
        *ret_all += 2 * l->standing_each;
        for (word = buf.data, end = word + buf.length; word < end;) {
            const char *blank = memchr(word, ' ', (size_t)(end - word));
            int64_t entry = mg_map_get(&l->names, word, (size_t)((blank ? blank : end) - word));

            if (entry >= 0)
                counts[entry] += 2 * l->standing_each;
            word = blank ? blank + 1 : end;
        }
    }
    return MG_OK;
}

/* How many services another list may have by chance that have the words of this name: `free` of its names are
 * none of this list's. A word counts as often as others than the two at hand have it, or half a time. */
static double by_chance(const struct mg_linkage *l, const struct linkage_row *row, double free,
                        const double *standing, double standing_all)
{
    const struct linkage_word *words = l->words.items + row->name_words;
    double expected = free, all = (double)total(l) + standing_all;

    for (int k = 0; k < row->name_count; k++) {
        if (words[k].weight > LINKAGE_MARKER)
            expected *= fmax((double)l->name_counts[words[k].id] - 2 + standing[words[k].id], 0.5) / all;
    }
    return expected;
}

/* And those that stand alone in all of their list. */
static enum mg_code find_alone_everywhere(struct mg_linkage *l, struct mg_error *err)
{
    MG_FREE uint32_t *counts = mg_calloc(2 * l->cores.count + 1, sizeof *counts);
    MG_FREE double *standing = mg_calloc(l->names.count + 1, sizeof *standing);
    uint32_t *everywhere[LINKAGE_SIDES] = {counts, counts ? counts + l->cores.count : NULL};
    double free[LINKAGE_SIDES] = {0}, standing_all;

    if (!counts || !standing)
        return mg_fail_memory(err);
    if (count_standing(l, standing, &standing_all, err))
        return err->code;
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        for (size_t i = 0; i < l->sides[side].count; i++) {
            if (l->sides[side].rows[i].core != LINKAGE_NONE)
                everywhere[side][l->sides[side].rows[i].core]++;
        }
    }
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        for (size_t i = 0; i < l->sides[side].count; i++) {
            uint32_t core = l->sides[side].rows[i].core;

            free[side] += core != LINKAGE_NONE && !everywhere[!side][core];
        }
    }
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        for (size_t i = 0; i < l->sides[side].count; i++) {
            struct linkage_row *row = &l->sides[side].rows[i];

            row->core_alone_everywhere = row->core != LINKAGE_NONE && everywhere[side][row->core] == 1;
            row->core_scarce =
                row->core_alone_everywhere &&
                by_chance(l, row, 1 + fmax(free[0], free[1]), standing, standing_all) <= LINKAGE_BY_CHANCE;
        }
    }
    return MG_OK;
}

static int by_place(const void *a, const void *b, void *context)
{
    const struct linkage_row *rows = context;
    const struct linkage_row *x = &rows[*(const uint32_t *)a], *y = &rows[*(const uint32_t *)b];

    if (x->lon != y->lon)
        return x->lon < y->lon ? -1 : 1;
    if (x->lat != y->lat)
        return x->lat < y->lat ? -1 : 1;
    return (x->profile > y->profile) - (x->profile < y->profile);
}

static size_t same_place(const struct linkage_row *rows, const uint32_t *order, size_t count, size_t start)
{
    size_t end = start;

    while (end < count && rows[order[end]].lon == rows[order[start]].lon &&
           rows[order[end]].lat == rows[order[start]].lat)
        end++;
    return end;
}

/* Several at one point: the middle of a commune, or of nowhere. Rows that say the same are one. */
static enum mg_code find_shared(struct linkage_side *side, struct mg_error *err)
{
    MG_FREE uint32_t *order = mg_malloc((side->count + 1) * sizeof *order);
    struct linkage_row *rows = side->rows;
    size_t count = 0;

    if (!order)
        return mg_fail_memory(err);
    for (size_t i = 0; i < side->count; i++) {
        if (rows[i].has_place)
            order[count++] = (uint32_t)i;
    }
    if (count)
        qsort_r(order, count, sizeof *order, by_place, rows);
    for (size_t start = 0, end; start < count; start = end) {
        end = same_place(rows, order, count, start);
        for (size_t i = start; i < end; i++)
            rows[order[i]].place_shared = rows[order[start]].profile != rows[order[end - 1]].profile;
    }
    return MG_OK;
}

/* A telephone that many services give (a call centre) says nothing. */
static enum mg_code weigh_phones(struct mg_linkage *l, int side, struct mg_error *err)
{
    struct linkage_side *rows = &l->sides[side];
    MG_FREE uint32_t *counts = mg_calloc(l->phones.count + 1, sizeof *counts);

    if (!counts)
        return mg_fail_memory(err);
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].phone != LINKAGE_NONE)
            counts[rows->rows[i].phone]++;
    }
    for (size_t i = 0; i < rows->count; i++) {
        struct linkage_row *row = &rows->rows[i];

        row->phone_alone = row->phone != LINKAGE_NONE && counts[row->phone] == 1;
        if (row->phone != LINKAGE_NONE && counts[row->phone] > MANY_PHONES)
            row->phone = LINKAGE_NONE;
    }
    return MG_OK;
}

enum mg_code linkage_weigh(struct mg_linkage *l, struct mg_error *err)
{
    MG_CLEANUP(groups_finish) struct groups communes = {0};
    enum mg_code code;

    if (!(l->name_counts = count_words(l, l->names.count, true)))
        return mg_fail_memory(err);
    code = mark_words(l, err);
    if (!code)
        code = make_cores(l, err);
    if (!code)
        code = group_rows(l, true, l->names.count + l->cores.count + l->categories.count, &communes, err);
    if (code)
        return code;
    weigh_names(l, &communes);
    find_alone_in_communes(l, &communes);
    code = weigh_streets(l, err);
    if (code)
        return code;
    code = find_alone_everywhere(l, err);
    for (int side = 0; side < LINKAGE_SIDES && !code; side++) {
        code = find_shared(&l->sides[side], err);
        if (!code)
            code = weigh_phones(l, side, err);
    }
    mg_map_finish(&l->cores); /* from here on they are only numbers, and these are the largest maps */
    mg_map_finish(&l->phones);
    return code;
}
