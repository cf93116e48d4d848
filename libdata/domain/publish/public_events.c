/* Events as the public may know them: those of the services that records name. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/history/history.h"
#include "libdata/domain/publish/public_internal.h"
#include "libdata/domain/stocks/stock.h"
#include "libdata/io/out.h"

struct public_pair {
    const struct mg_dataset *dataset;
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE];
    bool kinds[MG_EVENT_KIND_COUNT]; /* that records have */
    struct mg_buf services;          /* hashes of what they are called, each uint64_t */
    struct mg_map keys;              /* that records have */
};

void public_events_finish(struct mg_public *public)
{
    for (size_t i = 0; i < public->pair_count; i++) {
        mg_buf_finish(&public->pairs[i].services);
        mg_map_finish(&public->pairs[i].keys);
    }
    free(public->pairs);
    mg_map_finish(&public->pair_names);
}

/* ---- what records name ---- */

static void add_text(struct mg_buf *name, const json_t *record, const char *key, const char *side)
{
    char whole[32];
    snprintf(whole, sizeof whole, "%s_%s", key, side);
    const char *text = mg_in_text(record, whole);
    mg_buf_add_char(name, text ? '"' : '-');
    mg_buf_add_str(name, text ? text : "");
    mg_buf_add_char(name, '\n');
}

/* What a side's service is called: its key, else what else it says. *ret_name false: nothing is said. */
static enum mg_code hash_name(const json_t *record, const char *side, bool *ret_name, uint64_t *ret_hash,
                              struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    add_text(&name, record, "key", side);
    if (name.data && *name.data != '"') {
        add_text(&name, record, "name", side);
        add_text(&name, record, "category", side);
        add_text(&name, record, "commune", side);
    }
    enum mg_code code = mg_buf_check(&name, err);
    if (code)
        return code;
    *ret_name = strchr(name.data, '"') != NULL;
    *ret_hash = XXH3_64bits(name.data, name.length);
    return MG_OK;
}

static enum mg_code find_pair(struct mg_public *public, const struct mg_dataset *dataset, const char *from,
                              const char *to, struct public_pair **ret_pair, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    int64_t number = (int64_t) public->pair_count;
    mg_buf_printf(&name, "%s %s %s", dataset->name, from, to);
    enum mg_code code = mg_buf_check(&name, err);
    if (!code)
        code = mg_map_put(&public->pair_names, name.data, name.length, number, &number, err);
    if (code)
        return code;
    if ((size_t)number == public->pair_count) {
        struct public_pair *pairs = mg_realloc(public->pairs, public->pair_count + 1, sizeof *pairs);
        if (!pairs)
            return mg_fail_memory(err);
        public->pairs = pairs;
        pairs[public->pair_count] = (struct public_pair){.dataset = dataset};
        strcpy(pairs[public->pair_count].from, from);
        strcpy(pairs[public->pair_count++].to, to);
    }
    *ret_pair = &public->pairs[number];
    return MG_OK;
}

static bool kind_of(const json_t *record, enum mg_event_kind *ret_kind)
{
    const char *text = mg_in_text(record, "event");
    for (enum mg_event_kind kind = 0; text && kind < MG_EVENT_KIND_COUNT; kind++)
        if (!strcmp(text, mg_event_kind_name(kind))) {
            *ret_kind = kind;
            return true;
        }
    return false;
}

enum mg_code public_event_add(struct mg_public *public, const struct mg_dataset *dataset,
                              const json_t *record, struct mg_error *err)
{
    static const char *const sides[] = {"before", "after"};
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE];
    enum mg_event_kind kind;
    struct public_pair *pair = NULL;
    if (!public_date(record, "from", from) || !public_date(record, "to", to) || !kind_of(record, &kind))
        return public_incomplete("event", "dataset, from, to, event, key_before, key_after", err);
    enum mg_code code = find_pair(public, dataset, from, to, &pair, err);
    if (code)
        return code;
    pair->kinds[kind] = true;
    for (int i = 0; !code && i < 2; i++) {
        bool named = false;
        uint64_t hash = 0;
        code = hash_name(record, sides[i], &named, &hash, err);
        if (named)
            mg_buf_add(&pair->services, &hash, sizeof hash);
    }
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)record, key, value)
    {
        if (!code)
            code = mg_map_put(&pair->keys, key, strlen(key), 1, NULL, err);
    }
    return code ? code : mg_buf_check(&pair->services, err);
}

/* ---- what happened to them ---- */

struct walk {
    struct mg_public *public;
    const struct public_pair *pair;
    struct mg_out *out;
};

static int by_hash(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static enum mg_code is_named(const struct public_pair *pair, const json_t *event, bool *ret_named,
                             struct mg_error *err)
{
    static const char *const sides[] = {"before", "after"};
    enum mg_code code = MG_OK;
    for (int i = 0; !code && !*ret_named && i < 2; i++) {
        bool named = false;
        uint64_t hash = 0;
        code = hash_name(event, sides[i], &named, &hash, err);
        *ret_named =
            !code && named && pair->services.length &&
            bsearch(&hash, pair->services.data, pair->services.length / sizeof hash, sizeof hash, by_hash);
    }
    return code;
}

/* Of the event only the keys that the records had. */
static enum mg_code take_event(void *context, json_t *event, struct mg_error *err)
{
    const struct walk *walk = context;
    enum mg_event_kind kind;
    bool named = false;
    json_t *value;
    const char *key;
    void *next;
    size_t kept = 0;
    enum mg_code code = MG_OK;
    if (walk->public->complete)
        named = true;
    else if (kind_of(event, &kind) && walk->pair->kinds[kind])
        code = is_named(walk->pair, event, &named, err);
    if (!code && named) {
        json_object_foreach_safe(event, next, key, value)
        {
            if (mg_map_get(&walk->pair->keys, key, strlen(key)) < 0)
                json_object_del(event, key);
            else
                kept++;
        }
        code = walk->public->take(walk->public->context, walk->pair->dataset, event,
                                  (int64_t)(walk->pair->keys.count - kept), err);
    }
    return code;
}

static enum mg_code visit(void *context, const struct mg_event *event, struct mg_error *err)
{
    const struct walk *walk = context;
    return mg_event_write(walk->out, event, err);
}

static enum mg_code walk_services(const struct mg_public *public, const struct mg_edition *from,
                                  const struct mg_edition *to, struct walk *walk, struct mg_error *err)
{
    MG_CLEANUP(mg_decisions_finish) struct mg_decisions decisions = {0};
    const struct mg_history_options options = {.open_only = true,
                                               .content_only = public->options->content_only,
                                               .identity = public->options->identity,
                                               .decisions = &decisions,
                                               .progress = public->options->progress};
    struct mg_history *history = NULL;
    enum mg_code code = mg_decisions_load(public->db, walk->pair->dataset, &decisions, err);
    if (!code)
        code = mg_history_create(public->db, walk->pair->dataset, from, to, &options, &history, err);
    if (!code)
        code = mg_history_events(history, visit, walk, err);
    mg_history_destroy(history);
    return code;
}

static enum mg_code walk_stocks(const struct mg_public *public, const struct mg_edition *from,
                                const struct mg_edition *to, struct walk *walk, struct mg_error *err)
{
    struct mg_stock_history *history = NULL;
    enum mg_code code = mg_stock_history_create(public->db, walk->pair->dataset, from, to, &history, err);
    if (!code)
        code = mg_stock_history_events(history, visit, walk, err);
    mg_stock_history_destroy(history);
    return code;
}

static enum mg_code walk_pair(struct mg_public *public, struct public_pair *pair, struct mg_error *err)
{
    struct walk walk = {.public = public, .pair = pair};
    const struct mg_edition *from, *to;
    enum mg_code code = mg_edition_find(pair->dataset, pair->from, &from, err);
    if (!code)
        code = mg_edition_find(pair->dataset, pair->to, &to, err);
    if (!code)
        code = mg_out_create_records(take_event, &walk, &walk.out, err);
    if (code)
        return code;
    if (pair->services.length)
        qsort(pair->services.data, pair->services.length / sizeof(uint64_t), sizeof(uint64_t), by_hash);
    if (!strcmp(pair->dataset->kind, "counts"))
        code = walk_stocks(public, from, to, &walk, err);
    else
        code = walk_services(public, from, to, &walk, err);
    mg_out_destroy(walk.out);
    return code;
}

enum mg_code public_events(struct mg_public *public, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < public->pair_count && !code; i++)
        code = walk_pair(public, &public->pairs[i], err);
    return code;
}
