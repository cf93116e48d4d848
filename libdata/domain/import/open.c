/* Before anything is written: what is asked for, what the file is, what the dataset already holds. */
#include <string.h>
#include <sys/stat.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"
#include "libdata/domain/import/internal.h"
#include "libdata/geo/crs.h"
#include "libdata/io/json.h"
#include "libdata/io/sha256.h"

#define SAMPLE_ROWS 1000

static enum mg_code find_kind(struct mg_import *import, struct mg_error *err)
{
    const char *name = import->options->kind ? import->options->kind : "services";
    const struct mg_import_kind *const *kinds = import->options->kinds;
    for (size_t i = 0; kinds && kinds[i]; i++)
        if (!strcmp(kinds[i]->name, name)) {
            import->kind = kinds[i];
            return MG_OK;
        }
    MG_CLEANUP(mg_buf_finish) struct mg_buf list = {0};
    for (size_t i = 0; kinds && kinds[i]; i++)
        mg_buf_printf(&list, "%s%s", i ? ", " : "", kinds[i]->name);
    mg_fail(err, MG_ERR_USAGE, _("--as: '%s' cannot be imported"), name);
    mg_error_hint(err, _("this program imports: %s"), list.failed || !list.data ? "" : list.data);
    return MG_ERR_USAGE;
}

static enum mg_code check_takes(const struct mg_import *import, struct mg_error *err)
{
    const struct mg_import_options *o = import->options;
    const struct {
        const char *name;
        bool given;
        unsigned takes;
    } given[] = {
        {"--no-key", o->no_key, MG_IMPORT_TAKES_KEY},
        {"--crs", o->crs, MG_IMPORT_TAKES_PLACE},
        {"--ignore", o->ignore_count, MG_IMPORT_TAKES_IGNORE},
        {"--level", o->level, MG_IMPORT_TAKES_LEVEL},
        {"--valid-from", o->valid_from, MG_IMPORT_TAKES_VALID_FROM},
        {"--year", o->year, MG_IMPORT_TAKES_YEAR},
        {"--categories", o->categories, MG_IMPORT_TAKES_CATEGORIES},
        {"--questions", o->questions, MG_IMPORT_TAKES_ANSWERS},
        {"--missing", o->missing, MG_IMPORT_TAKES_ANSWERS},
        {"--scale", o->scale, MG_IMPORT_TAKES_ANSWERS},
    };
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        if (given[i].given && !(import->kind->takes & given[i].takes))
            return mg_fail(err, MG_ERR_USAGE, _("%s means nothing for --as %s"), given[i].name,
                           import->kind->name);
    return MG_OK;
}

static enum mg_code check_options(struct mg_import *import, struct mg_error *err)
{
    const struct mg_import_options *o = import->options;
    if (o->dataset && !mg_dataset_name_valid(o->dataset)) {
        mg_fail(err, MG_ERR_USAGE, _("--dataset: '%s' is not a name"), o->dataset);
        mg_error_hint(err, "%s", _("a name is made of a-z, 0-9, _ and -, and starts with a letter"));
        return MG_ERR_USAGE;
    }
    mg_date date;
    if (o->edition && !mg_date_parse_iso(o->edition, strlen(o->edition), &date)) {
        mg_fail(err, MG_ERR_USAGE, _("--edition: '%s' is not a date"), o->edition);
        mg_error_hint(err, "%s", _("write 2020, 2020-06 or 2020-06-30"));
        return MG_ERR_USAGE;
    }
    if (o->edition)
        mg_date_format(date, import->as_of);
    if (o->access && strcmp(o->access, "open") && strcmp(o->access, "restricted"))
        return mg_fail(err, MG_ERR_USAGE, _("--access: '%s' is neither open nor restricted"), o->access);
    if (o->crs && !mg_crs_from_name(o->crs, strlen(o->crs))) {
        mg_fail(err, MG_ERR_USAGE, _("--crs: '%s' is not a coordinate system that is known here"), o->crs);
        mg_error_hint(err, "%s", _("write WGS84, Lambert-93 or a number such as EPSG:2154"));
        return MG_ERR_USAGE;
    }
    enum mg_code code = find_kind(import, err);
    return code ? code : check_takes(import, err);
}

static enum mg_code watch_types(struct mg_import *import, struct mg_error *err)
{
    size_t count = import->info->column_count;
    import->types = mg_calloc(count + 1, sizeof *import->types);
    import->typeless = mg_calloc(count + 1, sizeof *import->typeless);
    if (!import->types || !import->typeless)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++) {
        import->types[i] = MG_TYPE_WATCH;
        import->typeless[import->typeless_count++] = i;
    }
    return MG_OK;
}

static enum mg_code open_table(struct mg_import *import, struct mg_error *err)
{
    struct mg_table_options table = import->options->table;
    table.keep_for_rewind = true;
    mg_table_destroy(import->table);
    import->table = NULL;
    enum mg_code code = mg_table_open(import->path, &table, &import->table, err);
    if (!code)
        import->info = mg_table_info(import->table);
    return code;
}

/* The columns are known: what a profile or the descriptor says of them. */
static enum mg_code take_presets(struct mg_import *import, struct mg_error *err)
{
    bool reopen = false;
    enum mg_code code = mg_import_take_presets(import, &reopen, err);
    if (!code && reopen) {
        code = mg_table_look_again(import->table, &import->options->table, err);
        import->info = mg_table_info(import->table);
    }
    if (!code)
        code = find_kind(import, err);
    if (!code)
        code = check_takes(import, err);
    if (!code)
        code = mg_import_take_ignored(import, err);
    return code ? code : mg_import_match_schema(import, err);
}

enum mg_code mg_import_prepare(struct mg_import *import, const char *path,
                               const struct mg_import_options *options, struct mg_error *err)
{
    import->asked = options;
    import->effective = *options;
    import->options = &import->effective;
    import->path = path;
    enum mg_code code = check_options(import, err);
    if (!code)
        code = mg_import_read_descriptor(import, err);
    if (!code)
        code = open_table(import, err);
    if (!code)
        code = take_presets(import, err);
    if (!code)
        code = watch_types(import, err);
    if (!code && options->corrections)
        code = mg_corrections_read(options->corrections, import->info, &import->corrections, err);
    return code ? code : mg_sample_read(import->table, SAMPLE_ROWS, &import->sample, err);
}

void mg_import_finish(struct mg_import *import)
{
    mg_corrections_destroy(import->corrections);
    mg_profile_finish(&import->profile);
    mg_cog_codes_finish(&import->cog.codes);
    mg_sample_finish(&import->sample);
    mg_table_destroy(import->table);
    mg_dataset_destroy(import->dataset);
    mg_import_presets_finish(import);
    free(import->columns);
    free(import->names);
    free(import->meanings);
    free(import->types);
    free(import->typeless);
}

enum mg_code mg_import_dataset_there(struct mg_import *import, bool *ret_there, struct mg_error *err)
{
    char **names = NULL;
    *ret_there = false;
    enum mg_code code = mg_dataset_names(import->db, NULL, &names, err);
    for (size_t i = 0; !code && names[i]; i++) {
        *ret_there = *ret_there || !strcmp(names[i], import->options->dataset);
        free(names[i]);
    }
    free(names);
    return code;
}

enum mg_code mg_import_find_dataset(struct mg_import *import, const struct mg_edition **ret_there,
                                    struct mg_error *err)
{
    bool there = false;
    *ret_there = NULL;
    enum mg_code code = mg_import_dataset_there(import, &there, err);
    if (!code && there)
        code = mg_dataset_load(import->db, import->options->dataset, &import->dataset, err);
    if (code || !there)
        return code;
    const struct mg_dataset *dataset = import->dataset;
    import->dataset_id = dataset->id;
    if (strcmp(dataset->kind, import->kind->name)) {
        mg_fail(err, MG_ERR_USAGE, _("dataset '%s' holds %s, not %s"), dataset->name, dataset->kind,
                import->kind->name);
        mg_error_hint(err, _("write --as %s, or give another --dataset"), dataset->kind);
        return MG_ERR_USAGE;
    }
    for (size_t i = 0; i < dataset->edition_count; i++) {
        const struct mg_edition *edition = &dataset->editions[i];
        int order = strcmp(edition->as_of, import->as_of);
        if (order < 0)
            import->previous = edition;
        else if (order == 0)
            *ret_there = edition;
        else if (!import->next)
            import->next = edition;
    }
    return MG_OK;
}

static enum mg_code check_required(const struct mg_import *import, struct mg_error *err)
{
    for (int role = 0; role < MG_ROLE_COUNT; role++) {
        if (!(import->kind->required & MG_ROLE_BIT(role)) || import->roles.column[role] >= 0)
            continue;
        mg_fail(err, MG_ERR_INPUT, _("no column could be the %s"), mg_role_name((enum mg_role)role));
        mg_error_hint(err, _("name it with --map %s=COLUMN"), mg_role_name((enum mg_role)role));
        return MG_ERR_INPUT;
    }
    return MG_OK;
}

/* One column of which nothing is known, or several none of which the dataset has: a page of an error, a
 * delimiter that was not found. */
static enum mg_code check_understood(const struct mg_import *import, struct mg_error *err)
{
    const struct mg_table_info *info = import->info;
    bool understood = info->has_geometry || (info->column_count > 1 && !import->dataset);
    for (int role = 0; role < MG_ROLE_COUNT; role++)
        understood = understood || import->roles.column[role] >= 0;
    for (size_t i = 0; i < info->column_count; i++)
        understood = understood || mg_dataset_field(import->dataset, import->names[i]) != NULL;
    if (understood || strcmp(import->kind->name, "services") != 0)
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, _("no column is understood; the first is called '%s'"), info->columns[0]);
    mg_error_hint(err, "%s",
                  _("is this the table? if so, say how it is to be read: --delimiter, --quote, --skip-lines,"
                    " --map name=COLUMN"));
    return MG_ERR_INPUT;
}

/* A table of counts with a column for each category: of them none is the column of figures, unless it is
 * said. */
static bool is_wide(const struct mg_import *import, const struct mg_map_option *maps, size_t map_count)
{
    for (size_t i = 0; i < map_count; i++)
        if (maps[i].role == MG_ROLE_SCORE)
            return false;
    return import->kind->takes & MG_IMPORT_TAKES_CATEGORIES &&
           (import->options->categories || import->roles.column[MG_ROLE_CATEGORY] < 0);
}

enum mg_code mg_import_find_roles(struct mg_import *import, struct mg_error *err)
{
    const struct mg_import_options *o = import->options;
    struct mg_map_option maps[2 * MG_ROLE_COUNT + MG_KEY_PARTS];
    size_t map_count = 0;
    enum mg_code code = mg_import_name_columns(import, err);
    if (code)
        return code;
    if (import->kind->known)
        map_count = import->kind->known(import, maps);
    if (map_count == SIZE_MAX)
        return mg_fail_memory(err);
    for (size_t i = 0; i < o->map_count && map_count < 2 * MG_ROLE_COUNT; i++)
        maps[map_count++] = o->maps[i];
    map_count = mg_import_preset_maps(import, maps, map_count);
    const struct mg_roles_request request = {
        .columns = import->names,
        .written = import->info->columns,
        .sample = &import->sample,
        .wanted = import->kind->roles,
        .dataset = import->dataset,
        .maps = maps,
        .map_count = map_count,
        .no_key = o->no_key,
        .cut_names = import->info->cut_names,
        .may_have_key_parts = import->kind->takes & MG_IMPORT_TAKES_KEY_PARTS,
        .has_geometry = import->info->has_geometry,
    };
    import->meanings = mg_calloc(import->info->column_count + 1, sizeof *import->meanings);
    code = import->meanings ? mg_roles_find(&request, &import->roles, import->meanings, err)
                            : mg_fail_memory(err);
    if (!code && is_wide(import, maps, map_count))
        import->roles.column[MG_ROLE_SCORE] = -1;
    if (!code)
        code = check_required(import, err);
    return code ? code : check_understood(import, err);
}

static void add_member(struct mg_buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    mg_buf_printf(out, "%s\"%s\":", out->length > 1 ? "," : "", name);
    mg_json_add_string(out, value, strlen(value));
}

enum mg_code mg_import_options_text(const struct mg_import *import, struct mg_buf *out, struct mg_error *err)
{
    const struct mg_import_options *o = import->asked;
    char delimiter[] = {o->table.delimiter, '\0'};
    mg_buf_add_char(out, '{');
    for (int role = 0; role < MG_ROLE_COUNT; role++)
        for (size_t i = 0; i < o->map_count; i++)
            if ((int)o->maps[i].role == role) {
                char name[32];
                bool again = false;
                for (size_t k = 0; k < i; k++)
                    again = again || (int)o->maps[k].role == role;
                snprintf(name, sizeof name, again ? "map %s %zu" : "map %s", mg_role_name((enum mg_role)role),
                         i);
                add_member(out, name, o->maps[i].column);
            }
    add_member(out, "no-key", o->no_key ? "yes" : NULL);
    add_member(out, "no-header", o->table.no_header ? "yes" : NULL);
    add_member(out, "encoding", o->table.encoding);
    add_member(out, "delimiter", *delimiter ? delimiter : NULL);
    add_member(out, "quote", o->table.quote);
    add_member(out, "repair", o->table.repair ? "yes" : NULL);
    if (o->table.skip_lines)
        mg_buf_printf(out, "%s\"skip-lines\":%d", out->length > 1 ? "," : "", o->table.skip_lines);
    add_member(out, "layer", o->table.layer);
    add_member(out, "crs", o->crs);
    add_member(out, "level", o->level);
    add_member(out, "valid-from", o->valid_from);
    add_member(out, "year", o->year);
    add_member(out, "categories", o->categories);
    add_member(out, "questions", o->questions);
    add_member(out, "missing", o->missing);
    add_member(out, "scale", o->scale);
    add_member(out, "profile", o->profile);
    if (o->descriptor) {
        const char *resource = strrchr(o->descriptor, '#');
        add_member(out, "descriptor", import->descriptor_sha256);
        add_member(out, "resource", resource ? resource + 1 : NULL);
    }
    add_member(out, "strict-schema", o->strict_schema ? "yes" : NULL);
    for (size_t i = 0; i < o->ignore_count; i++) {
        mg_buf_add_str(out, i ? "," : out->length > 1 ? ",\"ignore\":[" : "\"ignore\":[");
        mg_json_add_string(out, o->ignore[i], strlen(o->ignore[i]));
        if (i + 1 == o->ignore_count)
            mg_buf_add_char(out, ']');
    }
    if (o->corrections) {
        char digest[65];
        enum mg_code code = mg_sha256_file(o->corrections, digest, err);
        if (code)
            return code;
        add_member(out, "corrections", digest);
    }
    mg_buf_add_char(out, '}');
    return mg_buf_check(out, err);
}

enum mg_code mg_import_digest(struct mg_import *import, char ret_hex[65], struct mg_error *err)
{
    struct stat status;
    if (strcmp(import->path, "-") && !stat(import->path, &status) && S_ISREG(status.st_mode))
        return mg_sha256_file(import->path, ret_hex, err);
    const struct mg_row *row = NULL;
    do {
        enum mg_code code = mg_table_next(import->table, &row, err);
        if (code)
            return code;
    } while (row);
    memcpy(ret_hex, import->info->sha256, 65);
    return MG_OK;
}
