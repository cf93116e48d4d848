/* A tool that does nothing of use but to have every part of the frame tested through the command line. */
#include <string.h>
#include <unistd.h>

#include "cmd/frame/tool.h"
#include "libdata/base/num.h"
#include "libdata/io/in.h"

static struct args {
    const char *fail; /* "input", "busy", ... */
    const char *place;
    const char *second; /* a second output */
    int64_t count;
    bool no, hang, slow;
} args;

static const struct mg_option options[] = {
    {"count", 'n', N_("N"), N_("how many records to write")},
    {"counter", 0, NULL, N_("makes --count need to be whole")},
    {"fail", 0, N_("HOW"), N_("fail after the records")},
    {"place", 0, N_("FILE"), N_("what the failure is about")},
    {"second", 0, N_("FILE"), N_("write nothing there too")},
    {"no", 0, NULL, N_("answer no")},
    {"slow", 0, NULL, N_("report until asked to stop")},
    {"hang", 0, NULL, N_("never report")},
    {0},
};

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct args *a = context;
    if (strcmp(name, "count") == 0) {
        if (!mg_num_parse_i64(value, strlen(value), &a->count))
            return mg_fail(err, MG_ERR_USAGE, "'%s' is not a whole number", value);
    } else if (strcmp(name, "fail") == 0) {
        a->fail = value;
    } else if (strcmp(name, "place") == 0) {
        a->place = value;
    } else if (strcmp(name, "second") == 0) {
        a->second = value;
    } else if (strcmp(name, "no") == 0) {
        a->no = true;
    } else if (strcmp(name, "slow") == 0) {
        a->slow = true;
    } else if (strcmp(name, "hang") == 0) {
        a->hang = true;
    }
    return MG_OK;
}

static enum mg_code fail(const struct args *a, struct mg_error *err)
{
    static const char *const names[] = {"ok", "usage", "input", "db", "io", "memory", "busy", "closed"};
    if (!a->fail)
        return MG_OK;
    mg_tool_blame(a->place);
    int code = 0;
    while (code < MG_ERR_CLOSED && strcmp(names[code], a->fail) != 0)
        code++;
    mg_fail(err, (enum mg_code)code, "it failed\nas %s", a->fail);
    mg_error_at(err, 17, 3, 4, "latitude");
    if (code == MG_ERR_INPUT)
        mg_error_hint(err, "look at line %d", 17);
    return (enum mg_code)code;
}

static enum mg_code copy(const struct mg_common *common, struct mg_out *out, struct mg_error *err)
{
    struct mg_in *in;
    enum mg_code code = mg_in_create(STDIN_FILENO, common->strict_input, &in, err);
    json_t *record = NULL;
    if (code)
        return code;
    mg_tool_blame("-");
    while (!(code = mg_in_next(in, &record, err)) && record) {
        mg_out_begin(out, "copy");
        mg_out_text(out, "name", mg_in_text(record, "name"));
        if ((code = mg_out_end_record(out, err)))
            break;
    }
    mg_in_destroy(in);
    return code;
}

static enum mg_code count(const struct mg_common *common, const struct args *a, struct mg_out *out,
                          struct mg_error *err)
{
    for (int64_t i = 0; i < a->count; i++) {
        if (!mg_progress_report(common->progress, "counting", i, a->count))
            return mg_fail(err, MG_ERR_IO, "interrupted");
        mg_out_begin(out, "sample");
        mg_out_int(out, "n", i);
        mg_out_real(out, "half", (double)i / 2);
        mg_out_text(out, "name", "Mâcon");
        enum mg_code code = mg_out_end_record(out, err);
        if (code)
            return code;
    }
    while (a->hang || a->slow) {
        if (a->slow && !mg_progress_report(common->progress, "waiting", 0, -1))
            return mg_fail(err, MG_ERR_IO, "interrupted");
        usleep(10000);
    }
    return fail(a, err);
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    const struct args *a = context;
    struct mg_output output;
    struct mg_outfile *second = NULL;
    enum mg_code code = mg_tool_output_open(common, MG_PUBLIC, &output, err);
    if (!code && a->second && (code = mg_tool_file_open(common, a->second, MG_MINISTRY, &second, err)))
        mg_tool_output_fail(&output, err);
    if (code)
        return code;
    mg_tool_say("file %s, %d operands, wait %d", common->db_path ? common->db_path : "none", operand_count,
                common->wait_seconds);
    mg_tool_note("a\tnote");
    if (operand_count && strcmp(operands[0], "-") == 0)
        code = copy(common, output.out, err);
    else
        code = count(common, a, output.out, err);
    if (code) {
        mg_tool_file_destroy(second);
        mg_tool_output_fail(&output, err);
        return code;
    }
    if (second && (code = mg_tool_file_commit(second, err))) {
        mg_tool_output_fail(&output, err);
        return code;
    }
    *ret_answer = a->no;
    return mg_tool_output_close(&output, err);
}

int main(int argc, char **argv)
{
    static const char *const writes[] = {"second", NULL};
    static const struct mg_tool tool = {
        .name = "sample",
        .summary = N_("try the frame"),
        .operands = N_("[FILE]"),
        .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS | MG_TAKES_STRICT,
        .options = options,
        .writes = writes,
        .set = set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
