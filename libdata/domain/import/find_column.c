/* Which column a label names, which cells count as empty, how numbers are written. */
#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/columns/descriptor.h"
#include "libdata/domain/columns/label.h"
#include "libdata/domain/common/whole_number.h"
#include "libdata/domain/import/kind.h"

static bool is_same(const struct mg_buf *folded, const struct mg_buf *wanted)
{
    return folded->length == wanted->length && folded->length &&
           !memcmp(folded->data, wanted->data, folded->length);
}

/* Is it what is left of the label where names are cut? */
static bool is_cut_from(const char *name, const struct mg_buf *folded, const struct mg_buf *wanted)
{
    return strlen(name) >= MG_LABEL_CUT && folded->length < wanted->length &&
           !memcmp(folded->data, wanted->data, folded->length);
}

int mg_import_find_column(const struct mg_import *import, const char *label)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf wanted = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    int cut = -1;
    mg_text_add_folded(&wanted, label, strlen(label));
    for (size_t i = 0; i < import->info->column_count; i++) {
        const char *name = import->info->columns[i];
        mg_buf_clear(&folded);
        mg_text_add_folded(&folded, name, strlen(name));
        if (folded.failed || wanted.failed)
            return -1;
        if (is_same(&folded, &wanted))
            return (int)i;
        if (cut < 0 && import->info->cut_names && is_cut_from(name, &folded, &wanted))
            cut = (int)i;
    }
    return cut;
}

bool mg_import_is_missing(const struct mg_import *import, const char *text, size_t length)
{
    return mg_schema_is_missing(import->descriptor->schema, text, length);
}

void mg_import_see_whole(const struct mg_import *import, int column, struct mg_whole_style *style)
{
    for (size_t i = 0; i < import->sample.row_count; i++) {
        const struct mg_cell *cell = mg_sample_cell(&import->sample, i, (size_t)column);
        size_t length;
        const char *text = mg_text_trim(cell->text, cell->length, &length);
        mg_whole_see(style, text, length);
    }
}
