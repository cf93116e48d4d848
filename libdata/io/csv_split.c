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

static inline struct marks marks_of(char delimiter)
{
    return (struct marks){_mm_set1_epi8(delimiter), _mm_set1_epi8('"'), _mm_set1_epi8('\n'),
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
    char delimiter;
};

static inline struct marks marks_of(char delimiter)
{
    return (struct marks){delimiter};
}

static inline uint64_t mark_64(const char *text, const struct marks *m)
{
    uint64_t bits = 0;
    for (int i = 0; i < 64; i++) {
        char c = text[i];
        bits |= (uint64_t)(c == m->delimiter || c == '"' || c == '\n' || c == '\r') << i;
    }
    return bits;
}
#endif

size_t mg_csv_split_plain(const char *text, size_t length, char delimiter, struct mg_cell *cells,
                          size_t *ret_count)
{
    const struct marks marks = marks_of(delimiter);
    size_t count = 0, start = 0;
    for (size_t block = 0; block < length; block += 64) {
        uint64_t bits = mark_64(text + block, &marks);
        while (bits) {
            size_t at = block + (size_t)__builtin_ctzll(bits);
            bits &= bits - 1;
            if (at >= length)
                break;
            if (text[at] == '"' || count == MG_CSV_MAX_CELLS)
                return SIZE_MAX;
            cells[count++] = (struct mg_cell){text + start, at - start};
            if (text[at] != delimiter) {
                *ret_count = at ? count : 0;
                return at;
            }
            start = at + 1;
        }
    }
    if (count == MG_CSV_MAX_CELLS)
        return SIZE_MAX;
    cells[count++] = (struct mg_cell){text + start, length - start};
    *ret_count = length ? count : 0;
    return length;
}

/* Past the quoted cell whose first quote was at text[-1]: the offset after its closing quote, or SIZE_MAX. */
static size_t skip_quoted(const char *text, size_t length)
{
    for (size_t i = 0;;) {
        const char *quote = i < length ? memchr(text + i, '"', length - i) : NULL;
        if (!quote)
            return SIZE_MAX;
        i = (size_t)(quote - text) + 1;
        if (i >= length || text[i] != '"')
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

static size_t first_line(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && text[i] != '\n' && text[i] != '\r')
        i++;
    return i;
}

enum mg_csv_end mg_csv_record_end(const char *text, size_t length, char delimiter, size_t *ret_length,
                                  size_t *ret_lines)
{
    enum mg_csv_end end = MG_CSV_WHOLE;
    bool quotes_spanned = false, cell_starts = true;
    size_t i = 0;
    while (i < length) {
        char c = text[i];
        if (c == '"' && cell_starts) {
            size_t past = skip_quoted(text + i + 1, length - i - 1);
            if (past == SIZE_MAX) {
                end = MG_CSV_OPEN;
                break;
            }
            i += 1 + past;
            quotes_spanned = true;
            if (i < length && text[i] != delimiter && text[i] != '\n' && text[i] != '\r') {
                end = MG_CSV_STRAY_QUOTE;
                break;
            }
            cell_starts = false;
            continue;
        }
        if (c == '\n' || c == '\r')
            break;
        cell_starts = c == delimiter;
        i++;
    }
    *ret_length = end == MG_CSV_WHOLE ? i : first_line(text, length);
    *ret_lines = end != MG_CSV_STRAY_QUOTE && quotes_spanned ? 1 + count_line_ends(text, i) : 1;
    return end;
}

struct mg_csv_splitter {
    struct csv_parser parser;
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

/* libcsv asks for no smaller block than it has. */
static void *grow(void *old, size_t size)
{
    return mg_realloc(old, size, 1);
}

static void take_cell(void *bytes, size_t length, void *context)
{
    struct mg_csv_splitter *s = context;
    if (s->count == MG_CSV_MAX_CELLS)
        s->too_many = true;
    if (s->too_many || s->no_memory)
        return;
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 64;
        struct mg_cell *cells = mg_realloc(s->cells, capacity, sizeof *cells);
        if (!cells) {
            s->no_memory = true;
            return;
        }
        s->cells = cells;
        s->capacity = capacity;
    }
    s->cells[s->count++] = (struct mg_cell){NULL, length};
    mg_buf_add(&s->text, bytes, length);
}

enum mg_code mg_csv_splitter_create(char delimiter, struct mg_csv_splitter **ret_splitter,
                                    struct mg_error *err)
{
    struct mg_csv_splitter *s = mg_calloc(1, sizeof *s);
    if (!s)
        return mg_fail_memory(err);
    csv_init(&s->parser, 0);
    csv_set_delim(&s->parser, (unsigned char)delimiter);
    csv_set_space_func(&s->parser, never_space);
    csv_set_realloc_func(&s->parser, grow);
    *ret_splitter = s;
    return MG_OK;
}

enum mg_code mg_csv_split(struct mg_csv_splitter *splitter, const char *record, size_t length,
                          const struct mg_cell **ret_cells, size_t *ret_count, struct mg_error *err)
{
    struct mg_csv_splitter *s = splitter;
    s->count = 0;
    s->no_memory = s->too_many = false;
    mg_buf_clear(&s->text);
    mg_buf_reserve(&s->text, length);
    bool parsed = csv_parse(&s->parser, record, length, take_cell, NULL, s) == length &&
                  csv_fini(&s->parser, take_cell, NULL, s) == 0;
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

void mg_csv_splitter_destroy(struct mg_csv_splitter *splitter)
{
    if (!splitter)
        return;
    csv_free(&splitter->parser);
    mg_buf_finish(&splitter->text);
    free(splitter->cells);
    free(splitter);
}
