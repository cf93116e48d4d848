#include "libdata/db/feed.h"

#include "libdata/base/alloc.h"

#define POINTER_TYPE  "mg_feed"
#define SOURCE_COLUMN MG_FEED_COLUMNS /* hidden: the function's argument */

/* One run of one statement: what is bound to it. */
struct run {
    const struct mg_feed *feed;
    struct mg_error error; /* of the feed; SQLite only knows that it was interrupted */
    enum mg_code code;
};

struct cursor {
    sqlite3_vtab_cursor base;
    struct run *run;
    sqlite3_int64 row;
    bool at_row;
};

static int feed_connect(sqlite3 *handle, void *unused, int argc, const char *const *argv,
                        sqlite3_vtab **ret_table, char **ret_message)
{
    (void)unused, (void)argc, (void)argv, (void)ret_message;
    int status =
        sqlite3_declare_vtab(handle, "CREATE TABLE mg_feed(c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, "
                                     "c12, c13, c14, c15, source HIDDEN)");
    if (status != SQLITE_OK)
        return status;
    *ret_table = mg_calloc(1, sizeof **ret_table);
    return *ret_table ? SQLITE_OK : SQLITE_NOMEM;
}

static int feed_disconnect(sqlite3_vtab *table)
{
    free(table);
    return SQLITE_OK;
}

static int feed_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        if (c->iColumn != SOURCE_COLUMN || c->op != SQLITE_INDEX_CONSTRAINT_EQ || !c->usable)
            continue;
        info->aConstraintUsage[i].argvIndex = 1;
        info->aConstraintUsage[i].omit = 1;
        return SQLITE_OK;
    }
    return SQLITE_CONSTRAINT;
}

static int feed_open(sqlite3_vtab *table, sqlite3_vtab_cursor **ret_cursor)
{
    (void)table;
    struct cursor *cursor = mg_calloc(1, sizeof *cursor);
    if (!cursor)
        return SQLITE_NOMEM;
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    struct run *run = cursor->run;
    cursor->row++;
    run->code = run->feed->next(run->feed->context, &cursor->at_row, &run->error);
    return run->code ? SQLITE_ABORT : SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *base, int number, const char *name, int argc,
                       sqlite3_value **argv)
{
    (void)number, (void)name;
    struct cursor *cursor = (struct cursor *)base;
    cursor->run = argc == 1 ? sqlite3_value_pointer(argv[0], POINTER_TYPE) : NULL;
    cursor->at_row = false;
    return cursor->run ? feed_next(base) : SQLITE_OK; /* without a source it is an empty table */
}

static int feed_eof(sqlite3_vtab_cursor *base)
{
    return !((struct cursor *)base)->at_row;
}

static int feed_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
    struct cursor *cursor = (struct cursor *)base;
    if (column < MG_FEED_COLUMNS)
        cursor->run->feed->column(cursor->run->feed->context, column, out);
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_row)
{
    *ret_row = ((struct cursor *)base)->row;
    return SQLITE_OK;
}

int mg_feed_register(sqlite3 *handle)
{
    static const sqlite3_module module = {
        .xConnect = feed_connect, /* no xCreate: it is there without CREATE VIRTUAL TABLE, and only so */
        .xBestIndex = feed_best_index,
        .xDisconnect = feed_disconnect,
        .xOpen = feed_open,
        .xClose = feed_close,
        .xFilter = feed_filter,
        .xNext = feed_next,
        .xEof = feed_eof,
        .xColumn = feed_column,
        .xRowid = feed_rowid,
    };
    return sqlite3_create_module(handle, "mg_feed", &module, NULL);
}

static enum mg_code run_and_visit(struct mg_db *db, sqlite3_stmt *statement, const struct mg_feed *feed,
                                  mg_feed_visitor *visit, void *context, struct mg_error *err)
{
    struct run run = {.feed = feed};
    bool row = true;
    enum mg_code code = MG_OK;
    if (sqlite3_bind_pointer(statement, 1, &run, POINTER_TYPE, NULL) != SQLITE_OK)
        code = mg_db_fail(db, _("cannot hand rows to the database"), err);
    while (!code && row) {
        code = mg_db_step(statement, &row, err);
        if (!code && row && visit)
            code = visit(context, statement, err);
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (run.code && err)
        *err = run.error;
    return run.code ? run.code : code;
}

enum mg_code mg_feed_run_statement(struct mg_db *db, sqlite3_stmt *statement, const struct mg_feed *feed,
                                   struct mg_error *err)
{
    return run_and_visit(db, statement, feed, NULL, NULL, err);
}

enum mg_code mg_feed_ask(struct mg_db *db, enum mg_sql name, const struct mg_feed *feed,
                         mg_feed_visitor *visit, void *context, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, name, &statement, err);
    return code ? code : run_and_visit(db, statement, feed, visit, context, err);
}

enum mg_code mg_feed_run(struct mg_db *db, enum mg_sql name, const struct mg_feed *feed, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code = mg_db_statement(db, name, &statement, err);
    return code ? code : mg_feed_run_statement(db, statement, feed, err);
}
