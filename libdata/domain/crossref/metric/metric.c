#include "libdata/domain/crossref/metric/metric.h"

#include <string.h>

#include "libdata/base/buf.h"

static const struct mg_metric *const metrics[] = {
#define MG_METRIC(name) &mg_metric_##name,
#include "libdata/domain/crossref/metric/list.h"
#undef MG_METRIC
};
enum { METRICS = sizeof metrics / sizeof *metrics };
_Static_assert(METRICS <= 32, "a bit of unsigned each");

const struct mg_metric *mg_metric_at(size_t i)
{
    return i < METRICS ? metrics[i] : NULL;
}

const char *mg_metrics_name(size_t i)
{
    return i < METRICS ? metrics[i]->name : NULL;
}

unsigned mg_metrics_need(unsigned asked)
{
    unsigned needs = 0;
    for (size_t i = 0; i < METRICS; i++)
        if (asked >> i & 1)
            needs |= metrics[i]->needs;
    return needs;
}

static unsigned all_of(bool two_dates, bool usual_only)
{
    unsigned all = 0;
    for (size_t i = 0; i < METRICS; i++)
        if ((metrics[i]->usual || !usual_only) && (two_dates || !(metrics[i]->needs & MG_NEEDS_TWO_DATES)) &&
            !(metrics[i]->needs & MG_NEEDS_UNITS))
            all |= 1u << i;
    return all;
}

unsigned mg_metrics_usual(bool two_dates)
{
    return all_of(two_dates, true);
}

unsigned mg_metrics_all(bool two_dates)
{
    return all_of(two_dates, false);
}

static enum mg_code refuse(const char *name, size_t length, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf known = {0};
    for (size_t i = 0; i < METRICS; i++)
        mg_buf_printf(&known, "%s%s", i ? ", " : "", metrics[i]->name);
    mg_fail(err, MG_ERR_USAGE, _("'%.*s' is not a metric"), (int)length, name);
    if (!known.failed)
        mg_error_hint(err, _("the metrics are %s"), known.data);
    return MG_ERR_USAGE;
}

enum mg_code mg_metrics_parse(const char *names, unsigned *ret_metrics, struct mg_error *err)
{
    unsigned asked = 0;
    for (bool more = true; more; names++) {
        size_t length = strcspn(names, ","), i = 0;
        while (i < METRICS &&
               (strlen(metrics[i]->name) != length || memcmp(metrics[i]->name, names, length) != 0))
            i++;
        if (i == METRICS)
            return refuse(names, length, err);
        asked |= 1u << i;
        names += length;
        more = *names;
    }
    *ret_metrics = asked;
    return MG_OK;
}
