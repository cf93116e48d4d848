#include "libdata/io/table.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/io/csv.h"
#include "libdata/io/source.h"

struct mg_table {
    struct mg_csv *csv;
};

enum mg_code mg_table_open(const char *path, const struct mg_table_options *options,
                           struct mg_table **ret_table, struct mg_error *err)
{
    static const struct mg_table_options none;
    struct mg_table *table = mg_calloc(1, sizeof *table);
    if (!table)
        return mg_fail_memory(err);
    struct mg_source *source = NULL;
    if (!options)
        options = &none;
    enum mg_code code = mg_source_open(path, options->keep_for_rewind, &source, err);
    if (!code)
        code = mg_csv_open(source, options, 0, &table->csv, err);
    if (code) {
        mg_source_destroy(source);
        free(table);
        return code;
    }
    *ret_table = table;
    return MG_OK;
}

const struct mg_table_info *mg_table_info(const struct mg_table *table)
{
    return mg_csv_info(table->csv);
}

enum mg_code mg_table_next(struct mg_table *table, const struct mg_row **ret_row, struct mg_error *err)
{
    return mg_csv_next(table->csv, ret_row, err);
}

enum mg_code mg_table_rewind(struct mg_table *table, struct mg_error *err)
{
    return mg_csv_rewind(table->csv, err);
}

void mg_table_destroy(struct mg_table *table)
{
    if (!table)
        return;
    mg_csv_destroy(table->csv);
    free(table);
}
