#include <math.h>

#include "libdata/domain/crossref/metric/metric.h"

#define DIGITS 10

void mg_metric_write_figure(struct mg_out *out, const char *key, double value)
{
    if (value != 0 && isfinite(value)) {
        int before = (int)floor(log10(fabs(value))) + 1, after = DIGITS - before;
        if (after >= 0 && after <= 300)
            value = round(value * pow(10, after)) / pow(10, after);
    }
    mg_out_real(out, key, value);
}
