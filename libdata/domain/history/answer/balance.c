/* answer/balance.c - the stock before, what came and went, the stock after. */
#include "libdata/domain/history/answer/event_counts_internal.h"

#include <math.h>

static bool any(const bool *artefacts)
{
    for (int i = 0; i < MG_ARTEFACT_COUNT; i++) {
        if (artefacts[i])
            return true;
    }
    return false;
}

static void add_lone(struct stat_balance *b, const struct mg_event *event, double *count, double sign)
{
    *count += event->n;
    if (any(event->whole)) {
        b->artefacts += event->n;
        b->net_artefact += sign * event->n;
    }
}

/* before, after: groups of the two sides; where a side has no row that is open, its group is not looked at.
 */
void stat_balance_add(struct mg_history_stat *stat, size_t before, size_t after, const struct mg_event *event)
{
    /* what a service merged into, or was split off, has an event (or none) of its own */
    bool had = event->before.record && event->kind != MG_EVENT_SPLIT;
    bool has = event->after.record && event->kind != MG_EVENT_MERGED;
    bool was = had && !event->before.shut, is = has && !event->after.shut;
    struct stat_balance *from = &stat->list[before].balance, *to = &stat->list[after].balance;

    stat->shut_before += had && !was ? event->n : 0;
    stat->shut_after += has && !is ? event->n : 0;
    from->before += was ? event->n : 0;
    to->after += is ? event->n : 0;
    if (event->kind == MG_EVENT_CHANGED && is)
        to->changed += event->n;
    if (was && is) {
        from->left += before != after ? event->n : 0;
        to->arrived += before != after ? event->n : 0;
        return;
    }
    if (was && event->kind == MG_EVENT_CLOSED)
        add_lone(from, event, &from->closed, -1);
    else if (was)
        from->left += event->n;
    if (is && event->kind == MG_EVENT_CREATED)
        add_lone(to, event, &to->created, 1);
    else if (is && event->kind == MG_EVENT_REOPENED)
        add_lone(to, event, &to->reopened, 1);
    else if (is)
        to->arrived += event->n;
}

enum mg_code stat_balance_prove(const struct mg_history_stat *stat, const char *dataset,
                                const struct mg_history_summary *summary, struct mg_error *err)
{
    double before = stat->shut_before, after = stat->shut_after;

    for (size_t i = 0; i < stat->groups.count; i++) {
        const struct stat_balance *b = &stat->list[i].balance;
        double made = b->before + b->created + b->reopened + b->arrived - b->closed - b->left;

        before += b->before;
        after += b->after;
        if (fabs(made - b->after) > 1e-6)
            return mg_fail(err, MG_ERR_DB, _("the balance of dataset %s does not add up: %.0f is not %.0f"),
                           dataset, made, b->after);
    }
    if (before == (double)summary->rows_before && after == (double)summary->rows_after)
        return MG_OK;
    return mg_fail(err, MG_ERR_DB,
                   _("the balance of dataset %s holds %.0f and %.0f rows, its editions %lld and %lld"),
                   dataset, before, after, (long long)summary->rows_before, (long long)summary->rows_after);
}

void stat_balance_write(const struct stat_balance *b, struct mg_out *out)
{
    double net = b->after - b->before;

    mg_out_real(out, "before", b->before);
    mg_out_real(out, "created", b->created);
    mg_out_real(out, "reopened", b->reopened);
    mg_out_real(out, "arrived", b->arrived);
    mg_out_real(out, "closed", b->closed);
    mg_out_real(out, "left", b->left);
    mg_out_real(out, "net", net);
    mg_out_real(out, "changed", b->changed);
    mg_out_real(out, "artefacts", b->artefacts);
    mg_out_real(out, "net_real", b->created + b->reopened - b->closed - b->net_artefact);
    mg_out_real(out, "after", b->after);
}
