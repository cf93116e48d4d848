/* linkage.c - which services of two lists are the same one: the steps in their order. */
#include "libdata/domain/linkage/internal.h"

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

void mg_linkage_destroy(struct mg_linkage *l)
{
    if (!l)
        return;
    for (int side = 0; side < LINKAGE_SIDES; side++) {
        free(l->sides[side].rows);
        free(l->sides[side].others);
    }
    free(l->words.items);
    mg_map_finish(&l->names);
    mg_map_finish(&l->streets);
    mg_map_finish(&l->cores);
    mg_map_finish(&l->categories);
    mg_map_finish(&l->places);
    mg_map_finish(&l->phones);
    mg_map_finish(&l->became);
    free(l->name_spellings);
    free(l->street_spellings);
    free(l->sample.pairs.items);
    free(l->name_counts);
    free(l->radius_m);
    linkage_index_finish(&l->index);
    free(l->seen);
    free(l->patterns);
    free(l->used);
    free(l->meanings);
    free(l->hopes);
    free(l->pairs.items);
    free(l->links);
    free(l);
}

static enum mg_code link_services(struct mg_linkage *l, struct mg_error *err)
{
    MG_FREE uint32_t *before = mg_malloc((l->sides[LINKAGE_BEFORE].count + 1) * sizeof *before);
    MG_FREE uint32_t *after = mg_malloc((l->sides[LINKAGE_AFTER].count + 1) * sizeof *after);
    uint32_t *const match[LINKAGE_SIDES] = {before, after};
    const uint32_t *const borrowed[LINKAGE_SIDES] = {before, after};
    bool again = true;
    enum mg_code code;

    if (!before || !after)
        return mg_fail_memory(err);
    code = linkage_weigh(l, err);
    if (!code)
        code = linkage_spacing(l, err);
    if (!code)
        code = linkage_categories(l, err);
    if (!code)
        code = linkage_columns(l, err);
    if (!code)
        code = linkage_index(l, err);
    if (!code)
        code = linkage_spell(l, err);
    if (!code)
        code = linkage_learn(l, err);
    if (!code)
        code = linkage_assign(l, match, err);
    for (int i = 0; i < 2 && again && !code; i++) {
        code = linkage_learn_again(l, borrowed, &again, err);
        if (!code && again)
            code = linkage_assign(l, match, err);
    }
    if (code)
        return code;
    return linkage_conclude(l, match, err);
}

enum mg_code mg_linkage_create(const struct mg_linkage_list *before, const struct mg_linkage_list *after,
                               const struct mg_linkage_options *options, struct mg_linkage **ret_linkage,
                               struct mg_error *err)
{
    struct mg_linkage *l;
    enum mg_code code;

    if (before->count >= LINKAGE_NONE / 2 || after->count >= LINKAGE_NONE / 2)
        return mg_fail(err, MG_ERR_INPUT, _("more than 2 billion services are to be linked"));
    if (!(l = mg_calloc(1, sizeof *l)))
        return mg_fail_memory(err);
    if (options) {
        l->progress = options->progress;
        l->near_only = options->near_only;
        l->sample.enough = options->sample_pairs;
        memcpy(l->others, options->others, sizeof l->others);
        l->given = options->columns;
        l->standing = options->standing;
        l->standing_length = options->standing_length;
        l->standing_each = options->standing_each;
    }
    code = linkage_rows(l, LINKAGE_BEFORE, before, err);
    if (!code)
        code = linkage_rows(l, LINKAGE_AFTER, after, err);
    if (!code)
        code = link_services(l, err);
    if (code) {
        mg_linkage_destroy(l);
        return code;
    }
    *ret_linkage = l;
    return MG_OK;
}

const struct mg_linkage_link *mg_linkage_links(const struct mg_linkage *l, size_t *ret_count)
{
    *ret_count = l->link_count;
    return l->links;
}

const struct mg_linkage_model *mg_linkage_model(const struct mg_linkage *l)
{
    return &l->model;
}
