#include <string.h>

#include "libdata/db/read.h"
#include "libdata/domain/crossref/losses/losses.h"

static bool is_crossed(const struct mg_crossref *cross, const char *dataset)
{
    for (size_t l = 0; dataset && l < cross->layer_count; l++)
        if (!strcmp(cross->layers[l].dataset->name, dataset))
            return true;
    return !dataset;
}

enum mg_code mg_losses_announced(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_CROSSREF_ANNOUNCED, err, "");
    while (mg_read_next(&row)) {
        size_t length, code_length, blob_length;
        mg_date date = MG_DATE_NONE;
        int32_t territory = MG_NOWHERE;
        const char *dataset = mg_read_text_or_null(&row, 0, &length);
        const char *code = mg_read_text_or_null(&row, 1, &code_length);
        const void *blob = mg_read_blob_or_null(&row, 2, &blob_length);
        const char *as_of = mg_read_text(&row, 3, &length);
        if (row.code || !is_crossed(cross, dataset) || !mg_date_parse_iso(as_of, length, &date))
            continue;
        mg_place_codes_of(cross->place, date);
        row.code = mg_place_record(cross->place, code, code_length, blob, blob_length, &territory, err);
        cross->losses->announced[territory + 1]++;
    }
    mg_read_end(&row);
    return row.code;
}
