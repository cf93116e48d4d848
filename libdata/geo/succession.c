#include "libdata/geo/succession_graph.h"

#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

/* Those whose arrondissements have codes: there even where no movement names them. */
static const char *const cities[] = {"13055", "69123", "75056"};

enum mg_code mg_succession_create(struct mg_succession **ret_succession, struct mg_error *err)
{
    struct mg_succession *s = mg_calloc(1, sizeof *s);
    struct mg_walked *walked = mg_calloc(1, sizeof *walked);
    if (!s || !walked) {
        free(s);
        free(walked);
        return mg_fail_memory(err);
    }
    walked->to = MG_DATE_NONE;
    s->walked = walked;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < sizeof cities / sizeof *cities && !code; i++)
        code = mg_succession_node(s, "COM", cities[i], &(int32_t){0}, err);
    if (code) {
        mg_succession_destroy(s);
        return code;
    }
    *ret_succession = s;
    return MG_OK;
}

void mg_succession_destroy(struct mg_succession *s)
{
    if (!s)
        return;
    mg_map_finish(&s->nodes);
    mg_map_finish(&s->part_codes);
    free(s->parts);
    mg_travellers_finish(&s->walked->from);
    free(s->walked->become);
    free(s->walked);
    free(s->outgoing);
    free(s->incoming);
    free(s->entries);
    free(s);
}

enum mg_code mg_succession_node(struct mg_succession *s, const char *type, const char *code,
                                int32_t *ret_node, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf key = {0};
    int64_t node = MG_NOTHING;
    mg_buf_printf(&key, "%s:%s", type, code);
    enum mg_code result = mg_buf_check(&key, err);
    if (!result && *code)
        result = mg_map_put(&s->nodes, key.data, key.length, (int64_t)s->nodes.count, &node, err);
    if (!result)
        *ret_node = (int32_t)node;
    return result;
}

int32_t mg_succession_find(const struct mg_succession *s, const char *type, const char *code)
{
    char key[64];
    int length = snprintf(key, sizeof key, "%s:%s", type, code);
    return length < 0 || (size_t)length >= sizeof key ? MG_NOTHING
                                                      : (int32_t)mg_map_get(&s->nodes, key, (size_t)length);
}

bool mg_succession_is_commune(const struct mg_succession *s, int32_t node)
{
    return !strncmp(mg_map_key(&s->nodes, (size_t)node, NULL), "COM:", 4);
}

static enum mg_code add_edge(struct mg_succession *s, const struct mg_movement *movement,
                             const char *correction, struct mg_error *err)
{
    struct mg_succession_edge edge = {.day = movement->date,
                                      .kind = movement->kind,
                                      .absorbs = movement->kind == 34 || movement->kind == 35,
                                      .correction = correction};
    enum mg_code code = mg_succession_node(s, movement->type_before, movement->code_before, &edge.from, err);
    if (!code)
        code = mg_succession_node(s, movement->type_after, movement->code_after, &edge.to, err);
    if (code || edge.to == MG_NOTHING) /* what became nothing has no successor to find */
        return code;
    if (s->edge_count == s->edge_capacity) {
        size_t capacity = s->edge_capacity ? s->edge_capacity * 2 : 1024;
        struct mg_succession_edge *grown = mg_realloc(s->outgoing, capacity, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        s->outgoing = grown;
        s->edge_capacity = capacity;
    }
    s->outgoing[s->edge_count++] = edge;
    return MG_OK;
}

static bool same_movement(const struct mg_movement *a, const struct mg_movement *b)
{
    return a->kind == b->kind && a->date == b->date && !strcmp(a->code_before, b->code_before) &&
           !strcmp(a->code_after, b->code_after) && !strcmp(a->type_before, b->type_before) &&
           !strcmp(a->type_after, b->type_after);
}

enum mg_code mg_succession_add(struct mg_succession *s, const struct mg_movement *movement,
                               struct mg_error *err)
{
    size_t count;
    const struct mg_correction *corrections = mg_corrections(&count);
    bool wrong = false;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < count && !code; i++) {
        if (!same_movement(movement, &corrections[i].wrong))
            continue;
        wrong = true;
        if (corrections[i].right.kind)
            code = add_edge(s, &corrections[i].right, corrections[i].reason, err);
    }
    return wrong ? code : add_edge(s, movement, NULL, err);
}

static int compare_three(int64_t a1, int64_t b1, int64_t a2, int64_t b2, int64_t a3, int64_t b3)
{
    if (a1 != b1)
        return a1 < b1 ? -1 : 1;
    if (a2 != b2)
        return a2 < b2 ? -1 : 1;
    return a3 < b3 ? -1 : a3 > b3;
}

static int compare_outgoing(const void *a, const void *b)
{
    const struct mg_succession_edge *p = a, *q = b;
    return compare_three(p->from, q->from, p->day, q->day, p->to, q->to);
}

static int compare_incoming(const void *a, const void *b)
{
    const struct mg_succession_edge *p = a, *q = b;
    return compare_three(p->to, q->to, p->day, q->day, p->from, q->from);
}

static int compare_entries(const void *a, const void *b)
{
    const struct mg_succession_entry *p = a, *q = b;
    return compare_three(p->node, q->node, p->day, q->day, 0, 0);
}

/* The edges that leave (or enter) a node on a day. */
static const struct mg_succession_edge *edges_of(const struct mg_succession *s, int32_t node, mg_date day,
                                                 bool forward, size_t *ret_count)
{
    const struct mg_succession_edge *edges = forward ? s->outgoing : s->incoming;
    size_t low = 0, high = s->edge_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int32_t at = forward ? edges[middle].from : edges[middle].to;
        if (at < node || (at == node && edges[middle].day < day))
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < s->edge_count && edges[end].day == day &&
           (forward ? edges[end].from : edges[end].to) == node)
        end++;
    *ret_count = end - low;
    return edges + low;
}

/* The first entry of a node later than a day; entries of the node before it are just below. */
static size_t entry_after(const struct mg_succession *s, int32_t node, mg_date day)
{
    size_t low = 0, high = s->entry_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct mg_succession_entry *e = &s->entries[middle];
        if (e->node < node || (e->node == node && e->day <= day))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct mg_succession_entry *mg_succession_entry_near(const struct mg_succession *s, int32_t node,
                                                           mg_date day, bool forward)
{
    size_t i = entry_after(s, node, day);
    if (!forward && i-- == 0)
        return NULL;
    return i < s->entry_count && s->entries[i].node == node ? &s->entries[i] : NULL;
}

static const struct mg_succession_entry *entry_on(const struct mg_succession *s, int32_t node, mg_date day)
{
    return mg_succession_entry_near(s, node, day, false);
}

static void path_add(struct mg_path *path, const struct mg_succession_edge *edge, bool forward)
{
    if (path->count == path->capacity) {
        size_t capacity = path->capacity ? path->capacity * 2 : 16;
        struct mg_followed *grown = mg_realloc(path->items, capacity, sizeof *grown);
        if (!grown) {
            path->failed = true;
            return;
        }
        path->items = grown;
        path->capacity = capacity;
    }
    path->items[path->count++] = (struct mg_followed){edge, forward};
}

static void add_any(struct mg_nodes *found, int32_t node)
{
    if (node != MG_NOTHING)
        mg_nodes_add(found, node);
}

void mg_succession_reach(const struct mg_succession *s, int32_t node, mg_date day, bool forward,
                         struct mg_nodes *found, struct mg_path *path)
{
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes seen = {0};
    const struct mg_succession_entry *start = entry_on(s, node, day);
    if ((forward ? start->after : start->before) && !start->exchanged)
        mg_nodes_add(found, node);
    mg_nodes_add(&seen, node);
    size_t expanded = 0;
    while (expanded < seen.count) {
        size_t count;
        const struct mg_succession_edge *edges = edges_of(s, seen.items[expanded++], day, forward, &count);
        for (size_t i = 0; i < count; i++) {
            int32_t next = forward ? edges[i].to : edges[i].from;
            const struct mg_succession_entry *entry = next == MG_NOTHING ? NULL : entry_on(s, next, day);
            if (!entry)
                continue;
            if (path)
                path_add(path, &edges[i], forward);
            if (forward ? entry->after : entry->before)
                mg_nodes_add(found, next);
            else if (!path && entry->passes_to[forward] != MG_SEVERAL)
                add_any(found, entry->passes_to[forward]);
            else
                mg_nodes_add(&seen, next);
        }
        s->walked->work += count + 1;
    }
    found->failed |= seen.failed;
}

bool mg_succession_takes_in(const struct mg_succession *s, int32_t node, mg_date day)
{
    size_t count;
    const struct mg_succession_edge *edges = edges_of(s, node, day, false, &count);
    for (size_t i = 0; i < count; i++)
        if (edges[i].from != MG_NOTHING && edges[i].from != node &&
            mg_succession_is_commune(s, edges[i].from))
            return true;
    return false;
}

bool mg_succession_from_part(const struct mg_succession *s, int32_t node, mg_date day, int32_t part)
{
    size_t count;
    const struct mg_succession_edge *edges = edges_of(s, node, day, false, &count);
    for (size_t i = 0; i < count; i++)
        if (edges[i].from != MG_NOTHING && !edges[i].absorbs &&
            (part == MG_NOTHING || part == edges[i].from) && !mg_succession_is_commune(s, edges[i].from))
            return true;
    return false;
}

/* --- building --- */

/* Whatever the order in which they came. */
static void join_edges(struct mg_succession_edge *into, const struct mg_succession_edge *other)
{
    into->absorbs &= other->absorbs;
    if (other->kind < into->kind)
        into->kind = other->kind;
    if (!other->correction)
        into->correction = NULL;
}

static enum mg_code index_edges(struct mg_succession *s, struct mg_error *err)
{
    if (s->edge_count)
        qsort(s->outgoing, s->edge_count, sizeof *s->outgoing, compare_outgoing);
    size_t kept = 0;
    for (size_t i = 0; i < s->edge_count; i++) {
        if (kept && !compare_outgoing(&s->outgoing[kept - 1], &s->outgoing[i]))
            join_edges(&s->outgoing[kept - 1], &s->outgoing[i]);
        else
            s->outgoing[kept++] = s->outgoing[i];
    }
    s->edge_count = kept;
    s->incoming = mg_malloc((kept + 1) * sizeof *s->incoming);
    s->entries = mg_calloc(2 * kept + 1, sizeof *s->entries);
    if (!s->incoming || !s->entries)
        return mg_fail_memory(err);
    for (size_t i = 0; i < kept; i++) {
        s->incoming[i] = s->outgoing[i];
        s->entries[s->entry_count++] =
            (struct mg_succession_entry){.node = s->outgoing[i].to, .day = s->outgoing[i].day};
        if (s->outgoing[i].from != MG_NOTHING)
            s->entries[s->entry_count++] =
                (struct mg_succession_entry){.node = s->outgoing[i].from, .day = s->outgoing[i].day};
    }
    qsort(s->incoming, kept, sizeof *s->incoming, compare_incoming);
    qsort(s->entries, s->entry_count, sizeof *s->entries, compare_entries);
    size_t entries = 0;
    for (size_t i = 0; i < s->entry_count; i++)
        if (!entries || compare_entries(&s->entries[entries - 1], &s->entries[i]))
            s->entries[entries++] = s->entries[i];
    s->entry_count = entries;
    return MG_OK;
}

/* A node's movements of one day, in short. */
struct day {
    size_t out, in;
    bool stands;     /* it is its own successor */
    bool to_commune; /* a successor is a commune */
    bool absorbs;    /* all that comes in is of a kind that absorbs */
};

static struct day day_of(const struct mg_succession *s, const struct mg_succession_entry *entry)
{
    struct day day = {.absorbs = true};
    const struct mg_succession_edge *out = edges_of(s, entry->node, entry->day, true, &day.out);
    for (size_t i = 0; i < day.out; i++) {
        day.stands |= out[i].to == entry->node;
        day.to_commune |= mg_succession_is_commune(s, out[i].to);
    }
    const struct mg_succession_edge *in = edges_of(s, entry->node, entry->day, false, &day.in);
    for (size_t i = 0; i < day.in; i++)
        day.absorbs &= in[i].absorbs;
    return day;
}

static void say_after(const struct mg_succession *s, struct mg_succession_entry *entry)
{
    struct day day = day_of(s, entry);
    entry->after = !day.out || day.stands || (mg_succession_is_commune(s, entry->node) && !day.to_commune);
}

/* What those that are not there after (before) the day pass on to: told from each that is, against the
 * movements. One that learns of a second is told once more, and no more. */
static enum mg_code say_passes(struct mg_succession *s, bool forward, struct mg_error *err)
{
    MG_FREE size_t *told = mg_malloc((2 * s->entry_count + 1) * sizeof *told);
    size_t count = 0;
    if (!told)
        return mg_fail_memory(err);
    for (size_t i = 0; i < s->entry_count; i++) {
        bool stands = forward ? s->entries[i].after : s->entries[i].before;
        s->entries[i].passes_to[forward] = stands ? s->entries[i].node : MG_NOTHING;
        if (stands)
            told[count++] = i;
    }
    while (count) {
        const struct mg_succession_entry *to = &s->entries[told[--count]];
        size_t edge_count;
        const struct mg_succession_edge *edges = edges_of(s, to->node, to->day, !forward, &edge_count);
        for (size_t i = 0; i < edge_count; i++) {
            int32_t node = forward ? edges[i].from : edges[i].to, *now;
            const struct mg_succession_entry *from = node == MG_NOTHING ? NULL : entry_on(s, node, to->day);
            if (!from || (forward ? from->after : from->before))
                continue;
            now = &s->entries[from - s->entries].passes_to[forward];
            if (*now == MG_SEVERAL || *now == to->passes_to[forward])
                continue;
            *now = *now == MG_NOTHING ? to->passes_to[forward] : MG_SEVERAL;
            told[count++] = (size_t)(from - s->entries);
        }
    }
    return MG_OK;
}

/* Passed through, and nothing reached: the day exchanges codes. */
static enum mg_code find_exchanges(struct mg_succession *s, struct mg_error *err)
{
    enum mg_code code = say_passes(s, true, err);
    for (size_t i = 0; i < s->entry_count && !code; i++) {
        struct mg_succession_entry *entry = &s->entries[i];
        entry->exchanged = entry->passes_to[true] == MG_NOTHING && day_of(s, entry).in;
        entry->after |= entry->exchanged;
    }
    return code;
}

static void say_before(struct mg_succession *s, size_t i)
{
    struct mg_succession_entry *entry = &s->entries[i];
    struct day day = day_of(s, entry);
    bool known = i && s->entries[i - 1].node == entry->node;
    if (day.stands || entry->exchanged || (day.out && !day.in))
        entry->before = true;
    else if (known)
        entry->before = s->entries[i - 1].after;
    else
        entry->before = !day.out && day.absorbs;
}

static void say_ends(struct mg_succession *s)
{
    for (size_t i = 0; i < s->entry_count; i++) {
        struct mg_succession_entry *entry = &s->entries[i];
        bool known = i && entry[-1].node == entry->node;
        entry->last_end = known ? entry[-1].last_end : MG_NOTHING;
        if (entry->before && !entry->after)
            entry->last_end = (int32_t)i;
    }
    for (size_t i = s->entry_count; i-- > 0;) {
        struct mg_succession_entry *entry = &s->entries[i];
        bool known = i + 1 < s->entry_count && entry[1].node == entry->node;
        entry->first_start = known ? entry[1].first_start : MG_NOTHING;
        if (entry->after && !entry->before)
            entry->first_start = (int32_t)i;
    }
}

enum mg_code mg_succession_build(struct mg_succession *s, struct mg_error *err)
{
    enum mg_code code = index_edges(s, err);
    if (code)
        return code;
    for (size_t i = 0; i < s->entry_count; i++)
        say_after(s, &s->entries[i]);
    code = find_exchanges(s, err);
    for (size_t i = 0; i < s->entry_count && !code; i++)
        say_before(s, i);
    if (!code)
        code = say_passes(s, true, err);
    if (!code)
        code = say_passes(s, false, err);
    if (!code)
        say_ends(s);
    return code;
}
