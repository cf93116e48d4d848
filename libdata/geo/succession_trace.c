/* succession_trace.c - a projection with the movements that it followed, and the land that it is of. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/geo/succession_graph.h"

void mg_succession_trace_finish(struct mg_succession_trace *trace)
{
    free(trace->codes);
    free(trace->steps);
    free(trace->of_from);
    free(trace->of_to);
    *trace = (struct mg_succession_trace){0};
}

static void path_finish(struct mg_path *path)
{
    free(path->items);
}

static int32_t start_of(const struct mg_followed *followed)
{
    return followed->forward ? followed->edge->from : followed->edge->to;
}

static int32_t end_of(const struct mg_followed *followed)
{
    return followed->forward ? followed->edge->to : followed->edge->from;
}

static int compare_ends(const void *a, const void *b)
{
    return (end_of(a) > end_of(b)) - (end_of(a) < end_of(b));
}

/* What was followed also led to parts of communes, which are no answer: only what leads to one stays. */
static void find_useful(struct mg_path *path, struct mg_nodes *useful)
{
    if (path->count)
        qsort(path->items, path->count, sizeof *path->items, compare_ends);
    for (size_t next = 0; next < useful->count && !useful->failed; next++) {
        size_t low = 0, high = path->count;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (end_of(&path->items[middle]) < useful->items[next])
                low = middle + 1;
            else
                high = middle;
        }
        for (; low < path->count && end_of(&path->items[low]) == useful->items[next]; low++)
            if (start_of(&path->items[low]) != MG_NOTHING)
                mg_nodes_add(useful, start_of(&path->items[low]));
    }
}

static void say_node(const struct mg_succession *s, int32_t node, char type[8], char code[8])
{
    const char *key = node == MG_NOTHING ? ":" : mg_map_key(&s->nodes, (size_t)node, NULL);
    size_t length = strcspn(key, ":");
    memset(type, 0, 8);
    memcpy(type, key, length < 7 ? length : 7);
    memset(code, 0, 8);
    strncpy(code, key + length + 1, 7);
}

static int compare_steps(const void *a, const void *b)
{
    const struct mg_succession_step *p = a, *q = b;
    if (p->date != q->date)
        return p->date < q->date ? -1 : 1;
    int order = strcmp(p->code_before, q->code_before);
    if (!order)
        order = strcmp(p->code_after, q->code_after);
    if (!order)
        order = strcmp(p->type_before, q->type_before);
    return order ? order : strcmp(p->type_after, q->type_after);
}

/* A code that a day only passes through is not told to have become itself. */
static bool is_passing(const struct mg_succession *s, const struct mg_succession_edge *edge)
{
    if (edge->from != edge->to)
        return false;
    const struct mg_succession_entry *entry = mg_succession_entry_near(s, edge->from, edge->day, false);
    return entry && !(entry->before && entry->after);
}

static enum mg_code take_steps(const struct mg_succession *s, const struct mg_path *path,
                               const struct mg_nodes *useful, struct mg_succession_trace *trace,
                               struct mg_error *err)
{
    trace->steps = mg_calloc(path->count + 1, sizeof *trace->steps);
    if (!trace->steps)
        return mg_fail_memory(err);
    for (size_t i = 0; i < path->count; i++) {
        const struct mg_succession_edge *edge = path->items[i].edge;
        if (!mg_nodes_hold(useful, path->items[i].forward ? edge->to : edge->from) || is_passing(s, edge))
            continue;
        struct mg_succession_step *step = &trace->steps[trace->step_count++];
        *step = (struct mg_succession_step){
            .date = edge->day, .kind = edge->kind, .correction = edge->correction};
        say_node(s, edge->from, step->type_before, step->code_before);
        say_node(s, edge->to, step->type_after, step->code_after);
    }
    qsort(trace->steps, trace->step_count, sizeof *trace->steps, compare_steps);
    size_t kept = 0;
    for (size_t i = 0; i < trace->step_count; i++)
        if (!kept || compare_steps(&trace->steps[kept - 1], &trace->steps[i]))
            trace->steps[kept++] = trace->steps[i];
    trace->step_count = kept;
    return MG_OK;
}

static const char *type_of(const struct mg_succession *s, int32_t node)
{
    static const char *const types[] = {"COMD", "COMA", "ARM"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (!strncmp(mg_map_key(&s->nodes, (size_t)node, NULL), types[i], strlen(types[i])))
            return types[i];
    return "COM";
}

static enum mg_code take_path(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                              struct mg_succession_trace *trace, struct mg_error *err)
{
    MG_CLEANUP(path_finish) struct mg_path path = {0};
    struct mg_projection projection = {.path = &path, .start = MG_NOTHING};
    mg_succession_walk(s, code, from, to, &projection);
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes useful = projection.nodes;
    trace->found = projection.how_found;
    trace->by_part = projection.by_part;
    if (projection.start != MG_NOTHING)
        trace->type = type_of(s, projection.start);
    enum mg_code failed = mg_succession_walk_check(&projection, err);
    if (failed)
        return failed;
    find_useful(&path, &useful);
    if (path.failed || useful.failed)
        return mg_fail_memory(err);
    return take_steps(s, &path, &useful, trace, err);
}

/* What is of both sides; of one, in ascending order. */
struct land {
    const char **codes;
    size_t count;
};

static void land_finish(struct land *land)
{
    free(land->codes);
}

static enum mg_code project_land(const struct mg_succession *s, const struct land *land, mg_date from,
                                 mg_date to, struct land *ret_land, struct mg_error *err)
{
    return mg_succession_project_list(s, land->codes, land->count, from, to, &ret_land->codes,
                                      &ret_land->count, err);
}

/* Of one that are not of the other, which need not hold it. *ret_all: whether it does. */
static enum mg_code land_without(const struct land *land, const struct land *other, struct land *ret_land,
                                 bool *ret_all, struct mg_error *err)
{
    const char **codes = mg_malloc((land->count + 1) * sizeof *codes);
    size_t count = 0, k = 0, common = 0;
    if (!codes)
        return mg_fail_memory(err);
    for (size_t i = 0; i < land->count; i++) {
        while (k < other->count && strcmp(other->codes[k], land->codes[i]) < 0)
            k++;
        if (k < other->count && !strcmp(other->codes[k], land->codes[i]))
            common++;
        else
            codes[count++] = land->codes[i];
    }
    *ret_land = (struct land){codes, count};
    *ret_all = common == other->count;
    return MG_OK;
}

/* Those of `found` that the set does not hold yet, which it then does. */
static enum mg_code take_new(struct land *found, struct mg_map *set, struct mg_error *err)
{
    size_t kept = 0;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < found->count && !code; i++) {
        size_t count = set->count;
        code = mg_map_put(set, found->codes[i], strlen(found->codes[i]), 0, NULL, err);
        if (set->count > count)
            found->codes[kept++] = found->codes[i];
    }
    found->count = kept;
    return code;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum mg_code land_add(struct land *land, const struct land *more, struct mg_error *err)
{
    const char **grown = mg_realloc(land->codes, land->count + more->count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    land->codes = grown;
    if (more->count)
        memcpy(land->codes + land->count, more->codes, more->count * sizeof *grown);
    land->count += more->count;
    return MG_OK;
}

static void sort_land(struct land *land)
{
    if (land->count)
        qsort(land->codes, land->count, sizeof *land->codes, compare_texts);
}

/* The other side of what is new on one, until nothing is: each code is followed once. */
static enum mg_code grow_land(const struct mg_succession *s, mg_date dates[2], struct land lands[2],
                              struct land *fresh, struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map at_from = {0};
    MG_CLEANUP(mg_map_finish) struct mg_map at_to = {0};
    struct mg_map *sets[] = {&at_from, &at_to};
    enum mg_code code = MG_OK;
    for (int side = 0; side < 2 && !code; side++) {
        struct land all = lands[side];
        code = take_new(&all, sets[side], err);
    }
    for (int side = 0; fresh->count && !code; side = !side) {
        struct land found = {0};
        code = project_land(s, fresh, dates[!side], dates[side], &found, err);
        if (!code) {
            land_finish(fresh);
            *fresh = found;
            code = take_new(fresh, sets[side], err);
        }
        if (!code)
            code = land_add(&lands[side], fresh, err);
    }
    sort_land(&lands[0]);
    sort_land(&lands[1]);
    return code;
}

/* To and fro until neither side grows. */
static enum mg_code take_land(const struct mg_succession *s, mg_date from, mg_date to,
                              struct mg_succession_trace *trace, struct mg_error *err)
{
    struct land lands[2] = {0};
    const struct land start = {trace->codes, trace->count};
    bool grows = false;
    size_t before;
    enum mg_code code = project_land(s, &start, to, to, &lands[1], err);
    do {
        MG_CLEANUP(land_finish) struct land old = lands[1], fresh = {0};
        before = lands[0].count + lands[1].count;
        lands[1] = (struct land){0};
        land_finish(&lands[0]);
        lands[0] = (struct land){0};
        if (!code)
            code = project_land(s, &old, to, from, &lands[0], err);
        if (!code)
            code = project_land(s, &lands[0], from, to, &lands[1], err);
        if (!code)
            code = land_without(&lands[1], &old, &fresh, &grows, err);
        if (!code && grows)
            code = grow_land(s, (mg_date[]){from, to}, lands, &fresh, err);
    } while (!code && !grows && lands[0].count + lands[1].count > before);
    trace->of_from = lands[0].codes;
    trace->of_from_count = lands[0].count;
    trace->of_to = lands[1].codes;
    trace->of_to_count = lands[1].count;
    return code;
}

enum mg_code mg_succession_trace(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                                 struct mg_succession_trace *ret_trace, struct mg_error *err)
{
    MG_CLEANUP(mg_succession_trace_finish) struct mg_succession_trace trace = {0};
    enum mg_code failed = mg_succession_project(s, code, from, to, NULL, 0, &trace.count, &trace.how, err);
    if (failed)
        return failed;
    trace.codes = mg_calloc(trace.count + 1, sizeof *trace.codes);
    if (!trace.codes)
        return mg_fail_memory(err);
    failed =
        mg_succession_project(s, code, from, to, trace.codes, trace.count, &trace.count, &trace.how, err);
    if (!failed)
        failed = take_path(s, code, from, to, &trace, err);
    if (!failed)
        failed = take_land(s, from, to, &trace, err);
    if (failed)
        return failed;
    *ret_trace = trace;
    trace = (struct mg_succession_trace){0};
    return MG_OK;
}
