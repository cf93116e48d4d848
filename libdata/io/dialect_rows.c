#include "libdata/io/dialect_rows.h"

#include <stdint.h>
#include <string.h>

struct mg_cell mg_dialect_cell(const struct mg_dialect_row *row, struct mg_csv_dialect dialect, size_t *at)
{
    size_t start = *at, end = start;
    for (; dialect.blanks && end < row->length && row->text[end] == ' '; end++)
        ;
    bool quoted = dialect.quote && end < row->length && row->text[end] == dialect.quote;
    if (quoted)
        for (end++; end < row->length; end++)
            if (row->text[end] == dialect.quote && ++end < row->length && row->text[end] != dialect.quote)
                break;
    if (end > row->length)
        end = row->length;
    while (end < row->length && row->text[end] != dialect.delimiter)
        end++;
    *at = end < row->length ? end + 1 : SIZE_MAX;
    while (start < end && (row->text[start] == ' ' || (quoted && row->text[start] == dialect.quote)))
        start++;
    while (end > start && (row->text[end - 1] == ' ' || (quoted && row->text[end - 1] == dialect.quote)))
        end--;
    return (struct mg_cell){row->text + start, end - start};
}

static void count_cells(struct mg_dialect_row *row, struct mg_csv_dialect dialect)
{
    for (size_t at = 0; at != SIZE_MAX;) {
        row->filled += mg_dialect_cell(row, dialect, &at).length > 0;
        row->cells++;
    }
}

void mg_dialect_rows_find(struct mg_dialect_sample sample, struct mg_csv_dialect dialect,
                          struct mg_dialect_rows *rows)
{
    rows->dialect = dialect;
    rows->count = 0;
    bool gap = false;
    for (size_t at = 0; at < sample.length && rows->count < MG_DIALECT_ROWS;) {
        struct mg_dialect_row row = {.text = sample.text + at, .gap = gap};
        size_t left = sample.length - at, lines;
        enum mg_csv_end end = mg_csv_record_end(row.text, left, dialect, &row.length, &lines);
        bool cut = end == MG_CSV_OPEN || row.length == left;
        if (cut && !sample.complete && rows->count > 0)
            break;
        gap = row.length == 0;
        if (end == MG_CSV_WHOLE && row.length)
            count_cells(&row, dialect);
        else if (row.length && !rows->count) /* the others are compared with it */
            count_cells(&row, (struct mg_csv_dialect){.delimiter = dialect.delimiter});
        if (row.length)
            rows->row[rows->count++] = row;
        at += row.length;
        at += mg_csv_line_end(sample.text + at, sample.length - at);
    }
}

bool mg_dialect_is_value(struct mg_cell cell)
{
    size_t digits = 0, signs = 0;
    for (size_t i = 0; i < cell.length; i++) {
        digits += cell.text[i] >= '0' && cell.text[i] <= '9';
        signs += memchr("+-.,:/ %", cell.text[i], 8) != NULL;
    }
    if (cell.length == 4 && digits == 4 && (cell.text[0] == '1' || cell.text[0] == '2'))
        return false;
    bool starts_so = cell.length && ((cell.text[0] >= '0' && cell.text[0] <= '9') || cell.text[0] == '-' ||
                                     cell.text[0] == '+');
    return starts_so && 2 * digits >= cell.length - signs && digits > 0;
}
