/* public.h - the records of other tools, as the public may have them.
 *
 * They were made for the ministries, of all there is, and may have gone through jq and grep. So they are a
 * list of what is to be published, and no more: which services' events, which territories' figures, and which
 * keys of them. What is published is computed again, from what is open (access.h): nothing that a record says
 * has to be believed.
 *
 * event: its dataset, from and to name two editions. Their events as the public may know them come out, in
 * their own order, once all records are there. Of a stream that a filter has left records out of (it has no
 * end record then), those of which a record named a service (by key; without one by name, category and
 * commune) and that are of a kind that some record has: a filter's choice is kept. crossref: its level,
 * territory, cog, at (or from and to), dataset and category name a figure; it comes out at once. Others
 * cannot be computed again from what they say, and are refused (MG_ERR_INPUT).
 */
#ifndef MG_PUBLISH_PUBLIC_H
#define MG_PUBLISH_PUBLIC_H

#include <jansson.h>

#include "libdata/base/cleanup.h"
#include "libdata/domain/publish/publish.h"

struct mg_public;

/* record: borrowed. withheld: keys that the stream's records had and that are not in it. */
typedef enum mg_code mg_public_take(void *context, const struct mg_dataset *dataset, const json_t *record,
                                    int64_t withheld, struct mg_error *err);

/* db and options outlive it. */
enum mg_code mg_public_create(struct mg_db *db, const struct mg_publish_options *options,
                              mg_public_take *take, void *context, struct mg_public **ret_public,
                              struct mg_error *err);

/* dataset: the record's, which the public may see; it outlives the mg_public. NULL: a figure over all
 * datasets, which cannot be told from what is open. next: the record after it, or NULL: one of no category
 * comes before those of the others, and is the sum of all where there are none. */
enum mg_code mg_public_add(struct mg_public *public, const struct mg_dataset *dataset, const json_t *record,
                           const json_t *next, struct mg_error *err);
/* The events. complete: no filter has left records out. Not while another history of the file is walked. */
enum mg_code mg_public_finish(struct mg_public *public, bool complete, struct mg_error *err);
/* What the result has to say of it: uncounted, uninhabited. */
void mg_public_result(const struct mg_public *public, struct mg_publish_result *result);
void mg_public_destroy(struct mg_public *public);

#endif
