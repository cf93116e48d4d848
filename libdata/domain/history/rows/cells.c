/* rows/cells.c - what a row says, column by column, and which columns can be compared at all. */
#include "libdata/domain/history/rows/rows.h"

#include "libdata/base/alloc.h"
#include "libdata/base/buf.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/common/access.h"
#include "libdata/domain/common/row_hash.h"
#include "libdata/geo/blob.h"
#include "libdata/io/json.h"
#include "libdata/io/json_cells.h"

/* Columns of the statements history_rows, history_before and history_after after the texts of history_said.
 */
enum { COLUMN_EDITION = HISTORY_TEXTS, COLUMN_LINE, COLUMN_GEOM };

static const struct {
    const char *role;
    enum history_typed typed;
} roles[] = {
    {"name", TYPED_NAME},         {"category", TYPED_CATEGORY}, {"address", TYPED_ADDRESS},
    {"postcode", TYPED_POSTCODE}, {"commune", TYPED_COMMUNE},   {"status", TYPED_STATUS},
    {"opened", TYPED_OPENED},     {"closed", TYPED_CLOSED},     {"precision", TYPED_PRECISION},
    {"lon", TYPED_PLACE},         {"lat", TYPED_PLACE},         {"lonlat", TYPED_PLACE},
    {"x", TYPED_PLACE},           {"y", TYPED_PLACE},           {"crs", TYPED_PLACE},
};

static enum history_typed typed_of_role(const char *role)
{
    for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++) {
        if (!strcmp(roles[i].role, role))
            return roles[i].typed;
    }
    return TYPED_NONE;
}

/* The source's name for what a typed column holds, for messages and evidence. */
static const char *typed_name(const struct mg_dataset *dataset, enum history_typed typed)
{
    if (typed == TYPED_PLACE)
        return "place";
    for (size_t i = 0; i < dataset->field_count; i++) {
        if (typed_of_role(dataset->fields[i].role) == typed)
            return dataset->fields[i].name;
    }
    return roles[typed].role; /* the table starts in their order */
}

static enum mg_code read_constants(struct mg_history *h, int side, struct mg_error *err)
{
    struct mg_read row;

    mg_read_ask(&row, h->db, MG_SQL_HISTORY_CONSTANTS, err, "i", h->editions[side]->id);
    while (mg_read_next(&row)) {
        size_t length;
        int64_t position = mg_read_i64_in(&row, 0, 0, MG_POSITION_MAX);
        const char *value = mg_read_text(&row, 1, &length);

        for (size_t i = 0; i < h->dataset->field_count && !row.code; i++) {
            struct mg_buf *constant = &h->columns[i].constant[side];

            if (h->dataset->fields[i].position != position || h->columns[i].hidden)
                continue;
            mg_json_add_string(constant, value, length);
            row.code = mg_buf_check(constant, err);
        }
    }
    return mg_read_end(&row);
}

/* Columns that an import of either edition kept but did not compare: told not to, or numbers of rows. */
static enum mg_code read_ignored(struct mg_history *h, struct mg_error *err)
{
    struct mg_read row;

    mg_read_ask(&row, h->db, MG_SQL_HISTORY_IGNORED, err, "ii", h->editions[HISTORY_BEFORE]->id,
                h->editions[HISTORY_AFTER]->id);
    while (mg_read_next(&row)) {
        int64_t position = mg_read_i64(&row, 0);

        for (size_t i = 0; i < h->dataset->field_count; i++) {
            if (h->dataset->fields[i].position == position)
                h->columns[i].compared = false;
        }
    }
    return mg_read_end(&row);
}

enum mg_code history_columns_create(struct mg_history *h, struct mg_error *err)
{
    const struct mg_dataset *dataset = h->dataset;
    size_t count = dataset->field_count + TYPED_COUNT + 1;
    enum mg_code code = MG_OK;

    h->columns = mg_calloc(count, sizeof *h->columns);
    h->evidence = mg_calloc(count + 16, sizeof *h->evidence);
    if (!h->columns || !h->evidence)
        return mg_fail_memory(err);
    h->column_count = count;
    for (size_t i = 0; i < count; i++) {
        bool source = i < dataset->field_count;

        h->columns[i].name = source ? dataset->fields[i].name
                                    : typed_name(dataset, (enum history_typed)(i - dataset->field_count));
        h->columns[i].typed = source ? typed_of_role(dataset->fields[i].role) : TYPED_NONE;
        h->columns[i].hidden =
            h->options.open_only && source && !mg_access_field(MG_PUBLIC, dataset, &dataset->fields[i]);
        h->columns[i].compared =
            !source || !dataset->fields[i].role || strcmp(dataset->fields[i].role, "key") != 0;
        if (h->columns[i].hidden)
            h->columns[i].compared = false;
    }
    for (int side = 0; side < HISTORY_SIDES && !code; side++) {
        h->contents[side].cells = mg_calloc(count, sizeof *h->contents[side].cells);
        h->only[side] = mg_calloc(count, sizeof *h->only[side]);
        if (!h->contents[side].cells || !h->only[side])
            return mg_fail_memory(err);
        code = read_constants(h, side, err);
    }
    return code ? code : read_ignored(h, err);
}

void history_columns_destroy(struct mg_history *h)
{
    for (size_t i = 0; i < h->column_count; i++) {
        for (int side = 0; side < HISTORY_SIDES; side++)
            mg_buf_finish(&h->columns[i].constant[side]);
    }
    for (int side = 0; side < HISTORY_SIDES; side++) {
        free(h->contents[side].cells);
        free(h->only[side]);
    }
    free(h->columns);
    free(h->evidence);
}

/* record.other as cells: length 0 for "", no text for null. Both sides were written by the same code, so the
 * same text has the same escapes, and nothing needs to be undone. */
static void split_other(const struct mg_history *h, const char *other, size_t length,
                        struct history_cell *cells)
{
    const struct mg_dataset *dataset = h->dataset;
    struct mg_json_cells at;
    struct mg_json_cell cell;
    size_t i = 0;

    memset(cells, 0, dataset->field_count * sizeof *cells);
    mg_json_cells_start(&at, other, length);
    for (int64_t position = 0; mg_json_cells_next(&at, &cell); position++) {
        size_t looked = 0;
        if (cell.kind == MG_JSON_NULL)
            continue;
        while (looked++ < dataset->field_count && dataset->fields[i].position != position)
            i = (i + 1) % dataset->field_count; /* mostly the next one */
        if (looked <= dataset->field_count && !h->columns[i].hidden)
            cells[i] = (struct history_cell){cell.text, cell.length};
    }
}

const char *history_as_of(const struct mg_history *h, int64_t edition)
{
    for (size_t i = 0; i < h->dataset->edition_count; i++) {
        if (h->dataset->editions[i].id == edition)
            return h->dataset->editions[i].as_of;
    }
    return NULL;
}

static enum mg_code fail_no_record(const struct mg_history *h, struct mg_error *err)
{
    mg_fail(err, MG_ERR_DB, _("a version of dataset %s names a record that is not there"), h->dataset->name);
    mg_error_hint(err, _("maillage check tells what is wrong with the file"));
    return MG_ERR_DB;
}

/* Texts are borrowed from the statement. */
static enum mg_code take_said(struct mg_read *row, struct history_said *said)
{
    size_t length;
    const void *geom = mg_read_blob_or_null(row, COLUMN_GEOM, &length);

    for (int i = 0; i < HISTORY_TEXTS; i++)
        said->texts[i].text = mg_read_text_or_null(row, i, &said->texts[i].length);
    said->edition = mg_read_i64(row, COLUMN_EDITION);
    said->line = mg_read_i64(row, COLUMN_LINE);
    said->has_place = geom && mg_blob_read_point(geom, length, &said->lon, &said->lat);
    if (geom && !said->has_place)
        mg_read_refuse(row, COLUMN_GEOM, "%s", _("the geometry is not a point"));
    return row->code;
}

/* From the file. */
static enum mg_code read_said(struct mg_history *h, int side, int64_t record, struct history_said *said,
                              struct mg_error *err)
{
    enum mg_sql name = side == HISTORY_BEFORE ? MG_SQL_HISTORY_BEFORE : MG_SQL_HISTORY_AFTER;
    struct mg_read row;

    mg_read_ask(&row, h->db, name, err, "i", record);
    if (mg_read_next(&row))
        return take_said(&row, said);
    return row.code ? row.code : fail_no_record(h, err);
}

static void use_said(struct mg_history *h, int side, const struct history_said *said)
{
    struct history_content *content = &h->contents[side];
    const struct history_cell *other = &said->texts[HISTORY_OTHER];

    memcpy(content->cells + h->dataset->field_count, said->texts, TYPED_COUNT * sizeof *said->texts);
    content->key = said->texts[HISTORY_KEY].text;
    if (content->key && !*content->key)
        content->key = NULL;
    content->edition_id = said->edition;
    content->line = said->line;
    split_other(h, other->text, other->length, content->cells);
    content->has_place = said->has_place;
    content->lon = said->lon;
    content->lat = said->lat;
}

enum mg_code history_read(struct mg_history *h, int side, int64_t record, struct mg_error *err)
{
    struct history_said said = {0};
    enum mg_code code = MG_OK;
    bool kept = history_kept_find(&h->kept, record, &said);

    if (!kept)
        code = read_said(h, side, record, &said, err);
    if (!code)
        use_said(h, side, &said);
    h->contents[side].lasts = kept;
    return code;
}

enum mg_code history_take_and_keep(struct mg_history *h, int side, int64_t record, struct mg_read *row,
                                   struct mg_error *err)
{
    struct history_said said = {0};
    enum mg_code code;

    if (mg_read_is_null(row, COLUMN_LINE) && mg_read_is_null(row, COLUMN_EDITION))
        return fail_no_record(h, err);
    code = take_said(row, &said);
    if (!code)
        code = history_kept_add(&h->kept, record, &said, err);
    if (code)
        return code;
    use_said(h, side, &said);
    h->contents[side].lasts = false;
    return MG_OK;
}

static void add_cell(struct mg_buf *buf, const char *text, size_t length)
{
    uint64_t size = text ? length + 1 : 0;

    mg_buf_add(buf, &size, sizeof size);
    if (length)
        mg_buf_add(buf, text, length);
}

enum mg_code history_add_open(struct mg_history *h, int side, int64_t record, struct mg_buf *said,
                              struct mg_error *err)
{
    const struct history_content *content = &h->contents[side];
    enum mg_code code = history_read(h, side, record, err);

    if (code)
        return code;
    add_cell(said, content->key, content->key ? strlen(content->key) : 0);
    for (size_t i = 0; i + 1 < h->column_count; i++) {
        if (h->columns[i].compared)
            add_cell(said, content->cells[i].text, content->cells[i].length);
    }
    if (content->has_place) {
        mg_buf_add(said, &content->lon, sizeof content->lon);
        mg_buf_add(said, &content->lat, sizeof content->lat);
    }
    return mg_buf_check(said, err);
}

enum mg_code history_order_hash(struct mg_history *h, int side, int64_t record, uint64_t hash,
                                uint64_t *ret_hash, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf said = {0};
    enum mg_code code = MG_OK;

    if (h->options.open_only)
        code = history_add_open(h, side, record, &said, err);
    if (!code)
        *ret_hash = h->options.open_only ? (uint64_t)mg_row_hash(&said) : hash;
    return code;
}

void history_count_filled(struct mg_history *h, int side)
{
    const struct history_content *content = &h->contents[side];

    for (size_t i = 0; i + 1 < h->column_count; i++)
        h->columns[i].filled[side] += content->cells[i].length > 0;
    h->columns[h->column_count - 1].filled[side] += content->has_place;
}

/* Among all rows of the edition, for what those of one edition only leave open. */
static enum mg_code column_filled(struct mg_history *h, int side, size_t column, bool *ret_filled,
                                  struct mg_error *err)
{
    const struct mg_dataset *dataset = h->dataset;
    int64_t number = column < dataset->field_count ? dataset->fields[column].position
                                                   : -1 - (int64_t)(column - dataset->field_count);
    int64_t filled = 0;

    for (size_t i = 0; i < dataset->edition_count && !filled; i++) {
        const struct mg_edition *import = &dataset->editions[i];
        enum mg_code code;

        if (import->first_version) {
            code = mg_db_query_i64(h->db, MG_SQL_HISTORY_COLUMN_FILLED, &filled, NULL, err, "tiiii",
                                   h->editions[side]->as_of, number, dataset->id, import->first_version,
                                   import->last_version);
            if (code)
                return code;
        }
    }
    *ret_filled = filled != 0;
    return MG_OK;
}

/* Does the column come (or go) with the file? Empty all through this edition, and filled in more than half
 * of the other's rows; a column that is filled for a few only (a date of closure) is news of those few. */
static enum mg_code settle_column(struct mg_history *h, size_t i, int side, struct mg_error *err)
{
    struct history_column *column = &h->columns[i];
    int64_t rows = h->editions[!side]->rows_loaded;
    bool elsewhere = column->constant[!side].length || column->filled[!side] > rows / 2;
    bool filled = true;
    enum mg_code code;

    if (!h->rows[side].count || column->constant[side].length || column->filled[side] || !elsewhere)
        return MG_OK;
    code = column_filled(h, side, i, &filled, err);
    if (code)
        return code;
    if (!filled) {
        size_t *count = side == HISTORY_BEFORE ? &h->summary.only_after_count : &h->summary.only_before_count;

        column->compared = false;
        h->only[!side][(*count)++] = column->name;
    }
    return MG_OK;
}

enum mg_code history_columns_settle(struct mg_history *h, struct mg_error *err)
{
    for (size_t i = 0; i < h->column_count; i++) {
        struct history_column *column = &h->columns[i];

        if (!column->compared || column->typed != TYPED_NONE)
            continue; /* the typed column stands for it */
        for (int side = 0; side < HISTORY_SIDES; side++) {
            enum mg_code code = settle_column(h, i, side, err);

            if (code)
                return code;
        }
    }
    h->summary.only_before = h->only[HISTORY_BEFORE];
    h->summary.only_after = h->only[HISTORY_AFTER];
    return MG_OK;
}

bool history_cells_equal(const struct history_cell *a, const struct history_cell *b)
{
    return a->length == b->length && (!a->length || !memcmp(a->text, b->text, a->length));
}

struct history_cell history_cell(const struct mg_history *h, int side, size_t column)
{
    struct history_cell cell = h->contents[side].cells[column];
    const struct mg_buf *constant = &h->columns[column].constant[side];

    if (!cell.text && constant->length)
        cell = (struct history_cell){constant->data + 1, constant->length - 2}; /* without its quotes */
    return cell;
}

bool history_written_differs(const struct mg_history *h, size_t column)
{
    bool own =
        h->contents[HISTORY_BEFORE].cells[column].text || h->contents[HISTORY_AFTER].cells[column].text;
    const struct mg_buf *constants = h->columns[column].constant;
    struct history_cell before, after;

    if (!own && constants[HISTORY_BEFORE].length && constants[HISTORY_AFTER].length)
        return false; /* each edition's one value: it belongs to the editions */
    before = history_cell(h, HISTORY_BEFORE, column);
    after = history_cell(h, HISTORY_AFTER, column);
    return !history_cells_equal(&before, &after);
}

const struct history_cell *history_typed(const struct mg_history *h, int side, enum history_typed typed)
{
    return &h->contents[side].cells[history_column_of(h, typed)];
}
