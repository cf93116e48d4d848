/* Where the answer goes: records, features, or a table of the rows themselves. */
#include "cmd/diff-history/run.h"

/* Once the reader has gone, what is left to do is to save. */
enum mg_code diff_unless_gone(struct work *work, enum mg_code code)
{
    if (code != MG_ERR_CLOSED || !work->save)
        return code;
    work->reader_gone = true;
    return MG_OK;
}

static enum mg_code publish_record(void *context, json_t *record, struct mg_error *err)
{
    return mg_publisher_add(context, record, err);
}

enum mg_code diff_open_output(struct work *work, struct mg_error *err)
{
    const struct mg_common *common = work->common;
    if (work->form != AS_RECORDS)
        return mg_tool_file_open(common, common->output_path, work->args->audience, &work->file, err);
    enum mg_code code = mg_tool_output_open(common, MG_MINISTRY, &work->output, err);
    work->out = work->output.out;
    return code;
}

/* Once the file is open: who may see what is in it. */
enum mg_code diff_open_features(struct work *work, const struct mg_publish_options *publish,
                                struct mg_error *err)
{
    if (work->form != AS_FEATURES)
        return MG_OK;
    enum mg_code code =
        mg_publisher_create(work->db, publish, mg_outfile_fd(work->file), &work->publisher, err);
    return code ? code : mg_out_create_records(publish_record, work->publisher, &work->out, err);
}

enum mg_code diff_close_output(struct work *work, struct mg_error *err)
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

void diff_give_up(struct work *work, const struct mg_error *why)
{
    if (work->form == AS_RECORDS)
        mg_tool_output_fail(&work->output, why);
    else if (work->file)
        mg_tool_file_destroy(work->file);
    work->file = NULL;
}
