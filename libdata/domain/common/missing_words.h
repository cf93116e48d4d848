/* missing_words.h - words that people and programs write where there is nothing to write.
 *
 * Some are never anything else (NULL, #N/A, non renseigné, -); others are a word or a code too, where a cell
 * is text (NA, nd, s): they are missing only where the cell should hold a number, a date or a code. Compared
 * without case and points.
 */
#ifndef MG_COMMON_MISSING_WORDS_H
#define MG_COMMON_MISSING_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* Of a trimmed cell; an empty one is none of the words. */
bool mg_missing_word(const char *text, size_t length); /* wherever it stands */
bool mg_missing_word_in_code(const char *text,
                             size_t length); /* for a number, a date, a code: of either kind */

#endif
