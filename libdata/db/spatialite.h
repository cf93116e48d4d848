/* spatialite.h - the functions of SpatiaLite that are called here (library.h): what brings its SQL functions
 * and triggers into a connection. Files that are only read need neither.
 */
#ifndef MG_DB_SPATIALITE_H
#define MG_DB_SPATIALITE_H

#include <sqlite3.h>

#include <spatialite.h> /* after sqlite3.h, which it needs */

#include "libdata/base/library.h"

#define MG_SPATIALITE_FUNCTIONS(DO)                                                                          \
    DO(spatialite_alloc_connection)                                                                          \
    DO(spatialite_cleanup_ex)                                                                                \
    DO(spatialite_init_ex)

extern struct mg_spatialite {
    MG_SPATIALITE_FUNCTIONS(MG_LIBRARY_POINTER)
} mg_spatialite;

enum mg_code mg_spatialite_load(struct mg_error *err);

#endif
