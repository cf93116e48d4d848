#include "libdata/io/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/text.h"
#include "libdata/io/mojibake.h"

/* Names NUL-terminated one after the other; taken tells which column has a name first. */
struct naming {
    struct mg_buf bytes, labels;
    struct mg_map taken;
};

static void naming_finish(struct naming *naming)
{
    mg_buf_finish(&naming->bytes);
    mg_buf_finish(&naming->labels);
    mg_map_finish(&naming->taken);
}

/* Cells in text of their own. */
struct plain {
    struct mg_buf text;
    struct mg_cell *cells;
};

static void plain_finish(struct plain *plain)
{
    mg_buf_finish(&plain->text);
    free(plain->cells);
}

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7F;
}

/* A run of blanks that holds a control character is one blank. */
static void add_plain(struct mg_buf *buf, struct mg_cell cell)
{
    for (size_t i = 0; i < cell.length;) {
        size_t end = i;
        bool control = false;
        while (end < cell.length && (cell.text[end] == ' ' || is_control(cell.text[end])))
            control |= is_control(cell.text[end++]);
        if (control)
            mg_buf_add_char(buf, ' ');
        else
            mg_buf_add(buf, cell.text + i, end - i);
        for (i = end; i < cell.length && cell.text[i] != ' ' && !is_control(cell.text[i]); i++)
            ;
        mg_buf_add(buf, cell.text + end, i - end);
    }
}

/* The text has stopped growing; lengths are known. */
static enum mg_code settle(struct plain *plain, size_t count, struct mg_error *err)
{
    const char *text = plain->text.data ? plain->text.data : "";
    for (size_t i = 0; i < count; i++) {
        plain->cells[i].text = text;
        text += plain->cells[i].length;
    }
    return mg_buf_check(&plain->text, err);
}

static enum mg_code make_plain(struct plain *plain, const struct mg_cell *cells, size_t count, bool repair,
                               struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf repaired = {0};
    plain->cells = mg_calloc(count + 1, sizeof *plain->cells);
    if (!plain->cells)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        size_t before = plain->text.length;
        mg_buf_clear(&repaired);
        if (repair && mg_mojibake_repair(cells[i].text, cells[i].length, &repaired) && !repaired.failed)
            add_plain(&plain->text, (struct mg_cell){repaired.data, repaired.length});
        else
            add_plain(&plain->text, cells[i]);
        plain->text.failed |= repaired.failed;
        plain->cells[i].length = plain->text.length - before;
    }
    enum mg_code code = settle(plain, count, err);
    for (size_t i = 0; i < count && !code; i++)
        plain->cells[i].text =
            mg_text_trim(plain->cells[i].text, plain->cells[i].length, &plain->cells[i].length);
    return code;
}

static enum mg_code take_originals(struct naming *naming, const struct mg_cell *cells, size_t count,
                                   struct mg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *name = mg_text_trim(cells[i].text, cells[i].length, &length);
        enum mg_code code = length ? mg_map_put(&naming->taken, name, length, (int64_t)i, NULL, err) : MG_OK;
        if (code)
            return code;
    }
    return MG_OK;
}

/* Append base, or base_2, base_3, ...: the first that no column has. */
static enum mg_code add_free_name(struct naming *naming, const char *base, size_t length, size_t column,
                                  bool numbered, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    for (size_t n = numbered ? 2 : 1;; n++) {
        mg_buf_clear(&name);
        mg_buf_add(&name, base, length);
        if (n > 1)
            mg_buf_printf(&name, "_%zu", n);
        if (name.failed)
            return mg_fail_memory(err);
        if (mg_map_get(&naming->taken, name.data, name.length) < 0)
            break;
    }
    mg_buf_add(&naming->bytes, name.data, name.length + 1);
    return mg_map_put(&naming->taken, name.data, name.length, (int64_t)column, NULL, err);
}

static enum mg_code add_name(struct naming *naming, const struct mg_cell *cell, size_t column,
                             struct mg_error *err)
{
    size_t length;
    const char *name = mg_text_trim(cell->text, cell->length, &length);
    if (!length) {
        char made[32];
        int n = snprintf(made, sizeof made, "column_%zu", column + 1);
        return add_free_name(naming, made, (size_t)n, column, false, err);
    }
    if (mg_map_get(&naming->taken, name, length) != (int64_t)column)
        return add_free_name(naming, name, length, column, true, err);
    mg_buf_add(&naming->bytes, name, length);
    mg_buf_add_char(&naming->bytes, '\0');
    return MG_OK;
}

static void point_into(const char **names, size_t count, const char *bytes)
{
    for (size_t i = 0; i < count; i++) {
        names[i] = bytes;
        bytes += strlen(bytes) + 1;
    }
}

static enum mg_code hand_over(struct naming *naming, size_t count, struct mg_columns *columns,
                              struct mg_error *err)
{
    size_t names_length = naming->bytes.length;
    mg_buf_add(&naming->bytes, naming->labels.data ? naming->labels.data : "", naming->labels.length);
    const char **names = mg_malloc(2 * count * sizeof *names);
    char *bytes = naming->labels.failed ? NULL : mg_buf_steal(&naming->bytes);
    if (!names || !bytes) {
        free(names);
        free(bytes);
        return mg_fail_memory(err);
    }
    point_into(names, count, bytes);
    point_into(names + count, count, bytes + names_length);
    *columns = (struct mg_columns){count, names, names + count, bytes};
    return MG_OK;
}

enum mg_code mg_columns_init(struct mg_columns *columns, const struct mg_cell *cells, size_t count,
                             bool repair, struct mg_error *err)
{
    MG_CLEANUP(naming_finish) struct naming naming = {0};
    MG_CLEANUP(plain_finish) struct plain plain = {0};
    enum mg_code code = make_plain(&plain, cells, count, repair, err);
    if (!code)
        code = take_originals(&naming, plain.cells, count, err);
    for (size_t i = 0; i < count && !code; i++) {
        code = add_name(&naming, &plain.cells[i], i, err);
        mg_buf_add(&naming.labels, cells[i].text, strnlen(cells[i].text, cells[i].length));
        mg_buf_add_char(&naming.labels, '\0');
    }
    return code ? code : hand_over(&naming, count, columns, err);
}

static bool same_text(struct mg_cell a, struct mg_cell b)
{
    return a.length == b.length && !memcmp(a.text, b.text, a.length);
}

/* Has every column a name, and none another's? */
static bool tell_apart(const struct mg_cell *cells, size_t count, size_t column)
{
    for (size_t i = 0; i < count; i++)
        if (i != column && same_text(cells[i], cells[column]))
            return false;
    return cells[column].length > 0;
}

enum mg_code mg_columns_init_double(struct mg_columns *columns, const struct mg_cell *groups,
                                    const struct mg_cell *cells, size_t count, bool repair,
                                    struct mg_error *err)
{
    MG_CLEANUP(plain_finish) struct plain above = {0};
    MG_CLEANUP(plain_finish) struct plain below = {0};
    MG_CLEANUP(plain_finish) struct plain both = {.cells = mg_calloc(count + 1, sizeof *cells)};
    enum mg_code code = both.cells ? make_plain(&above, groups, count, repair, err) : mg_fail_memory(err);
    if (!code)
        code = make_plain(&below, cells, count, repair, err);
    bool named = true;
    for (size_t i = 0; i < count && !code; i++)
        named = named && tell_apart(above.cells, count, i);
    if (code || named)
        return code ? code : mg_columns_init(columns, groups, count, repair, err);
    struct mg_cell group = {"", 0};
    for (size_t i = 0; i < count; i++) {
        struct mg_cell *name = &below.cells[i];
        if (above.cells[i].length || !name->length)
            group = above.cells[i];
        size_t before = both.text.length;
        if (!name->length || !tell_apart(below.cells, count, i)) {
            mg_buf_add(&both.text, group.text, group.length);
            if (group.length && name->length)
                mg_buf_add_char(&both.text, ' ');
        }
        mg_buf_add(&both.text, name->text, name->length);
        both.cells[i].length = both.text.length - before;
    }
    code = settle(&both, count, err);
    return code ? code : mg_columns_init(columns, both.cells, count, false, err);
}

enum mg_code mg_columns_init_numbered(struct mg_columns *columns, size_t count, struct mg_error *err)
{
    MG_FREE struct mg_cell *cells = mg_malloc((count + 1) * sizeof *cells);
    if (!cells)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        cells[i] = (struct mg_cell){"", 0};
    return mg_columns_init(columns, cells, count, false, err);
}

void mg_columns_finish(struct mg_columns *columns)
{
    free(columns->names);
    free(columns->bytes);
    *columns = (struct mg_columns){0};
}
