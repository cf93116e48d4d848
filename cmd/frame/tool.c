#include "cmd/frame/tool.h"

#include <stdlib.h>

#include "cmd/frame/frame.h"
#include "libdata/io/temporary.h"

/* Not there, it would be found out after an hour of work, or be passed over for another that is public. */
static enum mg_code choose_temporary(struct mg_error *err)
{
    const char *directory = getenv("TMPDIR");
    mg_temporary_choose(directory);
    return directory && *directory ? mg_temporary_check(err) : MG_OK;
}

static enum mg_code run(const struct mg_tool *tool, struct mg_parsed *parsed, int argc, char **argv,
                        int *ret_answer, struct mg_error *err)
{
    mg_message_verbosity(parsed->common.verbosity);
    mg_signals_install();
    enum mg_code code = mg_frame_keep_apart(tool, &parsed->common, argc - parsed->first_operand,
                                            argv + parsed->first_operand, err);
    if (!code)
        code = choose_temporary(err);
    if (code)
        return code;
    parsed->common.progress = mg_progress_start(tool->name, parsed->progress, parsed->common.verbosity);
    code = tool->run(&parsed->common, argc - parsed->first_operand, argv + parsed->first_operand, tool->args,
                     ret_answer, err);
    mg_progress_clear();
    return code;
}

static enum mg_code act(const struct mg_tool *tool, int argc, char **argv, int *ret_answer,
                        struct mg_error *err)
{
    MG_CLEANUP(mg_files_destroy_pointer) struct mg_files *files = NULL;
    struct mg_parsed parsed;
    enum mg_code code = mg_files_create(&files, err);
    if (!code)
        code = mg_options_parse(tool, argc, argv, files, &parsed, err);
    if (code)
        return code;
    switch (parsed.action) {
    case MG_ACTION_HELP:
        mg_help_print(tool);
        return MG_OK;
    case MG_ACTION_VERSION:
        mg_help_version();
        return MG_OK;
    case MG_ACTION_COMPLETE:
        mg_help_complete(tool);
        return MG_OK;
    case MG_ACTION_RUN:
        break;
    }
    return run(tool, &parsed, argc, argv, ret_answer, err);
}

int mg_tool_main(const struct mg_tool *tool, int argc, char **argv)
{
    struct mg_error err = {0}, at_end = {0};
    int answer = 0;
    mg_frame_start(tool->name);
    enum mg_code code = act(tool, argc, argv, &answer, &err);
    enum mg_code flushed = mg_frame_flush(&at_end);
    if (!code && flushed) {
        code = flushed;
        err = at_end;
    }
    if (!code)
        return answer;
    if (code != MG_ERR_CLOSED)
        mg_message_error(&err);
    mg_signals_raise();
    return mg_exit_status(code);
}
