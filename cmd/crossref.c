/* maillage crossref: datasets crossed by territory and time. */
#include <stdlib.h>
#include <string.h>

#include "cmd/frame/tool.h"
#include "cmd/frame/values.h"
#include "libdata/base/alloc.h"
#include "libdata/domain/crossref/crossref.h"

struct arguments {
    struct mg_crossref_request request;
    bool level_given;
    struct mg_value_datasets datasets;
    const char **categories;
    size_t category_count;
};

static const struct mg_option options[] = {
    {"level", 0, N_("LEVEL"), N_("commune, epci, arrondissement, departement or region (needed)")},
    {"dataset", 0, N_("A,B"), N_("the datasets to cross (all services and counts)")},
    {"category", 0, N_("DATASET:NAME"), N_("of that dataset, count these categories only (may be repeated)")},
    {"at", 0, N_("DATE"), N_("the latest edition not after this date (the latest of all)")},
    {"from", 0, N_("DATE"), N_("compare the latest edition not after this date...")},
    {"to", 0, N_("DATE"), N_("...with the latest not after this one")},
    {"inside", 0, NULL, N_("each dataset's first and last edition between the two dates instead")},
    {"metric", 0, N_("LIST"), N_("what to work out")},
    {"by-category", 0, NULL, N_("one record for each category instead of all together")},
    {"units", 0, N_("LEVEL"), N_("the smaller territories that coincidence, gini and theil are over")},
    {"groups", 0, N_("LEVEL"), N_("tell theil between these territories and within them")},
    {"of", 0, N_("METRIC"), N_("whose figures gini and theil are of (rate)")},
    {"within", 0, N_("TERRITORY"), N_("only what is in it, as in departement:51")},
    {"cog", 0, N_("DATE"), N_("the date of the communes that everything is brought to (the latest list)")},
    {0},
};

static enum mg_code add_category(struct arguments *args, const char *value, struct mg_error *err)
{
    const char **grown = mg_realloc(args->categories, args->category_count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    args->categories = grown;
    grown[args->category_count++] = value;
    return MG_OK;
}

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct arguments *args = context;
    struct mg_crossref_request *request = &args->request;
    if (!strcmp(name, "level")) {
        args->level_given = true;
        return mg_value_level(value, &request->level, err);
    } else if (!strcmp(name, "dataset")) {
        return mg_value_datasets(value, &args->datasets, err);
    } else if (!strcmp(name, "category")) {
        return add_category(args, value, err);
    } else if (!strcmp(name, "at")) {
        return mg_value_date(value, &request->at, err);
    } else if (!strcmp(name, "from")) {
        return mg_value_date(value, &request->from, err);
    } else if (!strcmp(name, "to")) {
        return mg_value_date(value, &request->to, err);
    } else if (!strcmp(name, "cog")) {
        return mg_value_date(value, &request->cog, err);
    } else if (!strcmp(name, "metric")) {
        return mg_metrics_parse(value, &request->metrics, err);
    } else if (!strcmp(name, "within")) {
        request->within = value;
    } else if (!strcmp(name, "inside")) {
        request->inside = true;
    } else if (!strcmp(name, "units")) {
        request->has_units = true;
        return mg_value_level(value, &request->units, err);
    } else if (!strcmp(name, "groups")) {
        request->has_groups = true;
        return mg_value_level(value, &request->groups, err);
    } else if (!strcmp(name, "of")) {
        request->of = value;
    } else if (!strcmp(name, "by-category")) {
        request->by_category = true;
    }
    return MG_OK;
}

static const char *values(const char *option, size_t i)
{
    return !strcmp(option, "metric") ? mg_metrics_name(i) : NULL;
}

static enum mg_code answer(const struct mg_common *common, void *context, struct mg_db *db,
                           struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(mg_crossref_destroy_pointer) struct mg_crossref *cross = NULL;
    (void)common;
    enum mg_code code = mg_crossref_create(db, context, &cross, err);
    const char *left_out, *remark;
    for (size_t i = 0; !code && (left_out = mg_crossref_left_out(cross, i)); i++)
        mg_tool_say(_("left out: %s"), left_out);
    if (!code && (remark = mg_crossref_remark(cross)))
        mg_tool_say("%s", remark);
    return code ? code : mg_crossref_write(cross, out, err);
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    struct arguments *args = context;
    struct mg_crossref_request *request = &args->request;
    (void)operand_count, (void)operands;
    if (!args->level_given) {
        mg_fail(err, MG_ERR_USAGE, _("no level is given"));
        mg_error_hint(err, _("say which territories are asked for, as in --level departement"));
        return MG_ERR_USAGE;
    }
    if (!request->metrics)
        request->metrics = mg_metrics_usual(request->from != MG_DATE_NONE);
    request->datasets = args->datasets.names;
    request->dataset_count = args->datasets.count;
    request->categories = args->categories;
    request->category_count = args->category_count;
    request->progress = common->progress;
    *ret_answer = 0;
    return mg_tool_answer(common, MG_MINISTRY, answer, request, err);
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
        .values = values,
        .set = set,
        .run = run,
        .args = &args,
    };
    int status = mg_tool_main(&tool, argc, argv);
    mg_value_datasets_finish(&args.datasets);
    free(args.categories);
    return status;
}
