/* diff-history - what opened, closed and changed between two editions of a dataset. */
#include <string.h>
#include <unistd.h>

#include "cmd/tool.h"
#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history.h"
#include "libdata/domain/history_life.h"
#include "libdata/domain/history_stat.h"
#include "libdata/domain/history_stock.h"
#include "libdata/io/in.h"

struct arguments {
    const char *dataset, *explain, *as;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE]; /* "": not given */
    bool all, stat, links, content, exit_code, no_save, by, by_category, by_ministry, balance;
    enum mg_level level;
    mg_date cog;
};

static const struct mg_option options[] = {
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
    {"content", 0, NULL, N_("without keys: the rows that are in one edition only, not saved")},
    {"explain", 0, N_("KEY"), N_("what each edition said of one key, instead of comparing")},
    {"no-save", 0, NULL, N_("do not put the events into the file")},
    {"exit-code", 0, NULL, N_("exit with 1 if there are events")},
    {0},
};

/* One run: its options, where things go, and what came of it. */
struct work {
    const struct mg_common *common;
    const struct arguments *args;
    struct mg_db *db;
    struct mg_out *out;
    struct mg_place *place;
    struct mg_history_stat *stat;
    struct mg_event_store *store;
    bool save, reader_gone;
    int64_t events;
};

struct request {
    char *dataset;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE];
};

struct requests {
    struct request *items;
    size_t count;
};

static void requests_finish(struct requests *requests)
{
    for (size_t i = 0; i < requests->count; i++)
        free(requests->items[i].dataset);
    free(requests->items);
}

static enum mg_code requests_add(struct requests *requests, const char *dataset, const char *from,
                                 const char *to, struct mg_error *err)
{
    struct request *grown = mg_realloc(requests->items, requests->count + 1, sizeof *grown);
    struct request *added;
    if (!grown)
        return mg_fail_memory(err);
    requests->items = grown;
    added = &grown[requests->count];
    memset(added, 0, sizeof *added);
    memcpy(added->from, from, strnlen(from, MG_DATE_SIZE - 1));
    memcpy(added->to, to, strnlen(to, MG_DATE_SIZE - 1));
    if (!(added->dataset = mg_strdup(dataset)))
        return mg_fail_memory(err);
    requests->count++;
    return MG_OK;
}

static enum mg_code set_date(const char *value, mg_date *ret_date, struct mg_error *err)
{
    if (mg_date_parse_iso(value, strlen(value), ret_date))
        return MG_OK;
    mg_fail(err, MG_ERR_USAGE, _("'%s' is not a date"), value);
    mg_error_hint(err, _("write 2020, 2020-06 or 2020-06-30"));
    return MG_ERR_USAGE;
}

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

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
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
    } else if (!strcmp(name, "from") || !strcmp(name, "to")) {
        if (!(code = set_date(value, &date, err)))
            mg_date_format(date, name[0] == 'f' ? args->from : args->to);
    } else if (!strcmp(name, "cog")) {
        code = set_date(value, &args->cog, err);
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
        args->exit_code |= !strcmp(name, "exit-code");
        args->no_save |= !strcmp(name, "no-save");
    }
    return code;
}

static enum mg_code check_arguments(const struct arguments *args, bool from_stdin, struct mg_error *err)
{
    bool dates = *args->from || *args->to;
    if (from_stdin && (args->dataset || dates || args->all))
        return mg_fail(err, MG_ERR_USAGE,
                       _("'-' takes dataset and editions from standard input: give no --dataset, "
                         "--from, --to or --all with it"));
    if (!from_stdin && !args->dataset) {
        mg_fail(err, MG_ERR_USAGE, _("no dataset is given"));
        mg_error_hint(err, _("name one with --dataset, or give '-' and edition records on standard input"));
        return MG_ERR_USAGE;
    }
    if (args->explain && (from_stdin || dates || args->all || args->stat || args->links || args->content))
        return mg_fail(err, MG_ERR_USAGE, _("--explain tells all of one key: it goes with --dataset only"));
    if (args->all && dates)
        return mg_fail(err, MG_ERR_USAGE, _("--all compares all editions: give no --from or --to with it"));
    if (!from_stdin && !args->all && !args->explain && (!*args->from || !*args->to)) {
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

/* An edition without a previous one has nothing to be compared with. */
static enum mg_code add_edition(struct requests *requests, const json_t *record, int64_t line,
                                struct mg_error *err)
{
    const char *type = mg_in_text(record, "type"), *dataset = mg_in_text(record, "dataset");
    const char *edition = mg_in_text(record, "edition"), *previous = mg_in_text(record, "previous");
    if (!type || strcmp(type, "edition") != 0 || !dataset || !edition) {
        mg_fail(err, MG_ERR_INPUT, _("this is not a record of an edition"));
        mg_error_at(err, line, 0, 0, NULL);
        mg_error_hint(
            err, _("maillage import prints them: {\"type\":\"edition\",\"dataset\":...,\"edition\":...}"));
        return MG_ERR_INPUT;
    }
    return previous ? requests_add(requests, dataset, previous, edition, err) : MG_OK;
}

/* All of standard input, before the file is opened: import, at the other end, may only now be making it. */
static enum mg_code read_editions(const struct mg_common *common, struct requests *requests,
                                  struct mg_error *err)
{
    struct mg_in *in = NULL;
    json_t *record = NULL;
    enum mg_code code;
    mg_tool_blame(_("standard input"));
    code = mg_in_create(STDIN_FILENO, common->strict_input, &in, err);
    while (!code && !(code = mg_in_next(in, &record, err)) && record)
        code = add_edition(requests, record, mg_in_line(in), err);
    mg_in_destroy(in);
    if (!code)
        mg_tool_blame(NULL);
    return code;
}

/* Once the reader has gone, what is left to do is to save. */
static enum mg_code unless_gone(struct work *work, enum mg_code code)
{
    if (code != MG_ERR_CLOSED || !work->save)
        return code;
    work->reader_gone = true;
    return MG_OK;
}

static enum mg_code visit_event(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct work *work = context;
    enum mg_code code = MG_OK;
    if (event->kind != MG_EVENT_UNCHANGED) {
        work->events++;
        if (work->store && (code = mg_event_store_add(work->store, event, err)))
            return code;
    }
    if (work->stat)
        return mg_history_stat_add(work->stat, event, err);
    if (!work->reader_gone && !work->args->links)
        code = unless_gone(work, mg_event_write(work->out, event, err));
    return code;
}

static enum mg_code visit_link(void *context, const struct mg_link *link, struct mg_error *err)
{
    struct work *work = context;
    return work->reader_gone ? MG_OK : unless_gone(work, mg_link_write(work->out, link, err));
}

static void say_columns(const char *const *columns, size_t count, const char *present, const char *absent)
{
    for (size_t i = 0; i < count; i++)
        mg_tool_say(_("column '%s' is filled in %s and empty all through %s: it is not compared"), columns[i],
                    present, absent);
}

static void say_summary(const struct mg_history *history, const struct mg_event *pair)
{
    const struct mg_history_summary *s = mg_history_summary(history);
    int64_t repeated[] = {s->keys_repeated_before, s->keys_repeated_after};
    int64_t keyless = s->keyless_before + s->keyless_after;
    say_columns(s->only_before, s->only_before_count, pair->from, pair->to);
    say_columns(s->only_after, s->only_after_count, pair->to, pair->from);
    if (repeated[0] || repeated[1])
        mg_tool_say(_("%s: keys on several rows, among rows that differ: %lld in %s, %lld in %s; such rows "
                      "are paired "
                      "by likeness"),
                    pair->dataset, (long long)repeated[0], pair->from, (long long)repeated[1], pair->to);
    if (keyless)
        mg_tool_say(_("%s: %lld rows that differ have no key: they count as closed or created"),
                    pair->dataset, (long long)keyless);
    mg_tool_note(_("%s, %s to %s: %lld unchanged, %lld changed, %lld closed, %lld created"), pair->dataset,
                 pair->from, pair->to, (long long)s->unchanged,
                 (long long)(s->changed + s->rows_gone + s->rows_added), (long long)s->closed,
                 (long long)s->created);
}

/* The counts; and, when nothing groups them, what made artefacts of some. */
static enum mg_code write_stat(struct work *work, const struct mg_history *history,
                               const struct mg_event *pair, struct mg_error *err)
{
    const struct arguments *args = work->args;
    enum mg_code code = mg_history_stat_write(work->stat, pair->dataset, pair->from, pair->to,
                                              mg_history_summary(history), work->out, err);

    if (code || args->balance || args->by || args->by_category)
        return code;
    return mg_history_findings_write(history, pair->dataset, pair->from, pair->to, work->out, err);
}

static enum mg_code walk(struct work *work, struct mg_history *history, const struct mg_event *pair,
                         struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (work->save || work->args->exit_code || !work->args->links)
        code = mg_history_events(history, visit_event, work, err);
    if (!code && work->store)
        code = mg_event_store_end(work->store, err);
    if (!code && work->args->links)
        code = mg_history_links(history, visit_link, work, err);
    if (!code && work->stat && !work->reader_gone)
        code = unless_gone(work, write_stat(work, history, pair, err));
    if (!code && !work->args->content && (work->save || work->args->exit_code || !work->args->links))
        say_summary(history, pair);
    return code;
}

static enum mg_code visit_figure(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct work *work = context;
    enum mg_code code = work->store ? mg_event_store_add(work->store, event, err) : MG_OK;
    work->events++;
    if (!code && !work->reader_gone && !work->args->stat)
        code = unless_gone(work, mg_event_write(work->out, event, err));
    return code;
}

/* Figures instead of services: no links, no keys. */
static enum mg_code compare_counts(struct work *work, const struct mg_dataset *dataset,
                                   const struct mg_edition *from, const struct mg_edition *to,
                                   struct mg_error *err)
{
    struct mg_stock_history *history = NULL;
    if (work->args->links || work->args->content || work->args->by_ministry)
        return mg_fail(err, MG_ERR_USAGE,
                       _("dataset '%s' is of counts: --links, --content and --by ministry are for services"),
                       dataset->name);
    enum mg_code code = mg_stock_history_create(work->db, dataset, from, to, &history, err);
    if (!code && work->save)
        code = mg_event_store_begin(work->db, dataset, from, to, &work->store, err);
    if (!code)
        code = mg_stock_history_events(history, visit_figure, work, err);
    if (!code && work->store)
        code = mg_event_store_end(work->store, err);
    if (!code && work->args->stat && !work->reader_gone)
        code = unless_gone(work, mg_stock_history_stat(history, work->place, work->out, err));
    mg_event_store_destroy(work->store);
    work->store = NULL;
    mg_stock_history_destroy(history);
    return code;
}

static enum mg_code compare(struct work *work, const struct mg_dataset *dataset,
                            const struct mg_edition *from, const struct mg_edition *to, struct mg_error *err)
{
    const struct mg_history_options history_options = {
        .content_only = work->args->content,
        .unchanged = work->args->by || work->args->by_category || work->args->balance,
        .progress = work->common->progress};
    const struct mg_event pair = {.dataset = dataset->name, .from = from->as_of, .to = to->as_of};
    struct mg_history *history = NULL;
    if (work->args->as && strcmp(work->args->as, dataset->kind))
        return mg_fail(err, MG_ERR_USAGE, _("dataset '%s' is of %s, not of %s"), dataset->name, dataset->kind,
                       work->args->as);
    if (!strcmp(dataset->kind, "counts"))
        return compare_counts(work, dataset, from, to, err);
    enum mg_code code = mg_history_create(work->db, dataset, from, to, &history_options, &history, err);
    if (!code && work->args->by_ministry)
        mg_history_stat_ministry(work->stat, dataset->producer);
    if (!code && work->save)
        code = mg_event_store_begin(work->db, dataset, from, to, &work->store, err);
    if (!code)
        code = walk(work, history, &pair, err);
    mg_event_store_destroy(work->store);
    work->store = NULL;
    mg_history_destroy(history);
    return code;
}

/* One pair, or with --all every edition and the next. */
static enum mg_code answer_request(struct work *work, const struct request *request, struct mg_error *err)
{
    struct mg_dataset *dataset = NULL;
    const struct mg_edition *from, *to;
    enum mg_code code = mg_dataset_load(work->db, request->dataset, &dataset, err);
    if (code)
        return code;
    if (work->args->explain) {
        code = mg_history_life_write(work->db, dataset, work->args->explain, work->out, err);
    } else if (!work->args->all) {
        if (!(code = mg_edition_find(dataset, request->from, &from, err)) &&
            !(code = mg_edition_find(dataset, request->to, &to, err)))
            code = compare(work, dataset, from, to, err);
    } else if (dataset->edition_count < 2) {
        mg_tool_say(_("dataset %s has one edition only: there is nothing to compare"), dataset->name);
    }
    for (size_t i = 1; work->args->all && i < dataset->edition_count && !code; i++)
        code = compare(work, dataset, &dataset->editions[i - 1], &dataset->editions[i], err);
    mg_dataset_destroy(dataset);
    return code;
}

static enum mg_code answer(struct work *work, const struct requests *requests, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (work->args->by)
        code = mg_place_create(work->db, work->args->level, work->args->cog, &work->place, err);
    if (!code && work->args->stat)
        code = mg_history_stat_create(work->place, &work->stat, err);
    if (!code && work->args->by_category)
        mg_history_stat_by_category(work->stat);
    if (!code && work->args->balance)
        mg_history_stat_balance(work->stat);
    if (!code && work->save)
        code = mg_db_begin(work->db, err);
    for (size_t i = 0; i < requests->count && !code; i++)
        code = answer_request(work, &requests->items[i], err);
    mg_history_stat_destroy(work->stat);
    mg_place_destroy(work->place);
    return code;
}

/* The output is closed before the events are committed: the tool that reads it may hold the file until it
 * has seen the end. */
static enum mg_code finish(struct work *work, struct mg_output *output, struct mg_error *err)
{
    enum mg_code code = unless_gone(work, mg_tool_output_close(output, err));
    return !code && work->save ? mg_db_commit(work->db, err) : code;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    const struct arguments *args = context;
    struct work work = {
        .common = common, .args = args, .save = !args->no_save && !args->content && !args->explain};
    MG_CLEANUP(requests_finish) struct requests requests = {0};
    struct mg_output output = {0};
    bool from_stdin = operand_count == 1 && !strcmp(operands[0], "-");
    enum mg_code code;
    if (operand_count && !from_stdin)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not '-', the one operand there may be"), operands[0]);
    if ((code = check_arguments(args, from_stdin, err)) || (code = mg_tool_output_open(common, &output, err)))
        return code;
    work.out = output.out;
    code = from_stdin ? read_editions(common, &requests, err)
                      : requests_add(&requests, args->dataset, args->from, args->to, err);
    if (!code && requests.count)
        code = mg_db_open(common->db_path, work.save ? MG_DB_WRITE : MG_DB_READ, common->wait_seconds,
                          &work.db, err);
    work.save = work.save && requests.count;
    if (!code && requests.count)
        code = answer(&work, &requests, err);
    if (!code)
        code = finish(&work, &output, err);
    else
        mg_tool_output_fail(&output, err);
    mg_db_close(work.db);
    if (!code)
        *ret_answer = args->exit_code && work.events > 0;
    return code;
}

int main(int argc, char **argv)
{
    struct arguments args = {.cog = MG_DATE_NONE};
    const struct mg_tool tool = {
        .name = "diff-history",
        .summary = N_("what opened, closed and changed between editions"),
        .operands = "[-]",
        .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS | MG_TAKES_STRICT,
        .options = options,
        .set = set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
