/* check - is this file whole, and are its books balanced? */
#include "libdata/domain/check.h"
#include "cmd/tool.h"

struct args {
    bool verify;
};

static enum mg_code set(void *args, const char *name, const char *value, struct mg_error *err)
{
    (void)name, (void)value, (void)err;
    ((struct args *)args)->verify = true; /* the only option of its own */
    return MG_OK;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *args,
                        int *ret_answer, struct mg_error *err)
{
    (void)operand_count, (void)operands;
    const struct args *given = args;
    struct mg_db *db = NULL;
    struct mg_output output;
    int64_t findings = 0;
    enum mg_code code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (code != MG_OK)
        return code;
    code = mg_tool_output_open(common, &output, err);
    if (code == MG_OK) {
        code = mg_check(db, given->verify, output.out, common->progress, &findings, err);
        if (code == MG_OK)
            code = mg_tool_output_close(&output, err);
        else
            mg_tool_output_fail(&output, err);
    }
    mg_db_close(db);
    if (code == MG_OK && findings == 0)
        mg_tool_note(_("%s is whole"), common->db_path);
    if (code == MG_OK)
        *ret_answer = findings > 0;
    return code;
}

static const struct mg_option options[] = {
    {"verify", 0, NULL, N_("read all records again too: do they still say what was imported?")},
    {0},
};

static struct args args;

static const struct mg_tool tool = {
    .name = "check",
    .summary = N_("say whether the file is whole and its books balance"),
    .operands = "",
    .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS,
    .options = options,
    .set = set,
    .run = run,
    .args = &args,
};

int main(int argc, char **argv)
{
    return mg_tool_main(&tool, argc, argv);
}
