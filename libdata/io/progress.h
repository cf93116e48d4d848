/* progress.h - how far a long work has come. The library reports; the tool draws (cmd/frame/progress.c).
 *
 * done and total in the unit of the work (bytes, rows); total -1 when unknown. Called at most every
 * few thousand rows; returning false asks the work to stop (it then ends with MG_ERR_IO, "interrupted").
 */
#ifndef MG_IO_PROGRESS_H
#define MG_IO_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct mg_progress {
    bool (*report)(void *context, const char *step, int64_t done, int64_t total);
    void *context;
};

static inline bool mg_progress_report(const struct mg_progress *p, const char *step, int64_t done,
                                      int64_t total)
{
    return !p || !p->report || p->report(p->context, step, done, total);
}

#endif
