/* role_candidates.c - which column speaks most for a role, and what is done where two speak equally. */
#include <string.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/columns/role_rules.h"
#include "libdata/domain/columns/role_search.h"

#define MIN_CONFIDENCE 0.5
#define MIN_CONTENT    0.5
#define EQUAL          0.01 /* two confidences no further apart than this are the same */
#define FULLER         0.1  /* by how much more of its cells a column must be filled to be preferred */

struct candidate {
    size_t column;
    double confidence, filled; /* the share of cells that are not empty */
};

static enum mg_code weigh(const struct role_search *search, int role, size_t column, struct candidate *ret,
                          struct mg_error *err)
{
    const struct mg_sample *sample = search->request->sample;
    *ret = (struct candidate){.column = column};
    double label =
        mg_role_label_weight((enum mg_role)role, &search->labels[column], search->meanings[column].meaning);
    if (label == 0)
        return MG_OK;
    size_t filled = 0;
    enum mg_code code;
    double content = mg_role_content_share((enum mg_role)role, sample, column, &filled, err, &code);
    ret->filled = sample->row_count ? (double)filled / (double)sample->row_count : 0;
    if (!filled && role != MG_ROLE_KEY)
        ret->confidence = label * 0.65; /* an empty column: only its label speaks */
    else if (content >= MIN_CONTENT)
        ret->confidence = label * (0.5 + content / 2);
    return code;
}

static bool hold_the_same(const struct mg_sample *sample, size_t a, size_t b)
{
    for (size_t i = 0; i < sample->row_count; i++) {
        const struct mg_cell *one = mg_sample_cell(sample, i, a), *other = mg_sample_cell(sample, i, b);
        if (one->length != other->length || memcmp(one->text, other->text, one->length))
            return false;
    }
    return sample->row_count > 0;
}

static enum mg_code refuse_tie(const struct role_search *search, int role, size_t a, size_t b,
                               struct mg_error *err)
{
    const char *const *columns = search->request->columns;
    MG_CLEANUP(mg_buf_finish) struct mg_buf more = {0}; /* further ones that say as much */
    double said = mg_role_label_weight((enum mg_role)role, &search->labels[b], search->meanings[b].meaning);
    for (size_t i = 0; i < search->column_count; i++)
        if (i != a && i != b && !search->taken[i] &&
            mg_role_label_weight((enum mg_role)role, &search->labels[i], search->meanings[i].meaning) == said)
            mg_buf_printf(&more, ", '%s'", columns[i]);
    if (more.length && !more.failed)
        mg_fail(err, MG_ERR_USAGE, _("'%s', '%s'%s could each be the %s"), columns[a], columns[b], more.data,
                mg_role_name((enum mg_role)role));
    else
        mg_fail(err, MG_ERR_USAGE, _("'%s' and '%s' could both be the %s"), columns[a], columns[b],
                mg_role_name((enum mg_role)role));
    mg_error_hint(err, _("say which: --map '%s=%s'"), mg_role_name((enum mg_role)role), columns[a]);
    return MG_ERR_USAGE;
}

/* Two columns that speak equally. Coordinates in one cell have other ways to be found: there the first
 * counts. */
static enum mg_code settle_tie(const struct role_search *search, int role, struct candidate *best,
                               const struct candidate *rival, struct mg_error *err)
{
    struct candidate first = best->column < rival->column ? *best : *rival;
    struct candidate second = best->column < rival->column ? *rival : *best;
    if (role == MG_ROLE_LONLAT || hold_the_same(search->request->sample, first.column, second.column))
        *best = first;
    else if (first.filled > second.filled + FULLER)
        *best = first;
    else if (second.filled > first.filled + FULLER)
        *best = second;
    else
        return refuse_tie(search, role, first.column, second.column, err);
    return MG_OK;
}

enum mg_code role_find_best(const struct role_search *search, int role, size_t *ret_column,
                            double *ret_confidence, struct mg_error *err)
{
    struct candidate best = {0}, rival = {0};
    for (size_t i = 0; i < search->column_count; i++) {
        struct candidate here = {0};
        enum mg_code code = search->taken[i] ? MG_OK : weigh(search, role, i, &here, err);
        if (code)
            return code;
        if (here.confidence > best.confidence) {
            rival = best;
            best = here;
        } else if (here.confidence > rival.confidence) {
            rival = here;
        }
    }
    *ret_confidence = 0;
    if (best.confidence < MIN_CONFIDENCE)
        return MG_OK;
    enum mg_code code = MG_OK;
    if (best.confidence - rival.confidence < EQUAL)
        code = settle_tie(search, role, &best, &rival, err);
    *ret_column = best.column;
    *ret_confidence = best.confidence;
    return code;
}
