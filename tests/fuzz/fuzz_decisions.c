/* Any bytes as a file of decisions, a table or JSON Lines. It is read whole or not at all; what is read has
 * what it needs. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdio.h>

#include "libdata/domain/history/decisions/decisions.h"
#include "libdata/io/outfile.h"
#include "tests/fuzz/fuzz.h"

static void check_decision(const struct mg_decision *d)
{
    bool before = d->before.key || *d->before.edition, after = d->after.key || *d->after.edition;
    CHECK(d->action != MG_DECIDE_LINK || (before && after));
    CHECK(before || after);
    CHECK(d->decided_by && *d->decided_by && d->reason && *d->reason && *d->dataset);
    CHECK(d->action != MG_DECIDE_ARTEFACT || d->artefact >= 0);
    CHECK(d->artefact < MG_ARTEFACT_COUNT && d->line > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mg_decisions decisions = {0};
    struct mg_error err = {0};
    char path[64];
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    CHECK(fd >= 0 && mg_write_all(fd, data, size, NULL) == MG_OK);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum mg_code code = mg_decisions_read(path, "postes", &decisions, &err);
    CHECK(code == MG_OK || (err.code == code && err.message[0] && !decisions.count));
    for (size_t i = 0; i < decisions.count; i++)
        check_decision(&decisions.items[i]);
    mg_decisions_finish(&decisions);
    close(fd);
    return 0;
}
