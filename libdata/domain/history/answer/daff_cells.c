/* answer/daff_cells.c - the columns of two editions, and what their rows have in them as written. */
#include "libdata/domain/history/answer/daff_internal.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/num.h"
#include "libdata/io/json_cells.h"

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

bool highlight_is_ignored(const struct shown *shown)
{
    return shown->ignored[HISTORY_BEFORE] || shown->ignored[HISTORY_AFTER];
}

/* The columns to show. Which row an earlier edition brought is known of an ignored one (highlight_is_known),
 * and tells of what is not open. */
enum mg_code highlight_lay_out(struct highlight *hl, enum mg_audience audience, struct mg_error *err)
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
            (audience == MG_MINISTRY || !highlight_is_ignored(&shown)))
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
bool highlight_is_known(const struct mg_history *h, int side, const struct shown *shown)
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
    bool says = shown->has[side] && highlight_is_known(h, side, shown);
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

enum mg_code highlight_read_row(struct highlight *hl, int side, int64_t record, struct mg_error *err)
{
    enum mg_code code = history_read(hl->h, side, record, err);
    for (size_t i = 0; i < hl->count && !code; i++)
        code = read_cell(hl, side, &hl->columns[i], err);
    return code;
}
