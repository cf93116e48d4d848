/* error.h - how a function of this library says what went wrong.
 *
 * The library never prints and never ends the process. A function that can fail returns an mg_code
 * (MG_OK is 0) and fills the caller's struct mg_error, always its last parameter. Nothing in it is
 * allocated, so it can be filled when memory has run out, copied and dropped. Results come through
 * parameters named ret_x and are untouched on failure. A caller that passes NULL for the error wants
 * the code only.
 *
 * line, record and column are 1-based and 0 where they mean nothing. A quoted newline makes line (of
 * the physical file) and record (of data rows, header not counted) differ. Messages are for people, in
 * the user's language: marked with _() and without the tool's name, the file's name or a final stop; the
 * tool adds what it knows ("maillage import: postes.csv:17:4: ...").
 */
#ifndef MG_BASE_ERROR_H
#define MG_BASE_ERROR_H

#include <stdint.h>

#include "libdata/base/intl.h"

enum mg_code {
    MG_OK = 0,
    MG_ERR_USAGE,  /* the request makes no sense or names something that is not there: exit 2 */
    MG_ERR_INPUT,  /* the input is bad, nothing was changed: exit 3 */
    MG_ERR_DB,     /* the database failed or is not one of ours, nothing was changed: exit 4 */
    MG_ERR_IO,     /* reading, writing or the disk failed (os_errno says how): exit 4 */
    MG_ERR_MEMORY, /* no memory: exit 4 */
    MG_ERR_BUSY,   /* locked by another run for longer than the caller would wait: exit 5 */
    MG_ERR_CLOSED, /* the reader of our output went away: the tool ends quietly */
};

struct mg_error {
    enum mg_code code;
    int os_errno;
    int64_t line, record, column;
    char field[96];    /* the column's or key's name as the source writes it */
    char message[480]; /* control characters of the input already made visible */
    char hint[320];    /* what to do about it, or "" */
};

/* Fill err (message by printf rules, control characters made visible) and return code. */
enum mg_code mg_fail(struct mg_error *err, enum mg_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));

/* The same with errno's text appended ("...: No space left on device"); code is MG_ERR_IO. */
enum mg_code mg_fail_errno(struct mg_error *err, int os_errno, const char *format, ...)
    __attribute__((format(printf, 3, 4), nonnull(3)));

/* No memory: always MG_ERR_MEMORY. */
enum mg_code mg_fail_memory(struct mg_error *err);

/* Add to an error that is already filled. NULL err is accepted; field may be NULL. */
void mg_error_at(struct mg_error *err, int64_t line, int64_t record, int64_t column, const char *field);
void mg_error_hint(struct mg_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The exit status that style and pages promise for a code: 0, 2, 3, 4 or 5 (MG_ERR_CLOSED: 0). */
int mg_exit_status(enum mg_code code);

#endif
