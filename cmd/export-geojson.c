/* export-geojson: services, projects, territories or the records of another tool as GeoJSON. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/frame/tool.h"
#include "cmd/frame/values.h"
#include "libdata/base/num.h"
#include "libdata/domain/publish/geojson.h"
#include "libdata/domain/publish/publish.h"

static const struct mg_option options[] = {
    {"dataset", 0, N_("A,B"),
     N_("services or projects of these datasets; with --level, the lists to look in")},
    {"level", 0, N_("LEVEL"), N_("territories: commune, epci, arrondissement, departement, region")},
    {"at", 0, N_("DATE"), N_("as things stood then (the latest edition)")},
    {"audience", 0, N_("WHO"), N_("public or ministry (public)")},
    {"seq", 0, NULL, N_("a sequence of features, RFC 8142, not a collection")},
    {"precision", 0, N_("N"), N_("decimals of a degree, 0 to 12 (6)")},
    {"bbox", 0, N_("W,S,E,N"), N_("only what touches this box, in degrees")},
    {"simplify", 0, N_("METRES"), N_("not built yet: refused")},
    {"package", 0, N_("DIR"), N_("not built yet: refused")},
    {NULL, 0, NULL, NULL},
};

struct args {
    struct mg_value_datasets datasets;
    bool has_level;
    enum mg_level level;
    bool has_bbox;
    double bbox[4];
    char at[MG_DATE_SIZE];
    struct mg_publish_options publish;
};

static enum mg_code set_bbox(struct args *args, const char *value, struct mg_error *err)
{
    size_t count = 0;
    const char *number = value;
    while (count < 4) {
        size_t length = strcspn(number, ",");
        if (!mg_num_parse_f64(number, length, &args->bbox[count]))
            break;
        number += length;
        count++;
        if (*number != ',')
            break;
        number++;
    }
    const double *box = args->bbox;
    if (count != 4 || *number)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not four numbers: west,south,east,north"), value);
    bool on_earth = fabs(box[0]) <= 180 && fabs(box[2]) <= 180 && box[1] >= -90 && box[3] <= 90;
    if (!on_earth || box[1] > box[3])
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not a box on Earth: west,south,east,north in degrees"),
                       value);
    args->has_bbox = true;
    return MG_OK;
}

static enum mg_code set_at(struct args *args, const char *value, struct mg_error *err)
{
    mg_date date;
    enum mg_code code = mg_value_date(value, &date, err);
    if (!code) {
        mg_date_format(date, args->at);
        args->publish.at = args->at;
    }
    return code;
}

static enum mg_code set_precision(struct args *args, const char *value, struct mg_error *err)
{
    int64_t decimals;
    if (!mg_num_parse_i64(value, strlen(value), &decimals) || decimals < 0 ||
        decimals > MG_GEOJSON_PRECISION_MAX)
        return mg_fail(err, MG_ERR_USAGE, _("'%s' is not a number of decimals from 0 to %d"), value,
                       MG_GEOJSON_PRECISION_MAX);
    args->publish.precision = (int)decimals;
    return MG_OK;
}

static enum mg_code set(void *context, const char *name, const char *value, struct mg_error *err)
{
    struct args *args = context;
    if (strcmp(name, "dataset") == 0)
        return mg_value_datasets(value, &args->datasets, err);
    if (strcmp(name, "bbox") == 0)
        return set_bbox(args, value, err);
    if (strcmp(name, "at") == 0)
        return set_at(args, value, err);
    if (strcmp(name, "precision") == 0)
        return set_precision(args, value, err);
    if (strcmp(name, "level") == 0) {
        args->has_level = true;
        return mg_value_level(value, &args->level, err);
    }
    if (strcmp(name, "audience") == 0)
        return mg_value_audience(value, &args->publish.audience, err);
    if (strcmp(name, "seq") == 0) {
        args->publish.sequence = true;
        return MG_OK;
    }
    return mg_fail(err, MG_ERR_USAGE, "%s", _("not built yet"));
}

/* What was left out or altered, in words; nothing when nothing was. */
static void say_result(const struct args *args, bool records, const struct mg_publish_result *r)
{
    mg_tool_note(ngettext_("%lld feature", "%lld features", r->features), (long long)r->features);
    if (r->unplaced && records)
        mg_tool_say(ngettext_("%lld record without a place was left out",
                              "%lld records without a place were left out", r->unplaced),
                    (long long)r->unplaced);
    else if (r->unplaced)
        mg_tool_say(ngettext_("%lld feature without a place has no geometry",
                              "%lld features without a place have no geometry", r->unplaced),
                    (long long)r->unplaced);
    if (r->uncounted)
        mg_tool_say(_("figures that cannot be counted from what is open were left out: open a list of the "
                      "territories, as well as its borders (import --access open)"));
    if (r->uninhabited)
        mg_tool_say(_("no inhabitants are open: pop and the rates are empty"));
    if (r->outside)
        mg_tool_note(ngettext_("%lld is not within the box", "%lld are not within the box", r->outside),
                     (long long)r->outside);
    if (r->collapsed_rings)
        mg_tool_say(ngettext_("%lld ring has no area left at %d decimals and was left out",
                              "%lld rings have no area left at %d decimals and were left out",
                              r->collapsed_rings),
                    (long long)r->collapsed_rings, args->publish.precision);
    if (r->values_withheld)
        mg_tool_note(ngettext_("%lld value is not for the public and was left out",
                               "%lld values are not for the public and were left out", r->values_withheld),
                     (long long)r->values_withheld);
}

static enum mg_code publish_stdin(const struct mg_common *common, struct mg_db *db, const struct args *args,
                                  int fd, struct mg_publish_result *ret_result, struct mg_error *err)
{
    struct mg_in *in = NULL;
    int records = -1;
    mg_db_rollback(db); /* until all records are there: who sends them may write into the file as it ends */
    enum mg_code code = mg_in_gather(STDIN_FILENO, &records, err);
    if (!code)
        code = mg_db_hold(db, err);
    if (!code)
        code = mg_in_create(records, common->strict_input, &in, err);
    if (!code)
        code = mg_publish_records(db, in, &args->publish, fd, ret_result, err);
    mg_in_destroy(in);
    if (records >= 0)
        close(records);
    if (code && err->line)
        mg_tool_blame("-");
    return code;
}

static enum mg_code publish(const struct mg_common *common, struct mg_db *db, const struct args *args,
                            bool records, int fd, struct mg_publish_result *ret_result, struct mg_error *err)
{
    const struct mg_value_datasets *datasets = &args->datasets;
    if (records)
        return publish_stdin(common, db, args, fd, ret_result, err);
    if (args->has_level)
        return mg_publish_territories(db, args->level, datasets->names, datasets->count, &args->publish, fd,
                                      ret_result, err);
    return mg_publish_features(db, datasets->names, datasets->count, &args->publish, fd, ret_result, err);
}

static enum mg_code check_request(const struct args *args, int operand_count, char **operands,
                                  struct mg_error *err)
{
    if (operand_count && strcmp(operands[0], "-") != 0) {
        mg_fail(err, MG_ERR_USAGE, _("'%s' is not an operand: only - is, for records on standard input"),
                operands[0]);
        mg_error_hint(err, _("name datasets with --dataset, the output with --output"));
        return MG_ERR_USAGE;
    }
    if (operand_count && (args->datasets.names || args->has_level))
        return mg_fail(err, MG_ERR_USAGE, "%s",
                       _("- takes its records as they come: no --dataset, no --level"));
    if (!operand_count && !args->datasets.names && !args->has_level)
        return mg_fail(err, MG_ERR_USAGE, "%s", _("nothing to export: give --dataset, --level or -"));
    return MG_OK;
}

static enum mg_code run(const struct mg_common *common, int operand_count, char **operands, void *context,
                        int *ret_answer, struct mg_error *err)
{
    struct args *args = context;
    *ret_answer = 0;
    enum mg_code code = check_request(args, operand_count, operands, err);
    if (code)
        return code;
    args->publish.bbox = args->has_bbox ? args->bbox : NULL;
    args->publish.progress = common->progress;
    struct mg_db *db;
    code = mg_db_open(common->db_path, MG_DB_READ, common->wait_seconds, &db, err);
    if (code)
        return code;
    struct mg_outfile *file = NULL;
    struct mg_publish_result result = {0};
    code = mg_tool_file_open(common, common->output_path, args->publish.audience, &file, err);
    if (!code) {
        code = publish(common, db, args, operand_count > 0, mg_outfile_fd(file), &result, err);
        if (code)
            mg_tool_file_destroy(file);
        else
            code = mg_tool_file_commit(file, err);
    }
    mg_db_close(db);
    if (!code)
        say_result(args, operand_count > 0, &result);
    return code;
}

int main(int argc, char **argv)
{
    struct args args = {.publish = {.precision = MG_GEOJSON_PRECISION}};
    const struct mg_tool tool = {
        .name = "export-geojson",
        .summary = N_("write services, projects, territories or records as GeoJSON"),
        .operands = N_("[-]"),
        .takes = MG_TAKES_DB | MG_TAKES_OUTPUT | MG_TAKES_PROGRESS | MG_TAKES_STRICT,
        .options = options,
        .set = set,
        .run = run,
        .args = &args,
    };
    int status = mg_tool_main(&tool, argc, argv);
    mg_value_datasets_finish(&args.datasets);
    return status;
}
