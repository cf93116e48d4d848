/* expected_date.h - when something is expected, as people write it: a day, a month, a quarter, a season, a
 * year.
 *
 * "2025-06-30", "30/06/2025", "juin 2025", "06/2025", "T3 2025", "3e trimestre 2025", "Q3 2025", "S1 2025",
 * "été 2025", "fin 2025", "mi-juin 2025", "rentrée 2025", "hiver 2025-2026", "2025", "2025-2026". French and
 * English; case, accents and punctuation do not matter. Two-digit years are refused, as is what has no end or
 * could be two times ("d'ici 2026", "hiver 2025").
 *
 * Seasons are those of meteorology (spring is March to May). The beginning, middle and end of a year are its
 * thirds; of a month, the days to the 10th, to the 20th and from then on.
 */
#ifndef MG_COMMON_EXPECTED_DATE_H
#define MG_COMMON_EXPECTED_DATE_H

#include "libdata/base/date.h"
#include "libdata/base/error.h"

/* *ret_good false: not a time that is understood. Otherwise the first and the last day of it. */
enum mg_code mg_expected_date_parse(const char *text, size_t length, bool *ret_good, mg_date *ret_first,
                                    mg_date *ret_last, struct mg_error *err);

#endif
