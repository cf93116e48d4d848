/* Which editions are to be compared: of the options, or of standard input. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/diff-history/run.h"
#include "libdata/base/alloc.h"
#include "libdata/io/in.h"

void diff_requests_finish(struct requests *requests)
{
    for (size_t i = 0; i < requests->count; i++)
        free(requests->items[i].dataset);
    free(requests->items);
}

enum mg_code diff_requests_add(struct requests *requests, const char *dataset, const char *from,
                               const char *to, struct mg_error *err)
{
    struct request *grown = mg_realloc(requests->items, requests->count + 1, sizeof *grown);
    struct request *added;
    if (!grown)
        return mg_fail_memory(err);
    requests->items = grown;
    added = &grown[requests->count];
    memset(added, 0, sizeof *added);
    memcpy(added->from, from, strnlen(from, MG_DATE_SIZE - 1));
    memcpy(added->to, to, strnlen(to, MG_DATE_SIZE - 1));
    if (!(added->dataset = mg_strdup(dataset)))
        return mg_fail_memory(err);
    requests->count++;
    return MG_OK;
}

/* An edition without a previous one has nothing to be compared with. */
static enum mg_code add_edition(struct requests *requests, const json_t *record, int64_t line,
                                struct mg_error *err)
{
    const char *type = mg_in_text(record, "type"), *dataset = mg_in_text(record, "dataset");
    const char *edition = mg_in_text(record, "edition"), *previous = mg_in_text(record, "previous");
    if (!type || strcmp(type, "edition") != 0 || !dataset || !edition) {
        mg_fail(err, MG_ERR_INPUT, _("this is not a record of an edition"));
        mg_error_at(err, line, 0, 0, NULL);
        mg_error_hint(
            err, _("maillage import prints them: {\"type\":\"edition\",\"dataset\":...,\"edition\":...}"));
        return MG_ERR_INPUT;
    }
    return previous ? diff_requests_add(requests, dataset, previous, edition, err) : MG_OK;
}

/* All of standard input, before the file is opened: import, at the other end, may only now be making it. */
enum mg_code diff_read_editions(const struct mg_common *common, struct requests *requests,
                                struct mg_error *err)
{
    struct mg_in *in = NULL;
    json_t *record = NULL;
    enum mg_code code;
    mg_tool_blame(_("standard input"));
    code = mg_in_create(STDIN_FILENO, common->strict_input, &in, err);
    while (!code && !(code = mg_in_next(in, &record, err)) && record)
        code = add_edition(requests, record, mg_in_line(in), err);
    mg_in_destroy(in);
    if (!code)
        mg_tool_blame(NULL);
    return code;
}
