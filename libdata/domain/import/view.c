#include "libdata/domain/import/view.h"

#include <string.h>

#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/db/read.h"
#include "libdata/db/view_form.h"

#define MAX_FIELDS 1900

/* Roles whose cells are a column of record or its place. */
static bool has_column(const char *role)
{
    static const char *const roles[] = {"key",     "name",   "category", "address", "postcode",
                                        "commune", "status", "opened",   "closed",  "lon",
                                        "lat",     "lonlat", "precision"};
    for (size_t i = 0; role && i < sizeof roles / sizeof *roles; i++) {
        if (strcmp(role, roles[i]) == 0)
            return true;
    }
    return false;
}

/* Is the name still free? Then it is taken now. Names are compared as SQLite does: ASCII case apart. */
static enum mg_code take_name(struct mg_map *names, const char *name, bool *ret_free, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf folded = {0};
    for (const char *c = name; *c; c++)
        mg_buf_add_char(&folded, *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c);
    enum mg_code code = mg_buf_check(&folded, err);
    if (code != MG_OK)
        return code;
    const char *key = folded.data ? folded.data : "";
    *ret_free = folded.length > 0 && mg_map_get(names, key, folded.length) < 0;
    return *ret_free ? mg_map_put(names, key, folded.length, 1, NULL, err) : MG_OK;
}

static enum mg_code unique_name(struct mg_map *names, const char *wanted, struct mg_buf *name,
                                struct mg_error *err)
{
    bool is_free = false;
    for (int suffix = 1; !is_free; suffix++) {
        mg_buf_clear(name);
        mg_buf_add_str(name, *wanted ? wanted : "column");
        if (suffix > 1)
            mg_buf_printf(name, "_%d", suffix);
        enum mg_code code = mg_buf_check(name, err);
        if (code == MG_OK)
            code = take_name(names, name->data, &is_free, err);
        if (code != MG_OK)
            return code;
    }
    return MG_OK;
}

static enum mg_code add_own_columns(struct mg_map *names, sqlite3_str *sql, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; mg_view_columns[i] && code == MG_OK; i++) {
        bool is_free;
        code = take_name(names, mg_view_columns[i], &is_free, err);
        sqlite3_str_appendf(sql, "%s r.%s AS %s", i ? "," : "", mg_view_columns[i], mg_view_columns[i]);
    }
    return code;
}

static enum mg_code add_fields(struct mg_db *db, int64_t dataset, int64_t edition, struct mg_map *names,
                               sqlite3_str *sql, struct mg_error *err)
{
    MG_CLEANUP(mg_buf_finish) struct mg_buf name = {0};
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_VIEW_FIELDS, err, "ii", dataset, edition);
    for (int added = 0; added < MAX_FIELDS && mg_read_next(&row);) {
        int position = mg_read_int(&row, 0, 0, MG_POSITION_MAX);
        const char *field = mg_read_text(&row, 1, NULL), *role = mg_read_text_or_null(&row, 2, NULL),
                   *constant = mg_read_text_or_null(&row, 3, NULL);
        if (row.code || has_column(role))
            continue;
        row.code = unique_name(names, field, &name, err);
        if (row.code)
            break;
        sqlite3_str_appendf(sql, ",\n  %sjson_extract(r.other, '$[%d]')", constant ? "nullif(coalesce(" : "",
                            position);
        if (constant)
            sqlite3_str_appendf(sql, ", %Q), '')", constant);
        sqlite3_str_appendf(sql, " AS \"%w\"", name.data);
        added++;
    }
    return mg_read_end(&row);
}

static enum mg_code write_view(struct mg_db *db, int64_t dataset, int64_t edition, const char *view,
                               sqlite3_str *sql, struct mg_error *err)
{
    MG_CLEANUP(mg_map_finish) struct mg_map names = {0};
    sqlite3_str_appendf(sql, "DROP VIEW IF EXISTS \"%w\"; CREATE VIEW \"%w\" AS SELECT", view, view);
    enum mg_code code = add_own_columns(&names, sql, err);
    if (code == MG_OK)
        code = add_fields(db, dataset, edition, &names, sql, err);
    sqlite3_str_appendf(sql, MG_VIEW_FROM "%lld" MG_VIEW_WHERE, dataset);
    return code;
}

static enum mg_code make_view(struct mg_db *db, int64_t dataset, int64_t edition, const char *view,
                              struct mg_error *err)
{
    sqlite3_str *sql = sqlite3_str_new(mg_db_handle(db));
    enum mg_code code = write_view(db, dataset, edition, view, sql, err);
    if (code == MG_OK && sqlite3_str_errcode(sql) != SQLITE_OK)
        code = mg_fail_memory(err);
    char *text = sqlite3_str_finish(sql);
    if (code == MG_OK)
        code = mg_db_exec(db, err, "%s", text);
    sqlite3_free(text);
    return code;
}

enum mg_code mg_view_update(struct mg_db *db, int64_t dataset_id, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_VIEW_DATASET, err, "i", dataset_id);
    bool wanted = mg_read_next(&row) && strcmp(mg_read_text(&row, 1, NULL), "services") == 0 &&
                  !mg_read_is_null(&row, 2);
    char *view = wanted ? sqlite3_mprintf(MG_VIEW_PREFIX "%s", mg_read_text(&row, 0, NULL)) : NULL;
    int64_t edition = wanted ? mg_read_i64(&row, 2) : 0;
    enum mg_code code = mg_read_end(&row);
    if (code || !wanted) {
        sqlite3_free(view);
        return code;
    }
    code = view ? make_view(db, dataset_id, edition, view, err) : mg_fail_memory(err);
    if (code == MG_OK)
        code = mg_db_run(db, MG_SQL_VIEW_REGISTER, err, "t", view);
    if (code == MG_OK)
        code = mg_db_run(db, MG_SQL_VIEW_FORGET_STATISTICS, err, "t", view);
    if (code == MG_OK)
        code = mg_db_run(db, MG_SQL_VIEW_FORGET_COLUMNS, err, "t", view);
    sqlite3_free(view);
    return code;
}
