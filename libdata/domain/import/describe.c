/* What an import would take the columns of a file for. */
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/import/internal.h"

#define PROGRESS_ROWS 4096

/* The first cell of the column that is not empty. */
static struct mg_cell example(const struct mg_sample *sample, size_t column)
{
    for (size_t i = 0; i < sample->row_count; i++)
        if (mg_sample_cell(sample, i, column)->length)
            return *mg_sample_cell(sample, i, column);
    return (struct mg_cell){"", 0};
}

static enum mg_code report(const struct mg_import *import, struct mg_error *err)
{
    if (mg_progress_report(import->options->progress, _("reading"), import->info->bytes_read,
                           import->info->bytes_total))
        return MG_OK;
    return mg_fail(err, MG_ERR_IO, "%s", _("interrupted, nothing was changed"));
}

/* The whole file: types are proved by all of it. */
static enum mg_code read_all(struct mg_import *import, int64_t *filled, struct mg_import_broken *broken,
                             struct mg_import_source *source, struct mg_error *err)
{
    size_t columns = import->info->column_count;
    enum mg_code code = mg_table_rewind(import->table, err);
    while (!code) {
        const struct mg_row *row = NULL;
        code = mg_table_next(import->table, &row, err);
        if (code || !row)
            break;
        if ((source->rows + source->uneven_rows) % PROGRESS_ROWS == 0)
            code = report(import, err);
        if (row->footer) {
            import->footer_rows++;
            continue;
        }
        if (row->part == MG_ROW_JOINED && !row->expected) {
            import->joined_rows++;
            continue;
        }
        if (row->count < columns || row->part) {
            source->uneven_rows++;
            continue;
        }
        source->rows++;
        for (size_t i = 0; i < columns; i++)
            filled[i] += row->cells[i].length > 0;
        mg_import_see_types(import, row);
        bool refused = false;
        if (!code && import->schema_columns)
            code = mg_import_try_schema(import, row, broken, &refused, err);
        source->refused_rows += refused;
        if (!code && import->cog.watched)
            code = mg_import_see_commune(import, row, err);
    }
    if (!code && import->cog.watched)
        code = mg_cog_year_find(import->db, &import->cog.codes, &source->cog, err);
    return code;
}

static double hundredths(double value)
{
    return (double)(int)(value * 100 + 0.5) / 100;
}

/* Its place in a key of several columns, or null. */
static void describe_key_part(const struct mg_import *import, size_t column, struct mg_out *out)
{
    for (size_t i = 0; i < import->roles.key_part_count; i++)
        if (import->roles.key_parts[i] == (int)column) {
            mg_out_int(out, "key_part", (int64_t)i + 1);
            return;
        }
    mg_out_null(out, "key_part");
}

static enum mg_code describe_column(const struct mg_import *import, size_t column, double filled,
                                    const struct mg_import_broken *broken, struct mg_out *out,
                                    struct mg_error *err)
{
    const struct mg_column_meaning *meaning = &import->meanings[column];
    struct mg_cell cell = example(&import->sample, column);
    int role = -1;
    for (int r = 0; r < MG_ROLE_COUNT; r++)
        if (import->roles.column[r] == (int)column)
            role = r;
    double confidence = role >= 0 ? import->roles.confidence[role] : meaning->confidence;
    mg_out_begin(out, "column");
    mg_out_text(out, "column", import->info->columns[column]);
    mg_out_text(out, "role", role >= 0 ? mg_role_name((enum mg_role)role) : NULL);
    mg_out_text(out, "meaning", mg_meaning_name(meaning->meaning));
    if (role >= 0 || meaning->meaning)
        mg_out_real(out, "confidence", hundredths(confidence));
    else
        mg_out_null(out, "confidence");
    mg_out_text(out, "data_type", mg_type_name(mg_import_type_of(import, column)));
    mg_out_real(out, "filled", hundredths(filled));
    mg_out_text_n(out, "example", cell.text, cell.length);
    if (import->roles.key_part_count)
        describe_key_part(import, column, out);
    if (import->schema_columns) {
        mg_out_int(out, "broken", broken->n);
        mg_out_text(out, "broken_first", broken->n ? broken->first : NULL);
    }
    return mg_out_end_record(out, err);
}

static enum mg_code describe(struct mg_import *import, struct mg_out *out, struct mg_import_source *source,
                             struct mg_error *err)
{
    MG_FREE int64_t *filled = mg_calloc(import->info->column_count + 1, sizeof *filled);
    MG_FREE struct mg_import_broken *broken = mg_calloc(import->info->column_count + 1, sizeof *broken);
    enum mg_code code =
        filled && broken ? read_all(import, filled, broken, source, err) : mg_fail_memory(err);
    for (size_t i = 0; i < import->info->column_count && !code; i++) {
        double share = source->rows ? (double)filled[i] / (double)source->rows : 0;
        source->broken_cells += broken[i].n;
        code = describe_column(import, i, share, &broken[i], out, err);
    }
    snprintf(source->kind, sizeof source->kind, "%s", import->kind->name);
    snprintf(source->format, sizeof source->format, "%s", import->info->format);
    snprintf(source->encoding, sizeof source->encoding, "%s", import->info->encoding);
    source->delimiter[0] = import->info->delimiter;
    if (!mg_import_say_form(import, source->form, sizeof source->form))
        source->form[0] = '\0';
    if (import->national) {
        snprintf(source->profile, sizeof source->profile, "%s", import->national->name);
        mg_text_visible(import->national->title, strlen(import->national->title), source->profile_title,
                        sizeof source->profile_title);
    }
    return code;
}

enum mg_code mg_import_describe(struct mg_db *db, const char *path, const struct mg_import_options *options,
                                struct mg_out *out, struct mg_import_source *ret_source, struct mg_error *err)
{
    struct mg_import import = {.db = db};
    struct mg_import_source source = {0};
    const struct mg_edition *there = NULL;
    enum mg_code code = mg_import_prepare(&import, path, options, err);
    if (!code && db && options->dataset)
        code = mg_import_find_dataset(&import, &there, err);
    if (!code)
        code = mg_import_find_roles(&import, err);
    if (!code)
        code = mg_import_watch_communes(&import, err);
    if (!code)
        code = describe(&import, out, &source, err);
    mg_import_finish(&import);
    if (!code)
        *ret_source = source;
    return code;
}
