#include "libdata/io/dialect.h"

#include <stdint.h>
#include <string.h>

#include "libdata/io/dialect_rows.h"

/* How well a delimiter fits: the share of rows that agree with the first, and the cells it finds. */
static double agreement(const struct mg_dialect_rows *rows)
{
    size_t agreeing = 0;
    for (size_t i = 0; i < rows->count; i++)
        agreeing += rows->row[i].cells == rows->row[0].cells;
    return rows->count && rows->row[0].cells > 1 ? (double)agreeing / (double)rows->count : 0;
}

struct mg_csv_dialect mg_dialect_with(struct mg_dialect_sample sample, char delimiter, char quote)
{
    size_t found = 0;
    struct mg_csv_dialect dialect = {.delimiter = delimiter, .quote = quote};
    for (size_t i = 0; quote && i + 2 < sample.length; i++) {
        if (sample.text[i] != delimiter || sample.text[i + 1] != ' ')
            continue;
        size_t at = i + 1;
        while (at < sample.length && sample.text[at] == ' ')
            at++;
        if (at == sample.length || sample.text[at] != quote)
            continue;
        const char *close = memchr(sample.text + at + 1, quote, sample.length - at - 1);
        while (close && close + 1 < sample.text + sample.length && close[1] == quote)
            close = memchr(close + 2, quote, sample.length - (size_t)(close + 2 - sample.text));
        if (!close)
            break; /* the sample's end */
        for (at = (size_t)(close + 1 - sample.text); at < sample.length && sample.text[at] == ' '; at++)
            ;
        if (at < sample.length && sample.text[at] != delimiter && !mg_csv_line_end(sample.text + at, 1))
            return dialect;
        found++;
        i = at - 1;
    }
    dialect.blanks = found > 1;
    return dialect;
}

static char best_of_usual(struct mg_dialect_sample sample, char quote, double *ret_agreement)
{
    static const char candidates[] = {';', ',', '\t', '|'};
    char best = 0;
    double best_fit = 0;
    struct mg_dialect_rows rows;
    *ret_agreement = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        mg_dialect_rows_find(sample, mg_dialect_with(sample, candidates[i], quote), &rows);
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
    struct mg_dialect_rows rows;
    for (size_t i = 0; i < sizeof candidates; i++) {
        mg_dialect_rows_find(sample, mg_dialect_with(sample, candidates[i], quote), &rows);
        size_t header = mg_dialect_header_row(&rows);
        if (header && rows.row[header].cells > best_width) {
            best = candidates[i];
            best_width = rows.row[header].cells;
        }
    }
    return best;
}

static bool is_without_values(const struct mg_dialect_row *row, struct mg_csv_dialect dialect)
{
    for (size_t at = row->cells ? 0 : SIZE_MAX; at != SIZE_MAX;)
        if (mg_dialect_is_value(mg_dialect_cell(row, dialect, &at)))
            return false;
    return true;
}

/* Is the first row one of names, as it splits by itself, and no title? Prose has blanks behind its commas;
 * words between blanks are names only where what follows them can be no header. */
static bool is_row_of_names(const struct mg_dialect_rows *header, const struct mg_dialect_rows *rows)
{
    const struct mg_dialect_row *row = &header->row[0];
    if (!header->count || !is_without_values(row, header->dialect))
        return false;
    if (header->dialect.delimiter == ' ')
        return !is_without_values(&rows->row[1], rows->dialect);
    for (size_t i = 0; i + 1 < row->length; i++)
        if (row->text[i] == header->dialect.delimiter && row->text[i + 1] == ' ')
            return false;
    return true;
}

char mg_dialect_header_delimiter(struct mg_dialect_sample sample, char quote, char *ret_delimiter)
{
    static const char of_header[] = {';', ',', '\t', '|', ' '}, *of_rows = of_header;
    double agreeing;
    best_of_usual(sample, quote, &agreeing);
    if (agreeing >= 0.5)
        return 0;
    struct mg_dialect_rows rows, header;
    for (size_t r = 0; r < sizeof of_header - 1; r++) {
        mg_dialect_rows_find(sample, mg_dialect_with(sample, of_rows[r], quote), &rows);
        for (size_t h = 0; rows.count > 2 && h < sizeof of_header; h++) {
            mg_dialect_rows_find(sample, mg_dialect_with(sample, of_header[h], quote), &header);
            size_t width = header.count ? header.row[0].cells : 0, alike = 0;
            for (size_t i = 1; i < rows.count; i++)
                alike += rows.row[i].cells == width;
            if (!is_row_of_names(&header, &rows))
                continue;
            if (h == r || width < 2 || 10 * alike < 9 * (rows.count - 1) || rows.row[0].cells == width)
                continue;
            *ret_delimiter = of_rows[r];
            return of_header[h];
        }
    }
    return 0;
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
    struct mg_dialect_rows rows;
    for (const char *rare = "^:~"; *rare; rare++) {
        mg_dialect_rows_find(sample, mg_dialect_with(sample, *rare, quote), &rows);
        if (rows.count > 1 && agreement(&rows) == 1)
            return *rare;
    }
    for (const char *absent = ";,\t|"; *absent; absent++)
        if (!sample.length || !memchr(sample.text, *absent, sample.length))
            return *absent;
    return ';';
}

/* Does every word of the rows stand between apostrophes? */
static bool is_apostrophed(const struct mg_dialect_rows *rows)
{
    size_t words = 0;
    for (size_t i = 0; i < rows->count; i++) {
        const struct mg_dialect_row *row = &rows->row[i];
        for (size_t at = 0; at != SIZE_MAX;) {
            size_t start = at;
            struct mg_cell cell = mg_dialect_cell(row, rows->dialect, &at);
            size_t end = at == SIZE_MAX ? row->length : at - 1;
            if (end > start && row->text[start] == '\'') {
                if (end - start < 2 || row->text[end - 1] != '\'')
                    return false;
                words++;
            } else if (cell.length && !mg_dialect_is_value(cell)) {
                return false;
            }
        }
    }
    return rows->count > 1 && words > rows->count;
}

/* Does a cell begin with "? */
static bool has_quoted(const struct mg_dialect_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        for (size_t at = 0; at != SIZE_MAX;) {
            if (at < rows->row[i].length && rows->row[i].text[at] == '"')
                return true;
            mg_dialect_cell(&rows->row[i], rows->dialect, &at);
        }
    return false;
}

char mg_dialect_quote(struct mg_dialect_sample sample)
{
    if (!sample.length || !memchr(sample.text, '\'', sample.length))
        return '"';
    struct mg_dialect_rows rows;
    mg_dialect_rows_find(sample, mg_dialect_with(sample, mg_dialect_delimiter(sample, '\''), '\''), &rows);
    if (is_apostrophed(&rows))
        return '\'';
    double with = 0, without = 0;
    char delimiter = best_of_usual(sample, '\'', &with);
    mg_dialect_rows_find(sample, mg_dialect_with(sample, delimiter, '"'), &rows);
    without = agreement(&rows);
    return delimiter && with >= 0.5 && with > without + 0.2 && !has_quoted(&rows) ? '\'' : '"';
}
