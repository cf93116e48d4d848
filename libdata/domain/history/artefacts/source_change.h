/* source_change.h - columns that the source writes in another way in the later edition. */
#ifndef MG_HISTORY_SOURCE_CHANGE_H
#define MG_HISTORY_SOURCE_CHANGE_H

#include "libdata/domain/history/artefacts/artefacts.h"

struct history_rewrite {
    uint32_t column;
    enum history_way way;
    int64_t n, of; /* pairs; of a code, all that had the earlier value */
    bool bulk;
};

/* A column of the earlier edition that has another name in the later one. */
struct history_renaming {
    const char *before, *after;
    size_t column_before, column_after;
    int64_t same, filled; /* pairs; filled on both sides */
};

struct history_rewrites {
    struct mg_map ways; /* column, way, texts; the value is the index in list */
    struct history_rewrite *list;
    size_t capacity;
    struct mg_map values; /* column, value before: pairs, the equal ones too */
    int64_t *value_counts;
    size_t value_capacity;
    uint32_t *codes, *affixes; /* by column: how many there are */
    struct history_renaming *renamings;
    size_t renaming_count;
    int64_t kept; /* services in both editions */
    struct mg_buf name, folded[2];
};

enum mg_code history_rewrites_create(struct mg_history *h, struct history_rewrites *rewrites,
                                     struct mg_error *err);
void history_rewrites_finish(struct history_rewrites *rewrites);
/* The pair last read. */
enum mg_code history_rewrites_add(struct mg_history *h, struct history_rewrites *rewrites,
                                  struct mg_error *err);
void history_rewrites_settle(const struct mg_history *h, struct history_rewrites *rewrites);
/* Of a changed pair, last read and compared; note: its evidence. */
enum mg_code history_rewrites_label(struct mg_history *h, struct history_rewrites *rewrites,
                                    struct mg_event *event, struct mg_buf *note, struct mg_error *err);
/* The texts of a way: "-> FR*", "Oui -> true". */
void history_rewrite_add_label(const struct history_rewrites *rewrites, size_t index, struct mg_buf *buf);

#endif
