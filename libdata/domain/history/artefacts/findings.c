/* artefacts/findings.c - what the rules found, as a list. */
#include "libdata/domain/history/artefacts/rule.h"

#include "libdata/base/alloc.h"

enum mg_code history_findings_add(struct history_findings *findings, const struct mg_finding *finding,
                                  const char *before, const char *after, struct mg_error *err)
{
    struct mg_finding *added;

    if (!mg_grow(findings->items, findings->count, &findings->capacity))
        return mg_fail_memory(err);
    added = &findings->items[findings->count++];
    *added = *finding;
    added->before = before ? mg_strdup(before) : NULL;
    added->after = after ? mg_strdup(after) : NULL;
    return (before && !added->before) || (after && !added->after) ? mg_fail_memory(err) : MG_OK;
}
