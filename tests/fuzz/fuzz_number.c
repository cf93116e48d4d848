/* Any bytes as a number and as a date. What is understood is written, and understood again as the same; the
 * strict forms are among the lenient ones. The bytes are also numbers of their own to be written. */
#include <math.h>
#include <string.h>

#include "libdata/base/date.h"
#include "libdata/base/num.h"
#include "libdata/domain/columns/column_type.h"
#include "tests/fuzz/fuzz.h"

static void check_integer(int64_t value)
{
    char text[MG_NUM_SIZE];
    int64_t again = ~value;
    size_t length = mg_num_format_i64(value, text);
    CHECK(length == strlen(text) && mg_num_parse_i64(text, length, &again) && again == value);
}

static void check_real(double value)
{
    char text[MG_NUM_SIZE];
    double again = 0;
    size_t length = mg_num_format_f64(value, text);
    CHECK(length < sizeof text && length == strlen(text) && !strchr(text, ','));
    CHECK(mg_num_parse_f64(text, length, &again) && (again == value || !isfinite(value)));
    for (int decimals = 0; decimals <= 12; decimals++) {
        length = mg_num_format_fixed(value, decimals, text);
        CHECK(length < sizeof text && length == strlen(text) && strcmp(text, "-0"));
        CHECK(mg_num_parse_f64(text, length, &again));
        /* half a unit of the last place, and what a double of that size cannot say */
        double unit = pow(10, -decimals);
        CHECK(!isfinite(value) || fabs(again - value) <= unit * 0.5000001 + fabs(value) * 1e-15);
    }
}

static void check_date(mg_date date)
{
    char text[MG_DATE_SIZE];
    mg_date again = MG_DATE_NONE;
    int year, month, day;
    mg_date_to_civil(date, &year, &month, &day);
    CHECK(year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31);
    CHECK(mg_date_from_civil(year, month, day) == date);
    mg_date_format(date, text);
    CHECK(strlen(text) == 10 && mg_date_parse_iso(text, 10, &again) && again == date);
    CHECK(mg_date_parse_any(text, 10, &again) && again == date);
}

static void check_text(const char *text, size_t length)
{
    int64_t integer = 77;
    double real = 77, comma = 77;
    mg_date iso = 77, any = 77;
    bool is_integer = mg_num_parse_i64(text, length, &integer);
    bool is_real = mg_num_parse_f64(text, length, &real);
    bool is_comma = mg_num_parse_f64_comma(text, length, &comma);
    CHECK(is_integer || integer == 77);
    CHECK(is_real || real == 77);
    CHECK(is_comma || comma == 77);
    if (is_integer) {
        check_integer(integer);
        CHECK(is_real && real == (double)integer);
    }
    if (is_real)
        CHECK(isfinite(real) && is_comma && comma == real);
    if (is_comma)
        check_real(comma);
    bool is_iso = mg_date_parse_iso(text, length, &iso), is_any = mg_date_parse_any(text, length, &any);
    CHECK(is_iso ? is_any && iso == any : iso == 77);
    CHECK(is_any || any == 77);
    if (is_any)
        check_date(any);
    struct mg_type_watch watch = MG_TYPE_WATCH;
    mg_type_see(&watch, text, length);
    enum mg_type type = mg_type_seen(&watch);
    CHECK(type < MG_TYPE_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* a copy of its own length, so that reading on is seen */
    char *text = malloc(size);
    if (size)
        memcpy(text, data, size);
    check_text(text, size);
    free(text);
    for (size_t at = 0; at + 8 <= size && at < 64; at += 8) {
        int64_t integer;
        double real;
        memcpy(&integer, data + at, 8);
        memcpy(&real, data + at, 8);
        check_integer(integer);
        check_real(real);
    }
    return 0;
}
