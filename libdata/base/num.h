/* num.h - numbers to and from text, the same under every locale.
 *
 * Parsers take the whole cell or nothing: no blanks, no junk after the digits, no overflow, no "nan" or
 * "inf". false leaves *ret_value untouched. The decimal sign is the point; mg_num_parse_f64_comma takes
 * a comma as well (48,94), but never both in one number.
 */
#ifndef MG_BASE_NUM_H
#define MG_BASE_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MG_NUM_SIZE 32 /* bytes enough for any formatted number and its NUL */

bool mg_num_parse_i64(const char *text, size_t length, int64_t *ret_value);
bool mg_num_parse_f64(const char *text, size_t length, double *ret_value);
bool mg_num_parse_f64_comma(const char *text, size_t length, double *ret_value);

/* As people write numbers: the same, and between groups of three digits blanks of any kind (no-break, thin,
 * figure) or apostrophes: 768 123,45 or 1'234'567.8. One reading for whatever is a number, whole or not. */
bool mg_num_parse_written(const char *text, size_t length, double *ret_value);

/* Write text and NUL, return its length. f64: the shortest decimal that reads back as the same value,
 * without an exponent where that takes at most 15 digits; value must be finite (others give "0"). */
size_t mg_num_format_i64(int64_t value, char text[MG_NUM_SIZE]);
size_t mg_num_format_f64(double value, char text[MG_NUM_SIZE]);

/* At most `decimals` (0..12) after the point, no trailing zeros, never "-0": coordinates for publication. */
size_t mg_num_format_fixed(double value, int decimals, char text[MG_NUM_SIZE]);

#endif
