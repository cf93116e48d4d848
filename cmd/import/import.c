/* maillage import: one file into the maillage file, as a dated edition of a dataset. */
#include <stdlib.h>
#include <unistd.h>

#include "cmd/import/run.h"
#include "libdata/domain/columns/national.h"
#include "libdata/domain/import/corrections.h"
#include "libdata/domain/kinds/kinds.h"

/* --rejects: opened before the import, so that a place that cannot be written is known at once. */
struct rejects {
    struct mg_outfile *file;
    struct mg_out *out;
};

static enum mg_code dry_run(const struct mg_common *common, const char *path, const struct args *args,
                            struct mg_error *err)
{
    struct mg_db *db = NULL;
    struct mg_output output = {0};
    struct mg_import_source source = {0};
    enum mg_code code = MG_OK;
    if (common->db_path && access(common->db_path, F_OK) == 0)
        code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (!code)
        code = mg_tool_output_open(common, MG_MINISTRY, &output, err);
    if (!code) {
        code = mg_import_describe(db, path, &args->import, output.out, &source, err);
        if (code)
            mg_tool_output_fail(&output, err);
        else
            code = mg_tool_output_close(&output, err);
    }
    mg_db_close(db);
    if (!code)
        import_report_source(&source);
    return code;
}

static enum mg_code open_rejects(const struct mg_common *common, struct args *args, struct rejects *rejects,
                                 struct mg_error *err)
{
    if (!args->rejects_path)
        return MG_OK;
    bool jsonl = mg_is_jsonl_name(args->rejects_path);
    enum mg_code code = mg_tool_file_open(common, args->rejects_path, MG_MINISTRY, &rejects->file, err);
    if (!code)
        code = mg_out_create(mg_outfile_fd(rejects->file), jsonl ? MG_FORMAT_JSONL : MG_FORMAT_CSV,
                             &rejects->out, err);
    args->import.rejects = rejects->out;
    args->import.rejects_as_columns = !jsonl;
    return code;
}

/* Also when nothing was loaded: that is when they are wanted most. The import's own error comes first. */
static enum mg_code close_rejects(struct rejects *rejects, enum mg_code code, struct mg_error *err)
{
    struct mg_error own = {0};
    enum mg_code result = MG_OK;
    if (rejects->out && (!code || code == MG_ERR_INPUT)) {
        result = mg_out_close(rejects->out, &own);
        if (!result) {
            result = mg_tool_file_commit(rejects->file, &own);
            rejects->file = NULL;
        }
    }
    mg_out_destroy(rejects->out);
    mg_tool_file_destroy(rejects->file);
    if (!code && result)
        *err = own;
    return code ? code : result;
}

static enum mg_code import_file(const struct mg_common *common, const char *path, struct args *args,
                                struct mg_import_result *ret_result, struct mg_error *err)
{
    struct mg_db *db = NULL;
    struct rejects rejects = {0};
    enum mg_code code = open_rejects(common, args, &rejects, err);
    if (!code)
        code = mg_db_open(common->db_path, MG_DB_CREATE, common->wait_seconds, &db, err);
    if (!code)
        code = mg_import_file(db, path, &args->import, ret_result, err);
    mg_db_close(db);
    return close_rejects(&rejects, code, err);
}

static enum mg_code list_profiles(const struct mg_common *common, struct mg_error *err)
{
    struct mg_output output = {0};
    enum mg_code code = mg_tool_output_open(common, MG_PUBLIC, &output, err);
    if (code)
        return code;
    code = mg_nationals_list(output.out, err);
    if (code)
        mg_tool_output_fail(&output, err);
    else
        code = mg_tool_output_close(&output, err);
    return code;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    (void)ret_answer;
    struct args *args = context;
    struct mg_import_result result = {0};
    struct mg_output output = {0};
    args->import.progress = common->progress;
    args->import.open_fields = args->open_fields.items;
    args->import.open_field_count = args->open_fields.count;
    if (args->list_profiles)
        return list_profiles(common, err);
    enum mg_code code = import_check_arguments(common, args, operand_count, operands, err);
    if (!code && args->dry_run)
        code = dry_run(common, operands[0], args, err);
    else if (!code)
        code = mg_tool_output_open(common, MG_MINISTRY, &output, err);
    if (!code && !args->dry_run) {
        code = import_file(common, operands[0], args, &result, err);
        if (!code)
            code = import_write_edition(output.out, &result, err);
        if (code)
            mg_tool_output_fail(&output, err);
        else
            code = mg_tool_output_close(&output, err);
        if (!code)
            import_report_result(&result);
    }
    if (code == MG_ERR_INPUT)
        mg_tool_blame(operands[0]);
    free(args->open_fields.text);
    return code;
}

int main(int argc, char **argv)
{
    static const char *const writes[] = {"rejects", NULL};
    struct args args = {.import = {.kinds = mg_kinds, .max_reject_rows = -1, .max_reject_share = 0.01}};
    const struct mg_tool tool = {
        .name = "import",
        .summary = N_("a file into the maillage file, as a dated edition of a dataset"),
        .operands = N_("[FILE]"),
        .takes = MG_TAKES_DB | MG_DB_OPTIONAL | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS,
        .options = import_options,
        .writes = writes,
        .set = import_set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
