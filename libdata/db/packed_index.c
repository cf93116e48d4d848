/* SQLite's R*Tree keeps its nodes in three tables: NAME_node (nodeno, data), NAME_rowid (rowid, nodeno of
 * its leaf) and NAME_parent (nodeno, parentnode). Node 1 is the root. Data is big-endian: depth of the tree
 * (2 bytes, meaningful in the root only), number of cells (2 bytes), then the cells: rowid or nodeno (8
 * bytes), min x, max x, min y, max y (floats). The file format is documented with SQLite's source. */
#include "libdata/db/packed_index.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"

enum { CELL_SIZE = 24, NODE_CELLS = 51, NODE_SIZE = 4 + NODE_CELLS * CELL_SIZE };

struct cell {
    int64_t id; /* of the row in a leaf, else of the node below */
    float min_x, max_x, min_y, max_y;
};

struct packing {
    struct mg_db *db;
    const struct mg_index_point *points;
    size_t count;
    uint64_t *order;    /* Hilbert number in the high half, place in points in the low one */
    uint64_t *scratch;  /* of the sort; afterwards leaf_of */
    uint32_t *leaf_of;  /* by place in points: its leaf's node number */
    struct cell *level; /* the nodes of the level being packed, seen from above */
    size_t level_count;
    int64_t next_node;
    sqlite3_stmt *node, *parent, *row;
};

/* Rounded outwards as SQLite itself does it, so that searches find the same rows whoever wrote the cell. */
static float round_down(double value)
{
    float f = (float)value;
    return (double)f > value ? (float)(value * (value < 0 ? 1.0 + 1.0 / 8388608.0 : 1.0 - 1.0 / 8388608.0))
                             : f;
}

static float round_up(double value)
{
    float f = (float)value;
    return (double)f < value ? (float)(value * (value < 0 ? 1.0 - 1.0 / 8388608.0 : 1.0 + 1.0 / 8388608.0))
                             : f;
}

/* How far along the Hilbert curve that fills a square of 65,536 by 65,536 the cell (x, y) is. */
static uint32_t hilbert(uint32_t x, uint32_t y)
{
    uint32_t along = 0;
    for (uint32_t side = 1u << 15; side; side >>= 1) {
        uint32_t right = (x & side) != 0, up = (y & side) != 0;
        along += side * side * ((3 * right) ^ up);
        if (!up) {
            uint32_t turned = right ? 65535 - x : x;
            x = right ? 65535 - y : y;
            y = turned;
        }
    }
    return along;
}

/* Halves, so that the difference of any two finite numbers is finite. */
static uint32_t grid(double value, double low, double high)
{
    double extent = high / 2 - low / 2;
    return extent > 0 ? (uint32_t)((value / 2 - low / 2) / extent * 65535) : 0;
}

static void number_points(const struct packing *p)
{
    double low_x = INFINITY, low_y = INFINITY, high_x = -INFINITY, high_y = -INFINITY;
    for (size_t i = 0; i < p->count; i++) {
        low_x = fmin(low_x, p->points[i].x);
        high_x = fmax(high_x, p->points[i].x);
        low_y = fmin(low_y, p->points[i].y);
        high_y = fmax(high_y, p->points[i].y);
    }
    for (size_t i = 0; i < p->count; i++) {
        uint32_t x = grid(p->points[i].x, low_x, high_x), y = grid(p->points[i].y, low_y, high_y);
        p->order[i] = (uint64_t)hilbert(x, y) << 32 | i;
    }
}

/* By the high half, a byte at a time; an even number of passes, so the result is in order again. Equal
 * numbers keep the order of points. */
static void sort_points(struct packing *p)
{
    for (int shift = 32; shift < 64; shift += 8) {
        size_t start[257] = {0};
        for (size_t i = 0; i < p->count; i++)
            start[(p->order[i] >> shift & 255) + 1]++;
        for (int i = 0; i < 256; i++)
            start[i + 1] += start[i];
        for (size_t i = 0; i < p->count; i++)
            p->scratch[start[p->order[i] >> shift & 255]++] = p->order[i];
        uint64_t *swap = p->order;
        p->order = p->scratch;
        p->scratch = swap;
    }
}

static void put_be64(unsigned char *out, uint64_t value)
{
    value = __builtin_bswap64(value);
    memcpy(out, &value, sizeof value);
}

static void put_float(unsigned char *out, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = __builtin_bswap32(bits);
    memcpy(out, &bits, sizeof bits);
}

static enum mg_code run(struct packing *p, sqlite3_stmt *statement, struct mg_error *err)
{
    int result = sqlite3_step(statement);
    enum mg_code code =
        result == SQLITE_DONE ? MG_OK : mg_db_fail(p->db, _("cannot write the spatial index"), err);
    sqlite3_reset(statement);
    return code;
}

static enum mg_code write_pair(struct packing *p, sqlite3_stmt *statement, int64_t a, int64_t b,
                               struct mg_error *err)
{
    sqlite3_bind_int64(statement, 1, a);
    sqlite3_bind_int64(statement, 2, b);
    return run(p, statement, err);
}

/* Write one node; *ret_above is the cell by which the level above knows it. */
static enum mg_code write_node(struct packing *p, int64_t id, int depth, const struct cell *cells,
                               size_t count, struct cell *ret_above, struct mg_error *err)
{
    unsigned char data[NODE_SIZE] = {0, (unsigned char)depth, 0, (unsigned char)count};
    struct cell above = cells[0];
    above.id = id;
    for (size_t i = 0; i < count; i++) {
        unsigned char *out = data + 4 + i * CELL_SIZE;
        put_be64(out, (uint64_t)cells[i].id);
        put_float(out + 8, cells[i].min_x);
        put_float(out + 12, cells[i].max_x);
        put_float(out + 16, cells[i].min_y);
        put_float(out + 20, cells[i].max_y);
        above.min_x = cells[i].min_x < above.min_x ? cells[i].min_x : above.min_x;
        above.max_x = cells[i].max_x > above.max_x ? cells[i].max_x : above.max_x;
        above.min_y = cells[i].min_y < above.min_y ? cells[i].min_y : above.min_y;
        above.max_y = cells[i].max_y > above.max_y ? cells[i].max_y : above.max_y;
    }
    sqlite3_bind_int64(p->node, 1, id);
    sqlite3_bind_blob(p->node, 2, data, NODE_SIZE, SQLITE_STATIC);
    *ret_above = above;
    return run(p, p->node, err);
}

static size_t nodes_for(size_t cells)
{
    return (cells + NODE_CELLS - 1) / NODE_CELLS;
}

/* The points, in Hilbert order, spread evenly over as few leaves as hold them. */
static enum mg_code write_leaves(struct packing *p, int depth, struct mg_error *err)
{
    struct cell cells[NODE_CELLS];
    size_t leaves = nodes_for(p->count);
    for (size_t leaf = 0; leaf < leaves; leaf++) {
        size_t from = leaf * p->count / leaves, to = (leaf + 1) * p->count / leaves;
        int64_t id = depth ? p->next_node++ : 1;
        for (size_t i = from; i < to; i++) {
            uint32_t place = (uint32_t)p->order[i];
            const struct mg_index_point *point = &p->points[place];
            cells[i - from] = (struct cell){point->id, round_down(point->x), round_up(point->x),
                                            round_down(point->y), round_up(point->y)};
            p->leaf_of[place] = (uint32_t)id;
        }
        enum mg_code code = write_node(p, id, 0, cells, to - from, &p->level[leaf], err);
        if (code != MG_OK)
            return code;
    }
    p->level_count = leaves;
    return MG_OK;
}

/* One level up: the nodes there are become the cells of fewer ones. */
static enum mg_code write_level(struct packing *p, bool is_root, int depth, struct mg_error *err)
{
    size_t nodes = nodes_for(p->level_count);
    for (size_t node = 0; node < nodes; node++) {
        size_t from = node * p->level_count / nodes, to = (node + 1) * p->level_count / nodes;
        int64_t id = is_root ? 1 : p->next_node++;
        enum mg_code code = MG_OK;
        for (size_t i = from; i < to && code == MG_OK; i++)
            code = write_pair(p, p->parent, p->level[i].id, id, err);
        if (code == MG_OK)
            code = write_node(p, id, is_root ? depth : 0, p->level + from, to - from, &p->level[node], err);
        if (code != MG_OK)
            return code;
    }
    p->level_count = nodes;
    return MG_OK;
}

static enum mg_code write_tree(struct packing *p, struct mg_error *err)
{
    int depth = 0;
    for (size_t nodes = nodes_for(p->count); nodes > 1; nodes = nodes_for(nodes))
        depth++;
    p->next_node = 2;
    enum mg_code code = write_leaves(p, depth, err);
    for (int level = 1; level <= depth && code == MG_OK; level++)
        code = write_level(p, level == depth, depth, err);
    for (size_t i = 0; i < p->count && code == MG_OK; i++)
        code = write_pair(p, p->row, p->points[i].id, p->leaf_of[i], err);
    return code;
}

static void finish(struct packing *p)
{
    sqlite3_finalize(p->node);
    sqlite3_finalize(p->parent);
    sqlite3_finalize(p->row);
    free(p->order);
    free(p->scratch);
    free(p->level);
}

static enum mg_code pack(struct mg_db *db, const char *index, const struct mg_index_point *points,
                         size_t count, struct mg_error *err)
{
    MG_CLEANUP(finish) struct packing p = {.db = db, .points = points, .count = count};
    p.order = mg_calloc(count, sizeof *p.order);
    p.scratch = mg_calloc(count, sizeof *p.scratch);
    p.level = mg_calloc(nodes_for(count), sizeof *p.level);
    if (!p.order || !p.scratch || !p.level)
        return mg_fail_memory(err);
    number_points(&p);
    sort_points(&p);
    p.leaf_of = (uint32_t *)p.scratch;
    enum mg_code code =
        mg_db_prepare(db, &p.node, err, "REPLACE INTO \"%w_node\" (nodeno, data) VALUES (?1, ?2)", index);
    if (code == MG_OK)
        code = mg_db_prepare(db, &p.parent, err,
                             "INSERT INTO \"%w_parent\" (nodeno, parentnode) VALUES (?1, ?2)", index);
    if (code == MG_OK)
        code =
            mg_db_prepare(db, &p.row, err, "INSERT INTO \"%w_rowid\" (rowid, nodeno) VALUES (?1, ?2)", index);
    return code == MG_OK ? write_tree(&p, err) : code;
}

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

/* Has the tree no more than an empty root of the size that is written here? */
static enum mg_code is_empty(struct mg_db *db, const char *index, bool *ret_empty, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum mg_code code =
        mg_db_prepare(db, &statement, err, "SELECT nodeno, data FROM \"%w_node\" ORDER BY nodeno", index);
    if (code == MG_OK)
        code = mg_db_step(statement, &row, err);
    if (code == MG_OK && row) {
        const unsigned char *data = sqlite3_column_blob(statement, 1);
        bool empty = sqlite3_column_int64(statement, 0) == 1 &&
                     sqlite3_column_bytes(statement, 1) == NODE_SIZE && data &&
                     memcmp(data, "\0\0\0\0", 4) == 0;
        code = mg_db_step(statement, &row, err);
        if (code == MG_OK)
            *ret_empty = empty && !row;
    }
    sqlite3_finalize(statement);
    return code;
}

static enum mg_code can_pack(struct mg_db *db, const char *index, const struct mg_index_point *points,
                             size_t count, bool *ret_can, struct mg_error *err)
{
    int64_t known = 0;
    bool can = count > 0 && count <= UINT32_MAX;
    for (size_t i = 1; i < count && can; i++)
        can = points[i - 1].id < points[i].id;
    if (!can)
        return MG_OK;
    enum mg_code code = mg_db_query_i64(db, MG_SQL_INDEX_LAYOUT_IS_KNOWN, &known, NULL, err, "t", index);
    return code == MG_OK && known ? is_empty(db, index, ret_can, err) : code;
}

enum mg_code mg_packed_index_add(struct mg_db *db, const char *index, const struct mg_index_point *points,
                                 size_t count, bool *ret_packed, struct mg_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            return mg_fail(err, MG_ERR_INPUT, _("the place of record %lld is not finite"),
                           (long long)points[i].id);
    }
    bool can = false;
    enum mg_code code = can_pack(db, index, points, count, &can, err);
    if (code == MG_OK)
        code = can ? pack(db, index, points, count, err) : insert(db, index, points, count, err);
    if (code == MG_OK && ret_packed)
        *ret_packed = can;
    return code;
}
