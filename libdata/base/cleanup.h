/* cleanup.h - release at the end of the scope: MG_CLEANUP(mg_buf_finish) struct mg_buf b = {0};
 * MG_FREE char *s = mg_strdup(x);
 */
#ifndef MG_BASE_CLEANUP_H
#define MG_BASE_CLEANUP_H

#include <stdlib.h>

/* function takes a pointer to the variable */
#define MG_CLEANUP(function) __attribute__((cleanup(function)))

static inline void mg_free_pointer(void *pointer)
{
    free(*(void **)pointer);
}
#define MG_FREE MG_CLEANUP(mg_free_pointer)

/* Defines name_pointer(type **), for MG_CLEANUP of a heap object with its own destroy function. */
#define MG_DEFINE_CLEANUP(type, destroy)                                                                     \
    static inline void destroy##_pointer(type **pointer)                                                     \
    {                                                                                                        \
        destroy(*pointer);                                                                                   \
    }

#endif
