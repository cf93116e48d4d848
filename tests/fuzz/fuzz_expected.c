/* Any bytes as a time that is expected, as a kind of project and as a status. What is understood is a time
 * from its first day to its last, no longer than two years; a word is one of those that the file knows. */
#include <string.h>

#include "libdata/domain/common/expected_date.h"
#include "libdata/domain/kinds/projects.h"
#include "tests/fuzz/fuzz.h"

static void check_word(const char *word, const char *const *known)
{
    while (word && *known && strcmp(word, *known))
        known++;
    CHECK(!word || *known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const kinds[] = {"opening", "closure", "move", "merger", NULL};
    static const char *const statuses[] = {"announced", "approved", "under way", "done", "abandoned", NULL};
    const char *text = size ? (const char *)data : "", *kind = NULL, *status = NULL;
    bool good = false;
    mg_date first = MG_DATE_NONE, last = MG_DATE_NONE;
    CHECK(mg_expected_date_parse(text, size, &good, &first, &last, NULL) == MG_OK);
    CHECK(!good || (first != MG_DATE_NONE && first <= last && last - first < 732));
    CHECK(mg_project_kind(text, size, &kind, NULL) == MG_OK);
    CHECK(mg_project_status(text, size, &status, NULL) == MG_OK);
    check_word(kind, kinds);
    check_word(status, statuses);
    return 0;
}
