/* How unequally a metric is spread over the inhabitants: Theil's index, between groups and within them. */
#include "libdata/domain/crossref/metric/spread.h"

static const char *const keys[] = {"theil", "theil_between", "theil_within", NULL};

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    mg_metric_write_figure(out, keys[0], row->spread.theil);
    mg_metric_write_figure(out, keys[1], row->spread.theil_between);
    mg_metric_write_figure(out, keys[2], row->spread.theil_within);
}

const struct mg_metric mg_metric_theil = {.name = "theil",
                                          .keys = keys,
                                          .needs = MG_NEEDS_UNITS | MG_NEEDS_VALUES,
                                          .fill = mg_spread_fill,
                                          .write = write};
