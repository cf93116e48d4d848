/* answer/links.c - every pair of rows that are the same service, the unchanged ones too. */
#include "libdata/domain/history/answer/answer.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

/* One row of a pair; for one that stands in both editions, it is both. */
struct linked {
    int64_t record, line, edition;
    size_t key, key_length; /* in links->keys; SIZE_MAX: no key */
};

struct linked_pair {
    uint64_t hash;
    struct linked sides[HISTORY_SIDES];
    const char *how, *kind;
    const struct history_link *link; /* of linkage, else NULL */
    uint64_t hash_after;             /* 0 of rows that stand: hash is that of both */
};

struct links {
    struct mg_buf keys;
    struct linked_pair *pairs;
    size_t count, capacity;
};

static void links_finish(struct links *links)
{
    mg_buf_finish(&links->keys);
    free(links->pairs);
}

static void add_key(struct links *links, struct linked *side, const char *key, size_t length)
{
    side->key = links->keys.length;
    side->key_length = key && length ? length : SIZE_MAX;
    if (key) {
        mg_buf_add(&links->keys, key, length);
        mg_buf_add_char(&links->keys, '\0');
    }
}

static enum mg_code links_add(struct links *links, const struct linked_pair *pair, struct mg_error *err)
{
    if (!mg_grow(links->pairs, links->count, &links->capacity))
        return mg_fail_memory(err);
    links->pairs[links->count++] = *pair;
    return mg_buf_check(&links->keys, err);
}

static enum mg_code add_standing(struct mg_history *h, const struct history_version *version,
                                 struct mg_read *row, void *context, struct mg_error *err)
{
    struct links *links = context;
    struct linked side = {version->record, mg_read_i64(row, 5), mg_read_i64(row, 6), 0, 0};
    size_t length;
    const char *key = mg_read_text_or_null(row, 4, &length);

    (void)h;
    if (row->code)
        return row->code;
    add_key(links, &side, key, length);
    return links_add(links, &(struct linked_pair){version->hash, {side, side}, "content", "link", NULL, 0},
                     err);
}

/* Pairs of two rows: of the same content or key, or linked. */
static enum mg_code add_pair(struct mg_history *h, const struct history_row *before,
                             const struct history_row *after, const char *how,
                             const struct history_link *link, struct links *links, struct mg_error *err)
{
    struct linked_pair pair = {
        .hash = before->hash, .hash_after = after->hash, .how = how, .kind = "link", .link = link};
    const struct history_row *rows[HISTORY_SIDES] = {before, after};
    enum mg_code code;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        const struct history_content *content = &h->contents[side];

        code = history_read(h, side, rows[side]->record, err);
        if (code)
            return code;
        pair.sides[side] = (struct linked){rows[side]->record, content->line, content->edition_id, 0, 0};
        add_key(links, &pair.sides[side], content->key, content->key ? strlen(content->key) : 0);
    }
    return links_add(links, &pair, err);
}

static enum mg_code add_linked(struct mg_history *h, const struct history_link *link, struct links *links,
                               struct mg_error *err)
{
    return add_pair(h, &h->rows[HISTORY_BEFORE].rows[link->before], &h->rows[HISTORY_AFTER].rows[link->after],
                    "linkage", link, links, err);
}

/* Rows that stood twice, or stand twice, and the one that stands still. */
static enum mg_code add_duplicates(struct mg_history *h, int side, struct links *links, struct mg_error *err)
{
    const struct history_duplicates *list = &h->duplicates[side];
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < list->count && !code; i++) {
        const struct history_row *row = &h->rows[side].rows[list->items[i].row],
                                 *stays = &list->items[i].stays;
        if (!stays->record)
            continue;
        code = side == HISTORY_BEFORE ? add_pair(h, row, stays, "content", NULL, links, err)
                                      : add_pair(h, stays, row, "content", NULL, links, err);
        if (!code)
            links->pairs[links->count - 1].kind = side == HISTORY_BEFORE ? "merged" : "split";
    }
    return code;
}

static bool has_one_key(const struct mg_history *h, const struct history_pair *pair)
{
    return h->rows[HISTORY_BEFORE].rows[pair->before].key == h->rows[HISTORY_AFTER].rows[pair->after].key;
}

static enum mg_code collect(struct mg_history *h, struct links *links, struct mg_error *err)
{
    enum mg_code code = history_standing(h, MG_SQL_HISTORY_STANDING, add_standing, links, err);

    for (size_t i = 0; i < h->same[HISTORY_BEFORE].count && !code; i++)
        code = add_pair(h, &h->same[HISTORY_BEFORE].rows[i], &h->same[HISTORY_AFTER].rows[i], "content", NULL,
                        links, err);
    for (size_t i = 0; i < h->pairs.count && !code; i++) {
        const struct history_pair *pair = &h->pairs.pairs[i];
        bool linked = pair->link && pair->link != HISTORY_NONE;

        if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE)
            code = add_pair(h, &h->rows[HISTORY_BEFORE].rows[pair->before],
                            &h->rows[HISTORY_AFTER].rows[pair->after],
                            history_decided(h, pair) ? "decision"
                            : linked                 ? "linkage"
                            : has_one_key(h, pair)   ? "key"
                                                     : "content",
                            linked ? &h->links[pair->link - 1] : NULL, links, err);
    }
    for (size_t i = 0; i < h->link_count && !code; i++) {
        if (history_link_shown(h, &h->links[i]))
            code = add_linked(h, &h->links[i], links, err);
    }
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = add_duplicates(h, side, links, err);
    return code;
}

static int compare_keys(const struct linked *x, const struct linked *y, const char *keys)
{
    bool keyless_x = x->key_length == SIZE_MAX, keyless_y = y->key_length == SIZE_MAX;
    size_t shorter = x->key_length < y->key_length ? x->key_length : y->key_length;
    int order;

    if (keyless_x || keyless_y)
        return keyless_x - keyless_y;
    if ((order = memcmp(keys + x->key, keys + y->key, shorter)))
        return order;
    return (x->key_length > y->key_length) - (x->key_length < y->key_length);
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct linked_pair *x = a, *y = b;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        int order = compare_keys(&x->sides[side], &y->sides[side], context);

        if (order)
            return order;
        if (!side && x->hash != y->hash)
            return x->hash < y->hash ? -1 : 1;
    }
    if (x->hash_after != y->hash_after) /* of what was split */
        return x->hash_after < y->hash_after ? -1 : 1;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        if (x->sides[side].line != y->sides[side].line)
            return x->sides[side].line < y->sides[side].line ? -1 : 1;
    }
    return 0;
}

enum mg_code mg_history_links(struct mg_history *h, mg_link_visitor *visit, void *context,
                              struct mg_error *err)
{
    MG_CLEANUP(links_finish) struct links links = {0};
    enum mg_code code = collect(h, &links, err);

    if (code)
        return code;
    if (links.count)
        qsort_r(links.pairs, links.count, sizeof *links.pairs, by_key, links.keys.data);
    for (size_t i = 0; i < links.count; i++) {
        const struct linked_pair *pair = &links.pairs[i];
        char evidence[sizeof h->told[0]] = "";
        struct mg_link link = {.dataset = h->dataset->name,
                               .from = h->editions[HISTORY_BEFORE]->as_of,
                               .to = h->editions[HISTORY_AFTER]->as_of,
                               .how = pair->how,
                               .zone = "linked",
                               .score = NAN,
                               .kind = pair->kind};
        struct mg_event_side *sides[HISTORY_SIDES] = {&link.before, &link.after};

        for (int side = 0; side < HISTORY_SIDES; side++)
            *sides[side] = (struct mg_event_side){.record = pair->sides[side].record,
                                                  .line = pair->sides[side].line,
                                                  .edition = history_as_of(h, pair->sides[side].edition),
                                                  .key = pair->sides[side].key_length == SIZE_MAX
                                                             ? NULL
                                                             : links.keys.data + pair->sides[side].key};
        if (pair->link) {
            history_link_evidence(pair->link, evidence, sizeof evidence);
            link.zone = pair->link->zone == MG_LINKAGE_ZONE_REVIEW ? "review" : "linked";
            link.score = pair->link->score;
            link.evidence = evidence;
            link.kind = pair->link->kind == MG_LINKAGE_MERGED  ? "merged"
                        : pair->link->kind == MG_LINKAGE_SPLIT ? "split"
                                                               : "link";
        }
        code = visit(context, &link, err);
        if (code)
            return code;
    }
    return MG_OK;
}
