/* metric.h - what one metric of crossref is: its name, its keys in a record, what it needs, how it is
 * written.
 *
 * To add one: its file, a line in meson.build, its keys in common/access.c when the public may see them, and
 * its line on the page. --help, the hint of an unknown name and the order of keys come from here.
 */
#ifndef MG_CROSSREF_METRIC_METRIC_H
#define MG_CROSSREF_METRIC_METRIC_H

#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/crossref/layer.h"

enum mg_metric_needs {
    MG_NEEDS_TWO_DATES = 1,
    MG_NEEDS_CHANGES = 2,  /* closed and created are counted (layer.h) */
    MG_NEEDS_TOGETHER = 4, /* a line of all datasets together */
    MG_NEEDS_UNITS = 8,    /* smaller territories, if they are named */
    MG_NEEDS_VALUES = 16,  /* a metric's value in each of them, which are communes unless they are named */
};

/* What a record is of. */
struct mg_crossref_at {
    const struct mg_layer *layer; /* NULL: all together */
    size_t slot;                  /* of the territory; layer.h */
    int64_t category;             /* of the layer; -1: all */
};

struct mg_metric {
    const char *name;
    const char *const *keys; /* in the order in which they are written; ends with NULL */
    unsigned needs;
    bool usual; /* worked out when no metric is named and what it needs is there */
    /* Once, when all is counted, what takes more than one record to know; NULL: nothing. */
    enum mg_code (*prepare)(struct mg_crossref *cross, struct mg_db *db, struct mg_error *err);
    /* Into each record, what it needs beside the counts of a layer; NULL: nothing. */
    enum mg_code (*fill)(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                         struct mg_crossref_row *row, struct mg_error *err);
    void (*write)(struct mg_out *out, const struct mg_crossref_row *row);
    /* The one figure that stands for it, not rounded, NAN where there is none; NULL: it has none. */
    double (*value)(const struct mg_crossref_row *row);
};

#define MG_METRIC(name) extern const struct mg_metric mg_metric_##name;
#include "libdata/domain/crossref/metric/list.h"
#undef MG_METRIC

/* NULL after the last. Metric i is bit i of a request's metrics. */
const struct mg_metric *mg_metric_at(size_t i);

/* Of all that are asked for together. */
unsigned mg_metrics_need(unsigned metrics);

/* A count, as an integer where it is one. */
void mg_metric_write_number(struct mg_out *out, const char *key, double value);

/* What is worked out, to ten digits that mean something: the last ones of a logarithm differ between
 * machines. */
void mg_metric_write_figure(struct mg_out *out, const char *key, double value);

#endif
