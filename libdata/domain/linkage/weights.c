/* linkage/weights.c - how much a word, a name or a place tells: little, when many have it. */
#include "libdata/domain/linkage/internal.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

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

/* Every (commune or category, word) of a name, but for words that are known already, or that fewer services
 * have than least says. */
static enum mg_code tally_words(struct mg_linkage *l, bool communes, const uint32_t *least,
                                struct linkage_tally *tally, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < total(l); i++) {
        const struct linkage_row *row = row_at(l, i);
        const struct linkage_word *words = l->words.items + row->name_words;
        uint32_t of = communes ? row->commune : row->category;

        for (int k = 0; k < row->name_count && of != LINKAGE_NONE && !code; k++) {
            if (words[k].weight <= 0 && l->name_counts[words[k].id] >= (communes ? 2 : least[of]))
                code = linkage_tally_add(tally, (uint64_t)of << 32 | words[k].id, err);
        }
    }
    return code;
}

static uint32_t *count_rows(struct mg_linkage *l, bool communes)
{
    uint32_t *counts = mg_calloc((communes ? l->places.count : l->categories.count) + 1, sizeof *counts);

    for (size_t i = 0; counts && i < total(l); i++) {
        uint32_t of = communes ? row_at(l, i)->commune : row_at(l, i)->category;

        if (of != LINKAGE_NONE)
            counts[of]++;
    }
    return counts;
}

/* From which number of services on a word may mark a category, by category. */
static uint32_t *count_marked(struct mg_linkage *l)
{
    uint32_t *counts = count_rows(l, false);

    for (size_t i = 0; counts && i < l->categories.count; i++)
        counts[i] = counts[i] < MARKER_CATEGORY ? UINT32_MAX : (uint32_t)ceil(MARKER_SHARE * counts[i]);
    return counts;
}

/* Words that all of a category, or a tenth of everything, carries: they say what it is, not which one. */
static enum mg_code mark_words(struct mg_linkage *l, struct mg_error *err)
{
    MG_CLEANUP(linkage_tally_finish) struct linkage_tally words_of = {0};
    MG_FREE uint32_t *least = count_marked(l);
    size_t all = total(l);
    enum mg_code code = least ? tally_words(l, false, least, &words_of, err) : mg_fail_memory(err);

    for (size_t i = 0; i < all && !code; i++) {
        const struct linkage_row *row = row_at(l, i);
        struct linkage_word *words = l->words.items + row->name_words;
        uint32_t marked = row->category == LINKAGE_NONE ? UINT32_MAX : least[row->category];

        for (int k = 0; k < row->name_count; k++) {
            uint32_t id = words[k].id;
            bool common = all >= COMMON_ALL && l->name_counts[id] >= COMMON_SHARE * (double)all;

            if (!common && l->name_counts[id] >= marked)
                common = linkage_tally_of(&words_of, (uint64_t)row->category << 32 | id) >= marked;
            words[k].weight = common ? LINKAGE_MARKER : 0;
        }
    }
    return code;
}

/* In bits; in a commune where everybody has the word it tells as much less as it tells none apart. */
static enum mg_code weigh_names(struct mg_linkage *l, struct mg_error *err)
{
    MG_CLEANUP(linkage_tally_finish) struct linkage_tally words_of = {0};
    MG_FREE uint32_t *sizes = count_rows(l, true);
    double all = (double)total(l);
    enum mg_code code = sizes ? tally_words(l, true, NULL, &words_of, err) : mg_fail_memory(err);

    for (size_t i = 0; i < total(l) && !code; i++) {
        const struct linkage_row *row = row_at(l, i);
        struct linkage_word *words = l->words.items + row->name_words;

        for (int k = 0; k < row->name_count; k++) {
            uint32_t count = l->name_counts[words[k].id];
            double bits, size, here = 1;

            if (words[k].weight > 0)
                continue;
            bits = log2((all + 1) / count);
            if (row->commune != LINKAGE_NONE) {
                size = sizes[row->commune];
                if (count > 1)
                    here = (double)linkage_tally_of(&words_of, (uint64_t)row->commune << 32 | words[k].id);
                here = here < size ? here : size;
                bits *= (log2(size / here) + 1) / (log2(size) + 1);
            }
            words[k].weight = (float)fmax(bits, LINKAGE_MARKER);
        }
    }
    return code;
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

/* Which names stand alone in their list: in their commune, and in all of it. */
static enum mg_code find_alone(struct mg_linkage *l, int side, struct mg_error *err)
{
    struct linkage_side *rows = &l->sides[side];
    MG_CLEANUP(linkage_tally_finish) struct linkage_tally here = {0};
    MG_FREE uint32_t *everywhere = mg_calloc(l->cores.count + 1, sizeof *everywhere);
    enum mg_code code = MG_OK;

    if (!everywhere)
        return mg_fail_memory(err);
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].core != LINKAGE_NONE)
            everywhere[rows->rows[i].core]++;
    }
    for (size_t i = 0; i < rows->count && !code; i++) {
        const struct linkage_row *row = &rows->rows[i];

        if (row->core != LINKAGE_NONE && everywhere[row->core] > 1)
            code = linkage_tally_add(&here, (uint64_t)row->core << 32 | row->commune, err);
    }
    for (size_t i = 0; i < rows->count && !code; i++) {
        struct linkage_row *row = &rows->rows[i];

        if (row->core == LINKAGE_NONE)
            continue;
        row->core_alone_everywhere = everywhere[row->core] == 1;
        row->core_alone = row->core_alone_everywhere ||
                          linkage_tally_of(&here, (uint64_t)row->core << 32 | row->commune) == 1;
    }
    return code;
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
    enum mg_code code;

    if (!(l->name_counts = count_words(l, l->names.count, true)))
        return mg_fail_memory(err);
    if ((code = mark_words(l, err)) || (code = make_cores(l, err)) || (code = weigh_names(l, err)) ||
        (code = weigh_streets(l, err)))
        return code;
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        if ((code = find_alone(l, side, err)) || (code = find_shared(&l->sides[side], err)) ||
            (code = weigh_phones(l, side, err)))
            return code;
    }
    return MG_OK;
}
