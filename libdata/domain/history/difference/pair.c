/* difference/pair.c - what differs between the two rows of a pair, and what of it is no real change. */
#include "libdata/domain/history/difference/difference.h"

#include <math.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"

#define SAME_TEXT_DEG 1e-4 /* a place that is written once more, perhaps rounded */

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

static bool typed_compared(const struct mg_history *h, enum history_typed typed)
{
    return h->columns[history_column_of(h, typed)].compared;
}

/* A name or a category. */
static enum mg_code compare_label(struct mg_history *h, enum history_typed typed, enum mg_change change,
                                  struct mg_event *event, struct mg_error *err)
{
    const struct history_cell *before = history_typed(h, HISTORY_BEFORE, typed);
    const struct history_cell *after = history_typed(h, HISTORY_AFTER, typed);

    if (!typed_compared(h, typed) || history_cells_equal(before, after))
        return MG_OK;
    event->changes[change] = true;
    return history_reformatted(before, after, true, &event->artefacts[change][MG_LABEL_REFORMATTED], err);
}

static enum mg_code compare_commune(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    const struct history_cell *before = history_typed(h, HISTORY_BEFORE, TYPED_COMMUNE);
    const struct history_cell *after = history_typed(h, HISTORY_AFTER, TYPED_COMMUNE);

    if (!typed_compared(h, TYPED_COMMUNE) || history_cells_equal(before, after))
        return MG_OK;
    event->changes[MG_RECODED] = true;
    if (!before->length || !after->length)
        return MG_OK;
    return history_commune_recoded(h, before->text, after->text,
                                   &event->artefacts[MG_RECODED][MG_COMMUNE_RECODED], err);
}

/* Where it is now: by the places, or, where one of the two rows has none, by the address. */
static enum mg_code compare_place(struct mg_history *h, struct mg_event *event, struct mg_error *err)
{
    const struct history_content *before = &h->contents[HISTORY_BEFORE], *after = &h->contents[HISTORY_AFTER];
    double distance_m;
    enum mg_code code;

    if (history_address_tells(h)) {
        code = history_address_moved(h, &event->changes[MG_MOVED], err);
        if (code)
            return code;
    }
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
    return !history_typed(h, HISTORY_BEFORE, typed)->length &&
           !history_typed(h, HISTORY_AFTER, typed)->length;
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
        if (all) {
            code = history_reformatted(&before, &after, false, &same, err);
            if (code)
                return code;
        }
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
    enum mg_code code = compare_place(h, event, err);
    if (!code)
        code = compare_label(h, TYPED_NAME, MG_RENAMED, event, err);
    if (!code)
        code = compare_label(h, TYPED_CATEGORY, MG_RETYPED, event, err);
    if (!code)
        code = compare_commune(h, event, err);
    if (!code)
        code = compare_fields(h, event, err);
    if (code)
        return code;
    *ret_differ = false;
    for (int i = 0; i < MG_CHANGE_COUNT; i++)
        *ret_differ |= event->changes[i];
    return MG_OK;
}
