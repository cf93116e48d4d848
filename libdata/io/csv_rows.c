/* Records, wherever they end, and their cells. */
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/io/csv_internal.h"
#include "libdata/io/mojibake.h"

enum {
    LONGEST_ON_LINES = 8 << 20, /* of a record on several lines */
    LONGEST_LENIENT = 1 << 20,  /* of a line that is read leniently */
};

/* A record as it stands in the window. */
struct span {
    const char *text;
    size_t length; /* without its line end */
    size_t lines;
    bool quoted; /* it may hold quotes, so it was not split yet */
    enum mg_csv_end end;
};

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
    bool forced = csv->encoding > MG_ENCODING_UTF_8 && csv->encoding != MG_ENCODING_UTF_16;
    size_t clean = forced || !csv->multibyte ? ascii_prefix(text, length) : 0;
    if (!forced && clean < length) {
        size_t more = mg_text_utf8_prefix(text + clean, length - clean);
        csv->multibyte |= more > 0;
        clean += mg_mojibake_suspect(text + clean, more);
    }
    const char *nul = memchr(text, '\0', clean);
    return nul ? (size_t)(nul - text) : clean;
}

/* Is the record, which begins at start, to be taken as it is? */
static bool is_clean(struct mg_csv *csv, size_t length)
{
    const struct mg_csv_window *window = &csv->window;
    const char *text = window->bytes + window->start;
    if (window->start + length > csv->clean_to && csv->clean_to <= window->start)
        csv->clean_to = window->start + clean_prefix(csv, text, window->end - window->start);
    return window->start + length <= csv->clean_to || clean_prefix(csv, text, length) == length;
}

/* An open quote is text: the first line is a row by itself. (Every quote is looked for once: a later row
 * whose quote opens would have closed this one.) */
static void lose_quote(struct span *span)
{
    span->end = MG_CSV_LOST_QUOTE;
    span->length = mg_csv_line_length(span->text, span->length);
    span->lines = 1;
}

/* The next record, blank lines too; ret_span->text is NULL after the last. Cells are split on the way where
 * no quote is more than an enclosure. */
static enum mg_code next_span(struct mg_csv *csv, struct span *ret_span, struct mg_error *err)
{
    struct mg_csv_window *window = &csv->window;
    for (;;) {
        const char *text = window->bytes + window->start;
        size_t length = window->end - window->start;
        if (!length && window->at_end) {
            ret_span->text = NULL;
            return MG_OK;
        }
        struct span span = {.text = text, .lines = 1};
        span.length = mg_csv_split_plain(text, length, csv->dialect, csv->cells, &csv->row.count);
        if (span.length == SIZE_MAX) {
            span.quoted = true;
            span.end = mg_csv_record_end(text, length, csv->dialect, &span.length, &span.lines);
        }
        bool seen =
            window->at_end || span.length + 1 < length || (span.length < length && text[span.length] == '\n');
        bool far = span.end == MG_CSV_OPEN ? length > LONGEST_ON_LINES && seen
                                           : span.lines > 1 && span.length > LONGEST_ON_LINES;
        if (far || (span.end == MG_CSV_OPEN && window->at_end))
            lose_quote(&span);
        if (seen && span.end != MG_CSV_OPEN) {
            *ret_span = span;
            return span.length > MG_CSV_LONGEST_RECORD ? mg_csv_fail_long(csv, err) : MG_OK;
        }
        enum mg_code code = mg_csv_fill(csv, err);
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
        return mg_csv_fail_at(csv, csv->line, MG_ERR_INPUT, err);
    }
    enum mg_encoding used = csv->encoding;
    enum mg_code code =
        mg_decode(csv->encoding, &csv->votes, span->text, span->length, &csv->decoded, &used, err);
    if (!code && !mg_buf_reserve(&csv->decoded, MG_CSV_PADDING))
        code = mg_fail_memory(err);
    if (code)
        return code;
    memset(csv->decoded.data + csv->decoded.length, 0, MG_CSV_PADDING);
    csv->mixed |= csv->needed && csv->needed != used;
    if (!csv->needed)
        csv->needed = used;
    span->text = csv->decoded.data;
    span->length = csv->decoded.length;
    csv->row.decoded = true;
    csv->row.encoding = mg_encoding_name(used);
    return MG_OK;
}

/* The whole line is what is delivered of it. */
static void mark_defect(struct mg_csv *csv, const struct span *span, enum mg_row_defect defect)
{
    csv->row.defect = defect;
    csv->row.count = 0;
    csv->cells[0] = (struct mg_cell){span->text, span->length};
    csv->row.cells = csv->cells;
}

static enum mg_code split_quoted(struct mg_csv *csv, const struct span *span, struct mg_error *err)
{
    struct mg_row *row = &csv->row;
    if (!csv->splitter) {
        enum mg_code code = mg_csv_splitter_create(csv->dialect, &csv->splitter, err);
        if (code)
            return code;
    }
    enum mg_code code = MG_OK;
    if (span->end == MG_CSV_WHOLE) {
        code = mg_csv_split(csv->splitter, span->text, span->length, &row->cells, &row->count, err);
        if (!code && mg_csv_is_torn(span->text, span->length, csv->dialect))
            row->defect = MG_ROW_STRAY_QUOTE;
        return code == MG_ERR_INPUT ? mg_csv_fail_at(csv, csv->line, code, err) : code;
    }
    row->defect = span->end == MG_CSV_STRAY_QUOTE ? MG_ROW_STRAY_QUOTE : MG_ROW_LOST_QUOTE;
    row->count = 0;
    if (span->length <= LONGEST_LENIENT)
        code = mg_csv_split_lenient(csv->splitter, span->text, span->length, &row->cells, &row->count, err);
    if (code != MG_OK && code != MG_ERR_INPUT)
        return code;
    if (code || row->count != csv->columns.count)
        mark_defect(csv, span, row->defect);
    return MG_OK;
}

/* The cells of a span, decoded where it must be, in csv->row. */
static enum mg_code split(struct mg_csv *csv, struct span span, struct mg_error *err)
{
    csv->row.defect = MG_ROW_SOUND;
    csv->row.decoded = csv->row.suspect = false;
    csv->row.encoding = mg_encoding_name(csv->encoding);
    csv->row.cells = csv->cells;
    if (!is_clean(csv, span.length)) {
        bool nul = memchr(span.text, '\0', span.length) != NULL;
        bool as_it_is = csv->encoding <= MG_ENCODING_UTF_8 || csv->encoding == MG_ENCODING_UTF_16;
        bool utf8 = as_it_is && mg_text_utf8_prefix(span.text, span.length) == span.length;
        enum mg_code code = utf8 ? MG_OK : decode(csv, &span, err);
        if (code)
            return code;
        csv->row.suspect = mg_mojibake_suspect(span.text, span.length) < span.length;
        if (nul) {
            mark_defect(csv, &span, MG_ROW_NUL);
            return MG_OK;
        }
        if (!span.quoted)
            mg_csv_split_plain(span.text, span.length, csv->dialect, csv->cells, &csv->row.count);
    }
    return span.quoted ? split_quoted(csv, &span, err) : MG_OK;
}

/* A record of the wrong width on several lines, each of which is a row by itself, was made of them by a quote
 * that is closed by another row's. */
static bool has_swallowed(struct mg_csv *csv, const struct span *span)
{
    size_t columns = csv->columns.count, count = 0;
    if (span->lines < 2 || columns < 2 || csv->row.count == columns || csv->row.defect)
        return false;
    for (size_t at = 0; at < span->length;) {
        const struct mg_cell *cells;
        size_t length = mg_csv_line_length(span->text + at, span->length - at);
        if (mg_csv_split_lenient(csv->splitter, span->text + at, length, &cells, &count, NULL) ||
            count != columns)
            return false;
        at += length;
        at += mg_csv_line_end(span->text + at, span->length - at);
    }
    return true;
}

static enum mg_code read_span(struct mg_csv *csv, struct span *span, struct mg_error *err)
{
    csv->row.line = csv->line;
    csv->row.byte_offset = mg_csv_window_source_offset(&csv->window);
    csv->row.footer = false;
    enum mg_code code = split(csv, *span, err);
    if (code || span->lines < 2 || csv->row.count == csv->columns.count)
        return code;
    if (has_swallowed(csv, span))
        lose_quote(span);
    return split(csv, *span, err); /* has_swallowed used the splitter */
}

enum mg_code mg_csv_next_row(struct mg_csv *csv, bool *ret_more, struct mg_error *err)
{
    for (;;) {
        struct span span;
        enum mg_code code = next_span(csv, &span, err);
        if (code)
            return code;
        *ret_more = span.text && span.length > 0;
        if (!span.text)
            return MG_OK;
        if (*ret_more && !csv->surveyed && !is_clean(csv, span.length)) {
            code = mg_csv_survey(csv, span.text, span.length, err);
            if (code)
                return code;
            if (csv->surveyed)
                continue; /* the window has moved */
        }
        if (*ret_more)
            code = read_span(csv, &span, err);
        if (code)
            return code;
        mg_csv_consume(csv, span.length, span.lines);
        if (*ret_more)
            return MG_OK;
        csv->info.blank_lines++;
    }
}
