/* maillage import: one file into the maillage file, as a dated edition of a dataset. */
#include "libdata/domain/import/import.h"
#include "libdata/domain/columns/national.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/tool.h"
#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"
#include "libdata/domain/import/corrections.h"

#define MAX_LIST 256 /* values of one option */

struct list {
    const char *items[MAX_LIST];
    size_t count;
    char *text; /* owned: the items point into it */
};

struct args {
    struct mg_import_options import;
    struct mg_map_option maps[MG_ROLE_COUNT];
    struct list open_fields;
    const char *ignored[MAX_LIST];
    const char *rejects_path;
    bool dry_run, list_profiles;
};

static const struct mg_option options[] = {
    {"dataset", 0, N_("NAME"), N_("the dataset this file is an edition of (a-z, 0-9, _ and -)")},
    {"edition", 0, N_("DATE"), N_("the date it describes: 2020, 2020-06 or 2020-06-30")},
    {"as", 0, N_("KIND"), N_("what it holds: services (the default), or another kind")},
    {"map", 0, N_("ROLE=COLUMN"), N_("the column that has a role: key, name, commune, lon... (repeat)")},
    {"no-key", 0, NULL, N_("no column identifies a service from one edition to the next")},
    {"no-header", 0, NULL, N_("the first line is data; columns are column_1, column_2...")},
    {"encoding", 0, N_("NAME"), N_("UTF-8, UTF-16, CP1252, LATIN1, ISO-8859-15, MACINTOSH, CP850")},
    {"delimiter", 0, N_("CHAR"), N_("; , tab | or another sign; else found")},
    {"quote", 0, N_("CHAR"), N_("\" or ', or none: quotes are text; else found")},
    {"repair", 0, NULL, N_("repair text that a wrong encoding has garbled (\303\203\302\251 for \303\251)")},
    {"skip-lines", 0, N_("N"), N_("lines before the header")},
    {"crs", 0, N_("SYSTEM"), N_("of the coordinates: EPSG:2154, Lambert-93, WGS84...; else found")},
    {"layer", 0, N_("NAME"), N_("the layer or sheet, in a file that has several")},
    {"level", 0, N_("LEVEL"), N_("commune, epci, arrondissement, departement or region")},
    {"valid-from", 0, N_("DATE"), N_("territories: from when this list is valid (the edition's date)")},
    {"year", 0, N_("YEAR"), N_("populations: the year counted (the edition's)")},
    {"categories", 0, N_("A,B,c*"), N_("counts: the columns that count, in a wide table")},
    {"questions", 0, N_("A,B,q*"), N_("responses: the columns that are questions")},
    {"missing", 0, N_("9,99,NA"), N_("responses: answers that are none")},
    {"scale", 0, N_("LOW:HIGH"), N_("responses: the scale of the answers, such as 1:5")},
    {"descriptor", 0, N_("FILE"), N_("datapackage.json or Table Schema that describes the file")},
    {"strict-schema", 0, NULL, N_("refuse what breaks the descriptor's schema, not only doubt it")},
    {"profile", 0, N_("NAME"), N_("the national file that it is, or none; else found by its columns")},
    {"list-profiles", 0, NULL, N_("print the national files that are known, and load nothing")},
    {"access", 0, N_("open|restricted"),
     N_("who may see the dataset; restricted until it is said to be open")},
    {"open-fields", 0, N_("A,B"), N_("further columns that an open dataset shows")},
    {"producer", 0, N_("MINISTRY"), N_("who produces the dataset")},
    {"ignore", 0, N_("COLUMN"), N_("keep the column, but do not compare it between editions (repeat)")},
    {"max-rejects", 0, N_("N|P%"), N_("refused rows up to which the others are loaded (1%)")},
    {"rejects", 0, N_("FILE"), N_("write the refused rows there, to be corrected: CSV, or .jsonl")},
    {"corrections", 0, N_("FILE"), N_("such a file, corrected: its rows are read instead of those refused")},
    {"strict", 0, NULL, N_("refuse an edition that departs from the one before it")},
    {"dry-run", 0, NULL, N_("show what the columns are taken for, load nothing")},
    {"replace", 0, NULL, N_("put the file in the place of the edition of that date")},
    {0},
};

static enum mg_code add_map(struct args *args, const char *value, struct mg_error *err)
{
    const char *equals = strchr(value, '=');
    enum mg_role role;
    if (!equals || !equals[1])
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not ROLE=COLUMN"), value);
    if (!mg_role_from_name(value, (size_t)(equals - value), &role)) {
        MG_CLEANUP(mg_buf_finish) struct mg_buf names = {0};
        for (int i = 0; i < MG_ROLE_COUNT; i++)
            mg_buf_printf(&names, "%s%s", i ? ", " : "", mg_role_name((enum mg_role)i));
        mg_fail(err, MG_ERR_USAGE, _("'%.*s' is not a role"), (int)(equals - value), value);
        mg_error_hint(err, _("the roles are: %s"), names.failed ? "" : names.data);
        return MG_ERR_USAGE;
    }
    if (args->import.map_count == MG_ROLE_COUNT)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("more columns than there are roles"));
    args->maps[args->import.map_count++] = (struct mg_map_option){role, equals + 1};
    args->import.maps = args->maps;
    return MG_OK;
}

static enum mg_code split(struct list *list, const char *value, struct mg_error *err)
{
    free(list->text);
    list->text = mg_strdup(value);
    list->count = 0;
    if (!list->text)
        return mg_fail_memory(err);
    for (char *at = list->text; at; list->count++) {
        if (list->count == MAX_LIST)
            return mg_fail(err, MG_ERR_USAGE, _("more than %d names"), MAX_LIST);
        list->items[list->count] = strsep(&at, ",");
    }
    return MG_OK;
}

static enum mg_code set_max_rejects(struct mg_import_options *import, const char *value, struct mg_error *err)
{
    size_t length = strlen(value);
    double percent;
    int64_t rows;
    if (length && value[length - 1] == '%' && mg_num_parse_f64_comma(value, length - 1, &percent) &&
        percent >= 0 && percent <= 100) {
        import->max_reject_rows = -1;
        import->max_reject_share = percent / 100;
        return MG_OK;
    }
    if (mg_num_parse_i64(value, length, &rows) && rows >= 0) {
        import->max_reject_rows = rows;
        return MG_OK;
    }
    return mg_fail(err, MG_ERR_USAGE, _("'%s' is neither a number of rows nor a share such as 1%%"), value);
}

static enum mg_code set_delimiter(struct mg_table_options *table, const char *value, struct mg_error *err)
{
    if (!strcmp(value, "tab") || !strcmp(value, "\\t"))
        table->delimiter = '\t';
    else if (strlen(value) == 1)
        table->delimiter = *value;
    else
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not one character, nor tab"), value);
    return MG_OK;
}

static enum mg_code set_skip_lines(struct mg_table_options *table, const char *value, struct mg_error *err)
{
    int64_t lines;
    if (!mg_num_parse_i64(value, strlen(value), &lines) || lines < 0 || lines > 1000000)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not a number of lines"), value);
    table->skip_lines = (int)lines;
    return MG_OK;
}

static enum mg_code add_ignored(struct args *args, const char *value, struct mg_error *err)
{
    if (args->import.ignore_count == MAX_LIST)
        return mg_fail(err, MG_ERR_USAGE, _("more than %d columns"), MAX_LIST);
    args->ignored[args->import.ignore_count++] = value;
    args->import.ignore = args->ignored;
    return MG_OK;
}

/* The options whose value is kept as it is. */
static const char **plain(struct args *args, const char *name)
{
    struct mg_import_options *import = &args->import;
    const struct {
        const char *name;
        const char **value;
    } all[] = {
        {"dataset", &import->dataset},
        {"edition", &import->edition},
        {"as", &import->kind},
        {"encoding", &import->table.encoding},
        {"quote", &import->table.quote},
        {"layer", &import->table.layer},
        {"crs", &import->crs},
        {"level", &import->level},
        {"valid-from", &import->valid_from},
        {"year", &import->year},
        {"categories", &import->categories},
        {"questions", &import->questions},
        {"missing", &import->missing},
        {"scale", &import->scale},
        {"access", &import->access},
        {"producer", &import->producer},
        {"rejects", &args->rejects_path},
        {"profile", &import->profile},
        {"descriptor", &import->descriptor},
        {"corrections", &import->corrections},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].name, name))
            return all[i].value;
    return NULL;
}

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct args *args = context;
    const char **text = plain(args, name);
    if (text)
        *text = value;
    else if (!strcmp(name, "map"))
        return add_map(args, value, err);
    else if (!strcmp(name, "no-key"))
        args->import.no_key = true;
    else if (!strcmp(name, "no-header"))
        args->import.table.no_header = true;
    else if (!strcmp(name, "repair"))
        args->import.table.repair = true;
    else if (!strcmp(name, "delimiter"))
        return set_delimiter(&args->import.table, value, err);
    else if (!strcmp(name, "skip-lines"))
        return set_skip_lines(&args->import.table, value, err);
    else if (!strcmp(name, "open-fields"))
        return split(&args->open_fields, value, err);
    else if (!strcmp(name, "ignore"))
        return add_ignored(args, value, err);
    else if (!strcmp(name, "max-rejects"))
        return set_max_rejects(&args->import, value, err);
    else if (!strcmp(name, "dry-run"))
        args->dry_run = true;
    else if (!strcmp(name, "strict"))
        args->import.strict = true;
    else if (!strcmp(name, "list-profiles"))
        args->list_profiles = true;
    else if (!strcmp(name, "strict-schema"))
        args->import.strict_schema = true;
    else if (!strcmp(name, "replace"))
        args->import.replace = true;
    else
        return mg_fail(err, MG_ERR_USAGE, "%s", _("it is not built yet"));
    return MG_OK;
}

/* Rows against the previous edition; null where there is none, or no key. */
static void write_comparison(struct mg_out *out, const struct mg_import_result *result)
{
    const struct {
        const char *key;
        bool known;
        int64_t n;
    } figures[] = {
        {"unchanged", result->compared, result->unchanged},
        {"changed", result->keyed, result->changed},
        {"new", result->keyed, result->added - result->changed},
        {"gone", result->keyed, result->gone - result->changed},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (figures[i].known && *result->previous)
            mg_out_int(out, figures[i].key, figures[i].n);
        else
            mg_out_null(out, figures[i].key);
}

static void write_anomalies(struct mg_out *out, const struct mg_anomalies *anomalies)
{
    const char *told[MG_ANOMALIES];
    for (size_t i = 0; i < anomalies->count; i++)
        told[i] = anomalies->list[i].told;
    mg_out_list(out, "anomalies", told, anomalies->count);
}

static enum mg_code write_edition(struct mg_out *out, const struct mg_import_result *result,
                                  struct mg_error *err)
{
    mg_out_begin(out, "edition");
    mg_out_text(out, "dataset", result->dataset);
    mg_out_text(out, "edition", result->edition);
    mg_out_text(out, "previous", *result->previous ? result->previous : NULL);
    mg_out_int(out, "rows_read", result->rows_read);
    mg_out_int(out, "rows_loaded", result->rows_loaded);
    mg_out_int(out, "rows_rejected", result->rows_rejected);
    mg_out_int(out, "rows_skipped", result->rows_skipped);
    mg_out_int(out, "issues", result->issues);
    mg_out_text(out, "sha256", result->sha256);
    mg_out_bool(out, "already_loaded", result->already_loaded);
    mg_out_bool(out, "replaced", result->replaced);
    write_comparison(out, result);
    write_anomalies(out, &result->anomalies);
    return mg_out_end_record(out, err);
}

static void say_roles(const struct mg_import_result *result)
{
    for (int role = 0; role < MG_ROLE_COUNT; role++)
        if (*result->role_columns[role])
            mg_tool_note(_("%s: column '%s' (confidence %.2f)"), mg_role_name((enum mg_role)role),
                         result->role_columns[role], result->roles.confidence[role]);
}

static void say_replaced(const struct mg_import_result *result)
{
    mg_tool_say(_("the edition of %s that was there is replaced"), result->edition);
    if (result->events_dropped || result->links_dropped)
        mg_tool_say(_("%" PRId64 " events and %" PRId64 " links with it are gone: run diff-history again"),
                    result->events_dropped, result->links_dropped);
}

static void say_profile(const char *profile, const char *title)
{
    if (*profile)
        mg_tool_say(_("this is %s (--profile %s)"), title, profile);
}

/* What a person wants to know of it. */
static void say_result(const struct mg_import_result *result)
{
    if (result->already_loaded) {
        mg_tool_say(_("%s %s is already there, from this very file: nothing to do"), result->dataset,
                    result->edition);
        return;
    }
    if (result->odd_form)
        mg_tool_say("%s", result->form);
    else
        mg_tool_note("%s", result->form);
    say_profile(result->profile, result->profile_title);
    say_roles(result);
    mg_tool_say(
        _("%s %s: %" PRId64 " rows read, %" PRId64 " loaded, %" PRId64 " rejected, %" PRId64 " skipped"),
        result->dataset, result->edition, result->rows_read, result->rows_loaded, result->rows_rejected,
        result->rows_skipped);
    if (result->keyed)
        mg_tool_say(
            _("against %s: %" PRId64 " unchanged, %" PRId64 " changed, %" PRId64 " new, %" PRId64 " gone"),
            result->previous, result->unchanged, result->changed, result->added - result->changed,
            result->gone - result->changed);
    else if (result->compared && *result->previous)
        mg_tool_say(
            _("against %s: %" PRId64 " unchanged, %" PRId64 " new or changed, %" PRId64 " gone or changed"),
            result->previous, result->unchanged, result->added, result->gone);
    if (result->replaced)
        say_replaced(result);
    for (size_t i = 0; i < result->anomalies.count; i++)
        mg_tool_say(_("anomaly: %s"), result->anomalies.list[i].message);
    for (size_t i = 0; i < MG_IMPORT_CODES && result->issue_codes[i].n; i++)
        mg_tool_say(_("issue %s: %" PRId64), result->issue_codes[i].code, result->issue_codes[i].n);
}

static enum mg_code check(const struct mg_common *common, const struct args *args, int operand_count,
                          struct mg_error *err)
{
    if (!operand_count)
        return mg_fail(err, MG_ERR_USAGE, _("what to work on is missing: %s"), _("FILE"));
    if (!args->dry_run && !common->db_path)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("no maillage file: give one with -d, or set MAILLAGE_DB"));
    if (!args->import.dataset || !args->import.edition) {
        mg_fail(err, MG_ERR_USAGE, "%s",
                args->import.dataset ? _("--edition DATE is needed") : _("--dataset NAME is needed"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static void say_source(const struct mg_import_source *source)
{
    const char *delimiter = *source->delimiter == '\t' ? "tab" : source->delimiter;
    if (*delimiter)
        mg_tool_say(_("%s in %s, delimiter %s: %" PRId64 " rows, to import as %s"), source->format,
                    source->encoding, delimiter, source->rows, source->kind);
    else
        mg_tool_say(_("%s: %" PRId64 " rows, to import as %s"), source->format, source->rows, source->kind);
    if (*source->form)
        mg_tool_say("%s", source->form);
    say_profile(source->profile, source->profile_title);
    if (source->uneven_rows)
        mg_tool_say(_("%" PRId64 " more rows do not have a cell for each column"), source->uneven_rows);
}

static enum mg_code dry_run(const struct mg_common *common, const char *path, const struct args *args,
                            struct mg_error *err)
{
    struct mg_db *db = NULL;
    struct mg_output output = {0};
    struct mg_import_source source = {0};
    enum mg_code code = MG_OK;
    if (common->db_path && access(common->db_path, F_OK) == 0)
        code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (!code)
        code = mg_tool_output_open(common, &output, err);
    if (!code) {
        code = mg_import_describe(db, path, &args->import, output.out, &source, err);
        if (code)
            mg_tool_output_fail(&output, err);
        else
            code = mg_tool_output_close(&output, err);
    }
    mg_db_close(db);
    if (!code)
        say_source(&source);
    return code;
}

/* --rejects: opened before the import, so that a place that cannot be written is known at once. */
struct rejects {
    struct mg_outfile *file;
    struct mg_out *out;
};

static enum mg_code open_rejects(struct args *args, struct rejects *rejects, struct mg_error *err)
{
    if (!args->rejects_path)
        return MG_OK;
    bool jsonl = mg_is_jsonl_name(args->rejects_path);
    enum mg_code code = mg_outfile_open(args->rejects_path, &rejects->file, err);
    if (!code)
        code = mg_out_create(mg_outfile_fd(rejects->file), jsonl ? MG_FORMAT_JSONL : MG_FORMAT_CSV,
                             &rejects->out, err);
    args->import.rejects = rejects->out;
    args->import.rejects_as_columns = !jsonl;
    return code;
}

/* Also when nothing was loaded: that is when they are wanted most. The import's own error comes first. */
static enum mg_code close_rejects(struct rejects *rejects, enum mg_code code, struct mg_error *err)
{
    struct mg_error own = {0};
    enum mg_code result = MG_OK;
    if (rejects->out && (!code || code == MG_ERR_INPUT)) {
        result = mg_out_close(rejects->out, &own);
        if (!result)
            result = mg_outfile_commit(rejects->file, &own);
    }
    mg_out_destroy(rejects->out);
    mg_outfile_destroy(rejects->file);
    if (!code && result)
        *err = own;
    return code ? code : result;
}

static enum mg_code import_file(const struct mg_common *common, const char *path, struct args *args,
                                struct mg_import_result *ret_result, struct mg_error *err)
{
    struct mg_db *db = NULL;
    struct rejects rejects = {0};
    enum mg_code code = open_rejects(args, &rejects, err);
    if (!code)
        code = mg_db_open(common->db_path, MG_DB_CREATE, common->wait_seconds, &db, err);
    if (!code)
        code = mg_import_file(db, path, &args->import, ret_result, err);
    mg_db_close(db);
    return close_rejects(&rejects, code, err);
}

static enum mg_code list_profiles(const struct mg_common *common, struct mg_error *err)
{
    struct mg_output output = {0};
    enum mg_code code = mg_tool_output_open(common, &output, err);
    if (code)
        return code;
    code = mg_nationals_list(output.out, err);
    if (code)
        mg_tool_output_fail(&output, err);
    else
        code = mg_tool_output_close(&output, err);
    return code;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    (void)ret_answer;
    struct args *args = context;
    struct mg_import_result result = {0};
    struct mg_output output = {0};
    args->import.progress = common->progress;
    args->import.open_fields = args->open_fields.items;
    args->import.open_field_count = args->open_fields.count;
    if (args->list_profiles)
        return list_profiles(common, err);
    enum mg_code code = check(common, args, operand_count, err);
    if (!code && args->dry_run)
        code = dry_run(common, operands[0], args, err);
    else if (!code)
        code = mg_tool_output_open(common, &output, err);
    if (!code && !args->dry_run) {
        code = import_file(common, operands[0], args, &result, err);
        if (!code)
            code = write_edition(output.out, &result, err);
        if (code)
            mg_tool_output_fail(&output, err);
        else
            code = mg_tool_output_close(&output, err);
        if (!code)
            say_result(&result);
    }
    if (code == MG_ERR_INPUT)
        mg_tool_blame(operands[0]);
    free(args->open_fields.text);
    return code;
}

int main(int argc, char **argv)
{
    struct args args = {.import = {.max_reject_rows = -1, .max_reject_share = 0.01}};
    const struct mg_tool tool = {
        .name = "import",
        .summary = N_("a file into the maillage file, as a dated edition of a dataset"),
        .operands = N_("[FILE]"),
        .takes = MG_TAKES_DB | MG_DB_OPTIONAL | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS,
        .options = options,
        .set = set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
