/* csv_window.h - the part of a CSV source that is in memory, as UTF-8 or in whatever one-byte encoding it is.
 *
 * Behind csv.h. The bytes [start, end) are still to be read; whoever reads them moves start on. Offsets are
 * those of the text: of the uncompressed source, but for UTF-16, which is turned into UTF-8 on the way in
 * (mg_csv_window_source_offset is the source's).
 */
#ifndef MG_IO_CSV_WINDOW_H
#define MG_IO_CSV_WINDOW_H

#include "libdata/io/source.h"
#include "libdata/io/utf16.h"

enum { MG_CSV_PADDING = 64 }; /* bytes after end that can be read */

struct mg_csv_window {
    struct mg_source *source;
    char *bytes;
    size_t capacity, start, end;
    int64_t offset; /* of bytes[0] */
    bool at_end;    /* the source has no more than the window holds */
    struct mg_utf16 utf16;
    int64_t counted_to, units; /* UTF-16: so many units of 16 bits are the text before this offset */
};

/* Takes source over when it succeeds. size: bytes read at a time. */
enum mg_code mg_csv_window_init(struct mg_csv_window *window, struct mg_source *source, size_t size,
                                struct mg_error *err);
void mg_csv_window_finish(struct mg_csv_window *window);

/* More bytes, or at_end. What is before start goes; the rest moves to the front, and the window grows where
 * that fills half of it. */
enum mg_code mg_csv_window_fill(struct mg_csv_window *window, struct mg_error *err);

/* Make start the byte at this offset, which may lie before the window. MG_ERR_USAGE as mg_source_rewind. */
enum mg_code mg_csv_window_seek(struct mg_csv_window *window, int64_t offset, struct mg_error *err);

/* Where start is in the uncompressed source. */
int64_t mg_csv_window_source_offset(struct mg_csv_window *window);

static inline int64_t mg_csv_window_at(const struct mg_csv_window *window)
{
    return window->offset + (int64_t)window->start;
}

#endif
