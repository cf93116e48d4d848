#include "libdata/domain/digest/said.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/columns/roles.h"
#include "libdata/domain/common/row_hash.h"
#include "libdata/geo/blob.h"
#include "libdata/io/json_cells.h"

enum {
    TYPED = MG_ROLE_PRECISION + 1, /* the roles before it are columns of record */
    OTHER = 3,                     /* columns of the statements said_* */
    FIRST_TYPED,
    GEO_SOURCE = FIRST_TYPED + TYPED,
    GEOM,
};

struct column {
    int role; /* enum mg_role, or -1 */
    int64_t position;
    bool compared, has_constant;
    struct mg_buf constant;
};

/* An edition's columns: by position, and the order in which they enter the hash. */
struct plan {
    int64_t edition;
    struct column *columns;
    size_t count;
    size_t *order;
};

struct plans {
    struct plan *list; /* by edition */
    size_t count;
};

static void plans_finish(struct plans *plans)
{
    for (size_t i = 0; i < plans->count; i++) {
        struct plan *plan = &plans->list[i];
        for (size_t c = 0; c < plan->count; c++)
            mg_buf_finish(&plan->columns[c].constant);
        free(plan->columns);
        free(plan->order);
    }
    free(plans->list);
}

static enum mg_code plan_for(struct plans *plans, int64_t edition, struct plan **ret_plan,
                             struct mg_error *err)
{
    if (!plans->count || plans->list[plans->count - 1].edition != edition) {
        struct plan *grown = mg_realloc(plans->list, plans->count + 1, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        plans->list = grown;
        grown[plans->count++] = (struct plan){.edition = edition};
    }
    *ret_plan = &plans->list[plans->count - 1];
    return MG_OK;
}

static enum mg_code add_column(struct plans *plans, struct mg_read *row, struct mg_error *err)
{
    struct plan *plan = NULL;
    enum mg_code code = plan_for(plans, mg_read_i64(row, 0), &plan, err);
    if (code != MG_OK)
        return code;
    struct column *grown = mg_realloc(plan->columns, plan->count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    plan->columns = grown;
    struct column *column = &grown[plan->count++];
    *column = (struct column){.role = -1,
                              .position = mg_read_i64_in(row, 2, 0, MG_POSITION_MAX),
                              .compared = mg_read_bool(row, 3),
                              .has_constant = !mg_read_is_null(row, 4)};
    size_t length = 0;
    const char *role = mg_read_text_or_null(row, 1, NULL);
    enum mg_role number;
    if (role && mg_role_from_name(role, strlen(role), &number))
        column->role = (int)number;
    const char *constant = mg_read_text_or_null(row, 4, &length);
    if (constant)
        mg_buf_add(&column->constant, constant, length);
    return mg_buf_check(&column->constant, err);
}

/* Roles first, by their numbers; then the others by position. */
static enum mg_code set_order(struct plan *plan, struct mg_error *err)
{
    size_t at = 0;
    plan->order = mg_calloc(plan->count, sizeof *plan->order);
    if (!plan->order)
        return mg_fail_memory(err);
    for (int role = 0; role < MG_ROLE_COUNT; role++) {
        for (size_t i = 0; i < plan->count; i++) {
            if (plan->columns[i].role == role)
                plan->order[at++] = i;
        }
    }
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->columns[i].role < 0)
            plan->order[at++] = i;
    }
    return MG_OK;
}

static enum mg_code load_plans(struct mg_db *db, struct plans *plans, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_SAID_COLUMNS, err, "");
    while (mg_read_next(&row)) {
        enum mg_code added = add_column(plans, &row, err);
        if (!row.code)
            row.code = added;
    }
    enum mg_code code = mg_read_end(&row);
    for (size_t i = 0; i < plans->count && code == MG_OK; i++)
        code = set_order(&plans->list[i], err);
    return code;
}

static const struct plan *find_plan(const struct plans *plans, int64_t edition)
{
    size_t low = 0, high = plans->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plans->list[middle].edition < edition)
            low = middle + 1;
        else
            high = middle;
    }
    return low < plans->count && plans->list[low].edition == edition ? &plans->list[low] : NULL;
}

struct cells {
    struct mg_buf bytes;
    size_t *from; /* by column of the plan; the cell ends where the next begins */
    size_t capacity;
};

static void cells_finish(struct cells *cells)
{
    mg_buf_finish(&cells->bytes);
    free(cells->from);
}

/* The cells as the source wrote them, by position. */
static enum mg_code gather(struct cells *cells, const struct plan *plan, struct mg_read *row,
                           struct mg_error *err)
{
    struct mg_json_cells reader;
    struct mg_json_cell cell;
    if (cells->capacity < plan->count + 1) {
        size_t *grown = mg_realloc(cells->from, plan->count + 1, sizeof *grown);
        if (!grown)
            return mg_fail_memory(err);
        cells->from = grown;
        cells->capacity = plan->count + 1;
    }
    mg_buf_clear(&cells->bytes);
    mg_buf_reserve(&cells->bytes, 1); /* so that there is an address even if all cells are empty */
    size_t length = 0;
    const char *other = mg_read_text_or_null(row, OTHER, &length);
    mg_json_cells_start(&reader, other, length);
    int64_t position = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct column *column = &plan->columns[i];
        bool there = true;
        for (; there && position <= column->position; position++)
            there = mg_json_cells_next(&reader, &cell);
        cells->from[i] = cells->bytes.length;
        if (there && position == column->position + 1 && cell.kind != MG_JSON_NULL) {
            mg_json_cell_add(&cells->bytes, &cell);
        } else if (column->has_constant) {
            mg_buf_add(&cells->bytes, column->constant.data ? column->constant.data : "",
                       column->constant.length);
        } else if (column->role >= 0 && column->role < TYPED) {
            int typed = FIRST_TYPED + column->role;
            const char *text = mg_read_text_or_null(row, typed, &length);
            mg_buf_add(&cells->bytes, text ? text : "", length);
        }
    }
    cells->from[plan->count] = cells->bytes.length;
    return mg_buf_check(&cells->bytes, err);
}

/* The cells that count, one after the other, as an import hashes them. */
static enum mg_code put_content(const struct cells *cells, const struct plan *plan, struct mg_buf *content,
                                struct mg_error *err)
{
    mg_buf_clear(content);
    for (size_t i = 0; i < plan->count; i++) {
        const struct column *column = &plan->columns[plan->order[i]];
        const char *text = cells->bytes.data + cells->from[plan->order[i]];
        size_t length = cells->from[plan->order[i] + 1] - cells->from[plan->order[i]];
        bool is_constant = column->has_constant && length == column->constant.length &&
                           (!length || memcmp(text, column->constant.data, length) == 0);
        if (!column->compared || is_constant || (!column->has_constant && !length))
            continue;
        mg_row_hash_add(content,
                        column->role >= 0 ? MG_ROW_HASH_ROLE + (uint32_t)column->role
                                          : (uint32_t)column->position,
                        text, length);
    }
    return mg_buf_check(content, err);
}

struct mg_said {
    const struct mg_digest_key *key;
    struct plans plans;
    const struct plan *plan; /* of the row before */
    struct cells cells;
    struct mg_buf content, record;
};

MG_DEFINE_CLEANUP(struct mg_said, mg_said_destroy)

void mg_said_destroy(struct mg_said *said)
{
    if (!said)
        return;
    plans_finish(&said->plans);
    cells_finish(&said->cells);
    mg_buf_finish(&said->content);
    mg_buf_finish(&said->record);
    free(said);
}

enum mg_code mg_said_create(struct mg_db *db, const struct mg_digest_key *key, struct mg_said **ret_said,
                            struct mg_error *err)
{
    MG_CLEANUP(mg_said_destroy_pointer) struct mg_said *said = mg_calloc(1, sizeof *said);
    if (!said)
        return mg_fail_memory(err);
    said->key = key;
    enum mg_code code = load_plans(db, &said->plans, err);
    if (code)
        return code;
    *ret_said = said;
    said = NULL;
    return MG_OK;
}

/* Is what the typed column holds the cell to the letter? */
static bool is_as_written(const struct mg_said *said, int role, const char *text, size_t length)
{
    for (size_t i = 0; said->plan && i < said->plan->count; i++)
        if (said->plan->columns[i].role == role)
            return said->cells.from[i + 1] - said->cells.from[i] == length &&
                   !memcmp(said->cells.bytes.data + said->cells.from[i], text, length);
    return false;
}

/* A place is two numbers; what is not the blob that an import writes for them counts as it stands. */
static bool is_own_point(const void *blob, size_t length, double *ret_x, double *ret_y)
{
    unsigned char own[MG_POINT_BLOB_SIZE];
    if (length != sizeof own || !mg_blob_read_point(blob, length, ret_x, ret_y))
        return false;
    mg_blob_point(*ret_x, *ret_y, own);
    return !memcmp(own, blob, sizeof own);
}

static enum mg_code digest_record(struct mg_said *said, struct mg_read *row, struct mg_said_row *said_row,
                                  struct mg_error *err)
{
    struct mg_buf *buf = &said->record;
    size_t blob_length = 0, length = 0;
    const void *blob = mg_read_blob_or_null(row, GEOM, &blob_length);
    struct mg_digest_record record = {.content = said_row->content_digest,
                                      .id = said_row->id,
                                      .edition = said_row->edition,
                                      .line = said_row->line};
    record.other = mg_read_text_or_null(row, OTHER, &record.other_length);
    record.has_place = blob && is_own_point(blob, blob_length, &record.x, &record.y);
    record.source = mg_read_text_or_null(row, GEO_SOURCE, &record.source_length);
    mg_buf_clear(buf);
    if (record.source_length > MG_DIGEST_SOURCE_SIZE)
        mg_row_hash_add(buf, MG_DIGEST_SOURCE, record.source, record.source_length);
    for (int role = 0; role < TYPED; role++) {
        const char *text = mg_read_text_or_null(row, FIRST_TYPED + role, &length);
        if (text && !is_as_written(said, role, text, length))
            mg_row_hash_add(buf, MG_ROW_HASH_ROLE + (uint32_t)role, text, length);
    }
    if (!mg_read_is_null(row, GEOM) && !record.has_place)
        mg_row_hash_add(buf, MG_DIGEST_GEOMETRY, blob ? blob : "", blob_length);
    said_row->digest = mg_digest_of_record(said->key, &record, buf);
    return mg_buf_check(buf, err);
}

enum mg_code mg_said_take(struct mg_said *said, struct mg_read *row, struct mg_said_row *ret_row,
                          struct mg_error *err)
{
    struct mg_said_row taken = {.id = mg_read_i64(row, 0),
                                .edition = mg_read_i64(row, 1),
                                .line = mg_read_i64(row, 2),
                                .content = &said->content};
    enum mg_code code = MG_OK;
    if (!said->plan || said->plan->edition != taken.edition)
        said->plan = find_plan(&said->plans, taken.edition);
    taken.known = said->plan != NULL;
    mg_buf_clear(&said->content);
    if (said->plan) {
        code = gather(&said->cells, said->plan, row, err);
        if (!code)
            code = put_content(&said->cells, said->plan, &said->content, err);
    }
    if (!code && said->key) {
        taken.content_digest = mg_digest_of(said->key, said->content.data, said->content.length);
        code = digest_record(said, row, &taken, err);
    }
    if (row->code) /* a value that is not what it must be */
        return row->code;
    if (!code)
        *ret_row = taken;
    return code;
}

enum mg_code mg_said_read(struct mg_said *said, struct mg_db *db, enum mg_sql by, int64_t id,
                          struct mg_said_row *ret_row, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, by, err, "i", id);
    if (mg_read_next(&row))
        row.code = mg_said_take(said, &row, ret_row, err);
    else if (!row.code)
        row.code = mg_fail(err, MG_ERR_DB, "%s", _("a version names a record that is not there"));
    return mg_read_end(&row);
}
