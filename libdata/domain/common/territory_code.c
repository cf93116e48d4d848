#include "libdata/domain/common/territory_code.h"

#include <string.h>

#include "libdata/base/text.h"
#include "libdata/domain/common/codes.h"

static bool departement(const char *text, size_t length, char *ret_code)
{
    if (length == 3 && text[0] == '0') { /* 035, 02A */
        text++;
        length--;
    }
    bool single = length == 1 && mg_is_digit(*text) && *text != '0';
    bool corsica = length == 2 && text[0] == '2' && memchr("ABab", text[1], 4);
    bool overseas =
        length == 3 && text[0] == '9' && (text[1] == '7' || text[1] == '8') && mg_is_digit(text[2]);
    if (!single && !corsica && !overseas && !(length == 2 && mg_all_digits(text, length)))
        return false;
    ret_code[0] = '0';
    memcpy(ret_code + single, text, length);
    ret_code[length + single] = '\0';
    if (corsica)
        ret_code[1] &= '\xDF'; /* upper case */
    return true;
}

static bool arrondissement(const char *text, size_t length, char *ret_code)
{
    if (length < 3 || !mg_is_digit(text[length - 1]))
        return false;
    /* the département in its own length: 0511 is none of 51 */
    if (!departement(text, length - 1, ret_code) || strlen(ret_code) != length - 1)
        return false;
    ret_code[length - 1] = text[length - 1];
    ret_code[length] = '\0';
    return true;
}

static bool digits(const char *text, size_t length, size_t wanted, char *ret_code)
{
    if (length != wanted || !mg_all_digits(text, length))
        return false;
    memcpy(ret_code, text, length);
    ret_code[length] = '\0';
    return true;
}

bool mg_territory_code(enum mg_level level, const char *text, size_t length,
                       char ret_code[MG_TERRITORY_CODE_SIZE])
{
    switch (level) {
    case MG_COMMUNE:
        return mg_code_commune(text, length, ret_code);
    case MG_EPCI:
        return digits(text, length, 9, ret_code);
    case MG_ARRONDISSEMENT:
        return arrondissement(text, length, ret_code);
    case MG_DEPARTEMENT:
        return departement(text, length, ret_code);
    case MG_REGION:
        return length == 1 ? departement(text, length, ret_code) : digits(text, length, 2, ret_code);
    case MG_LEVEL_COUNT:
        break;
    }
    return false;
}
