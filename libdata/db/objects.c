#include "libdata/db/objects.h"

#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/base/map.h"
#include "libdata/db/connection.h"
#include "libdata/db/sql_words.h"
#include "libdata/db/view_form.h"

/* What may be there or not: what ANALYZE makes, and where the versions 5 of SpatiaLite differ (5.1 has KNN2).
 */
static const struct mg_object tolerated[] = {
    {"table", "sqlite_stat1", "sqlite_stat1", "CREATE TABLE sqlite_stat1(tbl,idx,stat)", 0, 0},
    {"table", "sqlite_stat4", "sqlite_stat4", "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)", 0, 0},
    {"table", "KNN", "KNN", "CREATE VIRTUAL TABLE KNN USING VirtualKNN()", 0, 0},
    {"table", "KNN2", "KNN2", "CREATE VIRTUAL TABLE KNN2 USING VirtualKNN2()", 0, 0},
};

#define TOLERATED (sizeof tolerated / sizeof *tolerated)

/* A row of sqlite_master; texts are the statement's. */
struct object {
    const char *type, *name, *table, *sql;
    int64_t root;
};

struct checking {
    struct mg_db *db;
    int version;
    bool *seen; /* of mg_objects, then of tolerated */
    struct mg_map roots;
};

static const struct mg_object *tolerated_named(const char *name)
{
    for (size_t i = 0; i < TOLERATED; i++)
        if (sqlite3_stricmp(tolerated[i].name, name) == 0)
            return &tolerated[i];
    return NULL;
}

/* The first object of that name, ASCII case apart, of any version; or where it would be. */
static size_t first_named(const char *name)
{
    size_t low = 0, high = mg_objects_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sqlite3_stricmp(mg_objects[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_named(size_t i, const char *name)
{
    return i < mg_objects_count && sqlite3_stricmp(mg_objects[i].name, name) == 0;
}

static bool is_in_force(const struct mg_object *object, int version)
{
    return object->first <= version && version <= object->last;
}

static bool is_same(const struct mg_object *ours, const struct object *object)
{
    return strcmp(ours->type, object->type) == 0 && strcmp(ours->name, object->name) == 0 &&
           strcmp(ours->table, object->table) == 0 && (!ours->sql) == (!object->sql) &&
           (!ours->sql || strcmp(ours->sql, object->sql) == 0);
}

static bool see(bool *seen)
{
    bool first = !*seen;
    *seen = true;
    return first;
}

static bool is_ours(struct checking *c, const struct object *object)
{
    for (size_t i = first_named(object->name); is_named(i, object->name); i++)
        if (is_in_force(&mg_objects[i], c->version) && is_same(&mg_objects[i], object) && see(&c->seen[i]))
            return true;
    const struct mg_object *also = tolerated_named(object->name);
    return also && is_same(also, object) && see(&c->seen[mg_objects_count + (size_t)(also - tolerated)]);
}

static bool begins(const char *name, const char *prefix)
{
    return sqlite3_strnicmp(name, prefix, (int)strlen(prefix)) == 0;
}

/* Names that are ours or SpatiaLite's in any version, SQLite's, or those of functions that are asked as
 * tables: a table of that name would answer in their stead. */
static bool is_taken(const char *name)
{
    static const char *const prefixes[] = {"sqlite_", "pragma_", "json_", "mg_", MG_VIEW_PREFIX, "dbstat"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (begins(name, prefixes[i]))
            return true;
    return is_named(first_named(name), name) || tolerated_named(name);
}

/* CREATE TABLE name (...): columns and constraints, without any expression. */
static bool is_plain_table(const struct object *object)
{
    static const char *const expressions[] = {"AS", "CHECK", "GENERATED"};
    struct mg_sql_words words = {.at = object->sql};
    if (!mg_sql_take_keyword(&words, "CREATE") || !mg_sql_take_keyword(&words, "TABLE") ||
        !mg_sql_take_name(&words, object->name) || mg_sql_next(&words) != MG_WORD_SIGN ||
        !mg_sql_is_sign(&words, '('))
        return false;
    for (bool defaults = false; mg_sql_next(&words) != MG_WORD_END;
         defaults = mg_sql_is_keyword(&words, "DEFAULT")) {
        if (words.kind == MG_WORD_OPEN || mg_sql_is_sign(&words, ';') ||
            (defaults && mg_sql_is_sign(&words, '(')))
            return false;
        for (size_t i = 0; i < sizeof expressions / sizeof *expressions; i++)
            if (mg_sql_is_keyword(&words, expressions[i]))
                return false;
    }
    return true;
}

/* sqlite_autoindex_TABLE_N, what SQLite calls the index of a constraint. */
static bool is_named_after_table(const struct object *object)
{
    static const char prefix[] = "sqlite_autoindex_";
    size_t length = strlen(object->table);
    const char *rest = object->name + strlen(prefix);
    return strncmp(object->name, prefix, strlen(prefix)) == 0 && strncmp(rest, object->table, length) == 0 &&
           rest[length] == '_' && rest[length + 1] &&
           !rest[length + 1 + strspn(rest + length + 1, "0123456789")];
}

/* CREATE [UNIQUE] INDEX name ON table (columns): no expression, no WHERE; or what a constraint of the table
 * made. */
static bool is_plain_index(const struct object *object)
{
    struct mg_sql_words words = {.at = object->sql};
    if (is_taken(object->table))
        return false;
    if (!object->sql)
        return is_named_after_table(object);
    if (is_taken(object->name) || !mg_sql_take_keyword(&words, "CREATE"))
        return false;
    mg_sql_next(&words);
    if (mg_sql_is_keyword(&words, "UNIQUE"))
        mg_sql_next(&words);
    if (!mg_sql_is_keyword(&words, "INDEX") || !mg_sql_take_name(&words, object->name) ||
        !mg_sql_take_keyword(&words, "ON") || !mg_sql_take_name(&words, object->table) ||
        mg_sql_next(&words) != MG_WORD_SIGN || !mg_sql_is_sign(&words, '('))
        return false;
    do {
        mg_sql_next(&words);
    } while (words.kind == MG_WORD_PLAIN || words.kind == MG_WORD_QUOTED || mg_sql_is_sign(&words, ','));
    return mg_sql_is_sign(&words, ')') && mg_sql_next(&words) == MG_WORD_END;
}

/* A view of others is never asked anything here; only that it is one has to be sure. */
static bool is_some_view(const struct object *object)
{
    struct mg_sql_words words = {.at = object->sql};
    return mg_sql_take_keyword(&words, "CREATE") && mg_sql_take_keyword(&words, "VIEW") &&
           mg_sql_take_name(&words, object->name);
}

static bool is_harmless(const struct object *object)
{
    if (strcmp(object->type, "index") == 0)
        return is_plain_index(object);
    if (!object->sql || strcmp(object->name, object->table) != 0)
        return false;
    if (strcmp(object->type, "view") == 0 && mg_view_has_form(object->name, object->sql))
        return begins(object->name, MG_VIEW_PREFIX);
    if (is_taken(object->name))
        return false;
    return strcmp(object->type, "table") == 0  ? is_plain_table(object)
           : strcmp(object->type, "view") == 0 ? is_some_view(object)
                                               : false;
}

static enum mg_code refuse(const struct checking *c, const char *message, const char *type, const char *name,
                           struct mg_error *err)
{
    mg_fail(err, MG_ERR_DB, message, c->db->path, type ? type : "?", name ? name : "?");
    mg_error_hint(err, _("nothing in it was run; maillage-file(5) says what others may add to the file"));
    return MG_ERR_DB;
}

/* What SQLite keeps in pages begins on one of its own; what it does not has none. */
static enum mg_code check_root(struct checking *c, const struct object *object, struct mg_error *err)
{
    bool stored =
        strcmp(object->type, "index") == 0 ||
        (strcmp(object->type, "table") == 0 && !begins(object->sql ? object->sql : "", "CREATE VIRTUAL "));
    size_t before = c->roots.count;
    enum mg_code code = MG_OK;
    if (stored)
        code = mg_map_put(&c->roots, (const char *)&object->root, sizeof object->root, 1, NULL, err);
    if (code || (stored ? object->root > 1 && c->roots.count > before : object->root == 0))
        return code;
    return refuse(c, _("%s is damaged: no page is the place of %s %s alone"), object->type, object->name,
                  err);
}

/* NULL when it is no text, or none that C can hold. */
static const char *text_of(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    bool sound = text && sqlite3_column_type(row, column) == SQLITE_TEXT &&
                 strlen(text) == (size_t)sqlite3_column_bytes(row, column);
    return sound ? text : NULL;
}

/* table is NULL where a row is not of this shape. */
static struct object object_of(sqlite3_stmt *row)
{
    struct object object = {text_of(row, 0), text_of(row, 1), text_of(row, 2), text_of(row, 4),
                            sqlite3_column_type(row, 3) == SQLITE_INTEGER ? sqlite3_column_int64(row, 3)
                                                                          : -1};
    if (!object.type || !object.name || (!object.sql && sqlite3_column_type(row, 4) != SQLITE_NULL))
        object.table = NULL;
    return object;
}

static enum mg_code check_row(struct checking *c, sqlite3_stmt *row, struct mg_error *err)
{
    struct object object = object_of(row);
    if (!object.table || (!is_ours(c, &object) && !is_harmless(&object)))
        return refuse(c, _("%s holds what maillage does not make: %s %s"), object.type, object.name, err);
    return check_root(c, &object, err);
}

/* Each row in turn, until one fails. */
static enum mg_code read_rows(struct checking *c,
                              enum mg_code (*look)(struct checking *, sqlite3_stmt *, struct mg_error *),
                              struct mg_error *err)
{
    sqlite3_stmt *rows = NULL;
    bool row = true;
    c->seen = mg_calloc(mg_objects_count + TOLERATED, sizeof *c->seen);
    enum mg_code code = c->seen ? mg_db_statement(c->db, MG_SQL_DB_SCHEMA, &rows, err) : mg_fail_memory(err);
    while (!code && row) {
        code = mg_db_step(rows, &row, err);
        if (!code && row)
            code = look(c, rows, err);
    }
    sqlite3_reset(rows);
    return code;
}

static enum mg_code visit_missing(const struct checking *c, mg_objects_visitor *visit, void *context,
                                  struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < mg_objects_count && !code; i++) {
        const struct mg_object *object = &mg_objects[i];
        if (is_in_force(object, c->version) && !c->seen[i] && !tolerated_named(object->name))
            code = visit(context, object->type, object->name, err);
    }
    return code;
}

static enum mg_code fail_missing(void *context, const char *type, const char *name, struct mg_error *err)
{
    const struct mg_db *db = context;
    mg_fail(err, MG_ERR_DB, _("%s lacks what maillage makes: %s %s"), db->path, type, name);
    mg_error_hint(err, "%s", _("maillage check says more; put back a copy of it"));
    return MG_ERR_DB;
}

static void finish(struct checking *c)
{
    free(c->seen);
    mg_map_finish(&c->roots);
}

enum mg_code mg_objects_check(struct mg_db *db, int version, bool whole, struct mg_error *err)
{
    MG_CLEANUP(finish) struct checking c = {.db = db, .version = version};
    enum mg_code code = read_rows(&c, check_row, err);
    return code || !whole ? code : visit_missing(&c, fail_missing, db, err);
}

static enum mg_code see_row(struct checking *c, sqlite3_stmt *row, struct mg_error *err)
{
    struct object object = object_of(row);
    (void)err;
    if (object.table)
        is_ours(c, &object);
    return MG_OK;
}

enum mg_code mg_objects_missing(struct mg_db *db, mg_objects_visitor *visit, void *context,
                                struct mg_error *err)
{
    MG_CLEANUP(finish) struct checking c = {.db = db, .version = MG_SQL_MIGRATION_COUNT};
    enum mg_code code = read_rows(&c, see_row, err);
    return code ? code : visit_missing(&c, visit, context, err);
}
