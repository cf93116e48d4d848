/* services.h - import of services one by one: the parts of services.c. Internal.
 *
 * A row is first recognised (its content hash, matched with the intervals that are there), and understood and
 * placed as far as its issues go, which are those of an edition's rows, new or not; only content that is new
 * is spelt out and stored.
 */
#ifndef MG_KINDS_SERVICES_H
#define MG_KINDS_SERVICES_H

#include "libdata/base/cleanup.h"
#include "libdata/base/hash_set.h"
#include "libdata/base/map.h"
#include "libdata/db/packed_index.h"
#include "libdata/domain/common/codes.h"
#include "libdata/domain/import/intervals.h"
#include "libdata/domain/import/kind.h"
#include "libdata/geo/blob.h"
#include "libdata/geo/crs.h"
#include "libdata/geo/departement.h"

extern const struct mg_import_kind mg_import_services;

#define MG_SERVICES_TEXTS (MG_ROLE_PRECISION + 1) /* the roles before it are columns of record, as text */

/* A column as it enters record.other and the hash. */
struct mg_services_column {
    int column; /* the table's */
    int role;   /* enum mg_role, or -1 */
    int64_t position;
    bool ignored;
    enum {
        MG_PLAIN,     /* no constant */
        MG_GUESSED,   /* one value in all rows so far */
        MG_INHERITED, /* an earlier edition's constant, from which some rows differ */
    } constant;
    char *value; /* of the constant; owned */
    size_t value_length;
};

struct mg_services_point {
    bool there;
    double x, y; /* in epsg's system; for 4326 longitude and latitude */
    int epsg;
    const char *source; /* record.geo_source; a constant */
    int home;           /* what the département calls for, if nothing else says what the system is; else 0 */
    int column;         /* for what is said of it; -1: none */
};

/* Where communes lie, and the box of the code that was asked for last. */
struct mg_services_boxes {
    struct mg_map communes; /* code to box */
    struct mg_box *boxes;
    char last[8];
    size_t last_length;
    bool last_is_commune, has_box;
    struct mg_box box;
};

struct mg_text {
    const char *text; /* NULL: none */
    size_t length;
    bool as_written; /* the cell to the letter */
};

struct mg_services {
    struct mg_import *import;
    struct mg_services_column *columns; /* in the order of positions */
    size_t *hash_order;                 /* of columns: those with roles first, in the order of roles */
    size_t column_count;
    size_t guesses; /* columns that are MG_GUESSED */
    bool broken;    /* a row did not keep to a guess */

    struct mg_crs *crs;
    int departement; /* the column that completes communes numbered within it, or -1 */
    int fixed_epsg;  /* --crs, or 0 */
    bool lat_first;  /* in a column that holds both */
    struct mg_services_boxes boxes;

    struct mg_intervals *intervals;   /* NULL: the dataset's first edition */
    bool exact;                       /* records are compared with rows: their hashes alone misled */
    bool proven;                      /* what was matched by hash is the same */
    uint64_t content_sum, record_sum; /* digests of all rows, and of the new records */
    uint64_t content_digest;          /* of the row at hand */
    int64_t first_record;             /* id that the first new record gets */
    int64_t *hashes;                  /* of new records */
    size_t hash_count, hash_capacity;
    struct mg_reused {
        int64_t record, hash;
    } * reused; /* records that get another version */
    size_t reused_count;
    struct mg_found *found; /* after --replace: records met again, whose line may be lost */
    size_t found_count, found_capacity;
    struct mg_index_point *points;
    size_t point_count, point_capacity;
    struct mg_stand {
        uint64_t point; /* hash */
        int64_t line;
    } * stands; /* rows with a place whose content is known: who stands where */
    size_t stand_count, stand_capacity;
    struct mg_hash_set keys; /* of the rows so far */

    /* the row at hand */
    struct mg_buf content, other, key, record; /* key: of several columns; record: what its digest is of */
    struct mg_text texts[MG_SERVICES_TEXTS];
    char codes[2][MG_CODE_SIZE];
    char dates[2][MG_DATE_SIZE];
    struct mg_services_point place;
    unsigned char blob[MG_POINT_BLOB_SIZE];
    int64_t line;
    size_t version_at; /* while versions are stored */
};

/* services.c */
void mg_services_finish(struct mg_services *s);

/* services_constants.c */
enum mg_code mg_services_plan(struct mg_services *s, struct mg_error *err);
/* Look at the first rows (all of them: to the end) and give up the guesses that do not hold. The table has to
 * be restarted afterwards. */
enum mg_code mg_services_try_guesses(struct mg_services *s, bool all, struct mg_error *err);
bool mg_services_keeps_guesses(const struct mg_services *s, const struct mg_row *row);
enum mg_code mg_services_store_constants(struct mg_services *s, struct mg_error *err);

/* services_place.c */
enum mg_code mg_services_place_plan(struct mg_services *s, struct mg_error *err);
enum mg_code mg_services_place(struct mg_services *s, const struct mg_row *row, struct mg_error *err);
enum mg_code mg_services_project(struct mg_services *s, const struct mg_row *row, struct mg_error *err);

/* commune_boxes.c */
enum mg_code mg_services_boxes_load(struct mg_services *s, struct mg_error *err);
void mg_services_boxes_finish(struct mg_services_boxes *near);
/* Where the commune (or the département) that the row at hand names lies, with a margin; NULL: it names none.
 */
const struct mg_box *mg_services_declared(struct mg_services *s);
uint64_t mg_services_point_hash(double x, double y);
/* After the last row: an issue for each point on which several hundred rows stand. */
enum mg_code mg_services_report_crowds(struct mg_services *s, struct mg_error *err);

/* services_row.c */
/* Does the file number communes within their département? */
void mg_services_find_departement(struct mg_services *s);
/* The row's key is about to be looked for among the others. */
void mg_services_expect_key(const struct mg_services *s, const struct mg_row *row);
int64_t mg_services_hash(struct mg_services *s, const struct mg_row *row);
enum mg_code mg_services_understand(struct mg_services *s, const struct mg_row *row, struct mg_error *err);
enum mg_code mg_services_spell(struct mg_services *s, const struct mg_row *row, struct mg_error *err);
/* Of the row that was spelt, as the record of that id. */
enum mg_code mg_services_digest(struct mg_services *s, int64_t record, uint64_t *ret_digest,
                                struct mg_error *err);

#endif
