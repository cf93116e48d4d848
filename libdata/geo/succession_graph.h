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
    bool absorbs; /* every movement between the two is of a kind that takes a part into its whole */
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

bool mg_succession_is_commune(const struct mg_succession *s, int32_t node);

/* NULL: nothing happens to the node in that direction. Forward: its next entry later than the day; backward:
 * its last up to the day. */
const struct mg_succession_entry *mg_succession_entry_near(const struct mg_succession *s, int32_t node,
                                                           mg_date day, bool forward);

/* What a node becomes on a day (or was before it), following that day's movements through. */
void mg_succession_reach(const struct mg_succession *s, int32_t node, mg_date day, bool forward,
                         struct mg_nodes *found);

#endif
