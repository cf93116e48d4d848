#include "libdata/base/date.h"

#include <stdio.h>
#include <string.h>

/* Days of the proleptic Gregorian calendar: years start in March, so that leap days come last. */
mg_date mg_date_from_civil(int year, int month, int day)
{
    if (month <= 2)
        year--;
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

void mg_date_to_civil(mg_date date, int *ret_year, int *ret_month, int *ret_day)
{
    int days = date + 719468;
    int era = (days >= 0 ? days : days - 146096) / 146097;
    int day_of_era = days - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * shifted + 2) / 5 + 1;
    *ret_month = shifted < 10 ? shifted + 3 : shifted - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool from_parts(int year, int month, int day, mg_date *ret_date)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > lengths[month - 1] + (month == 2 && is_leap(year)))
        return false;
    *ret_date = mg_date_from_civil(year, month, day);
    return true;
}

/* n digits as a number, or -1 */
static int digits(const char *text, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool mg_date_parse_iso(const char *text, size_t length, mg_date *ret_date)
{
    if (length != 4 && length != 7 && length != 10)
        return false;
    if ((length > 4 && text[4] != '-') || (length > 7 && text[7] != '-'))
        return false;
    return from_parts(digits(text, 4), length > 4 ? digits(text + 5, 2) : 1,
                      length > 7 ? digits(text + 8, 2) : 1, ret_date);
}

static size_t without_time(const char *text, size_t length)
{
    for (size_t i = 8; i + 1 < length && i <= 10; i++)
        if ((text[i] == ' ' || text[i] == 'T') && text[i + 1] >= '0' && text[i + 1] <= '9')
            return i;
    return length;
}

bool mg_date_parse_any(const char *text, size_t length, mg_date *ret_date)
{
    length = without_time(text, length);
    if (length == 8)
        return from_parts(digits(text, 4), digits(text + 4, 2), digits(text + 6, 2), ret_date);
    if (length == 10 && text[2] == text[5] && strchr("/-.", text[2]) && text[2])
        return from_parts(digits(text + 6, 4), digits(text + 3, 2), digits(text, 2), ret_date);
    return mg_date_parse_iso(text, length, ret_date);
}

void mg_date_format(mg_date date, char text[MG_DATE_SIZE])
{
    int year, month, day;
    mg_date_to_civil(date, &year, &month, &day);
    text[0] = (char)('0' + year / 1000 % 10);
    text[1] = (char)('0' + year / 100 % 10);
    text[2] = (char)('0' + year / 10 % 10);
    text[3] = (char)('0' + year % 10);
    text[4] = text[7] = '-';
    text[5] = (char)('0' + month / 10);
    text[6] = (char)('0' + month % 10);
    text[8] = (char)('0' + day / 10);
    text[9] = (char)('0' + day % 10);
    text[10] = '\0';
}
