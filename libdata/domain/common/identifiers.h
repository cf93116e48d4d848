/* identifiers.h - is a cell one of the identifiers that French files are full of? By form and, where there is
 * one, by check digit.
 *
 * The text is trimmed UTF-8. Nothing is looked up in a register: a well-formed code may be nobody's. Blanks
 * within are allowed where people write them (SIREN, SIRET, telephone).
 */
#ifndef MG_COMMON_IDENTIFIERS_H
#define MG_COMMON_IDENTIFIERS_H

#include <stdbool.h>
#include <stddef.h>

/* Nine digits that pass Luhn's check. */
bool mg_is_siren(const char *text, size_t length);
/* Fourteen digits that pass Luhn's check or, for La Poste (SIREN 356000000), whose digits add up to a
 * multiple of five. */
bool mg_is_siret(const char *text, size_t length);
/* A school: seven digits and the letter that they give modulo 23. */
bool mg_is_uai(const char *text, size_t length);
/* A health or social establishment: nine characters (2A and 2B for Corsica) that pass Luhn's check. */
bool mg_is_finess(const char *text, size_t length);
/* An association: W and nine digits, the first of which may be a letter (W9A in overseas). */
bool mg_is_rna(const char *text, size_t length);
/* A French railway station: 87, five digits and their Luhn digit; the last may be missing. */
bool mg_is_uic(const char *text, size_t length);
/* A statistical block: a commune's code and four digits. */
bool mg_is_iris(const char *text, size_t length);
/* A street as the land registry numbers it within its commune (FANTOIR, once RIVOLI): four characters, and
 * perhaps their check letter; also with the commune before it, as addresses have it (51108_3390). */
bool mg_is_fantoir(const char *text, size_t length);
/* An activity (NAF): 84.11Z or 8411Z. */
bool mg_is_activity(const char *text, size_t length);
/* A group of communes: a SIREN that begins with 20 or 24. */
bool mg_is_epci(const char *text, size_t length);
/* 01 to 95, 2A, 2B, 971 to 988; also 1, 001 and 02A, as files write them. */
bool mg_is_departement(const char *text, size_t length);
/* A region's two digits, of before or after 2016; also 1 to 6. */
bool mg_is_region(const char *text, size_t length);
/* Ten digits from 0, or +33 or 0033 and nine, in any grouping. */
bool mg_is_phone(const char *text, size_t length);
/* Whatever may stand in a column of telephone numbers: those, short ones (3631, 17, 115), other countries',
 * and numbers that have lost their leading zero. */
bool mg_is_phone_like(const char *text, size_t length);
bool mg_is_email(const char *text, size_t length);
bool mg_is_url(const char *text, size_t length);
/* 3,56E+13: a spreadsheet showed a long number so, and the digits that it left out are lost. */
bool mg_is_rounded_number(const char *text, size_t length);
/* Written as ministries do (Côte-d'Or, COTE D OR). */
bool mg_is_departement_name(const char *text, size_t length);
bool mg_is_region_name(const char *text, size_t length);

#endif
