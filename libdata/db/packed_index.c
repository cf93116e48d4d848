#include "libdata/db/packed_index.h"

#include <math.h>

#include "libdata/db/packed_tree.h"

/* Fewer are inserted one by one into a tree that holds something: a branch for each handful would make it
 * deep for nothing. */
#define FEWEST_FOR_BRANCH 1024

/* The ordinary way, one after the other. */
static enum mg_code insert(struct mg_db *db, const char *index, const struct mg_index_point *points,
                           size_t count, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum mg_code code =
        mg_db_prepare(db, &statement, err, "INSERT INTO \"%w\" VALUES (?1, ?2, ?2, ?3, ?3)", index);
    for (size_t i = 0; i < count && code == MG_OK; i++) {
        sqlite3_bind_int64(statement, 1, points[i].id);
        sqlite3_bind_double(statement, 2, points[i].x);
        sqlite3_bind_double(statement, 3, points[i].y);
        if (sqlite3_step(statement) != SQLITE_DONE)
            code = mg_db_fail(db, _("cannot write the spatial index"), err);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return code;
}

/* The root, if it is of the size that is written here. */
static enum mg_code read_root(struct mg_db *db, const char *index, struct mg_tree_root *root,
                              int64_t *ret_next_node, bool *ret_known, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum mg_code code = mg_db_prepare(db, &statement, err,
                                      "SELECT data, (SELECT max(nodeno) FROM \"%w_node\") "
                                      "FROM \"%w_node\" WHERE nodeno = 1",
                                      index, index);
    if (code == MG_OK)
        code = mg_db_step(statement, &row, err);
    if (code == MG_OK && row) {
        const unsigned char *data = sqlite3_column_blob(statement, 0);
        *ret_known =
            data && sqlite3_column_bytes(statement, 0) == MG_TREE_NODE_SIZE && mg_tree_root_read(data, root);
        *ret_next_node = sqlite3_column_int64(statement, 1) + 1;
    }
    sqlite3_finalize(statement);
    return code;
}

static enum mg_code can_pack(struct mg_db *db, const char *index, const struct mg_index_point *points,
                             size_t count, struct mg_tree_root *root, int64_t *ret_next_node, bool *ret_can,
                             struct mg_error *err)
{
    int64_t known = 0;
    bool can = count > 0 && count <= UINT32_MAX;
    for (size_t i = 1; i < count && can; i++)
        can = points[i - 1].id < points[i].id;
    if (!can)
        return MG_OK;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_INDEX_LAYOUT_IS_KNOWN, &known, NULL, err, "t", index);
    if (code == MG_OK && known)
        code = read_root(db, index, root, ret_next_node, ret_can, err);
    *ret_can &= !root->count || count >= FEWEST_FOR_BRANCH;
    return code;
}

enum mg_code mg_packed_index_add(struct mg_db *db, const char *index, const struct mg_index_point *points,
                                 size_t count, bool *ret_packed, struct mg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            return mg_fail(err, MG_ERR_INPUT, _("the place of record %lld is not finite"),
                           (long long)points[i].id);
    }
    struct mg_tree_root root = {0};
    int64_t next_node = 0;
    bool can = false;
    enum mg_code code = can_pack(db, index, points, count, &root, &next_node, &can, err);
    if (code == MG_OK)
        code = can ? mg_packed_tree_add(db, index, &root, next_node, points, count, err)
                   : insert(db, index, points, count, err);
    if (code == MG_OK && ret_packed)
        *ret_packed = can;
    return code;
}
