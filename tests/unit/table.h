/* table.h - a table read to its end, as text that a test can compare: cells between < and >, a row a line. */
#ifndef MG_TESTS_UNIT_TABLE_H
#define MG_TESTS_UNIT_TABLE_H

#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/table.h"
#include "tests/unit/test.h"

MG_DEFINE_CLEANUP(struct mg_table, mg_table_destroy)
#define WITH_TABLE MG_CLEANUP(mg_table_destroy_pointer) struct mg_table *

/* "LINE@OFFSET<cell><cell>\n" for each row; "LINE@OFFSET!DEFECT " and its cells, or the whole line
 * if it could not be split, for one whose quotes are not in order. */
__attribute__((unused)) static void add_row(struct mg_buf *out, const struct mg_row *row)
{
    mg_buf_printf(out, "%lld@%lld", (long long)row->line, (long long)row->byte_offset);
    if (row->decoded)
        mg_buf_printf(out, "(%s)", row->encoding);
    if (row->defect)
        mg_buf_printf(out, "!%d ", (int)row->defect);
    if (!row->count)
        mg_buf_add(out, row->cells[0].text, row->cells[0].length);
    for (size_t i = 0; i < row->count; i++) {
        mg_buf_add_char(out, '<');
        mg_buf_add(out, row->cells[i].text, row->cells[i].length);
        mg_buf_add_char(out, '>');
    }
    mg_buf_add_char(out, '\n');
}

__attribute__((unused)) static enum mg_code add_rows(struct mg_buf *out, struct mg_table *table,
                                                     struct mg_error *err)
{
    for (;;) {
        const struct mg_row *row = NULL;
        enum mg_code code = mg_table_next(table, &row, err);
        if (code || !row)
            return code;
        add_row(out, row);
    }
}

/* The columns between [ and ], then the rows. */
__attribute__((unused)) static enum mg_code
read_table(const char *path, const struct mg_table_options *options, struct mg_buf *out, struct mg_error *err)
{
    WITH_TABLE table = NULL;
    enum mg_code code = mg_table_open(path, options, &table, err);
    if (code)
        return code;
    const struct mg_table_info *info = mg_table_info(table);
    for (size_t i = 0; i < info->column_count; i++)
        mg_buf_printf(out, "[%s]", info->columns[i]);
    mg_buf_add_char(out, '\n');
    return add_rows(out, table, err);
}

#endif
