#include "libdata/db/read.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/text.h"
#include "libdata/io/json_cells.h"

/* ---- rows ---- */

enum mg_code mg_read_ask(struct mg_read *row, struct mg_db *db, enum mg_sql name, struct mg_error *err,
                         const char *format, ...)
{
    *row = mg_read_of(NULL, err);
    row->code = mg_db_statement(db, name, &row->statement, err);
    if (row->code)
        return row->code;
    va_list args;
    va_start(args, format);
    row->code = mg_db_bind_list(row->statement, err, format, args);
    va_end(args);
    return row->code;
}

bool mg_read_next(struct mg_read *row)
{
    bool there = false;
    if (!row->code)
        row->code = mg_db_step(row->statement, &there, row->err);
    return there && !row->code;
}

enum mg_code mg_read_end(struct mg_read *row)
{
    sqlite3_reset(row->statement);
    return row->code;
}

/* ---- where a value is ---- */

/* The row's id, where the answer has it too. */
static bool id_beside(sqlite3_stmt *statement, const char *table, int64_t *ret_id)
{
    sqlite3 *handle = sqlite3_db_handle(statement);
    for (int i = 0; i < sqlite3_column_count(statement); i++) {
        const char *its = sqlite3_column_table_name(statement, i);
        const char *name = sqlite3_column_origin_name(statement, i), *type = NULL;
        int is_key = 0;
        if (its && name && strcmp(its, table) == 0 && sqlite3_column_type(statement, i) == SQLITE_INTEGER &&
            sqlite3_table_column_metadata(handle, NULL, table, name, &type, NULL, NULL, &is_key, NULL) ==
                SQLITE_OK &&
            is_key && type && sqlite3_stricmp(type, "INTEGER") == 0) {
            *ret_id = sqlite3_column_int64(statement, i);
            return true;
        }
    }
    return false;
}

/* Else the first row that has the same value there: it is as wrong. Not in a table without ids. */
static bool id_by_value(sqlite3_stmt *statement, int column, const char *table, const char *name,
                        int64_t *ret_id)
{
    sqlite3_stmt *search = NULL;
    char *sql = sqlite3_mprintf("SELECT rowid FROM main.\"%w\" WHERE \"%w\" IS ?1 LIMIT 1", table, name);
    bool found = sql &&
                 sqlite3_prepare_v2(sqlite3_db_handle(statement), sql, -1, &search, NULL) == SQLITE_OK &&
                 sqlite3_bind_value(search, 1, sqlite3_column_value(statement, column)) == SQLITE_OK &&
                 sqlite3_step(search) == SQLITE_ROW;
    if (found)
        *ret_id = sqlite3_column_int64(search, 0);
    sqlite3_finalize(search);
    sqlite3_free(sql);
    return found;
}

/* Of a value that is worked out there is no table: then how the answer calls it. */
static void say_where(sqlite3_stmt *statement, int column, char *out, size_t size)
{
    const char *table = sqlite3_column_table_name(statement, column);
    const char *name = sqlite3_column_origin_name(statement, column);
    int64_t id;
    if (!table || !name) {
        const char *called = sqlite3_column_name(statement, column);
        snprintf(out, size, _("column %d of an answer (%.60s)"), column + 1, called ? called : "");
    } else if (id_beside(statement, table, &id) || id_by_value(statement, column, table, name, &id)) {
        snprintf(out, size, _("table %.60s, row %lld, column %.60s"), table, (long long)id, name);
    } else {
        snprintf(out, size, _("table %.60s, column %.60s"), table, name);
    }
}

static void refuse(struct mg_read *row, int column, const char *format, va_list args)
{
    char where[200], what[240];
    if (row->code)
        return;
    row->code = MG_ERR_DB;
    if (!row->err)
        return; /* nobody wants to know where */
    vsnprintf(what, sizeof what, format, args);
    say_where(row->statement, column, where, sizeof where);
    mg_fail(row->err, MG_ERR_DB, "%s: %s", where, what);
    mg_error_hint(row->err, "%s",
                  _("the file was changed or damaged: maillage check says more; put back a copy of it"));
}

void mg_read_refuse(struct mg_read *row, int column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    refuse(row, column, format, args);
    va_end(args);
}

/* ---- values ---- */

void mg_read_refuse_type(struct mg_read *row, int column, int wanted)
{
    if (mg_read_is_null(row, column))
        mg_read_refuse(row, column, "%s", _("there is no value, where there must be one"));
    else if (wanted == SQLITE_INTEGER)
        mg_read_refuse(row, column, "%s", _("not a whole number"));
    else if (wanted == SQLITE_FLOAT)
        mg_read_refuse(row, column, "%s", _("not a number"));
    else if (wanted == SQLITE_BLOB)
        mg_read_refuse(row, column, "%s", _("not a blob"));
    else
        mg_read_refuse(row, column, "%s", _("not a text"));
}

void mg_read_refuse_range(struct mg_read *row, int column, int64_t low, int64_t high)
{
    if (high == INT64_MAX)
        mg_read_refuse(row, column, _("%lld is less than %lld"),
                       (long long)sqlite3_column_int64(row->statement, column), (long long)low);
    else
        mg_read_refuse(row, column, _("%lld is not between %lld and %lld"),
                       (long long)sqlite3_column_int64(row->statement, column), (long long)low,
                       (long long)high);
}

double mg_read_real(struct mg_read *row, int column)
{
    int type = sqlite3_column_type(row->statement, column);
    double value = sqlite3_column_double(row->statement, column);
    if ((type == SQLITE_FLOAT || type == SQLITE_INTEGER) && isfinite(value))
        return value;
    mg_read_refuse_type(row, column, SQLITE_FLOAT);
    return 0;
}

double mg_read_real_or(struct mg_read *row, int column, double otherwise)
{
    return mg_read_is_null(row, column) ? otherwise : mg_read_real(row, column);
}

/* ASCII without NUL, as most texts are: told eight bytes at a time. */
static inline bool is_plain(const char *text, size_t length)
{
    uint64_t seen = 0, eight;
    size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        memcpy(&eight, text + i, 8);
        seen |= (eight - UINT64_C(0x0101010101010101)) | eight;
    }
    for (; i < length; i++)
        seen |= (uint64_t)(unsigned char)(text[i] - 1) | (unsigned char)text[i];
    return !(seen & UINT64_C(0x8080808080808080));
}

const char *mg_read_text_or_null(struct mg_read *row, int column, size_t *ret_length)
{
    const char *text = NULL;
    size_t length = 0;
    sqlite3_value *value = sqlite3_column_value(row->statement, column);
    int type = sqlite3_value_type(value);
    if (type == SQLITE_TEXT) {
        text = (const char *)sqlite3_value_text(value);
        length = text ? (size_t)sqlite3_value_bytes(value) : 0;
        if (!text && !row->code)
            row->code = mg_fail_memory(row->err);
        if (text && is_plain(text, length))
            ;
        else if (text && mg_text_utf8_prefix(text, length) != length)
            mg_read_refuse(row, column, "%s", _("the text is not UTF-8"));
        else if (text && memchr(text, '\0', length))
            mg_read_refuse(row, column, "%s", _("there is a NUL byte in the text"));
    } else if (type != SQLITE_NULL) {
        mg_read_refuse_type(row, column, SQLITE_TEXT);
    }
    if (row->code && text) {
        text = "";
        length = 0;
    }
    if (ret_length)
        *ret_length = length;
    return text;
}

const char *mg_read_cells_or_null(struct mg_read *row, int column, size_t *ret_length)
{
    size_t length;
    const char *text = mg_read_text_or_null(row, column, &length);
    if (text && !row->code && !mg_json_cells_valid(text, length))
        mg_read_refuse(row, column, "%s", _("not a JSON array of texts, numbers and nulls"));
    if (text && row->code) {
        text = "";
        length = 0;
    }
    if (ret_length)
        *ret_length = length;
    return text;
}

const char *mg_read_text(struct mg_read *row, int column, size_t *ret_length)
{
    const char *text = mg_read_text_or_null(row, column, ret_length);
    if (text)
        return text;
    if (!row->code)
        mg_read_refuse_type(row, column, SQLITE_TEXT);
    return "";
}

void mg_read_copy(struct mg_read *row, int column, char *out, size_t size)
{
    size_t length = 0;
    const char *text = mg_read_text(row, column, &length);
    if (length >= size) {
        mg_read_refuse(row, column, _("the text is longer than %zu bytes"), size - 1);
        length = 0;
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

const void *mg_read_blob_or_null(struct mg_read *row, int column, size_t *ret_length)
{
    int type = sqlite3_column_type(row->statement, column);
    *ret_length = 0;
    if (type == SQLITE_NULL)
        return NULL;
    if (type != SQLITE_BLOB) {
        mg_read_refuse_type(row, column, SQLITE_BLOB);
        return NULL;
    }
    const void *blob = sqlite3_column_blob(row->statement, column);
    int length = sqlite3_column_bytes(row->statement, column);
    if (!blob && length && !row->code)
        row->code = mg_fail_memory(row->err);
    if (blob)
        *ret_length = (size_t)length;
    return blob;
}

int mg_read_word(struct mg_read *row, int column, const char *const *words)
{
    const char *text = mg_read_text(row, column, NULL);
    for (int i = 0; words[i]; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    mg_read_refuse(row, column, _("'%.60s' is none of the words that it may be"), text);
    return 0;
}

mg_date mg_read_date(struct mg_read *row, int column)
{
    mg_date date;
    size_t length = 0;
    const char *text = mg_read_text(row, column, &length);
    if (mg_date_parse_iso(text, length, &date))
        return date;
    mg_read_refuse(row, column, _("'%.60s' is not a date"), text);
    return MG_DATE_NONE;
}

mg_date mg_read_date_or_none(struct mg_read *row, int column)
{
    return mg_read_is_null(row, column) ? MG_DATE_NONE : mg_read_date(row, column);
}

static void add_value(struct mg_buf *out, int column, int type, const void *bytes, size_t length)
{
    uint32_t head[2] = {(uint32_t)column << 3 | (uint32_t)type, (uint32_t)length};
    mg_buf_add(out, head, sizeof head);
    mg_buf_add(out, bytes, length);
}

void mg_read_add_row(const struct mg_read *row, int from, struct mg_buf *out)
{
    int count = sqlite3_column_count(row->statement);
    for (int i = from; i < count; i++) {
        int type = sqlite3_column_type(row->statement, i);
        if (type == SQLITE_INTEGER) {
            int64_t integer = sqlite3_column_int64(row->statement, i);
            add_value(out, i - from, type, &integer, sizeof integer);
        } else if (type == SQLITE_FLOAT) {
            double real = sqlite3_column_double(row->statement, i);
            add_value(out, i - from, type, &real, sizeof real);
        } else if (type != SQLITE_NULL) {
            const void *bytes = sqlite3_column_blob(row->statement, i);
            add_value(out, i - from, type, bytes ? bytes : "",
                      bytes ? (size_t)sqlite3_column_bytes(row->statement, i) : 0);
        }
    }
}
