/* import.h - one file into the maillage file, as a dated edition of a dataset.
 *
 * An edition is there whole or not at all: one transaction. The same bytes with the same options again
 * are a no-op; other bytes for a date that is there are MG_ERR_USAGE, unless it is replaced: it is then taken
 * out first, with the events and links of its pairs, as if it had never been there. Editions may come in any
 * order of their dates. Refused rows are kept aside (table reject); past max_rejects nothing is loaded and
 * the result is MG_ERR_INPUT. What was doubted or repaired is an issue.
 *
 * An edition's issues are those of all its rows, also of those that cost nothing because their content is
 * known: a row is placed again for it, which is a tenth of the time of a second edition, and who stands where
 * is counted by a hash of the point (16 bytes a row).
 *
 * An edition that is replaced is taken out as if it had never been there, then the other is imported. What
 * later editions share with it keeps its content, but no longer knows its line.
 */
#ifndef MG_IMPORT_IMPORT_H
#define MG_IMPORT_IMPORT_H

#include "libdata/domain/columns/roles.h"
#include "libdata/domain/import/anomalies.h"
#include "libdata/geo/cog_year.h"
#include "libdata/io/out.h"
#include "libdata/io/progress.h"

struct mg_import_kind;

struct mg_import_options {
    const struct mg_import_kind *const *kinds; /* there are: mg_kinds (kinds/kinds.h) */

    const char *dataset; /* its name; NULL: not known yet (mg_import_describe only) */
    const char *edition; /* its date, as written: YYYY, YYYY-MM or YYYY-MM-DD; NULL likewise */
    const char *kind;    /* NULL: services */
    struct mg_table_options table;
    const struct mg_map_option *maps;
    size_t map_count;
    bool no_key;
    const char *crs;                /* NULL: found; "EPSG:2154", "Lambert-93", ... */
    const char *access;             /* NULL: as it is (restricted when new); "open", "restricted" */
    const char *const *open_fields; /* columns shown by an open dataset */
    size_t open_field_count;
    const char *producer;
    const char *const *ignore; /* columns that are kept but not compared between editions */
    size_t ignore_count;
    bool strict;             /* an edition that departs from the one before is MG_ERR_INPUT */
    int64_t max_reject_rows; /* -1: max_reject_share counts */
    double max_reject_share; /* of the rows read; 0.01 is the tools' default */
    bool replace;            /* an edition of that date is taken out first, unless it is the same */
    const char *level;       /* territories, counts, populations: commune, ... */
    const char *valid_from;  /* territories: the list's date; NULL: the edition's */
    const char *year;        /* populations: the year counted; NULL: the edition's */
    const char *categories;  /* counts: A,B,c* */
    const char *questions;   /* responses: A,B,q* */
    const char *missing;     /* responses: 9,99,NA */
    const char *scale;       /* responses: 1:5 */
    struct mg_out *rejects;  /* NULL, or where refused rows are told, also when nothing is loaded */
    bool rejects_as_columns; /* told as columns: those of the refusal, then the source's own */
    const char *profile;     /* NULL: recognised; "none"; or the name of one (national.h) */
    const char *descriptor;  /* NULL, or a datapackage.json or Table Schema (descriptor.h) */
    bool strict_schema;      /* what breaks the descriptor's schema is refused, not only doubted */
    const char *corrections; /* NULL, or a file of corrected rejects (corrections.h) */
    const struct mg_progress *progress; /* may be NULL */
};

#define MG_IMPORT_CODES 64

struct mg_import_result {
    char dataset[MG_NAME_SIZE];
    char edition[MG_DATE_SIZE];
    char previous[MG_DATE_SIZE]; /* "" when this is the first by date */
    int64_t rows_read, rows_loaded, rows_rejected, rows_skipped, issues;
    char sha256[65];
    bool already_loaded;
    int64_t corrected;                    /* rows that the corrections gave */
    char profile[48], profile_title[120]; /* "" when there is none */
    bool compared;                        /* the next three mean something: services */
    int64_t added, unchanged, gone;       /* rows, by their content, against the previous edition */
    bool keyed;                           /* the next means something: services with a key */
    int64_t changed;                      /* of those added, and of those gone: by key the same services */
    struct {
        bool access, open_fields, producer; /* of a dataset that was there: the import changed it */
        bool open;                          /* the dataset is open now */
        char fields[512],
            said_producer[128]; /* the columns opened, with commas; the producer. Cut if longer */
    } amended;
    char new_columns[512]; /* those that no earlier edition has, with commas; cut if longer */
    bool replaced;         /* another edition of that date was taken out */
    int64_t events_dropped, links_dropped;
    struct mg_cog_year cog;        /* of which COG year its communes are, where that was found */
    struct mg_anomalies anomalies; /* of an edition that was there, only what is told */
    struct {
        char code[32];
        int64_t n;
    } issue_codes[MG_IMPORT_CODES]; /* most frequent first, ended by an empty code */
    struct mg_roles roles;
    char form[160];                       /* what the file is: "CSV, CP1252, delimiter ;, ..." */
    bool odd_form;                        /* ... and something of it is out of the ordinary */
    char role_columns[MG_ROLE_COUNT][64]; /* their columns' names, cut if they are longer; "": none */
};

/* path "-" is standard input. err's line, record and field are the file's when the code is MG_ERR_INPUT. */
enum mg_code mg_import_file(struct mg_db *db, const char *path, const struct mg_import_options *options,
                            struct mg_import_result *ret_result, struct mg_error *err);

/* What mg_import_file would take the columns for, of the whole file: a record of type "column" each, and in
 * *ret_source what was understood of the file. db may be NULL. Nothing is loaded. */
struct mg_import_source {
    char kind[16], format[32], encoding[16], delimiter[4];
    char form[160];                       /* more of that for a person, or "" where there is no more to say */
    char profile[48], profile_title[120]; /* "" when there is none */
    int64_t rows;                         /* with a cell for each column */
    int64_t uneven_rows;                  /* the others */
    int64_t refused_rows, broken_cells; /* by the descriptor's schema; of those rows the cell that refuses */
    struct mg_cog_year cog;             /* of which COG year its communes are, where that was found */
};

enum mg_code mg_import_describe(struct mg_db *db, const char *path, const struct mg_import_options *options,
                                struct mg_out *out, struct mg_import_source *ret_source,
                                struct mg_error *err);

/* A name and a date that would suit a file of that name, or well-formed examples. */
enum mg_code mg_import_suggest(const char *path, char ret_dataset[MG_NAME_SIZE],
                               char ret_edition[MG_DATE_SIZE], struct mg_error *err);

#endif
