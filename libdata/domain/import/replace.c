/* --replace: the edition of that date goes, with what only it had, before the other one comes. */
#include <string.h>

#include "libdata/domain/digest/said.h"
#include "libdata/domain/import/internal.h"

struct step {
    enum mg_sql sql;
    bool needs_next; /* it has something to do only if an edition comes after */
    bool first_only; /* the statement has $1 only */
};

/* In this order: intervals, then the records and places that nothing refers to any more, then what is said of
 * the edition. */
static const struct step steps[] = {
    {MG_SQL_REPLACE_VERSION_DROP, false, false},        {MG_SQL_REPLACE_VERSION_FIRST, true, false},
    {MG_SQL_REPLACE_VERSION_JOIN, true, false},         {MG_SQL_REPLACE_VERSION_JOINED, true, true},
    {MG_SQL_REPLACE_VERSION_GONE, false, false},        {MG_SQL_REPLACE_RECORD_INDEX_DROP, false, true},
    {MG_SQL_REPLACE_RECORD_DROP, false, true},          {MG_SQL_REPLACE_STOCK_DROP, false, false},
    {MG_SQL_REPLACE_STOCK_FIRST, true, false},          {MG_SQL_REPLACE_STOCK_JOIN, true, false},
    {MG_SQL_REPLACE_STOCK_JOINED, true, true},          {MG_SQL_REPLACE_STOCK_GONE, false, false},
    {MG_SQL_REPLACE_PROJECT_INDEX_DROP, false, false},  {MG_SQL_REPLACE_PROJECT_DROP, false, false},
    {MG_SQL_REPLACE_PROJECT_FIRST, true, false},        {MG_SQL_REPLACE_PROJECT_GONE, false, false},
    {MG_SQL_REPLACE_PROJECT_KEEP, false, true},         {MG_SQL_REPLACE_TERRITORY_INDEX_DROP, false, true},
    {MG_SQL_REPLACE_TERRITORY_DROP, false, true},       {MG_SQL_REPLACE_TERRITORY_LINK_DROP, false, true},
    {MG_SQL_REPLACE_POPULATION_DROP, false, true},      {MG_SQL_REPLACE_MOVEMENT_DROP, false, true},
    {MG_SQL_REPLACE_SURVEY_DROP, false, true},          {MG_SQL_REPLACE_RESPONSE_DROP, false, true},
    {MG_SQL_REPLACE_EVENT_PROJECT_FORGET, false, true}, {MG_SQL_REPLACE_EVENT_INDEX_DROP, false, true},
    {MG_SQL_REPLACE_ISSUE_DROP, false, true},           {MG_SQL_REPLACE_REJECT_DROP, false, true},
    {MG_SQL_REPLACE_COUNT_DROP, false, true},           {MG_SQL_REPLACE_CONSTANT_DROP, false, true},
    {MG_SQL_REPLACE_UNKNOWN_DROP, false, true},         {MG_SQL_REPLACE_EDITION_FIELD_DROP, false, true},
    {MG_SQL_REPLACE_EDITION_DROP, false, true},
};

static enum mg_code run_steps(struct mg_import *import, int64_t edition, struct mg_error *err)
{
    int64_t next = import->next ? import->next->id : 0;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && !code; i++) {
        if (steps[i].needs_next && !next)
            continue;
        code = steps[i].first_only
                   ? mg_db_run(import->db, steps[i].sql, err, "i", edition)
                   : mg_db_run(import->db, steps[i].sql, err, "iI", edition, next ? &next : NULL);
    }
    return code;
}

/* Runs a statement about the edition, and says how many rows it changed. */
static enum mg_code run_counting(struct mg_import *import, enum mg_sql sql, int64_t edition, int64_t *ret_n,
                                 struct mg_error *err)
{
    enum mg_code code = mg_db_run(import->db, sql, err, "i", edition);
    if (!code)
        *ret_n = sqlite3_changes64(mg_db_handle(import->db));
    return code;
}

/* What later editions share with this one is still in its range of ids: it goes to the end of the table,
 * where the new edition's own rows will follow it. */
static enum mg_code move_shared(struct mg_import *import, const struct mg_edition *there, bool stock,
                                struct mg_error *err)
{
    int64_t last = 0, count = 0;
    if (!there->first_version)
        return MG_OK;
    enum mg_code code =
        mg_db_query_i64(import->db, stock ? MG_SQL_STOCK_LAST : MG_SQL_VERSION_LAST, &last, NULL, err, "");
    if (!code)
        code = mg_db_run(import->db, stock ? MG_SQL_REPLACE_STOCK_MOVE : MG_SQL_REPLACE_VERSION_MOVE, err,
                         "iii", there->first_version, there->last_version, last);
    if (!code) {
        count = sqlite3_changes64(mg_db_handle(import->db));
        code = mg_db_run(import->db, stock ? MG_SQL_REPLACE_STOCK_MOVED : MG_SQL_REPLACE_VERSION_MOVED, err,
                         "ii", there->first_version, there->last_version);
    }
    if (!code && count) {
        import->shared_first = last + 1;
        import->shared_last = last + count;
    }
    return code;
}

static enum mg_code forget_columns(struct mg_import *import, struct mg_error *err)
{
    static const enum mg_sql statements[] = {MG_SQL_REPLACE_FIELD_DROP, MG_SQL_REPLACE_FIELD_FORGET_ROLE,
                                             MG_SQL_REPLACE_QUESTION_DROP};
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sizeof statements / sizeof *statements && !code; i++)
        code = mg_db_run(import->db, statements[i], err, "i", import->dataset_id);
    return code;
}

/* Of records that this edition brought or whose line is not known: how they are stored. */
static enum mg_code sum_moving(struct mg_import *import, const int64_t *edition, uint64_t *ret_sum,
                               struct mg_error *err)
{
    struct mg_said *said = NULL;
    struct mg_said_row moving = {0};
    struct mg_read row;
    uint64_t sum = 0;
    enum mg_code code = mg_said_create(import->db, &import->digests.key, &said, err);
    if (code)
        return code;
    mg_read_ask(&row, import->db, MG_SQL_SAID_MOVING, err, "Ii", edition, import->dataset_id);
    while (mg_read_next(&row)) {
        row.code = mg_said_take(said, &row, &moving, err);
        sum += moving.digest;
    }
    code = mg_read_end(&row);
    mg_said_destroy(said);
    if (!code)
        *ret_sum = sum;
    return code;
}

enum mg_code mg_import_find_records(struct mg_import *import, const struct mg_found *found, size_t count,
                                    struct mg_error *err)
{
    struct mg_said *said = NULL;
    uint64_t before = 0, after = 0, sum = 0;
    enum mg_code code = count ? sum_moving(import, NULL, &before, err) : MG_OK;
    if (!code && count)
        code = mg_said_create(import->db, &import->digests.key, &said, err);
    for (size_t i = 0; i < count && !code; i++) {
        struct mg_said_row row;
        code = mg_db_run(import->db, MG_SQL_REPLACE_RECORD_FOUND, err, "iii", found[i].record,
                         import->edition, found[i].line);
        if (code || !sqlite3_changes(mg_db_handle(import->db)))
            continue;
        code = mg_said_read(said, import->db, MG_SQL_SAID_RECORD, found[i].record, &row, err);
        if (!code)
            sum += row.digest;
    }
    if (!code && count)
        code = sum_moving(import, NULL, &after, err);
    mg_said_destroy(said);
    import->record_digest += sum + after - before;
    return code;
}

enum mg_code mg_import_take_out(struct mg_import *import, const struct mg_edition *there,
                                struct mg_error *err)
{
    int64_t links = 0;
    bool services = !strcmp(import->kind->name, "services"), stock = !strcmp(import->kind->name, "counts");
    uint64_t before = 0, after = 0;
    mg_db_triggers(import->db, false);
    enum mg_code code = services ? sum_moving(import, &there->id, &before, err) : MG_OK;
    if (!code)
        code = run_steps(import, there->id, err);
    if (!code)
        code = run_counting(import, MG_SQL_REPLACE_RECORD_KEEP, there->id, &import->unlined_records, err);
    if (!code)
        code = run_counting(import, MG_SQL_REPLACE_EVENT_DROP, there->id, &import->events_dropped, err);
    if (!code)
        code = run_counting(import, MG_SQL_REPLACE_LINK_DROP, there->id, &links, err);
    if (!code)
        code = mg_db_run(import->db, MG_SQL_REPLACE_LINK_MODEL_DROP, err, "i", there->id);
    if (!code && services)
        code = sum_moving(import, NULL, &after, err);
    if (!code)
        code = mg_db_run(import->db, MG_SQL_DIGEST_DROP_EDITION, err, "i", there->id);
    if (!code)
        code = mg_digest_add(import->db, MG_DIGEST_RECORD,
                             &(struct mg_digest_owner){.dataset = import->dataset_id}, after - before, err);
    if (!code && (services || stock))
        code = move_shared(import, there, stock, err);
    if (!code)
        code = forget_columns(import, err);
    mg_db_triggers(import->db, true);
    import->links_dropped = links;
    import->replaced = true;
    return code;
}

enum mg_code mg_import_take_shared(struct mg_import *import, struct mg_error *err)
{
    if (!import->shared_first)
        return MG_OK;
    if (!import->first_version)
        import->last_version = import->shared_last;
    else if (import->first_version != import->shared_last + 1)
        return mg_fail(err, MG_ERR_DB, "%s",
                       _("rows were not numbered one after the other; nothing was changed"));
    import->first_version = import->shared_first;
    return MG_OK;
}
