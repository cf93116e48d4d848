/* french_words.h - the words of a French name or address, in a form in which two spellings are one.
 *
 * "Agence Postale de St-Étienne" and "AGENCE POSTALE SAINT ETIENNE" have the same words.
 */
#ifndef MG_COMMON_FRENCH_WORDS_H
#define MG_COMMON_FRENCH_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "libdata/base/buf.h"

/* Append the words, one blank between two; a text of nothing but articles keeps them. buf remembers failure.
 */
void mg_words_add(struct mg_buf *buf, const char *text);

/* The same of an address without its number, and with "R", "AV", "CH" read as streets; *ret_number: the
 * number in front, 0 for none. */
void mg_words_add_street(struct mg_buf *buf, const char *text, uint32_t *ret_number);

/* The digits of a telephone number without the country; nothing when it is too short to be one (3631). */
void mg_words_add_phone(struct mg_buf *buf, const char *text);

/* Jaro and Winkler's similarity of two words, 0 to 1; bytes, so that it suits text without accents. */
double mg_words_likeness(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
