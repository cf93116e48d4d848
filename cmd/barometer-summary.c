/* maillage barometer-summary: satisfaction by service, territory or column, and period. */
#include <string.h>

#include "cmd/frame/tool.h"
#include "cmd/frame/values.h"
#include "libdata/base/num.h"
#include "libdata/domain/barometer/barometer.h"

static const struct mg_option options[] = {
    {"dataset", 0, N_("NAME"), N_("the survey, imported with --as responses (needed)")},
    {"question", 0, N_("LIST"), N_("questions, as in q1_01,q2* (all)")},
    {"by", 0, N_("WHAT"), N_("service, a level of territory, or a column (all responses together)")},
    {"period", 0, N_("PERIOD"), N_("all, year, quarter or month (all)")},
    {"score", 0, N_("LIST"), N_("among satisfied, mean, median, net, nps, distribution (satisfied)")},
    {"satisfied", 0, N_("ANSWERS"), N_("the answers of the satisfied, as in 4,5 (the two highest)")},
    {"scale", 0, N_("LOW:HIGH"), N_("the scale of the answers (as imported)")},
    {"edition", 0, N_("DATE"), N_("this edition only (all together)")},
    {"cog", 0, N_("DATE"), N_("the date of the communes, with a level (the latest list)")},
    {"min-n", 0, N_("N"), N_("for the public, hide figures of fewer answers (11)")},
    {"detail-n", 0, N_("N"), N_("for the public, hide other scores of fewer answers (30)")},
    {"audience", 0, N_("WHO"), N_("public or ministry (public)")},
    {"audit", 0, NULL, N_("try to find hidden figures (not built yet)")},
    {0},
};

static enum mg_code bad(struct mg_error *err, const char *value, const char *hint)
{
    mg_fail(err, MG_ERR_USAGE, _("'%s' makes no sense here"), value);
    mg_error_hint(err, "%s", hint);
    return MG_ERR_USAGE;
}

struct arguments {
    struct mg_barometer_request request;
    char edition[MG_DATE_SIZE];
};

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct arguments *args = context;
    struct mg_barometer_request *request = &args->request;
    mg_date date;
    if (!strcmp(name, "dataset")) {
        request->dataset = value;
    } else if (!strcmp(name, "question")) {
        request->questions = value;
    } else if (!strcmp(name, "by")) {
        request->by = value;
    } else if (!strcmp(name, "period")) {
        if (!mg_period_from_name(value, &request->period))
            return bad(err, value, _("the periods are all, year, quarter, month"));
    } else if (!strcmp(name, "score")) {
        return mg_scores_parse(value, &request->scores, err);
    } else if (!strcmp(name, "satisfied")) {
        request->satisfied = value;
    } else if (!strcmp(name, "scale")) {
        request->scale = value;
    } else if (!strcmp(name, "edition")) {
        enum mg_code code = mg_value_date(value, &date, err);
        if (code)
            return code;
        mg_date_format(date, args->edition);
        request->edition = args->edition;
    } else if (!strcmp(name, "cog")) {
        return mg_value_date(value, &request->cog, err);
    } else if (!strcmp(name, "min-n")) {
        if (!mg_num_parse_i64(value, strlen(value), &request->min_n) || request->min_n < 1)
            return bad(err, value, _("a whole number from 1"));
    } else if (!strcmp(name, "detail-n")) {
        if (!mg_num_parse_i64(value, strlen(value), &request->detail_n) || request->detail_n < 1)
            return bad(err, value, _("a whole number from 1"));
    } else if (!strcmp(name, "audience")) {
        return mg_value_audience(value, &request->audience, err);
    } else if (!strcmp(name, "audit")) {
        return mg_fail(err, MG_ERR_USAGE, _("the audit is not built yet"));
    }
    return MG_OK;
}

static void say_off_scale(const struct mg_barometer *barometer, enum mg_audience audience)
{
    const char *question;
    int64_t count;
    for (size_t i = 0; mg_barometer_off_scale(barometer, i, &question, &count); i++) {
        if (!count)
            continue;
        if (audience == MG_PUBLIC)
            mg_tool_say(_("%s: answers that are not on the scale left out"), question);
        else
            mg_tool_say(ngettext_("%s: %lld answer that is not on the scale left out",
                                  "%s: %lld answers that are not on the scale left out", count),
                        question, (long long)count);
    }
}

static enum mg_code answer(const struct mg_common *common, void *context, struct mg_db *db,
                           struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(mg_barometer_destroy_pointer) struct mg_barometer *barometer = NULL;
    int64_t responses, unweighted;
    (void)common;
    enum mg_code code = mg_barometer_create(db, context, &barometer, err);
    if (code)
        return code;
    mg_barometer_counts(barometer, &responses, &unweighted);
    mg_tool_note(_("%lld responses read"), (long long)responses);
    if (unweighted)
        mg_tool_say(ngettext_("%lld response without a weight left out",
                              "%lld responses without a weight left out", unweighted),
                    (long long)unweighted);
    say_off_scale(barometer, ((const struct mg_barometer_request *)context)->audience);
    return mg_barometer_write(barometer, out, err);
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    struct arguments *args = context;
    (void)operand_count, (void)operands;
    if (!args->request.dataset) {
        mg_fail(err, MG_ERR_USAGE, _("no dataset is given"));
        mg_error_hint(err, _("say which survey is asked for, as in --dataset barometre"));
        return MG_ERR_USAGE;
    }
    args->request.progress = common->progress;
    *ret_answer = 0;
    return mg_tool_answer(common, args->request.audience, answer, &args->request, err);
}

int main(int argc, char **argv)
{
    struct arguments args = {.request = {.scores = MG_SCORE_SATISFIED,
                                         .cog = MG_DATE_NONE,
                                         .min_n = MG_BAROMETER_MIN_N,
                                         .audience = MG_PUBLIC}};
    const struct mg_tool tool = {
        .name = "barometer-summary",
        .summary = N_("the satisfaction barometer by service, territory and period, with intervals"),
        .operands = "",
        .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS,
        .options = options,
        .set = set,
        .run = run,
        .args = &args,
    };
    return mg_tool_main(&tool, argc, argv);
}
