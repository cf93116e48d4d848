/* rows/same_content.c - rows of one hash: which of them say the same. A hash may be equal by chance, or by
 * intent. */
#include "libdata/domain/history/rows/rows.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/digest/said.h"

struct group {
    struct mg_history *h;
    struct mg_said *said; /* made when it is first asked */
    struct mg_buf bytes;  /* what the rows after say, one after the other */
    size_t *ends;
    bool *taken;
};

static void group_finish(struct group *group)
{
    mg_said_destroy(group->said);
    mg_buf_finish(&group->bytes);
    free(group->ends);
    free(group->taken);
}

static enum mg_code add_said(struct group *group, int side, int64_t record, struct mg_buf *out,
                             struct mg_error *err)
{
    struct mg_history *h = group->h;
    struct mg_said_row row;
    enum mg_code code = MG_OK;

    if (h->options.open_only)
        return history_add_open(h, side, record, out, err);
    if (!group->said)
        code = mg_said_create(h->db, NULL, &group->said, err);
    if (!code)
        code = mg_said_read(group->said, h->db, MG_SQL_SAID_RECORD, record, &row, err);
    if (!code && row.content->length)
        mg_buf_add(out, row.content->data, row.content->length);
    return code ? code : mg_buf_check(out, err);
}

static enum mg_code gather_after(struct group *group, const struct history_row *after, size_t count,
                                 struct mg_error *err)
{
    enum mg_code code = MG_OK;

    group->ends = mg_calloc(count, sizeof *group->ends);
    group->taken = mg_calloc(count, sizeof *group->taken);
    if (!group->ends || !group->taken)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count && !code; i++) {
        code = add_said(group, HISTORY_AFTER, after[i].record, &group->bytes, err);
        group->ends[i] = group->bytes.length;
    }
    return code;
}

/* The first row after that is not taken and says just that; count: there is none. */
static size_t find_same(const struct group *group, size_t count, const struct mg_buf *said)
{
    for (size_t i = 0; i < count; i++) {
        size_t from = i ? group->ends[i - 1] : 0;

        if (!group->taken[i] && group->ends[i] - from == said->length &&
            (!said->length || !memcmp(group->bytes.data + from, said->data, said->length)))
            return i;
    }
    return count;
}

static enum mg_code pair_up(struct group *group, struct history_row *before, size_t *before_count,
                            const struct history_row *after, size_t after_count, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
    size_t kept = 0;
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < *before_count && !code; i++) {
        mg_buf_clear(&said);
        code = add_said(group, HISTORY_BEFORE, before[i].record, &said, err);
        size_t found = code ? after_count : find_same(group, after_count, &said);

        if (found == after_count) {
            before[kept++] = before[i];
            continue;
        }
        group->taken[found] = true;
        code = history_rows_add(&group->h->same[HISTORY_BEFORE], &before[i], err);
        if (!code)
            code = history_rows_add(&group->h->same[HISTORY_AFTER], &after[found], err);
    }
    *before_count = kept;
    return code;
}

enum mg_code history_cancel_group(struct mg_history *h, struct history_row *before, size_t *before_count,
                                  struct history_row *after, size_t *after_count, struct mg_error *err)
{
    MG_CLEANUP(group_finish) struct group group = {.h = h};
    size_t kept = 0, count = *after_count;
    enum mg_code code;

    if (*before_count == 1 && count == 1 && before->record == after->record) { /* it was away in between */
        code = history_rows_add(&h->same[HISTORY_BEFORE], before, err);
        *before_count = *after_count = 0;
        return code ? code : history_rows_add(&h->same[HISTORY_AFTER], after, err);
    }
    code = gather_after(&group, after, count, err);
    if (!code)
        code = pair_up(&group, before, before_count, after, count, err);
    for (size_t i = 0; i < count && !code; i++)
        if (!group.taken[i])
            after[kept++] = after[i];
    *after_count = kept;
    return code;
}

enum mg_code history_says_the_same(struct mg_history *h, int side, int64_t record, int64_t other,
                                   bool *ret_same, struct mg_error *err)
{
    MG_CLEANUP(group_finish) struct group group = {.h = h};
    MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
    enum mg_code code = add_said(&group, side, record, &said, err);
    if (!code)
        code = add_said(&group, !side, other, &group.bytes, err);
    if (!code)
        *ret_same = said.length == group.bytes.length &&
                    (!said.length || !memcmp(said.data, group.bytes.data, said.length));
    return code;
}
