/* internal.h - the history at work: what its rooms fill and read, one after the other.
 *
 * rows: what the rows say that stand in one edition only. decisions: what people wrote. identity: which row
 * is which. difference: what differs in a pair. artefacts: what of it is no change of the services. answer:
 * what is reported. Each room has a header of its name, and uses its own and those before it; history.c calls
 * them in order.
 */
#ifndef MG_HISTORY_INTERNAL_H
#define MG_HISTORY_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/db/read.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/common/open_state.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/linkage/linkage.h"
#include "libdata/geo/crs.h"
#include "libdata/geo/succession.h"

#define HISTORY_NONE         UINT32_MAX
#define HISTORY_SAME_PLACE_M 1.0 /* nearer than this is one place */

enum { HISTORY_BEFORE, HISTORY_AFTER, HISTORY_SIDES };

#define HISTORY_SAMPLE 64 /* as in history.sql */

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
    bool hidden; /* options.open_only, and it is not open: its cells are as if it were not there */
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

/* A row on its own, and one of the other edition that stands for a service that is in both: of duplicates, a
 * record of both. */
struct history_duplicate {
    uint32_t row;
    struct history_row stays; /* record 0: it is none after all */
};

struct history_duplicates {
    struct history_duplicate *items; /* by row */
    size_t count, capacity;
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
    struct history_rows sampled;             /* one in HISTORY_SAMPLE of them, drawn by what they say */
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
    struct history_pairs given;           /* of two keys: the earlier one stands for another service now */
    uint32_t *given_of[HISTORY_SIDES]; /* by key: 1 + the first of given whose row there has it; NULL: none */
    bool trusted;                      /* the keys */
    struct history_link *links;        /* of linkage, in its order */
    size_t link_count;
    struct mg_linkage_model model; /* pairs 0: linkage was not needed */
    char told[3][192];             /* evidence made up from a link or a key, of the event at hand */
    struct mg_crs *crs;
    struct mg_succession *succession;
    const char **only[HISTORY_SIDES];         /* for the summary */
    const char **evidence;                    /* of the event at hand; room for column_count + 16 */
    bool has_states;                          /* the source gives a status or dates */
    enum mg_open_state states[HISTORY_SIDES]; /* of the rows of the event at hand */
    char status[96];                          /* evidence made up for one event, too */
    char dated[2][MG_DATE_SIZE + 16];         /* evidence made up for one event: "opened=2017-05-01" */
    struct history_duplicates duplicates[HISTORY_SIDES]; /* identity/duplicates.c */
    struct history_duplicates taken[HISTORY_SIDES];      /* identity/taken_in.c */
    struct history_decided *decided;
    size_t decided_count;
    struct mg_history_summary summary, matched; /* matched: as it was before any event was told */
    struct history_artefacts *artefacts;
    struct history_gaps *gaps;
    struct history_passings passings;
};

/* Where a typed column is in columns, and in the cells of a row. */
static inline size_t history_column_of(const struct mg_history *h, enum history_typed typed)
{
    return h->dataset->field_count + typed;
}

#endif
