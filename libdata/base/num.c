#include "libdata/base/num.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double powers[] = {1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

bool mg_num_parse_i64(const char *text, size_t length, int64_t *ret_value)
{
    size_t i = 0;
    bool negative = length && text[0] == '-';
    if (length && (text[0] == '-' || text[0] == '+'))
        i = 1;
    if (i == length)
        return false;
    int64_t value = 0;
    for (; i < length; i++) {
        int digit = text[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, digit, &value)) /* negative side: reaches INT64_MIN */
            return false;
    }
    if (!negative && __builtin_sub_overflow(0, value, &value))
        return false;
    *ret_value = value;
    return true;
}

/* What strtod can do and the fast path cannot: many digits, exponents. The text's shape was checked. */
static bool parse_slowly(const char *text, size_t length, char decimal, double *ret_value)
{
    char copy[512];
    bool negative = text[0] == '-';
    for (; length > 1 && strchr("-+0", text[0]) && strchr("0123456789", text[1]); length--)
        text++; /* zeros in front, so that they do not count */
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *sign = memchr(copy, decimal, length);
    if (sign) { /* strtod wants the decimal sign of the locale in force */
        char probe[8];
        snprintf(probe, sizeof probe, "%.1f", 0.5);
        *sign = probe[1];
    }
    char *end;
    errno = 0;
    double value = strtod(copy, &end);
    if (*end || !isfinite(value))
        return false;
    *ret_value = negative ? -fabs(value) : value;
    return true;
}

/* ret: digits before an exponent are well formed. The fast path is exact: both factors are exact doubles
 * (Clinger 1990, "How to read floating point numbers accurately"). */
static bool parse(const char *text, size_t length, char decimal, double *ret_value)
{
    size_t i = 0;
    int digits = 0, scale = 0;
    bool point = false, exact = true;
    uint64_t mantissa = 0;
    bool negative = length && text[0] == '-';
    if (length && (text[0] == '-' || text[0] == '+'))
        i = 1;
    for (; i < length; i++) {
        unsigned digit = (unsigned)(unsigned char)text[i] - '0';
        if (digit <= 9) {
            digits++;
            scale += point;
            if (mantissa < 900719925474098) /* ten times that plus nine stays below 2^53 */
                mantissa = mantissa * 10 + digit;
            else
                exact = false;
        } else if (text[i] == decimal && !point) {
            point = true;
        } else {
            break;
        }
    }
    if (!digits)
        return false;
    if (i < length) { /* an exponent, or junk */
        if (text[i] != 'e' && text[i] != 'E')
            return false;
        int64_t exponent;
        if (!mg_num_parse_i64(text + i + 1, length - i - 1, &exponent))
            return false;
        return parse_slowly(text, length, decimal, ret_value);
    }
    if (!exact || scale > 22)
        return parse_slowly(text, length, decimal, ret_value);
    double value = (double)mantissa / powers[scale];
    *ret_value = negative ? -value : value;
    return true;
}

bool mg_num_parse_f64(const char *text, size_t length, double *ret_value)
{
    return parse(text, length, '.', ret_value);
}

bool mg_num_parse_f64_comma(const char *text, size_t length, double *ret_value)
{
    return parse(text, length, memchr(text, ',', length) ? ',' : '.', ret_value);
}

static size_t format_u64(uint64_t value, char *text)
{
    char reversed[24];
    size_t n = 0, i = 0;
    do
        reversed[n++] = (char)('0' + value % 10);
    while (value /= 10);
    while (n)
        text[i++] = reversed[--n];
    text[i] = '\0';
    return i;
}

/* Bytes of what may stand between groups of digits, 0: nothing does. */
static size_t separator_at(const char *text, size_t length)
{
    static const char *const kinds[] = {" ",
                                        "'",
                                        "\xC2\xA0",      /* no-break space */
                                        "\xE2\x80\x87",  /* figure space */
                                        "\xE2\x80\x89",  /* thin space */
                                        "\xE2\x80\x99",  /* apostrophe */
                                        "\xE2\x80\xAF"}; /* narrow no-break space */
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t n = strlen(kinds[i]);
        if (n <= length && !memcmp(text, kinds[i], n))
            return n;
    }
    return 0;
}

static bool three_digits(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && text[n] >= '0' && text[n] <= '9')
        n++;
    return n == 3;
}

bool mg_num_parse_written(const char *text, size_t length, double *ret_value)
{
    char plain[MG_NUM_SIZE];
    size_t n = 0, first = 0, separator;
    bool grouped = false, fraction = false;
    if (mg_num_parse_f64_comma(text, length, ret_value))
        return true;
    for (size_t i = 0; i < length;) {
        if ((separator = separator_at(text + i, length - i))) {
            if (fraction || !first || first > 3 ||
                !three_digits(text + i + separator, length - i - separator))
                return false;
            grouped = true;
            i += separator;
            continue;
        }
        if (n == sizeof plain)
            return false;
        fraction |= text[i] == '.' || text[i] == ',';
        first += !grouped && text[i] >= '0' && text[i] <= '9';
        plain[n++] = text[i++];
    }
    return grouped && mg_num_parse_f64_comma(plain, n, ret_value);
}

size_t mg_num_format_i64(int64_t value, char text[MG_NUM_SIZE])
{
    if (value >= 0)
        return format_u64((uint64_t)value, text);
    text[0] = '-';
    return 1 + format_u64(0 - (uint64_t)value, text + 1);
}

/* scaled / 10^decimals, trailing zeros of the fraction cut */
static size_t format_scaled(bool negative, uint64_t scaled, int decimals, char *text)
{
    size_t n = 0;
    while (decimals > 0 && scaled % 10 == 0) {
        scaled /= 10;
        decimals--;
    }
    if (negative && scaled)
        text[n++] = '-';
    uint64_t unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    n += format_u64(scaled / unit, text + n);
    if (decimals) {
        text[n++] = '.';
        char fraction[24];
        size_t length = format_u64(scaled % unit, fraction);
        for (size_t pad = (size_t)decimals - length; pad; pad--)
            text[n++] = '0';
        memcpy(text + n, fraction, length + 1);
        n += length;
    }
    text[n] = '\0';
    return n;
}

size_t mg_num_format_f64(double value, char text[MG_NUM_SIZE])
{
    if (!isfinite(value) || value == 0) {
        strcpy(text, "0");
        return 1;
    }
    double magnitude = fabs(value);
    for (int decimals = 0; decimals <= 15; decimals++) {
        double scaled = magnitude * powers[decimals];
        if (scaled >= 1e15)
            break;
        double whole = nearbyint(scaled);
        if (whole / powers[decimals] == magnitude)
            return format_scaled(value < 0, (uint64_t)whole, decimals, text);
    }
    int length = 0;
    for (int precision = 15; precision <= 17; precision++) {
        length = snprintf(text, MG_NUM_SIZE, "%.*g", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    char *comma = strchr(text, ','); /* a locale's decimal sign */
    if (comma)
        *comma = '.';
    return (size_t)length;
}

size_t mg_num_format_fixed(double value, int decimals, char text[MG_NUM_SIZE])
{
    double scaled = fabs(value) * powers[decimals];
    if (!(scaled < 9e15)) /* too large for whole digits, or not finite */
        return mg_num_format_f64(value, text);
    return format_scaled(value < 0, (uint64_t)llround(scaled), decimals, text);
}
