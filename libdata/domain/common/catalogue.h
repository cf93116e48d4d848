/* catalogue.h - the datasets of a file, their columns and editions, as the file knows them now.
 *
 * A dataset's name is 1 to 63 of a-z 0-9 _ -, starting with a letter: it becomes part of view and layer
 * names. Editions are in the order of their dates; at most one a date.
 */
#ifndef MG_COMMON_CATALOGUE_H
#define MG_COMMON_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/date.h"
#include "libdata/db/db.h"

#define MG_NAME_SIZE 64

struct mg_field {
    int64_t id;
    int64_t position; /* in record.other and response.other */
    char *name;       /* as the source writes it */
    char *role;       /* "key", "name", ...; NULL when it has none */
    char *type;
    int key_part; /* 1, 2...: of a key of several columns, whatever its role; 0: it is none */
    bool open;
};

struct mg_edition {
    int64_t id;
    char as_of[MG_DATE_SIZE];
    char level[16]; /* territories, counts, populations; else "" */
    char source_sha256[65];
    int64_t rows_read, rows_loaded, rows_rejected, rows_skipped, issues;
    int64_t first_version, last_version; /* 0 when it brought none */
    int cog_year, cog_year_last;         /* of which its communes are (geo/cog_year.h); 0: it is not known */
};

struct mg_dataset {
    int64_t id;
    char name[MG_NAME_SIZE];
    char kind[16]; /* services, counts, territories, movements, populations, responses, projects */
    bool open;
    char *producer;          /* the ministry; NULL: not told */
    struct mg_field *fields; /* as the sources had them, the first edition's first */
    size_t field_count;
    struct mg_edition *editions; /* by date */
    size_t edition_count;
};

bool mg_dataset_name_valid(const char *name);

/* MG_ERR_USAGE when there is none of that name; the hint lists those there are. */
enum mg_code mg_dataset_load(struct mg_db *db, const char *name, struct mg_dataset **ret_dataset,
                             struct mg_error *err);
void mg_dataset_destroy(struct mg_dataset *dataset);

/* The column that its sources call by that name, to the letter; NULL when there is none, or no dataset. */
const struct mg_field *mg_dataset_field(const struct mg_dataset *dataset, const char *name);

/* The names of all datasets of a kind (NULL: any), in alphabetical order; the caller frees each and the
 * array, which ends with NULL. */
enum mg_code mg_dataset_names(struct mg_db *db, const char *kind, char ***ret_names, struct mg_error *err);

/* The edition of that very date; MG_ERR_USAGE naming those there are. */
enum mg_code mg_edition_find(const struct mg_dataset *dataset, const char *as_of,
                             const struct mg_edition **ret_edition, struct mg_error *err);
/* The latest edition not after the date (NULL or "": the latest of all), or NULL. */
const struct mg_edition *mg_edition_at(const struct mg_dataset *dataset, const char *as_of);

/* The records that stand in an edition, in the order of their version's id. Columns of the statement:
 * 0 record.id, 1 key, 2 name, 3 category, 4 address, 5 postcode, 6 commune, 7 status, 8 opened, 9 closed,
 * 10 geo_source, 11 geo_precision, 12 line, 13 other, 14 geom, 15 as_of of the edition in whose source that
 * line is (record.edition). All may be NULL but 0, 12 and 15. The statement is db's; step it with mg_db_step.
 */
enum mg_code mg_records_at(struct mg_db *db, const struct mg_dataset *dataset,
                           const struct mg_edition *edition, struct sqlite3_stmt **ret_statement,
                           struct mg_error *err);

#endif
