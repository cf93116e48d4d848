/* succession_graph.h - the graph behind succession.h, for succession.c (which builds it) and
 * succession_walk.c (which follows it).
 */
#ifndef MG_GEO_SUCCESSION_GRAPH_H
#define MG_GEO_SUCCESSION_GRAPH_H

#include "libdata/base/map.h"
#include "libdata/geo/succession.h"

enum { MG_NOTHING = -1 }; /* the node before a creation from nothing */

struct mg_succession_edge {
    mg_date day;
    int32_t from, to;
    int kind;               /* of several between the two that day, the lowest */
    bool absorbs;           /* every movement between the two is of a kind that takes a part into its whole */
    const char *correction; /* why it is not as the source has it, or NULL */
};

/* An edge as it was followed. */
struct mg_followed {
    const struct mg_succession_edge *edge;
    bool forward;
};

struct mg_path {
    struct mg_followed *items;
    size_t count, capacity;
    bool failed;
};

/* What one day does to one node. */
struct mg_succession_entry {
    int32_t node;
    mg_date day;
    bool before, after; /* is it there before, and from that day on? */
    bool exchanged;     /* the code is there before and after, but is not its own successor */
};

struct mg_succession {
    struct mg_map nodes;                 /* "COM:51108", in the order of coming */
    struct mg_succession_edge *outgoing; /* by from, day, to */
    struct mg_succession_edge *incoming; /* by to, day, from */
    size_t edge_count, edge_capacity;
    struct mg_succession_entry *entries; /* by node, day */
    size_t entry_count;
};

/* A growing set of nodes. */
struct mg_nodes {
    int32_t *items;
    size_t count, capacity;
    bool failed;
};

void mg_nodes_finish(struct mg_nodes *set);
void mg_nodes_add(struct mg_nodes *set, int32_t node); /* once; no memory: failed */

/* Does the node stand on that day? */
bool mg_succession_is_there(const struct mg_succession *s, int32_t node, mg_date date);

bool mg_succession_is_commune(const struct mg_succession *s, int32_t node);

/* NULL: nothing happens to the node in that direction. Forward: its next entry later than the day; backward:
 * its last up to the day. */
const struct mg_succession_entry *mg_succession_entry_near(const struct mg_succession *s, int32_t node,
                                                           mg_date day, bool forward);

/* What a node becomes on a day (or was before it), following that day's movements through. path (may be
 * NULL): what was followed, in any order and perhaps more than once. */
void mg_succession_reach(const struct mg_succession *s, int32_t node, mg_date day, bool forward,
                         struct mg_nodes *found, struct mg_path *path);

/* Does another commune become this node that day? */
bool mg_succession_takes_in(const struct mg_succession *s, int32_t node, mg_date day);

/* Does a part of a commune (this one, or MG_NOTHING: any) become this node that day, rather than be taken in?
 */
bool mg_succession_from_part(const struct mg_succession *s, int32_t node, mg_date day, int32_t part);

/* succession_walk.c: the communes that a code of one date is at another. */
struct mg_projection {
    struct mg_nodes nodes;
    struct mg_path *path; /* NULL: not asked for */
    enum mg_succession_found how_found;
    bool by_part;  /* several were cut down to those that a part of the commune tells */
    int32_t start; /* the node that the code was found as */
};
void mg_succession_walk(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                        struct mg_projection *projection);
const char *mg_succession_code_of(const struct mg_succession *s, int32_t node);

#endif
