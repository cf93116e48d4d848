/* history_links.c - every pair of rows that are the same service, the unchanged ones too. */
#include "libdata/domain/history_internal.h"

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

/* One row of a pair; for one that stands in both editions, it is both. */
struct linked {
    int64_t record, line, edition;
};

struct linked_pair {
    size_t key;
    size_t key_length; /* SIZE_MAX: no key */
    uint64_t hash;
    struct linked sides[HISTORY_SIDES];
    size_t key_after; /* the later key; SIZE_MAX: none */
    const char *how;
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

static enum mg_code links_add(struct links *links, const char *key, size_t length, struct linked_pair pair,
                              struct mg_error *err)
{
    if (links->count == links->capacity) {
        size_t capacity = links->capacity ? links->capacity * 2 : 1024;
        struct linked_pair *grown = mg_realloc(links->pairs, capacity, sizeof *grown);

        if (!grown)
            return mg_fail_memory(err);
        links->pairs = grown;
        links->capacity = capacity;
    }
    pair.key = pair.key_after = links->keys.length;
    pair.key_length = key && length ? length : SIZE_MAX;
    if (pair.key_length == SIZE_MAX)
        pair.key_after = SIZE_MAX;
    if (key) {
        mg_buf_add(&links->keys, key, length);
        mg_buf_add_char(&links->keys, '\0');
    }
    links->pairs[links->count++] = pair;
    return mg_buf_check(&links->keys, err);
}

static enum mg_code add_standing(struct mg_history *h, const struct history_version *version, sqlite3_stmt *s,
                                 void *context, struct mg_error *err)
{
    struct linked side = {version->record, sqlite3_column_int64(s, 5), sqlite3_column_int64(s, 6)};
    struct linked_pair pair = {.hash = version->hash, .sides = {side, side}, .how = "content"};

    (void)h;
    return links_add(context, (const char *)sqlite3_column_text(s, 4), (size_t)sqlite3_column_bytes(s, 4),
                     pair, err);
}

/* Of the pair added last, whose earlier key is `key`. */
static enum mg_code add_later_key(struct links *links, const char *key, const char *later,
                                  struct mg_error *err)
{
    struct linked_pair *pair = &links->pairs[links->count - 1];

    if (key && later && !strcmp(key, later))
        return MG_OK;
    pair->key_after = SIZE_MAX;
    if (later) {
        pair->key_after = links->keys.length;
        mg_buf_add(&links->keys, later, strlen(later) + 1);
    }
    return mg_buf_check(&links->keys, err);
}

/* Pairs of two rows: of the same content, or of the same service. */
static enum mg_code add_pair(struct mg_history *h, const struct history_row *before,
                             const struct history_row *after, const char *how, struct links *links,
                             struct mg_error *err)
{
    struct linked_pair pair = {.hash = before->hash, .how = how};
    const struct history_row *rows[HISTORY_SIDES] = {before, after};
    const char *key;
    enum mg_code code;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        if ((code = history_read(h, side, rows[side]->record, err)))
            return code;
        pair.sides[side] =
            (struct linked){rows[side]->record, h->contents[side].line, h->contents[side].edition_id};
    }
    key = h->contents[HISTORY_BEFORE].key;
    code = links_add(links, key, key ? strlen(key) : 0, pair, err);
    return code ? code : add_later_key(links, key, h->contents[HISTORY_AFTER].key, err);
}

static enum mg_code collect(struct mg_history *h, struct links *links, struct mg_error *err)
{
    enum mg_code code = history_standing(h, add_standing, links, err);

    for (size_t i = 0; i < h->same[HISTORY_BEFORE].count && !code; i++)
        code = add_pair(h, &h->same[HISTORY_BEFORE].rows[i], &h->same[HISTORY_AFTER].rows[i], "content",
                        links, err);
    for (size_t i = 0; i < h->pairs.count && !code; i++) {
        const struct history_pair *pair = &h->pairs.pairs[i];

        if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE)
            code = add_pair(h, &h->rows[HISTORY_BEFORE].rows[pair->before],
                            &h->rows[HISTORY_AFTER].rows[pair->after],
                            history_decided(h, pair) ? "decision" : "key", links, err);
    }
    return code;
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct linked_pair *x = a, *y = b;
    const char *keys = context;
    bool keyless_x = x->key_length == SIZE_MAX, keyless_y = y->key_length == SIZE_MAX;
    int order;

    if (keyless_x || keyless_y) {
        if (keyless_x != keyless_y)
            return keyless_x ? 1 : -1;
    } else {
        size_t shorter = x->key_length < y->key_length ? x->key_length : y->key_length;

        if ((order = memcmp(keys + x->key, keys + y->key, shorter)))
            return order;
        if (x->key_length != y->key_length)
            return x->key_length < y->key_length ? -1 : 1;
    }
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->sides[HISTORY_BEFORE].line > y->sides[HISTORY_BEFORE].line) -
           (x->sides[HISTORY_BEFORE].line < y->sides[HISTORY_BEFORE].line);
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
        const char *key = pair->key_length == SIZE_MAX ? NULL : links.keys.data + pair->key;
        struct mg_link link = {.dataset = h->dataset->name,
                               .from = h->editions[HISTORY_BEFORE]->as_of,
                               .to = h->editions[HISTORY_AFTER]->as_of,
                               .how = pair->how};
        struct mg_event_side *sides[HISTORY_SIDES] = {&link.before, &link.after};

        for (int side = 0; side < HISTORY_SIDES; side++)
            *sides[side] = (struct mg_event_side){.record = pair->sides[side].record,
                                                  .line = pair->sides[side].line,
                                                  .edition = history_as_of(h, pair->sides[side].edition),
                                                  .key = side == HISTORY_BEFORE ? key
                                                         : pair->key_after == SIZE_MAX
                                                             ? NULL
                                                             : links.keys.data + pair->key_after};
        if ((code = visit(context, &link, err)))
            return code;
    }
    return MG_OK;
}
