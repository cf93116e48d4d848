/* table.h - rows of a foreign file, whatever its format: CSV through libcsv, everything else through OGR.
 *
 * A table is pulled: open, look at the columns, then mg_table_next until it says that there are no more.
 * Cells are UTF-8 text as the source writes it (decoded, unquoted, nothing trimmed or converted) and are
 * borrowed until the next call. FILE may be "-" (standard input), .gz or .zip (one member, or
 * archive.zip/member). A table can be read a second time (mg_table_rewind); standard input is spooled to
 * an unlinked temporary file only when that was asked for at opening.
 *
 * Rows whose number of cells is not that of the header are delivered with what they have: the caller
 * decides (missing-cell, extra-cell). So are lines whose quotes are not in order, with a defect: with their
 * cells where they can be read after all, without where not. Blank lines are skipped and counted. Totals and
 * notes below the last row are delivered and marked (footer.h). Lines before a CSV file's header that are not
 * the table's are skipped and kept (dialect.h). Garbled text (mojibake.h) is repaired where that is asked
 * for, in cells and column names. A file that has its rows in two lines each is put together
 * (two_line_rows.h).
 *
 * Errors: MG_ERR_INPUT (not there, not readable, a directory, empty, cut short, a quote that never closes,
 * called CSV and something else: with line and record where there is one), MG_ERR_IO (reading failed),
 * MG_ERR_USAGE (a layer, a delimiter, an encoding that does not exist; an option that the format has not).
 */
#ifndef MG_IO_TABLE_H
#define MG_IO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/base/error.h"

struct mg_cell {
    const char *text; /* not NUL-terminated; never NULL */
    size_t length;
};

/* What hindered splitting a row into cells. */
enum mg_row_defect {
    MG_ROW_SOUND = 0,
    MG_ROW_STRAY_QUOTE, /* something other than a delimiter follows the quote that closes a cell */
    MG_ROW_LOST_QUOTE,  /* a quote opens a cell and never closes it, or rows later: it is text */
    MG_ROW_NUL,         /* a NUL byte: not text */
};

/* What a line is in a table whose rows come in two lines each (two_line_rows.h). */
enum mg_row_part {
    MG_ROW_ITSELF = 0,
    MG_ROW_JOINED,   /* completes a row, and is in its cells */
    MG_ROW_UNJOINED, /* completes a row that is not there */
    MG_ROW_REPEATED, /* completes a row that another line has completed */
    MG_ROW_FOREIGN,  /* neither one nor the other */
};

struct mg_row {
    const struct mg_cell *cells; /* cells[0] is the whole line as written where count is 0 */
    size_t count;                /* 0: a defect, and no reading of it has as many cells as the header */
    enum mg_row_defect defect;
    bool suspect;              /* some cell may be garbled (mojibake.h) */
    const struct mg_cell *raw; /* the cells as the source has them where some were repaired, else NULL */
    bool footer;               /* a total or a note below the table */
    enum mg_row_part part;
    size_t expected; /* cells that a line of its kind has, where it has not, and they are not column_count */
    int64_t line;    /* physical line where the row starts; a sheet's row; else the feature's number */
    int64_t record;  /* data rows from 1; 0 is the header */
    int64_t byte_offset;  /* in the uncompressed source; -1 where the format has none (OGR) */
    bool decoded;         /* at least one byte of this row was not UTF-8 and was decoded from `encoding` */
    const char *encoding; /* the encoding this row was read in: "UTF-8", "CP1252", ...; a constant */
    const unsigned char *wkb; /* the feature's geometry in the layer's CRS, or NULL; little-endian ISO WKB */
    size_t wkb_length;
};

struct mg_table_parts {       /* two_line_rows.h */
    const char *row, *part;   /* the first cells of the two kinds of lines */
    size_t key;               /* the column of a row by which a line completes it, whose second cell it is */
    const char *const *names; /* of that line's cells after the key */
    size_t name_count;
};

struct mg_table_options {
    const char *encoding; /* NULL: found; else UTF-8, UTF-16, CP1252, LATIN1, ISO-8859-15, MACINTOSH, CP850 */
    char delimiter;       /* 0: found among ; , tab | ^ : */
    const char *quote;    /* NULL: found among " and '; else one of them, or "none" */
    bool no_header;       /* columns are then named column_1, column_2, ... */
    const char *const *names; /* with no_header: what they are called instead; CSV only */
    size_t name_count;
    const struct mg_table_parts *parts; /* NULL: a row is a line; borrowed as long as the table is there */
    int skip_lines;                     /* physical lines before the header; 0: found */
    bool repair;                        /* garbled text */
    const char *layer;    /* OGR: the layer's (sheet's) name; NULL: the only one, else an error names them */
    bool keep_for_rewind; /* spool what cannot be read twice */
};

/* What was understood of the file; complete once the last row was read. Borrowed from the table. */
struct mg_table_info {
    const char *format;   /* "CSV", or OGR's driver name: "GeoJSON", "XLSX", ... */
    const char *encoding; /* "UTF-8", "UTF-16", or the first other that a row needed, or "mixed" */
    char delimiter;       /* CSV only, else 0 */
    char quote;           /* likewise; 0: none */
    bool bom;
    size_t column_count;
    const char *const *columns; /* columns.h: made usable */
    const char *const *labels;  /* as the source writes them; "" without a header */
    int64_t header_line;        /* 0 without a header */
    bool found_no_header;       /* nobody said so: the first row is like the others */
    char first_cell[64];        /* then: that of the first row, cut */
    size_t surplus;             /* empty cells that most rows have beyond the columns */
    bool header_is_short;       /* and the header has not */
    bool row_names;             /* no name stands above the first column: the header is short of one */
    char header_delimiter;      /* where the header has another than the rows, else 0 */
    int header_rows;            /* 2 where the names stand on two rows */
    const char *preamble;       /* what was skipped before the header; "" */
    int epsg;                   /* the layer's CRS where the format says so, else 0 */
    bool has_geometry;
    bool cut_names;      /* the format has no names longer than ten bytes (DBF) */
    bool unterminated;   /* the row delivered last had no line end: the file stops there */
    int64_t bytes_read;  /* of the source as stored (compressed if it is) */
    int64_t bytes_total; /* -1 when unknown */
    int64_t rows_read, blank_lines;
    char sha256[65]; /* of the source as stored, in hex; "" until it was read to its end */
};

struct mg_table;

enum mg_code mg_table_open(const char *path, const struct mg_table_options *options,
                           struct mg_table **ret_table, struct mg_error *err);
const struct mg_table_info *mg_table_info(const struct mg_table *table);

/* MG_OK and *ret_row: a row, or NULL after the last one. */
enum mg_code mg_table_next(struct mg_table *table, const struct mg_row **ret_row, struct mg_error *err);

/* The header again, as where files were put one behind the other. */
bool mg_table_repeats_header(const struct mg_table_info *info, const struct mg_row *row);

/* Back to the first data row, with another look at nothing: dialect and columns stay. */
enum mg_code mg_table_rewind(struct mg_table *table, struct mg_error *err);

/* CSV only: back to the first byte, to be read with other options, also from a pipe that was kept for
 * rewinding. Afterwards the table is at its first row; what mg_table_info returned before is no longer valid.
 */
enum mg_code mg_table_look_again(struct mg_table *table, const struct mg_table_options *options,
                                 struct mg_error *err);
/* MG_ERR_INPUT when the file, or a part of it, is no longer what it was when it was opened: what was read may
 * be of neither. A pipe is always what it was. */
enum mg_code mg_table_check_unchanged(const struct mg_table *table, struct mg_error *err);
void mg_table_destroy(struct mg_table *table);

#endif
