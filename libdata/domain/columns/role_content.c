/* How well the cells of a column suit a role. */
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/date.h"
#include "libdata/base/map.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/columns/role_rules.h"

#define FEW 20 /* cells from which on repeating them, or not, says something */

static bool is_number_within(const char *text, size_t length, double low, double high)
{
    double value;
    return mg_num_parse_written(text, length, &value) && value >= low && value <= high;
}

static bool could_be(enum mg_role role, const char *text, size_t length)
{
    mg_date date;
    if (mg_role_meaning(role))
        return mg_meaning_fits(mg_role_meaning(role), text, length);
    switch (role) {
    case MG_ROLE_OPENED:
    case MG_ROLE_CLOSED:
    case MG_ROLE_DATE:
    case MG_ROLE_EXPECTED:
        return mg_date_parse_any(text, length, &date);
    case MG_ROLE_POPULATION:
    case MG_ROLE_WEIGHT:
        return is_number_within(text, length, 0, 1e12);
    case MG_ROLE_SCORE:
        return is_number_within(text, length, -1e12, 1e12);
    case MG_ROLE_NAME:
        return mg_meaning_fits(MG_MEANING_ADDRESS, text, length); /* has a letter */
    default:
        return true;
    }
}

/* A key that repeats is none; a category or a status that never does is none either; names mostly differ. */
static double judge(enum mg_role role, size_t rows, size_t filled, size_t distinct, double share)
{
    double varied = (double)distinct / (double)filled;
    switch (role) {
    case MG_ROLE_KEY:
        return (double)distinct / (double)rows;
    case MG_ROLE_CATEGORY:
    case MG_ROLE_STATUS:
        return filled >= FEW && varied > 0.8 ? 0 : share;
    case MG_ROLE_NAME:
        return filled >= FEW && varied < 0.1 ? share * 0.7 : share;
    default:
        return share;
    }
}

double mg_role_content_share(enum mg_role role, const struct mg_sample *sample, size_t column,
                             size_t *ret_filled, struct mg_error *err, enum mg_code *ret_code)
{
    MG_CLEANUP(mg_map_finish) struct mg_map seen = {0};
    bool counts =
        role == MG_ROLE_KEY || role == MG_ROLE_CATEGORY || role == MG_ROLE_STATUS || role == MG_ROLE_NAME;
    size_t filled = 0, good = 0;
    *ret_code = MG_OK;
    for (size_t i = 0; i < sample->row_count && !*ret_code; i++) {
        const struct mg_cell *cell = mg_sample_cell(sample, i, column);
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (!length)
            continue;
        filled++;
        good += could_be(role, text, length);
        if (counts)
            *ret_code = mg_map_put(&seen, text, length, (int64_t)i, NULL, err);
    }
    *ret_filled = filled;
    if (!filled)
        return 0;
    return judge(role, sample->row_count, filled, seen.count, (double)good / (double)filled);
}
