/* spread.h - how a metric's values are spread over the inhabitants of the units of a territory; inside
 * crossref only. */
#ifndef MG_CROSSREF_METRIC_SPREAD_H
#define MG_CROSSREF_METRIC_SPREAD_H

#include "libdata/domain/crossref/metric/metric.h"

/* Into row->spread: of the units with a value and inhabitants. What is between and within groups only where
 * these are asked for; units of no group are one. A metric's fill. */
enum mg_code mg_spread_fill(const struct mg_crossref *cross, const struct mg_crossref_at *at,
                            struct mg_crossref_row *row, struct mg_error *err);

#endif
