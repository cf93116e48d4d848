/* identity.h - which row of the one edition is which of the other: by key, by linkage, by what people
 * decided. */
#ifndef MG_HISTORY_IDENTITY_H
#define MG_HISTORY_IDENTITY_H

#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/domain/history/rows/rows.h"

/* identity/by_key.c */
enum mg_code history_match(struct mg_history *h, struct mg_error *err);

/* identity/key_spelling.c: before the matching, keys that are one key written otherwise become one */
enum mg_code history_key_form(struct mg_history *h, struct mg_error *err);
/* A key of that side, as it was matched by. */
const char *history_key_as_matched(const struct mg_history *h, int side, const char *key);
/* Of the rows last read: have they one key, written otherwise? */
bool history_key_rewritten(const struct mg_history *h);

/* identity/by_decision.c: options.decisions, over what was matched; the decision that a pair is due to, or
 * NULL */
enum mg_code history_decide(struct mg_history *h, struct mg_error *err);
const struct mg_decision *history_decided(const struct mg_history *h, const struct history_pair *pair);
/* Is the decision one about this dataset and these editions? Does it name a row on that side? */
bool history_decision_concerns(const struct mg_history *h, const struct mg_decision *d);
bool history_decision_names(const struct mg_decision_side *side);

/* identity/key_trust.c: are the keys worth trusting between these two editions? If not, why:
 * summary.key_doubt */
enum mg_code history_keys_test(struct mg_history *h, bool *ret_trusted, struct mg_error *err);
/* Undo the matching by key: every row that differs is gone, or new. */
enum mg_code history_keys_forget(struct mg_history *h, struct mg_error *err);

/* identity/duplicates.c: rows that closed or were created without a trusted key, after linkage: which of them
 * stood (stand) twice, the other one standing still. */
enum mg_code history_duplicates_find(struct mg_history *h, struct mg_error *err);
/* People decided that it is another one. */
void history_duplicate_drop(struct mg_history *h, int side, uint32_t row);
void history_duplicates_sort(struct history_duplicates *list);
/* By ascending row, or sorted afterwards. */
enum mg_code history_duplicate_add(struct history_duplicates *list, uint32_t row,
                                   const struct history_row *stays, struct mg_error *err);
/* The row of the other side, of h->duplicates or h->taken of the row's side; NULL: none. */
const struct history_row *history_duplicate_of(const struct history_duplicates *list, uint32_t row);

/* identity/taken_in.c: rows that closed (were created) and of which linkage says nothing: under a trusted key,
 * which of them went into (came out of) a service that goes on under its own; without, which say but for the
 * spelling what another one says that did not change, and are duplicates, too. */
enum mg_code history_taken_find(struct mg_history *h, struct mg_error *err);

/* identity/key_given.c: pairs of one key of which the earlier row goes on to the letter under another key
 * come apart, and those that go on are pairs: h->given. Of trusted keys, before linkage. */
enum mg_code history_keys_given(struct mg_history *h, struct mg_error *err);
/* Of a row that is on its own: the pair whose other row has its key; NULL: none. */
const struct history_pair *history_given(const struct mg_history *h, int side, uint32_t row);

/* Keys, if they stand their test; else, and for rows without one, linkage. */
enum mg_code history_identify(struct mg_history *h, struct mg_error *err);

/* identity/by_linkage.c */
/* Link what is closed and created; trusted: rows that both have a key are not linked, only told of. */
enum mg_code history_link(struct mg_history *h, bool trusted, struct mg_error *err);
/* A link that is among no pairs but is one all the same, unless people decided of the two: to review, a
 * merger or a split. */
bool history_link_shown(const struct mg_history *h, const struct history_link *link);
void history_link_evidence(const struct history_link *link, char *text, size_t size);
/* identity/names_unchanged.c: options' standing names, of all such rows or, of many, of some; borrowed from
 * names. */
enum mg_code history_names_unchanged(struct mg_history *h, struct mg_buf *names,
                                     struct mg_linkage_options *options, struct mg_error *err);

#endif
