/* difference/open_state.c - is the service of a row open? What the source's own words and dates say of it. */
#include "libdata/domain/history/difference/difference.h"

static bool typed_date(const struct mg_history *h, int side, enum history_typed typed, mg_date *ret_date)
{
    const struct history_cell *cell = history_typed(h, side, typed);

    return cell->length && mg_date_parse_any(cell->text, cell->length, ret_date);
}

static mg_date date_of(const struct mg_history *h, int side, enum history_typed typed)
{
    mg_date date;

    return typed_date(h, side, typed, &date) ? date : MG_DATE_NONE;
}

enum mg_code history_state(const struct mg_history *h, int side, enum mg_open_state *ret_state,
                           struct mg_error *err)
{
    const struct history_cell *status = history_typed(h, side, TYPED_STATUS);

    return mg_open_state(status->text, status->length, date_of(h, side, TYPED_OPENED),
                         date_of(h, side, TYPED_CLOSED), h->as_of[side], ret_state, err);
}

bool history_dated(const struct mg_history *h, int side)
{
    enum history_typed typed = side == HISTORY_BEFORE ? TYPED_CLOSED : TYPED_OPENED;
    mg_date date;

    return typed_date(h, side, typed, &date) && date >= h->as_of[HISTORY_BEFORE] &&
           date <= h->as_of[HISTORY_AFTER];
}
