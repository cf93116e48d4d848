#include <stdio.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/succession_graph.h"

static const char *code_of(const struct mg_succession *s, int32_t node)
{
    return strchr(mg_map_key(&s->nodes, (size_t)node, NULL), ':') + 1;
}

/* From a commune as it stands on a day to those of another date. Each step is a later (earlier) day. */
static void walk(const struct mg_succession *s, int32_t node, mg_date day, mg_date to, struct mg_nodes *found)
{
    bool forward = to >= day;
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, node, day, forward);
    if (!entry || (forward ? entry->day > to : entry->day <= to)) {
        mg_nodes_add(found, node);
        return;
    }
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes next = {0};
    mg_succession_reach(s, node, entry->day, forward, &next);
    for (size_t i = 0; i < next.count; i++)
        if (mg_succession_is_commune(s, next.items[i]))
            walk(s, next.items[i], forward ? entry->day : entry->day - 1, to, found);
    found->failed |= next.failed;
}

static bool is_there(const struct mg_succession *s, int32_t node, mg_date date)
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
                          struct mg_nodes *found)
{
    for (size_t i = 0; i < from->count; i++)
        if (mg_succession_is_commune(s, from->items[i]))
            walk(s, from->items[i], day, to, found);
    found->failed |= from->failed;
}

/* The day on which a part came to be tells its whole: what the part was became the whole as well. Where it
 * was another kind of part, what that was part of. */
static void walk_origin(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                        struct mg_nodes *found)
{
    const struct mg_succession_entry *origin = mg_succession_entry_near(s, node, date, false);
    if (!origin)
        return;
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes were = {0}, wholes = {0};
    size_t before = found->count;
    mg_succession_reach(s, node, origin->day, false, &were);
    if (to < origin->day) {
        walk_communes(s, &were, origin->day - 1, to, found);
    } else {
        for (size_t i = 0; i < were.count; i++)
            mg_succession_reach(s, were.items[i], origin->day, true, &wholes);
        walk_communes(s, &wholes, origin->day, to, found);
    }
    for (size_t i = 0; i < were.count && found->count == before; i++)
        if (!mg_succession_is_commune(s, were.items[i]))
            walk_origin(s, were.items[i], origin->day - 1, to, found);
    found->failed |= were.failed;
}

/* The day on which a part ends tells it too: what takes it in. */
static void walk_end(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                     struct mg_nodes *found)
{
    const struct mg_succession_entry *end = mg_succession_entry_near(s, node, date, true);
    if (!end)
        return;
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes then = {0};
    size_t before = found->count;
    mg_succession_reach(s, node, end->day, true, &then);
    walk_communes(s, &then, end->day, to, found);
    for (size_t i = 0; i < then.count && found->count == before; i++)
        walk_end(s, then.items[i], end->day, to, found);
}

/* The communes that a part of a commune, as it is on a date, belongs to, walked to another date. */
static void walk_whole(const struct mg_succession *s, int32_t node, mg_date date, mg_date to,
                       struct mg_nodes *found)
{
    size_t before = found->count;
    walk_origin(s, node, date, to, found);
    if (found->count == before)
        walk_end(s, node, date, to, found);
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
enum when { AT, BEFORE, AFTER };

static bool project_node(const struct mg_succession *s, int32_t node, enum when when, mg_date from,
                         mg_date to, struct mg_nodes *found)
{
    if (node < 0 || (when == AT && !is_there(s, node, from)))
        return false;
    if (when != AT) {
        const struct mg_succession_entry *entry =
            when == BEFORE ? last_end(s, node, from) : first_start(s, node, from);
        if (!entry)
            return false;
        from = when == BEFORE ? entry->day - 1 : entry->day;
    }
    if (mg_succession_is_commune(s, node))
        walk(s, node, from, to, found);
    else
        walk_whole(s, node, from, to, found);
    return true;
}

static void project(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                    struct mg_nodes *found)
{
    for (enum when when = AT; when <= AFTER; when++)
        for (size_t i = 0; i < TYPES; i++)
            if (project_node(s, find_node(s, types[i], code), when, from, to, found))
                return;
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
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes found = {0};
    project(s, code, from, to, &found);
    MG_FREE const char **codes = mg_malloc((found.count + 1) * sizeof *codes);
    if (found.failed || !codes)
        return mg_fail_memory(err);
    for (size_t i = 0; i < found.count; i++)
        codes[i] = code_of(s, found.items[i]);
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
        MG_CLEANUP(mg_nodes_finish) struct mg_nodes found = {0};
        if (!is_named(s, codes[i]))
            good = push(&all, &total, &capacity, codes[i]);
        else
            project(s, codes[i], from, to, &found);
        for (size_t k = 0; k < found.count && good; k++)
            good = push(&all, &total, &capacity, code_of(s, found.items[k]));
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
        const char *date = (const char *)sqlite3_column_text(statement, 1);
        struct mg_movement movement = {
            .kind = sqlite3_column_int(statement, 0),
            .type_before = (const char *)sqlite3_column_text(statement, 2),
            .code_before = (const char *)sqlite3_column_text(statement, 3),
            .type_after = (const char *)sqlite3_column_text(statement, 4),
            .code_after = (const char *)sqlite3_column_text(statement, 5),
        };
        if (!date || !mg_date_parse_iso(date, strlen(date), &movement.date))
            code = mg_fail(err, MG_ERR_DB, _("table movement holds a date that is none: '%s'"),
                           date ? date : "");
        else
            code = mg_succession_add(s, &movement, err);
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
