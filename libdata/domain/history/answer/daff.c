#include "libdata/domain/history/answer/daff_internal.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/outfile.h"

#define WRITE_SIZE (1 << 16)
#define MAX_ARROW  64

static void finish(struct highlight *hl)
{
    for (size_t i = 0; hl->columns && i < hl->count; i++)
        for (int side = 0; side < HISTORY_SIDES; side++)
            mg_buf_finish(&hl->columns[i].cells[side]);
    free(hl->columns);
    mg_buf_finish(&hl->out);
    mg_buf_finish(&hl->lines);
}

static enum mg_code flush(struct highlight *hl, size_t at_least, struct mg_error *err)
{
    enum mg_code code = mg_buf_check(&hl->out, err);
    if (code || hl->gathering || hl->out.length < at_least)
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
    return shown->has[HISTORY_BEFORE] && shown->has[HISTORY_AFTER] &&
           highlight_is_known(h, HISTORY_BEFORE, shown) && highlight_is_known(h, HISTORY_AFTER, shown) &&
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
        told |= !highlight_is_ignored(shown) && (differing || added);
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
            code = highlight_read_row(hl, side, hl->h->rows[side].rows[rows[side]].record, err);
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

/* ---- rows that stand ---- */

/* Does a column say something else in all rows, be they the same otherwise: each edition its one value? */
static bool differ_all(const struct highlight *hl)
{
    for (size_t i = 0; i < hl->count; i++) {
        const struct shown *shown = &hl->columns[i];
        const struct mg_buf *before = &hl->h->columns[shown->field].constant[HISTORY_BEFORE];
        const struct mg_buf *after = &hl->h->columns[shown->field].constant[HISTORY_AFTER];
        bool had = shown->has[HISTORY_BEFORE] && before->length;
        if (shown->has[HISTORY_AFTER] && after->length && (had || !shown->has[HISTORY_BEFORE]) &&
            (!had || before->length != after->length ||
             memcmp(before->data, after->data, after->length) != 0))
            return true;
    }
    return false;
}

static enum mg_code gather(struct highlight *hl, int64_t before, int64_t after, struct mg_error *err)
{
    size_t start = hl->out.length;
    enum mg_code code = highlight_read_row(hl, HISTORY_BEFORE, before, err);
    if (!code)
        code = highlight_read_row(hl, HISTORY_AFTER, after, err);
    if (!code)
        code = write_changed(hl, err);
    if (hl->out.length > start) {
        mg_buf_add_char(&hl->out, '\0');
        mg_buf_add(&hl->lines, &start, sizeof start);
    }
    return code ? code : mg_buf_check(&hl->lines, err);
}

static enum mg_code gather_standing(struct mg_history *h, const struct history_version *version,
                                    struct mg_read *row, void *context, struct mg_error *err)
{
    (void)h, (void)row;
    return gather(context, version->record, version->record, err);
}

static int by_line(const void *a, const void *b, void *text)
{
    return strcmp((const char *)text + *(const size_t *)a, (const char *)text + *(const size_t *)b);
}

/* In the order of what their lines say, which depends on nothing else. */
static enum mg_code write_standing(struct highlight *hl, struct mg_error *err)
{
    const struct history_rows *same = hl->h->same;
    enum mg_code code = flush(hl, 0, err);
    hl->gathering = true;
    for (size_t i = 0; i < same[HISTORY_BEFORE].count && !code; i++)
        code = gather(hl, same[HISTORY_BEFORE].rows[i].record, same[HISTORY_AFTER].rows[i].record, err);
    if (!code)
        code = history_standing(hl->h, MG_SQL_HISTORY_VERSIONS, gather_standing, hl, err);
    hl->gathering = false;
    if (code)
        return code;
    MG_CLEANUP(mg_buf_finish) struct mg_buf text = hl->out;
    size_t count = hl->lines.length / sizeof(size_t), *starts = (size_t *)(void *)hl->lines.data;
    hl->out = (struct mg_buf){0};
    if (count)
        qsort_r(starts, count, sizeof *starts, by_line, text.data);
    for (size_t i = 0; i < count && !code; i++) {
        mg_buf_add_str(&hl->out, text.data + starts[i]);
        code = flush(hl, WRITE_SIZE, err);
    }
    return code;
}

static enum mg_code write_all(struct highlight *hl, struct mg_error *err)
{
    const struct history_pairs *all[] = {&hl->h->pairs, &hl->h->closed, &hl->h->created};
    enum mg_code code = MG_OK;
    bool all_differ = differ_all(hl);
    hl->omitted = !all_differ && (hl->h->standing || hl->h->same[HISTORY_BEFORE].count);
    write_header(hl);
    for (size_t list = 0; list < sizeof all / sizeof *all; list++)
        for (size_t i = 0; i < all[list]->count && !code; i++)
            code = write_pair(hl, &all[list]->pairs[i], err);
    if (!code && all_differ)
        code = write_standing(hl, err);
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
        code = highlight_lay_out(&hl, audience, err);
    return code ? code : write_all(&hl, err);
}
