/* succession_sets.c - sets of nodes and of travellers: linear while they are small, as nearly all are. */
#include <string.h>
#include <xxhash.h>

#include "libdata/base/alloc.h"
#include "libdata/geo/succession_graph.h"

enum { SMALL = 16 };

/* Room for one more item; false: no memory. */
static bool make_room(void **items, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    size_t wanted = *capacity ? *capacity * 2 : SMALL;
    void *grown = mg_realloc(*items, wanted, size);
    if (!grown)
        return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

/* Slots for all items, once they are many; false: no memory. */
static bool make_slots(uint32_t **slots, size_t *slot_count, size_t count)
{
    size_t wanted = *slot_count ? *slot_count * 2 : (size_t)SMALL * 4;
    uint32_t *grown = count < SMALL || count * 2 < *slot_count ? NULL : mg_calloc(wanted, sizeof *grown);
    if (!grown)
        return count < SMALL || count * 2 < *slot_count;
    free(*slots);
    *slots = grown;
    *slot_count = wanted;
    return true;
}

/* --- nodes --- */

void mg_nodes_finish(struct mg_nodes *set)
{
    free(set->items);
    free(set->slots);
}

static size_t slot_of_node(const struct mg_nodes *set, int32_t node)
{
    size_t slot = XXH3_64bits(&node, sizeof node) & (set->slot_count - 1);
    while (set->slots[slot] && set->items[set->slots[slot] - 1] != node)
        slot = (slot + 1) & (set->slot_count - 1);
    return slot;
}

bool mg_nodes_hold(const struct mg_nodes *set, int32_t node)
{
    if (set->slots)
        return set->slots[slot_of_node(set, node)];
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i] == node)
            return true;
    return false;
}

void mg_nodes_add(struct mg_nodes *set, int32_t node)
{
    size_t slots = set->slot_count;
    if (mg_nodes_hold(set, node))
        return;
    if (!make_room((void **)&set->items, &set->capacity, set->count, sizeof *set->items) ||
        !make_slots(&set->slots, &set->slot_count, set->count)) {
        set->failed = true;
        return;
    }
    for (size_t i = 0; i < set->count && slots != set->slot_count; i++)
        set->slots[slot_of_node(set, set->items[i])] = (uint32_t)i + 1;
    set->items[set->count] = node;
    if (set->slots)
        set->slots[slot_of_node(set, node)] = (uint32_t)set->count + 1;
    set->count++;
}

void mg_nodes_keep(struct mg_nodes *set, size_t count)
{
    set->count = count;
    if (!set->slots)
        return;
    memset(set->slots, 0, set->slot_count * sizeof *set->slots);
    for (size_t i = 0; i < count; i++)
        set->slots[slot_of_node(set, set->items[i])] = (uint32_t)i + 1;
}

/* --- travellers --- */

void mg_travellers_finish(struct mg_travellers *set)
{
    free(set->items);
    free(set->slots);
}

void mg_travellers_clear(struct mg_travellers *set)
{
    mg_travellers_finish(set);
    *set = (struct mg_travellers){0};
}

static bool same_traveller(const struct mg_traveller *a, const struct mg_traveller *b)
{
    return a->node == b->node && a->part == b->part && a->day == b->day && a->inside == b->inside;
}

static size_t slot_of_traveller(const struct mg_travellers *set, const struct mg_traveller *t)
{
    const int32_t key[] = {t->node, t->part, t->day, t->inside};
    size_t slot = XXH3_64bits(key, sizeof key) & (set->slot_count - 1);
    while (set->slots[slot] && !same_traveller(&set->items[set->slots[slot] - 1], t))
        slot = (slot + 1) & (set->slot_count - 1);
    return slot;
}

size_t mg_travellers_find(const struct mg_travellers *set, struct mg_traveller traveller)
{
    if (set->slots) {
        size_t slot = slot_of_traveller(set, &traveller);
        return set->slots[slot] ? set->slots[slot] - 1 : SIZE_MAX;
    }
    for (size_t i = 0; i < set->count; i++)
        if (same_traveller(&set->items[i], &traveller))
            return i;
    return SIZE_MAX;
}

void mg_travellers_add(struct mg_travellers *set, struct mg_traveller traveller)
{
    size_t slots = set->slot_count;
    if (mg_travellers_find(set, traveller) != SIZE_MAX)
        return;
    if (!make_room((void **)&set->items, &set->capacity, set->count, sizeof *set->items) ||
        !make_slots(&set->slots, &set->slot_count, set->count)) {
        set->failed = true;
        return;
    }
    for (size_t i = 0; i < set->count && slots != set->slot_count; i++)
        set->slots[slot_of_traveller(set, &set->items[i])] = (uint32_t)i + 1;
    set->items[set->count] = traveller;
    if (set->slots)
        set->slots[slot_of_traveller(set, &traveller)] = (uint32_t)set->count + 1;
    set->count++;
}
