/* What the form of a source has to be told of: lines around the table, names that were made up, quotes that
 * are not in order, text that is garbled. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/identifiers.h"
#include "libdata/domain/common/missing_words.h"
#include "libdata/domain/import/internal.h"
#include "libdata/io/json.h"
#include "libdata/io/mojibake.h"

enum { SHOWN = 200 }; /* bytes of a text in a message */

const char *mg_import_defect_code(enum mg_row_defect defect)
{
    return defect == MG_ROW_NUL           ? "nul-byte"
           : defect == MG_ROW_STRAY_QUOTE ? "stray-quote"
                                          : "unclosed-quote";
}

const char *mg_import_defect_message(enum mg_row_defect defect)
{
    return defect == MG_ROW_NUL ? _("holds a NUL byte: it is not text")
           : defect == MG_ROW_STRAY_QUOTE
               ? _("something other than a delimiter follows a closing quote")
               : _("a quote opens a cell and never closes it: it was taken for text");
}

/* A text that may be garbled: a cell, or a column's name. */
static enum mg_code note_text(struct mg_import *import, const struct mg_row *row, const char *field,
                              struct mg_cell cell, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf raw = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf repaired = {0};
    bool garbled = mg_mojibake_repair(cell.text, cell.length, &repaired);
    if (!garbled && !mg_mojibake_is_lossy(cell.text, cell.length))
        return MG_OK;
    mg_buf_add(&raw, cell.text, cell.length);
    if (raw.failed || repaired.failed)
        return mg_fail_memory(err);
    if (!garbled)
        return mg_import_issue_at(import, row, field, raw.data, "replacement-character", err, "%s",
                                  _("a character was lost before this file was written (U+FFFD)"));
    if (repaired.length > SHOWN) /* whole characters */
        repaired.data[mg_text_utf8_prefix(repaired.data, SHOWN)] = '\0';
    const char *message = import->options->table.repair
                              ? _("garbled by a wrong encoding: '%s' was taken for it")
                              : _("garbled by a wrong encoding; '%s' with --repair");
    return mg_import_issue_at(import, row, field, raw.data, "mojibake", err, message, repaired.data);
}

static enum mg_code note_cells(struct mg_import *import, const struct mg_row *row, struct mg_error *err)
{
    const struct mg_cell *cells = row->raw ? row->raw : row->cells;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < row->count && i < import->info->column_count && !code; i++)
        code = note_text(import, row, import->columns[i].name, cells[i], err);
    return code;
}

enum mg_code mg_import_note_row(struct mg_import *import, const struct mg_row *row, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (row->footer) {
        mg_import_skip(import);
        import->footer_rows++;
        return mg_import_issue(import, row, MG_IMPORT_WHOLE_ROW, "footer", err, "%s",
                               _("a total or a note below the table: not a row of it"));
    }
    if (row->defect)
        code = mg_import_issue(import, row, MG_IMPORT_WHOLE_ROW, mg_import_defect_code(row->defect), err,
                               "%s", mg_import_defect_message(row->defect));
    return !code && row->suspect ? note_cells(import, row, err) : code;
}

static bool is_blank(const char *label)
{
    size_t length;
    mg_text_trim(label, strlen(label), &length);
    return !length;
}

static enum mg_code note_name(struct mg_import *import, size_t i, struct mg_error *err)
{
    const struct mg_table_info *info = import->info;
    const char *label = info->labels[i], *name = info->columns[i];
    const struct mg_row header = {.line = info->header_line, .byte_offset = -1};
    if (is_blank(label))
        return mg_import_issue_at(import, &header, name, label, "blank-label", err,
                                  _("column %zu has no name; it is called '%s'"), i + 1, name);
    enum mg_code code = note_text(import, &header, name, (struct mg_cell){label, strlen(label)}, err);
    for (size_t k = 0; k < i && !code; k++)
        if (!strcmp(info->labels[k], label))
            return mg_import_issue_at(import, &header, name, label, "duplicate-label", err,
                                      _("another column has this name; this one is called '%s'"), name);
    return code;
}

/* The first cell of the sample that holds something, and such a one; NULL: there is none. */
static const struct mg_cell *first_cell(const struct mg_import *import, size_t column,
                                        bool (*is)(const char *text, size_t length))
{
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, column);
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        if (length && !mg_missing_word_in_code(text, length) && (!is || is(text, length)))
            return cell;
    }
    return NULL;
}

/* A column of which one cell is shown, if it has such a one. */
static enum mg_code note_cell(struct mg_import *import, size_t column, const char *code,
                              const struct mg_cell *cell, const char *message, struct mg_error *err)
{
    const struct mg_row header = {.line = import->info->header_line, .byte_offset = -1};
    MG_FREE char *raw = cell ? mg_strndup(cell->text, cell->length) : NULL;
    if (!cell)
        return MG_OK;
    return raw ? mg_import_issue_at(import, &header, import->columns[column].name, raw, code, err, "%s",
                                    message)
               : mg_fail_memory(err);
}

/* What labels promise and cells do not hold, and numbers of which digits are lost: told once a column. */
static enum mg_code note_columns(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int role = 0; role < MG_ROLE_COUNT && !code; role++)
        if (import->roles.unread[role] >= 0) {
            size_t i = (size_t)import->roles.unread[role];
            code =
                note_cell(import, i, "unread-column", first_cell(import, i, NULL),
                          _("its label says what it is, but its cells are not understood, as this one"), err);
        }
    for (size_t i = 0; i < import->info->column_count && !code; i++)
        code =
            note_cell(import, i, "rounded-number", first_cell(import, i, mg_is_rounded_number),
                      _("the column holds numbers of which a spreadsheet left out digits, as this one"), err);
    return code;
}

enum mg_code mg_import_note_header(struct mg_import *import, struct mg_error *err)
{
    const struct mg_table_info *info = import->info;
    const struct mg_row top = {.line = 1, .byte_offset = -1},
                        header = {.line = info->header_line, .byte_offset = -1};
    enum mg_code code = MG_OK;
    if (*info->preamble)
        code = mg_import_issue_at(import, &top, NULL, info->preamble, "preamble", err,
                                  _("lines above the header, on line %" PRId64 ", that are not the table's"),
                                  info->header_line);
    if (info->found_no_header && !code)
        code =
            mg_import_issue_at(import, &top, NULL, NULL, "no-header", err, "%s",
                               _("the first row is like those below it: the file has no header, and columns"
                                 " are called by their numbers"));
    if (info->header_delimiter && !code)
        code = mg_import_issue_at(import, &header, NULL, NULL, "header-delimiter", err,
                                  _("the header has another delimiter than the rows: '%c', not '%c'"),
                                  info->header_delimiter, info->delimiter);
    if (info->header_is_short && !code)
        code = mg_import_issue_at(import, &header, NULL, NULL, "trailing-delimiter", err,
                                  _("rows have %zu empty cells more than the header: they end so, or the"
                                    " header lacks a delimiter"),
                                  info->surplus);
    for (size_t i = 0; i < info->column_count && info->header_line && !code; i++)
        code = note_name(import, i, err);
    return code ? code : note_columns(import, err);
}

void mg_import_see_decoded(struct mg_import *import, const struct mg_row *row)
{
    for (size_t i = 0; i < MG_IMPORT_ENCODINGS; i++) {
        if (!import->decoded[i].name) {
            import->decoded[i].name = row->encoding;
            import->decoded[i].line = row->line;
            import->decoded[i].byte = row->byte_offset;
        }
        if (!strcmp(import->decoded[i].name, row->encoding)) {
            import->decoded[i].rows++;
            return;
        }
    }
}

enum mg_code mg_import_note_encodings(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    bool mixed = !strcmp(import->info->encoding, "mixed");
    for (size_t i = 0; mixed && i < MG_IMPORT_ENCODINGS && import->decoded[i].name && !code; i++) {
        const struct mg_row first = {.line = import->decoded[i].line, .byte_offset = import->decoded[i].byte};
        code = mg_import_issue_at(
            import, &first, NULL, NULL, "encoding-error", err,
            _("not UTF-8, as other rows are: read as %s, here and in %" PRId64 " rows in all"),
            import->decoded[i].name, import->decoded[i].rows);
    }
    return code;
}

static const char *delimiter_name(char delimiter, char *buffer)
{
    buffer[0] = delimiter;
    buffer[1] = '\0';
    return delimiter == '\t' ? "tab" : buffer;
}

bool mg_import_say_form(const struct mg_import *import, char *out, size_t size)
{
    const struct mg_table_info *info = import->info;
    char one[2];
    size_t n = (size_t)snprintf(out, size, "%s, %s", info->format, info->encoding);
    bool odd = *info->preamble || info->found_no_header || info->header_delimiter || info->header_is_short ||
               info->row_names || info->header_rows > 1 || import->footer_rows || import->joined_rows ||
               info->quote == '\'';
    if (info->delimiter && n < size)
        n += (size_t)snprintf(out + n, size - n, _(", delimiter %s"), delimiter_name(info->delimiter, one));
    if (info->header_line && n < size)
        n += (size_t)snprintf(out + n, size - n,
                              info->header_rows > 1 ? _(", header on line %" PRId64 " and the row below")
                                                    : _(", header on line %" PRId64),
                              info->header_line);
    if (info->found_no_header && n < size)
        n += (size_t)snprintf(out + n, size - n, "%s",
                              _(", without a header: the first row is like the others"));
    if (info->header_is_short && n < size)
        n += (size_t)snprintf(out + n, size - n, _(", %zu empty cells more in each row than in the header"),
                              info->surplus);
    if (info->row_names && n < size)
        n += (size_t)snprintf(out + n, size - n, "%s", _(", the first column without a name"));
    if (import->footer_rows && n < size)
        n +=
            (size_t)snprintf(out + n, size - n, _(", %" PRId64 " rows below the table"), import->footer_rows);
    if (import->joined_rows && n < size)
        snprintf(out + n, size - n, _(", %" PRId64 " lines joined to others"), import->joined_rows);
    return odd;
}

enum mg_code mg_import_dialect_text(const struct mg_import *import, struct mg_buf *out, struct mg_error *err)
{
    const struct mg_table_info *info = import->info;
    const char quote[] = {info->quote, '\0'};
    mg_buf_add_str(out, "{");
    if (info->delimiter) {
        mg_buf_add_str(out, "\"quote\":");
        mg_json_add_string(out, quote, strlen(quote));
        mg_buf_printf(out, ",\"bom\":%s,", info->bom ? "true" : "false");
    }
    mg_buf_printf(out, "\"header_line\":%" PRId64 ",\"header_rows\":%d,\"preamble\":", info->header_line,
                  info->header_rows);
    mg_json_add_string(out, info->preamble, strlen(info->preamble));
    mg_buf_printf(out, ",\"footer_rows\":%" PRId64, import->footer_rows);
    if (import->joined_rows)
        mg_buf_printf(out, ",\"joined_rows\":%" PRId64, import->joined_rows);
    mg_buf_add_char(out, '}');
    return mg_buf_check(out, err);
}
