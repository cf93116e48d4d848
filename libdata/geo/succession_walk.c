#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/geo/succession_graph.h"

const char *mg_succession_code_of(const struct mg_succession *s, int32_t node)
{
    return strchr(mg_map_key(&s->nodes, (size_t)node, NULL), ':') + 1;
}

/* A commune on its way. Once it is inside another one, the part of that one that it became tells which of
 * several successors it is, when the whole is separated again. */
struct traveller {
    int32_t node, part; /* part MG_NOTHING: none, or it was given up */
    bool inside;
    mg_date day; /* as things stand on it */
};

/* The part after (before) its movements of a day, MG_NOTHING when it is none any more. *communes: what else
 * it has become. */
static int32_t move_part(const struct mg_succession *s, int32_t part, mg_date day, bool forward,
                         struct mg_nodes *communes, struct mg_path *path)
{
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes next = {0};
    int32_t found = MG_NOTHING;
    size_t parts = 0;
    mg_succession_reach(s, part, day, forward, &next, path);
    for (size_t i = 0; i < next.count; i++) {
        if (mg_succession_is_commune(s, next.items[i])) {
            mg_nodes_add(communes, next.items[i]);
        } else {
            found = next.items[i];
            parts++;
        }
    }
    communes->failed |= next.failed;
    return parts == 1 ? found : MG_NOTHING;
}

/* The traveller's part up to a day, and on it: the communes that it then becomes. */
static void bring_part(const struct mg_succession *s, struct traveller *t, mg_date day, bool forward,
                       struct mg_nodes *communes, struct mg_path *path)
{
    mg_date at = t->day;
    while (t->part != MG_NOTHING) {
        const struct mg_succession_entry *entry = mg_succession_entry_near(s, t->part, at, forward);
        if (!entry || (forward ? entry->day > day : entry->day < day))
            return;
        communes->count = 0;
        t->part = move_part(s, t->part, entry->day, forward, communes, path);
        at = forward ? entry->day : entry->day - 1;
        if (entry->day != day)
            communes->count = 0;
    }
}

static bool holds(const struct mg_nodes *set, int32_t node)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i] == node)
            return true;
    return false;
}

/* Of several communes, those that the traveller's part became; else, what is left of the whole once other
 * parts have gone their own way. */
static bool choose(const struct mg_succession *s, const struct traveller *t, mg_date day, bool forward,
                   const struct mg_nodes *restored, struct mg_nodes *communes)
{
    size_t kept = 0, all = communes->count;
    for (size_t i = 0; i < all && t->inside; i++) {
        int32_t node = communes->items[i];
        if (restored->count ? holds(restored, node)
                            : forward && !mg_succession_from_part(s, node, day, MG_NOTHING))
            communes->items[kept++] = node;
    }
    if (kept)
        communes->count = kept;
    return communes->count < all;
}

/* Forward, a commune that stands has its own name's part, one that is gone the part of whatever code;
 * backward, what became the commune, and was not taken in. */
static bool is_own_part(const struct mg_succession *s, const struct traveller *t, int32_t part, mg_date day,
                        bool forward, const struct mg_nodes *communes)
{
    if (!forward)
        return mg_succession_from_part(s, t->node, day, part);
    return !holds(communes, t->node) ||
           !strcmp(mg_succession_code_of(s, t->node), mg_succession_code_of(s, part));
}

/* One day's movements: *communes is what the traveller has become, one or several. */
static void travel(const struct mg_succession *s, struct traveller *t, mg_date day, bool forward,
                   struct mg_nodes *communes, struct mg_projection *p)
{
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes next = {0}, restored = {0};
    int32_t part = MG_NOTHING;
    size_t parts = 0;
    mg_succession_reach(s, t->node, day, forward, &next, p->path);
    for (size_t i = 0; i < next.count; i++) {
        if (mg_succession_is_commune(s, next.items[i])) {
            mg_nodes_add(communes, next.items[i]);
        } else {
            part = next.items[i];
            parts++;
        }
    }
    bring_part(s, t, day, forward, &restored, p->path);
    if (communes->count > 1)
        p->by_part |= choose(s, t, day, forward, &restored, communes);
    else if (!t->inside && parts == 1 && is_own_part(s, t, part, day, forward, communes))
        *t = (struct traveller){.part = part, .inside = true};
    else if (forward && mg_succession_takes_in(s, t->node, day))
        t->inside = true;
    communes->failed |= next.failed | restored.failed;
}

/* From a commune as it stands on a day to those of another date. Each step is a later (earlier) day. */
static void walk_on(const struct mg_succession *s, struct traveller t, mg_date to, struct mg_projection *p)
{
    bool forward = to >= t.day;
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, t.node, t.day, forward);
    if (!entry || (forward ? entry->day > to : entry->day <= to)) {
        mg_nodes_add(&p->nodes, t.node);
        return;
    }
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes next = {0};
    travel(s, &t, entry->day, forward, &next, p);
    t.day = forward ? entry->day : entry->day - 1;
    for (size_t i = 0; i < next.count; i++) {
        t.node = next.items[i];
        walk_on(s, t, to, p);
    }
    p->nodes.failed |= next.failed;
}

static void walk(const struct mg_succession *s, int32_t node, mg_date day, mg_date to,
                 struct mg_projection *p)
{
    walk_on(s, (struct traveller){.node = node, .part = MG_NOTHING, .day = day}, to, p);
}

bool mg_succession_is_there(const struct mg_succession *s, int32_t node, mg_date date)
{
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, date, false);
    if (entry)
        return entry->after;
    entry = mg_succession_entry_near(s, node, date, true);
    return entry && entry->before;
}

static int32_t find_node(const struct mg_succession *s, const char *type, const char *code)
{
    char key[64];
    int length = snprintf(key, sizeof key, "%s:%s", type, code);
    return length < 0 || (size_t)length >= sizeof key ? MG_NOTHING
                                                      : (int32_t)mg_map_get(&s->nodes, key, (size_t)length);
}

static void walk_communes(const struct mg_succession *s, const struct mg_nodes *from, mg_date day, mg_date to,
                          struct mg_projection *p)
{
    for (size_t i = 0; i < from->count; i++)
        if (mg_succession_is_commune(s, from->items[i]))
            walk(s, from->items[i], day, to, p);
    p->nodes.failed |= from->failed;
}

/* The day on which a part came to be tells its whole: what the part was became the whole as well. Where it
 * was another kind of part, what that was part of. */
static void walk_origin(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                        struct mg_projection *p)
{
    const struct mg_succession_entry *origin = mg_succession_entry_near(s, node, date, false);
    if (!origin)
        return;
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes were = {0}, wholes = {0};
    size_t before = p->nodes.count;
    mg_succession_reach(s, node, origin->day, false, &were, p->path);
    if (to < origin->day) {
        walk_communes(s, &were, origin->day - 1, to, p);
    } else {
        for (size_t i = 0; i < were.count; i++)
            mg_succession_reach(s, were.items[i], origin->day, true, &wholes, p->path);
        walk_communes(s, &wholes, origin->day, to, p);
    }
    for (size_t i = 0; i < were.count && p->nodes.count == before; i++)
        if (!mg_succession_is_commune(s, were.items[i]))
            walk_origin(s, were.items[i], origin->day - 1, to, p);
    p->nodes.failed |= were.failed;
}

/* The day on which a part ends tells it too: what takes it in. */
static void walk_end(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                     struct mg_projection *p)
{
    const struct mg_succession_entry *end = mg_succession_entry_near(s, node, date, true);
    if (!end)
        return;
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes then = {0};
    size_t before = p->nodes.count;
    mg_succession_reach(s, node, end->day, true, &then, p->path);
    walk_communes(s, &then, end->day, to, p);
    for (size_t i = 0; i < then.count && p->nodes.count == before; i++)
        walk_end(s, then.items[i], end->day, to, p);
}

/* The communes that a part of a commune, as it is on a date, belongs to, walked to another date. */
static void walk_whole(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                       struct mg_projection *p)
{
    size_t before = p->nodes.count;
    walk_origin(s, node, date, to, p);
    if (p->nodes.count == before)
        walk_end(s, node, date, to, p);
}

/* A commune comes before the parts of one that have its code. */
static const char *const types[] = {"COM", "COMD", "COMA", "ARM"};
enum { TYPES = sizeof types / sizeof *types };

/* The last day up to the date on which the node ceases to be, or NULL. */
static const struct mg_succession_entry *last_end(const struct mg_succession *s, int32_t node, mg_date date)
{
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, date, false);
    while (entry && !(entry->before && !entry->after))
        entry = entry > s->entries && entry[-1].node == node ? entry - 1 : NULL;
    return entry;
}

static const struct mg_succession_entry *first_start(const struct mg_succession *s, int32_t node,
                                                     mg_date date)
{
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, date, true),
                                     *end = s->entries + s->entry_count;
    while (entry && !(entry->after && !entry->before))
        entry = entry + 1 < end && entry[1].node == node ? entry + 1 : NULL;
    return entry;
}

/* The code as one type has it: there at the date, else the last time before, else the first time after. */
static bool project_node(const struct mg_succession *s, int32_t node, enum mg_succession_found when,
                         mg_date from, mg_date to, struct mg_projection *p)
{
    if (node < 0 || (when == MG_SUCCESSION_THERE && !mg_succession_is_there(s, node, from)))
        return false;
    if (when != MG_SUCCESSION_THERE) {
        const struct mg_succession_entry *entry =
            when == MG_SUCCESSION_OLD ? last_end(s, node, from) : first_start(s, node, from);
        if (!entry)
            return false;
        from = when == MG_SUCCESSION_OLD ? entry->day - 1 : entry->day;
    }
    p->start = node;
    p->how_found = when;
    if (mg_succession_is_commune(s, node))
        walk(s, node, from, to, p);
    else
        walk_whole(s, node, from, to, p);
    return true;
}

void mg_succession_walk(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                        struct mg_projection *p)
{
    for (enum mg_succession_found when = MG_SUCCESSION_THERE; when <= MG_SUCCESSION_EARLY; when++)
        for (size_t i = 0; i < TYPES; i++)
            if (project_node(s, find_node(s, types[i], code), when, from, to, p))
                return;
}

bool mg_succession_stands(const struct mg_succession *s, const char *code, mg_date date)
{
    int32_t node = find_node(s, "COM", code);
    return node >= 0 && mg_succession_is_there(s, node, date);
}

static bool is_named(const struct mg_succession *s, const char *code)
{
    for (size_t i = 0; i < TYPES; i++)
        if (find_node(s, types[i], code) >= 0)
            return true;
    return false;
}

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum mg_code mg_succession_project(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                                   const char **ret_codes, size_t capacity, size_t *ret_count,
                                   enum mg_succession_how *ret_how, struct mg_error *err)
{
    if (!is_named(s, code)) {
        if (capacity)
            ret_codes[0] = code;
        *ret_count = 1;
        *ret_how = MG_SUCCESSION_SAME;
        return MG_OK;
    }
    struct mg_projection projection = {0};
    mg_succession_walk(s, code, from, to, &projection);
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes found = projection.nodes;
    MG_FREE const char **codes = mg_malloc((found.count + 1) * sizeof *codes);
    if (found.failed || !codes)
        return mg_fail_memory(err);
    for (size_t i = 0; i < found.count; i++)
        codes[i] = mg_succession_code_of(s, found.items[i]);
    qsort(codes, found.count, sizeof *codes, compare_codes);
    for (size_t i = 0; i < found.count && i < capacity; i++)
        ret_codes[i] = codes[i];
    *ret_count = found.count;
    if (found.count != 1)
        *ret_how = found.count ? MG_SUCCESSION_AMBIGUOUS : MG_SUCCESSION_UNKNOWN;
    else
        *ret_how = strcmp(codes[0], code) ? MG_SUCCESSION_RECODED : MG_SUCCESSION_SAME;
    return MG_OK;
}

static bool push(const char ***codes, size_t *count, size_t *capacity, const char *code)
{
    if (*count == *capacity) {
        size_t wanted = *capacity ? *capacity * 2 : 1024;
        const char **grown = mg_realloc(*codes, wanted, sizeof *grown);
        if (!grown)
            return false;
        *codes = grown;
        *capacity = wanted;
    }
    (*codes)[(*count)++] = code;
    return true;
}

enum mg_code mg_succession_project_list(const struct mg_succession *s, const char *const *codes, size_t count,
                                        mg_date from, mg_date to, const char ***ret_codes, size_t *ret_count,
                                        struct mg_error *err)
{
    MG_FREE const char **all = NULL;
    size_t total = 0, capacity = 0;
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        struct mg_projection projection = {0};
        if (!is_named(s, codes[i]))
            good = push(&all, &total, &capacity, codes[i]);
        else
            mg_succession_walk(s, codes[i], from, to, &projection);
        MG_CLEANUP(mg_nodes_finish) struct mg_nodes found = projection.nodes;
        for (size_t k = 0; k < found.count && good; k++)
            good = push(&all, &total, &capacity, mg_succession_code_of(s, found.items[k]));
        good = good && !found.failed;
    }
    if (!good)
        return mg_fail_memory(err);
    if (total)
        qsort(all, total, sizeof *all, compare_codes);
    size_t kept = 0;
    for (size_t i = 0; i < total; i++)
        if (!kept || strcmp(all[kept - 1], all[i]))
            all[kept++] = all[i];
    *ret_codes = all;
    *ret_count = kept;
    all = NULL;
    return MG_OK;
}

/* --- from the file --- */

enum mg_code mg_succession_load(struct mg_db *db, struct mg_succession **ret_succession, struct mg_error *err)
{
    struct mg_succession *s = NULL;
    sqlite3_stmt *statement;
    bool row = true;
    enum mg_code code = mg_succession_create(&s, err);
    if (!code)
        code = mg_db_statement(db, MG_SQL_MOVEMENT_LIST, &statement, err);
    while (!code && !(code = mg_db_step(statement, &row, err)) && row) {
        struct mg_read read = mg_read_of(statement, err);
        struct mg_movement movement = {
            .kind = mg_read_int(&read, 0, 0, MG_MOVEMENT_MAX),
            .date = mg_read_date(&read, 1),
            .type_before = mg_read_text(&read, 2, NULL),
            .code_before = mg_read_text(&read, 3, NULL),
            .type_after = mg_read_text(&read, 4, NULL),
            .code_after = mg_read_text(&read, 5, NULL),
        };
        code = read.code ? read.code : mg_succession_add(s, &movement, err);
    }
    if (!code)
        code = mg_succession_build(s, err);
    if (code) {
        mg_succession_destroy(s);
        return code;
    }
    *ret_succession = s;
    return MG_OK;
}
