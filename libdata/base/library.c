#include "libdata/base/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static enum mg_code fail(const struct mg_library *library, struct mg_error *err)
{
    mg_fail(err, MG_ERR_IO, _("%s, which is needed for this, cannot be loaded: %s"), library->name,
            dlerror());
    mg_error_hint(err, _("install %s (Debian: %s)"), library->file, library->package);
    return MG_ERR_IO;
}

/* Never closed again: they leave handlers for the end of the program, and a leak is told by its symbols. */
static enum mg_code load(struct mg_library *library, struct mg_error *err)
{
    void *handle = dlopen(library->file, RTLD_LAZY | RTLD_LOCAL);
    if (!handle)
        return fail(library, err);
    for (const char *const *name = library->names; *name; name++)
        if (!dlsym(handle, *name))
            return fail(library, err);
    for (size_t i = 0; library->names[i]; i++) {
        void *function = dlsym(handle, library->names[i]);
        memcpy((char *)library->functions + i * sizeof function, &function, sizeof function);
    }
    library->loaded = true;
    return MG_OK;
}

enum mg_code mg_library_load(struct mg_library *library, struct mg_error *err)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&mutex);
    enum mg_code code = library->loaded ? MG_OK : load(library, err);
    pthread_mutex_unlock(&mutex);
    return code;
}
