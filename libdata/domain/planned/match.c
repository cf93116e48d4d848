/* Which event fulfils which project. */
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/domain/planned/internal.h"

/* A project and an event that could fulfil it, without a key to say so. */
struct candidate {
    size_t project, event;
    int likeness;
    int64_t days; /* off the time expected, whichever way */
};

struct candidates {
    struct candidate *items;
    size_t count, capacity;
};

int64_t plan_days_late(const struct plan_project *p, mg_date day)
{
    if (!p->is_dated)
        return 0;
    return day > p->to ? (int64_t)day - p->to : day < p->from ? (int64_t)day - p->from : 0;
}

/* The nearest that the event may be to the time expected. */
static int64_t days_off(const struct plan_project *p, const struct plan_event *e)
{
    int64_t least = plan_days_late(p, e->from), most = plan_days_late(p, e->to);
    if (least > 0)
        return least;
    return most < 0 ? -most : 0;
}

static bool is_kind(enum plan_kind kind, enum mg_event_kind event)
{
    switch (kind) {
    case PLAN_OPENING:
        return event == MG_EVENT_CREATED || event == MG_EVENT_REOPENED;
    case PLAN_MOVE:
        return event == MG_EVENT_CHANGED;
    default: /* a merger ends a service, and a closure may come as one */
        return event == MG_EVENT_CLOSED || event == MG_EVENT_MERGED;
    }
}

/* Of the right kind, in the right dataset, and not over before it was thought of. */
static bool is_possible(const struct plan_project *p, const struct plan_event *e)
{
    mg_date since = p->is_dated && p->from < p->announced ? p->from : p->announced;
    return is_kind(p->kind, e->kind) && e->to >= since &&
           (p->subject.dataset < 0 || p->subject.dataset == e->subject.dataset);
}

/* ---- by key ---- */

static bool is_better(const struct mg_plan *plan, const struct plan_project *p, size_t event)
{
    if (p->event == PLAN_NONE)
        return true;
    int64_t here = days_off(p, &plan->events[event]), best = days_off(p, &plan->events[p->event]);
    return here < best;
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct plan_event *events = context;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int64_t key_x = events[x].subject.key, key_y = events[y].subject.key;
    if (key_x != key_y)
        return key_x < key_y ? -1 : 1;
    return (x > y) - (x < y);
}

/* The first of the sorted events whose key is not before this one. */
static size_t first_of_key(const struct mg_plan *plan, const size_t *order, int64_t key)
{
    size_t low = 0, high = plan->event_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plan->events[order[middle]].subject.key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum mg_code match_keys(struct mg_plan *plan, struct mg_error *err)
{
    size_t *order = mg_malloc(plan->event_count * sizeof *order + 1);
    if (!order)
        return mg_fail_memory(err);
    for (size_t i = 0; i < plan->event_count; i++)
        order[i] = i;
    qsort_r(order, plan->event_count, sizeof *order, by_key, plan->events);
    for (size_t i = 0; i < plan->project_count; i++) {
        struct plan_project *p = &plan->projects[i];
        if (p->subject.key < 0)
            continue;
        for (size_t k = first_of_key(plan, order, p->subject.key);
             k < plan->event_count && plan->events[order[k]].subject.key == p->subject.key; k++)
            if (is_possible(p, &plan->events[order[k]]) && is_better(plan, p, order[k]))
                p->event = order[k];
        if (p->event == PLAN_NONE)
            continue;
        plan->events[p->event].taken = true;
        p->evidence[p->evidence_count++] = "key";
    }
    free(order);
    return MG_OK;
}

/* ---- by name, category and place ---- */

/* Are all words of the one among those of the other? Both folded: words with one blank between. */
static bool holds_words(const char *text, const char *words)
{
    while (*words) {
        size_t length = strcspn(words, " ");
        const char *at = text;
        bool found = false;
        while (*at && !found) {
            size_t here = strcspn(at, " ");
            found = here == length && !memcmp(at, words, length);
            at += here + (at[here] == ' ');
        }
        if (!found)
            return false;
        words += length + (words[length] == ' ');
    }
    return true;
}

static bool same_text(int64_t a, int64_t b)
{
    return a >= 0 && a == b;
}

static bool similar_names(const struct mg_plan *plan, const struct plan_subject *a,
                          const struct plan_subject *b)
{
    const char *x = plan_text(plan, a->folded_name), *y = plan_text(plan, b->folded_name);
    return x && y && (holds_words(x, y) || holds_words(y, x));
}

enum { LIKE_NEAR = 1, LIKE_COMMUNE = 2, LIKE_CATEGORY = 4, LIKE_WORDS = 8, LIKE_NAME = 16 };

/* What agrees, as LIKE_ bits; 0: not enough. A category alone is enough where no name is given. */
static int likeness(const struct mg_plan *plan, const struct plan_subject *a, const struct plan_subject *b)
{
    int like = 0;
    if (same_text(a->commune_latest, b->commune_latest))
        like |= LIKE_COMMUNE;
    else if (a->commune_latest >= 0 && b->commune_latest >= 0)
        return 0;
    if (a->has_place && b->has_place &&
        mg_crs_distance_m(plan->crs, a->lon, a->lat, b->lon, b->lat) <= MG_PLAN_NEAR_M)
        like |= LIKE_NEAR;
    if (!like)
        return 0;
    if (same_text(a->folded_name, b->folded_name))
        like |= LIKE_NAME;
    else if (similar_names(plan, a, b))
        like |= LIKE_WORDS;
    if (same_text(a->folded_category, b->folded_category))
        like |= LIKE_CATEGORY;
    return like >= LIKE_CATEGORY ? like : 0;
}

static enum mg_code add_candidate(struct candidates *all, struct candidate candidate, struct mg_error *err)
{
    if (!mg_grow(all->items, all->count, &all->capacity))
        return mg_fail_memory(err);
    all->items[all->count++] = candidate;
    return MG_OK;
}

/* The candidates of one project. Those that only a category speaks for count if there is one of them. */
static enum mg_code find_candidates(const struct mg_plan *plan, size_t project, struct candidates *all,
                                    struct mg_error *err)
{
    const struct plan_project *p = &plan->projects[project];
    size_t first = all->count, by_category = 0, kept;
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < plan->event_count && !code; i++) {
        const struct plan_event *e = &plan->events[i];
        if (e->taken || !is_possible(p, e))
            continue;
        int like = likeness(plan, &p->subject, &e->subject);
        if (!like)
            continue;
        by_category += like < LIKE_WORDS;
        code = add_candidate(all, (struct candidate){project, i, like, days_off(p, e)}, err);
    }
    kept = first;
    for (size_t i = first; i < all->count; i++)
        if (all->items[i].likeness >= LIKE_WORDS || by_category == 1)
            all->items[kept++] = all->items[i];
    all->count = kept;
    return code;
}

static int best_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->likeness != y->likeness)
        return y->likeness - x->likeness;
    if (x->days != y->days)
        return x->days < y->days ? -1 : 1;
    if (x->project != y->project)
        return x->project < y->project ? -1 : 1;
    return (x->event > y->event) - (x->event < y->event);
}

static void join(struct mg_plan *plan, const struct candidate *c)
{
    static const struct {
        int bit;
        const char *name;
    } bits[] = {{LIKE_NAME, "name"},
                {LIKE_WORDS, "name"},
                {LIKE_CATEGORY, "category"},
                {LIKE_COMMUNE, "commune"},
                {LIKE_NEAR, "place"}};
    struct plan_project *p = &plan->projects[c->project];
    if (p->event != PLAN_NONE || plan->events[c->event].taken)
        return;
    p->event = c->event;
    plan->events[c->event].taken = true;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
        if (c->likeness & bits[i].bit)
            p->evidence[p->evidence_count++] = bits[i].name;
}

enum mg_code mg_plan_match(struct mg_plan *plan, struct mg_error *err)
{
    struct candidates all = {0};
    enum mg_code code = match_keys(plan, err);
    for (size_t i = 0; i < plan->project_count && !code; i++)
        if (plan->projects[i].subject.key < 0 &&
            strcmp(plan_text(plan, plan->projects[i].status), "abandoned") != 0)
            code = find_candidates(plan, i, &all, err);
    if (!code && all.count)
        qsort(all.items, all.count, sizeof *all.items, best_first);
    for (size_t i = 0; i < all.count && !code; i++)
        join(plan, &all.items[i]);
    free(all.items);
    return code;
}
