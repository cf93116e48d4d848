/* Any bytes as a file of corrected rejects, a table or (by the first byte) JSON Lines: it is read or refused
 * with a message, and then rows of the source are corrected or stay. */
#include <string.h>

#include "libdata/domain/import/corrections.h"
#include "tests/fuzz/files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const columns[] = {"id", "nom", "code"};
    static const struct mg_cell cells[] = {{"1", 1}, {"Mairie", 6}, {"x", 1}, {"beyond", 6}};
    const struct mg_table_info source = {
        .format = "CSV", .encoding = "UTF-8", .delimiter = ';', .column_count = 3, .columns = columns};
    struct mg_corrections *corrections = NULL;
    struct mg_error err = {0};
    if (!size)
        return 0;
    const char *path = fuzz_file(data[0] & 1 ? "c.jsonl" : "c.csv", data + 1, size - 1);
    enum mg_code code = mg_corrections_read(path, &source, &corrections, &err);
    CHECK(!code || (err.code == code && err.message[0] && !corrections));
    for (int64_t line = 1; !code && line < 20; line++) {
        const struct mg_row row = {.cells = cells,
                                   .count = 2 + (size_t)line % 3,
                                   .line = line,
                                   .record = line,
                                   .byte_offset = line * 10};
        const struct mg_row *instead = NULL;
        bool corrected = false;
        if (mg_corrections_apply(corrections, &row, &instead, &corrected, NULL))
            break;
        CHECK(instead && (corrected || instead == &row) &&
              (!corrected || instead->count == 3 || instead == &row));
    }
    if (!code)
        mg_corrections_check(corrections, NULL);
    mg_corrections_destroy(corrections);
    return 0;
}
