/* readers.h - the formats that a table can have, a row each, and what delivers the rows of those that are
 * read here.
 *
 * A format that OGR reads is a row with its driver's name; what OGR does not say of it (that it was cut off,
 * that its first row is the header) stands in the row. A format with a reader of ours is a row with that
 * reader. What the first bytes of a file say is in format.c.
 */
#ifndef MG_IO_READERS_H
#define MG_IO_READERS_H

#include "libdata/io/source.h"
#include "libdata/io/table.h"

struct mg_reader {
    /* Takes source over when it succeeds. */
    enum mg_code (*open)(struct mg_source *source, const struct mg_table_options *options, void **ret_rows,
                         struct mg_error *err);
    const struct mg_table_info *(*info)(const void *rows);
    enum mg_code (*next)(void *rows, const struct mg_row **ret_row, struct mg_error *err);
    enum mg_code (*rewind)(void *rows, struct mg_error *err);
    /* As if it had been opened with these options; NULL: it cannot. */
    enum mg_code (*look_again)(void *rows, const struct mg_table_options *options, struct mg_error *err);
    void (*destroy)(void *rows);
};

struct mg_table_format {
    const char *name;               /* the driver's, where OGR reads it */
    const char *extensions[5];      /* of its files, in small letters; none: known by their content only */
    const struct mg_reader *reader; /* NULL: OGR */
    bool sqlite;                    /* opened only after sqlite_source.h has looked at it */
    bool workbook;                  /* its first row is the header */
    bool dbf;                       /* names are cut at ten bytes, its encoding may be told */
    bool says_rows;                 /* its header has the number of its rows */
    /* truncation.h; NULL: OGR tells of a file that was cut off, or nothing can be known */
    enum mg_code (*truncation)(const char *dataset, int64_t *ret_rows, struct mg_error *err);
};

/* The first is CSV, which is what nothing says to be something else. Ended by a row without a name. */
extern const struct mg_table_format mg_table_formats[];

const struct mg_table_format *mg_table_format_of_driver(const char *name);         /* of OGR; or NULL */
const struct mg_table_format *mg_table_format_of_extension(const char *extension); /* any case; or NULL */

#endif
