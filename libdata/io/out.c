#include "libdata/io/out.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/io/json.h"
#include "libdata/io/out_table.h"
#include "libdata/io/outfile.h"

enum { FLUSH_AT = 1 << 16, TABLE_DECIMALS = 6 };

struct mg_out {
    int fd;
    enum mg_format format;
    int64_t records;
    bool in_record, ended;
    size_t record_start;      /* in pending, of the record being added */
    struct mg_buf pending;    /* text that is not written yet */
    struct mg_out_table grid; /* csv and table */
    struct mg_error stuck;    /* the first failure; code MG_OK until then */
    mg_out_take *take;        /* or NULL: to fd */
    void *take_context;
    json_t *record; /* for take, being added */
};

static bool is_json(const struct mg_out *out)
{
    return out->format == MG_FORMAT_JSONL || out->format == MG_FORMAT_JSON;
}

enum mg_code mg_out_create(int fd, enum mg_format format, struct mg_out **ret_out, struct mg_error *err)
{
    struct mg_out *out = mg_calloc(1, sizeof *out);
    if (!out)
        return mg_fail_memory(err);
    out->fd = fd;
    out->format = format;
    out->grid.csv = format == MG_FORMAT_CSV;
    *ret_out = out;
    return MG_OK;
}

enum mg_code mg_out_create_records(mg_out_take *take, void *context, struct mg_out **ret_out,
                                   struct mg_error *err)
{
    enum mg_code code = mg_out_create(-1, MG_FORMAT_JSONL, ret_out, err);
    if (code)
        return code;
    (*ret_out)->take = take;
    (*ret_out)->take_context = context;
    return MG_OK;
}

void mg_out_set_width(struct mg_out *out, size_t columns)
{
    out->grid.width = out->format == MG_FORMAT_TABLE ? columns : 0;
}

static void flush(struct mg_out *out)
{
    if (out->stuck.code)
        return;
    if (!mg_buf_check(&out->pending, &out->stuck))
        mg_write_all(out->fd, out->pending.data, out->pending.length, &out->stuck);
    mg_buf_clear(&out->pending);
}

static enum mg_code result(const struct mg_out *out, struct mg_error *err)
{
    if (out->stuck.code && err)
        *err = out->stuck;
    return out->stuck.code;
}

/* value NULL: no memory */
static void set(struct mg_out *out, const char *key, json_t *value)
{
    if (json_object_set_new(out->record, key, value) && !out->stuck.code)
        mg_fail_memory(&out->stuck);
}

/* What is not UTF-8 is repaired as where it is written. */
static json_t *text_value(const char *text, size_t length)
{
    json_t *value = json_stringn(text, length);
    MG_CLEANUP(mg_buf_finish) struct mg_buf json = {0};
    if (value)
        return value;
    mg_json_add_string(&json, text, length);
    return json.failed ? NULL : json_loadb(json.data, json.length, JSON_DECODE_ANY, NULL);
}

/* A number as its text would be read: 5 of 5.0. */
static json_t *number_value(const char *text, size_t length)
{
    int64_t integer;
    double real;
    if (mg_num_parse_i64(text, length, &integer))
        return json_integer(integer);
    return mg_num_parse_f64(text, length, &real) ? json_real(real) : NULL;
}

void mg_out_begin(struct mg_out *out, const char *type)
{
    mg_out_begin_in(out, type, type);
}

void mg_out_begin_in(struct mg_out *out, const char *table, const char *type)
{
    if (out->stuck.code)
        return;
    out->in_record = true;
    out->record_start = out->pending.length;
    if (out->take) {
        json_decref(out->record);
        out->record = json_object();
        set(out, "type", json_string(type));
        return;
    }
    if (!is_json(out)) {
        mg_out_table_begin_row(&out->grid, table, &out->pending);
        return;
    }
    if (out->format == MG_FORMAT_JSON)
        mg_buf_add_str(&out->pending, out->records ? ",\n" : "[\n");
    mg_buf_add_str(&out->pending, "{\"type\":");
    mg_json_add_string(&out->pending, type, strlen(type));
}

static void add_key(struct mg_buf *buf, const char *key)
{
    mg_buf_add_char(buf, ',');
    mg_json_add_string(buf, key, strlen(key));
    mg_buf_add_char(buf, ':');
}

/* A value whose JSON is its text: numbers, true, false, null. */
static void add_plain(struct mg_out *out, const char *key, const char *text, size_t length, bool number)
{
    if (out->stuck.code)
        return;
    if (out->take) {
        set(out, key,
            number         ? number_value(text, length)
            : *text == 'n' ? json_null()
                           : json_boolean(*text == 't'));
        return;
    }
    if (!is_json(out)) {
        mg_out_table_add(&out->grid, key, text, length, number);
        return;
    }
    add_key(&out->pending, key);
    mg_buf_add(&out->pending, text, length);
}

void mg_out_null(struct mg_out *out, const char *key)
{
    add_plain(out, key, "null", is_json(out) ? 4 : 0, false);
}

void mg_out_text(struct mg_out *out, const char *key, const char *text)
{
    mg_out_text_n(out, key, text, text ? strlen(text) : 0);
}

void mg_out_text_n(struct mg_out *out, const char *key, const char *text, size_t length)
{
    if (!text) {
        mg_out_null(out, key);
    } else if (out->take && !out->stuck.code) {
        set(out, key, text_value(text, length));
    } else if (is_json(out) && !out->stuck.code) {
        add_key(&out->pending, key);
        mg_json_add_string(&out->pending, text, length);
    } else {
        add_plain(out, key, text, length, false);
    }
}

void mg_out_int(struct mg_out *out, const char *key, int64_t value)
{
    char text[MG_NUM_SIZE];
    add_plain(out, key, text, mg_num_format_i64(value, text), true);
}

void mg_out_real(struct mg_out *out, const char *key, double value)
{
    char text[MG_NUM_SIZE];
    if (!isfinite(value))
        mg_out_null(out, key);
    else if (out->format == MG_FORMAT_TABLE && fabs(value) >= 0.001)
        add_plain(out, key, text, mg_num_format_fixed(value, TABLE_DECIMALS, text), true);
    else
        add_plain(out, key, text, mg_num_format_f64(value, text), true);
}

void mg_out_bool(struct mg_out *out, const char *key, bool value)
{
    const char *text = value ? "true" : "false";
    add_plain(out, key, text, strlen(text), false);
}

static void add_json_list(struct mg_buf *buf, const char *const *items, size_t count)
{
    mg_buf_add_char(buf, '[');
    for (size_t i = 0; i < count; i++) {
        if (i)
            mg_buf_add_char(buf, ',');
        mg_json_add_string(buf, items[i], strlen(items[i]));
    }
    mg_buf_add_char(buf, ']');
}

void mg_out_list(struct mg_out *out, const char *key, const char *const *items, size_t count)
{
    if (out->stuck.code)
        return;
    if (out->take) {
        json_t *list = json_array();
        for (size_t i = 0; i < count && list; i++)
            if (json_array_append_new(list, text_value(items[i], strlen(items[i])))) {
                json_decref(list);
                list = NULL;
            }
        set(out, key, list);
        return;
    }
    if (is_json(out)) {
        add_key(&out->pending, key);
        add_json_list(&out->pending, items, count);
        return;
    }
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; i < count; i++) {
        if (i)
            mg_buf_add_char(&list, ';');
        mg_buf_add_str(&list, items[i]);
    }
    if (!mg_buf_check(&list, &out->stuck))
        mg_out_table_add(&out->grid, key, list.data ? list.data : "", list.length, false);
}

static void hand_over(struct mg_out *out)
{
    if (!out->stuck.code)
        out->take(out->take_context, out->record, &out->stuck);
    json_decref(out->record);
    out->record = NULL;
}

enum mg_code mg_out_end_record(struct mg_out *out, struct mg_error *err)
{
    if (out->stuck.code)
        return result(out, err);
    out->in_record = false;
    out->records++;
    if (out->take)
        hand_over(out);
    else if (out->format == MG_FORMAT_JSONL)
        mg_buf_add_str(&out->pending, "}\n");
    else if (out->format == MG_FORMAT_JSON)
        mg_buf_add_char(&out->pending, '}');
    else
        mg_out_table_end_row(&out->grid, &out->pending, &out->stuck);
    if (out->pending.length >= FLUSH_AT || out->pending.failed)
        flush(out);
    return result(out, err);
}

void mg_out_failed(struct mg_out *out, const struct mg_error *why)
{
    if (out->stuck.code || out->ended)
        return;
    if (out->format == MG_FORMAT_JSONL && !out->take) {
        if (out->pending.failed)
            mg_buf_clear(&out->pending);
        else if (out->in_record)
            out->pending.length = out->record_start;
        mg_buf_add_str(&out->pending, "{\"type\":\"error\"");
        add_key(&out->pending, "message");
        mg_json_add_string(&out->pending, why->message, strlen(why->message));
        if (why->hint[0]) {
            add_key(&out->pending, "hint");
            mg_json_add_string(&out->pending, why->hint, strlen(why->hint));
        }
        mg_buf_add_str(&out->pending, "}\n");
        flush(out);
    }
    out->stuck = *why;
}

enum mg_code mg_out_close(struct mg_out *out, struct mg_error *err)
{
    if (out->stuck.code || out->ended)
        return result(out, err);
    out->ended = true;
    if (out->take)
        return MG_OK;
    if (out->format == MG_FORMAT_JSONL)
        mg_buf_printf(&out->pending, "{\"type\":\"end\",\"records\":%lld}\n", (long long)out->records);
    else if (out->format == MG_FORMAT_JSON)
        mg_buf_add_str(&out->pending, out->records ? "\n]\n" : "[]\n");
    else
        mg_out_table_finish_table(&out->grid, &out->pending, &out->stuck);
    flush(out);
    return result(out, err);
}

int64_t mg_out_records(const struct mg_out *out)
{
    return out->records;
}

void mg_out_destroy(struct mg_out *out)
{
    if (!out)
        return;
    mg_out_table_finish(&out->grid);
    mg_buf_finish(&out->pending);
    json_decref(out->record);
    free(out);
}
