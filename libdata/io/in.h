/* in.h - records in: JSON Lines from another tool, or from jq and grep in between.
 *
 * Each record is a jansson object, borrowed until the next call. The end record is not delivered: it is
 * checked (its count, and that nothing follows) and remembered; a stream without one is complete unless
 * `strict`. A record of type error ends the reading with MG_ERR_INPUT and that error's message.
 * Errors name the line: MG_ERR_INPUT for what is not a JSON object a line (a member twice in one object
 * is not one), MG_ERR_IO. Blank lines are skipped; a line may be MG_IN_LINE_LIMIT bytes long. Memory: the
 * longest line, and its record.
 */
#ifndef MG_IO_IN_H
#define MG_IO_IN_H

#include <jansson.h>
#include <stdbool.h>

#include "libdata/base/error.h"

#define MG_IN_LINE_LIMIT (64 << 20)

struct mg_in;

/* All that fd has to say, until its writer has ended, in a temporary file (temporary.h) that is the caller's.
 * For who reads a maillage file beside it: a writer that saves into that file as it ends would wait for its
 * own reader. */
enum mg_code mg_in_gather(int fd, int *ret_fd, struct mg_error *err);
/* fd: borrowed. */
enum mg_code mg_in_create(int fd, bool strict, struct mg_in **ret_in, struct mg_error *err);
enum mg_code mg_in_next(struct mg_in *in, json_t **ret_record, struct mg_error *err); /* NULL: no more */
bool mg_in_complete(const struct mg_in *in); /* the end record was there: no filter left anything out */
int64_t mg_in_line(const struct mg_in *in); /* of the record delivered last */
void mg_in_destroy(struct mg_in *in);

/* The text of a string member, or NULL (absent, null, or not a string). */
const char *mg_in_text(const json_t *record, const char *key);
bool mg_in_number(const json_t *record, const char *key, double *ret_value);

#endif
