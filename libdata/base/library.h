/* library.h - a shared library that is loaded when something needs it.
 *
 * GDAL, SpatiaLite and PROJ bring dozens of libraries each, which take longer to load than most commands take
 * to run. So no program is linked with them. A header of its own for each (io/gdal.h, db/spatialite.h,
 * geo/proj.h) lists the functions that are called, once:
 *
 *     #define MG_PROJ_FUNCTIONS(DO) DO(proj_create) DO(proj_trans)
 *     extern struct mg_proj { MG_PROJ_FUNCTIONS(MG_LIBRARY_POINTER) } mg_proj;
 *
 * Their types come from the library's own headers, so the compiler checks every call of mg_proj.proj_trans();
 * no other file includes those headers. Before mg_library_load said MG_OK all pointers are NULL, after it
 * none.
 *
 * Big libraries are loaded when something needs them: GDAL with the first file that is
 * neither CSV nor compressed CSV, SpatiaLite with a connection that writes or checks, PROJ with the first
 * coordinate system or distance. Linked, their 118 libraries made every start of every program cost 130 ms of
 * processor time, more than a small import; now it is 10. The functions are listed once, typed by the
 * libraries' own headers, and found all together or not at all. SQLite's own way to load SpatiaLite
 * (mod_spatialite) would unload it with each connection, and let SQL load more.
 */
#ifndef MG_BASE_LIBRARY_H
#define MG_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/error.h"

#define MG_LIBRARY_POINTER(function) __typeof__(function) *function;
#define MG_LIBRARY_NAME(function)    #function,

struct mg_library {
    const char *name;         /* as people call it */
    const char *file;         /* as the loader finds it: the soname that the build was configured with */
    const char *package;      /* of Debian, that brings it */
    const char *const *names; /* of the functions, NULL at the end */
    void *functions;          /* the struct of pointers to them, in the same order */
    bool loaded;
};

/* Any number of times, from any thread. MG_ERR_IO with a hint: it is not there, or lacks a function. */
enum mg_code mg_library_load(struct mg_library *library, struct mg_error *err);

#endif
