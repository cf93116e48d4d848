#include "libdata/domain/publish/public.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/publish/public_internal.h"

enum mg_code mg_public_create(struct mg_db *db, const struct mg_publish_options *options,
                              mg_public_take *take, void *context, struct mg_public **ret_public,
                              struct mg_error *err)
{
    struct mg_public *public = mg_calloc(1, sizeof *public);
    if (!public)
        return mg_fail_memory(err);
    *public = (struct mg_public){.db = db, .options = options, .take = take, .context = context};
    *ret_public = public;
    return MG_OK;
}

void mg_public_destroy(struct mg_public *public)
{
    if (!public)
        return;
    public_events_finish(public);
    public_figures_finish(public);
    free(public);
}

enum mg_code mg_public_add(struct mg_public *public, const struct mg_dataset *dataset, const json_t *record,
                           const json_t *next, struct mg_error *err)
{
    const char *type = mg_in_text(record, "type");
    if (type && !strcmp(type, "event"))
        return public_event_add(public, dataset, record, err);
    if (type && !strcmp(type, "crossref"))
        return public_figure(public, dataset, record, next, err);
    if (type)
        mg_fail(err, MG_ERR_INPUT, _("a record of type %s is not for the public"), type);
    else
        mg_fail(err, MG_ERR_INPUT, "%s", _("the record does not say of which type it is"));
    mg_error_hint(err, "%s",
                  _("the public gets records of the types event and crossref, which are computed "
                    "again from what is open; the ministries any: --audience ministry"));
    return MG_ERR_INPUT;
}

void mg_public_result(const struct mg_public *public, struct mg_publish_result *result)
{
    result->uncounted = public->uncounted;
    result->uninhabited = public->rates_asked && !public->inhabited;
}

enum mg_code mg_public_finish(struct mg_public *public, bool complete, struct mg_error *err)
{
    public->complete = complete;
    if (!public->pair_count)
        return MG_OK;
    enum mg_code code = mg_access_narrow(public->db, MG_PUBLIC, err);
    if (!code)
        code = public_events(public, err);
    mg_access_widen(public->db);
    return code;
}
