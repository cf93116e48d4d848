#include "libdata/io/csv.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/io/csv_internal.h"
#include "libdata/io/mojibake.h"
#include "libdata/io/readers.h"

enum { WINDOW = 1 << 20 };

enum mg_code mg_csv_next(struct mg_csv *csv, const struct mg_row **ret_row, struct mg_error *err)
{
    bool more = false;
    csv->row.record = csv->info.rows_read + 1;
    enum mg_code code = mg_csv_next_row(csv, &more, err);
    if (code)
        return code;
    csv->info.rows_read += more;
    if (csv->needed && csv->encoding == MG_ENCODING_FOUND)
        csv->info.encoding = csv->mixed || csv->multibyte ? "mixed" : mg_encoding_name(csv->needed);
    *ret_row = more ? &csv->row : NULL;
    return MG_OK;
}

enum mg_code mg_csv_open(struct mg_source *source, const struct mg_table_options *options, size_t window,
                         struct mg_csv **ret_csv, struct mg_error *err)
{
    struct mg_csv *csv = mg_calloc(1, sizeof *csv);
    if (!csv)
        return mg_fail_memory(err);
    csv->cells = mg_malloc(MG_CSV_MAX_CELLS * sizeof *csv->cells);
    enum mg_code code = csv->cells ? MG_OK : mg_fail_memory(err);
    if (!code)
        code = mg_csv_window_init(&csv->window, source, window ? window : WINDOW, err);
    if (!code)
        code = mg_csv_look(csv, options, err);
    if (code) {
        csv->window.source = NULL; /* still the caller's */
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
    csv->clean_to = 0;
    csv->info.rows_read = 0;
    csv->info.blank_lines = csv->data_blank_lines;
    csv->line = csv->data_line;
    return mg_csv_window_seek(&csv->window, csv->data_offset, err);
}

enum mg_code mg_csv_look_again(struct mg_csv *csv, const struct mg_table_options *options,
                               struct mg_error *err)
{
    enum mg_code code = mg_csv_window_seek(&csv->window, 0, err);
    if (code)
        return code;
    mg_columns_finish(&csv->columns);
    csv->columns = (struct mg_columns){0};
    mg_csv_splitter_destroy(csv->splitter);
    csv->splitter = NULL;
    mg_buf_clear(&csv->preamble);
    csv->clean_to = 0;
    csv->surveyed = csv->mixed = csv->multibyte = false;
    csv->votes = (struct mg_encoding_votes){0};
    csv->needed = MG_ENCODING_FOUND;
    return mg_csv_look(csv, options, err);
}

void mg_csv_destroy(struct mg_csv *csv)
{
    if (!csv)
        return;
    mg_csv_window_finish(&csv->window);
    mg_csv_splitter_destroy(csv->splitter);
    mg_buf_finish(&csv->decoded);
    mg_buf_finish(&csv->preamble);
    mg_columns_finish(&csv->columns);
    free(csv->cells);
    free(csv);
}

static enum mg_code open_rows(struct mg_source *source, const struct mg_table_options *options,
                              void **ret_rows, struct mg_error *err)
{
    struct mg_csv *csv = NULL;
    enum mg_code code = mg_csv_open(source, options, 0, &csv, err);
    if (!code)
        *ret_rows = csv;
    return code;
}

static const struct mg_table_info *rows_info(const void *rows)
{
    return mg_csv_info(rows);
}

static enum mg_code next_row(void *rows, const struct mg_row **ret_row, struct mg_error *err)
{
    return mg_csv_next(rows, ret_row, err);
}

static enum mg_code rewind_rows(void *rows, struct mg_error *err)
{
    return mg_csv_rewind(rows, err);
}

static enum mg_code look_again(void *rows, const struct mg_table_options *options, struct mg_error *err)
{
    return mg_csv_look_again(rows, options, err);
}

static void destroy_rows(void *rows)
{
    mg_csv_destroy(rows);
}

const struct mg_reader mg_csv_reader = {
    .extensions = {"csv", "tsv", "txt"}, /* .tab is OGR's */
    .open = open_rows,
    .info = rows_info,
    .next = next_row,
    .rewind = rewind_rows,
    .look_again = look_again,
    .destroy = destroy_rows,
};
