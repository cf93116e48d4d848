/* codes.h - official codes as files write them, brought to their proper form; and places in one cell. */
#ifndef MG_COMMON_CODES_H
#define MG_COMMON_CODES_H

#include <stdbool.h>
#include <stddef.h>

#define MG_CODE_SIZE 8

/* What a program that took a code for a number or a formula made of it, taken back: ="01000", '01000, 51108.0
 * (digits only). Trimmed; a part of the text, or all of it. */
const char *mg_code_unwrap(const char *text, size_t length, size_t *ret_length);

/* A commune's five characters (01001, 2A004, 97101). 1001 is 01001, 2a004 is 2A004, and 9A101 is 97101, as
 * health files write overseas (9A to 9F). The text is trimmed. */
bool mg_code_commune(const char *text, size_t length, char ret_code[MG_CODE_SIZE]);

/* A commune by its number within the département, as files write it that have both apart: 51 and 108 are
 * 51108, 1 and 4 01004, 2A and 004 2A004, 971 (or 9A) and 101 97101. Both trimmed. */
bool mg_code_commune_within(const char *departement, size_t departement_length, const char *number,
                            size_t number_length, char ret_code[MG_CODE_SIZE]);

/* A postcode's five digits; unwrapped, as communes are. 1000 is 01000; "01 000" is 01000. */
bool mg_code_postcode(const char *text, size_t length, char ret_code[MG_CODE_SIZE]);
/* The postcode of the line under an address: "01440 VIRIAT". */
bool mg_code_routing_line(const char *text, size_t length, char ret_code[MG_CODE_SIZE]);

/* Two numbers in one cell: "48.9, 2.1", "48,9;2,1", "48.9 2.1", "(48.9, 2.1)", "POINT (2.1 48.9)". In the
 * order written, which does not say which is the longitude. */
bool mg_place_split(const char *text, size_t length, double *ret_first, double *ret_second);

/* Degrees, minutes and seconds, each marked or set apart by blanks, with the side of the world before or
 * after if there is one: 48°57'34"N, 4° 21' 49,5" E, O 1°40'12", -1°40'. The degree sign is needed, or the
 * side. sides: "NS" for latitudes, "EOW" (or "EW") for longitudes; S, O and W are negative. */
bool mg_place_degrees(const char *text, size_t length, const char *sides, double *ret_degrees);

#endif
