/* The rows of an import and what becomes of them: loaded, refused, skipped, or kept with an issue. */
#include <inttypes.h>
#include <string.h>

#include "libdata/domain/import/internal.h"

#define PROGRESS_ROWS 4096 /* between two reports of how far it has come */

static bool is_empty(const struct mg_row *row)
{
    size_t length;
    for (size_t i = 0; i < row->count; i++) {
        if (!row->cells[i].length)
            continue;
        mg_text_trim(row->cells[i].text, row->cells[i].length, &length);
        if (length)
            return false;
    }
    return true;
}

/* Cells beyond the header's are no harm where they are empty and most rows have them, or no delimiter makes
 * them. In a row that has them by itself one delimiter may be too many before its last cell. */
static bool has_extra(const struct mg_import *import, const struct mg_row *row, size_t columns)
{
    bool counted = import->info->delimiter && !import->parts.row;
    if (counted && row->count != columns + import->info->surplus)
        return true;
    for (size_t i = columns; i < row->count; i++)
        if (row->cells[i].length)
            return true;
    return false;
}

/* Where most rows end with a delimiter, one that does not, and whose last cell is empty, may lack another. */
static bool lacks_end(const struct mg_import *import, const struct mg_row *row)
{
    return import->info->header_is_short && row->count == import->info->column_count &&
           !row->cells[row->count - 1].length;
}

static enum mg_code report(struct mg_import *import, struct mg_error *err)
{
    if (mg_progress_report(import->options->progress, _("reading"), import->info->bytes_read,
                           import->info->bytes_total))
        return MG_OK;
    return mg_fail(err, MG_ERR_IO, "%s", _("interrupted, nothing was changed"));
}

/* The line could not be split into cells; it is cells[0], which count does not count. */
static enum mg_code reject_defect(struct mg_import *import, const struct mg_row *row, struct mg_error *err)
{
    struct mg_row line = *row;
    line.count = 1;
    const char *message = mg_import_defect_message(row->defect);
    return mg_import_reject(import, &line, -1, mg_import_defect_code(row->defect), err, "%s", message);
}

/* A line that is not a row by itself: it is in the cells of another's, or it is refused. */
static enum mg_code judge_part(struct mg_import *import, const struct mg_row *row, struct mg_error *err)
{
    switch (row->part) {
    case MG_ROW_UNJOINED:
        return mg_import_reject(import, row, MG_IMPORT_WHOLE_ROW, "unjoined-line", err, "%s",
                                _("completes a row that is not in the file"));
    case MG_ROW_REPEATED:
        return mg_import_reject(import, row, MG_IMPORT_WHOLE_ROW, "repeated-line", err, "%s",
                                _("completes a row that an earlier line has completed"));
    case MG_ROW_FOREIGN:
        return mg_import_reject(import, row, MG_IMPORT_WHOLE_ROW, "foreign-line", err,
                                _("begins with neither '%s' nor '%s'"), import->parts.row,
                                import->parts.part);
    default:
        mg_import_skip(import);
        import->joined_rows++;
        return MG_OK;
    }
}

static enum mg_code reject_count(struct mg_import *import, const struct mg_row *row, const char *code,
                                 size_t columns, struct mg_error *err)
{
    const char *message =
        row->expected ? _("%zu cells where such a line has %zu") : _("%zu cells where the header has %zu");
    return mg_import_reject(import, row, MG_IMPORT_WHOLE_ROW, code, err, message, row->count, columns);
}

/* Is the row one to deliver? If not, it has been accounted for. */
static enum mg_code judge(struct mg_import *import, const struct mg_row *row, bool corrected,
                          bool *ret_deliver, struct mg_error *err)
{
    size_t columns = row->expected ? row->expected : import->info->column_count;
    *ret_deliver = false;
    if (row->decoded)
        mg_import_see_decoded(import, row);
    if (row->defect && !row->count)
        return reject_defect(import, row, err);
    if (row->defect || row->suspect || row->footer) {
        enum mg_code code = mg_import_note_row(import, row, err);
        if (code || row->footer)
            return code;
    }
    if (is_empty(row)) {
        mg_import_skip(import);
        return MG_OK;
    }
    if (mg_table_repeats_header(import->info, row)) {
        mg_import_skip(import);
        return mg_import_issue(import, row, MG_IMPORT_WHOLE_ROW, "repeated-header", err, "%s",
                               _("the header again: not a row of the table"));
    }
    if (row->part && (row->part == MG_ROW_FOREIGN || !row->expected))
        return judge_part(import, row, err);
    if (row->count < columns) {
        import->short_row.line = row->line;
        import->short_row.cells = (int64_t)row->count;
        import->short_row.expected = (int64_t)columns;
        return reject_count(import, row, "missing-cell", columns, err);
    }
    if (!corrected && lacks_end(import, row))
        return mg_import_reject(import, row, MG_IMPORT_WHOLE_ROW, "missing-cell", err,
                                _("%zu cells where most rows have %zu"), row->count,
                                columns + import->info->surplus);
    if (row->count > columns && has_extra(import, row, columns))
        return reject_count(import, row, "extra-cell", columns, err);
    *ret_deliver = true;
    return MG_OK;
}

/* The row as it was corrected, if it was. */
static enum mg_code correct(struct mg_import *import, const struct mg_row **row, struct mg_error *err)
{
    bool corrected = false;
    enum mg_code code = mg_corrections_apply(import->corrections, *row, row, &corrected, err);
    import->corrected += corrected;
    return code || !corrected ? code
                              : mg_import_issue(import, *row, -1, "corrected-row", err, "%s",
                                                _("read from the corrections"));
}

void mg_import_see_types(struct mg_import *import, const struct mg_row *row)
{
    size_t kept = 0;
    for (size_t i = 0; i < import->typeless_count; i++) {
        size_t column = import->typeless[i];
        mg_type_see(&import->types[column], row->cells[column].text, row->cells[column].length);
        if (import->types[column].possible)
            import->typeless[kept++] = column;
    }
    import->typeless_count = kept;
}

enum mg_type mg_import_type_of(const struct mg_import *import, size_t column)
{
    static const enum mg_role codes[] = {MG_ROLE_POSTCODE, MG_ROLE_COMMUNE, MG_ROLE_CODE};
    enum mg_type type = mg_type_seen(&import->types[column]);
    if (type != MG_TYPE_INTEGER)
        return type;
    bool is_code = mg_meaning_is_code(import->meanings[column].meaning);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        is_code |= import->roles.column[codes[i]] == (int)column;
    return is_code ? MG_TYPE_TEXT : type;
}

static void count_filled(struct mg_import *import, const struct mg_row *row)
{
    for (size_t i = 0; i < import->info->column_count; i++)
        import->columns[i].filled += row->cells[i].length > 0;
}

/* A row of the table: judged, and what is seen in it noted when it is to be delivered. */
static enum mg_code take_row(struct mg_import *import, const struct mg_row **row, bool *ret_deliver,
                             struct mg_error *err)
{
    enum mg_code code = MG_OK;
    const struct mg_row *read = *row;
    import->short_row.line = 0;
    if (import->rows_read++ % PROGRESS_ROWS == 0)
        code = report(import, err);
    if (!code && import->corrections)
        code = correct(import, row, err);
    if (!code)
        code = judge(import, *row, *row != read, ret_deliver, err);
    if (!code && *ret_deliver && import->schema_columns)
        code = mg_import_check_schema(import, *row, ret_deliver, err);
    if (!code && *ret_deliver) {
        mg_import_see_types(import, *row);
        count_filled(import, *row);
        import->cog.row = import->cog.watched ? *row : NULL;
        import->cog.loaded = import->rows_loaded;
    }
    return code;
}

/* The communes of the row that was delivered last, if it was loaded. */
static enum mg_code see_last(struct mg_import *import, struct mg_error *err)
{
    const struct mg_row *row = import->cog.row;
    import->cog.row = NULL;
    return row && import->rows_loaded > import->cog.loaded ? mg_import_see_commune(import, row, err) : MG_OK;
}

enum mg_code mg_import_next(struct mg_import *import, const struct mg_row **ret_row, struct mg_error *err)
{
    bool deliver = false;
    enum mg_code noted = import->rows_read ? see_last(import, err) : mg_import_note_header(import, err);
    if (noted)
        return noted;
    while (!deliver) {
        const struct mg_row *row = NULL;
        enum mg_code code = mg_table_next(import->table, &row, err);
        if (code)
            return code;
        if (!row) {
            *ret_row = NULL;
            return MG_OK;
        }
        code = take_row(import, &row, &deliver, err);
        if (code)
            return code;
        *ret_row = row;
    }
    return MG_OK;
}

enum mg_code mg_import_restart(struct mg_import *import, struct mg_error *err)
{
    enum mg_code code = mg_db_exec(import->db, err, "ROLLBACK TO import");
    if (code)
        return code;
    import->rows_read = import->rows_loaded = import->rows_rejected = import->rows_skipped = import->issues =
        import->footer_rows = import->joined_rows = 0;
    memset(import->codes, 0, sizeof import->codes);
    memset(import->decoded, 0, sizeof import->decoded);
    import->corrected = 0;
    mg_profile_clear(&import->profile);
    mg_cog_codes_finish(&import->cog.codes);
    import->cog.codes = (struct mg_cog_codes){0};
    import->cog.row = NULL;
    for (size_t i = 0; i < import->info->column_count; i++)
        import->columns[i].filled = 0;
    import->first_version = import->last_version = 0;
    import->added = import->unchanged = import->gone = 0;
    if (import->schema_columns)
        mg_schema_restart(import->descriptor->schema);
    return mg_table_rewind(import->table, err);
}
