#include "libdata/domain/columns/sample.h"

#include "libdata/base/alloc.h"

/* Cells are pointed into text only when it has stopped growing. */
static enum mg_code settle(struct mg_sample *sample, struct mg_error *err)
{
    enum mg_code code = mg_buf_check(&sample->text, err);
    if (code)
        return code;
    const char *at = sample->text.data ? sample->text.data : "";
    for (size_t i = 0; i < sample->row_count * sample->column_count; i++) {
        sample->cells[i].text = at;
        at += sample->cells[i].length;
    }
    return MG_OK;
}

static bool is_empty(const struct mg_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].length)
            return false;
    return !row->wkb;
}

enum mg_code mg_sample_read(struct mg_table *table, size_t rows, struct mg_sample *ret_sample,
                            struct mg_error *err)
{
    const struct mg_table_info *info = mg_table_info(table);
    struct mg_sample sample = {.column_count = info->column_count};
    sample.cells = mg_calloc(rows * sample.column_count + 1, sizeof *sample.cells);
    enum mg_code code = sample.cells ? MG_OK : mg_fail_memory(err);
    const struct mg_row *row = NULL;
    while (!code && sample.row_count < rows) {
        code = mg_table_next(table, &row, err);
        if (code || !row)
            break;
        if (row->part || is_empty(row) || mg_table_repeats_header(info, row))
            continue;
        struct mg_cell *cells = sample.cells + sample.row_count++ * sample.column_count;
        for (size_t i = 0; i < sample.column_count && i < row->count; i++) {
            cells[i].length = row->cells[i].length;
            mg_buf_add(&sample.text, row->cells[i].text, row->cells[i].length);
        }
    }
    if (!code)
        code = settle(&sample, err);
    if (code) {
        mg_sample_finish(&sample);
        return code;
    }
    *ret_sample = sample;
    return MG_OK;
}

void mg_sample_finish(struct mg_sample *sample)
{
    free(sample->cells);
    mg_buf_finish(&sample->text);
    *sample = (struct mg_sample){0};
}
