/* identity/beside.c - whether one of two services at one place took the other in, by what their rows say. */
#include "libdata/domain/history/identity/beside.h"

#include "libdata/domain/common/french_words.h"

#define SAME_BUILDING_M 15.0

const char *beside_text_of(const struct beside *s, const struct beside_said *said, enum beside_text which)
{
    return s->texts.data + said->texts[which];
}

/* ---- what a row says ---- */

static void add_cell(struct beside *s, struct beside_said *said, enum beside_text which,
                     const struct history_cell *cell, bool words)
{
    said->texts[which] = s->texts.length;
    if (cell->length && words)
        mg_words_add(&s->texts, cell->text);
    else if (cell->length)
        mg_buf_add(&s->texts, cell->text, cell->length);
    mg_buf_add_char(&s->texts, '\0');
}

enum mg_code beside_read_row(struct beside *s, int side, int64_t record, struct beside_said *said,
                             struct mg_error *err)
{
    struct mg_history *h = s->h;
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, record, err);
    if (code)
        return code;
    *said = (struct beside_said){.has_place = content->has_place, .lon = content->lon, .lat = content->lat};
    add_cell(s, said, WORDS, history_typed(h, side, TYPED_NAME), true);
    add_cell(s, said, CATEGORY, history_typed(h, side, TYPED_CATEGORY), false);
    add_cell(s, said, CATEGORY_WORDS, history_typed(h, side, TYPED_CATEGORY), true);
    add_cell(s, said, ADDRESS, history_typed(h, side, TYPED_ADDRESS), false);
    add_cell(s, said, COMMUNE, history_typed(h, side, TYPED_COMMUNE), false);
    return mg_buf_check(&s->texts, err);
}

bool beside_is_same_text(const struct beside *s, const struct beside_said *a, const struct beside_said *b,
                         enum beside_text which)
{
    return !strcmp(beside_text_of(s, a, which), beside_text_of(s, b, which));
}

bool beside_is_same_place(const struct beside *s, const struct beside_said *a, const struct beside_said *b)
{
    if (a->has_place && b->has_place)
        return mg_crs_distance_m(s->h->crs, a->lon, a->lat, b->lon, b->lat) <= SAME_BUILDING_M;
    return *beside_text_of(s, a, ADDRESS) && beside_is_same_text(s, a, b, ADDRESS) &&
           beside_is_same_text(s, a, b, COMMUNE);
}

bool beside_is_same_name(const struct beside *s, const struct beside_said *a, const struct beside_said *b)
{
    return *beside_text_of(s, a, WORDS) && beside_is_same_text(s, a, b, WORDS) &&
           beside_is_same_text(s, a, b, CATEGORY) && beside_is_same_place(s, a, b);
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
enum beside_support beside_support_of(const struct beside *s, const struct beside_said *lone,
                                      const struct beside_said *own, const struct beside_said *other)
{
    const char *name = beside_text_of(s, lone, WORDS), *before = beside_text_of(s, own, WORDS);
    const char *after = beside_text_of(s, other, WORDS), *kind = beside_text_of(s, lone, CATEGORY_WORDS);
    bool retyped = !beside_is_same_text(s, own, other, CATEGORY);
    if (!*name || !*before || !*after || !beside_is_same_place(s, lone, own) ||
        !beside_is_same_place(s, lone, other) || !(retyped || beside_is_same_text(s, lone, own, CATEGORY)))
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
