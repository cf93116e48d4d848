#include "libdata/domain/common/commune.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/codes.h"
#include "libdata/geo/succession.h"
#include "libdata/geo/territory.h"

struct telling {
    struct mg_db *db;
    struct mg_succession *succession;
    struct mg_territories *at_from, *at_to;
    mg_date from, to;
    struct mg_out *out;
};

static void finish(struct telling *t)
{
    mg_succession_destroy(t->succession);
    mg_territories_destroy(t->at_from);
    mg_territories_destroy(t->at_to);
}

/* --- lists of texts that are made up --- */

struct texts {
    struct mg_buf buf;
    size_t count;
};

static void texts_finish(struct texts *texts)
{
    mg_buf_finish(&texts->buf);
}

static void texts_end(struct texts *texts)
{
    mg_buf_add_char(&texts->buf, '\0');
    texts->count++;
}

static enum mg_code texts_write(const struct texts *texts, struct mg_out *out, const char *key,
                                struct mg_error *err)
{
    MG_FREE const char **items = mg_calloc(texts->count + 1, sizeof *items);
    const char *at = texts->buf.data;
    enum mg_code code = items ? mg_buf_check(&texts->buf, err) : mg_fail_memory(err);
    for (size_t i = 0; i < texts->count && !code; i++, at += strlen(at) + 1)
        items[i] = at;
    if (!code)
        mg_out_list(out, key, items, texts->count);
    return code;
}

/* --- what settles several successors --- */

static const struct mg_territory *parent_of(const struct telling *t, const char *commune, enum mg_level level)
{
    int32_t index = mg_territories_find(t->at_to, MG_COMMUNE, commune);
    if (index < 0)
        return NULL;
    index = mg_territories_get(t->at_to, MG_COMMUNE, (size_t)index)->parent[level];
    return index < 0 ? NULL : mg_territories_get(t->at_to, level, (size_t)index);
}

/* Without a list, a commune's code says its département. */
static size_t same_departement(const struct mg_succession_trace *trace)
{
    size_t length = !strncmp(trace->codes[0], "97", 2) ? 3 : 2;
    for (size_t i = 1; i < trace->count; i++)
        if (strncmp(trace->codes[0], trace->codes[i], length))
            return 0;
    return length;
}

static void add_parents(const struct telling *t, const struct mg_succession_trace *trace, struct texts *texts)
{
    bool departement = false;
    for (enum mg_level level = MG_EPCI; level < MG_LEVEL_COUNT; level++) {
        const struct mg_territory *parent = parent_of(t, trace->codes[0], level);
        for (size_t i = 1; i < trace->count && parent; i++)
            if (parent_of(t, trace->codes[i], level) != parent)
                parent = NULL;
        if (!parent)
            continue;
        departement |= level == MG_DEPARTEMENT;
        mg_buf_printf(&texts->buf, "%s %s", mg_level_name(level), parent->code);
        texts_end(texts);
    }
    size_t length = departement ? 0 : same_departement(trace);
    if (length) {
        mg_buf_printf(&texts->buf, "departement %.*s", (int)length, trace->codes[0]);
        texts_end(texts);
    }
}

static enum mg_code settle(const struct telling *t, const struct mg_succession_trace *trace,
                           struct texts *texts, struct mg_error *err)
{
    bool polygons = trace->count > 1;
    if (trace->by_part) {
        mg_buf_add_str(&texts->buf, "part");
        texts_end(texts);
    }
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < trace->count && polygons && !code; i++) {
        int64_t n = 0;
        code = mg_db_query_i64(t->db, MG_SQL_COMMUNE_HAS_POLYGON, &n, NULL, err, "t", trace->codes[i]);
        polygons = n > 0;
    }
    if (code || trace->count < 2)
        return code;
    if (polygons) {
        mg_buf_add_str(&texts->buf, "polygon");
        texts_end(texts);
    }
    add_parents(t, trace, texts);
    if (!texts->count) {
        mg_buf_add_str(&texts->buf, "ambiguous");
        texts_end(texts);
    }
    return MG_OK;
}

/* --- the reason --- */

static bool is_one(const char **codes, size_t count, const char *code)
{
    return count == 1 && !strcmp(codes[0], code);
}

/* The commune of the list under which a code is that no movement names; NULL: none. */
static const char *listed_as(const struct telling *t, const char *code)
{
    const struct mg_territories *lists[] = {t->at_to, t->at_from};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        int32_t index = mg_territories_find(lists[i], MG_COMMUNE, code);
        if (index >= 0)
            return mg_territories_get(lists[i], MG_COMMUNE, (size_t)index)->code;
    }
    return NULL;
}

static const char *reason_of_same(const struct mg_succession_trace *trace)
{
    if (trace->by_part)
        return "restored";
    bool took = trace->of_from_count > 1, gave = trace->of_to_count > 1;
    if (took && gave)
        return "other bounds";
    if (took || gave)
        return took ? "more land" : "less land";
    return trace->step_count ? "same land" : "no movement";
}

static const char *reason_of(const struct telling *t, const char *code,
                             const struct mg_succession_trace *trace)
{
    if (trace->found == MG_SUCCESSION_UNNAMED && !listed_as(t, code))
        return "not a commune";
    if (trace->found == MG_SUCCESSION_UNNAMED)
        return strcmp(trace->codes[0], code) ? "part of a commune" : "no movement";
    if (trace->type && strcmp(trace->type, "COM"))
        return "part of a commune";
    if (trace->found != MG_SUCCESSION_THERE)
        return trace->found == MG_SUCCESSION_OLD ? "old code" : "code to come";
    if (trace->count > 1)
        return t->to < t->from ? "put together" : "separated";
    if (is_one(trace->codes, trace->count, code))
        return reason_of_same(trace);
    if (trace->of_from_count < 2 && trace->of_to_count < 2)
        return "new code";
    return t->to < t->from ? "came out of it" : "merged";
}

static const char *how_of(const char *reason, const struct mg_succession_trace *trace)
{
    static const char *const names[] = {"same", "recoded", "several", "unknown"};
    return strcmp(reason, "not a commune") ? names[trace->how] : "unknown";
}

/* The arrondissements of Paris and Lyon are in no movement: the lists know their commune. */
static void take_whole(const struct telling *t, const char *code, struct mg_succession_trace *trace)
{
    const char *commune = trace->found == MG_SUCCESSION_UNNAMED ? listed_as(t, code) : NULL;
    if (!commune || !strcmp(commune, code))
        return;
    trace->codes[0] = trace->of_from[0] = trace->of_to[0] = commune;
    trace->how = MG_SUCCESSION_RECODED;
}

/* --- the record --- */

static enum mg_code write_steps(const struct mg_succession_trace *trace, struct mg_out *out,
                                struct mg_error *err)
{
    MG_CLEANUP(texts_finish) struct texts texts = {0};
    for (size_t i = 0; i < trace->step_count; i++) {
        const struct mg_succession_step *step = &trace->steps[i];
        char date[MG_DATE_SIZE];
        mg_date_format(step->date, date);
        mg_buf_printf(&texts.buf, "%s %d %s%s%s>%s %s", date, step->kind, step->type_before,
                      *step->code_before ? " " : "", step->code_before, step->type_after, step->code_after);
        if (step->correction)
            mg_buf_printf(&texts.buf, " (%s)", step->correction);
        texts_end(&texts);
    }
    return texts_write(&texts, out, "movements", err);
}

static enum mg_code write_one(const struct telling *t, const char *code, struct mg_error *err)
{
    MG_CLEANUP(mg_succession_trace_finish) struct mg_succession_trace trace = {0};
    MG_CLEANUP(texts_finish) struct texts settled = {0};
    char from[MG_DATE_SIZE], to[MG_DATE_SIZE];
    enum mg_code failed = mg_succession_trace(t->succession, code, t->from, t->to, &trace, err);
    if (!failed)
        take_whole(t, code, &trace);
    if (!failed)
        failed = settle(t, &trace, &settled, err);
    if (failed)
        return failed;
    const char *reason = reason_of(t, code, &trace);
    mg_date_format(t->from, from);
    mg_date_format(t->to, to);
    mg_out_begin(t->out, "commune");
    mg_out_text(t->out, "commune", code);
    mg_out_text(t->out, "from", from);
    mg_out_text(t->out, "to", to);
    mg_out_list(t->out, "successors", trace.codes, trace.count);
    mg_out_text(t->out, "how", how_of(reason, &trace));
    if ((failed = texts_write(&settled, t->out, "settled_by", err)))
        return failed;
    mg_out_text(t->out, "reason", reason);
    if ((failed = write_steps(&trace, t->out, err)))
        return failed;
    mg_out_list(t->out, "comparable_from", trace.of_from, trace.of_from_count);
    mg_out_list(t->out, "comparable_to", trace.of_to, trace.of_to_count);
    return mg_out_end_record(t->out, err);
}

static enum mg_code write_all(const struct telling *t, struct mg_error *err)
{
    size_t count = mg_territories_count(t->at_from, MG_COMMUNE), found_count = 0;
    MG_FREE const char **codes = mg_calloc(count + 1, sizeof *codes), **found = NULL;
    if (!codes)
        return mg_fail_memory(err);
    if (!count) {
        mg_fail(err, MG_ERR_USAGE, "%s", _("the file holds no list of communes"));
        mg_error_hint(err, "%s", _("import one: maillage import FILE --as territories --level commune"));
        return MG_ERR_USAGE;
    }
    for (size_t i = 0; i < count; i++)
        codes[i] = mg_territories_get(t->at_from, MG_COMMUNE, i)->code;
    enum mg_code code = mg_succession_project_list(
        t->succession, codes, count, mg_territories_cog(t->at_from), t->from, &found, &found_count, err);
    for (size_t i = 0; i < found_count && !code; i++)
        code = write_one(t, found[i], err);
    return code;
}

static enum mg_code write_list(const struct telling *t, const char *codes, struct mg_error *err)
{
    while (true) {
        size_t length = strcspn(codes, ",");
        char proper[MG_CODE_SIZE];
        if (!mg_code_commune(codes, length, proper)) {
            mg_fail(err, MG_ERR_USAGE, _("'%.*s' is not the code of a commune"), (int)length, codes);
            mg_error_hint(err, "%s", _("write 49144, or 49144,14513, or all"));
            return MG_ERR_USAGE;
        }
        enum mg_code code = write_one(t, proper, err);
        if (code || !codes[length])
            return code;
        codes += length + 1;
    }
}

enum mg_code mg_commune_write(struct mg_db *db, const char *codes, mg_date from, mg_date to,
                              struct mg_out *out, struct mg_error *err)
{
    MG_CLEANUP(finish) struct telling t = {.db = db, .from = from, .to = to, .out = out};
    enum mg_code code = mg_succession_load(db, &t.succession, err);
    if (!code)
        code = mg_territories_load(db, from, 0, &t.at_from, err);
    if (!code)
        code = mg_territories_load(db, to, 0, &t.at_to, err);
    if (code)
        return code;
    return strcmp(codes, "all") ? write_list(&t, codes, err) : write_all(&t, err);
}
