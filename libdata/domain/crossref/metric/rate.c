/* n for each 10,000 inhabitants, with the interval of a count. */
#include <math.h>

#include "libdata/domain/common/interval.h"
#include "libdata/domain/crossref/metric/metric.h"

#define RATE_PER      10000.0
#define RATE_DECIMALS 4

static const char *const keys[] = {"rate_10k", "rate_lo", "rate_hi", NULL};

static void write(struct mg_out *out, const struct mg_crossref_row *row)
{
    double rate = NAN, per = NAN;
    struct mg_interval interval = {NAN, NAN};
    if (row->territory && row->territory->population > 0) {
        per = RATE_PER / (double)row->territory->population;
        interval = mg_interval_count(row->n);
        rate = row->n * per;
    }
    mg_out_real(out, keys[0], mg_round(rate, RATE_DECIMALS));
    mg_out_real(out, keys[1], mg_round(interval.lo * per, RATE_DECIMALS));
    mg_out_real(out, keys[2], mg_round(interval.hi * per, RATE_DECIMALS));
}

static double value(const struct mg_crossref_row *row)
{
    int64_t people = row->territory ? row->territory->population : -1;
    return people > 0 ? row->n * RATE_PER / (double)people : NAN;
}

const struct mg_metric mg_metric_rate = {.name = "rate", .keys = keys, .write = write, .value = value};
