#include "libdata/io/csv.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/io/columns.h"
#include "libdata/io/csv_split.h"
#include "libdata/io/dialect.h"
#include "libdata/io/encoding.h"

enum { WINDOW = 1 << 20, LONGEST_RECORD = 64 << 20, LONGEST_MIB = 64, PADDING = 64 };

struct mg_csv {
    struct mg_source *source;
    enum mg_encoding encoding; /* forced, or MG_ENCODING_FOUND */
    bool no_header;
    int skip_lines;

    char *window; /* [start, end) is still to be read; PADDING more bytes can be */
    size_t capacity, start, end;
    int64_t window_offset; /* of window[0] in the uncompressed source */
    bool at_end;           /* the source has no more than the window holds */
    size_t clean_to;       /* window[..clean_to) needs no decoding and holds no NUL */
    int64_t line;          /* of window[start] */

    int64_t data_offset, data_line, data_blank_lines; /* where the first data row is, for rewinding */

    struct mg_cell *cells;
    struct mg_csv_splitter *splitter;
    struct mg_buf decoded;
    bool multibyte;          /* a line holds UTF-8 beyond ASCII */
    enum mg_encoding needed; /* the first other encoding, or MG_ENCODING_FOUND */
    bool mixed;

    struct mg_columns columns;
    struct mg_row row;
    struct mg_table_info info;
};

/* A record as it stands in the window. */
struct span {
    const char *text;
    size_t length; /* without its line end */
    size_t lines;
    bool quoted; /* it may hold quotes, so it was not split yet */
    bool stray;
};

static enum mg_code at_line(const struct mg_csv *csv, int64_t line, enum mg_code code, struct mg_error *err)
{
    mg_error_at(err, line, csv->row.record, 0, NULL);
    return code;
}

static enum mg_code fail_long(const struct mg_csv *csv, struct mg_error *err)
{
    mg_fail(err, MG_ERR_INPUT, _("a row is longer than %d MiB"), LONGEST_MIB);
    return at_line(csv, csv->line, MG_ERR_INPUT, err);
}

/* Make room for more after the record that begins at start. */
static enum mg_code make_room(struct mg_csv *csv, struct mg_error *err)
{
    size_t left = csv->end - csv->start;
    memmove(csv->window, csv->window + csv->start, left);
    csv->window_offset += (int64_t)csv->start;
    csv->clean_to = csv->clean_to > csv->start ? csv->clean_to - csv->start : 0;
    csv->start = 0;
    csv->end = left;
    if (left < csv->capacity / 2)
        return MG_OK;
    char *grown = mg_realloc(csv->window, 2 * csv->capacity + PADDING, 1);
    if (!grown)
        return mg_fail_memory(err);
    csv->window = grown;
    csv->capacity *= 2;
    return MG_OK;
}

/* Fill the window; the record at its start stays in it. */
static enum mg_code refill(struct mg_csv *csv, struct mg_error *err)
{
    if (csv->end - csv->start > LONGEST_RECORD)
        return fail_long(csv, err);
    enum mg_code code = make_room(csv, err);
    while (!code && !csv->at_end && csv->end < csv->capacity) {
        size_t n = 0;
        code = mg_source_read(csv->source, csv->window + csv->end, csv->capacity - csv->end, &n, err);
        csv->at_end = !code && n == 0;
        csv->end += n;
    }
    if (code)
        return code;
    memset(csv->window + csv->end, 0, PADDING);
    csv->info.bytes_read = mg_source_bytes_read(csv->source);
    if (csv->at_end)
        memcpy(csv->info.sha256, mg_source_sha256(csv->source), sizeof csv->info.sha256);
    return MG_OK;
}

static size_t ascii_prefix(const char *text, size_t length)
{
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t eight;
        memcpy(&eight, text + i, 8);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    while (i < length && (unsigned char)text[i] < 0x80)
        i++;
    return i;
}

/* How much of text can be taken as it is. */
static size_t clean_prefix(struct mg_csv *csv, const char *text, size_t length)
{
    size_t clean = csv->encoding > MG_ENCODING_UTF_8 || !csv->multibyte ? ascii_prefix(text, length) : 0;
    if (csv->encoding <= MG_ENCODING_UTF_8 && clean < length) {
        size_t more = mg_text_utf8_prefix(text + clean, length - clean);
        csv->multibyte |= more > 0;
        clean += more;
    }
    const char *nul = memchr(text, '\0', clean);
    return nul ? (size_t)(nul - text) : clean;
}

/* Is the record, which begins at start, to be taken as it is? */
static bool is_clean(struct mg_csv *csv, size_t length)
{
    if (csv->start + length > csv->clean_to && csv->clean_to <= csv->start)
        csv->clean_to = csv->start + clean_prefix(csv, csv->window + csv->start, csv->end - csv->start);
    return csv->start + length <= csv->clean_to ||
           clean_prefix(csv, csv->window + csv->start, length) == length;
}

static enum mg_code fail_open_quote(struct mg_csv *csv, size_t lines, struct mg_error *err)
{
    mg_fail(err, MG_ERR_INPUT, "%s", _("a quote opens a cell here and never closes it"));
    mg_error_hint(err, "%s", _("a quote inside a quoted cell is written twice (\"\")"));
    return at_line(csv, csv->line + (int64_t)lines - 1, MG_ERR_INPUT, err);
}

/* The next record, blank lines too; ret_span->text is NULL after the last. Cells are split on the way where
 * there is no quote. */
static enum mg_code next_span(struct mg_csv *csv, struct span *ret_span, struct mg_error *err)
{
    for (;;) {
        const char *text = csv->window + csv->start;
        size_t length = csv->end - csv->start;
        if (!length && csv->at_end) {
            ret_span->text = NULL;
            return MG_OK;
        }
        struct span span = {.text = text, .lines = 1};
        enum mg_csv_end end = MG_CSV_WHOLE;
        span.length = mg_csv_split_plain(text, length, csv->info.delimiter, csv->cells, &csv->row.count);
        if (span.length == SIZE_MAX) {
            span.quoted = true;
            end = mg_csv_record_end(text, length, csv->info.delimiter, &span.length, &span.lines);
        }
        bool line_end_seen = span.length + 1 < length || (span.length < length && text[span.length] == '\n');
        if (csv->at_end ? end != MG_CSV_OPEN : end != MG_CSV_OPEN && line_end_seen) {
            span.stray = end == MG_CSV_STRAY_QUOTE;
            *ret_span = span;
            return span.length > LONGEST_RECORD ? fail_long(csv, err) : MG_OK;
        }
        if (end == MG_CSV_OPEN && (csv->at_end || length > LONGEST_RECORD))
            return fail_open_quote(csv, span.lines, err);
        enum mg_code code = refill(csv, err);
        if (code)
            return code;
    }
}

static enum mg_code decode(struct mg_csv *csv, struct span *span, struct mg_error *err)
{
    if (csv->encoding == MG_ENCODING_UTF_8) {
        size_t good = mg_text_utf8_prefix(span->text, span->length);
        mg_fail(err, MG_ERR_INPUT, _("byte 0x%02X at offset %lld is not UTF-8"),
                (unsigned char)span->text[good], (long long)csv->row.byte_offset + (long long)good);
        return at_line(csv, csv->line, MG_ERR_INPUT, err);
    }
    enum mg_encoding used = csv->encoding;
    enum mg_code code = mg_decode(csv->encoding, span->text, span->length, &csv->decoded, &used, err);
    if (!code && !mg_buf_reserve(&csv->decoded, PADDING))
        code = mg_fail_memory(err);
    if (code)
        return code;
    memset(csv->decoded.data + csv->decoded.length, 0, PADDING);
    csv->mixed |= csv->needed && csv->needed != used;
    if (!csv->needed)
        csv->needed = used;
    span->text = csv->decoded.data;
    span->length = csv->decoded.length;
    csv->row.decoded = true;
    csv->row.encoding = mg_encoding_name(used);
    return MG_OK;
}

static void mark_defect(struct mg_csv *csv, const struct span *span, enum mg_row_defect defect)
{
    csv->row.defect = defect;
    csv->row.count = 0;
    csv->cells[0] = (struct mg_cell){span->text, span->length};
    csv->row.cells = csv->cells;
}

/* The cells of a span, decoded where it must be, in csv->row. */
static enum mg_code split(struct mg_csv *csv, struct span *span, struct mg_error *err)
{
    csv->row.defect = MG_ROW_SOUND;
    csv->row.decoded = false;
    csv->row.encoding = mg_encoding_name(csv->encoding);
    csv->row.cells = csv->cells;
    if (!is_clean(csv, span->length)) {
        bool nul = memchr(span->text, '\0', span->length) != NULL;
        bool utf8 = csv->encoding <= MG_ENCODING_UTF_8 &&
                    mg_text_utf8_prefix(span->text, span->length) == span->length;
        enum mg_code code = utf8 ? MG_OK : decode(csv, span, err);
        if (code)
            return code;
        if (nul) {
            mark_defect(csv, span, MG_ROW_NUL);
            return MG_OK;
        }
        if (!span->quoted)
            mg_csv_split_plain(span->text, span->length, csv->info.delimiter, csv->cells, &csv->row.count);
    }
    if (span->stray) {
        mark_defect(csv, span, MG_ROW_STRAY_QUOTE);
        return MG_OK;
    }
    if (!span->quoted)
        return MG_OK;
    enum mg_code code =
        csv->splitter ? MG_OK : mg_csv_splitter_create(csv->info.delimiter, &csv->splitter, err);
    if (!code)
        code = mg_csv_split(csv->splitter, span->text, span->length, &csv->row.cells, &csv->row.count, err);
    return code == MG_ERR_INPUT ? at_line(csv, csv->line, code, err) : code;
}

static void consume(struct mg_csv *csv, size_t length, size_t lines)
{
    csv->start += length;
    size_t end = mg_csv_line_end(csv->window + csv->start, csv->end - csv->start);
    csv->info.unterminated = end == 0;
    csv->start += end;
    csv->line += (int64_t)lines;
}

/* The next row that is not blank in csv->row; *ret_more is false after the last. */
static enum mg_code next_row(struct mg_csv *csv, bool *ret_more, struct mg_error *err)
{
    for (;;) {
        struct span span;
        enum mg_code code = next_span(csv, &span, err);
        if (code)
            return code;
        if (!span.text) {
            *ret_more = false;
            return MG_OK;
        }
        size_t length = span.length;
        if (length > 0) {
            csv->row.line = csv->line;
            csv->row.byte_offset = csv->window_offset + (int64_t)csv->start;
            code = split(csv, &span, err);
            if (code)
                return code;
        }
        consume(csv, length, span.lines);
        if (length > 0) {
            *ret_more = true;
            return MG_OK;
        }
        csv->info.blank_lines++;
    }
}

enum mg_code mg_csv_next(struct mg_csv *csv, const struct mg_row **ret_row, struct mg_error *err)
{
    bool more = false;
    csv->row.record = csv->info.rows_read + 1;
    enum mg_code code = next_row(csv, &more, err);
    if (code)
        return code;
    csv->info.rows_read += more;
    if (csv->needed && csv->encoding == MG_ENCODING_FOUND)
        csv->info.encoding = csv->mixed || csv->multibyte ? "mixed" : mg_encoding_name(csv->needed);
    *ret_row = more ? &csv->row : NULL;
    return MG_OK;
}

/* Byte order marks (some files have two), and what is not CSV at all. */
static enum mg_code read_marks(struct mg_csv *csv, struct mg_error *err)
{
    enum mg_code code = refill(csv, err);
    if (code)
        return code;
    if (csv->end == 0)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("the file is empty"));
    if (csv->end >= 2 &&
        (memcmp(csv->window, "\xff\xfe", 2) == 0 || memcmp(csv->window, "\xfe\xff", 2) == 0)) {
        mg_fail(err, MG_ERR_INPUT, "%s", _("the file is in UTF-16"));
        mg_error_hint(err, "%s", _("convert it first: iconv -f UTF-16 -t UTF-8"));
        return at_line(csv, 1, MG_ERR_INPUT, err);
    }
    while (csv->end - csv->start >= 3 && memcmp(csv->window + csv->start, "\xef\xbb\xbf", 3) == 0) {
        csv->start += 3;
        csv->info.bom = true;
    }
    return MG_OK;
}

/* Physical lines, whatever quotes they hold; the first of them that is blank and not to be skipped stays. */
static enum mg_code skip_lines(struct mg_csv *csv, int count, struct mg_error *err)
{
    for (int i = 0; i < count;) {
        const char *text = csv->window + csv->start;
        size_t length = csv->end - csv->start, n = 0;
        while (n < length && text[n] != '\n' && text[n] != '\r')
            n++;
        if (!csv->at_end && n + 1 >= length) {
            enum mg_code code = refill(csv, err);
            if (code)
                return code;
            continue;
        }
        if (!length)
            return mg_fail(err, MG_ERR_INPUT, _("there are fewer than %d lines to skip"), count);
        consume(csv, n, 1);
        i++;
    }
    return MG_OK;
}

static enum mg_code skip_blank_lines(struct mg_csv *csv, struct mg_error *err)
{
    for (;;) {
        size_t length = csv->end - csv->start, end = mg_csv_line_end(csv->window + csv->start, length);
        if (length <= 1 && !csv->at_end) {
            enum mg_code code = refill(csv, err);
            if (code)
                return code;
            continue;
        }
        if (!end)
            return length ? MG_OK : mg_fail(err, MG_ERR_INPUT, "%s", _("the file holds blank lines only"));
        consume(csv, 0, 1);
        csv->info.blank_lines++;
    }
}

static enum mg_code read_header(struct mg_csv *csv, struct mg_error *err)
{
    bool more = false;
    int64_t line = csv->line;
    enum mg_code code = next_row(csv, &more, err);
    if (code)
        return code;
    if (csv->row.defect) {
        mg_fail(err, MG_ERR_INPUT, "%s",
                csv->row.defect == MG_ROW_NUL
                    ? _("not a text file: the first line holds a NUL byte")
                    : _("a quote in the header is neither doubled nor at the end of its cell"));
        return at_line(csv, line, MG_ERR_INPUT, err);
    }
    csv->info.header_line = csv->row.line;
    return mg_columns_init(&csv->columns, csv->row.cells, csv->row.count, err);
}

/* Without a header the first row says how many columns there are, and is read again as data. */
static enum mg_code count_columns(struct mg_csv *csv, struct mg_error *err)
{
    bool more = false;
    int64_t line = csv->line, offset = csv->window_offset + (int64_t)csv->start;
    enum mg_code code = next_row(csv, &more, err);
    if (code)
        return code;
    csv->start = (size_t)(offset - csv->window_offset); /* refilling keeps the record in the window */
    csv->line = line;
    return mg_columns_init_numbered(&csv->columns, csv->row.count ? csv->row.count : 1, err);
}

static enum mg_code look(struct mg_csv *csv, char delimiter, struct mg_error *err)
{
    enum mg_code code = read_marks(csv, err);
    if (!code)
        code = skip_lines(csv, csv->skip_lines, err);
    if (!code)
        code = skip_blank_lines(csv, err);
    if (code)
        return code;
    csv->info.delimiter = delimiter;
    if (!delimiter)
        csv->info.delimiter =
            mg_dialect_delimiter(csv->window + csv->start, csv->end - csv->start, csv->at_end);
    code = csv->no_header ? count_columns(csv, err) : read_header(csv, err);
    if (code)
        return code;
    csv->data_offset = csv->window_offset + (int64_t)csv->start;
    csv->data_line = csv->line;
    csv->data_blank_lines = csv->info.blank_lines;
    csv->info.column_count = csv->columns.count;
    csv->info.columns = csv->columns.names;
    return MG_OK;
}

static enum mg_code check_options(const struct mg_table_options *options, enum mg_encoding *ret_encoding,
                                  struct mg_error *err)
{
    char d = options->delimiter;
    if (d && ((unsigned char)d >= 0x80 || d == '"' || (d < ' ' && d != '\t') || d == 0x7F))
        return mg_fail(err, MG_ERR_USAGE, _("'%c' cannot be a delimiter"), d);
    if (options->layer)
        return mg_fail(err, MG_ERR_USAGE, _("a CSV file has no layer '%s'"), options->layer);
    if (options->skip_lines < 0)
        return mg_fail(err, MG_ERR_USAGE, _("%d lines cannot be skipped"), options->skip_lines);
    return mg_encoding_parse(options->encoding, ret_encoding, err);
}

enum mg_code mg_csv_open(struct mg_source *source, const struct mg_table_options *options, size_t window,
                         struct mg_csv **ret_csv, struct mg_error *err)
{
    enum mg_encoding encoding = MG_ENCODING_FOUND;
    enum mg_code code = check_options(options, &encoding, err);
    if (code)
        return code;
    struct mg_csv *csv = mg_calloc(1, sizeof *csv);
    if (!csv)
        return mg_fail_memory(err);
    csv->capacity = window ? window : WINDOW;
    csv->window = mg_malloc(csv->capacity + PADDING);
    csv->cells = mg_malloc(MG_CSV_MAX_CELLS * sizeof *csv->cells);
    csv->source = source;
    csv->encoding = encoding;
    csv->no_header = options->no_header;
    csv->skip_lines = options->skip_lines;
    csv->line = 1;
    csv->info = (struct mg_table_info){
        .format = "CSV",
        .encoding = mg_encoding_name(encoding),
        .bytes_total = mg_source_bytes_total(source),
    };
    code = csv->window && csv->cells ? look(csv, options->delimiter, err) : mg_fail_memory(err);
    if (code) {
        csv->source = NULL; /* still the caller's */
        mg_csv_destroy(csv);
        return code;
    }
    *ret_csv = csv;
    return MG_OK;
}

const struct mg_table_info *mg_csv_info(const struct mg_csv *csv)
{
    return &csv->info;
}

enum mg_code mg_csv_rewind(struct mg_csv *csv, struct mg_error *err)
{
    enum mg_code code = mg_source_rewind(csv->source, err);
    if (code)
        return code;
    csv->start = csv->end = csv->clean_to = 0;
    csv->window_offset = 0;
    csv->at_end = false;
    csv->info.rows_read = 0;
    csv->info.blank_lines = csv->data_blank_lines;
    while (!csv->at_end && csv->window_offset + (int64_t)csv->end < csv->data_offset) {
        csv->start = csv->end;
        code = refill(csv, err);
        if (code)
            return code;
    }
    csv->start = (size_t)(csv->data_offset - csv->window_offset);
    csv->line = csv->data_line;
    return MG_OK;
}

void mg_csv_destroy(struct mg_csv *csv)
{
    if (!csv)
        return;
    mg_source_destroy(csv->source);
    mg_csv_splitter_destroy(csv->splitter);
    mg_buf_finish(&csv->decoded);
    mg_columns_finish(&csv->columns);
    free(csv->window);
    free(csv->cells);
    free(csv);
}
