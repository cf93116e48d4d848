#include "libdata/io/gdal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct mg_gdal mg_gdal;

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define PLACE(name) {#name, offsetof(struct mg_gdal, name)},
    MG_GDAL_FUNCTIONS(PLACE)
#undef PLACE
};

static enum mg_code fail(struct mg_error *err)
{
    mg_fail(err, MG_ERR_IO, _("GDAL, which reads this file, cannot be loaded: %s"), dlerror());
    mg_error_hint(err, _("install %s (Debian: gdal-bin); CSV is read without it"), MG_GDAL_LIBRARY);
    return MG_ERR_IO;
}

/* Never closed again: GDAL leaves handlers for the end of the program, and a leak is told by its symbols. */
static enum mg_code load(struct mg_error *err)
{
    struct mg_gdal found;
    void *library = dlopen(MG_GDAL_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
    if (!library)
        return fail(err);
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function)
            return fail(err);
        memcpy((char *)&found + functions[i].offset, &function, sizeof function);
    }
    mg_gdal = found;
    return MG_OK;
}

enum mg_code mg_gdal_load(struct mg_error *err)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    static bool loaded;
    pthread_mutex_lock(&mutex);
    enum mg_code code = loaded ? MG_OK : load(err);
    loaded = code == MG_OK;
    pthread_mutex_unlock(&mutex);
    return code;
}
