#include "libdata/domain/digest/ledger.h"

#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"

void mg_digest_ledger_finish(struct mg_digest_ledger *ledger)
{
    mg_digest_sums_finish(&ledger->before);
}

/* mg_digest_visitor: store it; context is the db. */
static enum mg_code store(void *context, enum mg_digest_part part, const struct mg_digest_owner *owner,
                          uint64_t sum, struct mg_error *err)
{
    return mg_digest_set(context, part, owner, sum, err);
}

static enum mg_code start_digests(struct mg_db *db, struct mg_digest_key *key, struct mg_error *err)
{
    MG_CLEANUP(mg_digest_sums_finish) struct mg_digest_sums sums = {0};
    enum mg_code code = mg_digest_key_make(db, key, err);
    if (!code)
        code = mg_digest_compute(db, key, NULL, &sums, err);
    return code ? code : mg_digest_sums_visit(&sums, store, db, err);
}

static enum mg_code add_changing(struct mg_db *db, const struct mg_digest_key *key,
                                 struct mg_digest_sums *sums, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (int part = 0; part < MG_DIGEST_WRITTEN_ONCE && !code; part++)
        code = mg_digest_add_rows(db, key, (enum mg_digest_part)part, INT64_MIN, sums, err);
    return code;
}

enum mg_code mg_digest_ledger_open(struct mg_db *db, struct mg_digest_ledger *ledger, struct mg_error *err)
{
    bool there = false;
    enum mg_code code = mg_digest_key_load(db, &ledger->key, &there, err);
    if (!code && !there)
        code = start_digests(db, &ledger->key, err);
    return code ? code : add_changing(db, &ledger->key, &ledger->before, err);
}

struct moving {
    struct mg_db *db;
    const struct mg_digest_sums *before, *after;
};

/* mg_digest_visitor: of what there is afterwards. */
static enum mg_code move(void *context, enum mg_digest_part part, const struct mg_digest_owner *owner,
                         uint64_t sum, struct mg_error *err)
{
    const struct moving *moving = context;
    return mg_digest_add(moving->db, part, owner, sum - mg_digest_sums_get(moving->before, part, owner), err);
}

/* mg_digest_visitor: of what was there before, and is no more. */
static enum mg_code leave(void *context, enum mg_digest_part part, const struct mg_digest_owner *owner,
                          uint64_t sum, struct mg_error *err)
{
    const struct moving *moving = context;
    return mg_digest_sums_get(moving->after, part, owner)
               ? MG_OK
               : mg_digest_add(moving->db, part, owner, 0 - sum, err);
}

enum mg_code mg_digest_ledger_close(struct mg_db *db, struct mg_digest_ledger *ledger, struct mg_error *err)
{
    MG_CLEANUP(mg_digest_sums_finish) struct mg_digest_sums after = {0};
    struct moving moving = {db, &ledger->before, &after};
    enum mg_code code = add_changing(db, &ledger->key, &after, err);
    if (!code)
        code = mg_digest_sums_visit(&after, move, &moving, err);
    return code ? code : mg_digest_sums_visit(&ledger->before, leave, &moving, err);
}

enum mg_code mg_digest_floors(struct mg_db *db, struct mg_digest_floors *ret_floors, struct mg_error *err)
{
    /* of each column of the statement: the parts whose ids it bounds */
    static const enum mg_digest_part by_id[] = {
        MG_DIGEST_ISSUE,          MG_DIGEST_REJECT,     MG_DIGEST_RESPONSE, MG_DIGEST_TERRITORY,
        MG_DIGEST_TERRITORY_LINK, MG_DIGEST_POPULATION, MG_DIGEST_MOVEMENT, MG_DIGEST_EVENT,
        MG_DIGEST_LINK,           MG_DIGEST_LINK_MODEL};
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_DIGEST_FLOORS, err, "");
    if (mg_read_next(&row)) {
        for (int part = MG_DIGEST_WRITTEN_ONCE; part <= MG_DIGEST_SURVEY; part++)
            ret_floors->from[part] = mg_read_i64_in(&row, 0, 0, INT64_MAX - 1) + 1; /* by edition */
        for (size_t i = 0; i < sizeof by_id / sizeof *by_id; i++)
            ret_floors->from[by_id[i]] = mg_read_i64_in(&row, (int)i + 1, 0, INT64_MAX - 1) + 1;
    }
    return mg_read_end(&row);
}

enum mg_code mg_digest_take(struct mg_db *db, const struct mg_digest_floors *floors,
                            enum mg_digest_part first, enum mg_digest_part last, struct mg_error *err)
{
    MG_CLEANUP(mg_digest_sums_finish) struct mg_digest_sums sums = {0};
    struct mg_digest_key key;
    bool there = false;
    enum mg_code code = mg_digest_key_load(db, &key, &there, err);
    for (int part = (int)first; part <= (int)last && !code && there; part++)
        code = mg_digest_add_rows(db, &key, (enum mg_digest_part)part, floors->from[part], &sums, err);
    return code ? code : mg_digest_sums_visit(&sums, store, db, err);
}
