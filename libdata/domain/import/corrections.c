#include "libdata/domain/import/corrections.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/io/in.h"

struct correction {
    int64_t line, byte_offset; /* of the source; -1: not said */
    int64_t own_line;          /* of the corrections' file */
    bool confirmed;            /* right as it is */
    bool matched;
    struct mg_cell *cells; /* a cell for each column of the source; one block with their text */
};

struct mg_corrections {
    const struct mg_table_info *source;
    struct correction *list; /* by line, once all are there */
    size_t count, capacity;
    struct mg_row row; /* what is read instead */
    struct mg_buf as_told;
};

MG_DEFINE_CLEANUP(struct mg_corrections, mg_corrections_destroy)

void mg_corrections_destroy(struct mg_corrections *corrections)
{
    if (!corrections)
        return;
    for (size_t i = 0; i < corrections->count; i++)
        free(corrections->list[i].cells);
    free(corrections->list);
    mg_buf_finish(&corrections->as_told);
    free(corrections);
}

bool mg_is_jsonl_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && (!strcasecmp(dot, ".jsonl") || !strcasecmp(dot, ".ndjson"));
}

static char delimiter_of(const struct mg_table_info *source)
{
    return source->delimiter ? source->delimiter : ';';
}

void mg_reject_cell(const struct mg_cell *cells, size_t count, size_t column,
                    const struct mg_table_info *source, struct mg_buf *out)
{
    size_t end = column + 1 == source->column_count && count > column ? count : column + 1;
    mg_buf_clear(out);
    mg_buf_add(out, "", 0);
    for (size_t i = column; i < end && i < count; i++) {
        if (i > column)
            mg_buf_add_char(out, delimiter_of(source));
        mg_buf_add(out, cells[i].text, cells[i].length);
    }
}

/* Takes a copy of the cells. */
static enum mg_code add(struct mg_corrections *c, const struct correction *found, const struct mg_cell *cells,
                        struct mg_error *err)
{
    size_t columns = c->source->column_count, bytes = 0;
    if (!mg_grow(c->list, c->count, &c->capacity))
        return mg_fail_memory(err);
    for (size_t i = 0; i < columns; i++)
        bytes += cells[i].length;
    struct mg_cell *copy = mg_malloc(columns * sizeof *copy + bytes + 1);
    if (!copy)
        return mg_fail_memory(err);
    char *text = (char *)(copy + columns);
    for (size_t i = 0; i < columns; i++) {
        memcpy(text, cells[i].text, cells[i].length);
        copy[i] = (struct mg_cell){text, cells[i].length};
        text += cells[i].length;
    }
    c->list[c->count] = *found;
    c->list[c->count++].cells = copy;
    return MG_OK;
}

static enum mg_code fail_at(const char *path, int64_t line, struct mg_error *err, const char *what)
{
    return mg_fail(err, MG_ERR_INPUT, _("corrections %s, line %" PRId64 ": %s"), path, line, what);
}

/* What the reader of the file says, with its name in front. */
static enum mg_code fail_reading(const char *path, enum mg_code code, struct mg_error *err)
{
    const struct mg_error why = *err;
    if (code != MG_ERR_INPUT && code != MG_ERR_USAGE)
        return code;
    if (why.line)
        fail_at(path, why.line, err, why.message);
    else
        mg_fail(err, MG_ERR_INPUT, _("corrections %s: %s"), path, why.message);
    if (*why.hint)
        mg_error_hint(err, "%s", why.hint);
    return MG_ERR_INPUT;
}

/* ---- a table ---- */

enum { LINE, OFFSET, CODE, OWN_COUNT };

static enum mg_code find_columns(const struct mg_table_info *info, const struct mg_table_info *source,
                                 int *own, int *of_source, struct mg_error *err)
{
    static const char *const names[OWN_COUNT] = {"reject_line", "reject_byte_offset", "reject_code"};
    for (size_t i = 0; i < source->column_count; i++)
        of_source[i] = -1;
    for (size_t i = 0; i < info->column_count; i++) {
        for (int k = 0; k < OWN_COUNT; k++)
            if (!strcmp(info->columns[i], names[k]))
                own[k] = (int)i;
        for (size_t k = 0; k < source->column_count; k++)
            if (!strcmp(info->columns[i], source->columns[k]) && of_source[k] < 0) {
                of_source[k] = (int)i;
                break;
            }
    }
    for (int k = 0; k < OWN_COUNT; k++)
        if (own[k] < 0)
            return mg_fail(err, MG_ERR_INPUT, _("the corrections have no column '%s'"), names[k]);
    for (size_t i = 0; i < source->column_count; i++)
        if (of_source[i] < 0)
            return mg_fail(err, MG_ERR_INPUT, _("the corrections have no column '%s'"), source->columns[i]);
    return MG_OK;
}

static struct mg_cell cell_at(const struct mg_row *row, int column)
{
    return (size_t)column < row->count ? row->cells[column] : (struct mg_cell){"", 0};
}

static enum mg_code read_rows(struct mg_corrections *c, const char *path, struct mg_table *table,
                              const int *own, const int *of_source, struct mg_cell *cells,
                              struct mg_error *err)
{
    const struct mg_row *row = NULL;
    for (;;) {
        enum mg_code code = mg_table_next(table, &row, err);
        if (code)
            return fail_reading(path, code, err);
        if (!row)
            return MG_OK;
        struct correction found = {.own_line = row->line, .byte_offset = -1};
        struct mg_cell line = cell_at(row, own[LINE]), offset = cell_at(row, own[OFFSET]);
        if (row->defect || !mg_num_parse_i64(line.text, line.length, &found.line))
            return fail_at(path, row->line, err, _("reject_line is not a number"));
        if (offset.length && !mg_num_parse_i64(offset.text, offset.length, &found.byte_offset))
            return fail_at(path, row->line, err, _("reject_byte_offset is not a number"));
        found.confirmed = !cell_at(row, own[CODE]).length;
        for (size_t i = 0; i < c->source->column_count; i++)
            cells[i] = cell_at(row, of_source[i]);
        code = add(c, &found, cells, err);
        if (code)
            return code;
    }
}

static enum mg_code read_table(struct mg_corrections *c, const char *path, struct mg_cell *cells,
                               struct mg_error *err)
{
    const struct mg_table_options options = {0};
    struct mg_table *table = NULL;
    int own[OWN_COUNT] = {-1, -1, -1};
    MG_FREE int *of_source = mg_calloc(c->source->column_count + 1, sizeof *of_source);
    if (!of_source)
        return mg_fail_memory(err);
    enum mg_code code = mg_table_open(path, &options, &table, err);
    if (code)
        code = fail_reading(path, code, err);
    else
        code = find_columns(mg_table_info(table), c->source, own, of_source, err);
    if (!code)
        code = read_rows(c, path, table, own, of_source, cells, err);
    mg_table_destroy(table);
    return code;
}

/* ---- JSON Lines ---- */

static enum mg_code take_record(struct mg_corrections *c, const char *path, struct mg_in *in, json_t *record,
                                struct mg_cell *cells, struct mg_error *err)
{
    struct correction found = {.own_line = mg_in_line(in), .byte_offset = -1};
    const json_t *line = json_object_get(record, "line"), *offset = json_object_get(record, "byte_offset");
    const json_t *row = json_object_get(record, "row");
    const char *code = mg_in_text(record, "code");
    if (!json_is_integer(line))
        return fail_at(path, found.own_line, err, _("line is not a number"));
    if (!json_is_array(row))
        return fail_at(path, found.own_line, err, _("row is not a list of cells"));
    found.line = json_integer_value(line);
    if (json_is_integer(offset))
        found.byte_offset = json_integer_value(offset);
    found.confirmed = !code || !*code;
    for (size_t i = 0; i < c->source->column_count; i++) {
        const json_t *cell = json_array_get(row, i);
        cells[i] = (struct mg_cell){"", 0};
        if (json_is_string(cell))
            cells[i] = (struct mg_cell){json_string_value(cell), json_string_length(cell)};
        else if (cell && !json_is_null(cell))
            return fail_at(path, found.own_line, err, _("a cell of row is not a text"));
    }
    if (json_array_size(row) > c->source->column_count)
        return fail_at(path, found.own_line, err, _("row has more cells than the file has columns"));
    return add(c, &found, cells, err);
}

static enum mg_code read_jsonl(struct mg_corrections *c, const char *path, struct mg_cell *cells,
                               struct mg_error *err)
{
    struct mg_in *in = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mg_fail_errno(err, errno, _("cannot open %s"), path);
    enum mg_code code = mg_in_create(fd, false, &in, err);
    for (bool more = !code; more;) {
        json_t *record = NULL;
        code = mg_in_next(in, &record, err);
        if (code)
            code = fail_reading(path, code, err);
        else if (record)
            code = take_record(c, path, in, record, cells, err);
        more = !code && record;
    }
    mg_in_destroy(in);
    close(fd);
    return code;
}

/* ---- */

static int by_line(const void *a, const void *b)
{
    const struct correction *x = a, *y = b;
    return x->line != y->line ? (x->line > y->line) - (x->line < y->line)
                              : (x->own_line > y->own_line) - (x->own_line < y->own_line);
}

enum mg_code mg_corrections_read(const char *path, const struct mg_table_info *source,
                                 struct mg_corrections **ret_corrections, struct mg_error *err)
{
    MG_CLEANUP(mg_corrections_destroy_pointer) struct mg_corrections *c = mg_calloc(1, sizeof *c);
    MG_FREE struct mg_cell *cells = mg_calloc(source->column_count + 1, sizeof *cells);
    if (!c || !cells)
        return mg_fail_memory(err);
    c->source = source;
    enum mg_code code =
        mg_is_jsonl_name(path) ? read_jsonl(c, path, cells, err) : read_table(c, path, cells, err);
    if (code)
        return code;
    if (c->count)
        qsort(c->list, c->count, sizeof *c->list, by_line);
    for (size_t i = 1; i < c->count; i++)
        if (c->list[i].line == c->list[i - 1].line)
            return fail_at(path, c->list[i].own_line, err,
                           _("the row before corrects the same line of the source"));
    *ret_corrections = c;
    c = NULL;
    return MG_OK;
}

/* Is the row still what --rejects wrote of it? */
static bool is_unchanged(struct mg_corrections *c, const struct correction *found, const struct mg_row *row)
{
    for (size_t i = 0; i < c->source->column_count; i++) {
        mg_reject_cell(row->cells, row->count, i, c->source, &c->as_told);
        if (c->as_told.failed || c->as_told.length != found->cells[i].length ||
            memcmp(c->as_told.data, found->cells[i].text, c->as_told.length))
            return false;
    }
    return true;
}

enum mg_code mg_corrections_apply(struct mg_corrections *c, const struct mg_row *row,
                                  const struct mg_row **ret_row, bool *ret_corrected, struct mg_error *err)
{
    size_t low = 0, high = c->count;
    *ret_row = row;
    *ret_corrected = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->list[middle].line < row->line)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == c->count || c->list[low].line != row->line)
        return MG_OK;
    struct correction *found = &c->list[low];
    if (found->byte_offset >= 0 && row->byte_offset >= 0 && found->byte_offset != row->byte_offset) {
        mg_fail(err, MG_ERR_INPUT, "%s",
                _("the row to correct does not begin where it did when it was refused"));
        mg_error_at(err, row->line, 0, 0, NULL);
        mg_error_hint(err, "%s", _("the corrections are of another file"));
        return MG_ERR_INPUT;
    }
    found->matched = true;
    if (!found->confirmed && is_unchanged(c, found, row))
        return mg_buf_check(&c->as_told, err);
    c->row = *row;
    c->row.cells = found->cells;
    c->row.count = c->source->column_count;
    c->row.defect = MG_ROW_SOUND;
    c->row.suspect = c->row.footer = false;
    c->row.expected = 0;
    if (c->row.part == MG_ROW_FOREIGN)
        c->row.part = MG_ROW_ITSELF;
    c->row.raw = NULL;
    *ret_row = &c->row;
    *ret_corrected = true;
    return mg_buf_check(&c->as_told, err);
}

enum mg_code mg_corrections_check(const struct mg_corrections *c, struct mg_error *err)
{
    for (size_t i = 0; c && i < c->count; i++)
        if (!c->list[i].matched) {
            mg_fail(err, MG_ERR_INPUT, _("the corrections are of line %" PRId64 ", where no row begins"),
                    c->list[i].line);
            mg_error_hint(err, "%s", _("the corrections are of another file"));
            return MG_ERR_INPUT;
        }
    return MG_OK;
}
