/* diff-history - what opened, closed and changed between two editions of a dataset. */
#include <string.h>

#include "cmd/diff-history/run.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/publish/geojson.h"

/* The output is closed before the events are committed: the tool that reads it may hold the file until it
 * has seen the end. */
static enum mg_code finish(struct work *work, struct mg_error *err)
{
    enum mg_code code = diff_unless_gone(work, diff_close_output(work, err));
    if (!code && work->save)
        code = mg_digest_ledger_close(work->db, &work->digests, err);
    return !code && work->save ? mg_db_commit(work->db, err) : code;
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
                                               .identity = args->identity,
                                               .content_only = args->content,
                                               .progress = work->common->progress};
    enum mg_code code = read_decisions(work, err);
    if (!code && from_stdin)
        code = diff_read_editions(work->common, requests, err);
    else if (!code && args->dataset)
        code = diff_requests_add(requests, args->dataset, args->from, args->to, err);
    bool any = requests->count || args->planned;
    work->save = work->save && any;
    if (!code && any)
        code = mg_db_open(work->common->db_path, work->save ? MG_DB_WRITE : MG_DB_READ,
                          work->common->wait_seconds, &work->db, err);
    if (!code && any) /* what is only read is read as of one moment, too */
        code = mg_db_begin(work->db, err);
    if (!code && work->save)
        code = mg_digest_ledger_open(work->db, &work->digests, err);
    if (!code)
        code = diff_open_features(work, &publish, err);
    if (!code && any)
        code = diff_answer(work, requests, err);
    if (!code)
        code = finish(work, err);
    else
        diff_give_up(work, err);
    if (work->form == AS_FEATURES)
        mg_out_destroy(work->out);
    mg_publisher_destroy(work->publisher);
    mg_decisions_finish(&work->decisions);
    mg_digest_ledger_finish(&work->digests);
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
    MG_CLEANUP(diff_requests_finish) struct requests requests = {0};
    bool from_stdin = operand_count == 1 && !strcmp(operands[0], "-");
    enum mg_code code;
    work.form = !strncmp(format, "geojson", 7) ? AS_FEATURES
                : !strcmp(format, "daff")      ? AS_TABLE
                                               : AS_RECORDS;
    if (operand_count && !from_stdin)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not '-', the one operand there may be"), operands[0]);
    code = diff_check_arguments(args, from_stdin, err);
    if (!code)
        code = diff_check_form(&work, from_stdin, err);
    if (!code)
        code = diff_open_output(&work, err);
    if (code)
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
        .options = diff_options,
        .set = diff_set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
