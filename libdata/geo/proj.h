/* proj.h - the functions of PROJ that are called here (library.h), loaded with the first mg_crs_create. */
#ifndef MG_GEO_PROJ_H
#define MG_GEO_PROJ_H

#include <geodesic.h>
#include <proj.h>

#include "libdata/base/library.h"

#define MG_PROJ_FUNCTIONS(DO)                                                                                \
    DO(geod_init)                                                                                            \
    DO(geod_inverse)                                                                                         \
    DO(proj_context_create)                                                                                  \
    DO(proj_context_destroy)                                                                                 \
    DO(proj_context_errno)                                                                                   \
    DO(proj_context_errno_string)                                                                            \
    DO(proj_context_set_enable_network)                                                                      \
    DO(proj_coord)                                                                                           \
    DO(proj_create_crs_to_crs)                                                                               \
    DO(proj_destroy)                                                                                         \
    DO(proj_errno_reset)                                                                                     \
    DO(proj_log_func)                                                                                        \
    DO(proj_normalize_for_visualization)                                                                     \
    DO(proj_trans)

extern struct mg_proj {
    MG_PROJ_FUNCTIONS(MG_LIBRARY_POINTER)
} mg_proj;

enum mg_code mg_proj_load(struct mg_error *err);

#endif
