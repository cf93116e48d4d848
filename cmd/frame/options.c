#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/frame/frame.h"
#include "libdata/base/num.h"

enum {
    MOST_OPTIONS = 64,
    FIRST_LONG = 256,    /* what getopt_long returns for option i is this and i */
    WAIT_SECONDS = 10,   /* unless told */
    LONGEST_WAIT = 86400 /* a day */
};

static const struct {
    unsigned takes; /* 0: every tool has it */
    struct mg_option option;
} shared[] = {
    {MG_TAKES_DB,
     {"db", 'd', N_("FILE"), N_("the maillage file; MAILLAGE_DB in the environment names it too")}},
    {MG_TAKES_DB, {"wait", 0, N_("SECONDS"), N_("how long to wait for a locked file (10)")}},
    {MG_TAKES_OUTPUT, {"output", 'o', N_("FILE"), N_("write there, whole or not at all (standard output)")}},
    {MG_TAKES_FORMAT, {"format", 'f', N_("FORMAT"), N_("how to write; table on a terminal, else jsonl")}},
    {MG_TAKES_PROGRESS,
     {"progress", 0, N_("WHEN"), N_("show progress: auto (on a terminal), always, never")}},
    {MG_TAKES_STRICT, {"strict-input", 0, NULL, N_("refuse records without their end record")}},
    {0, {"verbose", 'v', NULL, N_("say more")}},
    {0, {"quiet", 'q', NULL, N_("say nothing but errors")}},
    {0, {"help", 0, NULL, N_("print this and end")}},
    {0, {"version", 0, NULL, N_("print the version and end")}},
};

static const char complete_option[] = "complete-options"; /* for the shell completions; not in --help */

const char *const mg_options_whens[] = {
    [MG_WHEN_AUTO] = "auto", [MG_WHEN_ALWAYS] = "always", [MG_WHEN_NEVER] = "never", NULL};

const struct mg_option *mg_options_at(const struct mg_tool *tool, size_t i)
{
    const struct mg_option *own = tool->options;
    for (; own && own->name; own++)
        if (i-- == 0)
            return own;
    for (size_t k = 0; k < sizeof shared / sizeof *shared; k++)
        if ((!shared[k].takes || (tool->takes & shared[k].takes)) && i-- == 0)
            return &shared[k].option;
    return NULL;
}

static bool is_own(const struct mg_tool *tool, const struct mg_option *option)
{
    for (const struct mg_option *own = tool->options; own && own->name; own++)
        if (own == option)
            return true;
    return false;
}

const char *const *mg_options_formats(const struct mg_tool *tool)
{
    static const char *const usual[] = {"table", "jsonl", "csv", "json", NULL};
    return tool->formats ? tool->formats : usual;
}

struct tables {
    const struct mg_option *options[MOST_OPTIONS];
    struct option longs[MOST_OPTIONS + 2];
    char shorts[2 * MOST_OPTIONS + 2];
    size_t count;
};

static void fill_tables(const struct mg_tool *tool, struct tables *t)
{
    char *letter = t->shorts;
    *letter++ = ':'; /* a missing value is told from an unknown option */
    for (const struct mg_option *o; t->count < MOST_OPTIONS && (o = mg_options_at(tool, t->count));
         t->count++) {
        t->options[t->count] = o;
        t->longs[t->count] = (struct option){o->name, o->argument ? required_argument : no_argument, NULL,
                                             FIRST_LONG + (int)t->count};
        if (o->letter) {
            *letter++ = o->letter;
            if (o->argument)
                *letter++ = ':';
        }
    }
    t->longs[t->count] = (struct option){complete_option, no_argument, NULL, FIRST_LONG + (int)t->count};
    *letter = '\0';
}

/* The option that getopt_long means by a value; NULL when it is none of the table. */
static const struct mg_option *option_of(const struct tables *t, int value)
{
    if (value >= FIRST_LONG)
        return (size_t)(value - FIRST_LONG) < t->count ? t->options[value - FIRST_LONG] : NULL;
    for (size_t i = 0; i < t->count; i++)
        if (t->options[i]->letter == value)
            return t->options[i];
    return NULL;
}

static enum mg_code fail_long(const struct tables *t, const char *given, struct mg_error *err)
{
    char name[64], candidates[256] = "";
    const char *names[MOST_OPTIONS + 1] = {0};
    size_t matches = 0, used = 0;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given + 2, "="), given + 2);
    for (size_t i = 0; i < t->count; i++) {
        names[i] = t->options[i]->name;
        if (strncmp(names[i], name, strlen(name)) != 0)
            continue;
        matches++;
        if (used < sizeof candidates)
            used += (size_t)snprintf(candidates + used, sizeof candidates - used, " --%s", names[i]);
    }
    if (matches > 1)
        return mg_fail(err, MG_ERR_USAGE, _("option '--%s' may mean%s"), name, candidates);
    const char *near = mg_did_you_mean(name, names);
    if (near)
        return mg_fail(err, MG_ERR_USAGE, _("unknown option '--%s'; did you mean --%s?"), name, near);
    return mg_fail(err, MG_ERR_USAGE, _("unknown option '--%s'"), name);
}

/* What getopt_long did not accept: value is ':' or '?', optopt says more. */
static enum mg_code fail_option(const struct tables *t, int value, char **argv, struct mg_error *err)
{
    const struct mg_option *o = optopt ? option_of(t, optopt) : NULL;
    if (o && value == ':')
        return mg_fail(err, MG_ERR_USAGE, _("option '--%s' needs a value (%s)"), o->name, _(o->argument));
    if (optopt >= FIRST_LONG)
        return mg_fail(err, MG_ERR_USAGE, _("option '--%s' takes no value"), o ? o->name : complete_option);
    if (optopt)
        return mg_fail(err, MG_ERR_USAGE, _("unknown option '-%c'"), optopt);
    return fail_long(t, argv[optind - 1], err);
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static enum mg_code set_format(const struct mg_tool *tool, struct mg_common *common, const char *value,
                               struct mg_error *err)
{
    static const char *const names[] = {[MG_FORMAT_TABLE] = "table",
                                        [MG_FORMAT_JSONL] = "jsonl",
                                        [MG_FORMAT_CSV] = "csv",
                                        [MG_FORMAT_JSON] = "json"};
    const char *const *formats = mg_options_formats(tool);
    if (!is_one_of(value, formats)) {
        char list[128] = "";
        for (size_t used = 0; *formats && used < sizeof list; formats++)
            used += (size_t)snprintf(list + used, sizeof list - used, " %s", *formats);
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is none of:%s"), value, list);
    }
    common->format_name = value;
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (strcmp(names[i], value) == 0)
            common->format = (enum mg_format)i;
    return MG_OK;
}

static enum mg_code set_wait(struct mg_common *common, const char *value, struct mg_error *err)
{
    int64_t seconds;
    if (!mg_num_parse_i64(value, strlen(value), &seconds) || seconds < 0 || seconds > LONGEST_WAIT)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not a number of seconds from 0 to %d"), value,
                       LONGEST_WAIT);
    common->wait_seconds = (int)seconds;
    return MG_OK;
}

static enum mg_code set_progress(struct mg_parsed *parsed, const char *value, struct mg_error *err)
{
    for (int i = 0; mg_options_whens[i]; i++)
        if (strcmp(mg_options_whens[i], value) == 0) {
            parsed->progress = (enum mg_when)i;
            return MG_OK;
        }
    return mg_fail(err, MG_ERR_USAGE, _("'%s' is none of: auto always never"), value);
}

static enum mg_code set_shared(const struct mg_tool *tool, struct mg_parsed *parsed, const char *name,
                               const char *value, struct mg_error *err)
{
    struct mg_common *common = &parsed->common;
    if (strcmp(name, "db") == 0)
        common->db_path = value;
    else if (strcmp(name, "wait") == 0)
        return set_wait(common, value, err);
    else if (strcmp(name, "output") == 0)
        common->output_path = value;
    else if (strcmp(name, "format") == 0)
        return set_format(tool, common, value, err);
    else if (strcmp(name, "progress") == 0)
        return set_progress(parsed, value, err);
    else if (strcmp(name, "strict-input") == 0)
        common->strict_input = true;
    else if (strcmp(name, "verbose") == 0)
        common->verbosity = 1;
    else if (strcmp(name, "quiet") == 0)
        common->verbosity = -1;
    else if (strcmp(name, "help") == 0)
        parsed->action = MG_ACTION_HELP;
    else
        parsed->action = MG_ACTION_VERSION;
    return MG_OK;
}

/* What a tool's own option names is read, unless the tool says that it writes it. */
static enum mg_code declare(const struct mg_tool *tool, const struct mg_option *option, const char *path,
                            struct mg_files *files, struct mg_error *err)
{
    bool is_file =
        option->argument && is_one_of(option->argument, (const char *const[]){"FILE", "DIR", NULL});
    bool written = tool->writes && is_one_of(option->name, tool->writes);
    char what[64];
    snprintf(what, sizeof what, "--%s", option->name);
    return is_file ? mg_frame_declare(files, written, what, path, err) : MG_OK;
}

static enum mg_code apply(const struct mg_tool *tool, struct mg_parsed *parsed,
                          const struct mg_option *option, struct mg_error *err)
{
    bool own = is_own(tool, option);
    enum mg_code code = own ? tool->set(tool->args, option->name, optarg, err)
                            : set_shared(tool, parsed, option->name, optarg, err);
    if (!code && own)
        code = declare(tool, option, optarg, parsed->common.files, err);
    if (code && !err->field[0])
        snprintf(err->field, sizeof err->field, "--%s", option->name);
    return code;
}

/* As many operands as the tool's usage line has words, none of them left out that is not in brackets. */
static enum mg_code check_operands(const struct mg_tool *tool, int count, char **operands,
                                   struct mg_error *err)
{
    const char *usage = tool->operands;
    int most = 0, fewest = 0;
    for (const char *word = usage + strspn(usage, " "); *word; word += strspn(word, " ")) {
        most++;
        fewest += *word != '[';
        word += strcspn(word, " ");
    }
    if (count < fewest)
        return mg_fail(err, MG_ERR_USAGE, _("what to work on is missing: %s"), _(usage));
    if (count > most && !strstr(usage, "..."))
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is one operand too many"), operands[most]);
    return MG_OK;
}

/* What SQLite's own tools take for more than a name, whoever writes it means so: not a file of that name made
 * in the current folder. Whoever has one writes "./" before it. */
static enum mg_code check_db_path(const char *path, struct mg_error *err)
{
    if (path && (!strncmp(path, "file:", 5) || !strcmp(path, ":memory:")))
        return mg_fail(
            err, MG_ERR_USAGE,
            _("the maillage file is a file's name, not SQLite's '%s'; for a file of that name write './%s'"),
            path, path);
    return MG_OK;
}

static enum mg_code check_whole(const struct mg_tool *tool, struct mg_parsed *parsed, int count,
                                char **operands, struct mg_error *err)
{
    struct mg_common *common = &parsed->common;
    if (parsed->action != MG_ACTION_RUN)
        return MG_OK;
    const char *path = getenv("MAILLAGE_DB");
    if ((tool->takes & MG_TAKES_DB) && !common->db_path && path && *path)
        common->db_path = path;
    if ((tool->takes & MG_TAKES_DB) && !(tool->takes & MG_DB_OPTIONAL) && !common->db_path)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("no maillage file: give one with -d, or set MAILLAGE_DB"));
    enum mg_code code = check_db_path(common->db_path, err);
    return code == MG_OK ? check_operands(tool, count, operands, err) : code;
}

enum mg_code mg_options_parse(const struct mg_tool *tool, int argc, char **argv, struct mg_files *files,
                              struct mg_parsed *ret_parsed, struct mg_error *err)
{
    struct tables tables = {0};
    struct mg_parsed parsed = {.common.wait_seconds = WAIT_SECONDS, .common.files = files};
    enum mg_code code = MG_OK;
    int value;
    fill_tables(tool, &tables);
    opterr = 0;
    while (!code && parsed.action == MG_ACTION_RUN &&
           (value = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        const struct mg_option *option = value == '?' || value == ':' ? NULL : option_of(&tables, value);
        if (option)
            code = apply(tool, &parsed, option, err);
        else if (value == FIRST_LONG + (int)tables.count)
            parsed.action = MG_ACTION_COMPLETE;
        else
            code = fail_option(&tables, value, argv, err);
    }
    if (!code && !parsed.common.format_name)
        parsed.common.format =
            isatty(STDOUT_FILENO) && !parsed.common.output_path ? MG_FORMAT_TABLE : MG_FORMAT_JSONL;
    parsed.first_operand = optind;
    if (!code)
        code = check_whole(tool, &parsed, argc - optind, argv + optind, err);
    if (!code)
        *ret_parsed = parsed;
    return code;
}
