#include "libdata/io/csv_split.h"

#include <csv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "libdata/base/alloc.h"

/* One bit for each of 64 bytes: is it a delimiter, a quote or a line end? Most of the time of reading a
 * national file is spent here. */
#ifdef __SSE2__
struct marks {
    __m128i delimiter, quote, lf, cr;
};

static inline struct marks marks_of(char delimiter, char quote)
{
    return (struct marks){_mm_set1_epi8(delimiter), _mm_set1_epi8(quote), _mm_set1_epi8('\n'),
                          _mm_set1_epi8('\r')};
}

static inline uint64_t mark_64(const char *text, const struct marks *m)
{
    uint64_t bits = 0;
    for (int i = 0; i < 4; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text + 16 * i));
        __m128i hit =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, m->delimiter), _mm_cmpeq_epi8(bytes, m->quote)),
                         _mm_or_si128(_mm_cmpeq_epi8(bytes, m->lf), _mm_cmpeq_epi8(bytes, m->cr)));
        bits |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << (16 * i);
    }
    return bits;
}
#else
struct marks {
    char delimiter, quote;
};

static inline struct marks marks_of(char delimiter, char quote)
{
    return (struct marks){delimiter, quote};
}

static inline uint64_t mark_64(const char *text, const struct marks *m)
{
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++) {
        char c = text[i];
        bits |= (uint64_t)(c == m->delimiter || c == m->quote || c == '\n' || c == '\r') << i;
    }
    return bits;
}
#endif

/* What follows the quote that closes a cell, if all is in order. */
static inline bool ends_cell(const char *text, size_t length, char delimiter)
{
    return !length || *text == delimiter || *text == '\n' || *text == '\r';
}

size_t mg_csv_split_plain(const char *text, size_t length, struct mg_csv_dialect dialect,
                          struct mg_cell *cells, size_t *ret_count)
{
    const char delimiter = dialect.delimiter, quote = dialect.quote ? dialect.quote : '\n';
    const struct marks marks = marks_of(delimiter, quote);
    size_t count = 0, start = 0, closed = SIZE_MAX; /* closed: where the quote is that closes this cell */
    bool open = false;
    for (size_t block = 0; block < length; block += 64) {
        uint64_t bits = mark_64(text + block, &marks);
        while (bits) {
            size_t at = block + (size_t)__builtin_ctzll(bits);
            bits &= bits - 1;
            if (at >= length)
                break;
            if (open && text[at] == delimiter)
                continue;
            if (text[at] == quote && dialect.quote) {
                if (open ? !ends_cell(text + at + 1, length - at - 1, delimiter) : at != start)
                    return SIZE_MAX;
                closed = open ? at : SIZE_MAX;
                start += !open;
                open = !open;
                continue;
            }
            if (open || count == MG_CSV_MAX_CELLS)
                return SIZE_MAX;
            cells[count++] = (struct mg_cell){text + start, (closed < at ? closed : at) - start};
            if (text[at] != delimiter) {
                *ret_count = at ? count : 0;
                return at;
            }
            start = at + 1;
            closed = SIZE_MAX;
        }
    }
    if (open || count == MG_CSV_MAX_CELLS)
        return SIZE_MAX;
    cells[count++] = (struct mg_cell){text + start, (closed < length ? closed : length) - start};
    *ret_count = length ? count : 0;
    return length;
}

/* Past the quoted cell whose first quote was at text[-1]: the offset after its closing quote, or SIZE_MAX. */
static size_t skip_quoted(const char *text, size_t length, char mark)
{
    for (size_t i = 0;;) {
        const char *quote = i < length ? memchr(text + i, mark, length - i) : NULL;
        if (!quote)
            return SIZE_MAX;
        i = (size_t)(quote - text) + 1;
        if (i >= length || text[i] != mark)
            return i;
        i++;
    }
}

static size_t count_line_ends(const char *text, size_t length)
{
    size_t lines = 0;
    for (size_t i = 0; i < length;) {
        size_t end = mg_csv_line_end(text + i, length - i);
        lines += end > 0;
        i += end ? end : 1;
    }
    return lines;
}

enum mg_csv_end mg_csv_record_end(const char *text, size_t length, struct mg_csv_dialect dialect,
                                  size_t *ret_length, size_t *ret_lines)
{
    bool quotes_spanned = false, cell_starts = true;
    size_t i = 0;
    *ret_lines = 1;
    while (i < length) {
        char c = text[i];
        if (c == dialect.quote && dialect.quote && cell_starts) {
            size_t past = skip_quoted(text + i + 1, length - i - 1, c);
            if (past == SIZE_MAX) {
                *ret_length = mg_csv_line_length(text, length);
                return MG_CSV_OPEN;
            }
            size_t next = i + 1 + past;
            while (dialect.blanks && next < length && text[next] == ' ')
                next++;
            quotes_spanned = true;
            cell_starts = false;
            if (next < length && text[next] != dialect.delimiter && text[next] != '\n' &&
                text[next] != '\r') {
                *ret_length = mg_csv_line_length(text, length);
                return *ret_length > next ? MG_CSV_STRAY_QUOTE : MG_CSV_LOST_QUOTE;
            }
            i = next;
            continue;
        }
        if (c == '\n' || c == '\r')
            break;
        cell_starts = c == dialect.delimiter || (cell_starts && dialect.blanks && c == ' ');
        i++;
    }
    *ret_length = i;
    if (quotes_spanned)
        *ret_lines = 1 + count_line_ends(text, i);
    return MG_CSV_WHOLE;
}

bool mg_csv_is_torn(const char *record, size_t length, struct mg_csv_dialect dialect)
{
    bool open = false;
    for (size_t i = 0; i < length && dialect.quote; i++) {
        while (dialect.blanks && i + 1 < length && record[i] == ' ')
            i++;
        if (record[i] == dialect.quote) {
            size_t past = skip_quoted(record + i + 1, length - i - 1, dialect.quote);
            if (past == SIZE_MAX)
                return false;
            i += 1 + past;
        }
        const char *found = i < length ? memchr(record + i, dialect.delimiter, length - i) : NULL;
        size_t end = found ? (size_t)(found - record) : length, quotes = 0, last = i;
        for (; i < end; i++)
            if (record[i] == dialect.quote) {
                quotes++;
                last = i;
            }
        if (quotes % 2 && open && last + 1 == end)
            return true;
        open = quotes ? quotes % 2 && last + 1 < end : open;
    }
    return false;
}

struct mg_csv_splitter {
    struct csv_parser parser;
    struct mg_csv_dialect dialect;
    struct mg_buf text;    /* the cells one after the other */
    struct mg_cell *cells; /* while parsing, text is the offset in the buffer */
    size_t count, capacity;
    bool no_memory, too_many;
};

static int never_space(unsigned char c)
{
    (void)c;
    return 0;
}

static int is_blank(unsigned char c)
{
    return c == ' ';
}

/* libcsv asks for no smaller block than it has. */
static void *grow(void *old, size_t size)
{
    return mg_realloc(old, size, 1);
}

/* A cell of which this many bytes are at the end of s->text. */
static void end_cell(struct mg_csv_splitter *s, size_t length)
{
    if (s->count == MG_CSV_MAX_CELLS)
        s->too_many = true;
    if (s->too_many || s->no_memory)
        return;
    if (!mg_grow(s->cells, s->count, &s->capacity)) {
        s->no_memory = true;
        return;
    }
    s->cells[s->count++] = (struct mg_cell){NULL, length};
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct mg_csv_splitter *s = context;
    mg_buf_add(&s->text, bytes, length);
    end_cell(s, length);
}

enum mg_code mg_csv_splitter_create(struct mg_csv_dialect dialect, struct mg_csv_splitter **ret_splitter,
                                    struct mg_error *err)
{
    struct mg_csv_splitter *s = mg_calloc(1, sizeof *s);
    if (!s)
        return mg_fail_memory(err);
    csv_init(&s->parser, 0);
    csv_set_delim(&s->parser, (unsigned char)dialect.delimiter);
    csv_set_quote(&s->parser, (unsigned char)dialect.quote);
    csv_set_space_func(&s->parser, dialect.blanks ? is_blank : never_space);
    csv_set_realloc_func(&s->parser, grow);
    s->dialect = dialect;
    *ret_splitter = s;
    return MG_OK;
}

static void start(struct mg_csv_splitter *s, size_t length)
{
    s->count = 0;
    s->no_memory = s->too_many = false;
    mg_buf_clear(&s->text);
    mg_buf_reserve(&s->text, length);
}

/* Cells are pointed into text when it has stopped growing. */
static enum mg_code finish(struct mg_csv_splitter *s, bool parsed, const struct mg_cell **ret_cells,
                           size_t *ret_count, struct mg_error *err)
{
    if (s->too_many)
        return mg_fail(err, MG_ERR_INPUT, _("more than %d cells in a row"), MG_CSV_MAX_CELLS);
    if (!parsed || s->no_memory || s->text.failed)
        return mg_fail_memory(err);
    const char *text = s->text.data ? s->text.data : "";
    for (size_t i = 0; i < s->count; i++) {
        s->cells[i].text = text;
        text += s->cells[i].length;
    }
    *ret_cells = s->cells;
    *ret_count = s->count;
    return MG_OK;
}

enum mg_code mg_csv_split(struct mg_csv_splitter *splitter, const char *record, size_t length,
                          const struct mg_cell **ret_cells, size_t *ret_count, struct mg_error *err)
{
    struct mg_csv_splitter *s = splitter;
    start(s, length);
    bool parsed = csv_parse(&s->parser, record, length, take_cell, NULL, s) == length &&
                  csv_fini(&s->parser, take_cell, NULL, s) == 0;
    return finish(s, parsed, ret_cells, ret_count, err);
}

/* The content of a cell that opened with the quote at text[-1], in s->text. Returns the offset after its
 * closing quote; SIZE_MAX when it has none, and then nothing was added. A pair of quotes is one that was
 * escaped, unless a single one came before: whoever wrote that did not escape. */
static size_t take_quoted(struct mg_csv_splitter *s, const char *text, size_t length)
{
    const char quote = s->dialect.quote;
    size_t i = 0, before = s->text.length;
    bool single = false;
    while (i < length) {
        const char *found = memchr(text + i, quote, length - i);
        if (!found)
            break;
        size_t at = (size_t)(found - text), run = 1;
        while (at + run < length && text[at + run] == quote)
            run++;
        mg_buf_add(&s->text, text + i, at - i);
        i = at + run;
        bool closes = (i == length || text[i] == s->dialect.delimiter) && (run % 2 || single);
        size_t kept = single ? run - closes : run / 2 + (run % 2 && !closes);
        mg_buf_add(&s->text, found, kept);
        if (closes) {
            end_cell(s, s->text.length - before);
            return i;
        }
        single = single || run % 2;
    }
    s->text.length = before;
    return SIZE_MAX;
}

enum mg_code mg_csv_split_lenient(struct mg_csv_splitter *splitter, const char *line, size_t length,
                                  const struct mg_cell **ret_cells, size_t *ret_count, struct mg_error *err)
{
    struct mg_csv_splitter *s = splitter;
    start(s, length);
    for (size_t i = 0; i <= length && !s->too_many && !s->text.failed; i++) {
        size_t past = SIZE_MAX;
        if (i < length && s->dialect.quote && line[i] == s->dialect.quote)
            past = take_quoted(s, line + i + 1, length - i - 1);
        if (past != SIZE_MAX) {
            i += 1 + past;
            continue;
        }
        const char *end = memchr(line + i, s->dialect.delimiter, length - i);
        size_t cell = end ? (size_t)(end - line) - i : length - i;
        mg_buf_add(&s->text, line + i, cell);
        end_cell(s, cell);
        i += cell;
    }
    return finish(s, true, ret_cells, ret_count, err);
}

void mg_csv_splitter_destroy(struct mg_csv_splitter *splitter)
{
    if (!splitter)
        return;
    csv_free(&splitter->parser);
    mg_buf_finish(&splitter->text);
    free(splitter->cells);
    free(splitter);
}
