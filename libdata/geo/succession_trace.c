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

static bool holds(const struct mg_nodes *set, int32_t node)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i] == node)
            return true;
    return false;
}

/* What was followed also led to parts of communes, which are no answer: only what leads to one stays. */
static void find_useful(const struct mg_path *path, struct mg_nodes *useful)
{
    size_t before;
    do {
        before = useful->count;
        for (size_t i = 0; i < path->count; i++) {
            const struct mg_succession_edge *edge = path->items[i].edge;
            int32_t start = path->items[i].forward ? edge->from : edge->to;
            int32_t end = path->items[i].forward ? edge->to : edge->from;
            if (start != MG_NOTHING && holds(useful, end))
                mg_nodes_add(useful, start);
        }
    } while (useful->count > before && !useful->failed);
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
        if (!holds(useful, path->items[i].forward ? edge->to : edge->from) || is_passing(s, edge))
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
    find_useful(&path, &useful);
    if (path.failed || useful.failed)
        return mg_fail_memory(err);
    return take_steps(s, &path, &useful, trace, err);
}

static enum mg_code project_to(const struct mg_succession *s, const char **codes, size_t count, mg_date from,
                               mg_date to, const char ***ret_codes, size_t *ret_count, struct mg_error *err)
{
    const char **found;
    size_t found_count;
    enum mg_code code = mg_succession_project_list(s, codes, count, from, to, &found, &found_count, err);
    if (code)
        return code;
    free(*ret_codes);
    *ret_codes = found;
    *ret_count = found_count;
    return MG_OK;
}

/* To and fro until neither side grows. */
static enum mg_code take_land(const struct mg_succession *s, mg_date from, mg_date to,
                              struct mg_succession_trace *trace, struct mg_error *err)
{
    size_t before;
    enum mg_code code =
        project_to(s, trace->codes, trace->count, to, to, &trace->of_to, &trace->of_to_count, err);
    do {
        before = trace->of_from_count + trace->of_to_count;
        if (!code)
            code = project_to(s, trace->of_to, trace->of_to_count, to, from, &trace->of_from,
                              &trace->of_from_count, err);
        if (!code)
            code = project_to(s, trace->of_from, trace->of_from_count, from, to, &trace->of_to,
                              &trace->of_to_count, err);
    } while (!code && trace->of_from_count + trace->of_to_count > before);
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
