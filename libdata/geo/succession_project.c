/* succession_project.c - what a code, or a list of codes, has become. */
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/read.h"
#include "libdata/geo/succession_graph.h"

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum mg_code mg_succession_project(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                                   const char **ret_codes, size_t capacity, size_t *ret_count,
                                   enum mg_succession_how *ret_how, struct mg_error *err)
{
    if (!mg_succession_is_named(s, code)) {
        if (capacity)
            ret_codes[0] = code;
        *ret_count = 1;
        *ret_how = MG_SUCCESSION_SAME;
        return MG_OK;
    }
    struct mg_projection projection = {0};
    mg_succession_walk(s, code, from, to, &projection);
    MG_CLEANUP(mg_nodes_finish) struct mg_nodes found = projection.nodes;
    enum mg_code failed = mg_succession_walk_check(&projection, err);
    if (failed)
        return failed;
    MG_FREE const char **codes = mg_malloc((found.count + 1) * sizeof *codes);
    if (!codes)
        return mg_fail_memory(err);
    for (size_t i = 0; i < found.count; i++)
        codes[i] = mg_succession_code_of(s, found.items[i]);
    qsort(codes, found.count, sizeof *codes, compare_codes);
    for (size_t i = 0; i < found.count && i < capacity; i++)
        ret_codes[i] = codes[i];
    *ret_count = found.count;
    if (found.count != 1)
        *ret_how = found.count ? MG_SUCCESSION_AMBIGUOUS : MG_SUCCESSION_UNKNOWN;
    else
        *ret_how = strcmp(codes[0], code) ? MG_SUCCESSION_RECODED : MG_SUCCESSION_SAME;
    return MG_OK;
}

static bool push(const char ***codes, size_t *count, size_t *capacity, const char *code)
{
    if (*count == *capacity) {
        size_t wanted = *capacity ? *capacity * 2 : 1024;
        const char **grown = mg_realloc(*codes, wanted, sizeof *grown);
        if (!grown)
            return false;
        *codes = grown;
        *capacity = wanted;
    }
    (*codes)[(*count)++] = code;
    return true;
}

enum mg_code mg_succession_project_list(const struct mg_succession *s, const char *const *codes, size_t count,
                                        mg_date from, mg_date to, const char ***ret_codes, size_t *ret_count,
                                        struct mg_error *err)
{
    MG_FREE const char **all = NULL;
    size_t total = 0, capacity = 0;
    enum mg_code failed = MG_OK;
    bool good = true;
    for (size_t i = 0; i < count && good && !failed; i++) {
        struct mg_projection projection = {0};
        if (!mg_succession_is_named(s, codes[i]))
            good = push(&all, &total, &capacity, codes[i]);
        else
            mg_succession_walk(s, codes[i], from, to, &projection);
        MG_CLEANUP(mg_nodes_finish) struct mg_nodes found = projection.nodes;
        for (size_t k = 0; k < found.count && good; k++)
            good = push(&all, &total, &capacity, mg_succession_code_of(s, found.items[k]));
        failed = mg_succession_walk_check(&projection, err);
    }
    if (failed || !good)
        return failed ? failed : mg_fail_memory(err);
    if (total)
        qsort(all, total, sizeof *all, compare_codes);
    size_t kept = 0;
    for (size_t i = 0; i < total; i++)
        if (!kept || strcmp(all[kept - 1], all[i]))
            all[kept++] = all[i];
    *ret_codes = all;
    *ret_count = kept;
    all = NULL;
    return MG_OK;
}

/* --- from the file --- */

static enum mg_code load_parts(struct mg_db *db, struct mg_succession *s, struct mg_error *err)
{
    struct mg_read row;
    mg_read_ask(&row, db, MG_SQL_TERRITORY_PARTS, err, "");
    while (mg_read_next(&row)) {
        mg_date date = mg_read_date(&row, 2);
        const char *type = mg_read_text(&row, 0, NULL), *code = mg_read_text(&row, 1, NULL);
        const char *whole = mg_read_text(&row, 3, NULL);
        if (!row.code)
            row.code = mg_succession_add_part(s, type, code, date, whole, err);
    }
    return mg_read_end(&row);
}

enum mg_code mg_succession_load(struct mg_db *db, struct mg_succession **ret_succession, struct mg_error *err)
{
    struct mg_succession *s = NULL;
    sqlite3_stmt *statement;
    bool row = true;
    enum mg_code code = mg_succession_create(&s, err);
    if (!code)
        code = mg_db_statement(db, MG_SQL_MOVEMENT_LIST, &statement, err);
    while (!code && !(code = mg_db_step(statement, &row, err)) && row) {
        struct mg_read read = mg_read_of(statement, err);
        struct mg_movement movement = {
            .kind = mg_read_int(&read, 0, 0, MG_MOVEMENT_MAX),
            .date = mg_read_date(&read, 1),
            .type_before = mg_read_text(&read, 2, NULL),
            .code_before = mg_read_text(&read, 3, NULL),
            .type_after = mg_read_text(&read, 4, NULL),
            .code_after = mg_read_text(&read, 5, NULL),
        };
        code = read.code ? read.code : mg_succession_add(s, &movement, err);
    }
    if (!code)
        code = load_parts(db, s, err);
    if (!code)
        code = mg_succession_build(s, err);
    if (code) {
        mg_succession_destroy(s);
        return code;
    }
    *ret_succession = s;
    return MG_OK;
}
