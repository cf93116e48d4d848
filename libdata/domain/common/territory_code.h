/* territory_code.h - the code of a territory, as files write it, in its proper form. */
#ifndef MG_COMMON_TERRITORY_CODE_H
#define MG_COMMON_TERRITORY_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "libdata/geo/territory.h"

#define MG_TERRITORY_CODE_SIZE 16

/* 1001 is the commune 01001; 5, 05 and 005 are the departement 05, 02a is 2A; 1 is the region 01; 512 the
 * arrondissement 0512; nine digits an EPCI. Whether there is one of that code is not looked at. The text is
 * trimmed. */
bool mg_territory_code(enum mg_level level, const char *text, size_t length,
                       char ret_code[MG_TERRITORY_CODE_SIZE]);

#endif
