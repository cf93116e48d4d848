/* internal.h - what the files of linkage share; see linkage.h for what it is about.
 *
 * services: the rows as numbers. word_weights, radius, category_changes: how much words and places tell, and
 * which categories became others. block_keys, block_index, candidates: which pairs are compared. levels,
 * word_likeness: how alike a pair is. classes, model: what levels mean. assign: which pairs are links.
 * merged_split: what is left.
 */
#ifndef MG_LINKAGE_INTERNAL_H
#define MG_LINKAGE_INTERNAL_H

#include "libdata/base/map.h"
#include "libdata/domain/linkage/linkage.h"

#define LINKAGE_NONE     UINT32_MAX
#define LINKAGE_PATTERNS (1u << (3 * MG_LINKAGE_COMPARISONS)) /* three bits a level */

/* Pairs that are kept: at least that likely to be one service, or one in the other's place. */
#define LINKAGE_LIKELY_SAME     0.05
#define LINKAGE_LIKELY_REPLACED 0.2
#define LINKAGE_LETTERS         32   /* of a word, at most, whose likeness is guessed first */
#define LINKAGE_MARKER          0.1f /* weight of a word that says what it is, not which one */

enum { LINKAGE_BEFORE, LINKAGE_AFTER, LINKAGE_SIDES };

struct linkage_word {
    uint32_t id; /* entry of words, or of streets */
    float weight;
};

/* What tells most words apart before their letters are looked at. */
struct linkage_spelling {
    uint32_t letters; /* a bit for each that it has, by its lowest five bits */
    uint32_t length;
    char first[4];
};

/* Texts are entries of the map of their kind, LINKAGE_NONE: not said. */
struct linkage_row {
    uint32_t source;                   /* place in the caller's list */
    uint32_t name_words, street_words; /* first of each in words */
    uint8_t name_count, street_count;
    uint8_t decimals; /* of its place as written; 7: more than six */
    bool has_place, place_shared;
    bool core_alone; /* no other of its list has this core in its commune (or, without one, anywhere) */
    bool core_alone_everywhere : 1;
    bool core_scarce : 1;    /* ...and is of words so rare that it hardly comes up twice by chance */
    bool category_alone : 1; /* no other of its list is of its category in its commune */
    bool phone_alone : 1;    /* no other of its list has it */
    uint8_t draw;            /* by what it says: one row in 2^n has n or more */
    uint32_t core;           /* the name without the words of its category */
    uint32_t street, number;
    uint32_t category, commune, departement, postcode, phone;
    uint32_t profile; /* rows of one list that say the same have the same */
    double lon, lat;
};

struct linkage_side {
    struct linkage_row *rows; /* in the order of what they say */
    size_t count;
    /* What the other columns that tell anything say, row by row: the first LINKAGE_RARITY bits how rare it
     * is, in bits, the rest what it is; 0: nothing. */
    uint32_t *others;
};

/* One of these columns: bits for one service, where both say the same (less than how rare that is), say
 * something else, or one of them says nothing. */
struct linkage_column {
    double same, rarity_most, differ, one_sided;
    bool key; /* a value that few have brings rows together */
};
#define LINKAGE_RARITY 5

struct linkage_words {
    struct linkage_word *items;
    size_t count, capacity;
};

/* From a key to the rows of the later list that have it. */
struct linkage_posting {
    uint32_t key; /* the bits after those that tell its part */
    uint32_t row;
};

struct linkage_index {
    struct linkage_posting *postings; /* by part, key and row */
    size_t *starts;                   /* by the first bits of a key: where in postings its part begins */
    int shift;                        /* leaves these bits */
};

struct linkage_pair {
    uint32_t before, after; /* rows */
    uint32_t pattern;
    uint32_t group; /* scratch of assign */
};

struct linkage_pairs {
    struct linkage_pair *items;
    size_t count, capacity;
};

/* The rows of the earlier list that are compared before anything is learned: all of a short list. */
struct linkage_sample {
    size_t enough;              /* pairs, from which on no more rows are drawn */
    int most, least;            /* draws: of the rows that are taken first, and of those taken last */
    size_t rows;                /* that were drawn */
    struct linkage_pairs pairs; /* that were compared */
};

/* What a pattern means, once the model is learned. */
struct linkage_meaning {
    double same, replaced, apart; /* probabilities */
};

struct mg_linkage {
    const struct mg_progress *progress;
    bool near_only;
    struct linkage_side sides[LINKAGE_SIDES];
    struct linkage_words words;
    struct mg_map names, streets, cores, categories, places, phones;
    struct linkage_spelling *name_spellings, *street_spellings; /* by entry */
    /* linkage/word_likeness.c: by lengths (and prefix), letters that two words have to share, or need not */
    uint8_t needed[LINKAGE_LETTERS + 1][LINKAGE_LETTERS + 1][5];
    int8_t spare[LINKAGE_LETTERS + 1][LINKAGE_LETTERS + 1];
    uint32_t *name_counts; /* by entry of names: services with that word */
    const char *standing;  /* names of services that did not change, each with its NUL */
    size_t standing_length;
    double standing_each;                  /* of them, that each stands for */
    double *radius_m;                      /* by category; the last is of those without one */
    struct mg_map became;                  /* pairs of categories, 8 bytes */
    const uint32_t *others[LINKAGE_SIDES]; /* the caller's; `given` for each of its services */
    size_t given;
    struct linkage_column columns[MG_LINKAGE_COLUMNS];
    size_t column_count;
    struct linkage_index index;
    struct linkage_sample sample;
    uint32_t *seen; /* by row of the later list: the row of the earlier one it was last a candidate of, + 1 */
    int64_t *patterns;
    uint32_t *used; /* the patterns that pairs have, in order */
    size_t used_count, used_capacity;
    struct mg_linkage_model model, first; /* first: before it was learned again */
    struct linkage_meaning *meanings;     /* by pattern, of those that candidates have */
    /* Where the sample is not everything, once that is learned: which levels of the name make a pair likely,
     * by the levels of all but name and address; a byte for each level of the address, a bit for each of the
     * name. */
    uint64_t *hopes;
    struct linkage_pairs pairs; /* that are not plainly unrelated */
    struct mg_linkage_link *links;
    size_t link_count, link_capacity;
};

/* linkage/services.c */
enum mg_code linkage_rows(struct mg_linkage *l, int side, const struct mg_linkage_list *list,
                          struct mg_error *err);
const char *linkage_text(const struct mg_map *map, uint32_t entry);
/* The entry of text, which is put there if it is not; LINKAGE_NONE for an empty one. */
enum mg_code linkage_entry(struct mg_map *map, const char *text, size_t length, uint32_t *ret_entry,
                           struct mg_error *err);

/* linkage/word_weights.c */
enum mg_code linkage_weigh(struct mg_linkage *l, struct mg_error *err);

/* Of names that hardly come up twice by chance, so many do at most; and of pairs of services elsewhere. */
#define LINKAGE_BY_CHANCE 0.03

/* linkage/radius.c */
enum mg_code linkage_spacing(struct mg_linkage *l, struct mg_error *err);
enum mg_code linkage_categories(struct mg_linkage *l, struct mg_error *err);

/* linkage/other_columns.c: how much each column tells, and what all tell of a pair; first, once rows are
 * known */
enum mg_code linkage_columns(struct mg_linkage *l, struct mg_error *err);
int linkage_others_level(const struct mg_linkage *l, const struct linkage_row *before,
                         const struct linkage_row *after);
/* The values of a row by which others are found: of which column, and which. */
size_t linkage_other_keys(const struct mg_linkage *l, int side, const struct linkage_row *row,
                          uint64_t ret_keys[MG_LINKAGE_COLUMNS]);
/* Two services of one list, places in it: which comes first by what these columns say; 0: neither. */
int linkage_compare_others(const struct mg_linkage *l, int side, uint32_t a, uint32_t b);

/* linkage/block_keys.c */
#define LINKAGE_KEYS 96 /* of one service */

struct linkage_keys {
    uint64_t items[LINKAGE_KEYS];
    size_t count;
};

/* wide: with its neighbouring cells, for the one who looks; else its own. In the order in which they are
 * tried. */
void linkage_make_keys(const struct mg_linkage *l, const struct linkage_row *row, bool wide,
                       struct linkage_keys *ret_keys);

/* linkage/block_index.c */
enum mg_code linkage_index(struct mg_linkage *l, struct mg_error *err);
/* The rows that have key; none, where more than MG_LINKAGE_BLOCK have it. */
const struct linkage_posting *linkage_find(const struct linkage_index *index, uint64_t key,
                                           size_t *ret_count);
/* Asks for the memory where it is looked for: first the start, then the postings. */
void linkage_prefetch(const struct linkage_index *index, uint64_t key, bool postings);
void linkage_index_finish(struct linkage_index *index);

/* linkage/pairs.c */
enum mg_code linkage_pairs_add(struct linkage_pairs *pairs, const struct linkage_pair *pair,
                               struct mg_error *err);

/* linkage/candidates.c */
typedef enum mg_code linkage_candidate(struct mg_linkage *l, const struct linkage_pair *pair,
                                       struct mg_error *err);
/* Each pair of a row of the sample and one of its candidates, with its pattern. */
enum mg_code linkage_sample_pairs(struct mg_linkage *l, linkage_candidate *visit, struct mg_error *err);
/* Keeps a pair of the sample. */
enum mg_code linkage_keep(struct mg_linkage *l, const struct linkage_pair *pair, struct mg_error *err);
/* Does the sample leave out any row? */
bool linkage_sampled(const struct mg_linkage *l);
/* All that are likely, by what was learned, and others: of the sample from what was kept; of the other rows
 * those that linkage_hopeful does not refuse. What was kept of a sample that leaves out rows is forgotten. */
enum mg_code linkage_likely_pairs(struct mg_linkage *l, linkage_candidate *visit, struct mg_error *err);

/* linkage/levels.c */
uint32_t linkage_pattern(const struct mg_linkage *l, const struct linkage_row *before,
                         const struct linkage_row *after);
/* The same, or LINKAGE_NONE for a pair that is not likely, by l->hopes: this is told faster. */
uint32_t linkage_hopeful(const struct mg_linkage *l, const struct linkage_row *before,
                         const struct linkage_row *after);
/* A place of l->hopes. */
#define LINKAGE_HOPES 32768
uint32_t linkage_hope_of(uint32_t pattern);
/* The levels that a pair would have, were both the only ones of their category in their commune. */
uint32_t linkage_as_if_alone(uint32_t pattern);
int linkage_level(uint32_t pattern, enum mg_linkage_comparison comparison);
double linkage_distance_m(const struct linkage_row *a, const struct linkage_row *b);

/* linkage/word_likeness.c: how alike the words of two names, or of two streets, are */
enum mg_code linkage_spell(struct mg_linkage *l, struct mg_error *err); /* first */
/* Share of the weight of both that the words in common have. */
double linkage_likeness(const struct mg_linkage *l, const struct linkage_row *a, const struct linkage_row *b,
                        bool streets);
/* What that cannot be above: told faster. */
double linkage_likeness_bound(const struct mg_linkage *l, const struct linkage_row *a,
                              const struct linkage_row *b, bool streets);

/* linkage/classes.c: by a model that was learned */
/* Probability of each class; sums to 1. */
void linkage_posterior(const struct mg_linkage_model *model, uint32_t pattern,
                       double ret_share[MG_LINKAGE_CLASSES]);
struct linkage_meaning linkage_meaning_of(const struct mg_linkage_model *model, uint32_t pattern);
/* Probability that pairs of these levels are one service. */
double linkage_same_share(const struct mg_linkage_model *model, uint32_t pattern);
/* Is it worth to look at pairs of that meaning? */
bool linkage_likely(const struct linkage_meaning *meaning);

/* linkage/model.c */
enum mg_code linkage_learn(struct mg_linkage *l, struct mg_error *err);
/* Again, once it is known which pairs are links: from those, and from pairs of two rows that are in none,
 * since most others that look alike are explained by them. Not of a few rows, nor of a sample: *ret_done is
 * false. */
enum mg_code linkage_learn_again(struct mg_linkage *l, const uint32_t *const match[LINKAGE_SIDES],
                                 bool *ret_done, struct mg_error *err);

/* linkage/assign.c */
/* The one-to-one links; match[side][row]: the index of its pair, or LINKAGE_NONE */
enum mg_code linkage_assign(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES], struct mg_error *err);
/* The same of l->pairs, which are then in the order of their groups. */
enum mg_code linkage_take_pairs(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES],
                                struct mg_error *err);
/* linkage/hungarian.c: n rows, m columns, weight[i * m + j] > 0 wanted, 0 not; column of each row or
 * LINKAGE_NONE. Ties go to the lowest columns. */
enum mg_code linkage_hungarian(const int64_t *weight, size_t n, size_t m, uint32_t *ret_column,
                               struct mg_error *err);

/* linkage/merged_split.c: scores, then mergers, splits and replacements */
enum mg_code linkage_conclude(struct mg_linkage *l, uint32_t *const match[LINKAGE_SIDES],
                              struct mg_error *err);

#endif
