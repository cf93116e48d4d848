/* column_type.h - what type a column's cells prove: it is text until the whole column says otherwise.
 *
 * integer: no leading zero, no plus sign, at most 15 digits; number: with a decimal point or comma, the same
 * all through the column, and no exponent; boolean: true/false, vrai/faux, oui/non, yes/no; date: to the day,
 * in the forms of mg_date_parse_any; datetime: a date with a time after it in some cell. Empty cells say
 * nothing, and a column without any other stays text. Names are those of Table Schema, but for text.
 */
#ifndef MG_COLUMNS_COLUMN_TYPE_H
#define MG_COLUMNS_COLUMN_TYPE_H

#include <stdbool.h>
#include <stddef.h>

enum mg_type {
    MG_TYPE_TEXT,
    MG_TYPE_INTEGER,
    MG_TYPE_NUMBER,
    MG_TYPE_BOOLEAN,
    MG_TYPE_DATE,
    MG_TYPE_DATETIME,
    MG_TYPE_COUNT
};

/* What a column may still be. Start with MG_TYPE_WATCH. */
struct mg_type_watch {
    unsigned possible;
    bool any, fraction, time;
};

#define MG_TYPE_WATCH ((struct mg_type_watch){.possible = ~0u})

const char *mg_type_name(enum mg_type type);
bool mg_type_from_name(const char *name, enum mg_type *ret_type);

/* One more cell, blanks around it or not. Nothing is left to find out once possible is 0. */
void mg_type_see(struct mg_type_watch *watch, const char *text, size_t length);
enum mg_type mg_type_seen(const struct mg_type_watch *watch);

/* The type of a column that one edition proved to be a, and another b. */
enum mg_type mg_type_merge(enum mg_type a, enum mg_type b);

#endif
