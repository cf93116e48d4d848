/* The options, and what each means. */
#include <stdlib.h>
#include <string.h>

#include "cmd/import/run.h"
#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/num.h"

const struct mg_option import_options[] = {
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

/* The options without a value. */
static bool *flag(struct args *args, const char *name)
{
    struct mg_import_options *import = &args->import;
    const struct {
        const char *name;
        bool *value;
    } all[] = {
        {"no-key", &import->no_key},       {"no-header", &import->table.no_header},
        {"repair", &import->table.repair}, {"strict-schema", &import->strict_schema},
        {"strict", &import->strict},       {"replace", &import->replace},
        {"dry-run", &args->dry_run},       {"list-profiles", &args->list_profiles},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].name, name))
            return all[i].value;
    return NULL;
}

enum mg_code import_set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct args *args = context;
    const char **text = plain(args, name);
    bool *set = flag(args, name);
    if (text)
        *text = value;
    else if (set)
        *set = true;
    else if (!strcmp(name, "map"))
        return add_map(args, value, err);
    else if (!strcmp(name, "delimiter"))
        return set_delimiter(&args->import.table, value, err);
    else if (!strcmp(name, "skip-lines"))
        return set_skip_lines(&args->import.table, value, err);
    else if (!strcmp(name, "open-fields"))
        return split(&args->open_fields, value, err);
    else if (!strcmp(name, "ignore"))
        return add_ignored(args, value, err);
    else
        return set_max_rejects(&args->import, value, err); /* the only one left of import_options */
    return MG_OK;
}

/* What the file's name says: "Points de contact_2020.csv" is points-de-contact of 2020. */
static enum mg_code fail_unnamed(const char *path, const struct mg_import_options *import,
                                 struct mg_error *err)
{
    char dataset[MG_NAME_SIZE], edition[MG_DATE_SIZE];
    enum mg_code code = mg_import_suggest(path, dataset, edition, err);
    if (code)
        return code;
    mg_fail(err, MG_ERR_USAGE, "%s",
            import->dataset   ? _("--edition DATE is needed")
            : import->edition ? _("--dataset NAME is needed")
                              : _("--dataset NAME and --edition DATE are needed"));
    mg_error_hint(err, _("for instance --dataset %s --edition %s; --dry-run shows the file without"),
                  import->dataset ? import->dataset : dataset, import->edition ? import->edition : edition);
    return MG_ERR_USAGE;
}

enum mg_code import_check_arguments(const struct mg_common *common, const struct args *args,
                                    int operand_count, char **operands, struct mg_error *err)
{
    const struct mg_import_options *import = &args->import;
    if (!operand_count)
        return mg_fail(err, MG_ERR_USAGE, _("what to work on is missing: %s"), _("FILE"));
    if (args->dry_run)
        return MG_OK;
    if (!common->db_path)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("no maillage file: give one with -d, or set MAILLAGE_DB"));
    return import->dataset && import->edition ? MG_OK : fail_unnamed(operands[0], import, err);
}
