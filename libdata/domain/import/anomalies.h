/* anomalies.h - in what an edition departs from the one before it, as a file that was cut, filtered or
 * exported the wrong way does. Told to a person and kept with the edition; whether it is refused is the
 * caller's to say.
 *
 * Each has a figure that chance does not explain: small files are not cried wolf over.
 *
 *  - row-count: a quarter of the rows more or fewer, and beyond three standard deviations of a difference of
 *    two counts, 3 sqrt(n + m);
 *  - category-gone: a category that is nowhere in a département (or in the edition) any more, where as many
 *    were that the chance of any such thing is below one in a hundred, had they gone one by one at the rate
 *    of that category elsewhere (Poisson; corrected for the number of cells looked at);
 *  - columns-gone: columns that were filled likewise, and whose label or role no column has any more;
 *  - column-emptied: filled in fewer than half as many rows as its share before promises, and beyond 3 sqrt
 *    of them;
 *  - places-lost: likewise, rows with a place;
 *  - keys-gone: not a tenth of the keys of the shorter edition are found in the other, and more are missing
 * than 3 sqrt of them;
 *  - communes-other: likewise, nine in ten of the services that were there before (by key) are in a commune
 * of another code, or of none;
 *  - places-moved: a tenth of the services that were there before are a kilometre or more away, and more than
 *    3 sqrt of their number (by key).
 *
 * What an edition looks like from afar is kept with it (rows by category and département, filled columns), so
 * that the next one is compared with it, and a departure told, without reading its rows again.
 */
#ifndef MG_IMPORT_ANOMALIES_H
#define MG_IMPORT_ANOMALIES_H

#include "libdata/base/error.h"
#include "libdata/db/db.h"

#define MG_ANOMALIES 24 /* that are told; how many more there are is the last */

struct mg_anomaly {
    char told[240];    /* "category-gone 51 'Bureau': 31 -> 0": the same in every language */
    char message[320]; /* for people */
};

struct mg_anomalies {
    struct mg_anomaly list[MG_ANOMALIES];
    size_t count;
    size_t more; /* beyond the list */
};

/* Of services or projects by key: how many changed since the edition before; of those how many moved a
 * kilometre or more, and how many had a commune that is another now. */
struct mg_anomaly_changes {
    int64_t changed, moved, recoded;
};

struct mg_anomaly_editions {
    int64_t before, after;           /* edition.id */
    int64_t rows_before, rows_after; /* loaded */
    bool columns;                    /* to be compared too; where a column is a category they are not */
    bool keyed;                      /* services or projects with a key: the next mean something */
    int64_t both;                    /* those in both, by content or key */
    struct mg_anomaly_changes changes;
};

enum mg_code mg_anomalies_changed(struct mg_db *db, int64_t edition, struct mg_anomaly_changes *ret_changes,
                                  struct mg_error *err);

enum mg_code mg_anomalies_find(struct mg_db *db, const struct mg_anomaly_editions *editions,
                               struct mg_anomalies *ret_anomalies, struct mg_error *err);

#endif
