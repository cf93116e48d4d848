/* Decisions in table decision, and what they are called. */
#include "libdata/domain/history/decisions/decisions.h"

#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/db/read.h"
#include "libdata/domain/history/decisions/internal.h"

static const char *const actions[] = {"link", "unlink", "real", "artefact", NULL};

const char *mg_decision_action_name(enum mg_decision_action action)
{
    return actions[action];
}

bool decision_action_from_name(const char *name, enum mg_decision_action *ret_action)
{
    for (int i = 0; i <= MG_DECIDE_ARTEFACT; i++)
        if (!strcmp(actions[i], name)) {
            *ret_action = (enum mg_decision_action)i;
            return true;
        }
    return false;
}

int decision_artefact_from_name(const char *name)
{
    for (int i = 0; i < MG_ARTEFACT_COUNT; i++)
        if (!strcmp(mg_artefact_name((enum mg_artefact)i), name))
            return i;
    return -1;
}

static void finish_one(struct mg_decision *decision)
{
    free(decision->before.key);
    free(decision->after.key);
    free(decision->decided_by);
    free(decision->reason);
}

void mg_decisions_finish(struct mg_decisions *decisions)
{
    for (size_t i = 0; i < decisions->count; i++)
        finish_one(&decisions->items[i]);
    free(decisions->items);
    *decisions = (struct mg_decisions){0};
}

void decisions_cut(struct mg_decisions *decisions, size_t count)
{
    while (decisions->count > count)
        finish_one(&decisions->items[--decisions->count]);
}

enum mg_code decisions_add(struct mg_decisions *decisions, struct mg_decision **ret_decision,
                           struct mg_error *err)
{
    if (!mg_grow(decisions->items, decisions->count, &decisions->capacity))
        return mg_fail_memory(err);
    *ret_decision = &decisions->items[decisions->count++];
    **ret_decision = (struct mg_decision){.artefact = -1};
    return MG_OK;
}

enum mg_code decision_text(const char *text, char **ret_text, struct mg_error *err)
{
    if (text && !(*ret_text = mg_strdup(text)))
        return mg_fail_memory(err);
    return MG_OK;
}

static void take_short(char *to, size_t size, struct mg_read *row, int column)
{
    if (!mg_read_is_null(row, column))
        mg_read_copy(row, column, to, size);
}

enum {
    COLUMN_ACTION,
    COLUMN_FROM,
    COLUMN_TO,
    COLUMN_ARTEFACT,
    COLUMN_BY,
    COLUMN_REASON,
    COLUMN_LINE,
    COLUMN_BEFORE,    /* key, line, edition */
    COLUMN_AFTER = 10 /* and these */
};

static enum mg_code take_side(struct mg_read *row, int column, struct mg_decision_side *side,
                              struct mg_error *err)
{
    side->line = mg_read_i64_or(row, column + 1, 0);
    take_short(side->edition, sizeof side->edition, row, column + 2);
    return decision_text(mg_read_text_or_null(row, column, NULL), &side->key, err);
}

static enum mg_code take_row(struct mg_read *row, const char *dataset, struct mg_decisions *decisions,
                             struct mg_error *err)
{
    struct mg_decision *d = NULL;
    const char *artefact = mg_read_text_or_null(row, COLUMN_ARTEFACT, NULL);
    enum mg_code code = decisions_add(decisions, &d, err);
    if (code)
        return code;
    d->action = (enum mg_decision_action)mg_read_word(row, COLUMN_ACTION, actions);
    memcpy(d->dataset, dataset, strnlen(dataset, sizeof d->dataset - 1));
    take_short(d->from, sizeof d->from, row, COLUMN_FROM);
    take_short(d->to, sizeof d->to, row, COLUMN_TO);
    if (artefact && (d->artefact = decision_artefact_from_name(artefact)) < 0)
        mg_read_refuse(row, COLUMN_ARTEFACT, _("'%.60s' is none of the words that it may be"), artefact);
    d->line = mg_read_i64(row, COLUMN_LINE);
    code = decision_text(mg_read_text(row, COLUMN_BY, NULL), &d->decided_by, err);
    if (!code)
        code = decision_text(mg_read_text(row, COLUMN_REASON, NULL), &d->reason, err);
    if (!code)
        code = take_side(row, COLUMN_BEFORE, &d->before, err);
    if (!code)
        code = take_side(row, COLUMN_AFTER, &d->after, err);
    if (code)
        return code;
    return row->code;
}

enum mg_code mg_decisions_load(struct mg_db *db, const struct mg_dataset *dataset,
                               struct mg_decisions *decisions, struct mg_error *err)
{
    struct mg_read row;
    size_t before = decisions->count;
    mg_read_ask(&row, db, MG_SQL_DECISION_LIST, err, "i", dataset->id);
    while (mg_read_next(&row))
        row.code = take_row(&row, dataset->name, decisions, err);
    if (row.code)
        decisions_cut(decisions, before);
    return mg_read_end(&row);
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

static enum mg_code store_one(struct mg_db *db, int64_t dataset, const struct mg_decision *d,
                              struct mg_error *err)
{
    const struct mg_decision_side *before = &d->before, *after = &d->after;
    return mg_db_run(db, MG_SQL_DECISION_INSERT, err, "ittttIttItttti", dataset, or_null(d->from),
                     or_null(d->to), actions[d->action], before->key, *before->edition ? &before->line : NULL,
                     or_null(before->edition), after->key, *after->edition ? &after->line : NULL,
                     or_null(after->edition),
                     d->artefact < 0 ? NULL : mg_artefact_name((enum mg_artefact)d->artefact), d->decided_by,
                     d->reason, d->line);
}

enum mg_code mg_decisions_store(struct mg_db *db, const struct mg_dataset *dataset,
                                const struct mg_decisions *decisions, struct mg_error *err)
{
    enum mg_code code = mg_db_run(db, MG_SQL_DECISION_DELETE, err, "i", dataset->id);
    for (size_t i = 0; i < decisions->count && !code; i++)
        if (!strcmp(decisions->items[i].dataset, dataset->name))
            code = store_one(db, dataset->id, &decisions->items[i], err);
    return code;
}
