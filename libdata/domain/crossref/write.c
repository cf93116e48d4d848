/* What was counted, as records: the metrics that were asked for, computed from it. */
#include "libdata/domain/crossref/crossref.h"

#include <math.h>

#include "libdata/domain/common/interval.h"

#define RATE_PER      10000.0
#define RATE_DECIMALS 4

static void write_number(struct mg_out *out, const char *key, double value)
{
    if (value == floor(value) && fabs(value) < 9e15)
        mg_out_int(out, key, (int64_t)value);
    else
        mg_out_real(out, key, value);
}

static void write_rate(struct mg_out *out, const struct mg_crossref_row *row)
{
    double rate = NAN, per = NAN;
    struct mg_interval interval = {NAN, NAN};
    if (row->territory && row->territory->population > 0) {
        per = RATE_PER / (double)row->territory->population;
        interval = mg_interval_count(row->n);
        rate = row->n * per;
    }
    mg_out_real(out, "rate_10k", mg_round(rate, RATE_DECIMALS));
    mg_out_real(out, "rate_lo", mg_round(interval.lo * per, RATE_DECIMALS));
    mg_out_real(out, "rate_hi", mg_round(interval.hi * per, RATE_DECIMALS));
}

enum mg_code mg_crossref_write_row(const struct mg_crossref *cross, const struct mg_crossref_row *row,
                                   struct mg_out *out, struct mg_error *err)
{
    const struct mg_crossref_request *request = mg_crossref_asked(cross);
    char cog[MG_DATE_SIZE];
    mg_date_format(mg_crossref_cog(cross), cog);
    mg_out_begin(out, "crossref");
    mg_out_text(out, "level", mg_level_name(request->level));
    mg_out_text(out, "territory", row->territory ? row->territory->code : NULL);
    mg_out_text(out, "territory_name", row->territory && *row->territory->name ? row->territory->name : NULL);
    mg_out_text(out, "cog", cog);
    if (row->from) {
        mg_out_text(out, "from", row->from);
        mg_out_text(out, "to", row->at);
    } else {
        mg_out_text(out, "at", row->at);
    }
    mg_out_text(out, "dataset", row->dataset);
    mg_out_text(out, "category", row->category);
    write_number(out, "n", row->n);
    if (row->territory && row->territory->population >= 0)
        mg_out_int(out, "pop", row->territory->population);
    else
        mg_out_null(out, "pop");
    if (request->metrics & MG_METRIC_RATE)
        write_rate(out, row);
    if (request->metrics & MG_METRIC_DELTA)
        write_number(out, "delta_n", row->n - row->before);
    if (request->metrics & MG_METRIC_LOSSES) {
        write_number(out, "closed", row->closed);
        write_number(out, "created", row->created);
        mg_out_int(out, "ministries", row->ministries);
    }
    mg_out_text(out, "comparable", row->comparable);
    mg_out_null(out, "cost_kind");
    return mg_out_end_record(out, err);
}

struct writing {
    const struct mg_crossref *cross;
    struct mg_out *out;
};

static enum mg_code write_row(void *context, const struct mg_crossref_row *row, struct mg_error *err)
{
    const struct writing *writing = context;
    return mg_crossref_write_row(writing->cross, row, writing->out, err);
}

enum mg_code mg_crossref_write(const struct mg_crossref *cross, struct mg_out *out, struct mg_error *err)
{
    struct writing writing = {cross, out};
    return mg_crossref_each(cross, write_row, &writing, err);
}
