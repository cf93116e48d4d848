#include "libdata/domain/columns/column_type.h"

#include <string.h>
#include <strings.h>

#include "libdata/base/date.h"
#include "libdata/base/text.h"

enum {
    POINT = 1, /* a number, its decimal sign (if any) a point */
    COMMA = 2,
    BOOLEAN = 4,
    DATE = 8,
    ALL = 15
};

#define MOST_DIGITS 15 /* a double holds them exactly */

static const char *const names[MG_TYPE_COUNT] = {"text", "integer", "number", "boolean", "date", "datetime"};

const char *mg_type_name(enum mg_type type)
{
    return names[type];
}

bool mg_type_from_name(const char *name, enum mg_type *ret_type)
{
    for (int i = 0; i < MG_TYPE_COUNT; i++)
        if (!strcmp(names[i], name)) {
            *ret_type = (enum mg_type)i;
            return true;
        }
    return false;
}

/* Which of POINT and COMMA the cell may be. */
static unsigned number_forms(const char *text, size_t length, bool *ret_fraction)
{
    size_t i = *text == '-', whole = i, digits;
    while (i < length && mg_is_digit(text[i]))
        i++;
    digits = i - whole;
    if (!digits || digits > MOST_DIGITS || (digits > 1 && text[whole] == '0'))
        return 0;
    if (i == length)
        return POINT | COMMA;
    char sign = text[i++];
    size_t fraction = i;
    while (i < length && mg_is_digit(text[i]))
        i++;
    if (i < length || i == fraction || (sign != '.' && sign != ','))
        return 0;
    *ret_fraction = true;
    return sign == '.' ? POINT : COMMA;
}

static bool is_boolean(const char *text, size_t length)
{
    static const char *const words[] = {"true", "false", "vrai", "faux", "oui", "non", "yes", "no"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == length && !strncasecmp(words[i], text, length))
            return true;
    return false;
}

/* A day of our times: years alone are numbers, and most runs of eight digits are no dates. */
static bool is_day(const char *text, size_t length)
{
    mg_date date;
    return length >= 8 && mg_date_parse_any(text, length, &date) && date >= mg_date_from_civil(1700, 1, 1) &&
           date < mg_date_from_civil(2200, 1, 1);
}

void mg_type_see(struct mg_type_watch *watch, const char *text, size_t length)
{
    text = mg_text_trim(text, length, &length);
    if (!length)
        return;
    unsigned possible = watch->any ? watch->possible : watch->possible & ALL;
    watch->any = true;
    if (possible & (POINT | COMMA))
        possible &= ~(unsigned)(POINT | COMMA) | number_forms(text, length, &watch->fraction);
    if ((possible & BOOLEAN) && !is_boolean(text, length))
        possible &= ~(unsigned)BOOLEAN;
    if (possible & DATE) {
        if (!is_day(text, length))
            possible &= ~(unsigned)DATE;
        else if (memchr(text, ':', length))
            watch->time = true;
    }
    watch->possible = possible;
}

enum mg_type mg_type_seen(const struct mg_type_watch *watch)
{
    if (!watch->any)
        return MG_TYPE_TEXT;
    if (watch->possible & DATE)
        return watch->time ? MG_TYPE_DATETIME : MG_TYPE_DATE;
    if (watch->possible & (POINT | COMMA))
        return watch->fraction ? MG_TYPE_NUMBER : MG_TYPE_INTEGER;
    return watch->possible & BOOLEAN ? MG_TYPE_BOOLEAN : MG_TYPE_TEXT;
}

enum mg_type mg_type_merge(enum mg_type a, enum mg_type b)
{
    if (a == b)
        return a;
    enum mg_type low = a < b ? a : b, high = a < b ? b : a;
    if (low == MG_TYPE_INTEGER && high == MG_TYPE_NUMBER)
        return MG_TYPE_NUMBER;
    return low == MG_TYPE_DATE && high == MG_TYPE_DATETIME ? MG_TYPE_DATETIME : MG_TYPE_TEXT;
}
