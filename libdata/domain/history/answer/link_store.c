/* answer/link_store.c - links, and what linkage learned, into the file. */
#include "libdata/domain/history/answer/answer.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/digest/ledger.h"

/* Beside the classes of the model, with numbers below theirs. */
enum { BITS = -3, APART, SAME };

static double number_of(const struct mg_linkage_model *model, int class,
                        enum mg_linkage_comparison comparison, int level)
{
    switch (class) {
    case BITS:
        return round(mg_linkage_bits(model, comparison, level) * 100) / 100;
    case APART:
        return mg_linkage_apart_rate(model, comparison, level);
    case SAME:
        return mg_linkage_same_rate(model, comparison, level);
    default:
        return model->rate[class][comparison][level];
    }
}

/* One number for each level of each comparison, from level 1 on: of a class, of the ways in which a service
 * stays the same one together, of the unrelated pairs together, or the bits. */
static void add_levels(struct mg_buf *buf, const struct mg_linkage_model *model, int class)
{
    for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++) {
        enum mg_linkage_comparison comparison = (enum mg_linkage_comparison)c;

        mg_buf_printf(buf, "%s\"%s\":[", class == BITS && !c ? "" : ",",
                      mg_linkage_comparison_name(comparison));
        for (int level = 1; level <= mg_linkage_level_count(comparison); level++) {
            if (level > 1)
                mg_buf_add_char(buf, ',');
            mg_buf_add_f64(buf, number_of(model, class, comparison, level));
        }
        mg_buf_add_char(buf, ']');
    }
}

static void add_class(struct mg_buf *buf, const struct mg_linkage_model *model, int class, const char *name,
                      double share)
{
    mg_buf_printf(buf, ",\"%s\":{\"share\":", name);
    mg_buf_add_f64(buf, share);
    add_levels(buf, model, class);
    mg_buf_add_char(buf, '}');
}

static void add_model(struct mg_buf *buf, const struct mg_linkage_model *model)
{
    double apart = model->share[MG_LINKAGE_CLASS_NAMESAKE] + model->share[MG_LINKAGE_CLASS_OTHER];

    mg_buf_printf(buf, "{\"pairs\":%lld,\"rounds\":%d", (long long)model->pairs, model->rounds);
    add_class(buf, model, SAME, "same", mg_linkage_same_share(model));
    add_class(buf, model, APART, "apart", apart);
    for (int k = 0; k < MG_LINKAGE_CLASSES; k++)
        add_class(buf, model, k, mg_linkage_class_name(k), model->share[k]);
    mg_buf_add_str(buf, ",\"bits\":{");
    add_levels(buf, model, BITS);
    mg_buf_add_char(buf, '}');
    mg_buf_add_str(buf, ",\"linked\":");
    mg_buf_add_f64(buf, MG_LINKAGE_LINKED);
    mg_buf_add_str(buf, ",\"review\":");
    mg_buf_add_f64(buf, MG_LINKAGE_REVIEW);
    mg_buf_add_char(buf, '}');
}

/* Those that act on events: pairs that still are, mergers and splits; and those to review. Of two rows on
 * which people have decided, the decision is stored instead, and nothing of what they parted. */
static bool stored(const struct mg_history *h, size_t index, const bool *paired)
{
    const struct history_link *link = &h->links[index];
    struct history_pair pair = {.before = link->before, .after = link->after};

    return !history_decided(h, &pair) && (history_link_shown(h, link) || paired[index]);
}

static int64_t record_of(const struct mg_history *h, int side, uint32_t row)
{
    return h->rows[side].rows[row].record;
}

static enum mg_code store(struct mg_history *h, int64_t before, int64_t after, const char *how,
                          const char *zone, const double *score, const char *evidence, struct mg_error *err)
{
    return mg_db_run(h->db, MG_SQL_LINK_INSERT, err, "iiiiittFt", h->dataset->id,
                     h->editions[HISTORY_BEFORE]->id, h->editions[HISTORY_AFTER]->id, before, after, how,
                     zone, score, evidence);
}

/* The pairs that people made, in the order of the pairs. */
static enum mg_code store_decided(struct mg_history *h, struct mg_error *err)
{
    enum mg_code code = MG_OK;

    for (size_t i = 0; i < h->pairs.count && h->decided_count && !code; i++) {
        const struct history_pair *pair = &h->pairs.pairs[i];

        if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE && history_decided(h, pair))
            code = store(h, record_of(h, HISTORY_BEFORE, pair->before),
                         record_of(h, HISTORY_AFTER, pair->after), "decision", "linked", NULL, NULL, err);
    }
    return code;
}

static enum mg_code store_found(struct mg_history *h, struct mg_error *err)
{
    MG_FREE bool *paired = mg_calloc(h->link_count + 1, sizeof *paired);
    enum mg_code code = paired ? MG_OK : mg_fail_memory(err);

    for (size_t i = 0; i < h->pairs.count && !code; i++) {
        const struct history_pair *pair = &h->pairs.pairs[i];

        if (pair->before != HISTORY_NONE && pair->after != HISTORY_NONE && pair->link &&
            pair->link != HISTORY_NONE)
            paired[pair->link - 1] = true;
    }
    for (size_t i = 0; i < h->link_count && !code; i++) {
        const struct history_link *link = &h->links[i];
        char evidence[sizeof h->told[0]] = "";

        if (!stored(h, i, paired))
            continue;
        history_link_evidence(link, evidence, sizeof evidence);
        code = store(h, record_of(h, HISTORY_BEFORE, link->before), record_of(h, HISTORY_AFTER, link->after),
                     "linkage", link->zone == MG_LINKAGE_ZONE_REVIEW ? "review" : "linked", &link->score,
                     evidence, err);
    }
    return code;
}

static enum mg_code store_duplicates(struct mg_history *h, int side, struct mg_error *err)
{
    const struct history_duplicates *list = &h->duplicates[side];
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < list->count && !code; i++) {
        int64_t row = record_of(h, side, list->items[i].row), stays = list->items[i].stays.record;
        if (stays)
            code = store(h, side == HISTORY_BEFORE ? row : stays, side == HISTORY_BEFORE ? stays : row,
                         "content", "linked", NULL, NULL, err);
    }
    return code;
}

static enum mg_code store_links(struct mg_history *h, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf parameters = {0};
    int64_t dataset = h->dataset->id, from = h->editions[HISTORY_BEFORE]->id,
            to = h->editions[HISTORY_AFTER]->id;
    enum mg_code code = store_found(h, err);
    for (int side = 0; side < HISTORY_SIDES && !code; side++)
        code = store_duplicates(h, side, err);
    if (!code)
        code = store_decided(h, err);
    if (code || !h->model.pairs)
        return code;
    add_model(&parameters, &h->model);
    code = mg_buf_check(&parameters, err);
    if (code)
        return code;
    return mg_db_run(h->db, MG_SQL_LINK_MODEL_INSERT, err, "iiit", dataset, from, to, parameters.data);
}

enum mg_code mg_history_links_store(struct mg_history *h, struct mg_error *err)
{
    struct mg_digest_floors floors;
    int64_t dataset = h->dataset->id, from = h->editions[HISTORY_BEFORE]->id,
            to = h->editions[HISTORY_AFTER]->id;
    const struct mg_digest_owner pair = {0, from, to};
    enum mg_code code = mg_db_run(h->db, MG_SQL_LINK_DELETE, err, "iii", dataset, from, to);
    if (!code)
        code = mg_db_run(h->db, MG_SQL_LINK_MODEL_DELETE, err, "iii", dataset, from, to);
    if (!code)
        code = mg_digest_set(h->db, MG_DIGEST_LINK, &pair, 0, err);
    if (!code)
        code = mg_digest_set(h->db, MG_DIGEST_LINK_MODEL, &pair, 0, err);
    if (!code)
        code = mg_digest_floors(h->db, &floors, err);
    if (!code)
        code = store_links(h, err);
    return code ? code : mg_digest_take(h->db, &floors, MG_DIGEST_LINK, MG_DIGEST_LINK_MODEL, err);
}
