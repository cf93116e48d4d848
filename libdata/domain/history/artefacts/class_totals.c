/* artefacts/class_totals.c - the rows that stand in both editions, counted by class; only as far as is
 * needed. */
#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/history/artefacts/artefacts.h"

#define LEAST_ROWS 5 /* of a class that is worth the name */

static bool counted(const struct history_classes *classes, const struct mg_history *h,
                    const struct history_class *class)
{
    uint32_t limit = class->column < h->dataset->field_count ? classes->most_values : HISTORY_MOST_CATEGORIES;

    return class->kind != CLASS_ATTRIBUTE || classes->distinct[class->column] <= limit;
}

bool history_class_seems_vanished(const struct mg_history *h, const struct history_classes *classes,
                                  const struct history_class *class, int side)
{
    return class->lone[side] >= LEAST_ROWS && !class->lone[!side] && !class->kept[HISTORY_BEFORE] &&
           !class->kept[HISTORY_AFTER] && !class->standing && !class->stands &&
           2 * class->dated[side] < class->lone[side] && counted(classes, h, class);
}

static bool seems_vanished(const struct mg_history *h, const struct history_classes *classes,
                           const struct history_class *class)
{
    return history_class_seems_vanished(h, classes, class, HISTORY_BEFORE) ||
           history_class_seems_vanished(h, classes, class, HISTORY_AFTER);
}

static int64_t count_seeming(const struct mg_history *h, const struct history_classes *classes)
{
    int64_t count = 0;

    for (size_t i = 0; i < classes->names.count; i++) {
        const struct history_class *class = &classes->list[i];

        count += seems_vanished(h, classes, class);
    }
    return count;
}

/* The rows that stand in both editions, until nothing seems to have vanished any more. */
struct standing_scan {
    struct history_classes *classes;
    int64_t seeming;
    bool all;
};

/* Of the row whose cells are in h->contents[HISTORY_AFTER]. */
static void count_standing(struct mg_history *h, struct standing_scan *scan)
{
    uint32_t indexes[HISTORY_ROW_CLASSES];
    size_t count = history_classes_of_row(h, scan->classes, HISTORY_AFTER, indexes);

    for (size_t i = 0; i < count; i++) {
        struct history_class *class = &scan->classes->list[indexes[i]];

        if (!class->standing && seems_vanished(h, scan->classes, class))
            scan->seeming--;
        class->standing++;
    }
}

static enum mg_code visit_standing(struct mg_history *h, const struct history_version *version,
                                   struct mg_read *row, void *context, struct mg_error *err)
{
    struct standing_scan *scan = context;
    enum mg_code code;

    (void)row;
    if (!scan->all && !scan->seeming)
        return MG_ERR_CLOSED;
    code = history_read(h, HISTORY_AFTER, version->record, err);
    if (code)
        return code;
    count_standing(h, scan);
    return MG_OK;
}

/* The same of a row of which category, postcode and commune alone were read. */
static enum mg_code visit_standing_kind(struct mg_history *h, const struct history_version *version,
                                        struct mg_read *row, void *context, struct mg_error *err)
{
    static const enum history_typed columns[] = {TYPED_CATEGORY, TYPED_POSTCODE, TYPED_COMMUNE};
    struct history_cell *typed = h->contents[HISTORY_AFTER].cells + h->dataset->field_count;
    struct standing_scan *scan = context;
    enum mg_code code;

    if (!scan->all && !scan->seeming)
        return MG_ERR_CLOSED;
    for (int i = 0; i < 3; i++)
        typed[columns[i]].text = mg_read_text_or_null(row, 4 + i, &typed[columns[i]].length);
    if (row->code)
        return row->code;
    if (history_classes_read_all(h, scan->classes, HISTORY_AFTER)) {
        code = history_read(h, HISTORY_AFTER, version->record, err);
        if (code)
            return code;
    }
    count_standing(h, scan);
    return MG_OK;
}

/* Category and département are what is asked for, unless another attribute seems to have vanished. */
static bool kinds_suffice(const struct mg_history *h, const struct history_classes *classes)
{
    uint32_t category = (uint32_t)history_column_of(h, TYPED_CATEGORY);

    for (size_t i = 0; i < classes->names.count; i++) {
        const struct history_class *class = &classes->list[i];

        if (class->kind == CLASS_ATTRIBUTE && class->column != category && seems_vanished(h, classes, class))
            return false;
    }
    return true;
}

static enum mg_code scan_standing(struct mg_history *h, struct standing_scan *scan, struct mg_error *err)
{
    bool kinds = scan->classes->kinds_only = kinds_suffice(h, scan->classes);
    enum mg_code code =
        kinds ? history_standing(h, MG_SQL_HISTORY_STANDING_CLASSES, visit_standing_kind, scan, err)
              : history_standing(h, MG_SQL_HISTORY_VERSIONS, visit_standing, scan, err);

    for (size_t i = 0; i < h->same[HISTORY_AFTER].count && !code; i++) {
        if (!(code = history_read(h, HISTORY_AFTER, h->same[HISTORY_AFTER].rows[i].record, err)))
            count_standing(h, scan);
    }
    scan->classes->kinds_only = false;
    return code == MG_ERR_CLOSED ? MG_OK : code; /* stopped by itself */
}

static struct history_cell text_at(struct mg_read *row, int column)
{
    struct history_cell cell;

    cell.text = mg_read_text(row, column, &cell.length);
    return cell;
}

/* Of one class: are there more rows in the later edition than differ? Then some stand in both. */
static void note_listed(struct history_classes *classes, uint32_t index, const double *listed)
{
    struct history_class *class = &classes->list[index];

    class->stands = listed[index] > (double)class->lone[HISTORY_AFTER] + class->kept[HISTORY_AFTER];
}

/* How many of each category there are in each département was kept when the later edition was imported. What
 * stands by these figures needs no look at the rows; they may be missing, or know less than the rows do. */
static enum mg_code use_figures(struct mg_history *h, struct history_classes *classes, struct mg_error *err)
{
    const struct history_column *typed = h->columns + h->dataset->field_count;
    MG_FREE double *listed = mg_calloc(classes->names.count + 1, sizeof *listed);
    struct mg_read row;

    if (!listed)
        return mg_fail_memory(err);
    if (!typed[TYPED_COMMUNE].compared || !typed[TYPED_POSTCODE].compared || !typed[TYPED_CATEGORY].compared)
        return MG_OK; /* classes know nothing of these columns, the figures do */
    mg_read_ask(&row, h->db, MG_SQL_HISTORY_EDITION_COUNTS, err, "i", h->editions[HISTORY_AFTER]->id);
    while (mg_read_next(&row)) {
        const struct history_cell departement = text_at(&row, 0), category = text_at(&row, 1);
        const double n = mg_read_real(&row, 2);
        uint32_t indexes[3];

        history_classes_of_kind(h, classes, &departement, &category, indexes);
        for (int i = 0; i < 3; i++) {
            if (indexes[i] == HISTORY_NONE)
                continue;
            listed[indexes[i]] += n;
            note_listed(classes, indexes[i], listed);
        }
    }
    return mg_read_end(&row);
}

enum mg_code history_classes_standing(struct mg_history *h, struct history_classes *classes, bool needed,
                                      bool *ret_seems, struct mg_error *err)
{
    struct standing_scan scan = {classes, count_seeming(h, classes), needed};
    enum mg_code code = MG_OK;

    *ret_seems = false;
    if (scan.seeming && !needed) {
        code = use_figures(h, classes, err);
        if (code)
            return code;
    }
    scan.seeming = count_seeming(h, classes);
    if ((scan.seeming || needed)) {
        code = scan_standing(h, &scan, err);
        if (code)
            return code;
    }
    *ret_seems = scan.seeming > 0;
    return MG_OK;
}
