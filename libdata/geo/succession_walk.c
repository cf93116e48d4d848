#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/succession_graph.h"
#include "libdata/geo/territory.h"

const char *mg_succession_code_of(const struct mg_succession *s, int32_t node)
{
    return strchr(mg_map_key(&s->nodes, (size_t)node, NULL), ':') + 1;
}

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
static void bring_part(const struct mg_succession *s, struct mg_traveller *t, mg_date day, bool forward,
                       struct mg_nodes *communes, struct mg_path *path)
{
    mg_date at = t->day;
    while (t->part != MG_NOTHING) {
        const struct mg_succession_entry *entry = mg_succession_entry_near(s, t->part, at, forward);
        if (!entry || (forward ? entry->day > day : entry->day < day))
            return;
        mg_nodes_keep(communes, 0);
        t->part = move_part(s, t->part, entry->day, forward, communes, path);
        at = forward ? entry->day : entry->day - 1;
        if (entry->day != day)
            mg_nodes_keep(communes, 0);
    }
}

/* Of several communes, those that the traveller's part became; else, what is left of the whole once other
 * parts have gone their own way. */
static bool choose(const struct mg_succession *s, const struct mg_traveller *t, mg_date day, bool forward,
                   const struct mg_nodes *restored, struct mg_nodes *communes)
{
    size_t all = communes->count;
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes kept = {0};
    for (size_t i = 0; i < all && t->inside; i++) {
        int32_t node = communes->items[i];
        if (restored->count ? mg_nodes_hold(restored, node)
                            : forward && !mg_succession_from_part(s, node, day, MG_NOTHING))
            mg_nodes_add(&kept, node);
    }
    kept.failed |= communes->failed;
    if (kept.count) { /* the other set is finished in its place */
        struct mg_nodes given = *communes;
        *communes = kept;
        kept = given;
    }
    return communes->count < all;
}

/* Forward, a commune that stands has its own name's part, one that is gone the part of whatever code;
 * backward, what became the commune, and was not taken in. */
static bool is_own_part(const struct mg_succession *s, const struct mg_traveller *t, int32_t part,
                        mg_date day, bool forward, const struct mg_nodes *communes)
{
    if (!forward)
        return mg_succession_from_part(s, t->node, day, part);
    return !mg_nodes_hold(communes, t->node) ||
           !strcmp(mg_succession_code_of(s, t->node), mg_succession_code_of(s, part));
}

/* One day's movements: *communes is what the traveller has become, one or several. */
static void travel(const struct mg_succession *s, struct mg_traveller *t, mg_date day, bool forward,
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
        *t = (struct mg_traveller){.part = part, .inside = true};
    else if (forward && mg_succession_takes_in(s, t->node, day))
        t->inside = true;
    communes->failed |= next.failed | restored.failed;
}

/* --- many days --- */

enum {
    LONG = 64,                 /* travellers: what a walk of as many found is kept for others */
    MOST_TRAVELLERS = 1000000, /* of one walk, and of those kept */
    MOST_WORK = 20000000,      /* of all walks through the movements of a file, */
    WORK_OF_A_CODE = 1000,     /* and more for each code that is asked for: COG's need some dozen */
};

/* What happens to the traveller next on its way; NULL: it is at its end. */
static const struct mg_succession_entry *next_day(const struct mg_succession *s, int32_t node, mg_date day,
                                                  mg_date to)
{
    bool forward = to >= day;
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, day, forward);
    return entry && (forward ? entry->day <= to : entry->day > to) ? entry : NULL;
}

/* The walk from one start. */
struct walk {
    struct mg_travellers travellers; /* all of them, those before `next` have gone on */
    struct mg_nodes found;
    bool ended; /* one has come to nothing */
    size_t next;
};

static void walk_finish(struct walk *walk)
{
    mg_travellers_finish(&walk->travellers);
    mg_nodes_finish(&walk->found);
}

/* One traveller's next day: what it becomes goes on later, once, by whatever ways it is come to. */
static void walk_on(const struct mg_succession *s, struct mg_traveller t, mg_date to, struct walk *walk,
                    struct mg_projection *p)
{
    const struct mg_succession_entry *entry = next_day(s, t.node, t.day, to);
    size_t known = p->path || to != s->walked->to ? SIZE_MAX : mg_travellers_find(&s->walked->from, t);
    if (!entry || known != SIZE_MAX) {
        mg_nodes_add(&walk->found, entry ? s->walked->become[known] : t.node);
        return;
    }
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes next = {0};
    bool forward = to >= t.day;
    travel(s, &t, entry->day, forward, &next, p);
    t.day = forward ? entry->day : entry->day - 1;
    if (t.part != MG_NOTHING && !next_day(s, t.part, t.day, to))
        t.part = MG_NOTHING; /* it tells nothing any more */
    for (size_t i = 0; i < next.count; i++) {
        t.node = next.items[i];
        mg_travellers_add(&walk->travellers, t);
    }
    walk->ended |= !next.count;
    walk->found.failed |= next.failed;
}

/* All that set out from here, and those that they became, come to the same commune. */
static void keep_walk(const struct mg_succession *s, const struct walk *walk, mg_date to)
{
    struct mg_walked *walked = s->walked;
    if (walked->to != to || walked->from.count >= MOST_TRAVELLERS)
        mg_travellers_clear(&walked->from);
    walked->to = to;
    for (size_t i = 0; i < walk->travellers.count; i++) {
        if (walked->from.count == walked->become_capacity) {
            size_t capacity = walked->become_capacity ? walked->become_capacity * 2 : 1024;
            int32_t *grown = mg_realloc(walked->become, capacity, sizeof *grown);
            if (!grown)
                return; /* only time is lost */
            walked->become = grown;
            walked->become_capacity = capacity;
        }
        walked->become[walked->from.count] = walk->found.items[0];
        mg_travellers_add(&walked->from, walk->travellers.items[i]);
    }
}

/* From communes as they stand on a day to those of another date. Each step is a later (earlier) day. */
static void walk(const struct mg_succession *s, const struct mg_nodes *from, mg_date day, mg_date to,
                 struct mg_projection *p)
{
    MG_CLEANUP(walk_finish) struct walk walk = {0};
    for (size_t i = 0; i < from->count; i++)
        if (mg_succession_is_commune(s, from->items[i]))
            mg_travellers_add(&walk.travellers,
                              (struct mg_traveller){from->items[i], MG_NOTHING, day, false});
    while (walk.next < walk.travellers.count && !p->too_long) {
        walk_on(s, walk.travellers.items[walk.next++], to, &walk, p);
        p->too_long = walk.next >= MOST_TRAVELLERS || s->walked->work++ > s->walked->allowed;
    }
    for (size_t i = 0; i < walk.found.count; i++)
        mg_nodes_add(&p->nodes, walk.found.items[i]);
    p->nodes.failed |= from->failed | walk.travellers.failed | walk.found.failed;
    if (walk.travellers.count >= LONG && walk.found.count == 1 && !walk.ended && !p->path && !p->too_long &&
        !p->nodes.failed)
        keep_walk(s, &walk, to);
}

bool mg_succession_is_there(const struct mg_succession *s, int32_t node, mg_date date)
{
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, date, false);
    if (entry)
        return entry->after;
    entry = mg_succession_entry_near(s, node, date, true);
    return entry ? entry->before : mg_succession_is_commune(s, node);
}

/* The day on which a part came to be tells its whole: what the part was became the whole as well. *were: what
 * it was. */
static void walk_origin(const struct mg_succession *s, int32_t node, const struct mg_succession_entry *origin,
                        mg_date to, struct mg_nodes *were, struct mg_projection *p)
{
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes wholes = {0};
    mg_succession_reach(s, node, origin->day, false, were, p->path);
    if (to < origin->day) {
        walk(s, were, origin->day - 1, to, p);
        return;
    }
    for (size_t i = 0; i < were->count; i++)
        mg_succession_reach(s, were->items[i], origin->day, true, &wholes, p->path);
    walk(s, &wholes, origin->day, to, p);
}

/* Parts of which the whole is not known yet, the next one last. */
struct parts {
    struct mg_traveller *items;
    size_t count, capacity;
};

static void parts_finish(struct parts *parts)
{
    free(parts->items);
}

static bool parts_push(struct parts *parts, int32_t node, mg_date day)
{
    if (parts->count == parts->capacity) {
        size_t capacity = parts->capacity ? parts->capacity * 2 : 16;
        struct mg_traveller *grown = mg_realloc(parts->items, capacity, sizeof *grown);
        if (!grown)
            return false;
        parts->items = grown;
        parts->capacity = capacity;
    }
    parts->items[parts->count++] = (struct mg_traveller){node, MG_NOTHING, day, false};
    return true;
}

static int compare_names(const void *a, const void *b, void *succession)
{
    const struct mg_succession *s = succession;
    return strcmp(mg_map_key(&s->nodes, (size_t) * (const int32_t *)a, NULL),
                  mg_map_key(&s->nodes, (size_t) * (const int32_t *)b, NULL));
}

/* Next, what the part was (is) as well, itself first, then by their names: the order of rows means nothing.
 */
static bool push_parts(const struct mg_succession *s, int32_t self, struct mg_nodes *nodes, mg_date day,
                       struct parts *parts)
{
    bool good = true;
    if (nodes->count)
        qsort_r(nodes->items, nodes->count, sizeof *nodes->items, compare_names, (void *)s);
    for (size_t i = nodes->count; i-- > 0 && good;)
        if (nodes->items[i] != self)
            good = parts_push(parts, nodes->items[i], day);
    for (size_t i = 0; i < nodes->count && good; i++)
        if (nodes->items[i] == self)
            good = parts_push(parts, self, day);
    return good;
}

/* The communes that a part of a commune, as it is on a date, belongs to, walked to another date: as its
 * origin tells, or (forward) its end, by what takes it in. Where that was another part, or goes on as one,
 * that one's. */
static void walk_parts(const struct mg_succession *s, int32_t node, mg_date date, mg_date to, bool forward,
                       struct mg_projection *p)
{
    MG_CLEANUP(mg_travellers_finish) struct mg_travellers seen = {0};
    MG_CLEANUP(parts_finish) struct parts left = {0};
    bool good = parts_push(&left, node, date);
    while (left.count && good && !p->nodes.count && !p->too_long) {
        struct mg_traveller t = left.items[--left.count];
        const struct mg_succession_entry *entry = mg_succession_entry_near(s, t.node, t.day, forward);
        size_t known = seen.count;
        mg_travellers_add(&seen, t);
        if (!entry || seen.count == known || (!forward && mg_succession_is_commune(s, t.node)))
            continue;
        MG_CLEANUP(mg_nodes_finish) struct mg_nodes others = {0};
        if (forward) {
            mg_succession_reach(s, t.node, entry->day, true, &others, p->path);
            walk(s, &others, entry->day, to, p);
        } else {
            walk_origin(s, t.node, entry, to, &others, p);
        }
        good = push_parts(s, t.node, &others, forward ? entry->day : entry->day - 1, &left);
        p->nodes.failed |= others.failed;
        p->too_long |= s->walked->work++ > s->walked->allowed;
    }
    p->nodes.failed |= !good | seen.failed;
}

static void walk_whole(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                       struct mg_projection *p)
{
    walk_parts(s, node, date, to, false, p);
    if (!p->nodes.count)
        walk_parts(s, node, date, to, true, p);
}

/* A commune comes before the parts of one that have its code. */
static const char *const types[] = {"COM", "COMD", "COMA", "ARM"};
enum { TYPES = sizeof types / sizeof *types };

/* The last day up to the date on which the node ceases to be, or the first after it on which it begins. */
static const struct mg_succession_entry *limit_near(const struct mg_succession *s, int32_t node, mg_date date,
                                                    bool forward)
{
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, date, forward);
    int32_t limit = !entry ? MG_NOTHING : forward ? entry->first_start : entry->last_end;
    return limit == MG_NOTHING ? NULL : &s->entries[limit];
}

/* The code as one type has it: there at the date, else the last time before, else the first time after. */
static bool project_node(const struct mg_succession *s, int32_t node, enum mg_succession_found when,
                         mg_date from, mg_date to, struct mg_projection *p)
{
    if (node < 0 || (when == MG_SUCCESSION_THERE && !mg_succession_is_there(s, node, from)))
        return false;
    if (when != MG_SUCCESSION_THERE) {
        const struct mg_succession_entry *entry = limit_near(s, node, from, when == MG_SUCCESSION_EARLY);
        if (!entry)
            return false;
        from = when == MG_SUCCESSION_OLD ? entry->day - 1 : entry->day;
    }
    p->start = node;
    p->how_found = when;
    if (mg_succession_is_commune(s, node))
        walk(s, &(struct mg_nodes){.items = &node, .count = 1}, from, to, p);
    else
        walk_whole(s, node, from, to, p);
    return true;
}

/* By the movements alone. */
static void walk_movements(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                           struct mg_projection *p)
{
    for (enum mg_succession_found when = MG_SUCCESSION_THERE; when <= MG_SUCCESSION_EARLY; when++)
        for (size_t i = 0; i < TYPES; i++)
            if (project_node(s, mg_succession_find(s, types[i], code), when, from, to, p))
                return;
}

static bool all_among(const struct mg_nodes *some, const struct mg_nodes *all)
{
    for (size_t i = 0; i < some->count; i++)
        if (!mg_nodes_hold(all, some->items[i]))
            return false;
    return some->count;
}

/* What the whole has become; of several, those that the movements of the part tell. The way is that of the movements
 * where they lead there, else that of the whole. */
static void walk_part(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                      int32_t whole, mg_date at, struct mg_projection *p)
{
    const struct mg_nodes start = {.items = &whole, .count = 1};
    size_t taken = p->path ? p->path->count : 0;
    struct mg_projection by_whole = {0};
    walk(s, &start, at, to, &by_whole);
    if (by_whole.nodes.count != 1 || p->path)
        walk_movements(s, code, from, to, p);
    if (!all_among(&p->nodes, &by_whole.nodes) && by_whole.nodes.count) {
        struct mg_nodes left = p->nodes;
        p->nodes = by_whole.nodes;
        by_whole.nodes = left;
        p->by_part = by_whole.by_part;
        if (p->path) {
            struct mg_projection again = {.path = p->path};
            p->path->count = taken;
            walk(s, &start, at, to, &again);
            p->nodes.failed |= again.nodes.failed;
            mg_nodes_finish(&again.nodes);
        }
    }
    p->nodes.failed |= by_whole.nodes.failed;
    p->too_long |= by_whole.too_long;
    mg_nodes_finish(&by_whole.nodes);
    p->how_found = MG_SUCCESSION_THERE;
    p->start = MG_NOTHING;
    for (size_t i = 1; i < TYPES && p->start == MG_NOTHING; i++)
        p->start = mg_succession_find(s, types[i], code);
}

void mg_succession_walk(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                        struct mg_projection *p)
{
    struct mg_walked *walked = s->walked;
    walked->allowed += walked->allowed ? WORK_OF_A_CODE : MOST_WORK;
    mg_date at;
    int32_t commune = mg_succession_find(s, "COM", code), whole = MG_NOTHING;
    if (commune == MG_NOTHING || !mg_succession_is_there(s, commune, from))
        whole = mg_succession_whole(s, code, from, &at);
    if (whole != MG_NOTHING)
        walk_part(s, code, from, to, whole, at, p);
    else
        walk_movements(s, code, from, to, p);
}

enum mg_code mg_succession_walk_check(const struct mg_projection *p, struct mg_error *err)
{
    if (p->nodes.failed)
        return mg_fail_memory(err);
    if (!p->too_long)
        return MG_OK;
    mg_fail(err, MG_ERR_INPUT, "%s",
            _("the movements of communes part and meet again too often to be followed"));
    mg_error_hint(err, "%s",
                  _("no commune list of the country has so many: look at the movements that were imported"));
    return MG_ERR_INPUT;
}

static bool has_movements(const struct mg_succession *s, int32_t node, mg_date date)
{
    return mg_succession_entry_near(s, node, date, false) || mg_succession_entry_near(s, node, date, true);
}

bool mg_succession_stands(const struct mg_succession *s, const char *code, mg_date date)
{
    int32_t node = mg_succession_find(s, "COM", code);
    return node >= 0 && has_movements(s, node, date) && mg_succession_is_there(s, node, date);
}

bool mg_succession_is_named(const struct mg_succession *s, const char *code)
{
    for (size_t i = 0; i < TYPES; i++)
        if (mg_succession_find(s, types[i], code) >= 0)
            return true;
    return mg_territory_city(code);
}
