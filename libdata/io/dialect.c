#include "libdata/io/dialect.h"

#include <stdint.h>
#include <string.h>

#include "libdata/io/csv_split.h"

enum { ROWS = 200 };

/* Cells of a record that mg_csv_record_end delimited. */
static size_t count_cells(const char *record, size_t length, char delimiter)
{
    size_t cells = 1;
    bool quoted = false, cell_starts = true;
    for (size_t i = 0; i < length; i++) {
        char c = record[i];
        if (c == '"' && (quoted || cell_starts))
            quoted = !quoted;
        else if (c == delimiter && !quoted)
            cells++;
        cell_starts = c == delimiter && !quoted;
    }
    return cells;
}

/* How well a delimiter fits: the share of rows that agree with the first, times the cells it finds. */
static double fitness(const char *sample, size_t length, bool complete, char delimiter)
{
    size_t first = 0, rows = 0, agreeing = 0;
    for (size_t at = 0; at < length && rows < ROWS;) {
        size_t record = 0, lines = 0;
        enum mg_csv_end end = mg_csv_record_end(sample + at, length - at, delimiter, &record, &lines);
        bool cut = end == MG_CSV_OPEN || at + record == length;
        if (cut && !complete && rows > 0)
            break;
        if (record > 0) {
            size_t cells = end == MG_CSV_WHOLE ? count_cells(sample + at, record, delimiter) : 0;
            if (rows == 0)
                first = cells;
            agreeing += cells == first;
            rows++;
        }
        at += record;
        at += mg_csv_line_end(sample + at, length - at);
    }
    return first > 1 ? (double)agreeing / (double)rows * (double)(first - 1) : 0;
}

char mg_dialect_delimiter(const char *sample, size_t length, bool complete)
{
    static const char candidates[] = {';', ',', '\t', '|'};
    char best = 0;
    double best_fitness = 0;
    for (size_t i = 0; i < sizeof candidates; i++) {
        double fit = fitness(sample, length, complete, candidates[i]);
        if (fit > best_fitness) {
            best = candidates[i];
            best_fitness = fit;
        }
    }
    for (size_t i = 0; !best && i < sizeof candidates; i++)
        if (!length || !memchr(sample, candidates[i], length))
            best = candidates[i];
    return best ? best : candidates[0];
}
