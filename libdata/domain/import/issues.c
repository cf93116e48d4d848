/* What is said of a row: it is refused, or it stays and something of it is doubted. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/domain/import/kind.h"
#include "libdata/io/json.h"

#define RAW_SIZE 1000 /* bytes of a refused row that are kept */

/* The row as it was understood, its cells with the delimiter between them. */
static void add_row(struct mg_buf *buf, const struct mg_import *import, const struct mg_row *row)
{
    char delimiter = import->info->delimiter ? import->info->delimiter : ';';
    for (size_t i = 0; i < row->count && buf->length < RAW_SIZE; i++) {
        if (i)
            mg_buf_add_char(buf, delimiter);
        mg_buf_add(buf, row->cells[i].text, row->cells[i].length);
    }
    if (buf->length > RAW_SIZE) {
        buf->length = mg_text_utf8_prefix(buf->data, RAW_SIZE);
        buf->data[buf->length] = '\0';
    }
}

static void add_raw(struct mg_buf *buf, const struct mg_import *import, const struct mg_row *row, int column)
{
    if (column >= 0)
        mg_buf_add(buf, row->cells[column].text, row->cells[column].length);
    else
        add_row(buf, import, row);
    mg_buf_add(buf, "", 0); /* a text, even if it is empty */
}

static void add_cells(struct mg_buf *buf, const struct mg_row *row)
{
    mg_buf_add_char(buf, '[');
    for (size_t i = 0; i < row->count; i++) {
        if (i)
            mg_buf_add_char(buf, ',');
        mg_json_add_string(buf, row->cells[i].text, row->cells[i].length);
    }
    mg_buf_add_char(buf, ']');
}

enum mg_code mg_import_reject(struct mg_import *import, const struct mg_row *row, int column,
                              const char *code_name, struct mg_error *err, const char *format, ...)
{
    char message[480];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    MG_CLEANUP(mg_buf_finish) struct mg_buf raw = {0};
    add_raw(&raw, import, row, column);
    MG_CLEANUP(mg_buf_finish) struct mg_buf cells = {0};
    bool read = row->defect != MG_ROW_NUL && row->count == import->info->column_count;
    if (!row->defect || read)
        add_cells(&cells, row);
    enum mg_code code = mg_buf_check(&raw, err);
    if (!code)
        code = mg_buf_check(&cells, err);
    if (code)
        return code;
    import->rows_rejected++;
    int64_t offset = row->byte_offset;
    return mg_db_run(import->db, MG_SQL_REJECT_INSERT, err, "iiIttttt", import->edition, row->line,
                     offset >= 0 ? &offset : NULL, column >= 0 ? import->columns[column].name : NULL,
                     code_name, raw.data, message, cells.data);
}

static struct mg_import_code *code_slot(struct mg_import *import, const char *code_name)
{
    size_t i = 0;
    while (i + 1 < MG_IMPORT_CODES && import->codes[i].code && strcmp(import->codes[i].code, code_name))
        i++;
    import->codes[i].code = code_name;
    return &import->codes[i];
}

bool mg_import_count_issue(struct mg_import *import, const struct mg_row *row, const char *code_name)
{
    struct mg_import_code *slot = code_slot(import, code_name);
    import->issues++;
    slot->count++;
    if (slot->stored < MG_IMPORT_ISSUES) {
        slot->stored++;
        return true;
    }
    if (!slot->first_line)
        slot->first_line = row->line;
    return false;
}

static enum mg_code store_issue(struct mg_import *import, const struct mg_row *row, const char *field,
                                const char *raw, const char *code_name, const char *message,
                                struct mg_error *err)
{
    int64_t offset = row->byte_offset;
    return mg_db_run(import->db, MG_SQL_ISSUE_INSERT, err, "iiiItttt", import->edition, (int64_t)1, row->line,
                     offset >= 0 ? &offset : NULL, field, code_name, raw, message);
}

enum mg_code mg_import_store_issue(struct mg_import *import, const struct mg_row *row, int column,
                                   const char *code_name, struct mg_error *err, const char *format, ...)
{
    char message[480];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    MG_CLEANUP(mg_buf_finish) struct mg_buf raw = {0};
    if (column != MG_IMPORT_NO_CELL)
        add_raw(&raw, import, row, column);
    enum mg_code code = mg_buf_check(&raw, err);
    return code ? code
                : store_issue(import, row, column >= 0 ? import->columns[column].name : NULL, raw.data,
                              code_name, message, err);
}

enum mg_code mg_import_issue_at(struct mg_import *import, const struct mg_row *row, const char *field,
                                const char *raw, const char *code_name, struct mg_error *err,
                                const char *format, ...)
{
    if (!mg_import_count_issue(import, row, code_name))
        return MG_OK;
    char message[480];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return store_issue(import, row, field, raw, code_name, message, err);
}

enum mg_code mg_import_missing_word(struct mg_import *import, const struct mg_row *row, int column,
                                    struct mg_error *err)
{
    return mg_import_issue(import, row, column, "missing-word", err, "%s",
                           _("a word for none: read as empty"));
}
