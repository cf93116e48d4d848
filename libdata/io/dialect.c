#include "libdata/io/dialect.h"

#include <stdint.h>
#include <string.h>

enum { ROWS = 200, MOST_PREAMBLE = 40, MOST_COLUMNS = 512 };

struct row {
    const char *text;
    size_t length;
    size_t cells;  /* 0: its quotes are not in order */
    size_t filled; /* that hold something */
    bool gap;      /* a blank line stands before it */
};

struct rows {
    struct mg_csv_dialect dialect;
    size_t count;
    struct row row[ROWS];
};

/* The cell at *at of a record, without its quotes and blanks at its ends; *at is moved past it and its
 * delimiter, to SIZE_MAX after the last. */
static struct mg_cell next_cell(const struct row *row, struct mg_csv_dialect dialect, size_t *at)
{
    size_t start = *at, end = start;
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

static void count_cells(struct row *row, struct mg_csv_dialect dialect)
{
    for (size_t at = 0; at != SIZE_MAX;) {
        row->filled += next_cell(row, dialect, &at).length > 0;
        row->cells++;
    }
}

static void find_rows(struct mg_dialect_sample sample, struct mg_csv_dialect dialect, struct rows *rows)
{
    rows->dialect = dialect;
    rows->count = 0;
    bool gap = false;
    for (size_t at = 0; at < sample.length && rows->count < ROWS;) {
        struct row row = {.text = sample.text + at, .gap = gap};
        size_t left = sample.length - at, lines;
        enum mg_csv_end end = mg_csv_record_end(row.text, left, dialect, &row.length, &lines);
        bool cut = end == MG_CSV_OPEN || row.length == left;
        if (cut && !sample.complete && rows->count > 0)
            break;
        gap = row.length == 0;
        if (end == MG_CSV_WHOLE && row.length)
            count_cells(&row, dialect);
        else if (row.length && !rows->count) /* the others are compared with it */
            count_cells(&row, (struct mg_csv_dialect){dialect.delimiter, '\0'});
        if (row.length)
            rows->row[rows->count++] = row;
        at += row.length;
        at += mg_csv_line_end(sample.text + at, sample.length - at);
    }
}

/* How well a delimiter fits: the share of rows that agree with the first, and the cells it finds. */
static double agreement(const struct rows *rows)
{
    size_t agreeing = 0;
    for (size_t i = 0; i < rows->count; i++)
        agreeing += rows->row[i].cells == rows->row[0].cells;
    return rows->count && rows->row[0].cells > 1 ? (double)agreeing / (double)rows->count : 0;
}

/* The number of cells that most rows have, the larger at a tie. */
static size_t usual_width(const struct rows *rows)
{
    size_t width = 0, most = 0;
    for (size_t i = 0; i < rows->count; i++) {
        size_t same = 0;
        for (size_t k = 0; k < rows->count; k++)
            same += rows->row[k].cells == rows->row[i].cells;
        if (same > most || (same == most && rows->row[i].cells > width)) {
            most = same;
            width = rows->row[i].cells;
        }
    }
    return width;
}

/* A number, a date, a code: something that no column is called, but for a year. */
static bool is_value(struct mg_cell cell)
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

static bool holds_names(const struct rows *rows, size_t i)
{
    const struct row *row = &rows->row[i];
    for (size_t at = 0; at != SIZE_MAX;)
        if (is_value(next_cell(row, rows->dialect, &at)))
            return false;
    return row->cells > 0;
}

/* How many columns hold values in all rows from i on in which they hold anything. */
static size_t value_columns(const struct rows *rows, size_t i)
{
    unsigned char kind[MOST_COLUMNS] = {0}; /* 1: values, 2: something else */
    size_t count = 0;
    for (; i < rows->count; i++)
        for (size_t at = rows->row[i].cells ? 0 : SIZE_MAX, column = 0;
             at != SIZE_MAX && column < MOST_COLUMNS; column++) {
            struct mg_cell cell = next_cell(&rows->row[i], rows->dialect, &at);
            if (cell.length)
                kind[column] |= is_value(cell) ? 1 : 2;
        }
    for (size_t column = 0; column < MOST_COLUMNS; column++)
        count += kind[column] == 1;
    return count;
}

/* Nearly all rows from i on are this wide, and there is one. Those whose quotes are not in order do not
 * count. */
static bool is_table(const struct rows *rows, size_t i, size_t width)
{
    size_t agreeing = 0, count = 0;
    for (; i < rows->count; i++) {
        agreeing += rows->row[i].cells == width;
        count += rows->row[i].cells > 0;
    }
    return agreeing > 0 && 5 * agreeing >= 4 * count;
}

/* The row of names that the table begins with, past lines that are not the table's; 0 in doubt. */
static size_t find_header(const struct rows *rows)
{
    size_t width = usual_width(rows);
    bool padded = false, gap = false;
    for (size_t i = 0; width > 1 && i < rows->count && i < MOST_PREAMBLE; i++) {
        const struct row *row = &rows->row[i];
        gap = gap || row->gap;
        if (row->cells == width && 2 * row->filled >= width && holds_names(rows, i)) {
            bool sure = padded || gap || value_columns(rows, i + 1) > 0;
            return sure && is_table(rows, i + 1, width) ? i : 0;
        }
        if (row->cells == width && 2 * row->filled > width)
            return 0; /* data */
        padded = padded || row->cells == width;
    }
    return 0;
}

static bool cell_is_filled(const struct rows *rows, size_t i, size_t column)
{
    for (size_t at = 0, c = 0; at != SIZE_MAX; c++) {
        struct mg_cell cell = next_cell(&rows->row[i], rows->dialect, &at);
        if (c == column)
            return cell.length > 0;
    }
    return false;
}

/* Do the rows i and i + 1 make one header? Columns of numbers whose cell in row i + 1 is a word say so; the
 * fewer, the more names row i lacks. */
static bool is_double(const struct rows *rows, size_t i)
{
    if (i + 2 >= rows->count)
        return false;
    const struct row *first = &rows->row[i], *second = first + 1;
    if (first->cells != second->cells || second->gap || 2 * second->filled < second->cells ||
        !holds_names(rows, i) || !holds_names(rows, i + 1) || first->filled < 2)
        return false;
    size_t lacking = 0, values = value_columns(rows, i + 2);
    for (size_t column = 1; column < first->cells && column < MOST_COLUMNS; column++)
        lacking += !cell_is_filled(rows, i, column) && cell_is_filled(rows, i + 1, column);
    bool below = rows->count - i > 4 || lacking > 1; /* enough rows to tell */
    return below && values >= (lacking > 1 ? 1u : lacking ? 2u : 3u) && value_columns(rows, i + 1) == 0;
}

static size_t count_unused(const struct rows *rows, size_t header)
{
    size_t width = rows->row[header].cells, unused = 0;
    while (unused + 1 < width) {
        for (size_t i = header; i < rows->count; i++)
            if (cell_is_filled(rows, i, width - 1 - unused))
                return unused;
        unused++;
    }
    return unused;
}

struct mg_dialect_header mg_dialect_header(struct mg_dialect_sample sample, struct mg_csv_dialect dialect)
{
    struct rows rows;
    find_rows(sample, dialect, &rows);
    struct mg_dialect_header header = {.rows = 1};
    if (!rows.count)
        return header;
    size_t at = find_header(&rows);
    if (at > 0 && !rows.row[at].gap && is_double(&rows, at - 1))
        at--; /* the groups' names were taken for a title */
    if (is_double(&rows, at))
        header.rows = 2;
    header.preamble = at ? (size_t)(rows.row[at].text - sample.text) : 0;
    header.unused = count_unused(&rows, at);
    return header;
}

static char best_of_usual(struct mg_dialect_sample sample, char quote, double *ret_agreement)
{
    static const char candidates[] = {';', ',', '\t', '|'};
    char best = 0;
    double best_fit = 0;
    struct rows rows;
    *ret_agreement = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        find_rows(sample, (struct mg_csv_dialect){candidates[i], quote}, &rows);
        double agreeing = agreement(&rows), fit = agreeing * (double)(rows.count ? rows.row[0].cells - 1 : 0);
        if (agreeing > 0 && fit > best_fit) {
            best = candidates[i];
            best_fit = fit;
            *ret_agreement = agreeing;
        }
    }
    return best;
}

/* The delimiter with which a header is found below a preamble: the one of the widest table. */
static char best_below(struct mg_dialect_sample sample, char quote)
{
    static const char candidates[] = {';', ',', '\t', '|'};
    char best = 0;
    size_t best_width = 0;
    struct rows rows;
    for (size_t i = 0; i < sizeof candidates; i++) {
        find_rows(sample, (struct mg_csv_dialect){candidates[i], quote}, &rows);
        size_t header = find_header(&rows);
        if (header && rows.row[header].cells > best_width) {
            best = candidates[i];
            best_width = rows.row[header].cells;
        }
    }
    return best;
}

char mg_dialect_delimiter(struct mg_dialect_sample sample, char quote)
{
    double agreeing;
    char usual = best_of_usual(sample, quote, &agreeing);
    if (agreeing >= 0.5)
        return usual;
    char below = best_below(sample, quote);
    if (below || usual)
        return below ? below : usual;
    struct rows rows;
    for (const char *rare = "^:"; *rare; rare++) {
        find_rows(sample, (struct mg_csv_dialect){*rare, quote}, &rows);
        if (rows.count > 1 && agreement(&rows) == 1)
            return *rare;
    }
    for (const char *absent = ";,\t|"; *absent; absent++)
        if (!sample.length || !memchr(sample.text, *absent, sample.length))
            return *absent;
    return ';';
}

/* Does every word of the rows stand between apostrophes? */
static bool is_apostrophed(const struct rows *rows)
{
    size_t words = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct row *row = &rows->row[i];
        for (size_t at = 0; at != SIZE_MAX;) {
            size_t start = at;
            struct mg_cell cell = next_cell(row, rows->dialect, &at);
            size_t end = at == SIZE_MAX ? row->length : at - 1;
            if (end > start && row->text[start] == '\'') {
                if (end - start < 2 || row->text[end - 1] != '\'')
                    return false;
                words++;
            } else if (cell.length && !is_value(cell)) {
                return false;
            }
        }
    }
    return rows->count > 1 && words > rows->count;
}

char mg_dialect_quote(struct mg_dialect_sample sample)
{
    if (!sample.length || !memchr(sample.text, '\'', sample.length))
        return '"';
    struct rows rows;
    find_rows(sample, (struct mg_csv_dialect){mg_dialect_delimiter(sample, '\''), '\''}, &rows);
    return is_apostrophed(&rows) ? '\'' : '"';
}
