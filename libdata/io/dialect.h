/* dialect.h - what the first lines of a CSV file say about it: delimiter, quote, where the header is.
 *
 * Decided from a sample alone, which begins at the first line that is not skipped; nothing is allocated.
 *
 * The form of a CSV file (delimiter, quote, titles above the header, names on two rows) is found from its
 * first 64 KiB alone, so it does not depend on how the file is read; in doubt the first line is the header.
 * What is above and below the table is skipped and kept as issues. A quote that never closes costs its own
 * line, not the rest of the file. A line that is not UTF-8 is judged alone, but where encodings look about
 * equally good all such lines of the file have a vote: the first of them sends the reader once through the
 * rest. Clean UTF-8 pays for none of this.
 */
#ifndef MG_IO_DIALECT_H
#define MG_IO_DIALECT_H

#include "libdata/io/csv_split.h"

struct mg_dialect_sample {
    const char *text;
    size_t length;
    bool complete; /* it is the whole file; else its last, perhaps cut, row is left out */
};

/* Among ; , tab and |: the one that splits the first rows (quotes respected) most consistently into the
 * same number of cells as the first of them, and into more; at a tie the first in this order. Where none
 * does, the one under which a header is found further down; then ^, : and ~, if every row has as many of
 * them; then one that is not in the text, for a single column. */
char mg_dialect_delimiter(struct mg_dialect_sample sample, char quote);

/* With whether blanks stand between its delimiter and quotes: only where all of those quotes close, too. */
struct mg_csv_dialect mg_dialect_with(struct mg_dialect_sample sample, char delimiter, char quote);

/* The delimiter of the first row alone, where it has one that makes as many names of it as *ret_delimiter,
 * another, makes cells of the rows below; else 0. */
char mg_dialect_header_delimiter(struct mg_dialect_sample sample, char quote, char *ret_delimiter);

/* ' where every cell that is not a number stands between two of them and none between ""; or where none
 * begins with " and rows are alike only so; else ". */
char mg_dialect_quote(struct mg_dialect_sample sample);

struct mg_dialect_header {
    size_t preamble; /* bytes of text to skip: lines before the header that are none of the table's */
    size_t rows;     /* of the header: 1, or 2 where names stand below their group's, or below their codes;
                        0: there is none, the first row is like the others */
    size_t unused;   /* columns at its end without a name or, in the sample, a cell */
    size_t surplus;  /* cells that most rows have beyond those with a name, all of them empty */
    bool is_short;   /* it has fewer cells than most rows */
    bool
        row_names; /* most rows have one cell more: the first, which no name stands above, tells them apart */
    char delimiter; /* of the header alone, where it has one of its own; else 0 */
};

/* The first row, unless: it and what follows it are narrower and no table, and then a row of names and rows
 * as wide as it come, with values that are not names, or after a blank line, or after lines without a single
 * delimiter. There is none where each column of values has one of the same form in its first row already. */
struct mg_dialect_header mg_dialect_header(struct mg_dialect_sample sample, struct mg_csv_dialect dialect);

#endif
