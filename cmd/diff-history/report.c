/* What a person is told on standard error. */
#include <string.h>

#include "cmd/diff-history/run.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/linkage/linkage.h"

static void say_columns(const char *const *columns, size_t count, const char *present, const char *absent)
{
    for (size_t i = 0; i < count; i++)
        mg_tool_say(_("column '%s' is filled in %s and empty all through %s: it is not compared"), columns[i],
                    present, absent);
}

/* What of the keys is not as good as it should be, and what linkage did. */
static void say_identity(const struct mg_history_summary *s, const struct mg_event *pair)
{
    long long part = (long long)s->doubtful_keys, all = (long long)s->tested_keys;
    if (s->key_doubt == MG_KEY_NOT_UNIQUE)
        mg_tool_say(_("%s, %s to %s: the key is not trusted, for %lld of %lld rows share theirs with others; "
                      "services are linked by what they say"),
                    pair->dataset, pair->from, pair->to, part, all);
    if (s->key_doubt == MG_KEY_NOT_STABLE)
        mg_tool_say(_("%s, %s to %s: the key is not trusted, for only %lld of %lld keys are found again; "
                      "services are linked by what they say"),
                    pair->dataset, pair->from, pair->to, part, all);
    if (s->key_doubt == MG_KEY_REUSED)
        mg_tool_say(_("%s, %s to %s: the key is not trusted, for %lld of %lld keys found again are on a "
                      "service of another name elsewhere; services are linked by what they say"),
                    pair->dataset, pair->from, pair->to, part, all);
    if (s->keys_reused)
        mg_tool_say(_("%s, %s to %s: %lld keys are on a service of another name elsewhere: reused? (evidence "
                      "\"key doubted\")"),
                    pair->dataset, pair->from, pair->to, (long long)s->keys_reused);
    if (s->keys_given)
        mg_tool_say(
            _("%s, %s to %s: %lld services go on as they were under another key, while theirs is another "
              "one's"),
            pair->dataset, pair->from, pair->to, (long long)s->keys_given);
    if (s->new_keys)
        mg_tool_note(_("%s, %s to %s: %lld closed services were replaced at the same place under a new key"),
                     pair->dataset, pair->from, pair->to, (long long)s->new_keys);
    if (s->linked || s->review)
        mg_tool_note(_("%s, %s to %s: %lld linked by what they say, %lld to review, %lld merged, %lld split"),
                     pair->dataset, pair->from, pair->to, (long long)s->linked, (long long)s->review,
                     (long long)s->merged, (long long)s->split);
}

/* What linkage learned: what each level is worth, as one reads the evidence of a link. */
static void say_model(const struct mg_linkage_model *model, const struct mg_event *pair)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf line = {0};
    mg_tool_note(_("%s, %s to %s: of %lld pairs that were compared %.4f are the same service, as far as one "
                   "knows before looking closer (prior); linked from a score of %.2f, to review from %.2f"),
                 pair->dataset, pair->from, pair->to, (long long)model->pairs, mg_linkage_same_share(model),
                 MG_LINKAGE_LINKED, MG_LINKAGE_REVIEW);
    for (int i = 0; i < MG_LINKAGE_COMPARISONS; i++) {
        enum mg_linkage_comparison comparison = (enum mg_linkage_comparison)i;
        mg_buf_clear(&line);
        for (int level = 1; level <= mg_linkage_level_count(comparison); level++)
            mg_buf_printf(
                &line, _("%s%d %s: m %.4f, u %.4f, %+.1f bits"), level > 1 ? "; " : "", level,
                _(mg_linkage_level_name(comparison, level)), mg_linkage_same_rate(model, comparison, level),
                mg_linkage_apart_rate(model, comparison, level), mg_linkage_bits(model, comparison, level));
        if (line.data && !line.failed)
            mg_tool_note("%s: %s", mg_linkage_comparison_name(comparison), line.data);
    }
}

void diff_report_summary(const struct mg_history *history, const struct mg_event *pair)
{
    const struct mg_history_summary *s = mg_history_summary(history);
    int64_t repeated[] = {s->keys_repeated_before, s->keys_repeated_after};
    int64_t keyless = s->keyless_before + s->keyless_after;
    say_columns(s->only_before, s->only_before_count, pair->from, pair->to);
    say_columns(s->only_after, s->only_after_count, pair->to, pair->from);
    if (repeated[0] || repeated[1])
        mg_tool_say(_("%s: keys on several rows, among rows that differ: %lld in %s, %lld in %s; such rows "
                      "are paired "
                      "by likeness"),
                    pair->dataset, (long long)repeated[0], pair->from, (long long)repeated[1], pair->to);
    say_identity(s, pair);
    if (mg_history_model(history))
        say_model(mg_history_model(history), pair);
    if (keyless)
        mg_tool_note(_("%s: %lld rows that differ have no key: they are linked by what they say"),
                     pair->dataset, (long long)keyless);
    mg_tool_note(_("%s, %s to %s: %lld unchanged, %lld changed, %lld closed, %lld created"), pair->dataset,
                 pair->from, pair->to, (long long)s->unchanged,
                 (long long)(s->changed + s->rows_gone + s->rows_added), (long long)s->closed,
                 (long long)s->created);
}

/* Those that these editions were asked about, and that changed nothing in any. */
void diff_report_decisions(const struct mg_decisions *decisions, const char *dataset)
{
    for (size_t i = 0; i < decisions->count; i++) {
        const struct mg_decision *d = &decisions->items[i];
        const struct mg_decision_side *side = d->before.key || *d->before.edition ? &d->before : &d->after;
        if (strcmp(d->dataset, dataset) != 0 || !d->asked || d->applied)
            continue;
        if (side->key)
            mg_tool_say(_("the decision of line %lld no longer applies: %s '%s'"), (long long)d->line,
                        mg_decision_action_name(d->action), side->key);
        else
            mg_tool_say(_("the decision of line %lld no longer applies: %s line %lld of %s"),
                        (long long)d->line, mg_decision_action_name(d->action), (long long)side->line,
                        side->edition);
    }
}
