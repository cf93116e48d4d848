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
#define CROWD           64      /* services at one place, from which on it is no building */
#define BUILDING_DEGREE 0.00015 /* of latitude */
#define CELL_DEGREE     0.0004  /* in each direction more than that, up to 70 degrees north or south */

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
    struct history_row other; /* of the other side: the row that it went into, or came out of */
    enum support support;
    bool several; /* others are supported as well */
};

/* A record that says what a lone row says, at its place. */
struct twin {
    int64_t record;
    uint32_t lone;
};

struct cell {
    uint32_t lone, next;
    uint32_t count; /* of the first: how many there are */
};

struct search {
    struct mg_history *h;
    int side; /* of the lone rows */
    struct lone *lones;
    size_t count;
    struct mg_map cells; /* of a place, or an address, to the first of list */
    struct cell *list;
    size_t cell_count, cell_capacity;
    struct twin *twins; /* by record */
    size_t twin_count, twin_capacity;
    struct mg_buf texts, key;
};

static void finish(struct search *s)
{
    free(s->lones);
    free(s->list);
    free(s->twins);
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

static enum mg_code read_row(struct search *s, int side, int64_t record, struct said *said,
                             struct mg_error *err)
{
    struct mg_history *h = s->h;
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, record, err);
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
    s->list[count] = (struct cell){lone, HISTORY_NONE, 0};
    if (++s->list[first].count >= CROWD)
        return MG_OK;
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
        *lone = (struct lone){.row = row};
        code = read_row(s, s->side, s->h->rows[s->side].rows[row].record, &lone->said, err);
        if (!code)
            code = enter_lone(s, (uint32_t)s->count++, err);
    }
    return code;
}

static void support_lone(struct lone *lone, enum support support, const struct history_row *other)
{
    if (support == NO_SUPPORT || support < lone->support || lone->other.record == other->record)
        return;
    lone->several = support == lone->support;
    lone->support = support;
    lone->other = *other;
}

static void weigh(struct search *s, const struct said *own, const struct said *other,
                  const struct history_row *row)
{
    int64_t first = s->key.length ? mg_map_get(&s->cells, s->key.data, s->key.length) : -1;
    if (first < 0 || s->list[first].count >= CROWD)
        return;
    for (uint32_t i = (uint32_t)first; i != HISTORY_NONE; i = s->list[i].next) {
        struct lone *lone = &s->lones[s->list[i].lone];
        support_lone(lone, support_of(s, &lone->said, own, other), row);
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
        const struct history_row *here = &s->h->rows[s->side].rows[rows[s->side]];
        const struct history_row *there = &s->h->rows[!s->side].rows[rows[!s->side]];
        history_expect(s->h, pairs, i);
        s->texts.length = kept;
        code = read_row(s, s->side, here->record, &own, err);
        if (!code)
            code = read_row(s, !s->side, there->record, &other, err);
        if (code)
            break;
        make_address(s, &own);
        weigh(s, &own, &other, there);
        if (own.has_place) {
            make_cell(&s->key, &own, 0, 0);
            weigh(s, &own, &other, there);
        }
        code = mg_buf_check(&s->key, err);
    }
    s->texts.length = kept;
    return code;
}

/* ---- those that go on and did not change ---- */

static enum mg_code find_at_place(struct search *s, uint32_t index, struct mg_error *err)
{
    const struct lone *lone = &s->lones[index];
    int64_t found[CROWD], own = s->h->rows[s->side].rows[lone->row].record;
    size_t count = 0, kept = s->texts.length;
    struct mg_read row;
    mg_read_ask(&row, s->h->db, MG_SQL_HISTORY_AT_PLACE, err, "ffff", lone->said.lon - CELL_DEGREE,
                lone->said.lon + CELL_DEGREE, lone->said.lat - BUILDING_DEGREE,
                lone->said.lat + BUILDING_DEGREE);
    while (count < CROWD && mg_read_next(&row))
        found[count++] = mg_read_i64(&row, 0);
    enum mg_code code = mg_read_end(&row);
    for (size_t i = 0; i < count && count < CROWD && !code; i++) {
        struct said said;
        if (found[i] == own)
            continue;
        code = read_row(s, !s->side, found[i], &said, err);
        if (!code && *text_of(s, &said, WORDS) && history_as_of(s->h, s->h->contents[!s->side].edition_id) &&
            is_same_text(s, &lone->said, &said, WORDS) && is_same_text(s, &lone->said, &said, CATEGORY) &&
            is_same_place(s, &lone->said, &said)) {
            if (!mg_grow(s->twins, s->twin_count, &s->twin_capacity))
                return mg_fail_memory(err);
            s->twins[s->twin_count++] = (struct twin){found[i], index};
        }
        s->texts.length = kept;
    }
    return code;
}

static int by_record(const void *a, const void *b)
{
    const struct twin *x = a, *y = b;
    if (x->record != y->record)
        return x->record < y->record ? -1 : 1;
    return (x->lone > y->lone) - (x->lone < y->lone);
}

static enum mg_code stays(struct mg_history *h, const struct history_version *version, struct mg_read *row,
                          void *context, struct mg_error *err)
{
    struct search *s = context;
    const struct history_row other = {version->record, 0, version->hash, HISTORY_NONE};
    size_t low = 0, high = s->twin_count;
    (void)h, (void)row, (void)err;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->twins[middle].record < other.record)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->twin_count && s->twins[low].record == other.record; low++)
        support_lone(&s->lones[s->twins[low].lone], ONE_NAME, &other);
    return MG_OK;
}

/* Of one name and category, at the place of a lone row. */
static enum mg_code look_at_rest(struct search *s, struct mg_error *err)
{
    const struct history_rows *same = &s->h->same[!s->side];
    enum mg_code code = MG_OK;
    /* how many are at a place would tell the public of what is not open */
    for (size_t i = 0; i < s->count && !code && !s->h->options.open_only; i++)
        if (s->lones[i].said.has_place && s->lones[i].support < ONE_NAME)
            code = find_at_place(s, (uint32_t)i, err);
    if (code || !s->twin_count)
        return code;
    qsort(s->twins, s->twin_count, sizeof *s->twins, by_record);
    for (size_t i = 0; i < same->count && !code; i++)
        code =
            stays(s->h, &(struct history_version){.record = same->rows[i].record, .hash = same->rows[i].hash},
                  NULL, s, err);
    return code ? code : history_standing(s->h, MG_SQL_HISTORY_VERSIONS, stays, s, err);
}

enum mg_code history_taken_find(struct mg_history *h, int side, struct mg_error *err)
{
    MG_CLEANUP(finish) struct search s = {.h = h, .side = side};
    enum mg_code code = gather(&s, err);
    if (!code && s.count)
        code = look(&s, err);
    if (!code)
        code = look_at_rest(&s, err);
    for (size_t i = 0; i < s.count && !code; i++)
        if (s.lones[i].support != NO_SUPPORT && !s.lones[i].several)
            code = history_duplicate_add(&h->taken[side], s.lones[i].row, &s.lones[i].other, err);
    return code;
}
