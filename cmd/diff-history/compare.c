/* Two editions, or all: events walked, stored, written, counted. */
#include <string.h>

#include "cmd/diff-history/run.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/answer/daff.h"
#include "libdata/domain/history/answer/one_service.h"
#include "libdata/domain/stocks/stock.h"

static enum mg_code visit_event(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct work *work = context;
    enum mg_code code = MG_OK;
    if (event->kind != MG_EVENT_UNCHANGED) {
        work->events++;
        if (work->store) {
            code = mg_event_store_add(work->store, event, err);
            if (code)
                return code;
        }
    }
    if (work->plan)
        return mg_plan_event(work->plan, event, work->store ? mg_event_store_last(work->store) : 0, err);
    if (work->stat)
        return mg_history_stat_add(work->stat, event, err);
    if (!work->reader_gone && !work->args->links && work->form != AS_TABLE)
        code = diff_unless_gone(work, mg_event_write(work->out, event, err));
    return code;
}

static enum mg_code visit_link(void *context, const struct mg_link *link, struct mg_error *err)
{
    struct work *work = context;
    return work->reader_gone ? MG_OK : diff_unless_gone(work, mg_link_write(work->out, link, err));
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

/* What is open of the two editions: which rows are one service, the public may know from that only. */
static enum mg_code create_open(struct work *work, const struct mg_history_options *options,
                                const struct mg_dataset *dataset, const struct mg_edition *from,
                                const struct mg_edition *to, struct mg_history **ret_open,
                                struct mg_error *err)
{
    struct mg_history_options open_only = *options;
    struct mg_dataset *seen = NULL;
    enum mg_code code = mg_access_load(work->db, MG_PUBLIC, dataset->name, &seen, err);
    mg_dataset_destroy(seen);
    open_only.open_only = true;
    if (!code)
        code = mg_access_narrow(work->db, MG_PUBLIC, err);
    if (!code)
        code = mg_history_create(work->db, dataset, from, to, &open_only, ret_open, err);
    mg_access_widen(work->db);
    return code;
}

static enum mg_code walk(struct work *work, struct mg_history *history, struct mg_history *open,
                         const struct mg_event *pair, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (work->save || work->args->exit_code || !work->args->links)
        code = mg_history_events(history, visit_event, work, err);
    if (!code && work->store)
        code = mg_event_store_end(work->store, err);
    if (!code && work->form == AS_TABLE && !work->reader_gone)
        code = diff_unless_gone(work, mg_history_highlight(open ? open : history, work->args->audience,
                                                           mg_outfile_fd(work->file), err));
    if (!code && work->store)
        code = mg_history_links_store(history, err);
    if (!code && work->args->links)
        code = mg_history_links(history, visit_link, work, err);
    if (!code && work->stat && !work->reader_gone)
        code = diff_unless_gone(work, write_stat(work, history, pair, err));
    if (!code && !work->args->content && (work->save || work->args->exit_code || !work->args->links))
        diff_report_summary(history, pair);
    return code;
}

static enum mg_code visit_figure(void *context, const struct mg_event *event, struct mg_error *err)
{
    struct work *work = context;
    enum mg_code code = work->store ? mg_event_store_add(work->store, event, err) : MG_OK;
    work->events++;
    if (!code && !work->reader_gone && !work->args->stat)
        code = diff_unless_gone(work, mg_event_write(work->out, event, err));
    return code;
}

/* Figures instead of services: no links, no keys. */
static enum mg_code compare_counts(struct work *work, const struct mg_dataset *dataset,
                                   const struct mg_edition *from, const struct mg_edition *to,
                                   struct mg_error *err)
{
    struct mg_stock_history *history = NULL;
    if (work->args->links || work->args->content || work->args->identity != MG_IDENTITY_AUTO)
        return mg_fail(err, MG_ERR_USAGE,
                       _("dataset '%s' is of counts: --links, --content and --identity are for services"),
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
        code = diff_unless_gone(
            work, mg_stock_history_stat(history, work->place, work->args->by_ministry, work->out, err));
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
    struct mg_history *history = NULL, *open = NULL;
    if (work->args->as && strcmp(work->args->as, dataset->kind))
        return mg_fail(err, MG_ERR_USAGE, _("dataset '%s' is of %s, not of %s"), dataset->name, dataset->kind,
                       work->args->as);
    if (!strcmp(dataset->kind, "counts"))
        return compare_counts(work, dataset, from, to, err);
    enum mg_code code = mg_history_create(work->db, dataset, from, to, &history_options, &history, err);
    if (!code && work->form == AS_TABLE && work->args->audience == MG_PUBLIC)
        code = create_open(work, &history_options, dataset, from, to, &open, err);
    if (!code && work->stat) {
        mg_date codes[2];
        mg_history_codes_of(history, &codes[0], &codes[1]);
        mg_history_stat_codes(work->stat, codes[0], codes[1]);
    }
    if (!code && work->args->by_ministry)
        mg_history_stat_ministry(work->stat, dataset->producer);
    if (!code && work->plan)
        code = mg_plan_compared(work->plan, dataset->name, to->as_of, err);
    if (!code && work->save)
        code = mg_event_store_begin(work->db, dataset, from, to, &work->store, err);
    if (!code)
        code = walk(work, history, open, &pair, err);
    mg_event_store_destroy(work->store);
    work->store = NULL;
    mg_history_destroy(open);
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
            diff_report_decisions(decisions, dataset->name);
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
        code = diff_requests_add(requests, names[i], "", "", err);
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
        code = diff_unless_gone(work, mg_plan_write(work->plan, work->out, err));
    return code;
}

enum mg_code diff_answer(struct work *work, struct requests *requests, struct mg_error *err)
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
