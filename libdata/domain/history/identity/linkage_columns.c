/* identity/linkage_columns.c - which of a dataset's columns linkage is given; see linkage_columns.h. */
#include "libdata/domain/history/identity/linkage_columns.h"

#include <stdio.h>

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/text.h"

#define POSTCODE_ROWS  1000 /* of each side, by which columns with postcodes are tried */
#define POSTCODE_SHARE 0.6  /* of them in their commune's département */

/* What the cells of each field are (field.meaning in maillage-file(5)), "": nothing that is known. */
struct fields {
    struct mg_history *h;
    char (*meanings)[24];
    bool *used, *phones; /* handed already; by its label a telephone */
};

static void fields_finish(struct fields *fields)
{
    free(fields->meanings);
    free(fields->used);
    free(fields->phones);
}

static enum mg_code read_meanings(struct fields *fields, struct mg_error *err)
{
    const struct mg_dataset *dataset = fields->h->dataset;
    struct mg_read row;

    fields->meanings = mg_calloc(dataset->field_count + 1, sizeof *fields->meanings);
    fields->used = mg_calloc(dataset->field_count + 1, sizeof *fields->used);
    if (!fields->meanings || !fields->used)
        return mg_fail_memory(err);
    mg_read_ask(&row, fields->h->db, MG_SQL_HISTORY_MEANINGS, err, "i", dataset->id);
    while (mg_read_next(&row)) {
        int64_t position = mg_read_i64_in(&row, 0, 0, MG_POSITION_MAX);
        const char *name = mg_read_text(&row, 1, NULL);

        for (size_t i = 0; i < dataset->field_count && !row.code; i++) {
            if (dataset->fields[i].position == position)
                snprintf(fields->meanings[i], sizeof fields->meanings[i], "%s", name);
        }
    }
    return mg_read_end(&row);
}

static enum mg_code read_labels(struct fields *fields, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf label = {0};
    const struct mg_dataset *dataset = fields->h->dataset;
    enum mg_code code = MG_OK;

    if (!(fields->phones = mg_calloc(dataset->field_count + 1, sizeof *fields->phones)))
        return mg_fail_memory(err);
    for (size_t i = 0; i < dataset->field_count && !code; i++) {
        mg_buf_clear(&label);
        mg_text_add_folded(&label, dataset->fields[i].name, strlen(dataset->fields[i].name));
        code = mg_buf_check(&label, err);
        if (!code && label.length)
            fields->phones[i] =
                strstr(label.data, "telephone") || strstr(label.data, "phone") || !strcmp(label.data, "tel");
    }
    return code;
}

static bool means(const struct fields *fields, size_t field, const char *meaning)
{
    return !strcmp(fields->meanings[field], meaning);
}

static size_t field_count(const struct fields *fields)
{
    return fields->h->dataset->field_count;
}

static int64_t filled(const struct fields *fields, size_t column, int side)
{
    return fields->h->columns[column].filled[side];
}

static int64_t filled_both(const struct fields *fields, size_t column)
{
    int64_t before = filled(fields, column, HISTORY_BEFORE), after = filled(fields, column, HISTORY_AFTER);

    return before < after ? before : after;
}

static bool mostly_filled(const struct fields *fields, const struct history_linkage_column *column)
{
    for (int side = 0; side < HISTORY_SIDES; side++) {
        if (column->at[side] == HISTORY_NO_COLUMN ||
            filled(fields, column->at[side], side) * 2 < (int64_t)fields->h->rows[side].count)
            return false;
    }
    return true;
}

typedef bool field_is(const struct fields *fields, size_t field);

/* The field of that kind which most rows of both sides have; where none stands in both, of each side its own.
 */
static struct history_linkage_column fullest(const struct fields *fields, field_is *is)
{
    struct history_linkage_column found = {{HISTORY_NO_COLUMN, HISTORY_NO_COLUMN}, false};
    int64_t best = 0, of_side[HISTORY_SIDES] = {0};

    for (size_t i = 0; i < field_count(fields); i++) {
        if (!fields->h->columns[i].hidden && is(fields, i) && filled_both(fields, i) > best) {
            best = filled_both(fields, i);
            found.at[HISTORY_BEFORE] = found.at[HISTORY_AFTER] = i;
        }
    }
    for (size_t i = 0; i < field_count(fields) && !best; i++) {
        for (int side = 0; side < HISTORY_SIDES; side++) {
            if (!fields->h->columns[i].hidden && is(fields, i) && filled(fields, i, side) > of_side[side]) {
                of_side[side] = filled(fields, i, side);
                found.at[side] = i;
            }
        }
    }
    return found;
}

/* By its cells, or by its label where they were too few to tell. */
static bool is_phone(const struct fields *fields, size_t field)
{
    return means(fields, field, "phone") ||
           (!*fields->meanings[field] && !fields->h->dataset->fields[field].role && fields->phones[field]);
}

static bool is_commune_name(const struct fields *fields, size_t field)
{
    return means(fields, field, "commune_name") && !fields->h->dataset->fields[field].role;
}

static bool is_postcode(const struct fields *fields, size_t field)
{
    return means(fields, field, "postcode") && !fields->h->dataset->fields[field].role;
}

static struct history_linkage_column typed(const struct fields *fields, enum history_typed which)
{
    size_t at = field_count(fields) + (size_t)which;

    return (struct history_linkage_column){{at, at}, false};
}

static void find_commune(const struct fields *fields, struct history_linkage_columns *columns)
{
    struct history_linkage_column names = fullest(fields, is_commune_name);

    columns->commune = typed(fields, TYPED_COMMUNE);
    columns->named = !mostly_filled(fields, &columns->commune) && mostly_filled(fields, &names);
    if (columns->named)
        columns->commune = names;
}

/* Of the first rows, how many have both a commune and a postcode, and how many of these one département. */
static enum mg_code count_agreeing(const struct fields *fields, size_t postcode, int64_t *ret_both,
                                   int64_t *ret_agreeing, struct mg_error *err)
{
    struct mg_history *h = fields->h;

    for (int side = 0; side < HISTORY_SIDES; side++) {
        for (size_t i = 0; i < h->rows[side].count && i < POSTCODE_ROWS; i++) {
            const struct history_cell *cells = h->contents[side].cells;
            const struct history_cell *code = &cells[field_count(fields) + TYPED_COMMUNE];
            enum mg_code failed = history_read(h, side, h->rows[side].rows[i].record, err);

            if (failed)
                return failed;
            if (code->length != 5 || cells[postcode].length != 5)
                continue;
            ++*ret_both;
            *ret_agreeing += !memcmp(code->text, cells[postcode].text, 2) ||
                             (code->text[0] == '2' && code->text[1] >= 'A');
        }
    }
    return MG_OK;
}

/* That of the commune, where there are several. */
static enum mg_code find_postcode(const struct fields *fields, struct history_linkage_columns *columns,
                                  struct mg_error *err)
{
    struct history_linkage_column own = typed(fields, TYPED_POSTCODE);
    double best = 0;

    columns->postcode = own;
    if (columns->named || fullest(fields, is_postcode).at[HISTORY_BEFORE] == HISTORY_NO_COLUMN)
        return MG_OK;
    for (size_t i = 0; i <= field_count(fields);
         i++) { /* the typed one last: it is kept where no other is better */
        bool last = i == field_count(fields);
        size_t at = last ? own.at[0] : i;
        int64_t both = 0, agreeing = 0;
        enum mg_code code;

        if (!last && (fields->h->columns[i].hidden || !is_postcode(fields, i)))
            continue;
        code = count_agreeing(fields, at, &both, &agreeing, err);
        if (code)
            return code;
        if (both && (double)agreeing >= best * (double)both) {
            best = (double)agreeing / (double)both;
            columns->postcode = (struct history_linkage_column){{at, at}, false};
        }
    }
    if (best < POSTCODE_SHARE)
        columns->postcode = own;
    return MG_OK;
}

/* Is it told otherwise already, or nothing that stays with a service? */
static bool told(const struct fields *fields, size_t field)
{
    static const char *const places[] = {"lon", "lat", "lonlat", "x", "y", "crs", "geometry"};
    const struct mg_field *of = &fields->h->dataset->fields[field];
    const struct history_column *column = &fields->h->columns[field];

    if (column->hidden || !column->compared || of->key_part || fields->used[field])
        return true;
    if (of->role && column->typed != TYPED_STATUS && column->typed != TYPED_OPENED &&
        column->typed != TYPED_CLOSED)
        return true;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (means(fields, field, places[i]))
            return true;
    }
    return false;
}

static size_t cell_of(const struct fields *fields, size_t field)
{
    enum history_typed typed = fields->h->columns[field].typed;

    return typed == TYPED_NONE ? field : field_count(fields) + (size_t)typed;
}

static void add_other(struct fields *fields, struct history_linkage_columns *columns, size_t before,
                      size_t after)
{
    fields->used[before] = fields->used[after] = true;
    columns->others[columns->other_count++] = (struct history_linkage_column){
        {cell_of(fields, before), cell_of(fields, after)}, means(fields, before, "phone")};
}

/* The field of the one side only that has this meaning, HISTORY_NO_COLUMN where there are none or several. */
static size_t only_one(const struct fields *fields, const char *meaning, int side)
{
    size_t found = HISTORY_NO_COLUMN;

    for (size_t i = 0; i < field_count(fields); i++) {
        if (told(fields, i) || !means(fields, i, meaning) || !filled(fields, i, side) ||
            filled(fields, i, !side))
            continue;
        if (found != HISTORY_NO_COLUMN)
            return HISTORY_NO_COLUMN;
        found = i;
    }
    return found;
}

/* Columns of both, the fullest first; then those that have another name in the other edition. */
static void find_others(struct fields *fields, struct history_linkage_columns *columns)
{
    while (columns->other_count < MG_LINKAGE_COLUMNS) {
        size_t best = HISTORY_NO_COLUMN;
        int64_t most = 0;

        for (size_t i = 0; i < field_count(fields); i++) {
            int64_t rows = told(fields, i) ? 0 : filled_both(fields, cell_of(fields, i));

            if (rows > most) {
                most = rows;
                best = i;
            }
        }
        if (best == HISTORY_NO_COLUMN)
            break;
        add_other(fields, columns, best, best);
    }
    for (size_t i = 0; i < field_count(fields) && columns->other_count < MG_LINKAGE_COLUMNS; i++) {
        size_t after = HISTORY_NO_COLUMN;

        if (*fields->meanings[i] && only_one(fields, fields->meanings[i], HISTORY_BEFORE) == i)
            after = only_one(fields, fields->meanings[i], HISTORY_AFTER);
        if (after != HISTORY_NO_COLUMN)
            add_other(fields, columns, i, after);
    }
}

enum mg_code history_linkage_columns_find(struct mg_history *h, struct history_linkage_columns *ret_columns,
                                          struct mg_error *err)
{
    MG_CLEANUP(fields_finish) struct fields fields = {.h = h};
    enum mg_code code = read_meanings(&fields, err);

    if (!code)
        code = read_labels(&fields, err);
    if (code)
        return code;
    *ret_columns = (struct history_linkage_columns){.phone = fullest(&fields, is_phone)};
    find_commune(&fields, ret_columns);
    code = find_postcode(&fields, ret_columns, err);
    if (code)
        return code;
    for (int side = 0; side < HISTORY_SIDES; side++) {
        const size_t taken[] = {ret_columns->phone.at[side], ret_columns->postcode.at[side],
                                ret_columns->commune.at[side]};

        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
            if (taken[i] < field_count(&fields))
                fields.used[taken[i]] = true;
        }
    }
    find_others(&fields, ret_columns);
    return MG_OK;
}
