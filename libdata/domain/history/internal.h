/* internal.h - what the files of history share; see history.h for what it is about.
 *
 * load: which rows are in one edition only. match: which of them are the same service. cells: what one row
 * says. compare: what differs between two. events, links: both walked in order. decide: what people say of
 * it. highlight: the rows themselves, side by side.
 */
#ifndef MG_HISTORY_INTERNAL_H
#define MG_HISTORY_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/linkage/linkage.h"
#include "libdata/geo/crs.h"
#include "libdata/geo/succession.h"

#define HISTORY_NONE         UINT32_MAX
#define HISTORY_SAME_PLACE_M 1.0 /* nearer than this is one place */

enum { HISTORY_BEFORE, HISTORY_AFTER, HISTORY_SIDES };

/* A row that stands in one of the two editions only. */
struct history_row {
    int64_t record, line;
    uint64_t hash;
    uint32_t key; /* entry of history->keys; once sorted, its rank bytewise; HISTORY_NONE: no key */
};

struct history_rows {
    struct history_row *rows;
    size_t count, capacity;
};

/* Indexes of rows before and after, or HISTORY_NONE. */
struct history_pair {
    uint32_t before, after;
    uint32_t link; /* 1 + index in history->links: how linkage came by it, or what it suggests; 0: nothing */
};

/* What linkage says of two rows; identity/by_linkage.c. */
struct history_link {
    uint32_t before, after;
    enum mg_linkage_kind kind;
    enum mg_linkage_zone zone;
    double score;
    uint8_t levels[MG_LINKAGE_COMPARISONS];
};

struct history_pairs {
    struct history_pair *pairs;
    size_t count, capacity;
};

/* The cells that have columns of their own in table record, in the order of history_before's columns. */
enum history_typed {
    TYPED_NAME,
    TYPED_CATEGORY,
    TYPED_ADDRESS,
    TYPED_POSTCODE,
    TYPED_COMMUNE,
    TYPED_STATUS,
    TYPED_OPENED,
    TYPED_CLOSED,
    TYPED_PRECISION,
    TYPED_COUNT,
    TYPED_PLACE = TYPED_COUNT, /* not a cell: the geometry */
    TYPED_NONE
};

/* A column of the dataset, or (after those, one for each history_typed, then the place) a typed one. */
struct history_column {
    const char *name;         /* as the source writes it; the role's where no column has it */
    enum history_typed typed; /* of a source's column: where its cells are understood; else TYPED_NONE */
    bool compared;
    struct mg_buf constant[HISTORY_SIDES]; /* JSON string of the edition's one value; empty: it has none */
    int64_t filled[HISTORY_SIDES];         /* rows of one edition only that have something there */
};

/* A cell: text with JSON's escapes, from record.other or a constant; or plain text of a typed column. */
struct history_cell {
    const char
        *text;     /* NULL: the row says nothing of its own; the edition's constant holds, if there is one */
    size_t length; /* 0: empty */
};

enum { HISTORY_KEY = TYPED_COUNT, HISTORY_OTHER, HISTORY_TEXTS };

/* A row as table record has it: the typed cells, the key, record.other. */
struct history_said {
    struct history_cell texts[HISTORY_TEXTS];
    int64_t line, edition;
    bool has_place;
    double lon, lat;
};

struct history_kept_row;
struct history_chunk {
    struct history_chunk *next;
    size_t size, used; /* bytes after this */
};

/* What rows say, by record; rows/row_cache.c. */
struct history_kept {
    struct history_chunk *chunks;
    struct history_kept_row **slots; /* open addressing; NULL is free */
    size_t slot_count, count;
    size_t bytes, limit; /* of rows; 0: as many as is usual */
};

/* What one row says; borrowed until the next one of its side is read. cells: by column, typed ones after. */
struct history_content {
    const char *key; /* NULL: none */
    int64_t line;
    int64_t edition_id; /* whose source the line is of */
    struct history_cell *cells;
    bool has_place;
    bool lasts; /* its texts are there as long as the history; key and typed cells have a NUL at their end */
    double lon, lat;
};

struct history_decided { /* a pair that a decision made, confirmed or parted */
    struct history_pair pair;
    const struct mg_decision *decision;
};

enum history_state { HISTORY_OPEN, HISTORY_CLOSED, HISTORY_PLANNED };

/* Rows of unchanged content whose date of opening or closure lies between the two editions, by key. */
struct history_passing {
    int64_t record;
    uint64_t hash;
    size_t key; /* in keys */
};

struct history_passings {
    struct mg_buf keys;
    struct history_passing *list;
    size_t count, capacity;
    int64_t *records; /* in ascending order */
};

struct history_artefacts; /* artefacts/artefacts.h */
struct history_gaps;

struct mg_history {
    struct mg_db *db;
    const struct mg_dataset *dataset;
    const struct mg_edition *editions[HISTORY_SIDES];
    size_t ranks[HISTORY_SIDES];                      /* in dataset->editions */
    mg_date as_of[HISTORY_SIDES], cog[HISTORY_SIDES]; /* cog: of which the communes' codes are */
    struct mg_history_options options;
    struct history_rows rows[HISTORY_SIDES];
    struct history_rows same[HISTORY_SIDES]; /* the i-th of both have the same content, in two versions */
    int64_t standing;                        /* versions that stand in both editions */
    struct mg_map keys;                      /* of rows; the value is the entry's own index */
    uint32_t *key_entries;                   /* by rank: entry of keys */
    uint32_t *key_standing;                  /* by entry: rows with that key that stand in both editions */
    struct {
        uint32_t *
            aliases; /* by entry of keys, of one of before: the one of after that it is; HISTORY_NONE: none */
        int64_t n, of; /* how many are; 0: keys are written as they were */
        const char *column;
    } key_form; /* identity/key_spelling.c */
    struct history_column *columns;
    size_t column_count; /* dataset->field_count + TYPED_COUNT + 1 */
    struct history_content contents[HISTORY_SIDES];
    struct history_kept kept;             /* rows of one edition only */
    struct history_pairs pairs;           /* by key; changed or unchanged, or one side only */
    struct history_pairs closed, created; /* by key, then content */
    bool trusted;                         /* the keys */
    struct history_link *links;           /* of linkage, in its order */
    size_t link_count;
    struct mg_linkage_model model; /* pairs 0: linkage was not needed */
    char told[2][192];             /* evidence made up from a link, of the event at hand */
    struct mg_crs *crs;
    struct mg_succession *succession;
    const char **only[HISTORY_SIDES];         /* for the summary */
    const char **evidence;                    /* of the event at hand; room for column_count + 16 */
    bool has_states;                          /* the source gives a status or dates */
    enum history_state states[HISTORY_SIDES]; /* of the rows of the event at hand */
    char status[96];                          /* evidence made up for one event, too */
    char dated[2][MG_DATE_SIZE + 16];         /* evidence made up for one event: "opened=2017-05-01" */
    struct history_decided *decided;
    size_t decided_count;
    struct mg_history_summary summary, matched; /* matched: as it was before any event was told */
    struct history_artefacts *artefacts;
    struct history_gaps *gaps;
    struct history_passings passings;
};

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
                                              sqlite3_stmt *row, void *context, struct mg_error *err);
enum mg_code history_standing(struct mg_history *h, enum mg_sql sql, history_standing_visitor *visit,
                              void *context, struct mg_error *err);
/* Fill key_standing; needed only when a key may be on several rows. */
enum mg_code history_count_standing(struct mg_history *h, struct mg_error *err);

/* rows/cells.c */
enum mg_code history_columns_create(struct mg_history *h, struct mg_error *err);
void history_columns_destroy(struct mg_history *h);
const char *history_as_of(const struct mg_history *h, int64_t edition); /* NULL: not of this dataset */
enum mg_code history_read(struct mg_history *h, int side, int64_t record, struct mg_error *err);
/* The same, of a row of the statement history_rows, which will be asked for again. */
enum mg_code history_take_and_keep(struct mg_history *h, int side, int64_t record, sqlite3_stmt *row,
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

/* identity/by_key.c */
enum mg_code history_match(struct mg_history *h, struct mg_error *err);
const char *history_key(const struct mg_history *h, uint32_t rank); /* NULL for HISTORY_NONE */
enum mg_code history_pairs_add(struct history_pairs *pairs, uint32_t before, uint32_t after,
                               struct mg_error *err);

/* identity/key_spelling.c: before the matching, keys that are one key written otherwise become one */
enum mg_code history_key_form(struct mg_history *h, struct mg_error *err);
/* A key of that side, as it was matched by. */
const char *history_key_as_matched(const struct mg_history *h, int side, const char *key);
/* Of the rows last read: have they one key, written otherwise? */
bool history_key_rewritten(const struct mg_history *h);

/* identity/by_decision.c: options.decisions, over what was matched; the decision that a pair is due to, or
 * NULL; and over an event that is about to be told */
enum mg_code history_decide(struct mg_history *h, struct mg_error *err);
const struct mg_decision *history_decided(const struct mg_history *h, const struct history_pair *pair);
void history_decide_event(struct mg_history *h, struct mg_event *event);
/* Is the decision one about this dataset and these editions? Does it name a row on that side? */
bool history_decision_concerns(const struct mg_history *h, const struct mg_decision *d);
bool history_decision_names(const struct mg_decision_side *side);

/* identity/key_trust.c: are the keys worth trusting between these two editions? If not, why:
 * summary.key_doubt */
enum mg_code history_keys_test(struct mg_history *h, bool *ret_trusted, struct mg_error *err);
/* Undo the matching by key: every row that differs is gone, or new. */
enum mg_code history_keys_forget(struct mg_history *h, struct mg_error *err);

/* Keys, if they stand their test; else, and for rows without one, linkage. */
enum mg_code history_identify(struct mg_history *h, struct mg_error *err);

/* identity/by_linkage.c */
/* Link what is closed and created; trusted: rows that both have a key are not linked, only told of. */
enum mg_code history_link(struct mg_history *h, bool trusted, struct mg_error *err);
/* Put into the event what linkage knows of its pair; a merger or split becomes one. */
enum mg_code history_link_tell(struct mg_history *h, const struct history_pair *pair, struct mg_event *event,
                               struct mg_error *err);
/* A link that is among no pairs but is one all the same, unless people decided of the two: to review, a
 * merger or a split. */
bool history_link_shown(const struct mg_history *h, const struct history_link *link);
void history_link_evidence(const struct history_link *link, char *text, size_t size);

/* answer/events.c */
void history_fill_side(const struct mg_history *h, int side, int64_t record, struct mg_event_side *event);

/* difference/pair.c: what the rows last read on both sides differ in */
bool history_cells_equal(const struct history_cell *a, const struct history_cell *b);
/* The cell of that column: the row's own, else the edition's constant. */
struct history_cell history_cell(const struct mg_history *h, int side, size_t column);
/* Does the source's column differ as written? */
bool history_written_differs(const struct mg_history *h, size_t column);
enum mg_code history_compare(struct mg_history *h, struct mg_event *event, bool *ret_differ,
                             struct mg_error *err);

/* difference/open_state.c: of the row last read on that side, by its status, else by its dates */
enum mg_code history_state(const struct mg_history *h, int side, enum history_state *ret_state,
                           struct mg_error *err);
/* Does the source date the closure (before) or the opening (after) between the two editions? */
bool history_dated(const struct mg_history *h, int side);

/* Is it the address that tells, of the rows last read? Does it say that the service moved (of a pair whose
 * places tell: no)? */
bool history_address_tells(const struct mg_history *h);
enum mg_code history_address_moved(const struct mg_history *h, bool *ret_moved, struct mg_error *err);

void history_evidence(struct mg_history *h, struct mg_event *event, const char *text);
/* The same in comparison form, for a label; with the same punctuation too, for any other cell. Two cells, one
 * of which is empty, are not. */
enum mg_code history_commune_recoded(const struct mg_history *h, const char *before, const char *after,
                                     bool *ret_explained, struct mg_error *err);
enum mg_code history_reformatted(const struct history_cell *a, const struct history_cell *b, bool label,
                                 bool *ret_same, struct mg_error *err);

/* answer/date_passed.c */
enum mg_code history_passings_create(struct mg_history *h, struct mg_error *err);
bool history_passes(const struct mg_history *h, int64_t record);
void history_passings_finish(struct history_passings *passings);

/* artefacts/coverage_gap.c */
/* The rows that stood in neither edition, but in one after both (later) or before both; rank: of the first
 * such edition, or of the last. */
typedef enum mg_code history_elsewhere_visitor(struct mg_history *h, int64_t record, uint64_t hash,
                                               uint32_t rank, void *context, struct mg_error *err);
enum mg_code history_elsewhere(struct mg_history *h, bool later, history_elsewhere_visitor *visit,
                               void *context, struct mg_error *err);
enum mg_code history_gaps_create(struct mg_history *h, struct mg_error *err);
void history_gaps_destroy(struct history_gaps *gaps);
/* A closure whose service is back later, an opening of one that was there before: a gap, or a reopening. */
enum mg_code history_gaps_label(struct mg_history *h, uint32_t key, struct mg_event *event,
                                struct mg_error *err);

#endif
