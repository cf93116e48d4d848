#include "libdata/io/out_table.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"

#define ELLIPSIS "\xE2\x80\xA6" /* one column wide */

enum {
    ROWS_TO_MEASURE = 1000,
    GAP = 2,            /* blanks between columns */
    NARROWEST_TEXT = 8, /* a text is not cut below this to make room for other columns */
};

static struct mg_out_table_cell *cell_at(const struct mg_out_table *grid, size_t row, size_t column)
{
    return &grid->cells[row * grid->column_count + column];
}

static bool reserve_cells(struct mg_out_table *grid, size_t count)
{
    if (count <= grid->cell_capacity)
        return true;
    size_t capacity = count + count / 2 + 16;
    struct mg_out_table_cell *grown = mg_realloc(grid->cells, capacity, sizeof *grown);
    if (!grown) {
        grid->failed = true;
        return false;
    }
    grid->cells = grown;
    grid->cell_capacity = capacity;
    return true;
}

/* The columns of the first row come one by one; rows is 0 then. */
static bool add_column(struct mg_out_table *grid, const char *key)
{
    if (!mg_grow(grid->columns, grid->column_count, &grid->column_capacity)) {
        grid->failed = true;
        return false;
    }
    char *name = mg_strdup(key);
    if (!name || !reserve_cells(grid, grid->column_count + 1)) {
        free(name);
        grid->failed = true;
        return false;
    }
    grid->columns[grid->column_count++] = (struct mg_out_table_column){.name = name, .shown = true};
    return true;
}

/* The column of a key, or column_count when the first row had none of that name. */
static size_t find_column(const struct mg_out_table *grid, const char *key)
{
    if (grid->next < grid->column_count && strcmp(grid->columns[grid->next].name, key) == 0)
        return grid->next;
    size_t i = 0;
    while (i < grid->column_count && strcmp(grid->columns[i].name, key) != 0)
        i++;
    return i;
}

static void forget_columns(struct mg_out_table *grid)
{
    for (size_t i = 0; i < grid->column_count; i++)
        free(grid->columns[i].name);
    grid->column_count = 0;
    grid->started = grid->header_written = grid->more_columns = false;
}

void mg_out_table_begin_row(struct mg_out_table *grid, const char *type, struct mg_buf *out)
{
    if (grid->started && strcmp(grid->type.data ? grid->type.data : "", type) != 0) {
        if (mg_out_table_finish_table(grid, out, NULL))
            grid->failed = true;
        forget_columns(grid);
    }
    if (!grid->started) {
        mg_buf_clear(&grid->type);
        mg_buf_add_str(&grid->type, type);
        if (grid->tables++)
            mg_buf_add_char(out, '\n');
    }
    grid->next = 0;
    if (grid->started && reserve_cells(grid, (grid->rows + 1) * grid->column_count))
        memset(cell_at(grid, grid->rows, 0), 0, grid->column_count * sizeof *grid->cells);
}

void mg_out_table_add(struct mg_out_table *grid, const char *key, const char *text, size_t length,
                      bool number)
{
    if (grid->failed)
        return;
    size_t column = grid->started ? find_column(grid, key) : grid->column_count;
    if (grid->started && column == grid->column_count) {
        mg_text_visible(key, strlen(key), grid->stranger, sizeof grid->stranger);
        return;
    }
    if (!grid->started && !add_column(grid, key))
        return;
    struct mg_out_table_cell *cell = cell_at(grid, grid->rows, column);
    *cell = (struct mg_out_table_cell){.offset = grid->texts.length, .number = number};
    if (grid->csv)
        mg_buf_add(&grid->texts, text, length);
    else
        mg_text_add_visible(&grid->texts, text, length);
    cell->length = grid->texts.length - cell->offset;
    grid->next = column + 1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* As it is, for programs. What a spreadsheet would take for a formula is none here: only a format that is for
 * spreadsheets may not let it become one, and has to say that a cell is text. Blanks at the ends are quoted,
 * since some readers cut them. */
static void add_csv_cell(struct mg_buf *out, const char *text, size_t length)
{
    bool quoted = length && (is_blank(text[0]) || is_blank(text[length - 1]));
    for (size_t i = 0; i < length && !quoted; i++)
        quoted = text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r';
    if (!quoted) {
        mg_buf_add(out, text, length);
        return;
    }
    mg_buf_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            mg_buf_add_char(out, '"');
        mg_buf_add_char(out, text[i]);
    }
    mg_buf_add_char(out, '"');
}

static void write_csv_header(struct mg_out_table *grid, struct mg_buf *out)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        if (i)
            mg_buf_add_char(out, ',');
        add_csv_cell(out, grid->columns[i].name, strlen(grid->columns[i].name));
    }
    mg_buf_add_char(out, '\n');
}

static void write_csv_row(struct mg_out_table *grid, size_t row, struct mg_buf *out)
{
    /* a line of nothing is no row to most readers: one empty cell is quoted */
    if (grid->column_count == 1 && !cell_at(grid, row, 0)->length)
        mg_buf_add_str(out, "\"\"");
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct mg_out_table_cell *cell = cell_at(grid, row, i);
        if (i)
            mg_buf_add_char(out, ',');
        if (cell->length)
            add_csv_cell(out, grid->texts.data + cell->offset, cell->length);
    }
    mg_buf_add_char(out, '\n');
}

static size_t total_width(const struct mg_out_table *grid)
{
    size_t total = 0;
    for (size_t i = 0; i < grid->column_count; i++)
        if (grid->columns[i].shown)
            total += grid->columns[i].width + (total ? GAP : 0);
    return total;
}

static struct mg_out_table_column *widest_text(struct mg_out_table *grid)
{
    struct mg_out_table_column *widest = NULL;
    for (size_t i = 0; i < grid->column_count; i++) {
        struct mg_out_table_column *c = &grid->columns[i];
        if (c->shown && c->text && c->width > NARROWEST_TEXT && (!widest || c->width > widest->width))
            widest = c;
    }
    return widest;
}

static void fit_to_width(struct mg_out_table *grid)
{
    if (!grid->width || total_width(grid) <= grid->width)
        return;
    for (size_t i = 0; i < grid->column_count; i++)
        grid->columns[i].shown = grid->columns[i].filled;
    struct mg_out_table_column *widest;
    while (total_width(grid) > grid->width && (widest = widest_text(grid)))
        widest->width--;
    for (size_t i = grid->column_count; i-- > 1;) {
        if (total_width(grid) + (grid->more_columns ? GAP + 1 : 0) <= grid->width)
            break;
        grid->more_columns |= grid->columns[i].shown;
        grid->columns[i].shown = false;
    }
}

static void measure(struct mg_out_table *grid)
{
    for (size_t i = 0; i < grid->column_count; i++) {
        struct mg_out_table_column *column = &grid->columns[i];
        column->width = mg_text_width(column->name, strlen(column->name));
        for (size_t row = 0; row < grid->rows; row++) {
            const struct mg_out_table_cell *cell = cell_at(grid, row, i);
            if (!cell->length)
                continue;
            column->filled = true;
            column->text |= !cell->number;
            size_t width = mg_text_width(grid->texts.data + cell->offset, cell->length);
            if (width > column->width)
                column->width = width;
        }
        column->text |= !column->filled;
    }
    fit_to_width(grid);
}

static void pad(struct mg_buf *out, size_t count)
{
    while (count--)
        mg_buf_add_char(out, ' ');
}

/* One line of the table; text_of gives the text of a column. */
static void write_line(struct mg_out_table *grid, struct mg_buf *out, size_t row, bool header)
{
    size_t owed = 0; /* blanks before the next text: none at the end of a line */
    for (size_t i = 0; i < grid->column_count; i++) {
        const struct mg_out_table_column *column = &grid->columns[i];
        if (!column->shown)
            continue;
        const struct mg_out_table_cell *cell = header ? NULL : cell_at(grid, row, i);
        const char *text = header ? column->name : cell->length ? grid->texts.data + cell->offset : "";
        size_t length = header ? strlen(text) : cell->length, width = mg_text_width(text, length);
        bool cut = grid->width && column->text && width > column->width;
        if (cut) {
            length = mg_text_fit(text, length, column->width - 1);
            width = mg_text_width(text, length) + 1;
        }
        size_t room = width < column->width ? column->width - width : 0;
        if (length || cut) {
            pad(out, owed + (column->text ? 0 : room));
            mg_buf_add(out, text, length);
            if (cut)
                mg_buf_add_str(out, ELLIPSIS);
            owed = column->text ? room : 0;
        } else {
            owed += column->width;
        }
        owed += GAP;
    }
    if (grid->more_columns) {
        pad(out, owed);
        mg_buf_add_str(out, ELLIPSIS);
    }
    mg_buf_add_char(out, '\n');
}

static void write_rows(struct mg_out_table *grid, struct mg_buf *out)
{
    if (!grid->header_written) {
        if (grid->csv) {
            write_csv_header(grid, out);
        } else {
            measure(grid);
            write_line(grid, out, 0, true);
        }
        grid->header_written = true;
    }
    for (size_t row = 0; row < grid->rows; row++) {
        if (grid->csv)
            write_csv_row(grid, row, out);
        else
            write_line(grid, out, row, false);
    }
    grid->rows = 0;
    mg_buf_clear(&grid->texts);
}

static enum mg_code check(const struct mg_out_table *grid, const struct mg_buf *out, struct mg_error *err)
{
    if (grid->failed || grid->texts.failed || grid->type.failed || out->failed)
        return mg_fail_memory(err);
    return MG_OK;
}

enum mg_code mg_out_table_end_row(struct mg_out_table *grid, struct mg_buf *out, struct mg_error *err)
{
    enum mg_code code = check(grid, out, err);
    if (code)
        return code;
    if (grid->stranger[0]) {
        mg_fail(err, MG_ERR_USAGE, _("the records do not all have the same columns: '%s' came later"),
                grid->stranger);
        mg_error_hint(err, "%s", _("use --format jsonl"));
        return MG_ERR_USAGE;
    }
    grid->started = true;
    grid->rows++;
    if (grid->csv || grid->header_written || grid->rows == ROWS_TO_MEASURE)
        write_rows(grid, out);
    return check(grid, out, err);
}

enum mg_code mg_out_table_finish_table(struct mg_out_table *grid, struct mg_buf *out, struct mg_error *err)
{
    if (grid->started && !grid->failed && !grid->texts.failed)
        write_rows(grid, out);
    return check(grid, out, err);
}

void mg_out_table_finish(struct mg_out_table *grid)
{
    forget_columns(grid);
    free(grid->columns);
    free(grid->cells);
    mg_buf_finish(&grid->type);
    mg_buf_finish(&grid->texts);
    *grid = (struct mg_out_table){0};
}
