/* The options: what each means, and which go together. */
#include <string.h>

#include "cmd/diff-history/run.h"
#include "cmd/frame/values.h"

const struct mg_option diff_options[] = {
    {"dataset", 0, N_("NAME"), N_("the dataset whose editions are compared")},
    {"as", 0, N_("KIND"), N_("services or counts: refuse a dataset that is not")},
    {"from", 0, N_("DATE"), N_("the date of the earlier edition...")},
    {"to", 0, N_("DATE"), N_("...and of the later one")},
    {"all", 0, NULL, N_("every edition with the next one")},
    {"stat", 0, NULL, N_("numbers of events instead of the events")},
    {"balance", 0, NULL, N_("with --stat: what there was, what came and went, what there is")},
    {"by", 0, N_("WHAT"),
     N_("with --stat: for each territory of a LEVEL, each category, each ministry (A,B)")},
    {"cog", 0, N_("DATE"), N_("with --by: the date of the communes (the latest list)")},
    {"links", 0, NULL, N_("every pair of rows that are one service, the unchanged too, instead of events")},
    {"identity", 0, N_("HOW"),
     N_("what tells that two rows are one service: key, linkage (what they say), or auto (the key, if it "
        "stands its test)")},
    {"content", 0, NULL, N_("without keys: the rows that are in one edition only, not saved")},
    {"explain", 0, N_("KEY"),
     N_("what each edition said of one key (or: line 12 of 2019), instead of comparing")},
    {"planned", 0, NULL, N_("announced projects and what became of them, instead of events")},
    {"decisions", 0, N_("FILE"), N_("what people decided: to be kept, and put over what is found")},
    {"audience", 0, N_("WHO"), N_("of the formats geojson and daff: public or ministry (public)")},
    {"no-save", 0, NULL, N_("do not put the events into the file")},
    {"exit-code", 0, NULL, N_("exit with 1 if there are events")},
    {0},
};

/* One of the list that --by takes. */
static enum mg_code set_by(struct arguments *args, const char *what, size_t length, struct mg_error *err)
{
    char name[32] = "";
    enum mg_level level;

    if (length < sizeof name)
        memcpy(name, what, length);
    if (!strcmp(name, "category")) {
        args->by_category = true;
    } else if (!strcmp(name, "ministry")) {
        args->by_ministry = true;
    } else if (!mg_level_from_name(name, &level)) {
        mg_fail(err, MG_ERR_USAGE, _("'%.*s' is not a level, nor category or ministry"), (int)length, what);
        mg_error_hint(err, _("the levels are commune, epci, arrondissement, departement, region"));
        return MG_ERR_USAGE;
    } else if (args->by && args->level != level) {
        return mg_fail(err, MG_ERR_USAGE, _("--by takes one level: %s or %s"), mg_level_name(args->level),
                       mg_level_name(level));
    } else {
        args->by = true;
        args->level = level;
    }
    return MG_OK;
}

static enum mg_code set_identity(const char *value, enum mg_identity *ret_identity, struct mg_error *err)
{
    static const char *const names[] = {"auto", "key", "linkage"};
    for (int i = 0; i < 3; i++) {
        if (!strcmp(value, names[i])) {
            *ret_identity = (enum mg_identity)i;
            return MG_OK;
        }
    }
    mg_fail(err, MG_ERR_USAGE, _("'%s' is no way to tell one service from another"), value);
    mg_error_hint(err, _("the ways are auto, key, linkage"));
    return MG_ERR_USAGE;
}

enum mg_code diff_set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct arguments *args = context;
    mg_date date = 0;
    enum mg_code code = MG_OK;
    if (!strcmp(name, "dataset")) {
        args->dataset = value;
    } else if (!strcmp(name, "as")) {
        args->as = value;
        if (strcmp(value, "services") && strcmp(value, "counts"))
            return mg_fail(err, MG_ERR_USAGE, _("'%s' is neither services nor counts"), value);
    } else if (!strcmp(name, "explain")) {
        args->explain = value;
    } else if (!strcmp(name, "decisions")) {
        args->decisions = value;
    } else if (!strcmp(name, "audience")) {
        args->has_audience = true;
        code = mg_value_audience(value, &args->audience, err);
    } else if (!strcmp(name, "from") || !strcmp(name, "to")) {
        if (!(code = mg_value_date(value, &date, err)))
            mg_date_format(date, name[0] == 'f' ? args->from : args->to);
    } else if (!strcmp(name, "cog")) {
        code = mg_value_date(value, &args->cog, err);
    } else if (!strcmp(name, "identity")) {
        code = set_identity(value, &args->identity, err);
    } else if (!strcmp(name, "by")) {
        for (size_t length; !code; value += length + 1) {
            length = strcspn(value, ",");
            code = set_by(args, value, length, err);
            if (!value[length])
                break;
        }
    } else {
        args->all |= !strcmp(name, "all");
        args->stat |= !strcmp(name, "stat");
        args->balance |= !strcmp(name, "balance");
        args->links |= !strcmp(name, "links");
        args->content |= !strcmp(name, "content");
        args->planned |= !strcmp(name, "planned");
        args->exit_code |= !strcmp(name, "exit-code");
        args->no_save |= !strcmp(name, "no-save");
    }
    return code;
}

enum mg_code diff_check_arguments(const struct arguments *args, bool from_stdin, struct mg_error *err)
{
    bool dates = *args->from || *args->to;
    if (from_stdin && (args->dataset || dates || args->all))
        return mg_fail(err, MG_ERR_USAGE,
                       _("'-' takes dataset and editions from standard input: give no --dataset, "
                         "--from, --to or --all with it"));
    if (args->planned && (from_stdin || dates || args->stat || args->links || args->content || args->explain))
        return mg_fail(
            err, MG_ERR_USAGE,
            _("--planned compares all editions with what was announced: it goes with --dataset only"));
    if (!from_stdin && !args->dataset && !args->planned) {
        mg_fail(err, MG_ERR_USAGE, _("no dataset is given"));
        mg_error_hint(err, _("name one with --dataset, or give '-' and edition records on standard input"));
        return MG_ERR_USAGE;
    }
    if (args->explain && (from_stdin || dates || args->all || args->stat || args->links || args->content))
        return mg_fail(err, MG_ERR_USAGE, _("--explain tells all of one key: it goes with --dataset only"));
    if (args->all && dates)
        return mg_fail(err, MG_ERR_USAGE, _("--all compares all editions: give no --from or --to with it"));
    if (args->decisions && (args->content || args->explain))
        return mg_fail(err, MG_ERR_USAGE, _("--decisions means nothing for --content or --explain"));
    if (!from_stdin && !args->all && !args->explain && !args->planned && (!*args->from || !*args->to)) {
        mg_fail(err, MG_ERR_USAGE, _("two editions are needed"));
        mg_error_hint(err, _("give --from DATE and --to DATE, or --all"));
        return MG_ERR_USAGE;
    }
    if (args->stat && args->links)
        return mg_fail(err, MG_ERR_USAGE, _("--stat and --links exclude each other"));
    if ((args->by || args->by_category || args->by_ministry) && !args->stat)
        return mg_fail(err, MG_ERR_USAGE, _("--by counts events by groups: it goes with --stat"));
    if (args->balance && !args->stat)
        return mg_fail(err, MG_ERR_USAGE, _("--balance sums up the numbers of --stat, which is not given"));
    if (args->cog != MG_DATE_NONE && !args->by)
        return mg_fail(err, MG_ERR_USAGE,
                       _("--cog is the date of the territories of --by, which is not given"));
    return MG_OK;
}

enum mg_code diff_check_form(const struct work *work, bool from_stdin, struct mg_error *err)
{
    const struct arguments *args = work->args;
    if (args->has_audience && work->form == AS_RECORDS)
        return mg_fail(err, MG_ERR_USAGE, _("--audience goes with --format geojson, geojsonl or daff"));
    if (work->form == AS_TABLE && (from_stdin || args->all || args->stat || args->links || args->explain ||
                                   args->planned || args->content))
        return mg_fail(err, MG_ERR_USAGE,
                       _("--format daff shows two editions: it goes with --from and --to"));
    if (work->form == AS_FEATURES && args->planned && args->audience == MG_PUBLIC)
        return mg_fail(err, MG_ERR_USAGE,
                       _("what was planned is for the ministries: add --audience ministry"));
    return MG_OK;
}
