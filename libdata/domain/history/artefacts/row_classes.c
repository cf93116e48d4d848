/* artefacts/row_classes.c - the classes of rows, and how many rows of each are in one edition only or in a
 * pair. */
#include "libdata/domain/history/artefacts/artefacts.h"

#include <math.h>

#include "libdata/base/alloc.h"
#include "libdata/base/text.h"
#include "libdata/geo/departement.h"

#define MOST_VALUES  50 /* of a column whose values are classes; fewer in a small edition */
#define FIELDS_LIMIT (HISTORY_ROW_CLASSES - 3)

/* Names of classes start with a byte that says what they are, or with their column's number. */
#define NAME_DEPARTEMENT "\x01"
#define NAME_CELL        "\x02"

/* Columns that say where a service is: what is gone there is a gap in the coverage, not another perimeter. */
static const char *const territories[] = {"departement", "departemen", "dep",  "region", "reg",
                                          "academie",    "commune",    "epci", "canton", "arrondissement",
                                          "localite",    "ville",      "code", "insee",  "lib",
                                          "libelle",     "nom",        "num",  "numero", "no"};
#define TERRITORY_WORDS 12 /* the rest only go with one of them */

static bool among(const char *word, size_t length, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(territories[i]) == length && !memcmp(territories[i], word, length))
            return true;
    }
    return false;
}

/* All words of the label are of the list, and one of them is a territory. */
static enum mg_code names_territory(const char *label, bool *ret_territory, bool *ret_departement,
                                    struct mg_error *err)
{
    struct mg_buf folded = {0};
    bool all = true, one = false;
    enum mg_code code;

    mg_text_add_folded(&folded, label, strlen(label));
    code = mg_buf_check(&folded, err);
    if (code)
        return code;
    for (const char *at = folded.length ? folded.data : ""; *at;) {
        size_t length = strcspn(at, " ");

        all = all && among(at, length, sizeof territories / sizeof *territories);
        one = one || among(at, length, TERRITORY_WORDS);
        *ret_departement = *ret_departement || among(at, length, 3);
        at += length + (at[length] == ' ');
    }
    *ret_territory = all && one;
    *ret_departement = *ret_departement && *ret_territory;
    mg_buf_finish(&folded);
    return MG_OK;
}

static bool typed_compared(const struct mg_history *h, enum history_typed typed)
{
    return h->columns[history_column_of(h, typed)].compared;
}

/* One value all through each edition, but another one: it belongs to the editions. */
static bool other_constants(const struct history_column *column)
{
    const struct mg_buf *before = &column->constant[HISTORY_BEFORE],
                        *after = &column->constant[HISTORY_AFTER];

    return before->length && after->length &&
           (before->length != after->length || memcmp(before->data, after->data, after->length) != 0);
}

/* The source's columns without a role of their own, and the category. */
static enum mg_code choose_columns(const struct mg_history *h, struct history_classes *classes,
                                   struct mg_error *err)
{
    const struct mg_dataset *dataset = h->dataset;

    for (size_t i = 0; i < dataset->field_count && classes->eligible_count < FIELDS_LIMIT; i++) {
        bool territory = false, departement = false;
        enum mg_code code;

        if (!h->columns[i].compared || h->columns[i].typed != TYPED_NONE || dataset->fields[i].role ||
            other_constants(&h->columns[i]))
            continue;
        code = names_territory(dataset->fields[i].name, &territory, &departement, err);
        if (code)
            return code;
        if (departement && classes->departement_column == HISTORY_NONE)
            classes->departement_column = (uint32_t)i;
        if (!territory)
            classes->eligible[classes->eligible_count++] = (uint32_t)i;
    }
    if (typed_compared(h, TYPED_CATEGORY))
        classes->eligible[classes->eligible_count++] = (uint32_t)(dataset->field_count + TYPED_CATEGORY);
    return MG_OK;
}

enum mg_code history_classes_create(const struct mg_history *h, struct history_classes *classes,
                                    struct mg_error *err)
{
    double rows =
        (double)(h->editions[HISTORY_BEFORE]->rows_loaded + h->editions[HISTORY_AFTER]->rows_loaded);
    double most = sqrt(rows);

    classes->most_values = most < 2 ? 2 : most > MOST_VALUES ? MOST_VALUES : (uint32_t)most;
    classes->departement_column = HISTORY_NONE;
    classes->distinct = mg_calloc(h->column_count, sizeof *classes->distinct);
    classes->eligible = mg_calloc(h->column_count, sizeof *classes->eligible);
    if (!classes->distinct || !classes->eligible)
        return mg_fail_memory(err);
    return choose_columns(h, classes, err);
}

void history_classes_finish(struct history_classes *classes)
{
    mg_map_finish(&classes->names);
    mg_buf_finish(&classes->name);
    free(classes->list);
    free(classes->distinct);
    free(classes->eligible);
}

/* From the code of the row's commune, else its postcode. */
static struct history_cell coded_departement(const struct mg_history *h, int side)
{
    const struct history_cell *typed = h->contents[side].cells + h->dataset->field_count;
    static const enum history_typed codes[] = {TYPED_COMMUNE, TYPED_POSTCODE};

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct history_cell cell = typed[codes[i]];

        if (!typed_compared(h, codes[i]) || cell.length != 5)
            continue;
        cell.length = mg_departement_length(cell.text);
        return cell;
    }
    return (struct history_cell){NULL, 0};
}

/* Text that stands for the département of the row: from its codes, else the column that names it. */
static struct history_cell departement(const struct mg_history *h, const struct history_classes *classes,
                                       int side)
{
    struct history_cell cell = coded_departement(h, side);

    if (!cell.length && classes->departement_column != HISTORY_NONE)
        return history_cell(h, side, classes->departement_column);
    return cell;
}

bool history_classes_read_all(const struct mg_history *h, const struct history_classes *classes, int side)
{
    return classes->departement_column != HISTORY_NONE && !coded_departement(h, side).length;
}

static void name_attribute(struct history_classes *classes, uint32_t column, const struct history_cell *cell)
{
    mg_buf_clear(&classes->name);
    mg_buf_add_i64(&classes->name, column);
    mg_buf_add_char(&classes->name, '=');
    mg_buf_add(&classes->name, cell->text, cell->length);
}

static void name_departement(struct history_classes *classes, const struct history_cell *dep)
{
    mg_buf_clear(&classes->name);
    mg_buf_add_str(&classes->name, NAME_DEPARTEMENT);
    mg_buf_add(&classes->name, dep->text, dep->length);
}

static void name_cell(struct history_classes *classes, const struct history_cell *dep,
                      const struct history_cell *category)
{
    mg_buf_clear(&classes->name);
    mg_buf_add_str(&classes->name, NAME_CELL);
    mg_buf_add(&classes->name, dep->text, dep->length);
    mg_buf_add_str(&classes->name, ": ");
    mg_buf_add(&classes->name, category->text, category->length);
}

/* The class of the name at hand; made if there is none. */
static enum mg_code find_or_add(struct history_classes *classes, enum history_class_kind kind,
                                uint32_t column, uint32_t *ret_index, struct mg_error *err)
{
    int64_t next = (int64_t)classes->names.count, found;
    enum mg_code code = mg_buf_check(&classes->name, err);

    if (!code)
        code = mg_map_put(&classes->names, classes->name.data, classes->name.length, next, &found, err);
    if (code)
        return code;
    if (found == next) {
        if (!mg_grow(classes->list, (size_t)next, &classes->capacity))
            return mg_fail_memory(err);
        classes->list[next] =
            (struct history_class){.kind = kind, .column = column, .departement = HISTORY_NONE};
        if (kind == CLASS_ATTRIBUTE)
            classes->distinct[column]++;
    }
    *ret_index = (uint32_t)found;
    return MG_OK;
}

static uint32_t most_values(const struct mg_history *h, const struct history_classes *classes,
                            uint32_t column)
{
    return column < h->dataset->field_count ? classes->most_values : HISTORY_MOST_CATEGORIES;
}

/* A column with too many values is no attribute; that it has them does not depend on the rows' order. */
static enum mg_code attribute_classes(const struct mg_history *h, struct history_classes *classes, int side,
                                      uint32_t *indexes, size_t *count, struct mg_error *err)
{
    for (size_t i = 0; i < classes->eligible_count; i++) {
        uint32_t column = classes->eligible[i];
        struct history_cell cell = history_cell(h, side, column);
        enum mg_code code;

        if (!cell.length || classes->distinct[column] > most_values(h, classes, column))
            continue;
        name_attribute(classes, column, &cell);
        code = find_or_add(classes, CLASS_ATTRIBUTE, column, &indexes[*count], err);
        if (code)
            return code;
        ++*count;
    }
    return MG_OK;
}

static enum mg_code classes_of_row(const struct mg_history *h, struct history_classes *classes, int side,
                                   uint32_t *indexes, size_t *count, uint32_t *ret_departement,
                                   struct mg_error *err)
{
    struct history_cell dep = departement(h, classes, side);
    const struct history_cell *category = history_typed(h, side, TYPED_CATEGORY);
    enum mg_code code = attribute_classes(h, classes, side, indexes, count, err);

    *ret_departement = HISTORY_NONE;
    if (code || !dep.length)
        return code;
    name_departement(classes, &dep);
    code = find_or_add(classes, CLASS_DEPARTEMENT, 0, ret_departement, err);
    if (code)
        return code;
    indexes[(*count)++] = *ret_departement;
    if (!category->length || !typed_compared(h, TYPED_CATEGORY))
        return MG_OK;
    name_cell(classes, &dep, category);
    code = find_or_add(classes, CLASS_CATEGORY_IN_DEPARTEMENT, 0, &indexes[*count], err);
    if (code)
        return code;
    ++*count;
    return MG_OK;
}

enum mg_code history_classes_add(const struct mg_history *h, struct history_classes *classes, int side,
                                 bool lone, struct mg_error *err)
{
    uint32_t indexes[HISTORY_ROW_CLASSES], dep;
    enum mg_open_state state = MG_STATE_OPEN;
    size_t count = 0;
    enum mg_code code = classes_of_row(h, classes, side, indexes, &count, &dep, err);
    bool dated;

    if (!code && lone)
        code = history_state(h, side, &state, err);
    if (code)
        return code;
    dated = lone && (state == MG_STATE_CLOSED || history_dated(h, side));
    for (size_t i = 0; i < count; i++) {
        struct history_class *class = &classes->list[indexes[i]];

        if (!lone) {
            class->kept[side]++;
            continue;
        }
        class->lone[side]++;
        class->dated[side] += dated;
        class->several = class->several || (class->departement != HISTORY_NONE && class->departement != dep);
        class->departement = dep;
    }
    return MG_OK;
}

size_t history_classes_of_row(const struct mg_history *h, struct history_classes *classes, int side,
                              uint32_t *ret_indexes)
{
    struct history_cell dep = departement(h, classes, side);
    const struct history_cell *category = history_typed(h, side, TYPED_CATEGORY);
    size_t count = 0;

    for (size_t i = 0; i < classes->eligible_count + 2; i++) {
        bool attribute = i < classes->eligible_count;
        struct history_cell cell;
        int64_t found;

        if (attribute && classes->kinds_only && classes->eligible[i] < h->dataset->field_count)
            continue;
        cell = attribute ? history_cell(h, side, classes->eligible[i]) : dep;

        if (!cell.length || (i > classes->eligible_count && !category->length))
            continue;
        if (attribute)
            name_attribute(classes, classes->eligible[i], &cell);
        else if (i == classes->eligible_count)
            name_departement(classes, &dep);
        else
            name_cell(classes, &dep, category);
        found = mg_map_get(&classes->names, classes->name.data, classes->name.length);
        if (found >= 0)
            ret_indexes[count++] = (uint32_t)found;
    }
    return count;
}

static uint32_t named(const struct history_classes *classes)
{
    int64_t found = mg_map_get(&classes->names, classes->name.data, classes->name.length);

    return found < 0 ? HISTORY_NONE : (uint32_t)found;
}

uint32_t history_class_of_category(const struct mg_history *h, struct history_classes *classes,
                                   const struct history_cell *category)
{
    name_attribute(classes, (uint32_t)history_column_of(h, TYPED_CATEGORY), category);
    return named(classes);
}

void history_classes_of_kind(const struct mg_history *h, struct history_classes *classes,
                             const struct history_cell *dep, const struct history_cell *category,
                             uint32_t ret_indexes[3])
{
    ret_indexes[0] = ret_indexes[1] = ret_indexes[2] = HISTORY_NONE;
    if (category->length)
        ret_indexes[0] = history_class_of_category(h, classes, category);
    if (!dep->length)
        return;
    name_departement(classes, dep);
    ret_indexes[1] = named(classes);
    if (!category->length)
        return;
    name_cell(classes, dep, category);
    ret_indexes[2] = named(classes);
}

void history_class_add_label(const struct mg_history *h, const struct history_classes *classes,
                             uint32_t index, struct mg_buf *buf)
{
    size_t length;
    const char *name = mg_map_key(&classes->names, index, &length);

    (void)h;
    if (classes->list[index].kind == CLASS_ATTRIBUTE)
        mg_buf_add_str(buf, strchr(name, '=') + 1);
    else
        mg_buf_add_str(buf, name + 1);
}
