/* By how many n has grown between the two dates. */
#include "libdata/domain/crossref/metric/metric.h"

static const char *const keys[] = {"delta_n", NULL};

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    mg_metric_write_number(out, keys[0], row->n - row->before);
}

static double value(const struct mg_crossref_row *row)
{
    return row->n - row->before;
}

const struct mg_metric mg_metric_delta = {.name = "delta",
                                          .keys = keys,
                                          .needs = MG_NEEDS_TWO_DATES,
                                          .usual = true,
                                          .write = write,
                                          .value = value};
