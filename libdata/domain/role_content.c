/* What the cells of a column could be. */
#include <math.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/date.h"
#include "libdata/base/map.h"
#include "libdata/base/num.h"
#include "libdata/base/text.h"
#include "libdata/domain/codes.h"
#include "libdata/domain/role_rules.h"
#include "libdata/geo/crs.h"

static bool is_number_within(const char *text, size_t length, double low, double high)
{
    double value;
    return mg_num_parse_f64_comma(text, length, &value) && value >= low && value <= high;
}

static bool is_metres(const char *text, size_t length)
{
    double value;
    return mg_num_parse_f64_comma(text, length, &value) && fabs(value) > 360;
}

static bool is_lonlat(const char *text, size_t length)
{
    double a, b;
    return mg_place_split(text, length, &a, &b) && fabs(a) <= 180 && fabs(b) <= 180;
}

static bool has_letter(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z')
            return true;
    return length && (unsigned char)text[0] >= 0x80;
}

static bool is_date(const char *text, size_t length)
{
    mg_date date;
    return mg_date_parse_any(text, length, &date);
}

static bool could_be(enum mg_role role, const char *text, size_t length)
{
    char code[MG_CODE_SIZE];
    switch (role) {
    case MG_ROLE_LON:
        return is_number_within(text, length, -180, 180);
    case MG_ROLE_LAT:
        return is_number_within(text, length, -90, 90);
    case MG_ROLE_LONLAT:
        return is_lonlat(text, length);
    case MG_ROLE_X:
    case MG_ROLE_Y:
        return is_metres(text, length);
    case MG_ROLE_CRS:
        return mg_crs_from_name(text, length) != 0;
    case MG_ROLE_COMMUNE:
        return mg_code_commune(text, length, code);
    case MG_ROLE_POSTCODE:
        return mg_code_postcode(text, length, code);
    case MG_ROLE_OPENED:
    case MG_ROLE_CLOSED:
    case MG_ROLE_DATE:
    case MG_ROLE_EXPECTED:
        return is_date(text, length);
    case MG_ROLE_POPULATION:
    case MG_ROLE_WEIGHT:
        return is_number_within(text, length, 0, 1e12);
    case MG_ROLE_SCORE:
        return is_number_within(text, length, -1e12, 1e12);
    case MG_ROLE_NAME:
    case MG_ROLE_ADDRESS:
        return has_letter(text, length);
    default:
        return true;
    }
}

double mg_role_content_share(enum mg_role role, const struct mg_sample *sample, size_t column,
                             size_t *ret_filled, struct mg_error *err, enum mg_code *ret_code)
{
    MG_CLEANUP(mg_map_finish) struct mg_map seen = {0};
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
        if (role == MG_ROLE_KEY)
            *ret_code = mg_map_put(&seen, text, length, (int64_t)i, NULL, err);
    }
    *ret_filled = filled;
    if (!filled)
        return 0;
    return role == MG_ROLE_KEY ? (double)seen.count / (double)sample->row_count
                               : (double)good / (double)filled;
}
