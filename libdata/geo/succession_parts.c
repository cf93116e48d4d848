/* succession_parts.c - which commune a part was in, as the lists of communes tell. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/geo/succession_graph.h"
#include "libdata/geo/territory.h"

enum mg_code mg_succession_add_part(struct mg_succession *s, const char *type, const char *code, mg_date date,
                                    const char *whole, struct mg_error *err)
{
    struct mg_succession_part part = {.date = date, .next = MG_NOTHING};
    int32_t node;
    int64_t first;
    if (!strcmp(code, whole))
        return MG_OK;
    if (s->part_count == s->part_capacity) {
        size_t capacity = s->part_capacity ? s->part_capacity * 2 : 1024;
        struct mg_succession_part *grown = mg_realloc(s->parts, capacity, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        s->parts = grown;
        s->part_capacity = capacity;
    }
    enum mg_code failed = mg_succession_node(s, "COM", whole, &part.whole, err);
    if (!failed)
        failed = mg_succession_node(s, type, code, &node, err);
    if (!failed)
        failed = mg_map_put(&s->part_codes, code, strlen(code), (int64_t)s->part_count, &first, err);
    if (failed)
        return failed;
    if ((size_t)first < s->part_count) {
        part.next = s->parts[first].next;
        s->parts[first].next = (int32_t)s->part_count;
    }
    s->parts[s->part_count++] = part;
    return MG_OK;
}

/* Is it nearer to what a date asks for: the latest list not after it, else the earliest? Of two lists of one
 * day, the commune that comes first. */
static bool is_better(const struct mg_succession_part *part, const struct mg_succession_part *best,
                      mg_date at)
{
    if (!best)
        return true;
    if (part->date == best->date)
        return part->whole < best->whole;
    if ((part->date <= at) != (best->date <= at))
        return part->date <= at;
    return part->date <= at ? part->date > best->date : part->date < best->date;
}

int32_t mg_succession_whole(const struct mg_succession *s, const char *code, mg_date from, mg_date *ret_at)
{
    const struct mg_succession_part *best = NULL;
    for (int64_t i = mg_map_get(&s->part_codes, code, strlen(code)); i >= 0; i = s->parts[i].next)
        if (is_better(&s->parts[i], best, from))
            best = &s->parts[i];
    if (best) {
        *ret_at = best->date;
        return best->whole;
    }
    const char *city = mg_territory_city(code);
    *ret_at = from;
    return city ? mg_succession_find(s, "COM", city) : MG_NOTHING;
}
