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

/* The length without a time after the date: "T" or blanks, then an hour and a colon. */
static size_t without_time(const char *text, size_t length)
{
    for (size_t i = 8; i + 2 < length; i++) {
        if (text[i] != ' ' && text[i] != 'T')
            continue;
        size_t hour = i + 1, end = hour;
        while (end < length && digits(text + end, 1) >= 0)
            end++;
        if (end > hour && end - hour <= 2 && end < length && (text[end] == ':' || text[end] == 'h'))
            return i;
    }
    return length;
}

/* "1" and "01" to at most max digits, moved past; -1 if there is none. */
static int take_number(const char **at, const char *end, size_t max)
{
    const char *start = *at;
    while (*at < end && (size_t)(*at - start) < max && digits(*at, 1) >= 0)
        (*at)++;
    return *at > start ? digits(start, (size_t)(*at - start)) : -1;
}

/* 1 to 12 for "décembre", "DEC.", "fevr" and their like, moved past; 0 if it is no month. The letters that
 * tell months apart are enough, and accents may have been lost. */
static int take_month(const char **at, const char *end)
{
    static const char *const months[] = {"jan",  "f?v",  "mars", "avr", "mai", "juin",
                                         "juil", "ao?t", "sep",  "oct", "nov", "d?c"};
    const char *word = *at;
    while (*at < end &&
           ((**at | 0x20) >= 'a' && (**at | 0x20) <= 'z' ? true : (unsigned char)**at >= 0x80 || **at == '.'))
        (*at)++;
    for (int m = 0; m < 12; m++) {
        const char *letter = months[m], *c = word;
        for (; *letter && c < *at; letter++) {
            if (*letter != '?') {
                if ((*c | 0x20) != *letter)
                    break;
                c++;
            } else {
                size_t left = (size_t)(*at - c); /* é, û, e, u */
                c += (unsigned char)*c == 0xC3 && left > 1 ? 2 : 1;
            }
        }
        if (!*letter)
            return m + 1;
    }
    return 0;
}

/* 31/12/2020, 1-2-2020, 31.12.2020, 31 décembre 2020, 1er mars 2020 */
static bool parse_day_first(const char *text, size_t length, mg_date *ret_date)
{
    const char *at = text, *end = text + length;
    int day = take_number(&at, end, 2);
    if (end - at > 2 && !memcmp(at, "er ", 3))
        at += 2;
    if (day < 0 || at == end || !strchr("/-. ", *at) || !*at)
        return false;
    char separator = *at++;
    bool number = at < end && digits(at, 1) >= 0;
    int month = number ? take_number(&at, end, 2) : separator == '.' ? 0 : take_month(&at, end);
    if (month <= 0 || end - at != 5 || *at != separator || (number && separator == ' '))
        return false;
    return from_parts(digits(at + 1, 4), month, day, ret_date);
}

bool mg_date_parse_any(const char *text, size_t length, mg_date *ret_date)
{
    length = without_time(text, length);
    if (length == 8 && digits(text, 8) >= 0)
        return from_parts(digits(text, 4), digits(text + 4, 2), digits(text + 6, 2), ret_date);
    if (length == 10 && text[4] == '/' && text[7] == '/')
        return from_parts(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), ret_date);
    return mg_date_parse_iso(text, length, ret_date) || parse_day_first(text, length, ret_date);
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
