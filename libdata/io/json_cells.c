#include "libdata/io/json_cells.h"

#include <ctype.h>
#include <string.h>

#include "libdata/base/num.h"

void mg_json_cells_start(struct mg_json_cells *cells, const char *json, size_t length)
{
    bool array = json && length && json[0] == '[';
    cells->at = array ? json + 1 : "";
    cells->end = array ? json + length : cells->at;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool mg_json_cells_next(struct mg_json_cells *cells, struct mg_json_cell *ret_cell)
{
    const char *p = cells->at, *end = cells->end;
    while (p < end && (blank(*p) || *p == ','))
        p++;
    if (p == end || *p == ']' || *p == '[' || *p == '{') {
        cells->at = end;
        return false;
    }
    struct mg_json_cell cell = {.kind = MG_JSON_BARE, .text = p};
    if (*p == '"') {
        cell.kind = MG_JSON_TEXT;
        cell.text = ++p;
        for (; p < end && *p != '"'; p++)
            if (*p == '\\' && p + 1 < end) {
                cell.escaped = true;
                p++;
            }
        cell.length = (size_t)(p - cell.text);
        p += p < end;
    } else {
        while (p < end && *p != ',' && *p != ']' && !blank(*p))
            p++;
        cell.length = (size_t)(p - cell.text);
        if (cell.length == 4 && cell.text[0] == 'n')
            cell.kind = MG_JSON_NULL;
    }
    cells->at = p;
    *ret_cell = cell;
    return true;
}

/* Of a text, p after its opening quote: what follows its closing one, NULL when it is not valid. */
static const char *end_of_text(const char *p, const char *end)
{
    for (; p < end && *p != '"'; p++) {
        if ((unsigned char)*p < 0x20)
            return NULL;
        if (*p != '\\')
            continue;
        if (++p == end || !strchr("\"\\/bfnrtu", *p))
            return NULL;
        for (int i = 0; *p == 'u' && i < 4; i++)
            if (end - p < 6 || !isxdigit((unsigned char)p[1 + i]))
                return NULL;
    }
    return p < end ? p + 1 : NULL;
}

static bool is_bare(const char *text, size_t length)
{
    double value;
    return (length == 4 && (!memcmp(text, "null", 4) || !memcmp(text, "true", 4))) ||
           (length == 5 && !memcmp(text, "false", 5)) ||
           (length && text[0] != '+' && mg_num_parse_f64(text, length, &value));
}

bool mg_json_cells_valid(const char *json, size_t length)
{
    const char *p = json, *end = json + length;
    if (p == end || *p++ != '[')
        return false;
    for (bool first = true;; first = false) {
        while (p < end && blank(*p))
            p++;
        if (p < end && *p == ']' && first)
            return p + 1 == end;
        if (p == end)
            return false;
        const char *start = p;
        if (*p == '"') {
            if (!(p = end_of_text(p + 1, end)))
                return false;
        } else {
            while (p < end && *p != ',' && *p != ']' && !blank(*p))
                p++;
            if (!is_bare(start, (size_t)(p - start)))
                return false;
        }
        while (p < end && blank(*p))
            p++;
        if (p == end)
            return false;
        if (*p == ']')
            return p + 1 == end;
        if (*p++ != ',')
            return false;
    }
}

void mg_json_cells_at(const char *json, size_t length, size_t position, struct mg_json_cell *ret_cell)
{
    struct mg_json_cells cells;
    struct mg_json_cell cell = {0};
    mg_json_cells_start(&cells, json, length);
    for (size_t i = 0; i <= position; i++)
        if (!mg_json_cells_next(&cells, &cell)) {
            cell = (struct mg_json_cell){0};
            break;
        }
    *ret_cell = cell;
}

/* What is not hexadecimal is U+FFFD: the file may say anything. */
static unsigned hex4(const char *text)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        char c = text[i];
        if (!isxdigit((unsigned char)c))
            return 0xFFFD;
        value = value * 16 + (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
}

static void add_utf8(struct mg_buf *buf, unsigned c)
{
    if (c < 0x80) {
        mg_buf_add_char(buf, (char)c);
        return;
    }
    if (c < 0x800) {
        mg_buf_add_char(buf, (char)(0xC0 | c >> 6));
    } else {
        if (c < 0x10000) {
            mg_buf_add_char(buf, (char)(0xE0 | c >> 12));
        } else {
            mg_buf_add_char(buf, (char)(0xF0 | c >> 18));
            mg_buf_add_char(buf, (char)(0x80 | (c >> 12 & 0x3F)));
        }
        mg_buf_add_char(buf, (char)(0x80 | (c >> 6 & 0x3F)));
    }
    mg_buf_add_char(buf, (char)(0x80 | (c & 0x3F)));
}

/* One escape, p after the backslash; returns what follows it. */
static const char *add_escape(struct mg_buf *buf, const char *p, const char *end)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    const char *known = memchr(from, *p, sizeof from - 1);
    if (*p != 'u') {
        mg_buf_add_char(buf, known ? to[known - from] : *p);
        return p + 1;
    }
    if (end - p < 5)
        return end;
    unsigned c = hex4(p + 1);
    p += 5;
    if (c >= 0xD800 && c < 0xDC00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
        unsigned low = hex4(p + 2);
        if (low >= 0xDC00 && low < 0xE000) {
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            p += 6;
        }
    }
    if (!c || (c >= 0xD800 && c < 0xE000)) /* no text has these */
        c = 0xFFFD;
    add_utf8(buf, c);
    return p;
}

void mg_json_cell_add(struct mg_buf *buf, const struct mg_json_cell *cell)
{
    if (!cell->escaped) {
        if (cell->kind != MG_JSON_NULL)
            mg_buf_add(buf, cell->text, cell->length);
        return;
    }
    const char *p = cell->text, *end = p + cell->length;
    while (p < end) {
        const char *backslash = memchr(p, '\\', (size_t)(end - p));
        mg_buf_add(buf, p, (size_t)((backslash ? backslash : end) - p));
        if (!backslash || backslash + 1 >= end)
            return;
        p = add_escape(buf, backslash + 1, end);
    }
}
