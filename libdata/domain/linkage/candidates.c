/* linkage/candidates.c - which pairs are compared at all: those that share a key that few have. */
#include "libdata/domain/linkage/internal.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

#define CANDIDATES 120 /* of one service, after which no more are looked for */
#define SAMPLE     ((size_t)2 << 20)
#define PAIRS_ROW  256 /* no row has more: this tells how many rows are drawn at first */
#define AHEAD      4   /* rows whose words' memory is asked for; twice as far, their own */

/* Rows of the later list that share a key with row, those that share the most telling ones first. */
static size_t find_candidates(struct mg_linkage *l, uint32_t row, uint32_t ret_rows[])
{
    struct linkage_keys keys;
    size_t found = 0;

    linkage_make_keys(l, &l->sides[LINKAGE_BEFORE].rows[row], true, &keys);
    for (int postings = 0; postings < 2; postings++) { /* most of the time goes into waiting for memory */
        for (size_t k = 0; k < keys.count; k++)
            linkage_prefetch(&l->index, keys.items[k], postings);
    }
    for (size_t k = 0; k < keys.count && found < CANDIDATES; k++) {
        size_t count;
        const struct linkage_posting *posting = linkage_find(&l->index, keys.items[k], &count);

        for (size_t i = 0; i < count; i++) {
            uint32_t other = posting[i].row;

            if (l->seen[other] == row + 1)
                continue;
            l->seen[other] = row + 1;
            ret_rows[found++] = other;
        }
    }
    return found;
}

static enum mg_code compare_row(struct mg_linkage *l, uint32_t row, linkage_candidate *visit,
                                struct mg_error *err)
{
    const struct linkage_row *rows = l->sides[LINKAGE_AFTER].rows;
    uint32_t found[CANDIDATES + MG_LINKAGE_BLOCK];
    size_t count = find_candidates(l, row, found);
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < count && !code; i++) {
        struct linkage_pair pair = {.before = row, .after = found[i]};
        const struct linkage_row *before = &l->sides[LINKAGE_BEFORE].rows[row], *after = &rows[found[i]];

        if (i + 2 * AHEAD < count)
            __builtin_prefetch(&rows[found[i + 2 * AHEAD]]);
        if (i + AHEAD < count)
            __builtin_prefetch(&l->words.items[rows[found[i + AHEAD]].name_words]);
        pair.pattern = l->hopes ? linkage_hopeful(l, before, after) : linkage_pattern(l, before, after);
        if (pair.pattern != LINKAGE_NONE)
            code = visit(l, &pair, err);
    }
    return code;
}

/* Rows of the earlier list by their draws, from least to most. */
static enum mg_code compare_rows(struct mg_linkage *l, int least, int most, const char *step,
                                 linkage_candidate *visit, struct mg_error *err)
{
    const struct linkage_side *before = &l->sides[LINKAGE_BEFORE];

    for (size_t i = 0; i < before->count; i++) {
        int draw = before->rows[i].draw < l->sample.most ? before->rows[i].draw : l->sample.most;
        enum mg_code code;

        if (i % 8192 == 0 && !mg_progress_report(l->progress, step, (int64_t)i, (int64_t)before->count))
            return mg_fail(err, MG_ERR_IO, _("interrupted"));
        if (draw < least || draw > most)
            continue;
        if (!l->hopes)
            l->sample.rows++;
        code = compare_row(l, (uint32_t)i, visit, err);
        if (code)
            return code;
    }
    return MG_OK;
}

enum mg_code linkage_sample_pairs(struct mg_linkage *l, linkage_candidate *visit, struct mg_error *err)
{
    struct linkage_sample *sample = &l->sample;
    size_t enough = sample->enough ? sample->enough : SAMPLE;
    enum mg_code code = MG_OK;

    if (!(l->seen = mg_calloc(l->sides[LINKAGE_AFTER].count + 1, sizeof *l->seen)))
        return mg_fail_memory(err);
    sample->most = 0;
    while (l->sides[LINKAGE_BEFORE].count >> sample->most > enough / PAIRS_ROW)
        sample->most++;
    sample->least = sample->most + 1;
    while (sample->least && !code && (size_t)l->model.pairs < enough) {
        sample->least--;
        code = compare_rows(l, sample->least, sample->least, _("comparing services"), visit, err);
    }
    return code;
}

enum mg_code linkage_keep(struct mg_linkage *l, const struct linkage_pair *pair, struct mg_error *err)
{
    return linkage_pairs_add(&l->sample.pairs, pair, err);
}

bool linkage_sampled(const struct mg_linkage *l)
{
    return l->sample.least > 0;
}

enum mg_code linkage_likely_pairs(struct mg_linkage *l, linkage_candidate *visit, struct mg_error *err)
{
    struct linkage_pairs *pairs = &l->sample.pairs;
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < pairs->count && !code; i++)
        code = visit(l, &pairs->items[i], err);
    if (code || !linkage_sampled(l))
        return code;
    free(pairs->items);
    *pairs = (struct linkage_pairs){0};
    memset(l->seen, 0, l->sides[LINKAGE_AFTER].count * sizeof *l->seen);
    return compare_rows(l, 0, l->sample.least - 1, _("linking services"), visit, err);
}
