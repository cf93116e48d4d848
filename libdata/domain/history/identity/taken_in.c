/* identity/taken_in.c - services that are on their own under a trusted key, and one beside them that goes on
 * under its own and took them in (or, the other way round, gave them off).
 *
 * Two keys that are trusted are two services, and a closure stays one; but two schools of one building that
 * become one are no school less. It is told only where the rows say so: the one that goes on is at the same
 * place in both editions and of the same category (or changed it), and either they had one name, or its name
 * changed so that it has a word of the other's that it had not, or has lost the word that told it from the
 * other. Where several could be meant, none is told. One that did not change is looked for by its place,
 * unless there are very many to look for. */
#include "libdata/domain/history/identity/beside.h"
#include "libdata/domain/history/identity/identity.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

#define CROWD           64      /* services at one place, from which on it is no building */
#define CELL_DEGREE     0.0004  /* in each direction more than that, up to 70 degrees north or south */
#define BUILDING_DEGREE 0.00015 /* of latitude */
#define STRIPS          20      /* a degree */
#define MOST_ASKED      20000   /* rows; of more it would cost what all the rest of a history does */

struct lone {
    struct beside_said said;
    uint32_t row;
    bool keyed; /* with a trusted key; else linkage was asked of all but those that did not change */
    struct history_row other; /* of the other side: the row that it went into, or came out of */
    enum beside_support support;
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
    struct beside beside;
    struct mg_buf key;
};

struct searches {
    struct search of[HISTORY_SIDES];
};

static void finish(struct searches *searches)
{
    for (int side = 0; side < HISTORY_SIDES; side++) {
        struct search *s = &searches->of[side];
        free(s->lones);
        free(s->list);
        mg_map_finish(&s->cells);
        mg_buf_finish(&s->beside.texts);
        mg_buf_finish(&s->key);
        free(s->twins);
    }
}

/* ---- where to look ---- */

static void make_cell(struct mg_buf *key, double lon, double lat, int east, int north)
{
    const int32_t cell[] = {(int32_t)floor(lon / CELL_DEGREE) + east,
                            (int32_t)floor(lat / CELL_DEGREE) + north};
    mg_buf_clear(key);
    mg_buf_add_char(key, '\0'); /* no address begins so */
    mg_buf_add(key, cell, sizeof cell);
}

static void make_address(struct search *s, const struct beside_said *said)
{
    mg_buf_clear(&s->key);
    if (*beside_text_of(&s->beside, said, ADDRESS))
        mg_buf_printf(&s->key, "%s\n%s", beside_text_of(&s->beside, said, COMMUNE),
                      beside_text_of(&s->beside, said, ADDRESS));
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
    const struct beside_said *said = &s->lones[lone].said;
    enum mg_code code = MG_OK;
    make_address(s, said);
    code = enter(s, lone, err);
    for (int i = 0; i < 9 && said->has_place && !code; i++) {
        make_cell(&s->key, said->lon, said->lat, i % 3 - 1, i / 3 - 1);
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
        if (single->link || history_duplicate_of(&s->h->duplicates[s->side], row))
            continue;
        history_expect(s->h, singles, i);
        *lone = (struct lone){.row = row,
                              .keyed = s->h->trusted && s->h->rows[s->side].rows[row].key != HISTORY_NONE};
        code = beside_read_row(&s->beside, s->side, s->h->rows[s->side].rows[row].record, &lone->said, err);
        if (!code && s->h->trusted) /* else nothing is looked for by its place (look) */
            code = enter_lone(s, (uint32_t)s->count, err);
        s->count += !code;
    }
    return code;
}

static void support_lone(struct lone *lone, enum beside_support support, const struct history_row *other)
{
    if (support == NO_SUPPORT || support < lone->support || lone->other.record == other->record)
        return;
    lone->several = support == lone->support;
    lone->support = support;
    lone->other = *other;
}

/* The first of those at the place, or the address, that is the key; HISTORY_NONE: none, or a crowd. */
static uint32_t first_at(const struct search *s)
{
    int64_t first = s->key.length ? mg_map_get(&s->cells, s->key.data, s->key.length) : -1;
    return first < 0 || s->list[first].count >= CROWD ? HISTORY_NONE : (uint32_t)first;
}

static void weigh(struct search *s, const struct beside_said *own, const struct beside_said *other,
                  const struct history_row *row)
{
    for (uint32_t i = first_at(s); i != HISTORY_NONE; i = s->list[i].next) {
        struct lone *lone = &s->lones[s->list[i].lone];
        if (lone->keyed)
            support_lone(lone, beside_support_of(&s->beside, &lone->said, own, other), row);
    }
}

static enum mg_code look_at(struct search *s, uint32_t before, uint32_t after, struct mg_error *err)
{
    const uint32_t rows[HISTORY_SIDES] = {before, after};
    const struct history_row *here = &s->h->rows[s->side].rows[rows[s->side]];
    const struct history_row *there = &s->h->rows[!s->side].rows[rows[!s->side]];
    size_t kept = s->beside.texts.length;
    struct beside_said own, other;
    enum mg_code code = beside_read_row(&s->beside, s->side, here->record, &own, err);
    if (!code)
        code = beside_read_row(&s->beside, !s->side, there->record, &other, err);
    if (code)
        return code;
    make_address(s, &own);
    weigh(s, &own, &other, there);
    if (own.has_place) {
        make_cell(&s->key, own.lon, own.lat, 0, 0);
        weigh(s, &own, &other, there);
    }
    s->beside.texts.length = kept;
    return mg_buf_check(&s->key, err);
}

/* The services that go on and changed, and those that go on under a new key, each against those beside it. */
static enum mg_code look(struct search *s, struct mg_error *err)
{
    const struct history_pairs *pairs = &s->h->pairs;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < pairs->count && s->h->trusted && !code; i++) {
        history_expect(s->h, pairs, i);
        if (pairs->pairs[i].before != HISTORY_NONE && pairs->pairs[i].after != HISTORY_NONE)
            code = look_at(s, pairs->pairs[i].before, pairs->pairs[i].after, err);
    }
    for (size_t i = 0; i < s->h->link_count && s->h->trusted && !code; i++) {
        const struct history_link *link = &s->h->links[i];
        if (link->kind == MG_LINKAGE_SAME || link->kind == MG_LINKAGE_REPLACED)
            code = look_at(s, link->before, link->after, err);
    }
    return code;
}

/* ---- those that go on and did not change ---- */

/* Records of one name and category with a lone row, at its place; where a crowd is, none. */
static enum mg_code find_at_place(struct search *s, uint32_t index, struct mg_error *err)
{
    const struct lone *lone = &s->lones[index];
    int64_t found[CROWD], own = s->h->rows[s->side].rows[lone->row].record;
    size_t count = 0, kept = s->beside.texts.length;
    struct mg_read row;
    mg_read_ask(&row, s->h->db, MG_SQL_HISTORY_AT_PLACE, err, "ffff", lone->said.lon - CELL_DEGREE,
                lone->said.lon + CELL_DEGREE, lone->said.lat - BUILDING_DEGREE,
                lone->said.lat + BUILDING_DEGREE);
    while (count < CROWD && mg_read_next(&row))
        found[count++] = mg_read_i64(&row, 0);
    enum mg_code code = mg_read_end(&row);
    for (size_t i = 0; i < count && count < CROWD && !code; i++) {
        struct beside_said said;
        if (found[i] == own)
            continue;
        code = beside_read_row(&s->beside, !s->side, found[i], &said, err);
        if (!code && history_as_of(s->h, s->h->contents[!s->side].edition_id) &&
            beside_is_same_name(&s->beside, &lone->said, &said)) {
            if (!mg_grow(s->twins, s->twin_count, &s->twin_capacity))
                return mg_fail_memory(err);
            s->twins[s->twin_count++] = (struct twin){found[i], index};
        }
        s->beside.texts.length = kept;
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

/* The record is in both editions: what it is a twin of has it. */
static void support_twins(struct search *s, const struct history_row *other)
{
    size_t low = 0, high = s->twin_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->twins[middle].record < other->record)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->twin_count && s->twins[low].record == other->record; low++)
        support_lone(&s->lones[s->twins[low].lone], ONE_NAME, other);
}

static enum mg_code stays(struct mg_history *h, const struct history_version *version, struct mg_read *row,
                          void *context, struct mg_error *err)
{
    struct searches *searches = context;
    (void)h, (void)row, (void)err;
    for (int side = 0; side < HISTORY_SIDES; side++)
        support_twins(&searches->of[side],
                      &(struct history_row){version->record, 0, version->hash, HISTORY_NONE});
    return MG_OK;
}

/* From south to north in strips, so that neighbours ask for the same pages. */
static int by_place(const void *a, const void *b, void *lones)
{
    const struct lone *x = (const struct lone *)lones + *(const uint32_t *)a;
    const struct lone *y = (const struct lone *)lones + *(const uint32_t *)b;
    double north = floor(x->said.lat * STRIPS) - floor(y->said.lat * STRIPS);
    if (north != 0)
        return north < 0 ? -1 : 1;
    return (x->said.lon > y->said.lon) - (x->said.lon < y->said.lon);
}

/* The twins of those that are not known to have gone into another. How many are at a place would tell the
 * public of what is not open. */
static enum mg_code find_twins(struct search *s, struct mg_error *err)
{
    const struct history_rows *same = &s->h->same[!s->side];
    MG_FREE uint32_t *order = mg_calloc(s->count + 1, sizeof *order);
    size_t count = 0;
    enum mg_code code = order ? MG_OK : mg_fail_memory(err);
    for (uint32_t i = 0; i < s->count && !code && !s->h->options.open_only; i++)
        if (s->lones[i].said.has_place && s->lones[i].support < ONE_NAME)
            order[count++] = i;
    if (count > MOST_ASKED)
        count = 0;
    if (count)
        qsort_r(order, count, sizeof *order, by_place, s->lones);
    for (size_t i = 0; i < count && !code; i++)
        code = find_at_place(s, order[i], err);
    if (code || !s->twin_count)
        return code;
    qsort(s->twins, s->twin_count, sizeof *s->twins, by_record);
    for (size_t i = 0; i < same->count; i++)
        support_twins(s, &(struct history_row){same->rows[i].record, 0, same->rows[i].hash, HISTORY_NONE});
    return MG_OK;
}

static enum mg_code keep(struct search *s, struct mg_error *err)
{
    struct history_duplicates *merged = &s->h->duplicates[s->side];
    size_t before = merged->count;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < s->count && !code; i++) {
        const struct lone *lone = &s->lones[i];
        if (lone->support != NO_SUPPORT && !lone->several)
            code = history_duplicate_add(lone->keyed ? &s->h->taken[s->side] : merged, lone->row,
                                         &lone->other, err);
    }
    *(s->side == HISTORY_BEFORE ? &s->h->summary.merged : &s->h->summary.split) +=
        (int64_t)(merged->count - before);
    history_duplicates_sort(merged);
    return code;
}

enum mg_code history_taken_find(struct mg_history *h, struct mg_error *err)
{
    MG_CLEANUP(finish)
    struct searches searches = {{{.h = h, .side = HISTORY_BEFORE, .beside = {.h = h}},
                                 {.h = h, .side = HISTORY_AFTER, .beside = {.h = h}}}};
    size_t twins = 0;
    enum mg_code code = MG_OK;
    for (int side = 0; side < HISTORY_SIDES && !code; side++) {
        struct search *s = &searches.of[side];
        code = gather(s, err);
        if (!code && s->count)
            code = look(s, err);
        if (!code)
            code = find_twins(s, err);
        twins += s->twin_count;
    }
    if (!code && twins)
        code = history_standing(h, MG_SQL_HISTORY_VERSIONS, stays, &searches, err);
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = keep(&searches.of[side], err);
    return code;
}
