#include "libdata/io/columns.h"

#include <stdio.h>
#include <stdlib.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/base/text.h"

/* Names NUL-terminated one after the other; taken tells which column has a name first. */
struct naming {
    struct mg_buf bytes;
    struct mg_map taken;
};

static void naming_finish(struct naming *naming)
{
    mg_buf_finish(&naming->bytes);
    mg_map_finish(&naming->taken);
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

static enum mg_code hand_over(struct naming *naming, size_t count, struct mg_columns *columns,
                              struct mg_error *err)
{
    const char **names = mg_malloc(count * sizeof *names);
    char *bytes = mg_buf_steal(&naming->bytes);
    if (!names || !bytes) {
        free(names);
        free(bytes);
        return mg_fail_memory(err);
    }
    const char *name = bytes;
    for (size_t i = 0; i < count; i++) {
        names[i] = name;
        name += strlen(name) + 1;
    }
    *columns = (struct mg_columns){count, names, bytes};
    return MG_OK;
}

enum mg_code mg_columns_init(struct mg_columns *columns, const struct mg_cell *cells, size_t count,
                             struct mg_error *err)
{
    MG_CLEANUP(naming_finish) struct naming naming = {0};
    enum mg_code code = take_originals(&naming, cells, count, err);
    for (size_t i = 0; i < count && !code; i++)
        code = add_name(&naming, &cells[i], i, err);
    return code ? code : hand_over(&naming, count, columns, err);
}

enum mg_code mg_columns_init_numbered(struct mg_columns *columns, size_t count, struct mg_error *err)
{
    MG_CLEANUP(naming_finish) struct naming naming = {0};
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < count && !code; i++)
        code = add_name(&naming, &(struct mg_cell){"", 0}, i, err);
    return code ? code : hand_over(&naming, count, columns, err);
}

void mg_columns_finish(struct mg_columns *columns)
{
    free(columns->names);
    free(columns->bytes);
    *columns = (struct mg_columns){0};
}
