/* Any bytes as a table whose rows come in two lines: every line is delivered, in its place, with the cells
 * that it has by itself; what is joined to a row is the line that says so; and the same again after a rewind.
 */
#include <string.h>
#include <xxhash.h>

#include "libdata/io/table.h"
#include "tests/fuzz/files.h"

static const char *const own[] = {"kind", "id", "name"};
static const char *const added[] = {"x", "y"};
static const struct mg_table_parts two = {"row", "place", 1, added, 2};

struct reading {
    enum mg_code code;
    size_t rows, joined, completed;
    uint64_t hash;
};

/* plain: the same table without parts, or NULL. */
static struct reading read_table(struct mg_table *table, struct mg_table *plain)
{
    struct reading reading = {0};
    const struct mg_row *row = NULL, *line = NULL;
    while (!(reading.code = mg_table_next(table, &row, NULL)) && row) {
        if (plain) {
            CHECK(mg_table_next(plain, &line, NULL) == MG_OK && line);
            CHECK(line->line == row->line && line->byte_offset == row->byte_offset);
            CHECK(row->count >= line->count || row->count == 5);
            for (size_t i = 0; i < line->count && i < (row->count < 3 ? row->count : 3); i++)
                CHECK(row->cells[i].length == line->cells[i].length &&
                      !memcmp(row->cells[i].text, line->cells[i].text, line->cells[i].length));
        }
        bool whole = !row->part && !row->expected && !row->footer && !row->defect && row->count == 5;
        reading.completed += whole && (row->cells[3].length || row->cells[4].length);
        reading.joined += row->part == MG_ROW_JOINED;
        for (size_t i = 0; i < row->count; i++)
            reading.hash = XXH3_64bits_withSeed(row->cells[i].text, row->cells[i].length, reading.hash + i);
        reading.hash += (uint64_t)row->part;
        reading.rows++;
    }
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mg_table_options options = {
        .delimiter = ';', .no_header = true, .names = own, .name_count = 3, .keep_for_rewind = true};
    const char *path = fuzz_file("parts.csv", data, size);
    struct mg_table *table = NULL, *plain = NULL;
    if (mg_table_open(path, &options, &plain, NULL))
        return 0;
    options.parts = &two;
    if (!mg_table_open(path, &options, &table, NULL)) {
        struct reading first = read_table(table, plain);
        CHECK(!first.completed || first.joined || first.code);
        if (!first.code) {
            const struct mg_row *more = NULL;
            CHECK(mg_table_next(plain, &more, NULL) || !more);
            CHECK(mg_table_rewind(table, NULL) == MG_OK);
            struct reading again = read_table(table, NULL);
            CHECK(!again.code && again.rows == first.rows && again.hash == first.hash);
        }
    }
    mg_table_destroy(table);
    mg_table_destroy(plain);
    return 0;
}
