#include "libdata/db/packed_tree.h"

#include <math.h>
#include <string.h>

#include "libdata/base/alloc.h"
#include "libdata/base/cleanup.h"
#include "libdata/db/feed.h"

enum {
    DEEPEST = 40, /* SQLite's own limit */
    AHEAD = 16,   /* points between asking memory for one and using it */
};

struct packing {
    struct mg_db *db;
    const struct mg_index_point *points;
    size_t count;
    uint64_t *order;            /* Hilbert number in the high half, place in points in the low one */
    uint64_t *scratch;          /* of the sort; afterwards leaf_of */
    uint32_t *leaf_of;          /* by place in points: its leaf's number among the leaves */
    struct mg_tree_cell *level; /* the nodes of the level being packed, seen from above */
    size_t level_count;
    int64_t next_node, first_leaf;
    size_t row_at; /* while rows are fed */
    bool at_end;   /* all ids are above those that are there */
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
        /* down: turned (x and y change places), on the right half mirrored too; no branch, it would be
         * mispredicted every other time */
        uint32_t turn = up - 1, mirror = turn & -right & 65535;
        uint32_t a = x ^ mirror, b = y ^ mirror, swap = (a ^ b) & turn;
        x = a ^ swap;
        y = b ^ swap;
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
        double x = p->points[i].x, y = p->points[i].y;
        low_x = x < low_x ? x : low_x;
        high_x = x > high_x ? x : high_x;
        low_y = y < low_y ? y : low_y;
        high_y = y > high_y ? y : high_y;
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

static float get_float(const unsigned char *in)
{
    uint32_t bits;
    float value;
    memcpy(&bits, in, sizeof bits);
    bits = __builtin_bswap32(bits);
    memcpy(&value, &bits, sizeof value);
    return value;
}

bool mg_tree_root_read(const unsigned char *data, struct mg_tree_root *ret_root)
{
    ret_root->depth = data[0] << 8 | data[1];
    ret_root->count = (size_t)(data[2] << 8 | data[3]);
    if (ret_root->count > MG_TREE_NODE_CELLS || ret_root->depth >= DEEPEST ||
        (!ret_root->count && ret_root->depth))
        return false;
    for (size_t i = 0; i < ret_root->count; i++) {
        const unsigned char *in = data + 4 + i * MG_TREE_CELL_SIZE;
        uint64_t id;
        memcpy(&id, in, sizeof id);
        ret_root->cells[i] =
            (struct mg_tree_cell){(int64_t)__builtin_bswap64(id), get_float(in + 8), get_float(in + 12),
                                  get_float(in + 16), get_float(in + 20)};
    }
    return true;
}

static enum mg_code run(struct packing *p, sqlite3_stmt *statement, struct mg_error *err)
{
    int result = sqlite3_step(statement);
    enum mg_code code =
        result == SQLITE_DONE ? MG_OK : mg_db_fail(p->db, _("cannot write the spatial index"), err);
    sqlite3_reset(statement);
    return code;
}

static enum mg_code set_parent(struct packing *p, int64_t node, int64_t parent, struct mg_error *err)
{
    sqlite3_bind_int64(p->parent, 1, node);
    sqlite3_bind_int64(p->parent, 2, parent);
    return run(p, p->parent, err);
}

/* Write one node; *ret_above is the cell by which the level above knows it. depth: 0 but for the root. */
static enum mg_code write_node(struct packing *p, int64_t id, int depth, const struct mg_tree_cell *cells,
                               size_t count, struct mg_tree_cell *ret_above, struct mg_error *err)
{
    unsigned char data[MG_TREE_NODE_SIZE] = {0, (unsigned char)depth, 0, (unsigned char)count};
    struct mg_tree_cell above = cells[0];
    above.id = id;
    for (size_t i = 0; i < count; i++) {
        unsigned char *out = data + 4 + i * MG_TREE_CELL_SIZE;
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
    sqlite3_bind_blob(p->node, 2, data, MG_TREE_NODE_SIZE, SQLITE_STATIC);
    *ret_above = above;
    return run(p, p->node, err);
}

/* An inner node over these: it is their parent. */
static enum mg_code write_inner(struct packing *p, int64_t id, int depth, const struct mg_tree_cell *cells,
                                size_t count, struct mg_tree_cell *ret_above, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (size_t i = 0; i < count && !code; i++)
        code = set_parent(p, cells[i].id, id, err);
    return code ? code : write_node(p, id, depth, cells, count, ret_above, err);
}

static size_t nodes_for(size_t cells)
{
    return (cells + MG_TREE_NODE_CELLS - 1) / MG_TREE_NODE_CELLS;
}

/* The points, in Hilbert order, spread evenly over as few leaves as hold them. */
static enum mg_code write_leaves(struct packing *p, int64_t only_leaf, struct mg_error *err)
{
    struct mg_tree_cell cells[MG_TREE_NODE_CELLS];
    size_t leaves = nodes_for(p->count);
    p->first_leaf = leaves == 1 && only_leaf ? only_leaf : p->next_node;
    if (p->first_leaf == p->next_node)
        p->next_node += (int64_t)leaves;
    for (size_t leaf = 0; leaf < leaves; leaf++) {
        size_t from = leaf * p->count / leaves, to = (leaf + 1) * p->count / leaves;
        for (size_t i = from; i < to; i++) {
            uint32_t place = (uint32_t)p->order[i], later = (uint32_t)p->order[i + AHEAD];
            __builtin_prefetch(&p->points[later]);
            __builtin_prefetch(&p->leaf_of[later], 1);
            const struct mg_index_point *point = &p->points[place];
            cells[i - from] = (struct mg_tree_cell){point->id, round_down(point->x), round_up(point->x),
                                                    round_down(point->y), round_up(point->y)};
            p->leaf_of[place] = (uint32_t)leaf;
        }
        enum mg_code code =
            write_node(p, p->first_leaf + (int64_t)leaf, 0, cells, to - from, &p->level[leaf], err);
        if (code)
            return code;
    }
    p->level_count = leaves;
    return MG_OK;
}

/* One level up: the nodes there are become the cells of fewer ones. */
static enum mg_code write_level(struct packing *p, int height, int64_t only_node, struct mg_error *err)
{
    size_t nodes = nodes_for(p->level_count);
    enum mg_code code = MG_OK;
    for (size_t node = 0; node < nodes && !code; node++) {
        size_t from = node * p->level_count / nodes, to = (node + 1) * p->level_count / nodes;
        bool is_root = nodes == 1 && only_node;
        code = write_inner(p, is_root ? only_node : p->next_node++, is_root ? height : 0, p->level + from,
                           to - from, &p->level[node], err);
    }
    p->level_count = nodes;
    return code;
}

/* All points below one node, level[0], of *ret_height. root: 1 if that is to be the root, else 0. */
static enum mg_code write_branch(struct packing *p, int64_t root, int *ret_height, struct mg_error *err)
{
    enum mg_code code = write_leaves(p, root, err);
    int height = 0;
    while (!code && p->level_count > 1)
        code = write_level(p, ++height, root, err);
    *ret_height = height;
    return code;
}

/* Nodes of one cell above top, until it is of the height of the branches beside it. */
static enum mg_code raise(struct packing *p, struct mg_tree_cell *top, int from, int to, struct mg_error *err)
{
    enum mg_code code = MG_OK;
    for (; from < to && !code; from++)
        code = write_inner(p, p->next_node++, 0, top, 1, top, err);
    return code;
}

/* What the root held moves into a node below it. */
static enum mg_code move_root(struct packing *p, const struct mg_tree_root *root, const char *index,
                              struct mg_tree_cell *ret_cell, struct mg_error *err)
{
    int64_t id = p->next_node++;
    if (root->depth)
        return write_inner(p, id, 0, root->cells, root->count, ret_cell, err);
    enum mg_code code = mg_db_exec(p->db, err, "UPDATE \"%w_rowid\" SET nodeno = %lld WHERE nodeno = 1",
                                   index, (long long)id);
    return code ? code : write_node(p, id, 0, root->cells, root->count, ret_cell, err);
}

/* The new branch, of that height, beside what the root holds; or a root over both. */
static enum mg_code graft(struct packing *p, const struct mg_tree_root *root, const char *index, int height,
                          struct mg_error *err)
{
    struct mg_tree_cell cells[MG_TREE_NODE_CELLS], above, branch = p->level[0];
    bool fits = root->count < MG_TREE_NODE_CELLS && height < root->depth;
    size_t count = fits ? root->count : 1;
    int depth = fits ? root->depth : 1 + (root->depth > height ? root->depth : height);
    enum mg_code code = MG_OK;
    if (fits) {
        memcpy(cells, root->cells, count * sizeof *cells);
    } else {
        code = move_root(p, root, index, &cells[0], err);
        if (!code)
            code = raise(p, &cells[0], root->depth, depth - 1, err);
    }
    if (!code)
        code = raise(p, &branch, height, depth - 1, err);
    cells[count++] = branch;
    for (size_t i = fits ? count - 1 : 0; i < count && !code; i++)
        code = set_parent(p, cells[i].id, 1, err);
    return code ? code : write_node(p, 1, depth, cells, count, &above, err);
}

/* mg_feed: the leaf of each row. */
static enum mg_code next_row(void *context, bool *ret_row, struct mg_error *err)
{
    struct packing *p = context;
    (void)err;
    *ret_row = p->row_at++ < p->count;
    return MG_OK;
}

static void row_column(void *context, int column, sqlite3_context *out)
{
    const struct packing *p = context;
    size_t i = p->row_at - 1;
    if (column)
        sqlite3_result_int64(out, p->first_leaf + p->leaf_of[i]);
    else if (!p->at_end || !i || p->points[i].id != p->points[i - 1].id + 1)
        sqlite3_result_int64(out, p->points[i].id); /* else null: one more than the last, without a search */
}

static enum mg_code write_rows(struct packing *p, const char *index, struct mg_error *err)
{
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum mg_code code = mg_db_prepare(p->db, &statement, err, "SELECT max(rowid) FROM \"%w_rowid\"", index);
    if (!code)
        code = mg_db_step(statement, &row, err);
    if (!code)
        p->at_end = sqlite3_column_type(statement, 0) == SQLITE_NULL ||
                    sqlite3_column_int64(statement, 0) < p->points[0].id;
    sqlite3_finalize(statement);
    const struct mg_feed rows = {p, next_row, row_column};
    return code ? code : mg_feed_run_statement(p->db, p->row, &rows, err);
}

static enum mg_code write_tree(struct packing *p, const struct mg_tree_root *root, const char *index,
                               struct mg_error *err)
{
    int height = 0;
    number_points(p);
    sort_points(p);
    p->leaf_of = (uint32_t *)p->scratch;
    enum mg_code code = write_branch(p, root->count ? 0 : 1, &height, err);
    if (!code && root->count)
        code = graft(p, root, index, height, err);
    return code ? code : write_rows(p, index, err);
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

static enum mg_code prepare(struct packing *p, const char *index, struct mg_error *err)
{
    enum mg_code code =
        mg_db_prepare(p->db, &p->node, err, "REPLACE INTO \"%w_node\" (nodeno, data) VALUES (?1, ?2)", index);
    if (!code)
        code = mg_db_prepare(p->db, &p->parent, err,
                             "REPLACE INTO \"%w_parent\" (nodeno, parentnode) VALUES (?1, ?2)", index);
    if (!code)
        code =
            mg_db_prepare(p->db, &p->row, err,
                          "INSERT INTO \"%w_rowid\" (rowid, nodeno) SELECT c0, c1 FROM mg_feed(?1)", index);
    return code;
}

enum mg_code mg_packed_tree_add(struct mg_db *db, const char *index, const struct mg_tree_root *root,
                                int64_t next_node, const struct mg_index_point *points, size_t count,
                                struct mg_error *err)
{
    MG_CLEANUP(finish)
    struct packing p = {.db = db, .points = points, .count = count, .next_node = next_node};
    p.order = mg_calloc(count + AHEAD, sizeof *p.order);
    p.scratch = mg_calloc(count + AHEAD, sizeof *p.scratch);
    p.level = mg_calloc(nodes_for(count), sizeof *p.level);
    if (!p.order || !p.scratch || !p.level)
        return mg_fail_memory(err);
    enum mg_code code = prepare(&p, index, err);
    return code ? code : write_tree(&p, root, index, err);
}
