/* digest.h - digests of what is stored, by which check finds a changed byte.
 *
 * For each part of the file (a table, or what an edition shows) and each owner (a dataset, an edition, a pair
 * of editions) table digest holds the sum, modulo 2^64, of a hash of every row (key.h). So the order in which
 * rows come means nothing, and what changes a few rows need not read the others.
 *
 * An edition's services are what stands in it, wherever their records lie: the cells as written (part
 * content), as its import read them. Beside that all records of a dataset are a part as they are stored (part
 * record). So it is with counts (part stock), of which there are no records. All other parts are rows as they
 * stand in their tables, all columns.
 */
#ifndef MG_DIGEST_DIGEST_H
#define MG_DIGEST_DIGEST_H

#include "libdata/base/map.h"
#include "libdata/domain/digest/key.h"
#include "libdata/io/progress.h"

enum mg_digest_part {
    /* what may change at any time */
    MG_DIGEST_DATASET,
    MG_DIGEST_FIELD,
    MG_DIGEST_QUESTION,
    MG_DIGEST_DECISION,
    MG_DIGEST_EDITION,
    MG_DIGEST_PROJECT,
    /* what is written once */
    MG_DIGEST_EDITION_FIELD,
    MG_DIGEST_EDITION_COUNT,
    MG_DIGEST_EDITION_CONSTANT,
    MG_DIGEST_STOCK_UNKNOWN,
    MG_DIGEST_SURVEY,
    MG_DIGEST_ISSUE,
    MG_DIGEST_REJECT,
    MG_DIGEST_RESPONSE,
    MG_DIGEST_TERRITORY,
    MG_DIGEST_TERRITORY_LINK,
    MG_DIGEST_POPULATION,
    MG_DIGEST_MOVEMENT,
    MG_DIGEST_EVENT,
    MG_DIGEST_LINK,
    MG_DIGEST_LINK_MODEL,
    /* what is told by those who write it */
    MG_DIGEST_CONTENT, /* by edition */
    MG_DIGEST_RECORD,  /* by dataset */
    MG_DIGEST_STOCK,   /* by edition */
    MG_DIGEST_PARTS,
    MG_DIGEST_WRITTEN_ONCE = MG_DIGEST_EDITION_FIELD,
    MG_DIGEST_TOLD = MG_DIGEST_CONTENT,
};

const char *mg_digest_part_name(enum mg_digest_part part);
const char *mg_digest_part_table(enum mg_digest_part part); /* where its rows are */

struct mg_digest_owner {
    int64_t dataset, edition, until; /* 0: not said */
};

/* Sums by part and owner; start with {0}. */
struct mg_digest_sums {
    struct mg_map map; /* values: indices into sums */
    uint64_t *sums;
    size_t capacity;
    size_t last; /* met last */
};
void mg_digest_sums_finish(struct mg_digest_sums *sums);
enum mg_code mg_digest_sums_add(struct mg_digest_sums *sums, enum mg_digest_part part,
                                const struct mg_digest_owner *owner, uint64_t value, struct mg_error *err);
uint64_t mg_digest_sums_get(const struct mg_digest_sums *sums, enum mg_digest_part part,
                            const struct mg_digest_owner *owner);
typedef enum mg_code mg_digest_visitor(void *context, enum mg_digest_part part,
                                       const struct mg_digest_owner *owner, uint64_t sum,
                                       struct mg_error *err);
/* Each in turn, those that are 0 too. */
enum mg_code mg_digest_sums_visit(const struct mg_digest_sums *sums, mg_digest_visitor *visit, void *context,
                                  struct mg_error *err);

/* The rows of a part as they stand, from an id on; not of those that are told. */
enum mg_code mg_digest_add_rows(struct mg_db *db, const struct mg_digest_key *key, enum mg_digest_part part,
                                int64_t from, struct mg_digest_sums *sums, struct mg_error *err);
/* What a figure is. */
uint64_t mg_digest_figure(const struct mg_digest_key *key, const char *level, const char *territory,
                          size_t territory_length, const char *category, size_t category_length, double n,
                          struct mg_buf *room);

/* visit_wrong: called for each edition that brought records that are not what their hash says, if not NULL.
 */
typedef enum mg_code mg_digest_wrong_visitor(void *context, int64_t edition, int64_t n, int64_t first_line,
                                             struct mg_error *err);
struct mg_digest_watch {
    const struct mg_progress *progress;
    mg_digest_wrong_visitor *wrong;
    void *context;
};
/* All of the file, as it stands; watch may be NULL. */
enum mg_code mg_digest_compute(struct mg_db *db, const struct mg_digest_key *key,
                               const struct mg_digest_watch *watch, struct mg_digest_sums *sums,
                               struct mg_error *err);

/* As they are stored; what names no part of ours is left out. */
enum mg_code mg_digest_load(struct mg_db *db, struct mg_digest_sums *sums, struct mg_error *err);
enum mg_code mg_digest_find(struct mg_db *db, enum mg_digest_part part, const struct mg_digest_owner *owner,
                            uint64_t *ret_sum, bool *ret_there, struct mg_error *err);
enum mg_code mg_digest_set(struct mg_db *db, enum mg_digest_part part, const struct mg_digest_owner *owner,
                           uint64_t sum, struct mg_error *err);
/* Add to what is stored. */
enum mg_code mg_digest_add(struct mg_db *db, enum mg_digest_part part, const struct mg_digest_owner *owner,
                           uint64_t value, struct mg_error *err);

#endif
