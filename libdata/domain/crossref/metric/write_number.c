#include <math.h>

#include "libdata/domain/crossref/metric/metric.h"

void mg_metric_write_number(struct mg_out *out, const char *key, double value)
{
    if (value == floor(value) && fabs(value) < 9e15)
        mg_out_int(out, key, (int64_t)value);
    else
        mg_out_real(out, key, value);
}
