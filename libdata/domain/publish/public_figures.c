/* Figures of territories as the public may know them. */
#include <stdlib.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/domain/crossref/crossref.h"
#include "libdata/domain/publish/public_internal.h"
#include "libdata/io/out.h"

#define MOST_COUNTED 32 /* kept: records come by territory, for each its datasets */

struct asked {
    enum mg_level level;
    char dataset[MG_NAME_SIZE];
    char cog[MG_DATE_SIZE], from[MG_DATE_SIZE], to[MG_DATE_SIZE]; /* to: or at, from "" then */
};

struct public_counted {
    struct asked asked;
    struct mg_crossref *all, *by_category; /* NULL: not asked for yet, or not to be had */
    bool tried[2];
    bool categories; /* its records are of categories */
};

void public_figures_finish(struct mg_public *public)
{
    for (size_t i = 0; i < public->counted_count; i++) {
        mg_crossref_destroy(public->counted[i].all);
        mg_crossref_destroy(public->counted[i].by_category);
    }
    free(public->counted);
}

/* ---- what a record asks for ---- */

static bool read_asked(const json_t *record, struct asked *asked)
{
    const char *level = mg_in_text(record, "level"), *dataset = mg_in_text(record, "dataset");
    memset(asked, 0, sizeof *asked); /* compared as bytes */
    if (!level || !dataset || strlen(dataset) >= sizeof asked->dataset ||
        !mg_level_from_name(level, &asked->level) || !public_date(record, "cog", asked->cog))
        return false;
    strcpy(asked->dataset, dataset);
    return public_date(record, "at", asked->to) ||
           (public_date(record, "from", asked->from) && public_date(record, "to", asked->to));
}

static mg_date date_of(const char *text)
{
    mg_date date = MG_DATE_NONE;
    return *text && mg_date_parse_iso(text, strlen(text), &date) ? date : MG_DATE_NONE;
}

/* What cannot be counted from what is open is not there. */
static enum mg_code count(const struct mg_public *public, const struct asked *asked, bool by_category,
                          struct mg_crossref **ret_cross, struct mg_error *err)
{
    const char *const datasets[] = {asked->dataset};
    bool two = *asked->from;
    const struct mg_crossref_request request = {
        .level = asked->level,
        .metrics = mg_metrics_all(two),
        .datasets = datasets,
        .dataset_count = 1,
        .at = two ? MG_DATE_NONE : date_of(asked->to),
        .from = date_of(asked->from),
        .to = two ? date_of(asked->to) : MG_DATE_NONE,
        .cog = date_of(asked->cog),
        .by_category = by_category,
        .open_only = true,
        .progress = public->options->progress,
    };
    struct mg_error why = {0};
    enum mg_code code = mg_crossref_create(public->db, &request, ret_cross, &why);
    if (code && code != MG_ERR_USAGE)
        *err = why;
    return code == MG_ERR_USAGE ? MG_OK : code;
}

static enum mg_code find_counted(struct mg_public *public, const struct asked *asked,
                                 struct public_counted **ret_counted, struct mg_error *err)
{
    for (size_t i = 0; i < public->counted_count; i++)
        if (!memcmp(&public->counted[i].asked, asked, sizeof *asked)) {
            *ret_counted = &public->counted[i];
            return MG_OK;
        }
    if (!public->counted && !(public->counted = mg_calloc(MOST_COUNTED, sizeof *public->counted)))
        return mg_fail_memory(err);
    struct public_counted *counted = &public->counted[public->counted_next];
    public->counted_next = (public->counted_next + 1) % MOST_COUNTED;
    public->counted_count += public->counted_count < MOST_COUNTED;
    mg_crossref_destroy(counted->all);
    mg_crossref_destroy(counted->by_category);
    *counted = (struct public_counted){.asked = *asked};
    *ret_counted = counted;
    return MG_OK;
}

/* ---- the figure ---- */

static enum mg_code keep_figure(void *context, json_t *record, struct mg_error *err)
{
    json_t **ret_figure = context;
    (void)err;
    *ret_figure = json_incref(record);
    return MG_OK;
}

static enum mg_code write_figure(const struct mg_crossref *cross, const struct mg_crossref_row *row,
                                 json_t **ret_figure, struct mg_error *err)
{
    struct mg_out *out = NULL;
    enum mg_code code = mg_out_create_records(keep_figure, ret_figure, &out, err);
    if (!code)
        code = mg_crossref_write_row(cross, row, out, err);
    mg_out_destroy(out);
    return code;
}

/* In the order of the record. */
static enum mg_code take_figure(struct mg_public *public, const struct mg_dataset *dataset,
                                const json_t *record, const json_t *figure, struct mg_error *err)
{
    json_t *kept = json_object(), *value;
    const char *key;
    int64_t withheld = 0;
    enum mg_code code = kept ? MG_OK : mg_fail_memory(err);
    json_object_foreach((json_t *)record, key, value)
    {
        json_t *own = json_object_get(figure, key);
        withheld += !own;
        if (!code && own && json_object_set(kept, key, own))
            code = mg_fail_memory(err);
    }
    if (!code)
        code = public->take(public->context, dataset, kept, withheld, err);
    json_decref(kept);
    return code;
}

static bool is_of(const struct mg_crossref_row *row, const struct asked *asked)
{
    return !strcmp(row->at, asked->to) && !strcmp(row->from ? row->from : "", asked->from);
}

/* Is the next record of the same territory and of a category? */
static bool category_follows(const json_t *record, const struct asked *asked, const json_t *next)
{
    const char *here = mg_in_text(record, "territory"), *there = next ? mg_in_text(next, "territory") : NULL;
    struct asked other;
    return here && there && !strcmp(here, there) && mg_in_text(next, "category") &&
           read_asked(next, &other) && !memcmp(&other, asked, sizeof other);
}

enum mg_code public_figure(struct mg_public *public, const struct mg_dataset *dataset, const json_t *record,
                           const json_t *next, struct mg_error *err)
{
    const char *territory = mg_in_text(record, "territory"), *category = mg_in_text(record, "category");
    struct asked asked;
    struct public_counted *counted = NULL;
    struct mg_crossref_row row;
    if (!read_asked(record, &asked))
        return public_incomplete("crossref", "level, territory, cog, at (or from, to), dataset, category",
                                 err);
    enum mg_code code = find_counted(public, &asked, &counted, err);
    if (code)
        return code;
    counted->categories = counted->categories || category || category_follows(record, &asked, next);
    struct mg_crossref **cross = counted->categories ? &counted->by_category : &counted->all;
    if (!counted->tried[counted->categories]) {
        counted->tried[counted->categories] = true;
        code = count(public, &asked, counted->categories, cross, err);
    }
    public->uncounted = public->uncounted || !*cross;
    if (code || !*cross || !territory || !mg_crossref_find(*cross, territory, category, &row) ||
        !is_of(&row, &asked))
        return code;
    public->rates_asked = public->rates_asked || json_object_get(record, "rate_10k");
    public->inhabited = public->inhabited || row.territory->population >= 0;
    json_t *figure = NULL;
    code = write_figure(*cross, &row, &figure, err);
    if (!code)
        code = take_figure(public, dataset, record, figure, err);
    json_decref(figure);
    return code;
}
