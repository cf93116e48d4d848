#include "libdata/domain/common/identifiers.h"

#include <stdint.h>
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/domain/common/codes.h"

#define LA_POSTE "356000000"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* The text without blanks (ASCII and U+00A0); SIZE_MAX if it is longer than size. */
static size_t compact(const char *text, size_t length, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == ' ')
            continue;
        if (i + 1 < length && !memcmp(text + i, "\xC2\xA0", 2)) {
            i++;
            continue;
        }
        if (n == size)
            return SIZE_MAX;
        out[n++] = text[i];
    }
    return n;
}

static bool luhn(const char *digits, size_t length)
{
    int sum = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = digits[length - 1 - i] - '0';
        if (i % 2)
            digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
        sum += digit;
    }
    return sum % 10 == 0;
}

static bool is_siren(const char *digits)
{
    static const char zeros[9] = "000000000";
    return mg_all_digits(digits, 9) && memcmp(digits, zeros, 9) && luhn(digits, 9);
}

bool mg_is_siren(const char *text, size_t length)
{
    char digits[9];
    return compact(text, length, digits, sizeof digits) == 9 && is_siren(digits);
}

bool mg_is_siret(const char *text, size_t length)
{
    char digits[14];
    if (compact(text, length, digits, sizeof digits) != 14 || !mg_all_digits(digits, 14))
        return false;
    if (!memcmp(digits, LA_POSTE, 9)) {
        int sum = 0;
        for (size_t i = 0; i < 14; i++)
            sum += digits[i] - '0';
        return sum % 5 == 0 || luhn(digits, 14);
    }
    return is_siren(digits) && luhn(digits, 14);
}

bool mg_is_uai(const char *text, size_t length)
{
    static const char letters[] = "ABCDEFGHJKLMNPRSTUVWXYZ";
    if (length != 8 || !mg_all_digits(text, 7))
        return false;
    int number = 0;
    for (size_t i = 0; i < 7; i++)
        number = number * 10 + (text[i] - '0');
    return (text[7] & ~0x20) == letters[number % 23];
}

/* In the check Corsica's A counts as 1 and its B as 2. */
bool mg_is_finess(const char *text, size_t length)
{
    char digits[9];
    if (length != 9)
        return false;
    memcpy(digits, text, 9);
    if (digits[0] == '2' && (digits[1] == 'A' || digits[1] == 'B'))
        digits[1] = digits[1] == 'A' ? '1' : '2';
    return mg_all_digits(digits, 9) && luhn(digits, 9) && memcmp(digits, "000", 3);
}

bool mg_is_rna(const char *text, size_t length)
{
    return length == 10 && (text[0] == 'W' || text[0] == 'w') && mg_is_digit(text[1]) &&
           (mg_is_digit(text[2]) || is_upper(text[2])) && mg_all_digits(text + 3, 7);
}

bool mg_is_uic(const char *text, size_t length)
{
    if ((length != 7 && length != 8) || !mg_all_digits(text, length) || memcmp(text, "87", 2))
        return false;
    return length == 7 || luhn(text + 2, 6);
}

bool mg_is_iris(const char *text, size_t length)
{
    char code[MG_CODE_SIZE];
    return length == 9 && mg_code_commune(text, 5, code) && mg_all_digits(text + 5, 4);
}

bool mg_is_fantoir(const char *text, size_t length)
{
    char code[MG_CODE_SIZE];
    if (length > 6 && text[5] == '_' && mg_code_commune(text, 5, code)) {
        text += 6;
        length -= 6;
    }
    return (length == 4 || (length == 5 && is_upper(text[4]))) && (mg_is_digit(*text) || is_upper(*text)) &&
           mg_all_digits(text + 1, 3);
}

bool mg_is_activity(const char *text, size_t length)
{
    size_t dot = length == 6 && text[2] == '.' ? 1 : 0;
    return length == 5 + dot && mg_all_digits(text, 2) && mg_all_digits(text + 2 + dot, 2) &&
           is_upper(text[length - 1]);
}

bool mg_is_epci(const char *text, size_t length)
{
    return length == 9 && mg_is_siren(text, 9) && text[0] == '2' && (text[1] == '0' || text[1] == '4');
}

bool mg_is_departement(const char *text, size_t length)
{
    if (length == 3 && text[0] == '0') {
        text++;
        length--;
    }
    if (length == 2 && text[0] == '2' && memchr("ABab", text[1], 4))
        return true;
    if (!length || length > 3 || !mg_all_digits(text, length))
        return false;
    int number = 0;
    for (size_t i = 0; i < length; i++)
        number = number * 10 + (text[i] - '0');
    return length == 3 ? (number >= 971 && number <= 978) || (number >= 984 && number <= 989)
                       : number >= 1 && number <= 95;
}

bool mg_is_region(const char *text, size_t length)
{
    static const char codes[] = "010203040611212223242526273132414243444552535472737475768283849193949799";
    if (length == 1)
        return *text >= '1' && *text <= '6' && *text != '5';
    for (size_t i = 0; length == 2 && i < sizeof codes - 1; i += 2)
        if (!memcmp(codes + i, text, 2))
            return true;
    return false;
}

/* The digits of a telephone number in any grouping, without the (0) of "+33 (0)1"; false: it is none. */
static bool phone_digits(const char *text, size_t length, char digits[16], size_t *ret_count)
{
    size_t n = 0;
    for (size_t i = length && *text == '+'; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (mg_is_digit(text[i])) {
            if (n == 16)
                return false;
            digits[n++] = text[i];
        } else if (i + 2 < length && !memcmp(text + i, "(0)", 3)) {
            i += 2;
        } else if (!c || (!strchr(" .-/()", c) && c != 0xC2 && c != 0xA0)) {
            return false;
        }
    }
    *ret_count = n;
    return true;
}

bool mg_is_phone(const char *text, size_t length)
{
    char digits[16];
    size_t n;
    if (!phone_digits(text, length, digits, &n))
        return false;
    if (*text == '+')
        return n >= 8 && n <= 15;
    return n == 10 ? digits[0] == '0' && digits[1] != '0' : n == 13 && !memcmp(digits, "0033", 4);
}

bool mg_is_phone_like(const char *text, size_t length)
{
    char digits[16];
    size_t n;
    if (!phone_digits(text, length, digits, &n))
        return false;
    return n >= 8 ? n <= 15 : (n == 4 && digits[0] == '3') || ((n == 2 || n == 3) && digits[0] == '1');
}

bool mg_is_email(const char *text, size_t length)
{
    const char *at = memchr(text, '@', length);
    if (!at || at == text || memchr(text, ' ', length))
        return false;
    const char *domain = at + 1, *end = text + length;
    if (memchr(domain, '@', (size_t)(end - domain)))
        return false;
    const char *dot = memrchr(domain, '.', (size_t)(end - domain));
    return dot && dot > domain && end - dot > 2;
}

bool mg_is_url(const char *text, size_t length)
{
    static const char *const starts[] = {"http://", "https://", "www."};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t n = strlen(starts[i]);
        if (length > n + 3 && !strncasecmp(text, starts[i], n) && !memchr(text, ' ', length))
            return true;
    }
    return false;
}

bool mg_is_rounded_number(const char *text, size_t length)
{
    size_t whole = 0, fraction, exponent = 0;
    while (whole < length && mg_is_digit(text[whole]))
        whole++;
    size_t at = whole;
    if (at < length && (text[at] == ',' || text[at] == '.'))
        at++;
    for (fraction = 0; at < length && mg_is_digit(text[at]); at++)
        fraction++;
    if (!whole || at + 2 >= length || (text[at] | 0x20) != 'e' || text[at + 1] != '+')
        return false;
    for (at += 2; at < length && mg_is_digit(text[at]) && exponent < 100; at++)
        exponent = exponent * 10 + (size_t)(text[at] - '0');
    return at == length && exponent >= 8 && exponent > fraction;
}
