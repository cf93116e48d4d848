/* rule.h - what makes artefacts of differences: a rule each, a name in meson.build.
 *
 * Before any event is told, every pair is read and shown to each rule (add). Then the classes of rows are
 * counted as far as is needed, each rule makes up its mind (settle) and says what triggered it (find). Of
 * each event it then says what is an artefact (label), in the order of the table. A hook that a rule has no
 * use for is NULL.
 *
 * To add one: its file, its name in meson.build, what it is called in MG_ARTEFACTS (history.h) if that is
 * new, and its line on the page.
 */
#ifndef MG_HISTORY_RULE_H
#define MG_HISTORY_RULE_H

#include "libdata/domain/history/artefacts/artefacts.h"

struct history_findings {
    struct mg_finding *items; /* before and after are theirs, if not NULL */
    size_t count, capacity;
};

struct history_rule {
    size_t size; /* of its state, which is zeroed; the hooks get it as `state` */
    enum mg_code (*create)(struct mg_history *h, void *state, struct mg_error *err);
    /* The pair last read; its classes are counted already. */
    enum mg_code (*add)(struct mg_history *h, struct history_classes *classes, void *state,
                        struct mg_error *err);
    /* All pairs were added: do the rows that stand in both editions need to be looked through? */
    bool (*needs_standing)(const struct history_classes *classes, const void *state);
    enum mg_code (*settle)(const struct mg_history *h, const struct history_classes *classes, void *state,
                           struct mg_error *err);
    enum mg_code (*find)(const struct mg_history *h, struct history_classes *classes, void *state,
                         struct history_findings *findings, struct mg_error *err);
    /* Of a changed pair, last read and compared; what it writes into note is put to the evidence. */
    enum mg_code (*label)(struct mg_history *h, void *state, struct mg_event *event, struct mg_buf *note,
                          struct mg_error *err);
    /* The same of an event with one row, last read on that side. */
    enum mg_code (*label_row)(struct mg_history *h, struct history_classes *classes, int side,
                              struct mg_event *event, struct mg_buf *note, struct mg_error *err);
    void (*finish)(void *state);
};

#define HISTORY_RULE(name) extern const struct history_rule history_rule_##name;
#include "libdata/domain/history/artefacts/list.h"
#undef HISTORY_RULE

/* before, after: copied, or NULL. */
enum mg_code history_findings_add(struct history_findings *findings, const struct mg_finding *finding,
                                  const char *before, const char *after, struct mg_error *err);

#endif
