/* packed_tree.h - points as Hilbert-packed nodes, in the R*Tree's own tables (behind packed_index.h).
 *
 * SQLite's R*Tree keeps its nodes in three tables: NAME_node (nodeno, data), NAME_rowid (rowid, nodeno of its
 * leaf) and NAME_parent (nodeno, parentnode). Node 1 is the root. Data is big-endian: depth of the tree (2
 * bytes, meaningful in the root only), number of cells (2 bytes), then the cells: rowid or nodeno (8 bytes),
 * min x, max x, min y, max y (floats). The format is documented with SQLite's source.
 *
 * What is added to a tree that holds something becomes a branch of its own below the root: packed like the
 * rest, and nothing that is there is split or read.
 *
 * The spatial index is packed. A Hilbert-packed tree is written straight into the R*Tree's own tables while
 * it is empty; points added to a filled one become a packed branch. Where the layout is not the expected one,
 * SpatiaLite builds the index itself.
 */
#ifndef MG_DB_PACKED_TREE_H
#define MG_DB_PACKED_TREE_H

#include "libdata/db/packed_index.h"

enum { MG_TREE_CELL_SIZE = 24, MG_TREE_NODE_CELLS = 51, MG_TREE_NODE_SIZE = 4 + 51 * 24 };

struct mg_tree_cell {
    int64_t id; /* of the row in a leaf, else of the node below */
    float min_x, max_x, min_y, max_y;
};

/* The root as it is: no cells in an empty tree. */
struct mg_tree_root {
    int depth; /* 0: it is a leaf */
    size_t count;
    struct mg_tree_cell cells[MG_TREE_NODE_CELLS];
};

/* count of data's bytes is MG_TREE_NODE_SIZE; false: this is no root that is understood here. */
bool mg_tree_root_read(const unsigned char *data, struct mg_tree_root *ret_root);

/* next_node: a number above those of all nodes. points: at least one; ids ascend. */
enum mg_code mg_packed_tree_add(struct mg_db *db, const char *index, const struct mg_tree_root *root,
                                int64_t next_node, const struct mg_index_point *points, size_t count,
                                struct mg_error *err);

#endif
