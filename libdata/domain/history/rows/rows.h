/* rows.h - what the rows say that stand in one of the two editions only, and those that stand in both or
 * elsewhere.
 *
 * Rows that differ are read once. History asks for them at every step, in the order of their keys; in the
 * file they lie scattered over all its pages. What they say is kept up to 256 MiB, which halved the time of a
 * history by identifier; beyond that they are read again, and nothing else changes. One statement over the
 * list of their ids reads them, since one that is run for each row makes anew what it needs for each. What
 * stands in both editions is not even counted: it is what the earlier one loaded and is not known to differ,
 * the later one must have loaded as much, and only where it has not are the versions counted, to say which
 * edition is wrong.
 */
#ifndef MG_HISTORY_ROWS_H
#define MG_HISTORY_ROWS_H

#include "libdata/db/feed.h"
#include "libdata/domain/history/internal.h"

/* rows/differing_rows.c */
struct history_version {
    int64_t record;
    uint64_t hash;
    bool stands[HISTORY_SIDES];
};
enum mg_code history_load(struct mg_history *h, struct mg_error *err);
/* The rows that stand in both editions. sql: what of them is asked for; of history_versions columns 0 to 3
 * only, which are the version, and of others the record's columns named there from 4 on. */
typedef enum mg_code history_standing_visitor(struct mg_history *h, const struct history_version *version,
                                              struct mg_read *row, void *context, struct mg_error *err);
enum mg_code history_standing(struct mg_history *h, enum mg_sql sql, history_standing_visitor *visit,
                              void *context, struct mg_error *err);
/* Ask sql, whose only parameter is a feed of records (db/feed.h), of those of rows, in their order. */
enum mg_code history_ask_records(struct mg_history *h, const struct history_rows *rows, enum mg_sql sql,
                                 mg_feed_visitor *visit, void *context, struct mg_error *err);
/* Fill key_standing; needed only when a key may be on several rows. */
enum mg_code history_count_standing(struct mg_history *h, struct mg_error *err);

/* rows/same_content.c: of the rows before and after that have one hash, those that say the same, one for one,
 * go to h->same; the others are kept: they come to the front, and their counts are returned. */
enum mg_code history_cancel_group(struct mg_history *h, struct history_row *before, size_t *before_count,
                                  struct history_row *after, size_t *after_count, struct mg_error *err);
/* Of a record of that side and one of the other: what is compared by hash, to the letter. */
enum mg_code history_says_the_same(struct mg_history *h, int side, int64_t record, int64_t other,
                                   bool *ret_same, struct mg_error *err);
enum mg_code history_rows_add(struct history_rows *rows, const struct history_row *row, struct mg_error *err);

/* rows/cells.c */
enum mg_code history_columns_create(struct mg_history *h, struct mg_error *err);
void history_columns_destroy(struct mg_history *h);
const char *history_as_of(const struct mg_history *h, int64_t edition); /* NULL: not of this dataset */
enum mg_code history_read(struct mg_history *h, int side, int64_t record, struct mg_error *err);
/* What is open of a row, as bytes. */
enum mg_code history_add_open(struct mg_history *h, int side, int64_t record, struct mg_buf *said,
                              struct mg_error *err);
/* The hash by which rows come in order: `hash`, the row's own; with options.open_only of what is open of it,
 * for which it is read. */
enum mg_code history_order_hash(struct mg_history *h, int side, int64_t record, uint64_t hash,
                                uint64_t *ret_hash, struct mg_error *err);
/* The same as history_read, of a row of the statement history_rows, which will be asked for again. */
enum mg_code history_take_and_keep(struct mg_history *h, int side, int64_t record, struct mg_read *row,
                                   struct mg_error *err);
void history_count_filled(struct mg_history *h, int side);
enum mg_code history_columns_settle(struct mg_history *h, struct mg_error *err);

/* rows/row_cache.c: rows beyond the limit are not kept, and that is no error; what is found lasts as long as
 * kept. expect: before the first is added; only makes it faster */
enum mg_code history_kept_expect(struct history_kept *kept, size_t rows, struct mg_error *err);
bool history_kept_find(const struct history_kept *kept, int64_t record, struct history_said *ret_said);
enum mg_code history_kept_add(struct history_kept *kept, int64_t record, const struct history_said *said,
                              struct mg_error *err);
void history_kept_finish(struct history_kept *kept);
/* Pair i of these is at hand, and those after it will be read soon: only makes it faster. */
void history_expect(const struct mg_history *h, const struct history_pairs *pairs, size_t i);

/* rows/cells.c: of the rows last read on both sides */
bool history_cells_equal(const struct history_cell *a, const struct history_cell *b);
/* The cell of that column: the row's own, else the edition's constant. */
struct history_cell history_cell(const struct mg_history *h, int side, size_t column);
/* The row's own cell of a typed column. */
const struct history_cell *history_typed(const struct mg_history *h, int side, enum history_typed typed);
/* Does the source's column differ as written? */
bool history_written_differs(const struct mg_history *h, size_t column);

/* rows/pairs.c */
enum mg_code history_pairs_add(struct history_pairs *pairs, uint32_t before, uint32_t after,
                               struct mg_error *err);
const char *history_key(const struct mg_history *h, uint32_t rank); /* NULL for HISTORY_NONE */

/* rows/event.c: the row last read on that side; a text that stays the caller's, once */
void history_fill_side(const struct mg_history *h, int side, int64_t record, struct mg_event_side *event);
void history_evidence(struct mg_history *h, struct mg_event *event, const char *text);

/* rows/other_editions.c */
/* The rows that stood in neither edition, but in one after both (later) or before both; rank: of the first
 * such edition, or of the last. */
typedef enum mg_code history_elsewhere_visitor(struct mg_history *h, int64_t record, uint64_t hash,
                                               uint32_t rank, void *context, struct mg_error *err);
enum mg_code history_elsewhere(struct mg_history *h, bool later, history_elsewhere_visitor *visit,
                               void *context, struct mg_error *err);

#endif
