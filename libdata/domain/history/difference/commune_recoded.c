/* difference/commune_recoded.c - do the movements of communes explain that the code is another one? */
#include "libdata/domain/history/difference/difference.h"

#define YEARS_AROUND 10 /* how far a source's commune codes may be from its date */
#define SUCCESSORS   32

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
    enum mg_code code = settle(h, before, from, to, then, &then_count, &then_in_time, err);
    if (!code)
        code = settle(h, after, to, to, now, &now_count, &now_in_time, err);
    if (code)
        return code;
    if (!then_in_time || !now_in_time) {
        mg_date latest = mg_date_from_civil(9999, 12, 31);

        code = settle(h, before, from, latest, then, &then_count, &then_in_time, err);
        if (!code)
            code = settle(h, after, to, latest, now, &now_count, &now_in_time, err);
        if (code)
            return code;
    }
    *ret_explained = false;
    for (size_t i = 0; i < then_count; i++) {
        for (size_t j = 0; j < now_count; j++)
            *ret_explained |= !strcmp(then[i], now[j]);
    }
    return MG_OK;
}

enum mg_code history_commune_recoded(const struct mg_history *h, const char *before, const char *after,
                                     bool *ret_explained, struct mg_error *err)
{
    enum mg_code code = same_between(h, before, after, h->as_of, ret_explained, err);
    bool lags = h->cog[HISTORY_BEFORE] != h->as_of[HISTORY_BEFORE] ||
                h->cog[HISTORY_AFTER] != h->as_of[HISTORY_AFTER];
    return code || *ret_explained || !lags ? code
                                           : same_between(h, before, after, h->cog, ret_explained, err);
}
