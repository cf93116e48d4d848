#include "libdata/domain/common/territory_code.h"

#include <stdio.h>
#include <string.h>

#include "libdata/domain/common/codes.h"

static bool digits(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return length > 0;
}

/* 1, 01, 035, 2a, 02A, 971: two characters, or three overseas. */
static bool departement_code(const char *text, size_t length, char ret_code[MG_TERRITORY_CODE_SIZE])
{
    if (length == 3 && text[0] == '0') {
        text++;
        length--;
    }
    bool corsica = length == 2 && text[0] == '2' && memchr("aAbB", text[1], 4);
    if (length > 3 || (length == 3 && text[0] != '9') || !(corsica || digits(text, length)))
        return false;
    char *code = ret_code;
    if (length == 1)
        *code++ = '0';
    memcpy(code, text, length);
    code[length] = '\0';
    if (corsica)
        code[1] &= ~0x20;
    return true;
}

bool mg_territory_code(enum mg_level level, const char *text, size_t length,
                       char ret_code[MG_TERRITORY_CODE_SIZE])
{
    char commune[MG_CODE_SIZE];
    switch (level) {
    case MG_COMMUNE:
        if (!mg_code_commune(text, length, commune))
            return false;
        strcpy(ret_code, commune);
        return true;
    case MG_DEPARTEMENT:
        return departement_code(text, length, ret_code);
    case MG_REGION:
        if (length > 2 || !digits(text, length))
            return false;
        snprintf(ret_code, MG_TERRITORY_CODE_SIZE, "%s%.*s", length == 1 ? "0" : "", (int)length, text);
        return true;
    case MG_ARRONDISSEMENT:
        if (length < 3 || length > 4)
            return false;
        snprintf(ret_code, MG_TERRITORY_CODE_SIZE, "%s%.*s", length == 3 && text[0] != '9' ? "0" : "",
                 (int)length, text);
        return true;
    case MG_EPCI:
        if (length != 9 || !digits(text, length))
            return false;
        memcpy(ret_code, text, 9);
        ret_code[9] = '\0';
        return true;
    default:
        return false;
    }
}
