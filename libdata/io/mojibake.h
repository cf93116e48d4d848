/* mojibake.h - text that was valid UTF-8 once, was taken for something else, and is valid UTF-8 again.
 *
 * "DÃ©sirade" is "Désirade" whose UTF-8 bytes were read as CP1252; "D√©sirade" the same as Mac Roman,
 * "D├®sirade" as CP850. A control character U+0080..U+009F is a CP1252 character that was read as Latin-1.
 * U+FFFD stands where somebody's program lost a character: it can be told, not repaired.
 */
#ifndef MG_IO_MOJIBAKE_H
#define MG_IO_MOJIBAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/buf.h"

/* text: UTF-8. The offset of the first place that may be garbled, or length: fast, and only a reason to look
 * closer. */
size_t mg_mojibake_suspect(const char *text, size_t length);

bool mg_mojibake_is_lossy(const char *text, size_t length); /* it holds U+FFFD */

/* Append text with every garbled character as it was, however often it went wrong. False when there was none
 * (then nothing is appended). */
bool mg_mojibake_repair(const char *text, size_t length, struct mg_buf *out);

#endif
