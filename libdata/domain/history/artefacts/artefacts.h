/* artefacts.h - which differences between two editions are no change of the services themselves.
 *
 * Found over all rows that differ before any event is told; history.h has the rules. A row belongs to
 * classes: one for each value of a column with few values (an attribute), one for its département, one for
 * its category in its département. What is said of a class is true of the whole edition: the rows that stand
 * in both are looked through as soon as a class seems to have gone.
 */
#ifndef MG_HISTORY_ARTEFACTS_H
#define MG_HISTORY_ARTEFACTS_H

#include "libdata/domain/history/difference/difference.h"

enum history_class_kind { CLASS_ATTRIBUTE, CLASS_DEPARTEMENT, CLASS_CATEGORY_IN_DEPARTEMENT };

/* Counts of rows; "lone" ones closed (before) or were created (after), kept ones are half of a pair. */
struct history_class {
    enum history_class_kind kind;
    uint32_t column; /* of an attribute */
    uint32_t lone[HISTORY_SIDES], kept[HISTORY_SIDES];
    uint32_t standing;             /* in both editions; once they were scanned */
    bool stands;                   /* some stand in both, as the figures of the edition say */
    uint32_t dated[HISTORY_SIDES]; /* lone ones whose date or status the source gives */
    uint32_t told[HISTORY_SIDES];  /* lone ones that are an artefact because of this class */
    uint32_t departement;          /* class of the lone rows' département, or HISTORY_NONE */
    bool several;                  /* départements */
    bool vanished[HISTORY_SIDES], triggered[HISTORY_SIDES]; /* before: gone; after: new */
    double rate[HISTORY_SIDES];                             /* of lone rows elsewhere */
};

#define HISTORY_MOST_CATEGORIES 1000
#define HISTORY_ROW_CLASSES     256 /* classes that one row may be in */

struct history_classes {
    struct mg_map names; /* column or kind, value; the value is the index in list */
    struct history_class *list;
    size_t capacity;
    uint32_t *distinct;   /* by column: values so far */
    uint32_t most_values; /* of an attribute's column */
    bool triggered[HISTORY_SIDES];
    uint32_t departement_column; /* where codes of communes are not known; or HISTORY_NONE */
    uint32_t *eligible;          /* columns of attributes */
    size_t eligible_count;
    bool kinds_only; /* history_classes_of_row: category and département, no other attribute */
    struct mg_buf name;
};

/* artefacts/row_classes.c: the row last read on that side. */
enum mg_code history_classes_create(const struct mg_history *h, struct history_classes *classes,
                                    struct mg_error *err);
void history_classes_finish(struct history_classes *classes);
enum mg_code history_classes_add(const struct mg_history *h, struct history_classes *classes, int side,
                                 bool lone, struct mg_error *err);
/* Its classes that are known, at most HISTORY_ROW_CLASSES. */
size_t history_classes_of_row(const struct mg_history *h, struct history_classes *classes, int side,
                              uint32_t *ret_indexes);
/* Of a row of which category, postcode and commune were read: does its département need the other columns? */
bool history_classes_read_all(const struct mg_history *h, const struct history_classes *classes, int side);
uint32_t history_class_of_category(const struct mg_history *h, struct history_classes *classes,
                                   const struct history_cell *category);
/* Of the category, the département and the two together; HISTORY_NONE where there is none. */
void history_classes_of_kind(const struct mg_history *h, struct history_classes *classes,
                             const struct history_cell *departement, const struct history_cell *category,
                             uint32_t ret_indexes[3]);
/* The part of the class's name that is its value: "N", "23", "23: Relais". */
void history_class_add_label(const struct mg_history *h, const struct history_classes *classes,
                             uint32_t index, struct mg_buf *buf);

/* artefacts/class_totals.c */
/* All rows of the class closed (before), or were created (after), as far as is known. */
bool history_class_seems_vanished(const struct mg_history *h, const struct history_classes *classes,
                                  const struct history_class *class, int side);
/* Count the rows that stand in both editions until no class seems to have vanished any more: by what is kept
 * of the edition as a whole where that suffices, else row by row. needed: count all of them. *ret_seems: some
 * class still seems to have. */
enum mg_code history_classes_standing(struct mg_history *h, struct history_classes *classes, bool needed,
                                      bool *ret_seems, struct mg_error *err);

/* artefacts/vanished_class.c: which classes went or came as a whole; reads the rows that stand in both
 * editions when one seems to, or when `scan` says that they are needed. */
enum mg_code history_vanished(struct mg_history *h, struct history_classes *classes, bool scan,
                              struct mg_error *err);

/* artefacts/coverage_gap.c */
enum mg_code history_gaps_create(struct mg_history *h, struct mg_error *err);
void history_gaps_destroy(struct history_gaps *gaps);
/* A closure whose service is back later, an opening of one that was there before: a gap, or a reopening. */
enum mg_code history_gaps_label(struct mg_history *h, uint32_t key, struct mg_event *event,
                                struct mg_error *err);

/* artefacts/artefacts.c: all of it. label: an event whose rows were last read; a pair's after it was
 * compared.
 */
enum mg_code history_artefacts_create(struct mg_history *h, struct mg_error *err);
void history_artefacts_destroy(struct history_artefacts *artefacts);
enum mg_code history_artefacts_label(struct mg_history *h, struct mg_event *event, struct mg_error *err);

#endif
