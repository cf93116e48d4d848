/* crossref.h - datasets crossed by territory and time: how many services (or things counted) stand in each
 * territory of a level, at a date or at two.
 *
 * Each record is counted in one territory at most (place.h), at one COG date; what cannot be placed is
 * counted under no territory, so that the totals balance. Every territory of the level is there, with 0
 * where nothing stands. Rates are per 10,000 inhabitants, with the 95 % interval of interval.h for a count:
 * exact below 10, Byar's from there. They are rounded to four decimals, half away from zero.
 *
 * Services that are closed or not open yet at an edition's date (common/open_state.h) are not counted in it.
 *
 * Losses: closed and created count the records of a dataset with keys whose key stands in only one of the two
 * editions: a service that changed, moved or was retyped is neither. Without keys, and for counts, they are
 * the net change of each category. What of it is a withdrawal, and what was to be expected of that:
 * losses/losses.h. With the metrics losses and coincidence there is one more line for each territory, of all
 * datasets together; it is from the first of their editions to the last.
 *
 * comparable, for the figure of one dataset and category:
 *   no       the category is in one of the two editions only, in the whole file: a change of nomenclature
 *            would look just so;
 *   reserve  more than 1 % of what an edition counts could not be placed; or, for all categories together,
 *            some category is in one of the two editions only;
 *   yes      else.
 */
#ifndef MG_CROSSREF_CROSSREF_H
#define MG_CROSSREF_CROSSREF_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/date.h"
#include "libdata/domain/common/interval.h"
#include "libdata/geo/territory.h"
#include "libdata/io/out.h"
#include "libdata/io/progress.h"

struct mg_crossref_request {
    enum mg_level level;
    unsigned metrics;              /* of mg_metrics_parse */
    const char *const *datasets;   /* names, services or counts, each once */
    size_t dataset_count;          /* 0: all that can be crossed at the level */
    const char *const *categories; /* "DATASET:NAME": of that dataset, only these are counted */
    size_t category_count;
    mg_date at;         /* the latest edition not after; MG_DATE_NONE: the latest */
    mg_date from, to;   /* the same for two editions: both or MG_DATE_NONE, and then not at */
    bool inside;        /* the first and the last edition between from and to instead */
    const char *within; /* "departement:51", or a code that only one level has; NULL: everywhere */
    mg_date cog;        /* MG_DATE_NONE: the latest commune list */
    bool by_category;
    bool has_units;      /* of coincidence, gini and theil: the smaller territories that they are over */
    enum mg_level units; /* below level; communes for the last two, unless told */
    bool has_groups;     /* of theil: the level between which and within which it is told */
    enum mg_level groups;
    const char *of; /* of gini and theil: the metric that is spread; NULL: rate */
    bool open_only; /* as the public may know it (access.h): from what is open; others are not there */
    const struct mg_progress *progress; /* may be NULL */
};

/* "count,rate" to a bit each. MG_ERR_USAGE: one is not a metric. */
enum mg_code mg_metrics_parse(const char *names, unsigned *ret_metrics, struct mg_error *err);
/* Those that are worked out when none is named. */
unsigned mg_metrics_usual(bool two_dates);
/* All that can be worked out for one date, or for two, of each record by itself. */
unsigned mg_metrics_all(bool two_dates);
/* Their names; NULL after the last. */
const char *mg_metrics_name(size_t i);

struct mg_crossref;

/* Everything counted. MG_ERR_USAGE: a request that makes no sense; a dataset or an edition that is not
 * there; counts that are given for larger territories than those asked for. */
enum mg_code mg_crossref_create(struct mg_db *db, const struct mg_crossref_request *request,
                                struct mg_crossref **ret_cross, struct mg_error *err);
void mg_crossref_destroy(struct mg_crossref *cross);
MG_DEFINE_CLEANUP(struct mg_crossref, mg_crossref_destroy)

/* What the metric losses says (losses/losses.h); NAN or MG_DATE_NONE: there is none. */
struct mg_loss {
    double observed, expected, ratio;
    struct mg_interval interval; /* of ratio */
    double p, q, shrunk;
    struct mg_interval shrunk_interval;
    mg_date first, last; /* these and what follows only of all together */
    bool twice;
    int64_t announced; /* -1: none */
    double announced_ratio;
};

struct mg_coincidence {
    double p, q;
    double twice_observed, twice_expected, twice_z; /* over the units */
};

/* How unequally the values of the units are spread over their inhabitants; NAN: there is none. */
struct mg_spread {
    double gini, theil, theil_between, theil_within;
};

/* One line of the answer. Text is borrowed. */
struct mg_crossref_row {
    const struct mg_territory *territory; /* NULL: what could not be placed */
    const char *dataset, *category;       /* category NULL: all together, or records that have none; dataset
                                             NULL: all datasets together, last of a territory */
    const char *at, *from;                /* the editions' dates; from NULL without a second one */
    double n, before, closed, created;    /* before, closed, created only with two editions */
    size_t ministries;                    /* that lost there; */
    const char *const *ministries_list;   /* until the next row */
    struct mg_loss loss;
    struct mg_coincidence coincidence;
    struct mg_spread spread;
    const char *comparable;
};

/* In the order of territory code (what could not be placed last), dataset, category. */
typedef enum mg_code mg_crossref_visitor(void *context, const struct mg_crossref_row *row,
                                         struct mg_error *err);
enum mg_code mg_crossref_each(const struct mg_crossref *cross, mg_crossref_visitor *visit, void *context,
                              struct mg_error *err);

/* Each row as a record of type crossref, with the keys of the metrics asked for. */
enum mg_code mg_crossref_write(const struct mg_crossref *cross, struct mg_out *out, struct mg_error *err);

/* One line of the first dataset's answer. Asked by category, category NULL means records that have none; else
 * it has to be NULL. false: no such territory or category. */
bool mg_crossref_find(const struct mg_crossref *cross, const char *territory, const char *category,
                      struct mg_crossref_row *ret_row);
enum mg_code mg_crossref_write_row(const struct mg_crossref *cross, const struct mg_crossref_row *row,
                                   struct mg_out *out, struct mg_error *err);

/* What was asked for (its texts are not kept), and the date of the communes that all was brought to. */
const struct mg_crossref_request *mg_crossref_asked(const struct mg_crossref *cross);
mg_date mg_crossref_cog(const struct mg_crossref *cross);

/* Why a dataset that was not asked for by name is left out: "NAME: reason"; NULL after the last. */
const char *mg_crossref_left_out(const struct mg_crossref *cross, size_t i);

/* NULL, or what has to be said of the whole: that no territory lost more than chance explains. */
const char *mg_crossref_remark(const struct mg_crossref *cross);

#endif
