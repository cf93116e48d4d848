/* succession.h - what became of a commune: the movements as a dated graph on (type, code).
 *
 * Movements are INSEE's (COG): kind 10 rename, 20 creation, 21 restoration, 30 suppression, 31 merger, 32
 * commune nouvelle, 33 merger-association, 34 association to merger, 35 end of a delegated commune, 41
 * change of département, 50 transfer of the seat, 70, 71; a kind that is none of these is kept and walked
 * by its codes. Movements of one day are followed to a fixpoint, since the source chains them (49144 to
 * 44225 to 44180 on 2018-01-01); duplicates are harmless; a code may vanish and come back (27676).
 * Dates are days (date.h); a movement of day D separates "before D" from "on D and after".
 *
 * How a day is read: a code that is its own successor stands; one that is only a successor is there from
 * then on, and was there before when an earlier movement left it there, or when all it does is to absorb
 * its own parts (kinds 34 and 35); one that is both successor and predecessor without standing is passed
 * through, unless the passing goes round in a circle (codes exchanged on one day). A commune that would
 * become nothing but a part of a commune (an error of the source) stands. Known errors of INSEE's file are
 * put right as movements are added: geo/corrections.csv, each line with its reason.
 *
 * A commune that merged is found again. The walk through the movements keeps, beside the commune, the
 * delegated or associated commune that it became, so that a later separation has one answer; what no part
 * tells apart stays several. Known errors of INSEE's file are lines of libdata/geo/corrections.csv, each with
 * its reason, applied as movements are added to the graph and told wherever one was followed.
 */
#ifndef MG_GEO_SUCCESSION_H
#define MG_GEO_SUCCESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/base/date.h"
#include "libdata/base/error.h"
#include "libdata/db/db.h"

struct mg_succession;

struct mg_movement {
    int kind;
    mg_date date;
    const char *type_before, *code_before; /* "COM", "01001"; both "" when it came from nothing */
    const char *type_after, *code_after;
};

enum mg_code mg_succession_create(struct mg_succession **ret_succession, struct mg_error *err);
enum mg_code mg_succession_add(struct mg_succession *s, const struct mg_movement *movement,
                               struct mg_error *err);
enum mg_code mg_succession_build(struct mg_succession *s, struct mg_error *err);
/* A list of communes of that date says that the part (COMD, COMA, ARM) is in this commune. */
enum mg_code mg_succession_add_part(struct mg_succession *s, const char *type, const char *code, mg_date date,
                                    const char *whole, struct mg_error *err);
/* All movements of the file's latest movements edition (none is fine: every code is then its own), and the
 * parts of all its lists of communes. */
enum mg_code mg_succession_load(struct mg_db *db, struct mg_succession **ret_succession,
                                struct mg_error *err);
void mg_succession_destroy(struct mg_succession *s);

enum mg_succession_how {
    MG_SUCCESSION_SAME,      /* the code stands at both dates */
    MG_SUCCESSION_RECODED,   /* one successor (or, backwards, one predecessor) */
    MG_SUCCESSION_AMBIGUOUS, /* several: polygon or parent must settle it */
    MG_SUCCESSION_UNKNOWN,   /* no movement tells: neither a commune then nor known to have become one */
};

/* Where a commune merged and the whole was separated again later, the delegated or associated commune that it
 * was in between tells which of those that came out of it is the same; without one that came out, it is what
 * the others left.
 *
 * The communes (type COM) that the commune `code` of date `from` has become at date `to` (or was, when to
 * is before from). codes are borrowed from s (or are `code` itself), in ascending order; room for at most
 * `capacity`, *ret_count says how many there are. A code that no movement names is SAME. Where no commune
 * has the code at `from`, the delegated or associated commune or arrondissement of that code is taken, by
 * the commune it is part of (or, backwards, the one it was); else the commune that had the code last before
 * `from` (an old code), else the one that has it first after (a code before its time).
 *
 * A part is in the commune that the list of communes of that date names (else the list nearest to it), and in
 * what that commune has become; where it has become several, the movements of the part choose among them. The
 * arrondissements of Paris, Lyon and Marseille are in their city, whatever the movements of 1959 and 1964
 * say. */
enum mg_code mg_succession_project(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                                   const char **ret_codes, size_t capacity, size_t *ret_count,
                                   enum mg_succession_how *ret_how, struct mg_error *err);

/* All the communes that a list of communes has become (or was), each once, in ascending order. The array is
 * the caller's to free; the codes in it are borrowed from s or from codes. Communes that came from nothing
 * in between are not among them. */
enum mg_code mg_succession_project_list(const struct mg_succession *s, const char *const *codes, size_t count,
                                        mg_date from, mg_date to, const char ***ret_codes, size_t *ret_count,
                                        struct mg_error *err);

/* A movement that a projection followed. Texts are borrowed from the trace; correction is NULL, or why this
 * is not what the source says. */
struct mg_succession_step {
    mg_date date;
    int kind;
    char type_before[8], code_before[8]; /* both "" when it came from nothing */
    char type_after[8], code_after[8];
    const char *correction;
};

/* How a code was found at the date it is said to be of. */
enum mg_succession_found {
    MG_SUCCESSION_UNNAMED, /* no movement names it: taken as it is */
    MG_SUCCESSION_THERE,   /* it stood */
    MG_SUCCESSION_OLD,     /* it stood before */
    MG_SUCCESSION_EARLY,   /* it is to come */
};

/* A projection, with what led to it. */
struct mg_succession_trace {
    const char **codes; /* as mg_succession_project gives them, all of them */
    size_t count;
    enum mg_succession_how how;
    enum mg_succession_found found;
    bool by_part;     /* several were cut down to those that the part it was in between tells */
    const char *type; /* as what the code was found: "COM", "COMD", "COMA", "ARM"; NULL: unnamed */
    struct mg_succession_step *steps; /* by date, code before, code after */
    size_t step_count;
    /* The smallest sets of communes of the two dates that cover the same land and hold this code: a series
     * is comparable between their sums. */
    const char **of_from, **of_to;
    size_t of_from_count, of_to_count;
};

enum mg_code mg_succession_trace(const struct mg_succession *s, const char *code, mg_date from, mg_date to,
                                 struct mg_succession_trace *ret_trace, struct mg_error *err);
void mg_succession_trace_finish(struct mg_succession_trace *trace); /* also of {0} */

/* Does the commune (type COM) stand at the date? false for a code that no movement names. */
bool mg_succession_stands(const struct mg_succession *s, const char *code, mg_date date);

/* The known errors of the source, for tests and for the curious: line i of geo/corrections.csv. */
struct mg_correction {
    struct mg_movement wrong, right; /* right.kind 0: there is no such movement */
    const char *reason;
};
const struct mg_correction *mg_corrections(size_t *ret_count);

#endif
