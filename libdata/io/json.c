#include "libdata/io/json.h"

#include <math.h>
#include <stdio.h>

#include "libdata/base/text.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Control characters, those that JSON allows too (DEL, and U+0080 to U+009F, which are 0xC2 and their own
 * byte): a terminal obeys them. */
static bool needs_escape(const char *text, size_t left)
{
    unsigned char c = (unsigned char)text[0];
    if (c == 0xC2)
        return left > 1 && (unsigned char)text[1] < 0xA0;
    return c < 0x20 || c == '"' || c == '\\' || c == 0x7F;
}

static void add_escape(struct mg_buf *buf, unsigned char c)
{
    static const char letters[] = "btn\0fr"; /* for 0x08 to 0x0D; 0x0B has none */
    char out[8] = {'\\', (char)c};
    size_t length = 2;
    if (c >= 0x08 && c <= 0x0D && letters[c - 0x08])
        out[1] = letters[c - 0x08];
    else if (c < 0x20 || c >= 0x7F)
        length = (size_t)snprintf(out, sizeof out, "\\u%04X", c);
    mg_buf_add(buf, out, length);
}

/* text is valid UTF-8 */
static void add_escaped(struct mg_buf *buf, const char *text, size_t length)
{
    size_t start = 0;
    for (size_t i = 0; i < length; i++) {
        if (!needs_escape(text + i, length - i))
            continue;
        mg_buf_add(buf, text + start, i - start);
        i += (unsigned char)text[i] == 0xC2;
        add_escape(buf, (unsigned char)text[i]);
        start = i + 1;
    }
    mg_buf_add(buf, text + start, length - start);
}

void mg_json_add_string(struct mg_buf *buf, const char *text, size_t length)
{
    mg_buf_add_char(buf, '"');
    for (;;) {
        size_t good = mg_text_utf8_prefix(text, length);
        add_escaped(buf, text, good);
        if (good == length)
            break;
        mg_buf_add(buf, REPLACEMENT, strlen(REPLACEMENT));
        text += good + 1;
        length -= good + 1;
    }
    mg_buf_add_char(buf, '"');
}

void mg_json_add_number(struct mg_buf *buf, double value)
{
    if (isfinite(value))
        mg_buf_add_f64(buf, value);
    else
        mg_buf_add(buf, "null", 4);
}
