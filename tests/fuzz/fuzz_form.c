/* Any bytes as the head of a CSV file: what is guessed of it is something that a file can be. And as a whole
 * file: rows come through the footer as they came from the reader, in the same order, the footer's last. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "libdata/io/csv.h"
#include "libdata/io/dialect.h"
#include "libdata/io/table.h"
#include "tests/fuzz/files.h"

static void guess(const char *text, size_t length)
{
    for (int complete = 0; complete < 2; complete++) {
        struct mg_dialect_sample sample = {text, length, complete};
        struct mg_csv_dialect dialect = {.quote = mg_dialect_quote(sample)};
        CHECK(dialect.quote == '"' || dialect.quote == '\'');
        dialect.delimiter = mg_dialect_delimiter(sample, dialect.quote);
        CHECK(dialect.delimiter && dialect.delimiter != '\n' && dialect.delimiter != '\r' &&
              dialect.delimiter != dialect.quote);
        struct mg_dialect_header header = mg_dialect_header(sample, dialect);
        CHECK(header.preamble <= length && (header.rows == 1 || header.rows == 2));
        CHECK(!header.preamble || text[header.preamble - 1] == '\n' || text[header.preamble - 1] == '\r');
        CHECK(header.unused < MG_CSV_MAX_CELLS);
    }
}

static uint64_t hash_row(const struct mg_row *row, bool raw)
{
    const struct mg_cell *cells = raw && row->raw ? row->raw : row->cells;
    uint64_t hash = XXH3_64bits_withSeed(&row->line, sizeof row->line, (uint64_t)row->defect);
    for (size_t i = 0; i < (row->count ? row->count : 1); i++)
        hash = XXH3_64bits_withSeed(cells[i].text, cells[i].length, hash + i);
    return hash;
}

struct reading {
    enum mg_code code;
    size_t rows;
    uint64_t hash;
};

static struct reading read_table(struct mg_table *table)
{
    struct reading reading = {0};
    const struct mg_row *row = NULL;
    bool footer = false;
    while (!(reading.code = mg_table_next(table, &row, NULL)) && row) {
        CHECK(!footer || row->footer);
        footer = row->footer;
        reading.hash = reading.hash * 31 + hash_row(row, true);
        reading.rows++;
    }
    return reading;
}

static void compare(const char *path, bool repair)
{
    const struct mg_table_options options = {.repair = repair};
    struct mg_table *table = NULL;
    struct mg_source *source = NULL;
    struct mg_csv *csv = NULL;
    if (mg_table_open(path, &options, &table, NULL))
        return;
    struct reading through = read_table(table);
    if (!through.code) {
        CHECK(mg_table_rewind(table, NULL) == MG_OK);
        struct reading again = read_table(table);
        CHECK(!again.code && again.rows == through.rows && again.hash == through.hash);
    }
    if (!strcmp(mg_table_info(table)->format, "CSV")) {
        CHECK(mg_source_open(path, false, &source, NULL) == MG_OK);
        CHECK(mg_csv_open(source, &options, 0, &csv, NULL) == MG_OK);
        struct reading direct = {0};
        const struct mg_row *row = NULL;
        while (!(direct.code = mg_csv_next(csv, &row, NULL)) && row) {
            direct.hash = direct.hash * 31 + hash_row(row, true);
            direct.rows++;
        }
        CHECK(direct.code == through.code);
        CHECK(direct.code || (direct.rows == through.rows && direct.hash == through.hash));
        mg_csv_destroy(csv);
    }
    mg_table_destroy(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    guess((const char *)data, size);
    const char *path = fuzz_file("table.csv", data, size);
    compare(path, false);
    compare(path, true);
    return 0;
}
