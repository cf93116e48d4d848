/* What was counted, as records: the metrics that were asked for, computed from it. */
#include "libdata/domain/crossref/crossref.h"

#include "libdata/domain/crossref/metric/metric.h"

/* Of which year it is, or why there is none. */
static void write_source_of_population(const struct mg_territory *territory, struct mg_out *out)
{
    if (territory && territory->population_year)
        mg_out_int(out, "pop_year", territory->population_year);
    else
        mg_out_null(out, "pop_year");
    mg_out_text(out, "pop_reason", territory ? mg_population_name(territory->why) : NULL);
}

enum mg_code mg_crossref_write_row(const struct mg_crossref *cross, const struct mg_crossref_row *row,
                                   struct mg_out *out, struct mg_error *err)
{
    const struct mg_crossref_request *request = mg_crossref_asked(cross);
    const struct mg_metric *metric;
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
    mg_metric_write_number(out, "n", row->n);
    if (row->territory && row->territory->population >= 0)
        mg_out_int(out, "pop", row->territory->population);
    else
        mg_out_null(out, "pop");
    for (size_t i = 0; (metric = mg_metric_at(i)); i++)
        if (request->metrics >> i & 1)
            metric->write(out, row);
    mg_out_text(out, "comparable", row->comparable);
    mg_out_null(out, "cost_kind");
    write_source_of_population(row->territory, out);
    return mg_out_end_record(out, err);
}

struct writing {
    const struct mg_crossref *cross;
    struct mg_out *out;
};

static enum mg_code write_row(void *context, const struct mg_crossref_row *row, struct mg_error *err)
{
    const struct writing *writing = context;
    const struct mg_crossref_request *request = mg_crossref_asked(writing->cross);
    if (!row->dataset && request->dataset_count == 1 && !request->by_category)
        return MG_OK; /* its own record says as much */
    return mg_crossref_write_row(writing->cross, row, writing->out, err);
}

enum mg_code mg_crossref_write(const struct mg_crossref *cross, struct mg_out *out, struct mg_error *err)
{
    struct writing writing = {cross, out};
    return mg_crossref_each(cross, write_row, &writing, err);
}
