#include "libdata/domain/codes.h"

#include <string.h>

#include "libdata/base/num.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!is_digit(text[i]))
            return false;
    return length > 0;
}

bool mg_code_commune(const char *text, size_t length, char ret_code[MG_CODE_SIZE])
{
    if (length == 4 && all_digits(text, 4)) {
        ret_code[0] = '0';
        memcpy(ret_code + 1, text, 4);
    } else if (length == 5 && is_digit(text[0]) && all_digits(text + 2, 3) &&
               (is_digit(text[1]) || (text[0] == '2' && strchr("ABab", text[1])))) {
        memcpy(ret_code, text, 5);
        if (!is_digit(text[1]))
            ret_code[1] &= '\xDF'; /* upper case */
    } else if (length == 5 && text[0] == '9' && strchr("ABCDEFabcdef", text[1]) && all_digits(text + 2, 3)) {
        memcpy(ret_code, "97", 2);
        memcpy(ret_code + 2, text + 2, 3);
    } else {
        return false;
    }
    ret_code[5] = '\0';
    return true;
}

bool mg_code_postcode(const char *text, size_t length, char ret_code[MG_CODE_SIZE])
{
    char digits[5];
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ' ')
            continue;
        if (!is_digit(text[i]) || count == 5)
            return false;
        digits[count++] = text[i];
    }
    if (count != 4 && count != 5)
        return false;
    ret_code[0] = '0';
    memcpy(ret_code + 5 - count, digits, count);
    ret_code[5] = '\0';
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* What a cell may wrap around its numbers: blanks, brackets, POINT. */
static void unwrap(const char **at, const char **end)
{
    const char *a = skip_blanks(*at, *end), *z = *end;
    if (z - a > 5 && strncmp(a, "POINT", 5) == 0)
        a = skip_blanks(a + 5, z);
    while (z > a && is_blank(z[-1]))
        z--;
    if (z - a > 2 && ((*a == '(' && z[-1] == ')') || (*a == '[' && z[-1] == ']'))) {
        a = skip_blanks(a + 1, z - 1);
        for (z--; z > a && is_blank(z[-1]);)
            z--;
    }
    *at = a;
    *end = z;
}

/* The two parts around a separator that stands once. */
static bool split_at(const char *at, const char *end, char separator, double *ret_first, double *ret_second)
{
    const char *middle = memchr(at, separator, (size_t)(end - at));
    if (!middle)
        return false;
    const char *second = skip_blanks(middle + 1, end);
    while (middle > at && is_blank(middle[-1]))
        middle--;
    bool (*parse)(const char *, size_t, double *) =
        separator == ',' ? mg_num_parse_f64 : mg_num_parse_f64_comma;
    double a, b;
    if (!parse(at, (size_t)(middle - at), &a) || !parse(second, (size_t)(end - second), &b))
        return false;
    *ret_first = a;
    *ret_second = b;
    return true;
}

bool mg_place_split(const char *text, size_t length, double *ret_first, double *ret_second)
{
    const char *at = text, *end = text + length;
    unwrap(&at, &end);
    return split_at(at, end, ';', ret_first, ret_second) || split_at(at, end, ' ', ret_first, ret_second) ||
           split_at(at, end, ',', ret_first, ret_second);
}
