/* Any bytes as a descriptor, and then as a cell of each of its fields: it is understood or refused, and its
 * schema says the same of a cell twice. */
#include <string.h>

#include "libdata/domain/columns/descriptor.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct mg_descriptor *d = NULL;
    if (mg_descriptor_parse(text, size, NULL, NULL, "a.csv", &d, NULL)) {
        CHECK(!d);
        return 0;
    }
    size_t count = d->schema ? mg_schema_field_count(d->schema) : 0;
    for (size_t i = 0; i < count && i < 50; i++) {
        const char *first = NULL, *second = NULL;
        char why[MG_SCHEMA_WHY];
        size_t length = size < 40 ? size : 40;
        CHECK(mg_schema_check(d->schema, i, text, length, &first, why, NULL) == MG_OK);
        mg_schema_restart(d->schema);
        CHECK(mg_schema_check(d->schema, i, text, length, &second, why, NULL) == MG_OK);
        CHECK(first == second);
    }
    mg_descriptor_destroy(d);
    return 0;
}
