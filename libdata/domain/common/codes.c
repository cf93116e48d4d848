#include "libdata/domain/common/codes.h"

#include <string.h>

#include "libdata/base/num.h"
#include "libdata/base/text.h"

const char *mg_code_unwrap(const char *text, size_t length, size_t *ret_length)
{
    *ret_length = length;
    if (length > 3 && !memcmp(text, "=\"", 2) && text[length - 1] == '"') {
        *ret_length = length - 3;
        return text + 2;
    }
    if (length > 1 && text[0] == '\'') {
        *ret_length = length - 1;
        return text + 1;
    }
    size_t whole = 0, zeros = length;
    while (whole < length && mg_is_digit(text[whole]))
        whole++;
    while (zeros > whole + 1 && text[zeros - 1] == '0')
        zeros--;
    if (whole && whole + 1 < length && (text[whole] == '.' || text[whole] == ',') && zeros == whole + 1)
        *ret_length = whole;
    return text;
}

static bool commune_as_written(const char *text, size_t length, char ret_code[MG_CODE_SIZE])
{
    if (length == 4 && mg_all_digits(text, 4)) {
        ret_code[0] = '0';
        memcpy(ret_code + 1, text, 4);
    } else if (length == 5 && mg_is_digit(text[0]) && mg_all_digits(text + 2, 3) &&
               (mg_is_digit(text[1]) || (text[0] == '2' && memchr("ABab", text[1], 4)))) {
        memcpy(ret_code, text, 5);
        if (!mg_is_digit(text[1]))
            ret_code[1] &= '\xDF'; /* upper case */
    } else if (length == 5 && text[0] == '9' && memchr("ABCDEFabcdef", text[1], 12) &&
               mg_all_digits(text + 2, 3)) {
        memcpy(ret_code, "97", 2);
        memcpy(ret_code + 2, text + 2, 3);
    } else {
        return false;
    }
    ret_code[5] = '\0';
    return true;
}

bool mg_code_commune(const char *text, size_t length, char ret_code[MG_CODE_SIZE])
{
    if (commune_as_written(text, length, ret_code))
        return true;
    size_t plain;
    const char *code = mg_code_unwrap(text, length, &plain);
    return plain < length && commune_as_written(code, plain, ret_code);
}

/* The two characters that a commune's code begins with, and the third where an overseas département has one.
 */
static bool head_of(const char *text, size_t length, char ret_head[3])
{
    if (length == 3 && text[0] == '0') { /* 035, 02A */
        text++;
        length--;
    }
    ret_head[2] = '\0';
    if (length == 1) {
        ret_head[0] = '0';
        ret_head[1] = text[0];
        return mg_is_digit(text[0]);
    }
    if (length == 2 && text[0] == '9' && text[1] && strchr("ABCDEFabcdef", text[1])) {
        ret_head[1] = '7';
        ret_head[2] = (char)('1' + (text[1] & '\xDF') - 'A');
        if (ret_head[2] >= '5')
            ret_head[2] = text[1] == 'E' || text[1] == 'e' ? '5' : '6';
    } else if (length == 3 && text[0] == '9' && (text[1] == '7' || text[1] == '8') && mg_is_digit(text[2])) {
        ret_head[1] = text[1];
        ret_head[2] = text[2];
    } else if (length == 2) {
        ret_head[1] = mg_is_digit(text[1]) ? text[1] : text[1] & '\xDF';
    } else {
        return false;
    }
    ret_head[0] = text[0];
    return true;
}

bool mg_code_commune_within(const char *departement, size_t departement_length, const char *number,
                            size_t number_length, char ret_code[MG_CODE_SIZE])
{
    char head[3], whole[] = "00000";
    if (!head_of(departement, departement_length, head) || number_length > 3 ||
        !mg_all_digits(number, number_length))
        return false;
    memcpy(whole, head, 2);
    memcpy(whole + 5 - number_length, number, number_length);
    if (head[2] && number_length < 3)
        whole[2] = head[2];
    /* both have the last digit of an overseas département; the 7 and 8 of Saint-Barthélemy and Saint-Martin
     * are counted with Guadeloupe by some */
    else if (head[2] && number[0] != head[2] && (head[2] != '1' || (number[0] != '7' && number[0] != '8')))
        return false;
    return mg_code_commune(whole, 5, ret_code);
}

bool mg_code_postcode(const char *text, size_t length, char ret_code[MG_CODE_SIZE])
{
    char digits[5];
    size_t count = 0;
    if (length > 5)
        text = mg_code_unwrap(text, length, &length);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ' ')
            continue;
        if (!mg_is_digit(text[i]) || count == 5)
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

bool mg_code_routing_line(const char *text, size_t length, char ret_code[MG_CODE_SIZE])
{
    size_t letter = 6;
    while (letter < length && text[letter] == ' ')
        letter++;
    return letter < length && text[5] == ' ' && !mg_is_digit(text[letter]) &&
           mg_code_postcode(text, 5, ret_code) && !memchr(text, ' ', 5);
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

/* Skips blanks and the marks ° \' " ′ ″ ’ ”; *ret_degree: a degree sign was among them. */
static const char *skip_marks(const char *at, const char *end, bool *ret_degree)
{
    static const char *const marks[] = {
        " ",        "\t",           "\xC2\xB0",     "\xC2\xBA",     "'",
        "\"",       "\xE2\x80\xB2", "\xE2\x80\xB3", "\xE2\x80\x99", "\xE2\x80\x9D",
        "\xC2\xA0", "\xE2\x80\xAF"};
    for (bool found = true; found;) {
        found = false;
        for (size_t i = 0; i < sizeof marks / sizeof *marks && !found; i++) {
            size_t n = strlen(marks[i]);
            found = (size_t)(end - at) >= n && !memcmp(at, marks[i], n);
            *ret_degree |= found && (i == 2 || i == 3);
            at += found ? n : 0;
        }
    }
    return at;
}

static bool take_side(char c, const char *sides, int *sign)
{
    c = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    if (!c || !strchr(sides, c) || *sign)
        return false;
    *sign = c == 'S' || c == 'O' || c == 'W' ? -1 : 1;
    return true;
}

bool mg_place_degrees(const char *text, size_t length, const char *sides, double *ret_degrees)
{
    const char *at = text, *end = text + length;
    double parts[3] = {0};
    int sign = 0, count = 0;
    bool degree = false, minus = false;
    at = skip_marks(at, end, &degree);
    if (at < end && take_side(*at, sides, &sign))
        at++;
    at = skip_marks(at, end, &degree);
    if (at < end && *at == '-' && !sign) {
        minus = true;
        at++;
    }
    while (at < end && count < 3) {
        const char *from = at;
        while (at < end && ((*at >= '0' && *at <= '9') || *at == '.' || *at == ','))
            at++;
        if (from == at || !mg_num_parse_f64_comma(from, (size_t)(at - from), &parts[count]))
            break;
        count++;
        at = skip_marks(at, end, &degree);
    }
    if (at < end && !minus && take_side(*at, sides, &sign))
        at = skip_marks(at + 1, end, &degree);
    if (at < end || count < 2 || (!degree && !sign) || parts[1] >= 60 || parts[2] >= 60)
        return false;
    double value = parts[0] + parts[1] / 60 + parts[2] / 3600;
    *ret_degrees = minus || sign < 0 ? -value : value;
    return true;
}
