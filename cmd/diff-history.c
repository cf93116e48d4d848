/* diff-history - what opened, closed and changed between two editions of a dataset. */
#include <string.h>
#include <unistd.h>

#include "cmd/tool.h"
#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/decisions.h"
#include "libdata/domain/history/highlight.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/history/life.h"
#include "libdata/domain/history/plan.h"
#include "libdata/domain/history/stat.h"
#include "libdata/domain/history/stock.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/domain/publish/publish.h"
#include "libdata/io/in.h"

struct arguments {
    const char *dataset, *explain, *decisions, *as;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE]; /* "": not given */
    bool all, stat, links, content, exit_code, no_save, by, by_category, by_ministry, balance, planned;
    bool has_audience;
    enum mg_audience audience; /* of the formats geojson and daff */
    enum mg_level level;
    mg_date cog;
    enum mg_identity identity;
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
    {"identity", 0, N_("HOW"),
     N_("what tells that two rows are one service: key, linkage (what they say), or auto (the key, if it "
        "stands its test)")},
    {"content", 0, NULL, N_("without keys: the rows that are in one edition only, not saved")},
    {"explain", 0, N_("KEY"), N_("what each edition said of one key, instead of comparing")},
    {"planned", 0, NULL, N_("announced projects and what became of them, instead of events")},
    {"decisions", 0, N_("FILE"), N_("what people decided: to be kept, and put over what is found")},
    {"audience", 0, N_("WHO"), N_("of the formats geojson and daff: public or ministry (public)")},
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
    struct mg_plan *plan;
    struct mg_decisions decisions; /* of --decisions */
    struct mg_output output;       /* records */
    struct mg_outfile *file;       /* of a format that is not of records */
    struct mg_publisher *publisher;
    enum { AS_RECORDS, AS_FEATURES, AS_TABLE } form;
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
    } else if (!strcmp(name, "decisions")) {
        args->decisions = value;
    } else if (!strcmp(name, "audience")) {
        args->has_audience = mg_audience_from_name(value, &args->audience);
        if (!args->has_audience)
            code = mg_fail(err, MG_ERR_USAGE, _("'%s' is neither public nor ministry"), value);
    } else if (!strcmp(name, "from") || !strcmp(name, "to")) {
        if (!(code = set_date(value, &date, err)))
            mg_date_format(date, name[0] == 'f' ? args->from : args->to);
    } else if (!strcmp(name, "cog")) {
        code = set_date(value, &args->cog, err);
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

static enum mg_code check_arguments(const struct arguments *args, bool from_stdin, struct mg_error *err)
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
    if (work->plan)
        return mg_plan_event(work->plan, event, work->store ? mg_event_store_last(work->store) : 0, err);
    if (work->stat)
        return mg_history_stat_add(work->stat, event, err);
    if (!work->reader_gone && !work->args->links && work->form != AS_TABLE)
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

/* What of the keys is not as good as it should be, and what linkage did. */
static void say_identity(const struct mg_history_summary *s, const struct mg_event *pair)
{
    long long part = (long long)s->doubtful_keys, all = (long long)s->tested_keys;
    if (s->key_doubt == MG_KEY_NOT_UNIQUE)
        mg_tool_say(_("%s, %s to %s: the key is not trusted, for %lld of %lld rows share theirs with others; "
                      "services are linked by what they say"),
                    pair->dataset, pair->from, pair->to, part, all);
    if (s->key_doubt == MG_KEY_NOT_STABLE)
        mg_tool_say(_("%s, %s to %s: the key is not trusted, for only %lld of %lld keys are found again; "
                      "services are linked by what they say"),
                    pair->dataset, pair->from, pair->to, part, all);
    if (s->key_doubt == MG_KEY_REUSED)
        mg_tool_say(_("%s, %s to %s: the key is not trusted, for %lld of %lld keys found again are on a "
                      "service of another name elsewhere; services are linked by what they say"),
                    pair->dataset, pair->from, pair->to, part, all);
    if (s->keys_reused)
        mg_tool_say(_("%s, %s to %s: %lld keys are on a service of another name elsewhere: reused? (evidence "
                      "\"key doubted\")"),
                    pair->dataset, pair->from, pair->to, (long long)s->keys_reused);
    if (s->new_keys)
        mg_tool_note(_("%s, %s to %s: %lld closed services were replaced at the same place under a new key"),
                     pair->dataset, pair->from, pair->to, (long long)s->new_keys);
    if (s->linked || s->review)
        mg_tool_note(_("%s, %s to %s: %lld linked by what they say, %lld to review, %lld merged, %lld split"),
                     pair->dataset, pair->from, pair->to, (long long)s->linked, (long long)s->review,
                     (long long)s->merged, (long long)s->split);
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
    say_identity(s, pair);
    if (keyless)
        mg_tool_note(_("%s: %lld rows that differ have no key: they are linked by what they say"),
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

/* What --decisions or an earlier run said about the dataset. */
static enum mg_code find_decisions(struct work *work, const struct mg_dataset *dataset,
                                   struct mg_decisions *stored, struct mg_error *err)
{
    if (!work->args->decisions)
        return mg_decisions_load(work->db, dataset, stored, err);
    return work->save ? mg_decisions_store(work->db, dataset, &work->decisions, err) : MG_OK;
}

/* Those that these editions were asked about, and that changed nothing in any. */
static void say_decisions(const struct mg_decisions *decisions, const char *dataset)
{
    for (size_t i = 0; i < decisions->count; i++) {
        const struct mg_decision *d = &decisions->items[i];
        const struct mg_decision_side *side = d->before.key || *d->before.edition ? &d->before : &d->after;
        if (strcmp(d->dataset, dataset) != 0 || !d->asked || d->applied)
            continue;
        if (side->key)
            mg_tool_say(_("the decision of line %lld no longer applies: %s '%s'"), (long long)d->line,
                        mg_decision_action_name(d->action), side->key);
        else
            mg_tool_say(_("the decision of line %lld no longer applies: %s line %lld of %s"),
                        (long long)d->line, mg_decision_action_name(d->action), (long long)side->line,
                        side->edition);
    }
}

static enum mg_code walk(struct work *work, struct mg_history *history, const struct mg_event *pair,
                         struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (work->save || work->args->exit_code || !work->args->links)
        code = mg_history_events(history, visit_event, work, err);
    if (!code && work->store)
        code = mg_event_store_end(work->store, err);
    if (!code && work->form == AS_TABLE && !work->reader_gone)
        code = unless_gone(
            work, mg_history_highlight(history, work->args->audience, mg_outfile_fd(work->file), err));
    if (!code && work->store)
        code = mg_history_links_store(history, err);
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
    if (work->plan || work->args->decisions || work->form == AS_TABLE)
        return mg_fail(
            err, MG_ERR_USAGE,
            _("dataset '%s' is of counts: --planned, --decisions and --format daff are for services"),
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
                            const struct mg_edition *from, const struct mg_edition *to,
                            struct mg_decisions *decisions, struct mg_error *err)
{
    const struct mg_history_options history_options = {
        .content_only = work->args->content,
        .identity = work->args->identity,
        .unchanged = work->args->by || work->args->by_category || work->args->balance,
        .decisions = work->args->content ? NULL : decisions,
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
    if (!code && work->plan)
        code = mg_plan_compared(work->plan, dataset->name, to->as_of, err);
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
static enum mg_code compare_all(struct work *work, const struct request *request,
                                const struct mg_dataset *dataset, struct mg_decisions *decisions,
                                struct mg_error *err)
{
    bool all = work->args->all || work->args->planned;
    const struct mg_edition *from, *to;
    enum mg_code code = MG_OK;
    if (!all) {
        if (!(code = mg_edition_find(dataset, request->from, &from, err)) &&
            !(code = mg_edition_find(dataset, request->to, &to, err)))
            code = compare(work, dataset, from, to, decisions, err);
    } else if (dataset->edition_count < 2 && !work->plan) {
        mg_tool_say(_("dataset %s has one edition only: there is nothing to compare"), dataset->name);
    }
    for (size_t i = 1; all && i < dataset->edition_count && !code; i++)
        code = compare(work, dataset, &dataset->editions[i - 1], &dataset->editions[i], decisions, err);
    return code;
}

static enum mg_code answer_request(struct work *work, const struct request *request, struct mg_error *err)
{
    MG_CLEANUP(mg_decisions_finish) struct mg_decisions stored = {0};
    struct mg_decisions *decisions = work->args->decisions ? &work->decisions : &stored;
    struct mg_dataset *dataset = NULL;
    enum mg_code code = mg_dataset_load(work->db, request->dataset, &dataset, err);
    if (code)
        return code;
    if (work->args->explain) {
        code = mg_history_life_write(work->db, dataset, work->args->explain, work->out, err);
    } else if (!(code = find_decisions(work, dataset, &stored, err))) {
        code = compare_all(work, request, dataset, decisions, err);
        if (!code)
            say_decisions(decisions, dataset->name);
    }
    mg_dataset_destroy(dataset);
    return code;
}

/* --planned: all datasets of services, unless one is named. */
static enum mg_code request_all(struct work *work, struct requests *requests, struct mg_error *err)
{
    char **names = NULL;
    enum mg_code code = mg_dataset_names(work->db, "services", &names, err);
    for (size_t i = 0; !code && names[i]; i++)
        code = requests_add(requests, names[i], "", "", err);
    mg_access_names_free(names);
    return code;
}

static enum mg_code tell_plan(struct work *work, struct mg_error *err)
{
    enum mg_code code = mg_plan_match(work->plan, err);
    if (!code && !mg_plan_projects(work->plan))
        mg_tool_say(_("no project was announced: import them with --as projects"));
    if (!code && work->save)
        code = mg_plan_store(work->plan, err);
    if (!code && !work->reader_gone)
        code = unless_gone(work, mg_plan_write(work->plan, work->out, err));
    return code;
}

static enum mg_code answer(struct work *work, struct requests *requests, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (work->args->planned)
        code = mg_plan_create(work->db, &work->plan, err);
    if (!code && work->args->planned && !requests->count)
        code = request_all(work, requests, err);
    if (!code && work->args->by)
        code = mg_place_create(work->db, work->args->level, work->args->cog, &work->place, err);
    if (!code && work->args->stat)
        code = mg_history_stat_create(work->place, &work->stat, err);
    if (!code && work->args->by_category)
        mg_history_stat_by_category(work->stat);
    if (!code && work->args->balance)
        mg_history_stat_balance(work->stat);
    for (size_t i = 0; i < requests->count && !code; i++)
        code = answer_request(work, &requests->items[i], err);
    if (!code && work->plan)
        code = tell_plan(work, err);
    mg_plan_destroy(work->plan);
    mg_history_stat_destroy(work->stat);
    mg_place_destroy(work->place);
    return code;
}

/* ---- output: records, features, or a table of the rows themselves ---- */

static enum mg_code take_line(void *context, const char *line, size_t length, struct mg_error *err)
{
    return mg_publisher_add(context, line, length, err);
}

static enum mg_code open_output(struct work *work, struct mg_error *err)
{
    if (work->form != AS_RECORDS)
        return mg_tool_file_open(work->common, &work->file, err);
    enum mg_code code = mg_tool_output_open(work->common, &work->output, err);
    work->out = work->output.out;
    return code;
}

/* Once the file is open: who may see what is in it. */
static enum mg_code open_features(struct work *work, const struct mg_publish_options *publish,
                                  struct mg_error *err)
{
    if (work->form != AS_FEATURES)
        return MG_OK;
    enum mg_code code =
        mg_publisher_create(work->db, publish, mg_outfile_fd(work->file), &work->publisher, err);
    return code ? code : mg_out_create_lines(take_line, work->publisher, &work->out, err);
}

static enum mg_code close_output(struct work *work, struct mg_error *err)
{
    struct mg_publish_result result = {0};
    enum mg_code code = MG_OK;
    if (work->form == AS_RECORDS)
        return mg_tool_output_close(&work->output, err);
    if (work->publisher)
        code = mg_publisher_close(work->publisher, &result, err);
    if (!code)
        code = mg_tool_file_commit(work->file, err);
    else
        mg_tool_file_destroy(work->file);
    work->file = NULL;
    if (!code && result.unplaced)
        mg_tool_say(ngettext_("%lld record without a place was left out",
                              "%lld records without a place were left out", result.unplaced),
                    (long long)result.unplaced);
    return code;
}

/* The output is closed before the events are committed: the tool that reads it may hold the file until it
 * has seen the end. */
static enum mg_code finish(struct work *work, struct mg_error *err)
{
    enum mg_code code = unless_gone(work, close_output(work, err));
    return !code && work->save ? mg_db_commit(work->db, err) : code;
}

static void give_up(struct work *work, const struct mg_error *why)
{
    if (work->form == AS_RECORDS)
        mg_tool_output_fail(&work->output, why);
    else if (work->file)
        mg_tool_file_destroy(work->file);
    work->file = NULL;
}

static enum mg_code check_form(const struct work *work, bool from_stdin, struct mg_error *err)
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

static enum mg_code read_decisions(struct work *work, struct mg_error *err)
{
    if (!work->args->decisions)
        return MG_OK;
    mg_tool_blame(work->args->decisions);
    enum mg_code code = mg_decisions_read(work->args->decisions, work->args->dataset, &work->decisions, err);
    if (!code)
        mg_tool_blame(NULL);
    return code;
}

static enum mg_code work_on(struct work *work, struct requests *requests, bool from_stdin,
                            struct mg_error *err)
{
    const struct arguments *args = work->args;
    const struct mg_publish_options publish = {.audience = args->audience,
                                               .sequence = work->common->format_name &&
                                                           !strcmp(work->common->format_name, "geojsonl"),
                                               .precision = MG_GEOJSON_PRECISION,
                                               .progress = work->common->progress};
    enum mg_code code = read_decisions(work, err);
    if (!code && from_stdin)
        code = read_editions(work->common, requests, err);
    else if (!code && args->dataset)
        code = requests_add(requests, args->dataset, args->from, args->to, err);
    bool any = requests->count || args->planned;
    work->save = work->save && any;
    if (!code && any)
        code = mg_db_open(work->common->db_path, work->save ? MG_DB_WRITE : MG_DB_READ,
                          work->common->wait_seconds, &work->db, err);
    if (!code && work->save)
        code = mg_db_begin(work->db, err);
    if (!code)
        code = open_features(work, &publish, err);
    if (!code && any)
        code = answer(work, requests, err);
    if (!code)
        code = finish(work, err);
    else
        give_up(work, err);
    if (work->form == AS_FEATURES)
        mg_out_destroy(work->out);
    mg_publisher_destroy(work->publisher);
    mg_decisions_finish(&work->decisions);
    mg_db_close(work->db);
    return code;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    const struct arguments *args = context;
    const char *format = common->format_name ? common->format_name : "";
    struct work work = {
        .common = common, .args = args, .save = !args->no_save && !args->content && !args->explain};
    MG_CLEANUP(requests_finish) struct requests requests = {0};
    bool from_stdin = operand_count == 1 && !strcmp(operands[0], "-");
    enum mg_code code;
    work.form = !strncmp(format, "geojson", 7) ? AS_FEATURES
                : !strcmp(format, "daff")      ? AS_TABLE
                                               : AS_RECORDS;
    if (operand_count && !from_stdin)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not '-', the one operand there may be"), operands[0]);
    if ((code = check_arguments(args, from_stdin, err)) || (code = check_form(&work, from_stdin, err)) ||
        (code = open_output(&work, err)))
        return code;
    code = work_on(&work, &requests, from_stdin, err);
    if (!code)
        *ret_answer = args->exit_code && work.events > 0;
    return code;
}

int main(int argc, char **argv)
{
    static const char *const formats[] = {"table",   "jsonl",    "csv",  "json",
                                          "geojson", "geojsonl", "daff", NULL};
    struct arguments args = {.cog = MG_DATE_NONE};
    const struct mg_tool tool = {
        .name = "diff-history",
        .summary = N_("what opened, closed and changed between editions"),
        .operands = "[-]",
        .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS | MG_TAKES_STRICT,
        .formats = formats,
        .options = options,
        .set = set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
