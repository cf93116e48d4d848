/* Any bytes as a cell: an official code, a place, an identifier, the name of a coordinate system. What is
 * understood has its proper form. */
#include <math.h>
#include <string.h>

#include "libdata/domain/columns/meaning.h"
#include "libdata/domain/common/codes.h"
#include "libdata/geo/crs.h"
#include "libdata/geo/departement.h"
#include "tests/fuzz/fuzz.h"

static void check_code(const char *code, size_t wanted)
{
    char again[MG_CODE_SIZE];
    CHECK(strlen(code) == wanted);
    CHECK(wanted != 5 || strspn(code, "0123456789AB") == 5);
    CHECK(mg_code_commune(code, wanted, again) && !strcmp(code, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char code[MG_CODE_SIZE];
    double first, second;
    char *text = malloc(size);
    if (size)
        memcpy(text, data, size);
    if (mg_code_commune(text, size, code))
        check_code(code, 5);
    if (mg_code_postcode(text, size, code))
        CHECK(strlen(code) == 5 && strspn(code, "0123456789") == 5);
    if (mg_place_split(text, size, &first, &second))
        CHECK(isfinite(first) && isfinite(second));
    if (mg_place_degrees(text, size, "NS", &first))
        CHECK(isfinite(first));
    if (mg_place_degrees(text, size, "EOW", &first))
        CHECK(isfinite(first));
    for (int meaning = 0; meaning < MG_MEANING_COUNT; meaning++)
        mg_meaning_fits((enum mg_meaning)meaning, text, size);
    int epsg = mg_crs_from_name(text, size);
    CHECK(epsg >= 0 && epsg < 100000);
    int home = mg_crs_for_code(text, size);
    CHECK(home >= 0 && mg_crs_candidates(home));
    free(text);
    return 0;
}
