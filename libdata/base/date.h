/* date.h - civil dates of the Gregorian calendar, years 1 to 9999.
 *
 * mg_date counts days, 0 is 1970-01-01; it compares as a number. On the wire and in the file a date is
 * its ISO text (2020-01-31), which compares the same way.
 */
#ifndef MG_BASE_DATE_H
#define MG_BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t mg_date;

#define MG_DATE_SIZE 11        /* "YYYY-MM-DD" and NUL */
#define MG_DATE_NONE INT32_MIN /* no date: before every date */

mg_date mg_date_from_civil(int year, int month, int day); /* a valid civil date */
void mg_date_to_civil(mg_date date, int *ret_year, int *ret_month, int *ret_day);

/* An edition's date as users write it: YYYY (its first of January), YYYY-MM (its first), YYYY-MM-DD. */
bool mg_date_parse_iso(const char *text, size_t length, mg_date *ret_date);

/* A date as French files write it: any of the above, YYYYMMDD, YYYY/MM/DD, D/M/YYYY with /, - or . between,
 * "31 décembre 2020", "1er mars 2020", "31-dec-2020", each with a time after it (blank or T, then HH:MM...),
 * which is left out. Two-digit years are refused. */
bool mg_date_parse_any(const char *text, size_t length, mg_date *ret_date);

void mg_date_format(mg_date date, char text[MG_DATE_SIZE]);

#endif
