/* internal.h - what the files of the history of figures share; see stocks/stock.h. */
#ifndef MG_STOCKS_INTERNAL_H
#define MG_STOCKS_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/domain/common/territory_code.h"
#include "libdata/domain/stocks/stock.h"

enum { STOCK_CLOSED, STOCK_CREATED, STOCK_WAYS };

/* A territory and a category; by category, then territory. */
struct stock_cell {
    int32_t category, territory;
    double before, after;
    double nomenclature; /* of what was closed or created here */
    double perimeter, coverage;
    bool unknown[2]; /* part of the figure, in one of the editions */
    uint32_t gap;    /* 1 + index of gaps; 0: none */
};

/* Figures of a commune that now stand under another code. */
struct stock_carried {
    int32_t category, from, territory; /* from: entry of codes */
    double n;
};

/* A category by the later edition's label. */
struct stock_category {
    double before, after;
    size_t territories; /* with a figure */
    size_t first, end;  /* of cells */
    int32_t relabelled; /* its label in the earlier edition, or -1 */
    bool
        partner; /* gone or new, and found to be part of a nomenclature change with one that is new or gone */
};

struct stock_pair { /* what went from one category to another */
    int32_t before, after;
    double n, of; /* explained, of what the first lost */
};

struct stock_gap { /* a territory, or a category in one, that is in one edition only */
    char area[MG_TERRITORY_CODE_SIZE];
    const char *level;
    int32_t category; /* -1: all of them */
    int way;
    double n, rate; /* rate: of the same elsewhere */
};

struct mg_stock_history {
    struct mg_db *db;
    const struct mg_dataset *dataset;
    const struct mg_edition *from, *to;
    struct mg_map codes;      /* of territories, as written and as brought to the later date */
    struct mg_map categories; /* labels as written, sorted bytewise: the entry is the rank */
    struct stock_category *category;
    struct stock_cell *cells;
    size_t cell_count;
    struct stock_carried *carried;
    size_t carried_count, carried_capacity;
    struct stock_pair *pairs; /* by before, after */
    size_t pair_count, pair_capacity;
    struct stock_gap *gaps;
    size_t gap_count;
};

/* rows/differing_rows.c */
enum mg_code stock_load(struct mg_stock_history *h, struct mg_error *err);

/* identity/by_key.c */
enum mg_code stock_match(struct mg_stock_history *h, struct mg_error *err);

/* gap.c: before and after categories are matched */
enum mg_code stock_gap_territories(struct mg_stock_history *h, struct mg_error *err);
enum mg_code stock_gap_categories(struct mg_stock_history *h, struct mg_error *err);
/* As "departement=35" or "departement=35: Police". */
void stock_gap_name(const struct mg_stock_history *h, const struct stock_gap *gap, bool level,
                    struct mg_buf *buf);

static inline bool stock_gone(const struct stock_category *c)
{
    return c->before > 0 && c->after == 0;
}

static inline bool stock_new(const struct stock_category *c)
{
    return c->before == 0 && c->after > 0;
}

static inline const char *stock_label(const struct mg_stock_history *h, int32_t category)
{
    return mg_map_key(&h->categories, (size_t)category, NULL);
}

static inline const char *stock_code(const struct mg_stock_history *h, int32_t territory)
{
    return mg_map_key(&h->codes, (size_t)territory, NULL);
}

#endif
