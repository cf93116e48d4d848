/* The refused rows of an import, told in a form that can be corrected and read again (corrections.h). */
#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/domain/import/internal.h"
#include "libdata/io/json_cells.h"

enum { LINE, BYTE_OFFSET, FIELD, CODE, RAW, MESSAGE, CELLS }; /* of the statement reject_list */

/* A row's cells, put together again from the JSON array that the file keeps. */
struct cells {
    struct mg_buf text;
    struct mg_cell *list;
    size_t count, capacity;
};

static void cells_finish(struct cells *cells)
{
    mg_buf_finish(&cells->text);
    free(cells->list);
}

static enum mg_code read_cells(struct cells *cells, const char *json, size_t length, struct mg_error *err)
{
    struct mg_json_cells reader;
    struct mg_json_cell cell;
    cells->count = 0;
    mg_buf_clear(&cells->text);
    mg_buf_reserve(&cells->text, length + 1); /* the text does not move: it is never longer than its JSON */
    enum mg_code code = mg_buf_check(&cells->text, err);
    mg_json_cells_start(&reader, json, length);
    while (!code && mg_json_cells_next(&reader, &cell)) {
        if (!mg_grow(cells->list, cells->count, &cells->capacity))
            return mg_fail_memory(err);
        size_t from = cells->text.length;
        mg_json_cell_add(&cells->text, &cell);
        cells->list[cells->count++] = (struct mg_cell){cells->text.data + from, cells->text.length - from};
        code = mg_buf_check(&cells->text, err);
    }
    return code;
}

static const char *text_of(struct mg_read *row, int column)
{
    return mg_read_text_or_null(row, column, NULL);
}

static void add_offset(struct mg_out *out, const char *key, struct mg_read *row)
{
    if (mg_read_is_null(row, BYTE_OFFSET))
        mg_out_null(out, key);
    else
        mg_out_int(out, key, mg_read_i64(row, BYTE_OFFSET));
}

/* What is wrong, then the row under its own columns. */
static enum mg_code tell_columns(const struct mg_import *import, struct mg_read *row,
                                 const struct cells *cells, struct mg_buf *cell, struct mg_error *err)
{
    struct mg_out *out = import->options->rejects;
    mg_out_begin(out, "reject");
    mg_out_int(out, "reject_line", mg_read_i64(row, LINE));
    add_offset(out, "reject_byte_offset", row);
    mg_out_text(out, "reject_field", text_of(row, FIELD));
    mg_out_text(out, "reject_code", text_of(row, CODE));
    mg_out_text(out, "reject_message", text_of(row, MESSAGE));
    mg_out_text(out, "reject_raw", text_of(row, RAW));
    for (size_t i = 0; i < import->info->column_count; i++) {
        mg_reject_cell(cells->list, cells->count, i, import->info, cell);
        if (cell->failed)
            return mg_buf_check(cell, err);
        mg_out_text_n(out, import->info->columns[i], cell->data, cell->length);
    }
    return row->code ? row->code : mg_out_end_record(out, err);
}

static enum mg_code tell_record(const struct mg_import *import, struct mg_read *row,
                                const struct cells *cells, struct mg_buf *texts, struct mg_error *err)
{
    struct mg_out *out = import->options->rejects;
    size_t columns = import->info->column_count;
    MG_CLEANUP(mg_buf_finish) struct mg_buf cell = {0};
    MG_FREE size_t *from = mg_calloc(columns + 1, sizeof *from);
    MG_FREE const char **items = mg_calloc(columns + 1, sizeof *items);
    if (!from || !items)
        return mg_fail_memory(err);
    mg_buf_clear(texts);
    for (size_t i = 0; i < columns; i++) {
        mg_reject_cell(cells->list, cells->count, i, import->info, &cell);
        from[i] = texts->length;
        mg_buf_add(texts, cell.data, cell.length);
        mg_buf_add_char(texts, '\0');
        if (cell.failed || texts->failed)
            return mg_fail_memory(err);
    }
    for (size_t i = 0; i < columns; i++)
        items[i] = texts->data + from[i];
    mg_out_begin(out, "reject");
    mg_out_text(out, "source", mg_import_source_name(import));
    mg_out_int(out, "line", mg_read_i64(row, LINE));
    add_offset(out, "byte_offset", row);
    mg_out_text(out, "field", text_of(row, FIELD));
    mg_out_text(out, "code", text_of(row, CODE));
    mg_out_text(out, "raw", text_of(row, RAW));
    mg_out_text(out, "message", text_of(row, MESSAGE));
    mg_out_list(out, "row", items, columns);
    return row->code ? row->code : mg_out_end_record(out, err);
}

enum mg_code mg_import_report_rejects(struct mg_import *import, struct mg_error *err)
{
    MG_CLEANUP(cells_finish) struct cells cells = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf room = {0};
    struct mg_read row;
    if (!import->options->rejects)
        return MG_OK;
    mg_read_ask(&row, import->db, MG_SQL_REJECT_LIST, err, "i", import->edition);
    while (mg_read_next(&row)) {
        size_t length;
        const char *json = mg_read_text_or_null(&row, CELLS, &length);
        if (!row.code)
            row.code = read_cells(&cells, json, length, err);
        if (!row.code)
            row.code = import->options->rejects_as_columns ? tell_columns(import, &row, &cells, &room, err)
                                                           : tell_record(import, &row, &cells, &room, err);
    }
    return mg_read_end(&row);
}
