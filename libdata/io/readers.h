/* readers.h - what delivers the rows of a table (table.h): the functions of a reader, and the list of those
 * that are ours. What OGR reads is in ogr_formats.h, what the first bytes of a file say in format.c.
 */
#ifndef MG_IO_READERS_H
#define MG_IO_READERS_H

#include "libdata/io/source.h"
#include "libdata/io/table.h"

struct mg_reader {
    const char *extensions[4]; /* of its files, in small letters */
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

/* The first is CSV, which is what nothing says to be something else. NULL-terminated. */
extern const struct mg_reader *const mg_readers[];

const struct mg_reader *mg_reader_of_extension(const char *extension); /* any case; or NULL */

#endif
