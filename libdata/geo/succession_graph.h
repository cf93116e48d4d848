/* succession_graph.h - the graph behind succession.h, for succession.c (which builds it), succession_walk.c
 * (which follows it) and succession_project.c (which answers).
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

enum { MG_SEVERAL = -2 };

/* What one day does to one node. */
struct mg_succession_entry {
    int32_t node;
    mg_date day;
    bool before, after; /* is it there before, and from that day on? */
    bool exchanged;     /* the code is there before and after, but is not its own successor */
    /* The one node that it only passes its movements on to that day, [true] forward, [false] backward;
     * MG_SEVERAL, or MG_NOTHING: none. Without it each link of a long chain would be followed to its end. */
    int32_t passes_to[2];
    /* Of the same node, the last entry up to this one on which it ceases to be, and the first from this one
     * on which it begins; MG_NOTHING: none. */
    int32_t last_end, first_start;
};

/* A growing set of nodes. */
struct mg_nodes {
    int32_t *items;
    size_t count, capacity;
    uint32_t *slots; /* item + 1, 0 is free; NULL while the set is small */
    size_t slot_count;
    bool failed;
};

/* A commune on its way. Once it is inside another one, the part of that one that it became tells which of
 * several successors it is, when the whole is separated again. */
struct mg_traveller {
    int32_t node, part; /* part MG_NOTHING: none, or it was given up */
    mg_date day;        /* as things stand on it */
    bool inside;
};

/* A growing set of them, in the order in which they came. */
struct mg_travellers {
    struct mg_traveller *items;
    size_t count, capacity;
    uint32_t *slots;
    size_t slot_count;
    bool failed;
};

/* What walks leave for those after them: movements that part and rejoin, or never end, are followed once.
 * Only long walks are kept, towards one date. */
struct mg_walked {
    struct mg_travellers from;
    int32_t *become; /* the one commune that each of them comes to */
    size_t become_capacity;
    mg_date to;
    uint64_t work, allowed; /* travellers and movements followed, and how many may be */
};

/* What a list says of a part of a commune. */
struct mg_succession_part {
    mg_date date;
    int32_t whole, next; /* the commune; the same part in another list, MG_NOTHING: none */
};

struct mg_succession {
    struct mg_map nodes;                 /* "COM:51108", in the order of coming */
    struct mg_succession_edge *outgoing; /* by from, day, to */
    struct mg_succession_edge *incoming; /* by to, day, from */
    size_t edge_count, edge_capacity;
    struct mg_succession_entry *entries; /* by node, day */
    size_t entry_count;
    struct mg_map part_codes; /* to the first of its parts */
    struct mg_succession_part *parts;
    size_t part_count, part_capacity;
    struct mg_walked *walked; /* also written to by those who only ask */
};

void mg_nodes_finish(struct mg_nodes *set);
void mg_nodes_add(struct mg_nodes *set, int32_t node); /* once; no memory: failed */
bool mg_nodes_hold(const struct mg_nodes *set, int32_t node);
void mg_nodes_keep(struct mg_nodes *set, size_t count); /* the first ones of items, as they are now */

void mg_travellers_finish(struct mg_travellers *set);
void mg_travellers_clear(struct mg_travellers *set);
void mg_travellers_add(struct mg_travellers *set,
                       struct mg_traveller traveller); /* once; no memory: failed */
/* Which of its items; SIZE_MAX: none. */
size_t mg_travellers_find(const struct mg_travellers *set, struct mg_traveller traveller);

/* "COM", "51108"; MG_NOTHING for the code "". */
enum mg_code mg_succession_node(struct mg_succession *s, const char *type, const char *code,
                                int32_t *ret_node, struct mg_error *err);
int32_t mg_succession_find(const struct mg_succession *s, const char *type,
                           const char *code); /* MG_NOTHING */

/* succession_parts.c: the commune that a part was in, by the list nearest to the date (which is *ret_at), or
 * as an arrondissement of a city. MG_NOTHING: it is no part that is known. */
int32_t mg_succession_whole(const struct mg_succession *s, const char *code, mg_date from, mg_date *ret_at);

/* Does the node stand on that day? One without movements always does. */
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
    bool too_long;        /* there was too much to follow: nodes is not all */
    enum mg_succession_found how_found;
    bool by_part;  /* several were cut down to those that a part of the commune tells */
    int32_t start; /* the node that the code was found as */
};
void mg_succession_walk(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                        struct mg_projection *projection);
/* Did the walk find all there is? */
enum mg_code mg_succession_walk_check(const struct mg_projection *projection, struct mg_error *err);
const char *mg_succession_code_of(const struct mg_succession *s, int32_t node);
bool mg_succession_is_named(const struct mg_succession *s,
                            const char *code); /* by a movement or a list of communes */

#endif
