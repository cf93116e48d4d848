#include <sys/ioctl.h>
#include <unistd.h>

#include "cmd/frame/frame.h"

/* Of the terminal that standard output is, or 0. */
static size_t window_width(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* Looked at again although the frame did before the tool began: what is there may be another file by now. */
enum mg_code mg_tool_file_open(const struct mg_common *common, const char *path, enum mg_audience readers,
                               struct mg_outfile **ret_file, struct mg_error *err)
{
    struct mg_outfile *file = NULL;
    enum mg_code code = mg_files_check(common->files, err);
    if (code)
        return code;
    mg_signals_hold();
    code = mg_outfile_open(path, readers != MG_PUBLIC, &file, err);
    if (!code)
        mg_signals_guard(mg_outfile_temporary(file));
    mg_signals_let();
    if (!code)
        *ret_file = file;
    return code;
}

/* A guard is released when its name is gone, not before. */
enum mg_code mg_tool_file_commit(struct mg_outfile *file, struct mg_error *err)
{
    int guard = mg_signals_guarded(mg_outfile_temporary(file));
    enum mg_code code = mg_outfile_commit(file, err);
    mg_outfile_destroy(file);
    mg_signals_release(guard);
    return code;
}

void mg_tool_file_destroy(struct mg_outfile *file)
{
    int guard = file ? mg_signals_guarded(mg_outfile_temporary(file)) : -1;
    mg_outfile_destroy(file);
    mg_signals_release(guard);
}

enum mg_code mg_tool_output_open(const struct mg_common *common, enum mg_audience readers,
                                 struct mg_output *ret_output, struct mg_error *err)
{
    struct mg_output output = {0};
    enum mg_code code = mg_tool_file_open(common, common->output_path, readers, &output.file, err);
    if (code)
        return code;
    code = mg_out_create(mg_outfile_fd(output.file), common->format, &output.out, err);
    if (code) {
        mg_tool_file_destroy(output.file);
        return code;
    }
    if (!common->output_path)
        mg_out_set_width(output.out, window_width());
    *ret_output = output;
    return MG_OK;
}

enum mg_code mg_tool_output_close(struct mg_output *output, struct mg_error *err)
{
    enum mg_code code = mg_out_close(output->out, err);
    mg_out_destroy(output->out);
    if (code)
        mg_tool_file_destroy(output->file);
    else
        code = mg_tool_file_commit(output->file, err);
    *output = (struct mg_output){0};
    return code;
}

void mg_tool_output_fail(struct mg_output *output, const struct mg_error *why)
{
    if (output->out)
        mg_out_failed(output->out, why);
    mg_out_destroy(output->out);
    mg_tool_file_destroy(output->file);
    *output = (struct mg_output){0};
}

enum mg_code mg_tool_answer(const struct mg_common *common, enum mg_audience readers,
                            mg_tool_answerer *answer, void *context, struct mg_error *err)
{
    struct mg_output output;
    struct mg_db *db = NULL;
    enum mg_code code = mg_tool_output_open(common, readers, &output, err);
    if (code)
        return code;
    code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (!code)
        code = answer(common, context, db, output.out, err);
    mg_db_close(db);
    if (!code)
        return mg_tool_output_close(&output, err);
    mg_tool_output_fail(&output, err);
    return code;
}
