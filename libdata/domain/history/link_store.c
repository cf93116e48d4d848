/* history/link_store.c - links, and what linkage learned, into the file. */
#include "libdata/domain/history/internal.h"

#include <math.h>

#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"

/* One number for each level of each comparison, from level 1 on. */
static void add_levels(struct mg_buf *buf, const struct mg_linkage_model *model, int class, bool bits)
{
    for (int c = 0; c < MG_LINKAGE_COMPARISONS; c++) {
        enum mg_linkage_comparison comparison = (enum mg_linkage_comparison)c;

        mg_buf_printf(buf, "%s\"%s\":[", bits && !c ? "" : ",", mg_linkage_comparison_name(comparison));
        for (int level = 1; level <= mg_linkage_level_count(comparison); level++) {
            if (level > 1)
                mg_buf_add_char(buf, ',');
            mg_buf_add_f64(buf, bits ? round(mg_linkage_bits(model, comparison, level) * 100) / 100
                                     : model->rate[class][c][level]);
        }
        mg_buf_add_char(buf, ']');
    }
}

static void add_model(struct mg_buf *buf, const struct mg_linkage_model *model)
{
    static const char *const classes[MG_LINKAGE_CLASSES] = {"same", "replaced", "apart"};

    mg_buf_printf(buf, "{\"pairs\":%lld,\"rounds\":%d", (long long)model->pairs, model->rounds);
    for (int k = 0; k < MG_LINKAGE_CLASSES; k++) {
        mg_buf_printf(buf, ",\"%s\":{\"share\":", classes[k]);
        mg_buf_add_f64(buf, model->share[k]);
        add_levels(buf, model, k, false);
        mg_buf_add_char(buf, '}');
    }
    mg_buf_add_str(buf, ",\"bits\":{");
    add_levels(buf, model, MG_LINKAGE_CLASS_SAME, true);
    mg_buf_add_char(buf, '}');
    mg_buf_add_str(buf, ",\"linked\":");
    mg_buf_add_f64(buf, MG_LINKAGE_LINKED);
    mg_buf_add_str(buf, ",\"review\":");
    mg_buf_add_f64(buf, MG_LINKAGE_REVIEW);
    mg_buf_add_char(buf, '}');
}

/* Those that act on events: pairs, mergers and splits; and those to review. */
static bool stored(const struct mg_history *h, const struct history_link *link)
{
    bool keys = h->rows[HISTORY_BEFORE].rows[link->before].key != HISTORY_NONE &&
                h->rows[HISTORY_AFTER].rows[link->after].key != HISTORY_NONE;

    return history_link_shown(h, link) || (link->kind == MG_LINKAGE_SAME && !(h->trusted && keys));
}

enum mg_code mg_history_links_store(struct mg_history *h, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf parameters = {0};
    int64_t dataset = h->dataset->id, from = h->editions[HISTORY_BEFORE]->id,
            to = h->editions[HISTORY_AFTER]->id;
    enum mg_code code;

    if ((code = mg_db_run(h->db, MG_SQL_LINK_DELETE, err, "iii", dataset, from, to)) ||
        (code = mg_db_run(h->db, MG_SQL_LINK_MODEL_DELETE, err, "iii", dataset, from, to)))
        return code;
    for (size_t i = 0; i < h->link_count && !code; i++) {
        const struct history_link *link = &h->links[i];
        char evidence[sizeof h->told[0]] = "";

        if (!stored(h, link))
            continue;
        history_link_evidence(link, evidence, sizeof evidence);
        code = mg_db_run(h->db, MG_SQL_LINK_INSERT, err, "iiiiitFt", dataset, from, to,
                         h->rows[HISTORY_BEFORE].rows[link->before].record,
                         h->rows[HISTORY_AFTER].rows[link->after].record,
                         link->zone == MG_LINKAGE_ZONE_REVIEW ? "review" : "linked", &link->score, evidence);
    }
    if (code || !h->model.pairs)
        return code;
    add_model(&parameters, &h->model);
    if ((code = mg_buf_check(&parameters, err)))
        return code;
    return mg_db_run(h->db, MG_SQL_LINK_MODEL_INSERT, err, "iiit", dataset, from, to, parameters.data);
}
