/* maillage crossref: datasets crossed by territory and time. */
#include <stdlib.h>
#include <string.h>

#include "cmd/tool.h"
#include "libdata/base/alloc.h"
#include "libdata/domain/crossref/crossref.h"

struct arguments {
    struct mg_crossref_request request;
    bool level_given;
    char *names; /* of --dataset, cut at its commas */
    const char **datasets;
};

static const struct mg_option options[] = {
    {"level", 0, N_("LEVEL"), N_("commune, epci, arrondissement, departement or region (needed)")},
    {"dataset", 0, N_("A,B"), N_("the datasets to cross (all services and counts)")},
    {"at", 0, N_("DATE"), N_("the latest edition not after this date (the latest of all)")},
    {"from", 0, N_("DATE"), N_("compare the latest edition not after this date...")},
    {"to", 0, N_("DATE"), N_("...with the latest not after this one")},
    {"metric", 0, N_("LIST"), N_("among count, rate, delta, losses (count; delta too between two dates)")},
    {"by-category", 0, NULL, N_("one record for each category instead of all together")},
    {"within", 0, N_("TERRITORY"), N_("only what is in it, as in departement:51")},
    {"cog", 0, N_("DATE"), N_("the date of the communes that everything is brought to (the latest list)")},
    {0},
};

static enum mg_code set_date(const char *value, mg_date *date, struct mg_error *err)
{
    if (!mg_date_parse_iso(value, strlen(value), date)) {
        mg_fail(err, MG_ERR_USAGE, _("'%s' is not a date"), value);
        mg_error_hint(err, _("write 2020, 2020-06 or 2020-06-30"));
        return MG_ERR_USAGE;
    }
    return MG_OK;
}

static enum mg_code set_datasets(struct arguments *args, const char *list, struct mg_error *err)
{
    size_t count = 1;
    for (const char *p = list; *p; p++)
        count += *p == ',';
    free(args->names);
    free(args->datasets);
    args->names = mg_strdup(list);
    args->datasets = mg_calloc(count, sizeof *args->datasets);
    if (!args->names || !args->datasets)
        return mg_fail_memory(err);
    size_t filled = 0;
    for (char *rest = args->names, *name; (name = strsep(&rest, ","));)
        args->datasets[filled++] = name;
    args->request.datasets = args->datasets;
    args->request.dataset_count = count;
    return MG_OK;
}

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct arguments *args = context;
    struct mg_crossref_request *request = &args->request;
    if (!strcmp(name, "level")) {
        if (!mg_level_from_name(value, &request->level)) {
            mg_fail(err, MG_ERR_USAGE, _("'%s' is not a level"), value);
            mg_error_hint(err, _("the levels are commune, epci, arrondissement, departement, region"));
            return MG_ERR_USAGE;
        }
        args->level_given = true;
    } else if (!strcmp(name, "dataset")) {
        return set_datasets(args, value, err);
    } else if (!strcmp(name, "at")) {
        return set_date(value, &request->at, err);
    } else if (!strcmp(name, "from")) {
        return set_date(value, &request->from, err);
    } else if (!strcmp(name, "to")) {
        return set_date(value, &request->to, err);
    } else if (!strcmp(name, "cog")) {
        return set_date(value, &request->cog, err);
    } else if (!strcmp(name, "metric")) {
        return mg_metrics_parse(value, &request->metrics, err);
    } else if (!strcmp(name, "within")) {
        request->within = value;
    } else if (!strcmp(name, "by-category")) {
        request->by_category = true;
    }
    return MG_OK;
}

static enum mg_code answer(const struct mg_common *common, const struct mg_crossref_request *request,
                           struct mg_out *out, struct mg_error *err)
{
    struct mg_db *db = NULL;
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    enum mg_code code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (code)
        return code;
    code = mg_crossref_create(db, request, &cross, err);
    if (!code) {
        const char *left_out;
        for (size_t i = 0; (left_out = mg_crossref_left_out(cross, i)); i++)
            mg_tool_say(_("left out: %s"), left_out);
        code = mg_crossref_write(cross, out, err);
    }
    mg_db_close(db);
    return code;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    struct arguments *args = context;
    struct mg_crossref_request *request = &args->request;
    struct mg_output output;
    (void)operand_count;
    (void)operands;
    if (!args->level_given) {
        mg_fail(err, MG_ERR_USAGE, _("no level is given"));
        mg_error_hint(err, _("say which territories are asked for, as in --level departement"));
        return MG_ERR_USAGE;
    }
    if (!request->metrics)
        request->metrics = MG_METRIC_COUNT | (request->from != MG_DATE_NONE ? MG_METRIC_DELTA : 0);
    request->progress = common->progress;
    enum mg_code code = mg_tool_output_open(common, &output, err);
    if (code)
        return code;
    code = answer(common, request, output.out, err);
    if (code) {
        mg_tool_output_fail(&output, err);
        return code;
    }
    *ret_answer = 0;
    return mg_tool_output_close(&output, err);
}

int main(int argc, char **argv)
{
    struct arguments args = {
        .request = {.at = MG_DATE_NONE, .from = MG_DATE_NONE, .to = MG_DATE_NONE, .cog = MG_DATE_NONE}};
    const struct mg_tool tool = {
        .name = "crossref",
        .summary = N_("datasets crossed by territory and time: counts, rates, changes"),
        .operands = "",
        .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_FORMAT | MG_TAKES_PROGRESS,
        .options = options,
        .set = set,
        .run = run,
        .args = &args,
    };
    int status = mg_tool_main(&tool, argc, argv);
    free(args.names);
    free(args.datasets);
    return status;
}
