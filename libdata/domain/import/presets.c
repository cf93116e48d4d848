#include "libdata/domain/import/presets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/io/sha256.h"

static enum mg_code digest(struct mg_import *import, struct mg_error *err)
{
    MG_FREE char *path = mg_strdup(import->asked->descriptor);
    if (!path)
        return mg_fail_memory(err);
    path[strcspn(path, "#")] = '\0';
    return mg_sha256_file(path, import->descriptor_sha256, err);
}

enum mg_code mg_import_read_descriptor(struct mg_import *import, struct mg_error *err)
{
    struct mg_import_options *o = &import->effective;
    if (!o->descriptor && o->strict_schema)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("--strict-schema means nothing without --descriptor"));
    if (!o->descriptor)
        return MG_OK;
    enum mg_code code = mg_descriptor_load(o->descriptor, import->path, &import->descriptor, err);
    if (!code)
        code = digest(import, err);
    if (code)
        return code;
    const struct mg_descriptor *d = import->descriptor;
    if (!o->table.encoding)
        o->table.encoding = d->encoding;
    if (!o->table.delimiter)
        o->table.delimiter = d->delimiter;
    if (!o->table.skip_lines)
        o->table.skip_lines = d->skip_lines;
    o->table.no_header = o->table.no_header || d->no_header;
    if (!o->kind)
        o->kind = d->kind;
    if (d->access && strcmp(d->access, "open") && strcmp(d->access, "restricted"))
        return mg_fail(err, MG_ERR_INPUT, "%s",
                       _("descriptor: maillage:access is neither open nor restricted"));
    return MG_OK;
}

static bool key_is_mapped(const struct mg_import_options *o)
{
    for (size_t i = 0; i < o->map_count; i++)
        if (o->maps[i].role == MG_ROLE_KEY)
            return true;
    return false;
}

static enum mg_code find_profile(struct mg_import *import, struct mg_error *err)
{
    const struct mg_import_options *o = import->asked;
    const char *kind = o->kind;
    if (o->profile && !strcmp(o->profile, "none"))
        return MG_OK;
    if (o->profile)
        return mg_national_load(o->profile, &import->national, err);
    if (o->descriptor || o->table.no_header)
        return MG_OK;
    const char *first = import->info->first_cell, *const *names = import->info->columns;
    bool headless = import->info->found_no_header; /* the first cell may say it, as a name would */
    enum mg_code code = mg_national_recognise(
        headless ? &first : names, headless ? 1 : import->info->column_count, &import->national, err);
    if (!code && import->national && kind && strcmp(import->national->kind, kind)) {
        mg_national_destroy(import->national);
        import->national = NULL;
    }
    return code;
}

/* Some cut the first line off, which says what the file is: then the first line is a row. */
static bool begins_with_rows(const struct mg_import *import)
{
    const char *rows = import->national->rows;
    const struct mg_table_info *info = import->info;
    return rows && info->column_count &&
           !strcmp(info->found_no_header ? info->first_cell : info->labels[0], rows);
}

static void join_lines(struct mg_import *import)
{
    const struct mg_national *profile = import->national;
    if (!profile->join.count)
        return;
    import->parts = (struct mg_table_parts){
        .row = profile->rows,
        .part = profile->join.items[0],
        .key = (size_t)mg_national_position(&profile->names, profile->join.items[1]),
        .names = profile->join.items + 2,
        .name_count = profile->join.count - 2,
    };
    import->effective.table.parts = &import->parts;
}

enum mg_code mg_import_take_presets(struct mg_import *import, bool *ret_reopen, struct mg_error *err)
{
    struct mg_import_options *o = &import->effective;
    *ret_reopen = false;
    enum mg_code code = find_profile(import, err);
    const struct mg_national *profile = import->national;
    if (code || !profile)
        return code;
    if (!o->kind)
        o->kind = profile->kind;
    if (!o->level)
        o->level = profile->level;
    if (!o->crs)
        o->crs = profile->crs;
    o->no_key = o->no_key || (profile->no_key && !key_is_mapped(o));
    if (profile->names.count && !o->table.no_header) {
        o->table.no_header = true;
        o->table.names = profile->names.items;
        o->table.name_count = profile->names.count;
        if (!o->table.skip_lines && !begins_with_rows(import))
            o->table.skip_lines = 1;
        join_lines(import);
        *ret_reopen = true;
    }
    return MG_OK;
}

enum mg_code mg_import_take_ignored(struct mg_import *import, struct mg_error *err)
{
    struct mg_import_options *o = &import->effective;
    if (!import->national || o->ignore_count || !(import->kind->takes & MG_IMPORT_TAKES_IGNORE))
        return MG_OK;
    const struct mg_national_list *list = &import->national->ignore;
    import->ignored = mg_calloc(list->count + 1, sizeof *import->ignored);
    if (!import->ignored)
        return mg_fail_memory(err);
    for (size_t i = 0; i < list->count; i++) {
        int column = mg_import_find_column(import, list->items[i]);
        if (column >= 0)
            import->ignored[o->ignore_count++] = import->info->columns[column];
    }
    o->ignore = import->ignored;
    return MG_OK;
}

static bool is_place(enum mg_role role)
{
    return role == MG_ROLE_LON || role == MG_ROLE_LAT || role == MG_ROLE_LONLAT || role == MG_ROLE_X ||
           role == MG_ROLE_Y || role == MG_ROLE_CRS;
}

/* Have earlier editions settled it? The column has another role already, or none though no other had this
 * one; or a column of this file has the role. A column that had none may take the place of one that is gone.
 */
static bool is_settled(const struct mg_import *import, enum mg_role role, const char *column)
{
    const struct mg_dataset *dataset = import->dataset;
    bool known = false, had = false;
    for (size_t i = 0; dataset && i < dataset->field_count; i++) {
        const struct mg_field *field = &dataset->fields[i];
        bool same = !strcmp(field->name, column),
             has = field->role && !strcmp(field->role, mg_role_name(role));
        if (same && field->role)
            return true;
        for (size_t k = 0; has && k < import->info->column_count; k++)
            if (!strcmp(import->info->columns[k], field->name))
                return true;
        known = known || same;
        had = had || has;
    }
    return known && !had;
}

static bool is_free(const struct mg_import *import, enum mg_role role, const char *column,
                    const struct mg_map_option *maps, size_t count)
{
    bool degrees = false;
    if (!(import->kind->roles & MG_ROLE_BIT(role)) || (role == MG_ROLE_KEY && import->options->no_key) ||
        (is_place(role) && import->info->has_geometry))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (maps[i].role == role || !strcmp(maps[i].column, column))
            return false;
        degrees = degrees || maps[i].role == MG_ROLE_LON || maps[i].role == MG_ROLE_LONLAT;
    }
    /* one way to a place is enough */
    if (degrees && (role == MG_ROLE_LONLAT || role == MG_ROLE_X || role == MG_ROLE_Y || role == MG_ROLE_CRS))
        return false;
    return !is_settled(import, role, column);
}

static size_t add(const struct mg_import *import, enum mg_role role, int column, struct mg_map_option *maps,
                  size_t count)
{
    if (column >= 0 && is_free(import, role, import->info->columns[column], maps, count))
        maps[count++] = (struct mg_map_option){role, import->info->columns[column]};
    return count;
}

static bool has_key(const struct mg_import *import, const struct mg_map_option *maps, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (maps[i].role == MG_ROLE_KEY)
            return true;
    for (size_t i = 0; import->dataset && i < import->dataset->field_count; i++) {
        const struct mg_field *field = &import->dataset->fields[i];
        if (field->key_part || (field->role && !strcmp(field->role, mg_role_name(MG_ROLE_KEY))))
            return true;
    }
    return false;
}

/* A primary key of several fields: its columns are the key, as if --map key had named each. */
static size_t add_key(const struct mg_import *import, struct mg_map_option *maps, size_t count)
{
    size_t parts;
    const size_t *key = mg_schema_key(import->descriptor->schema, &parts);
    if (parts < 2 || parts > MG_KEY_PARTS || !(import->kind->takes & MG_IMPORT_TAKES_KEY_PARTS) ||
        import->options->no_key || has_key(import, maps, count))
        return count;
    for (size_t i = 0; i < parts; i++)
        maps[count++] =
            (struct mg_map_option){MG_ROLE_KEY, import->info->columns[import->schema_columns[key[i]]]};
    return count;
}

size_t mg_import_preset_maps(const struct mg_import *import, struct mg_map_option *maps, size_t count)
{
    const struct mg_national *profile = import->national;
    size_t fields = import->schema_columns ? mg_schema_field_count(import->descriptor->schema) : 0;
    for (size_t i = 0; i < fields; i++) {
        int role = mg_schema_field(import->descriptor->schema, i)->role;
        if (role >= 0)
            count = add(import, (enum mg_role)role, import->schema_columns[i], maps, count);
    }
    if (fields)
        count = add_key(import, maps, count);
    for (size_t i = 0; profile && i < profile->map_count; i++) {
        const struct mg_national_list *columns = &profile->maps[i].columns;
        int column = -1;
        for (size_t k = 0; k < columns->count && column < 0; k++)
            column = mg_import_find_column(import, columns->items[k]);
        count = add(import, profile->maps[i].role, column, maps, count);
    }
    return count;
}

static int column_of_field(const struct mg_import *import, const char *name)
{
    for (size_t i = 0; i < import->info->column_count; i++)
        if (!strcmp(import->info->columns[i], name))
            return (int)i;
    return mg_import_find_column(import, name);
}

enum mg_code mg_import_match_schema(struct mg_import *import, struct mg_error *err)
{
    const struct mg_schema *schema = import->descriptor ? import->descriptor->schema : NULL;
    size_t count = schema ? mg_schema_field_count(schema) : 0;
    if (!schema)
        return MG_OK;
    import->schema_columns = mg_calloc(count, sizeof *import->schema_columns);
    if (!import->schema_columns)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct mg_schema_field *field = mg_schema_field(schema, i);
        int column = column_of_field(import, field->name);
        if (column < 0 && import->options->table.no_header && i < import->info->column_count)
            column = (int)i;
        import->schema_columns[i] = column;
        if (column < 0 && (field->required || import->options->strict_schema)) {
            mg_fail(err, MG_ERR_INPUT,
                    _("missing-label: there is no column '%s', which the descriptor asks for"), field->name);
            mg_error_at(err, import->info->header_line, 0, 0, NULL);
            return MG_ERR_INPUT;
        }
    }
    return MG_OK;
}

/* What is wrong with a cell, or a row: told, and the row refused or kept. broken: NULL in an import. */
static enum mg_code report(struct mg_import *import, const struct mg_row *row, int column, bool whole_row,
                           const char *error, const char *why, bool deliver, struct mg_import_broken *broken,
                           struct mg_error *err)
{
    int of = whole_row ? MG_IMPORT_WHOLE_ROW : column;
    if (!broken)
        return deliver ? mg_import_issue(import, row, of, error, err, "%s", why)
                       : mg_import_reject(import, row, of, error, err, "%s", why);
    if (!broken[column].n++)
        snprintf(broken[column].first, sizeof broken[column].first, _("line %" PRId64 ": %s: %s"), row->line,
                 error, why);
    return MG_OK;
}

static struct mg_cell trimmed(const struct mg_row *row, int column)
{
    struct mg_cell cell;
    cell.text = mg_text_trim(row->cells[column].text, row->cells[column].length, &cell.length);
    return cell;
}

/* A primary key of several fields, all of whose cells an earlier row has. */
static enum mg_code check_key(struct mg_import *import, const struct mg_row *row, bool *ret_deliver,
                              struct mg_import_broken *broken, struct mg_error *err)
{
    struct mg_schema *schema = import->descriptor->schema;
    size_t count;
    const size_t *key = mg_schema_key(schema, &count);
    if (!count || !*ret_deliver)
        return MG_OK;
    MG_FREE struct mg_cell *cells = mg_calloc(count, sizeof *cells);
    if (!cells)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        cells[i] = trimmed(row, import->schema_columns[key[i]]);
    bool is_new = true;
    enum mg_code code = mg_schema_check_key(schema, cells, &is_new, err);
    if (code || is_new)
        return code;
    *ret_deliver = false;
    return report(import, row, import->schema_columns[key[0]], true, "primary-key",
                  _("its primary key is that of an earlier row"), false, broken, err);
}

/* broken: NULL in an import, whose issues and rejects they become. */
static enum mg_code check_schema(struct mg_import *import, const struct mg_row *row, bool *ret_deliver,
                                 struct mg_import_broken *broken, struct mg_error *err)
{
    struct mg_schema *schema = import->descriptor->schema;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < mg_schema_field_count(schema) && !code && *ret_deliver; i++) {
        int column = import->schema_columns[i];
        char why[MG_SCHEMA_WHY];
        const char *error = NULL;
        if (column < 0)
            continue;
        struct mg_cell cell = trimmed(row, column);
        code = mg_schema_check(schema, i, cell.text, cell.length, &error, why, err);
        if (code || !error)
            continue;
        bool key = import->roles.column[MG_ROLE_KEY] == column || mg_schema_field(schema, i)->key;
        *ret_deliver = !import->options->strict_schema && !(key && strcmp(error, "type-error"));
        code = report(import, row, column, false, error, why, *ret_deliver, broken, err);
    }
    return code ? code : check_key(import, row, ret_deliver, broken, err);
}

enum mg_code mg_import_check_schema(struct mg_import *import, const struct mg_row *row, bool *ret_deliver,
                                    struct mg_error *err)
{
    return check_schema(import, row, ret_deliver, NULL, err);
}

enum mg_code mg_import_try_schema(struct mg_import *import, const struct mg_row *row,
                                  struct mg_import_broken *broken, bool *ret_refused, struct mg_error *err)
{
    bool deliver = true;
    enum mg_code code = check_schema(import, row, &deliver, broken, err);
    *ret_refused = !deliver;
    return code;
}

/* The columns that the descriptor declares open. */
static enum mg_code open_fields(struct mg_import *import, struct mg_error *err)
{
    const struct mg_schema *schema = import->descriptor->schema;
    enum mg_code code = MG_OK;
    for (size_t i = 0; schema && i < mg_schema_field_count(schema) && !code; i++)
        if (mg_schema_field(schema, i)->open && import->schema_columns[i] >= 0)
            code = mg_db_run(import->db, MG_SQL_FIELD_SET_OPEN, err, "it", import->dataset_id,
                             import->info->columns[import->schema_columns[i]]);
    return code;
}

enum mg_code mg_import_store_presets(struct mg_import *import, struct mg_error *err)
{
    const struct mg_descriptor *d = import->descriptor;
    const struct mg_national *p = import->national;
    enum mg_code code = MG_OK;
    if (!d && !p)
        return MG_OK;
    code = mg_db_run(import->db, MG_SQL_DATASET_DESCRIBE, err, "itttt", import->dataset_id,
                     d ? d->title : p->title, d ? d->producer : p->producer, d ? d->licence : p->licence,
                     d && !import->dataset && !import->asked->access ? d->access : NULL);
    if (!code)
        code = mg_db_run(import->db, MG_SQL_EDITION_SET_PRESETS, err, "itt", import->edition,
                         p ? p->name : NULL, d ? import->descriptor_sha256 : NULL);
    return code || !d ? code : open_fields(import, err);
}

void mg_import_presets_finish(struct mg_import *import)
{
    mg_national_destroy(import->national);
    mg_descriptor_destroy(import->descriptor);
    free(import->ignored);
    free(import->schema_columns);
}
