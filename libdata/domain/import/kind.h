/* kind.h - what each kind of import (services, counts, territories, ...) builds on.
 *
 * import.c opens the table, finds the roles, writes dataset, field and edition, and calls the kind's load
 * inside a transaction and a savepoint. A load pulls rows with mg_import_next until there are none and
 * accounts for each: mg_import_loaded, mg_import_reject or mg_import_skip, once. Rows of the wrong length
 * and empty rows are accounted for before they are delivered. Afterwards import.c settles the books.
 */
#ifndef MG_IMPORT_KIND_H
#define MG_IMPORT_KIND_H

#include "libdata/base/text.h"
#include "libdata/domain/columns/column_type.h"
#include "libdata/domain/digest/ledger.h"
#include "libdata/domain/import/corrections.h"
#include "libdata/domain/import/import.h"
#include "libdata/domain/import/profile.h"
#include "libdata/geo/cog_year.h"

struct mg_import_column { /* of the table, in its order */
    const char *name;
    int64_t field;    /* field.id */
    int64_t position; /* field.position */
    int role;         /* enum mg_role, or -1 */
    bool ignored;     /* --ignore */
    int64_t filled;   /* rows in which it is not empty */
};

struct mg_import_code { /* how many issues of one code */
    const char *code;
    int64_t count, stored;
    int64_t first_line; /* of those that are not stored one by one */
};

#define MG_IMPORT_ENCODINGS 8

struct mg_import {
    struct mg_db *db;
    const struct mg_import_options *asked;   /* as given */
    const struct mg_import_options *options; /* and as a profile or a descriptor adds to them: effective */
    struct mg_import_options effective;
    const struct mg_import_kind *kind;
    const char *path;
    struct mg_table *table;
    const struct mg_table_info *info;
    const char **names;         /* what the dataset calls the columns (import/names.c); borrowed */
    struct mg_sample sample;    /* the first rows */
    struct mg_dataset *dataset; /* as it was before this import; NULL: it is new */
    int64_t dataset_id;
    const struct mg_edition *previous, *next; /* this edition's neighbours by date, NULL: none */
    int64_t edition;                          /* edition.id */
    char as_of[MG_DATE_SIZE];
    char level[16]; /* edition.level; a load may set it */
    struct mg_roles roles;
    struct mg_table_parts parts;      /* of the profile: rows that come in two lines */
    struct mg_national *national;     /* the national file that it is; NULL: none */
    struct mg_descriptor *descriptor; /* NULL: none */
    char descriptor_sha256[65];
    const char **ignored; /* effective.ignore, where the profile says it */
    int *schema_columns;  /* of each of the schema's fields, -1: it is not there; NULL: no schema */
    struct mg_corrections *corrections; /* NULL: none */
    int64_t corrected;                  /* rows */
    struct mg_column_meaning *meanings; /* of each column */
    struct mg_type_watch *types;        /* what each column may still be; of the rows delivered */
    size_t *typeless, typeless_count;   /* the columns whose type is not settled */
    struct mg_import_column *columns;
    int64_t rows_read, rows_loaded, rows_rejected, rows_skipped, issues;
    struct mg_import_code codes[MG_IMPORT_CODES];
    struct {
        const char *name;           /* a constant */
        int64_t line, byte, rows;   /* its first row, and how many there are */
    } decoded[MG_IMPORT_ENCODINGS]; /* rows that are not UTF-8, by encoding */
    struct {
        int64_t line, cells, expected; /* of the row delivered last, if it was too short */
    } short_row;
    int64_t first_version, last_version; /* ids that this import added; 0: none. A load sets them */
    int64_t footer_rows, joined_rows;    /* of the rows skipped */
    bool compared;
    int64_t added, unchanged, gone;
    bool keyed;
    int64_t changed; /* of those added, by key */
    struct mg_profile profile;
    struct mg_anomalies anomalies; /* against the edition before */
    struct {                       /* import/commune_year.c; the columns are -1 where there is none */
        bool watched;
        int commune, name, kind;
        const struct mg_row *row; /* delivered last, and how many were loaded before it */
        int64_t loaded;
        struct mg_cog_codes codes;
        struct mg_cog_year year;
    } cog;
    /* --replace: what was taken out (import/replace.c) */
    bool replaced;
    int64_t shared_first, shared_last; /* ids that later editions share with it; 0: none */
    int64_t unlined_records;           /* records that lost their line */
    int64_t events_dropped, links_dropped;
    /* digests (digest/digest.h): a load tells those of what stands in the edition, and of the records it
     * added */
    struct mg_digest_ledger digests;
    struct mg_digest_floors floors;
    uint64_t standing_digest, record_digest;
};

/* Options that only some kinds take; given to others they are refused. */
enum mg_import_takes {
    MG_IMPORT_TAKES_KEY = 1,         /* no_key */
    MG_IMPORT_TAKES_PLACE = 2,       /* crs */
    MG_IMPORT_TAKES_IGNORE = 4,      /* ignore */
    MG_IMPORT_TAKES_LEVEL = 8,       /* level */
    MG_IMPORT_TAKES_VALID_FROM = 16, /* valid_from */
    MG_IMPORT_TAKES_YEAR = 32,       /* year */
    MG_IMPORT_TAKES_CATEGORIES = 64, /* categories */
    MG_IMPORT_TAKES_ANSWERS = 128,   /* questions, missing, scale */
    MG_IMPORT_TAKES_KEY_PARTS = 256, /* several columns that are the key together */
};

struct mg_import_kind {
    const char *name;
    unsigned roles;    /* MG_ROLE_BITs that this kind has */
    unsigned required; /* those it cannot do without */
    unsigned typed;    /* whose cells mostly leave nothing in the table's column "other" */
    unsigned takes;    /* enum mg_import_takes */
    /* NULL, or the columns that this kind knows by their labels, as if --map had named them: at most one a
     * role, none that --map names. Returns how many, SIZE_MAX when memory is short. */
    size_t (*known)(const struct mg_import *import, struct mg_map_option *maps);
    enum mg_code (*load)(struct mg_import *import, struct mg_error *err);
};

/* The next row to account for, with a cell for each column, or NULL after the last. */
enum mg_code mg_import_next(struct mg_import *import, const struct mg_row **ret_row, struct mg_error *err);

/* After --replace: records that were met again, and their lines in this edition's source, which those take of
 * which no line is known. After record_digest was set, and the columns and constants of the edition stored.
 */
struct mg_found {
    int64_t record, line;
};
enum mg_code mg_import_find_records(struct mg_import *import, const struct mg_found *found, size_t count,
                                    struct mg_error *err);

/* Everything the load has written is taken back, the books are empty, and the first row is next. */
enum mg_code mg_import_restart(struct mg_import *import, struct mg_error *err);

static inline void mg_import_loaded(struct mg_import *import)
{
    import->rows_loaded++;
}

static inline void mg_import_skip(struct mg_import *import)
{
    import->rows_skipped++;
}

/* Of mg_import_reject and mg_import_issue instead of a column. */
enum { MG_IMPORT_NO_CELL = -1, MG_IMPORT_WHOLE_ROW = -2 };

/* The row is refused. column: the table's, or -1 for the whole row. code: a constant, lower case with dashes
 * ("missing-cell"). */
enum mg_code mg_import_reject(struct mg_import *import, const struct mg_row *row, int column,
                              const char *code, struct mg_error *err, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Something was doubted or repaired; the row stays. Stored one by one up to MG_IMPORT_ISSUES of a code, the
 * rest as one row. code must be a constant.
 *
 * A macro, so that the message is looked up and spelt out only where it is stored: a file of two million rows
 * may have an issue in each of them. */
#define MG_IMPORT_ISSUES 1000
#define mg_import_issue(import, row, column, code, err, ...)                                                 \
    (mg_import_count_issue(import, row, code)                                                                \
         ? mg_import_store_issue(import, row, column, code, err, __VA_ARGS__)                                \
         : MG_OK)
/* Its parts: one more of that code; true if it is to be stored too. */
bool mg_import_count_issue(struct mg_import *import, const struct mg_row *row, const char *code);
enum mg_code mg_import_store_issue(struct mg_import *import, const struct mg_row *row, int column,
                                   const char *code, struct mg_error *err, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The same of a text that is not the row's cell as it stands: field and raw may be NULL. */
enum mg_code mg_import_issue_at(struct mg_import *import, const struct mg_row *row, const char *field,
                                const char *raw, const char *code, struct mg_error *err, const char *format,
                                ...) __attribute__((format(printf, 7, 8)));

/* The column of this label, compared folded ("Code commune" is "code_commune"; in a DBF "code_commu" too), or
 * -1. */
int mg_import_find_column(const struct mg_import *import, const char *label);

/* How the sample's cells of a column write whole numbers. */
struct mg_whole_style;
void mg_import_see_whole(const struct mg_import *import, int column, struct mg_whole_style *style);

/* The issue of a cell that says in a word that there is nothing (common/missing_words.h). */
enum mg_code mg_import_missing_word(struct mg_import *import, const struct mg_row *row, int column,
                                    struct mg_error *err);

/* Is the trimmed cell one that the descriptor calls missing? Only with a schema. */
bool mg_import_is_missing(const struct mg_import *import, const char *text, size_t length);

/* The cell of a role, without blanks around it; empty when no column has the role, or it is missing. */
static inline struct mg_cell mg_import_cell(const struct mg_import *import, const struct mg_row *row,
                                            enum mg_role role)
{
    int column = import->roles.column[role];
    struct mg_cell cell = {"", 0};
    if (column >= 0)
        cell.text = mg_text_trim(row->cells[column].text, row->cells[column].length, &cell.length);
    if (import->schema_columns && mg_import_is_missing(import, cell.text, cell.length))
        cell.length = 0;
    return cell;
}

#endif
