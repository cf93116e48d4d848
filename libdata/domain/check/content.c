#include "libdata/domain/check/content.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/domain/columns/roles.h"
#include "libdata/domain/common/content.h"
#include "libdata/io/json_cells.h"

enum {
    TYPED = MG_ROLE_PRECISION + 1, /* the roles before it are columns of record */
    FIRST_TYPED = 4,               /* of the statement content_rows */
    REPORT_ROWS = 8192,
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
    int64_t wrong, first_line;
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

static enum mg_code add_column(struct plans *plans, sqlite3_stmt *row, struct mg_error *err)
{
    struct plan *plan = NULL;
    enum mg_code code = plan_for(plans, sqlite3_column_int64(row, 0), &plan, err);
    if (code != MG_OK)
        return code;
    struct column *grown = mg_realloc(plan->columns, plan->count + 1, sizeof *grown);
    if (!grown)
        return mg_fail_memory(err);
    plan->columns = grown;
    struct column *column = &grown[plan->count++];
    *column = (struct column){.role = -1,
                              .position = sqlite3_column_int64(row, 2),
                              .compared = sqlite3_column_int(row, 3) != 0,
                              .has_constant = sqlite3_column_type(row, 4) != SQLITE_NULL};
    const char *role = (const char *)sqlite3_column_text(row, 1);
    enum mg_role number;
    if (role && mg_role_from_name(role, strlen(role), &number))
        column->role = (int)number;
    const char *constant = (const char *)sqlite3_column_text(row, 4);
    if (constant)
        mg_buf_add(&column->constant, constant, (size_t)sqlite3_column_bytes(row, 4));
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
    sqlite3_stmt *statement = NULL;
    bool row = true;
    enum mg_code code = mg_db_statement(db, MG_SQL_CONTENT_COLUMNS, &statement, err);
    while (code == MG_OK && row) {
        code = mg_db_step(statement, &row, err);
        if (code == MG_OK && row)
            code = add_column(plans, statement, err);
    }
    sqlite3_reset(statement);
    for (size_t i = 0; i < plans->count && code == MG_OK; i++)
        code = set_order(&plans->list[i], err);
    return code;
}

static struct plan *find_plan(const struct plans *plans, int64_t edition)
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
static enum mg_code gather(struct cells *cells, const struct plan *plan, sqlite3_stmt *row,
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
    const char *other = (const char *)sqlite3_column_text(row, 3);
    mg_json_cells_start(&reader, other, (size_t)sqlite3_column_bytes(row, 3));
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
            const char *text = (const char *)sqlite3_column_text(row, typed);
            mg_buf_add(&cells->bytes, text ? text : "", (size_t)sqlite3_column_bytes(row, typed));
        }
    }
    cells->from[plan->count] = cells->bytes.length;
    return mg_buf_check(&cells->bytes, err);
}

static int64_t hash(const struct cells *cells, const struct plan *plan, struct mg_buf *content)
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
        mg_content_add(content,
                       column->role >= 0 ? MG_CONTENT_ROLE + (uint32_t)column->role
                                         : (uint32_t)column->position,
                       text, length);
    }
    return mg_content_hash(content);
}

static enum mg_code check_rows(struct mg_db *db, const struct plans *plans,
                               const struct mg_progress *progress, struct mg_error *err)
{
    MG_CLEANUP(cells_finish) struct cells cells = {0};
    MG_CLEANUP(mg_buf_finish) struct mg_buf content = {0};
    sqlite3_stmt *statement = NULL;
    int64_t total = 0, done = 0;
    bool row = true;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_CONTENT_COUNT, &total, NULL, err, "");
    if (code == MG_OK)
        code = mg_db_statement(db, MG_SQL_CONTENT_ROWS, &statement, err);
    while (code == MG_OK && row) {
        if (done++ % REPORT_ROWS == 0 &&
            !mg_progress_report(progress, _("reading records again"), done - 1, total))
            code = mg_fail(err, MG_ERR_IO, "%s", _("interrupted"));
        if (code == MG_OK)
            code = mg_db_step(statement, &row, err);
        if (code != MG_OK || !row)
            break;
        struct plan *plan = find_plan(plans, sqlite3_column_int64(statement, 0));
        if (!plan)
            continue; /* an edition without columns: check_books has something to say about it */
        code = gather(&cells, plan, statement, err);
        if (code == MG_OK && hash(&cells, plan, &content) != sqlite3_column_int64(statement, 1) &&
            !plan->wrong++)
            plan->first_line = sqlite3_column_int64(statement, 2);
        if (code == MG_OK)
            code = mg_buf_check(&content, err);
    }
    sqlite3_reset(statement);
    return code;
}

enum mg_code mg_check_content(struct mg_db *db, const struct mg_progress *progress, mg_content_visitor *visit,
                              void *context, struct mg_error *err)
{
    MG_CLEANUP(plans_finish) struct plans plans = {0};
    sqlite3_stmt *statement = NULL;
    bool row = true;
    enum mg_code code = load_plans(db, &plans, err);
    if (code == MG_OK)
        code = check_rows(db, &plans, progress, err);
    if (code == MG_OK)
        code = mg_db_statement(db, MG_SQL_CONTENT_EDITIONS, &statement, err);
    while (code == MG_OK && row) {
        code = mg_db_step(statement, &row, err);
        if (code != MG_OK || !row)
            break;
        const struct plan *plan = find_plan(&plans, sqlite3_column_int64(statement, 0));
        if (plan && plan->wrong)
            code = visit(context, (const char *)sqlite3_column_text(statement, 1), plan->wrong,
                         plan->first_line, err);
    }
    sqlite3_reset(statement);
    return code;
}
