/* How unequally a metric is spread over the inhabitants: Gini's index. */
#include "libdata/domain/crossref/metric/spread.h"

static const char *const keys[] = {"gini", NULL};

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    mg_metric_write_figure(out, keys[0], row->spread.gini);
}

const struct mg_metric mg_metric_gini = {.name = "gini",
                                         .keys = keys,
                                         .needs = MG_NEEDS_UNITS | MG_NEEDS_VALUES,
                                         .fill = mg_spread_fill,
                                         .write = write};
