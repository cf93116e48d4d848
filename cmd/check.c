/* check - is this file whole, and are its books balanced? */
#include <string.h>

#include "cmd/frame/tool.h"
#include "cmd/frame/values.h"
#include "libdata/domain/check/check.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/common/commune.h"

struct args {
    bool verify;
    const char *communes;
    const char *cog_year;
    mg_date from, to;
    int64_t findings; /* what is wrong */
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
    } else {
        return mg_value_date(value, name[0] == 'f' ? &args->from : &args->to, err);
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

static enum mg_code answer(const struct mg_common *common, void *context, struct mg_db *db,
                           struct mg_out *out, struct mg_error *err)
{
    struct args *given = context;
    if (given->communes)
        return mg_commune_write(db, given->communes, given->from, given->to, out, err);
    if (given->cog_year)
        return mg_cog_edition_write(db, given->cog_year, out, err);
    return mg_check(db, given->verify, out, common->progress, &given->findings, err);
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    (void)operand_count, (void)operands;
    struct args *given = context;
    enum mg_code code = check_arguments(given, err);
    if (!code)
        code = mg_tool_answer(common, MG_MINISTRY, answer, given, err);
    if (code)
        return code;
    if (!given->findings && !given->communes && !given->cog_year)
        mg_tool_note(_("%s is whole"), common->db_path);
    *ret_answer = given->findings > 0;
    return MG_OK;
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
