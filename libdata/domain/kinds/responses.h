/* responses.h - inside --as responses: which columns are questions, and rows as table response keeps them.
 *
 * Questions are those of --questions, else the columns that earlier editions took for questions and those
 * whose label says so (q1, Q2_03, question 4) and that hold mostly whole numbers; where no label does, those
 * that hold whole numbers from 0 to 10 only. A column with the role score is one always.
 * The scale is that of --scale, else 1 to 5, 0 to 10 or 1 to 10 where the first rows reach its ends and
 * nothing else, else unknown: nothing is guessed from answers that could be of several scales.
 */
#ifndef MG_KINDS_RESPONSES_H
#define MG_KINDS_RESPONSES_H

#include "libdata/domain/import/kind.h"

extern const struct mg_import_kind mg_import_responses;

struct mg_responses_layout {
    int *questions; /* by question.position: column, or -1 for one that this file has not */
    size_t question_count;
    int *others; /* by field.position: column, or -1; questions are not among them */
    size_t other_count;
    int low, high;         /* 0, 0: the scale is not known */
    struct mg_buf missing; /* JSON array of texts */
};

/* responses_layout.c. Questions that are new are written to table question, the scale to survey. */
enum mg_code mg_responses_layout_make(struct mg_import *import, struct mg_responses_layout *ret_layout,
                                      struct mg_error *err);
void mg_responses_layout_finish(struct mg_responses_layout *layout);

/* Is it one of the codes for "no answer"? */
bool mg_responses_missing(const struct mg_responses_layout *layout, const char *text, size_t length);

/* A whole number as answered ("4", "4.0", "4,0"); false for anything else. */
bool mg_responses_number(const char *text, size_t length, int64_t *ret_number);

#endif
