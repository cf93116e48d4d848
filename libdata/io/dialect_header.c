/* Where the header of a CSV file is, and whether there is one. */
#include <stdint.h>
#include <string.h>

#include "libdata/io/dialect_rows.h"

enum { MOST_PREAMBLE = 40 };

/* The number of cells that most rows have, the larger at a tie. */
static size_t usual_width(const struct mg_dialect_rows *rows)
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

static bool holds_names(const struct mg_dialect_rows *rows, size_t i)
{
    const struct mg_dialect_row *row = &rows->row[i];
    for (size_t at = 0; at != SIZE_MAX;)
        if (mg_dialect_is_value(mg_dialect_cell(row, rows->dialect, &at)))
            return false;
    return row->cells > 0;
}

/* How many columns hold values in all rows from i on in which they hold anything. */
static size_t value_columns(const struct mg_dialect_rows *rows, size_t i)
{
    unsigned char kind[MG_DIALECT_COLUMNS] = {0}; /* 1: values, 2: something else */
    size_t count = 0;
    for (; i < rows->count; i++)
        for (size_t at = rows->row[i].cells ? 0 : SIZE_MAX, column = 0;
             at != SIZE_MAX && column < MG_DIALECT_COLUMNS; column++) {
            struct mg_cell cell = mg_dialect_cell(&rows->row[i], rows->dialect, &at);
            if (cell.length)
                kind[column] |= mg_dialect_is_value(cell) ? 1 : 2;
        }
    for (size_t column = 0; column < MG_DIALECT_COLUMNS; column++)
        count += kind[column] == 1;
    return count;
}

/* Nearly all rows from i on are this wide, and there is one. Those whose quotes are not in order do not
 * count. */
static bool is_table(const struct mg_dialect_rows *rows, size_t i, size_t width)
{
    size_t agreeing = 0, count = 0;
    for (; i < rows->count; i++) {
        agreeing += rows->row[i].cells == width;
        count += rows->row[i].cells > 0;
    }
    return agreeing > 0 && 5 * agreeing >= 4 * count;
}

static struct mg_cell cell_at(const struct mg_dialect_rows *rows, size_t i, size_t column)
{
    for (size_t at = rows->row[i].cells ? 0 : SIZE_MAX, c = 0; at != SIZE_MAX; c++) {
        struct mg_cell cell = mg_dialect_cell(&rows->row[i], rows->dialect, &at);
        if (c == column)
            return cell;
    }
    return (struct mg_cell){"", 0};
}

static bool same_cell(struct mg_cell a, struct mg_cell b)
{
    return a.length == b.length && !memcmp(a.text, b.text, a.length);
}

/* Are the rows above i a table themselves, and no title? Those of one cell and of two, a word and what it
 * says, are a title's, unless the second are values below a word. */
static bool is_table_above(const struct mg_dialect_rows *rows, size_t i)
{
    size_t first = 0, alike = 0, values = 0;
    while (first < i && rows->row[first].filled < 2)
        first++;
    for (size_t k = first; k < i; k++) {
        alike += rows->row[k].cells == rows->row[first].cells && rows->row[k].filled > 1;
        values += k > first && mg_dialect_is_value(cell_at(rows, k, 1));
    }
    if (alike < 3)
        return false;
    return rows->row[first].filled > 2 || (values + 1 == alike && holds_names(rows, first));
}

/* Do all rows above i have no delimiter, and do row i's cells look like names of what is below: no blank
 * behind a delimiter, as in prose, and none that comes again in its column? */
static bool is_below_title(const struct mg_dialect_rows *rows, size_t i)
{
    size_t alike = 0;
    for (size_t k = 0; k < i; k++)
        if (rows->row[k].cells > 1)
            return false;
    for (size_t k = i + 1; k < rows->count; k++)
        alike += rows->row[k].cells == rows->row[i].cells;
    if (alike < 2 || alike + 1 < rows->count - i)
        return false;
    const struct mg_dialect_row *row = &rows->row[i];
    for (size_t c = 0; c < row->cells; c++) {
        struct mg_cell name = cell_at(rows, i, c);
        if (!name.length || (c && name.text > row->text && name.text[-1] == ' '))
            return false;
        for (size_t k = i + 1; k < rows->count; k++)
            if (same_cell(name, cell_at(rows, k, c)))
                return false;
    }
    return true;
}

size_t mg_dialect_header_row(const struct mg_dialect_rows *rows)
{
    size_t width = usual_width(rows);
    bool padded = false, gap = false;
    for (size_t i = 0; width > 1 && i < rows->count && i < MOST_PREAMBLE; i++) {
        const struct mg_dialect_row *row = &rows->row[i];
        gap = gap || row->gap;
        if (row->cells == width && 2 * row->filled >= width && holds_names(rows, i)) {
            bool sure = padded || gap || value_columns(rows, i + 1) > 0 || is_below_title(rows, i);
            return sure && is_table(rows, i + 1, width) && !is_table_above(rows, i) ? i : 0;
        }
        if (row->cells == width && 2 * row->filled > width)
            return 0; /* data */
        padded = padded || row->cells == width;
    }
    return 0;
}

static bool cell_is_filled(const struct mg_dialect_rows *rows, size_t i, size_t column)
{
    return cell_at(rows, i, column).length > 0;
}

/* Do the rows i and i + 1 make one header? Columns of numbers whose cell in row i + 1 is a word say so; the
 * fewer, the more names row i lacks. */
static bool is_double(const struct mg_dialect_rows *rows, size_t i)
{
    if (i + 2 >= rows->count)
        return false;
    const struct mg_dialect_row *first = &rows->row[i], *second = first + 1;
    if (first->cells != second->cells || second->gap || 2 * second->filled < second->cells ||
        !holds_names(rows, i) || !holds_names(rows, i + 1) || first->filled < 2)
        return false;
    size_t lacking = 0, values = value_columns(rows, i + 2);
    for (size_t column = 1; column < first->cells && column < MG_DIALECT_COLUMNS; column++)
        lacking += !cell_is_filled(rows, i, column) && cell_is_filled(rows, i + 1, column);
    bool below = rows->count - i > 4 || lacking > 1; /* enough rows to tell */
    return below && values >= (lacking > 1 ? 1u : lacking ? 2u : 3u) && value_columns(rows, i + 1) == 0;
}

static size_t count_unused(const struct mg_dialect_rows *rows, size_t header)
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

/* A cell's form: its characters, with one digit for all and one letter for all. */
static char form_of(char c)
{
    if (c >= '0' && c <= '9')
        return '0';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
    return letter ? 'a' : c;
}

static bool same_form(struct mg_cell a, struct mg_cell b)
{
    bool same = a.length == b.length;
    for (size_t i = 0; same && i < a.length; i++)
        same = form_of(a.text[i]) == form_of(b.text[i]);
    return same;
}

/* What the first cell of a column says about there being a header. */
enum voice { SILENT, IS_NAME, IS_VALUE, IS_CODE };

/* A value of the form that nearly all below have is one of them, a long one as surely as two short ones. */
static enum voice first_cell_says(const struct mg_dialect_rows *rows, size_t column)
{
    struct mg_cell first = cell_at(rows, 0, column);
    size_t filled = 0, values = 0, alike = 0;
    for (size_t i = 1; i < rows->count; i++) {
        struct mg_cell cell = cell_at(rows, i, column);
        filled += cell.length > 0;
        values += mg_dialect_is_value(cell);
        alike += same_form(first, cell);
    }
    if (!filled || !first.length)
        return SILENT;
    if (values == filled && !mg_dialect_is_value(first))
        return IS_NAME;
    if (!mg_dialect_is_value(first) || 10 * values < 9 * filled || !alike)
        return SILENT;
    return 10 * alike >= 9 * filled && first.length >= 5 ? IS_CODE : IS_VALUE;
}

static bool follows(struct mg_cell a, struct mg_cell b)
{
    int64_t n[2] = {0, 0};
    const struct mg_cell cells[2] = {a, b};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < cells[k].length && i < 9; i++) {
            if (cells[k].text[i] < '0' || cells[k].text[i] > '9')
                return false;
            n[k] = 10 * n[k] + cells[k].text[i] - '0';
        }
    return n[1] == n[0] + 1;
}

/* Is the first row one like the others? Numbers that count its columns are names. */
static bool lacks_header(const struct mg_dialect_rows *rows)
{
    size_t evidence = 0;
    if (rows->count < 3)
        return false;
    for (size_t c = 0; c < rows->row[0].cells && c < MG_DIALECT_COLUMNS; c++) {
        struct mg_cell first = cell_at(rows, 0, c);
        enum voice voice = first_cell_says(rows, c);
        if (voice == IS_NAME)
            return false;
        if (voice == SILENT || (c && follows(cell_at(rows, 0, c - 1), first)) ||
            follows(first, cell_at(rows, 0, c + 1)))
            continue;
        evidence += voice == IS_CODE ? 2 : 1;
    }
    return evidence >= 2;
}

static bool tells_rows_apart(const struct mg_dialect_rows *rows, size_t i, size_t width)
{
    for (size_t a = i; a < rows->count; a++)
        for (size_t b = a + 1; rows->row[a].cells == width && b < rows->count; b++)
            if (rows->row[b].cells == width && same_cell(cell_at(rows, a, 0), cell_at(rows, b, 0)))
                return false;
    return true;
}

/* Most rows below the header are wider than it: are their last cells empty, or their first ones names? */
static void find_wider_rows(const struct mg_dialect_rows *rows, size_t first,
                            struct mg_dialect_header *header)
{
    size_t width = rows->row[first - 1].cells, usual = usual_width(rows), agreeing = 0, count = 0;
    bool empty = true;
    header->surplus = header->unused; /* the header ends so, too */
    if (usual <= width || usual > MG_DIALECT_COLUMNS)
        return;
    for (size_t i = first; i < rows->count; i++) {
        const struct mg_dialect_row *row = &rows->row[i];
        count += row->cells > 0;
        agreeing += row->cells == usual;
        for (size_t c = width; row->cells == usual && c < usual; c++)
            empty = empty && !cell_is_filled(rows, i, c);
    }
    if (2 * agreeing <= count)
        return;
    header->is_short = true;
    if (empty)
        header->surplus += usual - width;
    else if (usual == width + 1 && !header->unused && agreeing > 1 && agreeing == count)
        header->row_names = tells_rows_apart(rows, first, usual);
}

struct mg_dialect_header mg_dialect_header(struct mg_dialect_sample sample, struct mg_csv_dialect dialect)
{
    struct mg_dialect_rows rows;
    mg_dialect_rows_find(sample, dialect, &rows);
    struct mg_dialect_header header = {.rows = 1};
    if (!rows.count)
        return header;
    size_t at = mg_dialect_header_row(&rows);
    if (at == 0 && lacks_header(&rows)) {
        header.rows = 0;
        return header;
    }
    if (at > 0 && !rows.row[at].gap && is_double(&rows, at - 1))
        at--; /* the groups' names were taken for a title */
    if (is_double(&rows, at))
        header.rows = 2;
    header.preamble = at ? (size_t)(rows.row[at].text - sample.text) : 0;
    header.unused = count_unused(&rows, at);
    find_wider_rows(&rows, at + header.rows, &header);
    return header;
}
