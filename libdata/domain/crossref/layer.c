#include "libdata/domain/crossref/layer.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/text.h"
#include "libdata/db/read.h"
#include "libdata/domain/common/cog_edition.h"
#include "libdata/domain/common/open_state.h"

#define REPORT_EVERY       65536
#define UNPLACED_TOLERATED 0.01

/* In which editions a key is that changed between the two. */
enum { ONLY_BEFORE = 1, ONLY_NOW = 2, BOTH = 4 };

/* One version or stock row, as the scan sees it. */
struct item {
    bool now, before; /* it stands, open, in that edition */
    struct mg_read row;
};

struct scan {
    struct mg_layer *layer;
    struct mg_db *db;
    struct mg_place *place;
    const struct mg_progress *progress;
    enum mg_cell_of which; /* MG_CELL_NOW or MG_CELL_BEFORE: the edition being counted */
    bool losses, open_only;
    struct mg_map keys;  /* keys of records that stand in one edition only, to an index of seen */
    unsigned char *seen; /* of the enum above */
    size_t seen_capacity;
    int64_t rows;
};

typedef enum mg_code item_visitor(struct scan *scan, struct item *item, struct mg_error *err);

void mg_layer_finish(struct mg_layer *layer)
{
    for (size_t i = 0; i < layer->names.count; i++)
        free(layer->categories[i].cells);
    free(layer->categories);
    free(layer->sorted);
    mg_map_finish(&layer->names);
    mg_map_finish(&layer->selected);
    free(layer->producer);
    mg_dataset_destroy(layer->dataset);
    *layer = (struct mg_layer){0};
}

enum mg_code mg_layer_init(struct mg_layer *layer, struct mg_db *db, struct mg_dataset *dataset,
                           const struct mg_edition *now, const struct mg_edition *before,
                           struct mg_error *err)
{
    *layer = (struct mg_layer){.dataset = dataset, .now = now, .before = before};
    layer->counts = !strcmp(dataset->kind, "counts");
    for (size_t i = 0; !layer->counts && i < dataset->field_count; i++) {
        const char *role = dataset->fields[i].role ? dataset->fields[i].role : "";
        layer->keyed |= !strcmp(role, "key");
        layer->has_states |= !strcmp(role, "status") || !strcmp(role, "opened") || !strcmp(role, "closed");
    }
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_CROSSREF_PRODUCER, err, "i", dataset->id);
    const char *producer = mg_read_next(&row) ? mg_read_text(&row, 0, NULL) : dataset->name;
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    if (!row.code) {
        mg_text_add_folded(&folded, producer, strlen(producer));
        row.code = mg_buf_check(&folded, err);
    }
    if (!row.code && !(layer->producer = mg_strdup(folded.length ? folded.data : producer)))
        row.code = mg_fail_memory(err);
    return mg_read_end(&row);
}

/* ---- walking what stands ---- */

static size_t rank_of(const struct mg_dataset *dataset, int64_t edition)
{
    for (size_t i = 0; i < dataset->edition_count; i++)
        if (dataset->editions[i].id == edition)
            return i;
    return dataset->edition_count;
}

static bool stands(const struct mg_edition *edition, const struct mg_dataset *dataset, size_t first,
                   size_t gone)
{
    if (!edition)
        return false;
    size_t rank = (size_t)(edition - dataset->editions);
    return first <= rank && rank < gone;
}

static mg_date read_date(struct mg_read *row, int column)
{
    size_t length;
    mg_date date;
    const char *text = mg_read_text_or_null(row, column, &length);
    return text && mg_date_parse_any(text, length, &date) ? date : MG_DATE_NONE;
}

static enum mg_code is_open(struct mg_read *row, const struct mg_edition *edition, bool *ret_open,
                            struct mg_error *err)
{
    size_t length;
    mg_date at, opened = read_date(row, 7), closed = read_date(row, 8);
    const char *status = mg_read_text_or_null(row, 6, &length);
    enum mg_open_state state = MG_STATE_OPEN;
    enum mg_code code = row->code;
    if (!code && mg_date_parse_iso(edition->as_of, strlen(edition->as_of), &at))
        code = mg_open_state(status, status ? length : 0, opened, closed, at, &state, err);
    *ret_open = state == MG_STATE_OPEN;
    return code;
}

/* What stands in an edition as closed or planned is not there, as diff-history has it. */
static enum mg_code leave_the_open(const struct mg_layer *layer, struct item *item, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    if (item->now)
        code = is_open(&item->row, layer->now, &item->now, err);
    if (!code && item->before)
        code = is_open(&item->row, layer->before, &item->before, err);
    return code;
}

/* All versions (or stock rows) of the dataset that stand in one of the two editions. */
static enum mg_code walk(struct scan *scan, item_visitor *visit, struct mg_error *err)
{
    struct mg_layer *layer = scan->layer;
    const struct mg_dataset *dataset = layer->dataset;
    enum mg_sql name = layer->counts ? MG_SQL_CROSSREF_STOCK : MG_SQL_CROSSREF_RECORDS;
    for (size_t e = 0; e < dataset->edition_count; e++) {
        const struct mg_edition *edition = &dataset->editions[e];
        struct item item;
        if (!edition->first_version)
            continue;
        struct mg_read *row = &item.row;
        mg_read_ask(row, scan->db, name, err, "ii", edition->first_version, edition->last_version);
        while (mg_read_next(row)) {
            size_t first = rank_of(dataset, mg_read_i64(row, 0));
            size_t gone =
                mg_read_is_null(row, 1) ? dataset->edition_count : rank_of(dataset, mg_read_i64(row, 1));
            if (first == dataset->edition_count)
                mg_read_refuse(row, 0, "%s", _("not an edition of the dataset"));
            item.now = stands(layer->now, dataset, first, gone);
            item.before = stands(layer->before, dataset, first, gone);
            if (!row->code && layer->has_states)
                row->code = leave_the_open(layer, &item, err);
            if (!row->code && (item.now || item.before))
                row->code = visit(scan, &item, err);
            if (!row->code && !(++scan->rows % REPORT_EVERY) &&
                !mg_progress_report(scan->progress, _("counting"), scan->rows, -1))
                row->code = mg_fail(err, MG_ERR_IO, _("interrupted"));
        }
        if (mg_read_end(row))
            return row->code;
    }
    return MG_OK;
}

/* ---- cells ---- */

static enum mg_code add_category(struct mg_layer *layer, const char *name, size_t length,
                                 int64_t *ret_category, struct mg_error *err)
{
    size_t count = layer->names.count;
    if (count == layer->category_capacity) {
        size_t capacity = count ? 2 * count : 16;
        struct mg_layer_category *grown = mg_realloc(layer->categories, capacity, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        layer->categories = grown;
        layer->category_capacity = capacity;
    }
    struct mg_layer_category category = {0};
    if (layer->split || !count) {
        category.cells = mg_calloc(layer->slots * layer->width, sizeof *category.cells);
        if (!category.cells)
            return mg_fail_memory(err);
    }
    enum mg_code code = mg_map_put(&layer->names, name, length, (int64_t)count, NULL, err);
    if (code) {
        free(category.cells);
        return code;
    }
    layer->categories[count] = category;
    *ret_category = (int64_t)count;
    return MG_OK;
}

/* The place of a figure in the cells; its category is from now on known to be in that edition. */
static enum mg_code cell_of(struct scan *scan, struct item *item, int32_t territory, double **ret_cell,
                            struct mg_error *err)
{
    struct mg_layer *layer = scan->layer;
    size_t length;
    const char *name = mg_read_text_or_null(&item->row, 3, &length);
    if (item->row.code)
        return item->row.code;
    int64_t category = mg_map_get(&layer->names, name ? name : "", length);
    if (category < 0) {
        enum mg_code code = add_category(layer, name ? name : "", length, &category, err);
        if (code)
            return code;
    }
    if (scan->which == MG_CELL_NOW)
        layer->categories[category].now = true;
    else
        layer->categories[category].before = true;
    double *cells = layer->categories[layer->split ? category : 0].cells;
    *ret_cell = cells + (size_t)(territory + 1) * layer->width;
    return MG_OK;
}

static void add_to_totals(struct scan *scan, int32_t territory, double n)
{
    scan->layer->total[scan->which] += n;
    if (territory == MG_NOWHERE)
        scan->layer->nowhere[scan->which] += n;
}

/* Is it of the edition being counted, and of a category that is? */
static bool counts(struct scan *scan, struct item *item)
{
    const struct mg_map *selected = &scan->layer->selected;
    if (!(scan->which == MG_CELL_NOW ? item->now : item->before))
        return false;
    if (!selected->count)
        return true;
    size_t length;
    const char *name = mg_read_text_or_null(&item->row, 3, &length);
    return name && mg_map_get(selected, name, length) >= 0;
}

static enum mg_code count_record(struct scan *scan, struct item *item, struct mg_error *err)
{
    if (!counts(scan, item))
        return item->row.code;
    int32_t territory;
    double *cell;
    size_t length, geom_length;
    const char *commune = mg_read_text_or_null(&item->row, 2, &length);
    const void *geom = mg_read_blob_or_null(&item->row, 5, &geom_length);
    enum mg_code code = item->row.code;
    if (!code)
        code = mg_place_record(scan->place, commune, length, geom, geom_length, &territory, err);
    if (!code)
        code = cell_of(scan, item, territory, &cell, err);
    if (code)
        return code;
    cell[scan->which]++;
    add_to_totals(scan, territory, 1);
    if (!scan->losses || !scan->layer->keyed || (item->now && item->before))
        return MG_OK;
    const char *key = mg_read_text_or_null(&item->row, 4, &length);
    int64_t entry = key ? mg_map_get(&scan->keys, key, length) : -1;
    if (!key && scan->open_only)
        return MG_OK;
    if (entry < 0 || scan->seen[entry] == ONLY_BEFORE || scan->seen[entry] == ONLY_NOW)
        cell[scan->which == MG_CELL_NOW ? MG_CELL_CREATED : MG_CELL_CLOSED]++;
    return MG_OK;
}

static enum mg_code count_stock(struct scan *scan, struct item *item, struct mg_error *err)
{
    if (!counts(scan, item))
        return item->row.code;
    int32_t territory = MG_NOWHERE;
    double *cell;
    enum mg_level level;
    const char *name = mg_read_text(&item->row, 5, NULL), *place = mg_read_text(&item->row, 2, NULL);
    double n = mg_read_real(&item->row, 4);
    enum mg_code code = item->row.code;
    if (!code && mg_level_from_name(name, &level))
        code = mg_place_figure(scan->place, level, place, &territory, err);
    if (!code)
        code = cell_of(scan, item, territory, &cell, err);
    if (code)
        return code;
    cell[scan->which] += n;
    add_to_totals(scan, territory, n);
    return MG_OK;
}

/* ---- keys that come or go ---- */

static enum mg_code note_changing_key(struct scan *scan, struct item *item, struct mg_error *err)
{
    size_t length;
    const char *key = mg_read_text_or_null(&item->row, 4, &length);
    if (!key || item->row.code || (item->now && item->before))
        return item->row.code;
    size_t count = scan->keys.count;
    if (count == scan->seen_capacity) {
        size_t capacity = count ? 2 * count : 1024;
        unsigned char *grown = mg_realloc(scan->seen, capacity, 1);
        if (!grown)
            return mg_fail_memory(err);
        scan->seen = grown;
        scan->seen_capacity = capacity;
    }
    int64_t entry;
    enum mg_code code = mg_map_put(&scan->keys, key, length, (int64_t)count, &entry, err);
    if (code)
        return code;
    if ((size_t)entry == count)
        scan->seen[entry] = 0;
    scan->seen[entry] |= item->now ? ONLY_NOW : ONLY_BEFORE;
    return MG_OK;
}

/* A key that changes on one line and stands unchanged on another has neither come nor gone. */
static enum mg_code note_lasting_key(struct scan *scan, struct item *item, struct mg_error *err)
{
    (void)err;
    size_t length;
    const char *key = mg_read_text_or_null(&item->row, 4, &length);
    if (!key || item->row.code || !item->now || !item->before)
        return item->row.code;
    int64_t entry = mg_map_get(&scan->keys, key, length);
    if (entry >= 0)
        scan->seen[entry] |= BOTH;
    return MG_OK;
}

static enum mg_code count_edition(struct scan *scan, enum mg_cell_of which, const struct mg_edition *edition,
                                  struct mg_error *err)
{
    mg_date date;
    scan->which = which;
    if (!mg_date_parse_iso(edition->as_of, strlen(edition->as_of), &date))
        return mg_fail(err, MG_ERR_DB, _("the edition of %s has the date '%s'"), scan->layer->dataset->name,
                       edition->as_of);
    mg_place_codes_of(scan->place, mg_cog_edition_date(edition, date));
    return walk(scan, scan->layer->counts ? count_stock : count_record, err);
}

enum mg_code mg_layer_select(struct mg_layer *layer, const char *category, struct mg_error *err)
{
    return mg_map_put(&layer->selected, category, strlen(category), 0, NULL, err);
}

static enum mg_code find_selected(const struct mg_layer *layer, struct mg_error *err)
{
    size_t length;
    for (size_t i = 0; i < layer->selected.count; i++) {
        const char *name = mg_map_key(&layer->selected, i, &length);
        if (mg_map_get(&layer->names, name, length) < 0)
            return mg_fail(err, MG_ERR_USAGE, _("nothing of dataset '%s' is of the category '%s'"),
                           layer->dataset->name, name);
    }
    return MG_OK;
}

static int by_name(const void *a, const void *b, void *names)
{
    return strcmp(mg_map_key(names, *(const size_t *)a, NULL), mg_map_key(names, *(const size_t *)b, NULL));
}

static enum mg_code sort_categories(struct mg_layer *layer, struct mg_error *err)
{
    size_t count = layer->names.count;
    layer->sorted = mg_calloc(count + 1, sizeof *layer->sorted);
    if (!layer->sorted)
        return mg_fail_memory(err);
    for (size_t i = 0; i < count; i++)
        layer->sorted[i] = i;
    qsort_r(layer->sorted, count, sizeof *layer->sorted, by_name, &layer->names);
    return MG_OK;
}

enum mg_code mg_layer_count(struct mg_layer *layer, struct mg_db *db, struct mg_place *place,
                            const struct mg_layer_wishes *wishes, struct mg_error *err)
{
    struct scan scan = {.layer = layer,
                        .db = db,
                        .place = place,
                        .progress = wishes->progress,
                        .losses = wishes->losses,
                        .open_only = wishes->open_only};
    layer->slots = mg_territories_count(mg_place_territories(place), mg_place_level(place)) + 1;
    layer->width = !layer->before ? 1 : wishes->losses && layer->keyed ? 4 : 2;
    layer->split = wishes->by_category || wishes->losses || layer->selected.count;
    enum mg_code code = MG_OK;
    if (wishes->losses && layer->keyed) {
        code = walk(&scan, note_changing_key, err);
        if (!code && scan.keys.count)
            code = walk(&scan, note_lasting_key, err);
    }
    if (!code && layer->before)
        code = count_edition(&scan, MG_CELL_BEFORE, layer->before, err);
    if (!code)
        code = count_edition(&scan, MG_CELL_NOW, layer->now, err);
    if (!code)
        code = find_selected(layer, err);
    if (!code)
        code = sort_categories(layer, err);
    mg_map_finish(&scan.keys);
    free(scan.seen);
    return code;
}

/* ---- what was counted ---- */

static void add_figures(const struct mg_layer *layer, size_t slot, size_t category,
                        double figures[MG_CELL_COUNT])
{
    const double *cell = layer->categories[category].cells + slot * layer->width;
    for (size_t i = 0; i < layer->width; i++)
        figures[i] += cell[i];
    if (layer->width != 2)
        return;
    double gain = cell[MG_CELL_NOW] - cell[MG_CELL_BEFORE];
    figures[gain < 0 ? MG_CELL_CLOSED : MG_CELL_CREATED] += gain < 0 ? -gain : gain;
}

void mg_layer_figures(const struct mg_layer *layer, size_t slot, int64_t category,
                      double ret_figures[MG_CELL_COUNT])
{
    double figures[MG_CELL_COUNT] = {0};
    if (category >= 0)
        add_figures(layer, slot, (size_t)category, figures);
    else
        for (size_t i = 0; i < (layer->split ? layer->names.count : layer->names.count > 0); i++)
            add_figures(layer, slot, i, figures);
    memcpy(ret_figures, figures, sizeof figures);
}

const char *mg_layer_comparable(const struct mg_layer *layer, int64_t category)
{
    bool reserve = false;
    for (int which = MG_CELL_NOW; which <= MG_CELL_BEFORE; which++)
        if (layer->nowhere[which] > UNPLACED_TOLERATED * layer->total[which])
            reserve = true;
    if (layer->before) {
        for (size_t i = 0; i < layer->names.count; i++) {
            if (layer->categories[i].now == layer->categories[i].before)
                continue;
            if (category == (int64_t)i)
                return "no";
            if (category < 0)
                reserve = true;
        }
    }
    return reserve ? "reserve" : "yes";
}
