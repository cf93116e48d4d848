/* counts.h - inside --as counts: which columns tell what, and figures merged into the intervals of stock.
 *
 * A long table has a row for each territory and category and one column of figures (role score). A wide table
 * has a column for each category: those of --categories, else every column of numbers that has no role and is
 * not, by its label, a total, a population, a year or another code. An empty cell is 0, and 0 is not stored:
 * a figure that is not there is 0. A word for missing is neither: those figures are kept as not known.
 *
 * Memory: about 150 bytes for each figure that is not 0, of this edition and of its neighbours.
 */
#ifndef MG_KINDS_COUNTS_H
#define MG_KINDS_COUNTS_H

#include "libdata/base/map.h"
#include "libdata/domain/common/whole_number.h"
#include "libdata/domain/import/kind.h"

extern const struct mg_import_kind mg_import_counts;
#include "libdata/geo/territory.h"

struct mg_counts_layout {
    bool wide;
    int territory;               /* column */
    int category, n;             /* columns of a long table */
    struct mg_whole_style style; /* of its figures */
    int *categories;             /* columns of a wide table */
    struct mg_whole_style *styles;
    size_t category_count;
    enum mg_level level;
};

/* counts_layout.c. MG_ERR_USAGE and MG_ERR_INPUT say which option settles what the file does not tell. */
enum mg_code mg_counts_layout_find(const struct mg_import *import, struct mg_counts_layout *ret_layout,
                                   struct mg_error *err);
void mg_counts_layout_finish(struct mg_counts_layout *layout);

/* What a trimmed cell of figures says: a whole number below MG_COUNTS_MOST as tables write it
 * (whole_number.h), nothing, which is 0, or that it is not known. */
enum mg_counts_cell {
    MG_COUNTS_READ,
    MG_COUNTS_GROUPED,
    MG_COUNTS_UNKNOWN, /* a word for missing: neither 0 nor a figure */
    MG_COUNTS_AMBIGUOUS,
    MG_COUNTS_FRACTION,
    MG_COUNTS_CODE, /* a telephone, an identifier */
    MG_COUNTS_NONE,
};
#define MG_COUNTS_MOST 1e8
enum mg_counts_cell mg_counts_read(const struct mg_whole_style *style, const char *text, size_t length,
                                   double *ret_n);

/* counts_store.c: the figures of one edition, and what stands before and after. */
struct mg_counts;
enum mg_code mg_counts_create(struct mg_import *import, struct mg_counts **ret_counts, struct mg_error *err);
void mg_counts_destroy(struct mg_counts *counts);

/* Add n (not 0) to a figure of this edition; *ret_repeated: it had one already. */
enum mg_code mg_counts_add(struct mg_counts *counts, const char *territory, const char *category,
                           size_t length, double n, int64_t line, bool *ret_repeated, struct mg_error *err);

/* A figure that is not known. */
enum mg_code mg_counts_unknown(struct mg_counts *counts, const char *territory, const char *category,
                               size_t length, int64_t line, struct mg_error *err);

/* Write what differs from what stands. Sets import's first_version and last_version: ids of stock. */
enum mg_code mg_counts_store(struct mg_counts *counts, struct mg_import *import, enum mg_level level,
                             struct mg_error *err);

#endif
