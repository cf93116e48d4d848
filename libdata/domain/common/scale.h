/* scale.h - the scale that people answer on: 1 to 5, 0 to 10. */
#ifndef MG_COMMON_SCALE_H
#define MG_COMMON_SCALE_H

#include <stdbool.h>

#define MG_SCALE_MOST 100

/* "1:5": whole numbers, 0 <= low < high <= MG_SCALE_MOST. */
bool mg_scale_parse(const char *text, int *ret_low, int *ret_high);

#endif
