/* What a CSV file is: found out once, before the first data row. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/io/csv_internal.h"
#include "libdata/io/dialect.h"

enum { LONGEST_PREAMBLE = 4096 }; /* bytes of it that are kept */

/* Byte order marks: some files have two. */
static enum mg_code read_marks(struct mg_csv *csv, struct mg_error *err)
{
    struct mg_csv_window *window = &csv->window;
    enum mg_code code = mg_csv_fill(csv, err);
    if (code)
        return code;
    if (window->end == 0)
        return mg_fail(err, MG_ERR_INPUT, "%s", _("the file is empty"));
    while (window->end - window->start >= 3 &&
           memcmp(window->bytes + window->start, "\xef\xbb\xbf", 3) == 0) {
        window->start += 3;
        csv->info.bom = true;
    }
    return MG_OK;
}

static enum mg_code skip_lines(struct mg_csv *csv, int count, struct mg_error *err)
{
    for (int i = 0; i < count; i++) {
        size_t n = 0;
        enum mg_code code = mg_csv_see_line(csv, &n, err);
        if (code)
            return code;
        if (csv->window.start == csv->window.end)
            return mg_fail(err, MG_ERR_INPUT, _("there are fewer than %d lines to skip"), count);
        mg_csv_consume(csv, n, 1);
    }
    return MG_OK;
}

static enum mg_code skip_blank_lines(struct mg_csv *csv, struct mg_error *err)
{
    for (;;) {
        size_t n = 0;
        enum mg_code code = mg_csv_see_line(csv, &n, err);
        if (code || n)
            return code;
        if (csv->window.start == csv->window.end)
            return mg_fail(err, MG_ERR_INPUT, "%s", _("the file holds blank lines only"));
        mg_csv_consume(csv, 0, 1);
        csv->info.blank_lines++;
    }
}

/* Lines before the header are kept, decoded and cut. */
static enum mg_code keep_line(struct mg_csv *csv, const char *text, size_t length, struct mg_error *err)
{
    struct mg_buf *kept = &csv->preamble;
    enum mg_encoding used = csv->encoding;
    enum mg_code code = MG_OK;
    if (mg_text_utf8_prefix(text, length) < length && csv->encoding != MG_ENCODING_UTF_8) {
        code = mg_decode(csv->encoding, &csv->votes, text, length, &csv->decoded, &used, err);
        text = csv->decoded.data;
        length = csv->decoded.length;
    }
    if (code || kept->length >= LONGEST_PREAMBLE)
        return code;
    if (kept->length)
        mg_buf_add_char(kept, '\n');
    size_t room = LONGEST_PREAMBLE - kept->length;
    mg_buf_add(kept, text, mg_text_utf8_prefix(text, length < room ? length : room));
    return mg_buf_check(kept, err);
}

static enum mg_code skip_preamble(struct mg_csv *csv, size_t bytes, struct mg_error *err)
{
    int64_t end = mg_csv_window_at(&csv->window) + (int64_t)bytes;
    while (mg_csv_window_at(&csv->window) < end) {
        size_t n = 0;
        enum mg_code code = mg_csv_see_line(csv, &n, err);
        if (!code && n)
            code = keep_line(csv, csv->window.bytes + csv->window.start, n, err);
        if (code)
            return code;
        mg_csv_consume(csv, n, 1);
    }
    return MG_OK;
}

/* sep=; on the first line is a spreadsheet's: the delimiter. */
static enum mg_code read_separator(struct mg_csv *csv, char *ret_said, struct mg_error *err)
{
    size_t n = 0;
    enum mg_code code = mg_csv_see_line(csv, &n, err);
    if (code)
        return code;
    const char *line = csv->window.bytes + csv->window.start;
    size_t quoted = n > 0 && line[0] == '"';
    if (n < 5 + 2 * quoted || strncasecmp(line + quoted, "sep=", 4) || (quoted && line[6] != '"'))
        return MG_OK;
    char said = line[quoted + 4];
    for (size_t i = 5 + 2 * quoted; i < n; i++) /* saved again, it has as many cells as the rows */
        if (line[i] != said && line[i] != ',' && line[i] != ';' && line[i] != '\t')
            return MG_OK;
    *ret_said = said;
    code = keep_line(csv, line, n, err);
    if (!code)
        mg_csv_consume(csv, n, 1);
    return code;
}

/* One row of the header; err's line is where it begins. */
static enum mg_code read_names(struct mg_csv *csv, struct mg_error *err)
{
    bool more = false;
    int64_t line = csv->line;
    enum mg_code code = mg_csv_next_row(csv, &more, err);
    if (code)
        return code;
    if (csv->row.defect) {
        mg_fail(err, MG_ERR_INPUT, "%s",
                csv->row.defect == MG_ROW_NUL ? _("not a text file: the first line holds a NUL byte")
                : csv->row.defect == MG_ROW_LOST_QUOTE
                    ? _("a quote in the header opens a name and never closes it")
                    : _("a quote in the header is neither doubled nor at the end of its cell"));
        return mg_csv_fail_at(csv, line, MG_ERR_INPUT, err);
    }
    return MG_OK;
}

struct kept_cells {
    struct mg_buf text;
    struct mg_cell *cells;
};

static void kept_cells_finish(struct kept_cells *kept)
{
    mg_buf_finish(&kept->text);
    free(kept->cells);
}

/* A row's cells, which the next row would overwrite. */
static enum mg_code keep_cells(struct kept_cells *kept, const struct mg_row *row, size_t count,
                               struct mg_error *err)
{
    kept->cells = mg_calloc(count + 1, sizeof *kept->cells);
    for (size_t i = 0; i < row->count; i++)
        mg_buf_add(&kept->text, row->cells[i].text, row->cells[i].length);
    if (!kept->cells || kept->text.failed)
        return mg_fail_memory(err);
    const char *text = kept->text.data ? kept->text.data : "";
    for (size_t i = 0; i < count; i++) {
        kept->cells[i] = (struct mg_cell){text, i < row->count ? row->cells[i].length : 0};
        text += kept->cells[i].length;
    }
    return MG_OK;
}

/* The first column has no name. */
static enum mg_code name_columns_after_first(struct mg_csv *csv, size_t count, struct mg_error *err)
{
    MG_FREE struct mg_cell *cells = mg_calloc(count + 1, sizeof *cells);
    if (!cells)
        return mg_fail_memory(err);
    cells[0] = (struct mg_cell){"", 0};
    memcpy(cells + 1, csv->row.cells, count * sizeof *cells);
    return mg_columns_init(&csv->columns, cells, count + 1, csv->repair, err);
}

/* The first row of names, at its own delimiter where it has one. */
static enum mg_code read_first_names(struct mg_csv *csv, char own, struct mg_error *err)
{
    const char of_rows = csv->dialect.delimiter;
    csv->dialect.delimiter = own ? own : of_rows;
    enum mg_code code = read_names(csv, err);
    csv->dialect.delimiter = of_rows;
    return code;
}

static enum mg_code read_header(struct mg_csv *csv, struct mg_dialect_header header, struct mg_error *err)
{
    MG_CLEANUP(kept_cells_finish) struct kept_cells first = {0};
    enum mg_code code = read_first_names(csv, header.delimiter, err);
    if (code)
        return code;
    csv->info.header_line = csv->row.line;
    csv->info.header_rows = 1;
    csv->info.surplus = header.surplus;
    csv->info.row_names = header.row_names;
    csv->info.header_is_short = header.is_short && header.surplus;
    size_t count = csv->row.count > header.unused ? csv->row.count - header.unused : csv->row.count;
    if (header.row_names)
        return name_columns_after_first(csv, count, err);
    if (header.rows < 2)
        return mg_columns_init(&csv->columns, csv->row.cells, count, csv->repair, err);
    csv->info.header_rows = 2;
    code = keep_cells(&first, &csv->row, count, err);
    if (!code)
        code = read_names(csv, err);
    if (!code && csv->row.count < count)
        count = csv->row.count;
    return code ? code
                : mg_columns_init_double(&csv->columns, first.cells, csv->row.cells, count, csv->repair, err);
}

static enum mg_code name_columns(struct mg_csv *csv, struct mg_error *err)
{
    MG_FREE struct mg_cell *cells = mg_calloc(csv->name_count, sizeof *cells);
    if (!cells)
        return mg_fail_memory(err);
    for (size_t i = 0; i < csv->name_count; i++)
        cells[i] = (struct mg_cell){csv->names[i], strlen(csv->names[i])};
    return mg_columns_init(&csv->columns, cells, csv->name_count, false, err);
}

/* Without a header the first row says how many columns there are, and is read again as data. */
static enum mg_code count_columns(struct mg_csv *csv, struct mg_error *err)
{
    bool more = false;
    int64_t line = csv->line, offset = mg_csv_window_at(&csv->window);
    enum mg_code code = mg_csv_next_row(csv, &more, err);
    if (!code && csv->info.found_no_header && csv->row.count)
        snprintf(csv->info.first_cell, sizeof csv->info.first_cell, "%.*s", (int)csv->row.cells[0].length,
                 csv->row.cells[0].text);
    if (!code) /* filling the window keeps the record in it */
        code = mg_csv_window_seek(&csv->window, offset, err);
    csv->clean_to = 0;
    csv->line = line;
    if (!code && csv->name_count)
        return name_columns(csv, err);
    return code ? code : mg_columns_init_numbered(&csv->columns, csv->row.count ? csv->row.count : 1, err);
}

/* The first bytes of the source from here on, as they are however much the window holds; what the window
 * holds where here is past them. UTF-16 is decoded into buf. */
static enum mg_code take_sample(struct mg_csv *csv, struct mg_buf *buf, struct mg_dialect_sample *ret_sample,
                                struct mg_error *err)
{
    const struct mg_csv_window *window = &csv->window;
    size_t length, here = (size_t)mg_csv_window_at(window);
    const char *head = mg_source_head(window->source, &length);
    bool complete = length < MG_SOURCE_HEAD;
    if (window->utf16.order) {
        struct mg_utf16 utf16 = {.order = window->utf16.order};
        if (!mg_buf_reserve(buf, mg_utf16_room(length) + 6))
            return mg_fail_memory(err);
        size_t n = mg_utf16_decode(&utf16, head, length, buf->data);
        length = n + (complete ? mg_utf16_finish(&utf16, buf->data + n) : 0);
        head = buf->data;
    }
    if (here < length)
        *ret_sample = (struct mg_dialect_sample){head + here, length - here, complete};
    else
        *ret_sample = (struct mg_dialect_sample){window->bytes + window->start, window->end - window->start,
                                                 window->at_end};
    return MG_OK;
}

/* said: the delimiter that the file names, or 0. */
static enum mg_code find_dialect(struct mg_csv *csv, const struct mg_table_options *options, char said,
                                 struct mg_dialect_header *ret_header, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf buf = {0};
    struct mg_dialect_sample sample;
    enum mg_code code = take_sample(csv, &buf, &sample, err);
    if (code)
        return code;
    struct mg_csv_dialect *dialect = &csv->dialect;
    char quote = options->quote ? options->quote[0] : mg_dialect_quote(sample), own = 0;
    if (options->quote && !strcmp(options->quote, "none"))
        quote = '\0';
    char delimiter = options->delimiter ? options->delimiter : said;
    if (!delimiter && !csv->no_header)
        own = mg_dialect_header_delimiter(sample, quote, &delimiter);
    if (!delimiter)
        delimiter = mg_dialect_delimiter(sample, quote);
    *dialect = mg_dialect_with(sample, delimiter, quote);
    csv->info.delimiter = dialect->delimiter;
    csv->info.quote = dialect->quote;
    csv->info.header_delimiter = ret_header->delimiter = own;
    if (!csv->no_header && !own)
        *ret_header = mg_dialect_header(sample, *dialect);
    csv->info.found_no_header = !ret_header->rows;
    csv->no_header = csv->no_header || !ret_header->rows;
    if (csv->skip_lines)
        ret_header->preamble = 0; /* the caller knows where the header is */
    return MG_OK;
}

static enum mg_code check_options(const struct mg_table_options *options, enum mg_encoding *ret_encoding,
                                  struct mg_error *err)
{
    char d = options->delimiter;
    const char *q = options->quote;
    if (d && ((unsigned char)d >= 0x80 || d == '"' || (d < ' ' && d != '\t') || d == 0x7F))
        return mg_fail(err, MG_ERR_USAGE, _("'%c' cannot be a delimiter"), d);
    if (q && strcmp(q, "none") && strcmp(q, "\"") && strcmp(q, "'"))
        return mg_fail(err, MG_ERR_USAGE, _("the quote is \" or ' or none, not '%s'"), q);
    if (q && d && q[0] == d && !q[1])
        return mg_fail(err, MG_ERR_USAGE, _("'%c' cannot be both quote and delimiter"), d);
    if (options->layer)
        return mg_fail(err, MG_ERR_USAGE, _("a CSV file has no layer '%s'"), options->layer);
    if (options->skip_lines < 0)
        return mg_fail(err, MG_ERR_USAGE, _("%d lines cannot be skipped"), options->skip_lines);
    return mg_encoding_parse(options->encoding, ret_encoding, err);
}

/* UTF-16 is told by its mark; where there is none and it was asked for, it is what spreadsheets write. */
static void settle_encoding(struct mg_csv *csv)
{
    if (csv->encoding == MG_ENCODING_UTF_16 && !csv->window.utf16.order)
        csv->window.utf16.order = MG_UTF16_LITTLE;
    if (csv->window.utf16.order)
        csv->encoding = MG_ENCODING_UTF_16;
    csv->info.encoding = mg_encoding_name(csv->encoding);
}

enum mg_code mg_csv_look(struct mg_csv *csv, const struct mg_table_options *options, struct mg_error *err)
{
    struct mg_dialect_header header = {.rows = 1};
    char said = 0;
    enum mg_code code = check_options(options, &csv->encoding, err);
    if (code)
        return code;
    csv->no_header = options->no_header;
    csv->names = options->names;
    csv->name_count = options->no_header ? options->name_count : 0;
    csv->skip_lines = options->skip_lines;
    csv->repair = options->repair;
    csv->line = 1;
    csv->info =
        (struct mg_table_info){.format = "CSV", .bytes_total = mg_source_bytes_total(csv->window.source)};
    settle_encoding(csv);
    code = read_marks(csv, err);
    if (!code)
        code = csv->skip_lines ? skip_lines(csv, csv->skip_lines, err) : read_separator(csv, &said, err);
    if (!code)
        code = skip_blank_lines(csv, err);
    if (!code)
        code = find_dialect(csv, options, said, &header, err);
    if (!code)
        code = skip_preamble(csv, header.preamble, err);
    if (!code)
        code = csv->no_header ? count_columns(csv, err) : read_header(csv, header, err);
    if (code)
        return code;
    if (header.delimiter) { /* made for the header */
        mg_csv_splitter_destroy(csv->splitter);
        csv->splitter = NULL;
    }
    csv->data_offset = mg_csv_window_at(&csv->window);
    csv->data_line = csv->line;
    csv->data_blank_lines = csv->info.blank_lines;
    csv->info.preamble = csv->preamble.length ? csv->preamble.data : "";
    csv->info.column_count = csv->columns.count;
    csv->info.columns = csv->columns.names;
    csv->info.labels = csv->columns.labels;
    return MG_OK;
}
