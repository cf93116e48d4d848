/* rows/row_cache.c - what the rows that differ say, read once: it is asked for again by every step, in orders
 * that scatter over the pages of the file. */
#include "libdata/domain/history/rows/rows.h"

#include "libdata/base/alloc.h"

#define KEPT_BYTES  ((size_t)256 << 20)
#define CHUNK_BYTES ((size_t)1 << 20)  /* the first */
#define CHUNK_MOST  ((size_t)32 << 20) /* of many rows: in huge pages */
#define NO_TEXT     UINT32_MAX
#define AHEAD       8 /* pairs, whose rows are fetched from memory in time */

struct history_kept_row {
    int64_t record, line, edition;
    double lon, lat;
    uint32_t lengths[HISTORY_TEXTS]; /* NO_TEXT: NULL */
    bool has_place;
    char texts[]; /* each with a NUL */
};

/* Where a record is looked for first. */
static size_t home_of(const struct history_kept *kept, int64_t record)
{
    return ((uint64_t)record * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (kept->slot_count - 1);
}

static size_t slot_of(const struct history_kept *kept, int64_t record)
{
    size_t mask = kept->slot_count - 1, slot = home_of(kept, record);

    while (kept->slots[slot] && kept->slots[slot]->record != record)
        slot = (slot + 1) & mask;
    return slot;
}

bool history_kept_find(const struct history_kept *kept, int64_t record, struct history_said *ret_said)
{
    const struct history_kept_row *row = kept->count ? kept->slots[slot_of(kept, record)] : NULL;
    const char *at;

    if (!row)
        return false;
    at = row->texts;
    for (int i = 0; i < HISTORY_TEXTS; i++) {
        bool none = row->lengths[i] == NO_TEXT;

        ret_said->texts[i] = (struct history_cell){none ? NULL : at, none ? 0 : row->lengths[i]};
        at += none ? 0 : row->lengths[i] + 1;
    }
    ret_said->line = row->line;
    ret_said->edition = row->edition;
    ret_said->has_place = row->has_place;
    ret_said->lon = row->lon;
    ret_said->lat = row->lat;
    return true;
}

void history_expect(const struct mg_history *h, const struct history_pairs *pairs, size_t i)
{
    for (int ahead = AHEAD; ahead <= 2 * AHEAD && h->kept.count && i + (size_t)ahead < pairs->count;
         ahead += AHEAD) {
        const struct history_pair *pair = &pairs->pairs[i + (size_t)ahead];
        const uint32_t rows[HISTORY_SIDES] = {pair->before, pair->after};

        for (int side = 0; side < HISTORY_SIDES; side++) {
            struct history_kept_row **home;

            if (rows[side] == HISTORY_NONE)
                continue;
            home = &h->kept.slots[home_of(&h->kept, h->rows[side].rows[rows[side]].record)];
            if (ahead > AHEAD) {
                __builtin_prefetch(home);
            } else if (*home) {
                __builtin_prefetch(*home);
                __builtin_prefetch((const char *)*home + 64);
                __builtin_prefetch((const char *)*home + 128);
            }
        }
    }
}

static enum mg_code set_slots(struct history_kept *kept, size_t slot_count, struct mg_error *err)
{
    struct history_kept old = *kept;

    kept->slot_count = slot_count;
    if (!(kept->slots = mg_calloc(kept->slot_count, sizeof *kept->slots))) {
        *kept = old;
        return mg_fail_memory(err);
    }
    for (size_t i = 0; i < old.slot_count; i++) {
        if (old.slots[i])
            kept->slots[slot_of(kept, old.slots[i]->record)] = old.slots[i];
    }
    free(old.slots);
    return MG_OK;
}

enum mg_code history_kept_expect(struct history_kept *kept, size_t rows, struct mg_error *err)
{
    size_t slot_count = 1024;

    while (slot_count < 2 * rows && slot_count < KEPT_BYTES / sizeof(struct history_kept_row))
        slot_count *= 2;
    return set_slots(kept, slot_count, err);
}

/* Room in the last chunk, or in a new one; a row that is greater than a chunk has one of its own. */
static void *chunk_room(struct history_kept *kept, size_t size)
{
    void *room;

    size = (size + 7) / 8 * 8;
    if (!kept->chunks || kept->chunks->size - kept->chunks->used < size) {
        size_t more = kept->bytes < CHUNK_BYTES  ? CHUNK_BYTES
                      : kept->bytes > CHUNK_MOST ? CHUNK_MOST
                                                 : kept->bytes;
        size_t wanted = size > more ? size : more;
        struct history_chunk *chunk = mg_malloc(sizeof *chunk + wanted);

        if (!chunk)
            return NULL;
        *chunk = (struct history_chunk){.next = kept->chunks, .size = wanted};
        kept->chunks = chunk;
    }
    room = (char *)(kept->chunks + 1) + kept->chunks->used;
    kept->chunks->used += size;
    return room;
}

enum mg_code history_kept_add(struct history_kept *kept, int64_t record, const struct history_said *said,
                              struct mg_error *err)
{
    struct history_kept_row *row;
    size_t size = sizeof *row, limit = kept->limit ? kept->limit : KEPT_BYTES;
    char *at;
    enum mg_code code;

    for (int i = 0; i < HISTORY_TEXTS; i++)
        size += said->texts[i].text ? said->texts[i].length + 1 : 0;
    if (kept->bytes + size > limit)
        return MG_OK; /* read again from the file */
    if (kept->count * 2 >= kept->slot_count) {
        code = set_slots(kept, kept->slot_count ? kept->slot_count * 2 : 1024, err);
        if (code)
            return code;
    }
    if (!(row = chunk_room(kept, size)))
        return mg_fail_memory(err);
    kept->bytes += size;
    row->record = record;
    row->line = said->line;
    row->edition = said->edition;
    row->has_place = said->has_place;
    row->lon = said->lon;
    row->lat = said->lat;
    at = row->texts;
    for (int i = 0; i < HISTORY_TEXTS; i++) {
        const struct history_cell *text = &said->texts[i];

        row->lengths[i] = text->text ? (uint32_t)text->length : NO_TEXT;
        if (!text->text)
            continue;
        memcpy(at, text->text, text->length);
        at[text->length] = '\0';
        at += text->length + 1;
    }
    kept->slots[slot_of(kept, record)] = row;
    kept->count++;
    return MG_OK;
}

void history_kept_finish(struct history_kept *kept)
{
    while (kept->chunks) {
        struct history_chunk *chunk = kept->chunks;

        kept->chunks = chunk->next;
        free(chunk);
    }
    free(kept->slots);
    *kept = (struct history_kept){0};
}
