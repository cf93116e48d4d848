/* fixture.h - editions as rows of the file, which the tests of crossref fill in by hand. */
#ifndef MG_TESTS_UNIT_CROSSREF_FIXTURE_H
#define MG_TESTS_UNIT_CROSSREF_FIXTURE_H

#include "tests/unit/database.h"

/* "(id, dataset, 'as_of', 'level', first_version, last_version" REST, once or more */
#define EDITION                                                                                              \
    "INSERT INTO edition (id, dataset, as_of, level, first_version, last_version, source_name,"              \
    " source_sha256, source_size, format, encoding, rows_read, rows_loaded, rows_rejected,"                  \
    " rows_skipped, issues, imported_at, tool_version) VALUES "
#define REST ", 'x', '', 0, 'CSV', 'UTF-8', 0, 0, 0, 0, 0, '', '')"

#endif
