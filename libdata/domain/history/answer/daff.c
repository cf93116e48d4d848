#include "libdata/domain/history/answer/daff.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/domain/history/answer/answer.h"
#include "libdata/io/json_cells.h"
#include "libdata/io/outfile.h"

#define WRITE_SIZE (1 << 16)
#define MAX_ARROW  64

struct shown {
    size_t field;                       /* of the dataset */
    bool as_written;                    /* else only what was understood of it */
    bool has[HISTORY_SIDES];            /* the edition's source has the column */
    bool ignored[HISTORY_SIDES];        /* its import was told not to compare it */
    struct mg_buf cells[HISTORY_SIDES]; /* of the row at hand */
};

struct highlight {
    struct mg_history *h;
    int fd;
    struct shown *columns;
    size_t count;
    struct mg_buf out;
    bool omitted; /* rows that are the same, or differ in nothing that is shown */
};

static void finish(struct highlight *hl)
{
    for (size_t i = 0; hl->columns && i < hl->count; i++)
        for (int side = 0; side < HISTORY_SIDES; side++)
            mg_buf_finish(&hl->columns[i].cells[side]);
    free(hl->columns);
    mg_buf_finish(&hl->out);
}

/* ---- columns ---- */

/* by_field: of each column of the dataset. */
static enum mg_code read_fields(struct highlight *hl, int side, struct shown *by_field, struct mg_error *err)
{
    const struct mg_dataset *dataset = hl->h->dataset;
    struct mg_read row;
    mg_read_ask(&row, hl->h->db, MG_SQL_HISTORY_EDITION_FIELDS, err, "i", hl->h->editions[side]->id);
    while (mg_read_next(&row)) {
        int64_t field = mg_read_i64(&row, 0);
        bool compared = mg_read_bool(&row, 1);
        for (size_t i = 0; i < dataset->field_count; i++)
            if (dataset->fields[i].id == field) {
                by_field[i].has[side] = true;
                by_field[i].ignored[side] = !compared;
            }
    }
    return mg_read_end(&row);
}

static bool is_ignored(const struct shown *shown)
{
    return shown->ignored[HISTORY_BEFORE] || shown->ignored[HISTORY_AFTER];
}

/* The columns to show. Which row an earlier edition brought is known of an ignored one (is_known), and tells
 * of what is not open. */
static enum mg_code lay_out(struct highlight *hl, enum mg_audience audience, struct mg_error *err)
{
    const struct mg_dataset *dataset = hl->h->dataset;
    hl->columns = mg_calloc(dataset->field_count + 1, sizeof *hl->columns);
    if (!hl->columns)
        return mg_fail_memory(err);
    enum mg_code code = read_fields(hl, HISTORY_BEFORE, hl->columns, err);
    if (!code)
        code = read_fields(hl, HISTORY_AFTER, hl->columns, err);
    for (size_t i = 0; i < dataset->field_count && !code; i++) {
        const struct mg_field *field = &dataset->fields[i];
        struct shown shown = hl->columns[i];
        shown.field = i;
        shown.as_written = mg_access_field(audience, dataset, field);
        bool seen = shown.as_written || (field->role && mg_access_role(audience, dataset, field->role));
        if ((shown.has[HISTORY_BEFORE] || shown.has[HISTORY_AFTER]) && seen &&
            (audience == MG_MINISTRY || !is_ignored(&shown)))
            hl->columns[hl->count++] = shown;
    }
    return code;
}

/* ---- cells ---- */

static void add_plain(struct mg_buf *buf, const char *text, size_t length)
{
    if (text)
        mg_buf_add(buf, text, length);
}

static void add_degrees(struct mg_buf *buf, const struct history_content *content, const char *role)
{
    char lon[MG_NUM_SIZE], lat[MG_NUM_SIZE];
    if (!content->has_place)
        return;
    size_t lon_length = mg_num_format_f64(content->lon, lon);
    size_t lat_length = mg_num_format_f64(content->lat, lat);
    if (strcmp(role, "lat") != 0)
        mg_buf_add(buf, lon, lon_length);
    if (!strcmp(role, "lonlat"))
        mg_buf_add_char(buf, ' ');
    if (strcmp(role, "lon") != 0)
        mg_buf_add(buf, lat, lat_length);
}

/* What was understood of the column: the cell to the letter where record.other does not hold it. */
static void add_typed(const struct mg_history *h, int side, size_t field, bool as_written, struct mg_buf *buf)
{
    const struct history_content *content = &h->contents[side];
    enum history_typed typed = h->columns[field].typed;
    const char *role = h->dataset->fields[field].role;
    if (!role)
        return;
    if (typed < TYPED_COUNT)
        add_plain(buf, content->cells[history_column_of(h, typed)].text,
                  content->cells[history_column_of(h, typed)].length);
    else if (!strcmp(role, "key"))
        add_plain(buf, content->key, content->key ? strlen(content->key) : 0);
    else if (typed == TYPED_PLACE && !as_written)
        add_degrees(buf, content, role);
}

/* A row that did not change says in an ignored column what the first edition with it said. */
static bool is_known(const struct mg_history *h, int side, const struct shown *shown)
{
    return !shown->ignored[side] || h->contents[side].edition_id == h->editions[side]->id;
}

/* NULL, and what the format's escapes make of it, would be read as no cell at all. */
static bool says_null(const char *text)
{
    while (*text == '_')
        text++;
    return !strcmp(text, "NULL");
}

static enum mg_code read_cell(struct highlight *hl, int side, struct shown *shown, struct mg_error *err)
{
    const struct mg_history *h = hl->h;
    struct mg_buf *buf = &shown->cells[side];
    const struct history_cell *own = &h->contents[side].cells[shown->field];
    mg_buf_clear(buf);
    bool says = shown->has[side] && is_known(h, side, shown);
    if (says && shown->as_written) {
        struct history_cell cell = history_cell(h, side, shown->field);
        const struct mg_json_cell json = {MG_JSON_TEXT, cell.text, cell.length, true};
        if (own->text || h->columns[shown->field].constant[side].length)
            mg_json_cell_add(buf, &json);
        else
            add_typed(h, side, shown->field, true, buf);
    } else if (says) {
        add_typed(h, side, shown->field, false, buf);
    }
    mg_buf_add(buf, "", 0);
    enum mg_code code = mg_buf_check(buf, err);
    if (!code && says_null(buf->data)) {
        struct mg_buf escaped = {0};
        mg_buf_printf(&escaped, "_%s", buf->data);
        mg_buf_finish(buf);
        *buf = escaped;
        code = mg_buf_check(buf, err);
    }
    return code;
}

static enum mg_code read_row(struct highlight *hl, int side, int64_t record, struct mg_error *err)
{
    enum mg_code code = history_read(hl->h, side, record, err);
    for (size_t i = 0; i < hl->count && !code; i++)
        code = read_cell(hl, side, &hl->columns[i], err);
    return code;
}

/* ---- writing ---- */

static enum mg_code flush(struct highlight *hl, size_t at_least, struct mg_error *err)
{
    enum mg_code code = mg_buf_check(&hl->out, err);
    if (code || hl->out.length < at_least)
        return code;
    code = mg_write_all(hl->fd, hl->out.data, hl->out.length, err);
    mg_buf_clear(&hl->out);
    return code;
}

static void add_cell(struct highlight *hl, bool first, const char *a, const char *arrow, const char *b)
{
    const char *parts[] = {a, arrow, b};
    bool quote = false;
    for (size_t i = 0; i < 3; i++)
        quote |= strpbrk(parts[i], ",\"\r\n") != NULL;
    if (!first)
        mg_buf_add_char(&hl->out, ',');
    if (quote)
        mg_buf_add_char(&hl->out, '"');
    for (size_t i = 0; i < 3; i++)
        for (const char *c = parts[i]; *c; c++) {
            if (*c == '"')
                mg_buf_add_char(&hl->out, '"');
            mg_buf_add_char(&hl->out, *c);
        }
    if (quote)
        mg_buf_add_char(&hl->out, '"');
}

static const char *cell(const struct shown *shown, int side)
{
    return shown->cells[side].data;
}

static enum mg_code write_single(struct highlight *hl, int side, const char *action, struct mg_error *err)
{
    add_cell(hl, true, action, "", "");
    for (size_t i = 0; i < hl->count; i++)
        add_cell(hl, false, cell(&hl->columns[i], side), "", "");
    mg_buf_add_char(&hl->out, '\n');
    return flush(hl, WRITE_SIZE, err);
}

static bool differs(const struct mg_history *h, const struct shown *shown)
{
    return shown->has[HISTORY_BEFORE] && shown->has[HISTORY_AFTER] && is_known(h, HISTORY_BEFORE, shown) &&
           is_known(h, HISTORY_AFTER, shown) &&
           strcmp(cell(shown, HISTORY_BEFORE), cell(shown, HISTORY_AFTER)) != 0;
}

static bool is_in_a_cell(const struct highlight *hl, const char *arrow)
{
    for (size_t i = 0; i < hl->count; i++)
        if (strstr(cell(&hl->columns[i], HISTORY_BEFORE), arrow) ||
            strstr(cell(&hl->columns[i], HISTORY_AFTER), arrow))
            return true;
    return false;
}

/* The shortest arrow that no cell of the row holds. */
static void find_arrow(const struct highlight *hl, char arrow[MAX_ARROW])
{
    size_t length = 2;
    strcpy(arrow, "->");
    while (length + 1 < MAX_ARROW && is_in_a_cell(hl, arrow)) {
        memset(arrow, '-', length);
        strcpy(arrow + length, ">");
        length++;
    }
}

static enum mg_code write_changed(struct highlight *hl, struct mg_error *err)
{
    char arrow[MAX_ARROW];
    bool changed = false, told = false;
    for (size_t i = 0; i < hl->count; i++) {
        const struct shown *shown = &hl->columns[i];
        bool differing = differs(hl->h, shown);
        bool added = !shown->has[HISTORY_BEFORE] && *cell(shown, HISTORY_AFTER);
        changed |= differing;
        told |= !is_ignored(shown) && (differing || added);
    }
    if (!told) {
        hl->omitted = true;
        return MG_OK;
    }
    find_arrow(hl, arrow);
    add_cell(hl, true, changed ? arrow : "+", "", "");
    for (size_t i = 0; i < hl->count; i++) {
        const struct shown *shown = &hl->columns[i];
        if (differs(hl->h, shown))
            add_cell(hl, false, cell(shown, HISTORY_BEFORE), arrow, cell(shown, HISTORY_AFTER));
        else
            add_cell(hl, false, cell(shown, shown->has[HISTORY_AFTER] ? HISTORY_AFTER : HISTORY_BEFORE), "",
                     "");
    }
    mg_buf_add_char(&hl->out, '\n');
    return flush(hl, WRITE_SIZE, err);
}

static enum mg_code write_pair(struct highlight *hl, const struct history_pair *pair, struct mg_error *err)
{
    const uint32_t rows[HISTORY_SIDES] = {pair->before, pair->after};
    enum mg_code code = MG_OK;
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        if (rows[side] != HISTORY_NONE)
            code = read_row(hl, side, hl->h->rows[side].rows[rows[side]].record, err);
    if (code)
        return code;
    if (pair->after == HISTORY_NONE)
        return write_single(hl, HISTORY_BEFORE, "---", err);
    if (pair->before == HISTORY_NONE)
        return write_single(hl, HISTORY_AFTER, "+++", err);
    return write_changed(hl, err);
}

static void write_header(struct highlight *hl)
{
    const struct mg_field *fields = hl->h->dataset->fields;
    bool schema = false;
    for (size_t i = 0; i < hl->count; i++)
        schema |= !hl->columns[i].has[HISTORY_BEFORE] || !hl->columns[i].has[HISTORY_AFTER];
    if (schema) {
        add_cell(hl, true, "!", "", "");
        for (size_t i = 0; i < hl->count; i++)
            add_cell(hl, false,
                     !hl->columns[i].has[HISTORY_BEFORE]  ? "+++"
                     : !hl->columns[i].has[HISTORY_AFTER] ? "---"
                                                          : "",
                     "", "");
        mg_buf_add_char(&hl->out, '\n');
    }
    add_cell(hl, true, "@@", "", "");
    for (size_t i = 0; i < hl->count; i++)
        add_cell(hl, false, fields[hl->columns[i].field].name, "", "");
    mg_buf_add_char(&hl->out, '\n');
}

static enum mg_code write_all(struct highlight *hl, struct mg_error *err)
{
    const struct history_pairs *all[] = {&hl->h->pairs, &hl->h->closed, &hl->h->created};
    enum mg_code code = MG_OK;
    hl->omitted = hl->h->standing || hl->h->same[HISTORY_BEFORE].count;
    write_header(hl);
    for (size_t list = 0; list < sizeof all / sizeof *all; list++)
        for (size_t i = 0; i < all[list]->count && !code; i++)
            code = write_pair(hl, &all[list]->pairs[i], err);
    if (code)
        return code;
    if (hl->omitted) {
        for (size_t i = 0; i <= hl->count; i++)
            add_cell(hl, i == 0, "...", "", "");
        mg_buf_add_char(&hl->out, '\n');
    }
    return flush(hl, 0, err);
}

enum mg_code mg_history_highlight(struct mg_history *history, enum mg_audience audience, int fd,
                                  struct mg_error *err)
{
    MG_CLEANUP(finish) struct highlight hl = {.h = history, .fd = fd};
    struct mg_dataset *seen = NULL;
    enum mg_code code = mg_access_load(history->db, audience, history->dataset->name, &seen, err);
    mg_dataset_destroy(seen);
    if (!code)
        code = lay_out(&hl, audience, err);
    return code ? code : write_all(&hl, err);
}
