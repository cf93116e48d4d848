/* check - is this file whole, and are its books balanced? */
#include <string.h>

#include "cmd/tool.h"
#include "libdata/domain/check/check.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/common/commune.h"

struct args {
    bool verify;
    const char *communes;
    const char *cog_year;
    mg_date from, to;
};

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct args *args = context;
    if (!strcmp(name, "verify")) {
        args->verify = true;
    } else if (!strcmp(name, "commune")) {
        args->communes = value;
    } else if (!strcmp(name, "cog-year")) {
        args->cog_year = value;
    } else if (!mg_date_parse_iso(value, strlen(value), name[0] == 'f' ? &args->from : &args->to)) {
        mg_fail(err, MG_ERR_USAGE, _("'%s' is not a date"), value);
        mg_error_hint(err, _("write 2020, 2020-06 or 2020-06-30"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static enum mg_code check_arguments(const struct args *args, struct mg_error *err)
{
    bool dates = args->from != MG_DATE_NONE || args->to != MG_DATE_NONE;
    if (args->communes && args->verify)
        return mg_fail(err, MG_ERR_USAGE,
                       _("--commune tells of communes and checks nothing: give no --verify"));
    if (args->cog_year && (args->verify || args->communes))
        return mg_fail(err, MG_ERR_USAGE,
                       _("--cog-year tells of editions and checks nothing: give no --verify, no --commune"));
    if (!args->communes && dates)
        return mg_fail(err, MG_ERR_USAGE, _("--from and --to go with --commune"));
    if (args->communes && (args->from == MG_DATE_NONE || args->to == MG_DATE_NONE)) {
        mg_fail(err, MG_ERR_USAGE, _("two dates are needed"));
        mg_error_hint(err, _("give --from DATE, of which the code is, and --to DATE"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static enum mg_code answer(struct mg_db *db, const struct args *given, const struct mg_common *common,
                           struct mg_out *out, int64_t *ret_findings, struct mg_error *err)
{
    if (given->communes)
        return mg_commune_write(db, given->communes, given->from, given->to, out, err);
    if (given->cog_year)
        return mg_cog_edition_write(db, given->cog_year, out, err);
    return mg_check(db, given->verify, out, common->progress, ret_findings, err);
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *args,
                        int *ret_answer, struct mg_error *err)
{
    (void)operand_count, (void)operands;
    const struct args *given = args;
    struct mg_db *db = NULL;
    struct mg_output output;
    int64_t findings = 0;
    enum mg_code code = check_arguments(given, err);
    if (code == MG_OK)
        code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (code != MG_OK)
        return code;
    code = mg_tool_output_open(common, &output, err);
    if (code == MG_OK) {
        code = answer(db, given, common, output.out, &findings, err);
        if (code == MG_OK)
            code = mg_tool_output_close(&output, err);
        else
            mg_tool_output_fail(&output, err);
    }
    mg_db_close(db);
    if (code == MG_OK && findings == 0 && !given->communes && !given->cog_year)
        mg_tool_note(_("%s is whole"), common->db_path);
    if (code == MG_OK)
        *ret_answer = findings > 0;
    return code;
}

static const struct mg_option options[] = {
    {"verify", 0, NULL, N_("read all records again too: do they still say what was imported?")},
    {"commune", 0, N_("CODE"),
     N_("instead: what became of this commune (or several, with commas, or all)...")},
    {"from", 0, N_("DATE"), N_("...from this date, of which the code is...")},
    {"to", 0, N_("DATE"), N_("...to this one")},
    {"cog-year", 0, N_("DATASET"), N_("instead: of which year's communes the editions of datasets are")},
    {0},
};

static struct args args = {.from = MG_DATE_NONE, .to = MG_DATE_NONE};

static const struct mg_tool tool = {
    .name = "check",
    .summary = N_("say whether the file is whole and its books balance"),
    .operands = "",
    .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS,
    .options = options,
    .set = set,
    .run = run,
    .args = &args,
};

int main(int argc, char **argv)
{
    return mg_tool_main(&tool, argc, argv);
}
