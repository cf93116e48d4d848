/* linkage/tally.c - how often each number occurs, of many. */
#include "libdata/base/alloc.h"
#include "libdata/domain/linkage/internal.h"

static size_t slot_of(const struct linkage_tally *tally, uint64_t number)
{
    size_t mask = tally->slot_count - 1;
    size_t slot = (number * UINT64_C(0x9E3779B97F4A7C15) >> 20) & mask;

    while (tally->slots[slot].count && tally->slots[slot].number != number)
        slot = (slot + 1) & mask;
    return slot;
}

static enum mg_code grow(struct linkage_tally *tally, struct mg_error *err)
{
    struct linkage_tally grown = {.count = tally->count,
                                  .slot_count = tally->slot_count ? tally->slot_count * 2 : 1024};

    if (!(grown.slots = mg_calloc(grown.slot_count, sizeof *grown.slots)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < tally->slot_count; i++) {
        if (tally->slots[i].count)
            grown.slots[slot_of(&grown, tally->slots[i].number)] = tally->slots[i];
    }
    free(tally->slots);
    *tally = grown;
    return MG_OK;
}

enum mg_code linkage_tally_add(struct linkage_tally *tally, uint64_t number, struct mg_error *err)
{
    enum mg_code code;
    struct linkage_tallied *slot;

    if (tally->count * 3 >= tally->slot_count * 2 && (code = grow(tally, err)))
        return code;
    slot = &tally->slots[slot_of(tally, number)];
    tally->count += !slot->count;
    slot->number = number;
    slot->count++;
    return MG_OK;
}

uint32_t linkage_tally_of(const struct linkage_tally *tally, uint64_t number)
{
    return tally->count ? tally->slots[slot_of(tally, number)].count : 0;
}

void linkage_tally_finish(struct linkage_tally *tally)
{
    free(tally->slots);
    *tally = (struct linkage_tally){0};
}
