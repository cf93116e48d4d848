/* history.h - what happened to the services of a dataset between two of its editions.
 *
 * The rules (what counts as the same service, what is compared, what makes an artefact, and from which
 * figures on) are in maillage-diff-history(1): DESCRIPTION, LINKAGE, CHANGES AND ARTEFACTS. They live in the
 * rooms of this folder: rows, decisions, identity, difference, artefacts, answer; internal.h is what they
 * share.
 *
 * Rows that stand in both editions with the same content are read as intervals only (table version) and cost
 * nothing more; they are read themselves only when a class of rows seems to have gone. `content_only` asks
 * for rows that are only here and rows that are only there, and for none of the rules.
 *
 * Everything comes in an order that depends on the content alone: events of rows that are in both editions
 * (and of keys that are), then closures, then openings; each by key bytewise, those without a key last, then
 * by the content's hash.
 *
 * Memory: about 100 bytes for each row that is in one of the editions only, its key, and what it says as long
 * as that is within options.kept_bytes (the others are read again); 50 for each place that moved; 1000 more
 * for each row that has no trusted key.
 */
#ifndef MG_HISTORY_HISTORY_H
#define MG_HISTORY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libdata/domain/common/catalogue.h"
#include "libdata/io/out.h"
#include "libdata/io/progress.h"

#define MG_HISTORY_SIMILAR 64 /* rows of one key, on one side, that are paired by likeness */

/* unchanged is no event: a row of both editions, visited only if that was asked for. */
enum mg_event_kind {
    MG_EVENT_CHANGED,
    MG_EVENT_CLOSED,
    MG_EVENT_CREATED,
    MG_EVENT_MERGED,
    MG_EVENT_SPLIT,
    MG_EVENT_REOPENED,
    MG_EVENT_UNCHANGED,
    MG_EVENT_KIND_COUNT
};

enum mg_change { MG_MOVED, MG_RENAMED, MG_RECODED, MG_RETYPED, MG_FIELDS, MG_CHANGE_COUNT };

/* The artefacts and their names on the wire; maillage-diff-history(1) says what each is. */
#define MG_ARTEFACTS(X)                                                                                      \
    X(MG_COMMUNE_RECODED, "commune_recoded")                                                                 \
    X(MG_GEOCODING_REFINED, "geocoding_refined")                                                             \
    X(MG_LABEL_REFORMATTED, "label_reformatted")                                                             \
    X(MG_PERIMETER_CHANGE, "perimeter_change")                                                               \
    X(MG_NOMENCLATURE_CHANGE, "nomenclature_change")                                                         \
    X(MG_SOURCE_CHANGE, "source_change")                                                                     \
    X(MG_COVERAGE_GAP, "coverage_gap")

#define MG_ARTEFACT_VALUE(value, name) value,
enum mg_artefact { MG_ARTEFACTS(MG_ARTEFACT_VALUE) MG_ARTEFACT_COUNT };

/* Of a closure (or an opening) whose key is trusted: the service with another key that was created (or
 * closed) where it was, as linkage found it; or that goes on there and took it in (or gave it off). It explains nothing away: a source may give new keys, or a new
 * service may have come, and only people know which. */
enum mg_successor {
    MG_SUCCESSOR_NONE,
    MG_SUCCESSOR_NEW_KEY,  /* at the same place, and the same service by all it says */
    MG_SUCCESSOR_REPLACED, /* at the same place, another service, or not surely the same */
    MG_SUCCESSOR_NEAR,     /* not at the same place, but near by */
    MG_SUCCESSOR_MERGED,   /* at the same place, one that goes on and says what both did */
    MG_SUCCESSOR_SPLIT,    /* the same of an opening */
    MG_SUCCESSOR_COUNT
};

const char *mg_successor_name(enum mg_successor successor); /* NULL for none */
const char *mg_event_kind_name(enum mg_event_kind kind);
const char *mg_change_name(enum mg_change change);
const char *mg_artefact_name(enum mg_artefact artefact);

/* One side of an event or link. Texts are borrowed until the visitor returns; NULL is none. */
struct mg_event_side {
    int64_t record;      /* record.id, 0: this side has no row */
    int64_t line;        /* of the source of edition `edition` */
    const char *edition; /* as_of of the edition that first brought this content */
    const char *key, *name, *category, *commune;
    bool shut; /* closed, or not open yet, says the source */
    bool has_place;
    double lon, lat;
};

struct mg_event {
    const char *dataset, *from, *to;
    double n; /* 1 for a service; by how many, for a stock */
    enum mg_event_kind kind;
    bool changes[MG_CHANGE_COUNT];                      /* of a changed service */
    bool artefacts[MG_CHANGE_COUNT][MG_ARTEFACT_COUNT]; /* what a change is rather than a real one */
    bool whole[MG_ARTEFACT_COUNT]; /* what an event is rather than a real one, whatever its changes */
    struct mg_event_side before, after;
    bool has_place; /* the later place there is */
    double lon, lat;
    double distance_m; /* of a move, to the decimetre; NAN otherwise */
    char not_before[MG_DATE_SIZE], not_after[MG_DATE_SIZE];
    enum mg_successor successor;
    double score;                /* of the link, 0 to 1; NAN: none */
    const char *const *evidence; /* names of the columns that differ, "opened=2017-05-01", ... */
    size_t evidence_count;
};

struct mg_link {
    const char *dataset, *from, *to;
    struct mg_event_side before, after; /* key, record, line and edition only */
    const char *how;                    /* "content", "key", "linkage" or "decision" */
    const char *zone;                   /* "linked" or "review" */
    double score;                       /* of linkage, 0 to 1; NAN otherwise */
    const char *evidence;               /* of linkage: its levels; else NULL */
    const char *kind;                   /* "link", or "merged" or "split" into (out of) another one's */
};

/* What tells that two rows are one service. */
enum mg_identity {
    MG_IDENTITY_AUTO,    /* the key, if there is one and it is worth trusting; else linkage */
    MG_IDENTITY_KEY,     /* the key, whatever it is worth */
    MG_IDENTITY_LINKAGE, /* linkage, as if there were no key */
};

/* Why a key is not trusted between two editions (rule and figures: identity/key_trust.c). */
enum mg_key_doubt {
    MG_KEY_TRUSTED,
    MG_KEY_NOT_UNIQUE, /* most rows share theirs with others */
    MG_KEY_NOT_STABLE, /* hardly any is found again */
    MG_KEY_REUSED,     /* too many are found again on a service of another name, elsewhere */
};

/* |A| = unchanged + changed + rows_gone + closed, |B| = unchanged + changed + rows_added + created. */
struct mg_history_summary {
    int64_t rows_before, rows_after;
    int64_t unchanged, changed; /* pairs; changed and unchanged are told apart by mg_history_events */
    int64_t closed, created;
    int64_t closed_in_place, opened_in_place; /* changed pairs: by status or date, the row is still there */
    int64_t rows_gone, rows_added; /* changed events of one side: of a key that stands on both, or not open */
    int64_t keys_repeated_before, keys_repeated_after; /* keys on more than one row of the edition */
    enum mg_key_doubt key_doubt;                       /* and how many of how many keys gave rise to it */
    int64_t doubtful_keys, tested_keys;
    int64_t keys_reused; /* of trusted keys: pairs whose name and place both differ, evidence "key doubted" */
    int64_t keys_given;  /* services that go on to the letter under another key, theirs being another one's */
    int64_t linked, review;                /* pairs of linkage: linked ones are among changed or unchanged */
    int64_t merged, split;                 /* of those closed (merged) and created (split) */
    int64_t new_keys;                      /* closed rows in whose place a row with another key was created */
    int64_t keyless_before, keyless_after; /* rows without a key among those not in both editions */
    const char *const *only_before;        /* columns that only this edition fills: not compared */
    size_t only_before_count;
    const char *const *only_after;
    size_t only_after_count;
};

/* A rule that made events artefacts, and the figures that triggered it. Of vanished classes, `before` (that
 * closed) or `after` (that were created) is the value and rate the share of rows elsewhere that closed (or
 * were created); of a nomenclature both are categories and rate the share that went this way; of places
 * written anew both are NULL and rate the share of the services that moved; of a column written in another
 * way `after` says how, and of one that is renamed (kind unchanged) its new name. */
struct mg_finding {
    enum mg_artefact artefact;
    enum mg_event_kind kind;
    const char *column, *before, *after;
    int64_t n, of; /* events that are artefacts by this, of so many rows */
    double rate;
};

struct mg_decisions;     /* decisions.h */
struct mg_linkage_model; /* linkage/linkage.h */

struct mg_history_options {
    bool content_only;
    enum mg_identity identity;
    size_t kept_bytes; /* of the rows that differ, in memory; 0: 256 MiB. Others are read again */
    bool unchanged;    /* visit the unchanged rows, too, last and in no order */
    bool open_only; /* as the public may know it (access.h): columns that are not open are as if not there */
    struct mg_decisions *decisions;     /* NULL, or what people decided; how it applied is counted there */
    const struct mg_progress *progress; /* may be NULL */
};

struct mg_history;

/* Read and match. dataset, from and to stay the caller's and outlive the history; from is before to.
 * MG_ERR_USAGE: not a services dataset, no keys (and not content_only), from not before to. MG_ERR_DB: the
 * editions' books do not balance with the rows that stand. */
enum mg_code mg_history_create(struct mg_db *db, const struct mg_dataset *dataset,
                               const struct mg_edition *from, const struct mg_edition *to,
                               const struct mg_history_options *options, struct mg_history **ret_history,
                               struct mg_error *err);
void mg_history_destroy(struct mg_history *history);

typedef enum mg_code mg_event_visitor(void *context, const struct mg_event *event, struct mg_error *err);
typedef enum mg_code mg_link_visitor(void *context, const struct mg_link *link, struct mg_error *err);

/* Every event, in order; afterwards the summary is complete, and its books were proved (MG_ERR_DB). */
enum mg_code mg_history_events(struct mg_history *history, mg_event_visitor *visit, void *context,
                               struct mg_error *err);
/* Every pair, the unchanged ones too, by key then content. */
enum mg_code mg_history_links(struct mg_history *history, mg_link_visitor *visit, void *context,
                              struct mg_error *err);
/* What linkage learned; NULL where it was not needed. */
const struct mg_linkage_model *mg_history_model(const struct mg_history *history);
/* Of which dates the communes' codes of the two editions are. */
void mg_history_codes_of(const struct mg_history *history, mg_date *ret_before, mg_date *ret_after);
const struct mg_history_summary *mg_history_summary(const struct mg_history *history);
/* By artefact, kind, then the largest first; the history's own. */
const struct mg_finding *mg_history_findings(const struct mg_history *history, size_t *ret_count);

/* Put what linkage found into table link, and what it learned into table link_model, instead of what is
 * there; within the caller's transaction. After mg_history_events. */
enum mg_code mg_history_links_store(struct mg_history *history, struct mg_error *err);

/* Put the events of a pair into table event, instead of those that are there: begin, an add for each, end.
 * All within the caller's transaction; the spatial index of event is kept valid. */
struct mg_event_store;
enum mg_code mg_event_store_begin(struct mg_db *db, const struct mg_dataset *dataset,
                                  const struct mg_edition *from, const struct mg_edition *to,
                                  struct mg_event_store **ret_store, struct mg_error *err);
enum mg_code mg_event_store_add(struct mg_event_store *store, const struct mg_event *event,
                                struct mg_error *err);
int64_t mg_event_store_last(const struct mg_event_store *store); /* event.id of the one added last */
enum mg_code mg_event_store_end(struct mg_event_store *store, struct mg_error *err);
void mg_event_store_destroy(struct mg_event_store *store);

/* As records (design: event, link). */
enum mg_code mg_event_write(struct mg_out *out, const struct mg_event *event, struct mg_error *err);
enum mg_code mg_link_write(struct mg_out *out, const struct mg_link *link, struct mg_error *err);

#endif
