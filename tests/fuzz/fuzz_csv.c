/* Any bytes as a CSV file. The first byte chooses options. Whatever the window, the rows are the same; cells
 * are UTF-8, offsets grow, and rewinding gives the same again. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include "libdata/base/text.h"
#include "libdata/io/csv.h"
#include "libdata/io/csv_split.h"
#include "libdata/io/mojibake.h"
#include "tests/fuzz/fuzz.h"

struct reading {
    enum mg_code code;
    int64_t rows;
    uint64_t hash; /* of everything that was delivered */
};

static void take_row(struct reading *reading, const struct mg_row *row, const struct mg_row *before)
{
    CHECK(row->count <= MG_CSV_MAX_CELLS);
    CHECK(row->line > before->line);
    CHECK(row->byte_offset > before->byte_offset || (row->byte_offset == -1 && before->byte_offset == -1));
    CHECK(row->record == reading->rows + 1);
    CHECK(row->defect || row->count);
    size_t cells = row->count ? row->count : 1;
    reading->hash = XXH3_64bits_withSeed(&row->line, sizeof row->line, reading->hash + (uint64_t)row->defect);
    reading->hash = XXH3_64bits_withSeed(&row->byte_offset, sizeof row->byte_offset, reading->hash);
    for (size_t i = 0; i < cells; i++) {
        const struct mg_cell *cell = &row->cells[i];
        CHECK(mg_text_utf8_prefix(cell->text, cell->length) == cell->length);
        CHECK(row->defect == MG_ROW_NUL || !memchr(cell->text, '\0', cell->length));
        CHECK(row->suspect || mg_mojibake_suspect(cell->text, cell->length) == cell->length);
        reading->hash = XXH3_64bits_withSeed(cell->text, cell->length, reading->hash + i + 1);
    }
    reading->rows++;
}

static void read_rows(struct mg_csv *csv, struct reading *reading)
{
    struct mg_row before = {.line = 0, .byte_offset = -1};
    const struct mg_row *row = NULL;
    reading->hash = 0;
    reading->rows = 0;
    while (!(reading->code = mg_csv_next(csv, &row, NULL)) && row) {
        take_row(reading, row, &before);
        before = *row;
    }
}

static struct reading read_file(const char *path, const struct mg_table_options *options, size_t window,
                                bool twice)
{
    struct reading reading = {0}, again = {0};
    struct mg_source *source = NULL;
    struct mg_csv *csv = NULL;
    reading.code = mg_source_open(path, false, &source, NULL);
    if (reading.code)
        return reading;
    reading.code = mg_csv_open(source, options, window, &csv, NULL);
    if (reading.code) {
        mg_source_destroy(source);
        return reading;
    }
    read_rows(csv, &reading);
    if (twice && !reading.code) {
        CHECK(mg_csv_rewind(csv, NULL) == MG_OK);
        read_rows(csv, &again);
        CHECK(again.hash == reading.hash && again.rows == reading.rows);
    }
    mg_csv_destroy(csv);
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {NULL, NULL, "UTF-8", "CP850"};
    /* the delimiter is fixed: how much of the file it is guessed from depends on the window */
    static const char delimiters[] = {';', ',', '\t', '|'};
    if (!size)
        return 0;
    const struct mg_table_options options = {.encoding = encodings[data[0] & 3],
                                             .delimiter = delimiters[data[0] >> 2 & 3],
                                             .no_header = data[0] & 16,
                                             .skip_lines = data[0] >> 5 & 3};
    int fd = memfd_create("input", MFD_CLOEXEC);
    CHECK(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)size - 1);
    char path[32];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct reading whole = read_file(path, &options, 0, true);
    struct reading pieces = read_file(path, &options, 1 + data[0] % 61, data[0] & 1);
    CHECK(whole.code == pieces.code && whole.rows == pieces.rows && whole.hash == pieces.hash);
    const struct mg_table_options guess = {0};
    read_file(path, &guess, 0, false);
    close(fd);
    return 0;
}
