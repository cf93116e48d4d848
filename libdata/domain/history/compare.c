/* history/compare.c - what differs between the two rows of a pair, and what of it is no real change. */
#include "libdata/domain/history/places.h"

#include <math.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"

#define SAME_TEXT_DEG 1e-4 /* a place that is written once more, perhaps rounded */
#define YEARS_AROUND  10   /* how far a source's commune codes may be from its date */
#define SUCCESSORS    32

bool history_cells_equal(const struct history_cell *a, const struct history_cell *b)
{
    return a->length == b->length && (!a->length || !memcmp(a->text, b->text, a->length));
}

struct history_cell history_cell(const struct mg_history *h, int side, size_t column)
{
    struct history_cell cell = h->contents[side].cells[column];
    const struct mg_buf *constant = &h->columns[column].constant[side];

    if (!cell.text && constant->length)
        cell = (struct history_cell){constant->data + 1, constant->length - 2}; /* without its quotes */
    return cell;
}

bool history_written_differs(const struct mg_history *h, size_t column)
{
    bool own =
        h->contents[HISTORY_BEFORE].cells[column].text || h->contents[HISTORY_AFTER].cells[column].text;
    const struct mg_buf *constants = h->columns[column].constant;
    struct history_cell before, after;

    if (!own && constants[HISTORY_BEFORE].length && constants[HISTORY_AFTER].length)
        return false; /* each edition's one value: it belongs to the editions */
    before = history_cell(h, HISTORY_BEFORE, column);
    after = history_cell(h, HISTORY_AFTER, column);
    return !history_cells_equal(&before, &after);
}

/* ASCII punctuation in its order, blanks left out: a minus or a decimal point is not formatting. */
static void add_punctuation(struct mg_buf *buf, const struct history_cell *cell)
{
    for (size_t i = 0; i < cell->length; i++) {
        unsigned char c = (unsigned char)cell->text[i];

        if (c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
            mg_buf_add_char(buf, (char)c);
    }
}

enum mg_code history_reformatted(const struct history_cell *a, const struct history_cell *b, bool label,
                                 bool *ret_same, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf x = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf y = {0};
    enum mg_code code;

    if (!a->length || !b->length) {
        *ret_same = false;
        return MG_OK;
    }
    mg_text_add_folded(&x, a->text, a->length);
    mg_text_add_folded(&y, b->text, b->length);
    if (!label) {
        mg_buf_add_char(&x, '\n');
        mg_buf_add_char(&y, '\n');
        add_punctuation(&x, a);
        add_punctuation(&y, b);
    }
    if ((code = mg_buf_check(&x, err)) || (code = mg_buf_check(&y, err)))
        return code;
    *ret_same = x.length == y.length && !memcmp(x.data, y.data, x.length);
    return MG_OK;
}

/* The next number of a text, from *at on; false when there is none. */
static bool next_number(const struct history_cell *cell, size_t *at, double *ret_value)
{
    size_t start = *at, end;

    while (start < cell->length && !(cell->text[start] >= '0' && cell->text[start] <= '9'))
        start++;
    for (end = start; end < cell->length && strchr("0123456789.", cell->text[end]) && cell->text[end]; end++)
        ;
    *at = end;
    if (start > 0 && start < end && cell->text[start - 1] == '-')
        start--;
    return mg_num_parse_f64(cell->text + start, end - start, ret_value);
}

/* "48.95, 2.18", a GeoJSON or WKT point: does the cell say again where its row is, either way round? */
static bool repeats_place(const struct history_content *content, const struct history_cell *cell)
{
    double x, y, lon = content->lon, lat = content->lat;
    size_t at = 0;

    if (!content->has_place || !next_number(cell, &at, &x) || !next_number(cell, &at, &y))
        return false;
    return (fabs(x - lon) < SAME_TEXT_DEG && fabs(y - lat) < SAME_TEXT_DEG) ||
           (fabs(x - lat) < SAME_TEXT_DEG && fabs(y - lon) < SAME_TEXT_DEG);
}

void history_evidence(struct mg_history *h, struct mg_event *event, const char *text)
{
    for (size_t i = 0; i < event->evidence_count; i++) {
        if (!strcmp(h->evidence[i], text))
            return;
    }
    h->evidence[event->evidence_count++] = text;
    event->evidence = h->evidence;
}

static const struct history_cell *typed_cell(const struct mg_history *h, int side, enum history_typed typed)
{
    return &h->contents[side].cells[h->dataset->field_count + typed];
}

static bool typed_compared(const struct mg_history *h, enum history_typed typed)
{
    return h->columns[h->dataset->field_count + typed].compared;
}

/* A name or a category. */
static enum mg_code compare_label(struct mg_history *h, enum history_typed typed, enum mg_change change,
                                  struct mg_event *event, struct mg_error *err)
{
    const struct history_cell *before = typed_cell(h, HISTORY_BEFORE, typed);
    const struct history_cell *after = typed_cell(h, HISTORY_AFTER, typed);

    if (!typed_compared(h, typed) || history_cells_equal(before, after))
        return MG_OK;
    event->changes[change] = true;
    return history_reformatted(before, after, true, &event->artefacts[change][MG_LABEL_REFORMATTED], err);
}

/* What the commune `code` of that date has become by `to`. A source may lag behind its date, or run ahead
 * of it: a code that no commune has at `from` is looked for in the years around. *ret_at (may be NULL): the
 * date at which it was found; *ret_count 0: at none. */
static enum mg_code settle(const struct mg_history *h, const char *commune, mg_date from, mg_date to,
                           const char *codes[SUCCESSORS], size_t *ret_count, bool *ret_in_time,
                           struct mg_error *err)
{
    enum mg_succession_how how = MG_SUCCESSION_UNKNOWN;
    int year, month, day;
    size_t count = 0;

    mg_date_to_civil(from, &year, &month, &day);
    for (int i = 0; i <= 2 * YEARS_AROUND && how == MG_SUCCESSION_UNKNOWN; i++) {
        int shifted = i <= YEARS_AROUND ? year - i : year + i - YEARS_AROUND;
        mg_date at = i ? mg_date_from_civil(shifted, 1, 1) : from;
        enum mg_code code =
            mg_succession_project(h->succession, commune, at, to, codes, SUCCESSORS, &count, &how, err);

        if (code)
            return code;
        *ret_in_time = i == 0;
    }
    *ret_count = how == MG_SUCCESSION_UNKNOWN ? 0 : count < SUCCESSORS ? count : SUCCESSORS;
    return MG_OK;
}

/* What `before` had become by the later date is `after`; or, when one of them is not of its date, both have
 * become the same by the last movement there is. Two communes that merge only later are still two. */
static enum mg_code same_between(const struct mg_history *h, const char *before, const char *after,
                                 const mg_date dates[HISTORY_SIDES], bool *ret_explained,
                                 struct mg_error *err)
{
    const char *then[SUCCESSORS], *now[SUCCESSORS];
    size_t then_count, now_count;
    bool then_in_time, now_in_time;
    mg_date from = dates[HISTORY_BEFORE], to = dates[HISTORY_AFTER];
    enum mg_code code;

    if ((code = settle(h, before, from, to, then, &then_count, &then_in_time, err)) ||
        (code = settle(h, after, to, to, now, &now_count, &now_in_time, err)))
        return code;
    if (!then_in_time || !now_in_time) {
        mg_date latest = mg_date_from_civil(9999, 12, 31);

        if ((code = settle(h, before, from, latest, then, &then_count, &then_in_time, err)) ||
            (code = settle(h, after, to, latest, now, &now_count, &now_in_time, err)))
            return code;
    }
    *ret_explained = false;
    for (size_t i = 0; i < then_count; i++) {
        for (size_t j = 0; j < now_count; j++)
            *ret_explained |= !strcmp(then[i], now[j]);
    }
    return MG_OK;
}

/* Do the movements of communes alone explain that the code is another one? Between the editions' dates, or,
 * for sources that lag behind, between the years of which their codes are; some rows may be of the one, some
 * of the other. */
static enum mg_code recoded_by_movement(const struct mg_history *h, const char *before, const char *after,
                                        bool *ret_explained, struct mg_error *err)
{
    enum mg_code code = same_between(h, before, after, h->as_of, ret_explained, err);
    bool lags = h->cog[HISTORY_BEFORE] != h->as_of[HISTORY_BEFORE] ||
                h->cog[HISTORY_AFTER] != h->as_of[HISTORY_AFTER];
    return code || *ret_explained || !lags ? code
                                           : same_between(h, before, after, h->cog, ret_explained, err);
}

static enum mg_code compare_commune(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    const struct history_cell *before = typed_cell(h, HISTORY_BEFORE, TYPED_COMMUNE);
    const struct history_cell *after = typed_cell(h, HISTORY_AFTER, TYPED_COMMUNE);

    if (!typed_compared(h, TYPED_COMMUNE) || history_cells_equal(before, after))
        return MG_OK;
    event->changes[MG_RECODED] = true;
    if (!before->length || !after->length)
        return MG_OK;
    return recoded_by_movement(h, before->text, after->text,
                               &event->artefacts[MG_RECODED][MG_COMMUNE_RECODED], err);
}

/* Where it is now: by the places, or, where one of the two rows has none, by the address. */
static enum mg_code compare_place(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    const struct history_content *before = &h->contents[HISTORY_BEFORE], *after = &h->contents[HISTORY_AFTER];
    double distance_m;
    enum mg_code code;

    if (history_address_tells(h) && (code = history_address_moved(h, &event->changes[MG_MOVED], err)))
        return code;
    if (!h->columns[h->column_count - 1].compared)
        return MG_OK;
    if (before->has_place != after->has_place) {
        event->changes[MG_FIELDS] = true;
        history_evidence(h, event, "place");
    }
    if (!before->has_place || !after->has_place || (before->lon == after->lon && before->lat == after->lat))
        return MG_OK;
    distance_m = mg_crs_distance_m(h->crs, before->lon, before->lat, after->lon, after->lat);
    if (distance_m >= HISTORY_SAME_PLACE_M) {
        event->changes[MG_MOVED] = true;
        event->distance_m = round(distance_m * 10) / 10;
    }
    return MG_OK;
}

/* Is the column, as written, worth a look? What is understood of it is compared in its typed column. */
static bool compared_as_written(const struct mg_history *h, size_t i)
{
    enum history_typed typed = h->columns[i].typed;
    const struct history_content *before = &h->contents[HISTORY_BEFORE], *after = &h->contents[HISTORY_AFTER];

    if (!h->columns[i].compared)
        return false;
    if (typed == TYPED_NONE)
        return true;
    if (typed == TYPED_PLACE)
        return !before->has_place && !after->has_place;
    return !typed_cell(h, HISTORY_BEFORE, typed)->length && !typed_cell(h, HISTORY_AFTER, typed)->length;
}

/* The other cells. Reformatted only if all those that differ are. */
static enum mg_code compare_fields(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    bool place = event->changes[MG_FIELDS], all = !place;

    for (size_t i = 0; i + 1 < h->column_count; i++) {
        bool typed = i >= h->dataset->field_count, same = false;
        enum history_typed which = typed ? (enum history_typed)(i - h->dataset->field_count) : TYPED_NONE;
        struct history_cell before, after;
        enum mg_code code;

        if (which == TYPED_NAME || which == TYPED_CATEGORY || which == TYPED_COMMUNE ||
            !(typed ? h->columns[i].compared : compared_as_written(h, i)))
            continue;
        before = history_cell(h, HISTORY_BEFORE, i);
        after = history_cell(h, HISTORY_AFTER, i);
        if (typed ? history_cells_equal(&before, &after) : !history_written_differs(h, i))
            continue;
        if (!typed && repeats_place(&h->contents[HISTORY_BEFORE], &before) &&
            repeats_place(&h->contents[HISTORY_AFTER], &after))
            continue; /* the places themselves are compared */
        event->changes[MG_FIELDS] = true;
        history_evidence(h, event, h->columns[i].name);
        if (all && (code = history_reformatted(&before, &after, false, &same, err)))
            return code;
        all = all && same;
    }
    if (history_key_rewritten(h)) {
        event->changes[MG_FIELDS] = true;
        history_evidence(h, event, h->key_form.column);
        all = false;
    }
    event->artefacts[MG_FIELDS][MG_LABEL_REFORMATTED] = event->changes[MG_FIELDS] && all;
    return MG_OK;
}

enum mg_code history_compare(struct mg_history *h, struct mg_event *event, bool *ret_differ,
                             struct mg_error *err)
{
    enum mg_code code;

    if ((code = compare_place(h, event, err)) ||
        (code = compare_label(h, TYPED_NAME, MG_RENAMED, event, err)) ||
        (code = compare_label(h, TYPED_CATEGORY, MG_RETYPED, event, err)) ||
        (code = compare_commune(h, event, err)) || (code = compare_fields(h, event, err)))
        return code;
    *ret_differ = false;
    for (int i = 0; i < MG_CHANGE_COUNT; i++)
        *ret_differ |= event->changes[i];
    return MG_OK;
}
