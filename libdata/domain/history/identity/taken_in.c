/* identity/taken_in.c - services that are on their own under a trusted key, and one beside them that goes on
 * under its own and took them in (or, the other way round, gave them off).
 *
 * Two keys that are trusted are two services, and a closure stays one; but two schools of one building that
 * become one are no school less. It is told only where the rows say so: the one that goes on is at the same
 * place in both editions and of the same category (or changed it), and either they had one name, or its name
 * changed so that it has a word of the other's that it had not, or has lost the word that told it from the
 * other. Where several could be meant, none is told. */
#include "libdata/domain/history/identity/identity.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/french_words.h"

#define SAME_BUILDING_M 15.0
#define CELL_DEGREE     0.0004 /* in each direction more than that, up to 70 degrees north or south */

enum text { WORDS, CATEGORY, CATEGORY_WORDS, ADDRESS, COMMUNE, TEXTS };

/* What a row says; texts are places in search.texts. */
struct said {
    bool has_place;
    double lon, lat;
    size_t texts[TEXTS];
};

enum support { NO_SUPPORT, LOST_ITS_OWN, TOOK_A_WORD, ONE_NAME };

struct lone {
    struct said said;
    uint32_t row;
    uint32_t other; /* of the other side: the row that it went into, or came out of */
    enum support support;
    bool several; /* others are supported as well */
};

struct cell {
    uint32_t lone, next;
};

struct search {
    struct mg_history *h;
    int side; /* of the lone rows */
    struct lone *lones;
    size_t count;
    struct mg_map cells; /* of a place, or an address, to the first of list */
    struct cell *list;
    size_t cell_count, cell_capacity;
    struct mg_buf texts, key;
};

static void finish(struct search *s)
{
    free(s->lones);
    free(s->list);
    mg_map_finish(&s->cells);
    mg_buf_finish(&s->texts);
    mg_buf_finish(&s->key);
}

static const char *text_of(const struct search *s, const struct said *said, enum text which)
{
    return s->texts.data + said->texts[which];
}

/* ---- what a row says ---- */

static void add_cell(struct search *s, struct said *said, enum text which, const struct history_cell *cell,
                     bool words)
{
    said->texts[which] = s->texts.length;
    if (cell->length && words)
        mg_words_add(&s->texts, cell->text);
    else if (cell->length)
        mg_buf_add(&s->texts, cell->text, cell->length);
    mg_buf_add_char(&s->texts, '\0');
}

static enum mg_code read_row(struct search *s, int side, uint32_t row, struct said *said,
                             struct mg_error *err)
{
    struct mg_history *h = s->h;
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, h->rows[side].rows[row].record, err);
    if (code)
        return code;
    *said = (struct said){.has_place = content->has_place, .lon = content->lon, .lat = content->lat};
    add_cell(s, said, WORDS, history_typed(h, side, TYPED_NAME), true);
    add_cell(s, said, CATEGORY, history_typed(h, side, TYPED_CATEGORY), false);
    add_cell(s, said, CATEGORY_WORDS, history_typed(h, side, TYPED_CATEGORY), true);
    add_cell(s, said, ADDRESS, history_typed(h, side, TYPED_ADDRESS), false);
    add_cell(s, said, COMMUNE, history_typed(h, side, TYPED_COMMUNE), false);
    return mg_buf_check(&s->texts, err);
}

static bool is_same_text(const struct search *s, const struct said *a, const struct said *b, enum text which)
{
    return !strcmp(text_of(s, a, which), text_of(s, b, which));
}

static bool is_same_place(const struct search *s, const struct said *a, const struct said *b)
{
    if (a->has_place && b->has_place)
        return mg_crs_distance_m(s->h->crs, a->lon, a->lat, b->lon, b->lat) <= SAME_BUILDING_M;
    return *text_of(s, a, ADDRESS) && is_same_text(s, a, b, ADDRESS) && is_same_text(s, a, b, COMMUNE);
}

/* ---- words of names ---- */

static bool holds(const char *words, const char *word, size_t length)
{
    while (*words) {
        size_t own = strcspn(words, " ");
        if (own == length && !memcmp(words, word, length))
            return true;
        words += own + (words[own] == ' ');
    }
    return false;
}

/* Has the one a word that is in the second (if there is one), and in neither of the others? */
static bool has_word(const char *words, const char *in, const char *not_in, const char *nor_in)
{
    while (*words) {
        size_t length = strcspn(words, " ");
        if ((!in || holds(in, words, length)) && !holds(not_in, words, length) &&
            !holds(nor_in, words, length))
            return true;
        words += length + (words[length] == ' ');
    }
    return false;
}

/* own, other: of the one that goes on, on the lone row's side and on the other. */
static enum support support_of(const struct search *s, const struct said *lone, const struct said *own,
                               const struct said *other)
{
    const char *name = text_of(s, lone, WORDS), *before = text_of(s, own, WORDS);
    const char *after = text_of(s, other, WORDS), *kind = text_of(s, lone, CATEGORY_WORDS);
    bool retyped = !is_same_text(s, own, other, CATEGORY);
    if (!*name || !*before || !*after || !is_same_place(s, lone, own) || !is_same_place(s, lone, other) ||
        !(retyped || is_same_text(s, lone, own, CATEGORY)))
        return NO_SUPPORT;
    if (!strcmp(name, before) || !strcmp(name, after))
        return ONE_NAME;
    if (has_word(after, name, before, kind))
        return TOOK_A_WORD;
    bool in_common = has_word(before, name, kind, ""), lost_common = false;
    for (const char *at = before; *at;) {
        size_t length = strcspn(at, " ");
        lost_common |= holds(name, at, length) && !holds(after, at, length);
        at += length + (at[length] == ' ');
    }
    return in_common && !lost_common && has_word(before, NULL, name, after) ? LOST_ITS_OWN : NO_SUPPORT;
}

/* ---- where to look ---- */

static void make_cell(struct mg_buf *key, const struct said *said, int east, int north)
{
    mg_buf_clear(key);
    mg_buf_printf(key, "%.0f %.0f", floor(said->lon / CELL_DEGREE) + east,
                  floor(said->lat / CELL_DEGREE) + north);
}

static void make_address(struct search *s, const struct said *said)
{
    mg_buf_clear(&s->key);
    if (*text_of(s, said, ADDRESS))
        mg_buf_printf(&s->key, "%s\n%s", text_of(s, said, COMMUNE), text_of(s, said, ADDRESS));
}

static enum mg_code enter(struct search *s, uint32_t lone, struct mg_error *err)
{
    int64_t first, count = (int64_t)s->cell_count;
    enum mg_code code = mg_buf_check(&s->key, err);
    if (code || !s->key.length)
        return code;
    if (!mg_grow(s->list, s->cell_count, &s->cell_capacity))
        return mg_fail_memory(err);
    code = mg_map_put(&s->cells, s->key.data, s->key.length, count, &first, err);
    if (code)
        return code;
    s->list[count] = (struct cell){lone, HISTORY_NONE};
    if (first != count) {
        s->list[count].next = s->list[first].next;
        s->list[first].next = (uint32_t)count;
    }
    s->cell_count++;
    return MG_OK;
}

/* A place in its cell and those around it, so that one that is near by is found by its own; else the address.
 */
static enum mg_code enter_lone(struct search *s, uint32_t lone, struct mg_error *err)
{
    const struct said *said = &s->lones[lone].said;
    enum mg_code code = MG_OK;
    make_address(s, said);
    code = enter(s, lone, err);
    for (int i = 0; i < 9 && said->has_place && !code; i++) {
        make_cell(&s->key, said, i % 3 - 1, i / 3 - 1);
        code = enter(s, lone, err);
    }
    return code;
}

static enum mg_code gather(struct search *s, struct mg_error *err)
{
    const struct history_pairs *singles = s->side == HISTORY_BEFORE ? &s->h->closed : &s->h->created;
    enum mg_code code = MG_OK;
    if (!(s->lones = mg_calloc(singles->count + 1, sizeof *s->lones)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < singles->count && !code; i++) {
        const struct history_pair *single = &singles->pairs[i];
        uint32_t row = s->side == HISTORY_BEFORE ? single->before : single->after;
        struct lone *lone = &s->lones[s->count];
        if (single->link || s->h->rows[s->side].rows[row].key == HISTORY_NONE)
            continue;
        history_expect(s->h, singles, i);
        *lone = (struct lone){.row = row, .other = HISTORY_NONE};
        code = read_row(s, s->side, row, &lone->said, err);
        if (!code)
            code = enter_lone(s, (uint32_t)s->count++, err);
    }
    return code;
}

static void weigh(struct search *s, const struct said *own, const struct said *other, uint32_t row)
{
    int64_t first = s->key.length ? mg_map_get(&s->cells, s->key.data, s->key.length) : -1;
    for (uint32_t i = first < 0 ? HISTORY_NONE : (uint32_t)first; i != HISTORY_NONE; i = s->list[i].next) {
        struct lone *lone = &s->lones[s->list[i].lone];
        enum support support = support_of(s, &lone->said, own, other);
        if (support == NO_SUPPORT || support < lone->support || lone->other == row)
            continue;
        lone->several = support == lone->support;
        lone->support = support;
        lone->other = row;
    }
}

/* The services that go on and changed, each against those beside it. */
static enum mg_code look(struct search *s, struct mg_error *err)
{
    const struct history_pairs *pairs = &s->h->pairs;
    size_t kept = s->texts.length;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < pairs->count && !code; i++) {
        const struct history_pair *pair = &pairs->pairs[i];
        const uint32_t rows[HISTORY_SIDES] = {pair->before, pair->after};
        struct said own, other;
        if (pair->before == HISTORY_NONE || pair->after == HISTORY_NONE)
            continue;
        history_expect(s->h, pairs, i);
        s->texts.length = kept;
        code = read_row(s, s->side, rows[s->side], &own, err);
        if (!code)
            code = read_row(s, !s->side, rows[!s->side], &other, err);
        if (code)
            break;
        make_address(s, &own);
        weigh(s, &own, &other, rows[!s->side]);
        if (own.has_place) {
            make_cell(&s->key, &own, 0, 0);
            weigh(s, &own, &other, rows[!s->side]);
        }
        code = mg_buf_check(&s->key, err);
    }
    return code;
}

static enum mg_code keep(struct search *s, struct mg_error *err)
{
    struct history_pairs *list = &s->h->taken[s->side];
    for (size_t i = 0; i < s->count; i++) {
        const struct lone *lone = &s->lones[i];
        if (lone->support == NO_SUPPORT || lone->several)
            continue;
        enum mg_code code = history_pairs_add(list, s->side == HISTORY_BEFORE ? lone->row : lone->other,
                                              s->side == HISTORY_BEFORE ? lone->other : lone->row, err);
        if (code)
            return code;
    }
    return MG_OK;
}

enum mg_code history_taken_find(struct mg_history *h, int side, struct mg_error *err)
{
    MG_CLEANUP(finish) struct search s = {.h = h, .side = side};
    enum mg_code code = gather(&s, err);
    if (!code && s.count)
        code = look(&s, err);
    return code ? code : keep(&s, err);
}

uint32_t history_taken_by(const struct mg_history *h, int side, uint32_t row)
{
    const struct history_pairs *list = &h->taken[side];
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((side == HISTORY_BEFORE ? list->pairs[middle].before : list->pairs[middle].after) < row)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == list->count ||
        (side == HISTORY_BEFORE ? list->pairs[low].before : list->pairs[low].after) != row)
        return HISTORY_NONE;
    return side == HISTORY_BEFORE ? list->pairs[low].after : list->pairs[low].before;
}
