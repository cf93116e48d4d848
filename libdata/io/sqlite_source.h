/* sqlite_source.h - SQLite files and GeoPackages that others made: they hold SQL, and OGR runs it.
 *
 * Before GDAL opens one it is looked at with a connection that can do little: its schema has to be understood
 * by SQLite itself, and its virtual tables are R-trees, or those of SpatiaLite that read nothing but the file
 * (SpatialIndex, ElementaryGeometries, KNN, KNN2). Modules that read other files, run SQL or make rows out of
 * nothing are refused by name, as is whatever SQLite here does not know.
 *
 * Views are read by OGR as any table. What its connection may do is set as it is opened: only functions that
 * cannot do harm in views, triggers off, values of at most 256 MiB. A step that brings no row is broken off
 * when it has taken more time than the size of the file explains, and more rows than its bytes explain are
 * not read.
 */
#ifndef MG_IO_SQLITE_SOURCE_H
#define MG_IO_SQLITE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "libdata/base/error.h"

/* fd: of the file, not written to meanwhile. path: its name, where files beside it would be SQLite's; NULL:
 * none can be. MG_ERR_INPUT. */
enum mg_code mg_sqlite_source_check(int fd, const char *path, struct mg_error *err);

/* Stays where it is from before the dataset is opened until after it was closed. */
struct mg_sqlite_watch {
    struct timespec since; /* this thread's CPU time at the last row */
    int64_t seconds;       /* without a row */
    int64_t most_rows;
    bool expired;
};

/* Connections that this thread opens up to the end are OGR's. */
void mg_sqlite_watch_begin(struct mg_sqlite_watch *watch, int64_t file_size);
void mg_sqlite_watch_end(void);

static inline void mg_sqlite_watch_row(struct mg_sqlite_watch *watch)
{
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &watch->since);
}

/* What a reader says when it expired, or when there are more rows than most_rows. */
enum mg_code mg_sqlite_watch_fail(const struct mg_sqlite_watch *watch, struct mg_error *err);

#endif
