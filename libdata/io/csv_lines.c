/* Lines as they come into the window, and how those look that are not UTF-8. */
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/io/csv_internal.h"

enum { LONGEST_MIB = MG_CSV_LONGEST_RECORD >> 20 };

enum mg_code mg_csv_fail_at(const struct mg_csv *csv, int64_t line, enum mg_code code, struct mg_error *err)
{
    mg_error_at(err, line, csv->row.record, 0, NULL);
    return code;
}

enum mg_code mg_csv_fail_long(const struct mg_csv *csv, struct mg_error *err)
{
    mg_fail(err, MG_ERR_INPUT, _("a row is longer than %d MiB"), LONGEST_MIB);
    return mg_csv_fail_at(csv, csv->line, MG_ERR_INPUT, err);
}

/* Fill the window; the record at its start stays in it. */
enum mg_code mg_csv_fill(struct mg_csv *csv, struct mg_error *err)
{
    struct mg_csv_window *window = &csv->window;
    if (window->end - window->start > MG_CSV_LONGEST_RECORD)
        return mg_csv_fail_long(csv, err);
    csv->clean_to = csv->clean_to > window->start ? csv->clean_to - window->start : 0;
    enum mg_code code = mg_csv_window_fill(window, err);
    if (code)
        return code;
    csv->info.bytes_read = mg_source_bytes_read(window->source);
    if (window->at_end)
        memcpy(csv->info.sha256, mg_source_sha256(window->source), sizeof csv->info.sha256);
    return MG_OK;
}

/* The physical line at the start of the window, whatever quotes it holds: its length without its end. */
enum mg_code mg_csv_see_line(struct mg_csv *csv, size_t *ret_length, struct mg_error *err)
{
    struct mg_csv_window *window = &csv->window;
    for (;;) {
        size_t length = window->end - window->start,
               n = mg_csv_line_length(window->bytes + window->start, length);
        if (window->at_end || n + 1 < length) {
            *ret_length = n;
            return MG_OK;
        }
        enum mg_code code = mg_csv_fill(csv, err);
        if (code)
            return code;
    }
}

/* Every line from here to the end has its vote; the lines before are UTF-8 and have none. */
static enum mg_code count_votes(struct mg_csv *csv, struct mg_error *err)
{
    struct mg_csv_window *window = &csv->window;
    for (;;) {
        size_t n = 0;
        enum mg_code code = mg_csv_see_line(csv, &n, err);
        if (code || window->start == window->end)
            return code;
        const char *text = window->bytes + window->start;
        code = mg_encoding_vote(&csv->votes, text, n, err);
        if (code)
            return code;
        mg_csv_consume(csv, n, 1);
    }
}

enum mg_code mg_csv_survey(struct mg_csv *csv, const char *text, size_t length, struct mg_error *err)
{
    if (csv->encoding != MG_ENCODING_FOUND || mg_text_utf8_prefix(text, length) == length ||
        !mg_source_can_rewind(csv->window.source))
        return MG_OK;
    int64_t offset = mg_csv_window_at(&csv->window), line = csv->line;
    csv->surveyed = true;
    enum mg_code code = count_votes(csv, err);
    if (!code)
        code = mg_csv_window_seek(&csv->window, offset, err);
    csv->clean_to = 0;
    csv->line = line;
    return code;
}
