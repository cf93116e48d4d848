/* nomenclature_change.h - categories that map onto new ones, as the rows of pairs show. */
#ifndef MG_HISTORY_NOMENCLATURE_CHANGE_H
#define MG_HISTORY_NOMENCLATURE_CHANGE_H

#include "libdata/domain/history/artefacts/artefacts.h"

struct history_retyped {
    uint32_t before, after; /* classes of the two categories */
    uint32_t n;             /* pairs */
    bool nomenclature;
};

struct history_nomenclature {
    struct mg_map moves; /* the two categories; the value is the index in list */
    struct history_retyped *list;
    size_t capacity;
    struct mg_buf name;
};

/* The pair last read; its classes are counted already. */
enum mg_code history_nomenclature_add(struct mg_history *h, struct history_nomenclature *nomenclature,
                                      struct history_classes *classes, struct mg_error *err);
/* May one of the categories have gone or be new? Then the rows that stand need to be looked through. */
bool history_nomenclature_possible(const struct history_nomenclature *nomenclature,
                                   const struct history_classes *classes);
void history_nomenclature_settle(struct history_nomenclature *nomenclature,
                                 const struct history_classes *classes);
/* Of the pair last read; NULL: its category is the same. */
const struct history_retyped *history_nomenclature_find(const struct mg_history *h,
                                                        struct history_nomenclature *nomenclature);
void history_nomenclature_finish(struct history_nomenclature *nomenclature);

#endif
